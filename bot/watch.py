"""What an operator may know of the turns that go on: a name for each, and what there is to count.

The turn that is being taken is a context variable, so that each line of the log can say which one
it comes of, also in tasks that the turn began. A `Watch` names and times, and counts nothing;
`bot.metrics` counts. Neither is ever told who somebody is or what they wrote.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Final, Literal

from bot.conversation import Tokens

log = logging.getLogger(__name__)

NAME: Final = 12
"""Letters of a turn's name: among a thousand million turns hardly two share one."""

Outcome = Literal["committed", "repeated", "ignored", "failed", "stopped"]
"""What became of a turn: `repeated`, its event was taken before; `ignored`, it was not for us, or
whoever caused it was forgotten; `failed`, a fault of ours or of the database; `stopped` with us.
"""

Why = Literal["never", "unknown", "gone"]
"""Why a message was given up: the platform will never take it; nobody knows whether it arrived, and
it was a post; nobody can be reached in that place any more.
"""


@dataclass(slots=True, eq=False)
class Taking:
    """A turn that is taken, or whose messages are on their way.

    `name` finds it in the log; `begun` is a monotonic time in seconds; `words` are what somebody
    wrote, so that nothing like it is logged; `is_seen` is whether a message of it was sent.
    """

    name: str
    kind: str
    begun: float
    words: str = ""
    outcome: Outcome = "ignored"
    is_seen: bool = False


_LONG_WORDS: Final = re.compile(r"\w{4,}")
_TAKING: Final[ContextVar[Taking | None]] = ContextVar("taking", default=None)


def taken() -> Taking | None:
    """The turn that the running code belongs to, if it belongs to one."""
    return _TAKING.get()


def name_of(event: str) -> str:
    """The name of the turn that an event leads to, the same each time that it is delivered.

    A hash, since ids of events contain numbers of accounts and ids of learners.
    """
    return hashlib.sha256(event.encode(errors="replace")).hexdigest()[:NAME]


def unlike(text: str, words: str) -> str:
    """`text`, or of it only what stands before its first colon, or "…", where it shares a longer
    word with `words`, which somebody wrote: it may repeat them.
    """
    theirs = set(_LONG_WORDS.findall(words.casefold()))
    for each in (text, text.partition(":")[0]):
        if theirs.isdisjoint(_LONG_WORDS.findall(each.casefold())):
            return each
    return "…"


def failed(log: logging.Logger, text: str, *args: object) -> None:
    """Log what was raised, with where; what it says in full only at the level debug."""
    log.exception(text, *args)
    log.debug("the same in full", exc_info=True)


@contextmanager
def within(taking: Taking | None) -> Iterator[None]:
    """What is done here belongs to this turn, or to none."""
    token = _TAKING.set(taking)
    try:
        yield
    finally:
        _TAKING.reset(token)


@dataclass(frozen=True, slots=True)
class Levels:
    """How much there is of everything at a moment.

    `turns` go on; `writes` wait for the database; `questions` wait for a model; `waiting` are the
    messages on their way, by platform, and `oldest` are the seconds that one of them waits.
    """

    turns: int = 0
    writes: int = 0
    questions: int = 0
    waiting: Mapping[str, int] = field(default_factory=dict)
    oldest: float = 0.0


class Watch:
    """Told of all that happens. What it is told is kept by no one; see `bot.metrics`.

    `clock` gives a monotonic time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.clock = clock

    @contextmanager
    def taking(
        self, event: str, kind: str, words: str = "", *, answers: bool = False
    ) -> Iterator[None]:
        """A turn is taken here; one that fails is logged, and raises what it raised.

        `words` are what somebody wrote, if they did. One that `answers` a question of the turn we
        are in goes by that one's name.
        """
        asked = _TAKING.get() if answers else None
        name = asked.name if asked else name_of(event)
        begun = Taking(name, kind, self.clock(), f"{asked.words} {words}" if asked else words)
        with within(begun):
            try:
                yield
            except Exception:
                begun.outcome = "failed"
                failed(log, "a turn failed: %s", kind)
                raise
            except BaseException:
                begun.outcome = "stopped"
                raise
            finally:
                self.ended(begun)

    def ended(self, taking: Taking) -> None:
        """A turn is over, but for its messages."""
        log.debug("a turn is over: %s, %s", taking.kind, taking.outcome)

    def woke(self, late: float) -> None:
        """A job was taken, so many seconds after its time."""

    def reloaded(self, *, done: bool) -> None:
        """The content was read anew; `done`: it had no faults, so it is taught from."""

    def copied(self, newest: datetime) -> None:
        """The newest good copy of the database was made then."""

    # -- messages ----------------------------------------------------------------------------

    def sent(self, platform: str, taking: Taking | None) -> None:
        """A message of this turn is out."""

    def refused(self, platform: str, fate: str) -> None:
        """A platform did not take a message; `fate` is the name of a `Fate`."""

    def dropped(self, platform: str, why: Why) -> None:
        """A message was given up."""

    # -- a model -----------------------------------------------------------------------------

    def asked(self, model: str, outcome: str, tokens: Tokens | None, cost: int) -> None:
        """A model was called: `cost` is in billionths of a dollar, `tokens` None where nobody knows
        what it took. `outcome` is "said", "unfit", "given up" or a `Reason`.
        """
