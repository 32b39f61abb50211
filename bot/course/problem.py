"""What is wrong with a course: a sentence with a place, which also says how to mend it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Mark(NamedTuple):
    """A place in a file, counted from 1. Line 0 stands for a folder, which has no lines."""

    line: int
    column: int


START = Mark(1, 1)
NOWHERE = Mark(0, 0)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault. `file` is written as the author named it; problems sort by file and line."""

    file: str
    line: int
    column: int
    text: str
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {'warning: ' if self.severity == 'warning' else ''}{self.text}"


def error(file: str, mark: Mark, text: str) -> Problem:
    """A fault with which the course cannot be used."""
    return Problem(file, mark.line, mark.column, text)


def warning(file: str, mark: Mark, text: str) -> Problem:
    """A fault with which it can."""
    return Problem(file, mark.line, mark.column, text, "warning")


def shown(word: object, most: int = 60) -> str:
    """An author's word for use in a sentence: on one line, short, safe for any terminal."""
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(word))
    return f"`{text if len(text) <= most else text[: most - 3] + '...'}`"


def is_slug(word: str) -> bool:
    """Whether this could be an id; where not, that has been said, and nobody need look for it."""
    return bool(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", word))


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or ""."""
    return _nearest(word[:60], tuple(known))


@lru_cache(maxsize=4096)
def _nearest(word: str, known: tuple[str, ...]) -> str:
    by_fold = {k.casefold(): k for k in known}
    found = get_close_matches(word.casefold(), by_fold, n=1)
    return by_fold[found[0]] if found else ""


def meant(word: str, known: Iterable[str], otherwise: str) -> str:
    """The cure for an unknown word: the near one if there is one, else `otherwise`."""
    near = nearest(word, known)
    return f"did you mean {shown(near)}?" if near else otherwise


def count(number: int, noun: str) -> str:
    """ "1 card", "2 cards", "1,200 characters"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
