"""Everything that reads, on a connection of its own that cannot write."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

import aiosqlite

from bot.conversation import (
    Done,
    Everything,
    Job,
    Kept,
    Look,
    Missed,
    MissedItem,
    Outgoing,
    Place,
    Reload,
    Seen,
    SeenItem,
    Session,
    Spending,
    Spent,
    Talk,
    Talked,
    Visit,
    Visited,
    Worded,
)
from bot.conversation import Rows as LookRows
from bot.store import forgetting, gathered
from bot.store.derived import same_as
from bot.store.errors import explaining
from bot.store.rows import LOADED, MESSAGE, PLACE, RECORD, SESSION, STATE, to_job, to_text
from bot.store.together import Together
from bot.store.traces import ABOUT
from bot.store.values import Loaded

log = logging.getLogger(__name__)

T = TypeVar("T")

_KNOWN: Final = """
SELECT asked.key, '' FROM json_each(?) AS asked JOIN events ON events.id = asked.value ->> 0"""

_LEARNER: Final = """
SELECT asked.key, COALESCE(links.target, accounts.learner) FROM json_each(?) AS asked
JOIN accounts ON accounts.account = asked.value ->> 0
LEFT JOIN links ON links.learner = accounts.learner"""

_LOADED: Final = f"""
WITH asked (number, learner, event) AS (SELECT key, value ->> 0, value ->> 1 FROM json_each(?))
SELECT number, json_object(
    'known', EXISTS (SELECT 1 FROM events WHERE id = asked.event),
    'exists', EXISTS (SELECT 1 FROM learners WHERE learner = asked.learner)
        OR EXISTS (SELECT 1 FROM cohorts WHERE cohort = asked.learner),
    'group', EXISTS (SELECT 1 FROM cohorts WHERE cohort = asked.learner),
    'profile', json(COALESCE((
        SELECT json_object('alias', alias, 'zone', zone, 'language', language,
            'consent', consent, 'course', course, 'asked', asked, 'hidden', hidden,
            'reminding', json(reminding))
        FROM learners WHERE learner = asked.learner), '{{}}')),
    'roles', json((
        SELECT json_group_array(json_object('name', name, 'cohort', cohort))
        FROM roles WHERE learner IN ({same_as("asked.learner")}))),
    'cohorts', json((
        SELECT json_group_array(json_object('cohort', json(body), 'overrides', json((
            SELECT json_group_array(json(held.body)) FROM (SELECT overrides.body FROM overrides
                WHERE overrides.cohort = found.cohort
                AND overrides.learner IN ({same_as("asked.learner")})
                ORDER BY overrides.number, overrides.learner) AS held))))
        FROM (SELECT cohorts.cohort, cohorts.body FROM cohorts WHERE cohorts.cohort IN (
            SELECT members.cohort FROM members
            WHERE members.learner IN ({same_as("asked.learner")}))
            ORDER BY cohorts.title, cohorts.cohort) AS found)),
    'sessions', json((
        SELECT json_group_object(course, json(body))
        FROM sessions WHERE subject = asked.learner)),
    'prompts', json((
        SELECT json_group_object(course, json_object('place', json(place), 'ref', ref))
        FROM prompts WHERE subject = asked.learner)))
FROM asked"""  # noqa: S608

# Where accounts are linked, the best of all; a place that was left is that of the one in use.
_VISITS: Final = f"""
SELECT unit, MAX(attempts), MAX(done), COALESCE(MAX(first), 0), MAX(best), MAX(out_of), MAX(points),
    MAX(CASE learner WHEN ?1 THEN parked END) FROM progress
WHERE learner IN ({same_as("?1")}) AND course = ?2"""  # noqa: S608
_DONE: Final = f"{_VISITS} GROUP BY unit ORDER BY unit"
_VISITED: Final = f"{_VISITS} AND unit IN (SELECT value FROM json_each(?3)) GROUP BY unit"  # noqa: S608

_WORDINGS: Final = f"""
SELECT hash, body FROM wordings WHERE hash IN (SELECT body ->> 'wording' FROM log
    WHERE subject IN ({same_as("?1")}) AND kind = 'answered')"""  # noqa: S608

_MISSED: Final = f"""
SELECT body ->> 'item', body ->> 'misconception' FROM log
WHERE subject IN ({same_as("?1")}) AND course = ?2 AND kind = 'answered' AND NOT body ->> 'right'
GROUP BY 1, 2 ORDER BY COUNT(*) DESC, 1, 2"""  # noqa: S608

_TALK: Final = f"""
SELECT body FROM log WHERE subject IN ({same_as("?1")}) AND course = ?2 AND kind = 'talked'
AND body ->> 'unit' IN (SELECT value FROM json_each(?3)) AND body ->> 'attempt' = ?4
ORDER BY seq"""  # noqa: S608

_TALKED: Final = """
SELECT 1 FROM log WHERE (kind = 'talked' AND at < ?)
OR (kind = 'parked' AND at < ? AND body ->> '$.state.kind' = 'talking') LIMIT 1"""

_SPENT: Final = """
SELECT COALESCE(tokens, 0), COALESCE(cost, 0) FROM json_each(?) AS asked LEFT JOIN spent
ON scope = asked.value ->> 0 AND period = asked.value ->> 1 ORDER BY asked.key"""

_WAITING: Final = """
SELECT body FROM sessions WHERE instr(body, '"waiting":null') = 0"""

_SEEN: Final = f"""
SELECT body ->> 'item', MAX(seq), body ->> 'right' FROM log
WHERE subject IN ({same_as("?1")}) AND course = ?2 AND kind = 'answered' AND body ->> 'unit' IN
    (SELECT value FROM json_each(?3)) GROUP BY body ->> 'item'"""  # noqa: S608

_WORDED: Final = """
SELECT body FROM wordings WHERE hash IN (SELECT value FROM json_each(?)) ORDER BY hash"""

_PENDING: Final = """
SELECT id, learner, course, place, body, reply_to, post, sending FROM outbox ORDER BY post, id"""

_DUE: Final = """
SELECT id, subject, course, place, rule, zone, due FROM jobs WHERE due <= ? ORDER BY due, id
LIMIT ?"""

_JSON: Final = frozenset({"body", "place", "parked", "reminding"})
"""Columns that hold JSON, which an export shows as it is and not as a text within a text."""


class Reader:
    """Answers from `db`, the database at `path`. Every method may raise StoreError."""

    def __init__(self, db: aiosqlite.Connection, path: Path) -> None:
        self._db, self._path = db, path
        self._known = Together(db, path, _KNOWN)
        self._learner = Together(db, path, _LEARNER)
        self._loaded = Together(db, path, _LOADED)

    async def known(self, event: str) -> bool:
        return await self._known.ask(event) is not None

    async def learner(self, account: str) -> str | None:
        return await self._learner.ask(account)

    async def load(self, learner: str, event: str) -> Loaded:
        text = await self._loaded.ask(learner, event)
        return LOADED.validate_json(text) if text else Loaded()

    async def answer(self, look: Look) -> LookRows:
        match look:
            case Visited(learner, course, units):
                return await self._visits(_VISITED, learner, course, json.dumps(units))
            case Done(learner, course):
                return await self._visits(_DONE, learner, course)
            case Everything(learner):
                return await self._everything(learner)
            case Seen(learner, course, units):
                rows = await self._all(_SEEN, learner, course, json.dumps(units))
                return tuple(SeenItem(item, bool(right)) for item, _, right in rows)
            case Worded(hashes):
                rows = await self._all(_WORDED, json.dumps(hashes))
                return tuple(Kept("wordings", body) for (body,) in rows)
            case Missed(learner, course):
                rows = await self._all(_MISSED, learner, course)
                return tuple(MissedItem(*row) for row in rows)
            case Talk(learner, course, units, attempt):
                rows = await self._all(_TALK, learner, course, json.dumps(units), attempt)
                return tuple(_talked(body) for (body,) in rows)
            case Spending(learner, budgets, at):
                asked = [(each.scope(learner), each.period(at)) for each in budgets]
                rows = await self._all(_SPENT, json.dumps(asked))
                return tuple(Spent(tokens, cost) for tokens, cost in rows)
            case Reload():
                raise ValueError("the content is not the store's")
            case _:
                found = await gathered.answer(self._all, look)
                if found is None:
                    raise LookupError(f"nobody answers {look}")
                return found

    async def pending(self) -> tuple[tuple[Outgoing, bool], ...]:
        return tuple(_sound("outbox", await self._all(_PENDING), _outgoing))

    async def waiting(self) -> tuple[Session, ...]:
        """The sessions that await a model."""
        rows = await self._all(_WAITING)
        return tuple(_sound("sessions", rows, lambda row: SESSION.validate_json(row[0])))

    async def talked_before(self, at: str) -> bool:
        """Whether anything was said in a lab before a time."""
        return bool(list(await self._all(_TALKED, at, at)))

    async def forgotten(self, after: int = 0) -> tuple[dict[str, str], int]:
        """Who was forgotten since entry number `after`, see `forgetting.entries`."""
        with explaining(self._path):
            return await forgetting.entries(self._db, after)

    async def gone_places(self) -> frozenset[Place]:
        rows = await self._all("SELECT place FROM gone")
        return frozenset(_sound("gone", rows, lambda row: PLACE.validate_json(row[0])))

    async def due(self, at: datetime, limit: int) -> tuple[Job, ...]:
        return tuple(_sound("jobs", await self._all(_DUE, to_text(at), limit), to_job))

    async def _visits(self, sql: str, *params: str) -> tuple[Visit, ...]:
        return tuple(
            Visit(
                unit,
                attempts,
                bool(done),
                first,
                best,
                out_of,
                points,
                STATE.validate_json(parked) if parked else None,
            )
            for unit, attempts, done, first, best, out_of, points, parked in await self._all(
                sql, *params
            )
        )

    async def _everything(self, learner: str) -> tuple[Kept, ...]:
        found: list[Kept] = []
        for table, column in ABOUT.items():
            sql = f"SELECT * FROM {table} WHERE {column} IN ({same_as('?1')})"  # noqa: S608 - ours
            found += await self._kept(table, sql, learner)
        return (*found, *await self._kept("wordings", _WORDINGS, learner))

    async def _kept(self, table: str, sql: str, learner: str) -> list[Kept]:
        with explaining(self._path):
            async with self._db.execute(sql, (learner,)) as cursor:
                names = [column[0] for column in cursor.description]
                return [Kept(table, _as_json(names, row)) for row in await cursor.fetchall()]

    async def _all(self, sql: str, *params: str | int) -> Iterable[aiosqlite.Row]:
        with explaining(self._path):
            return await self._db.execute_fetchall(sql, params)


def _sound(
    table: str, rows: Iterable[aiosqlite.Row], read: Callable[[aiosqlite.Row], T]
) -> Iterator[T]:
    """What can be read of `rows`; a damaged one is logged, and costs nobody else anything."""
    for row in rows:
        try:
            yield read(row)
        except ValueError:  # not with what it says: that may be what somebody wrote
            log.error("a row of the table %s is damaged, and is left out", table)


def _outgoing(row: aiosqlite.Row) -> tuple[Outgoing, bool]:
    id_, learner, course, place, body, reply_to, post, sending = row
    where, message = PLACE.validate_json(place), MESSAGE.validate_json(body)
    return Outgoing(id_, learner, course, where, message, reply_to, bool(post)), bool(sending)


def _talked(body: str) -> Talked:
    record = RECORD.validate_json(body)
    if not isinstance(record, Talked):
        raise TypeError(f"not a line of a talk: {body}")
    return record


def _as_json(names: Iterable[str], row: Iterable[str | int | None]) -> str:
    cells = {
        name: json.loads(cell) if name in _JSON and isinstance(cell, str) else cell
        for name, cell in zip(names, row, strict=True)
    }
    return json.dumps(cells, ensure_ascii=False)
