"""A certificate: one page, as wide as a sheet of paper that lies on its side."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.conversation import CertificatePicture
from bot.course.model import ACCENT
from bot.views import ink
from bot.views.marks import INK, PAPER, SOFT, WIDTH, Drawing, Face, Mark, Panel, Shapes, Stroke

TALL: Final = 764
"""Of a page whose text fits: A4 on its side. More text makes it taller, never smaller."""

MIDDLE: Final = WIDTH / 2
ROOM: Final = WIDTH - 2 * 110
EDGE: Final = 62
"""How far text stays from the upper and lower ends."""

NAMES: Final = (80, 72, 64, 56, 50)
"""The sizes that a name is tried in; the last one may take three lines."""

COURSES: Final = (44, 38)
SEAL: Final = 50
CODE: Final = 30 + 62
"""The room of the code, with the air above it."""

CONTRAST: Final = 4.5
"""Between letters and paper: what accessibility guidelines ask for."""


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of one look, centred, with air above them."""

    lines: tuple[str, ...]
    size: int
    air: float
    bold: bool = False
    colour: str = INK
    face: Face = "serif"

    @property
    def tall(self) -> float:
        """Its height in pixels, with the air above it; 0 for no lines."""
        return self.air + ink.height(self.lines, self.size) if self.lines else 0


def layout(picture: CertificatePicture) -> Drawing:
    """The whole certificate with its frame."""
    accent = readable(picture.accent)
    above, below = _above(picture, accent), _below(picture)
    code = ink.short(ink.legible(picture.code, "mono"), 560, 32, bold=True, face="mono")
    needed = 2 * SEAL + sum(part.tall for part in (*above, *below)) + CODE
    bottom = max(needed + 2 * EDGE, TALL)
    air = (bottom - needed) / 2
    marks: list[Mark] = [*_frame(accent, bottom), *_seal(accent, air + SEAL)]
    y = air + 2 * SEAL
    for part in above:
        marks += _centred(part, y)
        y += part.tall
    marks += _code(code, accent, y + 30)
    y += CODE
    for part in below:
        marks += _centred(part, y)
        y += part.tall
    return Drawing(tuple(marks), bottom)


def _above(picture: CertificatePicture, accent: str) -> tuple[Part, ...]:
    """What comes before the code."""
    return (
        _sized(picture.heading, (36, 30), 24, most=2, colour=accent),
        _sized(picture.name, NAMES, 20, most=3),
        _sized(picture.statement, (28,), 10, most=3, bold=False, colour=SOFT),
        _sized(picture.course, COURSES, 14, most=4, colour=accent),
        *(_sized(each, (26,), 9, most=2, bold=False, colour=SOFT) for each in picture.details),
    )


def _below(picture: CertificatePicture) -> tuple[Part, ...]:
    return (_sized(picture.verify, (24,), 6, most=3, bold=False, colour=SOFT),)


def _sized(
    text: str, sizes: tuple[int, ...], air: float, *, most: int, bold: bool = True,
    colour: str = INK,
) -> Part:  # fmt: skip
    """The text in the largest size in which it takes one line, else in the last size in some."""
    face = _face(text)
    text = ink.legible(text, face)
    size = next((s for s in sizes if ink.width(text, s, bold=bold, face=face) <= ROOM), sizes[-1])
    lines = ink.folded(text, ROOM, size, most=most, bold=bold, face=face)
    return Part(tuple(lines), size, air, bold, colour, face)


def _face(text: str) -> Face:
    """Serifs look festive, but fewer scripts have them."""
    return "serif" if ink.legible(text, "serif") == ink.legible(text) else "sans"


def _centred(part: Part, top: float) -> Iterator[Mark]:
    for number, line in enumerate(part.lines):
        y = top + part.air + number * part.size * ink.LEADING
        yield ink.centred(
            line, MIDDLE, y, part.size, bold=part.bold, colour=part.colour, face=part.face
        )


def _code(code: str, accent: str, top: float) -> Iterator[Mark]:
    """The code letter by letter, each in a place of its own, so that none is misread."""
    size, step = 32, min(26.0, (ROOM - 60) / max(len(code), 1))
    left = MIDDLE - step * len(code) / 2
    yield Panel(left - 26, top, MIDDLE * 2 - left + 26, top + 58, "#ffffff", accent, 10)
    for number, letter in enumerate(code):
        x = left + (number + 0.5) * step
        yield ink.centred(letter, x, top + 9, size, bold=True, face="mono")


def _frame(accent: str, bottom: float) -> Iterator[Mark]:
    """A strong frame and a fine one within it, with a diamond in each corner."""
    yield Panel(12, 12, WIDTH - 12, bottom - 12, accent, accent, 0)
    yield Panel(22, 22, WIDTH - 22, bottom - 22, PAPER, PAPER, 0)
    left, top, right, low = 34, 34, WIDTH - 34, bottom - 34
    corners = ((left, top), (right, top), (right, low), (left, low))
    yield Stroke((*corners, corners[0]), accent, 2)
    for x, y in corners:
        diamond = ((x - 13, y), (x, y - 13), (x + 13, y), (x, y + 13))
        yield Shapes((diamond,), PAPER, accent, 4)


def _seal(accent: str, middle: float) -> Iterator[Mark]:
    """A scalloped seal with a tick, and a line to either side."""
    for side in (-1, 1):
        ends = (MIDDLE + side * (SEAL + 24), middle), (MIDDLE + side * (SEAL + 210), middle)
        yield Stroke(ends, accent, 2)
    yield Shapes((_ring(middle, SEAL - 2, 4),), accent, accent)
    yield Shapes((_ring(middle, SEAL - 13, 0),), PAPER, accent, 2)
    tick = ((MIDDLE - 17, middle + 1), (MIDDLE - 5, middle + 14), (MIDDLE + 18, middle - 14))
    yield Shapes((tick,), PAPER, width=7)


def _ring(middle: float, radius: float, wave: float) -> tuple[tuple[float, float], ...]:
    found = []
    for number in range(192):
        turn = number * math.tau / 192
        far = radius + wave * (math.cos(turn * 24) - 1) / 2
        found.append((MIDDLE + far * math.cos(turn), middle + far * math.sin(turn)))
    return tuple(found)


def readable(colour: str) -> str:
    """A course's colour, darkened until its letters can be read on our paper."""
    if not re.fullmatch("#[0-9A-Fa-f]{6}", colour):
        colour = ACCENT
    parts = [int(colour[n : n + 2], 16) for n in (1, 3, 5)]
    while contrast(colour) < CONTRAST:
        parts = [part * 19 // 20 for part in parts]
        colour = "#{:02x}{:02x}{:02x}".format(*parts)
    return colour


def contrast(colour: str) -> float:
    """Between a colour and our paper, from 1 to 21."""
    return (_light(PAPER) + 0.05) / (_light(colour) + 0.05)


def _light(colour: str) -> float:
    """How light a colour looks: the formula is that of the web's accessibility guidelines."""
    shares = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(weight * s for weight, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
