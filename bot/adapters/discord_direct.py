"""Direct messages: who takes them, in which channel, and what waits since somebody does not."""

import asyncio
from typing import Final

import discord

from bot.adapters.base import Fate, Sleep, Undeliverable
from bot.adapters.discord_tries import insist
from bot.conversation import Place

CHANNELS: Final = 50_000
"""People whose channel is remembered."""

CLOSED: Final = "direct messages are closed"

DAY: Final = 86_400.0
"""Seconds after which somebody who took no direct messages is tried again."""


class Direct:
    """What is known of people's direct messages; a person is known by their id."""

    def __init__(self, client: discord.Client, sleep: Sleep) -> None:
        self._client = client
        self._sleep = sleep
        self._channels: dict[str, int] = {}
        self._shut: dict[str, float] = {}
        self._waiting: dict[int, str] = {}
        self._told: set[str] = set()

    def heard(self, person: str, channel: int) -> None:
        """Somebody did something in their direct messages, which are this channel: it is open."""
        self._shut.pop(person, None)
        self._told.discard(person)
        self._keep(person, channel)

    def known(self, person: str) -> int | None:
        """The channel of somebody's direct messages, if it is known."""
        return self._channels.get(person)

    async def channel(self, person: str) -> int:
        """The channel of somebody's direct messages. Raises what is in TROUBLE."""
        if person not in self._channels:
            someone = discord.Object(int(person))
            opened = await insist(lambda: self._client.create_dm(someone), self._sleep)
            self._keep(person, opened.id)
        return self._channels[person]

    async def way_to(self, place: Place) -> discord.PartialMessageable:
        """The channel for a message of its own: that of a post, or of one person.

        Raises Undeliverable for who takes none, and what is in TROUBLE.
        """
        person = place.topic or (place.chat if place.private else "")
        if not person:
            return self._client.get_partial_messageable(int(place.chat))
        if place.topic and self.shut(person):
            raise Undeliverable(CLOSED, Fate.LATER)
        return self._client.get_partial_messageable(await self.channel(person))

    def _keep(self, person: str, channel: int) -> None:
        while len(self._channels) >= CHANNELS:
            del self._channels[next(iter(self._channels))]
        self._channels[person] = channel

    # -- closed ones -----------------------------------------------------------------------------

    def closed(self, person: str) -> None:
        """Discord does not let us write to this person."""
        self._shut[person] = asyncio.get_running_loop().time()

    def shut(self, person: str) -> bool:
        """Whether this person takes no direct messages, as far as we know; asked anew each day."""
        since = self._shut.get(person)
        return since is not None and asyncio.get_running_loop().time() - since < DAY

    def waits_for(self, message: int, person: str) -> None:
        """A message waits until this person does something."""
        self._waiting[message] = person

    def waits(self, person: str) -> bool:
        """Whether something waits until this person does something."""
        return person in self._waiting.values()

    def arrived(self, message: int, person: str) -> None:
        """A message went out by direct messages, or by a post: it waits no more."""
        self._shut.pop(person, None)
        self._waiting.pop(message, None)

    def is_to_explain(self, message: int) -> bool:
        """Whether a message that is out now had waited, and its person is still to be told why."""
        person = self._waiting.pop(message, "")
        if not person or person in self._told:
            return False
        self._told.add(person)
        return True
