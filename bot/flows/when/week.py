"""Days of the week, as people list them."""

import re
from typing import Final

from bot.flows.when.words import DAYS, LONGEST, Say, read, weekday_name
from bot.phrases import FALLBACK

DAY: Final = f"(?:{'|'.join(DAYS)})"
"""One day, in our terms."""

EVERY_DAY: Final = ",".join(DAYS)
WORKING: Final = ",".join(DAYS[:5])


def days(text: str, language: str = FALLBACK) -> str | None:
    """The days of the week that somebody wrote, as an RRULE has them; None where they are none."""
    words = read(text, language) if len(text) <= LONGEST else ""
    if words in ("DAILY", "EVERY DAY"):
        return EVERY_DAY
    return weekdays(words.removeprefix("EVERY "))


def weekdays(words: str) -> str | None:
    """Days of the week in its order: their names, from one to another, or several by one name."""
    line = " ".join(word for word in words.split() if word != "WEEKLY")
    line = line.replace("WEEKDAYS", "MO TO FR").replace("WEEKEND", "SA SU")
    if not re.fullmatch(rf"{DAY}(?: TO {DAY})?(?: {DAY}(?: TO {DAY})?)*", line):
        return None
    chosen: set[int] = set()
    for begin, end in re.findall(rf"({DAY})(?: TO ({DAY}))?", line):
        first, last = DAYS.index(begin), DAYS.index(end or begin)
        chosen |= {(first + n) % 7 for n in range((last - first) % 7 + 1)}
    return ",".join(DAYS[n] for n in sorted(chosen))


def listed(chosen: str, say: Say) -> str:
    """Days of an RRULE by their names: "Monday, Wednesday and Friday"."""
    *others, last = [weekday_name(DAYS.index(each), say) for each in chosen.split(",")]
    return say("when.and", days=", ".join(others), last=last) if others else last
