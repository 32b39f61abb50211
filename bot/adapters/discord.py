"""Discord: the way there and back, for what people do (`discord_inbound`) and what they see.

In a server every answer is seen by one person alone; only posts are for all. There people press
buttons and write in a dialog; in direct messages they can simply type. A pressed message is
settled: its buttons go, and the choice stays in words.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Final

import discord
from discord import Interaction, InteractionType
from discord.app_commands import Choice

from bot.adapters.base import Fate, Receiver, Sleep, Undeliverable
from bot.adapters.discord_commands import Command
from bot.adapters.discord_components import ASIDE, WORDS, WRITE, Dialog, text_of
from bot.adapters.discord_errors import TROUBLE, Means, named
from bot.adapters.discord_files import NONE
from bot.adapters.discord_gateway import Client, log_in, put_up, stay
from bot.adapters.discord_inbound import account, data_of, listed, place_of, said, to_inbound
from bot.adapters.discord_live import SOON, Live
from bot.adapters.discord_send import Sender
from bot.adapters.discord_shown import Card
from bot.adapters.discord_text import marked
from bot.adapters.text import literal
from bot.conversation import Inbound, Outgoing, Place, Said
from bot.phrases import say

log = logging.getLogger(__name__)

FAREWELL: Final = 3.0
"""Seconds for those who wait for an answer to be told, when we close."""

SENT: Final = 1_000
"""Dialogs that are remembered as sent, to say so to who sends one twice."""


class Discord:
    """Carries messages; see `adapters.base.Platform`.

    `picture` gives a picture's bytes by hash, `accent` a course's colour by its id.
    """

    def __init__(
        self,
        token: str,
        picture: Callable[[str], bytes | None],
        accent: Callable[[str], int],
        commands: tuple[Command, ...],
        *,
        sleep: Sleep = asyncio.sleep,
        soon: float = SOON,
        heartbeat_timeout: float = 60.0,
    ) -> None:
        self._token = token
        self._picture = picture
        self._accent = accent
        self._commands = commands
        self._sleep = sleep
        self._soon = soon
        self._heartbeat_timeout = heartbeat_timeout
        self._client: Client | None = None
        self._sender: Sender | None = None
        self._sent: list[str] = []
        self._tasks: set[asyncio.Task[None] | None] = set()

    async def run(self, receiver: Receiver) -> None:
        """See `adapters.base.Platform.run`."""

        def client() -> Client:
            self._client = Client(
                lambda interaction: self._taken(self._happened(receiver, interaction)),
                lambda message: self._taken(self._wrote(receiver, message)),
                self._sleep,
                self._heartbeat_timeout,
            )
            return self._client

        reached = await log_in(client, self._token, self._sleep)
        self._sender = Sender(reached, self._picture, self._accent, self._sleep)
        log.info("Discord is reached, as %s", reached.user)
        await receiver.connected()
        works = [stay(reached, self._sleep), put_up(reached, self._commands, self._sleep)]
        tasks = [asyncio.create_task(work) for work in works]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def close(self) -> None:
        """See `adapters.base.Platform.close`."""
        going = list(filter(None, self._tasks))
        for task in going:
            task.cancel()
        if self._sender:
            lives = self._sender.lives.thinking()
            going += [asyncio.create_task(self._quietly(live.hush())) for live in lives]
        if going:
            await asyncio.wait(going, timeout=FAREWELL)
        if self._client:
            await self._client.close()

    async def quiet(self) -> None:
        """Wait until whatever was pressed or written has been answered."""
        while going := list(filter(None, self._tasks)):
            await asyncio.wait(going)

    @property
    def _out(self) -> Sender:
        if self._sender is None:
            raise Undeliverable("Discord was not reached yet", Fate.DOWN)
        return self._sender

    # -- what people do ------------------------------------------------------------------------

    async def _wrote(self, receiver: Receiver, message: discord.Message) -> None:
        if inbound := said(message):
            self._out.direct.heard(inbound.place.chat, message.channel.id)
            with suppress(Exception):  # the receiver logged it, and apologised
                await receiver.receive(inbound, lambda: None)

    async def _happened(self, receiver: Receiver, interaction: Interaction) -> None:
        if interaction.type is InteractionType.autocomplete:
            await self._complete(receiver, interaction)
            return
        inbound, place = to_inbound(interaction), place_of(interaction)
        live = Live(interaction, inbound.id, place, self._sleep, self._soon)
        if not self._out.lives.add(live):
            return
        soon = asyncio.get_running_loop().call_later(
            self._soon, lambda: self._begin(self._quietly(live.acknowledge()))
        )
        try:
            if not live.private and interaction.channel_id:
                self._out.direct.heard(str(interaction.user.id), interaction.channel_id)
            await self._answered(receiver, live, inbound)
            if live.private and self._out.direct.waits(str(interaction.user.id)):
                await receiver.connected()
        finally:
            soon.cancel()
            if live.waiting:
                await asyncio.sleep(0)  # whoever shows that an answer is thought of goes first
            if not live.busy:
                await self._quietly(live.hush())
                if live.answered:
                    live.rest()

    async def _answered(self, receiver: Receiver, live: Live, inbound: Inbound) -> None:
        """Return when the replies to an interaction are out."""
        name = str(data_of(live.interaction).get("custom_id", ""))
        if name.startswith(WRITE):
            pressed = live.interaction.message
            asked = text_of(pressed) if pressed else ""
            dialog = Dialog(name.removeprefix(WRITE), live.interaction.id, asked)
            if not await self._succeeds(live.ask(dialog)):
                await self._quietly(self._note(live, "discord.again"))
            live.end()
            return
        if isinstance(inbound.what, Said):
            live.words = inbound.what.text
        with suppress(Exception):  # the receiver logged it, and apologised
            await receiver.receive(inbound, lambda: None)
        if name == ASIDE:
            await self._quietly(self._led_aside(live, inbound.place))
        elif name.startswith(WORDS):
            if name in self._sent:
                await self._quietly(self._note(live, "discord.twice"))
            self._sent = [*self._sent[-SENT:], name]

    async def _led_aside(self, live: Live, place: Place) -> None:
        """Say where it goes on; or that it cannot, and why."""
        if self._out.direct.shut(place.chat):
            await self._note(live, "discord.shut")
            return
        link = f"https://discord.com/channels/@me/{self._out.direct.known(place.chat) or ''}"
        await live.settle(say("en", "discord.went", link=link.rstrip("/")))

    async def _note(self, live: Live, phrase: str) -> None:
        await live.say(Card(text=marked(literal(say("en", phrase)))), NONE)

    async def _complete(self, receiver: Receiver, interaction: Interaction) -> None:
        """Suggest how to go on with what somebody is typing."""
        data = data_of(interaction)
        typed = next((one for one in listed(data, "options") if one.get("focused")), {})
        found = await receiver.complete(
            account(interaction.user.id), str(data["name"]), str(typed.get("value", ""))
        )
        choices = [Choice(name=label, value=value) for label, value in found]
        await self._quietly(interaction.response.autocomplete(choices))

    async def _quietly(self, answer: Coroutine[object, object, object]) -> None:
        """What helps and is no message of the course; should it fail, all else goes on."""
        await self._succeeds(answer)

    async def _succeeds(self, answer: Coroutine[object, object, object]) -> bool:
        try:
            return bool(await answer)
        except TROUBLE as problem:
            level = logging.ERROR if named(problem).means is Means.OURS else logging.INFO
            log.log(level, "an interaction was not answered: %s", problem)
            return False

    async def _taken(self, work: Coroutine[object, object, None]) -> None:
        """Do this in the task that runs, which is stopped when we close."""
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            await work
        except Exception:
            log.exception("something that happened on Discord was not taken")
        finally:
            self._tasks.discard(task)

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(self._taken(work))
        self._tasks.add(task)

    # -- what people see -----------------------------------------------------------------------

    @property
    def door(self) -> str:
        """See `adapters.base.Adapter.door`: Discord's links carry no code, so it is typed."""
        user = self._client.user if self._client else None
        return f"https://discord.com/users/{user.id} (/join {{code}})" if user else ""

    async def send(self, outgoing: Outgoing) -> str:
        """Show a message; see `adapters.base.Adapter.send`."""
        return await self._out.send(outgoing)

    async def think(self, place: Place, event: str) -> None:
        """Show that an answer is thought of, until cancelled."""
        if not place.topic:
            await self._out.typing(place)
            return
        live = self._out.lives.of(event)
        if live is None:
            return
        live.busy = True
        try:
            await self._quietly(live.acknowledge(thinking=True))
            await asyncio.Event().wait()
        finally:
            self._begin(self._thought(live))

    async def _thought(self, live: Live) -> None:
        """Should no answer take the place of the sign of thinking, take that away."""
        await asyncio.sleep(self._soon)
        live.busy = False
        await self._quietly(live.hush())
        live.rest()
