"""Who was forgotten stays so: what an older copy of the file still has of them goes as well."""

import json
from collections.abc import Mapping
from typing import Final

import aiosqlite

from bot.store.statements import BATCH, parameters
from bot.store.traces import ABOUT

_NAMED: Final = " UNION ".join(
    [
        *(f"SELECT {column} AS learner FROM {table}" for table, column in ABOUT.items()),  # noqa: S608
        "SELECT target FROM links",
    ]
)
"""Every learner that the file still knows something of."""

# Of several accounts of a person, the one that all point to.
_FOUND: Final = f"""
SELECT DISTINCT COALESCE(links.target, named.learner) FROM ({_NAMED}) AS named
LEFT JOIN links ON links.learner = named.learner
WHERE named.learner <> '' AND hashed(named.learner) IN (SELECT value FROM json_each(?))
ORDER BY 1"""  # noqa: S608

_KEPT: Final = "SELECT id, hash, day FROM forgotten WHERE id > ? ORDER BY id"

_NOTED: Final = """
INSERT INTO forgotten (hash, day) SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE TRUE
ON CONFLICT DO NOTHING"""


async def entries(db: aiosqlite.Connection, after: int = 0) -> tuple[dict[str, str], int]:
    """The day by hash of whoever was forgotten after entry number `after`; the newest number."""
    rows = list(await db.execute_fetchall(_KEPT, (after,)))
    return {each: day for _, each, day in rows}, rows[-1][0] if rows else after


async def recall(db: aiosqlite.Connection, told: Mapping[str, str]) -> int:
    """Forget whoever is in `told` (the day by hash), as /forget does it; how many people that were.

    `db` is a connection that `opening.to_write` made, in a transaction.
    """
    if not told:
        return 0
    await db.execute(_NOTED, (json.dumps(list(told.items())),))
    found = list(await db.execute_fetchall(_FOUND, (json.dumps(list(told)),)))
    # The newest day is that of accounts which only this copy knows to be the same person's.
    for (learner,) in found:
        await db.execute(BATCH, parameters({"forget": [(learner, max(told.values()))]}))
    return len(found)
