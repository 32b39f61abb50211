"""The shape of an adapter: it translates and carries, and decides nothing.

Each adapter module has, in this order: what is platform's own into an `Inbound` (pure), a
`Message` into what the platform shows (pure), and the network last.
"""

from typing import Protocol

from bot.conversation import Message, Place


class Undeliverable(Exception):
    """The platform did not take a message. `final`: it never will, so do not try again."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.final = final


class Adapter(Protocol):
    """A platform as the runner sees it."""

    async def send(self, place: Place, message: Message, reply_to: str) -> str:
        """Show `message` at `place`; return the platform's own reference of it.

        `reply_to` is the reference of the message whose button was pressed, "" for none.
        Raises Undeliverable.
        """
        ...
