"""The shapes of a figure's data: a file figures/NAME.yaml beside the NAME.png it is drawn as."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from bot.course.base import Line, Part, Slug, Text

Tone = Literal["real", "made", "check", "risk", "plain"]
"""What a colour stands for: measured or human, generated, a selection, a loss, nothing of these."""

Alt = Annotated[str, StringConstraints(min_length=60, max_length=1000, strip_whitespace=True)]
Sourced = Annotated[str, StringConstraints(pattern=r"\b(19|20)\d\d\b", strip_whitespace=True)]
"""Where numbers come from: with its year."""


class Key(Part):
    """One colour and what it means."""

    tone: Tone
    text: Line


class FigureBase(Part):
    """What every figure says of itself. Real numbers name a source, a sketch says it is one."""

    title: Line
    alt: Alt
    source: Sourced | None = None
    schematic: Line | None = None
    key: tuple[Key, ...] = ()

    @model_validator(mode="after")
    def _is_honest(self) -> Self:
        if not (self.source or self.schematic):
            raise ValueError("name the source with its year, or say what is schematic")
        return self


class Box(Part):
    """A box of a flow: `at` is its column and its row, `span` how many columns it fills."""

    id: Slug
    at: tuple[int, int]
    span: Annotated[int, Field(ge=1)] = 1
    title: Line
    text: Text | None = None
    tone: Tone = "plain"


class Arrow(Part):
    """From one box to another: straight, or round by the left or right border."""

    start: Slug
    end: Slug
    text: Line | None = None
    by: Literal["left", "right"] | None = None


class Flow(FigureBase):
    """Boxes in so many columns, and the arrows between them."""

    kind: Literal["flow"]
    columns: Annotated[int, Field(ge=1, le=3)]
    boxes: Annotated[tuple[Box, ...], Field(min_length=1)]
    arrows: tuple[Arrow, ...]


class Tick(Part):
    """A mark on a scale, with what stands beside it."""

    at: float
    text: Line


class Bar(Part):
    """`shown` is the value in words; a bar without a value is an absence."""

    name: Line
    detail: Line | None = None
    value: Annotated[float, Field(gt=0)] | None = None
    shown: Line
    tone: Tone = "plain"


class Bars(FigureBase):
    """Bars from `least` to the last tick; on a log scale each equal step multiplies."""

    kind: Literal["bars"]
    axis: Line
    scale: Literal["log", "linear"]
    ticks: Annotated[tuple[Tick, ...], Field(min_length=2)]
    bars: Annotated[tuple[Bar, ...], Field(min_length=2)]
    mark: Tick | None = None


class Series(Part):
    """A line through the points; `at` is where its name begins."""

    name: Line
    tone: Tone
    at: tuple[float, float]
    points: Annotated[tuple[tuple[float, float], ...], Field(min_length=2)]
    dots: bool = True


class Lines(FigureBase):
    """Lines between the first and last ticks; `floor` leaves room for names below the lowest."""

    kind: Literal["lines"]
    across: Line
    up: Line
    across_ticks: Annotated[tuple[Tick, ...], Field(min_length=2)]
    up_ticks: Annotated[tuple[Tick, ...], Field(min_length=2)]
    series: Annotated[tuple[Series, ...], Field(min_length=1)]
    floor: float | None = None


class Row(Part):
    """A row of a table, in one colour."""

    cells: tuple[Line, ...]
    tone: Tone = "plain"


class Table(FigureBase):
    """`widths` are the columns' shares of the room."""

    kind: Literal["table"]
    heads: tuple[Line, ...]
    widths: tuple[float, ...]
    rows: Annotated[tuple[Row, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_square(self) -> Self:
        if {len(self.heads)} != {len(self.widths), *(len(row.cells) for row in self.rows)}:
            raise ValueError("give every row as many cells as there are heads and widths")
        return self


Figure = Flow | Bars | Lines | Table
