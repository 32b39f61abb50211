"""What must hold for every message that leaves, whatever came in.

It fits both platforms by the rules of the tests' local servers; nothing in it that somebody typed
pings, leads or formats; its buttons say nothing of which answer is right; and of a learner whose
words and name are marked, nobody else reads either.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from benchmarks.fuzzing.case import Broken
from bot.adapters import discord_shown, telegram_shown
from bot.adapters.discord_components import layout, name_of
from bot.adapters.telegram_text import CAPTION, entities
from bot.adapters.text import Formatted
from bot.conversation import KEY_BYTES, Choice, Key, Message
from bot.course.items import Item
from bot.course.model import Library
from tests.platforms import discord_component_rules, discord_rules, telegram_rules

USERNAME: Final = "syllabot_test_bot"

MARK: Final = "zyxmarkzyx"
"""Stands in all that the marked learner writes, and in their id; nowhere else."""

EVIL: Final = "evil.example"
"""The host of every address that is typed; no course leads there."""

_PING: Final = re.compile(r"(?<!\\)<(?:@[!&]?\d|#\d|/\w+:\d|t:\d|a?:\w+:\d)")
"""What Discord shows as a mention, a command or a time, unless a backslash stands before it."""

_CODE: Final = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)


def lawful(messages: Iterable[Message], library: Library) -> None:
    """Raise Broken for the first message that breaks a rule."""
    for message in messages:
        _fits_telegram(message)
        for among in (False, True):
            _fits_discord(message, among=among)
        for choice in message.choices:
            _is_plain_key(choice)
        _gives_nothing_away(message.choices, library)


OF_STAFF: Final = "nudge-"
"""How the buttons begin by which an instructor writes to a member: they name the member by their
random id, which opens nothing and is shown to nobody else.
"""


def silent(messages: Iterable[Message], *, staff: bool = False) -> None:
    """Raise Broken where somebody else's marked words or id can be read; `staff`: by who leads the
    group that they are in.
    """
    for message in messages:
        for words in _everything(message):
            if MARK in words and not (staff and words.startswith(OF_STAFF)):
                raise Broken(f"somebody else's words or id are shown: {words!r:.300}")


def _everything(message: Message) -> Iterator[str]:
    yield from (message.text, message.write, message.speaker, message.role, message.chosen)
    for choice in message.choices:
        yield from (choice.key, choice.label)
    for file in message.files:
        yield from (file.name, file.alt, file.data.decode("utf-8", "replace"))
        yield str(file.picture or "")


# -- each platform -------------------------------------------------------------------------------


def _fits_telegram(message: Message) -> None:
    for part in telegram_shown.render(message, USERNAME):
        if isinstance(part, telegram_shown.Upload):
            _telegram_text(part.caption, CAPTION, empty=True)
            continue
        _telegram_text(part.body, telegram_rules.TEXT)
        if part.markup is not None:
            _telegram_takes(lambda: telegram_rules.reply_markup(part.markup.to_dict()))  # noqa: B023


def _telegram_text(body: Formatted, most: int, *, empty: bool = False) -> None:
    spans = [entity.to_dict() for entity in entities(body)]
    _telegram_takes(lambda: telegram_rules.formatted(body.text, spans, most=most, empty=empty))
    for span in body.spans:
        if EVIL in span.extra:
            raise Broken(f"typed text became a link: {body.text!r:.200}")


def _telegram_takes(check: Callable[[], object]) -> None:
    try:
        check()
    except telegram_rules.Rejected as problem:
        raise Broken(f"Telegram would not take this: {problem}") from None


def _fits_discord(message: Message, *, among: bool) -> None:
    for card in discord_shown.render(message, among=among, aside=True):
        components = layout(card).to_components()
        files = [name_of(file) for file in card.files]
        try:
            discord_rules.well_formed(components)
            discord_component_rules.components(components, v2=True, files=files)
        except discord_rules.Rejected as problem:
            raise Broken(f"Discord would not take this: {problem}") from None
        _pings_nobody(card.text)
        for text in discord_shown.plain_texts(card):
            if discord_rules.length(text) > discord_rules.CONTENT:
                raise Broken(f"Discord would not take this as plain text: {len(text)} characters")
            _pings_nobody(text)


def _pings_nobody(text: str) -> None:
    """In Discord's marks. (That @everyone pings nobody is said with each request instead.)"""
    bare = _CODE.sub("", text)
    if _PING.search(bare):
        raise Broken(f"typed text became a mention: {text!r:.200}")
    if f"](<https://{EVIL}" in bare:
        raise Broken(f"typed text became a link: {text!r:.200}")


# -- buttons -------------------------------------------------------------------------------------


def _is_plain_key(choice: Choice) -> None:
    key = Key.parse(choice.key)
    if key is None or str(key) != choice.key or len(choice.key.encode()) > KEY_BYTES:
        raise Broken(f"a button's key is none of ours: {choice.key!r:.100}")
    if not 0 < len(choice.label) <= 80:
        raise Broken(f"a button's label does not fit: {choice.label!r:.100}")


def _gives_nothing_away(choices: tuple[Choice, ...], library: Library) -> None:
    """All options of an item are offered alike: their keys differ in the option's id alone."""
    by_item: dict[tuple[str, str], list[Key]] = {}
    for choice in choices:
        key = Key.parse(choice.key)
        if key and (found := _item_of(key, library)):
            by_item.setdefault((key.course, found.id), []).append(key)
    for (course, name), keys in by_item.items():
        item = _items(library)[course, name]
        wanted = {f"{name}-{option.id}" for option in item.options}
        if {key.what for key in keys} != wanted or len({(k.attempt, k.turn) for k in keys}) != 1:
            raise Broken(f"the buttons of {name} are not alike: {[str(key) for key in keys]}")


_KNOWN: dict[int, tuple[Library, dict[tuple[str, str], Item]]] = {}


def _items(library: Library) -> dict[tuple[str, str], Item]:
    if id(library) not in _KNOWN:
        found = {
            (course.id, item.id): item
            for course in library.courses.values()
            for item in course.items
        }
        _KNOWN.clear()
        _KNOWN[id(library)] = library, found
    return _KNOWN[id(library)][1]


def _item_of(key: Key, library: Library) -> Item | None:
    name, dash, option = key.what.rpartition("-")
    item = _items(library).get((key.course, name)) if dash else None
    return item if item and any(option == each.id for each in item.options) else None
