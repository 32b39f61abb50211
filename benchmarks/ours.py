"""Our bot for the benchmarks, on one platform: what `syllabot serve` builds, over a small course.

It runs in a process of its own; see `telegram_ours` and `discord_ours`.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot import engine, memory
from bot.adapters.base import Platform
from bot.commands.running import mint, now, reading
from bot.course.album import Album
from bot.course.load import load
from bot.course.model import Library
from bot.runner import Runner, Step
from bot.store import Store

CONTENT = Path(__file__).parent.parent / "tests" / "course" / "tiny"
Make = Callable[[Library, Album], Platform]


async def serve(name: str, make: Make, db: Path, step: Step = engine.step) -> None:
    """Until killed. The store bears that, and nobody waits for us."""
    library, problems = load(CONTENT)
    assert library, problems
    store = await Store.open(db)
    platform = make(library, Album(CONTENT))
    runner = Runner(
        library,
        store,
        {name: platform},
        clock=now,
        mint=mint,
        step=step,
        read=reading(CONTENT),
    )
    await runner.use(library)
    await runner.resume()
    memory.settle()
    await asyncio.gather(platform.run(runner), runner.tend(asyncio.sleep))


def main() -> None:
    print(__doc__)  # a platform is needed


if __name__ == "__main__":
    main()
