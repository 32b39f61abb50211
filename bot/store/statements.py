"""Every statement that writes, once.

The SQL keeps to what PostgreSQL also reads. A batch runs each statement over the rows of all its
turns, in the order of `ORDER`; the writer puts no two turns that touch the same thing into one
batch, so this order never shows.
"""

from collections.abc import Iterable
from typing import Final

Value = str | int | None
Row = tuple[Value, ...]
Rows = dict[str, list[Row]]
"""What to write: the rows of each statement."""

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
}
"""Every table that holds something about a learner, and the column that names them."""

FORGET: Final = tuple(
    f"DELETE FROM {table} WHERE {column} = ?"  # noqa: S608 - the names are ours, from above
    for table, column in ABOUT.items()
)


def upsert_progress(table: str) -> str:
    """What a record makes of a unit's row: the only definition of `progress`."""
    return f"""
INSERT INTO {table} AS old
    (learner, course, unit, attempts, done, first, best, out_of, points, parked)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (learner, course, unit) DO UPDATE SET
    attempts = CASE WHEN excluded.attempts > old.attempts
        THEN excluded.attempts ELSE old.attempts END,
    done = CASE WHEN excluded.done = 1 THEN 1 ELSE old.done END,
    first = COALESCE(old.first, excluded.first),
    best = CASE WHEN excluded.best > old.best THEN excluded.best ELSE old.best END,
    out_of = CASE WHEN excluded.done = 1 OR excluded.out_of > 0
        THEN excluded.out_of ELSE old.out_of END,
    points = old.points + excluded.points,
    parked = excluded.parked"""  # noqa: S608 - the table's name is ours


def upsert_points(table: str) -> str:
    """What earned points make of a total: the only definition of `points`."""
    return f"""
INSERT INTO {table} AS old (learner, course, total) VALUES (?, ?, ?)
ON CONFLICT (learner, course) DO UPDATE SET total = old.total + excluded.total"""  # noqa: S608


# -- the outbox, afterwards ------------------------------------------------------------------

PROMPTED = """
INSERT INTO prompts (subject, course, place, ref)
SELECT learner, course, place, ? FROM outbox WHERE id = ? AND prompt = 1
ON CONFLICT (subject, course) DO UPDATE SET place = excluded.place, ref = excluded.ref"""
SENDING = "UPDATE outbox SET sending = 1 WHERE id = ?"
GONE = "DELETE FROM outbox WHERE id = ?"

# -- people ----------------------------------------------------------------------------------

LEARNER = """
INSERT INTO learners (learner, at, alias, zone, language, consent, course)
SELECT ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE account = ?)"""
ACCOUNT = """
INSERT INTO accounts (account, learner) VALUES (?, ?) ON CONFLICT (account) DO NOTHING"""
PROFILE = """
INSERT INTO learners (learner, at, alias, zone, language, consent, course)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (learner) DO UPDATE SET alias = excluded.alias, zone = excluded.zone,
    language = excluded.language, consent = excluded.consent, course = excluded.course"""
GRANT = "INSERT INTO roles (learner, name, cohort) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
REVOKE = "DELETE FROM roles WHERE learner = ? AND name = ? AND cohort = ?"

# -- a turn ----------------------------------------------------------------------------------

EVENT = "INSERT INTO events (id, at) VALUES (?, ?)"
SAVE = """
INSERT INTO sessions (subject, course, body) VALUES (?, ?, ?)
ON CONFLICT (subject, course) DO UPDATE SET body = excluded.body"""
LEAVE = "DELETE FROM sessions WHERE subject = ? AND course = ?"
LOG = "INSERT INTO log (at, subject, course, event, kind, body) VALUES (?, ?, ?, ?, ?, ?)"
PROGRESS = upsert_progress("progress")
POINTS = upsert_points("points")
OUTBOX = """
INSERT INTO outbox (id, learner, course, place, reply_to, post, sending, prompt, body)
VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)"""
WORDING = "INSERT INTO wordings (hash, body) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING"

# -- jobs: the slot that woke comes first, so that a record of the same turn has the last word -

MOVE = "UPDATE jobs SET due = ? WHERE id = ? AND due = ?"
FINISH = "DELETE FROM jobs WHERE id = ? AND due = ?"
CANCEL = "DELETE FROM jobs WHERE id = ?"
SCHEDULE = """
INSERT INTO jobs (id, subject, course, place, rule, zone, due) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, course = excluded.course,
    place = excluded.place, rule = excluded.rule, zone = excluded.zone, due = excluded.due"""

ORDER: Final = (
    *(*FORGET, PROMPTED, SENDING, GONE),
    *(LEARNER, ACCOUNT, PROFILE, GRANT, REVOKE),
    *(EVENT, SAVE, LEAVE, LOG, PROGRESS, POINTS, OUTBOX, WORDING),
    *(MOVE, FINISH, CANCEL, SCHEDULE),
)


def merged(parts: Iterable[Rows]) -> list[tuple[str, list[Row]]]:
    """The statements of all parts, each once, in order."""
    rows: Rows = {}
    for part in parts:
        for sql, more in part.items():
            rows.setdefault(sql, []).extend(more)
    return [(sql, rows[sql]) for sql in ORDER if rows.get(sql)]
