"""Opening a database: the lock beside it, the connections, the migrations.

Whatever stands in the way is a StoreError. It refuses files of a newer Syllabot, and files of
other programs.
"""

import sqlite3
from contextlib import suppress
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

import aiosqlite
from filelock import FileLock, Timeout

from bot.store.errors import DAMAGED, StoreError
from bot.store.statements import FUNCTIONS, SETUP

BUSY_SECONDS: Final = 10
"""How long another program may hold the file before we say so."""

NEEDED: Final = (3, 38)
"""The SQLite that first knew the operator ->> for JSON."""

APPLICATION: Final = 0x53796C6C
"""Marks a file as ours ("Syll"), so that another program's database is never migrated."""

CHECKED: Final = 32 * 2**20
"""Bytes of a file that is checked whole at every start; reading a larger one takes too long."""

_WRITER: Final = """
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
PRAGMA wal_autocheckpoint = 20000;
PRAGMA cache_size = -4000;
"""
"""The checkpoint is the writer's own affair; the automatic one is for when it finds no moment."""

_READER: Final = """
PRAGMA query_only = ON;
PRAGMA wal_autocheckpoint = 0;
PRAGMA cache_size = -4000;
"""


def hold(path: Path, wait: float) -> FileLock:
    """Hold the file beside `path`, which only one program at a time can do. Blocks.

    Makes the folder where it is missing. Raises StoreError when another program still holds it
    after `wait` seconds, and OSError.
    """
    if path.is_dir():
        raise StoreError(f"{path} is a folder. Name a file in it with --db.")
    path.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(f"{path}.lock", thread_local=False)
    try:
        held.acquire(timeout=wait)
    except Timeout:
        raise StoreError(
            f"{path} is in use by another Syllabot. Stop that one first, or choose another file "
            "with --db."
        ) from None
    return held


async def to_write(path: Path) -> aiosqlite.Connection:
    """The connection that writes to `path`, which is brought to our schema.

    Raises StoreError, for files that are not ours before anything in them is changed, and
    sqlite3.Error.
    """
    if sqlite3.sqlite_version_info < NEEDED:
        raise StoreError(
            f"This Python brings SQLite {sqlite3.sqlite_version}, and {path} needs "
            f"{'.'.join(map(str, NEEDED))} or newer. Use a Python with a newer one, such as that "
            "from python.org."
        )
    _make_private(path)
    db = await aiosqlite.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        version = await version_of(db, path)
        await _check(db, path)
        await _use_wal(db, path)
        await db.executescript(_WRITER)
        await _migrate(db, version)
        for name, (arguments, function) in FUNCTIONS.items():
            await db.create_function(name, arguments, function, deterministic=True)
        await db.executescript(SETUP)
        # Changes nothing, but fails where nothing can be changed: now, not in the first lesson.
        await db.execute("DELETE FROM events WHERE 0")
    except BaseException:
        await db.close()
        raise
    return db


def _make_private(path: Path) -> None:
    """A new file is for its user alone; what stands in its way SQLite says better."""
    with suppress(OSError):
        path.touch(mode=0o600, exist_ok=False)


async def to_read(path: Path) -> aiosqlite.Connection:
    """A connection to `path` that only reads. Raises sqlite3.Error."""
    db = await aiosqlite.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        await db.executescript(_READER)
    except BaseException:
        await db.close()
        raise
    return db


async def version_of(db: aiosqlite.Connection, path: Path) -> int:
    """The file's schema, 0 for an empty file."""
    version = await number(db, "PRAGMA user_version")
    application = await number(db, "PRAGMA application_id")
    if application != APPLICATION and await number(db, "PRAGMA schema_version"):
        raise StoreError(f"{path} is a database of another program. Choose another file with --db.")
    if version > len(migrations()):
        raise StoreError(
            f"{path} was written by a newer Syllabot (schema {version}; this one knows "
            f"{len(migrations())}). Upgrade Syllabot, or choose another file with --db."
        )
    return version


async def _check(db: aiosqlite.Connection, path: Path) -> None:
    """Raises StoreError for a damaged page in a small file; a large one tells when it is read."""
    if await size(db) <= CHECKED:
        (row,) = await db.execute_fetchall("PRAGMA quick_check(1)")
        if row[0] != "ok":
            raise StoreError(DAMAGED.format(path=path))


async def _use_wal(db: aiosqlite.Connection, path: Path) -> None:
    (row,) = await db.execute_fetchall("PRAGMA journal_mode = WAL")
    if row[0] != "wal":
        raise StoreError(
            f"{path} is on a file system that cannot hold a write-ahead log, such as a network "
            "drive. Choose a file on a local disk with --db."
        )


async def _migrate(db: aiosqlite.Connection, version: int) -> None:
    """Each step is one transaction."""
    for step, sql in enumerate(migrations()[version:], start=version + 1):
        await db.executescript(
            f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA application_id = {APPLICATION};\n"
            f"PRAGMA user_version = {step};\nCOMMIT;"
        )


@cache
def migrations() -> tuple[str, ...]:
    """The SQL of every step from an empty file on, in order."""
    folder = resources.files("bot.store") / "migrations"
    found = sorted((file for file in folder.iterdir()), key=lambda file: file.name)
    return tuple(file.read_text("utf-8") for file in found if file.name.endswith(".sql"))


async def size(db: aiosqlite.Connection) -> int:
    """Bytes of the file."""
    return await number(db, "PRAGMA page_count") * await number(db, "PRAGMA page_size")


async def number(db: aiosqlite.Connection, sql: str, *params: str) -> int:
    """The one number that `sql` asks for."""
    (row,) = await db.execute_fetchall(sql, params)
    return int(row[0])
