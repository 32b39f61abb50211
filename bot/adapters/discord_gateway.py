"""Where Discord tells us what people do: a connection that is kept up, whatever happens to it.

The library resumes a lost connection by itself. What it does not get past (a first connection that
fails, an event that it cannot read) is begun anew here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Final, cast

import discord
from discord import Interaction
from discord.gateway import DiscordWebSocket

from bot.adapters.base import Refused, Sleep
from bot.adapters.discord_commands import Command, sync
from bot.adapters.discord_errors import TROUBLE, Means, named

log = logging.getLogger(__name__)

FIRST: Final = 5.0
"""Seconds before a connection is begun anew; then twice as long each time. Discord takes one new
session in five seconds and 1,000 a day; a bot that asks for more loses its token."""

LONGEST: Final = 120.0
"""Seconds between two of them at most: 720 a day."""

STABLE: Final = 600.0
"""Seconds after which a connection counts as good, and the next wait is short again."""

IDENTIFY: Final = 5.0
"""Seconds before a session that was lost is begun anew, as the library has it."""

INTENTS: Final = discord.Intents(guilds=True, dm_messages=True)
"""What we are told of beside interactions. None of it needs a permission from Discord."""


class Client(discord.Client):
    """The library's client. It keeps no messages and no members: we need none of them."""

    def __init__(
        self,
        happened: Callable[[Interaction], Awaitable[None]],
        wrote: Callable[[discord.Message], Awaitable[None]],
        sleep: Sleep,
        heartbeat_timeout: float,
    ) -> None:
        super().__init__(
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            heartbeat_timeout=heartbeat_timeout,
        )
        self._happened = happened
        self._wrote = wrote
        self._sleep = sleep

    async def on_interaction(self, interaction: Interaction) -> None:
        await self._happened(interaction)

    async def on_message(self, message: discord.Message) -> None:
        await self._wrote(message)

    async def on_disconnect(self) -> None:
        log.info("the connection to Discord is lost; it is taken up again")

    async def on_resumed(self) -> None:
        log.info("Discord can be reached again; nothing was missed")

    async def before_identify_hook(self, _: int | None, *, initial: bool = False) -> None:
        """Wait as long as Discord asks for between two sessions."""
        if not initial:
            await self._sleep(IDENTIFY)


async def log_in(make: Callable[[], Client], token: str, sleep: Sleep) -> Client:
    """A client whose token is taken, however long that takes. Raises Refused."""
    for tried in count():
        client = make()
        try:
            await client.login(token)
        except discord.LoginFailure:
            await client.close()
            raise wrong_token() from None
        except TROUBLE as problem:
            await client.close()
            if named(problem).means in (Means.OURS, Means.CLOSED):
                raise Refused(f"Discord refuses to begin: {problem}.") from None
            wait = waited(tried)
            log.warning("Discord cannot be reached (%s); trying again in %.0f s", problem, wait)
            await sleep(wait)
        else:
            return client
    raise AssertionError("unreachable")


async def put_up(client: Client, commands: tuple[Command, ...], sleep: Sleep) -> None:
    """Tell Discord of the slash commands, however long that takes. Raises Refused."""
    for tried in count():
        try:
            await sync(client.http, client.application_id or 0, commands)
        except TROUBLE as problem:
            if named(problem).means in (Means.STOP, Means.CLOSED):
                raise Refused(f"Discord does not let this bot have commands: {problem}.") from None
            log.warning("the slash commands are not put up yet: %s", problem)
            if named(problem).means is Means.OURS:
                return
            await sleep(waited(tried))
        else:
            return


async def stay(client: Client, sleep: Sleep) -> None:
    """Be connected, for ever. Raises Refused when Discord lets us in no more."""
    failed = 0
    while not client.is_closed():
        begun = asyncio.get_running_loop().time()
        try:
            await client.connect()
        except discord.ConnectionClosed as problem:
            raise _closed(problem) from None
        except discord.PrivilegedIntentsRequired:
            raise Refused("Discord asks for an intent that this bot does not need.") from None
        except TROUBLE as problem:
            log.warning("the connection to Discord is lost: %s", problem)
        except Exception:
            # An event that the library cannot read, or its own slip when a first try fails.
            log.exception("the connection to Discord broke")
        await _let_go(client)
        if asyncio.get_running_loop().time() - begun > STABLE:
            failed = 0
        await sleep(waited(failed))
        failed += 1


async def _let_go(client: Client) -> None:
    """Close what is left of a connection, with its heartbeat; to be begun anew, not resumed."""
    socket = cast(DiscordWebSocket | None, client.ws)
    if socket and socket.open:
        try:
            async with asyncio.timeout(FIRST):
                await socket.close(code=4000)
        except TROUBLE as problem:
            log.info("the old connection was not closed: %s", problem)


def _closed(problem: discord.ConnectionClosed) -> Refused:
    if problem.code == 4004:
        return wrong_token()
    return Refused(f"Discord closed the connection for good (its code {problem.code}).")


def waited(failed: int) -> float:
    """Seconds until the next try, after so many that failed."""
    return min(FIRST * 2.0 ** min(failed, 10), LONGEST)


def wrong_token() -> Refused:
    """Why Discord does not let us in, and where to get another token."""
    return Refused(
        "Discord does not take DISCORD_TOKEN. Copy it once more from the developer portal "
        "(discord.com/developers/applications, your application, Bot, Reset Token)."
    )
