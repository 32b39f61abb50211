"""Our bot on Telegram beside a bare python-telegram-bot echo bot, before the same local server.

Each bot has a process of its own, so that its time and its memory are its alone; the servers and
the learners are this process. A learner does the next thing when they have seen the reply to the
last. A word looked up is a message to the bot and one back; a page turned is a tap, which the bot
answers and whose message it edits. Our bot has every turn on disk before it replies; the echo bot
keeps nothing. Neither holds itself to a speed here.

Then a post to many chats (CHATS, 300; the aim is for 3,000) within Telegram's limits, while
somebody taps; and what an idle bot uses.
"""

import asyncio
import gc
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.beside import (
    LOADS,
    OURS,
    ROUNDS,
    Bot,
    Rounds,
    compared,
    measured,
    print_durable,
    print_memory,
    ratios,
    spread,
)
from benchmarks.ours import CONTENT
from benchmarks.telegram_learners import Learner, Local, running
from benchmarks.telegram_ours import FIRST, TOKEN
from tests.platforms.telegram_server import Limits

WARM = 500
CHATS = int(os.environ.get("CHATS", "300"))
RATE = 30
"""Messages a second that Telegram takes."""

TAPPER, POSTER = 2, 3
EVERY = 2.0
"""Seconds between a page and the next tap, during a post."""

IDLE = 20.0
ECHOES = {"echo, one at a time": "1", "echo, 64 at once": "64"}


def main() -> None:
    # A pause of the garbage collector in this process would count as the bot's.
    gc.disable()
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        asyncio.run(beside(Path(folder)))
        asyncio.run(post(Path(folder)))
        asyncio.run(idle(Path(folder)))
    gc.enable()


# -- ours beside the echo bot ----------------------------------------------------------------


async def beside(folder: Path) -> None:
    """All bots run at the same time, and are asked one after the other, round after round."""
    print(f"telegram: medians of {ROUNDS} rounds by turns (lowest to highest)")
    print_durable(folder)
    ours = running(OURS, "benchmarks.telegram_ours", "URL", str(folder / "beside.db"))
    one, many = (
        running(name, "benchmarks.telegram_echo", "URL", at_once)
        for name, at_once in ECHOES.items()
    )
    async with ours as first, one as second, many as third:
        bots = (first, second, third)
        fresh = [bot.memory() for bot in bots]
        for bot in bots:
            await warmed(bot)
        print("  a word looked up: a message, and one back; the echo bot says the text again")
        await compared(bots, Learner.looks_up, concluded)
        print("  a page turned: a tap answered, its message edited; by the echo bot too")
        await compared(bots, Learner.turns_page, concluded)
        print("  memory, MB, and above the first echo bot; aim: less than 30")
        print_memory(bots, fresh)


async def warmed(bot: Bot[Local]) -> None:
    bot.learners = [Learner(bot.server, user) for user in range(2, 2 + max(LOADS))]
    await asyncio.gather(*(one.starts(course=bot.name == OURS) for one in bot.learners))
    for turn in (Learner.looks_up, Learner.turns_page):
        await measured(bot, turn, max(LOADS), WARM)


def concluded(rounds: Rounds) -> str:
    """Ours beside the faster echo bot."""
    echo = max(ECHOES, key=lambda name: statistics.median(one.rate for one in rounds[name]))
    found = ratios(rounds, echo)
    return (
        f"ours to '{echo}': rate {spread(found.rate, 2, '; aim 0.8')},"
        f" p99 {spread(found.p99, 2, '; aim under 2')}, CPU {found.work:.2f}"
    )


# -- a post ----------------------------------------------------------------------------------


async def post(folder: Path) -> None:
    """One message to each of many chats, as fast as is allowed, and how long a tap waits."""
    db = str(folder / "post.db")
    async with running(OURS, "benchmarks.telegram_ours", "URL", db, str(CHATS)) as bot:
        tapper = Learner(bot.server, TAPPER)
        await tapper.starts(course=True)
        bot.server.limits = Limits(total_per_second=RATE, chat_per_second=RATE)
        waits: list[float] = []
        tapping = asyncio.create_task(taps(tapper, waits))
        took = await posted(bot.server)
        tapping.cancel()
        await asyncio.wait([tapping])
        assert tapping.cancelled(), tapping.exception()
        late = sum(n for what, n in bot.server.requested.items() if what.startswith("Too Many"))
        bot.server.refusals = [why for why in bot.server.refusals if "Too Many" not in why]
        memory = bot.memory()
    ideal, first = CHATS / RATE, waits[0] * 1000
    waits = sorted(wait * 1000 for wait in waits)
    print(f"telegram: a post to {CHATS:,} chats, where {RATE} messages a second are allowed")
    print(
        f"  {took:.1f} s, in theory {ideal:.1f}: ratio {took / ideal:.3f}, aim 1.1;"
        f" 429s: {late}, aim 0; memory {memory:.0f} MB"
    )
    print(
        f"  {len(waits)} taps meanwhile, {EVERY:.0f} s after each page, ms: p50"
        f" {statistics.median(waits):.0f}, p99 {waits[int(len(waits) * 0.99)]:.0f}, most"
        f" {waits[-1]:.0f}, the one at the beginning {first:.0f}; aim: under 300"
    )


async def posted(server: Local) -> float:
    """Somebody says /post: seconds until it stands in the last chat."""
    done: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    missing = set(range(FIRST, FIRST + CHATS))

    def watch(chat: int) -> Callable[[str], None]:
        def seen(_: str) -> None:
            missing.discard(chat)
            if not missing and not done.done():
                done.set_result(time.perf_counter())

        return seen

    for chat in missing:
        server.person(chat, f"Person {chat}")
        server.watching[chat] = watch(chat)
    begun = time.perf_counter()
    server.say(POSTER, "/post")
    async with asyncio.timeout(3 * CHATS / RATE + 30):
        return await done - begun


async def taps(learner: Learner, waits: list[float]) -> None:
    """Turn a page, read it, turn the next, for ever; the first as the post begins."""
    while True:
        waits.append(await learner.turns_page())
        await asyncio.sleep(EVERY)


# -- idle ------------------------------------------------------------------------------------


async def idle(folder: Path) -> None:
    """What `syllabot serve` uses when nobody writes, beside the echo bot at the same time."""
    files = ("--content", str(CONTENT), "--db", str(folder / "idle.db"))
    serve = running(
        OURS,
        *("bot", "serve", *files),
        TELEGRAM_TOKEN=TOKEN,
        TELEGRAM_API_URL="URL",
        SYLLABOT_HEALTH_LISTEN="off",
    )
    async with serve as ours, running("echo", "benchmarks.telegram_echo", "URL", "1") as echo:
        await Learner(ours.server, TAPPER).starts(course=True)
        await Learner(echo.server, TAPPER).starts(course=False)
        await asyncio.sleep(1)
        before = ours.seconds(), echo.seconds()
        await asyncio.sleep(IDLE)
        used = [(bot.seconds() - was) / IDLE for bot, was in zip((ours, echo), before, strict=True)]
        print(
            f"telegram: idle for {IDLE:.0f} s, of a core: {used[0]:.2%}, aim under 1 %; the echo"
            f" bot {used[1]:.2%}; memory {ours.memory():.0f} and {echo.memory():.0f} MB"
        )


if __name__ == "__main__":
    main()
