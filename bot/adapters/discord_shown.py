"""A message as what Discord is sent: cards, and each card as a layout (Components V2). Pure.

Options stand in the text and buttons are short, so nothing is cut at a limit of the platform.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import discord
from discord import ButtonStyle, MediaGalleryItem, SelectOption, ui

from bot.adapters.base import rows
from bot.adapters.discord_text import LAYOUT, PLAIN, marked, size
from bot.adapters.markdown import formatted
from bot.adapters.text import BOLD, Formatted, divided, joined, literal
from bot.conversation import Choice, File, Message
from bot.phrases import say

BESIDE: Final = 5
"""Buttons in a row at most."""

MANY: Final = 10
"""Choices from which on they stand in a menu: a wall of buttons is hard to read."""

IN_MENU: Final = 25
"""Options in a menu at most."""

LABEL, OPTION, ALT, FIELD, KEY, TITLE, INPUT = 80, 100, 1024, 100, 100, 45, 4000
"""Characters of a button, of an option, of what a picture shows, of a hint in a field, of a
component's name, of a dialog's title and of what is written in it, at most."""

ABOVE: Final = 2000
"""Characters of what was asked that stand above a field at most; more would hide the field."""

LINE: Final = 100
"""Characters of who speaks, of what they are, of what is expected and of what was chosen."""

SPARE: Final = 900
"""Characters that are left for these four: a mark before each character may double them."""

WRITE: Final = "write:"
"""How the name of the Reply button begins. Its press must be answered by a dialog, at once, so
the name says all that the dialog needs: the hint."""

ASIDE: Final = "aside"
"""The name of the button that leads to direct messages."""

MENU: Final = "choices:"
"""How the name of a menu begins."""

WORDS: Final = "words:"
"""How the name of a dialog begins; the press that opened it follows, so that none counts twice."""


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
    speaker, role = _line(message.speaker), _line(message.role)
    cards = [Card(speaker if not n else "", role, t, accent=accent) for n, t in enumerate(texts)]
    last = Card(
        cards[-1].speaker,
        role,
        texts[-1],
        tuple(file for file in message.files if not file.data and file not in lost),
        tuple(file for file in message.files if file.data),
        _line(message.write),
        message.choices,
        accent,
        among,
        aside and among and bool(message.choices or message.write),
    )
    return (*cards[:-1], last)


@lru_cache(500)
def _pieces(text: str, words: str) -> tuple[Formatted, ...]:
    return divided(joined((formatted(text), literal(words))), LAYOUT - SPARE, size)


def _line(text: str) -> str:
    return " ".join(text.split())[:LINE]


# -- a card as components ------------------------------------------------------------------------


def layout(card: Card) -> ui.LayoutView:
    """A card as Discord takes it; it listens to nothing, since we listen to every press."""
    return _silent(ui.LayoutView(timeout=None).add_item(_container(card)))


def _silent(view: ui.LayoutView) -> ui.LayoutView:
    """The library would keep each view that was sent, for ever."""
    view.stop()
    return view


def _container(card: Card) -> ui.Container[ui.LayoutView]:
    parts = list(_parts(card))
    return ui.Container(*parts, accent_colour=card.accent or None)


def _parts(card: Card) -> Iterator[ui.Item[ui.LayoutView]]:
    text = "\n".join(filter(None, [_speaker(card), card.text]))
    if text:
        yield ui.TextDisplay(text)
    if card.pictures:
        yield ui.MediaGallery(*map(_picture, card.pictures))
    for file in card.documents:
        yield ui.File(f"attachment://{name_of(file)}")
    if card.write:
        yield ui.TextDisplay(f"-# {marked(literal(card.write))}")
    for row in _rows(card):
        yield ui.ActionRow(*row)


def _speaker(card: Card) -> str:
    """Who speaks, and in small print what they are."""
    if not card.speaker:
        return ""
    name = marked(literal(card.speaker, BOLD))
    return f"{name}\n-# {marked(literal(card.role))}" if card.role else name


def _picture(file: File) -> MediaGalleryItem:
    return MediaGalleryItem(f"attachment://{name_of(file)}", description=file.alt[:ALT] or None)


def _rows(card: Card) -> Iterator[list[ui.Button[ui.LayoutView]] | list[ui.Select[ui.LayoutView]]]:
    """What can be pressed, row by row."""
    if len(card.choices) > MANY:
        for start in range(0, len(card.choices), IN_MENU):
            yield [_menu(card.choices[start : start + IN_MENU], start)]
    else:
        main = next((c for c in card.choices if len(c.label) > 1 and not _is_back(c)), None)
        for row in rows(card.choices, BESIDE):
            yield [_button(choice, main=choice is main) for choice in row]
    more: list[ui.Button[ui.LayoutView]] = []
    if card.among and card.write:
        more.append(ui.Button(label=say("en", "discord.reply"), custom_id=write_key(card.write)))
    if card.aside:
        more.append(ui.Button(label=say("en", "discord.aside"), custom_id=ASIDE))
    if more:
        yield more


def _is_back(choice: Choice) -> bool:
    return choice.key.startswith("back.")


def _button(choice: Choice, *, main: bool) -> ui.Button[ui.LayoutView]:
    style = ButtonStyle.primary if main else ButtonStyle.secondary
    return ui.Button(label=choice.label[:LABEL], custom_id=choice.key, style=style)


def _menu(choices: tuple[Choice, ...], start: int) -> ui.Select[ui.LayoutView]:
    options = [SelectOption(label=choice.label[:OPTION], value=choice.key) for choice in choices]
    hint = say("en", "discord.choose")
    return ui.Select(custom_id=f"{MENU}{start}", placeholder=hint, options=options)


def name_of(file: File) -> str:
    """A file's name as Discord keeps it, so that a layout can name what is attached."""
    return re.sub(r"[^A-Za-z0-9.-]", "_", file.name)


# -- without a layout -----------------------------------------------------------------------------


def plain_texts(card: Card) -> tuple[str, ...]:
    """What a card says as messages without a layout: better that than nothing."""
    words = [say("en", "picture.words", alt=file.alt) for file in card.files]
    parts = [_speaker(card), card.text, *map(marked, map(literal, words)), card.write]
    whole = "\n".join(filter(None, parts))
    return tuple(piece.text for piece in divided(literal(whole), PLAIN)) or ("…",)


def plain_view(card: Card | None) -> ui.View:
    """The buttons of a card for a message without a layout; none for no card."""
    view = ui.View(timeout=None)
    for item in (item for row in (_rows(card) if card else ()) for item in row):
        view.add_item(item)
    view.stop()
    return view


# -- a message that stands there already ---------------------------------------------------------


def settled(shown: ui.LayoutView, chosen: str) -> ui.LayoutView:
    """The layout without its buttons, and with what was chosen in words."""
    for container in list(shown.children):
        if isinstance(container, ui.ActionRow):
            shown.remove_item(container)
        if isinstance(container, ui.Container):
            for row in [item for item in container.children if isinstance(item, ui.ActionRow)]:
                container.remove_item(row)
            if chosen:
                container.add_item(ui.TextDisplay(marked(literal(_line(chosen)))))
    return _silent(shown)


def layout_of(message: discord.Message) -> ui.LayoutView | None:
    """The layout of a message that stands there; None where it has none."""
    if not message.flags.components_v2:
        return None
    view = ui.LayoutView.from_message(message, timeout=None)
    names = {attachment.id: attachment.filename for attachment in message.attachments}
    for gallery in (item for item in view.walk_children() if isinstance(item, ui.MediaGallery)):
        gallery.items = [_kept(item, names) for item in gallery.items]
    return view


def text_of(message: discord.Message) -> str:
    """What a message says, where that is short enough to stand above a field."""
    view = layout_of(message)
    texts = view.walk_children() if view else ()
    whole = "\n".join(item.content for item in texts if isinstance(item, ui.TextDisplay))
    return whole if len(whole) <= ABOVE else ""


def _kept(item: MediaGalleryItem, names: dict[int, str]) -> MediaGalleryItem:
    """A picture that is attached already, by its name."""
    name = names.get(item.media.attachment_id or 0)
    return MediaGalleryItem(f"attachment://{name}", description=item.description) if name else item


# -- writing -------------------------------------------------------------------------------------


def write_key(hint: str) -> str:
    """The name of a Reply button, which says what is expected."""
    return f"{WRITE}{hint}"[:KEY]


class Dialog(ui.Modal):
    """A field to write in, for where the bot may not read what people type.

    It hides what it answers, so `asked` stands above the field once more.
    """

    def __init__(self, hint: str, press: int, asked: str) -> None:
        super().__init__(title=say("en", "discord.reply")[:TITLE], custom_id=f"{WORDS}{press}")
        if asked:
            self.add_item(ui.TextDisplay(asked))
        field: ui.TextInput[ui.Modal] = ui.TextInput(
            style=discord.TextStyle.paragraph,
            placeholder=hint[:FIELD] or None,
            max_length=INPUT,
        )
        self.add_item(ui.Label(text=say("en", "discord.words"), component=field))
        self.stop()
