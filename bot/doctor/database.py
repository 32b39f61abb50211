"""The database: whether it is whole, ours, of this program's schema, and copied often enough."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bot.doctor.disk import MIB
from bot.doctor.finding import Case, Finding, failed, many, ok, size, warning
from bot.doctor.opened import Waits, beside, copies, in_use, reading, total
from bot.doctor.rebuilt import differs
from bot.store.opening import APPLICATION, NEEDED, migrations

MENDED: Final = (3, 51, 3)
BACKPORTED: Final = frozenset({(3, 44, 6), (3, 50, 7)})
"""Where the WAL-reset bug is mended (https://www.sqlite.org/wal.html#walresetbug)."""

LONG: Final = 128 * MIB
"""Bytes of a write-ahead log that should have been carried over: the writer does so at 80 MiB."""

_RESTORE: Final = (
    "Stop Syllabot and put the newest backup in its place, which keeps the old file: "
    "syllabot restore BACKUP --replace"
)


def check(case: Case, sqlite: tuple[int, int, int] | None = None) -> Iterator[Finding]:
    """All of it; without a file there is little to say. `sqlite` is the library's version."""
    yield _sqlite(sqlite or sqlite3.sqlite_version_info)
    if case.db.is_dir():
        yield failed(
            "database",
            f"{case.db} is a folder.",
            "Name a file in it with SYLLABOT_DB or --db.",
        )
    elif not total(case.db):
        yield ok("database", f"{case.db} is made at the first start.")
    else:
        yield from _file(case)
    yield _backups(case)


def _sqlite(version: tuple[int, ...]) -> Finding:
    named = ".".join(map(str, version))
    if version < NEEDED:
        return failed(
            "SQLite",
            f"This Python brings SQLite {named}, and {'.'.join(map(str, NEEDED))} is needed.",
            "Use a Python with a newer one, such as that from python.org.",
        )
    if version < MENDED and version not in BACKPORTED:
        return warning(
            "SQLite",
            f"SQLite {named} has a rare bug (the WAL-reset bug) that can damage a file to which "
            "two programs write at once. Syllabot alone does not meet it.",
            "While Syllabot runs, let no other program write to its file, such as a database "
            "browser; a Python with SQLite 3.51.3 or newer is free of it.",
        )
    return ok("SQLite", f"SQLite {named} has no known bug that matters here.")


def _file(case: Case) -> Iterator[Finding]:
    running = in_use(case.db)
    if running:
        yield ok("in use", f"A Syllabot that runs has {case.db} open; it is read beside it.")
    yield _wal(case.db)
    try:
        with reading(case.db) as db:
            whole = _whole(db, case)
            yield whole
            if whole.state == "ok":
                yield (found := _schema(db, case.db))
                if case.deep and found.state == "ok":
                    yield from _deep(db, case)
    except Waits:
        yield warning(
            "integrity",
            f"The last changes of {case.db} wait in a write-ahead log without its index, so it "
            "was not looked into.",
            "Start Syllabot once, which takes them in, and ask again.",
        )
    except sqlite3.Error as problem:
        yield _unread(case.db, problem)


def _unread(db: Path, problem: sqlite3.Error) -> Finding:
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return failed(
            "integrity",
            f"{db} is locked by another program, such as a database browser.",
            "Close that program and ask again.",
        )
    if code == sqlite3.SQLITE_CANTOPEN:
        return failed(
            "integrity",
            f"{db} cannot be opened by this user.",
            "Run this as the user that runs Syllabot.",
        )
    return failed("integrity", f"{db} is damaged, or is no database ({problem}).", _RESTORE)


def _wal(db: Path) -> Finding:
    waiting = 0
    with suppress(OSError):
        waiting = beside(db, "-wal").stat().st_size
    if waiting < LONG:
        return ok("write-ahead log", f"{size(waiting)} wait in it.")
    return warning(
        "write-ahead log",
        f"{size(waiting)} wait beside {db}, and are not carried over into it.",
        "Close programs that hold the file open, such as a database browser or a backup that "
        "hangs; if there are none, start Syllabot anew.",
    )


def _whole(db: sqlite3.Connection, case: Case) -> Finding:
    name = "integrity_check" if case.deep else "quick_check"
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (empty,) = db.execute("PRAGMA schema_version").fetchone()
    if empty and application != APPLICATION:
        return failed(
            "database",
            f"{case.db} is a database of another program.",
            "Choose another file with SYLLABOT_DB or --db.",
        )
    (fault,) = db.execute(f"PRAGMA {name}(1)").fetchone()
    if fault != "ok":
        said = f"{case.db} is damaged ({' '.join(str(fault).split())})."
        return failed("integrity", said, _RESTORE)
    more = "" if case.deep else " (--deep looks further)"
    return ok("integrity", f"{case.db} is whole, by SQLite's {name}{more}.")


def _schema(db: sqlite3.Connection, path: Path) -> Finding:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    ours = len(migrations())
    if version > ours:
        return failed(
            "schema",
            f"{path} was written by a newer Syllabot (schema {version}; this one knows {ours}).",
            "Install that version again, or put the backup of before the upgrade in its place.",
        )
    if version < ours:
        return warning(
            "schema",
            f"{path} is of an older Syllabot (schema {version}; this one writes {ours}), and is "
            "brought up to date at the next start. The older program cannot read it then.",
            "Keep a copy from before, so that you can go back: syllabot backup FILE",
        )
    return ok("schema", f"{path} has this program's schema ({ours}).")


def _deep(db: sqlite3.Connection, case: Case) -> Iterator[Finding]:
    astray = db.execute("PRAGMA foreign_key_check").fetchmany(1000)
    if astray:
        yield failed("references", f"{many(len(astray), 'row')} refer to none there is.", _RESTORE)
    else:
        yield ok("references", "Every row refers to one that there is.")
    if asyncio.run(differs(case.db)):
        yield warning(
            "progress",
            "Progress or points are not what the log amounts to.",
            "Stop Syllabot and run: syllabot rebuild",
        )
    else:
        yield ok("progress", "Progress and points are what the log amounts to.")


def newest(db: Path) -> datetime | None:
    """When something last happened, by the log; None where nothing did or nobody can say."""
    with suppress(sqlite3.Error, OSError, Waits, ValueError, TypeError), reading(db) as found:
        (at,) = found.execute("SELECT at FROM log ORDER BY seq DESC LIMIT 1").fetchone()
        return datetime.fromisoformat(str(at)).astimezone(UTC)
    return None


def _backups(case: Case) -> Finding:
    folder, hours = case.settings.backups, case.settings.backup_hours
    if folder is None:
        return warning(
            "backups",
            "No copies of the database are made.",
            "Set SYLLABOT_BACKUPS to a folder, best on another disk; there is a copy each day.",
        )
    times = [each.stat().st_mtime for each in copies(case.db, folder)]
    if not times:
        if not case.db.is_file():
            return ok("backups", f"The first copy is put into {folder} when there is a database.")
        return warning(
            "backups",
            f"There is no copy in {folder} yet.",
            "Start Syllabot: it makes one. If it runs, look for an error in its log.",
        )
    age = case.at - datetime.fromtimestamp(max(times), UTC)
    said = f"The newest of {many(len(times), 'copy').replace('copys', 'copies')} in {folder} is"
    if age > timedelta(hours=2 * hours + 1):
        return warning(
            "backups",
            f"{said} {_aged(age)} old, and there should be one every {many(hours, 'hour')}.",
            "If Syllabot runs, look for an error in its log, and for room on that disk.",
        )
    return ok("backups", f"{said} {_aged(max(age, timedelta()))} old.")


def _aged(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return many(hours // 24, "day") if hours >= 48 else many(hours, "hour")
