"""Everything that is written, as one SQL statement.

A batch is one INSERT into the view `batch`. Each of its columns takes the rows of many turns as a
JSON list, and its trigger spreads them over the tables, in the order of `WRITES`. So SQLite itself
makes a batch all or nothing; and the connection's thread needs Python once a batch and not once a
row, which is a quarter more turns a second than an executemany a table.

The writer puts no two turns that touch the same thing into one batch, so the order never shows.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Final, Literal

Value = str | int | None
Row = tuple[Value, ...]
Name = Literal[
    "forget",
    "prompted",
    "sending",
    "gone",
    "learner",
    "account",
    "profile",
    "grant",
    "revoke",
    "event",
    "save",
    "leave",
    "log",
    "progress",
    "points",
    "outbox",
    "wording",
    "move",
    "finish",
    "cancel",
    "schedule",
]
"""The columns of `batch`."""

Rows = dict[Name, list[Row]]
"""What to write: rows for some of the columns."""

ABOUT: Final = {
    "accounts": "learner",
    "learners": "learner",
    "roles": "learner",
    "sessions": "subject",
    "prompts": "subject",
    "log": "subject",
    "progress": "learner",
    "points": "learner",
    "outbox": "learner",
    "jobs": "subject",
    "gone": "learner",
    "calls": "learner",
    "spent": "learner",
}
"""Every table that holds something about a learner, and the column that names them."""


def insert(table: str, columns: str, source: str, then: str = "") -> str:
    """Insert the rows of the JSON list `source`; `then` are more conditions and ON CONFLICT."""
    cells = ", ".join(f"value ->> {number}" for number in range(columns.count(",") + 1))
    return (
        f"INSERT INTO {table} ({columns})\n"
        f"SELECT {cells} FROM json_each({source}) WHERE TRUE {then}"
    )


def upsert_progress(table: str, source: str) -> str:
    """What a record makes of a unit's row: the only definition of `progress`."""
    return insert(
        table,
        "learner, course, unit, attempts, done, first, best, out_of, points, parked",
        source,
        f"""ON CONFLICT (learner, course, unit) DO UPDATE SET
    attempts = CASE WHEN excluded.attempts > {table}.attempts
        THEN excluded.attempts ELSE {table}.attempts END,
    done = CASE WHEN excluded.done = 1 THEN 1 ELSE {table}.done END,
    first = COALESCE({table}.first, excluded.first),
    best = CASE WHEN excluded.best > {table}.best THEN excluded.best ELSE {table}.best END,
    out_of = CASE WHEN excluded.done = 1 OR excluded.out_of > 0
        THEN excluded.out_of ELSE {table}.out_of END,
    points = {table}.points + excluded.points,
    parked = excluded.parked""",
    )


def upsert_points(table: str, source: str) -> str:
    """What earned points make of a total: the only definition of `points`."""
    then = f"""ON CONFLICT (learner, course) DO UPDATE SET
    total = {table}.total + excluded.total"""
    return insert(table, "learner, course, total", source, then)


_PROFILE: Final = "learner, at, alias, zone, language, consent, course, asked"

WRITES: Final[dict[Name, str]] = {
    # Without its first condition a table without an index would be read through in every batch.
    "forget": ";\n".join(
        f"DELETE FROM {table} WHERE new.forget IS NOT NULL"  # noqa: S608
        f" AND {column} IN (SELECT value ->> 0 FROM json_each(new.forget))"
        for table, column in ABOUT.items()
    ),
    # -- the outbox, afterwards
    "prompted": """
INSERT INTO prompts (subject, course, place, ref)
SELECT outbox.learner, outbox.course, outbox.place, sent.value ->> 0
FROM json_each(new.prompted) AS sent JOIN outbox ON outbox.id = sent.value ->> 1
WHERE outbox.prompt = 1
ON CONFLICT (subject, course) DO UPDATE SET place = excluded.place, ref = excluded.ref""",
    "sending": """
UPDATE outbox SET sending = 1 WHERE id IN (SELECT value ->> 0 FROM json_each(new.sending))""",
    "gone": "DELETE FROM outbox WHERE id IN (SELECT value ->> 0 FROM json_each(new.gone))",
    # -- people
    "learner": insert(
        "learners",
        _PROFILE,
        "new.learner",
        "AND NOT EXISTS (SELECT 1 FROM accounts WHERE account = value ->> 8)",
    ),
    "account": insert(
        "accounts", "account, learner", "new.account", "ON CONFLICT (account) DO NOTHING"
    ),
    "profile": insert(
        "learners",
        _PROFILE,
        "new.profile",
        """ON CONFLICT (learner) DO UPDATE SET alias = excluded.alias, zone = excluded.zone,
    language = excluded.language, consent = excluded.consent, course = excluded.course,
    asked = excluded.asked""",
    ),
    "grant": insert("roles", "learner, name, cohort", "new.grant", "ON CONFLICT DO NOTHING"),
    "revoke": """
DELETE FROM roles WHERE (learner, name, cohort) IN
    (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(new.revoke))""",
    # -- a turn
    "event": insert("events", "id, at", "new.event"),
    "save": insert(
        "sessions",
        "subject, course, body",
        "new.save",
        "ON CONFLICT (subject, course) DO UPDATE SET body = excluded.body",
    ),
    "leave": """
DELETE FROM sessions WHERE (subject, course) IN
    (SELECT value ->> 0, value ->> 1 FROM json_each(new.leave))""",
    "log": insert("log", "at, subject, course, event, kind, body", "new.log"),
    "progress": upsert_progress("progress", "new.progress"),
    "points": upsert_points("points", "new.points"),
    "outbox": insert(
        "outbox",
        "id, learner, course, place, reply_to, post, sending, prompt, body",
        "new.outbox",
    ),
    "wording": insert("wordings", "hash, body", "new.wording", "ON CONFLICT (hash) DO NOTHING"),
    # -- jobs: the one that woke comes first, so that a record of its turn has the last word
    "move": """
UPDATE jobs SET due = woke.value ->> 0 FROM json_each(new.move) AS woke
WHERE jobs.id = woke.value ->> 1 AND jobs.due = woke.value ->> 2""",
    "finish": """
DELETE FROM jobs WHERE (id, due) IN
    (SELECT value ->> 0, value ->> 1 FROM json_each(new.finish))""",
    "cancel": "DELETE FROM jobs WHERE id IN (SELECT value ->> 0 FROM json_each(new.cancel))",
    "schedule": insert(
        "jobs",
        "id, subject, course, place, rule, zone, due",
        "new.schedule",
        """ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, course = excluded.course,
    place = excluded.place, rule = excluded.rule, zone = excluded.zone, due = excluded.due""",
    ),
}

SETUP: Final = f"""
CREATE TEMP VIEW batch ("{'", "'.join(WRITES)}") AS SELECT {", ".join("NULL" for _ in WRITES)};
CREATE TEMP TRIGGER batch_is_written INSTEAD OF INSERT ON batch BEGIN
{";".join(WRITES.values())};
END;
"""
"""What the writer's connection needs before the first batch; nothing of it is in the file."""

BATCH: Final = f"INSERT INTO batch VALUES ({', '.join('?' for _ in WRITES)})"  # noqa: S608


def merged(parts: Iterable[Rows]) -> Rows:
    """The rows of all parts, in their order."""
    rows: Rows = {}
    for part in parts:
        for name, more in part.items():
            rows.setdefault(name, []).extend(more)
    return rows


def parameters(rows: Rows) -> list[str | None]:
    """What BATCH takes."""
    return [encoded(rows[name]) if name in rows else None for name in WRITES]


def encoded(rows: Sequence[Row]) -> str:
    """A JSON list. SQLite ends a text at a NUL character, so none goes in."""
    text = json.dumps(rows, ensure_ascii=False)
    if "\\u0000" not in text:
        return text
    return json.dumps([[_whole(cell) for cell in row] for row in rows], ensure_ascii=False)


def _whole(cell: Value) -> Value:
    return cell.replace("\0", "\ufffd") if isinstance(cell, str) else cell
