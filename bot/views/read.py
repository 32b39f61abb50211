"""The data of figures, from the files in which authors keep it."""

from collections.abc import Iterator
from pathlib import Path

from bot.course.nodes import Node
from bot.course.parse import parse
from bot.course.problem import START, Problem, error
from bot.course.shape import shape
from bot.views.figures import Bars, Figure, Flow, Lines, Table

Found = tuple[Figure | None, tuple[Problem, ...]]


def sheets(root: Path) -> Iterator[Path]:
    """The data of every figure in a course, or in a folder of courses."""
    yield from sorted([*root.glob("figures/*.yaml"), *root.glob("*/figures/*.yaml")])


def read(path: Path) -> Found:
    """The figure in a file, None where there is none, and what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        why = "this cannot be read: save it as UTF-8 text, and check who may read it"
        return None, (error(str(path), START, why),)
    top, problems = parse(str(path), text)
    if top is None or problems:
        return None, problems
    return _figure(top, str(path))


def _figure(top: Node, file: str) -> Found:
    match top.word("kind"):
        case "flow":
            return shape(Flow, top, file)
        case "bars":
            return shape(Bars, top, file)
        case "lines":
            return shape(Lines, top, file)
        case "table":
            return shape(Table, top, file)
        case _:
            return None, (error(file, top.mark, "a figure's kind is flow, bars, lines or table"),)
