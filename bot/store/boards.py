"""Boards: which periods a moment belongs to, and one page of a board with one's own place.

Nothing here counts learners: a page is read from an index, a rank from how many have how many
points, so that a million learners cost what a thousand do.
"""

import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import aiosqlite

from bot.conversation import Board, Standing
from bot.store.columns import Row
from bot.store.rows import to_text, to_time

TOP: Final = 10
"""Places of a page."""

NEAR: Final = 2
"""Neighbours on either side."""

WEEK: Final = timedelta(days=7)
INSTANT: Final = timedelta(microseconds=1)

_ZONE: Final = "SELECT zone FROM cohorts WHERE ?1 = 'cohort:' || cohort AND cohort = substr(?1, 8)"

_SHOWN: Final = """
SELECT learner, points FROM standing INDEXED BY standing_by_points
WHERE board = ?1 AND period = ?2 AND shown = 1"""

_TOP: Final = f"{_SHOWN} AND points > 0 ORDER BY points DESC, learner LIMIT {TOP}"
_TIED_ABOVE: Final = f"""
{_SHOWN} AND points = ?3 AND learner < ?4 ORDER BY learner DESC LIMIT {NEAR}"""
_ABOVE: Final = f"""
{_SHOWN} AND points > ?3 ORDER BY points, learner DESC LIMIT {NEAR}"""
_TIED_BELOW: Final = f"""
{_SHOWN} AND points = ?3 AND learner > ?4 ORDER BY learner LIMIT {NEAR}"""
_BELOW: Final = f"""
{_SHOWN} AND points < ?3 AND points > 0 ORDER BY points DESC, learner LIMIT {NEAR}"""

_MINE: Final = "SELECT points FROM standing WHERE board = ? AND period = ? AND learner = ?"

_RANKS: Final = """
SELECT asked.value, 1 + COALESCE((SELECT SUM(learners) FROM tally
    WHERE board = ?1 AND period = ?2 AND points > asked.value), 0)
FROM json_each(?3) AS asked"""

_OF: Final = "SELECT COALESCE(SUM(learners), 0) FROM tally WHERE board = ? AND period = ?"

_NAMES: Final = """
SELECT learner, alias FROM learners WHERE learner IN (SELECT value FROM json_each(?))"""

Ask = Callable[..., Awaitable[Iterable[aiosqlite.Row]]]


def periods(zone: str, at: datetime) -> tuple[Row, ...]:
    """All time, and the week and the month in which `at` lies by the calendar of `zone`: rows of
    `calendar`. Weeks begin on Monday.
    """
    local = at.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    today = local.replace(tzinfo=None)
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return (
        (zone, "all", "", "9999"),
        (zone, f"week {monday:%Y-%m-%d}", _utc(monday, zone), _utc(monday + WEEK, zone)),
        (zone, f"month {first:%Y-%m-%d}", _utc(first, zone), _utc(following, zone)),
    )


def _utc(local: datetime, zone: str) -> str:
    return to_text(local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))


@dataclass(slots=True)
class Calendar:
    """The weeks and months that the file knows: all in which something was earned, by the calendar
    of every zone that a cohort has.

    `rows` are in the file; `zones` are in use, and of those in `full` the file knows what it knows
    of UTC. From `since` to `until` it knows all that it needs.
    """

    rows: set[Row]
    zones: set[str]
    full: set[str] = field(init=False)
    times: set[str] = field(default_factory=set)
    since: str = ""
    until: str = ""

    def __post_init__(self) -> None:
        self.full = set(self.zones)
        self._meet(self.rows)

    def missing(self, at: datetime, zones: Iterable[str] = ()) -> list[Row]:
        """What the file must learn before something is earned at a time; and, where `zones` are
        new to it, before things earned at any time are counted in them.
        """
        new = set(zones) - self.full
        if not new and self.since <= to_text(at) < self.until:
            return []
        self.zones |= new
        self.since = self.until = ""
        found = {row for zone in self.zones for row in periods(zone, at)}
        self._meet(found)
        found.update(r for zone in new for time in self.times for r in periods(zone, to_time(time)))
        return sorted(found - self.rows, key=str)

    def learn(self, at: datetime, zones: Iterable[str], rows: Iterable[Row]) -> None:
        """What was missing is in the file now."""
        self.rows.update(rows)
        self.full.update(zones)
        now = [row for zone in self.zones for row in periods(zone, at)]
        if self.full.issuperset(self.zones) and self.rows.issuperset(now):
            self.since = max(str(row[2]) for row in now)
            self.until = min(str(row[3]) for row in now)

    def _meet(self, rows: Iterable[Row]) -> None:
        """A period's first and last moment tell which ones of another calendar overlap it."""
        for _, _, since, until in rows:
            if since:
                self.times |= {str(since), to_text(to_time(str(until)) - INSTANT)}


async def page(ask: Ask, look: Board) -> tuple[Standing, ...]:
    """The rows that answer a Board; `ask` runs a query."""
    zone = next((str(row[0]) for row in await ask(_ZONE, look.board)), "UTC")
    names = (str(row[1]) for row in periods(zone, look.at))
    where = (look.board, next(name for name in names if name.startswith(look.span)))
    mine = next((row[0] for row in await ask(_MINE, *where, look.learner)), 0)
    me = (look.learner, mine)
    rows = [*await ask(_TOP, *where)]
    above = [*await ask(_TIED_ABOVE, *where, *reversed(me))] if mine > 0 else []
    above += [*await ask(_ABOVE, *where, max(mine, 0))]
    below = [*await ask(_TIED_BELOW, *where, *reversed(me))] if mine > 0 else []
    below += [*await ask(_BELOW, *where, mine)]
    near = [*reversed(above[:NEAR]), me, *below[:NEAR]]
    listed = dict.fromkeys((str(who), int(points)) for who, points in [*rows, *near])
    return await _ranked(ask, where, list(listed))


async def _ranked(
    ask: Ask, where: tuple[str, str], rows: list[tuple[str, int]]
) -> tuple[Standing, ...]:
    ranks = dict(tuple(row) for row in await ask(_RANKS, *where, json.dumps([p for _, p in rows])))
    names = dict(tuple(row) for row in await ask(_NAMES, json.dumps([who for who, _ in rows])))
    of = next(int(row[0]) for row in await ask(_OF, *where))
    found = [Standing(ranks[p], who, names.get(who, ""), p, of) for who, p in rows]
    return tuple(sorted(found, key=lambda each: (-each.points, each.learner)))
