"""A message as what Telegram is sent. Pure: no network, no file.

Options stand in the message and buttons are short, so nothing is cut at a limit of the platform.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from bot.adapters.base import rows
from bot.adapters.markdown import formatted
from bot.adapters.telegram_text import CAPTION, TEXT
from bot.adapters.text import BOLD, ITALIC, Formatted, divided, joined, literal
from bot.conversation import Choice, File, Key, Message

BESIDE: Final = 6
"""Buttons in a row at most: the letters A to F fit a phone."""

KEPT: Final = 500
"""Texts that are kept as Telegram shows them: a course says the same to everybody."""

PLACEHOLDER: Final = 64
"""Characters of a hint in the field where one writes."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text message, or what one is edited to."""

    body: Formatted
    markup: InlineKeyboardMarkup | ForceReply | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture or a document; the caption says what it shows."""

    file: File
    caption: Formatted


Part = Text | Upload


def render(message: Message, username: str) -> tuple[Part, ...]:
    """A message as what Telegram is sent: pictures, then the text in pieces, then documents.

    The last piece of text has the buttons. `username` is the bot's own, for links to it.
    """
    hint = message.write if message.choices else ""
    texts = _pieces(message.speaker, message.text, hint)
    pieces: list[Part] = [Text(text) for text in texts[:-1]]
    pieces += [Text(text, _markup(message, username)) for text in texts[-1:]]
    captioned = [Upload(file, _caption(file)) for file in message.files]
    pictures = [upload for upload in captioned if upload.file.is_picture]
    documents = [upload for upload in captioned if not upload.file.is_picture]
    return (*pictures, *pieces, *documents)


def _caption(file: File) -> Formatted:
    """What a picture shows, in words; the beginning of it, where it is longer than a caption."""
    return next(iter(divided(literal(file.alt), CAPTION)), Formatted(""))


@lru_cache(KEPT)
def _pieces(speaker: str, text: str, hint: str) -> tuple[Formatted, ...]:
    """The text as one or more messages."""
    said = joined((literal(speaker, BOLD), formatted(text)), "\n")
    return divided(joined((said, literal(hint, ITALIC))), TEXT)


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
