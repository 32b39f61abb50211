"""The Claude server of the tests is itself tested: the real package on one side, raw calls on the
other. A rule that never fires proves nothing, so each has a breach planted for it.
"""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import anthropic
import httpx2
import pytest
from anthropic import AsyncAnthropic
from pydantic import BaseModel

from tests.platforms import claude_rules as rules
from tests.platforms.claude_models import MODELS
from tests.platforms.claude_prompt import automatic, blocks, signature
from tests.platforms.claude_server import Answer, ClaudeServer, Request, Usage, tokens
from tests.platforms.claude_spec import load, specs

HAIKU, SONNET, OPUS, OLD = (
    "claude-haiku-5-5",
    "claude-sonnet-5-5",
    "claude-opus-5-5",
    "claude-haiku-4-5",
)
HEADERS = {"Authorization": "Bearer x", "anthropic-version": "2026-10-21"}
MARK = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}
LONG = "A synthetic record is drawn from a model. " * 60  # 630 tokens: more than the least floor
HELLO = {"role": "user", "content": "Hello"}
TOOL: dict[str, Any] = {"name": "add", "input_schema": {"type": "object"}}
ADDING = {"type": "tool_use", "id": "toolu_1", "name": "add", "input": {"a": 1}}
ADDED = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "2"}
ADAPTIVE = {"type": "adaptive"}
THOUGHT = {"type": "thinking", "thinking": "Hm.", "signature": signature("Hm.")}

Json = dict[str, Any]
Post = Callable[..., Awaitable[Json]]


def user(*content: Any) -> Json:
    """A text, or blocks; a list of anything passes as it is."""
    whole = len(content) == 1 and isinstance(content[0], str | list)
    return {"role": "user", "content": content[0] if whole else list(content)}


def said(*content: Any) -> Json:
    return {**user(*content), "role": "assistant"}


def note(*content: Any) -> Json:
    return {**user(*content), "role": "system"}


def text(words: str, **more: Any) -> Json:
    return {"type": "text", "text": words, **more}


def body(*messages: Json, **changes: Any) -> Json:
    """A request that the service takes, but for these changes; None takes a field away."""
    found = {"model": HAIKU, "max_tokens": 700, "messages": list(messages) or [HELLO], **changes}
    return {key: one for key, one in found.items() if one is not None}


@pytest.fixture
async def server() -> AsyncIterator[ClaudeServer]:
    """Watched by the description, where there is one: it also finds this server's own mistakes."""
    async with ClaudeServer(specs=specs()) as running:
        yield running
    assert running.mistakes == []


@pytest.fixture
async def unwatched() -> AsyncIterator[ClaudeServer]:
    """The hand-written rules alone."""
    async with ClaudeServer() as running:
        yield running
    assert running.mistakes == []


def talker(server: ClaudeServer, **options: Any) -> AsyncAnthropic:
    """The package, spared from reading the certificates of the world."""
    web = anthropic.DefaultAsyncHttpxClient(verify=False)
    settings = {"api_key": "x", "max_retries": 0, "http_client": web, **options}
    return AsyncAnthropic(base_url=server.url, **settings)


@pytest.fixture
async def client(server: ClaudeServer) -> AsyncIterator[AsyncAnthropic]:
    async with talker(server) as running:
        yield running


async def posted(
    server: ClaudeServer, data: Any, path: str = "/v1/messages", **headers: str
) -> tuple[int, Json]:
    sent = {name: one for name, one in {**HEADERS, **headers}.items() if one}
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    async with (
        aiohttp.ClientSession() as session,
        session.post(server.url + path, data=raw, headers=sent) as answer,
    ):
        return answer.status, await answer.json()


# What the service does not take


@dataclass(frozen=True)
class Breach:
    says: str  # a true sentence, and the name of the test
    wording: str
    body: Any
    status: int = 400


def breach(says: str, wording: str, *messages: Json, **changes: Any) -> Breach:
    return Breach(says, wording, body(*messages, **changes))


def tool(**changes: Any) -> Json:
    return {key: one for key, one in {**TOOL, **changes}.items() if one is not None}


def output(**config: Any) -> Json:
    return {"output_config": config}


def marked(mark: Any) -> Json:
    return text("Hello", cache_control=mark)


BREACHES = [
    Breach("a request is an object", "body: Input should be a valid dictionary", [1]),
    breach("a request names a model", "model: Field required", model=None),
    breach("a request has messages", "messages: Field required", messages=None),
    breach("a request bounds its answer", "max_tokens: Field required", max_tokens=None),
    breach("unknown fields are refused", "topic: Extra inputs", topic="maths"),
    breach("who asks is told in headers", "user_profile_id: Extra", user_profile_id="u"),
    breach("there is no temperature", "`temperature` is not supported", temperature=1),
    breach("there is no top_p", "`top_p` is not supported", top_p=1),
    breach("there is no top_k", "`top_k` is not supported", top_k=40),
    Breach("models are known by name", "model: claude-9", body(model="claude-9"), 404),
    breach("no answer has no tokens", "greater than or equal to 1", max_tokens=0),
    breach("128,001 tokens are too many", "128001 > 128000", max_tokens=128_001),
    breach("old models say less", "64001 > 64000", model=OLD, max_tokens=64_001),
    breach("tokens are whole", "max_tokens: Input should be a valid integer", max_tokens=1.5),
    breach("true is no number", "max_tokens: Input should be a valid integer", max_tokens=True),
    breach("to stream is yes or no", "stream: Input should be a valid boolean", stream="yes"),
    breach("a stop sequence says something", "non-whitespace", stop_sequences=["\n"]),
    breach("metadata has one field", "metadata.name: Extra", metadata={"name": "Ann"}),
    breach("a user's id is short", "at most 256", metadata={"user_id": "x" * 257}),
    breach("there are two tiers", "service_tier", service_tier="priority"),
    breach("there are two speeds", "speed: Input should be", speed="slow"),
    breach("a prompt fits the window", "prompt is too long", user("x" * 810_000), model=OLD),
    # Thinking and what comes out
    breach("thinking has a type", "thinking: Input tag 'None'", thinking={}),
    breach("thinking has a known type", "Input tag 'deep'", thinking={"type": "deep"}),
    breach("thinking has a type in words", "Input tag '[1]'", thinking={"type": [1]}),
    breach("adaptive thinking has no budget", "Extra", thinking={**ADAPTIVE, "budget": 1}),
    breach(
        "thoughts are summed up or left out", "display", thinking={**ADAPTIVE, "display": "all"}
    ),
    *[
        breach(
            f"{name} has no thinking {kind}",
            f'"thinking.type.{kind}" is not supported',
            model=name,
            max_tokens=2_000,
            thinking={"type": kind, **more},
        )
        for name, kind, more in [
            (SONNET, "disabled", {}),
            (OPUS, "disabled", {}),
            (HAIKU, "enabled", {"budget_tokens": 1_024}),
            (SONNET, "enabled", {"budget_tokens": 1_024}),
            (OPUS, "enabled", {"budget_tokens": 1_024}),
            (HAIKU, "between_tools", {}),
            (OPUS, "between_tools", {}),
            (OLD, "adaptive", {}),
        ]
    ],
    breach(
        "a budget is less than the answer",
        "less than max_tokens",
        model=OLD,
        thinking={"type": "enabled", "budget_tokens": 1_024},
    ),
    breach("efforts have names", "effort: Input should be one of", **output(effort="lazy")),
    breach("old models make no effort", "effort parameter", model=OLD, **output(effort="low")),
    breach(
        "without thinking there is no great effort",
        "xhigh is not supported",
        thinking={"type": "disabled"},
        **output(effort="xhigh"),
    ),
    breach(
        "between tools there is none either",
        "max is not supported",
        model=SONNET,
        thinking={"type": "between_tools"},
        **output(effort="max"),
    ),
    breach("a format is a schema", "json_schema", **output(format={"type": "json", "schema": {}})),
    breach("a format has one", "schema: Field required", **output(format={"type": "json_schema"})),
    breach("output has no other settings", "tone: Extra", **output(tone="kind")),
    breach(
        "an object that is asked for is closed",
        "'additionalProperties' must be explicitly set to false",
        **output(
            format={
                "type": "json_schema",
                "schema": {"type": "array", "items": [{"type": "object"}]},
            }
        ),
    ),
    # Tools
    breach("tools are objects", "tools.0: Input should be a valid", tools=["add"]),
    breach("a tool has a name", "tools.0.name: Field required", tools=[tool(name=None)]),
    breach("a tool has a plain name", "should match pattern", tools=[tool(name="add up")]),
    breach("a tool has a schema", "input_schema: Field", tools=[tool(input_schema=None)]),
    breach("it is one of an object", "Input should be 'object'", tools=[tool(input_schema={})]),
    breach("a tool has no other fields", "tools.0.icon: Extra", tools=[tool(icon="+")]),
    breach("tools have names of their own", "must be unique", tools=[TOOL, TOOL]),
    breach("what is not there is not chosen", "only be specified", tool_choice={"type": "auto"}),
    breach("a choice is a known one", "tag 'all'", tools=[TOOL], tool_choice={"type": "all"}),
    breach(
        "a chosen tool is there",
        "tool 'sub' not found",
        tools=[TOOL],
        tool_choice={"type": "tool", "name": "sub"},
    ),
    *[
        breach(
            f"{name} is not forced to use {kind}",
            "not supported for this model",
            model=name,
            tools=[TOOL],
            tool_choice=choice,
        )
        for name in (SONNET, OPUS)
        for kind, choice in [
            ("any tool", {"type": "any"}),
            ("one tool", {"type": "tool", "name": "add"}),
        ]
    ],
    breach("a tool that was used is answered", "without `tool_result`", HELLO, said(ADDING), HELLO),
    breach("nothing else is", "unexpected `tool_use_id`", HELLO, said("?"), user(ADDED)),
    # Messages
    breach("there is a message", "at least one message", messages=[]),
    breach("messages are objects", "messages.0: Input should be", messages=["Hello"]),
    breach("a message has a role", "messages.0.role: Field required", {"content": "Hello"}),
    breach("a message has content", "content: Field required", {"role": "user"}),
    breach("a message has nothing else", "name: Extra", {**HELLO, "name": "Ann"}),
    breach("there are three roles", "role: Input should be", {**HELLO, "role": "tutor"}),
    breach("content is text or blocks", "valid string", {"role": "user", "content": 5}),
    breach("a message is not empty", "must have non-empty content", user("")),
    breach("a message has a block", "must have non-empty content", {"role": "user", "content": []}),
    breach("a text is not empty", "must be non-empty", user([text("")])),
    breach("a text is more than spaces", "non-whitespace text", user([text(" \n")])),
    breach("a message is more than spaces", "non-whitespace text", user(" \n")),
    breach("a turn of Claude's is more as well", "non-whitespace", HELLO, said(" "), HELLO),
    breach("a block is an object", "content.0.type: Field required", user(["Hello"])),
    breach("a block has a type", "content.0.type: Field required", user([{"text": "Hello"}])),
    breach("a block has a known type", "Input tag 'poem'", user([{"type": "poem"}])),
    breach("a text block has text", "text: Field required", user([{"type": "text"}])),
    breach("a text block has nothing else", "bold: Extra", user([text("Hello", bold=True)])),
    breach("people do not think here", "Input tag 'thinking'", user([THOUGHT])),
    breach("nor do they use tools", "Input tag 'tool_use'", user([ADDING])),
    breach("Claude shows no pictures", "'image'", HELLO, said([{"type": "image", "source": {}}])),
    breach(
        "a thought comes back as it was",
        "Invalid `signature`",
        HELLO,
        said({**THOUGHT, "thinking": "Ha."}, text("Yes?")),
        HELLO,
    ),
    breach("a conversation begins with a user", "first message must use", said("Hi"), HELLO),
    breach("nothing is put into Claude's mouth", "prefill", HELLO, said("Well")),
    breach("the first prompt is no message", "top-level 'system'", note("Be kind"), HELLO),
    breach("a note follows a user", "must follow a 'user'", HELLO, said("Hi"), note("Be kind")),
    breach("no user follows a note", "must precede an 'assistant'", HELLO, note("Be kind"), HELLO),
    breach(
        "nor one behind another",
        "messages.1: role 'system' must precede",
        HELLO,
        note("Be kind"),
        note("Be brief"),
        HELLO,
    ),
    breach("a note is text", "Input tag 'tool_result'", HELLO, note([ADDED])),
    breach("a note is not empty", "at least one block", HELLO, note("")),
    *[
        breach(
            f"{name} takes no notes",
            "role 'system' is not supported",
            HELLO,
            note("Be kind"),
            model=name,
        )
        for name in (OLD, "claude-sonnet-4-6", "claude-sonnet-4-5", "claude-opus-4-7")
    ],
    # System and marks
    breach("a system prompt is not empty", "must be non-empty", system=""),
    breach("nor is a block of it", "must be non-empty", system=[text("")]),
    breach("it is text", "Input tag 'image'", system=[{"type": "image", "source": {}}]),
    breach("nothing empty is marked", "for empty text", system=[text("", cache_control=MARK)]),
    breach("a mark is an object", "valid dictionary", user([marked("1h")])),
    breach("a mark has a type", "cache_control.type: Field", user([marked({"ttl": "1h"})])),
    breach("a mark is ephemeral", "should be 'ephemeral'", user([marked({"type": "eternal"})])),
    breach("a mark lasts 5m or 1h", "'5m' or '1h'", user([marked({**MARK, "ttl": "2h"})])),
    breach("a mark has nothing else", "scope: Extra", user([marked({**MARK, "scope": "all"})])),
    breach("the mark at the top is one too", "should be 'ephemeral'", cache_control={"type": "x"}),
    breach("a tool's mark is one too", "'5m' or", tools=[tool(cache_control={**MARK, "ttl": "9"})]),
    breach(
        "a thought is not marked",
        "cache_control: Extra",
        HELLO,
        said({**THOUGHT, "cache_control": MARK}, text("Hm?")),
        HELLO,
    ),
    breach("five marks are too many", "Found 5", user([marked(MARK)] * 5)),
    breach(
        "the mark at the top is counted",
        "Found 5",
        user(*[marked(MARK)] * 4, text("Hello")),
        cache_control=MARK,
    ),
    breach("1h does not follow 5m", "must not come after", user([marked(MARK), marked(HOUR)])),
    breach(
        "nor does the mark at the top",
        "must not come after",
        system=[marked(MARK)],
        cache_control=HOUR,
    ),
    breach(
        "messages come after tools",
        "messages.0.content.0.cache_control.ttl",
        user([marked(HOUR)]),
        tools=[tool(cache_control=MARK)],
    ),
    breach(
        "two marks on one block agree",
        "target block already has",
        user([marked(HOUR)]),
        cache_control=MARK,
    ),
]


@pytest.mark.parametrize("one", BREACHES, ids=lambda one: one.says)
async def test_refused(unwatched: ClaudeServer, one: Breach) -> None:
    status, found = await posted(unwatched, one.body)
    assert status == one.status and found["type"] == "error"
    assert found["error"]["type"] == (
        "not_found_error" if status == 404 else "invalid_request_error"
    )
    assert one.wording in found["error"]["message"]
    assert len(unwatched.breaches) == 1 and one.wording in unwatched.breaches[0]
    assert unwatched.requests == []


def test_every_breach_has_a_name_of_its_own() -> None:
    assert len({one.says for one in BREACHES}) == len(BREACHES)


@pytest.mark.parametrize(
    ("raw", "wording"),
    [
        (b'{"model":', "not valid JSON"),
        (b"", "not valid JSON"),
        (b'{"max_tokens": NaN}', "NaN is no JSON"),
        (b'{"model": "\\ud83d"}', "surrogates not allowed"),
        (b'{"model": "\xff"}', "not valid JSON"),
    ],
    ids=[
        "a body is whole",
        "a body is there",
        "NaN is no number",
        "half a pair is no character",
        "a body is UTF-8",
    ],
)
async def test_no_json(unwatched: ClaudeServer, raw: bytes, wording: str) -> None:
    status, found = await posted(unwatched, raw)
    assert status == 400 and wording in found["error"]["message"]
    assert len(unwatched.breaches) == 1


async def test_a_body_has_at_most_32_megabytes(unwatched: ClaudeServer) -> None:
    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(rules.BYTES // 2**20 + 1):
            yield b" " * 2**20

    for data in (BytesIO(b" " * (rules.BYTES + 1)), unannounced()):
        async with (
            aiohttp.ClientSession() as session,
            session.post(unwatched.url + "/v1/messages", data=data, headers=HEADERS) as answer,
        ):
            assert answer.status == 413
            assert (await answer.json())["error"]["type"] == "request_too_large"
    assert len(unwatched.breaches) == 2


@pytest.mark.parametrize(
    ("headers", "path", "status", "kind"),
    [
        ({"Authorization": ""}, "/v1/messages", 401, "authentication_error"),
        ({"Authorization": "Bearer y"}, "/v1/messages", 401, "authentication_error"),
        ({"Authorization": "", "X-Api-Key": "y"}, "/v1/messages", 401, "authentication_error"),
        ({"anthropic-version": ""}, "/v1/messages", 400, "invalid_request_error"),
        ({"anthropic-version": "2023-06-01"}, "/v1/messages", 400, "invalid_request_error"),
        ({}, "/v1/complete", 404, "not_found_error"),
    ],
    ids=[
        "a request has a key",
        "a key is known",
        "an old key is too",
        "a request has a version",
        "it is this one",
        "nothing else is served",
    ],
)
async def test_not_admitted(headers: dict[str, str], path: str, status: int, kind: str) -> None:
    async with ClaudeServer(keys=frozenset({"x"})) as strict:
        got, found = await posted(strict, body(), path, **headers)
        assert (got, found["error"]["type"]) == (status, kind)
        assert len(strict.breaches) == 1
        assert (await posted(strict, body()))[0] == 200


async def test_a_model_can_be_added(unwatched: ClaudeServer) -> None:
    unwatched.models.add("claude-9")
    assert (await posted(unwatched, body(model="claude-9")))[0] == 200


GOOD = {
    "a plain question": body(),
    "a question to stream": body(stream=True),
    "each text a block": body(user(text("Hello"), text("there"))),
    "two users in a row": body(HELLO, HELLO),
    "two turns of Claude's": body(HELLO, said("Hi"), said("there"), HELLO),
    "a thought before its text": body(HELLO, said(THOUGHT, text("Hm?")), HELLO),
    "notes behind each question": body(
        HELLO, note("Be kind"), said("Hi"), HELLO, note("Be brief"), note(text("And bold"))
    ),
    "notes for Sonnet": body(HELLO, note("Be kind"), model=SONNET),
    "notes for Opus 4.8": body(HELLO, note("Be kind"), model="claude-opus-4-8"),
    "four marks": body(
        user(text("Hello", cache_control=MARK)),
        tools=[tool(cache_control=HOUR)],
        system=[text("Be kind", cache_control=HOUR), text("Be brief", cache_control=MARK)],
    ),
    "a mark at the top and the same below": body(user([marked(MARK)]), cache_control=MARK),
    "no mark": body(user([marked(None)]), cache_control=None),
    "no thinking": body(thinking={"type": "disabled"}, output_config={"effort": "high"}),
    "no thinking but between tools": body(model=SONNET, thinking={"type": "between_tools"}),
    "thinking as needed": body(
        model=OPUS, thinking={"type": "adaptive", "display": "summarized"}, max_tokens=128_000
    ),
    "thinking by the token": body(
        model=OLD, thinking={"type": "enabled", "budget_tokens": 1_024}, max_tokens=1_025
    ),
    "a forced tool": body(tools=[TOOL], tool_choice={"type": "tool", "name": "add"}),
    "a tool that was used": body(HELLO, said(ADDING), user(ADDED), tools=[TOOL]),
    "a note behind a tool of the service's own": body(
        HELLO,
        said(
            {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}},
            {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
        ),
        note("Be kind"),
    ),
    "a form to fill in": body(
        output_config={
            "effort": "low",
            "format": {
                "type": "json_schema",
                "schema": {"type": "object", "additionalProperties": False, "properties": {}},
            },
        }
    ),
    "all else": body(
        metadata={"user_id": "ann"}, stop_sequences=["END"], service_tier="auto", speed="standard"
    ),
}


@pytest.mark.parametrize("name", GOOD)
async def test_accepted(server: ClaudeServer, unwatched: ClaudeServer, name: str) -> None:
    for one in (server, unwatched):
        async with (
            aiohttp.ClientSession() as session,
            session.post(one.url + "/v1/messages", json=GOOD[name], headers=HEADERS) as answer,
        ):
            assert answer.status == 200, await answer.text()
            assert answer.headers["request-id"].startswith("req_")
        assert one.breaches == [] and one.requests[0].body == GOOD[name]


# What the package makes of it


async def streamed(client: AsyncAnthropic, heard: list[str], **changes: Any) -> Any:
    """The final message; what was heard until then is in `heard`, whatever happens."""
    async with client.messages.stream(**body(**changes)) as stream:
        async for piece in stream.text_stream:
            heard.append(piece)
        return await stream.get_final_message()


async def test_an_answer_comes_in_pieces(server: ClaudeServer, client: AsyncAnthropic) -> None:
    heard: list[str] = []
    server.script.append(Answer("Warum? 😀 Weil sie jünger ist."))
    found = await streamed(client, heard)
    assert len(heard) == 4
    assert "".join(heard) == found.content[0].text == "Warum? 😀 Weil sie jünger ist."
    assert (found.stop_reason, found.stop_details, found.model) == ("end_turn", None, HAIKU)
    assert found.usage.output_tokens == tokens(found.content[0].text)


async def test_an_answer_comes_whole(server: ClaudeServer, client: AsyncAnthropic) -> None:
    found = await client.messages.create(**body())
    assert found.content[0].to_dict() == {**text("Why do you think so?"), "citations": None}
    assert found.stop_reason == "end_turn" and found._request_id
    assert found.usage.input_tokens == tokens("Hello") + 4
    assert server.requests[0].usage == Usage(tokens("Hello") + 4, output_tokens=5)


async def test_both_ways_of_answering_say_the_same(
    server: ClaudeServer, client: AsyncAnthropic
) -> None:
    server.answer = lambda request: Answer("Yes.", thinking="Is it?", output_tokens=9)
    plain, whole = await client.messages.create(**body()), await streamed(client, [])
    assert {**plain.to_dict(), "id": ""} == {**whole.to_dict(), "id": ""}
    assert plain.usage.output_tokens == 9


async def test_every_event_is_sent_in_its_order(
    server: ClaudeServer, client: AsyncAnthropic
) -> None:
    server.script.append(Answer("Yes.", thinking="Is it?"))
    stream = await client.messages.create(**body(stream=True))
    names = [one.event async for one in stream._iter_events()]
    assert [name for name, after in zip(names, [*names[1:], ""], strict=True) if name != after] == [
        "message_start",
        "ping",
        *["content_block_start", "content_block_delta", "content_block_stop"] * 2,
        "message_delta",
        "message_stop",
    ]


async def test_thoughts_come_before_the_text(server: ClaudeServer, client: AsyncAnthropic) -> None:
    server.answer = lambda request: Answer("Yes.", thinking="Is it? It is.")
    found = await streamed(client, [], thinking={"type": "adaptive"})
    assert [one.type for one in found.content] == ["thinking", "text"]
    assert found.content[0].thinking == "Is it? It is."
    again = said(*(one.to_dict() for one in found.content))
    assert (await posted(server, body(HELLO, again, HELLO)))[0] == 200
    hidden = await streamed(client, [], thinking={"type": "adaptive", "display": "omitted"})
    assert (hidden.content[0].thinking, hidden.content[1].text) == ("", "Yes.")


async def test_an_answer_may_say_nothing(server: ClaudeServer, client: AsyncAnthropic) -> None:
    server.answer = lambda request: Answer("", stop_reason="max_tokens", thinking="Hm")
    for found in (await streamed(client, []), await client.messages.create(**body())):
        assert [one.type for one in found.content] == ["thinking"]
        assert found.stop_reason == "max_tokens"


async def test_a_refusal_says_why(server: ClaudeServer, client: AsyncAnthropic) -> None:
    server.answer = lambda request: Answer("I", stop_reason="refusal", category="cyber")
    for found in (await streamed(client, []), await client.messages.create(**body())):
        assert found.stop_reason == "refusal"
        assert found.stop_details.category == "cyber"


class Verdict(BaseModel):
    covered: bool


async def test_a_form_is_filled_in(server: ClaudeServer, client: AsyncAnthropic) -> None:
    server.answer = lambda request: Answer('{"covered": true}')
    asked = body(output_config={"effort": "low"})
    assert (await client.messages.parse(**asked, output_format=Verdict)).parsed_output
    async with client.messages.stream(**asked, output_format=Verdict) as stream:
        assert (await stream.get_final_message()).parsed_output == Verdict(covered=True)
    assert server.requests[0].body["output_config"]["format"]["type"] == "json_schema"


async def test_the_script_is_followed_before_the_rule(
    server: ClaudeServer, client: AsyncAnthropic
) -> None:
    server.answer = lambda request: Answer(f"Number {request.number}: {request.body['model']}")
    server.script += [Answer("One"), Answer(status=529), Answer("Three")]
    heard: list[str] = []
    for _ in range(4):
        try:
            heard.append((await client.messages.create(**body())).content[0].text)
        except anthropic.OverloadedError:
            heard.append("")
    assert heard == ["One", "", "Three", f"Number 4: {HAIKU}"]
    assert [one.number for one in server.requests] == [1, 2, 3, 4]
    assert [one.usage is None for one in server.requests] == [False, True, False, False]


async def test_headers_are_kept(server: ClaudeServer, client: AsyncAnthropic) -> None:
    await client.messages.create(**body(), user_profile_id="ann")
    headers = server.requests[0].headers
    assert headers["anthropic-user-profile-id"] == "ann"
    assert headers["authorization"] == "Bearer x"


async def test_tokens_are_counted(server: ClaudeServer, client: AsyncAnthropic) -> None:
    asked = body(user(text("Hello"), text("there")), HELLO, system="Be kind", tools=[TOOL])
    del asked["max_tokens"]
    counted = await client.messages.count_tokens(**asked)
    await client.messages.create(**asked, max_tokens=5)
    usage = server.requests[0].usage
    assert usage and counted.input_tokens == usage.prompt
    assert len(server.requests) == 1
    status, _ = await posted(server, body(), "/v1/messages/count_tokens")
    assert status == 400 and "max_tokens: Extra inputs" in server.breaches[0]


@pytest.mark.parametrize(
    ("words", "count"), [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2), ("😀", 1), ("ääb", 2)]
)
def test_a_token_is_four_bytes(words: str, count: int) -> None:
    assert tokens(words) == count


# How it fails


@pytest.mark.parametrize(
    ("status", "error", "kind", "asked"),
    [
        (400, anthropic.BadRequestError, "invalid_request_error", 1),
        (401, anthropic.AuthenticationError, "authentication_error", 1),
        (402, anthropic.PaymentRequiredError, "billing_error", 1),
        (403, anthropic.PermissionDeniedError, "permission_error", 1),
        (404, anthropic.NotFoundError, "not_found_error", 1),
        (408, anthropic.RequestTimeoutError, "invalid_request_error", 3),
        (409, anthropic.ConflictError, "conflict_error", 3),
        (413, anthropic.ContentTooLargeError, "request_too_large", 1),
        (422, anthropic.UnprocessableEntityError, "invalid_request_error", 1),
        (429, anthropic.RateLimitError, "rate_limit_error", 3),
        (500, anthropic.InternalServerError, "api_error", 3),
        (503, anthropic.ServiceUnavailableError, "api_error", 3),
        (504, anthropic.GatewayTimeoutError, "timeout_error", 3),
        (529, anthropic.OverloadedError, "overloaded_error", 3),
    ],
)
@pytest.mark.parametrize("way", ["streamed", "whole"])
async def test_an_error_has_its_class_and_is_tried_again_or_not(
    server: ClaudeServer,
    status: int,
    error: type[anthropic.APIStatusError],
    kind: str,
    asked: int,
    way: str,
) -> None:
    server.answer = lambda request: Answer(status=status, retry_after="0.001")
    async with talker(server, max_retries=2) as client:
        with pytest.raises(error) as caught:
            await (streamed(client, []) if way == "streamed" else client.messages.create(**body()))
    assert (caught.value.status_code, caught.value.type) == (status, kind)
    assert caught.value.request_id == f"req_{asked:024d}"
    assert caught.value.response.headers["retry-after"] == "0.001"
    assert len(server.requests) == asked


async def test_an_error_may_be_over_before_the_last_try(server: ClaudeServer) -> None:
    server.script += [
        Answer(status=529, retry_after="0.001"),
        Answer(status=429, retry_after="0.001"),
    ]
    async with talker(server, max_retries=2) as client:
        assert (await streamed(client, [])).stop_reason == "end_turn"
    assert [one.headers["x-stainless-retry-count"] for one in server.requests] == ["0", "1", "2"]


async def test_an_error_may_have_a_code(server: ClaudeServer, client: AsyncAnthropic) -> None:
    server.script.append(Answer(status=429, code="enforced_spend_limit_reached"))
    with pytest.raises(anthropic.EnforcedSpendLimitReachedError):
        await client.messages.create(**body())


@pytest.mark.parametrize("after", [0, 1, 5, 1_000])
async def test_a_cut_stream_is_no_error_of_the_package(
    server: ClaudeServer, client: AsyncAnthropic, after: int
) -> None:
    heard: list[str] = []
    server.script.append(Answer("Why do you think so?", cut_after=after))
    with pytest.raises(httpx2.RemoteProtocolError):
        await streamed(client, heard)
    assert "".join(heard) == "Why do you think so?"[:after]
    await server.settled()


async def test_a_stalled_stream_is_none_either(
    server: ClaudeServer, client: AsyncAnthropic
) -> None:
    heard: list[str] = []
    server.script.append(Answer("Why do you think so?", stall_after=7))
    patience = client.with_options(timeout=httpx2.Timeout(10, read=0.5))
    with pytest.raises(httpx2.ReadTimeout):
        await streamed(patience, heard)
    assert "".join(heard) == "Why do "
    await server.settled()


@pytest.mark.parametrize("after", [-1, 0, 7])
async def test_an_error_in_the_stream_has_status_200(
    server: ClaudeServer, client: AsyncAnthropic, after: int
) -> None:
    heard: list[str] = []
    server.script.append(Answer("Why do you think so?", error_after=after))
    with pytest.raises(anthropic.APIStatusError) as caught:
        await streamed(client, heard)
    assert (caught.value.status_code, caught.value.type) == (200, "overloaded_error")
    assert "".join(heard) == "Why do you think so?"[: max(after, 0)]


@pytest.mark.parametrize("after", [0, 7, 1_000])
async def test_an_early_end_is_no_error_at_all(
    server: ClaudeServer, client: AsyncAnthropic, after: int
) -> None:
    heard: list[str] = []
    server.script.append(Answer("Why do you think so?", end_after=after))
    found = await streamed(client, heard)
    assert found.stop_reason is None
    assert "".join(heard) == "Why do you think so?"[:after]


async def test_an_empty_stream_has_no_message(server: ClaudeServer, client: AsyncAnthropic) -> None:
    server.script.append(Answer(end_after=-1))
    with pytest.raises(AssertionError):
        await streamed(client, [])


@pytest.mark.parametrize("after", [-1, 5])
async def test_a_plain_answer_that_is_cut_is_a_connection_error(
    server: ClaudeServer, client: AsyncAnthropic, after: int
) -> None:
    server.script.append(Answer(cut_after=after))
    with pytest.raises(anthropic.APIConnectionError):
        await client.messages.create(**body())
    assert (server.requests[0].usage is None) == (after == -1)


async def test_a_stream_that_never_began_is_one_too(
    server: ClaudeServer, client: AsyncAnthropic
) -> None:
    server.script.append(Answer(cut_after=-1))
    with pytest.raises(anthropic.APIConnectionError):
        await streamed(client, [])


@pytest.mark.parametrize("answer", [Answer(stall_after=-1), Answer(stall_after=3), Answer(slow=60)])
async def test_a_response_that_does_not_come_is_a_timeout(
    server: ClaudeServer, client: AsyncAnthropic, answer: Answer
) -> None:
    server.script.append(answer)
    with pytest.raises(anthropic.APITimeoutError):
        await client.with_options(timeout=0.3).messages.create(**body())
    await server.settled()


async def test_a_plain_answer_knows_no_events(server: ClaudeServer, client: AsyncAnthropic) -> None:
    server.script += [Answer(error_after=3), Answer(end_after=3)]
    with pytest.raises(anthropic.OverloadedError):
        await client.messages.create(**body())
    assert (await client.messages.create(**body())).stop_reason == "end_turn"


async def test_settled_means_that_nobody_is_being_answered(
    server: ClaudeServer, client: AsyncAnthropic
) -> None:
    await server.settled()
    server.script.append(Answer(stall_after=3))
    async with client.messages.stream(**body()) as stream:
        await anext(aiter(stream.text_stream))
        with pytest.raises(TimeoutError):
            await server.settled(within=0.01)
    await server.settled()


def never() -> tuple[Callable[[Request], Answer], asyncio.Event]:
    """The first request is answered far too late, and the event tells when it was asked."""
    asked = asyncio.Event()

    def answer(request: Request) -> Answer:
        asked.set()
        return Answer(slow=60 if request.number == 1 else 0)

    return answer, asked


async def test_a_cancelled_question_is_not_answered(
    server: ClaudeServer, client: AsyncAnthropic
) -> None:
    server.answer, asked = never()
    asking = asyncio.create_task(client.messages.create(**body()))
    await asked.wait()
    asking.cancel()
    await server.settled()


async def test_a_client_that_leaves_halfway_is_no_mistake(unwatched: ClaudeServer) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", int(unwatched.url.split(":")[2]))
    head = "".join(
        f"{name}: {one}\r\n" for name, one in {**HEADERS, "Content-Length": "99"}.items()
    )
    writer.write(f"POST /v1/messages HTTP/1.1\r\nHost: x\r\n{head}\r\n{{".encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await posted(unwatched, body()))[0] == 200
    await unwatched.settled()
    assert unwatched.breaches == [] and len(unwatched.requests) == 1


async def test_what_an_answer_function_breaks_is_told(unwatched: ClaudeServer) -> None:
    def broken(request: Request) -> Answer:
        raise KeyError("no such lab")

    unwatched.answer = broken
    async with talker(unwatched) as client:
        with pytest.raises(anthropic.InternalServerError):
            await client.messages.create(**body())
    assert "no such lab" in unwatched.mistakes.pop()


async def test_after_a_stop_it_serves_at_the_same_address(server: ClaudeServer) -> None:
    before = server.url
    await server.stop()
    await server.start()
    assert server.url == before
    assert (await posted(server, body()))[0] == 200


async def test_it_runs_by_hand_and_ends_when_told() -> None:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.platforms.claude_server", "--say", "Hm?"),
        cwd=Path(__file__).parent.parent,
        stdout=asyncio.subprocess.PIPE,
    )
    assert program.stdout
    url = (await program.stdout.readline()).decode().strip()
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/v1/messages", json=body(), headers=HEADERS) as answer,
    ):
        assert (await answer.json())["content"][0]["text"] == "Hm?"
    program.send_signal(signal.SIGTERM)
    assert await program.wait() == 0


# What is kept of a prompt


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Till:
    """Asks, and tells what it cost as (input, written for 5m, written for 1h, read)."""

    def __init__(self, server: ClaudeServer, session: aiohttp.ClientSession, clock: Clock) -> None:
        self.server, self.session, self.clock = server, session, clock

    async def pay(self, *messages: Json, **changes: Any) -> tuple[int, int, int, int]:
        asked = body(*messages, **changes)
        url = self.server.url + "/v1/messages"
        async with self.session.post(url, json=asked, headers=HEADERS) as answer:
            assert answer.status == 200, await answer.text()
        usage = self.server.requests[-1].usage
        assert usage
        return (
            usage.input_tokens,
            usage.ephemeral_5m_input_tokens,
            usage.ephemeral_1h_input_tokens,
            usage.cache_read_input_tokens,
        )


@pytest.fixture
async def till() -> AsyncIterator[Till]:
    clock = Clock()
    async with (
        ClaudeServer(specs=specs(), clock=clock) as server,
        aiohttp.ClientSession() as session,
    ):
        yield Till(server, session, clock)
    assert server.breaches == server.mistakes == []


def kept(words: str = LONG, mark: Json = MARK) -> list[Json]:
    return [text(words, cache_control=mark)]


SIZE = tokens(LONG)
REST = tokens("Hello") + 4


async def test_the_same_beginning_is_written_once_and_then_read(till: Till) -> None:
    assert await till.pay(system=kept()) == (REST, SIZE, 0, 0)
    assert await till.pay(system=kept()) == (REST, 0, 0, SIZE)
    assert await till.pay(user("Another one"), system=kept()) == (7, 0, 0, SIZE)


async def test_usage_is_told_in_both_ways_of_answering(
    server: ClaudeServer, client: AsyncAnthropic
) -> None:
    asked = {"system": kept(mark=HOUR), "cache_control": MARK}
    first = await streamed(client, [], **asked)
    second = await client.messages.create(**body(**asked))
    assert first.usage.cache_creation_input_tokens == SIZE + REST
    assert first.usage.cache_creation.ephemeral_1h_input_tokens == SIZE
    assert first.usage.cache_creation.ephemeral_5m_input_tokens == REST
    assert (first.usage.cache_read_input_tokens, first.usage.input_tokens) == (0, 0)
    assert second.usage.cache_read_input_tokens == SIZE + REST
    assert second.usage.cache_creation_input_tokens == 0


async def test_two_learners_of_a_lab_share_its_prompt(till: Till) -> None:
    lab = {"system": [text(LONG), *kept(LONG + "Ada", HOUR)], "cache_control": MARK}
    shared = SIZE + tokens(LONG + "Ada")
    assert await till.pay(user("I am Ann"), **lab) == (0, 6, shared, 0)
    assert await till.pay(user("I am Ben and"), **lab) == (0, 7, 0, shared)


async def test_two_labs_share_what_they_begin_with(till: Till) -> None:
    def lab(name: str) -> Json:
        return {"system": [*kept(mark=HOUR), *kept(name * 10, HOUR)]}

    assert await till.pay(**lab("tails")) == (REST, 0, SIZE + 13, 0)
    assert await till.pay(**lab("moons")) == (REST, 0, 13, SIZE)


@pytest.mark.parametrize("at", [0, 1_000, len(LONG) - 1])
async def test_one_changed_byte_is_another_prompt(till: Till, at: int) -> None:
    await till.pay(system=kept())
    changed = LONG[:at] + "#" + LONG[at + 1 :]
    assert await till.pay(system=kept(changed)) == (REST, SIZE, 0, 0)


async def test_what_stands_before_it_counts(till: Till) -> None:
    await till.pay(system=kept())
    before = {"system": kept(), "tools": [TOOL]}
    assert (await till.pay(**before))[3] == 0
    assert (await till.pay(**before))[3] > SIZE
    assert (await till.pay(**{**before, "tools": [tool(description="Adds")]}))[3] == 0
    assert (await till.pay(system=[text("Note: "), *kept()]))[3] == 0


async def test_where_a_text_stands_counts(till: Till) -> None:
    await till.pay(user(*kept()))
    assert (await till.pay(system=kept()))[3] == 0
    assert (await till.pay(HELLO, said(*kept()), HELLO))[3] == 0
    assert (await till.pay(user(text(LONG[:5]), text(LONG[5:], cache_control=MARK))))[3] == 0


async def test_a_string_is_the_same_as_its_block(till: Till) -> None:
    await till.pay(user(LONG), cache_control=MARK)
    assert (await till.pay(user(*kept())))[3] == SIZE + 4


async def test_the_mark_is_no_part_of_what_is_kept(till: Till) -> None:
    await till.pay(system=kept())
    assert await till.pay(system=kept(mark=HOUR)) == (REST, 0, 0, SIZE)


async def test_each_model_has_its_own(till: Till) -> None:
    words = LONG * 2
    await till.pay(system=kept(words))
    assert (await till.pay(system=kept(words), model=SONNET))[3] == 0
    assert (await till.pay(system=kept(words), model=SONNET))[3] == 2 * SIZE


async def test_without_a_mark_nothing_is_kept(till: Till) -> None:
    for _ in range(2):
        assert await till.pay(system=[text(LONG)]) == (REST + SIZE, 0, 0, 0)
    await till.pay(system=kept())
    assert (await till.pay(system=[text(LONG)]))[3] == 0


@pytest.mark.parametrize(
    ("name", "floor"),
    [(HAIKU, 512), (SONNET, 1_024), (OLD, 4_096), (OPUS, 1_024), ("claude-sonnet-4-6", 1_024)],
)
async def test_below_the_floor_nothing_is_kept_and_nobody_is_told(
    till: Till, name: str, floor: int
) -> None:
    less = {"system": kept("x" * 4 * (floor - 1)), "model": name}
    for _ in range(2):
        assert await till.pay(**less) == (REST + floor - 1, 0, 0, 0)
    enough = {"system": kept("x" * 4 * floor), "model": name}
    assert await till.pay(**enough) == (REST, floor, 0, 0)
    assert await till.pay(**enough) == (REST, 0, 0, floor)


@pytest.mark.parametrize(("mark", "lasts"), [(MARK, 300), (HOUR, 3_600)])
async def test_what_is_kept_lasts_from_its_last_use(till: Till, mark: Json, lasts: int) -> None:
    lab = {"system": kept(mark=mark)}
    await till.pay(**lab)
    for _ in range(3):
        till.clock.now += lasts - 1
        assert (await till.pay(**lab))[3] == SIZE
    till.clock.now += lasts
    assert (await till.pay(**lab))[3] == 0


async def test_a_prompt_outlives_the_conversation_behind_it(till: Till) -> None:
    lab = {"system": kept(mark=HOUR), "cache_control": MARK}
    await till.pay(**lab)
    till.clock.now += 3_000
    assert await till.pay(**lab) == (0, REST, 0, SIZE)
    till.clock.now += 3_000
    assert await till.pay(**lab) == (0, REST, 0, SIZE)


async def test_a_longer_hit_keeps_the_shorter_one_alive(till: Till) -> None:
    lab = {"system": kept(mark=HOUR), "cache_control": HOUR}
    await till.pay(**lab)
    till.clock.now += 3_000
    assert (await till.pay(**lab))[3] == SIZE + REST
    till.clock.now += 3_000
    assert (await till.pay(user("Another learner"), **lab))[3] == SIZE


async def test_a_conversation_that_only_grows_is_read_nearly_all(till: Till) -> None:
    talk: list[Json] = []
    lab = {"system": kept(mark=HOUR), "cache_control": MARK}
    before = 0
    for number in range(12):
        talk += [user(f"My {number}. idea is this."), note(f"exchange {number}")]
        rest, short, long, read = await till.pay(*talk, **lab)
        assert (rest, long) == (0, 0 if number else SIZE)
        assert read == before
        before = short + long + read
        talk.append(said("Why do you think so?"))
    assert before > SIZE + 12 * 15


async def test_a_note_that_is_taken_back_ends_what_is_read(till: Till) -> None:
    lab = {"system": kept(), "cache_control": MARK}
    await till.pay(HELLO, note("exchange 1"), **lab)
    later = await till.pay(HELLO, said("Hi"), HELLO, note("exchange 2"), **lab)
    assert later[3] == SIZE


@pytest.mark.parametrize(("more", "hit"), [(19, True), (20, False)])
async def test_a_mark_looks_back_through_twenty_positions(till: Till, more: int, hit: bool) -> None:
    await till.pay(user(*kept()))
    grown = [text(f"{number}") for number in range(more)]
    grown[-1]["cache_control"] = MARK
    assert ((await till.pay(user(text(LONG), *grown)))[3] > 0) == hit


async def test_a_second_mark_bridges_what_is_farther(till: Till) -> None:
    await till.pay(user(*kept()))
    grown = [text(f"{number}") for number in range(30)]
    for at in (10, 29):
        grown[at]["cache_control"] = MARK
    assert (await till.pay(user(text(LONG), *grown)))[3] == SIZE + 4


async def test_tools_used_at_once_are_one_position(till: Till) -> None:
    calls = [{**ADDING, "id": f"toolu_{number}"} for number in range(30)]
    results = [{**ADDED, "tool_use_id": f"toolu_{number}"} for number in range(30)]
    await till.pay(user(LONG), cache_control=MARK)
    paid = await till.pay(user(LONG), said(*calls), user(*results), cache_control=MARK)
    assert paid[3] == SIZE + 4


async def test_the_mark_at_the_top_passes_over_thoughts(till: Till) -> None:
    talk = [user(LONG), said(text("Hm?"), THOUGHT)]
    row = await till.pay(*talk, HELLO, cache_control=MARK)
    assert row[1] > SIZE
    asked = body(*talk, cache_control=MARK)
    assert automatic(asked, blocks(asked)) == (1, "5m")


@pytest.mark.parametrize(
    "settings",
    [
        {"thinking": {"type": "disabled"}},
        {"output_config": {"effort": "low"}},
        {"tool_choice": {"type": "none"}},
    ],
    ids=["thinking", "effort", "choice"],
)
async def test_other_settings_keep_the_prompt_and_lose_the_messages(
    till: Till, settings: Json
) -> None:
    lab = {"tools": [TOOL], "system": kept(), "cache_control": MARK}
    whole = sum(await till.pay(**lab))
    assert (await till.pay(**lab))[3] == whole
    changed = await till.pay(**lab, **settings)
    assert whole - REST == changed[3]


async def test_an_error_keeps_nothing(till: Till) -> None:
    failures = [Answer(status=529), Answer(cut_after=-1), Answer(stall_after=-1)]
    async with talker(till.server) as client:
        for one in failures:
            till.server.script.append(one)
            patience = client.with_options(timeout=10 if one.stall_after is None else 0.3)
            with pytest.raises(anthropic.APIError):
                await patience.messages.create(**body(system=kept()))
    assert (await till.pay(system=kept()))[3] == 0


async def test_a_prompt_is_kept_when_its_answer_begins(till: Till) -> None:
    till.server.answer, asked = never()
    first = asyncio.create_task(till.pay(system=kept()))
    await asked.wait()
    assert (await till.pay(system=kept()))[3] == 0
    assert (await till.pay(system=kept()))[3] == SIZE
    first.cancel()


# Beside the description


@pytest.fixture
async def watched() -> AsyncIterator[ClaudeServer]:
    folder = specs()
    if folder is None:
        pytest.skip("no shared/specs beside the project, and SYLLABOT_SPECS names none")
    async with ClaudeServer(specs=folder) as running:
        yield running


@pytest.mark.parametrize(
    ("changes", "wording"),
    [
        ({"container": {"id": "c", "size": 3}}, "there is no size"),
        ({"diagnostics": {"previous": "msg_1"}}, "there is no previous"),
        (
            {"tools": [{"type": "bash_20250124", "name": "bash", "shell": "sh"}]},
            "there is no shell",
        ),
        ({"tools": [{"type": "bash_2030", "name": "bash"}]}, "bash_2030"),
        (
            {"messages": [user([{"type": "image", "source": {"type": "url", "url": 5}}])]},
            "messages[0].content",
        ),
    ],
)
async def test_the_description_is_stricter(
    watched: ClaudeServer, changes: Json, wording: str
) -> None:
    status, found = await posted(watched, body(**changes))
    assert status == 400 and found["error"]["type"] == "invalid_request_error"
    assert len(watched.breaches) == 1 and wording in watched.breaches[0]


async def test_the_description_counts_with_us(watched: ClaudeServer) -> None:
    bash = {"type": "bash_20250124", "name": "bash", "shell": "sh"}
    asked = body(tools=[bash], max_tokens=None)
    status, _ = await posted(watched, asked, "/v1/messages/count_tokens")
    assert status == 400 and "there is no shell" in watched.breaches[0]


async def test_it_finds_mistakes_of_the_server_too(watched: ClaudeServer) -> None:
    watched.script += [Answer(stop_reason="tired"), Answer(stop_reason="refusal", category="rude")]
    for _ in range(2):
        await posted(watched, body())
    assert "tired" in watched.mistakes[0] and "rude" in watched.mistakes[1]
    watched.mistakes.clear()
    watched.script.append(Answer(stop_reason="tired"))
    async with talker(watched) as client:
        await streamed(client, [])
    assert any(one.startswith("message_delta") for one in watched.mistakes)


async def test_it_knows_the_models_of_the_package(watched: ClaudeServer) -> None:
    folder = specs()
    assert folder
    document = json.loads((folder / "anthropic_messages_derived.schema.json").read_text("utf-8"))
    named = document["schemas"]["messages_request"]["properties"]["model"]["anyOf"][0]["enum"]
    assert set(named) == set(MODELS)


async def test_our_fields_are_those_of_the_description(watched: ClaudeServer) -> None:
    folder = specs()
    assert folder
    spec = load(folder)
    for name, one in GOOD.items():
        assert spec.request(deepcopy(one)) == [], name
    document = json.loads((folder / "anthropic_messages_derived.schema.json").read_text("utf-8"))
    asked = set(document["schemas"]["messages_request"]["properties"])
    counted = set(document["schemas"]["count_tokens_request"]["properties"])
    in_headers = {"user_profile_id", "workspace_id"}
    assert asked - in_headers == {*rules.NEEDED, *rules.ALLOWED, "max_tokens"}
    assert counted - in_headers == {*rules.NEEDED, *rules.COUNTED}
