"""Telegram: what comes from it, what it shows, and the way there and back.

Learning happens in private chats; in groups the bot answers what concerns nobody. Options stand
in the message and buttons are short. A pressed message is settled: its buttons go, and the choice
stays in words.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from telegram import (
    BotCommand,
    BotCommandScope,
    CallbackQuery,
    ChatMemberUpdated,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    MaybeInaccessibleMessage,
    MessageEntity,
    Update,
    User,
)
from telegram import Message as Shown
from telegram.constants import ChatAction, ChatMemberStatus, ChatType
from telegram.error import ChatMigrated, TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.adapters.base import Fate, Receiver, Undeliverable, rows, whole
from bot.adapters.telegram_errors import Means, named
from bot.adapters.telegram_pace import POST, Pace
from bot.adapters.telegram_text import (
    CAPTION,
    TEXT,
    Formatted,
    divided,
    formatted,
    joined,
    literal,
    units,
)
from bot.adapters.telegram_updates import Sleep, Take, Webhook, insist, listen, poll
from bot.conversation import (
    Choice,
    Commanded,
    File,
    Inbound,
    Key,
    Message,
    Moved,
    Place,
    Pressed,
    Said,
)
from bot.phrases import say

log = logging.getLogger(__name__)

PLATFORM: Final = "telegram"
BESIDE: Final = 6
"""Buttons in a row at most: the letters A to F fit a phone."""

PLACEHOLDER: Final = 64
"""Characters of a hint in the field where one writes."""

TYPING: Final = 4.5
"""Seconds after which "is typing" is shown again: Telegram shows it for five."""

PRESSED: Final = 1_000
"""Pressed messages that are remembered until they are settled."""

NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
HERE: Final = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


# -- in: what happened -----------------------------------------------------------------------


def to_inbound(update: Update, me: User) -> Inbound | Moved | None:
    """An update as what it means to a course; None where it is not meant for us."""
    number = f"{PLATFORM}:{me.id}:{update.update_id}"
    if update.callback_query:
        return _pressed(number, update.callback_query)
    if update.my_chat_member:
        return _member(number, update.my_chat_member)
    if update.message:
        return _said(number, update.message, me)
    return None


def _pressed(number: str, query: CallbackQuery) -> Inbound | None:
    if query.message is None or query.data is None:
        return None
    place, ref = place_of(query.message), str(query.message.message_id)
    return Inbound(number, account(query.from_user), place, Pressed(whole(query.data)), ref)


def _member(number: str, change: ChatMemberUpdated) -> Inbound | Moved | None:
    """The bot was let in, or shut out."""
    chat, now = change.chat, change.new_chat_member.status
    place = Place(PLATFORM, str(chat.id), private=chat.type == ChatType.PRIVATE)
    if now in (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT):
        return Moved(place, None, "blocked" if place.private else "removed")
    came = change.old_chat_member.status not in HERE and now in HERE
    if not came or place.private or chat.type == ChatType.CHANNEL:
        return None
    return Inbound(number, account(change.from_user), place, Commanded("help"))


def _said(number: str, message: Shown, me: User) -> Inbound | Moved | None:
    place = place_of(message)
    if message.migrate_to_chat_id:
        there = Place(PLATFORM, str(message.migrate_to_chat_id), private=False)
        return Moved(Place(PLATFORM, place.chat, private=False), there)
    if message.from_user is None or _is_service(message):
        return None
    text = whole(message.text or message.caption or "")
    what = _command(text, me) if text.startswith("/") else Said(text)
    if what is None or (isinstance(what, Said) and not place.private):
        return None
    return Inbound(number, account(message.from_user), place, what)


def _command(text: str, me: User) -> Commanded | Said | None:
    """A command, unless it is for another bot. A deep link arrives as /start with a code."""
    first, _, args = text.partition(" ")
    name, _, bot = first[1:].partition("@")
    if bot and bot.casefold() != (me.username or "").casefold():
        return None
    name, args = name.casefold(), args.strip()
    if not name:
        return Said(text)
    return Commanded("join" if name == "start" and args else name, args)


def _is_service(message: Shown) -> bool:
    """Whether nobody wrote this: somebody joined, a topic was closed, a message was pinned."""
    content = (message.text, message.caption, message.effective_attachment)
    return not any(content)


def place_of(message: MaybeInaccessibleMessage) -> Place:
    """Where a message stands. Telegram's topic "General" has no number of its own."""
    topic = ""
    if isinstance(message, Shown) and message.is_topic_message and message.message_thread_id:
        topic = str(message.message_thread_id)
    private = message.chat.type == ChatType.PRIVATE
    return Place(PLATFORM, str(message.chat.id), topic, private)


def account(user: User) -> str:
    return f"{PLATFORM}:{user.id}"


# -- out: what is shown ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A text message, or what one is edited to."""

    body: Formatted
    markup: InlineKeyboardMarkup | ForceReply | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture or, where it has `data`, a document; the caption says what it shows."""

    file: File
    caption: Formatted


Part = Text | Upload


def render(message: Message, username: str) -> tuple[Part, ...]:
    """A message as what Telegram is sent: pictures, then the text in pieces, then documents.

    The last piece of text has the buttons. `username` is the bot's own, for links to it.
    """
    texts = divided(_body(message))
    pieces: list[Part] = [Text(text) for text in texts[:-1]]
    pieces += [Text(text, _markup(message, username)) for text in texts[-1:]]
    captioned = [Upload(file, _caption(file)) for file in message.files]
    pictures = [upload for upload in captioned if not upload.file.data]
    documents = [upload for upload in captioned if upload.file.data]
    return (*pictures, *pieces, *documents)


def _caption(file: File) -> Formatted:
    """What a picture shows, in words; the beginning of it, where it is longer than a caption."""
    return next(iter(divided(literal(file.alt), CAPTION)), Formatted(""))


def _body(message: Message) -> Formatted:
    hint = message.write if message.choices else ""
    said = joined((literal(message.speaker, "bold"), formatted(message.text)), "\n")
    return joined((said, literal(hint, "italic")))


def _markup(message: Message, username: str) -> InlineKeyboardMarkup | ForceReply | None:
    if message.choices:
        return InlineKeyboardMarkup(
            [[_button(choice, username) for choice in row] for row in rows(message.choices, BESIDE)]
        )
    if message.write:
        return ForceReply(input_field_placeholder=message.write[:PLACEHOLDER])
    return None


def _button(choice: Choice, username: str) -> InlineKeyboardButton:
    if not choice.aside:
        return InlineKeyboardButton(choice.label, callback_data=choice.key)
    key = Key.parse(choice.key)
    code = f"?start={key.course}" if key and key.course else ""
    return InlineKeyboardButton(choice.label, url=f"https://t.me/{username}{code}")


# -- the network -----------------------------------------------------------------------------


Menus = Mapping[tuple[str, str], tuple[tuple[str, str], ...]]
"""(name, description) of each command, by scope and language; "" for all other languages."""


def bot_of(token: str, api_url: str, pace: Pace, patience: float = 10.0) -> ExtBot[int]:
    """The library's bot. `patience` are the seconds that an answer is waited for."""
    return ExtBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=HTTPXRequest(
            64, read_timeout=patience, pool_timeout=patience, httpx_kwargs={"verify": _tls()}
        ),
        get_updates_request=HTTPXRequest(2, httpx_kwargs={"verify": _tls()}),
        rate_limiter=pace,
    )


@cache
def _tls() -> ssl.SSLContext:
    """Read once for both connections of a bot: it takes 25 ms."""
    return ssl.create_default_context()


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
        self._picture = picture
        self._menus = menus
        self._webhook = webhook
        self._sleep = sleep
        self._me: User | None = None
        self._pressed: dict[tuple[str, str], Shown] = {}
        self._uploaded: dict[str, str] = {}
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
                self._remember(update.callback_query)
            event = to_inbound(update, self._bot.bot)
            match event:
                case Moved():
                    await receiver.moved(event, f"{PLATFORM}:{event.place.chat}")
                case Inbound():
                    await self._handed_over(receiver, event)
                case None:
                    pass

        return take

    async def _handed_over(self, receiver: Receiver, inbound: Inbound) -> None:
        """Return when the event is on disk; its replies go out meanwhile."""
        kept = asyncio.Event()

        async def receive() -> None:
            # A fault was logged and apologised for: the next update is taken all the same.
            with suppress(Exception):
                await receiver.receive(inbound, kept.set)

        receiving = self._begin(receive())
        receiving.add_done_callback(lambda _: kept.set())
        await kept.wait()

    def _remember(self, query: CallbackQuery) -> None:
        """Answer a press at once, and keep what its message says until that is settled."""
        self._begin(self._answer(query))
        if isinstance(query.message, Shown):
            if len(self._pressed) >= PRESSED:
                del self._pressed[next(iter(self._pressed))]
            key = str(query.message.chat.id), str(query.message.message_id)
            self._pressed[key] = query.message

    async def _answer(self, query: CallbackQuery) -> None:
        try:
            await self._bot.answer_callback_query(query.id)
        except TelegramError as problem:
            log.info("a press was not answered: %s", problem)

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def send(self, place: Place, message: Message, reply_to: str) -> str:
        """Show a message; see `adapters.base.Adapter.send`."""
        if self._me is None:
            raise Undeliverable("Telegram was not reached yet", Fate.DOWN)
        parts = render(message, self._me.username or "")
        try:
            if reply_to and message.page and await self._turned(place, parts, reply_to):
                return reply_to
            if reply_to:
                await self._settle(place, reply_to, message.chosen)
            return await self._sent(place, parts, POST if message.to else None)
        except TelegramError as problem:
            raise _undeliverable(place, problem, post=message.to is not None) from problem

    async def think(self, place: Place) -> None:
        """Show "is typing" until cancelled."""
        while True:
            with suppress(TelegramError):
                await self._bot.send_chat_action(
                    place.chat, ChatAction.TYPING, message_thread_id=_thread(place)
                )
            await asyncio.sleep(TYPING)

    async def _turned(self, place: Place, parts: tuple[Part, ...], ref: str) -> bool:
        """Whether the pressed message could be turned into these parts, as a page."""
        pressed = self._pressed.pop((place.chat, ref), None)
        match parts:
            case (Text(body, markup),) if pressed is None or pressed.text:
                return await self._edited(place, ref, body, markup)
            case _:
                await self._settle(place, ref, "")
                return False

    async def _settle(self, place: Place, ref: str, chosen: str) -> None:
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

    async def _sent(self, place: Place, parts: tuple[Part, ...], rank: int | None) -> str:
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
            return await self._said(place, part, part.body.entities, rank)
        except TelegramError as problem:
            if named(problem).means is not Means.OURS:
                raise
            # Better a message without its marks than none at all.
            log.error("Telegram refused a message: %s", problem)
            return await self._said(place, part, [], rank)

    async def _said(
        self, place: Place, part: Text, entities: list[MessageEntity], rank: int | None
    ) -> str:
        shown = await self._bot.send_message(
            place.chat,
            part.body.text,
            entities=entities,
            reply_markup=part.markup,
            message_thread_id=_thread(place),
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
                message_thread_id=_thread(place),
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
            message_thread_id=_thread(place),
            rate_limit_args=rank,
        )
        self._uploaded[file.hash] = shown.photo[-1].file_id
        return str(shown.message_id)


def _thread(place: Place) -> int | None:
    return int(place.topic) if place.topic else None


def _undeliverable(place: Place, problem: TelegramError, *, post: bool) -> Undeliverable:
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
