"""A lab with a model on Telegram and on Discord: the real libraries of both and of the model, each
before its local server.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation import Budget, Terms
from bot.course.model import Library
from bot.models import PRICES
from bot.personas.claude import Claude
from tests.platforms import claude_spec, discord_bot, discord_spec, telegram_bot, telegram_spec
from tests.platforms.claude_server import Answer, ClaudeServer
from tests.platforms.discord_server import DiscordServer
from tests.platforms.telegram_server import TelegramServer

from .conftest import SHIPPED, read

ANN, SCHOOL, HALL = 1001, 2002, 2003
COURSE = "synthetic-data"
TERMS = Terms(company="Anthropic", days=30, budgets=(Budget("learner", "day"),))
LINE = "We generate voices of callers with a model that was fitted to recordings of our own"
REPLY = "You named your source exactly. What would your one deciding test be?"


@pytest.fixture(scope="module")
def free() -> Library:
    shelf = read(SHIPPED)
    return Library({COURSE: replace(shelf.courses[COURSE], order="free")})


@pytest.fixture
async def claude() -> AsyncIterator[ClaudeServer]:
    async with ClaudeServer(specs=claude_spec.specs()) as server:
        server.answer = lambda _: Answer(text=REPLY)
        yield server
        assert server.breaches == server.mistakes == []


def persona(claude: ClaudeServer) -> Claude:
    return Claude("x", claude.url, {"claude-haiku-5-5": PRICES["claude-haiku-5-5"]})


# -- Telegram ------------------------------------------------------------------------------------


@pytest.fixture
async def on_telegram(
    tmp_path: Path, free: Library, claude: ClaudeServer
) -> AsyncIterator[telegram_bot.Bot]:
    async with TelegramServer(specs=telegram_spec.specs()) as server:
        server.person(ANN, "Ann")
        bot = telegram_bot.Bot(server, tmp_path / "t.db", free, content=SHIPPED)
        bot.terms, bot.persona = TERMS, persona(claude)
        await bot.start(patience=10)
        yield bot
        await bot.stop()
        await bot.persona.close()
        assert server.breaches == server.mistakes == []


async def telegram_says(bot: telegram_bot.Bot, text: str) -> str:
    bot.server.say(ANN, text)
    await bot.quiet()
    return bot.server.chat(ANN)[-1].text


async def test_on_telegram_typing_is_shown_and_one_checked_message_comes(
    on_telegram: telegram_bot.Bot, claude: ClaudeServer
) -> None:
    await telegram_says(on_telegram, "/start")
    await telegram_says(on_telegram, "/open Where Did This Come From")
    assert "Who should find the words" in on_telegram.server.chat(ANN)[-1].text
    assert "I ask before I tell" in await telegram_says(on_telegram, "Use the model of Anthropic")
    shown = len(on_telegram.server.chat(ANN))
    held, word = asyncio.Event(), on_telegram.persona.word

    async def slow(*args: object) -> str:
        await held.wait()
        return await word(*args)  # type: ignore[arg-type]

    on_telegram.persona.word = slow  # type: ignore[method-assign]
    on_telegram.server.say(ANN, LINE)
    typing = on_telegram.server
    await typing.until(lambda: any(r.method == "sendChatAction" for r in typing.requests))
    held.set()
    await on_telegram.quiet()
    *_, words, reply = on_telegram.server.chat(ANN)[shown:]
    assert (words.text, len(on_telegram.server.chat(ANN)[shown:])) == (LINE, 2)
    assert REPLY in reply.text and "1 of 3 exchanges" in reply.text and reply.rows
    assert len(claude.requests) == 1


async def test_on_telegram_a_refusal_and_a_busy_service_cost_no_words(
    on_telegram: telegram_bot.Bot, claude: ClaudeServer
) -> None:
    await telegram_says(on_telegram, "/start")
    await telegram_says(on_telegram, "/open Where Did This Come From")
    await telegram_says(on_telegram, "1")
    claude.script = deque([Answer(stop_reason="refusal", category="frontier_llm")])
    told = await telegram_says(on_telegram, LINE)
    assert "did not want to answer that" in told and "1 of 3 exchanges" in told
    claude.script = deque([Answer(status=529, retry_after="0.01")] * 3)
    assert "The model is busy right now" in await telegram_says(on_telegram, "photos")
    assert REPLY not in await telegram_says(on_telegram, "/menu")


# -- Discord -------------------------------------------------------------------------------------


@pytest.fixture
async def on_discord(
    tmp_path: Path, free: Library, claude: ClaudeServer
) -> AsyncIterator[discord_bot.Bot]:
    async with DiscordServer(specs=discord_spec.specs()) as server:
        server.person(ANN, "Ann")
        server.guild(SCHOOL, "School", [ANN])
        server.channel(SCHOOL, HALL, "hall")
        bot = discord_bot.Bot(server, tmp_path / "d.db", free, content=SHIPPED)
        bot.terms, bot.persona = TERMS, persona(claude)
        await bot.start()
        yield bot
        await bot.stop()
        await bot.persona.close()
        assert server.breaches + server.mistakes == []


@pytest.mark.parametrize("where", [HALL, None], ids=["in a server", "in direct messages"])
async def test_on_discord_a_reply_comes_for_one_persons_eyes(
    on_discord: discord_bot.Bot, claude: ClaudeServer, where: int | None
) -> None:
    server = on_discord.server

    async def seen() -> list[str]:
        await on_discord.quiet()
        return [m.text for m in server.seen(ANN, where) if m.author_bot]

    server.command(ANN, "start", where)
    await seen()
    server.command(ANN, "open", where, part="Where Did This Come From?")
    assert "Who should find the words" in (await seen())[-1]
    server.press(ANN, "model-yes*", where)
    assert "I ask before I tell" in (await seen())[-1]
    server.press(ANN, "starter*", where)
    shown = await seen()
    assert REPLY in shown[-1] and "1 of 3 exchanges" in shown[-1]
    assert len(claude.requests) == 1
