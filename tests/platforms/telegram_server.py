"""A Telegram Bot API server on loopback, to which the real python-telegram-bot talks.

    server = TelegramServer()
    await server.start()
    Application.builder().token(server.token).base_url(server.base_url)
    server.person(7, "Ann")
    server.say(7, "/start")        # what people do
    await server.settled()         # every update was fetched and confirmed
    server.chat(7)                 # what people see
    assert server.breaches == []   # nothing that Telegram would not have taken

It rejects what Telegram rejects, refuses what the state of a chat forbids, and breaks down as it
is told to (`fault`). It runs in the event loop of the bot under test and never sleeps to wait.
"""

import argparse
import asyncio
import json
import math
import re
import signal
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal

from aiohttp import web

from tests.platforms import telegram_spec
from tests.platforms.serving import Serving
from tests.platforms.telegram_account import Account
from tests.platforms.telegram_chats import Button, Change, Chat, Json, Shown
from tests.platforms.telegram_feed import Feed, Refused, Webhook
from tests.platforms.telegram_files import Files, Upload
from tests.platforms.telegram_methods import Messages
from tests.platforms.telegram_params import decoded, fields
from tests.platforms.telegram_rules import Rejected
from tests.platforms.telegram_world import World

__all__ = [
    "Button",
    "Change",
    "Chat",
    "Fault",
    "Limits",
    "Request",
    "Shown",
    "TelegramServer",
    "Upload",
    "Webhook",
]

COUNTED = re.compile(r"(send(Message|Photo|Document)|edit\w+|copy\w+|forward\w+|deleteMessages?)$")

UPLOADS_AT_MOST = 64 * 1024**2


@dataclass(frozen=True, slots=True)
class Fault:
    """How one request is to fail. None of it set: it does not.

    `status` 429 is answered with `retry_after`, 500 with a JSON error, 502 with `html` with a page;
    `description` is the text of the error. `drop` closes the connection, before or after the
    request was carried out; `slow` answers only after so many seconds.
    """

    status: int = 0
    retry_after: int | float = 0
    html: bool = False
    drop: Literal["", "before", "after"] = ""
    slow: float = 0
    description: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the bot's; `error` is what it was answered, "" when it was carried out."""

    method: str
    data: dict[str, Any]
    at: float  # the event loop's time
    error: str = ""


@dataclass(slots=True)
class Limits:
    """How much a bot may send, in sliding windows; `second` shortens time for hasty tests."""

    total_per_second: int = 30
    chat_per_second: int = 1
    group_per_minute: int = 20
    second: float = 1.0
    _sent: dict[object, deque[float]] = field(default_factory=dict, repr=False)

    def wait(self, chat: object, now: float) -> float:
        """Seconds until there is room for one more message; 0 when there is, and it is counted."""
        windows = [
            (self._sent.setdefault(key, deque()), most, span * self.second)
            for key, most, span in self._windows(chat)
        ]
        for sent, _, span in windows:
            while sent and sent[0] <= now - span:
                sent.popleft()
        waits = [sent[-most] + span - now for sent, most, span in windows if len(sent) >= most]
        if not waits:
            for sent, _, _ in windows:
                sent.append(now)
        return max(waits, default=0.0)

    def _windows(self, chat: object) -> list[tuple[object, int, int]]:
        windows: list[tuple[object, int, int]] = [
            ("all", self.total_per_second, 1),
            (("second", chat), self.chat_per_second, 1),
        ]
        if isinstance(chat, int) and chat < 0:
            windows.append((("minute", chat), self.group_per_minute, 60))
        return windows


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a status and either a JSON body or a page."""

    status: int
    body: bytes
    html: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    error: str = ""


class TelegramServer(World, Serving):
    """People and chats, and the Bot API over HTTP."""

    def __init__(
        self,
        token: str = "4242:TEST",  # noqa: S107
        *,
        username: str = "syllabot_test_bot",
        specs: Path | None = None,
        port: int = 0,
        webhook_retry: float = 0.02,
    ) -> None:
        super().__init__(username, Feed(retry=webhook_retry))
        self.token = token
        self.requests: list[Request] = []
        self.breaches: list[str] = []
        self.refusals: list[str] = []
        self.mistakes: list[str] = []  # this server's own, found with the specs
        self.fault: Callable[[int, str], Fault | None] | None = None
        self.fault_polls = False
        self.limits: Limits | None = None
        self.url = self.base_url = ""
        self._spec = telegram_spec.load(specs) if specs else None
        self._messages = Messages(self)
        self._account = Account(self)
        self._now: dict[str, Callable[[Json], object]] = {
            **self._messages.table,
            **self._account.table,
        }
        self._port = port
        self._asked = 0

    async def start(self) -> None:
        await self._listen(UPLOADS_AT_MOST)
        self.base_url = f"{self.url}/bot"
        self.feed.open()

    async def stop(self) -> None:
        await self.feed.close()
        await self._hang_up()

    # What a test looks at

    @property
    def commands(self) -> dict[tuple[str, str], list[Json]]:
        """What the bot's menu shows, by scope (as JSON) and language."""
        return self._account.commands

    @property
    def descriptions(self) -> dict[str, str]:
        return self._account.descriptions

    @property
    def short_descriptions(self) -> dict[str, str]:
        return self._account.short_descriptions

    @property
    def files(self) -> Files:
        """The files behind file_ids; clear it and every file_id is unknown."""
        return self._messages.files

    @property
    def webhook(self) -> Webhook | None:
        return self.feed.webhook

    @property
    def webhook_answers(self) -> list[int]:
        """The statuses the webhook answered with; 0 where it did not answer."""
        return self.feed.webhook_answers

    @property
    def pending(self) -> int:
        """Updates that nobody has confirmed."""
        return len(self.feed.queue)

    @property
    def polled(self) -> bool:
        """A getUpdates is waiting for news."""
        return self.feed.polled

    async def settled(self, within: float = 10) -> None:
        """Until every update was confirmed; an AssertionError when that takes too long."""
        await self.feed.settled(within)

    async def until(self, true: Callable[[], bool], within: float = 10) -> None:
        """Until this holds; asked again whenever the bot asked for something."""
        async with asyncio.timeout(within):
            while not true():
                await self.feed.moved.wait()

    # HTTP

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        token, _, method = request.path.removeprefix("/bot").partition("/")
        if not request.path.startswith("/bot") or token != self.token:
            return _response(_error(401, "Unauthorized"))
        try:
            data = decoded(await fields(request))
        except Rejected as rejected:
            return _response(self._breach(method, {}, rejected))
        fault = self._fault(method) or Fault()
        if fault.drop == "before":
            return await self._drop(request, method, data)
        answer = _faulty(fault) or await self._answer(method, data)
        if method != "getUpdates":
            self._log(method, data, answer.error)
        if fault.drop == "after":
            return await self._drop(request)
        if fault.slow:
            await asyncio.sleep(fault.slow)
        return _response(answer)

    def _fault(self, method: str) -> Fault | None:
        if method == "getUpdates" and not self.fault_polls:
            return None
        self._asked += 1
        return self.fault(self._asked, method) if self.fault else None

    async def _drop(
        self, request: web.BaseRequest, method: str = "", data: Json | None = None
    ) -> web.StreamResponse:
        """Close the connection without an answer; its end cancels this handler."""
        if method and method != "getUpdates":
            self._log(method, data or {}, "dropped")
        if request.transport:
            request.transport.close()
        await asyncio.Event().wait()
        raise AssertionError("a closed connection goes on")

    def _log(self, method: str, data: Json, error: str) -> None:
        at = asyncio.get_running_loop().time()
        self.requests.append(Request(method, data, at, error))
        self.feed.move()

    async def _answer(self, method: str, data: Json) -> Answer:
        try:
            if method == "getUpdates":
                return Answer(200, b'{"ok":true,"result":%b}' % await self._updates(data))
            return self._success(method, await self._carry_out(method, data))
        except Rejected as rejected:
            return self._breach(method, data, rejected)
        except Refused as refused:
            self.refusals.append(f"{method}: {refused.description}")
            return _error(refused.status, refused.description, **refused.parameters)
        except Exception as error:
            self.mistakes.append(f"{method}: {error!r} {data!r:.300}")
            raise

    async def _carry_out(self, method: str, data: Json) -> object:
        if method not in self._now and method not in self._account.waiting:
            raise Rejected("Not Found")
        self._against_spec(method, data)
        self._limit(method, data)
        if method in self._now:
            return self._now[method](data)
        return await self._account.waiting[method](data)

    async def _updates(self, data: Json) -> bytes:
        self._against_spec("getUpdates", data)
        updates = await self._account.get_updates(data)
        if self._spec:
            for update in json.loads(updates):
                self.mistakes += self._spec.update(update)
        return updates

    def _against_spec(self, method: str, data: Json) -> None:
        if self._spec and (complaints := self._spec.request(method, data)):
            raise Rejected("; ".join(complaints))

    def _limit(self, method: str, data: Json) -> None:
        if self.limits is None or not COUNTED.match(method):
            return
        wait = self.limits.wait(data.get("chat_id"), asyncio.get_running_loop().time())
        if wait:
            seconds = math.ceil(wait) if self.limits.second == 1 else round(wait + 0.001, 3)
            raise Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    def _success(self, method: str, result: object) -> Answer:
        if self._spec:
            self.mistakes += self._spec.answer(method, result)
        return Answer(200, b'{"ok":true,"result":%b}' % json.dumps(result).encode())

    def _breach(self, method: str, data: Json, rejected: Rejected) -> Answer:
        self.breaches.append(f"{method}: {rejected} {data!r:.300}")
        if str(rejected) == "Not Found":
            return _error(404, "Not Found")
        return _error(400, f"Bad Request: {rejected}")


def _faulty(fault: Fault) -> Answer | None:
    if not fault.status:
        return None
    if fault.html:
        title = f"{fault.status} {HTTPStatus(fault.status).phrase}"
        page = f"<html><head><title>{title}</title></head></html>"
        return Answer(fault.status, page.encode(), html=True, error=f"fault {fault.status}")
    if fault.status == 429:
        after = fault.retry_after or 1
        described = fault.description or f"Too Many Requests: retry after {after}"
        return _error(429, described, retry_after=after)
    return _error(fault.status, fault.description or HTTPStatus(fault.status).phrase)


def _error(status: int, description: str, **parameters: int | float) -> Answer:
    body: Json = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    after = parameters.get("retry_after")
    headers = {"Retry-After": str(after)} if after else {}
    return Answer(status, json.dumps(body).encode(), headers=headers, error=description)


def _response(answer: Answer) -> web.Response:
    return web.Response(
        status=answer.status,
        body=answer.body,
        content_type="text/html" if answer.html else "application/json",
        headers=answer.headers,
    )


async def _serve(port: int, users: int) -> None:
    """A server in a process of its own, until SIGTERM, for a benchmark."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with TelegramServer(port=port) as server:
        for user in range(2, users + 2):
            server.person(user, f"Person {user}")
        print(server.url, flush=True)
        await ended.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=_serve.__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--users", type=int, default=0, help="people 2 to N+1 have private chats")
    options = parser.parse_args()
    asyncio.run(_serve(options.port, options.users))


if __name__ == "__main__":
    main()
