"""Messages that stand on Discord already: a page is turned in its place, an answered one settled.

What could not be changed stays as it was, since people can go on without; what may work later is
raised, so that it is tried again.
"""

import logging
from dataclasses import dataclass, replace
from typing import Final

from bot.adapters.base import Sleep
from bot.adapters.discord_components import components_of, layout, settled
from bot.adapters.discord_direct import Direct
from bot.adapters.discord_errors import TROUBLE, Means, named
from bot.adapters.discord_files import Files
from bot.adapters.discord_live import Live
from bot.adapters.discord_lives import Lives
from bot.adapters.discord_shown import Card
from bot.adapters.discord_tries import insist
from bot.conversation import Place
from bot.phrases import say

log = logging.getLogger(__name__)

SHOWN: Final = 1_000
"""Messages that are remembered, so that they can be settled when somebody types instead."""

AGAIN: Final = (Means.DOWN, Means.DOUBT, Means.PERHAPS, Means.WAIT, Means.STOP)
"""Errors after which the same may work later."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that stands somewhere: in a channel, or in answer to an interaction."""

    card: Card
    channel: int = 0
    event: str = ""


class Standing:
    """The messages that were shown, by their references. Raises those of TROUBLE in AGAIN."""

    def __init__(self, lives: Lives, direct: Direct, sleep: Sleep) -> None:
        self._lives = lives
        self._direct = direct
        self._sleep = sleep
        self._shown: dict[str, Shown] = {}

    def remember(self, ref: str, shown: Shown) -> None:
        """Keep what stands there now; of too many, the oldest is let go."""
        while len(self._shown) >= SHOWN:
            del self._shown[next(iter(self._shown))]
        self._shown[ref] = shown

    async def turned(self, live: Live, ref: str, card: Card, files: Files) -> bool:
        """Whether the pressed message could be turned into this card, as a page."""
        try:
            turned = await live.turn(card, files)
        except TROUBLE as problem:
            _give_up(live, problem, "turned")
            return False
        if turned:
            self.remember(ref, Shown(card, event=live.event))
        return turned

    async def settle(self, live: Live | None, place: Place, ref: str, chosen: str) -> None:
        """Take the buttons off a message, and say in it what was chosen.

        `live`: the press on it, where it was pressed.
        """
        shown = self._shown.pop(ref, None)
        if live and live.words and not chosen:
            chosen = say("en", "discord.wrote", words=live.words)
        try:
            if live and await live.settle(chosen):
                return
        except TROUBLE as problem:
            if named(problem).means is not Means.DEAD:
                _give_up(live, problem, "settled")
                return
        try:
            await self._settle_from_afar(place, ref, shown, chosen)
        except TROUBLE as problem:
            _give_up(None, problem, "settled")

    async def _settle_from_afar(
        self, place: Place, ref: str, shown: Shown | None, chosen: str
    ) -> None:
        """Settle a message that was not pressed. What one person alone sees in a channel can be
        changed only by the interaction that it answered, while that is young.
        """
        components = layout(shown.card).to_components() if shown else []
        if place.topic and not (shown and shown.channel):
            older = self._lives.of(shown.event) if shown else None
            if older:
                await older.edit(ref, settled(components, chosen))
            return
        direct = replace(place, chat=place.topic or place.chat, topic="")
        message = (await self._direct.way_to(direct)).get_partial_message(int(ref))
        components = components or components_of(await insist(message.fetch, self._sleep))
        if components:
            view = settled(components, chosen)
            await insist(lambda: message.edit(view=view), self._sleep)


def _give_up(live: Live | None, problem: BaseException, what: str) -> None:
    """Leave a message as it is; raise again what may work later."""
    row = named(problem)
    if row.means is Means.DEAD and live:
        live.end()
    elif row.means in AGAIN:
        raise problem
    elif row.means is not Means.ANEW:
        level = logging.ERROR if row.means is Means.OURS else logging.INFO
        log.log(level, "a message was not %s: %s", what, problem)
