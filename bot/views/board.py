"""A leaderboard: the first three stand out, and every bar is a share of the most points."""

from collections.abc import Iterator
from typing import Final

from bot.conversation import BoardPicture, Rank
from bot.views import ink
from bot.views.marks import (
    BODY,
    EDGE,
    FILL,
    INK,
    PAD,
    PAPER,
    RIGHT,
    RISE,
    SMALL,
    SOFT,
    Dot,
    Drawing,
    Mark,
    Panel,
    Shapes,
    Stroke,
    Words,
)

MOST: Final = 40
"""So many lines are drawn; the rest of a longer board is left out."""

LEFT: Final = PAD + 104
DISC: Final = PAD + 40
INSET: Final = 24
BETWEEN: Final = 12
BREAK: Final = 46
ROUND: Final = 14
UNIT: Final = SMALL - 4

TRACK: Final = "#f3efe5"
SHARE: Final = "#e2dccd"
METAL: Final = {1: "#e5b53b", 2: "#bcc4cd", 3: "#d0905a"}
RIM: Final = {1: "#a87a10", 2: "#77818c", 3: "#8f5526"}
TINT: Final = {1: "#f8e3a6", 2: "#dfe4ea", 3: "#f1d5bd"}


def layout(board: BoardPicture, top: float) -> Drawing:
    """The lines of a board; without any, the places that wait for the first three."""
    marks: list[Mark] = []
    share = _share(board)
    for number, rank in enumerate(board.ranks[:MOST]):
        if number and number == board.gap:
            marks += _gap(top)
            top += BREAK
        marks += _line(rank, board.points, share * max(rank.points, 0), top)
        top += _tall(rank.rank) + BETWEEN
    for place in () if board.ranks else (1, 2, 3):
        marks += _waiting(place, top)
        top += _tall(place) + BETWEEN
    return Drawing(tuple(marks), top - BETWEEN)


def _share(board: BoardPicture) -> float:
    """How long the bar of one point is: none reaches the column in which the points stand."""
    most = max((rank.points for rank in board.ranks), default=0)
    wide = max((_points_wide(rank, board.points) for rank in board.ranks), default=0)
    return (RIGHT - LEFT - wide - 2 * INSET) / max(most, 1)


def _points_wide(rank: Rank, word: str) -> float:
    return ink.width(str(rank.points), _size(rank), bold=True) + 10 + ink.width(_word(word), UNIT)


def _word(word: str) -> str:
    return ink.short(ink.legible(word), 160, UNIT)


def _size(rank: Rank) -> int:
    return 38 if rank.rank in METAL else BODY


def _tall(rank: int) -> int:
    return 88 if rank <= 3 else 62


def _line(rank: Rank, word: str, long: float, top: float) -> Iterator[Mark]:
    middle, bottom = top + _tall(rank.rank) / 2, top + _tall(rank.rank)
    yield from _place(rank, middle)
    yield Panel(LEFT, top, RIGHT, bottom, TRACK, EDGE["real"] if rank.mine else TRACK, ROUND)
    if rank.points > 0:
        end = LEFT + max(long, 2 * ROUND)
        colour = FILL["real"] if rank.mine else TINT.get(rank.rank, SHARE)
        yield Panel(LEFT + 4, top + 4, end - 4, bottom - 4, colour, colour, ROUND - 4)
    if rank.mine:  # seen without colours too
        tip = (LEFT - 4, middle)
        points = ((LEFT - 16, middle - 12), tip, (LEFT - 16, middle + 12))
        yield Shapes((points,), EDGE["real"], EDGE["real"])
    yield from _text(rank, word, middle)


def _place(rank: Rank, middle: float) -> Iterator[Mark]:
    """The rank: on a disc of gold, silver or bronze for the first three."""
    if rank.rank in METAL:
        yield Dot(DISC, middle, RIM[rank.rank], 38)
        yield Dot(DISC, middle, METAL[rank.rank], 34)
    number = str(rank.rank)
    sizes = (_size(rank), 26, 20)
    size = next((s for s in sizes if ink.width(number, s, bold=True) <= 2 * (DISC - PAD)), 14)
    colour = EDGE["real"] if rank.mine and rank.rank not in METAL else INK
    yield ink.centred(number, DISC, middle - size * RISE, size, bold=True, colour=colour)


def _text(rank: Rank, word: str, middle: float) -> Iterator[Mark]:
    """The name on the left, the points on the right."""
    size, bold = _size(rank), rank.mine or rank.rank in METAL
    top, x = middle - size * RISE, RIGHT - INSET - _points_wide(rank, word)
    name = ink.short(ink.legible(rank.name), x - INSET - LEFT - INSET, size, bold=bold)
    yield Words(LEFT + INSET, top, name, size, bold)
    yield Words(x, top, str(rank.points), size, bold=True)
    unit = _word(word)
    yield Words(RIGHT - INSET - ink.width(unit, UNIT), top + size - UNIT, unit, UNIT, colour=SOFT)


def _gap(top: float) -> Iterator[Mark]:
    """Where places are left out: three dots, and a line of dashes."""
    middle = top + (BREAK - BETWEEN) / 2
    for number in (-1, 0, 1):
        yield Dot(DISC, middle + number * 13, SOFT, 6)
    yield Stroke(((LEFT, middle), (RIGHT, middle)), SHARE, 4, dashed=True)


def _waiting(place: int, top: float) -> Iterator[Mark]:
    middle, bottom = top + _tall(place) / 2, top + _tall(place)
    yield Dot(DISC, middle, SHARE, 38)
    yield Dot(DISC, middle, PAPER, 34)
    yield ink.centred(str(place), DISC, middle - 38 * RISE, 38, bold=True, colour=SOFT)
    yield Panel(LEFT, top, RIGHT, bottom, TRACK, TRACK, ROUND)
