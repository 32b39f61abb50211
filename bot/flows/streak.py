"""Days in a row with something learned, counted by the learner's own calendar.

A change of time zone neither mints nor costs a day: the days that passed are counted in the old
zone and in the new one, and the smaller number holds.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.conversation import Answered, Completed, Record, Streak, Streaked, Talked
from bot.course.model import Course


def learned(records: tuple[Record, ...]) -> bool:
    """Whether something was learned: an answer, a finished unit, an exchange that counts."""
    return any(
        isinstance(record, Answered | Completed) or (isinstance(record, Talked) and record.counted)
        for record in records
    )


def counted(
    streak: Streak, course: Course, at: datetime, zone: str
) -> tuple[Streak, tuple[Streaked, ...]]:
    """The streak after something was learned at `at` (UTC) in `zone`; a record for a new day."""
    following = advanced(streak, at, zone, course.streaks.freezes)
    if following is None:
        return streak, ()
    earned = course.points.day
    following = replace(following, points=streak.points + earned)
    return following, (Streaked(_day(at, zone).isoformat(), following.length, earned),)


def advanced(streak: Streak, at: datetime, zone: str, freezes: int) -> Streak | None:
    """The streak with one more day; None where `at` falls on a day that counts already.

    A missed day is forgiven while its week has a freeze left (`freezes` a week, from Monday).
    """
    if streak.at is None:
        return Streak(1, at=at, zone=zone)
    days = passed(streak, at, zone)
    if days <= 0:
        return None
    missed = [_day(at, zone) - timedelta(days=n) for n in range(1, days)]
    weeks = tuple(day.isocalendar()[:2] for day in missed)
    used = Counter((*streak.frozen, *weeks))
    if days > 8 or any(used[week] > freezes for week in weeks):
        return replace(streak, length=1, at=at, zone=zone)
    frozen = (*streak.frozen, *weeks)[-7:]
    return replace(streak, length=streak.length + 1, at=at, zone=zone, frozen=frozen)


def passed(streak: Streak, at: datetime, zone: str) -> int:
    """Days between the last one counted and `at`, by whichever calendar makes fewer of them."""
    if streak.at is None:
        return 0
    begun = streak.at
    return min((_day(at, each) - _day(begun, each)).days for each in (streak.zone, zone))


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
