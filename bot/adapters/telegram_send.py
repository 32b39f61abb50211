"""Sends, edits and settles messages on Telegram."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
from bot.adapters.telegram_pace import POST
from bot.adapters.telegram_shown import Part, Text, Upload
from bot.adapters.telegram_text import TEXT, entities
from bot.adapters.text import Formatted, divided, literal, units
from bot.conversation import Message, Moved, Place
from bot.phrases import say

log = logging.getLogger(__name__)

PRESSED: Final = 1_000
"""Pressed messages that are remembered until they are settled, and ids of settled ones."""

LATER: Final = (Means.DOWN, Means.DOUBT, Means.WAIT, Means.PERHAPS, Means.STOP)
"""Errors after which the same may work later."""

NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a pressed message says; "" where it is a picture."""

    text: str
    entities: tuple[MessageEntity, ...]


class Sender:
    """Carries parts of messages; all its methods may raise TelegramError.

    `picture` gives a picture's bytes by their hash.
    """

    def __init__(self, bot: ExtBot[int], picture: Callable[[str], bytes | None]) -> None:
        self._bot = bot
        self._picture = picture
        self._pressed: dict[tuple[str, str], Pressed] = {}
        self._settled: dict[tuple[str, str], None] = {}
        self._begun: dict[tuple[Place, Message], tuple[int, str]] = {}
        self._uploaded: dict[str, str] = {}

    def remember(self, pressed: Shown) -> None:
        """Keep what a pressed message says until it is settled; a press may come once more then."""
        key = str(pressed.chat.id), str(pressed.message_id)
        if key not in self._settled:
            self._pressed[key] = Pressed(pressed.text or "", pressed.entities)
            if len(self._pressed) > PRESSED:
                del self._pressed[next(iter(self._pressed))]

    async def turned(self, place: Place, parts: tuple[Part, ...], ref: str) -> bool:
        """Whether the pressed message could be turned into these parts, as a page."""
        pressed = self._pressed.get((place.chat, ref))
        match parts:
            case (Text(body, markup),) if pressed is None or pressed.text:
                turned = await self._edited(place, ref, body, markup)
                self._pressed.pop((place.chat, ref), None)
                return turned
            case _:
                return False

    async def settle(self, place: Place, ref: str, chosen: str) -> None:
        """Take the buttons off a message, and say in it what was chosen, where we know its text.

        Raises TelegramError only where it may work later.
        """
        pressed = self._pressed.get((place.chat, ref))
        text = f"{pressed.text}\n\n{chosen}" if pressed and pressed.text and chosen else ""
        try:
            if pressed and text and units(text) <= TEXT:
                await self._bot.edit_message_text(
                    text,
                    place.chat,
                    int(ref),
                    entities=pressed.entities,
                    link_preview_options=NO_PREVIEW,
                )
            else:
                await self._bot.edit_message_reply_markup(place.chat, int(ref))
        except TelegramError as problem:
            row = named(problem)
            if row.means in LATER:
                raise
            if row.means not in (Means.NOTHING, Means.ANEW):
                log.info("message %s was not settled: %s", ref, row.name)
        self._pressed.pop((place.chat, ref), None)
        self._settled[place.chat, ref] = None
        if len(self._settled) > PRESSED:
            del self._settled[next(iter(self._settled))]

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
                entities=entities(body),
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

    async def sent(self, place: Place, message: Message, parts: tuple[Part, ...]) -> str:
        """Send all parts; the reference of the one that has the buttons.

        Should one fail, the next try goes on with it.
        """
        rank = POST if message.to else None
        done, ref = self._begun.pop((place, message), (0, ""))
        for number, part in enumerate(parts[done:], done):
            try:
                match part:
                    case Text():
                        ref = await self._text(place, part, rank)
                    case Upload():
                        ref = await self._upload(place, part, rank) or ref
            except TelegramError:
                if number:
                    self._begun[place, message] = (number, ref)
                raise
        return ref

    async def _text(self, place: Place, part: Text, rank: int | None) -> str:
        try:
            return await self._message(place, part, entities(part.body), rank)
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
        """Send a file; where it is not taken, what it shows, in words."""
        try:
            if not part.file.is_picture:
                return await self._document(place, part, rank)
            number = await self._picture_of(place, part, rank)
        except TelegramError as problem:
            if named(problem).means is not Means.OURS:
                raise
            log.error("Telegram refused the file %s: %s", part.file.name, problem)
            number = ""
        if number:
            return number
        words = divided(literal(say("en", "picture.words", alt=part.file.alt)), TEXT)
        return await self._text(place, Text(words[0]), rank)

    async def _document(self, place: Place, part: Upload, rank: int | None) -> str:
        shown = await self._bot.send_document(
            place.chat,
            InputFile(part.file.data, part.file.name),
            caption=part.caption.text,
            message_thread_id=thread_of(place),
            rate_limit_args=rank,
        )
        return str(shown.message_id)

    async def _picture_of(self, place: Place, part: Upload, rank: int | None) -> str:
        """Send a picture, by the name that Telegram gave it, where it has it; "" for none."""
        sha = part.file.hash
        if known := self._uploaded.get(sha):
            try:
                return await self._photo(place, part, known, rank)
            except TelegramError as problem:
                if named(problem).means is not Means.OURS:
                    raise
                del self._uploaded[sha]
        photo: bytes | None = part.file.data or None
        if photo is None:
            photo = await asyncio.to_thread(self._picture, sha)
        return await self._photo(place, part, photo, rank) if photo else ""

    async def _photo(self, place: Place, part: Upload, photo: str | bytes, rank: int | None) -> str:
        shown = await self._bot.send_photo(
            place.chat,
            photo,
            caption=part.caption.text,
            message_thread_id=thread_of(place),
            rate_limit_args=rank,
        )
        if not part.file.data:  # one that was drawn for somebody is not shown again
            self._uploaded[part.file.hash] = shown.photo[-1].file_id
        return str(shown.message_id)


def thread_of(place: Place) -> int | None:
    """The topic of a place as Telegram numbers it; None for none."""
    return int(place.topic) if place.topic else None


def undeliverable(place: Place, problem: TelegramError, *, post: bool) -> Undeliverable:
    """What an error means for a message and its place. A post is better missed than repeated."""
    row = named(problem)
    text = f"{row.name}: {problem}"
    match row.means:
        case Means.CLOSED:
            return Undeliverable(text, Fate.NEVER, Moved(replace(place, topic=""), None, row.name))
        case Means.TOPIC if place.topic:
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
            return Undeliverable(text, Fate.UNKNOWN if post else Fate.LATER)
        case _:
            return Undeliverable(text, Fate.NEVER)
