"""Course files: whatever bytes stand in them, a list of problems comes of it, or a library."""

import re
import shutil
from functools import cache
from pathlib import Path
from random import Random
from typing import Final, cast

from benchmarks.fuzzing import chance as spoil
from benchmarks.fuzzing.case import Broken, Steps, Target
from benchmarks.fuzzing.texts import folder
from benchmarks.fuzzing.world import HERE
from bot.course import files
from bot.course.base import Part
from bot.course.items import Exam, Quiz
from bot.course.lab import Lab
from bot.course.load import load
from bot.course.model import (
    CourseFile,
    DeckFile,
    Lesson,
    MisconceptionsFile,
    ModuleFile,
    SourcesFile,
)
from bot.course.parse import parse
from bot.course.shape import shape

TINY: Final = HERE / "tests" / "course" / "tiny"
KINDS: Final[dict[str, type[Part]]] = {
    "course.yaml": CourseFile,
    "misconceptions.yaml": MisconceptionsFile,
    "sources.yaml": SourcesFile,
    "deck.yaml": DeckFile,
    "module.yaml": ModuleFile,
    "lesson.yaml": Lesson,
    "quiz.yaml": Quiz,
    "lab.yaml": Lab,
    "exam.yaml": Exam,
}
_PLACE: Final = re.compile(r".*:\d+:\d+: \S")
PIECE: Final = 4_000
"""Bytes of a long file that are spoilt at a time: a case should cost little."""

ODD: Final = (
    *(
        b"&a [*a]",
        b"*a",
        b"!!python/object:os.system x",
        b"!x",
        b"<<: *b",
        b"? x\n: y",
        b"--- \n---",
    ),
    *(b"%YAML 9.9", b"{" * 500, b"[" * 5000, b"- " * 300, b'"\\UFFFFFFFF"', b'"\\x00"', b"1:30"),
    *(
        b"0o777",
        b"0x1F",
        b"1e400",
        b".inf",
        b".nan",
        b"~",
        b"yes",
        b"2024-01-01",
        b"=",
        b"\x00",
        b"\x85",
    ),
    *(
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\t",
        b"a: b: c",
        b"|9\n x",
        b">-\n",
        b"'",
        b'"',
        b"@x",
        b"`x`",
    ),
    *(b"../../../etc/passwd", b"/etc/passwd", b"file:///etc/passwd", b"9" * 5000, b"a" * 60_000),
)
"""What YAML makes something special of, and paths that lead elsewhere."""


@cache
def real() -> tuple[tuple[str, bytes], ...]:
    """Course files of all kinds: those of the course that ships, in pieces, and of the tests'."""
    paths = [*sorted((HERE / "content").rglob("*.yaml")), *sorted(TINY.rglob("*.yaml"))]
    return tuple((path.name, path.read_bytes()) for path in paths if path.name in KINDS)


def spoilt(chance: Random, data: bytes) -> bytes:
    """A file with something wrong: as any bytes can be, or as YAML can be."""
    match chance.randrange(6):
        case 0:
            at = chance.randrange(len(data) + 1)
            return data[:at] + chance.choice(ODD) + data[at:]
        case 1:
            lines = data.split(b"\n")
            at = chance.randrange(len(lines))
            key, colon, _ = lines[at].partition(b":")
            lines[at] = key + colon + b" " + chance.choice(ODD)
            return b"\n".join(lines)
        case 2:
            lines = data.split(b"\n")
            at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines[to:to] = lines[at : at + chance.randrange(1, 6)]
            return b"\n".join(lines)
        case 3:
            return bomb(chance)
        case _:
            return spoil.raw(chance, data)


def bomb(chance: Random) -> bytes:
    """A small file that is a large one for whoever reads it as YAML was meant to be read."""
    levels, each = chance.randrange(2, 40), chance.randrange(2, 20)
    lines = [b"a0: &a0 [" + b", ".join([b"x"] * each) + b"]"]
    for level in range(1, levels):
        held = b", ".join([b"*a%d" % (level - 1)] * each)
        lines.append(b"a%d: &a%d [%b]" % (level, level, held))
    return b"\n".join(lines)


def _make_file(chance: Random) -> Steps:
    name, data = chance.choice(real())
    return [(name, spoilt(chance, data[:PIECE]))]


def _file(steps: Steps) -> None:
    """One file, from its bytes to a part of a course, or to what is wrong with it."""
    home = folder().resolve()
    for step in steps:
        name, data = cast(tuple[str, bytes], step)
        path = home / "one.yaml"
        path.write_bytes(data)
        try:
            text = files.text(path, home)
        except files.Unreadable as why:
            if why.mark.line < 1 or not why.text:
                raise Broken("a file is refused without a place or a reason") from None
            continue
        top, problems = parse(name, text)
        part = None
        if top is not None:
            part, more = shape(KINDS[name], top, name)
            problems = (*problems, *more)
        if part is None and not problems:
            raise Broken("a file is refused without a problem")
        _placed(problems)


def _placed(problems: tuple[object, ...]) -> None:
    for problem in problems:
        if not _PLACE.match(str(problem)) or not str(problem).isprintable():
            raise Broken(f"a problem has no place, or cannot be printed: {str(problem)!r:.200}")


def _make_course(chance: Random) -> Steps:
    paths = sorted(path.relative_to(TINY).as_posix() for path in TINY.rglob("*.yaml"))
    return [
        (name, spoilt(chance, (TINY / name).read_bytes()))
        for name in chance.sample(paths, chance.choice((1, 1, 2, 3)))
    ]


@cache
def _copy() -> Path:
    return Path(shutil.copytree(TINY, folder() / "tiny"))


def _course(steps: Steps) -> None:
    """A whole course, some of whose files are spoilt."""
    root, changed = _copy(), []
    try:
        for step in steps:
            name, data = cast(tuple[str, bytes], step)
            (root / name).write_bytes(data)
            changed.append(name)
        library, problems = load(root)
    finally:
        for name in changed:
            (root / name).write_bytes((TINY / name).read_bytes())
    _placed(problems)
    if library is None and not any(each.severity == "error" for each in problems):
        raise Broken("a course is refused without an error")


def targets() -> tuple[Target, ...]:
    """What authors write."""
    return (Target("yaml", 60, _make_file, _file), Target("courses", 4, _make_course, _course))
