"""One cohort on Discord and Telegram at once, through both real libraries and their servers."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.discord import Discord
from bot.adapters.telegram import Telegram, bot_of
from bot.adapters.telegram_pace import Pace
from bot.commands.serve import accent, menus, slash_commands
from bot.course.album import Album
from bot.course.model import Library
from bot.runner import Runner
from bot.store import Store
from tests.platforms.bot import NOW, PIXEL, hasty
from tests.platforms.discord_server import DiscordServer, addressed
from tests.platforms.telegram_server import TelegramServer
from tests.platforms.telegram_spec import specs

KIM, ANN = 1001, 2001
SCHOOL, HALL = 900, 901


class Both:
    """The bot before both servers, over one file."""

    def __init__(self, discord: DiscordServer, telegram: TelegramServer) -> None:
        self.discord, self.telegram = discord, telegram
        self.runner: Runner
        self.adapters: dict[str, Any] = {}

    async def settled(self) -> None:
        for _ in range(3):
            await self.telegram.settled()
            await self.discord.settled()
            await self.runner.quiet()
            await self.adapters["discord"].quiet()

    async def on_discord(self, name: str, **given: str) -> str:
        before = len(self.discord.seen(KIM, HALL))
        self.discord.command(KIM, name, HALL, **given)
        await self.settled()
        return "\n".join(message.text for message in self.discord.seen(KIM, HALL)[before:])

    async def on_telegram(self, text: str) -> str:
        before = len(self.telegram.changes)
        self.telegram.say(ANN, text)
        await self.settled()
        return "\n".join(change.message.text for change in self.telegram.changes[before:])


@pytest.fixture
async def both(tmp_path: Path, tiny: Library) -> AsyncIterator[Both]:
    async with DiscordServer(specs=specs()) as discord, TelegramServer(specs=specs()) as telegram:
        discord.guild(SCHOOL, "School")
        discord.channel(SCHOOL, HALL, "hall")
        discord.person(KIM, "Kim")
        discord.promote(SCHOOL, KIM)
        telegram.person(ANN, "Ann")
        world = Both(discord, telegram)
        store = await Store.open(tmp_path / "s.db")
        library = bot_of(telegram.token, telegram.url, Pace(sleep=hasty), 10)
        with addressed(discord):
            world.adapters["telegram"] = Telegram(
                library, Album(Path("content")), menus(), None, hasty
            )
            world.runner = Runner(
                tiny, store, world.adapters, clock=lambda: NOW, mint=iter_of("ab").__next__,
                draw=lambda _: PIXEL,
            )  # fmt: skip
            world.adapters["discord"] = Discord(
                discord.token, Album(Path("content")),
                lambda course: accent(world.runner.library, course), slash_commands(), sleep=hasty,
            )  # fmt: skip
            await world.runner.use(tiny)
            running = [
                asyncio.create_task(each.run(world.runner)) for each in world.adapters.values()
            ]
            await discord.until(lambda: discord.connected and bool(discord.commands))
            await telegram.until(lambda: telegram.feed.polled)
            yield world
            for task in running:
                task.cancel()
            await asyncio.wait(running)
            await world.runner.drain(5)
            for each in world.adapters.values():
                await each.close()
            await store.close()
        assert discord.breaches + discord.mistakes + telegram.breaches == []


def iter_of(names: str) -> Any:
    return iter([f"{name * 16}" for name in names])


async def test_one_cohort_has_learners_on_both_platforms(both: Both) -> None:
    await both.on_discord("start")
    made = await both.on_discord("cohort", action="new Tuesday group")
    assert "Tuesday group is made" in made.replace("**", "")
    link = made.split("https://t.me/")[1].split()[0]
    assert "https://discord.com/users/" in made
    code = link.split("?start=")[1]
    joined = await both.on_telegram(f"/start {code}")
    assert "Welcome to Tuesday group!" in joined
    told = [m.text for m in both.discord.seen(KIM, None)]
    assert any("has joined “Tuesday group”" in text for text in told)
    await both.on_telegram("/alias Ann")
    await both.on_telegram("/open m1-intro")
    both.telegram.press(ANN, both.telegram.changes[-1].message.rows[0][0].data)
    await both.settled()
    home = await both.on_discord("cohort", action="here")
    assert "is at home here now" in home
    board = await both.on_discord("leaderboard", which="week")
    assert "Ann: 12 points" in board
    assert "members: 1" in await both.on_discord("cohort", action="members")


async def test_one_learner_has_accounts_on_both_platforms(both: Both) -> None:
    await both.on_discord("start")
    told = await both.on_discord("link")
    code = told.split("/link ")[1].split("*")[0]
    await both.on_telegram("/start")
    await both.on_telegram("/open m1-intro")
    both.telegram.press(ANN, both.telegram.changes[-1].message.rows[0][0].data)
    await both.settled()
    asked = await both.on_telegram(f"/link {code}")
    assert "Link this account" in asked
    yes = both.telegram.changes[-1].message.rows[0][0]
    assert yes.text == "Yes, link them"
    both.telegram.press(ANN, yes.data)
    await both.settled()
    progress = await both.on_discord("progress")
    assert "Tea: 1 of 5 done" in progress.replace("**", "")
    assert "Points: 12" in progress


async def test_who_may_make_no_group_is_told_the_account_that_an_operator_sets(both: Both) -> None:
    await both.on_telegram("/start")
    told = await both.on_telegram("/cohort new Mine")
    account = told.rsplit(" ", 1)[1]
    both.runner._operators = frozenset({account})
    assert "Mine is made" in (await both.on_telegram("/cohort new Mine")).replace("*", "")
    assert "your account" not in await both.on_discord("cohort", action="new Ours")
