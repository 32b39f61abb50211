"""Questions to the store, the only way to read, and the rows that answer them."""

from dataclasses import dataclass
from datetime import datetime

from bot.conversation.cohorts import Cohort, Round
from bot.conversation.group_looks import (
    AtPlace,
    Board,
    Certificate,
    Certificates,
    Code,
    Cohorts,
    Count,
    EveryCohort,
    Guesses,
    Invitation,
    Link,
    Links,
    Map,
    Member,
    Named,
    Replies,
    Reply,
    Roster,
    Rounds,
    Seal,
    Staff,
    Stand,
    Standing,
    Vote,
    Votes,
)
from bot.conversation.people import Budget
from bot.conversation.records import Talked
from bot.conversation.sessions import State


@dataclass(frozen=True, slots=True)
class Visited:
    """Where does this learner stand in one unit? Answer: a Visit for each of its names."""

    learner: str
    course: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """Where does this learner stand in the whole course? Answer: a Visit for each unit opened."""

    learner: str
    course: str


@dataclass(frozen=True, slots=True)
class Everything:
    """All that is kept about a learner. Answer: Kept rows."""

    learner: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Which items of a unit, under any of its names, has this learner answered before?

    Answer: SeenItem rows.
    """

    learner: str
    course: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worded:
    """How were items worded that have been edited since? Answer: Kept rows with their JSON."""

    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reload:
    """Is the content on disk sound? If so the shell teaches from it. Answer: Kept rows, a fault
    each; none when the new content is in use.
    """


@dataclass(frozen=True, slots=True)
class Missed:
    """Which items has this learner answered wrongly? Answer: MissedItem rows, commonest first."""

    learner: str
    course: str


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said in one attempt at a lab, under any of its names? Answer: Talked rows."""

    learner: str
    course: str
    units: tuple[str, ...]
    attempt: int


@dataclass(frozen=True, slots=True)
class Spending:
    """What was spent of these budgets at a time? Answer: Spent rows, in their order."""

    learner: str
    budgets: tuple[Budget, ...]
    at: datetime


Look = (
    Visited
    | Done
    | Everything
    | Seen
    | Worded
    | Reload
    | Missed
    | Talk
    | Spending
    | Cohorts
    | AtPlace
    | EveryCohort
    | Invitation
    | Guesses
    | Named
    | Roster
    | Staff
    | Map
    | Replies
    | Board
    | Links
    | Rounds
    | Votes
    | Certificates
    | Seal
)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a learner did in a unit: attempts begun, first and best completed score."""

    unit: str
    attempts: int = 0
    done: bool = False
    first: int = 0
    best: int = 0
    out_of: int = 0
    points: int = 0
    parked: State | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """One stored row about a learner: the table it stands in and the row as JSON."""

    table: str
    body: str


@dataclass(frozen=True, slots=True)
class SeenItem:
    """An item that was answered before, and whether the last answer was right."""

    item: str
    right: bool


@dataclass(frozen=True, slots=True)
class MissedItem:
    """An item that was answered wrongly, by an option of this misconception, "" for none."""

    item: str
    misconception: str


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent in a period: tokens of every kind, and billionths of a dollar."""

    tokens: int = 0
    cost: int = 0


Rows = (
    tuple[Visit, ...]
    | tuple[Kept, ...]
    | tuple[SeenItem, ...]
    | tuple[MissedItem, ...]
    | tuple[Talked, ...]
    | tuple[Spent, ...]
    | tuple[Cohort, ...]
    | tuple[Code, ...]
    | tuple[Count, ...]
    | tuple[Member, ...]
    | tuple[Stand, ...]
    | tuple[Reply, ...]
    | tuple[Standing, ...]
    | tuple[Link, ...]
    | tuple[Round, ...]
    | tuple[Vote, ...]
    | tuple[Certificate, ...]
)
