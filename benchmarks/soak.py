"""Hours of learning on both platforms at once, with all that goes wrong in hours.

    python -m benchmarks.soak [--minutes 120] [--learners 500] [--pace 20] [--log FILE]

Learners walk the course that ships, half on Telegram and half on Discord (there in a channel and in
private chats), before the local servers; the bot is `syllabot serve` in a process of its own. One
request in fifty fails, one event in twenty comes twice, Discord's gateway hangs up, the file is
locked by another program, the content is read anew. In the first tenth the process is killed and
stopped as well; then it runs on, since its memory is watched. What every learner must have in the
end is known from a run without faults beside it (see soak_learners).
"""

import argparse
import asyncio
import math
import os
import platform
import random
import re
import signal
import sqlite3
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from benchmarks.beside import SETTINGS
from benchmarks.soak_learners import SOON, Learner
from benchmarks.soak_world import (
    HALL,
    SCHOOL,
    Discord,
    DiscordSeat,
    Telegram,
    TelegramSeat,
    Trouble,
)
from bot.commands.replay import read

CONTENT = Path(__file__).parent.parent / "content"
GROWTH = 0.05
"""How much the memory may grow from the end of the warm-up on."""

WARM = 1 / 3
"""What part of a run is warm-up. By then the process that is not killed any more is half an hour
old, learners have been everywhere in the course, and the content was read anew once, which takes
room that is used again (3 MB the first time, 0.1 MB the fifth)."""

EXPLAINED = (
    r"message -?\d+ was not taken: (Telegram|Discord) was not reached yet",
    r"message -?\d+ was not taken: (connection lost|no answer)",
    r"message -?\d+ was not taken: .*(Bad Gateway|Internal|Unavailable|Too Many|\b50[0-4]\b)",
    r"waits: .*locked",
    r"Telegram cannot be reached \((Flood|connection|.*(Bad Gateway|Internal|\b50[0-4]\b))",
    r"Discord cannot be reached \((connection|50[0-4])",
    r"the menu of commands is not put up: (Flood|connection|.*(Bad Gateway|Internal))",
    r"The new content is in use",
)
"""Lines of the log that the faults explain. Whatever else is a warning or an error is not."""


@dataclass(slots=True)
class Plan:
    """How long, how many, how fast; `pace` is the mean of the seconds between two deeds."""

    seconds: float
    learners: int
    pace: float
    share: float = 0.02
    kills: int = 4
    upset: float = 300.0
    """Seconds between two troubles that are not about one request."""
    upsets: int = 1_000_000
    deeds: int = 0
    """How many each learner does, where the time is not what ends it."""
    soon: float = SOON
    hasty: bool = False
    content: Path = CONTENT
    seed: int = 1


@dataclass(slots=True)
class Outcome:
    """What came of it. `memory`: seconds since the beginning, and the MB of the process then."""

    faults: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    actions: int = 0
    repeats: int = 0
    seconds: float = 0.0
    size: int = 0

    def grown(self, since: float) -> float:
        """By what part the memory grew from the tenth after `since` to the last tenth."""
        span = (self.seconds - since) / 10
        begun = [mb for at, mb in self.memory if since <= at <= since + span]
        ended = [mb for at, mb in self.memory if at >= self.seconds - span]
        return statistics.mean(ended) / statistics.mean(begun) - 1 if begun and ended else 0.0


class Soak:
    """One run."""

    def __init__(self, plan: Plan, folder: Path, tell: Callable[[str], object]) -> None:
        self.plan, self.tell = plan, tell
        self.path = folder / "soak.db"
        self.log = folder / "soak.log"
        self.trouble = Trouble(plan.seed)
        self.telegram, self.discord = Telegram(self.trouble), Discord(self.trouble)
        self.library = read(plan.content)
        self.outcome = Outcome(troubles=self.trouble.done)
        self.learners: list[Learner] = []
        self._chance = random.Random(plan.seed)
        self._process: Process | None = None
        self._begun = time.monotonic()
        self._ended = asyncio.Event()

    async def run(self) -> Outcome:
        async with self.telegram, self.discord:
            self.discord.guild(SCHOOL, "School")
            self.discord.channel(SCHOOL, HALL, "hall")
            try:
                await self._start()
                await self._gather()
                await self._soak()
                await self._finish()
            finally:
                await self._end(signal.SIGKILL)
        return self.outcome

    # The process

    async def _start(self) -> None:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(SETTINGS)}
        settings = {
            "DISCORD_TOKEN": self.discord.token,
            "TELEGRAM_TOKEN": self.telegram.token,
            "TELEGRAM_API_URL": self.telegram.url,
            "SYLLABOT_HEALTH_LISTEN": "off",
        }
        cdn = f"{self.discord.url}/cdn"
        words = [self.discord.api, self.discord.gateway_url, cdn, *["hasty"] * self.plan.hasty]
        words += ["serve", "--db", str(self.path), "--content", str(self.plan.content)]
        with self.log.open("a") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "benchmarks.soak_ours", *words,
                env=clean | settings, stderr=log, stdout=log,
            )  # fmt: skip
        await self.telegram.until(lambda: self.telegram.polled, 60)
        await self.discord.until(lambda: self.discord.connected and bool(self.discord.commands), 60)

    async def _end(self, number: signal.Signals) -> int | None:
        if self._process is None:
            return None
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
        code = await self._process.wait()
        self._process = None
        return code

    def memory(self) -> float:
        """Resident, in MB (Linux)."""
        assert self._process
        status = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))

    # The people

    async def _gather(self) -> None:
        """One after the other, so that it is known who gets which id."""
        for number in range(1, self.plan.learners + 1):
            user = 10_000 + number
            if number % 2:
                seat: TelegramSeat | DiscordSeat = TelegramSeat(self.telegram, user)
            else:
                seat = DiscordSeat(self.discord, user, direct=number % 4 == 0)
            plan, path = self.plan, self.path
            learner = Learner(number, seat, self.library, path, now, self.trouble, plan.soon)
            self.learners.append(learner)
            await learner.begins()

    async def _soak(self) -> None:
        self._begun = time.monotonic()
        self.tell(f"{len(self.learners)} learners have begun")
        self.trouble.share = self.plan.share
        until = math.inf if self.plan.deeds else self._begun + self.plan.seconds
        works = [self._learns(learner, until) for learner in self.learners]
        beside = [asyncio.create_task(work) for work in (self._watches(), self._upsets(until))]
        await asyncio.gather(*works)
        self._ended.set()
        await asyncio.gather(*beside)
        self.outcome.seconds = time.monotonic() - self._begun

    async def _learns(self, learner: Learner, until: float) -> None:
        chance = random.Random(f"pace {learner.number}")
        for _ in range(self.plan.deeds) if self.plan.deeds else count():
            pause = chance.expovariate(1 / self.plan.pace)
            if time.monotonic() + pause >= until:
                return
            await asyncio.sleep(pause)
            try:
                await learner.acts()
            except Exception as problem:  # of one learner; the others go on
                learner.faults.append(f"{learner.id}: {problem!r}")
            if learner.faults:
                self.tell("\n".join(learner.faults))
                return

    async def _pause(self, seconds: float) -> bool:
        """Whether the soak goes on after so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        return not self._ended.is_set()

    async def _watches(self) -> None:
        told = 0.0
        while await self._pause(min(15.0, self.plan.seconds / 40)):
            if self._process is None:
                continue
            at = time.monotonic() - self._begun
            with suppress(OSError, StopIteration):
                self.outcome.memory.append((at, self.memory()))
            if at - told >= 300:
                told = at
                actions = sum(each.actions for each in self.learners)
                faults = sum(len(each.faults) for each in self.learners)
                mb = self.outcome.memory[-1][1]
                self.tell(f"{at / 60:5.0f} min {actions:8,} deeds {mb:6.1f} MB {faults} faults")

    # What goes wrong

    async def _upsets(self, until: float) -> None:
        for number in range(self.plan.kills):
            if not await self._pause(self.plan.seconds / 10 / (self.plan.kills + 1)):
                return
            await self._restarted(signal.SIGTERM if number % 4 == 3 else signal.SIGKILL)
        upsets: tuple[tuple[str, Callable[[], Awaitable[None] | None]], ...] = (
            ("Discord's gateway was cut", self.discord.disconnect),
            ("the file was locked", self._locked),
            ("Discord asked to connect anew", self.discord.ask_reconnect),
            ("the content was read anew", self._reloaded),
            ("Discord's session was over", self.discord.invalidate),
        )
        number = 0
        while time.monotonic() < until and await self._pause(self.plan.upset):
            if number >= self.plan.upsets:
                return
            name, upset = upsets[number % len(upsets)]
            number += 1
            self.trouble.done[name] += 1
            if (work := upset()) is not None:
                await work

    async def _restarted(self, number: signal.Signals) -> None:
        self.trouble.done[f"the process got {number.name}"] += 1
        code = await self._end(number)
        if number is signal.SIGTERM and code:
            self.outcome.faults.append(f"SIGTERM ended it with {code}")
        await self._start()

    async def _locked(self) -> None:
        """Another program writes in the file, for longer than an answer may take."""
        await asyncio.to_thread(self._hold, min(5.0, self.plan.seconds / 20))

    def _hold(self, seconds: float) -> None:
        with closing(sqlite3.connect(self.path, timeout=60, isolation_level=None)) as db:
            db.execute("PRAGMA wal_autocheckpoint = 0")
            db.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            db.execute("ROLLBACK")

    async def _reloaded(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGHUP)

    # The end

    async def _finish(self) -> None:
        """Everything is sent; one more kill; then each is compared."""
        self.trouble.share = 0.0
        await self._restarted(signal.SIGKILL)
        await self._settled()
        if code := await self._end(signal.SIGTERM):
            self.outcome.faults.append(f"SIGTERM ended it with {code}")
        self._sum_up()

    async def _settled(self) -> None:
        for _ in range(600):
            with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as db:
                (left,) = db.execute("SELECT COUNT(*) FROM outbox").fetchone()
            if not left and not self.telegram.pending:
                return
            await asyncio.sleep(0.1)
        self.outcome.faults.append(f"{left} messages were never sent")

    def _sum_up(self) -> None:
        out = self.outcome
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as db:
            for learner in self.learners:
                out.faults += learner.faults + learner.compared(db)
                out.waits += learner.waits
                out.actions += learner.actions
                out.repeats += learner.repeats
        out.faults += self.telegram.breaches + self.telegram.mistakes
        out.faults += self.discord.breaches + self.discord.mistakes
        out.lines, unexplained = of_log(self.log.read_text(encoding="utf-8"))
        out.faults += [f"unexplained: {line}" for line in unexplained]
        out.size = self.path.stat().st_size


def of_log(text: str) -> tuple[Counter[str], list[str]]:
    """How often each kind of line came, and those that nothing explains."""
    kinds: Counter[str] = Counter()
    unexplained = []
    for line in text.splitlines():
        kinds[re.sub(r"\d+", "N", line.partition(" ")[2])[:110]] += 1
        severe = re.search(r"\b(warning|error|critical)\b|Traceback|Error\b", line, re.IGNORECASE)
        if severe and not any(re.search(each, line) for each in EXPLAINED):
            unexplained.append(line)
    return kinds, unexplained


def now() -> datetime:
    return datetime.now(UTC)


def report(plan: Plan, out: Outcome) -> str:
    """What is to be said of a run."""
    waits = sorted(out.waits)
    cut = statistics.quantiles(waits, n=1000) if len(waits) > 1 else [0.0] * 999
    since = plan.seconds * WARM
    lines = [
        f"{plan.learners} learners, {out.actions:,} deeds in {out.seconds / 60:.1f} minutes",
        f"seconds from a deed to what it leads to, faults included: p50 {cut[499]:.3f}, "
        f"p99 {cut[989]:.2f}, p99.9 {cut[998]:.1f}, longest {waits[-1]:.1f}",
        f"done again, since it was lost before it reached the bot: {out.repeats}",
        f"memory after a third to the end: {out.grown(since):+.1%} (at most {GROWTH:.0%})",
        "  " + ", ".join(f"{at / 60:.0f} min {mb:.0f} MB" for at, mb in thinned(out.memory)),
        f"the file: {out.size / 1e6:.1f} MB",
        *(f"{times:8,} times {what}" for what, times in sorted(out.troubles.items()) if times),
        f"lines of the log: {sum(out.lines.values()):,}",
        *(f"{times:8,} times {line}" for line, times in out.lines.most_common(25)),
        f"{len(out.faults)} faults",
        *out.faults[:50],
    ]
    return "\n".join(lines)


def thinned(memory: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return memory[:: max(1, len(memory) // 12)]


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--learners", type=int, default=500)
    parser.add_argument("--pace", type=float, default=20, help="mean seconds between two deeds")
    parser.add_argument("--log", type=Path, help="write what is printed here too")
    parser.add_argument(
        "--keep", type=Path, help="a folder that is kept: the file and the bot's log"
    )
    options = parser.parse_args()
    plan = Plan(options.minutes * 60, options.learners, options.pace)

    def tell(text: str) -> None:
        print(text, flush=True)
        if options.log:
            with options.log.open("a", encoding="utf-8") as log:
                print(text, file=log)

    tell(f"soak: {now():%Y-%m-%d %H:%M} UTC, {machine()}")
    with tempfile.TemporaryDirectory(prefix="syllabot-soak-") as folder:
        out = asyncio.run(soak(plan, options.keep or Path(folder), tell))
    tell(report(plan, out))
    return 1 if out.faults or out.grown(plan.seconds * WARM) > GROWTH else 0


async def soak(plan: Plan, folder: Path, tell: Callable[[str], object]) -> Outcome:
    return await Soak(plan, folder, tell).run()


if __name__ == "__main__":
    sys.exit(main())
