"""One life of one peer, in a process of its own: learners walk, and what it costs is measured.

    python -m benchmarks.peers.ptb_bot JOB

JOB is a `Job` as JSON. The platform is a stub in this process: what the library says to it is
compared with the script, and while somebody watches it is noted in a pipe that outlives us.
"""

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from benchmarks.peers.script import TURNS, Script

WINDOW = 100
"""Learners who are on their way at a time: when one is done, the next begins."""

WARM = 5
"""Learners who walk before anything is measured: libraries do much at the first time."""

HALFWAY = 8
"""The turn after which those stand who were put in beforehand."""


@dataclass(frozen=True)
class Job:
    """What to do in `folder`: `walking` learners walk, `flight` at once; `others` are known.

    It ends after `seconds`. `notes` is the pipe, 0 for none; `beside` are the numbers of other
    processes whose work counts as ours; `check` what a second life looks at: the learners, and
    the updates that the platform delivers again as (learner, turn, data).
    """

    variant: str
    folder: str
    script: str
    walking: int
    others: int = 0
    flight: int = 1
    seconds: float = 600
    seed: int = 0
    notes: int = 0
    address: str = ""
    beside: tuple[int, ...] = ()
    check: tuple[int, ...] = ()
    again: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True)
class Walked:
    """What a walk cost: seconds of each turn in ms at two ranks; MB above idle; bytes a turn."""

    rate: float
    p50: float
    p99: float
    memory: float
    written: float
    turns: int
    capped: bool


@dataclass(frozen=True)
class Checked:
    """A second life: where learners stand, before and after the platform delivered again.

    `shown` are the learners and turns that were shown in this life; `unreadable` says that the
    library could not read what it had kept, so that all of it was put aside.
    """

    stands: dict[int, int]
    after: dict[int, int]
    shown: list[tuple[int, int]]
    unreadable: bool = False


class Peer(Protocol):
    """A library as the worker sees it."""

    async def open(self) -> bool:
        """Start; False where what was kept could not be read and was put aside."""
        ...

    async def feed(self, learner: int, turn: int, data: str) -> None:
        """Hand in one update, and return when the library is done with it."""
        ...

    async def stands(self, learner: int) -> int:
        """The last turn that the library knows of."""
        ...

    async def put(self, learners: range) -> None:
        """Let these be known, as they are after the turn HALFWAY."""
        ...

    async def close(self) -> None: ...


@dataclass
class Platform:
    """The stub: takes messages, and knows whose turn is going on."""

    script: Script
    notes: int = 0
    turns: dict[int, int] = field(default_factory=dict)
    said: dict[int, list[str]] = field(default_factory=dict)
    buttons: dict[int, list[str]] = field(default_factory=dict)
    waiting: dict[int, "asyncio.Future[float]"] = field(default_factory=dict)
    shown: list[tuple[int, int]] = field(default_factory=list)
    messages: int = 0

    def begins(self, learner: int, turn: int, data: str) -> "asyncio.Future[float]":
        """An update is handed in; the time at which it will be answered."""
        self.note("fed", learner, turn, data)
        self.turns[learner] = turn
        self.said[learner] = []
        self.waiting[learner] = asyncio.get_running_loop().create_future()
        return self.waiting[learner]

    def shows(self, learner: int, text: str, buttons: list[str]) -> int:
        """Take a message; its number. The one with buttons is the last of a turn."""
        self.messages += 1
        self.said.setdefault(learner, []).append(text)
        if buttons:
            turn = self.turns.get(learner, 0)
            self.buttons[learner] = buttons
            self.note("shown", learner, turn)
            self.shown.append((learner, turn))
            waiting = self.waiting.pop(learner, None)
            if waiting and not waiting.done():
                waiting.set_result(time.perf_counter())
        return self.messages

    def note(self, what: str, learner: int, turn: int, data: str = "") -> None:
        if self.notes:
            os.write(self.notes, f"{what} {learner} {turn} {data}\n".encode())

    def pressing(self, learner: int, turn: int) -> str:
        """The value of the button that this learner presses now."""
        wanted = self.script.pressed(learner, turn)
        return next((b for b in self.buttons.get(learner, ()) if b.startswith(wanted)), wanted)

    def check(self, learner: int, turn: int) -> None:
        """Whether a turn said what the script says, by the first line of each message."""
        said = [_first(text) for text in self.said.pop(learner)]
        wanted = [_first(text) for text in self.script.says(learner, turn)]
        assert said == wanted, f"learner {learner}, turn {turn}: {said}, not {wanted}"


def _first(text: str) -> str:
    return text.partition("\n")[0].replace("*", "")


# -- a walk --------------------------------------------------------------------------------------


async def walk(job: Job, peer: Peer, platform: Platform) -> Walked:
    """Let everybody walk, and measure."""
    await peer.open()
    idle = {pid: _memory(pid, "VmRSS") for pid in (os.getpid(), *job.beside)}
    for pid in idle:
        _peak_anew(pid)
    await peer.put(range(job.walking, job.walking + job.others))
    await warm(peer, platform, job.walking + job.others)
    written = sum(map(_written, idle))
    times: list[float] = []
    queue = turns_of(job)
    begun = time.perf_counter()

    async def slot() -> None:
        while time.perf_counter() - begun < job.seconds:
            if (learner := queue.take()) is None:
                return
            times.append(await turn(peer, platform, learner, queue.next_turn(learner)))
            queue.back(learner)

    async with asyncio.timeout(job.seconds + 120):
        await asyncio.gather(*(slot() for _ in range(job.flight)))
    took = time.perf_counter() - begun
    written = sum(map(_written, idle)) - written
    memory = sum(_memory(pid, "VmHWM") - before for pid, before in idle.items())
    await peer.close()
    times.sort()
    return Walked(
        rate=len(times) / took,
        p50=times[len(times) // 2] * 1000,
        p99=times[int(len(times) * 0.99)] * 1000,
        memory=memory,
        written=written / len(times),
        turns=len(times),
        capped=len(times) < job.walking * TURNS,
    )


async def warm(peer: Peer, platform: Platform, first: int) -> None:
    """A few more learners walk, of whom nothing is noted."""
    notes, platform.notes = platform.notes, 0
    for learner in range(first, first + WARM):
        for number in range(1, TURNS + 1):
            await turn(peer, platform, learner, number)
    platform.notes = notes


async def turn(peer: Peer, platform: Platform, learner: int, number: int) -> float:
    """One turn of a learner; the seconds until its answer was with the platform."""
    data = platform.pressing(learner, number)
    begun = time.perf_counter()
    answered = platform.begins(learner, number, data)
    await asyncio.sleep(0)  # all that are in flight wait here, also where a library never waits
    await peer.feed(learner, number, data)
    seconds = await answered - begun
    platform.note("done", learner, number)
    platform.check(learner, number)
    return seconds


class Queue:
    """Whose turn is next: any of those who are on their way and not in flight, by chance."""

    def __init__(self, learners: Iterator[int], chance: random.Random, window: int) -> None:
        self._fresh, self._chance = learners, chance
        self._done: dict[int, int] = {}
        self._ready = list(islice(learners, window))

    def take(self) -> int | None:
        """A learner, or None when all are done or in flight."""
        if not self._ready:
            return None
        place = self._chance.randrange(len(self._ready))
        self._ready[place], self._ready[-1] = self._ready[-1], self._ready[place]
        return self._ready.pop()

    def next_turn(self, learner: int) -> int:
        return self._done.get(learner, 0) + 1

    def back(self, learner: int) -> None:
        """One turn is done; the learner goes on, or the next one begins."""
        self._done[learner] = self.next_turn(learner)
        if self._done[learner] < TURNS:
            self._ready.append(learner)
        elif (fresh := next(self._fresh, None)) is not None:
            self._ready.append(fresh)


def turns_of(job: Job) -> Queue:
    """At least so many on their way as are in flight, and more, so that they take turns."""
    return Queue(iter(range(job.walking)), random.Random(job.seed), max(WINDOW, 2 * job.flight))


# -- a second life -------------------------------------------------------------------------------


async def check(job: Job, peer: Peer, platform: Platform) -> Checked:
    """Start again over what was kept, look where everybody stands, and deliver again."""
    readable = await peer.open()
    stands = {learner: await peer.stands(learner) for learner in job.check}
    # What was sent by itself answers the newest turn that is known.
    shown = [(learner, stands.get(learner, 0)) for learner, _ in platform.shown]
    platform.shown.clear()
    for learner, number, data in job.again:
        platform.begins(learner, number, data)
        await peer.feed(learner, number, data)
    await asyncio.sleep(0.05)
    shown += platform.shown
    after = {learner: await peer.stands(learner) for learner in job.check}
    await peer.close()
    return Checked(stands, after, shown, not readable)


# -- the process ---------------------------------------------------------------------------------


def _memory(pid: int, name: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith(name + ":"))


def _peak_anew(pid: int) -> None:
    """From now on the kernel looks for the highest memory afresh, where it lets us ask."""
    with suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def _written(pid: int) -> int:
    io = Path(f"/proc/{pid}/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in io if line.startswith("write_bytes"))


def run(make: Callable[[Job, Script, Platform], Peer]) -> None:
    """What each peer's module does when it is run: read the job, do it, print what came of it."""
    data: dict[str, Any] = json.loads(sys.argv[1])
    job = Job(**data)
    script = Script.of_json(json.loads(Path(job.script).read_text()))
    platform = Platform(script, job.notes)
    work = check if job.check else walk

    async def life() -> Walked | Checked:
        return await work(job, make(job, script, platform), platform)

    print(json.dumps(asdict(asyncio.run(life()))))


def update(learner: int, turn: int, data: str) -> dict[str, Any]:
    """An update as Telegram sends it: /start, or a button of the last message pressed."""
    user = {"id": learner + 1000, "is_bot": False, "first_name": "Learner"}
    chat = {"id": learner + 1000, "type": "private", "first_name": "Learner"}
    number = (learner + 1) * 100 + turn
    message: dict[str, Any] = {"message_id": number, "date": 1767600000, "chat": chat}
    if turn == 1:
        command = {"type": "bot_command", "offset": 0, "length": 6}
        said = {**message, "from": user, "text": "/start", "entities": [command]}
        return {"update_id": number, "message": said}
    bot = {"id": 4242, "is_bot": True, "first_name": "Bot", "username": "a_bot"}
    query = {"id": str(number), "from": user, "chat_instance": "1", "data": data}
    query["message"] = {**message, "from": bot, "text": "What was said before."}
    return {"update_id": number, "callback_query": query}


def learner_of(chat: int | str) -> int:
    """Who has this chat of an `update`."""
    return int(chat) - 1000


def sent(chat: int, number: int, text: str) -> dict[str, Any]:
    """A message as Telegram returns it."""
    return {
        "message_id": number,
        "date": 1767600000,
        "chat": {"id": chat, "type": "private", "first_name": "Learner"},
        "from": {"id": 4242, "is_bot": True, "first_name": "Bot", "username": "a_bot"},
        "text": text,
    }


ME = {"id": 4242, "is_bot": True, "first_name": "Bot", "username": "a_bot"}
TOKEN = "4242:TEST"  # noqa: S105
