"""Which member of a cohort somebody means, and what a name may look like, theirs or a cohort's."""

import re
from collections.abc import Iterable
from unicodedata import category, normalize

from bot.conversation import Cohort, Member
from bot.flows.reference import plain

LONGEST = 30
"""Characters of a name on a board."""

UNSEEN = "\u115f\u1160\u3164\uffa0"
"""Letters that nobody sees."""

_DOTTED = re.compile(r"(?<=\w)\.(?=\w)")
"""A dot within a word, of which a platform would make a link."""

FEW = 3
"""Marks above one letter that still read as a letter; more of them are zalgo."""


def tidy(text: str, limit: int = LONGEST) -> str:
    """What somebody typed as a name that is safe to show anywhere; "" where nothing is left.

    Letters of every script, digits, spaces and - ' . stay. What pings, marks up, turns the
    direction of writing or piles marks on letters does not.
    """
    kept: list[str] = []
    marks = 0
    for char in normalize("NFC", _DOTTED.sub(" ", text)):
        if category(char) in ("Mn", "Mc"):
            marks += 1
            if kept and kept[-1] != " " and marks < FEW:
                kept.append(char)
            continue
        marks = 0
        shown = (char.isalnum() or char in "-'.") and char not in UNSEEN
        kept.append(char if shown else " ")
    return " ".join("".join(kept).split())[:limit].strip(" -'.")


def shown_title(cohort: Cohort) -> str:
    """A cohort's name, safe to show within a sentence."""
    return plain(cohort.title, 60)


def folded(name: str) -> str:
    """A name as it is compared: two that read alike are one."""
    return " ".join(normalize("NFKC", name).split()).casefold()


def called(members: Iterable[Member], text: str) -> list[Member]:
    """The members whom `text` names: one by their whole name, else those whose names begin so."""
    wanted = folded(tidy(text))
    if not wanted:
        return []
    everybody = list(members)
    exact = [each for each in everybody if folded(each.alias) == wanted]
    return exact or [each for each in everybody if folded(each.alias).startswith(wanted)]
