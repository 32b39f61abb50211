"""The first response to an interaction: Discord takes one, within three seconds.

What is said first is that response, where Discord takes it in time; else it says that the press
was taken. Discord may have heard a try whose answer was lost, so it is asked what it heard.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from discord import Interaction

from bot.adapters.base import Sleep
from bot.adapters.discord_errors import TROUBLE, Means, named
from bot.adapters.discord_tries import PATIENCE, insist

T = TypeVar("T")

PAUSE: Final = 0.1
"""Seconds between two tries."""

DEFER: Final = 2.45
"""Seconds until which the first try to say that a press was taken is waited for. (The library
holds a lock meanwhile, so that no two can be tried at once.)"""


class First:
    """The first response to an interaction, and what came of it. Only one is given at a time.

    `answered`: there was one; `dead`: Discord takes none any more; `thinking`: it was a sign of
    thinking, which stands there still; `updates`: it changes the pressed message; `shown`: the
    message that Discord turned out to show, "" for none.
    """

    def __init__(
        self, interaction: Interaction, sleep: Sleep, soon: float, *, private: bool
    ) -> None:
        self._interaction = interaction
        self._sleep = sleep
        self._private = private
        self._pressed = interaction.message.id if interaction.message else 0
        self._begun = _now()
        self._tries = (soon / 2, soon)
        self.answered = self.dead = self.thinking = self.updates = False
        self.shown = ""
        self._says = self._waited = False

    @property
    def age(self) -> float:
        """Seconds since the interaction was heard of."""
        return _now() - self._begun

    async def give(self, respond: Callable[[], Awaitable[T]], *, says: bool = False) -> T | None:
        """Try a response until it is time to say at least that the press was taken.

        `says`: it shows a message. None where it was answered so, or where it turns out that it
        was answered. Raises what is in TROUBLE.
        """
        self._says = self._says or says
        for until in self._tries:
            left = until - self.age
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
        await self.defer()
        return None

    async def defer(self, *, thinking: bool = False) -> None:
        """Say that the press was taken; `thinking` shows as such. Raises what is in TROUBLE.

        A last try is waited for, so that we know what came of it: Discord may be slow to answer
        what it has done at once.
        """
        respond = self._interaction.response
        updates = bool(self._pressed) and not thinking
        for until in (DEFER, math.inf):
            left = min(until - self.age, PATIENCE)
            if left <= 0:
                continue
            try:
                async with asyncio.timeout(left):
                    if updates:
                        await respond.defer()
                    else:
                        await respond.defer(ephemeral=self._private, thinking=True)
            except TROUBLE as problem:
                if await self._is_answered(problem):
                    return
                if until > DEFER:
                    raise
                await self._sleep(PAUSE)
            else:
                self.answered = True
                self.updates, self.thinking = updates, not updates
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
            original = await insist(self._interaction.original_response, self._sleep)
        except TROUBLE as problem:
            if named(problem).means is not Means.ANEW:
                raise
            return
        if original.flags.loading:
            self.thinking = True
        elif original.id == self._pressed:
            self.updates = True
        elif self._says:
            self.shown = str(original.id)


def _now() -> float:
    return asyncio.get_running_loop().time()
