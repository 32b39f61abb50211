"""A text for people to read: plain, with spans that say what is bold; and how one is divided.

Positions are counted in code points; each platform counts and marks up in its own way.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final
from unicodedata import combining

BOLD: Final = "bold"
ITALIC: Final = "italic"
CODE: Final = "code"
PRE: Final = "pre"
LINK: Final = "text_link"
QUOTE: Final = "blockquote"

SPANS: Final = 100
"""Spans in a text at most: Telegram passes over any more, and nobody writes as many."""

_JOINER: Final = "\u200d"
_BREAKS: Final = (r"\n\n+", r"\n", r"[.!?…]\s+", r"\s+")
"""Where a text is best divided, best first."""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` are of a `kind`; `extra` is a link's address, or a language."""

    kind: str
    start: int
    end: int
    extra: str = ""

    def within(self, other: "Span") -> bool:
        """Whether this span lies inside of another, ends included."""
        return other.start <= self.start and self.end <= other.end

    def moved(self, by: int) -> "Span":
        """The span so many characters further on."""
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text and what is special in it."""

    text: str
    spans: tuple[Span, ...] = ()


def units(text: str) -> int:
    """The length of `text` in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def literal(text: str, kind: str = "") -> Formatted:
    """`text` as it is, all of it as `kind`."""
    return trimmed(Formatted(text, (Span(kind, 0, len(text)),) if kind else ()))


def joined(parts: Iterable[Formatted], between: str = "\n\n") -> Formatted:
    """Texts one after the other; empty ones are left out."""
    text, spans = "", []
    for part in parts:
        if part.text:
            text += between if text else ""
            spans += [span.moved(len(text)) for span in part.spans]
            text += part.text
    return Formatted(text, tuple(spans))


Size = Callable[[Formatted], int]


def in_units(whole: Formatted) -> int:
    """The length of a text in UTF-16 units, whatever its spans are."""
    return units(whole.text)


def divided(whole: Formatted, limit: int, size: Size = in_units) -> tuple[Formatted, ...]:
    """`whole` as texts of at most the `size` `limit`, cut between paragraphs, sentences or words.

    A span is cut only where it is too long for one message; then it goes on in the next.
    """
    pieces: list[Formatted] = []
    rest = whole
    while rest.text:
        cut = _cut(rest, limit, size)
        pieces.append(trimmed(_part(rest, 0, cut)))
        rest = trimmed(_part(rest, cut, len(rest.text)))
    return tuple(pieces)


# -- cutting ---------------------------------------------------------------------------------


def _part(whole: Formatted, start: int, end: int) -> Formatted:
    clipped = (
        replace(span, start=max(span.start, start), end=min(span.end, end)) for span in whole.spans
    )
    kept = tuple(span.moved(-start) for span in clipped if span.start < span.end)
    return Formatted(whole.text[start:end], kept)


def trimmed(whole: Formatted) -> Formatted:
    """Without space at the ends, which Telegram would cut, and without spans of mere space."""
    text = whole.text.strip()
    start = len(whole.text) - len(whole.text.lstrip())
    part = _part(whole, start, start + len(text))
    kept = tuple(s for s in part.spans if part.text[s.start : s.end].strip())
    return replace(part, spans=kept)


def _cut(whole: Formatted, limit: int, size: Size) -> int:
    """Where the first message of `whole` ends."""
    most = _fitting(whole, limit, size)
    if len(whole.spans) > SPANS:
        most = min(most, max(1, whole.spans[SPANS].start))
    if most == len(whole.text):
        return most
    inside = [s for s in whole.spans if s.start < most]
    for pattern in _BREAKS:
        ends = [m.end() for m in re.finditer(pattern, whole.text[: most + 1]) if m.end() <= most]
        free = [end for end in ends if not any(s.start < end < s.end for s in inside)]
        # A cut near the beginning would leave a message of a word or two.
        if free and free[-1] > most // 4:
            return free[-1]
    starts = [s.start for s in inside if s.end > most and s.start > most // 4]
    if starts:
        return min(starts)
    for pattern in _BREAKS:
        ends = [m.end() for m in re.finditer(pattern, whole.text[: most + 1]) if m.end() <= most]
        if ends and ends[-1] > most // 4:
            return ends[-1]
    return _unjoined(whole.text, most)


def _fitting(whole: Formatted, limit: int, size: Size) -> int:
    """How many of the first characters of `whole` have at most the size `limit`; one at least."""
    if size(whole) <= limit:
        return len(whole.text)
    lengths = range(1, min(len(whole.text), limit) + 1)
    return max(1, bisect_right(lengths, limit, key=lambda end: size(_part(whole, 0, end))))


def _unjoined(text: str, end: int) -> int:
    """The nearest place at or before `end` that parts no accent or joined emoji from its base."""
    for at in range(end, max(end - 32, 1), -1):
        follows = text[at]
        tied = combining(follows) or follows in (_JOINER, "\ufe0f") or text[at - 1] == _JOINER
        if not tied:
            return at
    return end
