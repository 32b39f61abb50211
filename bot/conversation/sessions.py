"""Where a learner is: all that is remembered of a conversation between two turns."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.conversation.messages import Choice
from bot.conversation.people import Place


@dataclass(frozen=True, slots=True)
class AtHome:
    """No unit is open."""

    kind: Literal["home"] = "home"


@dataclass(frozen=True, slots=True)
class Reading:
    """A lesson is open at `card`, counted from 0; `done` once its last card was shown."""

    card: int
    done: bool = False
    kind: Literal["reading"] = "reading"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer of this attempt."""

    item: str
    options: tuple[str, ...]
    right: bool


@dataclass(frozen=True, slots=True)
class Quizzing:
    """A quiz is open at `item` ("" when every item is answered), shown in the wording `shown`.

    `first` is the score of the first attempt, out of `first_of`; None while that one is going on.
    """

    attempt: int
    item: str = ""
    shown: str = ""
    given: tuple[Given, ...] = ()
    first: int | None = None
    first_of: int = 0
    kind: Literal["quizzing"] = "quizzing"


@dataclass(frozen=True, slots=True)
class Talking:
    """A lab is open: what its tutor remembers of the talk.

    `turn` counts the learner's lines, `counted` those that were exchanges. `focus` is the idea
    that is being asked for, `rungs` how far each idea's ladder was climbed. `shown` ideas were
    shown by the learner, `told` ones were explained; `checked` ones had their closed question,
    `contrasted` ones their "Are you saying …?", with the wrong statement `against` beside it.
    `open` is what a reply answers; `said` and `heard` are there to know a repeat and an echo;
    `finished` once the lab was, at this attempt or before, so that it pays points once.
    "consent" is open before the talk, where a model could word it; `briefed` once one was told what
    this learner finds hard; `alone` is why the tutor last had to do without, told once.
    """

    attempt: int
    turn: int = 0
    counted: int = 0
    focus: str = ""
    rungs: tuple[tuple[str, int], ...] = ()
    shown: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()
    contrasted: tuple[str, ...] = ()
    against: int = 0
    open: Literal["consent", "words", "confirm", "check", "transfer", "summary", "over"] = "words"
    said: tuple[str, ...] = ()
    heard: str = ""
    explained: bool = False
    finished: bool = False
    asked_twice: bool = False
    briefed: bool = False
    alone: str = ""
    kind: Literal["talking"] = "talking"


@dataclass(frozen=True, slots=True)
class Sitting:
    """An exam is open: `asked` are its items with the wording each had when the attempt began.

    They are chosen once, so that no leaving, restarting or editing changes an attempt. `asked` is
    empty before it begins; `needed` of them must be right to pass; `ended` is when the last one
    was answered.
    """

    attempt: int
    asked: tuple[tuple[str, str], ...] = ()
    needed: int = 0
    given: tuple[Given, ...] = ()
    ended: datetime | None = None
    passed: bool = False
    kind: Literal["sitting"] = "sitting"


State = AtHome | Reading | Quizzing | Talking | Sitting


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row with something learned: `length` up to the one counted `at`, in `zone`.

    `frozen` are the weeks (year, number) in which a missed day was forgiven; `points` were earned
    for days so far.
    """

    length: int = 0
    points: int = 0
    at: datetime | None = None
    zone: str = "UTC"
    frozen: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A model is to word the tutor's reply to `said`; awaited by a session.

    Nothing else of the session changes meanwhile, so that whatever fails, the tutor can reply to
    the same words. `move` names the tutor's moves, `note` tells the model what they are; `again`
    once it was asked again after a restart.
    """

    id: str
    place: Place
    unit: str
    move: str
    said: str = ""
    note: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """The open unit of one subject (a learner or a cohort) in one course. Never the past.

    `turn` counts the prompts, so that a key made for an older one is told apart; `last` is the
    key of the newest press that counted; `offered` are the newest choices, for somebody who
    types a letter; `ahead` are the units that followed in the module, for when this one is gone;
    `reminded` counts the reminders since the learner was last here.
    """

    subject: str
    course: str
    unit: str = ""
    state: State = field(default_factory=AtHome)
    turn: int = 0
    last: str = ""
    offered: tuple[Choice, ...] = ()
    ahead: tuple[str, ...] = ()
    waiting: Ask | None = None
    streak: Streak = Streak()
    reminded: int = 0
