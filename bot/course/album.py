"""The bytes of pictures by their hash, for whoever sends them somewhere."""

import hashlib
from pathlib import Path

from bot.course import files
from bot.course.pictures import ENDINGS, MOST_BYTES


class Album:
    """The pictures below a folder of courses. A picture that is not known is looked for anew."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._paths: dict[str, Path] = {}

    def __call__(self, sha256: str) -> bytes | None:
        """The picture with this hash (hex); None where it is not there, or not any more."""
        found = self._read(sha256)
        if found is None:
            self._search()
            found = self._read(sha256)
        return found

    def _read(self, sha256: str) -> bytes | None:
        path = self._paths.get(sha256)
        data = _data(path) if path else None
        return data if data and hashlib.sha256(data).hexdigest() == sha256 else None

    def _search(self) -> None:
        found = (path for path in sorted(self._root.rglob("*")) if path.suffix.lower() in ENDINGS)
        self._paths = {
            hashlib.sha256(data).hexdigest(): path for path in found if (data := _data(path))
        }


def _data(path: Path) -> bytes | None:
    try:
        return files.data(path, path.parent.resolve(), MOST_BYTES, "")
    except files.Unreadable:
        return None
