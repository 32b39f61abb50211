"""Questions to the store about groups, and the rows that answer them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.conversation.cohorts import Override
from bot.conversation.people import Place, Reminding


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Which cohorts have these ids? Answer: Cohort rows, by title."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtPlace:
    """Which cohorts are at home in a place, or in the chat it is part of? Answer: Cohort rows."""

    place: Place


@dataclass(frozen=True, slots=True)
class EveryCohort:
    """Which cohorts are there? Answer: Cohort rows, by title, archived ones last."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Where does a code lead? Answer: a Code, or nothing."""

    code: str


@dataclass(frozen=True, slots=True)
class Guesses:
    """How often did this learner try a wrong code since a time? Answer: one Count."""

    learner: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Named:
    """Who else is called so on boards, in whatever case? Answer: a Count of the others."""

    alias: str
    learner: str


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is in a cohort? Answer: Member rows, by alias."""

    cohort: str


@dataclass(frozen=True, slots=True)
class Staff:
    """Who are a cohort's instructors? Answer: Member rows."""

    cohort: str


@dataclass(frozen=True, slots=True)
class Map:
    """Where does each member stand in each unit of the cohort's course? Answer: Stand rows."""

    cohort: str


@dataclass(frozen=True, slots=True)
class Replies:
    """Every answer of a cohort's members in its course, or to one item (under any unit).

    Answer: Reply rows in the order of time.
    """

    cohort: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """A board: "course:ID" or "cohort:ID", for a "week", a "month" or "all" time, at a time.

    Answer: Standing rows by rank: the first ten that are shown, and `learner` (also where they are
    hidden or have no points) with two neighbours on either side.
    """

    board: str
    span: Literal["week", "month", "all"]
    learner: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Links:
    """Which learners point to this one, and which one do they point to? Answer: Link rows."""

    learner: str


@dataclass(frozen=True, slots=True)
class Rounds:
    """The rounds with these ids; or, of a cohort, those that are open and those of its past.

    Answer: Round rows, the newest first.
    """

    cohort: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Votes:
    """What was answered in a round? Answer: Vote rows."""

    round: str


@dataclass(frozen=True, slots=True)
class Certificates:
    """The certificates of a learner (under any of their accounts), the one with a code, or those of
    all members of a cohort. Answer: Certificate rows.
    """

    learner: str = ""
    code: str = ""
    cohort: str = ""


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of a text, which nobody can make without this bot's key.

    Answer: one Kept whose body is 32 hex digits of HMAC-SHA256.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """What a code leads to: see Invited."""

    code: str
    what: Literal["learner", "instructor", "link"]
    of: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many."""

    n: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a cohort, or one of its instructors. `place` is where they can be reached alone,
    None where they blocked us; `seen` is when they last did something in the cohort's course,
    `nudged` when an instructor last encouraged them.
    """

    learner: str
    alias: str
    joined: datetime
    zone: str = "UTC"
    language: str = "en"
    hidden: bool = False
    reminding: Reminding = Reminding()
    place: Place | None = None
    seen: datetime | None = None
    overrides: tuple[Override, ...] = ()
    nudged: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a member stands in a unit: as Visit, with when it was done first, if it was."""

    learner: str
    unit: str
    attempts: int = 0
    done: bool = False
    first: int = 0
    best: int = 0
    out_of: int = 0
    points: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of a member's. `seconds` passed since what they did before it in that unit, None
    where that is not known.
    """

    learner: str
    unit: str
    item: str
    options: tuple[str, ...]
    right: bool
    attempt: int
    wording: str
    misconception: str
    points: int
    at: datetime
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One place on a board: equal points share a rank. `of` are all who are shown there."""

    rank: int
    learner: str
    alias: str
    points: int
    of: int


@dataclass(frozen=True, slots=True)
class Link:
    """`learner` points to `into` since `at`."""

    learner: str
    into: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Vote:
    """A member's newest answer to a question of a round. `before`: they were paid for this item in
    a round before.
    """

    learner: str
    alias: str
    hidden: bool
    number: int
    option: str
    right: bool
    before: bool = False


@dataclass(frozen=True, slots=True)
class Certificate:
    """See Certified; `withdrawn` is why it is not valid any more, "" while it is."""

    code: str
    learner: str
    course: str
    unit: str
    name: str
    title: str
    score: int
    out_of: int
    at: datetime
    withdrawn: str = ""
