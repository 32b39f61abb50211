"""A local server: something that is there for as long as a test needs it."""

import asyncio
from abc import ABC, abstractmethod
from typing import Self

from aiohttp import web


class Serving(ABC):
    """An HTTP server on loopback, started when it is entered and gone when it is left."""

    url: str
    _port: int
    _runner: web.ServerRunner | None = None

    @abstractmethod
    async def start(self) -> None:
        """Serve; after a stop at the same address, with everything still there."""

    @abstractmethod
    async def stop(self) -> None:
        """Serve no more; what people did is kept."""

    @abstractmethod
    async def _handle(self, http: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""

    async def _listen(self, most: int) -> None:
        """Take requests of at most so many bytes, at the port of before or at a free one."""
        loop = asyncio.get_running_loop()

        handler = web.Server(
            self._handle,
            request_factory=lambda message, payload, protocol, writer, task: web.BaseRequest(
                message, payload, protocol, writer, task, loop, client_max_size=most
            ),
            handler_cancellation=True,
            access_log=None,
        )
        self._runner = web.ServerRunner(handler, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"

    async def _hang_up(self) -> None:
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *why: object) -> None:
        await self.stop()
