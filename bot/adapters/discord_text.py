"""A text as Discord takes it: spans become its Markdown, and all else is escaped.

What an author or a learner writes therefore shows as it is: it pings nobody, is no heading, and
leaves the layout whole.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from bot.adapters.text import BOLD, CODE, ITALIC, LINK, PRE, QUOTE, Formatted, Span, units

LAYOUT: Final = 4000
"""Characters of text in one message with a layout, all its parts together."""

PLAIN: Final = 2000
"""Characters of a message without one."""

_SPECIAL: Final = frozenset("\\*_~|`<>[]")
_BEGINNING: Final = re.compile(r"(?:^|(?<=• )) *(•(?= )|[#-](?=[ #-]|$))", re.MULTILINE)
"""What begins a heading, small print or a list at the beginning of a line."""

_ADDRESS: Final = re.compile(r"https?://[^\s<>]*[^\s<>.,:;!?'\")\]}]")
_INVISIBLE: Final = "\u200b"


def size(whole: Formatted) -> int:
    """The length of a text in Discord's marks; in UTF-16 units, the stricter way to count."""
    return units(marked(whole))


@lru_cache(500)
def marked(whole: Formatted) -> str:
    """A text in Discord's Markdown."""
    return _Writer(whole).within(0, len(whole.text), list(whole.spans))


class _Writer:
    """Knows which characters of a text would mean something, and what stands around a span."""

    def __init__(self, whole: Formatted) -> None:
        self.text = whole.text
        self.begins = {m.start(1) for m in _BEGINNING.finditer(whole.text)}
        verbatim = [s for s in whole.spans if s.kind in (CODE, PRE, LINK)]
        found = [(m.start(), m.end()) for m in _ADDRESS.finditer(whole.text)]
        # One that is cut by a mark, or stands in code or a link, is no address of its own.
        edges = {e for s in whole.spans for e in (s.start, s.end)}
        self.addresses = {
            start: end
            for start, end in found
            if not any(start < edge < end for edge in edges)
            and not any(s.start < end and start < s.end for s in verbatim)
        }

    def within(self, start: int, end: int, spans: list[Span]) -> str:
        """The text from `start` to `end`, where `spans` stand, outer ones before inner ones."""
        parts, at = [], start
        for span, inner in _nested(spans):
            parts.append(self.escaped(at, span.start))
            parts.append(self.span(span, inner))
            at = span.end
        parts.append(self.escaped(at, end))
        return "".join(parts)

    def span(self, span: Span, inner: list[Span]) -> str:
        text = self.text[span.start : span.end]
        if span.kind == CODE:
            return _code(text)
        if span.kind == PRE:
            return f"```{span.extra}\n{text.replace('```', f'``{_INVISIBLE}`')}\n```"
        body = self.within(span.start, span.end, inner)
        if span.kind == QUOTE:
            return "\n".join(f"> {line}" for line in body.split("\n"))
        bare = body.strip()
        before, _, after = body.partition(bare) if bare else (body, "", "")
        return f"{before}{self.dressed(span, bare)}{after}" if bare else body

    def dressed(self, span: Span, body: str) -> str:
        """`body`, which has no space at either end, in the marks of its span."""
        if span.kind == BOLD:
            return f"**{body}**"
        if span.kind == ITALIC:
            around = self.text[max(span.start - 1, 0) : span.start] + self.text[span.end :][:1]
            mark = "*" if any(c.isalnum() or c == "_" for c in around) else "_"
            return f"{mark}{body}{mark}"
        address = re.sub(r"[<>\s\\]", lambda m: f"%{ord(m[0]):02X}", span.extra)
        # Discord shows no link whose text is an address: it might lead elsewhere.
        return f"{body} (<{address}>)" if "://" in body else f"[{body}](<{address}>)"

    def escaped(self, start: int, end: int) -> str:
        made, at = [], start
        while at < end:
            char = self.text[at]
            if at in self.addresses:
                stop = self.addresses[at]
                made.append(f"<{self.text[at:stop]}>")
                at = stop
                continue
            if at in self.begins:
                made.append("-" if char == "•" else f"\\{char}")
            else:
                made.append(f"\\{char}" if char in _SPECIAL else char)
            at += 1
        return "".join(made)


def _nested(spans: list[Span]) -> Iterator[tuple[Span, list[Span]]]:
    """The outermost spans, each with those inside of it."""
    rest = list(spans)
    while rest:
        outer, *rest = rest
        inner = [span for span in rest if span.within(outer)]
        rest = [span for span in rest if span.start >= outer.end]
        yield outer, inner


def _code(text: str) -> str:
    """Code between one backtick or two; three would begin a block."""
    if "`" not in text:
        return f"`{text}`"
    safe = text.replace("``", f"`{_INVISIBLE}`")
    space = " " if safe.startswith("`") or safe.endswith("`") else ""
    return f"``{space}{safe}{space}``"
