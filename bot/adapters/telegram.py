"""Telegram: the way there and back, for what people do (`telegram_inbound`) and what they see.

Learning happens in private chats; in groups the bot answers what concerns nobody. Options stand
in the message and buttons are short. A pressed message is settled: its buttons go, and the choice
stays in words.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Final

from telegram import (
    BotCommand,
    BotCommandScope,
    CallbackQuery,
    Update,
    User,
)
from telegram import Message as Shown
from telegram.constants import ChatAction, ChatMemberStatus, ChatType
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.adapters.base import Fate, Receiver, Sleep, Undeliverable
from bot.adapters.plain import plain
from bot.adapters.telegram_http import Http
from bot.adapters.telegram_inbound import PLATFORM, to_inbound
from bot.adapters.telegram_pace import Pace
from bot.adapters.telegram_send import Sender, thread_of, undeliverable
from bot.adapters.telegram_shown import render
from bot.adapters.telegram_updates import Take, Webhook, insist, poll
from bot.conversation import (
    Commanded,
    Inbound,
    Moved,
    Outgoing,
    Place,
)

log = logging.getLogger(__name__)

TYPING: Final = 4.5
"""Seconds after which "is typing" is shown again: Telegram shows it for five."""

ALBUMS: Final = 50
"""Albums of pictures that are remembered, so that each is answered once."""

HOSTED: Final = ("cohort", "post", "round")
"""Commands for which it matters whether somebody administers the group."""

TOAST: Final = 200
"""Characters of the answer to a press, at most (Bot API, answerCallbackQuery)."""

GLANCE: Final = 60
"""Characters that can be read in passing; a longer answer stays until it is closed."""


Menus = Mapping[tuple[str, str], tuple[tuple[str, str], ...]]
"""(name, description) of each command, by scope and language; "" for all other languages."""


def bot_of(token: str, api_url: str, pace: Pace, patience: float = 10.0) -> ExtBot[int]:
    """The library's bot. `patience` are the seconds that an answer is waited for."""
    return ExtBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=Http(64, patience),
        get_updates_request=Http(2, patience),
        rate_limiter=pace,
    )


class Telegram:
    """Carries messages; see `adapters.base.Platform`. `picture` gives a picture's bytes by hash.

    Updates are asked for, or posted to us where there is a `webhook`.
    """

    def __init__(
        self,
        bot: ExtBot[int],
        picture: Callable[[str], bytes | None],
        menus: Menus,
        webhook: Webhook | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._sender = Sender(bot, picture)
        self._menus = menus
        self._webhook = webhook
        self._sleep = sleep
        self._me: User | None = None
        self._albums: list[str] = []
        self._held: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, receiver: Receiver) -> None:
        """See `adapters.base.Platform.run`."""
        await insist(self._bot.initialize, self._sleep)
        self._me = self._bot.bot
        log.info("Telegram is reached, as @%s", self._me.username)
        await receiver.connected()
        for (scope, language), entries in self._menus.items():
            try:
                await self._put_up(BotCommandScope(scope), language, entries)
            except TelegramError as problem:
                log.warning("the menu of commands is not put up: %s", problem)
        take = self._taking(receiver)
        if self._webhook:
            from bot.adapters.telegram_webhook import listen

            await listen(self._bot, take, self._webhook, self._sleep)
        else:
            await poll(self._bot, take, self._sleep)

    async def close(self) -> None:
        """See `adapters.base.Platform.close`."""
        for task in self._tasks:
            task.cancel()
        await self._bot.shutdown()

    async def _put_up(
        self, scope: BotCommandScope, language: str, entries: tuple[tuple[str, str], ...]
    ) -> None:
        wanted = tuple(BotCommand(name, description) for name, description in entries)
        if await self._bot.get_my_commands(scope, language or None) != wanted:
            await self._bot.set_my_commands(wanted, scope, language or None)

    def _taking(self, receiver: Receiver) -> Take:
        async def take(update: Update) -> None:
            if update.callback_query:
                self._remember(update.callback_query, update.update_id)
            if update.message and self._is_more_of_an_album(update.message):
                return
            event = to_inbound(update, self._bot.bot)
            match event:
                case Moved():
                    await receiver.moved(event, f"{PLATFORM}:{event.place.chat}")
                case Inbound():
                    await self._handed_over(receiver, await self._with_rights(event))
                case None:
                    pass

        return take

    def _is_more_of_an_album(self, message: Shown) -> bool:
        """Whether one picture of this album was taken before: it is one thing to say."""
        album = message.media_group_id
        if album is None or message.caption:
            return False
        seen = album in self._albums
        self._albums = [*self._albums[-ALBUMS:], album]
        return seen

    async def _handed_over(self, receiver: Receiver, inbound: Inbound) -> None:
        """Return when the event is on disk; its replies go out meanwhile."""
        kept = asyncio.Event()

        async def receive() -> None:
            # A fault was logged and apologised for: the next update is taken all the same.
            with suppress(Exception):
                await receiver.receive(inbound, kept.set)
            if held := self._held.pop(inbound.id, ""):
                await self._answer(held)

        receiving = self._begin(receive())
        receiving.add_done_callback(lambda _: kept.set())
        await kept.wait()

    async def _with_rights(self, inbound: Inbound) -> Inbound:
        """Whether who gives a command in a group administers it, where that matters."""
        what = inbound.what
        if inbound.place.private or not isinstance(what, Commanded) or what.name not in HOSTED:
            return inbound
        user = int(inbound.account.partition(":")[2])
        try:
            member = await self._bot.get_chat_member(inbound.place.chat, user)
        except TelegramError as problem:
            log.info("nobody says whether somebody administers a group: %s", problem)
            return inbound
        hosts = (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)
        return replace(inbound, administers=member.status in hosts)

    def _remember(self, query: CallbackQuery, update: int) -> None:
        """Answer a press at once, and keep what its message says until that is settled; one in a
        group is answered with what is whispered to it.
        """
        if query.message and query.message.chat.type != ChatType.PRIVATE:
            self._held[f"{PLATFORM}:{self._bot.bot.id}:{update}"] = query.id
        else:
            self._begin(self._answer(query.id))
        if isinstance(query.message, Shown):
            self._sender.remember(query.message)

    async def _answer(self, query: str, text: str = "") -> None:
        try:
            await self._bot.answer_callback_query(
                query, text[:TOAST] or None, show_alert=len(text) > GLANCE
            )
        except TelegramError as problem:
            log.info("a press was not answered: %s", problem)

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    @property
    def door(self) -> str:
        """See `adapters.base.Adapter.door`."""
        return f"https://t.me/{self._me.username}?start={{code}}" if self._me else ""

    async def send(self, outgoing: Outgoing) -> str:
        """Show a message; see `adapters.base.Adapter.send`."""
        if self._me is None:
            raise Undeliverable("Telegram was not reached yet", Fate.DOWN)
        if outgoing.message.whisper and not outgoing.place.private:
            # Only the press itself can be answered aside; after a restart nobody waits for it.
            if held := self._held.pop(outgoing.event, ""):
                await self._answer(held, plain(outgoing.message.text))
            return ""
        place, message, reply_to = outgoing.place, outgoing.message, outgoing.reply_to
        parts = render(message, self._me.username or "")
        try:
            if reply_to and message.page and await self._sender.turned(place, parts, reply_to):
                return reply_to
            if reply_to:
                await self._sender.settle(place, reply_to, message.chosen)
            return await self._sender.sent(place, message, parts)
        except TelegramError as problem:
            raise undeliverable(place, problem, post=outgoing.post) from problem

    async def think(self, place: Place, event: str) -> None:  # noqa: ARG002
        """Show "is typing" until cancelled."""
        while True:
            with suppress(TelegramError):
                await self._bot.send_chat_action(
                    place.chat, ChatAction.TYPING, message_thread_id=thread_of(place)
                )
            await asyncio.sleep(TYPING)
