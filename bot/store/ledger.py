"""The ledger: who was forgotten, in a small file that outlives the database it belongs to.

A backup is older than what came after it, so whoever wished to be forgotten meanwhile is still in
it. The ledger knows them by a hash of their random id, which tells nobody who they were. It refuses
to know more than the hash and the day.
"""

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ENDING: Final = ".forgotten"

_HEAD: Final = """\
# Who asked Syllabot to be forgotten: a hash and the day of each. Keep this file with your backups,
# also those elsewhere: `syllabot restore` reads it, so that an old copy brings nobody back.
"""
_LINE: Final = re.compile(r"([0-9a-f]{64}) (\d{4}-\d\d-\d\d)")


def beside(db: Path) -> Path:
    """The ledger of a database, in the same folder."""
    return Path(f"{db}{ENDING}")


def hashed(learner: str) -> str:
    """The SHA-256 of a learner's id, in 64 hex digits."""
    return hashlib.sha256(learner.encode()).hexdigest()


def read(path: Path) -> dict[str, str]:
    """The day ("2026-01-05") by hash. Blocks.

    A line that a crash cut off is passed over; a file that is missing is empty. Raises OSError.
    """
    try:
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    found = [match for line in lines if (match := _LINE.fullmatch(line))]
    return {match[1]: match[2] for match in found}


def append(path: Path, entries: Mapping[str, str]) -> None:
    """Add hashes with their days; they are on the disk when this returns. Blocks.

    Makes the file, which only this user may read, where it is missing. Raises OSError.
    """
    lines = "".join(f"{each} {day}\n" for each, day in entries.items())
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        if not size:
            lines = _HEAD + lines
        elif file.seek(-1, os.SEEK_END) >= 0 and file.read(1) != b"\n":
            lines = "\n" + lines  # after a line that a crash cut off
        _write(file.fileno(), lines.encode())
        os.fsync(file.fileno())
    if not size:
        sync_folder(path.parent)


def _write(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable, where the system has that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
