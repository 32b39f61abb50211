"""What the benchmarks of the platforms share: a bot's process, and rounds of turns by turns.

Each bot has a process of its own, so that its time and its memory are its alone; the servers and
the learners are the benchmark's process. A learner does the next thing when they have seen what
came of the last.
"""

import asyncio
import gc
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

ROUNDS = 3
LOADS = {1: 400, 50: 1500}
"""How many learners at once, and the turns of a round."""

OURS = "ours"
SETTINGS = ("TELEGRAM", "DISCORD", "ANTHROPIC", "SYLLABOT")
"""How the names begin of what no bot of a benchmark may find set by chance."""

S = TypeVar("S")
Turned = Callable[[Any], Coroutine[None, None, float]]
"""A learner's turn: the seconds that it took."""


# -- a bot ---------------------------------------------------------------------------------------


class Bot(Generic[S]):
    """A bot's process before its server, and what it uses (Linux: /proc)."""

    def __init__(self, name: str, server: S, process: Process) -> None:
        self.name, self.server = name, server
        self.learners: list[Any] = []
        self._process = process
        self._proc = Path(f"/proc/{process.pid}")

    def seconds(self) -> float:
        """Of processor time so far, all threads together."""
        ran = (self._proc / "stat").read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, ran)) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Resident, in MB."""
        status = (self._proc / "status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))

    async def ended(self) -> str:
        """Tell it to stop; its last words."""
        self._process.terminate()
        said, _ = await self._process.communicate()
        return said.decode().strip()


@asynccontextmanager
async def started(
    name: str, server: S, module: str, *words: str, **settings: str
) -> AsyncIterator[Bot[S]]:
    """A bot in a process of its own, with no settings but these."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(SETTINGS)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *words), env=clean | settings, stdout=PIPE
    )
    try:
        yield Bot(name, server, process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


# -- rounds --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Round:
    """Many turns of one bot: turns a second; ms; processor ms a turn; this process, of a core."""

    rate: float
    p50: float
    p99: float
    work: float
    server: float


Rounds = dict[str, list[Round]]
"""By the name of the bot; a bot's rounds in the order in which they were taken."""


async def compared(
    bots: tuple[Bot[Any], ...], turn: Turned, concluded: Callable[[Rounds], str]
) -> None:
    """A table, and below each load what `concluded` says of it."""
    print(
        f"    {'learners':>8} {'':20} {'turns/s':>18} {'p50 ms':>7} {'p99 ms':>22}"
        f" {'CPU ms':>7} {'server':>7}"
    )
    for load, turns in LOADS.items():
        rounds: Rounds = {bot.name: [] for bot in bots}
        for number in range(ROUNDS):
            for bot in bots[:: -1 if number % 2 else 1]:
                rounds[bot.name].append(await measured(bot, turn, load, turns))
        for name, taken in rounds.items():
            print(f"    {load:8} {name:20} {row(taken)}")
        print(f"    {'':8} {concluded(rounds)}")


async def measured(bot: Bot[Any], turn: Turned, load: int, turns: int) -> Round:
    """So many turns, of so many learners at once."""
    gc.collect()
    numbers = iter(range(turns))
    times: list[float] = []

    async def learns(learner: Any) -> None:
        for _ in numbers:
            times.append(await turn(learner))

    work, server, begun = bot.seconds(), time.process_time(), time.perf_counter()
    async with asyncio.timeout(120):
        await asyncio.gather(*(learns(learner) for learner in bot.learners[:load]))
    took = time.perf_counter() - begun
    return Round(
        rate=turns / took,
        p50=statistics.median(times) * 1000,
        p99=statistics.quantiles(times, n=100)[98] * 1000,
        work=(bot.seconds() - work) / turns * 1000,
        server=(time.process_time() - server) / took,
    )


def row(rounds: list[Round]) -> str:
    rate = spread([one.rate for one in rounds], 0)
    p99 = spread([one.p99 for one in rounds], 1)
    p50, work, server = (
        statistics.median(getattr(one, name) for one in rounds)
        for name in ("p50", "work", "server")
    )
    return f"{rate:>18} {p50:7.1f} {p99:>22} {work:7.2f} {server:7.0%}"


def spread(values: list[float], digits: int, more: str = "") -> str:
    """The median, with the lowest and the highest."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f}{more})"


@dataclass(frozen=True, slots=True)
class Ratios:
    """Ours by another bot, round by round: the machine's noise hit both of a round."""

    rate: list[float]
    p99: list[float]
    work: float


def ratios(rounds: Rounds, other: str) -> Ratios:
    pairs = list(zip(rounds[OURS], rounds[other], strict=True))
    return Ratios(
        rate=[one.rate / beside.rate for one, beside in pairs],
        p99=[one.p99 / beside.p99 for one, beside in pairs],
        work=statistics.median(one.work / beside.work for one, beside in pairs),
    )


# -- memory and the disk -------------------------------------------------------------------------


def print_memory(bots: tuple[Bot[Any], ...], fresh: list[float]) -> None:
    """Of each bot and above the second, at the start (`fresh`) and after the load."""
    base = bots[1].memory()
    for bot, before in zip(bots, fresh, strict=True):
        after = bot.memory()
        begun = f"{before:3.0f} at the start ({before - fresh[1]:+.0f})"
        print(f"    {bot.name:20} {begun}, {after:3.0f} now ({after - base:+.0f})")


def print_durable(folder: Path) -> None:
    """What no bot that keeps its turns can do without; the median."""
    times = []
    file = sqlite3.connect(folder / "raw.db", isolation_level=None)
    file.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (x);")
    for _ in range(200):
        begun = time.perf_counter()
        file.execute("INSERT INTO t VALUES (1)")
        times.append(time.perf_counter() - begun)
    file.close()
    middle = statistics.median(times) * 1000
    print(f"  one row on disk by bare sqlite3 takes {middle:.2f} ms here")


def main() -> None:
    """By itself: how fast the disk is here."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        print_durable(Path(folder))


if __name__ == "__main__":
    main()
