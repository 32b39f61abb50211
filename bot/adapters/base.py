"""The shape of an adapter: it translates and carries, and decides nothing.

Each platform has three parts, in this order: what is its own into an `Inbound` (pure), a `Message`
into what it shows (pure), and the network last. For the chat platforms these are `..._inbound`,
`..._shown` and the module that bears the platform's name; the terminal has all three in one.
"""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Protocol

from bot.conversation import Choice, Inbound, Moved, Outgoing, Place

Sleep = Callable[[float], Awaitable[None]]
"""Waits for so many seconds; a test gives one that does not."""

SHORT = 12
"""Characters of a label up to which several buttons share a row."""


class Fate(Enum):
    """What became of a message that was not sent."""

    LATER = "not taken now, so it is tried again"
    DOWN = "the whole platform cannot be reached, so it is tried again"
    UNKNOWN = "it may have arrived, so it is not tried again"
    NEVER = "it will never be taken"


class Undeliverable(Exception):
    """The platform did not take a message. `moved`: the place is another one now, or is gone."""

    def __init__(self, reason: str, fate: Fate, moved: Moved | None = None) -> None:
        super().__init__(reason)
        self.fate = fate
        self.moved = moved


class Adapter(Protocol):
    """A platform as the runner sees it."""

    @property
    def door(self) -> str:
        """How somebody follows an invitation there, with "{code}" in it; "" while not known."""
        ...

    async def send(self, outgoing: Outgoing) -> str:
        """Show a message at its place; return the platform's own reference of it.

        The message that it answers is settled: its buttons go. Raises Undeliverable.
        """
        ...

    async def think(self, place: Place, event: str) -> None:
        """Show at `place` that an answer to `event` is thought of, until this is cancelled."""
        ...


class Platform(Adapter, Protocol):
    """A platform that can be served: `syllabot serve` runs all of them side by side."""

    async def run(self, receiver: "Receiver") -> None:
        """Reach the platform and hand its events over, until cancelled. Raises Refused."""
        ...

    async def close(self) -> None:
        """Let go of the network, when nothing is to be sent any more."""
        ...


class Receiver(Protocol):
    """The runner as an adapter sees it."""

    async def receive(self, inbound: Inbound, acknowledge: Callable[[], object]) -> None:
        """Take one event; `acknowledge` is called when it need not be delivered again."""
        ...

    async def complete(self, account: str, command: str, text: str) -> tuple[tuple[str, str], ...]:
        """What `account` may mean with `text`, typed so far after `command`.

        At most 25 pairs of a label and a value, of 1 to 100 characters each; () where there is
        nothing to suggest. Nothing is written, and nobody becomes a learner by it.
        """
        ...

    async def moved(self, moved: Moved, account: str) -> None:
        """A place is another one now, or is gone; `account` is whose own chat it is."""
        ...

    async def connected(self) -> None:
        """The platform can be reached: what waited for it is sent."""
        ...


class Refused(Exception):
    """The platform will not work with us until its operator acts; the text says how."""


def whole(text: str) -> str:
    """`text` with halves of surrogate pairs replaced: no file and no platform takes those."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def rows(choices: tuple[Choice, ...], most: int) -> list[list[Choice]]:
    """Choices as rows of buttons: short ones beside each other, at most `most`; Back on the left.

    A long label has a row of its own, so that a phone need not cut it.
    """
    made: list[list[Choice]] = []
    for choice in choices:
        beside = made and len(made[-1]) < most and _is_short(choice) and _is_short(made[-1][-1])
        if beside:
            made[-1].append(choice)
        else:
            made.append([choice])
    return [sorted(row, key=lambda choice: not choice.key.startswith("back.")) for row in made]


def _is_short(choice: Choice) -> bool:
    return len(choice.label) <= SHORT
