"""What a learner reads: whether every platform can show it, by its Markdown and by its length.

Lengths are counted as Discord and Telegram count them, in UTF-16 units: an emoji is two.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from bot.course.base import Part
from bot.course.nodes import Node
from bot.course.problem import Problem, error, shown, warning
from bot.course.sheets import CourseFolder, Sheet

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MESSAGE = 1800
"""Discord takes 2,000; the rest is for the line that says where one is."""
CARD = 900
OPTION = 300
LIMITS = {"feedback": 700, "belief": 300, "term": 80}
PROSE = frozenset(
    "question text definition stem feedback summary belief task starter greeting idea why pump "
    "hints ask assertion transfer correction evidence answer".split()
)
"""The keys below which whole sentences stand that a learner reads."""

_SHOWN = PROSE | {"title", "term", "front", "back", "check_title"}
"""The keys of all that is shown as Markdown."""

_SUSPECT = re.compile(
    r"[\[|]|~~|<[a-zA-Z/!?]|^[ \t>0-9.)*+-]*#|^[ \t>0-9.)*+=_-]*[-=*_][ \t]*$", re.MULTILINE
)
"""Only what matches can hold anything forbidden; parsing the rest would cost seconds."""

_INSTEAD = {
    "heading_open": "a heading has no place in a text (a line of --- or === makes one too): "
    "write the line in **bold**, or use the card's title",
    "table_open": "tables are not shown on every platform: write a list",
    "image": "a picture inside a text is not shown: use the card's figure, with its alt text",
    "html_block": "HTML is not shown: write Markdown, and put code in `backticks`",
    "html_inline": "HTML is not shown: write Markdown, and put code in `backticks`",
    "hr": "a rule across the page is not shown: begin a new card, or leave an empty line",
    "s_open": "struck-out text is not shown on every platform: leave it out",
}


def length(text: str) -> int:
    """How long a platform holds a text to be."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def check_texts(course: CourseFolder) -> Iterator[Problem]:
    """Every text of a course that a platform would show wrongly or not at all."""
    for sheet in course.sheets:
        if sheet is not course.sources:
            yield from _shown(sheet)
    for reading in course.readings:
        for number, card in enumerate(reading.top.each("cards")):
            # The first card opens the lesson: its message has the title and the question too.
            keys = () if number else ("title", "question")
            yield from _card(reading, card, [reading.top.word(key) for key in keys])
    for bank in course.banks:
        for item in bank.top.each("items"):
            yield from _question(bank, item)


def _shown(sheet: Sheet[Part]) -> Iterator[Problem]:
    for key, node in sheet.top.under():
        if key not in _SHOWN or node.fault or not isinstance(node.value, str):
            continue
        long, most = length(node.word()), LIMITS.get(key, MESSAGE)
        if long > most:
            yield error(sheet.file, node.mark, _over(shown(key), long, most))
        if long <= 2 * MESSAGE:
            for line, text in markdown(node.value):
                yield error(sheet.file, node.line(line), text)


def _over(what: str, long: int, most: int) -> str:
    return f"{what} has {long:,} characters; at most {most:,} fit: shorten it"


def _card(sheet: Sheet[Part], card: Node, heading: list[str]) -> Iterator[Problem]:
    callout = card.get("callout")
    words = [card.word("title"), card.word("text")]
    words += [callout.word("title"), callout.word("text")] if callout else []
    own, whole = _together(words), _together(heading + words)
    if any(length(word) > MESSAGE for word in heading + words):
        return  # said at the text itself
    if whole > MESSAGE:
        what = "this card, with the lesson's title and question," if heading else "this card"
        yield error(sheet.file, card.mark, _over(what, whole, MESSAGE))
    elif own > CARD:
        text = f"this card has {own:,} characters; over {CARD} it is long for a phone: split it"
        yield warning(sheet.file, card.mark, text)


def _question(sheet: Sheet[Part], item: Node) -> Iterator[Problem]:
    options = [option for option in item.each("options") if option.word("text")]
    for option in options:
        long, place = length(option.word("text")), option.get("text")
        if place and OPTION < long <= MESSAGE:
            yield error(sheet.file, place.mark, _over("this option", long, OPTION))
    words = [item.word("stem"), *(option.word("text") for option in options)]
    if _together(words) > MESSAGE and max(map(length, words)) <= MESSAGE:
        what = "this item (stem and options)"
        yield error(sheet.file, item.mark, _over(what, _together(words), MESSAGE))


def _together(words: list[str]) -> int:
    return length("\n\n".join(word for word in words if word))


# -- Markdown ---------------------------------------------------------------------------------


def markdown(text: str) -> Iterator[tuple[int, str]]:
    """What in a text is outside the Markdown subset: its line, counted from 0, and the cure."""
    if not _SUSPECT.search(text):
        return
    known: dict[str, object] = {}
    for token in _parser().parse(text, known):
        line = token.map[0] if token.map else 0
        yield from ((line, cure) for cure in _token(token))
        for child in token.children or ():
            yield from ((line, cure) for cure in _token(child))
            line += child.type in ("softbreak", "hardbreak")
    if known.get("references"):
        yield 0, "a link is written where it stands, as [words](https://...): not at the end"


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    # A link that markdown-it refuses would pass as plain text, and be shown as such to learners.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser


def _token(token: "Token") -> Iterator[str]:
    if token.type == "link_open":
        url = str(token.attrGet("href") or "")
        if not re.match(r"https?://[\w-]+(\.[\w-]+)+(:\d+)?([/?#]|$)", url):
            yield f"a link to {shown(url)} leads nowhere: write its whole address with https://"
    elif token.type in _INSTEAD:
        yield _INSTEAD[token.type]
