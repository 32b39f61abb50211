"""What comes in, and what one event leads to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.conversation.cohorts import Membership
from bot.conversation.looks import Look, Rows
from bot.conversation.messages import Message
from bot.conversation.people import Place, Profile, Role, Terms
from bot.conversation.records import Job, Record
from bot.conversation.sessions import Session


@dataclass(frozen=True, slots=True)
class Caller:
    """Who caused an event, as the runner found them: never a platform account.

    `direct` is where they are alone with us at any time; `among` the place they share with others
    where they did it, None in a private chat. `cohorts` are those they are in; `access`: whether
    strangers to every cohort may learn. `luck` is drawn anew for each event (hex digits): the only
    chance that the core knows. `doors` are the ways in by platform, each with {code} for a code.
    """

    learner: str
    place: Place
    roles: frozenset[Role] = frozenset()
    profile: Profile = Profile()
    terms: Terms = Terms()
    direct: Place | None = None
    among: Place | None = None
    cohorts: tuple[Membership, ...] = ()
    access: Literal["open", "cohort"] = "open"
    luck: str = ""
    doors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """Words, as somebody wrote them."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button was pressed; `key` is the text of its Key."""

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


@dataclass(frozen=True, slots=True)
class Unsent:
    """Nobody knows whether a post of a cohort arrived: we were stopped while it was sent."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Shut:
    """Nothing can be posted in a place any more: we were shut out, or it is gone."""

    place: Place


What = Said | Pressed | Commanded | Replied | Failed | Woke | Unsent | Shut


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
    platform's own reference of the message whose button was pressed, "" otherwise. `among` is the
    place shared with others where it happened, if it was one; `administers`: who did it runs that
    place.
    """

    id: str
    account: str
    place: Place
    what: Said | Pressed | Commanded
    reply_to: str = ""
    among: Place | None = None
    administers: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """A place is another one now; `to` None: it can no longer be reached, and `why`.

    A place without a topic stands for all its topics.
    """

    place: Place
    to: Place | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """The store's answer to a Look; `of` is the event that asked, or the answer before."""

    look: Look
    rows: Rows
    of: "Event | Known"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one event leads to. `session` None means that there is nothing left to remember.

    `go` is a flow's word to the engine that this unit is done with, so that the next one opens; no
    Turn leaves the engine with it. `about` is the course that the records are about, "" for that of
    the session.
    """

    session: Session | None
    messages: tuple[Message, ...] = ()
    records: tuple[Record, ...] = ()
    go: bool = False
    about: str = ""
