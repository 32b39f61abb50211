"""A message as cards, as Discord is to show it. Pure.

Options stand in the text and buttons are short, so nothing is cut at a limit of the platform.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.adapters.discord_text import LAYOUT, PLAIN, marked, size
from bot.adapters.markdown import formatted
from bot.adapters.text import BOLD, Formatted, divided, joined, literal
from bot.conversation import Choice, File, Message
from bot.phrases import say

LINE: Final = 100
"""Characters of who speaks, of what they are, of what is expected and of what was chosen."""

SPARE: Final = 900
"""Characters that are left for these four: a mark before each character may double them."""


@dataclass(frozen=True, slots=True)
class Card:
    """A message with a layout, from top to bottom.

    `among`: it is shown to one person where others are, so there is a way to write and, with
    `aside`, one to direct messages.
    """

    speaker: str = ""
    role: str = ""
    text: str = ""
    pictures: tuple[File, ...] = ()
    documents: tuple[File, ...] = ()
    write: str = ""
    choices: tuple[Choice, ...] = ()
    accent: int = 0
    among: bool = False
    aside: bool = False

    @property
    def files(self) -> tuple[File, ...]:
        """All that is uploaded with it."""
        return (*self.pictures, *self.documents)


def render(
    message: Message,
    accent: int = 0,
    lost: tuple[File, ...] = (),
    *,
    among: bool = False,
    aside: bool = False,
) -> tuple[Card, ...]:
    """A message as one card; as more where its text is too long. The last one has the buttons.

    Pictures that are `lost` are told in words.
    """
    words = "\n".join(say("en", "picture.words", alt=file.alt) for file in lost)
    texts = [marked(piece) for piece in _pieces(message.text, words)] or [""]
    speaker, role = line(message.speaker), line(message.role)
    cards = [Card(speaker if not n else "", role, t, accent=accent) for n, t in enumerate(texts)]
    last = Card(
        cards[-1].speaker,
        role,
        texts[-1],
        tuple(file for file in message.files if file.is_picture and file not in lost),
        tuple(file for file in message.files if not file.is_picture),
        line(message.write),
        message.choices,
        accent,
        among,
        aside and among and bool(message.choices or message.write),
    )
    return (*cards[:-1], last)


@lru_cache(500)
def _pieces(text: str, words: str) -> tuple[Formatted, ...]:
    return divided(joined((formatted(text), literal(words))), LAYOUT - SPARE, size)


def line(text: str) -> str:
    """A text as one short line."""
    return " ".join(text.split())[:LINE]


def heading(card: Card) -> str:
    """Who speaks, and in small print what they are."""
    if not card.speaker:
        return ""
    name = marked(literal(card.speaker, BOLD))
    return f"{name}\n-# {marked(literal(card.role))}" if card.role else name


def plain_texts(card: Card) -> tuple[str, ...]:
    """What a card says as messages without a layout: better that than nothing."""
    words = [say("en", "picture.words", alt=file.alt) for file in card.files]
    parts = [heading(card), card.text, *map(marked, map(literal, words)), card.write]
    whole = "\n".join(filter(None, parts))
    return tuple(piece.text for piece in divided(literal(whole), PLAIN)) or ("…",)
