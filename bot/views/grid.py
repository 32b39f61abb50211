"""How the columns and rows of a map share its paper: their sizes, and the bands of columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from bot.conversation import MapPicture
from bot.views import ink
from bot.views.marks import PAD, RIGHT

ROWS: Final = 60
COLUMNS: Final = 60
"""So many are drawn: the first ones."""

SIZES: Final = ((10, 30, 58), (24, 26, 42), (40, 22, 32), (ROWS, 19, 26))
"""Up to so many rows and columns: the size of names, and how tall a row is."""

LEAST: Final = 16
"""The narrowest column in which shapes are still told apart."""

APART: Final = 8
"""Between two modules."""


@dataclass(frozen=True, slots=True)
class Span:
    """Some columns of one module: from `first` up to `last`, not with it."""

    title: str
    first: int
    last: int

    def cut(self, most: int) -> Iterator["Span"]:
        """The same columns in pieces of at most so many."""
        for first in range(self.first, self.last, most):
            yield Span(self.title, first, min(first + most, self.last))


@dataclass(frozen=True, slots=True)
class Grid:
    """The measures that all bands of a map share: `size` is that of names, `note` of notes."""

    size: int
    note: int
    tall: int
    left: float
    right: float
    step: int

    @property
    def cell(self) -> int:
        """An even number, and `step` is whole: cells that fall alike on pixels take few bytes."""
        return int(min(self.step - 3, self.tall - 6, 40)) // 2 * 2

    def edges(self, band: Sequence[Span]) -> list[float]:
        """Where each module of a band begins."""
        wide = [(span.last - span.first) * self.step + APART for span in band]
        return list(accumulate(wide, initial=self.left))[: len(band)]


def _spans(picture: MapPicture) -> list[Span]:
    """The modules with their columns; columns without a module stand in one without a name."""
    most = min(len(picture.columns), COLUMNS)
    spans, first = [], 0
    for title, count in (*picture.groups, ("", most)):
        last = min(first + max(count, 0), most)
        if last > first:
            spans.append(Span(ink.legible(title), first, last))
        first = last
    return spans


def plan(picture: MapPicture) -> tuple[Grid, list[list[Span]]]:
    """Sizes by how many cells there are, and as few bands as columns can be told apart in."""
    rows, spans = picture.rows[:ROWS], _spans(picture)
    count = sum(span.last - span.first for span in spans)
    longest = max(len(rows), count)
    size, tall = next((size, tall) for most, size, tall in SIZES if longest <= most)
    names = max((ink.width(ink.legible(row.name), size) for row in rows), default=0)
    note = min(size - 2, 24 if count <= 20 else 18)
    notes = max((ink.width(ink.legible(row.note), note) for row in rows), default=0)
    left = PAD + 30 + int(min(names, 330 if count <= 20 else 230))
    room = RIGHT - 10 - left - int(min(notes, 260) + 20 if notes else 0)
    fewest = len(_bands(spans, LEAST, room))
    widths = range(tall * 8 // 5, LEAST, -1)
    step = next((s for s in widths if len(_bands(spans, s, room)) == fewest), LEAST)
    bands = _bands(spans, step, room) or [[]]
    right = left + max(_wide(band, step, APART) for band in bands)
    return Grid(size, note, tall, left, right, step), bands


def _bands(spans: Sequence[Span], step: int, room: float) -> list[list[Span]]:
    """As many modules in each band as fit; one that fits in none is cut."""
    bands: list[list[Span]] = []
    for span in spans:
        for part in span.cut(int((room - APART) / step)):
            if bands and _wide([*bands[-1], part], step, APART) <= room:
                bands[-1].append(part)
            else:
                bands.append([part])
    return bands


def _wide(band: Sequence[Span], step: float, apart: float) -> float:
    return sum((span.last - span.first) * step + apart for span in band)
