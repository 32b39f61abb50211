"""What stands round every drawing: its title above, the key of its colours and its source below."""

from collections.abc import Iterator, Sequence

from bot.views import bars, flow, ink, lines, table
from bot.views.figures import Bars, Figure, Flow, Key, Lines, Table
from bot.views.marks import (
    EDGE,
    FILL,
    INK,
    PAD,
    PAPER,
    RIGHT,
    SMALL,
    SOFT,
    TITLE,
    WIDTH,
    Drawing,
    Mark,
    Panel,
    Stroke,
    Words,
)

SWATCH = 34
AIR = 26


def page(picture: Figure) -> Drawing:
    """The whole picture. Raises ink.TooWide."""
    title = ink.block(
        ink.wrapped(picture.title, RIGHT - PAD, TITLE, bold=True), PAD, PAD - 8, TITLE, bold=True
    )
    body = _body(picture, title[-1].y + TITLE * 1.28 + AIR)
    key = _key(picture.key, body.bottom + AIR)
    foot = _foot(picture, key.bottom + AIR)
    marks = (*title, *body.marks, *key.marks, *foot.marks)
    return bordered(Drawing(marks, foot.bottom + PAD - 8))


def bordered(drawing: Drawing) -> Drawing:
    """A drawing on paper with a border, so that it is seen on light and dark alike."""
    border = Panel(6, 6, WIDTH - 6, drawing.bottom - 6, PAPER, INK, round=22)
    return Drawing((border, *drawing.marks), drawing.bottom)


def _body(picture: Figure, top: float) -> Drawing:
    match picture:
        case Flow():
            return flow.layout(picture, top)
        case Bars():
            return bars.layout(picture, top)
        case Lines():
            return lines.layout(picture, top)
        case Table():
            return table.layout(picture, top)


def _key(keys: tuple[Key, ...], top: float) -> Drawing:
    """Each colour and its meaning, as many in a line as fit."""
    marks: list[Mark] = []
    x = float(PAD)
    for key in keys:
        wide = SWATCH + 12 + ink.width(key.text, SMALL)
        if x > PAD and x + wide > RIGHT:
            x, top = float(PAD), top + SMALL * 1.7
        swatch = Panel(x, top, x + SWATCH, top + SWATCH, FILL[key.tone], EDGE[key.tone], round=6)
        marks += [swatch, Words(x + SWATCH + 12, top, key.text, SMALL)]
        x += wide + 36
    return Drawing(tuple(marks), top + SMALL * 1.4 if keys else top - AIR)


def _foot(picture: Figure, top: float) -> Drawing:
    return closing(
        [line for text in _notes(picture) for line in ink.wrapped(text, RIGHT - PAD, SMALL)], top
    )


def closing(lines: Sequence[str], top: float) -> Drawing:
    """What is said last, below a rule."""
    rule = Stroke(((PAD, top), (RIGHT, top)), SOFT, 2)
    words = ink.block(lines, PAD, top + 14, SMALL, colour=SOFT)
    return Drawing((rule, *words), words[-1].y + SMALL * 1.3)


def _notes(picture: Figure) -> Iterator[str]:
    if picture.schematic:
        yield f"Schematic: {picture.schematic}"
    if picture.source:
        yield f"Source: {picture.source}"
