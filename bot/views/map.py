"""A map of a cohort: learners by units, each cell told apart by its shape as well as its colour.

Sixty units do not fit side by side, so a wide map is cut into bands, one below the other, between
modules where that is possible; every band names all learners again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.conversation import MapPicture, MapRow
from bot.views import cells, ink
from bot.views.grid import ROWS, Grid, Span, plan
from bot.views.marks import (
    INK,
    PAD,
    PAPER,
    RIGHT,
    RISE,
    SOFT,
    Drawing,
    Mark,
    Panel,
    Stroke,
    Words,
    blend,
)

STRIPE: Final = "#f3efe5"
COLOURS: Final = (
    *(PAPER, STRIPE, INK, blend(INK, 0.75), blend(INK, 0.5), blend(INK, 0.25)),
    *(SOFT, cells.FAINT, blend(cells.FAINT, 0.5)),
    *(colour for each in cells.STRONG for colour in (each, blend(each, 0.5))),
)
"""All that a map cannot do without: what it is drawn with, and the edges of that."""

BETWEEN: Final = 40
TURNED: Final = 120
TITLE: Final = (24, 21, 18, 16)
TITLES: Final = 190
LINES: Final = 3


def layout(picture: MapPicture, top: float) -> Drawing:
    """The bands of a map, and the key to its cells."""
    grid, bands = plan(picture)
    marks: list[Mark] = []
    for band in bands:
        drawn = _band(picture, band, grid, top)
        marks += drawn.marks
        top = drawn.bottom + BETWEEN
    key = cells.key(picture.key, top - BETWEEN + 28)
    return Drawing((*marks, *key.marks), key.bottom)


def _band(picture: MapPicture, band: Sequence[Span], grid: Grid, top: float) -> Drawing:
    """All rows, with the columns of some modules."""
    heads = _heads(picture, band, grid, top)
    stripes: list[Mark] = []
    names: list[Mark] = []
    places: list[cells.Place] = []
    top = heads.bottom
    for number, row in enumerate(picture.rows[:ROWS]):
        if number % 2 == 0:
            stripes.append(Panel(PAD, top, RIGHT, top + grid.tall, STRIPE, STRIPE, 0))
        names += _row(row, grid, top)
        places += _places(row, band, grid, top + grid.tall / 2)
        top += grid.tall
    return Drawing((*stripes, *heads.marks, *names, *cells.cells(places, grid.cell)), top)


def _row(row: MapRow, grid: Grid, top: float) -> Iterator[Words]:
    """The name before the cells, and the note behind them."""
    middle = top + grid.tall / 2
    name = ink.short(ink.legible(row.name), grid.left - PAD - 20, grid.size)
    yield Words(PAD + 10, middle - grid.size * RISE, name, grid.size)
    x = grid.right + 12
    if note := ink.short(ink.legible(row.note), RIGHT - 10 - x, grid.note):
        yield Words(x, middle - grid.note * RISE, note, grid.note, colour=SOFT)


def _places(row: MapRow, band: Sequence[Span], grid: Grid, middle: float) -> Iterator[cells.Place]:
    for span, left in zip(band, grid.edges(band), strict=True):
        for number, cell in enumerate(row.cells[span.first : span.last]):
            yield cells.Place(cell, left + (number + 0.5) * grid.step, middle)


def _heads(picture: MapPicture, band: Sequence[Span], grid: Grid, top: float) -> Drawing:
    """The names of the modules over a line each, and of the units below it."""
    titles = _titles(band, grid, top)
    size = round(max(min(grid.size - 4, grid.step * 0.8), 15))
    names = [ink.short(ink.legible(name), TURNED, size) for name in picture.columns]
    shown = [name for span in band for name in names[span.first : span.last]]
    wide = max((ink.width(name, size) for name in shown), default=0)
    turned = wide > grid.step - 6
    bottom = round(titles.bottom + 10 + (wide if turned else size * 1.2))
    marks: list[Mark] = [*titles.marks]
    for span, left in zip(band, grid.edges(band), strict=True):
        for number, name in enumerate(names[span.first : span.last]):
            x = left + (number + 0.5) * grid.step
            marks.append(_column(name, x, bottom, size, turned=turned))
    return Drawing(tuple(marks), bottom + 10)


def _column(name: str, x: float, bottom: float, size: int, *, turned: bool) -> Words:
    if turned:
        return Words(x + size * 0.36, bottom, name, size, colour=SOFT, turned=True)
    return ink.centred(name, x, bottom - size * 1.2, size, colour=SOFT)


def _titles(band: Sequence[Span], grid: Grid, top: float) -> Drawing:
    """Modules over their columns: in lines where the words fit, else turned like the units."""
    lefts = [left + 3 for left in grid.edges(band)]
    wide = [float((span.last - span.first) * grid.step - 6) for span in band]
    pairs = list(zip(band, _rooms(band, wide, lefts), strict=True))
    size = next((s for s in TITLE if all(_fits(*pair, s) for pair in pairs)), TITLE[-1])
    blocks = [
        _title(span, room, size, cols) for (span, room), cols in zip(pairs, wide, strict=True)
    ]
    foot = top + max((block.tall for block in blocks), default=0) + 6
    marks: list[Mark] = []
    for block, left, room in zip(blocks, lefts, wide, strict=True):
        marks += block.at(left, foot - 6, room)
        marks.append(Stroke(((left, foot), (left + room, foot)), INK, 3))
    return Drawing(tuple(marks), foot + 2)


def _rooms(band: Sequence[Span], wide: list[float], lefts: list[float]) -> list[float]:
    """The room of each title: behind the last module all is free, if its title needs that."""
    fit = [_fits(span, room, TITLE[-1]) for span, room in zip(band, wide, strict=True)]
    if all(fit) or not all(fit[:-1]):
        return wide
    return [*wide[:-1], RIGHT - lefts[-1]]


def _fits(span: Span, room: float, size: int) -> bool:
    return all(ink.width(word, size, bold=True) <= room for word in span.title.split())


@dataclass(frozen=True, slots=True)
class Title:
    """The lines of a module's title."""

    lines: tuple[str, ...]
    size: int
    turned: bool

    @property
    def tall(self) -> float:
        """Its height in pixels, as it is set."""
        if self.turned:
            return 4 + max(ink.width(line, self.size, bold=True) for line in self.lines)
        return ink.height(self.lines, self.size)

    def at(self, left: float, bottom: float, room: float) -> list[Words]:
        """The lines above `bottom`; turned ones stand in the middle of the room."""
        if not self.turned:
            return ink.block(self.lines, left, bottom - self.tall, self.size, bold=True)
        x = left + (room - ink.height(self.lines, self.size)) / 2 + self.size
        return [
            Words(
                x + number * self.size * ink.LEADING, bottom - 4, line, self.size, True, turned=True
            )
            for number, line in enumerate(self.lines)
        ]


def _title(span: Span, room: float, size: int, columns: float) -> Title:
    turned = not _fits(span, room, size)
    most = max(int(columns / size / ink.LEADING), 1) if turned else LINES
    lines = ink.folded(
        span.title, TITLES if turned else room, size, most=min(most, LINES), bold=True
    )
    return Title(tuple(lines), size, turned)
