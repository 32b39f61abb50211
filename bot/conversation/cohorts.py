"""Groups that learn together: a cohort, its dates and posts, and the questions it is asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.conversation.people import Budget, Place

Kind = Literal["leaderboard", "digest", "announcement", "question", "report"]
"""What is posted by the clock; a report goes to the instructors alone."""


@dataclass(frozen=True, slots=True)
class Dated:
    """When a module opens and is due: local times of the cohort's zone as "2026-12-01T09:00".

    They are kept as written, so that 9 o'clock stays 9 o'clock whatever becomes of the zone's
    rules; "" for no date.
    """

    module: str
    opens: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """Something that is posted by the clock, as often as `rule` (RFC 5545) says; "" for once.

    `number` is its name within the cohort; `first` its first time as a local one; `said` is how
    the instructor wrote the times; `words` is the text of an announcement, or the item of a
    question ("" for one that was not asked yet). `by` is the instructor who set it.
    """

    number: int
    kind: Kind
    first: str
    rule: str
    said: str
    place: Place
    words: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Cohort:
    """A group in one course. Its dates and posts are counted in `zone`.

    `state`: a closed one takes nobody in, an archived one is only looked at. `board`: everybody's
    places, one's own neighbours alone, or none. `place` is where it is at home, so that commands
    there need no name and posts go there. `cost` is the most that a month of its labs may take of
    a model, in billionths of a dollar, 0 for no limit of its own. `version` grows with each change;
    `changed`, `changed_by` and `changed_at` tell the other instructors of the last one.
    """

    id: str
    course: str
    title: str
    zone: str
    state: Literal["open", "closed", "archived"] = "open"
    board: Literal["all", "near", "off"] = "all"
    place: Place | None = None
    dates: tuple[Dated, ...] = ()
    posts: tuple[Post, ...] = ()
    cost: int = 0
    code: str = ""
    version: int = 1
    changed: str = ""
    changed_by: str = ""
    changed_at: datetime | None = None

    @property
    def budget(self) -> Budget:
        """What its members' labs may take together in a month; counted also without a limit."""
        return Budget(f"cohort:{self.id}", "month", cost=self.cost)

    def dated(self, module: str) -> Dated:
        """The dates of a module, which may be none."""
        return next((each for each in self.dates if each.module == module), Dated(module))


@dataclass(frozen=True, slots=True)
class Override:
    """An exception that an instructor made for one learner; `number` is its name among theirs.

    "time": a module is due later, at `until` (local, as in Dated); "attempt": an exam may be begun
    again at once, as attempt `attempt`; "unlock": a unit is open; "excuse": a unit counts as done.
    """

    number: int
    kind: Literal["time", "attempt", "unlock", "excuse"]
    unit: str
    by: str
    at: datetime
    until: str = ""
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class Membership:
    """A cohort that somebody is in, and what was allowed to them there."""

    cohort: Cohort
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """Questions to a cohort: one for a week, or several for a few minutes.

    `items` are asked in the wording (hash) that each had when it was posted.
    """

    id: str
    cohort: str
    course: str
    kind: Literal["week", "round"]
    items: tuple[tuple[str, str], ...]
    place: Place
    opened: datetime
    closes: datetime
    closed: bool = False
