"""Discord: whether it takes the token, and whether servers let the bot do what it is for."""

import asyncio
from collections.abc import Collection, Iterator
from typing import Final

from pydantic import BaseModel, RootModel

from bot.config import Config
from bot.doctor.asking import Clock, Service, read
from bot.doctor.finding import Finding, failed, many, ok, warning

ADMINISTRATOR: Final = 1 << 3
POSTS: Final = {
    "View Channels": 1 << 10,
    "Send Messages": 1 << 11,
    "Send Messages in Threads": 1 << 38,
    "Embed Links": 1 << 14,
    "Attach Files": 1 << 15,
}
"""The permissions that posts need, by their names in Discord."""

PRIVILEGED: Final = {
    "Presence": 1 << 12 | 1 << 13,
    "Server Members": 1 << 14 | 1 << 15,
    "Message Content": 1 << 18 | 1 << 19,
}
"""Application flags of the intents that must be switched on: we need none of them."""

SHOWN: Final = 5
"""Servers that are named at most."""

ONCE: Final = 200
"""Servers that Discord lists at once."""

_TOKEN: Final = (
    "Copy it once more from the developer portal (discord.com/developers/applications, your "  # noqa: S105
    "application, Bot, Reset Token). Then see that DISCORD_TOKEN_FILE holds it and nothing else."
)


class Me(BaseModel):
    """Who the bot is."""

    username: str


class Application(BaseModel):
    """What is set in the developer portal."""

    id: str
    flags: int = 0
    bot_require_code_grant: bool = False
    interactions_endpoint_url: str | None = None


class Guild(BaseModel):
    """A server, with what the bot may do there before its channels are looked at."""

    name: str
    permissions: int


class Named(BaseModel):
    """A slash command."""

    name: str


Guilds = RootModel[list[Guild]]
Commands = RootModel[list[Named]]


def service(settings: Config, api: str, clock: Clock) -> Service:
    """`api` is where the library finds Discord; the library uses no proxy."""
    headers = {
        "Authorization": f"Bot {settings.discord_token}",
        "User-Agent": "DiscordBot (https://discord.com, 1)",
    }
    return Service("Discord", api, clock, headers, proxied=False)


async def check(service: Service, commands: Collection[str]) -> list[Finding]:
    """`commands` are the slash commands that there should be. Raises Trouble."""
    answer = await service.get("/users/@me")
    if answer.status == 401:
        raise service.refused(answer, _TOKEN)
    me = read(service, Me, answer)
    application = read(service, Application, await service.get("/applications/@me"))
    guilds, known = await asyncio.gather(
        service.get(f"/users/@me/guilds?limit={ONCE}"),
        service.get(f"/applications/{application.id}/commands"),
    )
    return [
        ok("Discord token", f"It is that of {me.username}. Invite it: {_link(application.id)}"),
        *_portal(application),
        _registered({each.name for each in read(service, Commands, known).root}, commands),
        *_servers(read(service, Guilds, guilds).root, application.id),
    ]


def _link(application: str) -> str:
    return (
        f"https://discord.com/oauth2/authorize?client_id={application}"
        f"&scope=bot+applications.commands&permissions={sum(POSTS.values())}"
    )


def _portal(application: Application) -> Iterator[Finding]:
    """What may be set in the developer portal so that the bot cannot work, or gets too much."""
    if application.interactions_endpoint_url:
        yield failed(
            "Discord portal",
            "An Interactions Endpoint URL is set, so commands and buttons are sent there and "
            "never to this bot.",
            "Empty that field in the developer portal, under General Information.",
        )
    if application.bot_require_code_grant:
        yield failed(
            "Discord portal",
            "“Requires OAuth2 Code Grant” is on, so the link does not bring the bot to a server.",
            "Switch it off in the developer portal, under Bot.",
        )
    on = [name for name, flags in PRIVILEGED.items() if application.flags & flags]
    if on:
        said = f"{' and '.join(on)} is on and may be switched off: no privileged intent is needed."
        yield ok("Discord intents", said)
    else:
        yield ok("Discord intents", "No privileged intent is on, and none is needed.")


def _registered(found: Collection[str], wanted: Collection[str]) -> Finding:
    missing = sorted({*wanted} - {*found})
    if missing:
        named = ", ".join(f"/{name}" for name in missing[:SHOWN])
        said = f"{len(missing)} of {len(wanted)} slash commands are not there yet ({named} ...)"
        return ok("Discord commands", f"{said}; syllabot serve puts them up at its start.")
    return ok("Discord commands", f"All {len(wanted)} slash commands are there.")


def _servers(guilds: list[Guild], application: str) -> Iterator[Finding]:
    """In how many servers the bot is, and those where it could not post."""
    if not guilds:
        yield warning(
            "Discord servers",
            "The bot is in no server; in direct messages nobody finds it then.",
            f"Open this link and choose a server: {_link(application)}",
        )
        return
    number = f"at least {ONCE}" if len(guilds) == ONCE else str(len(guilds))
    lacking = [(guild.name, missing) for guild in guilds if (missing := lacks(guild.permissions))]
    for name, missing in lacking[:SHOWN]:
        yield warning(
            "Discord servers",
            f"In {name} it cannot post: it lacks {', '.join(missing)}.",
            f"Grant that to its role there, or open the link again: {_link(application)}",
        )
    if more := lacking[SHOWN:]:
        said = f"In {many(len(more), 'other server')} it lacks permissions for posts too."
        yield warning("Discord servers", said, "Grant them there in the same way.")
    if not lacking:
        said = f"The bot is in {number} of them, and may post there"
        yield ok("Discord servers", f"{said} (a single channel may still forbid it).")


def lacks(permissions: int) -> list[str]:
    """The names of the permissions for posts that are not among these."""
    if permissions & ADMINISTRATOR:
        return []
    return [name for name, bit in POSTS.items() if not permissions & bit]
