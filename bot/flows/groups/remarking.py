"""What answers are worth by the key of today: marks, scores, passes and points that change.

All of it is pure and knows no words: `regrade` says what it means. Only what changes by the marks
of one item is changed, so that no other edit of the course since then gives or takes anything.
An attempt that is still going on is left alone: its score is counted when it ends.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.conversation import Reply, Stand
from bot.course.items import Exam, Item, Quiz
from bot.course.model import Course, Supplement, Unit
from bot.flows.verdict import needed

Given = dict[int, dict[str, list[Reply]]]
"""What somebody answered in one unit, by attempt and item; an account linked later may have been
asked the same.
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one learner's row of a unit; `before` is that row as it is now.

    `answers` are the attempts whose mark changes, with the new mark; `points` are added.
    """

    before: Stand
    answers: tuple[tuple[int, bool], ...]
    first: int | None
    best: int
    passed: bool
    points: int

    @property
    def loses(self) -> bool:
        """Whether some answer does not count as right any more."""
        return not all(mark for _, mark in self.answers)

    @property
    def shows(self) -> bool:
        """Whether the learner could see it: a score, a pass or points are other ones."""
        now = (self.first or 0, self.best, self.passed, self.points)
        return now != (self.before.first, self.before.best, self.before.done, 0)


@dataclass(frozen=True, slots=True)
class Remarked:
    """All changes, by learner; and how many answers have no mark by the key of today, since what
    was chosen is gone, and how many people answered in an attempt that is not over.
    """

    changes: tuple[Change, ...]
    gone: int = 0
    midway: int = 0


def remarked(
    course: Course,
    item: Item,
    replies: Iterable[Reply],
    stands: Iterable[Stand],
    *,
    take_away: bool,
) -> Remarked:
    """What the key of `item` makes of all answers to it; without `take_away` only what helps.

    Rows stay under the name that a unit had then: that is where the store keeps them.
    """
    rows = {(each.learner, each.unit): each for each in stands}
    given = _by_row(replies)
    changes: list[Change] = []
    midway: set[str] = set()
    gone = 0
    for (learner, unit_id), attempts in given.items():
        answers = [r for attempt in attempts.values() for r in attempt.get(item.id, [])]
        unit = course.units.get(course.renamed.get(unit_id, unit_id))
        stand = rows.get((learner, unit_id))
        if unit is None or stand is None:
            gone += len(answers)
            continue
        gone += sum(not _is_known(item, each) for each in answers)
        over = {n: attempts[n] for n in attempts if _is_over(n, attempts, stand)}
        if any(each.attempt not in over for each in answers):
            midway.add(learner)
        marks = _marks(item, over, take_away=take_away)
        if marks:
            changes.append(_change(course, unit, stand, item, over, marks))
    return Remarked(tuple(changes), gone, len(midway))


def _by_row(replies: Iterable[Reply]) -> dict[tuple[str, str], Given]:
    found: dict[tuple[str, str], Given] = {}
    for each in replies:
        attempts = found.setdefault((each.learner, each.unit), {})
        attempts.setdefault(each.attempt, defaultdict(list))[each.item].append(each)
    return found


def _is_known(item: Item, reply: Reply) -> bool:
    return all(item.option(each) for each in reply.options)


def _is_over(attempt: int, attempts: Given, stand: Stand) -> bool:
    """Whether an attempt came to its end: it has all its answers, or a later one was begun."""
    if not stand.out_of:
        return False
    later = attempt < max(stand.attempts, *attempts)
    return later or len(attempts[attempt]) >= stand.out_of


def _marks(item: Item, attempts: Given, *, take_away: bool) -> dict[int, bool]:
    """The attempts in which the answer to `item` has another mark now, with that mark."""
    key = {option.id for option in item.options if option.correct}
    found: dict[int, bool] = {}
    for number, answered in attempts.items():
        known = [each for each in answered.get(item.id, []) if _is_known(item, each)]
        mark = any(set(each.options) == key for each in known)
        if any(each.right != mark for each in known) and (mark or take_away):
            found[number] = mark
    return dict(sorted(found.items()))


# -- what that makes of the row --------------------------------------------------------------


def _change(
    course: Course,
    unit: Unit,
    stand: Stand,
    item: Item,
    attempts: Given,
    marks: dict[int, bool],
) -> Change:
    old = {number: _score(answered) for number, answered in attempts.items()}
    new = {
        number: score + _step(attempts[number][item.id], marks[number])
        if number in marks
        else score
        for number, score in old.items()
    }
    best = max(0, stand.best + max(new.values()) - max(old.values()))
    passed = _passed(unit, stand, attempts, old, new)
    points = _points(course, unit, stand, item, attempts, marks, passed=passed)
    first = stand.first + new.get(1, 0) - old.get(1, 0)
    known = 1 in attempts or stand.first > 0
    return Change(
        stand, tuple(marks.items()), max(0, first) if known else None, best, passed, points
    )


def _score(answered: dict[str, list[Reply]]) -> int:
    return sum(any(each.right for each in replies) for replies in answered.values())


def _step(replies: Sequence[Reply], mark: bool) -> int:
    """What a new mark adds to a score."""
    return int(mark) - int(any(each.right for each in replies))


def _passed(
    unit: Unit, stand: Stand, attempts: Given, old: dict[int, int], new: dict[int, int]
) -> bool:
    """Whether the row counts as done. A pass goes only where these marks take it."""
    if not isinstance(unit, Exam):
        return stand.done
    need = {number: needed(unit, len(attempts[number])) for number in attempts}
    passes = any(new[number] >= need[number] for number in attempts)
    passed = any(old[number] >= need[number] for number in attempts)
    return passes or (stand.done and not passed)


def _points(
    course: Course,
    unit: Unit,
    stand: Stand,
    item: Item,
    attempts: Given,
    marks: dict[int, bool],
    *,
    passed: bool,
) -> int:
    """An exam pays for its pass; any other unit for what is right in its first attempt."""
    if isinstance(unit, Exam):
        return (int(passed) - int(stand.done)) * course.points.exam
    if 1 not in marks or not isinstance(unit, Quiz | Supplement):
        return 0
    replies = attempts[1][item.id]
    paid = max(each.points for each in replies) or course.points.right
    return paid * _step(replies, marks[1])
