"""The clock: reminders, due dates and what platforms trust hang on it."""

import ctypes
import ctypes.util
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import bot
from bot.doctor.database import newest
from bot.doctor.finding import Case, Finding, failed, many, ok, warning

OFF: Final = timedelta(seconds=30)
WRONG: Final = timedelta(minutes=5)
SLACK: Final = timedelta(minutes=5)
"""How far the clock may seem to run behind what was written before."""

ZONES: Final = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "UTC")

_SET: Final = "Set it, and let it be kept right: sudo timedatectl set-ntp true"

UNSYNCHRONISED: Final = 5
"""What adjtimex answers for a clock that nobody keeps right (TIME_ERROR)."""


def synchronised() -> bool | None:
    """Whether the system's clock is kept right, by its kernel; None where it does not say."""
    try:
        asked = ctypes.CDLL(None, use_errno=True).adjtimex
        state = asked(ctypes.create_string_buffer(512))  # all zero: it asks, and sets nothing
    except (OSError, AttributeError, TypeError):
        return None
    return None if state < 0 else state != UNSYNCHRONISED


def check(case: Case, kept: Callable[[], bool | None] = synchronised) -> Iterator[Finding]:
    """What this machine says by itself; see `beside` for what others say."""
    yield _plausible(case)
    match kept():
        case True:
            yield ok("time service", "The system keeps its clock right.")
        case False:
            yield warning(
                "time service",
                "Nothing keeps the system's clock right.",
                "Switch the time service on: sudo timedatectl set-ntp true",
            )
        case None:
            pass
    yield zones(ZoneInfo)


def _plausible(case: Case) -> Finding:
    known = [(at, "something was last written to the database") for at in (newest(case.db),) if at]
    known.append((_installed(), "this program was installed"))
    latest, what = max(known)
    now = f"{case.at:%Y-%m-%d %H:%M} UTC"
    if case.at < latest - SLACK:
        return failed("clock", f"It is {now} by the clock, before {what} ({latest:%F %R}).", _SET)
    return ok("clock", f"It is {now} by the clock, which can be.")


def _installed() -> datetime:
    folder = Path(bot.__file__).parent
    times = [each.stat().st_mtime for each in folder.glob("*.py")]
    return datetime.fromtimestamp(max(times), UTC)


def zones(zone: Callable[[str], object]) -> Finding:
    """Whether time zones are known; `zone` raises for one that is not."""
    missing = []
    for name in ZONES:
        try:
            zone(name)
        except (ZoneInfoNotFoundError, OSError, ValueError):
            missing.append(name)
    if missing:
        return failed(
            "time zones",
            f"The dates of {', '.join(missing)} are not known.",
            "Install them: pip install tzdata (or apt install tzdata)",
        )
    return ok("time zones", f"{many(len(ZONES), 'zone')} were tried, and all are known.")


def beside(told: Iterable[tuple[str, datetime, datetime]]) -> Iterator[Finding]:
    """The clock beside what services say: (service, when it answered by our clock, by its own).

    Several services are compared by the nearest, since one of them may be wrong itself.
    """
    found = [(abs(ours - theirs), ours - theirs, name) for name, ours, theirs in told]
    if not found:
        return
    apart, off, name = min(found)
    seconds = round(apart.total_seconds())
    said = f"{many(seconds, 'second')} {'ahead of' if off > timedelta() else 'behind'} {name}'s"
    if apart > WRONG:
        yield failed("clock compared", f"The clock is {said}.", _SET)
    elif apart > OFF:
        yield warning("clock compared", f"The clock is {said}.", _SET)
    else:
        yield ok("clock compared", f"The clock agrees with {name}'s.")
