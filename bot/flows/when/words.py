"""The words of times: which ones people may write, and what we say for them.

They are data of each language (bot/phrases); the grammar in the other modules knows only our own
terms for them, in capitals.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol
from unicodedata import combining

from bot import phrases

LONGEST: Final = 120
"""Characters that may be a time; a longer text is none, and is not looked at."""

SHOWN: Final = 40
"""Characters of what somebody wrote that are shown to them again."""

DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""The days of a week as an RRULE has them."""

ORDINALS: Final = ("FIRST", "SECOND", "THIRD", "FOURTH", "LAST")

WORDS: Final = (
    ("EVERY", "when.read-every"),
    ("OTHER", "when.read-other"),
    ("DAILY", "when.read-daily"),
    ("WEEKLY", "when.read-weekly"),
    ("MONTHLY", "when.read-monthly"),
    ("HOURLY", "when.read-hourly"),
    ("WEEKDAYS", "when.read-weekdays"),
    ("WEEKEND", "when.read-weekend"),
    ("ONCE", "when.read-once"),
    ("TODAY", "when.read-today"),
    ("TOMORROW", "when.read-tomorrow"),
    ("NEXT", "when.read-next"),
    ("THIS", "when.read-this"),
    ("IN", "when.read-in"),
    ("MINUTE", "when.read-minute"),
    ("HOUR", "when.read-hour"),
    ("DAY", "when.read-day"),
    ("WEEK", "when.read-week"),
    ("MONTH", "when.read-month"),
    ("NOON", "when.read-noon"),
    ("MIDNIGHT", "when.read-midnight"),
    ("AM", "when.read-am"),
    ("PM", "when.read-pm"),
    ("TO", "when.read-to"),
    ("OR", "when.read-or"),
    ("ONE", "when.read-one"),
    ("", "when.read-filling"),
    ("", "when.read-after-number"),
)

ISO_T: Final = re.compile(r"(\d{4}-\d\d?-\d\d?)t(?=\d)", re.ASCII)
DIGIT_THEN_LETTER: Final = re.compile(r"(?<=\d)(?=[^\W\d_])")
DASH_IN_WORDS: Final = re.compile(r"(?<=[^\W\d_])\s*[-–—]\s*(?=[^\W\d_])")


class Say(Protocol):
    """How a flow says something in somebody's language: `Scene.say`."""

    def __call__(self, key: str, **values: str | int) -> str: ...


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why a text is no time: the phrase that says it, and how to mend it, with its values."""

    key: str
    values: tuple[tuple[str, str], ...] = ()

    def said(self, say: Say) -> str:
        """The sentence for whoever wrote it."""
        return say(self.key, **dict(self.values))


def unclear(key: str, **values: str | int) -> Unclear:
    """An Unclear, whose values are written as it is called."""
    return Unclear(key, tuple((name, str(value)) for name, value in values.items()))


def saying(language: str) -> Say:
    """How things are said in a language."""

    def say(key: str, **values: str | int) -> str:
        return phrases.say(language, key, **values)

    return say


def read(text: str, language: str) -> str:
    """A time in our terms: "every Fri, 5pm" is "EVERY FR 5 PM". What means nothing stays as it is,
    in small letters.
    """
    line = ISO_T.sub(r"\1 ", text[:LONGEST].casefold())
    line = DASH_IN_WORDS.sub(" - ", DIGIT_THEN_LETTER.sub(" ", line))
    meanings = _meanings(language)
    words = (word.strip(".;:") for word in line.replace(",", " ").split())
    return " ".join(filter(None, (meanings.get(word, word) for word in words)))


def is_filling(word: str, language: str) -> bool:
    """Whether a word says nothing by itself ("at", "on the"), so that no time ends with it."""
    bare = word.casefold().strip(".,;:")
    return not bare or bare in phrases.say(language, "when.read-filling").split()


@cache
def _meanings(language: str) -> dict[str, str]:
    """What each word means that may be written in a language."""
    say = saying(language)
    found = {"-": "TO"}
    for term, key in WORDS:
        found |= dict.fromkeys(say(key).split(), term)
    for n, several in enumerate(say("when.read-days").split("/")):
        found |= dict.fromkeys(several.split(), DAYS[n])
    for n, several in enumerate(say("when.read-each-day").split("/")):
        found |= dict.fromkeys(several.split(), f"WEEKLY {DAYS[n]}")
    for n, several in enumerate(say("when.read-months").split("/"), start=1):
        found |= dict.fromkeys(several.split(), f"M{n}")
    for n, several in enumerate(say("when.read-ordinals").split("/")):
        found |= dict.fromkeys(several.split(), ORDINALS[n])
    return found


def weekday_name(number: int, say: Say) -> str:
    """What a day of the week is called; 0 is Monday."""
    return say("when.days").split("/")[number]


def month_name(number: int, say: Say) -> str:
    """What a month is called; 1 is January."""
    return say("when.months").split("/")[number - 1]


def shown(text: str) -> str:
    """What somebody wrote, safe to show again: one line, nothing that pings, links or formats.

    As `reference.plain`, but for the marks within a time or a date.
    """
    line = text[: 2 * SHOWN]
    kept = "".join(c if _is_harmless(line, n) else " " for n, c in enumerate(line))
    words = " ".join(kept.split()) or "…"
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…"


def _is_harmless(line: str, n: int) -> bool:
    if line[n] in ":./":
        return line[max(n - 1, 0)].isdecimal() and line[n + 1 : n + 2].isdecimal()
    return line[n].isalnum() or bool(combining(line[n])) or line[n] in " '-,"
