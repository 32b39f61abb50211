"""What is done to a whole file now and then, through the writer and by nobody else."""

import logging
import sqlite3
from dataclasses import dataclass
from typing import Final

import aiosqlite

from bot.conversation import Linked, Place, Regraded
from bot.store.columns import Row, Value
from bot.store.derived import count_in, counted, update_regraded, upsert_progress
from bot.store.groups import regraded
from bot.store.opening import BUSY_SECONDS, number, size
from bot.store.rows import RECORD, STATE
from bot.store.statements import encoded
from bot.store.turns import progress

log = logging.getLogger(__name__)

PORTION: Final = 1_000
"""Rows that are read, or removed, at once."""

KEPT: Final = 400
"""Characters of a line that an open talk remembers, as `tutor.moves` has it."""

COMPACT: Final = 256 * 2**20
"""Bytes of a file that is still compacted; a larger one would take too long."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that the log determines; `copy` is what the log makes of it."""

    name: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def copy(self) -> str:
        return f"{self.name}_by_log"


PROGRESS: Final = Table(
    "progress",
    ("learner", "course", "unit"),
    ("attempts", "done", "first", "best", "out_of", "points", "parked"),
)
STANDING: Final = Table("standing", ("board", "period", "learner"), ("points", "shown"))
TALLY: Final = Table("tally", ("board", "period", "points"), ("learners",))

_REPLAY: Final = """
SELECT subject, course, body FROM log
WHERE kind IN ('opened', 'parked', 'answered', 'completed', 'regraded', 'linked') ORDER BY seq"""

_REGRADED: Final = "SELECT value ->> 0 AS learner, value FROM json_each(?)"

_TALLIED: Final = f"""
INSERT INTO {TALLY.copy} SELECT board, period, points, COUNT(*) FROM standing
WHERE shown = 1 AND points > 0 GROUP BY 1, 2, 3"""  # noqa: S608


async def checkpoint(db: aiosqlite.Connection, *, wipe: bool) -> bool:
    """Carry the write-ahead log over into the file; `wipe` also empties it. Whether that is done.

    A failure costs only space, so it stops nobody; nor does a reader who is in the way.
    """
    mode = "TRUNCATE" if wipe else "PASSIVE"
    await db.execute("PRAGMA busy_timeout = 0")
    try:
        return not await number(db, f"PRAGMA wal_checkpoint({mode})")
    except sqlite3.Error as problem:
        log.warning("no checkpoint: %s", problem)
        return False
    finally:
        await db.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


async def compact(db: aiosqlite.Connection) -> None:
    """Rebuild the file, so that no page keeps a stale copy of a row that was forgotten.

    secure_delete zeroes rows, but not the copies that a split of their page left behind.
    """
    try:
        if await size(db) <= COMPACT:
            await db.execute("VACUUM")
    except sqlite3.Error as problem:
        log.warning("the file was not compacted after /forget: %s", problem)


async def prune(db: aiosqlite.Connection, before: str) -> int:
    """Remove a portion of the event ids older than `before`, the oldest first; how many."""
    async with db.execute(
        "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at < ? ORDER BY at LIMIT ?)",
        (before, PORTION),
    ) as cursor:
        return cursor.rowcount


_OLD: Final = """
    SELECT subject, course, body ->> 'unit', body ->> 'attempt' FROM log
    WHERE kind = 'talked' AND at < :before
    UNION SELECT subject, course, body ->> 'unit', body ->> '$.state.attempt' FROM log
    WHERE kind = 'parked' AND at < :before AND body ->> '$.state.kind' = 'talking'"""

_NEWER: Final = """
    SELECT 1 FROM log WHERE log.subject = sessions.subject AND log.course = sessions.course
    AND kind = 'talked' AND at >= :before"""

# What is remembered of an open talk is made of its lines: those that go are taken out of it.
_SILENCED: Final = f"""
UPDATE sessions SET body = json_set(body,
    '$.state.heard', CASE WHEN EXISTS ({_NEWER}) THEN body ->> '$.state.heard' ELSE '' END,
    '$.state.said', json((SELECT json_group_array(line.value)
        FROM json_each(sessions.body, '$.state.said') AS line
        WHERE EXISTS ({_NEWER} AND substr(log.body ->> 'said', 1, {KEPT}) = line.value))))
WHERE (subject, course) IN (SELECT subject, course FROM log WHERE kind = 'talked' AND at < :before)
AND body ->> '$.state.kind' = 'talking'"""  # noqa: S608

_UNPARKED: Final = f"""
UPDATE progress SET parked = NULL WHERE parked ->> 'kind' = 'talking'
AND (learner, course, unit, parked ->> 'attempt') IN ({_OLD})"""  # noqa: S608

_PARKED_GONE: Final = f"""
DELETE FROM log WHERE kind = 'parked' AND body ->> '$.state.kind' = 'talking'
AND (subject, course, body ->> 'unit', body ->> '$.state.attempt') IN ({_OLD})"""  # noqa: S608

_TALKED_GONE: Final = "DELETE FROM log WHERE kind = 'talked' AND at < :before"


async def forget_talks(db: aiosqlite.Connection, before: str) -> int:
    """Remove what was said in labs before a time; how many lines.

    A lab that was begun before it and left begins anew: its place is made of those words. One that
    is open goes on, without them.
    """
    for sql in (_SILENCED, _UNPARKED, _PARKED_GONE):
        await db.execute(sql, {"before": before})
    async with db.execute(_TALKED_GONE, {"before": before}) as cursor:
        return cursor.rowcount


async def close_place(db: aiosqlite.Connection, row: tuple[str, str, str]) -> None:
    """Remember that nobody can be reached at a place: its JSON, whose it is, and why."""
    await db.execute("INSERT OR REPLACE INTO gone (place, learner, why) VALUES (?, ?, ?)", row)


async def reopen_place(db: aiosqlite.Connection, place: str) -> None:
    await db.execute("DELETE FROM gone WHERE place = ?", (place,))


# A group's posts go where it is at home, so they move along.
_MOVED_HOME: Final = """
UPDATE cohorts SET chat = :to, body = json_set(body, '$.place.chat', :to, '$.posts', json((
    SELECT json_group_array(json_set(value, '$.place.chat', :to))
    FROM json_each(cohorts.body, '$.posts'))))
WHERE platform = :platform AND chat = :chat"""

_MOVED_ROUNDS: Final = """
UPDATE rounds SET body = json_set(body, '$.place.chat', :to)
WHERE body ->> '$.place.platform' = :platform AND body ->> '$.place.chat' = :chat"""


async def move_place(db: aiosqlite.Connection, place: Place, to: Place) -> None:
    """Change the chat of everything that is meant for `place`; topics keep their names."""
    for table in ("outbox", "jobs", "prompts"):
        await db.execute(
            f"UPDATE {table} SET place = json_set(place, '$.chat', ?)"  # noqa: S608 - names of ours
            " WHERE place ->> 'platform' = ? AND place ->> 'chat' = ?",
            (to.chat, place.platform, place.chat),
        )
    moved = {"to": to.chat, "platform": place.platform, "chat": place.chat}
    for sql in (_MOVED_HOME, _MOVED_ROUNDS):
        await db.execute(sql, moved)


async def rebuild(db: aiosqlite.Connection) -> tuple[str, ...]:
    """Set progress and boards right by the log; a sentence for each difference."""
    await _copy(db, PROGRESS)
    await _replay(db)
    found = await _set_right(db, PROGRESS)
    await _copy(db, STANDING)
    await db.execute(count_in(counted(), STANDING.copy))
    found += await _set_right(db, STANDING)
    await _copy(db, TALLY)
    await db.execute(_TALLIED)
    return (*found, *await _set_right(db, TALLY))


async def _copy(db: aiosqlite.Connection, table: Table) -> None:
    """An empty copy, which the transaction takes with it should it fail."""
    keys = ", ".join(table.keys)
    await db.execute(f"CREATE TEMP TABLE {table.copy} AS SELECT * FROM {table.name} WHERE 0")  # noqa: S608
    await db.execute(f"CREATE UNIQUE INDEX temp.{table.copy}_key ON {table.copy} ({keys})")


async def _set_right(db: aiosqlite.Connection, table: Table) -> list[str]:
    """Make a table what its copy is; a sentence for each difference."""
    found = await _differences(db, table)
    if found:
        await db.execute(f"DELETE FROM {table.name}")  # noqa: S608 - names of ours
        await db.execute(f"INSERT INTO {table.name} SELECT * FROM {table.copy} WHERE TRUE")  # noqa: S608
    await db.execute(f"DROP TABLE {table.copy}")
    return found


async def _replay(db: aiosqlite.Connection) -> None:
    """All records in their order: marks that were put right change what came before them, in every
    account that was the learner's at that time.
    """
    into: dict[str, str] = {}
    async with db.execute(_REPLAY) as cursor:
        while rows := await cursor.fetchmany(PORTION):
            visits: list[Row] = []
            for who, course, body in rows:
                match record := RECORD.validate_json(body):
                    case Linked(ended=ended):
                        into[who] = "" if ended else record.into
                    case Regraded():
                        await _visit(db, visits)
                        visits = []
                        people = [who, *(each for each, target in into.items() if target == who)]
                        await _regrade(db, [regraded(each, course, record) for each in people])
                    case _:
                        visits += [row] if (row := progress(who, course, record)) else []
            await _visit(db, visits)


async def _visit(db: aiosqlite.Connection, rows: list[Row]) -> None:
    await db.execute(upsert_progress(PROGRESS.copy, "?"), (encoded(rows),))


async def _regrade(db: aiosqlite.Connection, rows: list[Row]) -> None:
    await db.execute(update_regraded(PROGRESS.copy, _REGRADED), (encoded(rows),))


async def _differences(db: aiosqlite.Connection, table: Table) -> list[str]:
    keys, columns = ", ".join(table.keys), table.columns
    kept = ", ".join(f"kept.{column}" for column in columns)
    told = ", ".join(f"told.{column}" for column in columns)
    rows = await db.execute_fetchall(
        f"SELECT {keys}, kept.{columns[0]}, told.{columns[0]}, {kept}, {told}"  # noqa: S608 - names of ours
        f" FROM (SELECT {keys} FROM {table.name} UNION SELECT {keys} FROM {table.copy})"
        f" LEFT JOIN {table.name} AS kept USING ({keys})"
        f" LEFT JOIN {table.copy} AS told USING ({keys})"
        f" WHERE ({kept}) IS NOT ({told}) ORDER BY {keys}"
    )
    return [said for row in rows if (said := _said(table, tuple(row)))]


def _said(table: Table, row: tuple[Value, ...]) -> str:
    """One difference as a sentence, "" where the same state is only written differently."""
    size = len(table.keys)
    names = zip(table.keys, row[:size], strict=True)
    where = ", ".join(f"{key} {value}" for key, value in names)
    is_kept, is_told = row[size : size + 2]
    if is_told is None:
        return f"{where}: {table.name} has a row of which the log knows nothing."
    if is_kept is None:
        return f"{where}: {table.name} lacks a row which the log knows."
    cells = row[size + 2 :]
    pairs = zip(
        table.columns, cells[: len(table.columns)], cells[len(table.columns) :], strict=True
    )
    wrong = [
        f"{column} was {kept!r} and is {told!r} by the log"
        for column, kept, told in pairs
        if not _same(column, kept, told)
    ]
    return f"{where}: {'; '.join(wrong)}." if wrong else ""


def _same(column: str, kept: Value, told: Value) -> bool:
    if kept == told or column != "parked" or not kept or not told:
        return kept == told
    return STATE.validate_json(str(kept)) == STATE.validate_json(str(told))
