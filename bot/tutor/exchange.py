"""Whether a line counts as one of the exchanges that a lab asks for.

Deterministic, the same with and without a model, and never a verdict on whether it is right: a
line counts when somebody put a thought of their own into words. Learners' questions count.
"""

import re
from dataclasses import dataclass
from enum import Enum

from rapidfuzz import fuzz

from bot.tutor.acts import Act
from bot.tutor.words import FUNCTION, said, stem, words

CONTENT = 4
VARIETY = 0.5
FUNCTION_SHARE = 0.1
SHORT_PARTS = 1.6
"""Words between two commas up to which four parts or more are a list."""

VERBS = frozenset(
    map(
        stem,
        """become beat choose climb come copy cost count decide depend drop fail fall give go grow
        help hide hurt keep know learn leak lose make matter mean miss need pay pick prove read
        remain rise say see serve show shrink start stay stop take tell vanish win work""".split(),
    )
)

SAME = 90
"""Percent of a line's words, or of its letters in sorted words, that make it a repeat."""
QUESTION = 3


class Why(Enum):
    """Why a line does not count; each has a phrase that says how it would."""

    NOT_SAID = "not-said"
    SHORT = "short"
    REPEATED = "repeated"
    LISTED = "listed"
    ECHO = "echo"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Line:
    """A learner's line with what it is compared to.

    `related`: whether it is about the lab at all.
    """

    text: str
    act: Act
    related: bool
    earlier: tuple[str, ...] = ()
    heard: str = ""


_FORMULA = re.compile(r"[\d\w)]\s*[=<>≈≤≥]\s*[\d\w(]|\d\s*[×x*/^+]\s*\d|\d\s*%")


def why_not(line: Line) -> Why | None:
    """None where `line` counts; otherwise the first reason why it does not."""
    if line.act not in (Act.CONTRIBUTION, Act.QUESTION):
        return Why.NOT_SAID
    stems = said(line.text)
    formula = bool(_FORMULA.search(line.text))
    needed = QUESTION if line.act is Act.QUESTION else CONTENT
    if len(set(stems)) / max(1, len(stems)) < VARIETY or _harping(stems):
        return Why.REPEATED
    if len(set(stems)) < needed and not formula:
        return Why.SHORT
    if not formula and _listed(line.text):
        return Why.LISTED
    if any(_same(line.text, earlier) for earlier in line.earlier):
        return Why.REPEATED
    if _same(line.text, line.heard):
        return Why.ECHO
    return None if line.related or formula else Why.ELSEWHERE


def _harping(stems: list[str]) -> bool:
    """Whether one word makes up most of a line: "blah blah something blah"."""
    most = max((stems.count(stem) for stem in set(stems)), default=0)
    return most >= 3 and most > 0.4 * len(stems)


def _listed(text: str) -> bool:
    """Whether `text` is a list of words rather than a sentence, which has grammar or a verb."""
    spoken = words(text)
    parts = [words(part) for part in re.split(r"[,;/|\n]+", text)]
    if len(parts) >= 4 and len(spoken) <= SHORT_PARTS * len(parts):
        return True
    # The "over" of "over-training" is no grammar, so compounds stay whole here.
    whole = re.findall(r"[\w'’-]+", text.casefold())
    grammar = sum(word in FUNCTION for word in whole) >= FUNCTION_SHARE * max(1, len(whole))
    return not grammar and not any(stem(word) in VERBS for word in spoken)


def _same(text: str, other: str) -> bool:
    """Whether `text` says what `other` says: in another order, or with words left out."""
    ours, theirs = words(text), words(other)
    if not ours or not theirs:
        return False
    among = len(set(ours) & set(theirs)) / len(set(ours))
    return among * 100 >= SAME or fuzz.token_sort_ratio(" ".join(ours), " ".join(theirs)) >= SAME
