"""The Markdown subset as people see it: plain text, and spans that say what is bold.

Both chat platforms are served from it, each in its own marks, so no character that an author or a
learner writes can break a message. Parsed by markdown-it, which also checks what authors write
(telegramify-markdown was tried: it drops `<b>`, reads `||` and `$` as marks of its own, and puts
emoji before headings).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.adapters.text import BOLD, CODE, ITALIC, LINK, PRE, QUOTE, Formatted, Span, trimmed

_MARKS: Final = {"strong": BOLD, "em": ITALIC}
_VERBATIM: Final = (CODE, PRE)
_ADDRESS: Final = re.compile(r"https?://[\w-]+(\.[\w-]+)+(:\d{1,4}|:[1-5]\d{4})?([/?#]|$)")
"""What every platform takes for the address of a link."""


def formatted(markdown: str) -> Formatted:
    """What `markdown` looks like, without space at either end."""
    writer = _Writer()
    writer.blocks(parsed(markdown).children, "\n\n")
    spans = sorted(_disjoint(writer.spans), key=lambda span: (span.start, -span.end))
    return trimmed(Formatted("".join(writer.parts), tuple(spans)))


def parsed(markdown: str) -> SyntaxTreeNode:
    """`markdown` as a tree of its blocks, as CommonMark has it, with raw HTML taken as text."""
    return SyntaxTreeNode(_parser().parse(markdown))


@cache
def _parser() -> MarkdownIt:
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
                self.span(PRE, start, language[0] if language else "")
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
        """No platform takes a quote within a quote: the outer one stands for both."""
        start, outer = self.at, self.quoted
        self.quoted = True
        self.blocks(node.children, "\n\n", indent)
        self.quoted = outer
        if not outer:
            self.span(QUOTE, start)

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
                self.span(CODE, start)
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
        """A link to what a platform would refuse is written out instead."""
        nested = any(s.kind == LINK and s.start >= start for s in self.spans)
        if _ADDRESS.match(address) and not nested:
            self.span(LINK, start, address)
        elif address and address != "".join(self.parts)[start:]:
            self.write(f" ({address})")

    def span(self, kind: str, start: int, extra: str = "") -> None:
        self.spans.append(Span(kind, start, self.at, extra))


def _disjoint(spans: list[Span]) -> Iterator[Span]:
    """Code holds no other span and stands in none but a quote: bold goes on before and after it.

    A link that is written as code stays a link: its address matters more than its looks.
    """
    links = [span for span in spans if span.kind == LINK]
    spans = [s for s in spans if s.kind not in _VERBATIM or not any(map(s.within, links))]
    code = sorted((s.start, s.end) for s in spans if s.kind in _VERBATIM)
    for span in spans:
        if span.kind in (*_VERBATIM, QUOTE):
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
