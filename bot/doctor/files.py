"""Files: who may read and write what is kept, and whether there is room for it."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.doctor.disk import LENT, MIB, NETWORK, Disks, free, nearest
from bot.doctor.finding import Case, Finding, failed, is_wide, ok, size, warning
from bot.doctor.opened import beside, copies, total

FULL: Final = 32 * MIB
"""Free bytes below which a disk is as good as full: the write-ahead log alone may take more."""

SPARE: Final = 64 * MIB
"""Free bytes that must be left beside a copy of the database."""

NAMES: Final = 1_000
"""New files that must still fit."""


def check(case: Case, disks: Disks = Disks()) -> Iterator[Finding]:  # noqa: B008 - it is frozen
    """The folders of the courses, of the database and of its copies."""
    yield from _content(case.content)
    yield from _folder(case.db, disks)
    yield from _rights("database", _kept(case.db))
    yield from _owner(case.db)
    backups = case.settings.backups
    if backups:
        yield from _backups(backups, case, disks)


def _content(folder: Path) -> Iterable[Finding]:
    if not folder.exists():
        return  # the check of the courses says so
    if not os.access(folder, os.R_OK | os.X_OK):
        yield failed(
            "content folder",
            f"{folder} cannot be read by this user.",
            f"Allow it: chmod -R a+rX {folder}",
        )
    elif os.name == "posix" and folder.stat().st_mode & stat.S_IWOTH:
        yield warning(
            "content folder",
            f"Everybody on this machine may write to {folder}, and what stands there is taught.",
            f"Take that away: chmod -R o-w {folder}",
        )
    else:
        yield ok("content folder", f"{folder} can be read, and not everybody may write to it.")


def _folder(db: Path, disks: Disks) -> Iterator[Finding]:
    folder = nearest(db.parent)
    kind = disks.kind(folder)
    if kind in NETWORK:
        yield failed(
            "file system",
            f"{db} is on a network drive ({kind}), where SQLite's write-ahead log does not work.",
            "Put the database on a disk of this machine, with SYLLABOT_DB or --db.",
        )
    elif kind in LENT:
        yield warning(
            "file system",
            f"{db} is on a folder that another system lends to this one ({kind}), where locks "
            "are doubtful.",
            "Put the database on a disk of this system: with Docker, a named volume.",
        )
    else:
        yield ok("file system", f"{db} is on a local disk{f' ({kind})' if kind else ''}.")
    yield _writable(db, folder, disks)
    yield from _room("database disk", folder, total(db) + SPARE, "a copy of the database", disks)


def _writable(db: Path, folder: Path, disks: Disks) -> Finding:
    if disks.room(folder).f_flag & getattr(os, "ST_RDONLY", 0):
        return failed(
            "database folder",
            f"{folder} is on a file system that is mounted read-only.",
            "Mount it for writing, or choose another place with SYLLABOT_DB.",
        )
    if not db.parent.exists():
        making = os.access(folder, os.W_OK | os.X_OK)
        said = f"{db.parent} is missing"
        if making:
            return ok("database folder", f"{said}; it is made at the first start.")
        return failed(
            "database folder",
            f"{said}, and this user may not make it.",
            f"Make it, and give it to the user that runs Syllabot: sudo install -d -m 700 "
            f"-o USER {db.parent}",
        )
    others = [each for each in (db.parent, *_kept(db)) if not os.access(each, os.W_OK)]
    if others:
        return failed(
            "database folder",
            f"{' and '.join(map(str, others))} cannot be written by this user.",
            f"Run this as the user that runs Syllabot, or give it the files: sudo chown -R USER "
            f"{db.parent}",
        )
    return ok("database folder", f"{db.parent} and what is kept there can be written.")


def _kept(db: Path) -> list[Path]:
    return [each for each in (db, beside(db, "-wal"), beside(db, "-shm")) if each.is_file()]


def _rights(check: str, files: list[Path]) -> Iterator[Finding]:
    """Whether others can get at what learners wrote."""
    wide = [each for each in files if is_wide(each) and _is_passable(each.parent)]
    if wide:
        named = " ".join(map(str, wide[:3])) + (" ..." if wide[3:] else "")
        yield warning(
            f"{check} rights",
            f"Others on this machine may read what learners wrote: {named}",
            f"Keep it to its owner: chmod 600 {named}, or chmod 700 {wide[0].parent}",
        )
    elif files:
        yield ok(f"{check} rights", f"Nobody but its owner reads the {check}.")


def _is_passable(folder: Path) -> bool:
    """Whether others may go through a folder to the files in it."""
    return bool(folder.stat().st_mode & 0o011)


def _owner(db: Path) -> Iterator[Finding]:
    """Root may write everything, so a file that is somebody else's tells who should run this."""
    if os.name != "posix" or not db.is_file():
        return
    owner = db.stat().st_uid
    if owner == os.geteuid():
        yield ok("database owner", f"{db} belongs to this user.")
    else:
        name = _name_of(owner)
        yield warning(
            "database owner",
            f"{db} belongs to {name}, and this is run by {_name_of(os.geteuid())}.",
            f"Run Syllabot as one user always: sudo -u {name} syllabot doctor",
        )


def _name_of(user: int) -> str:
    import pwd

    with suppress(KeyError):
        return pwd.getpwuid(user).pw_name
    return f"user {user}"


def _backups(folder: Path, case: Case, disks: Disks) -> Iterator[Finding]:
    if not folder.is_dir():
        yield _missing(folder)
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield failed(
            "backup folder",
            f"{folder} cannot be written by this user, so no copy can be made.",
            f"Give it to the user that runs Syllabot: sudo chown -R USER {folder}",
        )
        return
    found = copies(case.db, folder)
    yield from _rights("backups", found)
    more = max(1, case.settings.backups_kept - len(found))
    what = f"{more} more copies, for {case.settings.backups_kept} in all" if more > 1 else "a copy"
    yield from _room("backup disk", folder, more * total(case.db) + SPARE, what, disks)


def _missing(folder: Path) -> Finding:
    if not folder.exists() and os.access(nearest(folder), os.W_OK | os.X_OK):
        return ok("backup folder", f"{folder} is missing; it is made with the first copy.")
    return failed(
        "backup folder",
        f"{folder} is no folder that this user may make or use (SYLLABOT_BACKUPS).",
        f"Make it: sudo install -d -m 700 -o USER {folder}",
    )


def _room(check: str, folder: Path, needed: int, what: str, disks: Disks) -> Iterator[Finding]:
    """Whether there is room for `needed` bytes, and names for more files."""
    room = disks.room(folder)
    left, said = free(room), f"{size(free(room))} are free at {folder}"
    remedy = "Delete what is not needed there, or move to a larger disk."
    short = f"{said}; with {what} and something to spare {size(needed)} are needed."
    if left < FULL:
        yield failed(check, f"{said}; below {size(FULL)} it is as good as full.", remedy)
    elif left < needed:
        yield warning(check, short, remedy)
    else:
        yield ok(check, f"{said}, which is enough beside {what}.")
    if room.f_files and room.f_favail < NAMES:
        state = failed if room.f_favail < 10 else warning
        yield state(
            f"{check} entries",
            f"Only {room.f_favail} more files can be made at {folder}, whatever their "
            "size (its inodes are used up).",
            "Delete folders with very many small files there (df -i shows each disk).",
        )
