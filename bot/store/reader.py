"""Everything that reads, on a connection of its own that cannot write."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final, assert_never

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
from bot.store.errors import explaining
from bot.store.rows import LOADED, MESSAGE, PLACE, RECORD, SESSION, STATE, to_job, to_text
from bot.store.statements import ABOUT
from bot.store.together import Together
from bot.store.values import Loaded

_KNOWN: Final = """
SELECT asked.key, '' FROM json_each(?) AS asked JOIN events ON events.id = asked.value ->> 0"""

_LEARNER: Final = """
SELECT asked.key, accounts.learner FROM json_each(?) AS asked
JOIN accounts ON accounts.account = asked.value ->> 0"""

_LOADED: Final = """
WITH asked (number, learner, event) AS (SELECT key, value ->> 0, value ->> 1 FROM json_each(?))
SELECT number, json_object(
    'known', EXISTS (SELECT 1 FROM events WHERE id = asked.event),
    'exists', EXISTS (SELECT 1 FROM learners WHERE learner = asked.learner),
    'profile', json(COALESCE((
        SELECT json_object('alias', alias, 'zone', zone, 'language', language,
            'consent', consent, 'course', course, 'asked', asked)
        FROM learners WHERE learner = asked.learner), '{}')),
    'roles', json((
        SELECT json_group_array(json_object('name', name, 'cohort', cohort))
        FROM roles WHERE learner = asked.learner)),
    'sessions', json((
        SELECT json_group_object(course, json(body))
        FROM sessions WHERE subject = asked.learner)),
    'prompts', json((
        SELECT json_group_object(course, json_object('place', json(place), 'ref', ref))
        FROM prompts WHERE subject = asked.learner)))
FROM asked"""

_VISITS: Final = """
SELECT unit, attempts, done, COALESCE(first, 0), best, out_of, points, parked FROM progress
WHERE learner = ? AND course = ?"""
_VISITED: Final = _VISITS + " AND unit IN (SELECT value FROM json_each(?)) ORDER BY unit"  # noqa: S608
_DONE: Final = _VISITS + " ORDER BY unit"

_WORDINGS: Final = """
SELECT hash, body FROM wordings WHERE hash IN
    (SELECT body ->> 'wording' FROM log WHERE subject = ? AND kind = 'answered')"""

_MISSED: Final = """
SELECT body ->> 'item', body ->> 'misconception', COUNT(*) FROM log
WHERE subject = ? AND course = ? AND kind = 'answered' AND NOT body ->> 'right'
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"""

_TALK: Final = """
SELECT body FROM log WHERE subject = ? AND course = ? AND kind = 'talked'
AND body ->> 'unit' IN (SELECT value FROM json_each(?)) AND body ->> 'attempt' = ? ORDER BY seq"""

_TALKED: Final = """
SELECT 1 FROM log WHERE (kind = 'talked' AND at < ?)
OR (kind = 'parked' AND at < ? AND body ->> '$.state.kind' = 'talking') LIMIT 1"""

_SPENT: Final = """
SELECT COALESCE(tokens, 0), COALESCE(cost, 0) FROM json_each(?) AS asked LEFT JOIN spent
ON scope = asked.value ->> 0 AND period = asked.value ->> 1 ORDER BY asked.key"""

_WAITING: Final = """
SELECT body FROM sessions WHERE instr(body, '"waiting":null') = 0"""

_SEEN: Final = """
SELECT body ->> 'item', COUNT(*), MAX(seq), body ->> 'right' FROM log
WHERE subject = ? AND course = ? AND kind = 'answered' AND body ->> 'unit' IN
    (SELECT value FROM json_each(?)) GROUP BY body ->> 'item'"""

_WORDED: Final = """
SELECT body FROM wordings WHERE hash IN (SELECT value FROM json_each(?)) ORDER BY hash"""

_PENDING: Final = """
SELECT id, learner, course, place, body, reply_to, post, sending FROM outbox ORDER BY post, id"""

_DUE: Final = """
SELECT id, subject, course, place, rule, zone, due FROM jobs WHERE due <= ? ORDER BY due, id
LIMIT ?"""

_JSON: Final = frozenset({"body", "place", "parked"})
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
                return tuple(SeenItem(item, times, bool(right)) for item, times, _, right in rows)
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
                assert_never(look)

    async def pending(self) -> tuple[tuple[Outgoing, bool], ...]:
        return tuple(
            (
                Outgoing(
                    id_,
                    learner,
                    course,
                    PLACE.validate_json(place),
                    MESSAGE.validate_json(body),
                    reply_to,
                    bool(post),
                ),
                bool(sending),
            )
            for id_, learner, course, place, body, reply_to, post, sending in await self._all(
                _PENDING
            )
        )

    async def waiting(self) -> tuple[Session, ...]:
        """The sessions that await a model."""
        return tuple(SESSION.validate_json(body) for (body,) in await self._all(_WAITING))

    async def talked_before(self, at: str) -> bool:
        """Whether anything was said in a lab before a time."""
        return bool(list(await self._all(_TALKED, at, at)))

    async def gone_places(self) -> frozenset[Place]:
        rows = await self._all("SELECT place FROM gone")
        return frozenset(PLACE.validate_json(place) for (place,) in rows)

    async def due(self, at: datetime, limit: int) -> tuple[Job, ...]:
        return tuple(to_job(row) for row in await self._all(_DUE, to_text(at), limit))

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
            sql = f"SELECT * FROM {table} WHERE {column} = ?"  # noqa: S608 - names of ours
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
