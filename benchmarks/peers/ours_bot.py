"""The course in this engine: the runner with its SQLite store (synchronous=FULL) and its course.

The variants are "plain", an adapter that does nothing, and "telegram", the adapter that
`syllabot serve` uses, with the same stub below it that python-telegram-bot has.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

from telegram import Update
from telegram.ext import ExtBot

from benchmarks.peers.script import Script, position
from benchmarks.peers.telegram_stub import Stub
from benchmarks.peers.worker import HALFWAY, TOKEN, Job, Platform, run, turn, update
from bot import logs, memory
from bot.adapters.base import Adapter
from bot.adapters.telegram import Telegram
from bot.adapters.telegram_pace import Pace
from bot.commands.running import mint, now
from bot.conversation import (
    AtHome,
    Commanded,
    Inbound,
    Outgoing,
    Place,
    Pressed,
    Quizzing,
    Reading,
    Session,
)
from bot.course.load import load
from bot.runner import Runner
from bot.store import Store

COURSE = Path(__file__).parent / "course"


class Nowhere:
    """An adapter that hands each message to the stub."""

    door = ""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def send(self, outgoing: Outgoing) -> str:
        keys = [choice.key for choice in outgoing.message.choices]
        text = outgoing.message.text
        return str(self._platform.shows(int(outgoing.place.chat) - 1000, text, keys))

    async def think(self, place: Place, event: str) -> None: ...


class Ours:
    def __init__(self, job: Job, script: Script, platform: Platform) -> None:
        self._job, self._script, self._platform = job, script, platform
        self._name = "telegram" if job.variant == "telegram" else "peers"
        self._file = Path(job.folder) / "ours.db"
        self._put = Path(job.folder).parent / f"{self._name}-{job.walking}-{job.others}.db"

    async def open(self) -> bool:
        """As `syllabot serve` starts: what waited to be sent goes out first."""
        library, problems = load(COURSE)
        assert library, problems
        if self._put.exists() and self._job.others:
            shutil.copy(self._put, self._file)
        self._store = await Store.open(self._file)
        adapter = await self._adapter()
        self._runner = Runner(library, self._store, {self._name: adapter}, clock=now, mint=mint)
        if isinstance(adapter, Telegram):
            self._take: Callable[[Update], Awaitable[None]] = adapter._taking(self._runner)
        await self._runner.use(library)
        await self._runner.resume()
        memory.settle()
        return True

    async def _adapter(self) -> Adapter:
        if self._name != "telegram":
            return Nowhere(self._platform)
        stub = Stub(self._platform)
        self._bot = ExtBot(TOKEN, request=stub, get_updates_request=stub, rate_limiter=Pace())
        await self._bot.initialize()
        adapter = Telegram(self._bot, lambda _: None, {})
        adapter._me = self._bot.bot
        return adapter

    async def feed(self, learner: int, turn: int, data: str) -> None:
        if self._name == "telegram":
            change = Update.de_json(update(learner, turn, data), self._bot)
            assert change
            await self._take(change)
        else:
            await self._runner.receive(inbound(learner, turn, data))

    async def stands(self, learner: int) -> int:
        who = await self._store.learner_of(f"{self._name}:{learner + 1000}")
        loaded = await self._store.load(who, "") if who else None
        return stands(loaded.sessions.get("peers") if loaded else None)

    async def put(self, learners: range) -> None:
        """They walk there, many at once; the file that this leaves is used again."""
        if self._put.exists() or not learners:
            return
        for number in range(1, HALFWAY + 1):
            for first in range(0, len(learners), 256):
                group = learners[first : first + 256]
                await asyncio.gather(*(turn(self, self._platform, who, number) for who in group))
        await self.close()
        shutil.copy(self._file, self._put)
        await self.open()

    async def close(self) -> None:
        await self._runner.drain(10)
        await self._store.close()


def inbound(learner: int, turn: int, data: str) -> Inbound:
    """An update as an adapter hands it over."""
    what = Pressed(data) if data else Commanded("start")
    chat = str(learner + 1000)
    reply_to = str(turn) if data else ""
    return Inbound(f"peers:{chat}:{turn}", f"peers:{chat}", Place("peers", chat), what, reply_to)


def stands(session: Session | None) -> int:
    """The turn of the script after which a session is as this one."""
    if session is None:
        return 0
    match session.state:
        case AtHome():
            return position("done" if session.turn else "overview", 0, 0)
        case Reading(card=card):
            return position("reading", card if session.unit == "m1-intro" else card + 1, 0)
        case Quizzing(given=given):
            return position("quiz", 0, len(given))
        case _:
            raise AssertionError(session.state)


if __name__ == "__main__":
    logs.hush()
    run(Ours)
