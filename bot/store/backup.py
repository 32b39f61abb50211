"""Copies of a database: made while it is in use, and checked. Everything here blocks.

A copy is one file that is complete by itself. It has a temporary name until all of it is on the
disk, so that what has the right name is whole. The original is opened to read and never more: only
the program that serves it carries its write-ahead log over.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.request import pathname2url

from bot.store import ledger
from bot.store.errors import StoreError, explaining, is_of_disk
from bot.store.opening import APPLICATION, BUSY_SECONDS, migrations
from bot.store.rows import to_time

PART: Final = ".part"
"""Ends the name of a copy that is not whole yet."""

PAGES: Final = 256
"""Pages that are copied between two pauses: about a megabyte."""

PORTION: Final = 4
"""After so many of these, what was copied is put on the disk: all at once would hold up turns."""

SPARE: Final = 16 * 2**20
"""Bytes that stay free beside a copy, so that it does not fill the disk that turns need."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a copy holds. `newest` is the time of its last commit, None for an empty one."""

    schema: int
    learners: int
    cohorts: int
    answers: int
    records: int
    waiting: int
    forgotten: int
    newest: datetime | None


def copy(
    db: Path,
    target: Path,
    *,
    replace: bool = False,
    still: bool = False,
    quick: bool = False,
    pause: Callable[[], None] = lambda: None,
) -> Checked:
    """Copy the database `db`, which may be in use, to the file `target`, which is complete,
    checked and on the disk when this returns: every turn is in it that was acknowledged before.

    `still`: nobody uses it, as with a backup. `quick` as for `check`. `pause` is called after each
    megabyte; what it raises ends the copy. Only this user may read the file. Raises StoreError:
    also when there is a file already, unless `replace`.
    """
    if not db.is_file():
        raise StoreError(f"There is no file {db}. Name the database with --db.")
    refuse_existing(target, replace=replace)
    part = Path(f"{target}.{os.getpid()}{PART}")
    with explaining(db), writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _refuse_without_room(db, target)
        part.unlink(missing_ok=True)
        try:
            _copied(db, part, pause, still=still)
            held = check(part, quick=quick)
            publish(part, target, replace=replace)
            return held
        finally:
            part.unlink(missing_ok=True)


def check(path: Path, *, quick: bool = False) -> Checked:
    """What the database at `path` holds, once all of it was looked at; `quick` leaves out whether
    each index agrees with its table. Raises StoreError for one that is damaged, or not ours.
    """
    if not path.is_file():
        raise StoreError(f"There is no file {path}. Name another one.")
    with explaining(path), closing(to_look(path)) as db:
        version = _ours(db, path)
        _whole(db, path, quick=quick)
        return _counted(db, version)


def to_look(path: Path) -> sqlite3.Connection:
    """A connection to `path` that changes nothing, neither the file nor what is beside it.

    Raises sqlite3.Error.
    """
    log = Path(f"{path}-wal")
    alone = "" if log.exists() and log.stat().st_size else "&immutable=1"
    return _connected(path, alone)


def refuse_existing(target: Path, *, replace: bool) -> None:
    """Raises StoreError where a file, or a folder, is in the way."""
    if target.is_dir():
        raise StoreError(f"{target} is a folder. Name a file in it.")
    if target.exists() and not replace:
        raise StoreError(f"There is a file {target} already. Choose another name, or --replace.")


def publish(part: Path, target: Path, *, replace: bool) -> None:
    """Give a file that is on the disk its name. Raises OSError and StoreError."""
    if replace:
        part.replace(target)
    else:
        try:
            os.link(part, target)  # unlike a rename, it never takes the place of a file
        except FileExistsError:
            refuse_existing(target, replace=False)
        except OSError:  # a file system without links
            refuse_existing(target, replace=False)
            part.rename(target)
    ledger.sync_folder(target.parent)


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Raises StoreError for what keeps `target` from being written, which says how to mend it."""
    try:
        yield
    except (sqlite3.Error, OSError) as problem:
        if isinstance(problem, sqlite3.Error) and not is_of_disk(problem):
            raise
        reason = getattr(problem, "strerror", None) or str(problem)
        raise StoreError(
            f"{target} was not written: {reason}. Free some space there, or let this user write "
            "to that folder, or choose another one."
        ) from problem


def _connected(path: Path, more: str = "") -> sqlite3.Connection:
    name = f"file:{pathname2url(str(path.absolute()))}?mode=ro{more}"
    return sqlite3.connect(name, uri=True, timeout=BUSY_SECONDS, isolation_level=None)


def _refuse_without_room(db: Path, target: Path) -> None:
    log = Path(f"{db}-wal")
    needed = db.stat().st_size + (log.stat().st_size if log.exists() else 0) + SPARE
    free = shutil.disk_usage(target.parent).free
    if free < needed:
        raise StoreError(
            f"{target} was not written: it needs {needed / 2**20:,.0f} MB, and there are "
            f"{free / 2**20:,.0f} MB free. Free some space there, or choose another folder."
        )


def _copied(db: Path, part: Path, pause: Callable[[], None], *, still: bool) -> None:
    """A copy of the state at this moment: the reader sees no later turn, however long it takes."""
    handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        with closing(_source(db, still=still)) as source, closing(_target(part)) as target:
            steps = 0

            def progress(_status: int, _remaining: int, _total: int) -> None:
                nonlocal steps
                steps += 1
                if steps % PORTION == 0:
                    os.fsync(handle)
                pause()

            source.backup(target, pages=PAGES, progress=progress)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, for whoever opens it
        os.fsync(handle)
    finally:
        os.close(handle)


def _source(db: Path, *, still: bool) -> sqlite3.Connection:
    with explaining(db):
        source = to_look(db) if still else _connected(db)
        try:
            source.execute("BEGIN")
            _ours(source, db)
        except BaseException:
            source.close()
            raise
    return source


def _target(part: Path) -> sqlite3.Connection:
    """Whoever finds it half done throws it away, so it needs no journal."""
    target = sqlite3.connect(part, isolation_level=None)
    target.execute("PRAGMA journal_mode = OFF")
    target.execute("PRAGMA synchronous = OFF")
    return target


def _ours(db: sqlite3.Connection, path: Path) -> int:
    """The schema. Raises StoreError for a file that this Syllabot did not, or cannot, write."""
    version = _number(db, "PRAGMA user_version")
    if _number(db, "PRAGMA application_id") != APPLICATION or not version:
        raise StoreError(f"{path} is no database of Syllabot. Name another file.")
    if version > len(migrations()):
        raise StoreError(
            f"{path} was written by a newer Syllabot (schema {version}; this one knows "
            f"{len(migrations())}). Upgrade Syllabot first."
        )
    return version


def _whole(db: sqlite3.Connection, path: Path, *, quick: bool) -> None:
    (said,) = db.execute(f"PRAGMA {'quick' if quick else 'integrity'}_check(1)").fetchone()
    if said != "ok" or db.execute("PRAGMA foreign_key_check").fetchone():
        raise StoreError(f"{path} is damaged. Use another copy.")


def _counted(db: sqlite3.Connection, version: int) -> Checked:
    def count(table: str, since: int = 1) -> int:
        return _number(db, f"SELECT COUNT(*) FROM {table}") if version >= since else 0  # noqa: S608

    newest = db.execute(
        "SELECT MAX(at) FROM (SELECT MAX(at) AS at FROM events"
        " UNION ALL SELECT at FROM log WHERE seq = (SELECT MAX(seq) FROM log))"
    ).fetchone()[0]
    return Checked(
        schema=version,
        learners=count("learners"),
        cohorts=count("cohorts", since=4),
        answers=_number(db, "SELECT COUNT(*) FROM log WHERE kind = 'answered'"),
        records=count("log"),
        waiting=count("outbox"),
        forgotten=count("forgotten", since=5),
        newest=to_time(newest) if newest else None,
    )


def _number(db: sqlite3.Connection, sql: str) -> int:
    return int(db.execute(sql).fetchone()[0])
