"""Numbers of an item: how many are right, and whether it tells the strong from the weak.

All of it is pure and knows no words: `item_report` says what it means.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, median, pstdev
from typing import Final

from bot.conversation import Reply

FEWEST: Final = 5
"""Learners below whom a discrimination is chance, so that none is given."""

SMALL: Final = 20
"""Learners below whom every number here may still change a lot."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What the answers to one wording of an item say.

    `first` and `last` are the shares of learners who were right at their first and last try;
    `chosen` counts the options of the first tries; `seconds` is the median time of these; `older`
    counts answers to other wordings, and `current` tells whether `wording` is that of today.
    """

    learners: int
    first: float
    last: float
    discrimination: float | None
    chosen: tuple[tuple[str, int], ...]
    seconds: float | None
    wording: str
    older: int = 0
    current: bool = True


def measured(item: str, wording: str, replies: Sequence[Reply]) -> Measure | None:
    """What the answers to `item` say, None where nobody answered; `replies` are all of the cohort.

    Only answers to `wording` count, since another question may have been easier; where there are
    none, those to the wording that was answered last. Who met an older wording before counts with
    their first answer to this one.
    """
    given = sorted((each for each in replies if each.item == item), key=lambda each: each.at)
    if not given:
        return None
    current = any(each.wording == wording for each in given)
    counted = wording if current else given[-1].wording
    same = [each for each in given if each.wording == counted]
    first = firsts(same)
    seconds = [each.seconds for each in first if each.seconds is not None]
    return Measure(
        len(first),
        right_share(first),
        right_share(firsts(reversed(same))),
        discrimination(first, replies),
        _chosen(first),
        median(seconds) if seconds else None,
        counted,
        len(given) - len(same),
        current,
    )


def firsts(replies: Iterable[Reply]) -> list[Reply]:
    """The first answer of each learner to each item, in the order given."""
    found: dict[tuple[str, str], Reply] = {}
    for each in replies:
        found.setdefault((each.learner, each.item), each)
    return list(found.values())


def right_share(replies: Sequence[Reply]) -> float:
    """The share of right ones: the facility of an item (0 hard, 1 easy)."""
    return fmean(each.right for each in replies) if replies else 0.0


def discrimination(first: Sequence[Reply], replies: Sequence[Reply]) -> float | None:
    """How far an item tells strong learners from weak ones, from -1 to 1: the corrected item-total
    correlation. `first` are the first tries at the item, `replies` all answers of the cohort.

    The item is correlated with the rest score, that is without the item itself, which would make
    every correlation look better (S. Henrysson, "Correction of item-total correlations in item
    analysis", Psychometrika 28, 1963, 211-218). The rest score is the share of right first tries
    at the other items of the same unit: a share, since an exam asks each learner other items.
    None with fewer than five learners who answered others too, or where it is not defined.
    """
    unit = {(each.learner, each.unit) for each in first}
    item = {each.item for each in first}
    others: dict[str, list[bool]] = defaultdict(list)
    for each in firsts(sorted(replies, key=lambda each: each.at)):
        if (each.learner, each.unit) in unit and each.item not in item:
            others[each.learner].append(each.right)
    both = [each for each in first if each.learner in others]
    if len(both) < FEWEST:
        return None
    return point_biserial([e.right for e in both], [fmean(others[e.learner]) for e in both])


def point_biserial(marks: Sequence[bool], scores: Sequence[float]) -> float | None:
    """The correlation of right or wrong with a score: r = (M1 - M0) / s * sqrt(p * q).

    M1 and M0 are the mean scores of those who were right and wrong, s is the standard deviation
    of all scores (divided by n), p and q are the shares of right and wrong. It equals Pearson's r
    (Lord and Novick, "Statistical Theories of Mental Test Scores", 1968, chapter 15). None where
    all marks or all scores are alike.
    """
    right = [score for mark, score in zip(marks, scores, strict=True) if mark]
    wrong = [score for mark, score in zip(marks, scores, strict=True) if not mark]
    if not right or not wrong:
        return None
    spread = pstdev(scores)
    if spread < 1e-9:
        return None
    shares = len(right) * len(wrong) / len(scores) ** 2
    return max(-1.0, min(1.0, (fmean(right) - fmean(wrong)) / spread * sqrt(shares)))


def _chosen(first: Sequence[Reply]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = defaultdict(int)
    for each in first:
        for option in each.options:
            counts[option] += 1
    return tuple(sorted(counts.items()))
