"""How wide text is, where a line of it breaks, and how what people typed is made drawable."""

from bisect import bisect
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from unicodedata import category, normalize

import matplotlib
from matplotlib.font_manager import FontProperties, get_font

from bot.views.marks import BODY, INK, Face, Words

LEADING = 1.28
FILES: dict[Face, str] = {"sans": "DejaVuSans", "serif": "DejaVuSerif", "mono": "DejaVuSansMono"}
MISSING = "□"
CUT = "…"
JOINER = "\u200c"
"""What keeps two letters of Persian apart: no picture of its own, but a part of its spelling."""
STACKED = 3
"""So many accents may stand on one letter: more would climb into the next line."""


class TooWide(ValueError):
    """A word does not fit into its place."""


@cache
def font(size: int, *, bold: bool, face: Face = "sans") -> FontProperties:
    """The font that matplotlib brings along, wherever this runs."""
    return FontProperties(fname=_file(face, bold=bold), size=size)


def _file(face: Face, *, bold: bool) -> str:
    name = f"{FILES[face]}{'-Bold' if bold else ''}.ttf"
    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name)


@lru_cache(maxsize=4096)  # people's names come and go
def width(text: str, size: int, *, bold: bool = False, face: Face = "sans") -> float:
    """In pixels."""
    pen = get_font(_file(face, bold=bold))
    pen.set_size(size, 72)
    pen.set_text(text)
    return pen.get_width_height()[0] / 64  # FreeType counts in 64ths


def wrapped(text: str, room: float, size: int = BODY, *, bold: bool = False) -> list[str]:
    """The lines of `text` in `room` pixels; a line break in it stays. Raises TooWide."""
    lines: list[str] = []
    for paragraph in text.strip().splitlines():
        lines.append("")
        for word in paragraph.split():
            longer = f"{lines[-1]} {word}".strip()
            fits = width(longer, size, bold=bold) <= room
            lines[-1:] = [longer] if fits or not lines[-1] else [lines[-1], word]
    wide = next((line for line in lines if width(line, size, bold=bold) > room), None)
    if wide:
        raise TooWide(f"{wide!r} is wider than the {room:.0f} pixels it has")
    return lines


def height(lines: Iterable[str], size: int = BODY) -> float:
    """How tall so many lines are, in pixels."""
    return sum(size * LEADING for _ in lines)


def block(
    lines: Iterable[str], x: float, y: float, size: int = BODY, *, bold: bool = False,
    colour: str = INK,
) -> list[Words]:  # fmt: skip
    """Lines one below the other, the first with its top at `y`."""
    step = size * LEADING
    return [Words(x, y + n * step, line, size, bold, colour) for n, line in enumerate(lines)]


def centred(
    text: str, x: float, y: float, size: int = BODY, *, bold: bool = False, colour: str = INK,
    face: Face = "sans",
) -> Words:  # fmt: skip
    """A line whose middle is at `x`, with its top at `y`."""
    return Words(x, y, text, size, bold, colour, face, middle=True)


def legible(text: str, face: Face = "sans") -> str:
    """`text` as one line that the font can draw: a box stands for each letter that it lacks, and
    marks that cannot be seen, or that turn the direction of writing, are gone.
    """
    return " ".join("".join(_drawn(normalize("NFC", text), _glyphs(face))).split())


def _drawn(text: str, glyphs: frozenset[int]) -> Iterator[str]:
    stacked = 0
    for letter in text:
        stacked = stacked + 1 if _is_mark(letter) else 0
        if letter.isspace():
            yield " "
        elif letter != JOINER and (_unseen(letter) or stacked > STACKED):
            continue
        elif all(ord(part) in glyphs for part in letter):
            yield letter
        elif all(ord(part) in glyphs for part in normalize("NFD", letter)):
            yield normalize("NFD", letter)
        elif not _is_mark(letter):
            yield MISSING


def _is_mark(letter: str) -> bool:
    """Whether it stands on, under or round the letter before it."""
    return category(letter).startswith("M")


def _unseen(letter: str) -> bool:
    return category(letter) in ("Cc", "Cf", "Me") or "\ufe00" <= letter <= "\ufe0f"


@cache
def _glyphs(face: Face) -> frozenset[int]:
    """The characters that both weights of a font have."""
    plain, bold = (get_font(_file(face, bold=bold)).get_charmap() for bold in (False, True))
    return frozenset(plain) & frozenset(bold)


def short(
    text: str, room: float, size: int = BODY, *, bold: bool = False, face: Face = "sans"
) -> str:
    """As much of `text` as fits, with "…" where it was cut; never half a letter."""
    if width(text, size, bold=bold, face=face) <= room:
        return text
    ends = range(1, len(text))
    end = bisect(
        ends, False, key=lambda n: width(text[:n] + CUT, size, bold=bold, face=face) > room
    )
    while end and _is_mark(text[end]):
        end -= 1
    return text[:end].rstrip() + CUT


def folded(
    text: str, room: float, size: int = BODY, *, most: int, bold: bool = False, face: Face = "sans"
) -> list[str]:
    """`text` in at most so many lines: what does not fit is cut with "…", and nothing is raised."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most:
        taken = 1
        while taken < len(words) and _fits(words[: taken + 1], room, size, bold, face):
            taken += 1
        last = len(lines) == most - 1
        line = " ".join(words if last else words[:taken])
        lines.append(short(line, room, size, bold=bold, face=face))
        words = words[taken:]
    return lines


def _fits(words: list[str], room: float, size: int, bold: bool, face: Face) -> bool:
    return width(" ".join(words), size, bold=bold, face=face) <= room
