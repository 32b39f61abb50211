"""How the program fares, told over HTTP to whoever reaches the address: a machine, as a rule.

/healthz: the program and its database answer. /readyz: everything is there for somebody to learn.
/metrics: numbers for Prometheus. Only what is asked for with GET or HEAD is answered, nobody is
named in it, and nothing can be changed by it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from bot.adapters.base import Platform, Receiver, Refused
from bot.conversation import Inbound, Moved
from bot.metrics import CONTENT_TYPE, Metrics

log = logging.getLogger(__name__)

PATIENCE: Final = 2.0
"""Seconds that the database has to answer."""

SHUTDOWN: Final = 1.0
"""Seconds for requests that are half way in when we stop."""

HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Health:
    """What is there and what is missing.

    `ask` asks the database for something and raises where it does not answer; `metrics` is told of
    platforms, by the names they have there.
    """

    def __init__(
        self, ask: Callable[[], Awaitable[object]], metrics: Metrics, patience: float = PATIENCE
    ) -> None:
        self.metrics = metrics
        self.is_loaded = False
        self.is_ending = False
        self._ask = ask
        self._patience = patience
        self._platforms: dict[str, str] = {}
        self._one_at_a_time = asyncio.Lock()
        self._said = ""

    async def serve(self, name: str, platform: Platform, receiver: Receiver) -> None:
        """As `Platform.run`, while it is kept in mind how that platform fares."""
        self._set(name, "was not reached yet")
        try:
            await platform.run(_Noted(receiver, lambda: self._set(name, "")))
        finally:
            self._set(name, "is served no more")

    def _set(self, name: str, fault: str) -> None:
        self._platforms[name] = fault
        self.metrics.reached(name, now=not fault)

    async def ill(self) -> list[str]:
        """What is wrong with the program itself, a sentence each."""
        fault = await self._of_database()
        if fault != self._said:  # once, however often it is asked
            log.log(logging.WARNING if fault else logging.INFO, fault or "The database answers.")
            self._said = fault
        return [fault] if fault else []

    async def missing(self) -> list[str]:
        """What keeps people from learning now, a sentence each."""
        found = await self.ill()
        if not self.is_loaded:
            found.append("The content is not loaded yet.")
        if self.is_ending:
            found.append("The program is stopping.")
        if not self._platforms:
            found.append("No platform is served yet.")
        return [*found, *(f"{n.title()} {why}." for n, why in self._platforms.items() if why)]

    async def _of_database(self) -> str:
        try:
            async with asyncio.timeout(self._patience), self._one_at_a_time:
                await self._ask()
        except TimeoutError:
            return f"The database did not answer within {self._patience:g} s."
        except Exception as problem:
            log.debug("the database cannot be asked: %s", problem)
            return "The database cannot be used; the log says why."
        return ""


class _Noted:
    """A receiver that says when its platform is reached."""

    def __init__(self, receiver: Receiver, reached: Callable[[], None]) -> None:
        self._reached = reached
        self._receiver = receiver

    async def receive(self, inbound: Inbound, acknowledge: Callable[[], object]) -> None:
        await self._receiver.receive(inbound, acknowledge)

    async def complete(self, account: str, command: str, text: str) -> tuple[tuple[str, str], ...]:
        return await self._receiver.complete(account, command, text)

    async def moved(self, moved: Moved, account: str) -> None:
        await self._receiver.moved(moved, account)

    async def connected(self) -> None:
        self._reached()
        await self._receiver.connected()


@asynccontextmanager
async def listening(health: Health, address: str) -> AsyncIterator[None]:
    """Answer at `address` (HOST:PORT) meanwhile. Raises Refused where that cannot be."""
    host, _, port = address.rpartition(":")
    runner = web.AppRunner(_app(health), access_log=None, shutdown_timeout=SHUTDOWN)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host.strip("[]"), int(port)).start()
        except OSError as problem:
            raise _taken(address, problem) from None
        yield
    finally:
        await runner.cleanup()


def _app(health: Health) -> web.Application:
    async def healthz(_: web.Request) -> web.Response:
        return _answer(await health.ill())

    async def readyz(_: web.Request) -> web.Response:
        return _answer(await health.missing())

    async def metrics(_: web.Request) -> web.Response:
        text = health.metrics.text()
        return web.Response(body=text, headers={**HEADERS, "Content-Type": CONTENT_TYPE})

    app = web.Application(client_max_size=0)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    return app


def _answer(faults: list[str]) -> web.Response:
    text = "\n".join(faults or ["ok"]) + "\n"
    return web.Response(text=text, status=503 if faults else 200, headers=HEADERS)


def _taken(address: str, problem: OSError) -> Refused:
    return Refused(
        f"Nothing can be listened for at {address}, where the program tells how it fares: "
        f"{problem.strerror or problem}. Set SYLLABOT_HEALTH_LISTEN to another HOST:PORT, or to "
        "off, and start again."
    )
