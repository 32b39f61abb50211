"""syllabot serve as an operator runs it: a process of its own, local platforms, signals."""

import asyncio
import logging
import os
import signal
import sqlite3
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.logs import Redacting

from .conftest import TINY
from .platforms.discord_server import DiscordServer
from .platforms.telegram_server import TelegramServer

TOKEN = "4242:TEST"  # noqa: S105


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(TOKEN) as made:
        yield made
    assert made.breaches == []


TO_DISCORD = """
import os, discord, yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from bot.__main__ import main
Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = os.environ["API"], yarl.URL(os.environ["GATEWAY"])
raise SystemExit(main())
"""
"""The library has no setting for where Discord is."""


def to_discord(server: DiscordServer) -> dict[str, str]:
    return {"DISCORD_TOKEN": server.token, "API": server.api, "GATEWAY": server.gateway_url}


async def serve(folder: Path, **settings: str) -> Process:
    """`syllabot serve` with these settings and no others of ours, which tells nobody how it fares
    unless it is to: tests run side by side.
    """
    ours = ("TELEGRAM", "DISCORD", "SYLLABOT")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    program = ("-W", "ignore", "-c", TO_DISCORD) if "API" in settings else ("-m", "bot")
    return await asyncio.create_subprocess_exec(
        *(sys.executable, *program, "serve"),
        *("--content", str(TINY), "--db", str(folder / "s.db")),
        cwd=TINY.parents[2],
        env=clean | {"SYLLABOT_HEALTH_LISTEN": "off"} | settings,
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )


async def ended(process: Process) -> tuple[int | None, str]:
    out, err = await process.communicate()
    return process.returncode, (out + err).decode()


async def test_without_a_token_it_says_what_to_set(tmp_path: Path) -> None:
    code, text = await ended(await serve(tmp_path))
    assert code == 2
    assert "TELEGRAM_TOKEN=" in text and "BotFather" in text
    assert "DISCORD_TOKEN=" in text and "developer portal" in text
    assert not (tmp_path / "s.db").exists()


async def test_a_wrong_token_is_said_and_never_shown(
    tmp_path: Path, server: TelegramServer
) -> None:
    wrong = "4242:s3cret-and-wrong"
    code, text = await ended(
        await serve(tmp_path, TELEGRAM_TOKEN=wrong, TELEGRAM_API_URL=server.url)
    )
    assert code == 2
    assert "@BotFather" in text
    assert "s3cret" not in text


async def test_a_course_with_faults_is_refused_before_anything_is_served(
    tmp_path: Path, server: TelegramServer
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--content", str(tmp_path)),
        env={**os.environ, "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url}
        | {"SYLLABOT_HEALTH_LISTEN": "off"},
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    code, text = await ended(process)
    assert code == 1 and str(tmp_path) in text
    assert server.requests == []


async def test_it_teaches_until_it_is_told_to_stop(tmp_path: Path, server: TelegramServer) -> None:
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n")
    process = await serve(tmp_path, TELEGRAM_TOKEN_FILE=str(token), TELEGRAM_API_URL=server.url)
    server.say(7, "/start")
    await server.until(lambda: len(server.chat(7)) == 2, within=30)
    assert server.chat(7)[1].rows
    process.send_signal(signal.SIGTERM)
    code, text = await ended(process)
    assert code == 0
    assert "as @syllabot_test_bot" in text
    assert TOKEN not in text


async def test_a_wrong_token_of_discord_is_said_and_never_shown(tmp_path: Path) -> None:
    async with DiscordServer() as discord:
        wrong = to_discord(discord) | {"DISCORD_TOKEN": "s3cret.and.wrong"}
        code, text = await ended(await serve(tmp_path, **wrong))
    assert code == 2
    assert "discord.com/developers" in text
    assert "s3cret" not in text


async def test_both_platforms_are_served_by_one_program_with_one_database(
    tmp_path: Path, server: TelegramServer
) -> None:
    async with DiscordServer() as discord:
        discord.guild(900, "School", [7])
        discord.channel(900, 901, "hall")
        settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url}
        process = await serve(tmp_path, **settings, **to_discord(discord))
        await discord.until(lambda: discord.connected and bool(discord.commands), within=30)
        discord.command(7, "start", 901)
        server.say(7, "/start")
        await discord.until(lambda: len(discord.seen(7, 901)) == 1, within=30)
        await server.until(lambda: len(server.chat(7)) == 2, within=30)
        process.send_signal(signal.SIGTERM)
        code, text = await ended(process)
    assert code == 0, text
    assert discord.breaches == [] and discord.failed == []
    assert TOKEN not in text and discord.token not in text
    with closing(sqlite3.connect(tmp_path / "s.db")) as db:
        accounts = {account for (account,) in db.execute("SELECT account FROM accounts")}
    assert accounts == {"telegram:7", "discord:7"}


async def test_a_second_one_on_the_same_file_is_refused(
    tmp_path: Path, server: TelegramServer
) -> None:
    settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url}
    first = await serve(tmp_path, **settings)
    server.say(7, "/start")
    await server.until(lambda: len(server.chat(7)) == 2, within=30)
    code, text = await ended(await serve(tmp_path, **settings))
    assert code == 1 and "in use by another Syllabot" in text
    first.send_signal(signal.SIGINT)
    assert (await ended(first))[0] == 0


@pytest.mark.parametrize("killed", [signal.SIGKILL, signal.SIGTERM])
async def test_nobody_loses_anything_when_it_dies_in_the_middle_of_a_burst(
    tmp_path: Path, server: TelegramServer, killed: signal.Signals
) -> None:
    people = range(100, 124)
    settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url}
    for person in people:
        server.say(person, "/start")
        server.say(person, "1")
    for n in (1, 2):
        process = await serve(tmp_path, **settings)
        await server.until(lambda n=n: greeted(server) == n and sent(server) >= 15 * n, within=30)
        process.send_signal(killed)
        await ended(process)
    process = await serve(tmp_path, **settings)
    await server.until(lambda: greeted(server) == 3, within=30)
    await server.until(lambda: all(has_begun(server, person) for person in people), within=60)
    await server.settled(30)
    process.send_signal(signal.SIGTERM)
    code, text = await ended(process)
    assert code == 0
    print(text)
    with closing(sqlite3.connect(tmp_path / "s.db")) as db:
        opened = db.execute("SELECT COUNT(*) FROM log WHERE kind = 'opened'").fetchone()[0]
        assert opened == len(people), "everybody began, and nobody twice"
        assert db.execute("SELECT * FROM outbox").fetchall() == []


def sent(server: TelegramServer) -> int:
    return sum(request.method == "sendMessage" for request in server.requests)


def greeted(server: TelegramServer) -> int:
    """How many bots have asked who they are."""
    return sum(request.method == "getMe" for request in server.requests)


def has_begun(server: TelegramServer, person: int) -> bool:
    return any("Intro 1/2" in message.text for message in server.chat(person))


def test_a_secret_is_never_logged_wherever_it_stands() -> None:
    redacting = Redacting(["4242:s3cret", ""])
    try:
        raise ValueError("no answer from /bot4242:s3cret/getMe")
    except ValueError:
        record = logging.LogRecord(
            "x", logging.ERROR, __file__, 1, "at %s", ("https://t/bot4242:s3cret",), sys.exc_info()
        )
    shown = redacting.format(record)
    assert "s3cret" not in shown
    assert shown.count("***") >= 2
