"""The nouns: everything that crosses a border in Syllabot, as frozen values.

What happens comes in as an `Event`; what the core wants comes out as a `Turn` (or a `Look`, a
question to the store that the runner answers before it steps again). Between two turns all that
is remembered about a conversation is its `Session`. Nothing here does anything, and nothing here
imports anything of ours.

Two shapes differ from a first sketch on purpose: an event is one envelope (`at`, `by`) around what
happened, so that an adapter, which knows an account and no learner, fills the inner value alone;
and every Look names its learner, so that whoever answers it need not guess.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar, Literal

KEY_BYTES = 64
"""Telegram's limit for callback_data, the tightest of the platforms (Discord allows 100)."""


# -- who and where ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message is read: a value that can be stored and compared.

    `private` is False where other people can read along; nothing personal is sent there.
    """

    platform: str
    chat: str
    topic: str = ""
    private: bool = True


@dataclass(frozen=True, slots=True)
class Profile:
    """What a learner told us about themselves; `course` is the one they are in now.

    `consent`: a model may word what personas say to them, on the terms with the name `asked`.
    """

    alias: str = ""
    zone: str = "UTC"
    language: str = "en"
    consent: bool = False
    course: str = ""
    asked: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Role:
    """A right beyond that of every learner; `cohort` limits an instructor to one cohort."""

    name: Literal["operator", "administrator", "instructor"]
    cohort: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """At most so much of a model's work in a period; 0 stands for no limit.

    `whose` is "learner" (each their own) or "service" (everybody together); `cost` is in billionths
    of a dollar.
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


@dataclass(frozen=True, slots=True)
class Caller:
    """Who caused an event, as the runner found them: never a platform account."""

    learner: str
    place: Place
    roles: frozenset[Role] = frozenset()
    profile: Profile = Profile()
    terms: Terms = Terms()


# -- what comes in ---------------------------------------------------------------------------


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
class Said:
    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    key: str


@dataclass(frozen=True, slots=True)
class Commanded:
    """A command by its bare name ("start", not "/start") and the rest of the line."""

    name: str
    args: str = ""


@dataclass(frozen=True, slots=True)
class Replied:
    """A model's answer to the `Ask` with this id; `second` where the first one refused."""

    ask: str
    text: str
    second: bool = False


Reason = Literal["budget", "slow", "busy", "lost", "refused", "unfit", "stopped", "other"]
"""Why a model worded no reply: each has a sentence for the learner."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The `Ask` with this id got no usable answer, and why: a `Reason`; others count as "other"."""

    ask: str
    reason: str


@dataclass(frozen=True, slots=True)
class Woke:
    """A job's time came."""

    job: Job


What = Said | Pressed | Commanded | Replied | Failed | Woke


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened at a UTC time, caused by somebody."""

    at: datetime
    by: Caller
    what: What


@dataclass(frozen=True, slots=True)
class Inbound:
    """What an adapter hands to the runner: an account and a deed, no learner and no time.

    `id` is unique for ever across platforms; a known one commits nothing. `reply_to` is the
    platform's own reference of the message whose button was pressed, "" otherwise.
    """

    id: str
    account: str
    place: Place
    what: Said | Pressed | Commanded
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A place is another one now; `to` None: it can no longer be reached, and `why`.

    A place without a topic stands for all its topics.
    """

    place: Place
    to: Place | None
    why: str = ""


# -- what goes out ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    """What a button means, in at most 64 bytes of "what.attempt.turn.course".

    `what` is an item with an option ("m1-l1-q1-c"), a unit to open ("m1-l1") or a verb ("next");
    `turn` is the turn of the session in which it was shown. It never says which answer is right.
    """

    what: str
    course: str
    attempt: int = 0
    turn: int = 0

    def __str__(self) -> str:
        return f"{self.what}.{self.attempt}.{self.turn}.{self.course}"

    @classmethod
    def parse(cls, text: str) -> "Key | None":
        """The key that `text` spells, or None when it was not made by us."""
        parts = text.split(".")
        if len(parts) != 4 or len(text) > KEY_BYTES or not text.isascii() or not parts[0]:
            return None
        what, attempt, turn, course = parts
        if not (attempt.isdecimal() and turn.isdecimal()):
            return None
        return cls(what, course, int(attempt), int(turn))


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: `key` is the text of a Key, `label` what the learner reads (at most 80).

    `aside`: shown where others read along, it leads whoever presses it to a private chat.
    """

    key: str
    label: str
    aside: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A picture or a document. `alt` says what it shows to somebody who cannot see it.

    The course holds its own files by `hash` (sha256, hex); bytes that were made for one learner
    (an export) travel in `data`, so that they are gone when the message is.
    """

    __pydantic_config__: ClassVar = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}

    name: str
    alt: str
    hash: str
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Message:
    """One message in the Markdown subset of the course.

    `write`: words are expected, and this is the hint for them; `to`: a place other than who
    asked (a post); `page`: takes the place of the message whose button was pressed; `speaker`:
    a persona's name, and `role` what they are; `chosen`: what was pressed, in words that are left
    in place of the buttons.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    write: str = ""
    files: tuple[File, ...] = ()
    to: Place | None = None
    page: bool = False
    speaker: str = ""
    role: str = ""
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that waits to be sent. `learner` is "" for the goodbye after /forget.

    `id` is its own for ever, so that a platform can tell that it comes twice; below 0 for one that
    is not kept. `reply_to` is the reference of the message whose button was pressed: it is
    settled. `post`: it goes to another place than the one where the event came from. `event` is
    what it answers, "" after a restart.
    """

    id: int
    learner: str
    course: str
    place: Place
    message: Message
    reply_to: str = ""
    post: bool = False
    event: str = field(default="", compare=False)


def pick(choices: Iterable[Choice], text: str, *, places: bool = True) -> Choice | None:
    """The choice somebody means by typing its number, letter, label or verb; else None.

    Without `places` a letter is not the place of a choice.
    """
    offered = tuple(choices)
    word = text.strip().strip("[]().").casefold()
    by_label = [c for c in offered if c.label.casefold() == word]
    if len(by_label) == 1:
        return by_label[0]
    by_verb = [c for c in offered if word and c.key.partition(".")[0] == word]
    if by_verb:
        return by_verb[0]
    if word.isascii() and word.isdecimal() and len(word) <= 2:
        place = int(word) - 1
    elif places and len(word) == 1 and "a" <= word <= "z":
        place = ord(word) - ord("a")
    else:
        return None
    return offered[place] if 0 <= place < len(offered) else None


# -- where a learner is ----------------------------------------------------------------------


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
    types a letter; `ahead` are the units that followed in the module, for when this one is gone.
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


# -- what happened: the only way to write ----------------------------------------------------


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
)


# -- questions to the store: the only way to read --------------------------------------------


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
    """Which items has this learner answered wrongly? Answer: MissedItem rows."""

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


Look = Visited | Done | Everything | Seen | Worded | Reload | Missed | Talk | Spending


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
    """How often an item was answered, and whether the last answer was right."""

    item: str
    times: int
    right: bool


@dataclass(frozen=True, slots=True)
class MissedItem:
    """How often an item was answered wrongly by an option of this misconception, "" for none."""

    item: str
    misconception: str
    times: int


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
)


@dataclass(frozen=True, slots=True)
class Known:
    """The store's answer to a Look; `of` is the event that asked, or the answer before."""

    look: Look
    rows: Rows
    of: "Event | Known"


# -- what one event leads to -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Go:
    """This unit is done with: open `unit`, or the next one where it is empty."""

    unit: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one event leads to. `session` None means that there is nothing left to remember.

    `go` is a flow's word to the engine; no Turn leaves the engine with it.
    """

    session: Session | None
    messages: tuple[Message, ...] = ()
    records: tuple[Record, ...] = ()
    go: Go | None = None


# -- what a model is asked -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Speech:
    """One part of a talk: a learner's words, a note of the tutor's on them, a persona's reply."""

    by: Literal["learner", "note", "persona"]
    text: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one question to a model took: `fresh` words read anew, `written` to its cache for five
    minutes, `kept` there for an hour, `cached` ones read from it, and the `answer`.
    """

    fresh: int = 0
    written: int = 0
    kept: int = 0
    cached: int = 0
    answer: int = 0

    @property
    def total(self) -> int:
        return self.fresh + self.written + self.kept + self.cached + self.answer


@dataclass(frozen=True, slots=True)
class Brief:
    """What a model is told, in the order in which it can be kept in a cache.

    `rules` are the same in every lab, `lab` for every learner; `talk` only grows at its end.
    """

    rules: str
    lab: str
    talk: tuple[Speech, ...]
