"""Which idea of a lab a line is about, and whether it says it right or turned round.

It routes, it does not judge: measured on unseen lines, the right idea is usually among the first
two, but a score alone accepts contradictions. So nothing here shows that an idea is there; a
closed question does. Sentence embeddings could take the place of `Bank` behind `recognised`.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.course.lab import Expectation, Lab
from bot.tutor.bm25 import Bank
from bot.tutor.words import clauses, content, negated

HIGH = 0.45
LOW = 0.2
"""Likenesses from which a line is taken, or asked, to say an idea."""

SHARED = 2
"""Words in common with one sentence from which a line can be told to say anything."""

WRONG = 0.5
CLEARLY = 1.3
SURELY = 0.85
"""A wrong statement is taken as said from this likeness, and this many times the best right one;
or where it is nearer than any right one, and nearly word for word.

Below that words alone do not tell right from wrong (with each sentence of the author's left out in
turn, half of the right ones are nearer to a wrong one), so the learner is asked.
"""

OVER = 1.1
"""A line says an idea for sure only when it is this many times nearer to it than to any wrong
statement; otherwise the learner is asked which of the two they mean."""

NEGATED = 0.75
"""What is left of a likeness where only one of line and model sentence is negated."""

TOPIC = 3.0
"""How much more the bag of words counts than the nearest sentence, in the order of ideas."""

STATING = 3
"""Words in common with a sentence, if it has so many, from which it can be stated."""

STATED = 0.5
"""From this likeness to one of an idea's own sentences on, a sentence gives the idea away. So do
four fifths of those sentences, with each part of an assertion by itself; of the hints, corrections
and answers that authors wrote, one in four hundred.
"""

SMOOTH = 0.5
"""Added to every count, so that one word that an idea never had does not rule the idea out."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """`ideas` with the likeliest first, each with its likeness (0 to 1) to a sentence of it.

    `level` is that of the first; `misconception` is set where a wrong statement is clearly
    closer; `likeness` is that to the nearest sentence of all, right or wrong, and `nearest` the
    misconception of the nearest wrong one; `shared` counts the words in common with one sentence.
    """

    level: Literal["high", "middle", "low"]
    ideas: tuple[tuple[str, float], ...]
    misconception: str = ""
    likeness: float = 0.0
    nearest: str = ""
    shared: int = 0

    @property
    def best(self) -> str:
        """The likeliest idea."""
        return self.ideas[0][0]


@dataclass(frozen=True, slots=True)
class _Model:
    """One sentence of the author's: what it says of which idea."""

    idea: str
    text: str
    misconception: str = ""


class Recogniser:
    """The sentences of one lab, ready to be compared with a learner's.

    Two opinions are weighed for the order of ideas: the nearest single sentence (BM25), and all
    that the author says about an idea as one bag of words (naive Bayes). With each sentence of
    the author's left out in turn, the second finds ideas that no other sentence words alike.
    """

    def __init__(self, lab: Lab) -> None:
        self._ideas = [expectation.id for expectation in lab.expectations]
        self._models = [
            *(model for expectation in lab.expectations for model in _right(expectation)),
            *(model for expectation in lab.expectations for model in _wrong(expectation)),
            *(_Model("", sign, held.id) for held in lab.misconceptions for sign in held.signs),
        ]
        self._bank = Bank([content(model.text) for model in self._models])
        self._turned = [negated(model.text) for model in self._models]
        self._sets = [set(content(model.text)) for model in self._models]
        self._bags = [Counter(content(_all(lab, expectation))) for expectation in lab.expectations]
        self._vocabulary = set().union(*self._bags)
        self._words = Bank([sorted(self._vocabulary)])

    def recognised(self, line: str) -> Recognised:
        """What `line` is about, by its best clause."""
        right = dict.fromkeys(self._ideas, 0.0)
        wrong: tuple[float, str] = (0.0, "")
        for clause in clauses(line):
            for model, score in self._compared(clause):
                if model.misconception:
                    wrong = max(wrong, (score, model.misconception))
                else:
                    right[model.idea] = max(right[model.idea], score)
        best = max(right.values())
        order = self._ordered(line, right)
        ideas = tuple((idea, right[idea]) for idea in order)
        shared = self._shared(line)
        told = shared >= SHARED
        return Recognised(
            level=_level(right[order[0]], wrong[0]) if told else "low",
            ideas=ideas,
            misconception=wrong[1] if told and _is_wrong(wrong[0], best) else "",
            likeness=max(best, wrong[0]),
            nearest=wrong[1],
            shared=shared,
        )

    def likeness(self, text: str) -> dict[str, float]:
        """How near `text` comes, in its best clause, to a right sentence of each idea (0 to 1).

        A word or two in common is a topic and no statement.
        """
        found = dict.fromkeys(self._ideas, 0.0)
        for clause in clauses(text):
            stems = set(self._bank.corrected(content(clause)))
            for (model, score), own in zip(self._compared(clause), self._sets, strict=True):
                if model.misconception or score <= found[model.idea]:
                    continue
                if len(stems & own) >= min(STATING, len(own)):
                    found[model.idea] = score
        return found

    def _shared(self, line: str) -> int:
        stems = set(self._bank.corrected(content(line)))
        return max(len(stems & model) for model in self._sets)

    def _compared(self, clause: str) -> Iterator[tuple[_Model, float]]:
        stems = self._bank.corrected(content(clause))
        turned, scores = negated(clause), self._bank.scores(stems)
        for model, against, score in zip(self._models, self._turned, scores, strict=True):
            yield model, score if turned == against else score * NEGATED

    def _ordered(self, line: str, right: dict[str, float]) -> list[str]:
        stems = [s for s in self._words.corrected(content(line)) if s in self._vocabulary]
        bags = dict(
            zip(self._ideas, (self._log_odds(bag, stems) for bag in self._bags), strict=True)
        )
        near, far = _spread(right), _spread(bags)
        return sorted(self._ideas, key=lambda idea: -(near[idea] + TOPIC * far[idea]))

    def _log_odds(self, bag: Counter[str], stems: list[str]) -> float:
        total = bag.total() + SMOOTH * len(self._vocabulary)
        return sum(math.log((bag[stem] + SMOOTH) / total) for stem in stems)


@lru_cache(maxsize=64)
def recogniser(lab: Lab) -> Recogniser:
    """The recogniser of a lab; made once, since the sentences of a lab do not change."""
    return Recogniser(lab)


def _right(expectation: Expectation) -> list[_Model]:
    said = [expectation.idea, *expectation.paraphrases, *expectation.colloquial]
    return [_Model(expectation.id, text) for text in [*said, expectation.assertion]]


def _wrong(expectation: Expectation) -> list[_Model]:
    return [_Model(expectation.id, each.text, each.misconception) for each in expectation.wrong]


def _all(lab: Lab, expectation: Expectation) -> str:
    """Everything that is said about an idea, wrong things too: they are about it all the same."""
    said = [expectation.idea, *expectation.paraphrases, *expectation.colloquial]
    said += [expectation.assertion, expectation.why, expectation.pump, *expectation.hints]
    prompt = expectation.prompt
    said += [prompt.ask, *(answer.text for answer in prompt.answers)]
    said += [*(answer.feedback for answer in prompt.answers), expectation.transfer]
    said += [each.text for each in expectation.wrong]
    about = {each.misconception for each in expectation.wrong}
    for held in lab.misconceptions:
        if held.id in about:
            said += [held.correction, held.evidence, *held.signs]
    return " ".join(said)


def _spread(scores: dict[str, float]) -> dict[str, float]:
    """Scores between 0 for the lowest and 1 for the highest; all 0 where they are the same."""
    low, high = min(scores.values()), max(scores.values())
    return {
        key: (score - low) / (high - low) if high > low else 0.0 for key, score in scores.items()
    }


def _is_wrong(wrong: float, right: float) -> bool:
    if wrong < WRONG or wrong <= right:
        return False
    return wrong > CLEARLY * right or wrong >= SURELY


def _level(right: float, wrong: float) -> Literal["high", "middle", "low"]:
    if right >= HIGH and right > OVER * wrong:
        return "high"
    return "middle" if max(right, wrong) >= LOW else "low"
