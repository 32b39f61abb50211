"""What a turn writes about cohorts, as SQL: see `statements`, which puts it into the batch."""

from typing import Final

from bot.store.columns import Name
from bot.store.derived import insert, update_regraded
from bot.store.errors import STALE

# What an instructor does to a person is done to each of their accounts. The outer SELECT is for
# SQLite, which looks several columns up by an index only where what they are IN is no UNION.
_LEFT: Final = """SELECT * FROM (
    SELECT value ->> 1, value ->> 0 FROM json_each(new.left) UNION
    SELECT links.learner, value ->> 0 FROM json_each(new.left) JOIN links ON target = value ->> 1)
"""
_DISALLOWED: Final = """SELECT * FROM (
    SELECT value ->> 1, value ->> 0, value ->> 2 FROM json_each(new.disallowed) UNION
    SELECT links.learner, value ->> 0, value ->> 2
    FROM json_each(new.disallowed) JOIN links ON target = value ->> 1)
"""

_REGRADED: Final = """
    SELECT value ->> 0 AS learner, value FROM json_each(new.regraded)
    UNION ALL SELECT links.learner, value FROM json_each(new.regraded)
    JOIN links ON links.target = value ->> 0"""

# What was read a moment ago must still be so. What is taken away goes before what is given, since
# `groups` keeps what a turn gives and takes away again out of both.
GROUPING: Final[dict[Name, str]] = {
    "arranged": f"""
SELECT RAISE(ABORT, '{STALE}') FROM json_each(new.arranged) AS now
LEFT JOIN cohorts ON cohorts.cohort = now.value ->> 0
WHERE COALESCE(cohorts.version, 0) + 1 <> (now.value ->> 7) - (
    SELECT COUNT(*) FROM json_each(new.arranged) AS before
    WHERE before.key < now.key AND before.value ->> 0 = now.value ->> 0);"""  # noqa: S608
    + insert(
        "cohorts",
        "cohort, course, title, zone, state, platform, chat, version, body",
        "new.arranged",
        """ON CONFLICT (cohort) DO UPDATE SET course = excluded.course, title = excluded.title,
    zone = excluded.zone, state = excluded.state, platform = excluded.platform,
    chat = excluded.chat, version = excluded.version, body = excluded.body""",
    ),
    "used": f"""
SELECT RAISE(ABORT, '{STALE}') FROM json_each(new.used) AS now
WHERE NOT EXISTS (SELECT 1 FROM codes WHERE codes.code = now.value ->> 0)""",  # noqa: S608
    "uninvited": """
DELETE FROM codes WHERE code IN (SELECT value ->> 0 FROM json_each(new.uninvited))""",
    "invited": insert(
        "codes", "code, what, cohort, learner, until", "new.invited", "ON CONFLICT DO NOTHING"
    ),
    "left": ";\n".join(
        f"DELETE FROM {table} WHERE (learner, cohort) IN ({_LEFT})"  # noqa: S608
        for table in ("members", "overrides")
    ),
    "joined": insert("members", "cohort, learner, at", "new.joined", "ON CONFLICT DO NOTHING"),
    "disallowed": f"DELETE FROM overrides WHERE (learner, cohort, number) IN ({_DISALLOWED})",  # noqa: S608
    "allowed": f"""
SELECT RAISE(ABORT, '{STALE}') FROM json_each(new.allowed) AS now
JOIN overrides ON overrides.learner = now.value ->> 1 AND overrides.cohort = now.value ->> 0
    AND overrides.number = now.value ->> 2;"""  # noqa: S608
    + insert("overrides", "cohort, learner, number, body", "new.allowed"),
    "unlinked": """
DELETE FROM links WHERE learner IN (SELECT value ->> 0 FROM json_each(new.unlinked))""",
    "linked": f"""
SELECT RAISE(ABORT, '{STALE}') FROM json_each(new.linked) AS now
JOIN links ON links.learner = now.value ->> 0 OR links.learner = now.value ->> 1
    OR links.target = now.value ->> 0;"""  # noqa: S608
    + insert("links", "learner, target, at", "new.linked"),
    "asked": insert(
        "rounds",
        "round, cohort, course, opened, body",
        "new.asked",
        "ON CONFLICT (round) DO UPDATE SET body = excluded.body",
    ),
    "voted": insert(
        "votes",
        "round, number, learner, option, is_right",
        "new.voted",
        """ON CONFLICT (learner, round, number) DO UPDATE SET option = excluded.option,
    is_right = excluded.is_right""",
    ),
    "certified": insert(
        "certificates",
        "code, learner, course, unit, name, title, score, out_of, at, withdrawn",
        "new.certified",
        "ON CONFLICT (code) DO UPDATE SET withdrawn = ''",
    ),
    "withdrawn": """
UPDATE certificates SET withdrawn = now.value ->> 1 FROM json_each(new.withdrawn) AS now
WHERE new.withdrawn IS NOT NULL AND certificates.code = now.value ->> 0""",
    "regraded": update_regraded("progress", _REGRADED),
}
