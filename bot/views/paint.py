"""Marks as a PNG: the one place where matplotlib draws."""

import io
import math
from collections.abc import Iterable, Iterator, Sequence

import matplotlib
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Polygon
from matplotlib.text import Text
from PIL import Image, ImageColor

from bot.views import ink
from bot.views.marks import PAPER, WIDTH, Dot, Drawing, Mark, Panel, Point, Shapes, Stroke, Words

DOTS_PER_INCH = 72  # so that a point is a pixel
HEAD = 24.0
COLOURS = 128  # a palette of these is a third of the bytes


HEAVY = 160_000
"""Bytes from which on a picture makes do with fewer colours, if it names those it needs."""


def png(drawing: Drawing, colours: Sequence[str] = ()) -> bytes:
    """The picture, the same bytes for the same marks, whatever the user's matplotlibrc says.

    `colours`, at most 16, are those that the picture can do with.
    """
    drawn = io.BytesIO()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        _figure(round(drawing.bottom), drawing.marks).savefig(drawn, format="png")
    pixels = Image.open(drawn).convert("RGB")
    found = _saved(pixels.quantize(COLOURS, dither=Image.Dither.NONE))
    if len(found) < HEAVY or not colours:
        return found
    return _saved(pixels.quantize(palette=_palette(colours), dither=Image.Dither.NONE))


def _saved(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _palette(colours: Sequence[str]) -> Image.Image:
    found = Image.new("P", (1, 1))
    found.putpalette([part for colour in colours for part in ImageColor.getrgb(colour)])
    return found


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
            yield _dot(mark)
        case Shapes():
            yield _shapes(mark)


def _words(mark: Words) -> Text:
    return Text(
        mark.x,
        mark.y if mark.turned else mark.y + mark.size,
        mark.text,
        color=mark.colour,
        fontproperties=ink.font(mark.size, bold=mark.bold, face=mark.face),
        verticalalignment="baseline",
        horizontalalignment="center" if mark.middle else "left",
        parse_math=False,
        rotation=90 if mark.turned else 0,
        rotation_mode="anchor" if mark.turned else "default",
    )


def _dot(mark: Dot) -> Circle:
    place = (mark.x, mark.y)
    return Circle(place, mark.radius, facecolor=mark.colour, edgecolor=PAPER, linewidth=3)


def _shapes(mark: Shapes) -> Artist:
    if mark.fill:
        return PolyCollection(
            mark.outlines, facecolors=mark.fill, edgecolors=mark.edge, linewidths=mark.width
        )
    lines = LineCollection(mark.outlines, colors=mark.edge, linewidths=mark.width)
    lines.set_capstyle("round")
    lines.set_joinstyle("round")
    return lines


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
