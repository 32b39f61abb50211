"""Reading what lies in a course's folder, and nothing outside it.

Whatever a file system holds (links in a circle, pipes, huge files, bytes that are no text) ends in
`Unreadable` with a sentence; no OSError leaves this module.
"""

import errno
import stat
from pathlib import Path

from bot.course.problem import START, Mark

FILE_BYTES = 1_000_000
_CLOSED = "this cannot be opened: check its name, and who may read it"


class Unreadable(Exception):
    """A file or folder cannot be used: a sentence that says why and how to mend it."""

    def __init__(self, text: str, mark: Mark = START) -> None:
        super().__init__(text)
        self.text = text
        self.mark = mark


def there(path: Path) -> bool:
    """Whether anything has this name, be it a link to nowhere."""
    try:
        path.lstat()
    except (OSError, ValueError):
        return False
    return True


def is_folder(path: Path) -> bool:
    """Whether this is a folder that can be looked at."""
    try:
        return path.is_dir()
    except OSError:
        return False


def entries(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the folders and of all else in `folder`, sorted; none where it is closed."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return (), ()
    seen = tuple(name for name in names if not name.startswith("."))
    folders = tuple(name for name in seen if is_folder(folder / name))
    return folders, tuple(name for name in seen if name not in folders)


def reach(path: Path, home: Path) -> Path:
    """The real path behind `path`. Raises Unreadable where it is not inside `home`."""
    try:
        real = path.resolve(strict=True)
    except FileNotFoundError:
        raise Unreadable("this leads to a file that is not there: add it") from None
    except (OSError, RuntimeError, ValueError) as fault:
        # A circle of links is a RuntimeError before Python 3.13 and an OSError from then on.
        if isinstance(fault, RuntimeError) or getattr(fault, "errno", 0) == errno.ELOOP:
            text = "the links here lead in a circle: put the file itself in this place"
            raise Unreadable(text) from None
        raise Unreadable(_CLOSED) from None
    if not real.is_relative_to(home):
        raise Unreadable("this leads out of the course's folder: put the file itself here")
    return real


def data(path: Path, home: Path, most: int, cure: str) -> bytes:
    """What is in a file of at most `most` bytes. Raises Unreadable."""
    real = reach(path, home)
    try:
        about = real.stat()
        if not stat.S_ISREG(about.st_mode):
            raise Unreadable("this is no ordinary file: put a file with this name here")
        if about.st_size > most:
            size, limit = about.st_size / 1_000_000, most / 1_000_000
            raise Unreadable(f"this file has {size:.1f} MB; at most {limit:.0f} MB fit: {cure}")
        with real.open("rb") as opened:
            return opened.read(most + 1)[:most]
    except OSError:
        raise Unreadable(_CLOSED) from None


def text(path: Path, home: Path) -> str:
    """A YAML file as text. Raises Unreadable."""
    raw = data(path, home, FILE_BYTES, "split it into several")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or raw[1:2] == b"\0" or raw[:1] == b"\0":
        raise Unreadable("this file is UTF-16 or no text at all: save it as UTF-8 text")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        before = raw[: fault.start].decode("utf-8-sig", "replace")
        place = Mark(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise Unreadable("this character is not UTF-8: save the file as UTF-8", place) from None
