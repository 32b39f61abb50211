"""The slash commands: what Discord is told of them, and only when that has changed."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from discord.http import HTTPClient

log = logging.getLogger(__name__)

CHAT_INPUT, STRING = 1, 3
IN_SERVERS, IN_DIRECT_MESSAGES = 0, 1

DESCRIPTION: Final = 100
"""Characters of a description at most."""

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command with at most one word after it.

    `described` says by language code what it is for, "" for every other language; `option` is the
    name of that word, "" for none, and `hint` describes it; `completes`: see Receiver.complete.
    `needs` are the permissions in a server that one needs to see it, as Discord counts them; None
    for none.
    """

    name: str
    described: Mapping[str, str]
    option: str = ""
    hint: Mapping[str, str] = field(default_factory=dict)
    completes: bool = False
    needs: int | None = None


def payload(command: Command) -> Json:
    """A command as Discord takes it: in servers and in direct messages."""
    made: Json = {
        "type": CHAT_INPUT,
        "name": command.name,
        **_described(command.described),
        "contexts": [IN_SERVERS, IN_DIRECT_MESSAGES],
        "default_member_permissions": None if command.needs is None else str(command.needs),
        "options": [],
    }
    if command.option:
        option = {"type": STRING, "name": command.option, **_described(command.hint)}
        made["options"] = [option | {"required": False, "autocomplete": command.completes}]
    return made


def _described(texts: Mapping[str, str]) -> Json:
    others = {code: text[:DESCRIPTION] for code, text in texts.items() if code}
    return {
        "description": texts[""][:DESCRIPTION],
        "description_localizations": others or None,
    }


async def sync(http: "HTTPClient", application: int, commands: tuple[Command, ...]) -> bool:
    """Tell Discord of the commands, unless it knows them so; whether it had to be told."""
    wanted = [payload(command) for command in commands]
    found = cast(list[Json], await http.get_global_commands(application))
    if _plain(found) == _plain(wanted):
        return False
    await http.bulk_upsert_global_commands(application, wanted)
    log.info("Discord knows the commands: %s", ", ".join(command.name for command in commands))
    return True


def _plain(commands: list[Json]) -> list[Json]:
    """What we say of commands, in one order: Discord adds to it, and leaves out what is empty."""
    return sorted((_compared(one) for one in commands), key=lambda one: str(one["name"]))


def _compared(command: Json) -> Json:
    options = cast(list[Json], command.get("options") or [])
    contexts = cast(list[int], command.get("contexts") or [])
    return {
        **{key: command.get(key) or None for key in _KEPT},
        "default_member_permissions": command.get("default_member_permissions"),
        "contexts": sorted(contexts),
        "options": [{key: one.get(key) or None for key in (*_KEPT, *_ASKED)} for one in options],
    }


_KEPT: Final = ("type", "name", "description")
_ASKED: Final = ("required", "autocomplete")
