"""What the drivers of both platforms share: the whole program before a local server.

Conversations need no disk, which would take most of their time: crashes are tested elsewhere.
"""

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from bot import logs
from bot.conversation import Commanded, Failed, Message, Place, Pressed, Replied, Said, Terms
from bot.course.model import Library
from bot.replay.stage import BEGUN, Difference, Heard

MEMORY = Path("/dev/shm")  # noqa: S108


class PlatformDriver(ABC):
    """See `stage.Driver`. The learner's id is the speaker's name, so that shuffles are known."""

    server: AbstractAsyncContextManager[Any]
    bot: Any

    def __init__(self) -> None:
        logs.hush()
        where = MEMORY if MEMORY.is_dir() else None
        self._folder = tempfile.TemporaryDirectory(prefix="syllabot-replay-", dir=where)
        self.path = Path(self._folder.name) / "replay.db"
        self.now: datetime = BEGUN
        self.newest = ""
        self._running = False
        self._asked: dict[str, str] = {}
        self._seen = 0

        self.operators: frozenset[str] = frozenset()
        self.administrators: frozenset[str] = frozenset()
        self.access: Literal["open", "cohort"] = "open"

    @property
    def terms(self) -> Terms:
        return self.bot.terms

    @terms.setter
    def terms(self, terms: Terms) -> None:
        self.bot.terms = terms

    # What differs from platform to platform

    @abstractmethod
    async def done(self, speaker: str, group: str, what: Said | Pressed | Commanded) -> int:
        """Do as a person would; the number of the event, 0 for none."""

    @abstractmethod
    def place(self, speaker: str) -> Place:
        """Where somebody talks to a model."""

    @abstractmethod
    def account(self, speaker: str) -> str:
        """Somebody's account on the platform."""

    @abstractmethod
    async def begin(self) -> None:
        """Start the bot."""

    @abstractmethod
    def wrong(self) -> list[str]:
        """What the platform would not have taken."""

    text: Callable[[Any], str]
    """What a person sees of a change."""

    # What does not

    async def act(self, speaker: str, group: str, what: Said | Pressed | Commanded) -> Heard:
        await self._serving()
        self.newest = speaker
        event = await self.done(speaker, group, what)
        heard = await self._heard()
        if not event:
            return heard
        self.server.again(event)  # type: ignore[attr-defined]
        again = await self._heard()
        if again != Heard():
            raise Difference(f"event {event} was delivered twice and answered twice: {again}")
        return heard

    async def model(self, speaker: str, what: str, *, fails: bool) -> Heard:
        await self._serving()
        ask = self.asked(speaker)
        answer = Failed(ask, what) if fails else Replied(ask, what)
        await self.bot.runner.answer(speaker, f"model:{ask}", self.place(speaker), answer)
        return await self._heard()

    async def wait(self, time: timedelta) -> Heard:
        """Move the clock in steps of an hour, so that jobs wake about when they should."""
        await self._serving()
        until = self.now + time
        while self.now < until:
            self.now = min(until, self.now + timedelta(hours=1))
            await self.bot.runner.wake()
        return await self._heard()

    async def restart(self) -> Heard:
        await self.bot.stop()
        await self._begun()
        return await self._heard()

    async def edit(self, library: Library) -> Heard:
        self.bot.library = library
        await self._serving()
        await self.bot.runner.use(library)
        return await self._heard()

    def asked(self, speaker: str) -> str:
        return self._asked.get(speaker, "")

    async def close(self) -> None:
        await self.bot.stop()
        if self._running:
            await self.server.__aexit__(None, None, None)
        self._folder.cleanup()
        if wrong := self.wrong():
            raise Difference(f"the platform would not have taken this: {wrong}")

    async def _serving(self) -> None:
        if not self._running:
            self._running = True
            await self.server.__aenter__()
            await self._begun()

    async def _begun(self) -> None:
        self.bot.operators = frozenset(map(self.account, self.operators))
        self.bot.access = self.access
        await self.begin()

    async def _heard(self) -> Heard:
        """What came of everything so far."""
        await self.bot.quiet()
        commits, messages = list(self.bot.commits), tuple[Message, ...]()
        self.bot.commits.clear()
        for commit in commits:
            messages += commit.messages
            waiting = commit.session.waiting if commit.session else None
            self._asked[commit.learner] = waiting.id if waiting else ""
        records = tuple(record for commit in commits for record in commit.records)
        changes = self.server.changes  # type: ignore[attr-defined]
        seen, self._seen = changes[self._seen :], len(changes)
        texts = [*map(self.text, seen), *self.whispers()]
        return Heard(messages, records, "\n\n".join(filter(None, texts)))

    def whispers(self) -> list[str]:
        """What was said in passing to whoever pressed a button, since this was asked last."""
        return []

    def overlook(self) -> None:
        """What was shown so far is no part of the conversation."""
        self._seen = len(self.server.changes)  # type: ignore[attr-defined]
