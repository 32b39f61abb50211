"""Numbers as lines over a common scale."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.views import ink
from bot.views.figures import Lines, Series, Tick
from bot.views.marks import (
    BODY,
    EDGE,
    PAD,
    RIGHT,
    RULE,
    SMALL,
    SOFT,
    Dot,
    Drawing,
    Mark,
    Point,
    Stroke,
    Words,
)

TALL = 620
EDGE_ROOM = 34


@dataclass(frozen=True, slots=True)
class Frame:
    """The field of the lines in pixels, and in the numbers that stand at its borders."""

    left: float
    top: float
    right: float
    bottom: float
    across: tuple[float, float]
    up: tuple[float, float]

    def at(self, point: Point) -> Point:
        """Where a point stands, in pixels."""
        x = (point[0] - self.across[0]) / (self.across[1] - self.across[0])
        y = (point[1] - self.up[0]) / (self.up[1] - self.up[0])
        return (
            self.left + (self.right - self.left) * x,
            self.bottom - (self.bottom - self.top) * y,
        )


def layout(lines: Lines, top: float) -> Drawing:
    """The lines from `top` (pixels) on. Raises ink.TooWide."""
    up = ink.block(ink.wrapped(lines.up, RIGHT - PAD, SMALL), PAD, top, SMALL, colour=SOFT)
    frame = _frame(lines, up[-1].y + 2.2 * SMALL)
    across = ink.wrapped(lines.across, frame.right - frame.left, SMALL)
    below = ink.block(across, frame.left, frame.bottom + 2.4 * SMALL, SMALL, colour=SOFT)
    marks = (*up, *_up_ticks(frame, lines.up_ticks), *_across_ticks(frame, lines.across_ticks))
    drawn = (mark for series in lines.series for mark in _series(frame, series))
    named = (mark for series in lines.series for mark in _name(frame, series))
    return Drawing((*marks, *below, *drawn, *named), below[-1].y + SMALL * 1.4)


def _frame(lines: Lines, top: float) -> Frame:
    left = PAD + 16 + max(ink.width(tick.text, SMALL) for tick in lines.up_ticks)
    across = lines.across_ticks[0].at, lines.across_ticks[-1].at
    least = lines.up_ticks[0].at if lines.floor is None else lines.floor
    up = least, lines.up_ticks[-1].at
    return Frame(left, top, RIGHT - EDGE_ROOM, top + TALL, across, up)


def _up_ticks(frame: Frame, ticks: Sequence[Tick]) -> Iterator[Mark]:
    for tick in ticks:
        _, y = frame.at((frame.across[0], tick.at))
        yield Stroke(((frame.left, y), (frame.right, y)), RULE, 2)
        x = frame.left - 16 - ink.width(tick.text, SMALL)
        yield Words(x, y - SMALL * 0.65, tick.text, SMALL, colour=SOFT)


def _across_ticks(frame: Frame, ticks: Sequence[Tick]) -> Iterator[Mark]:
    for tick in ticks:
        x, _ = frame.at((tick.at, frame.up[0]))
        yield Stroke(((x, frame.bottom), (x, frame.bottom + 10)), SOFT, 2)
        left = min(x - ink.width(tick.text, SMALL) / 2, RIGHT - ink.width(tick.text, SMALL))
        yield Words(left, frame.bottom + 20, tick.text, SMALL, colour=SOFT)


def _series(frame: Frame, series: Series) -> Iterator[Mark]:
    points = tuple(map(frame.at, series.points))
    yield Stroke(points, EDGE[series.tone], 7)
    if series.dots:
        yield from (Dot(x, y, EDGE[series.tone]) for x, y in points)


def _name(frame: Frame, series: Series) -> Iterator[Mark]:
    x, y = frame.at(series.at)
    lines = ink.wrapped(series.name, RIGHT - x, BODY - 2, bold=True)
    yield from ink.block(lines, x, y, BODY - 2, bold=True, colour=EDGE[series.tone])
