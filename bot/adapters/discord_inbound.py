"""What people do on Discord, as what it means to a course: to `Inbound`. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, cast

import discord
from discord import Interaction, InteractionType, MessageType

from bot.adapters.base import whole
from bot.adapters.discord_components import ASIDE, MENU, WORDS
from bot.conversation import Commanded, Inbound, Place, Pressed, Said

PLATFORM: Final = "discord"

WRITTEN: Final = (MessageType.default, MessageType.reply)

Data = Mapping[str, object]


def to_inbound(interaction: Interaction) -> Inbound:
    """What somebody pressed, chose or wrote, as what it means to a course."""
    inbound = _meant_by(interaction)
    if not inbound.place.topic:
        return inbound
    # What the adapter of a server reports of a person's rights holds for this channel.
    rights = interaction.permissions
    shared = Place(PLATFORM, str(interaction.channel_id), private=False)
    runs = interaction.guild_id is not None and (rights.administrator or rights.manage_guild)
    return replace(inbound, among=shared, administers=runs)


def _meant_by(interaction: Interaction) -> Inbound:
    number = f"{PLATFORM}:{interaction.application_id}:{interaction.id}"
    who, place, data = account(interaction.user.id), place_of(interaction), data_of(interaction)
    match interaction.type:
        case InteractionType.application_command:
            args = next((str(one.get("value", "")) for one in listed(data, "options")), "")
            command = Commanded(str(data["name"]), whole(args).strip())
            return Inbound(number, who, place, command)
        case InteractionType.component:
            return _pressed(Inbound(number, who, place, Said("")), interaction, data)
        case _:
            # Sent twice it is the same event: its name says which press opened it.
            opened = str(data["custom_id"]).removeprefix(WORDS)
            number = f"{PLATFORM}:{interaction.application_id}:{WORDS}{opened}:{who}"
            return Inbound(number, who, place, _meant(whole(_written(data))))


def _pressed(inbound: Inbound, interaction: Interaction, data: Data) -> Inbound:
    name = str(data["custom_id"])
    if name == ASIDE:
        there = direct(interaction.user.id)
        return replace(inbound, place=there, what=Commanded("continue"))
    chosen = [str(value) for value in cast(list[object], data.get("values") or [])]
    key = chosen[0] if name.startswith(MENU) and chosen else name
    shown = interaction.message
    own = shown is not None and (not inbound.place.topic or shown.flags.ephemeral)
    return replace(
        inbound, what=Pressed(whole(key)), reply_to=str(shown.id) if shown and own else ""
    )


def _written(data: Data) -> str:
    values = (one.get("value") for one in _walk(data))
    return next((value for value in values if isinstance(value, str)), "")


def _walk(data: Data) -> Iterator[Data]:
    """Every component of a dialog."""
    yield data
    for each in listed(data, "components"):
        yield from _walk(each)
    if isinstance(inner := data.get("component"), dict):
        yield from _walk(inner)


def said(message: discord.Message) -> Inbound | None:
    """What somebody wrote in direct messages; None where nobody wrote to us."""
    if message.guild or message.author.bot or message.type not in WRITTEN:
        return None
    text, number = whole(message.content), f"{PLATFORM}:message:{message.id}"
    return Inbound(number, account(message.author.id), direct(message.author.id), _meant(text))


def _meant(text: str) -> Commanded | Said:
    """Words; or a command, should somebody write one out."""
    if not text.startswith("/"):
        return Said(text)
    name, *args = text[1:].split(maxsplit=1) or [""]
    return Commanded(name.casefold(), "".join(args).strip()) if name else Said(text)


def place_of(interaction: Interaction) -> Place:
    """Where somebody did something. Among others it is a corner of the channel of their own."""
    if interaction.guild_id is None and not interaction.context.private_channel:
        return direct(interaction.user.id)
    return Place(PLATFORM, str(interaction.channel_id), topic=str(interaction.user.id))


def direct(user: int) -> Place:
    """Somebody's direct messages, by the person: their channel may change."""
    return Place(PLATFORM, str(user))


def account(user: int) -> str:
    """Whose account this is: "discord:7"."""
    return f"{PLATFORM}:{user}"


def data_of(interaction: Interaction) -> Data:
    """What Discord says of an interaction beside who, when and where."""
    return cast(Data, interaction.data or {})


def listed(data: Data, key: str) -> list[Data]:
    """The entries of a list in it; none where there is no such list."""
    return cast(list[Data], data.get(key) or [])
