"""What people do on Telegram, as what it means to a course: to `Inbound` or `Moved`. Pure."""

from typing import Final

from telegram import CallbackQuery, ChatMemberUpdated, MaybeInaccessibleMessage, Update, User
from telegram import Message as Shown
from telegram.constants import ChatMemberStatus, ChatType

from bot.adapters.base import whole
from bot.conversation import Commanded, Inbound, Moved, Place, Pressed, Said

PLATFORM: Final = "telegram"

HERE: Final = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


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
    # Two bots that answer each other never stop. Admins who hide behind their group count as one.
    if message.from_user.is_bot and message.sender_chat is None:
        return None
    text = whole(message.text or message.caption or "")
    what = _command(text, me) if text.startswith("/") else Said(text)
    if what is None or (isinstance(what, Said) and not place.private):
        return None
    return Inbound(number, account(message.from_user), place, what)


def _command(text: str, me: User) -> Commanded | Said | None:
    """A command, unless it is for another bot. A deep link arrives as /start with a code."""
    first, *rest = text.split(maxsplit=1)
    args = rest[0] if rest else ""
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
    """Whose account this is: "telegram:7"."""
    return f"{PLATFORM}:{user.id}"
