"""The whole program in this process, with a real client library, before a local platform."""

import asyncio
import base64
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from bot.adapters.base import Platform
from bot.conversation import Picture, Terms
from bot.course.model import Library
from bot.personas.base import Persona
from bot.runner import Runner, Step
from bot.store import Commit, Store
from bot.thinking import Thinker

S = TypeVar("S")
A = TypeVar("A", bound=Platform)

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
"""A picture that takes no time to draw: how pictures look is tested elsewhere."""

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


async def hasty(seconds: float) -> None:
    """Sleep, but not for long."""
    await asyncio.sleep(min(seconds, 0.001))


class PlatformBot(Generic[S, A]):
    """The bot over the database at `path`. What it commits is in `commits`."""

    adapter: A
    store: Store
    runner: Runner

    def __init__(
        self,
        server: S,
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
        self.terms = Terms()
        self.operators: frozenset[str] = frozenset()
        self.access: Literal["open", "cohort"] = "open"
        self.draw: Callable[[Picture], bytes] = lambda _: PIXEL
        self.persona: Persona | None = None
        self._clock = clock
        self._names = count(1)
        self._mint = mint or (lambda: f"learner-{next(self._names)}")
        self._running: asyncio.Task[None] | None = None

    async def run(self, platform: str, adapter: A, step: Step) -> None:
        """Open the store and begin to listen; what the last run left is sent first."""
        self.adapter = adapter
        self.store = await Store.open(self.path)
        self.runner = Runner(
            self.library,
            self.store,
            {platform: adapter},
            clock=self._clock,
            mint=self._mint,
            step=step,
            observe=self.commits.append,
            terms=self.terms,
            operators=self.operators,
            access=self.access,
            draw=self.draw,
            thinker=self._thinker(),
        )
        await self.runner.use(self.library)
        await self.runner.resume()
        self._running = asyncio.create_task(adapter.run(self.runner))

    def _thinker(self) -> Thinker | None:
        if self.persona is None:
            return None
        return Thinker(self.persona, self.store, self.terms.budgets, self._clock)

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

    async def settled(self) -> None:
        """Until everything was taken and every message is out."""
        server: Any = self.server
        await server.settled()
        await self.runner.quiet()

    async def quiet(self) -> None:
        """Wait until `settled`; raises what ended us."""
        assert self._running
        settling = asyncio.create_task(self.settled())
        await asyncio.wait([settling, self._running], return_when=asyncio.FIRST_COMPLETED)
        if self._running.done():
            settling.cancel()
            self._running.result()
        await settling

    async def ended(self) -> None:
        """Wait for the end of its own accord; raises why."""
        assert self._running
        await self._running
