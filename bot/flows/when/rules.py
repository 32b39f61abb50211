"""Times that come again: "weekly friday 17:00", as a rule (RFC 5545) and in plain words.

Nothing comes more often than once a day. The rule names its hour and minute, so that an hour which
a change of clocks skips once moves none of those that follow. A month without a day 29, 30 or 31
has it on its last day: whoever writes “monthly 31” means the end of every month.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.flows.when.clocks import TIME, minutes, spelt, utc, written
from bot.flows.when.dates import one, parted
from bot.flows.when.week import DAY, EVERY_DAY, WORKING, listed, weekdays
from bot.flows.when.words import (
    DAYS,
    LONGEST,
    ORDINALS,
    Say,
    Unclear,
    is_filling,
    read,
    saying,
    shown,
    unclear,
    weekday_name,
)
from bot.phrases import FALLBACK

MOST: Final = 52
"""The most days or weeks from one time to the next."""

MOST_WORDS: Final = 16
"""Words of a line that may be its time."""

DAYWISE: Final = re.compile(r"DAILY|EVERY (?:DAY|(?P<every>\d{1,3}|OTHER) DAY)", re.ASCII)
WEEKWISE: Final = re.compile(
    r"(?:EVERY (?P<every>\d{1,3}|OTHER) WEEK|EVERY (?P<other>OTHER)|WEEKLY|EVERY WEEK|EVERY)"
    r"(?: (?P<days>.+))?",
    re.ASCII,
)
WHICH: Final = (
    r"(?:(?:DAY )?(?P<day{0}>\d{{1,2}})"
    rf"|(?P<which{{0}}>{'|'.join(ORDINALS)}|[1-4]) (?P<weekday{{0}}>{DAY}|DAY))"
)
MONTHWISE: Final = re.compile(
    rf"(?:(?:MONTHLY|EVERY MONTH) {WHICH.format(1)}|{WHICH.format(2)} (?:MONTHLY|EVERY MONTH))"
    r"(?: OR LAST DAY)?",
    re.ASCII,
)
TOO_OFTEN: Final = re.compile(r"(?:HOURLY|EVERY (?:\d+ |OTHER )?(?:HOUR|MINUTE))\b.*", re.ASCII)
BARE_HOUR: Final = re.compile(r"(?:^|.*\s)\d{1,2}[.,;:]*", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Times:
    """When something comes: `first` as a local time, then by `rule` (an RRULE; "" for once).

    `said` is how that reads in plain words, which can be written just so as well.
    """

    first: str
    rule: str
    said: str


@dataclass(frozen=True, slots=True)
class _Days:
    """On which days: a rule without its hour, every so many; and the phrase that says it."""

    rule: str
    key: str
    values: tuple[tuple[str, str | int], ...] = ()
    every: int = 1


def recurring(text: str, zone: str, at: datetime, language: str = FALLBACK) -> Times | Unclear:
    """When something comes, once or again and again; the first time is the next after `at`."""
    words = read(text, language)
    if len(text) > LONGEST:
        return unclear("when.unread-times", words=shown(text))
    if TOO_OFTEN.fullmatch(words):
        return unclear("when.too-often")
    for days_part, time in parted(words):
        chosen = _chosen(days_part, saying(language))
        if isinstance(chosen, Unclear):
            return chosen
        if chosen:
            return _times(chosen, time, zone, at, saying(language))
    return _once(words.removeprefix("ONCE "), zone, at, language) or unclear(
        "when.unread-times", words=shown(text)
    )


def split(
    text: str, zone: str, at: datetime, language: str = FALLBACK
) -> tuple[Times | Unclear, str]:
    """The times at the beginning of a line, and the rest of it: as much as reads as times is.

    Where none does, why the most likely beginning does not, and the whole line.
    """
    ends = [each.end() for each in re.finditer(r"\S+", text[: 2 * LONGEST])][:MOST_WORDS]
    fault = unclear("when.unread-times", words=shown(text))
    for end in reversed(ends):
        begun, rest = text[:end], text[end:].lstrip(" \t,;:–—-").strip()
        if is_filling(begun.split()[-1], language):
            continue
        found = recurring(begun, zone, at, language)
        if isinstance(found, Times):
            found = _only_time(found, begun, rest, language)
        if isinstance(found, Times):
            return found, rest
        if fault.key == "when.unread-times" and found.key != fault.key:
            fault = found
    return fault, text


def _only_time(found: Times, begun: str, rest: str, language: str) -> Times | Unclear:
    """Times before other words, unless a number there may belong to either."""
    if rest and BARE_HOUR.fullmatch(begun):
        return unclear("when.bare-hour", words=shown(begun.split()[-1]))
    next_word = rest.split()[0] if rest else ""
    if ":" in next_word and re.fullmatch(TIME, read(next_word, language), re.ASCII):
        return unclear("when.two-times", words=shown(next_word))
    return found


# -- which days --------------------------------------------------------------------------------


def _chosen(words: str, say: Say) -> _Days | Unclear | None:
    """The days of a rule; None where the words are no rule."""
    if found := DAYWISE.fullmatch(words):
        return _daily(found["every"])
    if found := MONTHWISE.fullmatch(words):
        day, which = found["day1"] or found["day2"], found["which1"] or found["which2"]
        return _monthly(day, which, found["weekday1"] or found["weekday2"], say)
    if found := WEEKWISE.fullmatch(words):
        return _weekly(found["days"], found["every"] or found["other"], say)
    several = weekdays(words)
    # A single day's name is the next such day, and comes once.
    return _on(several, 1, say) if several and words not in DAYS else None


def _daily(every: str | None) -> _Days | Unclear:
    number = _number(every)
    if isinstance(number, Unclear):
        return number
    if number == 1:
        return _Days("FREQ=DAILY", "when.daily")
    return _Days("FREQ=DAILY", "when.every-days", (("n", number),), number)


def _weekly(words: str | None, every: str | None, say: Say) -> _Days | Unclear | None:
    number = _number(every)
    if words is None:
        return unclear("when.which-day")
    chosen = weekdays(words)
    if chosen is None:
        return None
    return number if isinstance(number, Unclear) else _on(chosen, number, say)


def _on(chosen: str, every: int, say: Say) -> _Days:
    """Days of the week; all of them are every day."""
    rule = f"FREQ=WEEKLY;BYDAY={chosen}"
    named = (("days", listed(chosen, say)),)
    if every > 1:
        return _Days(rule, "when.every-weeks", (("n", every), *named), every)
    if chosen == EVERY_DAY:
        return _Days("FREQ=DAILY", "when.daily")
    return _Days(rule, "when.weekdays") if chosen == WORKING else _Days(rule, "when.weekly", named)


def _monthly(day: str | None, which: str | None, weekday: str | None, say: Say) -> _Days | Unclear:
    if which is None or weekday is None:
        return _on_day(int(day or 0))
    place = int(which) if which.isdecimal() else ORDINALS.index(which) + 1
    number = -1 if which == "LAST" else place
    if weekday == "DAY":
        return _on_day(31 if number == -1 else number)
    named = weekday_name(DAYS.index(weekday), say)
    values = (("which", say("when.ordinals").split("/")[place - 1]), ("weekday", named))
    return _Days(f"FREQ=MONTHLY;BYDAY={number}{weekday}", "when.month-weekday", values)


def _on_day(day: int) -> _Days | Unclear:
    """A day of the month, or the last one of a month that is too short for it."""
    if not 1 <= day <= 31:
        return unclear("when.no-month-day", day=day)
    if day == 31:
        return _Days("FREQ=MONTHLY;BYMONTHDAY=-1", "when.month-end")
    if day > 28:
        until = ",".join(str(each) for each in range(28, day + 1))
        rule = f"FREQ=MONTHLY;BYMONTHDAY={until};BYSETPOS=-1"
        return _Days(rule, "when.month-late", (("day", day),))
    return _Days(f"FREQ=MONTHLY;BYMONTHDAY={day}", "when.month-day", (("day", day),))


def _number(every: str | None) -> int | Unclear:
    number = 2 if every == "OTHER" else int(every or 1)
    return number if 1 <= number <= MOST else unclear("when.every-how-many", most=MOST)


# -- when --------------------------------------------------------------------------------------


def _times(chosen: _Days, time: str, zone: str, at: datetime, say: Say) -> Times | Unclear:
    if not time:
        return unclear("when.no-time")
    minute = minutes(time)
    if minute is None:
        return unclear("when.no-hour", words=time.lower())
    if time == "MIDNIGHT" and chosen.rule != "FREQ=DAILY":
        return unclear("when.midnight")
    hour = "BYHOUR={};BYMINUTE={};BYSECOND=0".format(*divmod(minute, 60))
    first = _first(f"{chosen.rule};{hour}", zone, at)
    often = f";INTERVAL={chosen.every}" if chosen.every > 1 else ""
    said = say(chosen.key, time=written(minute), **dict(chosen.values))
    return Times(first, f"{chosen.rule}{often};{hour}", said)


def _first(rule: str, zone: str, at: datetime) -> str:
    """The first local time of a rule, without regard to any interval, that is after `at`."""
    # From a day before: a skipped hour comes later than the rule has it.
    begun = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)
    coming = rrulestr(rule, dtstart=begun - timedelta(days=1)).xafter(begun - timedelta(days=2))
    locals_ = (each.isoformat(timespec="minutes") for each in coming)
    return next(each for each in locals_ if utc(each, zone) > at)


def _once(words: str, zone: str, at: datetime, language: str) -> Times | Unclear | None:
    found = one(words, zone, at, "", language)
    if not isinstance(found, str):
        return found
    say = saying(language)
    return Times(found, "", say("when.once", **spelt(datetime.fromisoformat(found), say)))
