"""Who seems stuck, and why: from where they stand and what they answered.

All of it is pure and knows no words: `nudges` says what it means.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from bot.conversation import Reply, Stand
from bot.course.items import Exam
from bot.course.model import Course
from bot.flows.groups.whereabouts import Where

HALTED: Final = timedelta(days=5)
"""A unit that was begun, and nothing since for so long, was left in the middle."""

OFTEN: Final = 3
"""Wrong answers to one item that make somebody stuck at it."""


@dataclass(frozen=True, slots=True)
class Hurdle:
    """Why somebody seems stuck: an exam failed `n` times, a unit left for `n` days, an item wrong
    `n` times, or a module that is due and was not begun. `what` is the id of exam, unit, item or
    module.
    """

    kind: Literal["exam", "left", "item", "due"]
    what: str
    n: int = 0


def hurdles(
    course: Course,
    where: Where,
    stands: Iterable[Stand],
    replies: Sequence[Reply],
    at: datetime,
) -> list[Hurdle]:
    """What seems to hold one member up; `stands` and `replies` are theirs, by today's names."""
    halted = _halted(where, at)
    not_begun = [
        Hurdle("due", module.id)
        for module in where.late
        if not {"done", "late", "begun"} & set(where.within(module))
    ]
    failed = _failed(course, where, stands, replies)
    return [*failed, *halted, *not_begun, *_missed(course, where, replies)]


def _halted(where: Where, at: datetime) -> list[Hurdle]:
    passed = at - (where.member.seen or where.member.joined)
    begun = any(unit is where.at and cell == "begun" for unit, cell in where.cells)
    if not begun or where.at is None or passed < HALTED:
        return []
    return [Hurdle("left", where.at.id, passed.days)]


def _failed(
    course: Course, where: Where, stands: Iterable[Stand], replies: Sequence[Reply]
) -> list[Hurdle]:
    """Exams failed twice: all attempts but the newest ended so, and it too once all is answered."""
    found = []
    for stand in stands:
        exam = course.units.get(stand.unit)
        if not isinstance(exam, Exam) or stand.done or exam.id in where.settled:
            continue
        newest = {
            each.item for each in replies if each.unit == exam.id and each.attempt == stand.attempts
        }
        asked = min(exam.questions, len(exam.items))
        failed = stand.attempts - (len(newest) < asked)
        if failed >= 2:
            found.append(Hurdle("exam", exam.id, failed))
    return found


def _missed(course: Course, where: Where, replies: Sequence[Reply]) -> list[Hurdle]:
    """Items wrong three times, and still so at the last try; a passed exam is behind them."""
    behind = {each for each in where.settled if isinstance(course.units[each], Exam)}
    known = {item.id for item in course.items}
    wrong: dict[str, int] = defaultdict(int)
    last: dict[str, bool] = {}
    for each in replies:
        if each.unit in behind:
            continue
        wrong[each.item] += not each.right
        last[each.item] = each.right
    return [
        Hurdle("item", item, n)
        for item, n in wrong.items()
        if n >= OFTEN and item in known and not last[item]
    ]
