"""What happened: the only way to write."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.conversation.group_records import (
    Allowed,
    Appointed,
    Arranged,
    Asked,
    Certified,
    Guessed,
    Invited,
    Joined,
    Left,
    Linked,
    Nudged,
    Regraded,
    Reported,
    Told,
    Uninvited,
    Voted,
    Withdrawn,
    Won,
)
from bot.conversation.people import Place, Profile
from bot.conversation.sessions import State


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do at a time: a row of the store. `rule` is an RFC 5545 RRULE, "" for once.

    `due` is UTC; `zone` is where the rule's days and hours are counted.
    """

    id: str
    subject: str
    course: str
    place: Place
    due: datetime
    rule: str = ""
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Opened:
    """A unit was entered; `attempt` counts from 1 and grows with each retake."""

    unit: str
    attempt: int = 1
    kind: Literal["opened"] = "opened"


@dataclass(frozen=True, slots=True)
class Parked:
    """A unit was left for another; `state` is where it goes on."""

    unit: str
    state: State
    kind: Literal["parked"] = "parked"


@dataclass(frozen=True, slots=True)
class Answered:
    """An item was answered in the wording with this hash."""

    unit: str
    item: str
    options: tuple[str, ...]
    right: bool
    attempt: int
    wording: str
    misconception: str = ""
    points: int = 0
    kind: Literal["answered"] = "answered"


@dataclass(frozen=True, slots=True)
class Completed:
    """A unit was finished. `score` of `out_of` items were right; 0 of 0 for what has none.

    It is done with that, unless it was an exam that was not `passed`.
    """

    unit: str
    attempt: int = 1
    score: int = 0
    out_of: int = 0
    points: int = 0
    passed: bool = True
    kind: Literal["completed"] = "completed"


@dataclass(frozen=True, slots=True)
class Talked:
    """One line of a lab and its reply: the learner's own, shown to nobody unless they share it.

    `said` is "" for words in distress, which are never kept; `reply` is what the persona said,
    `moves` are what the tutor chose. `note` is what a model was told, where it worded the reply;
    `refused`: one did not want to, so it is not shown these words again.
    """

    unit: str
    attempt: int
    said: str
    reply: str
    counted: bool
    moves: tuple[str, ...]
    note: str = ""
    refused: bool = False
    kind: Literal["talked"] = "talked"


@dataclass(frozen=True, slots=True)
class Streaked:
    """A day was counted for the streak: the learner's own `day`, and the days in a row now."""

    day: str
    length: int
    points: int = 0
    kind: Literal["streaked"] = "streaked"


@dataclass(frozen=True, slots=True)
class Changed:
    """The learner's profile is now this."""

    profile: Profile
    kind: Literal["changed"] = "changed"


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A job was set, or set anew under the same id."""

    job: Job
    kind: Literal["scheduled"] = "scheduled"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A job was taken back; one that runs at this moment stays cancelled."""

    job: str
    kind: Literal["cancelled"] = "cancelled"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Everything about the learner goes, this record too."""

    kind: Literal["forgotten"] = "forgotten"


Record = (
    Opened
    | Parked
    | Answered
    | Completed
    | Talked
    | Streaked
    | Changed
    | Scheduled
    | Cancelled
    | Forgotten
    | Arranged
    | Invited
    | Uninvited
    | Guessed
    | Joined
    | Left
    | Appointed
    | Allowed
    | Linked
    | Asked
    | Voted
    | Won
    | Regraded
    | Certified
    | Withdrawn
    | Reported
    | Nudged
    | Told
)


def subject(record: Record, learner: str) -> str:
    """Whom a record is about: it is kept under that name. `learner` caused the event."""
    match record:
        case Arranged(cohort):
            return cohort.id
        case Asked(round_):
            return round_.cohort
        case Told(cohort_id):
            return cohort_id
        case Left() | Appointed() | Allowed() | Linked() | Won() | Regraded() | Withdrawn():
            return record.learner
        case Nudged():
            return record.learner
        case _:
            return learner
