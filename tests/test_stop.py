"""Told to stop, it ends well: real processes, SIGTERM at the worst moments.

The program has ten seconds by its own rule (GRACE, and what is closed after it); no test asserts a
time, but each would fail by the limit of its waiting.
"""

import asyncio
import os
import signal
import sqlite3
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from .platforms.claude_server import Answer, ClaudeServer, Request
from .platforms.telegram_server import Fault, TelegramServer
from .test_commands_model import free_course, told
from .test_serve import TOKEN, ended

ANN = 7
LAB = "Where Did This Come From"
HASTY = """
import sys
from bot.__main__ import main
from bot.commands import serve
serve.GRACE = 3.0
sys.exit(main())
"""
"""A bot that gives what is going on three seconds, so that no test waits for eight."""

LATE = 25
"""Seconds within which a process has surely ended that was told to."""


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(TOKEN) as made:
        yield made
    assert made.breaches == []


async def teaching(folder: Path, server: TelegramServer, model: ClaudeServer) -> Process:
    """`syllabot serve` with the course that ships, all of it open, and a model."""
    content = folder / "content"
    ours = ("TELEGRAM", "DISCORD", "SYLLABOT", "ANTHROPIC")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    settings = {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": server.url,
        "SYLLABOT_HEALTH_LISTEN": "off",
        "SYLLABOT_DB": str(folder / "s.db"),
        "SYLLABOT_CONTENT": str(content if content.exists() else free_course(folder)),
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HASTY, "serve"),
        env=clean | settings | told(model.url),
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )


async def in_a_lab(server: TelegramServer) -> None:
    """Ann agrees to the model, and says something that it is asked about."""
    await say(server, f"/open {LAB}", "Who should find the words")
    agree = server.chat(ANN)[-1].rows[0][0].data
    server.press(ANN, agree)
    await shown(server, "data librarian. I ask before I tell")
    server.say(ANN, "photos of cats")


async def say(server: TelegramServer, words: str, answer: str) -> None:
    server.say(ANN, words)
    await shown(server, answer)


async def shown(server: TelegramServer, words: str) -> None:
    await server.until(lambda: any(words in each.text for each in server.chat(ANN)), 30)


async def stopped(process: Process) -> str:
    process.send_signal(signal.SIGTERM)
    code, text = await asyncio.wait_for(ended(process), LATE)
    assert code == 0, text
    return text


def talked(folder: Path) -> int:
    """Lines of labs that are on disk."""
    with closing(sqlite3.connect(folder / "s.db")) as db:
        rows = db.execute("SELECT COUNT(*) FROM log WHERE kind = 'talked'").fetchone()
    return int(rows[0])


async def test_a_model_that_answers_in_time_is_waited_for(
    tmp_path: Path, server: TelegramServer
) -> None:
    async with ClaudeServer() as model:
        asked = asyncio.Event()

        def thinks(_: Request) -> Answer:
            asked.set()
            return Answer(slow=2.0)

        model.answer = thinks
        process = await teaching(tmp_path, server, model)
        await in_a_lab(server)
        await asyncio.wait_for(asked.wait(), 30)
        assert Answer().text not in server.chat(ANN)[-1].text
        await stopped(process)
        assert any(Answer().text in each.text for each in server.chat(ANN))
        assert talked(tmp_path) == 1 and len(model.requests) == 1


async def test_a_model_that_answers_too_late_is_asked_again_after_the_start(
    tmp_path: Path, server: TelegramServer
) -> None:
    async with ClaudeServer() as model:
        asked = asyncio.Event()

        def stalls(_: Request) -> Answer:
            asked.set()
            return Answer(stall_after=0)

        model.answer = stalls
        process = await teaching(tmp_path, server, model)
        await in_a_lab(server)
        await asyncio.wait_for(asked.wait(), 30)
        await stopped(process)
        assert talked(tmp_path) == 0
        model.answer = lambda _: Answer()
        process = await teaching(tmp_path, server, model)
        await shown(server, Answer().text)
        await stopped(process)
        assert talked(tmp_path) == 1 and len(model.requests) == 2


async def test_a_platform_that_does_not_answer_keeps_nobody_waiting(
    tmp_path: Path, server: TelegramServer
) -> None:
    """What was committed and not yet sent goes out at the next start, once."""
    async with ClaudeServer() as model:
        process = await teaching(tmp_path, server, model)
        await say(server, "/start", "Synthetic Data")
        tried = asyncio.Event()

        def hangs(_: int, method: str) -> Fault | None:
            if method != "sendMessage":
                return None
            tried.set()
            return Fault(slow=60)

        server.fault = hangs
        server.say(ANN, "/glossary tail")
        await asyncio.wait_for(tried.wait(), 30)
        await stopped(process)
        server.fault = None
        before = len(server.chat(ANN))
        process = await teaching(tmp_path, server, model)
        await server.until(lambda: len(server.chat(ANN)) > before, 30)
        await server.settled(30)
        await stopped(process)
        assert len(server.chat(ANN)) == before + 1
