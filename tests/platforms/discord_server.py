"""A Discord on loopback, REST and gateway, to which the real discord.py talks.

    server = DiscordServer()
    await server.start()
    with addressed(server):
        await client.start(server.token)       # in a task
    server.person(7, "Ann")
    server.command(7, "start")     # what people do
    await server.settled()         # every interaction was answered
    server.seen(7)                 # what people see
    assert server.breaches == []   # nothing that Discord would not have taken

It rejects what Discord rejects, refuses what the state of the world forbids, and breaks down as it
is told to (`fault`). It runs in the event loop of the bot under test and never sleeps to wait.
"""

import asyncio
import json
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yarl
from aiohttp import hdrs, web

from tests.platforms import discord_http as http
from tests.platforms import discord_rules as rules
from tests.platforms import discord_spec
from tests.platforms.discord_account import Account
from tests.platforms.discord_gateway import MEMBERS, MESSAGE_CONTENT, PRESENCES, Gateway, Signal
from tests.platforms.discord_http import Answer, Fault, Request
from tests.platforms.discord_limits import Limits
from tests.platforms.discord_messages import Ask, Handler, Reply
from tests.platforms.discord_people import People
from tests.platforms.discord_rules import Refused, Rejected
from tests.platforms.discord_shown import Button, Change, Field, File, Modal, Select, Shown
from tests.platforms.serving import Serving

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the library imports audioop
    import discord
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

__all__ = [
    "MEMBERS",
    "MESSAGE_CONTENT",
    "PRESENCES",
    "Button",
    "Change",
    "DiscordServer",
    "Fault",
    "Field",
    "File",
    "Limits",
    "Modal",
    "Request",
    "Select",
    "Shown",
    "addressed",
]

APPLICATION = 1_100_000_000_000_000_000
TOKENS_OWN = ("POST /interactions/", "/webhooks/{webhook_id}/{webhook_token}")


class DiscordServer(People, Serving):
    """People, guilds and channels, and Discord's two interfaces."""

    def __init__(
        self,
        token: str = "test-token",  # noqa: S107
        *,
        application: int = APPLICATION,
        specs: Path | None = None,
        port: int = 0,
        privileged: int = 0,
    ) -> None:
        self.moved = Signal()
        super().__init__(application, Gateway(token, self.moved))
        self.token = token
        self.requests: list[Request] = []
        self.breaches: list[str] = self.gateway.breaches
        self.refusals: list[str] = []
        self.mistakes: list[str] = self.gateway.mistakes  # this server's own
        self.fault: Callable[[int, str], Fault | None] | None = None
        self.rates = Limits()
        self.invalid = 0  # what counts towards a ban: 401, 403 and 429
        self.url = self.gateway_url = self.api = ""
        self.gateway.privileged = privileged
        self._spec = discord_spec.load(specs) if specs else None
        if self._spec:
            self.gateway.event_check = self._check_event
            self.gateway.frame_check = self._spec.frame
        self._account = Account(self)
        self._table: dict[str, Handler] = {
            **self._account.table,
            **self.messages.table,
            **self.interactions.table,
        }
        self._routes: dict[tuple[str, int], list[tuple[str, list[str]]]] = {}
        for template in self._table:
            method, _, path = template.partition(" ")
            parts = path.strip("/").split("/")
            self._routes.setdefault((method, len(parts)), []).append((template, parts))
        for listed in self._routes.values():  # @me before {user_id}
            listed.sort(key=lambda one: sum(part.startswith("{") for part in one[1]))
        self._port = port
        self._asked = self._running = 0

    async def start(self) -> None:
        await self._listen(2 * rules.REQUEST_BYTES)
        self.api = f"{self.url}/api/v10"
        self.messages.cdn = f"{self.url}/cdn"
        self.gateway_url = self.gateway.url = f"ws://127.0.0.1:{self._port}/gateway"

    async def stop(self) -> None:
        self.gateway.stop()
        await self._hang_up()

    # What a test looks at and turns

    @property
    def acknowledged(self) -> dict[int, float]:
        """How many seconds each first response took."""
        return self.interactions.acknowledged

    @property
    def unanswered(self) -> list[int]:
        """Interactions whose first response is still awaited."""
        return self.interactions.unanswered()

    @property
    def failed(self) -> list[int]:
        """Interactions of which people were told that the app did not respond."""
        self.interactions.unanswered()
        return self.interactions.failed

    @property
    def deadline(self) -> float:
        """Seconds within which the first response must come."""
        return self.interactions.deadline

    @deadline.setter
    def deadline(self, seconds: float) -> None:
        self.interactions.deadline = seconds

    @property
    def token_life(self) -> float:
        return self.interactions.token_life

    @token_life.setter
    def token_life(self, seconds: float) -> None:
        self.interactions.token_life = seconds

    @property
    def limits(self) -> bool:
        """Whether requests are limited; see `rates` for how."""
        return self.rates.on

    @limits.setter
    def limits(self, on: bool) -> None:
        self.rates.on = on

    @property
    def heartbeat_interval(self) -> float:
        """Seconds, as the next HELLO says."""
        return self.gateway.heartbeat_interval

    @heartbeat_interval.setter
    def heartbeat_interval(self, seconds: float) -> None:
        self.gateway.heartbeat_interval = seconds

    @property
    def refuse_gateway(self) -> int:
        """How many of the next connections to the gateway fail."""
        return self.gateway.refuse

    @refuse_gateway.setter
    def refuse_gateway(self, times: int) -> None:
        self.gateway.refuse = times

    @property
    def sessions(self) -> int:
        return self.gateway.sessions

    @property
    def resumes(self) -> int:
        return self.gateway.resumes

    @property
    def identifies(self) -> int:
        return self.gateway.identifies

    @property
    def connected(self) -> bool:
        return self.gateway.connected

    def disconnect(self, code: int | None = None) -> None:
        """The gateway's connection is cut, or closed with this code."""
        self.gateway.disconnect(code)

    def invalidate(self, *, resumable: bool = False) -> None:
        """The session is no longer valid (op 9)."""
        self.gateway.invalidate(resumable=resumable)

    def ask_reconnect(self) -> None:
        """The bot is asked to connect anew (op 7)."""
        self.gateway.ask_reconnect()

    def mute(self) -> None:
        """No heartbeat on today's connections is confirmed any more."""
        self.gateway.mute()

    def malformed(self, event: str, payload: Any) -> None:
        """Dispatch whatever this is."""
        self.gateway.rubbish(event, payload)

    # Waiting

    async def settled(self, within: float = 10) -> None:
        """Until the bot has heard everything, every interaction was answered or is too late, and
        no request runs; an AssertionError when that takes too long.

        What a bot does between two requests cannot be seen from here: see `until`.
        """
        try:
            async with asyncio.timeout(within):
                while True:
                    await self._idle()
                    before = self._asked, len(self.interactions.all)
                    await self.gateway.heard()
                    await self.gateway.heard()
                    if self._still and before == (self._asked, len(self.interactions.all)):
                        return
        except TimeoutError:
            left = [self.interactions.all[one] for one in self.interactions.pending]
            stuck = [f"{one.id} of {one.user} (type {one.type} {one.name})" for one in left]
            raise AssertionError(
                f"not settled within {within} s: {self._running} requests run, not answered {stuck}"
            ) from None

    @property
    def _still(self) -> bool:
        return not self._running and not self.interactions.unanswered()

    async def _idle(self) -> None:
        while not self._still:
            pending = self.interactions.pending.values()
            until = min(pending) - self.time() if pending else None
            moved = asyncio.ensure_future(self.moved.wait())
            try:
                await asyncio.wait(
                    [moved], timeout=None if until is None else max(until, 0) + 0.001
                )
            finally:
                moved.cancel()

    async def until(self, true: Callable[[], bool], within: float = 10) -> None:
        """Until this holds; asked again whenever the bot asked for something."""
        async with asyncio.timeout(within):
            while not true():
                await self.moved.wait()

    # HTTP

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith("/gateway"):
            return await self.gateway.serve(request)
        if path.startswith("/cdn/"):
            return self._file(path)
        self._asked += 1
        self._running += 1
        try:
            return await self._api(request, path.removeprefix("/api/v10"), self._asked)
        finally:
            self._running -= 1
            self.moved.move()

    async def _api(self, request: web.BaseRequest, path: str, number: int) -> web.StreamResponse:
        ask = self._route(request.method, path)
        ask.query = dict(request.query)
        fault = (self.fault(number, ask.template) if self.fault else None) or Fault()
        try:
            await http.read(request, ask)
        except Rejected as rejected:
            return http.response(self._logged(ask, path, self._breach(ask, rejected)))
        if fault.drop == "before":
            self._log(ask, path, "dropped")
            return await http.drop(request)
        answer = http.faulty(fault) or self._answer(request, ask)
        self._logged(ask, path, answer)
        if fault.drop == "after":
            return await http.drop(request)
        if fault.slow:
            await asyncio.sleep(fault.slow)
        return http.response(answer)

    def _route(self, method: str, path: str) -> Ask:
        parts = path.strip("/").split("/")
        for template, known in self._routes.get((method, len(parts)), ()):
            pairs = list(zip(known, parts, strict=True))
            if all(a == b or a[0] == "{" for a, b in pairs):
                return Ask(template, {a[1:-1]: b for a, b in pairs if a[0] == "{"})
        return Ask(f"{method} {path}", {})

    def _answer(self, request: web.BaseRequest, ask: Ask) -> Answer:
        handler = self._table.get(ask.template)
        if handler is None:
            self.breaches.append(f"{ask.template}: there is no such route here")
            return http.error(404, {"message": "404: Not Found", "code": 0})
        owned = any(part in ask.template for part in TOKENS_OWN)
        if not owned and request.headers.get(hdrs.AUTHORIZATION) != f"Bot {self.token}":
            return http.error(401, {"message": "401: Unauthorized", "code": 0})
        headers, wait, everything = self.rates.ask(ask.template, ask.ids, self.time(), time.time())
        if wait:
            return http.limited(wait, "global" if everything else "user", headers)
        if ask.template.startswith("POST /interactions/"):
            self.interactions.tried(ask)
        try:
            if self._spec and (complaints := self._spec.request(ask.template, ask.data)):
                raise Rejected("; ".join(complaints), (), "SPEC")
            result = handler(ask)
        except Rejected as rejected:
            return self._breach(ask, rejected, headers)
        except Refused as refused:
            self.refusals.append(f"{ask.template}: {refused.message} ({refused.number})")
            return http.error(refused.status, refused.body(), headers)
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            self.mistakes.append(f"{ask.template}: {error!r} at {where} {ask.data!r:.300}")
            return http.error(418, {"message": f"this server failed: {error!r}", "code": 0})
        reply = (
            result if isinstance(result, Reply) else Reply(result, 204 if result is None else 200)
        )
        if self._spec:
            self.mistakes += self._spec.answer(ask.template, reply.status, reply.body)
        body = b"" if reply.body is None else json.dumps(reply.body).encode()
        return Answer(reply.status, body, headers=headers)

    def _check_event(self, name: str, payload: object) -> None:
        assert self._spec is not None
        self.mistakes += self._spec.event(name, payload)

    def _breach(
        self, ask: Ask, rejected: Rejected, headers: dict[str, str] | None = None
    ) -> Answer:
        self.breaches.append(f"{ask.template}: {rejected} {ask.data!r:.300}")
        return http.error(rejected.status, rejected.body(), headers, error=str(rejected))

    def _logged(self, ask: Ask, path: str, answer: Answer) -> Answer:
        shared = answer.headers.get("X-RateLimit-Scope") == "shared"
        if answer.status in (401, 403) or (answer.status == 429 and not shared):
            self.invalid += 1
        self._log(ask, path, answer.error)
        return answer

    def _log(self, ask: Ask, path: str, error: str) -> None:
        self.requests.append(Request(ask.template, ask.data, self.time(), error, path))

    def _file(self, path: str) -> web.Response:
        parts = path.split("/")
        number = parts[-2] if len(parts) > 2 else ""
        found = self.messages.attached.get(int(number)) if number.isdecimal() else None
        if found is None:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=found.content, content_type="application/octet-stream")


@contextmanager
def addressed(server: DiscordServer) -> Iterator[None]:
    """discord.py talks to this server meanwhile."""
    route, gateway, cdn = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE
    Route.BASE = server.api
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    discord.Asset.BASE = f"{server.url}/cdn"
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE = route, gateway, cdn
