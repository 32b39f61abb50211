"""Sends, edits and settles messages on Telegram."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from telegram import (
    ForceReply,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    MessageEntity,
)
from telegram import Message as Shown
from telegram.error import ChatMigrated, TelegramError
from telegram.ext import ExtBot

from bot.adapters.base import Fate, Undeliverable
from bot.adapters.telegram_errors import Means, named
from bot.adapters.telegram_shown import Part, Text, Upload
from bot.adapters.telegram_text import TEXT, Formatted, divided, literal, units
from bot.conversation import Moved, Place
from bot.phrases import say

log = logging.getLogger(__name__)

PRESSED: Final = 1_000
"""Pressed messages that are remembered until they are settled."""

NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


class Sender:
    """Carries parts of messages; all its methods may raise TelegramError.

    `picture` gives a picture's bytes by their hash.
    """

    def __init__(self, bot: ExtBot[int], picture: Callable[[str], bytes | None]) -> None:
        self._bot = bot
        self._picture = picture
        self._pressed: dict[tuple[str, str], Shown] = {}
        self._uploaded: dict[str, str] = {}

    def remember(self, pressed: Shown) -> None:
        """Keep what a pressed message says until it is settled."""
        if len(self._pressed) >= PRESSED:
            del self._pressed[next(iter(self._pressed))]
        self._pressed[str(pressed.chat.id), str(pressed.message_id)] = pressed

    async def turned(self, place: Place, parts: tuple[Part, ...], ref: str) -> bool:
        """Whether the pressed message could be turned into these parts, as a page."""
        pressed = self._pressed.pop((place.chat, ref), None)
        match parts:
            case (Text(body, markup),) if pressed is None or pressed.text:
                return await self._edited(place, ref, body, markup)
            case _:
                await self.settle(place, ref, "")
                return False

    async def settle(self, place: Place, ref: str, chosen: str) -> None:
        """Take the buttons off a message, and say in it what was chosen, where we know its text."""
        pressed = self._pressed.pop((place.chat, ref), None)
        try:
            if pressed and pressed.text and chosen:
                text = f"{pressed.text}\n\n{chosen}"
                if units(text) <= TEXT:
                    await self._bot.edit_message_text(
                        text,
                        place.chat,
                        int(ref),
                        entities=pressed.entities,
                        link_preview_options=NO_PREVIEW,
                    )
                    return
            await self._bot.edit_message_reply_markup(place.chat, int(ref))
        except TelegramError as problem:
            row = named(problem)
            if row.means not in (Means.NOTHING, Means.ANEW):
                log.info("message %s was not settled: %s", ref, row.name)

    async def _edited(
        self,
        place: Place,
        ref: str,
        body: Formatted,
        markup: InlineKeyboardMarkup | ForceReply | None,
    ) -> bool:
        try:
            await self._bot.edit_message_text(
                body.text,
                place.chat,
                int(ref),
                entities=body.entities,
                reply_markup=markup if isinstance(markup, InlineKeyboardMarkup) else None,
                link_preview_options=NO_PREVIEW,
            )
        except TelegramError as problem:
            match named(problem).means:
                case Means.NOTHING:
                    return True
                case Means.ANEW | Means.OURS:
                    return False
                case _:
                    raise
        return True

    async def sent(self, place: Place, parts: tuple[Part, ...], rank: int | None) -> str:
        """Send all parts; the reference of the one that has the buttons."""
        ref = ""
        for part in parts:
            match part:
                case Text():
                    ref = await self._text(place, part, rank)
                case Upload():
                    number = await self._upload(place, part, rank)
                    ref = ref or number
        return ref

    async def _text(self, place: Place, part: Text, rank: int | None) -> str:
        try:
            return await self._message(place, part, part.body.entities, rank)
        except TelegramError as problem:
            if named(problem).means is not Means.OURS:
                raise
            # Better a message without its marks than none at all.
            log.error("Telegram refused a message: %s", problem)
            return await self._message(place, part, [], rank)

    async def _message(
        self, place: Place, part: Text, entities: Sequence[MessageEntity], rank: int | None
    ) -> str:
        shown = await self._bot.send_message(
            place.chat,
            part.body.text,
            entities=entities,
            reply_markup=part.markup,
            message_thread_id=thread_of(place),
            link_preview_options=NO_PREVIEW,
            rate_limit_args=rank,
        )
        return str(shown.message_id)

    async def _upload(self, place: Place, part: Upload, rank: int | None) -> str:
        file = part.file
        if file.data:
            shown = await self._bot.send_document(
                place.chat,
                InputFile(file.data, file.name),
                caption=part.caption.text,
                message_thread_id=thread_of(place),
                rate_limit_args=rank,
            )
            return str(shown.message_id)
        photo: str | bytes | None = self._uploaded.get(file.hash)
        if photo is None:
            photo = await asyncio.to_thread(self._picture, file.hash)
        if photo is None:
            words = literal(say("en", "picture.words", alt=file.alt))
            return await self._text(place, Text(divided(words)[0]), rank)
        shown = await self._bot.send_photo(
            place.chat,
            photo,
            caption=part.caption.text,
            message_thread_id=thread_of(place),
            rate_limit_args=rank,
        )
        self._uploaded[file.hash] = shown.photo[-1].file_id
        return str(shown.message_id)


def thread_of(place: Place) -> int | None:
    return int(place.topic) if place.topic else None


def undeliverable(place: Place, problem: TelegramError, *, post: bool) -> Undeliverable:
    """What an error means for a message and its place. A post is better missed than repeated."""
    row = named(problem)
    text = f"{row.name}: {problem}"
    match row.means:
        case Means.CLOSED:
            return Undeliverable(text, Fate.NEVER, Moved(replace(place, topic=""), None, row.name))
        case Means.TOPIC:
            return Undeliverable(text, Fate.NEVER, Moved(place, None, row.name))
        case Means.MOVED if isinstance(problem, ChatMigrated):
            to = replace(place, chat=str(problem.new_chat_id), topic="")
            return Undeliverable(text, Fate.LATER, Moved(replace(place, topic=""), to))
        case Means.DOWN | Means.STOP:
            return Undeliverable(text, Fate.DOWN)
        case Means.DOUBT:
            return Undeliverable(text, Fate.UNKNOWN if post else Fate.DOWN)
        case Means.WAIT:
            return Undeliverable(text, Fate.LATER)
        case Means.PERHAPS:
            return Undeliverable(text, Fate.UNKNOWN)
        case _:
            return Undeliverable(text, Fate.NEVER)
