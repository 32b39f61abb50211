"""One interaction, from the press to its last answer.

Discord takes one first response to each, within three seconds, and more messages for a quarter of
an hour. What is sent first therefore answers the press, and what follows is added; should nothing
be sent in time, the press is answered by itself.
"""

import asyncio
import io
import math
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

import discord
from discord import Interaction
from discord.ui import View

from bot.adapters.base import Sleep
from bot.adapters.discord_components import Buttons, Dialog, Layout, components_of, layout, settled
from bot.adapters.discord_errors import TROUBLE, Means, named
from bot.adapters.discord_shown import Card
from bot.adapters.discord_tries import PATIENCE, insist
from bot.conversation import Place

T = TypeVar("T")

LIFE: Final = 14 * 60.0
"""Seconds for which an interaction can be answered: Discord allows fifteen minutes."""

SOON: Final = 2.0
"""Seconds after which an interaction is answered by itself: Discord waits for three."""

PAUSE: Final = 0.1
"""Seconds between two tries."""

DEFER: Final = 2.45
"""Seconds until which the first try to say that a press was taken is waited for. (The library
holds a lock meanwhile, so that no two can be tried at once.)"""

Files = Callable[[], list[discord.File]]
"""Files to upload, anew for each try: one that was sent is used up."""


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
        self._pressed = interaction.message.id if interaction.message else 0
        self.dead = self.answered = self.busy = False
        self._thinking = self._updates = self._saying = self._waited = False
        self._shown = ""
        self._sleep = sleep
        self._lock = asyncio.Lock()
        self._begun = _now()
        self._tries = (soon / 2, soon)

    @property
    def alive(self) -> bool:
        """Whether it can still be answered."""
        return not self.dead and _now() - self._begun < LIFE

    @property
    def waiting(self) -> bool:
        """Whether what is said next is what somebody waits for."""
        return not self.answered or self._thinking

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
                await self._defer(thinking=thinking)

    async def hush(self) -> None:
        """Nothing will be said: take the press, and leave no sign of thinking."""
        async with self._lock:
            if not self.answered:
                await self._defer()
            if self._thinking:
                await insist(self.interaction.delete_original_response, self._sleep)
                self._thinking = False

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
            opened = await self._first(lambda: self.interaction.response.send_modal(dialog))
            return opened is not None

    async def _said(
        self,
        first: Callable[[], Awaitable[discord.InteractionCallbackResponse[discord.Client]]],
        fill: Callable[[], Awaitable[discord.InteractionMessage]],
        follow: Callable[[], Awaitable[discord.WebhookMessage]],
    ) -> str:
        async with self._lock:
            if not self.answered:
                self._saying = True
                response = await self._first(first)
                if response is not None:
                    return str(response.message_id)
                if self._shown:
                    return self._shown
            if self._thinking and (filled := await self._filled(fill)):
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
        self._thinking = False
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
            if not self.answered and await self._first(edit):
                self._updates = True
            elif self._updates:
                await insist(later, self._sleep)
            return self._updates

    # -- the first response --------------------------------------------------------------------

    async def _first(self, respond: Callable[[], Awaitable[T]]) -> T | None:
        """The first response, tried until it is time to say at least that the press was taken.

        None where it was answered so, or where it turns out that it was answered.
        """
        for until in self._tries:
            left = self._begun + until - _now()
            if left <= 0:
                continue
            try:
                async with asyncio.timeout(left):
                    made = await respond()
            except TROUBLE as problem:
                if await self._is_answered(problem):
                    return None
                await self._sleep(PAUSE)
            else:
                self.answered = True
                return made
        await self._defer()
        return None

    async def _defer(self, *, thinking: bool = False) -> None:
        """Say that the press was taken. A last try is waited for, so that we know what came of it:
        Discord may be slow to answer what it has done at once.
        """
        respond = self.interaction.response
        updates = bool(self._pressed) and not thinking
        for until in (DEFER, math.inf):
            left = min(self._begun + until - _now(), PATIENCE)
            if left <= 0:
                continue
            try:
                async with asyncio.timeout(left):
                    if updates:
                        await respond.defer()
                    else:
                        await respond.defer(ephemeral=self.private, thinking=True)
            except TROUBLE as problem:
                if await self._is_answered(problem):
                    return
                if until > DEFER:
                    raise
                await self._sleep(PAUSE)
            else:
                self.answered = True
                self._updates, self._thinking = updates, not updates
                return

    async def _is_answered(self, problem: BaseException) -> bool:
        """Whether it turns out that this was answered. Raises what no other try will mend."""
        match named(problem).means:
            case Means.NOTHING:
                self.answered = True
                await self._look()
            case Means.DEAD:
                self.dead = True
                raise problem
            case Means.WAIT if not self._waited:
                self._waited = True
            case Means.DOWN | Means.DOUBT | Means.PERHAPS:
                pass
            case _:
                raise problem
        return self.answered

    async def _look(self) -> None:
        """Find out how this was answered: Discord had heard a try whose answer was lost."""
        try:
            original = await insist(self.interaction.original_response, self._sleep)
        except TROUBLE as problem:
            if named(problem).means is not Means.ANEW:
                raise
            return
        if original.flags.loading:
            self._thinking = True
        elif original.id == self._pressed:
            self._updates = True
        elif self._saying:
            self._shown = str(original.id)


def _now() -> float:
    return asyncio.get_running_loop().time()


def uploads(files: Iterable[tuple[str, bytes, str]]) -> Files:
    """Files to upload, each with its name, its bytes and what it shows."""
    kept = tuple(files)
    return lambda: [
        discord.File(io.BytesIO(data), name, description=alt or None) for name, data, alt in kept
    ]
