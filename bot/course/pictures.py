"""The pictures that the cards of a course show: whether each is there and can be shown anywhere."""

import hashlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from bot.course import files
from bot.course.model import Lesson
from bot.course.nodes import Node
from bot.course.problem import Problem, error, meant, shown, warning
from bot.course.sheets import CourseFolder, Sheet

MOST_BYTES = 8_000_000
"""What every platform takes as a picture."""
GOOD_BYTES = 200_000
_KINDS = ((b"\x89PNG\r\n\x1a\n", (".png",)), (b"\xff\xd8\xff", (".jpg", ".jpeg")))
ENDINGS = frozenset(ending for _, endings in _KINDS for ending in endings)


def read_pictures(folder: Path, course: CourseFolder) -> tuple[dict[str, str], list[Problem]]:
    """The pictures of the course in `folder` by sha256, as it names them, and what is wrong."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for sheet, node in _figures(course):
        name = node.word()
        try:
            picture = _picture(name, folder)
        except files.Unreadable as fault:
            problems.append(error(sheet.file, node.mark, fault.text))
            continue
        same = found.setdefault(hashlib.sha256(picture).hexdigest(), name)
        if same != name:
            text = f"this is the same picture as {shown(same)}: name that file here"
            problems.append(error(sheet.file, node.mark, text))
        if len(picture) > GOOD_BYTES:
            has = f"this picture has {len(picture) // 1000:,} KB"
            text = f"{has}; over 200 KB it loads slowly: make it smaller"
            problems.append(warning(sheet.file, node.mark, text))
    return found, problems


def _figures(course: CourseFolder) -> Iterator[tuple[Sheet[Lesson], Node]]:
    """Every place that names a picture."""
    for sheet in course.readings:
        for card in sheet.top.each("cards"):
            figure = card.get("figure")
            file = figure.get("file") if figure else None
            if file and file.word() and not file.fault:
                yield sheet, file


def _picture(name: str, folder: Path) -> bytes:
    """The picture of this name in a course's folder. Raises Unreadable."""
    path = PurePosixPath(name)
    if "\\" in name:
        raise files.Unreadable("a path is written with / on every system: replace each \\ by /")
    if path.is_absolute() or ".." in path.parts:
        text = "this leads out of the course's folder: put the picture into it, and name it there"
        raise files.Unreadable(text)
    if not files.there(folder / name):
        raise files.Unreadable(_absent(name, folder))
    cure = "make it smaller; under 200 KB is quick to load"
    picture = files.data(folder / name, folder.resolve(), MOST_BYTES, cure)
    ends = next((ends for magic, ends in _KINDS if picture.startswith(magic)), None)
    if ends is None:
        raise files.Unreadable("this file is no PNG and no JPEG: save the picture as one of them")
    if path.suffix.lower() not in ends:
        raise files.Unreadable(f"this picture's name must end in {ends[0]}: rename the file")
    return picture


def _absent(name: str, folder: Path) -> str:
    others = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in ENDINGS)
    known = [path.relative_to(folder).as_posix() for path in others]
    cure = "put the file into the course's folder, and name its path from there"
    return f"there is no picture {shown(name)} in this course: {meant(name, known, cure)}"
