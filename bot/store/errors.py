"""What can be wrong with a file and a disk, said to a person: the only place that words it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final


class StoreError(Exception):
    """The database cannot be used; the text says why and how to mend it."""


class Stale(Exception):
    """A cohort was changed after it was read; nothing was written. Read it again and try anew."""


STALE: Final = "a cohort was changed meanwhile"
"""What SQLite says then: see `statements`."""

DAMAGED: Final = (
    "{path} is damaged or is no database. Put your newest backup in its place with syllabot "
    "restore BACKUP --replace, or choose another file with --db."
)

_SAYS = {
    sqlite3.SQLITE_BUSY: "{path} is locked by another program, such as a backup or a database "
    "browser. Close that program and try again.",
    sqlite3.SQLITE_READONLY: "{path} cannot be written. Allow this user to write to the file and "
    "to its folder, or choose another file with --db.",
    sqlite3.SQLITE_FULL: "The disk is full, so {path} cannot grow; nothing was half written. "
    "Free some space and try again.",
    sqlite3.SQLITE_IOERR: "The disk did not read or write {path} ({name}); nothing was half "
    "written. Check the disk, its free space and this user's quota, and try again.",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened. Check that this user may read and write "
    "it and its folder, or choose another file with --db.",
}
_SAYS |= {
    sqlite3.SQLITE_LOCKED: _SAYS[sqlite3.SQLITE_BUSY],
    sqlite3.SQLITE_PERM: _SAYS[sqlite3.SQLITE_READONLY],
    sqlite3.SQLITE_NOTADB: _SAYS[sqlite3.SQLITE_CORRUPT],
}


def explained(problem: BaseException, path: Path) -> BaseException:
    """A StoreError for what is wrong with the world; a fault of ours comes back as it is."""
    if isinstance(problem, sqlite3.IntegrityError) and STALE in str(problem):
        return Stale(STALE)
    if isinstance(problem, sqlite3.Error):
        says = _SAYS.get(_code(problem), "")
        if says:
            name = getattr(problem, "sqlite_errorname", "")
            return _because(problem, says.format(path=path, name=name))
    if isinstance(problem, OSError):
        reason = problem.strerror or str(problem)
        says = f"{path} cannot be used: {reason}. Mend that or choose another file with --db."
        return _because(problem, says)
    return problem


def is_of_disk(problem: sqlite3.Error) -> bool:
    """Whether the disk, or the right to write to it, is the cause."""
    return _code(problem) in (
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
    )


def is_busy(problem: BaseException) -> bool:
    """Whether another program held the file longer than we wait."""
    return isinstance(problem, sqlite3.Error) and _code(problem) in (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
    )


@contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Raises StoreError in place of what SQLite and the system say about `path`."""
    try:
        yield
    except (sqlite3.Error, OSError) as problem:
        raise explained(problem, path) from problem


def _because(problem: BaseException, says: str) -> StoreError:
    error = StoreError(says)
    error.__cause__ = problem
    return error


def _code(problem: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 where Python itself refused."""
    return int(getattr(problem, "sqlite_errorcode", 0)) & 0xFF
