"""Everything that is written, as one SQL statement.

A batch is one INSERT into the view `batch`. Each of its columns takes the rows of many turns as a
JSON list, and its trigger spreads them over the tables, in the order of `WRITES`. So SQLite itself
makes a batch all or nothing; and the connection's thread needs Python once a batch and not once a
row, which is a quarter more turns a second than an executemany a table.

The writer puts no two turns that touch the same thing into one batch, so the order never shows.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from bot.store.columns import Name, Row, Rows, Value
from bot.store.derived import count_in, counted, insert, upsert_progress
from bot.store.errors import STALE
from bot.store.group_statements import GROUPING
from bot.store.ledger import hashed
from bot.store.traces import FORGET, without

# Who has one account alone is paid on top of what they have; a person with several is counted anew.
_LINKED: Final = "SELECT 1 FROM links WHERE links.learner = value ->> 0 OR target = value ->> 0"
_NOW_EARNED: Final = f"""
        SELECT value ->> 0 AS learner, value ->> 1 AS course, value ->> 2 AS points,
            value ->> 3 AS at FROM json_each(new.earned) WHERE NOT EXISTS ({_LINKED})"""  # noqa: S608

_NAMED: Final = f"""
        SELECT value ->> 0 AS learner FROM json_each(new.recount)
        UNION SELECT value ->> 0 FROM json_each(new.earned) WHERE EXISTS ({_LINKED})"""  # noqa: S608
_RECOUNTED: Final = f"""{_NAMED}
        UNION SELECT target FROM ({_NAMED}) AS named JOIN links ON links.learner = named.learner"""  # noqa: S608
_THEIRS: Final = f"""{_RECOUNTED}
        UNION SELECT links.learner FROM ({_RECOUNTED}) AS found
        JOIN links ON links.target = found.learner"""  # noqa: S608
_EARNED_AGAIN: Final = f"""
        SELECT * FROM ({counted(_THEIRS)}) WHERE learner IN ({_RECOUNTED})"""  # noqa: S608

_REVOKED: Final = """SELECT * FROM (
    SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(new.revoke) UNION
    SELECT links.learner, value ->> 1, value ->> 2
    FROM json_each(new.revoke) JOIN links ON target = value ->> 0)
"""

_PROFILE: Final = (
    "learner, at, alias, zone, language, consent, course, asked, hidden, reminding, folded"
)

WRITES: Final[dict[Name, str]] = {
    "forget": FORGET,
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
        "AND NOT EXISTS (SELECT 1 FROM accounts WHERE account = value ->> 11)",
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
    asked = excluded.asked, hidden = excluded.hidden, reminding = excluded.reminding,
    folded = excluded.folded""",
    ),
    # Whoever ends an instructor's role ends the invitations that wait as well, theirs among them;
    # and one must stay, also where two dismiss each other at once.
    "revoke": f"""
DELETE FROM roles WHERE (learner, name, cohort) IN ({_REVOKED});
DELETE FROM codes WHERE new.revoke IS NOT NULL AND what = 'instructor'
    AND cohort IN (SELECT value ->> 2 FROM json_each(new.revoke));
SELECT RAISE(ABORT, '{STALE}') FROM json_each(new.revoke) AS ended
    JOIN cohorts ON cohorts.cohort = ended.value ->> 2 WHERE NOT EXISTS (
        SELECT 1 FROM roles WHERE roles.cohort = cohorts.cohort AND roles.name = 'instructor')""",  # noqa: S608
    "grant": insert("roles", "learner, name, cohort", "new.grant", "ON CONFLICT DO NOTHING"),
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
    **GROUPING,
    # -- boards, when all that they are counted from is written
    "calendar": insert(
        "calendar", "zone, period, since, until", "new.calendar", "ON CONFLICT DO NOTHING"
    ),
    "earned": count_in(_NOW_EARNED),
    "shown": """
UPDATE standing SET shown = now.value ->> 1 FROM json_each(new.shown) AS now
WHERE new.shown IS NOT NULL AND standing.learner = now.value ->> 0
AND standing.shown <> now.value ->> 1""",
    "recount": f"""
DELETE FROM standing WHERE learner IN ({_RECOUNTED});
{count_in(_EARNED_AGAIN)}""",  # noqa: S608
}

SELDOM: Final[dict[str, tuple[Name, ...]]] = {
    "forgetting": ("forget",),
    "grouping": tuple(GROUPING),
    "counting": ("shown", "recount"),
}
"""What stands together in WRITES and most batches have nothing of. It would cost each of them a
tenth of a millisecond, so it has a view of its own, into which a batch goes only where it has any.
"""

_ALSO: Final = {
    "counting": f" OR EXISTS (SELECT 1 FROM json_each(new.earned) WHERE EXISTS ({_LINKED}))"  # noqa: S608
}


def _view(name: str, parts: Iterable[str]) -> str:
    return f"""
CREATE TEMP VIEW {name} ("{'", "'.join(WRITES)}") AS SELECT {", ".join("NULL" for _ in WRITES)};
CREATE TEMP TRIGGER {name}_is_written INSTEAD OF INSERT ON {name} BEGIN
{";".join(parts)};
END;
"""


def _passed_on(group: str) -> str:
    has = " OR ".join(f"new.{name} IS NOT NULL" for name in SELDOM[group])
    row = ", ".join(f"new.{name}" for name in WRITES)
    return f"\nINSERT INTO {group} SELECT {row} WHERE {has}{_ALSO.get(group, '')}"


def _part(name: Name) -> str:
    """What a batch does for a column: its statement, or where that stands."""
    group = next((group for group, names in SELDOM.items() if name in names), "")
    return _passed_on(group) if group else WRITES[name]


SETUP: Final = "".join(
    [
        *(_view(group, (WRITES[name] for name in names)) for group, names in SELDOM.items()),
        _view("batch", dict.fromkeys(map(_part, WRITES))),
    ]
)
"""What the writer's connection needs before the first batch; nothing of it is in the file."""

FUNCTIONS: Final[dict[str, tuple[int, Callable[..., str]]]] = {
    "hashed": (1, hashed),
    "without": (2, without),
}
"""What the statements call besides SQLite's own, and how many arguments each takes."""

BATCH: Final = f"INSERT INTO batch VALUES ({', '.join('?' for _ in WRITES)})"  # noqa: S608


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
