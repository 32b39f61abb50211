"""Rows and columns."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from bot.views import ink
from bot.views.figures import Row, Table, Tone
from bot.views.marks import (
    BODY,
    EDGE,
    FILL,
    INK,
    PAD,
    PAPER,
    RIGHT,
    SMALL,
    Drawing,
    Mark,
    Panel,
)

INSET = 18
GAP = 14
SIZE = 32


def layout(table: Table, top: float) -> Drawing:
    """The rows from `top` (pixels) on. Raises ink.TooWide."""
    edges = _edges(table.widths)
    marks: list[Mark] = []
    for drawing in _rows(table, edges, top):
        marks += drawing.marks
        top = drawing.bottom + GAP
    return Drawing(tuple(marks), top - GAP)


def _edges(widths: Sequence[float]) -> list[float]:
    """Where the columns begin, and where the last one ends."""
    shares = [0.0, *accumulate(widths)]
    return [PAD + (RIGHT - PAD) * share / shares[-1] for share in shares]


def _rows(table: Table, edges: Sequence[float], top: float) -> Iterator[Drawing]:
    head = _cells(table.heads, edges, top, SMALL, bold=range(len(table.heads)), colour=PAPER)
    panel = Panel(PAD, top, RIGHT, head.bottom, INK, INK)
    yield Drawing((panel, *head.marks), head.bottom)
    top = head.bottom + GAP
    for row in table.rows:
        drawing = _row(row, edges, top)
        yield drawing
        top = drawing.bottom + GAP


def _row(row: Row, edges: Sequence[float], top: float) -> Drawing:
    cells = _cells(row.cells, edges, top, SIZE, bold=range(1), colour=INK)
    return Drawing((_panel(row.tone, top, cells.bottom), *cells.marks), cells.bottom)


def _panel(tone: Tone, top: float, bottom: float) -> Panel:
    return Panel(PAD, top, RIGHT, bottom, FILL[tone], EDGE[tone])


def _cells(
    cells: Sequence[str], edges: Sequence[float], top: float, size: int = BODY, *, bold: range,
    colour: str,
) -> Drawing:  # fmt: skip
    marks: list[Mark] = []
    bottom = top
    for number, cell in enumerate(cells):
        room = edges[number + 1] - edges[number] - 2 * INSET
        lines = ink.wrapped(cell, room, size, bold=number in bold)
        x = edges[number] + INSET
        marks += ink.block(lines, x, top + INSET, size, bold=number in bold, colour=colour)
        bottom = max(bottom, top + 2 * INSET + ink.height(lines, size))
    return Drawing(tuple(marks), bottom)
