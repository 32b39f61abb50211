"""Answers to learners' questions: the author's FAQ, or the card of the lesson that tells it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.course.lab import Lab
from bot.course.model import Card, Lesson
from bot.tutor.bm25 import Bank
from bot.tutor.words import plain_content as content

KNOWN = 0.45
"""From this likeness (0 to 1) to one of its wordings on, a question is the FAQ's."""

TOLD = 0.5
"""From this share of a question's words on, a card is taken to tell something about it."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"*])")


@dataclass(frozen=True, slots=True)
class Found:
    """An answer and where it stands: `card` is its title, "" for the FAQ."""

    text: str
    card: str = ""
    lesson: str = ""


class Shelf:
    """All that a lab can answer from."""

    def __init__(self, lab: Lab, lessons: Sequence[Lesson]) -> None:
        self._answers = [faq.answer for faq in lab.faq for _ in faq.asked]
        self._questions = Bank([content(asked) for faq in lab.faq for asked in faq.asked])
        self._cards = [(lesson, card) for lesson in lessons for card in lesson.cards]
        self._texts = Bank([_words(card) for _, card in self._cards])
        self._sets = [set(_words(card)) for _, card in self._cards] or [set()]
        terms = [term.term for lesson in lessons for term in lesson.terms]
        self._terms = {stem for term in terms for stem in content(term)}

    def answer(self, question: str) -> Found | None:
        """What is known about `question`, or None: then say so rather than guess."""
        stems = self._questions.corrected(content(question))
        scores = self._questions.scores(stems)
        best = max(range(len(scores)), key=scores.__getitem__)
        if scores[best] >= KNOWN:
            return Found(self._answers[best])
        ranked = self.cards(question)
        if not ranked or self._covered(question, ranked[0][0]) < TOLD:
            return None
        lesson, card = self._cards[ranked[0][0]]
        return Found(_passage(card, question), card.title or "", lesson.title)

    def _covered(self, question: str, number: int) -> float:
        stems = set(self._texts.corrected(content(question)))
        return len(stems & self._sets[number]) / max(1, len(stems))

    def cards(self, question: str) -> list[tuple[int, float]]:
        """The numbers of the cards that share words with `question`, the best first."""
        stems = self._texts.corrected(content(question))
        scores = self._texts.raw(stems)
        ranked = sorted(range(len(scores)), key=lambda n: -scores[n])
        return [(n, scores[n]) for n in ranked if scores[n]]

    def touches(self, text: str) -> bool:
        """Whether `text` names a term of the lessons, or shares two words with one card."""
        stems = {stem for stem in self._texts.corrected(content(text)) if not stem.isdecimal()}
        return bool(stems & self._terms) or max(len(stems & card) for card in self._sets) >= 2

    def title(self, number: int) -> str:
        return self._cards[number][1].title or ""


@lru_cache(maxsize=64)
def shelf(lab: Lab, lessons: tuple[Lesson, ...]) -> Shelf:
    """The shelf of a lab; made once, since what stands on it does not change."""
    return Shelf(lab, lessons)


def _words(card: Card) -> list[str]:
    """A card's words; those of its titles count twice, since they name what it is about."""
    titles = [card.title or "", card.callout.title if card.callout else ""]
    boxed = card.callout.text if card.callout else ""
    return content(" ".join([*titles, *titles, card.text, boxed]))


def _passage(card: Card, question: str) -> str:
    """The sentence of a card nearest to the question, with the one after it."""
    sentences = [
        part
        for paragraph in re.split(r"\n\s*\n|\n(?=- |\d+\. )", card.text.strip())
        for part in _SENTENCE.split(" ".join(paragraph.split()))
    ]
    if card.callout:
        sentences.append(" ".join(card.callout.text.split()))
    wanted = set(content(question))
    best = max(range(len(sentences)), key=lambda n: (len(wanted & set(content(sentences[n]))), -n))
    return " ".join(part.removeprefix("- ") for part in sentences[best : best + 2])
