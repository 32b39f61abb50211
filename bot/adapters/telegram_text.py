"""A text as Telegram takes it: how long it may be, and its spans as entities."""

from functools import lru_cache
from typing import Final

from telegram import MessageEntity

from bot.adapters.text import LINK, PRE, Formatted

TEXT: Final = 4096
"""UTF-16 units in a message. Telegram says "characters"; UTF-16 is the stricter way to count."""

CAPTION: Final = 1024
"""UTF-16 units below a picture or a document."""


@lru_cache(500)
def entities(whole: Formatted) -> tuple[MessageEntity, ...]:
    """The spans of a text as Telegram counts them."""
    made = [
        MessageEntity(
            span.kind,
            span.start,
            span.end - span.start,
            url=span.extra if span.kind == LINK else None,
            language=span.extra or None if span.kind == PRE else None,
        )
        for span in whole.spans
    ]
    return tuple(MessageEntity.adjust_message_entities_to_utf_16(whole.text, made))
