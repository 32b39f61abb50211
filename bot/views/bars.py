"""Numbers as lengths: one bar below the other, each with its name above it."""

import math
from collections.abc import Iterator

from bot.views import ink
from bot.views.figures import Bar, Bars, Tick
from bot.views.marks import (
    BODY,
    EDGE,
    INK,
    PAD,
    PAPER,
    RIGHT,
    RULE,
    SMALL,
    SOFT,
    Drawing,
    Mark,
    Panel,
    Stroke,
    Words,
)

THICK = 46
STEP = 24
SPACE = 16
LIGHT = "#ffffff"


def layout(bars: Bars, top: float) -> Drawing:
    """The bars from `top` (pixels) on. Raises ink.TooWide."""
    axis = ink.block(ink.wrapped(bars.axis, RIGHT - PAD, SMALL), PAD, top, SMALL, colour=SOFT)
    top = axis[-1].y + 2 * SMALL
    head = top + (SMALL * 1.7 if bars.mark else 0)
    rows: list[Mark] = []
    foot = head
    for bar in bars.bars:
        row = _bar(bars, bar, foot)
        rows += row.marks
        foot = row.bottom + STEP
    ticks = _ticks(bars, head, foot)
    mark = _mark(bars, bars.mark, top, foot) if bars.mark else ()
    lengths = [each for each in rows if isinstance(each, Panel)]
    words = [each for each in rows if isinstance(each, Words)]
    plates = [plate for each in words for plate in _plate(each)]
    return Drawing((*axis, *ticks, *lengths, *mark, *plates, *words), foot + SMALL * 1.6)


def _plate(words: Words) -> Iterator[Panel]:
    """Paper behind dark words, so that no line runs through them."""
    if words.colour != LIGHT:
        right = words.x + ink.width(words.text, words.size, bold=words.bold) + 4
        yield Panel(words.x, words.y, right, words.y + words.size * 1.2, PAPER, PAPER, round=0)


def place(bars: Bars, value: float) -> float:
    """Where a value stands from left to right."""
    least, most = bars.ticks[0].at, bars.ticks[-1].at
    if bars.scale == "log":
        least, most, value = math.log10(least), math.log10(most), math.log10(value)
    return PAD + (RIGHT - PAD) * (value - least) / (most - least)


def _bar(bars: Bars, bar: Bar, top: float) -> Drawing:
    lines: list[Mark] = [Words(PAD, top, bar.name, bold=True)]
    if bar.detail:
        x = PAD + ink.width(bar.name, BODY, bold=True) + SPACE
        ink.wrapped(bar.detail, RIGHT - x, SMALL)
        lines.append(Words(x, top + BODY - SMALL, bar.detail, SMALL, colour=SOFT))
    top += BODY * 1.4
    return Drawing((*lines, *_length(bars, bar, top)), top + THICK)


def _length(bars: Bars, bar: Bar, top: float) -> Iterator[Mark]:
    """The bar with its value beside it, or in it where there is no room beside."""
    end = place(bars, bar.value) if bar.value else PAD
    text = top + (THICK - BODY) / 2 - 3
    if bar.value:
        yield Panel(PAD, top, end, top + THICK, EDGE[bar.tone], EDGE[bar.tone], round=0)
    wide = ink.width(bar.shown, BODY, bold=True)
    if end + SPACE + wide <= RIGHT:
        yield Words(end + (SPACE if bar.value else 0), text, bar.shown, bold=True)
    else:
        yield Words(end - SPACE - wide, text, bar.shown, bold=True, colour=LIGHT)


def _ticks(bars: Bars, top: float, foot: float) -> Iterator[Mark]:
    for tick in bars.ticks:
        x = place(bars, tick.at)
        yield Stroke(((x, top), (x, foot)), RULE, 2)
        wide = ink.width(tick.text, SMALL)
        left = min(max(x - wide / 2, PAD), RIGHT - wide)
        yield Words(left, foot + 4, tick.text, SMALL, colour=SOFT)


def _mark(bars: Bars, mark: Tick, top: float, foot: float) -> Iterator[Mark]:
    x = place(bars, mark.at)
    wide = ink.width(mark.text, SMALL, bold=True)
    yield Stroke(((x, top + SMALL * 1.5), (x, foot)), INK, 4, dashed=True)
    yield Words(min(max(x - wide / 2, PAD), RIGHT - wide), top, mark.text, SMALL, bold=True)
