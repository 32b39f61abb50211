"""Cards as Discord's components: what stands in a message, from top to bottom, and what is pressed.

They are made as the JSON that Discord takes (its "Component Reference"): the library's own objects
would be turned into that a moment later, at a tenth of the time of a turn.
"""

import re
from collections.abc import Iterator
from typing import Final, cast

import discord
from discord import ButtonStyle, ComponentType, ui

from bot.adapters.base import rows
from bot.adapters.discord_shown import Card, heading
from bot.adapters.discord_text import LAYOUT, marked, size
from bot.adapters.text import divided, literal, units
from bot.conversation import Choice, File
from bot.phrases import say

BESIDE: Final = 5
"""Buttons in a row at most."""

BUTTONS: Final = 10
"""Choices from which on they stand in a menu: a wall of buttons is hard to read."""

ONWARD: Final = 3
"""Ways on up to which the first of them stands out."""

IN_MENU: Final = 25
"""Options in a menu at most."""

LABEL, OPTION, ALT, FIELD, KEY, TITLE, INPUT = 80, 100, 1024, 100, 100, 45, 4000
"""Characters of a button, of an option, of what a picture shows, of a hint in a field, of a
component's name, of a dialog's title and of what is written in it, at most."""

CHOSEN: Final = 1000
"""Characters of what was chosen or written that stay below what it answers, at most."""

ABOVE: Final = 2000
"""Characters of what was asked that stand above a field at most; more would hide the field."""

WRITE: Final = "write:"
"""How the name of the Reply button begins. Its press must be answered by a dialog, at once, so
the name says all that the dialog needs: the hint."""

ASIDE: Final = "aside"
"""The name of the button that leads to direct messages."""

MENU: Final = "choices:"
"""How the name of a menu begins."""

WORDS: Final = "words:"
"""How the name of a dialog begins; the press that opened it follows, so that none counts twice."""

Json = dict[str, object]

ROW, BUTTON = ComponentType.action_row.value, ComponentType.button.value
SELECT, TEXT = ComponentType.select.value, ComponentType.text_display.value
GALLERY, FILE = ComponentType.media_gallery.value, ComponentType.file.value
CONTAINER = ComponentType.container.value


class Layout(ui.LayoutView):
    """Components as the library sends them; it keeps none of them, and listens to no press."""

    def __init__(self, components: list[Json]) -> None:
        super().__init__(timeout=None)
        self._components = components

    def to_components(self) -> list[Json]:
        return self._components

    def has_components_v2(self) -> bool:
        return True

    def is_dispatchable(self) -> bool:
        return False

    def is_finished(self) -> bool:
        return True


class Buttons(ui.View):
    """The buttons of a card, or of none, for a message without a layout, which has few rows."""

    def __init__(self, card: Card | None) -> None:
        super().__init__(timeout=None)
        held = [one for row in (_rows(card) if card else ()) for one in _held(row)]
        menus = [_row([one]) for one in held if one["type"] == SELECT]
        buttons = [one for one in held if one["type"] == BUTTON]
        packed = (buttons[at : at + BESIDE] for at in range(0, len(buttons), BESIDE))
        self._rows = [*menus, *map(_row, packed)]

    def to_components(self) -> list[Json]:
        return self._rows

    def is_dispatchable(self) -> bool:
        return False

    def is_finished(self) -> bool:
        return True


# -- a card --------------------------------------------------------------------------------------


def layout(card: Card) -> Layout:
    """A card as Discord takes it."""
    parts = list(_parts(card))
    return Layout([{"type": CONTAINER, "accent_color": card.accent or None, "components": parts}])


def _parts(card: Card) -> Iterator[Json]:
    if text := "\n".join(filter(None, [heading(card), card.text])):
        yield {"type": TEXT, "content": text}
    if card.pictures:
        yield {"type": GALLERY, "items": [_picture(file) for file in card.pictures]}
    for file in card.documents:
        yield {"type": FILE, "file": _attached(name_of(file))}
    if card.write:
        yield {"type": TEXT, "content": f"-# {marked(literal(card.write))}"}
    yield from _rows(card)


def _picture(file: File) -> Json:
    return {"media": _attached(name_of(file)), "description": file.alt[:ALT] or None}


def _attached(name: str) -> Json:
    return {"url": f"attachment://{name}"}


def name_of(file: File) -> str:
    """A file's name as Discord keeps it, so that a layout can name what is attached."""
    return re.sub(r"[^A-Za-z0-9.-]", "_", file.name)


def _rows(card: Card) -> Iterator[Json]:
    """What can be pressed, row by row."""
    if len(card.choices) > BUTTONS:
        for start in range(0, len(card.choices), IN_MENU):
            yield _row([_menu(card.choices[start : start + IN_MENU], start)])
    else:
        main = None if card.write else _main(card.choices)
        for row in rows(card.choices, BESIDE):
            yield _row([_button(c.key, c.label, main=c is main) for c in row])
    more = []
    if card.among and card.write:
        reply = say("en", "discord.reply")
        more.append(_button(f"{WRITE}{card.write}"[:KEY], reply, main=True))
    if card.aside:
        more.append(_button(ASIDE, say("en", "discord.aside")))
    if more:
        yield _row(more)


def _row(held: list[Json]) -> Json:
    return {"type": ROW, "components": held}


def _held(one: Json) -> list[Json]:
    return cast(list[Json], one.get("components") or [])


def _cut(label: str, most: int) -> str:
    """A label that Discord takes: neither empty nor too long."""
    label = " ".join(label.split()) or "…"
    return label if len(label) <= most else f"{label[: most - 1]}…"


def _main(choices: tuple[Choice, ...]) -> Choice | None:
    """The way on, where there is one: no letter, neither Back nor aside, nor one among many."""
    aside = ("back.", "report.")
    onward = [c for c in choices if len(c.label) > 1 and not c.key.startswith(aside)]
    return onward[0] if 0 < len(onward) <= ONWARD else None


def _button(key: str, label: str, *, main: bool = False) -> Json:
    style = ButtonStyle.primary if main else ButtonStyle.secondary
    return {"type": BUTTON, "style": style.value, "label": _cut(label, LABEL), "custom_id": key}


def _menu(choices: tuple[Choice, ...], start: int) -> Json:
    return {
        "type": SELECT,
        "custom_id": f"{MENU}{start}",
        "placeholder": say("en", "discord.choose"),
        "options": [{"label": _cut(c.label, OPTION), "value": c.key} for c in choices],
    }


# -- a message that stands there already ---------------------------------------------------------


def components_of(message: discord.Message) -> list[Json]:
    """The layout of a message that stands there; none where it has none."""
    if not message.flags.components_v2:
        return []
    found = [cast(Json, component.to_dict()) for component in message.components]
    attached = {one.url: f"attachment://{one.filename}" for one in message.attachments}
    for item, name in _held_files(found):
        media = cast(Json, item[name])
        item[name] = {"url": attached.get(str(media["url"]), media["url"])}
    return found


def _held_files(components: list[Json]) -> Iterator[tuple[Json, str]]:
    """All pictures in all galleries, and all documents, with where each names its file."""
    for one in _all(components):
        if one["type"] == GALLERY:
            yield from ((item, "media") for item in cast(list[Json], one["items"]))
        elif one["type"] == FILE:
            yield one, "file"


def _all(components: list[Json]) -> Iterator[Json]:
    for one in components:
        yield one
        yield from _all(_held(one))


def settled(components: list[Json], chosen: str) -> Layout:
    """A layout without its buttons, and with what was chosen in words."""
    words: list[Json] = []
    if chosen.strip():
        taken = sum(units(str(one["content"])) for one in _all(components) if one["type"] == TEXT)
        room = max(min(LAYOUT - taken, CHOSEN), 2)
        words = [{"type": TEXT, "content": marked(divided(literal(chosen), room, size)[0])}]
    return Layout([_without_rows(one, words) for one in components if one["type"] != ROW])


def _without_rows(one: Json, words: list[Json]) -> Json:
    if one["type"] != CONTAINER:
        return one
    kept = (each for each in _held(one) if each["type"] != ROW)
    return one | {"components": [*kept, *words]}


def text_of(message: discord.Message) -> str:
    """What a message says, where that is short enough to stand above a field."""
    texts = [str(one["content"]) for one in _all(components_of(message)) if one["type"] == TEXT]
    whole = "\n".join(texts)
    return whole if len(whole) <= ABOVE else ""


# -- writing -------------------------------------------------------------------------------------


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
        self.stop()  # the library would keep it, for ever
