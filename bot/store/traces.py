"""Who is to be forgotten: every table that holds something about a learner, and what takes it away.

It refuses to leave out a table: a test compares it with the schema.
"""

import json
from typing import Final

ABOUT: Final = {
    "accounts": "learner",
    "learners": "learner",
    "roles": "learner",
    "sessions": "subject",
    "prompts": "subject",
    "log": "subject",
    "progress": "learner",
    "outbox": "learner",
    "jobs": "subject",
    "gone": "learner",
    "calls": "learner",
    "spent": "learner",
    "members": "learner",
    "overrides": "learner",
    "codes": "learner",
    "votes": "learner",
    "certificates": "learner",
    "standing": "learner",
    "links": "learner",
}
"""Every table that holds something about a learner, and the column that names them. The links come
last: they say who else is the same person.
"""

# Who is forgotten is forgotten with all of their accounts, whichever of them asks for it.
_FORGOTTEN: Final = """
    SELECT value ->> 0 AS learner FROM json_each(new.forget)
    UNION SELECT links.learner FROM json_each(new.forget) JOIN links ON target = value ->> 0
    UNION SELECT target FROM json_each(new.forget) JOIN links ON links.learner = value ->> 0
    UNION SELECT other.learner FROM json_each(new.forget) JOIN links ON links.learner = value ->> 0
        JOIN links AS other ON other.target = links.target"""

# Without its first condition a table without an index would be read through in every batch.
FORGET: Final = ";\n".join(
    [
        # Before their links go: a hash for each of their accounts, so that no copy of this
        # file brings one back.
        "INSERT INTO forgotten (hash, day)"  # noqa: S608
        " SELECT hashed(gone.learner), new.forget ->> '$[0][1]'"
        f" FROM ({_FORGOTTEN}) AS gone WHERE new.forget IS NOT NULL ON CONFLICT DO NOTHING",
        "DELETE FROM jobs WHERE new.forget IS NOT NULL"  # noqa: S608
        " AND subject IN (SELECT cohort FROM cohorts)"
        f" AND EXISTS (SELECT 1 FROM ({_FORGOTTEN}) AS gone"
        " WHERE substr(id, -length(gone.learner) - 1) = ':' || gone.learner)",
        "DELETE FROM codes WHERE new.forget IS NOT NULL AND what = 'instructor'"  # noqa: S608
        f" AND cohort IN (SELECT cohort FROM roles WHERE learner IN ({_FORGOTTEN}))",
        "UPDATE cohorts SET body = without(body,"  # noqa: S608
        f" (SELECT json_group_array(learner) FROM ({_FORGOTTEN})))"
        f" WHERE new.forget IS NOT NULL AND EXISTS (SELECT 1 FROM ({_FORGOTTEN}) AS gone"
        " WHERE instr(body, '\"' || gone.learner || '\"'))",
        *(
            f"DELETE FROM {table} WHERE new.forget IS NOT NULL"  # noqa: S608
            f" AND {column} IN ({_FORGOTTEN})"
            for table, column in ABOUT.items()
        ),
    ]
)


def without(body: str, learners: str) -> str:
    """A JSON text in which nobody stands for these learners."""
    for learner in json.loads(learners):
        body = body.replace(f'"{learner}"', '""')
    return body
