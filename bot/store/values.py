"""What crosses the border of the store besides the nouns of the conversation."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.conversation import (
    Job,
    Membership,
    Message,
    Place,
    Profile,
    Record,
    Role,
    Session,
    Tokens,
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """The newest message with choices in a course: where it stands, and what it is called there."""

    place: Place
    ref: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """All that a turn needs to know of a subject. Sessions and prompts are by course.

    `known`: the event that was asked about was committed before; `exists`: this learner was not
    forgotten meanwhile, or this is a cohort (`group`).
    """

    profile: Profile = field(default_factory=Profile)
    roles: frozenset[Role] = frozenset()
    sessions: dict[str, Session] = field(default_factory=dict)
    prompts: dict[str, Prompt] = field(default_factory=dict)
    cohorts: tuple[Membership, ...] = ()
    known: bool = False
    exists: bool = False
    group: bool = False


@dataclass(frozen=True, slots=True)
class Commit:
    """One turn, as it is written: all of it or nothing.

    `session` None takes the session away; with `keep` it is left as it is. `slot` is the job that
    woke; its row moves to `next_due`, or goes where that is None, unless it was changed or
    cancelled meanwhile. `about` is the course that the records are about, "" for `course`.
    """

    event: str
    at: datetime
    learner: str
    course: str
    place: Place
    reply_to: str
    session: Session | None
    records: tuple[Record, ...]
    messages: tuple[Message, ...]
    keep: bool = False
    about: str = ""
    slot: Job | None = None
    next_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A question to a model, before it is asked: who pays, for what, and the most it can take."""

    learner: str
    course: str
    unit: str
    model: str
    at: datetime
    tokens: int
    cost: int


@dataclass(frozen=True, slots=True)
class Bill:
    """What became of a call. `tokens` None: nobody knows what it took, since no word came back.

    `failed`: it led to no reply that could be shown; `opening`: nothing was asked in its talk
    before; `given_up`: the learner, or the program, did not wait for it.
    """

    tokens: Tokens | None
    cost: int = 0
    failed: bool = False
    opening: bool = False
    given_up: bool = False


@dataclass(frozen=True, slots=True)
class Used:
    """What all learners used together in a lab and a month, by a model.

    `unknown` calls ended without a word of what they took; they are charged at their worst.
    """

    month: str
    course: str
    unit: str
    model: str
    talks: int
    calls: int
    failed: int
    fresh: int
    written: int
    cached: int
    answer: int
    unknown: int
    cost: int
