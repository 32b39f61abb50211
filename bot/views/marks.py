"""What a picture is made of, in pixels from its upper left corner."""

from dataclasses import dataclass
from typing import Final, Literal

from bot.views.figures import Tone

WIDTH: Final = 1080
PAD: Final = 48
RIGHT: Final = WIDTH - PAD
TITLE: Final = 48
BODY: Final = 33
SMALL: Final = 30
RISE: Final = 0.63
"""From the middle of a row up to the top of its letters, as a share of their size."""

PAPER: Final = "#fbf9f4"
INK: Final = "#16202b"
SOFT: Final = "#454d57"
RULE: Final = "#d5d0c4"
FILL: Final[dict[Tone, str]] = {
    "real": "#d3e5f7",
    "made": "#ffe2bd",
    "check": "#d0ecd8",
    "risk": "#f9d6d3",
    "plain": "#ece8de",
}
EDGE: Final[dict[Tone, str]] = {
    "real": "#1f5c99",
    "made": "#b55d00",
    "check": "#1d7544",
    "risk": "#ab2c27",
    "plain": "#5d6269",
}


def blend(colour: str, share: float, ground: str = PAPER) -> str:
    """What a colour looks like that covers so much of the ground."""
    pairs = [(int(colour[n : n + 2], 16), int(ground[n : n + 2], 16)) for n in (1, 3, 5)]
    return "#" + "".join(f"{round(top * share + low * (1 - share)):02x}" for top, low in pairs)


Face = Literal["sans", "serif", "mono"]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; `x` is its left end, or its middle, and `y` the top of its line.

    One that is `turned` is read upwards: its baseline starts at (x, y).
    """

    x: float
    y: float
    text: str
    size: int = BODY
    bold: bool = False
    colour: str = INK
    face: Face = "sans"
    middle: bool = False
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A box with corners rounded by so many pixels."""

    left: float
    top: float
    right: float
    bottom: float
    fill: str
    edge: str
    round: float = 14


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points, with an arrow's head at its end if so wanted."""

    points: tuple[Point, ...]
    colour: str = SOFT
    width: float = 5
    end: Literal["plain", "arrow"] = "plain"
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A disc with its middle at (x, y)."""

    x: float
    y: float
    colour: str
    radius: float = 11


@dataclass(frozen=True, slots=True)
class Shapes:
    """Many outlines of one look, closed with a `fill`, else lines: a map has thousands."""

    outlines: tuple[tuple[Point, ...], ...]
    edge: str
    fill: str = ""
    width: float = 2


Mark = Words | Panel | Stroke | Dot | Shapes


@dataclass(frozen=True, slots=True)
class Drawing:
    """Marks that end at `bottom`, later ones above earlier ones."""

    marks: tuple[Mark, ...]
    bottom: float
