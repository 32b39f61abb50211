"""One interaction, from the press to its last answer.

Discord takes one first response to each, within three seconds, and more messages for a quarter of
an hour. What is sent first therefore answers the press, and what follows is added; should nothing
be sent in time, the press is answered by itself.
"""

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

import discord
from discord import Interaction
from discord.ui import LayoutView

from bot.adapters.discord_errors import TROUBLE, Means, named
from bot.adapters.discord_shown import Card, Dialog, layout, layout_of, plain_view, settled
from bot.conversation import Place

T = TypeVar("T")

LIFE: Final = 14 * 60.0
"""Seconds for which an interaction can be answered: Discord allows fifteen minutes."""

SOON: Final = 2.0
"""Seconds after which an interaction is answered by itself: Discord waits for three."""

PATIENCE: Final = 20.0
"""Seconds that an answer of Discord is waited for."""

PAUSES: Final = (0.2, 0.5, 2.0)
"""Seconds before a request is repeated. After the last one the outbox takes over."""

FEW: Final = 8
"""Interactions of one person that are kept."""

MANY: Final = 10_000
"""People whose interactions are kept."""

Sleep = Callable[[float], Awaitable[None]]
Files = Callable[[], list[discord.File]]
"""Files to upload, anew for each try: one that was sent is used up."""


async def insist(do: Callable[[], Awaitable[T]], sleep: Sleep, *, twice: bool = False) -> T:
    """Do something that Discord is asked for, and repeat it where that is safe.

    `twice`: to do it again would show it again, so when nobody knows it is repeated once at most.
    Raises what is in TROUBLE.
    """
    for tried, pause in enumerate(PAUSES):
        try:
            async with asyncio.timeout(PATIENCE):
                return await do()
        except TROUBLE as problem:
            match named(problem).means:
                case Means.DOWN | Means.DOUBT:
                    pass
                case Means.PERHAPS if not twice or tried == 0:
                    pass
                case _:
                    raise
        await sleep(pause)
    async with asyncio.timeout(PATIENCE):
        return await do()


class Live:
    """An interaction that can be answered. All its methods may raise what is in TROUBLE.

    `private`: what is shown is seen by one person alone, because others are in that channel.
    """

    def __init__(self, interaction: Interaction, place: Place, sleep: Sleep) -> None:
        self.interaction = interaction
        self.place = place
        self.private = bool(place.topic)
        self.dead = False
        self.answered = False
        self._thinking = False
        self._sleep = sleep
        self._lock = asyncio.Lock()
        self._begun = asyncio.get_running_loop().time()

    @property
    def alive(self) -> bool:
        return not self.dead and asyncio.get_running_loop().time() - self._begun < LIFE

    def stands_at(self, ref: str) -> bool:
        """Whether this is a press on the message `ref`, and that is this person's own to change."""
        message = self.interaction.message
        if message is None or str(message.id) != ref:
            return False
        return not self.private or message.flags.ephemeral

    async def acknowledge(self, *, thinking: bool = False) -> None:
        """Take the press without a word yet, unless it was answered; `thinking` shows as such."""
        async with self._lock:
            if self.answered:
                return
            respond = self.interaction.response
            if self.interaction.message and not thinking:
                await self._first(respond.defer)
            else:
                taken = await self._first(
                    lambda: respond.defer(ephemeral=self.private, thinking=True)
                )
                self._thinking = taken is not None

    async def hush(self) -> None:
        """Nothing will be said: take the press, and leave no sign of thinking."""
        await self.acknowledge()
        async with self._lock:
            if self._thinking:
                await insist(self.interaction.delete_original_response, self._sleep)
                self._thinking = False

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

    async def say_plainly(self, text: str, card: Card) -> str:
        """Show a text without a layout; its message's reference."""
        send = self.interaction.response.send_message
        return await self._said(
            lambda: send(text, view=plain_view(card), ephemeral=self.private),
            lambda: self.interaction.edit_original_response(content=text, view=plain_view(card)),
            lambda: self.interaction.followup.send(
                text, view=plain_view(card), ephemeral=self.private, wait=True
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
        """Take the buttons off the pressed message, and say in it what was chosen."""
        message = self.interaction.message

        def view() -> LayoutView | None:
            shown = layout_of(message) if message else None
            return settled(shown, chosen) if shown else None

        edit = self.interaction.response.edit_message
        return await self._edited(
            lambda: edit(view=view()), lambda: self.interaction.edit_original_response(view=view())
        )

    async def edit(self, ref: str, view: LayoutView) -> None:
        """Change a message that was shown in answer to this interaction."""
        hook = self.interaction.followup
        await insist(lambda: hook.edit_message(int(ref), view=view), self._sleep)

    async def ask(self, dialog: Dialog) -> None:
        """Open a dialog; that must be the first response."""
        async with self._lock:
            if not self.answered:
                await self._first(lambda: self.interaction.response.send_modal(dialog))

    def rest(self) -> None:
        """Let go of what was pressed, which is most of what an interaction weighs."""
        self.interaction.message = self.interaction.data = None

    async def _said(
        self,
        first: Callable[[], Awaitable[discord.InteractionCallbackResponse[discord.Client]]],
        fill: Callable[[], Awaitable[discord.InteractionMessage]],
        follow: Callable[[], Awaitable[discord.WebhookMessage]],
    ) -> str:
        async with self._lock:
            if not self.answered:
                response = await self._first(first)
                if response is not None and response.message_id:
                    return str(response.message_id)
                # It had arrived, though Discord's answer to it had not.
                original = await insist(self.interaction.original_response, self._sleep)
                return str(original.id)
            if self._thinking:
                self._thinking = False
                try:
                    return str((await insist(fill, self._sleep)).id)
                except TROUBLE as problem:
                    if named(problem).means is not Means.ANEW:
                        self._thinking = True
                        raise
            return str((await insist(follow, self._sleep, twice=True)).id)

    async def _edited(
        self,
        first: Callable[[], Awaitable[object]],
        later: Callable[[], Awaitable[object]],
    ) -> bool:
        """Change the pressed message, if it is what the first response would change."""
        async with self._lock:
            if self._thinking:
                return False
            if self.answered:
                await insist(later, self._sleep)
            else:
                await self._first(first)
            return True

    async def _first(self, respond: Callable[[], Awaitable[T]]) -> T | None:
        """The first response; None where it turns out that there was one."""
        try:
            made = await insist(respond, self._sleep)
        except TROUBLE as problem:
            match named(problem).means:
                case Means.NOTHING:
                    made = None
                case Means.DEAD:
                    self.dead = True
                    raise
                case _:
                    raise
        self.answered = True
        return made


class Lives:
    """The interactions that can be answered, by person."""

    def __init__(self) -> None:
        self._of: dict[str, list[Live]] = {}

    def add(self, live: Live) -> bool:
        """Keep an interaction; False when it is there already, since Discord told of it twice."""
        person = _person(live.place)
        lives = self._of.pop(person, [])
        self._of[person] = lives
        if any(other.interaction.id == live.interaction.id for other in lives):
            return False
        lives.append(live)
        del lives[:-FEW]
        while len(self._of) > MANY:
            del self._of[next(iter(self._of))]
        return True

    def end(self, place: Place) -> None:
        """Somebody writes at `place`: what follows answers that, and no press before it."""
        person = _person(place)
        left = [live for live in self._of.pop(person, []) if live.place != place]
        if left:
            self._of[person] = left

    def at(self, place: Place, ref: str = "") -> Live | None:
        """The interaction that a message for `place` goes out by, best one that is a press on the
        message `ref`, and one that waits for an answer; None for none.

        What only one person sees may be shown to them in another channel too.
        """
        alive = [live for live in self._of.get(_person(place), ()) if live.alive]
        here = [live for live in alive if live.place == place]
        if not here and place.topic:
            here = [live for live in alive if live.private]
        return min(here, key=lambda live: _rank(live, ref), default=None)

    def pressed(self, place: Place, ref: str) -> Live | None:
        """The interaction that is a press on the message `ref`."""
        live = self.at(place, ref)
        return live if live and live.stands_at(ref) else None


def _rank(live: Live, ref: str) -> tuple[bool, bool, int]:
    """Who waits comes in order; of those who do not, the newest is best."""
    number = live.interaction.id
    return not live.stands_at(ref), live.answered, -number if live.answered else number


def _person(place: Place) -> str:
    return place.topic or place.chat


def uploads(files: Iterable[tuple[str, bytes, str]]) -> Files:
    """Files to upload, each with its name, its bytes and what it shows."""
    kept = tuple(files)
    return lambda: [
        discord.File(io.BytesIO(data), name, description=alt or None) for name, data, alt in kept
    ]
