"""Times of the day, and times on the clock of a zone."""

import re
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.flows.when.words import (
    LONGEST,
    Say,
    Unclear,
    month_name,
    read,
    shown,
    unclear,
    weekday_name,
)
from bot.phrases import FALLBACK

TIME: Final = r"(?:\d{1,2}(?:[:.]\d\d)?(?: (?:AM|PM))?|NOON|MIDNIGHT)"
"""A time of the day, in our terms."""

PARTS: Final = re.compile(r"(\d{1,2})(?:[:.](\d\d))?(?: (AM|PM))?", re.ASCII)

DASH: Final = re.compile(r"[-–—]")


def utc(local: str, zone: str) -> datetime:
    """The moment of a local time such as "2026-12-01T09:00".

    One that a change of clocks skips is as much later as the clocks moved; of one that comes
    twice it is the first.
    """
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local_of(at: datetime, zone: str) -> str:
    """A moment as the local time of a zone, to the minute."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat(timespec="minutes")


def spoken(local: str, at: datetime, zone: str, say: Say) -> str:
    """A local time as a person says it: with its year only where that is not the one of `at`."""
    time = datetime.fromisoformat(local)
    this_year = at.astimezone(ZoneInfo(zone)).year == time.year
    return say("when.spoken" if this_year else "when.spoken-year", **spelt(time, say))


def spelt(time: datetime, say: Say) -> dict[str, str | int]:
    """The values of a phrase that says a day and a time."""
    return {
        "weekday": weekday_name(time.weekday(), say),
        "day": time.day,
        "month": month_name(time.month, say),
        "year": time.year,
        "time": written(time.hour * 60 + time.minute),
    }


def written(minutes: int) -> str:
    """A minute of the day as a clock shows it."""
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}"


def clock(text: str, language: str = FALLBACK) -> int | Unclear:
    """The minute of the day that somebody wrote: "18:30", "6:30 pm", "18", "noon"."""
    words = read(text, language)
    if len(text) > LONGEST or not re.fullmatch(TIME, words, re.ASCII):
        return unclear("when.clock", words=shown(text))
    found = minutes(words)
    return unclear("when.no-hour", words=shown(text)) if found is None else found


def span(text: str, language: str = FALLBACK) -> tuple[int, int] | Unclear:
    """From when to when: "22-7", "22:00 to 7:30". It may pass midnight, and may end at 24:00."""
    ends = re.split(r"\bTO\b", read(DASH.sub(" - ", text), language))
    if len(text) > LONGEST or len(ends) != 2:
        return unclear("when.span", words=shown(text))
    begin, end = (each.strip() for each in ends)
    if not all(re.fullmatch(TIME, each, re.ASCII) for each in (begin, end)):
        return unclear("when.span", words=shown(text))
    first, last = minutes(begin), 0 if re.fullmatch("24([:.]00)?", end) else minutes(end)
    if first is None or last is None:
        return unclear("when.no-hour", words=shown((begin if first is None else end).lower()))
    return first, last


def minutes(words: str) -> int | None:
    """The minute of the day of a `TIME`; None for one that no clock shows, as 25:00 and 13 pm."""
    if words in ("NOON", "MIDNIGHT"):
        return 12 * 60 if words == "NOON" else 0
    found = PARTS.fullmatch(words)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        hour = hour % 12 + (12 if found[3] == "PM" else 0) if 1 <= hour <= 12 else 24
    return hour * 60 + minute if hour < 24 and minute < 60 else None
