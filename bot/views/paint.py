"""Marks as a PNG: the one place where matplotlib draws."""

import io
import math
from collections.abc import Iterable, Iterator

import matplotlib
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Polygon
from matplotlib.text import Text
from PIL import Image

from bot.views import ink
from bot.views.marks import PAPER, WIDTH, Dot, Drawing, Mark, Panel, Point, Stroke, Words

DOTS_PER_INCH = 72  # so that a point is a pixel
HEAD = 24.0
COLOURS = 128  # a palette of these is a third of the bytes


def png(drawing: Drawing) -> bytes:
    """The picture, the same bytes for the same marks, whatever the user's matplotlibrc says."""
    drawn, out = io.BytesIO(), io.BytesIO()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        _figure(round(drawing.bottom), drawing.marks).savefig(drawn, format="png")
    pixels = Image.open(drawn).convert("RGB")
    flat = pixels.quantize(COLOURS, dither=Image.Dither.NONE)
    flat.save(out, "PNG", optimize=True)
    return out.getvalue()


def _figure(height: int, marks: Iterable[Mark]) -> Figure:
    size = (WIDTH / DOTS_PER_INCH, height / DOTS_PER_INCH)
    figure = Figure(figsize=size, dpi=DOTS_PER_INCH, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    for level, mark in enumerate(marks):
        for artist in _artists(mark):
            artist.set_zorder(level)
            axes.add_artist(artist)
    return figure


def _artists(mark: Mark) -> Iterator[Artist]:
    match mark:
        case Words():
            yield _words(mark)
        case Panel():
            yield _panel(mark)
        case Stroke():
            yield from _stroke(mark)
        case Dot():
            yield Circle((mark.x, mark.y), 11, facecolor=mark.colour, edgecolor=PAPER, linewidth=3)


def _words(mark: Words) -> Text:
    return Text(
        mark.x,
        mark.y + mark.size,
        mark.text,
        color=mark.colour,
        fontproperties=ink.font(mark.size, bold=mark.bold),
        verticalalignment="baseline",
        parse_math=False,
    )


def _panel(mark: Panel) -> FancyBboxPatch:
    return FancyBboxPatch(
        (mark.left, mark.top),
        mark.right - mark.left,
        mark.bottom - mark.top,
        boxstyle=f"round,pad=0,rounding_size={mark.round}" if mark.round else "square,pad=0",
        facecolor=mark.fill,
        edgecolor=mark.edge,
        linewidth=3,
    )


def _stroke(mark: Stroke) -> Iterator[Artist]:
    points = list(mark.points)
    if mark.end == "arrow":
        tip, points[-1] = points[-1], _before(points[-2], points[-1])
        yield Polygon(_head(points[-1], tip), facecolor=mark.colour, edgecolor="none")
    xs, ys = zip(*points, strict=True)
    line = Line2D(xs, ys, color=mark.colour, linewidth=mark.width)
    line.set_linestyle("dashed" if mark.dashed else "solid")
    line.set_solid_joinstyle("round")
    yield line


def _before(start: Point, tip: Point) -> Point:
    """The point where the head of an arrow begins."""
    share = HEAD / math.dist(start, tip)
    return tip[0] - (tip[0] - start[0]) * share, tip[1] - (tip[1] - start[1]) * share


def _head(base: Point, tip: Point) -> list[Point]:
    across, down = (tip[1] - base[1]) * 0.55, (tip[0] - base[0]) * 0.55
    return [tip, (base[0] - across, base[1] + down), (base[0] + across, base[1] - down)]
