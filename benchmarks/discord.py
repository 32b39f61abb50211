"""Our bot on Discord beside two bare discord.py echo bots, before the same local server.

Each bot has a process of its own, so that its time and its memory are its alone; the servers and
the learners are this process. A learner does the next thing when they have been answered the last.
What is timed is how long Discord waits for the first response to an interaction, which it gives up
after three seconds. A word looked up is a slash command and a message that one person alone sees;
a page turned is a press in such a message, answered by its edit. Our bot has every turn on disk
before it answers; the echo bot keeps nothing.

Then what a bot uses that serves both platforms and to which nobody writes.
"""

import asyncio
import gc
import os
import statistics
import tempfile
from pathlib import Path

from benchmarks import telegram_learners, telegram_ours
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
    started,
)
from benchmarks.discord_echo import TOKEN
from benchmarks.discord_learners import Learner, Local, assert_taken, ready, running
from benchmarks.ours import CONTENT

WARM = 500
FIRST = 2
ECHO, BOOK = "echo, barest", "echo, by the book"
ECHOES: dict[str, tuple[str, ...]] = {ECHO: (), BOOK: ("book",)}
IDLE = 20.0
BUSY = 0.8
"""Of a core: from there on the server is part of what is measured."""


def main() -> None:
    # A pause of the garbage collector in this process would count as the bot's.
    gc.disable()
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        asyncio.run(beside(Path(folder)))
        asyncio.run(idle(Path(folder)))
    gc.enable()


# -- ours beside the echo bot --------------------------------------------------------------------


async def beside(folder: Path) -> None:
    """Both bots run at the same time, and are asked one after the other, round after round."""
    print(f"discord: medians of {ROUNDS} rounds by turns (lowest to highest)")
    print("  ms: until the first response, as the server sees it; server: what of a core it takes")
    print_durable(folder)
    ours = running(OURS, "benchmarks.discord_ours", str(folder / "beside.db"))
    bare, book = (running(name, "benchmarks.discord_echo", *how) for name, how in ECHOES.items())
    async with ours as first, bare as second, book as third:
        bots = (first, second, third)
        fresh = [bot.memory() for bot in bots]
        for bot in bots:
            await warmed(bot)
        print("  a word looked up: a slash command, and a message for one person alone")
        await compared(bots, Learner.looks_up, concluded)
        print("  a page turned: a press in such a message, answered by its edit")
        await compared(bots, Learner.turns_page, concluded)
        print("  memory, MB, and above the echo bot; aim: less than 30")
        print_memory(bots, fresh)


async def warmed(bot: Bot[Local]) -> None:
    bot.learners = [Learner(bot.server, user) for user in range(FIRST, FIRST + max(LOADS))]
    await asyncio.gather(*(one.starts(course=bot.name == OURS) for one in bot.learners))
    for turn in (Learner.looks_up, Learner.turns_page):
        await measured(bot, turn, max(LOADS), WARM)


def concluded(rounds: Rounds) -> str:
    """Ours beside the echo bots, and how long Discord waits for ours."""
    found, p99 = ratios(rounds, ECHO), statistics.median(one.p99 for one in rounds[OURS])
    book = ratios(rounds, BOOK)
    busy = max(statistics.median(one.server for one in taken) for taken in rounds.values())
    note = "; the server holds a bot back" if busy > BUSY else ""
    return (
        f"ours to the barest echo bot: rate {spread(found.rate, 2, '; aim 0.7')},"
        f" p99 {spread(found.p99, 2)}, CPU {found.work:.2f};"
        f" to the one by the book: rate {spread(book.rate, 2)}, p99 {spread(book.p99, 2)};"
        f" ours p99 {p99:.0f} ms, aim under 100{note}"
    )


# -- idle ----------------------------------------------------------------------------------------


async def idle(folder: Path) -> None:
    """What `syllabot serve` uses on both platforms at once, when nobody writes."""
    telegram, discord = telegram_learners.Local(), Local()
    files = ("--content", str(CONTENT), "--db", str(folder / "idle.db"))
    async with telegram, discord:
        serve = started(
            OURS,
            discord,
            "benchmarks.discord_ours",
            *(*discord.addresses, "serve", *files),
            DISCORD_TOKEN=TOKEN,
            TELEGRAM_TOKEN=telegram_ours.TOKEN,
            TELEGRAM_API_URL=telegram.url,
            SYLLABOT_HEALTH_LISTEN="off",
        )
        async with serve as bot:
            await telegram.until(lambda: telegram.polled, 30)
            await ready(discord)
            await telegram_learners.Learner(telegram, FIRST).starts(course=True)
            await Learner(discord, FIRST).starts(course=True)
            await asyncio.sleep(1)
            before = bot.seconds()
            await asyncio.sleep(IDLE)
            used, memory = (bot.seconds() - before) / IDLE, bot.memory()
            loaded = {"True": "loaded", "False": "not loaded"}[await bot.ended()]
    assert_taken("both", discord)
    print(
        f"both platforms in one process, idle for {IDLE:.0f} s: memory {memory:.0f} MB, aim under"
        f" 140; of a core {used:.2%}; the package anthropic is {loaded}, and is not to be"
    )


if __name__ == "__main__":
    main()
