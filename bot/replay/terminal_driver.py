"""The whole program under a terminal: the runner with a real SQLite file.

Every event is delivered twice under one id; the second must change nothing and say nothing.
"""

import io
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from rich.console import Console

from bot.adapters.terminal import PLATFORM, Terminal
from bot.conversation import (
    Commanded,
    Failed,
    Inbound,
    Message,
    Place,
    Pressed,
    Replied,
    Said,
    Terms,
)
from bot.course.model import Library
from bot.replay.stage import BEGUN, Difference, Heard, place_of
from bot.runner import Runner
from bot.store import Commit, Store


class TerminalDriver:
    """See `stage.Driver`. The learner's id is the speaker's name, so that shuffles are known."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._folder = tempfile.TemporaryDirectory(prefix="syllabot-replay-")
        self._now: datetime = BEGUN
        self._store: Store | None = None
        self._runner: Runner | None = None
        self._screen = io.StringIO()
        self._commits: list[Commit] = []
        self._minted: list[str] = []
        self._asked: dict[str, str] = {}
        self._count = 0
        self.terms = Terms()
        self.operators: frozenset[str] = frozenset()
        self.administrators: frozenset[str] = frozenset()
        self.access: Literal["open", "cohort"] = "open"

    async def act(self, speaker: str, group: str, what: Said | Pressed | Commanded) -> Heard:
        account = f"{PLATFORM}:{speaker}"
        place = place_of(PLATFORM, speaker, group)
        hosts = bool(group) and speaker in self.administrators
        inbound = Inbound(self._event(), account, place, what, administers=hosts)
        self._minted = [speaker]
        runner = await self._running()
        await runner.receive(inbound)
        heard = self._heard()
        await runner.receive(inbound)
        return self._unrepeated(heard, inbound.id)

    async def model(self, speaker: str, what: str, *, fails: bool) -> Heard:
        ask, event = self.asked(speaker), self._event()
        answer = Failed(ask, what) if fails else Replied(ask, what)
        runner = await self._running()
        await runner.answer(speaker, event, Place(PLATFORM, speaker), answer)
        heard = self._heard()
        await runner.answer(speaker, event, Place(PLATFORM, speaker), answer)
        return self._unrepeated(heard, event)

    async def wait(self, time: timedelta) -> Heard:
        """Move the clock in steps of an hour, so that jobs wake about when they should."""
        until, runner = self._now + time, await self._running()
        while self._now < until:
            self._now = min(until, self._now + timedelta(hours=1))
            await runner.wake()
        return self._heard()

    async def restart(self) -> Heard:
        await self._stop()
        await self._running()
        return self._heard()

    async def edit(self, library: Library) -> Heard:
        self._library = library
        await (await self._running()).use(library)
        return self._heard()

    def asked(self, speaker: str) -> str:
        return self._asked.get(speaker, "")

    async def close(self) -> None:
        await self._stop()
        self._folder.cleanup()

    def _event(self) -> str:
        self._count += 1
        return f"replay:{self._count}"

    async def _running(self) -> Runner:
        if self._runner is None:
            folder = Path(self._folder.name)
            console = Console(file=self._screen, width=80, no_color=True, force_terminal=False)
            self._store = await Store.open(folder / "replay.db")
            self._runner = Runner(
                self._library,
                self._store,
                {PLATFORM: Terminal(console, is_plain=True, files=folder / "files")},
                clock=lambda: self._now,
                mint=lambda: self._minted.pop(),
                observe=self._observe,
                terms=self.terms,
                operators=frozenset(f"{PLATFORM}:{name}" for name in self.operators),
                access=self.access,
                draw=lambda _: b"picture",
            )
            await self._runner.use(self._library)
            await self._runner.resume()
        return self._runner

    async def _stop(self) -> None:
        if self._store is not None:
            await self._store.close()
        self._store = self._runner = None

    def _observe(self, commit: Commit) -> None:
        self._commits.append(commit)
        waiting = commit.session.waiting if commit.session else None
        self._asked[commit.learner] = waiting.id if waiting else ""

    def _heard(self) -> Heard:
        messages: tuple[Message, ...] = ()
        records = tuple(record for commit in self._commits for record in commit.records)
        for commit in self._commits:
            messages += commit.messages
        text = self._screen.getvalue()
        self._commits.clear()
        self._screen.seek(0)
        self._screen.truncate()
        return Heard(messages, records, text)

    def _unrepeated(self, heard: Heard, event: str) -> Heard:
        again = self._heard()
        if again != Heard():
            raise Difference(f"event {event} was delivered twice and answered twice: {again}")
        return heard
