"""What a picture is made of, in pixels from its upper left corner."""

from dataclasses import dataclass
from typing import Final, Literal

from bot.views.pictures import Tone

WIDTH: Final = 1080
PAD: Final = 48
RIGHT: Final = WIDTH - PAD
TITLE: Final = 48
BODY: Final = 33
SMALL: Final = 30

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

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; `x` is its left end, `y` the top of its line."""

    x: float
    y: float
    text: str
    size: int = BODY
    bold: bool = False
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Panel:
    left: float
    top: float
    right: float
    bottom: float
    fill: str
    edge: str
    round: float = 14


@dataclass(frozen=True, slots=True)
class Stroke:
    points: tuple[Point, ...]
    colour: str = SOFT
    width: float = 5
    end: Literal["plain", "arrow"] = "plain"
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    colour: str


Mark = Words | Panel | Stroke | Dot


@dataclass(frozen=True, slots=True)
class Drawing:
    """Marks that end at `bottom`, later ones above earlier ones."""

    marks: tuple[Mark, ...]
    bottom: float
