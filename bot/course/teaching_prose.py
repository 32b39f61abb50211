"""Whether what a learner reads is easy to follow: short sentences, and no term left undefined."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.course.base import Part
from bot.course.model import Lesson
from bot.course.nodes import Node
from bot.course.problem import Mark, Problem, shown, warning
from bot.course.sheets import CourseFolder, Sheet
from bot.course.teaching_words import sentences, stems, without_code
from bot.course.text import CARD, LIMITS, MESSAGE, PROSE, length

WORDS = 35
TERM_WORDS = 4
AROUND = 80
"""Characters on both sides of a bold word in which its explanation can begin."""

_READ = PROSE | {"role"}


def check_prose(course: CourseFolder) -> Iterator[Problem]:
    """Every sentence that is too long to follow, in all that a learner reads."""
    for sheet in course.sheets:
        if sheet is not course.sources:
            yield from _sentences(sheet)


def _sentences(sheet: Sheet[Part]) -> Iterator[Problem]:
    cut = _to_be_cut(sheet.top)
    for key, node in sheet.top.under():
        if key not in _READ or not isinstance(node.value, str) or node.fault or node.mark in cut:
            continue
        if length(node.word()) > LIMITS.get(key, MESSAGE) or len(node.value.split()) <= WORDS:
            continue
        for sentence in sentences(node.value):
            if len(sentence.words) > WORDS:
                yield warning(sheet.file, node.line(sentence.line), _long(sentence.words))


def _long(words: tuple[str, ...]) -> str:
    text = f"the sentence that begins {shown(' '.join(words[:4]))} has {len(words)} words"
    return f"{text}; over {WORDS} are hard to follow: make two of it"


def _to_be_cut(top: Node) -> set[Mark]:
    """The texts of each card and item that is too long as a whole, which has been told."""
    pages: list[tuple[int, list[Node | None]]] = []
    for number, card in enumerate(top.each("cards")):
        callout = card.get("callout")
        texts = [card.get("text"), callout.get("text") if callout else None]
        pages.append((CARD, texts))
        pages.append((MESSAGE, texts if number else [top.get("question"), *texts]))
    for item in top.each("items"):
        options = (option.get("text") for option in item.each("options"))
        pages.append((MESSAGE, [item.get("stem"), *options]))
    full = (nodes for most, nodes in pages if sum(length(n.word()) for n in nodes if n) > most)
    return {node.mark for nodes in full for node in nodes if node}


# -- terms ------------------------------------------------------------------------------------

_BOLD = re.compile(r"(\*\*|__)(?=\S)((?:(?!\n[ \t]*\n).)+?)(?<=\S)\1", re.DOTALL)
_NAMED = re.compile(
    r"\b(?:called|named|termed|known as|the (?:word|words|term|name)(?: of)?)"
    r"(?: (?:an?|the|it|this|them))?[ \n*\"'“‘(]*\Z",
    re.IGNORECASE,
)
_APPOSED = re.compile(r"[\"'”’)]*\s*(?:[:(–—=]|-\s|,(?!\s+(?:and|or|but|so|yet|nor)\b))")
_LABEL = re.compile(r"(?:\A|\n)[ \t]*(?:[-*+]|\d{1,3}[.)]|>)[ \t]+\Z")
_AMOUNT = frozenset(
    "one two three four five six seven eight nine ten eleven twelve twenty thirty fifty hundred "
    "thousand half no not never only all every always".split()
)


class _Bold(NamedTuple):
    """Words set in bold, with the line where they begin and what stands around them."""

    words: str
    line: int
    before: str
    after: str


def check_terms(course: CourseFolder) -> Iterator[Problem]:
    """Each term that a card sets in bold and no glossary of the course defines.

    For a term we take one to four bold words that begin with a small letter and not with an
    amount ("**ten** minutes"). Words with a capital are a name or open a sentence, and a sentence
    that opens with its term explains it; so does what follows a comma, a colon or a bracket
    ("the **tail**, where..."), and "a device called a **pantograph**". What was explained once,
    anywhere in the course, may be bold again. An entry of a list that opens in bold has a label.
    """
    if not all(_tells_its_terms(sheet) for sheet in course.readings):
        return  # A glossary that cannot be read may define anything.
    found = [each for sheet in course.readings for each in _terms(sheet)]
    known = _Known()
    for sheet in course.readings:
        for term in sheet.top.each("terms"):
            known.add(term.word("term"))
    for _, _, bold in found:
        if _is_explained(bold):
            known.add(bold.words)
    for sheet, mark, bold in found:
        if not known.has(bold.words):
            text = f"{shown(bold.words)} stands in bold like a term and no glossary defines it"
            cure = "add it to `terms`, or write it in *italics*"
            yield warning(sheet.file, mark, f"{text}: {cure}")


class _Known:
    """The terms of a course, found by any of their words."""

    def __init__(self) -> None:
        self._terms: dict[str, set[frozenset[str]]] = {}

    def add(self, term: str) -> None:
        """Take a term in."""
        words = stems(term)
        for each in words:
            self._terms.setdefault(each, set()).add(words)

    def has(self, term: str) -> bool:
        """Whether a term meets this one: "synthetic" and "synthetic data", "tails" and "tail"."""
        words = stems(term)
        near = (known for each in words for known in self._terms.get(each, ()))
        return any(known <= words or words <= known for known in near)


def _tells_its_terms(sheet: Sheet[Lesson]) -> bool:
    return sheet.part is not None or bool(sheet.top.each("terms"))


def _terms(sheet: Sheet[Lesson]) -> Iterator[tuple[Sheet[Lesson], Mark, _Bold]]:
    for card in sheet.top.each("cards"):
        for part in (card, card.get("callout")):
            node = part.get("text") if part else None
            if node and isinstance(node.value, str) and length(node.word()) <= MESSAGE:
                found = (bold for bold in _bolds(node.value) if _is_term(bold))
                yield from ((sheet, node.line(bold.line), bold) for bold in found)


def _bolds(text: str) -> Iterator[_Bold]:
    text = without_code(text)
    for found in _BOLD.finditer(text):
        start, end = found.span()
        words = " ".join(found[2].split())
        before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
        yield _Bold(words, text.count("\n", 0, start), before, after)


def _is_term(bold: _Bold) -> bool:
    words = bold.words.split()
    if not bold.words[:1].islower() or len(words) > TERM_WORDS or words[0] in _AMOUNT:
        return False
    is_sentence = bold.words[-1] in ".!?:,;"
    return not is_sentence and not _LABEL.search(bold.before)


def _is_explained(bold: _Bold) -> bool:
    return bool(_NAMED.search(bold.before) or _APPOSED.match(bold.after))
