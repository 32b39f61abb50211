"""A model's answers: the stream of its service, and its words in a lab."""

import json
from functools import cache
from random import Random
from typing import Final, cast

import httpx2
from anthropic import AsyncAnthropic

from benchmarks.fuzzing import chance as spoil
from benchmarks.fuzzing.case import Broken, Steps, Target
from benchmarks.fuzzing.loop import run
from benchmarks.fuzzing.world import Step, fresh, lines
from bot.conversation import Brief, Speech
from bot.models import PRICES
from bot.personas.base import Meter, Silent
from bot.personas.claude import Claude

BRIEF: Final = Brief("Some rules.", "About a lab.", (Speech("learner", "hello"),))
FIRST: Final = "claude-haiku-5-5"


@cache
def _stream() -> bytes:
    """A reply as the Messages API streams it."""
    usage = {"input_tokens": 9, "output_tokens": 1, "cache_read_input_tokens": 3}
    message = {"id": "m", "type": "message", "role": "assistant", "model": FIRST, "content": [],
               "stop_reason": None, "stop_sequence": None, "usage": usage}  # fmt: skip
    words = {"type": "text_delta", "text": "What makes you say so?"}
    ended = {"stop_reason": "end_turn", "stop_sequence": None, "stop_details": None}
    events = (
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": words},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": ended, "usage": {"output_tokens": 7}},
        {"type": "message_stop"},
    )
    said = (f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in events)
    return "".join(said).encode()


def _make_answer(chance: Random) -> Steps:
    status = chance.choice((200, 200, 200, 200, 400, 429, 500, 529))
    body = spoil.raw(chance, _stream())
    if chance.randrange(2):
        body = _respoken(chance)
    wait = chance.choice(("1", "-5", "nan", "inf", "1e400", "x", "", "9" * 400))
    return [(status, wait, body)]


def _respoken(chance: Random) -> bytes:
    """The stream with an event of another kind or content, or with other words."""
    parts = _stream().split(b"data: ")
    at = chance.randrange(1, len(parts))
    data, _, rest = parts[at].partition(b"\n")
    value = spoil.value(chance, json.loads(data))
    parts[at] = json.dumps(value).encode("utf-8", "surrogatepass") + b"\n" + rest
    return b"data: ".join(parts)


class _Service:
    """Answers each request with what it is told to."""

    def __init__(self) -> None:
        self.answer = 200, "", b""
        self.claude = Claude("k", "http://127.0.0.1:9", {FIRST: PRICES[FIRST]})
        transport = httpx2.MockTransport(self._answered)
        http = httpx2.AsyncClient(transport=transport)
        self.claude._client = AsyncAnthropic(api_key="k", max_retries=0, http_client=http)

    def _answered(self, _: httpx2.Request) -> httpx2.Response:
        status, wait, body = self.answer
        kind = "text/event-stream" if status == 200 else "application/json"
        headers = {"content-type": kind, "retry-after": wait}
        return httpx2.Response(status, headers=headers, content=body)


@cache
def _service() -> _Service:
    return _Service()


def _answer(steps: Steps) -> None:
    service = _service()
    for step in steps:
        service.answer = cast(tuple[int, str, bytes], step)
        meter = Meter()
        try:
            reply = run(service.claude.word(FIRST, BRIEF, meter))
        except Silent as silent:
            if not silent.wait >= 0:
                raise Broken(f"the service is asked again after {silent.wait} s") from None
        else:
            reply.encode()
            if not reply.strip():
                raise Broken("an empty reply is taken for one")
        if min(meter.tokens.fresh, meter.tokens.answer) < 0:
            raise Broken(f"the bill is {meter.tokens}")


def _make_reply(chance: Random) -> Steps:
    """A lab whose persona's words are spoilt, and the learner's between them."""
    steps: list[object] = []
    for _ in range(12):
        steps.append(("ann", "", "say", chance.choice(lines())))
        reply = chance.choice(
            (chance.choice(lines()), "What makes you say so?", "Option B is right.")
        )
        steps.append(("ann", "", "reply", spoil.text(chance, reply)))
    return steps


def _reply(steps: Steps) -> None:
    world = fresh()
    for each in (
        ("ann", "", "forge", "m1-l1-lab.0.0.synthetic-data"),
        ("ann", "", "press", ("ann", 1, "")),
    ):
        world.take(each)
    for step in steps:
        world.take(cast(Step, step))


def targets() -> tuple[Target, ...]:
    """What comes from the service of a model."""
    return (
        Target("answers", 15, _make_answer, _answer),
        Target("replies", 20, _make_reply, _reply),
    )
