"""The database as it lies there, opened so that nothing of it changes.

While a program serves, its write-ahead log is read along with the file, with its index read-only;
else the file is read as one that nobody changes. So no file is made beside it, no lock is taken
that a writer would wait for, and nothing is carried over.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

PATIENCE: Final = 2.0
"""Seconds that another program may hold the file."""


class Waits(Exception):
    """The file's last changes wait in a write-ahead log that only a writer can take in."""


def beside(db: Path, suffix: str) -> Path:
    """One of the files beside a database: "-wal", "-shm", ".lock"."""
    return db.with_name(db.name + suffix)


def total(db: Path) -> int:
    """Bytes of a database with its write-ahead log."""
    return sum(each.stat().st_size for each in (db, beside(db, "-wal")) if each.is_file())


def in_use(db: Path) -> bool:
    """Whether a Syllabot has this file open. Its lock is tried for a moment, shared, and left."""
    try:
        import fcntl
    except ImportError:  # Windows has none
        return False
    try:
        with beside(db, ".lock").open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextmanager
def reading(db: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot change `db`. Raises Waits, sqlite3.Error."""
    with closing(sqlite3.connect(address(db), timeout=PATIENCE, uri=True)) as found:
        found.isolation_level = None
        yield found


def address(db: Path) -> str:
    """The URI by which SQLite opens a file so that nothing changes. Raises Waits."""
    wal, shm = beside(db, "-wal"), beside(db, "-shm")
    waiting = 0
    with suppress(OSError):
        waiting = wal.stat().st_size
    if wal.exists() and shm.exists():
        how = "mode=ro&readonly_shm=1"
    elif waiting:
        raise Waits
    else:
        how = "mode=ro&immutable=1"
    return f"file:{quote(str(db.absolute()))}?{how}"


def copies(db: Path, folder: Path) -> list[Path]:
    """The copies of a database in a folder, as `bot/backups.py` names them; none where it cannot
    be read.
    """
    with suppress(OSError):
        named = (each for each in sorted(folder.iterdir()) if each.name.startswith(f"{db.stem}-"))
        return [each for each in named if each.suffix == ".db" and _is_copy(each)]
    return []


def _is_copy(path: Path) -> bool:
    """Whether a file begins as every database does."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"
