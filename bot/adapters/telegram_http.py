"""The library's requests over aiohttp instead of httpx, which takes most of a turn's time.

Measured with benchmarks/telegram.py: a request costs 1 ms less of the processor. discord.py is
built on aiohttp too, so that one process has one HTTP client.
"""

from functools import cache
from typing import Final
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT: Final = 5.0
"""Seconds to make a connection."""


class Http(BaseRequest):
    """At most `size` connections; `patience` are the seconds that an answer is waited for.

    See `telegram.request.BaseRequest`, and `telegram_errors` for what its errors mean.
    """

    def __init__(self, size: int, patience: float) -> None:
        self._size = size
        self._patience = patience
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer is waited for, where a request does not say."""
        return self._patience

    async def initialize(self) -> None:
        """Open the connections, once."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._size),
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def shutdown(self) -> None:
        """Close them."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,  # noqa: ARG002
        connect_timeout: object = None,  # noqa: ARG002
        pool_timeout: object = None,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """The status and the body of an answer. Raises TimedOut, NetworkError."""
        if self._session is None:
            raise NetworkError("not connected yet")
        patience = read_timeout if isinstance(read_timeout, int | float) else self._patience
        timeout = aiohttp.ClientTimeout(sock_connect=CONNECT, sock_read=patience)
        try:
            async with self._session.request(
                method,
                url,
                data=_body(request_data),
                headers=_headers(request_data),
                timeout=timeout,
                proxy=_proxy(url),
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as problem:
            raise TimedOut from problem
        except (aiohttp.ClientError, OSError) as problem:
            raise NetworkError(f"{type(problem).__name__}: {problem}") from problem


def _proxy(url: str) -> str | None:
    """The machine's proxy for an address; aiohttp would ask for it in a thread at each request."""
    parts = urlsplit(url)
    return _proxy_of(parts.scheme, parts.hostname or "")


@cache
def _proxy_of(scheme: str, host: str) -> str | None:
    return None if proxy_bypass(host) else getproxies().get(scheme)


def _body(data: RequestData | None) -> bytes | aiohttp.FormData | None:
    if data is None:
        return None
    if not data.contains_files:
        return urlencode(data.json_parameters).encode()
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form


def _headers(data: RequestData | None) -> dict[str, str] | None:
    if data is None or data.contains_files:
        return None
    return {"Content-Type": "application/x-www-form-urlencoded"}
