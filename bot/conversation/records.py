"""What happened: the only way to write."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.conversation.cohorts import Cohort, Override, Round
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


# -- cohorts. `learner` names whom a record is about where that is not who caused the event; it is
# -- kept under them, and gone with them.


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
