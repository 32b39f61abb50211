"""A day, with or without a time, as people write it.

What may be two days is refused (03/04/2026), as is what there is not (30 February), what is over,
and what is so far off that it must be a slip.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from bot.flows.when.clocks import TIME, local_of, minutes, spelt, utc, written
from bot.flows.when.week import DAY
from bot.flows.when.words import (
    DAYS,
    LONGEST,
    Unclear,
    month_name,
    read,
    saying,
    shown,
    unclear,
    weekday_name,
)
from bot.phrases import FALLBACK

YEARS: Final = 5
"""Nobody plans further ahead."""

LEAP: Final = 2024
"""A year in which every day is that there ever is."""

WITH_WEEKDAY: Final = re.compile(rf"(?:(?P<weekday>{DAY}) )?(?P<day>\S.*)")
YEAR_FIRST: Final = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})", re.ASCII)
DOTTED: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
SLASHED: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
NAMED: Final = (
    re.compile(r"(?P<day>\d{1,2}) M(?P<month>\d+)(?: (?P<year>\d{4}))?", re.ASCII),
    re.compile(r"M(?P<month>\d+) (?P<day>\d{1,2})(?: (?P<year>\d{4}))?", re.ASCII),
)
AHEAD: Final = re.compile(r"IN (\d{1,4}|ONE) (DAY|WEEK)", re.ASCII)
COMING: Final = re.compile(rf"(?:(NEXT|THIS) )?({DAY})")


def moment(
    text: str, zone: str, at: datetime, *, hour: str = "09:00", language: str = FALLBACK
) -> str | Unclear:
    """The local time that somebody wrote, as "2026-12-01T09:00"; at `hour` if they wrote none."""
    words = read(text, language)
    found = one(words, zone, at, hour, language) if len(text) <= LONGEST else None
    if found is not None:
        return found
    if re.fullmatch(TIME, words, re.ASCII):
        return unclear("when.no-day", words=shown(text))
    return unclear("when.unread", words=shown(text))


def one(words: str, zone: str, at: datetime, hour: str, language: str) -> str | Unclear | None:
    """A single moment from our terms; None where they are none. Without an `hour` to take for
    granted, a time is needed.
    """
    now = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    for days, time in parted(words):
        minute = minutes(time) if time else _minute(hour)
        day = _day(days, now, minute or 0, language)
        if day is None:
            continue
        if isinstance(day, Unclear):
            return day
        if minute is None:
            return unclear("when.no-hour", words=time.lower())
        if time == "MIDNIGHT":
            return unclear("when.midnight")
        if not time and not hour:
            return unclear("when.no-time")
        return _still_to_come(f"{day.isoformat()}T{written(minute)}", zone, at, language)
    return None


def parted(words: str) -> Iterator[tuple[str, str]]:
    """Each way to tell days from a time: there is none, it comes last, or it comes first."""
    yield words, ""
    if found := re.fullmatch(rf"(.+) ({TIME})", words, re.ASCII):
        yield found[1], found[2]
    if found := re.fullmatch(rf"({TIME}) (.+)", words, re.ASCII):
        yield found[2], found[1]


def _minute(hour: str) -> int:
    return minutes(hour) or 0


def _still_to_come(local: str, zone: str, at: datetime, language: str) -> str | Unclear:
    """The time, if it is ahead and not too far; one that no clock shows as it will be shown."""
    say = saying(language)
    day = date.fromisoformat(local[:10])
    today = at.astimezone(ZoneInfo(zone)).date()
    # Days first: the first and the last of all years have no UTC.
    if day > today + relativedelta(years=YEARS):
        return unclear("when.too-far", when=_named_day(day, say_in=language), years=YEARS)
    if day < today or utc(local, zone) <= at:
        when = say("when.spoken-year", **spelt(datetime.fromisoformat(local), say))
        return unclear("when.past", when=when)
    return local_of(utc(local, zone), zone)


# -- which day ---------------------------------------------------------------------------------


def _day(words: str, now: datetime, minute: int, language: str) -> date | Unclear | None:
    """The day that is meant; None where the words are no day."""
    found = WITH_WEEKDAY.fullmatch(words)
    if found is None:
        return None
    day = _by_date(found["day"], now.date(), language)
    if day is None:
        return _from_today(words, now, minute)
    if isinstance(day, date) and found["weekday"] not in (None, DAYS[day.weekday()]):
        say = saying(language)
        return unclear(
            "when.wrong-weekday",
            day=_named_day(day, say_in=language),
            right=weekday_name(day.weekday(), say),
            wrong=weekday_name(DAYS.index(found["weekday"]), say),
        )
    return day


def _by_date(words: str, today: date, language: str) -> date | Unclear | None:
    if found := YEAR_FIRST.fullmatch(words):
        return _dated(int(found[4]), int(found[3]), int(found[1]), language)
    if found := DOTTED.fullmatch(words):
        return _dated(int(found[1]), int(found[2]), int(found[3]), language)
    if found := SLASHED.fullmatch(words):
        return _slashed(int(found[1]), int(found[2]), int(found[3]), language)
    for pattern in NAMED:
        if found := pattern.fullmatch(words):
            day, month = int(found["day"]), int(found["month"])
            if found["year"]:
                return _dated(day, month, int(found["year"]), language)
            return _next_such(day, month, today, language)
    return None


def _from_today(words: str, now: datetime, minute: int) -> date | None:
    """A day that is counted from today; one of the week is the next whose time is to come."""
    today = now.date()
    if words in ("TODAY", "TOMORROW"):
        return today + timedelta(days=words == "TOMORROW")
    if found := AHEAD.fullmatch(words):
        number = 1 if found[1] == "ONE" else int(found[1])
        return today + timedelta(days=number * (7 if found[2] == "WEEK" else 1))
    if found := COMING.fullmatch(words):
        ahead = (DAYS.index(found[2]) - today.weekday()) % 7
        over = ahead == 0 and minute <= now.hour * 60 + now.minute
        return today + timedelta(days=ahead or (7 if over or found[1] == "NEXT" else 0))
    return None


def _dated(day: int, month: int, year: int, language: str) -> date | Unclear:
    if not 1 <= month <= 12:
        return unclear("when.no-month", month=month)
    year = max(year, 1)
    most = monthrange(year, month)[1]
    if not 1 <= day <= most:
        named = f"{month_name(month, saying(language))} {year}"
        return unclear("when.no-such-day", day=day, month=named, most=most)
    return date(year, month, day)


def _next_such(day: int, month: int, today: date, language: str) -> date | Unclear:
    """The next day of this name, today or later: 29 February may be years ahead."""
    most = monthrange(LEAP, month)[1]
    if not 1 <= day <= most:
        named = month_name(month, saying(language))
        return unclear("when.no-such-day", day=day, month=named, most=most)
    coming = (year for year in range(today.year, today.year + 9))
    there = (date(y, month, day) for y in coming if day <= monthrange(y, month)[1])
    return next(each for each in there if each >= today)


def _slashed(one: int, other: int, year: int, language: str) -> date | Unclear:
    """Some write the day first and some the month: only where that is the same is it read."""
    day_first, month_first = _dated(one, other, year, language), _dated(other, one, year, language)
    if isinstance(day_first, Unclear) or day_first == month_first:
        return month_first
    if isinstance(month_first, Unclear):
        return day_first
    named = [_named_day(each, say_in=language) for each in (day_first, month_first)]
    return unclear("when.two-days", one=named[0], other=named[1])


def _named_day(day: date, *, say_in: str) -> str:
    return f"{day.day} {month_name(day.month, saying(say_in))} {day.year}"
