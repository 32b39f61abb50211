"""Who takes part and where: places, learners' own settings, rights and budgets."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message is read: a value that can be stored and compared.

    `private` is False where other people can read along; nothing personal is sent there.
    """

    platform: str
    chat: str
    topic: str = ""
    private: bool = True


def direct(account: str) -> Place:
    """Where somebody with this account ("telegram:7") is alone with us, at any time."""
    platform, _, chat = account.partition(":")
    return Place(platform, chat)


@dataclass(frozen=True, slots=True)
class Reminding:
    """How somebody wants to be reminded; all times are minutes of their own day.

    `days` are the RRULE's ("MO,WE"), "" for no reminders; `deadlines`: told the day before
    something is due. From `quiet_from` to `quiet_to` they are left in peace, and until `snoozed`.
    Reminders go to `place`.
    """

    days: str = ""
    at: int = 18 * 60
    quiet_from: int = 22 * 60
    quiet_to: int = 7 * 60
    deadlines: bool = False
    snoozed: datetime | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a learner told us about themselves; `course` is the one they are in now.

    `consent`: a model may word what personas say to them, on the terms with the name `asked`.
    `hidden`: others do not see them on any board.
    """

    alias: str = ""
    zone: str = "UTC"
    language: str = "en"
    consent: bool = False
    course: str = ""
    asked: str = ""
    hidden: bool = False
    reminding: Reminding = Reminding()


@dataclass(frozen=True, slots=True, order=True)
class Role:
    """A right beyond that of every learner; `cohort` limits an instructor to one cohort.

    An administrator runs the server or group in which an event happened, and only for that event.
    """

    name: Literal["operator", "administrator", "instructor"]
    cohort: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """At most so much of a model's work in a period; 0 stands for no limit.

    `whose` is "learner" (each their own), "service" (everybody together) or "cohort:ID" (all its
    members together); `cost` is in billionths of a dollar.
    """

    whose: str
    per: Literal["day", "month"]
    tokens: int = 0
    cost: int = 0

    def scope(self, learner: str) -> str:
        """What is counted under: "learner:7/day", "service/month"."""
        name = f"{self.whose}:{learner}" if self.whose == "learner" else self.whose
        return f"{name}/{self.per}"

    def period(self, at: datetime) -> str:
        """The day or month (UTC) in which `at` lies: "2026-01-05", "2026-01"."""
        day = at.astimezone(UTC).date().isoformat()
        return day if self.per == "day" else day[:7]


@dataclass(frozen=True, slots=True)
class Terms:
    """What learners are told of their talks: how many days we keep them, and of the model.

    `company` runs it and keeps what it is sent for `days` at most; "" where there is no model.
    """

    kept: int = 180
    company: str = ""
    days: int = 0
    budgets: tuple[Budget, ...] = ()

    @property
    def name(self) -> str:
        """Changes with all that somebody agreed to, so that they are asked anew."""
        told = f"{self.company}, {self.days} days there and {self.kept} here"
        return told if self.company else ""
