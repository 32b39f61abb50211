"""A backup in place of a database. What is there already is kept beside it, under a dated name.

The restored file is made beside the old one and takes its place at the very end, so whatever fails
before leaves everything as it was. Nobody comes back who was forgotten after the backup was made,
and nothing is sent anew that was on its way then.
"""

import asyncio
import os
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final

from bot.store import backup, forgetting, ledger
from bot.store.backup import Checked
from bot.store.errors import StoreError, explaining
from bot.store.opening import hold, number, to_write
from bot.store.rows import to_text

HALF: Final = ".restoring"
"""Ends the name of what is to be the database, until it is whole."""

_PARTS: Final = ("", "-wal", "-shm")
"""What a database can consist of."""

_DUE: Final = """
SELECT COUNT(*) FROM jobs WHERE due <= ? AND subject IN (SELECT cohort FROM cohorts)"""

_DROPPED: Final = "DELETE FROM outbox WHERE post = 0"
_UNKNOWN: Final = "UPDATE outbox SET sending = 1"
"""As after a crash while they were sent: a post of which nobody knows whether it arrived is not
repeated, and the instructors are told.
"""


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a restore.

    `ledgers`: where it was read who was forgotten; `unread`: where it could not be. `forgotten`:
    how many people the backup still knew. `replies` and `posts` were on their way when it was made;
    `due`: what groups do by the clock
    whose time has passed since. `kept`: where the old database is now.
    """

    held: Checked
    ledgers: tuple[Path, ...]
    unread: tuple[Path, ...]
    forgotten: int
    replies: int
    posts: int
    due: int
    kept: Path | None


async def restore(
    copy: Path, db: Path, at: datetime, *, replace: bool = False, ledgers: Iterable[Path] = ()
) -> Restored:
    """Put the backup `copy` in the place of `db`, at the time `at`.

    `ledgers` are read besides those beside the two files. Raises StoreError, and then nothing was
    changed: for a database that is in use, or is there without `replace`; for a copy that is
    damaged, newer than this Syllabot or not ours; for a ledger that cannot be read.
    """
    with explaining(db):
        lock = await asyncio.to_thread(hold, db, 0)
        try:
            return await _restored(copy, db, at, replace, tuple(ledgers))
        finally:
            lock.release()


async def _restored(
    copy: Path, db: Path, at: datetime, replace: bool, named: tuple[Path, ...]
) -> Restored:
    _refuse(copy, db, replace=replace)
    held = await asyncio.to_thread(backup.check, copy)
    found, told = await asyncio.to_thread(_told, _beside(copy, db, named))
    old, unread = await asyncio.to_thread(_told_by, db)
    half = Path(f"{db}{HALF}")
    _remove(half)
    try:
        await asyncio.to_thread(backup.copy, copy, half, still=True, quick=True)
        forgotten, replies, posts, due = await _made_ready(half, told | (old or {}), at)
        with backup.writing(db):
            kept = await asyncio.to_thread(_put, half, db, at, well=not unread)
    finally:
        _remove(half)
    ledgers = (*found, db) if old is not None else found
    return Restored(held, ledgers, unread, forgotten, replies, posts, due, kept)


def _refuse(copy: Path, db: Path, *, replace: bool) -> None:
    if copy.exists() and db.exists() and copy.samefile(db):
        raise StoreError(f"{copy} is the database itself. Name a backup of it.")
    if db.exists() and not replace:
        raise StoreError(
            f"There is a database {db} already. Choose another file with --db, or --replace to "
            "keep that one beside it under another name."
        )


# -- who was forgotten -----------------------------------------------------------------------


def _beside(copy: Path, db: Path, named: Iterable[Path]) -> list[Path]:
    """The ledgers that there are, each once. Raises StoreError for one named that is not there."""
    for path in named:
        if not path.is_file():
            raise StoreError(f"There is no ledger {path}. It is a file that ends in .forgotten.")
    found = [*named, ledger.beside(db), *sorted(copy.parent.glob(f"*{ledger.ENDING}"))]
    return list({path.resolve(): path for path in reversed(found) if path.is_file()}.values())


def _told(ledgers: list[Path]) -> tuple[tuple[Path, ...], dict[str, str]]:
    told: dict[str, str] = {}
    for path in ledgers:
        with explaining(path):
            told |= ledger.read(path)
    return tuple(ledgers), told


def _told_by(db: Path) -> tuple[dict[str, str] | None, tuple[Path, ...]]:
    """What the old database itself knows of the forgotten, None where it does not; and its path
    where it cannot be read, which may be why a backup is wanted.
    """
    if not db.is_file():
        return None, ()
    try:
        with closing(backup.to_look(db)) as old:
            return dict(old.execute("SELECT hash, day FROM forgotten")), ()
    except sqlite3.Error as problem:
        return None, () if "no such table" in str(problem) else (db,)


# -- the new file ----------------------------------------------------------------------------


async def _made_ready(
    half: Path, told: Mapping[str, str], at: datetime
) -> tuple[int, int, int, int]:
    """Bring a copy to our schema, forget and hold back what must be; see Restored for the counts.

    It is built anew at the end, so that no page keeps a trace of the forgotten.
    """
    db = await to_write(half)
    try:
        await db.execute("BEGIN IMMEDIATE")
        forgotten = await forgetting.recall(db, told)
        replies = await number(db, "SELECT COUNT(*) FROM outbox WHERE post = 0")
        posts = await number(db, "SELECT COUNT(*) FROM outbox WHERE post = 1")
        due = await number(db, _DUE, to_text(at))
        await db.execute(_DROPPED)
        await db.execute(_UNKNOWN)
        await db.commit()
        await db.execute("VACUUM")
    finally:
        await db.close()  # the last connection leaves no log beside the file
    return forgotten, replies, posts, due


def _put(half: Path, db: Path, at: datetime, *, well: bool) -> Path | None:
    """The new file takes the place of the old one, whose new name is returned.

    `well`: the old one can be read, so its write-ahead log is first carried over into it.
    """
    _same_owner(half, db if db.exists() else db.parent)
    with half.open("rb") as file:
        os.fsync(file.fileno())
    if well and db.exists():
        with suppress(sqlite3.Error), closing(sqlite3.connect(db)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = _set_aside(db, at) if db.exists() else None
    for part in _PARTS[1:]:
        Path(f"{db}{part}").unlink(missing_ok=True)  # of the old file: they would harm the new one
    half.replace(db)
    ledger.sync_folder(db.parent)
    return kept


def _set_aside(db: Path, at: datetime) -> Path:
    """Another name for the old file, and for its write-ahead log where there is one."""
    name = f"{db}.replaced-{at:%Y%m%dT%H%M%SZ}"
    kept = next(path for n in count() if not (path := Path(f"{name}-{n}" if n else name)).exists())
    try:
        os.link(db, kept)  # so that at no moment there is no database
    except OSError:  # a file system without links
        db.rename(kept)
    log = Path(f"{db}-wal")
    if log.exists():
        log.replace(f"{kept}-wal")
    return kept


def _same_owner(half: Path, like: Path) -> None:
    """Whoever served the old file, or has its folder, must be able to serve the new one."""
    was = like.stat()
    if like.is_file():
        half.chmod(was.st_mode & 0o777)
    if hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(half, was.st_uid, was.st_gid)


def _remove(half: Path) -> None:
    for part in _PARTS:
        Path(f"{half}{part}").unlink(missing_ok=True)
