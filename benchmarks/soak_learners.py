"""The soak's learners: each does what a person might, beside a shadow of the bot.

The shadow is the engine alone with everything in plain memory: a run without faults, step by step.
It tells a learner what must appear next, so that they wait for just that, and at the end what must
have been kept of them.
"""

import asyncio
import json
import random
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from benchmarks.soak_ours import learner_id
from benchmarks.soak_world import Seat, Trouble
from bot.conversation import Choice, Commanded, Message, Pressed, Record, Said
from bot.course.model import Library
from bot.replay.engine_driver import EngineDriver

SOON = 10.0
"""Seconds after which a learner wonders whether they were heard."""

LONG = 180.0
"""Seconds after which they give up: nothing may take as long."""

LOOKUPS = (
    "/progress",
    "/help",
    "/start",
    "/cards",
    "/menu",
    "/glossary tail",
    "/sources",
    "/usage",
)

LINES = (
    "I think it starts from a real record and changes it a little.",
    "Because the rare cases are missing from what was measured.",
    "No idea, to be honest.",
    "It depends on who judges it, and on what they compare it with.",
    "Models that learn from their own output lose the tails first.",
    "Would you not have to keep some real data aside to check it?",
    "Just tell me the answer.",
    "Yes",
)

_RECORD = TypeAdapter(Record)
_TIME = re.compile(r'"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)"')


@dataclass(slots=True)
class Learner:
    """Number `number`, from 1 on; `faults` is what they found wrong, each in a sentence."""

    number: int
    seat: Seat
    library: Library
    path: Path
    clock: Callable[[], datetime]
    trouble: Trouble
    soon: float = SOON
    faults: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    actions: int = 0
    repeats: int = 0
    _offered: tuple[Choice, ...] = ()
    _writes: bool = False
    _shadow: EngineDriver = field(init=False)
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._shadow = EngineDriver(self.library)
        self._chance = random.Random(self.number)

    @property
    def id(self) -> str:
        return learner_id(self.number)

    async def begins(self) -> None:
        await self._does("/start")

    async def acts(self) -> None:
        """The next thing: mostly on, sometimes elsewhere."""
        await self._does(self._next())

    def _next(self) -> str:
        chance = self._chance.random()
        if chance < 0.04 or not self._offered:
            units = list(next(iter(self.library.courses.values())).units)
            return f"/open {self._chance.choice(units)}"
        if chance < 0.08:
            return self._chance.choice(LOOKUPS)
        if self._writes and chance < 0.8:
            return self._chance.choice(LINES)
        keys = sorted(choice.key for choice in self._offered)
        onward = [key for key in keys if key.startswith("next.")]
        return f"[{(onward if onward and chance < 0.9 else [self._chance.choice(keys)])[0]}]"

    async def _does(self, words: str) -> None:
        """Do it in the shadow, then before the platform, and wait for what the shadow was shown."""
        before = self._kept()
        self._shadow.now = self.clock()
        heard = await self._shadow.act(self.id, "", meant(words))
        messages = [each for each in heard.messages if each.to is None]
        self._remember(messages, onward=self._kept() != before)
        keys = [each.choices[-1].key for each in messages if each.choices]
        self.actions += 1
        await self._done(words, before, keys[-1] if keys else "", silent=not messages)

    def _remember(self, messages: list[Message], *, onward: bool) -> None:
        """What can be pressed now: where a turn leads on, no buttons of an earlier one."""
        shown = [each for each in messages if each.choices]
        if shown or onward:
            self._offered = shown[-1].choices if shown else ()
        self._writes = any(each.write for each in messages)

    async def _done(self, words: str, before: str, key: str, *, silent: bool) -> None:
        loop = asyncio.get_running_loop()
        begun, changes = loop.time(), self.seat.changes
        event = await self._try(words)
        asked = begun
        while not (self.seat.shows(key, changes) if key else self.seat.changes > changes or silent):
            if loop.time() - begun > LONG:
                self.faults.append(f"{self.id} waited {LONG:.0f} s after {words}")
                break
            self.seat.moved.clear()
            try:
                async with asyncio.timeout(self.soon / 4):
                    await self.seat.moved.wait()
            except TimeoutError:
                pass
            if loop.time() - asked > self.soon:
                asked = loop.time()
                if await asyncio.to_thread(self._in_file) == before and self._still_can(words):
                    self.repeats += 1
                    event = await self._try(words)
        self.waits.append(loop.time() - begun)
        if event and self.trouble.twice():
            self.seat.again(event)

    def _still_can(self, words: str) -> bool:
        """Whether what they would press is there: its turn may have come a moment ago."""
        return not words.startswith("[") or self.seat.shows(words[1:-1], 0)

    async def _try(self, words: str) -> int:
        if words.startswith("["):
            return self.seat.press(words[1:-1])
        return await self.seat.say(words)

    # What was kept

    def _kept(self) -> str:
        """Their session as the shadow has it, without times."""
        profile = self._shadow.profiles.get(self.id)
        kept = self._shadow.sessions.get((self.id, profile.course if profile else ""))
        return timeless(kept.decode()) if kept else ""

    def _in_file(self) -> str:
        course = next(iter(self.library.courses))
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=60)) as db:
            found = db.execute(
                "SELECT body FROM sessions WHERE subject = ? AND course = ?", (self.id, course)
            ).fetchone()
        return timeless(found[0]) if found else ""

    def compared(self, db: sqlite3.Connection) -> list[str]:
        """What the file keeps of them otherwise than the shadow does."""
        return [
            f"{self.id}: {what} differs: {one!r:.300} in the file, {other!r:.300} in the shadow"
            for what, one, other in (
                ("the session", self._in_file(), self._kept()),
                ("the log", logged(db, self.id), self._told()),
            )
            if one != other
        ]

    def _told(self) -> list[str]:
        return [
            timeless(_RECORD.dump_json(record).decode())
            for who, _, record in self._shadow.log
            if who == self.id
        ]


def meant(words: str) -> Said | Pressed | Commanded:
    if words.startswith("["):
        return Pressed(words[1:-1])
    if words.startswith("/"):
        name, _, args = words[1:].partition(" ")
        return Commanded(name, args)
    return Said(words)


def timeless(text: str) -> str:
    """JSON whose times are gone and whose keys are in order: two runs differ in no more."""
    return json.dumps(json.loads(_TIME.sub('"a time"', text)), sort_keys=True)


def logged(db: sqlite3.Connection, learner: str) -> list[str]:
    rows = db.execute("SELECT body FROM log WHERE subject = ? ORDER BY seq", (learner,))
    return [timeless(body) for (body,) in rows]


def main() -> None:
    print(__doc__)


if __name__ == "__main__":
    main()
