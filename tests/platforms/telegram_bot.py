"""The whole program in this process, with the real client library, before a local Telegram."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from bot import engine
from bot.adapters.telegram import Telegram, bot_of
from bot.adapters.telegram_pace import Pace
from bot.adapters.telegram_updates import Sleep, Webhook
from bot.commands.serve import menus
from bot.course.album import Album
from bot.course.model import Library
from bot.runner import Runner, Step
from bot.store import Commit, Store
from tests.platforms.telegram_server import TelegramServer

PATIENCE = 0.2
"""Seconds that the bot waits for an answer, so that a slow one is one that does not come."""

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


async def hasty(seconds: float) -> None:
    """Sleep, but not for long."""
    await asyncio.sleep(min(seconds, 0.001))


class Bot:
    """The bot over the database at `path`. What it commits is in `commits`."""

    def __init__(
        self,
        server: TelegramServer,
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

    async def start(
        self,
        *,
        step: Step = engine.step,
        pace: Pace | None = None,
        webhook: Webhook | None = None,
        token: str = "",
        sleep: Sleep = hasty,
        patience: float = PATIENCE,
    ) -> "Bot":
        """Open the store and begin to listen; what the last run left is sent first."""
        self.store = await Store.open(self.path)
        bot = bot_of(
            token or self.server.token, self.server.url, pace or Pace(sleep=hasty), patience
        )
        self.adapter = Telegram(bot, Album(self.content), menus(), webhook, sleep)
        self.runner = Runner(
            self.library,
            self.store,
            {"telegram": self.adapter},
            clock=self._clock,
            mint=self._mint,
            step=step,
            observe=self.commits.append,
        )
        await self.runner.use(self.library)
        await self.runner.resume()
        self._running = asyncio.create_task(self.adapter.run(self.runner))
        return self

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

    async def quiet(self) -> None:
        """Wait until every update is confirmed and every message is out; raises what ended us."""
        assert self._running
        settling = asyncio.create_task(self.server.settled())
        await asyncio.wait([settling, self._running], return_when=asyncio.FIRST_COMPLETED)
        if self._running.done():
            settling.cancel()
            self._running.result()
        await self.runner.quiet()

    async def ended(self) -> None:
        """Wait for the end of its own accord; raises why."""
        assert self._running
        await self._running
