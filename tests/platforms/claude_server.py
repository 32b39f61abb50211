"""Anthropic's Messages API on loopback, to which the real anthropic package talks.

    async with ClaudeServer() as server:
        client = AsyncAnthropic(api_key="x", base_url=server.url)
        server.script.append(Answer("Which of the two is older?"))  # one request's answer
        server.answer = lambda request: Answer(status=529)          # everybody else's
        ...
        server.requests[0].body                                     # what was asked
        server.requests[0].usage                                    # what it would have cost
        assert server.breaches == []  # nothing that the service would not have taken

It rejects what the service rejects, keeps prompts as the service's cache does, and breaks down as
an `Answer` says. It never thinks: every answer is what a test wrote.
"""

import argparse
import asyncio
import json
import signal
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.platforms import claude_rules as rules
from tests.platforms import claude_spec
from tests.platforms.claude_cache import Cache, Plan, Usage
from tests.platforms.claude_content import Rejected
from tests.platforms.claude_models import MODELS
from tests.platforms.claude_prompt import Block, Json, tokens
from tests.platforms.claude_wire import Answer, Request, error, events, message, sse
from tests.platforms.serving import Serving

__all__ = ["Answer", "ClaudeServer", "Request", "Usage", "tokens"]

VERSION = "2026-10-21"
MESSAGES, COUNT = "/v1/messages", "/v1/messages/count_tokens"
MODEL = "/v1/models/"


class ClaudeServer(Serving):
    """Requests in, answers of the tests' own making out."""

    def __init__(
        self,
        *,
        specs: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
        keys: frozenset[str] | None = None,
        port: int = 0,
    ) -> None:
        self.url = ""
        self.answer: Callable[[Request], Answer] = lambda request: Answer()
        self.script: deque[Answer] = deque()
        self.requests: list[Request] = []
        self.breaches: list[str] = []
        self.mistakes: list[str] = []  # this server's own: found with the specs, or exceptions
        self.models = set(MODELS)
        self._spec = claude_spec.load(specs) if specs else None
        self._cache = Cache(clock)
        self._keys = keys
        self._port = port
        self._asked = self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def start(self) -> None:
        await self._listen(rules.BYTES)

    async def stop(self) -> None:
        await self._hang_up()

    async def settled(self, within: float = 10) -> None:
        """Until no request is being answered; a TimeoutError when that takes too long."""
        async with asyncio.timeout(within):
            await self._idle.wait()

    # Requests

    async def _handle(self, http: web.BaseRequest) -> web.StreamResponse:
        self._busy += 1
        self._idle.clear()
        try:
            return await self._answered(http)
        except ConnectionError:
            raise  # the client's doing
        except Exception as failed:
            self.mistakes.append(f"{http.method} {http.path}: {failed!r}")
            raise
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    async def _answered(self, http: web.BaseRequest) -> web.StreamResponse:
        self._asked += 1
        request_id = f"req_{self._asked:024d}"
        try:
            if http.method == "GET" and http.path.startswith(MODEL):
                return _json(self._model(http), request_id)
            body = rules.parsed(await self._read(http))
            row = self._checked(http.path, body)
        except Rejected as rejected:
            self.breaches.append(f"{http.method} {http.path}: {rejected.status} {rejected}")
            return self._error(request_id, rejected.status, str(rejected))
        if http.path == COUNT:
            return _json({"input_tokens": sum(one.tokens for one in row)}, request_id)
        plan = self._cache.plan(body, row)
        request, answer = self._decided(http, body, plan)
        return await self._given(http, request_id, request, answer, plan)

    async def _read(self, http: web.BaseRequest) -> bytes:
        """The body, once the rest of the request is as it should be."""
        if http.path not in (MESSAGES, COUNT) or http.method != "POST":
            raise Rejected("Not found", 404)
        self._entitled(http)
        try:
            return await http.read()
        except web.HTTPRequestEntityTooLarge:
            said = "Request exceeds the maximum allowed number of bytes"
            raise Rejected(said, 413) from None

    def _model(self, http: web.BaseRequest) -> Json:
        """A model by its name."""
        self._entitled(http)
        name = http.path.removeprefix(MODEL)
        if name not in self.models:
            raise Rejected(f"model: {name}", 404)
        made = "2026-09-01T00:00:00Z"
        return {"type": "model", "id": name, "display_name": name, "created_at": made}

    def _entitled(self, http: web.BaseRequest) -> None:
        """The key is known and the interface is of the right version."""
        bearer = http.headers.get("Authorization", "").removeprefix("Bearer ")
        key = bearer or http.headers.get("X-Api-Key", "")
        if not key:
            raise Rejected("Authorization: header is required", 401)
        if self._keys is not None and key not in self._keys:
            raise Rejected("invalid bearer token", 401)
        version = http.headers.get("anthropic-version")
        if version != VERSION:
            said = f"{version!r} is not spoken here" if version else "header is required"
            raise Rejected(f"anthropic-version: {said}")

    def _checked(self, path: str, body: Any) -> list[Block]:
        row = rules.check(body, self.models, counting=path == COUNT)
        if self._spec:
            found = self._spec.count(body) if path == COUNT else self._spec.request(body)
            if found:
                raise Rejected("; ".join(found))
        return row

    def _decided(self, http: web.BaseRequest, body: Json, plan: Plan) -> tuple[Request, Answer]:
        headers = {name.lower(): value for name, value in http.headers.items()}
        asked = Request(body, headers, plan.usage, len(self.requests) + 1)
        answer = self.script.popleft() if self.script else self.answer(asked)
        served = answer.status_of(body) == 200 and not answer.silent
        usage = plan.usage.with_output(answer.output) if served else None
        self.requests.append(replace(asked, usage=usage))
        return self.requests[-1], answer

    # Answers

    async def _given(
        self, http: web.BaseRequest, request_id: str, request: Request, answer: Answer, plan: Plan
    ) -> web.StreamResponse:
        if answer.slow:
            await asyncio.sleep(answer.slow)
        if answer.silent:
            return await _cut_or_stalled(http, answer)
        if (status := answer.status_of(request.body)) != 200:
            return self._error(request_id, status, code=answer.code, after=answer.retry_after)
        self._cache.keep(plan)
        whole = message(request, answer)
        if self._spec:
            self.mistakes += self._spec.message(whole)
        if request.body.get("stream"):
            return await self._streamed(http, request_id, whole, answer)
        if answer.limit is None or answer.end_after is not None:
            return _json(whole, request_id)
        return await _half(http, request_id, whole, answer)

    async def _streamed(
        self, http: web.BaseRequest, request_id: str, whole: Json, answer: Answer
    ) -> web.StreamResponse:
        found = events(whole, answer.limit)
        if answer.error_after is not None:
            found.append(error(529, request_id=request_id))
        if self._spec:
            self.mistakes += [said for one in found for said in self._spec.event(one)]
        headers = {"Content-Type": "text/event-stream; charset=utf-8", "request-id": request_id}
        response = web.StreamResponse(headers=headers)
        response.enable_chunked_encoding()
        await response.prepare(http)
        await response.write(sse(found))
        if answer.cut_after is not None or answer.stall_after is not None:
            return await _cut_or_stalled(http, answer)
        await response.write_eof()
        return response

    def _error(
        self, request_id: str, status: int, said: str = "", code: str = "", after: str = ""
    ) -> web.Response:
        body = error(status, said, code, request_id)
        if self._spec:
            self.mistakes += self._spec.error(body)
        return _json(body, request_id, status, {"retry-after": after} if after else {})


def _json(
    body: Json, request_id: str, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    return web.Response(
        status=status,
        body=json.dumps(body).encode(),
        content_type="application/json",
        headers={"request-id": request_id, **(headers or {})},
    )


async def _half(
    http: web.BaseRequest, request_id: str, whole: Json, answer: Answer
) -> web.StreamResponse:
    """The first half of a plain answer, and then what became of the rest."""
    body = json.dumps(whole).encode()
    headers = {"Content-Type": "application/json", "request-id": request_id}
    response = web.StreamResponse(headers=headers)
    response.content_length = len(body)
    await response.prepare(http)
    await response.write(body[: len(body) // 2])
    return await _cut_or_stalled(http, answer)


async def _cut_or_stalled(http: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """The end of the connection, whoever brings it about, cancels this handler."""
    if answer.cut_after is not None and http.transport:
        http.transport.close()  # once what was written is sent
    await asyncio.Event().wait()
    raise AssertionError("nobody sets this event")


async def _serve(port: int, say: str) -> None:
    """A server in a process of its own, until SIGTERM or Ctrl-C, for use by hand."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with ClaudeServer(specs=claude_spec.specs(), port=port) as server:
        server.answer = lambda request: Answer(say)
        print(server.url, flush=True)
        await ended.wait()
    for one in (*server.breaches, *server.mistakes):
        print(one)


def main() -> None:
    parser = argparse.ArgumentParser(description=_serve.__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--say", default=Answer().text, help="the answer to everything")
    options = parser.parse_args()
    asyncio.run(_serve(options.port, options.say))


if __name__ == "__main__":
    main()
