"""The cells of a map: each kind has a shape of its own, so that no colour is needed to tell them.

Done is a square with a tick, done late a clock, begun a half-filled square, excused a dash, not
begun an empty square, and not open yet a small cross.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.conversation import Cell
from bot.views import ink
from bot.views.marks import EDGE, PAD, PAPER, RIGHT, Drawing, Mark, Point, Shapes, Words

Outline = tuple[Point, ...]

STRONG: Final = (EDGE["check"], EDGE["made"], EDGE["real"])
FAINT: Final = "#8b8f94"
SWATCH: Final = 28
SIZE: Final = 24


@dataclass(frozen=True, slots=True)
class Place:
    """A cell and its middle."""

    cell: Cell
    x: float
    y: float


def cells(places: Sequence[Place], size: float) -> Iterator[Mark]:
    """All cells of a map, one kind after the other: many are drawn as fast as few."""
    for kind in dict.fromkeys(place.cell for place in places):
        yield from _kind(kind, [(p.x, p.y) for p in places if p.cell == kind], size)


def _kind(kind: Cell, at: Sequence[Point], size: float) -> Iterator[Shapes]:
    thick = max(size / 8, 2)
    match kind:
        case "done":
            yield _shapes(at, size, _square(), EDGE["check"], EDGE["check"])
            yield _shapes(at, size, ((-0.25, 0.02), (-0.07, 0.22), (0.27, -0.22)), PAPER, "", thick)
        case "late":
            yield _shapes(at, size, _circle(), EDGE["made"], EDGE["made"])
            yield _shapes(at, size, ((0, -0.32), (0, 0.03), (0.22, 0.16)), PAPER, "", thick)
        case "begun":
            yield _shapes(at, size, _square(), EDGE["real"], PAPER)
            yield _shapes(at, size, _square(bottom_only=True), EDGE["real"], EDGE["real"])
        case "excused":
            yield _shapes(at, size, ((-0.34, 0), (0.34, 0)), EDGE["plain"], "", thick * 1.3)
        case "open":
            yield _shapes(at, size, _square(), FAINT, PAPER)
        case "closed":
            yield _shapes(at, size, ((-0.2, -0.2), (0.2, 0.2)), FAINT, "", thick * 0.8)
            yield _shapes(at, size, ((0.2, -0.2), (-0.2, 0.2)), FAINT, "", thick * 0.8)


def _shapes(
    at: Sequence[Point], size: float, outline: Outline, edge: str, fill: str, width: float = 2
) -> Shapes:
    """`outline` in cells of this size; its own measures are shares of a cell, from the middle."""
    placed = tuple(tuple((x + size * a, y + size * b) for a, b in outline) for x, y in at)
    return Shapes(placed, edge, fill, width)


def _square(*, bottom_only: bool = False) -> Outline:
    top = 0.0 if bottom_only else -0.46
    return ((-0.46, top), (0.46, top), (0.46, 0.46), (-0.46, 0.46))


def _circle() -> Outline:
    turns = [n * math.tau / 32 for n in range(32)]
    return tuple((0.49 * math.cos(turn), 0.49 * math.sin(turn)) for turn in turns)


def key(meanings: Sequence[tuple[Cell, str]], top: float) -> Drawing:
    """Each kind of cell and what it means, as many in a line as fit."""
    marks: list[Mark] = []
    x = float(PAD)
    for kind, meaning in meanings:
        text = ink.short(ink.legible(meaning), RIGHT - PAD - SWATCH - 12, SIZE)
        wide = SWATCH + 12 + ink.width(text, SIZE)
        if x > PAD and x + wide > RIGHT:
            x, top = float(PAD), top + SIZE * 1.8
        marks += cells([Place(kind, x + SWATCH / 2, top + SIZE * 0.66)], SWATCH)
        marks.append(Words(x + SWATCH + 12, top, text, SIZE))
        x += wide + 24
    return Drawing(tuple(marks), top + SIZE * 1.4 if meanings else top)
