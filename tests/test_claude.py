"""Claude through the real library, before a local server: what it is sent, and how it fails."""

import socket
import subprocess
import sys
from collections import deque
from collections.abc import AsyncIterator

import pytest

from bot.conversation import Brief, Speech, Tokens
from bot.models import PRICES
from bot.personas.base import Meter, Price, Silent
from bot.personas.claude import Claude
from tests.platforms import claude_spec
from tests.platforms.claude_server import Answer, ClaudeServer

HAIKU, SONNET = "claude-haiku-5-5", "claude-sonnet-5-5"
RULES, LAB = "Ask before you tell. " * 150, "You are Ines, a librarian. " * 150
TALK = (
    Speech("learner", "<event>The lab is open.</event>"),
    Speech("persona", "Which dataset do you bring?"),
    Speech("learner", "photos"),
    Speech("note", "Ask for more."),
)
BRIEF = Brief(RULES, LAB, TALK)


@pytest.fixture
async def server() -> AsyncIterator[ClaudeServer]:
    async with ClaudeServer(specs=claude_spec.specs()) as server:
        yield server
        assert server.breaches == []
        assert server.mistakes == []


@pytest.fixture
async def claude(server: ClaudeServer) -> AsyncIterator[Claude]:
    model = Claude("x", server.url, {HAIKU: PRICES[HAIKU], SONNET: PRICES[SONNET]})
    yield model
    await model.close()


async def fails(claude: Claude, model: str = HAIKU) -> tuple[Silent, Meter]:
    meter = Meter()
    with pytest.raises(Silent) as silent:
        await claude.word(model, BRIEF, meter)
    return silent.value, meter


# -- what is sent ------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [HAIKU, SONNET])
async def test_a_brief_is_sent_in_the_order_of_the_cache(
    server: ClaudeServer, claude: Claude, model: str
) -> None:
    assert await claude.word(model, BRIEF, Meter()) == Answer().text
    body = server.requests[0].body
    assert [block["text"] for block in body["system"]] == [RULES, LAB]
    assert [block["cache_control"]["ttl"] for block in body["system"]] == ["1h", "1h"]
    assert [message["role"] for message in body["messages"]] == [
        *("user", "assistant", "user", "system")
    ]
    assert body["cache_control"] == {"type": "ephemeral"}
    assert "metadata" not in body


async def test_a_model_that_takes_no_notes_finds_them_beside_the_learners_words(
    server: ClaudeServer,
) -> None:
    model = Claude("x", server.url, {"claude-haiku-4-5": Price(1, 5, 0.1, 1.25, 2)})
    await model.word("claude-haiku-4-5", BRIEF, Meter())
    await model.close()
    body = server.requests[0].body
    assert [message["role"] for message in body["messages"]] == ["user", "assistant", "user"]
    said, note = body["messages"][-1]["content"]
    assert said["text"] == "photos"
    assert note["text"] == "<note>\nAsk for more.\n</note>"


async def test_the_second_turn_is_read_from_the_cache_and_the_meter_says_so(
    server: ClaudeServer, claude: Claude
) -> None:
    first, second = Meter(), Meter()
    await claude.word(HAIKU, BRIEF, first)
    reply = Speech("persona", Answer().text)
    more = (*TALK, reply, Speech("learner", "from a simulator"), Speech("note", "Ask on."))
    await claude.word(HAIKU, Brief(RULES, LAB, more), second)
    assert first.told and first.tokens.cached == 0
    assert first.tokens.kept > 1000
    assert second.tokens.cached >= first.tokens.kept + first.tokens.written
    usage = [request.usage for request in server.requests]
    for meter, each in zip((first, second), usage, strict=True):
        assert each is not None
        assert meter.tokens.total - meter.tokens.answer == each.prompt
        assert meter.tokens.answer > 0


async def test_no_call_takes_more_than_its_worst(server: ClaudeServer, claude: Claude) -> None:
    hostile = "\N{PILE OF POO}" * 2000
    brief = Brief(RULES, LAB, (*TALK[:2], Speech("learner", hostile), TALK[3]))
    server.answer = lambda _: Answer(output_tokens=700)
    for told in (BRIEF, brief):
        meter = Meter()
        await claude.word(HAIKU, told, meter)
        worst = claude.worst(HAIKU, told)
        assert meter.tokens.total <= worst.total
        assert claude.price(HAIKU).of(meter.tokens) <= claude.price(HAIKU).of(worst)


# -- how it fails ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "reason", "cure", "free"),
    [
        (Answer(status=429), "busy", "later", True),
        (Answer(status=500), "busy", "later", True),
        (Answer(status=503), "busy", "later", True),
        (Answer(status=504), "busy", "later", True),
        (Answer(status=529), "busy", "later", True),
        (Answer(status=400), "other", "", True),
        (Answer(status=401), "other", "", True),
        (Answer(status=402), "other", "", True),
        (Answer(status=403), "other", "", True),
        (Answer(status=404), "other", "", True),
        (Answer(status=413), "other", "", True),
        (Answer(cut_after=-1), "other", "later", False),
        (Answer(cut_after=0), "lost", "again", False),
        (Answer(cut_after=9), "lost", "again", False),
        (Answer(end_after=9), "lost", "again", False),
        (Answer(end_after=-1), "lost", "again", False),
        (Answer(error_after=9), "lost", "again", False),
        (Answer(error_after=-1), "lost", "again", False),
        (Answer(stop_reason="refusal", category="frontier_llm"), "refused", "other", False),
        (Answer(text="", stop_reason="refusal"), "refused", "other", False),
        (Answer(text=""), "other", "again", False),
        (Answer(text="", thinking="Hmm."), "other", "again", False),
        (Answer(text="no end to it", stop_reason="max_tokens"), "other", "again", False),
        (Answer(stop_reason="model_context_window_exceeded"), "other", "again", False),
        (Answer(stop_reason="pause_turn"), "other", "again", False),
    ],
    ids=str,
)
async def test_every_failure_has_a_reason_and_perhaps_a_cure(
    server: ClaudeServer, claude: Claude, answer: Answer, reason: str, cure: str, free: bool
) -> None:
    server.script = deque([answer])
    silent, meter = await fails(claude)
    assert (silent.reason, silent.cure, silent.free) == (reason, cure, free)
    begun = server.requests and not free and answer.cut_after != -1
    begun = begun and answer.end_after != -1 and answer.error_after != -1
    assert meter.told == bool(begun)


async def test_a_stream_that_stalls_is_slow_or_lost(
    server: ClaudeServer, claude: Claude, monkeypatch: pytest.MonkeyPatch
) -> None:
    claude._client = claude._client.with_options(timeout=0.2)
    server.script = deque([Answer(stall_after=9), Answer(stall_after=-1)])
    stalled, meter = await fails(claude)
    assert (stalled.reason, stalled.cure, meter.told) == ("lost", "again", True)
    assert meter.tokens.answer > 0
    never, meter = await fails(claude)
    assert (never.reason, never.cure, meter.told) == ("slow", "again", False)


async def test_nobody_at_the_address_costs_nothing(unused_port: int) -> None:
    model = Claude("x", f"http://127.0.0.1:{unused_port}", {HAIKU: PRICES[HAIKU]})
    silent, _ = await fails(model)
    assert (silent.reason, silent.free) == ("other", True)
    await model.close()


async def test_a_reply_that_is_cut_off_ends_with_its_last_whole_sentence(
    server: ClaudeServer, claude: Claude
) -> None:
    server.script = deque([Answer(text="One thing. Two of", stop_reason="max_tokens")])
    assert await claude.word(HAIKU, BRIEF, Meter()) == "One thing. …"


async def test_thinking_is_not_shown(server: ClaudeServer, claude: Claude) -> None:
    server.script = deque([Answer(text="Why?", thinking="The learner is wrong.")])
    assert await claude.word(SONNET, BRIEF, Meter()) == "Why?"


@pytest.mark.parametrize(("told", "wait"), [("", 1.0), ("7", 7.0), ("0.5", 0.5), ("soon", 1.0)])
async def test_a_busy_service_says_when_it_may_be_asked_again(
    server: ClaudeServer, claude: Claude, told: str, wait: float
) -> None:
    """The package itself does not try again: each try is paid for by itself."""
    server.script = deque([Answer(status=529, retry_after=told)])
    silent, _ = await fails(claude)
    assert (silent.cure, silent.wait) == ("later", wait)
    assert len(server.requests) == 1


# -- around it ---------------------------------------------------------------------------------


def test_a_price_is_counted_in_billionths_and_rounded_up() -> None:
    price = Price(fresh=0.10, answer=0.50, cached=0.01, written=0.125, kept=0.20)
    assert price.of(Tokens(fresh=1_000_000)) == 100_000_000
    assert price.of(Tokens(cached=1)) == 10
    assert price.of(Tokens(written=1)) == 125
    assert price.of(Tokens(kept=10, answer=10)) == 7_000
    assert price.of(Tokens()) == 0


def test_the_package_is_read_only_where_a_key_is_set() -> None:
    script = (
        "import sys; from bot.config import read; from bot.commands.running import persona;"
        "assert persona(read({})) is None; import bot.commands.play, bot.commands.serve;"
        "assert 'anthropic' not in sys.modules and 'httpx2' not in sys.modules;"
        "assert persona(read({'ANTHROPIC_API_KEY': 'x'})); assert 'anthropic' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_nothing_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "another")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.9:1")
    model = Claude("mine", "http://127.0.0.1:2", {HAIKU: PRICES[HAIKU]})
    assert model._client.api_key == "mine" and model._client.auth_token is None
    assert str(model._client.base_url).startswith("http://127.0.0.1:2")


OTHERS = ["192.0.2.1", "api.anthropic.com", "2001:db8::1"]


@pytest.mark.parametrize("host", OTHERS)
def test_no_test_reaches_another_machine(host: str) -> None:
    with pytest.raises(PermissionError, match="may not reach"):
        socket.create_connection((host, 443), timeout=0.1)


@pytest.mark.parametrize("host", OTHERS)
def test_nor_does_a_program_that_a_test_begins(host: str) -> None:
    script = f"import socket; socket.create_connection(({host!r}, 443), timeout=0.1)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert f"a test may not reach {host}" in done.stderr
