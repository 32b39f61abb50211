"""Answers to learners' questions: the author's FAQ, or the card of the lesson that tells it."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.course.lab import Lab
from bot.course.model import Card, Lesson
from bot.tutor.bm25 import Bank
from bot.tutor.words import content as with_synonyms
from bot.tutor.words import plain_content as content

KNOWN = 0.45
"""From this likeness (0 to 1) to one of its wordings on, a question is the FAQ's."""

TOLD = 0.5
"""From this share of a question's words on, a card is taken to tell something about it."""

NEWEST = 1.2
"""How much a card of the lesson just read goes before others: questions are mostly about it."""

COMMON = 0.25
"""A word on more than this share of all cards ("data", "model") ties a line to none of them."""

SYNONYMS = 0.5
"""How much a synonym counts beside the word itself, when a card is looked up."""

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
        self._alike = Bank([_words(card, with_synonyms) for _, card in self._cards])
        parts = [(n, part) for n, (_, card) in enumerate(self._cards) for part in sentences(card)]
        self._card_of = [n for n, _ in parts]
        self._sentences = Bank([content(part) for _, part in parts])
        self._sets = [set(_words(card)) for _, card in self._cards] or [set()]
        cards = Counter(stem for card in self._sets for stem in card)
        self._common = {stem for stem, n in cards.items() if n > COMMON * len(self._sets)}
        self._terms = [set(content(term.term)) for lesson in lessons for term in lesson.terms]

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
        plain = self._texts.raw(self._texts.corrected(content(question)))
        alike = self._alike.raw(self._alike.corrected(with_synonyms(question)))
        nearest = self._nearest_sentences(question)
        pairs = zip(plain, alike, nearest, strict=True)
        scores = [one + SYNONYMS * other + sentence for one, other, sentence in pairs]
        newest = self._cards[-1][0] if self._cards else None
        for n, (lesson, _) in enumerate(self._cards):
            scores[n] *= NEWEST if lesson is newest else 1.0
        ranked = sorted(range(len(scores)), key=lambda n: -scores[n])
        return [(n, scores[n]) for n in ranked if scores[n]]

    def _nearest_sentences(self, question: str) -> list[float]:
        """For each card how much its best sentence has of `question`: an answer is one sentence."""
        scores = self._sentences.raw(self._sentences.corrected(content(question)))
        best = [0.0] * len(self._cards)
        for card, score in zip(self._card_of, scores, strict=True):
            best[card] = max(best[card], score)
        return best

    def touches(self, text: str) -> bool:
        """Whether `text` names a term of the lessons, or shares two words with one card."""
        stems = {stem for stem in self._texts.corrected(content(text)) if not stem.isdecimal()}
        named = any(term <= stems for term in self._terms)
        telling = stems - self._common
        return named or max(len(telling & card) for card in self._sets) >= 2

    def title(self, number: int) -> str:
        """The title of the card with this number, "" for none."""
        return self._cards[number][1].title or ""


@lru_cache(maxsize=64)
def shelf(lab: Lab, lessons: tuple[Lesson, ...]) -> Shelf:
    """The shelf of a lab; made once, since what stands on it does not change."""
    return Shelf(lab, lessons)


def _words(card: Card, content: Callable[[str], list[str]] = content) -> list[str]:
    """A card's words; those of its titles count twice, since they name what it is about."""
    titles = [card.title or "", card.callout.title if card.callout else ""]
    boxed = card.callout.text if card.callout else ""
    return content(" ".join([*titles, *titles, card.text, boxed]))


def _passage(card: Card, question: str) -> str:
    """The sentence of a card nearest to the question, with the one after it."""
    parts = sentences(card)
    wanted = set(content(question))
    best = max(range(len(parts)), key=lambda n: (len(wanted & set(content(parts[n]))), -n))
    return " ".join(part.removeprefix("- ") for part in parts[best : best + 2])


def sentences(card: Card) -> list[str]:
    """What a card says, sentence by sentence, the callout's text as one."""
    parts = [
        part
        for paragraph in re.split(r"\n\s*\n|\n(?=- |\d+\. )", card.text.strip())
        for part in _SENTENCE.split(" ".join(paragraph.split()))
    ]
    if card.callout:
        parts.append(" ".join(card.callout.text.split()))
    return parts
