"""From a file of data to the bytes of a picture."""

from pathlib import Path

from bot.course.problem import START, Problem, error
from bot.views.ink import TooWide
from bot.views.page import page
from bot.views.paint import png
from bot.views.read import read


def draw(path: Path) -> tuple[bytes | None, tuple[Problem, ...]]:
    """The figure as a PNG, or why it cannot be drawn."""
    figure, problems = read(path)
    if figure is None:
        return None, problems
    try:
        return png(page(figure)), ()
    except TooWide as fault:
        return None, (error(str(path), START, f"{fault}: shorten it"),)
