"""A text for Telegram: plain, with spans that say what is bold; and how a long one is divided.

Positions are counted in code points here, and in UTF-16 on the way out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from unicodedata import combining

from telegram import MessageEntity

TEXT: Final = 4096
"""UTF-16 units in a message. Telegram says "characters"; UTF-16 is the stricter way to count."""

CAPTION: Final = 1024
"""UTF-16 units below a picture or a document."""

ENTITIES: Final = 100
"""Entities in a message; Telegram passes over any more."""

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
        return other.start <= self.start and self.end <= other.end

    def moved(self, by: int) -> "Span":
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text and what is special in it."""

    text: str
    spans: tuple[Span, ...] = ()

    @property
    def entities(self) -> tuple[MessageEntity, ...]:
        """The spans as Telegram counts them."""
        return _entities(self)


@lru_cache(500)
def _entities(whole: Formatted) -> tuple[MessageEntity, ...]:
    made = [
        MessageEntity(
            span.kind,
            span.start,
            span.end - span.start,
            url=span.extra if span.kind == MessageEntity.TEXT_LINK else None,
            language=span.extra or None if span.kind == MessageEntity.PRE else None,
        )
        for span in whole.spans
    ]
    return tuple(MessageEntity.adjust_message_entities_to_utf_16(whole.text, made))


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


def divided(whole: Formatted, limit: int = TEXT) -> tuple[Formatted, ...]:
    """`whole` as texts of at most `limit` units, cut between paragraphs, sentences or words.

    A span is cut only where it is too long for one message; then it goes on in the next.
    """
    pieces: list[Formatted] = []
    rest = whole
    while rest.text:
        cut = _cut(rest, limit)
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


def _cut(whole: Formatted, limit: int) -> int:
    """Where the first message of `whole` ends."""
    most = _fitting(whole.text, limit)
    if len(whole.spans) > ENTITIES:
        most = min(most, max(1, whole.spans[ENTITIES].start))
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


def _fitting(text: str, limit: int) -> int:
    """How many of the first characters of `text` have at most `limit` units together."""
    if units(text) <= limit:
        return len(text)
    end = min(len(text), limit)
    while units(text[:end]) > limit:
        end -= max(1, (units(text[:end]) - limit) // 2)
    return end


def _unjoined(text: str, end: int) -> int:
    """The nearest place at or before `end` that parts no accent or joined emoji from its base."""
    for at in range(end, max(end - 32, 1), -1):
        follows = text[at]
        tied = combining(follows) or follows in (_JOINER, "\ufe0f") or text[at - 1] == _JOINER
        if not tied:
            return at
    return end
