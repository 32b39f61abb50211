"""Sends messages on Discord.

A message goes out in answer to an interaction where there is one, and else as a message of its
own: in a channel where it is a post, in direct messages where it is for one person.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import discord
from discord.ui import View

from bot.adapters.base import Fate, Sleep, Undeliverable
from bot.adapters.discord_components import Buttons, layout
from bot.adapters.discord_direct import Direct
from bot.adapters.discord_errors import TROUBLE, Means, named
from bot.adapters.discord_files import NONE, Files, files_of
from bot.adapters.discord_live import Live
from bot.adapters.discord_lives import Lives
from bot.adapters.discord_shown import Card, plain_texts, render
from bot.adapters.discord_standing import Shown, Standing
from bot.adapters.discord_text import marked
from bot.adapters.discord_tries import insist
from bot.adapters.text import literal
from bot.conversation import Moved, Outgoing, Place
from bot.phrases import say

log = logging.getLogger(__name__)


class Sender:
    """Carries messages; `send` raises Undeliverable.

    `picture` gives a picture's bytes by their hash, `accent` a course's colour by its id.
    """

    def __init__(
        self,
        client: discord.Client,
        picture: Callable[[str], bytes | None],
        accent: Callable[[str], int],
        sleep: Sleep,
    ) -> None:
        self._picture = picture
        self._accent = accent
        self._sleep = sleep
        self.lives = Lives()
        self.direct = Direct(client, sleep)
        self._standing = Standing(self.lives, self.direct, sleep)
        self._parts: dict[int, tuple[int, str]] = {}

    async def send(self, outgoing: Outgoing) -> str:
        """See `adapters.base.Adapter.send`."""
        try:
            return await self._sent(outgoing)
        except Undeliverable:  # direct messages are closed, and nobody was asked
            self.direct.waits_for(outgoing.id, outgoing.place.topic)
            raise
        except TROUBLE as problem:
            if named(problem).means is Means.SHUT:
                self._closed(outgoing)
            raise undeliverable(outgoing, problem) from problem

    def _closed(self, outgoing: Outgoing) -> None:
        """Remember that somebody takes no direct messages; what answers a server waits for them."""
        place = outgoing.place
        self.direct.closed(place.topic or place.chat)
        if place.topic:
            self.direct.waits_for(outgoing.id, place.topic)

    async def _sent(self, outgoing: Outgoing) -> str:
        place, ref, message = outgoing.place, outgoing.reply_to, outgoing.message
        live = self.lives.of(outgoing.event)
        files, lost = await files_of(message, self._picture)
        cards = render(
            message,
            self._accent(outgoing.course),
            lost,
            among=bool(place.topic),
            # A command is where people begin; where words are expected, typing is easier.
            aside=bool(message.write or (live and live.typed)),
        )
        if ref and outgoing.id not in self._parts:
            pressed = live if live and live.stands_at(ref) else None
            page = message.page and len(cards) == 1
            if page and pressed and await self._standing.turned(pressed, ref, cards[0], files):
                return ref
            await self._standing.settle(pressed, place, ref, message.chosen)
        return await self._all_shown(outgoing, cards, files)

    async def _all_shown(self, outgoing: Outgoing, cards: tuple[Card, ...], files: Files) -> str:
        """Show all cards, the last of which has the buttons; its reference.

        Should one fail, the next try goes on with it.
        """
        done, shown = self._parts.pop(outgoing.id, (0, ""))
        for number, card in enumerate(cards[done:], done):
            try:
                shown = await self._one(outgoing, card, files if card.files else NONE, number)
            except (*TROUBLE, Undeliverable):
                if outgoing.id > 0:
                    self._parts[outgoing.id] = (number, shown)
                raise
        return shown

    async def _one(self, outgoing: Outgoing, card: Card, files: Files, number: int) -> str:
        for live in self._ways(outgoing):
            try:
                if live.event != outgoing.event:
                    await live.acknowledge()  # its own answer is still to come
                shown = await self._said(live, card, files)
                await self._explain(outgoing, live)
            except TROUBLE as problem:
                if named(problem).means not in (Means.DEAD, Means.CLOSED):
                    raise
                live.end()
            else:
                return shown
        alone = replace(card, among=False, aside=False)
        # Below 0 it is not kept, so it does not come again.
        nonce = f"{outgoing.id}.{number}" if outgoing.id > 0 else ""
        channel = await self.direct.way_to(outgoing.place)
        shown = await self._posted(channel, alone, files, nonce)
        self.direct.arrived(outgoing.id, outgoing.place.topic or outgoing.place.chat)
        return shown

    async def _explain(self, outgoing: Outgoing, live: Live) -> None:
        """Say once why something came only now."""
        if self.direct.is_to_explain(outgoing.id):
            text = marked(literal(say("en", "discord.waited")))
            with suppress(*TROUBLE):
                await live.say(Card(text=text), NONE)

    def _ways(self, outgoing: Outgoing) -> Iterator[Live]:
        """The interactions that a message can go out by, best first.

        In direct messages only a command is answered so, since it is what a command waits for.
        All else is a message of its own there: Discord knows those again should they come twice.
        """
        own = self.lives.of(outgoing.event)
        if own and own.place == outgoing.place and (own.private or (own.typed and own.waiting)):
            yield own
        if outgoing.place.topic:
            yield from (live for live in self.lives.at(outgoing.place) if live is not own)

    async def _said(self, live: Live, card: Card, files: Files) -> str:
        try:
            shown = await live.say(card, files)
        except TROUBLE as problem:
            _only_ours(problem)
            return await _plainly(card, live.say_plainly)
        self._standing.remember(shown, Shown(card, event=live.event))
        return shown

    async def _posted(
        self, channel: discord.PartialMessageable, card: Card, files: Files, nonce: str
    ) -> str:
        """Send a message of its own. Discord shows one with the same nonce once."""

        async def post() -> str:
            if not nonce:
                return str((await channel.send(view=layout(card), files=files())).id)
            sent = await channel.send(view=layout(card), files=files(), nonce=nonce)
            return str(sent.id)

        async def post_plainly(text: str, view: View) -> str:
            return str((await channel.send(text, view=view)).id)

        try:
            shown = await insist(post, self._sleep)
        except TROUBLE as problem:
            _only_ours(problem)
            return await _plainly(card, post_plainly)
        self._standing.remember(shown, Shown(card, channel=channel.id))
        return shown

    async def typing(self, place: Place) -> None:
        """Show "is typing" in direct messages, until cancelled."""
        with suppress(*TROUBLE, Undeliverable):
            async with (await self.direct.way_to(place)).typing():
                await asyncio.Event().wait()


def undeliverable(outgoing: Outgoing, problem: BaseException) -> Undeliverable:
    """What an error means for a message. A post is better missed than repeated."""
    row, place = named(problem), outgoing.place
    text = f"{row.name}: {problem}"
    match row.means:
        case Means.SHUT if place.topic:
            return Undeliverable(text, Fate.LATER)
        case Means.SHUT | Means.CLOSED if not place.topic:
            return Undeliverable(text, Fate.NEVER, Moved(place, None, row.name))
        case Means.DOWN | Means.STOP:
            return Undeliverable(text, Fate.DOWN)
        case Means.DOUBT:
            return Undeliverable(text, Fate.UNKNOWN if outgoing.post else Fate.DOWN)
        case Means.PERHAPS:
            return Undeliverable(text, Fate.UNKNOWN if outgoing.post else Fate.LATER)
        case Means.WAIT | Means.DEAD:
            return Undeliverable(text, Fate.LATER)
        case _:
            return Undeliverable(text, Fate.NEVER)


async def _plainly(card: Card, show: Callable[[str, View], Awaitable[str]]) -> str:
    """Show a card without its layout, the last part with its buttons; without them, if need be."""
    *first, last = plain_texts(card)
    for text in first:
        await show(text, Buttons(None))
    try:
        return await show(last, Buttons(card))
    except TROUBLE as problem:
        _only_ours(problem)
        return await show(last, Buttons(None))


def _only_ours(problem: BaseException) -> None:
    """Go on where Discord does not take what we made; raise everything else again."""
    if named(problem).means is not Means.OURS:
        raise problem
    log.error("Discord refused a message: %s", problem)
