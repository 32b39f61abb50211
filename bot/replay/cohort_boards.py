"""Boards of points, counted anew from the log."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.conversation import (
    Answered,
    Board,
    Completed,
    Profile,
    Record,
    Regraded,
    Standing,
    Streaked,
    Won,
)
from bot.replay.cohort_state import CohortState, Entry

TOP, NEAR = 10, 2
"""So many lines at the top of a board are shown, and so many neighbours on either side."""


def board(groups: CohortState, look: Board) -> tuple[Standing, ...]:
    """The lines of a board that the learner of a Look may see."""
    kind, _, name = look.board.partition(":")
    cohort = groups.cohorts.get(name) if kind == "cohort" else None
    if kind == "cohort" and cohort is None:
        return (Standing(1, look.learner, _alias(groups, look.learner), 0, 0),)
    course = cohort.course if cohort else name
    since, until = _period(look.span, look.at, cohort.zone if cohort else "UTC")
    members = set(groups.members(cohort.id)) if cohort else None
    points: dict[str, int] = defaultdict(int)
    for entry in _paid(groups, course):
        who = groups.canonical(entry.who)
        if (members is None or who in members) and since <= entry.at < until:
            points[who] += _points(entry.record)
    return _page(groups, points, look.learner)


def _page(groups: CohortState, points: dict[str, int], me: str) -> tuple[Standing, ...]:
    shown = [who for who in points if points[who] > 0 and _is_shown(groups, who)]
    ordered = sorted(shown, key=lambda who: (-points[who], who))
    mine = points.get(me, 0)
    above = [w for w in ordered if w != me and (points[w] > mine or (points[w] == mine and w < me))]
    below = [w for w in ordered if w != me and w not in above]
    if mine <= 0:
        above, below = ordered, []
    listed = dict.fromkeys([*ordered[:TOP], *above[-NEAR:], me, *below[:NEAR]])
    rows = [
        Standing(
            1 + sum(points[other] > points.get(who, 0) for other in shown),
            who,
            _alias(groups, who),
            points.get(who, 0),
            len(shown),
        )
        for who in listed
    ]
    return tuple(sorted(rows, key=lambda row: (-row.points, row.learner)))


def _alias(groups: CohortState, who: str) -> str:
    return groups.profiles.get(who, Profile()).alias


def _is_shown(groups: CohortState, who: str) -> bool:
    profile = groups.profiles.get(who, Profile())
    return bool(profile.alias) and not profile.hidden


def _paid(groups: CohortState, course: str) -> Iterator[Entry]:
    """What earned points in a course: of linked accounts, nothing that counts already."""
    for entry in groups.log:
        if entry.course != course or not _points(entry.record):
            continue
        if not _counts_already(groups, entry):
            yield entry


def _counts_already(groups: CohortState, entry: Entry) -> bool:
    into = groups.links[entry.who].into if entry.who in groups.links else ""
    if not into:
        return False
    first = {
        into,
        *(e.learner for e in groups.links.values() if e.into == into and e.learner < entry.who),
    }
    return any(
        other.who in first
        and other.course == entry.course
        and _points(other.record)
        and _thing(other.record) == _thing(entry.record)
        for other in groups.log
    )


def _points(record: Record) -> int:
    paying = Answered | Completed | Streaked | Won | Regraded
    return record.points if isinstance(record, paying) else 0


def _thing(record: Record) -> tuple[str, str, str]:
    """What a record paid for."""
    unit = getattr(record, "unit", "")
    return record.kind, unit, getattr(record, "item", getattr(record, "day", ""))


def _period(span: str, at: datetime, zone: str) -> tuple[datetime, datetime]:
    """The first moment of a span and the first one after it."""
    today = at.astimezone(ZoneInfo(zone)).date()
    match span:
        case "all":
            return datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        case "week":
            first = today - timedelta(days=today.weekday())
            return _midnight(first, zone), _midnight(first + timedelta(days=7), zone)
        case _:
            first = today.replace(day=1)
            after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
            return _midnight(first, zone), _midnight(after, zone)


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
