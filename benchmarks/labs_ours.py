"""Our labs for `benchmarks.labs`, in a process of its own, with all that a model needs.

Both platforms' adapters are loaded, as they would be; messages go to one that does nothing.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import bot.adapters.discord
import bot.adapters.telegram
from bot.commands.running import mint, now
from bot.conversation import Brief, Commanded, Inbound, Outgoing, Place, Pressed, Said, Terms
from bot.course.load import load
from bot.course.model import Library
from bot.models import read_models
from bot.personas.base import Meter
from bot.personas.claude import Claude
from bot.runner import Runner
from bot.store import Store, report
from bot.thinking import Thinker

SHIPPED = Path(__file__).parent.parent / "content"
PLATFORMS = (bot.adapters.discord, bot.adapters.telegram)
LAB, COURSE = "m1-l1-lab", "synthetic-data"
LINES = (
    "We generate voices of callers with a model that was fitted to recordings of our own",
    "I would look at how one record came to exist, and who or what was there when it did",
    "A dialect that the model was never given will not come out of it",
    "If we mix real calls back in then the rare accents stay in the set, since they are in there",
    "More records of the same generator repeat its gaps, so volume alone does not help us here",
    "I would write down which generator and which version made each voice, and what it was fed",
)


class Screen:
    """An adapter that notes when the newest reply to each learner came."""

    def __init__(self) -> None:
        self.told: dict[str, float] = {}
        self.count = 0
        self.spoken = 0

    door = ""

    async def send(self, outgoing: Outgoing) -> str:
        self.count += 1
        self.spoken += bool(outgoing.message.speaker)
        self.told[outgoing.learner] = time.perf_counter()
        return str(self.count)

    async def think(self, place: Place, event: str) -> None:  # noqa: ARG002
        await asyncio.Event().wait()


class Labs:
    """A program with a model, and learners who walk its lab."""

    def __init__(self, runner: Runner, screen: Screen) -> None:
        self.runner, self.screen = runner, screen
        self._events = count()

    async def does(self, who: str, what: Said | Pressed | Commanded) -> None:
        event = f"e{os.getpid()}-{next(self._events)}"
        inbound = Inbound(event, f"bench:{who}", Place("bench", who), what)
        await self.runner.receive(inbound)

    async def walked(self, who: str) -> list[float]:
        """A lab of six exchanges; the seconds from each line to the reply to it.

        Nobody says the same, so that no prompt is in the cache because another learner's was.
        """
        await self.does(who, Commanded("start"))
        await self.does(who, Pressed(f"{LAB}.0.0.{COURSE}"))
        await self.does(who, Said("1"))
        times = []
        for line in LINES:
            begun = time.perf_counter()
            await self.does(who, Said(f"In set {who}: {line}"))
            await self.answered(who)
            times.append(time.perf_counter() - begun)
        return times

    async def answered(self, who: str) -> None:
        asking = self.runner._asks._asking
        learner = self.runner._accounts.remembered(f"bench:{who}")
        if waiting := asking.get((learner, COURSE)):
            await asyncio.wait([waiting.task])


def free() -> Library:
    library, problems = load(SHIPPED)
    assert library, problems
    courses = {name: replace(course, order="free") for name, course in library.courses.items()}
    return Library(courses)


@asynccontextmanager
async def program(url: str, db: Path) -> AsyncIterator[tuple[Labs, Claude]]:
    models = replace(read_models({}), url=url)
    store = await Store.open(db)
    model = Claude("bench", url, dict(models.prices))
    screen = Screen()
    thinker = Thinker(model, store, models.budgets, now)
    budgets = models.budgets
    runner = Runner(
        free(),
        store,
        {"bench": screen},
        clock=now,
        mint=mint,
        thinker=thinker,
        terms=Terms(models.kept, models.company, models.days, budgets),
    )
    await runner.use(runner.library)
    yield Labs(runner, screen), model
    await runner.quiet()
    await model.close()
    await store.close()


async def alone(url: str, db: Path, labs: int) -> dict[str, float]:
    """One learner after the other; beside it the same questions by the bare package."""
    async with program(url, db) as (walks, model):
        briefs: list[Brief] = []
        word = model.word

        async def noted(name: str, brief: Brief, meter: Meter) -> str:
            briefs.append(brief)
            return await word(name, brief, meter)

        model.word = noted  # type: ignore[method-assign]
        await walks.walked("warm")
        briefs.clear()
        times = [each for n in range(labs) for each in await walks.walked(f"a{n}")]
        bare = []
        for brief in briefs:
            begun = time.perf_counter()
            await word(model.models[0], brief, Meter())
            bare.append(time.perf_counter() - begun)
        added = (statistics.median(times) - statistics.median(bare)) * 1000
        return {
            "turn_p50": statistics.median(times) * 1000,
            "turn_p99": statistics.quantiles(times, n=100)[98] * 1000,
            "bare_p50": statistics.median(bare) * 1000,
            "bare_p99": statistics.quantiles(bare, n=100)[98] * 1000,
            "added_p50": added,
            "asked": len(briefs),
        }


async def many(url: str, db: Path, labs: int) -> dict[str, float]:
    """All labs at once."""
    async with program(url, db) as (walks, _):
        begun = time.perf_counter()
        found = await asyncio.gather(*(walks.walked(f"m{n}") for n in range(labs)))
        await walks.runner.quiet()
        took = time.perf_counter() - begun
        times = [each for one in found for each in one]
        spoken = walks.screen.spoken
    used, _ = await report(db, (), now())
    return {
        "labs": labs,
        "turns": len(times),
        "lost": labs * (len(LINES) + 1) - spoken,
        "seconds": took,
        "p50": statistics.median(times) * 1000,
        "p99": statistics.quantiles(times, n=100)[98] * 1000,
        "peak_mb": peak(),
        "calls": sum(row.calls for row in used),
        "failed": sum(row.failed for row in used),
        "fresh": sum(row.fresh for row in used),
        "written": sum(row.written for row in used),
        "cached": sum(row.cached for row in used),
        "answer": sum(row.answer for row in used),
        "cost": sum(row.cost for row in used) / 1e9,
    }


def peak() -> float:
    """Resident at most so far, in MB (Linux)."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def main() -> None:
    if len(sys.argv) < 4:
        print(__doc__)  # a server is needed
        return
    kind, url, labs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    run = {"alone": alone, "many": many}[kind]
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        print(json.dumps(asyncio.run(run(url, Path(folder) / "labs.db", labs))))


if __name__ == "__main__":
    main()
