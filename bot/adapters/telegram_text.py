"""The Markdown subset as Telegram shows it: plain text, and entities that say what is bold.

Nothing is escaped and nothing is parsed on the other side, so no character that an author or a
learner writes can break a message. Parsed by markdown-it, which also checks what authors write
(telegramify-markdown was tried: it drops `<b>`, reads `||` and `$` as marks of its own, and puts
emoji before headings). Positions are counted in code points here, and in UTF-16 on the way out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Final
from unicodedata import combining

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from telegram import MessageEntity

TEXT: Final = 4096
"""UTF-16 units in a message. Telegram says "characters"; UTF-16 is the stricter way to count."""

CAPTION: Final = 1024
"""UTF-16 units below a picture or a document."""

ENTITIES: Final = 100
"""Entities in a message; Telegram passes over any more."""

_MARKS: Final = {"strong": MessageEntity.BOLD, "em": MessageEntity.ITALIC}
_VERBATIM: Final = (MessageEntity.CODE, MessageEntity.PRE)
_ADDRESS: Final = re.compile(r"https?://[\w-]+(\.[\w-]+)+(:\d{1,4}|:[1-5]\d{4})?([/?#]|$)")
"""What Telegram takes for the address of a link."""

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


def formatted(markdown: str) -> Formatted:
    """What `markdown` looks like, without space at either end."""
    writer = _Writer()
    writer.blocks(SyntaxTreeNode(_parser().parse(markdown)).children, "\n\n")
    spans = sorted(_disjoint(writer.spans), key=lambda span: (span.start, -span.end))
    return _trimmed(Formatted("".join(writer.parts), tuple(spans)))


def literal(text: str, kind: str = "") -> Formatted:
    """`text` as it is, all of it as `kind`."""
    return _trimmed(Formatted(text, (Span(kind, 0, len(text)),) if kind else ()))


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
        pieces.append(_trimmed(_part(rest, 0, cut)))
        rest = _trimmed(_part(rest, cut, len(rest.text)))
    return tuple(pieces)


# -- Markdown to spans -----------------------------------------------------------------------


@cache
def _parser() -> MarkdownIt:
    """CommonMark, with raw HTML taken as text."""
    return MarkdownIt("commonmark", {"html": False})


@dataclass(slots=True)
class _Writer:
    """What has been written so far, and the spans in it."""

    parts: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    at: int = 0
    quoted: bool = False

    def write(self, text: str) -> None:
        self.parts.append(text)
        self.at += len(text)

    def blocks(self, nodes: Iterable[SyntaxTreeNode], between: str, indent: str = "") -> None:
        for number, node in enumerate(nodes):
            if number:
                tight = node.type.endswith("_list") and bool(indent)
                self.write(("\n" if tight else between) + indent)
            self.block(node, indent)

    def block(self, node: SyntaxTreeNode, indent: str) -> None:
        match node.type:
            case "bullet_list" | "ordered_list":
                self.list(node, indent)
            case "blockquote":
                self.quote(node, indent)
            case "fence" | "code_block":
                start = self.at
                self.write(node.content.rstrip("\n"))
                language = re.match(r"[\w+#.-]*", node.info)
                self.span(MessageEntity.PRE, start, language[0] if language else "")
            case "hr":
                self.write("———")
            case _:
                self.inline(node, indent)

    def list(self, node: SyntaxTreeNode, indent: str) -> None:
        first = int(str(node.attrs.get("start", 1)))
        for number, item in enumerate(node.children):
            mark = f"{first + number}. " if node.type == "ordered_list" else "• "
            self.write((f"\n{indent}" if number else "") + mark)
            self.blocks(item.children, "\n", indent + " " * len(mark))

    def quote(self, node: SyntaxTreeNode, indent: str) -> None:
        """Telegram takes no quote within a quote: the outer one stands for both."""
        start, outer = self.at, self.quoted
        self.quoted = True
        self.blocks(node.children, "\n\n", indent)
        self.quoted = outer
        if not outer:
            self.span(MessageEntity.BLOCKQUOTE, start)

    def inline(self, node: SyntaxTreeNode, indent: str) -> None:
        start = self.at
        match node.type:
            case "text":
                self.write(node.content)
            case "softbreak":
                self.write(" ")
            case "hardbreak":
                self.write(f"\n{indent}")
            case "code_inline":
                self.write(node.content)
                self.span(MessageEntity.CODE, start)
            case "image":
                self.write(node.content)
            case _:
                for child in node.children:
                    self.inline(child, indent)
        if node.type in _MARKS:
            self.span(_MARKS[node.type], start)
        if node.type == "link":
            self.link(start, str(node.attrs.get("href", "")))

    def link(self, start: int, address: str) -> None:
        """A link to what Telegram would refuse is written out instead."""
        nested = any(s.kind == MessageEntity.TEXT_LINK and s.start >= start for s in self.spans)
        if _ADDRESS.match(address) and not nested:
            self.span(MessageEntity.TEXT_LINK, start, address)
        elif address and address != "".join(self.parts)[start:]:
            self.write(f" ({address})")

    def span(self, kind: str, start: int, extra: str = "") -> None:
        self.spans.append(Span(kind, start, self.at, extra))


def _disjoint(spans: list[Span]) -> Iterator[Span]:
    """Code holds no other span and stands in none but a quote: bold goes on before and after it.

    A link that is written as code stays a link: its address matters more than its looks.
    """
    links = [span for span in spans if span.kind == MessageEntity.TEXT_LINK]
    spans = [s for s in spans if s.kind not in _VERBATIM or not any(map(s.within, links))]
    code = sorted((s.start, s.end) for s in spans if s.kind in _VERBATIM)
    for span in spans:
        if span.kind in (*_VERBATIM, MessageEntity.BLOCKQUOTE):
            yield span
            continue
        edges = [span.start]
        for start, end in code:
            if span.start <= start and end <= span.end:
                edges += [start, end]
        edges.append(span.end)
        yield from (
            replace(span, start=a, end=b) for a, b in zip(edges[::2], edges[1::2], strict=True)
        )


# -- cutting ---------------------------------------------------------------------------------


def _part(whole: Formatted, start: int, end: int) -> Formatted:
    clipped = (
        replace(span, start=max(span.start, start), end=min(span.end, end)) for span in whole.spans
    )
    kept = tuple(span.moved(-start) for span in clipped if span.start < span.end)
    return Formatted(whole.text[start:end], kept)


def _trimmed(whole: Formatted) -> Formatted:
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
