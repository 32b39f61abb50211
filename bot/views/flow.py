"""Boxes on a grid, and arrows between them."""

from collections.abc import Iterator, Mapping, Sequence

from bot.views import ink
from bot.views.figures import Arrow, Box, Flow
from bot.views.marks import (
    BODY,
    EDGE,
    FILL,
    PAD,
    RIGHT,
    SMALL,
    SOFT,
    Drawing,
    Mark,
    Panel,
    Stroke,
    Words,
)

INSET = 20
BETWEEN = 60
DOWN = 58
LANE = 52


def layout(flow: Flow, top: float) -> Drawing:
    """The boxes and arrows from `top` (pixels) on. Raises ink.TooWide."""
    left = PAD + LANE * any(arrow.by == "left" for arrow in flow.arrows)
    right = RIGHT - LANE * any(arrow.by == "right" for arrow in flow.arrows)
    wide = (right - left + BETWEEN) / flow.columns
    panels = _panels(flow, left, wide, top)
    marks: list[Mark] = [mark for arrow in flow.arrows for mark in _arrow(arrow, panels)]
    for box in flow.boxes:
        marks += [panels[box.id], *_text(box, panels[box.id])]
    return Drawing(tuple(marks), max(panel.bottom for panel in panels.values()))


def _panels(flow: Flow, left: float, wide: float, top: float) -> dict[str, Panel]:
    """Where each box stands: all boxes of a row are as tall as the one that says most."""
    found: dict[str, Panel] = {}
    for row in sorted({box.at[1] for box in flow.boxes}):
        boxes = [box for box in flow.boxes if box.at[1] == row]
        bottom = top + max(_height(box, wide * box.span - BETWEEN) for box in boxes)
        for box in boxes:
            x = left + wide * box.at[0]
            end = x + wide * box.span - BETWEEN
            found[box.id] = Panel(x, top, end, bottom, FILL[box.tone], EDGE[box.tone])
        top = bottom + DOWN
    return found


def _lines(box: Box, wide: float) -> tuple[list[str], list[str]]:
    room = wide - 2 * INSET
    return ink.wrapped(box.title, room, bold=True), ink.wrapped(box.text or "", room, SMALL)


def _height(box: Box, wide: float) -> float:
    title, text = _lines(box, wide)
    return 2 * INSET + ink.height(title) + ink.height(text, SMALL)


def _text(box: Box, panel: Panel) -> Iterator[Words]:
    title, text = _lines(box, panel.right - panel.left)
    spare = panel.bottom - panel.top - ink.height(title) - ink.height(text, SMALL)
    x, y = panel.left + INSET, panel.top + spare / 2
    yield from ink.block(title, x, y, BODY, bold=True)
    yield from ink.block(text, x, y + ink.height(title), SMALL)


def _arrow(arrow: Arrow, panels: Mapping[str, Panel]) -> Iterator[Mark]:
    start, end = panels[arrow.start], panels[arrow.end]
    if arrow.by:
        yield _round(start, end, arrow.by)
    elif start.top == end.top:
        yield _beside(start, end)
    else:
        yield from _below(start, end, arrow.text)


def _round(start: Panel, end: Panel, by: str) -> Stroke:
    """Out at the side of one box, along the border, in at the side of the other."""
    a, b = _middle(start), _middle(end)
    outer = PAD + 6 if by == "left" else RIGHT - 6
    first, last = (start.left, end.left) if by == "left" else (start.right, end.right)
    return Stroke(((first, a), (outer, a), (outer, b), (last, b)), end="arrow")


def _beside(start: Panel, end: Panel) -> Stroke:
    y = _middle(start)
    ends = (start.right, end.left) if start.left < end.left else (start.left, end.right)
    return Stroke(((ends[0], y), (ends[1], y)), end="arrow")


def _below(start: Panel, end: Panel, text: str | None) -> Sequence[Mark]:
    x = (max(start.left, end.left) + min(start.right, end.right)) / 2
    ends = (start.bottom, end.top) if start.top < end.top else (start.top, end.bottom)
    arrow = Stroke(((x, ends[0]), (x, ends[1])), end="arrow")
    if not text:
        return [arrow]
    ink.wrapped(text, RIGHT - x - 22, SMALL)
    return [arrow, Words(x + 22, sum(ends) / 2 - SMALL * 0.68, text, SMALL, colour=SOFT)]


def _middle(panel: Panel) -> float:
    return (panel.top + panel.bottom) / 2
