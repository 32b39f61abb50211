"""Whether progress and points are what the log amounts to, without a change to the file."""

import sqlite3
from pathlib import Path
from typing import Final

import aiosqlite

from bot.doctor.opened import address
from bot.store.upkeep import rebuild

_READONLY: Final = sqlite3.SQLITE_READONLY


async def differs(db: Path) -> bool:
    """What `syllabot rebuild` would find, done on a connection that cannot write.

    It computes in tables of its own and writes to the file only where something differs; there
    SQLite refuses, and that is the answer. Raises sqlite3.Error, `opened.Waits`.
    """
    found = await aiosqlite.connect(address(db), uri=True, isolation_level=None)
    try:
        await found.execute("BEGIN")  # one look, however much is written meanwhile
        return bool(await rebuild(found))
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode & 0xFF == _READONLY:
            return True
        raise
    finally:
        await found.close()
