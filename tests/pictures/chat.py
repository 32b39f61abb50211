"""What the pictures of chats are made of: text, buttons and pictures, stacked into windows.

A picture is drawn twice as large as it is shown, with the fonts that matplotlib brings along, so
that it is the same everywhere. Everything drawn is also told as text, see `Sheet`.
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import matplotlib
from PIL import Image, ImageDraw, ImageFont

WIDTH, MARGIN = 1640, 20
HALF, WHOLE = (WIDTH - 3 * MARGIN) // 2, WIDTH - 2 * MARGIN
"""How wide a window is that shares the page with another, or has it for itself."""

SIZE, SMALL, LEADING = 24, 20, 1.36
PAGE, CAPTION = "#e9edf1", "#1f2a37"
COLOURS, PLAIN = 96, 16
"""Of a whole picture; and those of them that are kept exactly, since they fill most of it."""

FACES = {
    (False, False): "DejaVuSans.ttf",
    (True, False): "DejaVuSans-Bold.ttf",
    (False, True): "DejaVuSans-Oblique.ttf",
    (True, True): "DejaVuSans-BoldOblique.ttf",
}


Counted = list[tuple[int, tuple[int, int, int]]]
"""Colours, and how often each stands in a picture."""


@dataclass(frozen=True, slots=True)
class Span:
    """Text in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    small: bool = False

    def told(self) -> str:
        """With marks round it, so that an emphasis that is lost shows in the text too."""
        mark = "`" if self.code else "**" * self.bold + "_" * self.italic
        return f"{mark}{self.text}{mark[::-1]}" if self.text.strip() else self.text


@dataclass(frozen=True, slots=True)
class Line:
    """What stands between two line breaks."""

    spans: tuple[Span, ...]
    quoted: bool = False

    def told(self) -> str:
        return "> " * self.quoted + "".join(span.told() for span in self.spans)


@dataclass(frozen=True, slots=True)
class Text:
    lines: tuple[Line, ...]

    def told(self) -> str:
        return "\n".join(line.told() for line in self.lines)


@dataclass(frozen=True, slots=True)
class Photo:
    data: bytes

    def told(self) -> str:
        return f"(a picture, {hashlib.sha256(self.data).hexdigest()[:12]})"


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of them; each is a label and a look that the platform's module knows."""

    row: tuple[tuple[str, str], ...]

    def told(self) -> str:
        return " ".join(f"[{label}]" for label, _ in self.row)


@dataclass(frozen=True, slots=True)
class Said:
    """One message: who wrote it, and what is in it. `accent` and `alone` are Discord's."""

    who: str
    blocks: tuple[Text | Photo | Buttons, ...]
    accent: str = ""
    alone: bool = False  # nobody else sees it

    def told(self) -> str:
        return "\n".join([f"{self.who}:", *(block.told() for block in self.blocks)])


@dataclass(frozen=True, slots=True)
class Scene:
    """A part of a chat, as it stood at one moment."""

    caption: str
    messages: tuple[Said, ...]

    def told(self) -> str:
        return "\n\n".join([f"# {self.caption}", *(one.told() for one in self.messages)])


@dataclass(frozen=True, slots=True)
class Look:
    """Colours: behind text, of text, of what is said in passing, behind code, beside a quote."""

    paper: str
    ink: str
    soft: str
    code: str
    quote: str


def told(scenes: Sequence[Scene]) -> str:
    """All that a picture shows, as text."""
    return "\n\n\n".join(scene.told() for scene in scenes) + "\n"


@cache
def font(span: Span) -> ImageFont.FreeTypeFont:
    """The font of a span."""
    return _font(
        "DejaVuSansMono.ttf" if span.code else FACES[span.bold, span.italic],
        SMALL if span.small else SIZE,
    )


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def words(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """What may not be broken: the pieces of one word, which may differ in style."""
    word: list[Span] = []
    for span in spans:
        for number, part in enumerate(span.text.split(" ")):
            if number:
                yield word
                word = []
            if part:
                word.append(_restyled(span, part))
    yield word


def _restyled(span: Span, text: str) -> Span:
    return Span(text, span.bold, span.italic, span.code, span.small)


def wide(pieces: Sequence[Span]) -> float:
    """How wide pieces are, side by side."""
    return sum(font(one).getlength(one.text) for one in pieces)


def folded(spans: Sequence[Span], room: int) -> list[list[Span]]:
    """Lines that fit: words are broken nowhere."""
    lines: list[list[Span]] = [[]]
    for word in words(spans):
        space = [_restyled(word[0], " ")] if word and lines[-1] else []
        if lines[-1] and wide([*lines[-1], *space, *word]) > room:
            lines.append([])
            space = []
        assert wide(word) <= room, f"too wide for its window: {word}"
        lines[-1] += space + word
    return lines


def text(lines: Sequence[Line], room: int, look: Look) -> Image.Image:
    """Lines of text, folded to `room` pixels, and no wider than they need."""
    placed: list[tuple[list[Span], int, int, bool]] = []
    top = right = 0
    for line in lines:
        indent = 20 * line.quoted
        for pieces in folded(line.spans, room - indent):
            size = SMALL if pieces and all(one.small for one in pieces) else SIZE
            height = round(size * (LEADING if pieces else 0.6))
            placed.append((pieces, top, height, line.quoted))
            right = max(right, indent + int(wide(pieces)) + 1)
            top += height
    made = Image.new("RGB", (right, top), look.paper)
    pen = ImageDraw.Draw(made)
    for pieces, at, height, quoted in placed:
        if quoted:
            pen.rectangle((0, at, 5, at + height), fill=look.quote)
        _write(pen, pieces, 20 * quoted, at, look)
    return made


def _write(
    pen: ImageDraw.ImageDraw, pieces: Sequence[Span], left: float, top: int, look: Look
) -> None:
    for one in pieces:
        width = font(one).getlength(one.text)
        if one.code:
            pen.rectangle((left, top + 2, left + width, top + SIZE * 1.25), fill=look.code)
        ink = look.soft if one.small else look.ink
        base = top + round((SMALL if one.small else SIZE) * 1.02)
        pen.text((left, base), one.text, fill=ink, font=font(one), anchor="ls")
        left += width


def photo(data: bytes, room: int) -> Image.Image:
    """A picture of the course, made smaller."""
    found = Image.open(io.BytesIO(data)).convert("RGB")
    size = room, round(found.height * room / found.width)
    return found.resize(size, Image.Resampling.LANCZOS)


def button(
    label: str, fill: str, ink: str, paper: str, room: int = 0, *, bold: bool = False
) -> Image.Image:
    """A button, `room` pixels wide or as wide as its label needs."""
    pieces = [Span(label, bold=bold)]
    width = int(wide(pieces))
    assert not room or width <= room - 16, f"too wide for its button: {label}"
    made = Image.new("RGB", (room or width + 48, 58), paper)
    pen = ImageDraw.Draw(made)
    pen.rounded_rectangle((0, 0, made.width - 1, made.height - 1), 12, fill)
    pen.text((made.width / 2, 38), label, fill=ink, font=font(pieces[0]), anchor="ms")
    return made


def stacked(parts: Sequence[Image.Image], gap: int, paper: str, width: int = 0) -> Image.Image:
    """One above the other."""
    tall = sum(part.height for part in parts) + gap * (len(parts) - 1)
    made = Image.new("RGB", (width or max(part.width for part in parts), tall), paper)
    top = 0
    for part in parts:
        made.paste(part, (0, top))
        top += part.height + gap
    return made


def beside(parts: Sequence[Image.Image], gap: int, paper: str) -> Image.Image:
    """One after the other, their tops on a line."""
    wide_ = sum(part.width for part in parts) + gap * (len(parts) - 1)
    made = Image.new("RGB", (wide_, max(part.height for part in parts)), paper)
    left = 0
    for part in parts:
        made.paste(part, (left, 0))
        left += part.width + gap
    return made


def framed(
    inner: Image.Image, pad: int, fill: str, paper: str, *, radius: int = 20, bar: str = ""
) -> Image.Image:
    """In a box with round corners, with a coloured bar down its left side if there is one."""
    size = inner.width + 2 * pad, inner.height + 2 * pad
    made = Image.new("RGB", size, paper)
    pen = ImageDraw.Draw(made)
    whole = (0, 0, size[0] - 1, size[1] - 1)
    pen.rounded_rectangle(whole, radius, bar or fill)
    if bar:
        pen.rounded_rectangle((8, 0, *whole[2:]), radius, fill, corners=(False, True, True, False))
    made.paste(inner, (pad, pad))
    return made


def window(
    title: str, body: Image.Image, width: int, pad: int, head: Look, paper: str
) -> Image.Image:
    """A chat window: its title, and below what stands in it."""
    top, full = 76, body.height + 2 * pad
    made = Image.new("RGB", (width, top + full), PAGE)
    pen = ImageDraw.Draw(made)
    pen.rounded_rectangle((0, 0, width - 1, top + full - 1), 24, paper)
    corners = (True, True, False, False)
    pen.rounded_rectangle((0, 0, width - 1, top), 24, head.paper, corners=corners)
    span = Span(title, bold=True)
    pen.text((28, 48), title, fill=head.ink, font=font(span), anchor="ls")
    made.paste(body, (pad, top + pad))
    return made


def captioned(caption: str, shown: Image.Image) -> Image.Image:
    """A window below its caption."""
    look = Look(PAGE, CAPTION, CAPTION, PAGE, PAGE)
    line = text([Line((Span(caption, bold=True),))], shown.width, look)
    return stacked([line, shown], 12, PAGE)


def page(*rows: Sequence[Sequence[Image.Image]]) -> bytes:
    """The picture as PNG: rows of columns of captioned windows."""
    gap = 2 * MARGIN
    made = [beside([stacked(one, gap, PAGE) for one in row], MARGIN, PAGE) for row in rows]
    whole = framed(stacked(made, gap, PAGE), MARGIN, PAGE, PAGE)
    out = io.BytesIO()
    whole.quantize(palette=_palette(whole), dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def _palette(whole: Image.Image) -> Image.Image:
    counted = cast(Counted, whole.getcolors(whole.width * whole.height))
    plain = [part for _, colour in sorted(counted, reverse=True)[:PLAIN] for part in colour]
    others = whole.quantize(COLOURS - PLAIN, Image.Quantize.MAXCOVERAGE).getpalette()
    assert others
    found = Image.new("P", (1, 1))
    found.putpalette(plain + others[: 3 * (COLOURS - PLAIN)])
    return found


def save(picture: Path, found: Sequence[Scene], drawn: bytes) -> None:
    """Keep a picture, and beside it the same as text."""
    picture.write_bytes(drawn)
    picture.with_suffix(".txt").write_text(told(found), encoding="utf-8")
    print(picture, len(drawn))
