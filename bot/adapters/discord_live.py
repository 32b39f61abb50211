"""One interaction, from the press to its last answer.

Discord takes one first response to each, within three seconds, and more messages for a quarter of
an hour. What is sent first therefore answers the press, and what follows is added; should nothing
be sent in time, the press is answered by itself.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import discord
from discord import Interaction
from discord.ui import View

from bot.adapters.base import Sleep
from bot.adapters.discord_components import Buttons, Dialog, Layout, components_of, layout, settled
from bot.adapters.discord_errors import TROUBLE, Means, named
from bot.adapters.discord_files import Files
from bot.adapters.discord_first import First
from bot.adapters.discord_shown import Card
from bot.adapters.discord_tries import insist
from bot.conversation import Place

LIFE: Final = 14 * 60.0
"""Seconds for which an interaction can be answered: Discord allows fifteen minutes."""

SOON: Final = 2.0
"""Seconds after which an interaction is answered by itself: Discord waits for three."""


class Live:
    """An interaction that can be answered. All its methods may raise what is in TROUBLE.

    `event` is the id of what it means to the core; `private`: what is shown is seen by one person
    alone, because others are in that channel; `busy`: an answer is being thought of; `words` were
    written in a dialog, which nobody sees in the channel.
    """

    def __init__(
        self, interaction: Interaction, event: str, place: Place, sleep: Sleep, soon: float = SOON
    ) -> None:
        self.interaction = interaction
        self.event = event
        self.place = place
        self.private = bool(place.topic)
        self.typed = interaction.message is None
        self.words = ""
        self.busy = False
        self._first = First(interaction, sleep, soon, private=self.private)
        self._sleep = sleep
        self._lock = asyncio.Lock()

    @property
    def answered(self) -> bool:
        """Whether the first response was given."""
        return self._first.answered

    @property
    def dead(self) -> bool:
        """Whether nothing goes out by it any more, however young it is."""
        return self._first.dead

    def end(self) -> None:
        """Let nothing more go out by it."""
        self._first.dead = True

    @property
    def alive(self) -> bool:
        """Whether it can still be answered."""
        return not self.dead and self._first.age < LIFE

    @property
    def waiting(self) -> bool:
        """Whether what is said next is what somebody waits for."""
        return not self.answered or self._first.thinking

    def stands_at(self, ref: str) -> bool:
        """Whether this is a press on the message `ref`, and that is this person's own to change."""
        message = self.interaction.message
        if message is None or str(message.id) != ref:
            return False
        return not self.private or message.flags.ephemeral

    async def acknowledge(self, *, thinking: bool = False) -> None:
        """Take the press without a word yet, unless it was answered; `thinking` shows as such."""
        async with self._lock:
            if not self.answered:
                await self._first.defer(thinking=thinking)

    async def hush(self) -> None:
        """Nothing will be said: take the press, and leave no sign of thinking."""
        async with self._lock:
            if not self.answered:
                await self._first.defer()
            if self._first.thinking:
                await insist(self.interaction.delete_original_response, self._sleep)
                self._first.thinking = False

    def rest(self) -> None:
        """Let go of what was pressed, which is most of what an interaction weighs."""
        self.interaction.message = self.interaction.data = None

    # -- what is shown -------------------------------------------------------------------------

    async def say(self, card: Card, files: Files) -> str:
        """Show a card; its message's reference."""
        send = self.interaction.response.send_message
        return await self._said(
            lambda: send(view=layout(card), files=files(), ephemeral=self.private),
            lambda: self.interaction.edit_original_response(view=layout(card), attachments=files()),
            lambda: self.interaction.followup.send(
                view=layout(card), files=files(), ephemeral=self.private, wait=True
            ),
        )

    async def say_plainly(self, text: str, view: View) -> str:
        """Show a text without a layout; its message's reference."""
        send = self.interaction.response.send_message
        return await self._said(
            lambda: send(text, view=view, ephemeral=self.private),
            lambda: self.interaction.edit_original_response(content=text, view=view),
            lambda: self.interaction.followup.send(
                text, view=view, ephemeral=self.private, wait=True
            ),
        )

    async def turn(self, card: Card, files: Files) -> bool:
        """Put a card in the place of the pressed message; whether that can be done."""
        edit = self.interaction.response.edit_message
        return await self._edited(
            lambda: edit(view=layout(card), attachments=files()),
            lambda: self.interaction.edit_original_response(view=layout(card), attachments=files()),
        )

    async def settle(self, chosen: str) -> bool:
        """Take the buttons off the pressed message, and say in it what was chosen; whether that
        can be done.
        """
        message = self.interaction.message
        if message is None:
            return False
        shown = components_of(message)
        view: Layout | Buttons = settled(shown, chosen) if shown else Buttons(None)
        edit = self.interaction.response.edit_message
        return await self._edited(
            lambda: edit(view=view), lambda: self.interaction.edit_original_response(view=view)
        )

    async def edit(self, ref: str, view: Layout) -> None:
        """Change a message that was shown in answer to this interaction."""
        hook = self.interaction.followup
        await insist(lambda: hook.edit_message(int(ref), view=view), self._sleep)

    async def ask(self, dialog: Dialog) -> bool:
        """Open a dialog; that must be the first response. Whether it was opened in time."""
        async with self._lock:
            if self.answered:
                return False
            opened = await self._first.give(lambda: self.interaction.response.send_modal(dialog))
            return opened is not None

    async def _said(
        self,
        first: Callable[[], Awaitable[discord.InteractionCallbackResponse[discord.Client]]],
        fill: Callable[[], Awaitable[discord.InteractionMessage]],
        follow: Callable[[], Awaitable[discord.WebhookMessage]],
    ) -> str:
        async with self._lock:
            if not self.answered:
                response = await self._first.give(first, says=True)
                if response is not None:
                    return str(response.message_id)
                if self._first.shown:
                    return self._first.shown
            if self._first.thinking and (filled := await self._filled(fill)):
                return filled
            return str((await insist(follow, self._sleep, twice=True)).id)

    async def _filled(self, fill: Callable[[], Awaitable[discord.InteractionMessage]]) -> str:
        """Put words in the place of the sign of thinking; "" where that was dismissed."""
        try:
            filled = str((await insist(fill, self._sleep)).id)
        except TROUBLE as problem:
            if named(problem).means is not Means.ANEW:
                raise
            filled = ""
        self._first.thinking = False
        return filled

    async def _edited(
        self,
        first: Callable[[], Awaitable[object]],
        later: Callable[[], Awaitable[object]],
    ) -> bool:
        """Change the pressed message, if it is what the first response changes."""

        async def edit() -> bool:
            await first()
            return True

        async with self._lock:
            if not self.answered and await self._first.give(edit):
                self._first.updates = True
            elif self._first.updates:
                await insist(later, self._sleep)
            return self._first.updates
