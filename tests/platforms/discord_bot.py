"""The whole program in this process, with the real client library, before a local Discord."""

from contextlib import ExitStack

from bot import engine
from bot.adapters.discord import Discord
from bot.adapters.discord_live import SOON
from bot.commands.serve import accent, slash_commands
from bot.course.album import Album
from bot.runner import Step
from tests.platforms.bot import PlatformBot, hasty
from tests.platforms.discord_server import DiscordServer, addressed


class Bot(PlatformBot[DiscordServer, Discord]):
    """See `PlatformBot`."""

    _addressed = ExitStack()

    async def start(
        self,
        *,
        step: Step = engine.step,
        token: str = "",
        soon: float = SOON,
        heartbeat_timeout: float = 60,
        connected: bool = True,
    ) -> "Bot":
        """Return when it is there, unless it is not to be `connected`."""
        self._addressed = ExitStack()
        self._addressed.enter_context(addressed(self.server))
        adapter = Discord(
            token or self.server.token,
            Album(self.content),
            lambda course: accent(self.runner.library, course),
            slash_commands(),
            sleep=hasty,
            soon=soon,
            heartbeat_timeout=heartbeat_timeout,
        )
        await self.run("discord", adapter, step)
        if connected:
            await self.server.until(lambda: self.server.connected and bool(self.server.commands))
        return self

    async def stop(self, grace: float = 5) -> None:
        await super().stop(grace)
        self._addressed.close()

    async def settled(self) -> None:
        before = -1
        while before != len(self.server.requests):
            before = len(self.server.requests)
            await super().settled()
            await self.adapter.quiet()
