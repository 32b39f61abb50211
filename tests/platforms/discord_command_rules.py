"""What Discord does not take for an application command."""

import re

from tests.platforms import discord_rules as rules
from tests.platforms.discord_rules import At, Json, Rejected, needed, objects

CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5
USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 6, 7, 8, 9, 10, 11
WITH_CHOICES = frozenset({STRING, INTEGER, NUMBER})
NAME = re.compile(r"[-_'\w]{1,32}")
LOCALES = frozenset(
    "ar bg cs da de el en-GB en-US es-419 es-ES fi fr he hi hr hu id it ja ko lt nl no pl pt-BR ro "
    "ru sv-SE th tr uk vi zh-CN zh-TW".split()
)


def commands(listed: object) -> list[Json]:
    """All commands of an application at once."""
    found = objects(listed, (), rules.COMMANDS + 2 * rules.MENUS)
    taken: set[tuple[object, object]] = set()
    for index, one in enumerate(found):
        command(one, (index,))
        kind = one.get("type") or CHAT_INPUT
        if (kind, one["name"]) in taken:
            said = "Application command names must be unique"
            raise Rejected(said, (index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME")
        taken.add((kind, one["name"]))
    for kind, most in (
        (CHAT_INPUT, rules.COMMANDS),
        (USER_MENU, rules.MENUS),
        (MESSAGE_MENU, rules.MENUS),
    ):
        if sum(given == kind for given, _ in taken) > most:
            said = f"Maximum number of application commands reached ({most})"
            raise Rejected(said, number=30032)
    return found


def command(one: Json, at: At = ()) -> None:
    kind = one.get("type") or CHAT_INPUT
    if kind not in (CHAT_INPUT, USER_MENU, MESSAGE_MENU):
        raise Rejected("Value must be one of {1, 2, 3}.", (*at, "type"), "BASE_TYPE_CHOICES")
    for key in ("contexts", "integration_types"):
        if one.get(key) is not None:
            rules.array(one[key], (*at, key), 3, 1)
    permissions = one.get("default_member_permissions")
    if permissions is not None and not (
        type(permissions) is int or (isinstance(permissions, str) and permissions.isdecimal())
    ):
        said = "Must be a bitfield of permissions"
        raise Rejected(said, (*at, "default_member_permissions"), "BITFIELD_TYPE_CONVERT")
    if kind != CHAT_INPUT:
        needed(one, "name", at, rules.COMMAND_NAME)
        if one.get("description"):
            said = "Context menu commands cannot have description"
            raise Rejected(
                said, (*at, "description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION"
            )
        return
    _named(one, at)
    _options(one, at, depth=0)
    if (total := characters(one)) > rules.COMMAND_CHARACTERS:
        said = f"Command exceeds maximum size ({rules.COMMAND_CHARACTERS}): {total}"
        raise Rejected(said, at, "APPLICATION_COMMAND_TOO_LARGE")


def characters(one: Json) -> int:
    """What counts for the size of a command: of each text its longest translation."""
    total = 0
    for key in ("name", "description"):
        texts = [one.get(key), *_translations(one, key).values()]
        total += max((rules.length(text) for text in texts if isinstance(text, str)), default=0)
    if isinstance(one.get("value"), str):
        total += rules.length(str(one["value"]))
    for key in ("options", "choices"):
        held = one.get(key)
        if isinstance(held, list):
            total += sum(map(characters, held))
    return total


def _translations(one: Json, key: str) -> Json:
    given = one.get(f"{key}_localizations")
    return given if isinstance(given, dict) else {}


def _named(one: Json, at: At) -> None:
    _name(needed(one, "name", at, rules.COMMAND_NAME), (*at, "name"))
    needed(one, "description", at, rules.COMMAND_DESCRIPTION)
    for key, most in (("name", rules.COMMAND_NAME), ("description", rules.COMMAND_DESCRIPTION)):
        for locale, text in _translations(one, key).items():
            place = (*at, f"{key}_localizations", locale)
            if locale not in LOCALES:
                raise Rejected(f"There is no locale {locale}", place, "BASE_TYPE_CHOICES")
            given = rules.string(text, place, most, 1)
            if key == "name":
                _name(given, place)


def _name(given: str, at: At) -> None:
    if not NAME.fullmatch(given) or given != given.lower():
        said = "Command name is invalid"
        raise Rejected(said, at, "APPLICATION_COMMAND_INVALID_NAME")


def _options(one: Json, at: At, depth: int) -> None:
    place = (*at, "options")
    options = objects(one.get("options"), place, rules.COMMAND_OPTIONS)
    names = [option.get("name") for option in options]
    nested = [option.get("type") in (SUBCOMMAND, GROUP) for option in options]
    if any(nested) and not all(nested):
        said = "Sub-command and sub-command group option types are mutually exclusive to all others"
        raise Rejected(said, place, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID")
    optional_yet = False
    for index, option in enumerate(options):
        here = (*place, index)
        _option(option, here, depth)
        if option["name"] in names[:index]:
            said = "Option names must be unique"
            raise Rejected(said, here, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS")
        if option.get("required") and optional_yet:
            said = "Required options must be placed before non-required options"
            raise Rejected(said, here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID")
        optional_yet = optional_yet or not option.get("required")


def _option(option: Json, at: At, depth: int) -> None:
    kind = option.get("type")
    if kind not in range(1, 12):
        raise Rejected("Value must be one of {1..11}.", (*at, "type"), "BASE_TYPE_CHOICES")
    _named(option, at)
    if kind in (SUBCOMMAND, GROUP):
        if depth > 1 or (kind == GROUP and depth):
            said = "Sub-commands nest one deep in groups, and groups do not nest"
            raise Rejected(said, (*at, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID")
        _options(option, at, depth + 1)
        return
    choices = objects(option.get("choices"), (*at, "choices"), rules.CHOICES)
    if choices and kind not in WITH_CHOICES:
        said = "Options of this type have no choices"
        raise Rejected(said, (*at, "choices"), "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID")
    choices_of(choices, (*at, "choices"))
    if rules.flag(option, "autocomplete", at) and (choices or kind not in WITH_CHOICES):
        said = "Cannot autocomplete and have choices"
        raise Rejected(said, (*at, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE")
    for key, least in (("min_length", 0), ("max_length", 1)):
        if option.get(key) is not None:
            rules.number(option[key], (*at, key), least, rules.STRING_OPTION)


def choices_of(choices: list[Json], at: At) -> None:
    """Choices of an option, or of an autocompletion."""
    names: set[str] = set()
    for index, choice in enumerate(choices):
        place = (*at, index)
        name = needed(choice, "name", place, rules.CHOICE)
        if name in names:
            said = "Choice names must be unique"
            raise Rejected(said, place, "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS")
        names.add(name)
        value = choice.get("value")
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise Rejected("This field is required", (*place, "value"), "BASE_TYPE_REQUIRED")
        if isinstance(value, str):
            rules.string(value, (*place, "value"), rules.CHOICE)
        for locale, text in _translations(choice, "name").items():
            rules.string(text, (*place, "name_localizations", locale), rules.CHOICE, 1)
