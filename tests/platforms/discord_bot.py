"""The whole program in this process, with the real client library, before a local Discord."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from bot import engine
from bot.adapters.discord import Discord
from bot.adapters.discord_live import SOON
from bot.commands.serve import accent, slash_commands
from bot.course.album import Album
from bot.course.model import Library
from bot.runner import Runner, Step
from bot.store import Commit, Store
from tests.platforms.discord_server import DiscordServer, addressed
from tests.platforms.telegram_bot import hasty

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Bot:
    """The bot over the database at `path`. What it commits is in `commits`."""

    def __init__(
        self,
        server: DiscordServer,
        path: Path,
        library: Library,
        *,
        content: Path = Path("content"),
        clock: Callable[[], datetime] = lambda: NOW,
        mint: Callable[[], str] | None = None,
    ) -> None:
        self.server = server
        self.path = path
        self.library = library
        self.content = content
        self.commits: list[Commit] = []
        self._clock = clock
        self._names = count(1)
        self._mint = mint or (lambda: f"learner-{next(self._names)}")
        self._running: asyncio.Task[None] | None = None
        self._addressed = contextlib.ExitStack()

    async def start(
        self,
        *,
        step: Step = engine.step,
        token: str = "",
        soon: float = SOON,
        heartbeat_timeout: float = 60,
        connected: bool = True,
    ) -> "Bot":
        """Open the store and connect; what the last run left is sent first."""
        self._addressed.enter_context(addressed(self.server))
        self.store = await Store.open(self.path)
        self.adapter = Discord(
            token or self.server.token,
            Album(self.content),
            lambda course: accent(self.runner.library, course),
            slash_commands(),
            sleep=hasty,
            soon=soon,
            heartbeat_timeout=heartbeat_timeout,
        )
        self.runner = Runner(
            self.library,
            self.store,
            {"discord": self.adapter},
            clock=self._clock,
            mint=self._mint,
            step=step,
            observe=self.commits.append,
        )
        await self.runner.use(self.library)
        await self.runner.resume()
        self._running = asyncio.create_task(self.adapter.run(self.runner))
        if connected:
            await self.server.until(self._is_here)
        return self

    def _is_here(self) -> bool:
        return self.server.connected and bool(self.server.commands)

    async def stop(self, grace: float = 5) -> None:
        """As SIGTERM does."""
        if self._running is None:
            return
        self._running.cancel()
        await asyncio.wait([self._running])
        self._running = None
        await self.runner.drain(grace)
        await self.adapter.close()
        await self.store.close()
        self._addressed.close()

    async def quiet(self) -> None:
        """Wait until everything is answered and every message is out; raises what ended us."""
        assert self._running
        settling = asyncio.create_task(self._settled())
        await asyncio.wait([settling, self._running], return_when=asyncio.FIRST_COMPLETED)
        if self._running.done():
            settling.cancel()
            self._running.result()
        await settling

    async def _settled(self) -> None:
        before = -1
        while before != len(self.server.requests):
            before = len(self.server.requests)
            await self.server.settled()
            await self.runner.quiet()
            await self.adapter.quiet()

    async def ended(self) -> None:
        """Wait for the end of its own accord; raises why."""
        assert self._running
        await self._running
