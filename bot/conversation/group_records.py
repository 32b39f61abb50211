"""What happened in groups.

`learner` names whom a record is about where that is not who caused the event; it is kept under
them, and gone with them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.conversation.cohorts import Cohort, Override, Round


@dataclass(frozen=True, slots=True)
class Arranged:
    """A cohort is now this. It follows on the version before, else nothing is written at all; its
    course and its zone stay what they were.
    """

    cohort: Cohort
    by: str
    kind: Literal["arranged"] = "arranged"


@dataclass(frozen=True, slots=True)
class Invited:
    """A code was made that leads into a cohort, makes a co-instructor, or links an account.

    `of` is the cohort or the learner; from `until` on it leads nowhere. A "link" or "instructor"
    code is used up by its first use.
    """

    code: str
    what: Literal["learner", "instructor", "link"]
    of: str
    until: datetime | None = None
    kind: Literal["invited"] = "invited"


@dataclass(frozen=True, slots=True)
class Uninvited:
    """A code leads nowhere any more."""

    code: str
    kind: Literal["uninvited"] = "uninvited"


@dataclass(frozen=True, slots=True)
class Guessed:
    """A code was tried that leads nowhere."""

    kind: Literal["guessed"] = "guessed"


@dataclass(frozen=True, slots=True)
class Joined:
    """The learner is in this cohort now."""

    cohort: str
    kind: Literal["joined"] = "joined"


@dataclass(frozen=True, slots=True)
class Left:
    """A learner is in this cohort no more; `by` is the instructor who took them out, if one did."""

    cohort: str
    learner: str
    by: str = ""
    kind: Literal["left"] = "left"


@dataclass(frozen=True, slots=True)
class Appointed:
    """A learner is an instructor of this cohort now; `ended`: no more."""

    cohort: str
    learner: str
    ended: bool = False
    kind: Literal["appointed"] = "appointed"


@dataclass(frozen=True, slots=True)
class Allowed:
    """An exception was made for a learner; `undone`: it was taken back."""

    cohort: str
    learner: str
    override: Override
    undone: bool = False
    kind: Literal["allowed"] = "allowed"


@dataclass(frozen=True, slots=True)
class Linked:
    """The learner's accounts are those of `into` from now on; `ended`: they are their own again.

    No row moves: `learner` points to `into`.
    """

    learner: str
    into: str
    ended: bool = False
    kind: Literal["linked"] = "linked"


@dataclass(frozen=True, slots=True)
class Asked:
    """A round of questions was posted; or, once it is `closed`, it takes no answers any more."""

    round: Round
    kind: Literal["asked"] = "asked"


@dataclass(frozen=True, slots=True)
class Voted:
    """A question of a round was answered, or answered anew before it closed."""

    round: str
    number: int
    option: str
    right: bool
    kind: Literal["voted"] = "voted"


@dataclass(frozen=True, slots=True)
class Won:
    """A learner's answer in a round was right, which pays `points` once it is closed."""

    learner: str
    round: str
    item: str
    points: int = 0
    kind: Literal["won"] = "won"


@dataclass(frozen=True, slots=True)
class Regraded:
    """A learner's answers to an item were marked anew, since its key was wrong.

    `first`, `best` and `passed` are what their row of the unit is from now on (`first` None where
    no first attempt is complete); `points` are added to it and may be below 0. `answers` are the
    attempts whose mark changed, with the mark that each has now.
    """

    learner: str
    unit: str
    item: str
    answers: tuple[tuple[int, bool], ...]
    first: int | None
    best: int
    passed: bool
    points: int
    wording: str
    by: str
    kind: Literal["regraded"] = "regraded"


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate was given for a unit, or for the whole course where `unit` is "".

    `title` is what it is for, as it was called then; `score` of `out_of` in an exam.
    """

    code: str
    unit: str
    name: str
    title: str
    score: int = 0
    out_of: int = 0
    kind: Literal["certified"] = "certified"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A certificate is not valid any more, and why."""

    learner: str
    code: str
    why: str
    kind: Literal["withdrawn"] = "withdrawn"


@dataclass(frozen=True, slots=True)
class Reported:
    """Somebody says that something is wrong with a question, in the wording they saw."""

    unit: str
    item: str
    wording: str
    why: str
    words: str = ""
    kind: Literal["reported"] = "reported"


@dataclass(frozen=True, slots=True)
class Nudged:
    """An instructor's encouragement was sent to a learner."""

    cohort: str
    learner: str
    by: str
    kind: Literal["nudged"] = "nudged"


@dataclass(frozen=True, slots=True)
class Told:
    """A cohort's members or instructors were told something by the clock; `what` names it."""

    cohort: str
    what: str
    kind: Literal["told"] = "told"
