"""How wide text is, and where a line of it breaks."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import matplotlib
from matplotlib.font_manager import FontProperties, get_font

from bot.views.marks import BODY, INK, Words

LEADING = 1.28


class TooWide(ValueError):
    """A word does not fit into its place."""


@cache
def font(size: int, *, bold: bool) -> FontProperties:
    """The font that matplotlib brings along, wherever this runs."""
    return FontProperties(fname=_file(bold=bold), size=size)


def _file(*, bold: bool) -> str:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name)


@cache
def width(text: str, size: int, *, bold: bool = False) -> float:
    """In pixels."""
    pen = get_font(_file(bold=bold))
    pen.set_size(size, 72)
    pen.set_text(text)
    return pen.get_width_height()[0] / 64  # FreeType counts in 64ths


def wrapped(text: str, room: float, size: int = BODY, *, bold: bool = False) -> list[str]:
    """The lines of `text` in `room` pixels; a line break in it stays. Raises TooWide."""
    lines: list[str] = []
    for paragraph in text.strip().splitlines():
        lines.append("")
        for word in paragraph.split():
            longer = f"{lines[-1]} {word}".strip()
            fits = width(longer, size, bold=bold) <= room
            lines[-1:] = [longer] if fits or not lines[-1] else [lines[-1], word]
    wide = next((line for line in lines if width(line, size, bold=bold) > room), None)
    if wide:
        raise TooWide(f"{wide!r} is wider than the {room:.0f} pixels it has")
    return lines


def height(lines: Iterable[str], size: int = BODY) -> float:
    return sum(size * LEADING for _ in lines)


def block(
    lines: Iterable[str], x: float, y: float, size: int = BODY, *, bold: bool = False,
    colour: str = INK,
) -> list[Words]:  # fmt: skip
    """Lines one below the other, the first with its top at `y`."""
    step = size * LEADING
    return [Words(x, y + n * step, line, size, bold, colour) for n, line in enumerate(lines)]


def centred(text: str, x: float, y: float, size: int = BODY, *, bold: bool = False) -> Words:
    return Words(x - width(text, size, bold=bold) / 2, y, text, size, bold)
