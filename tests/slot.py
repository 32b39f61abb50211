"""A program that posts a board at one slot and is killed at a named moment: python -m tests.slot.

Arguments: the database, the file of what arrived, and the moment ("none" to live). Used by
tests/test_slots.py.
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot import engine
from bot.commands.replay import read
from bot.conversation import (
    Commanded,
    Event,
    Inbound,
    Known,
    Look,
    Outgoing,
    Place,
    Session,
    Turn,
    Woke,
)
from bot.course.model import Library
from bot.runner import Runner
from bot.store import Commit, Store

TINY = Path(__file__).parent / "course" / "tiny"
HALL = Place("paper", "#hall", private=False)
BEGUN = datetime(2026, 1, 5, 9, tzinfo=UTC)
FRIDAY = datetime(2026, 1, 9, 17, 0, 5, tzinfo=UTC)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Paper:
    """A platform that writes down what arrives."""

    door = ""

    def __init__(self, arrived: Path, moment: str) -> None:
        self._arrived, self._moment = arrived, moment

    async def send(self, outgoing: Outgoing) -> str:
        board = "points this week" in outgoing.message.text
        if board and self._moment == "sending":
            die()
        with self._arrived.open("a") as file:
            file.write(f"{outgoing.place.chat}: {outgoing.message.text!r}\n")
            file.flush()
            os.fsync(file.fileno())
        if board and self._moment == "sent":
            die()
        return "1"

    async def think(self, place: Place, event: str) -> None:
        """Nobody looks."""


async def main(db: Path, arrived: Path, moment: str, *, fresh: bool) -> None:
    now = BEGUN

    def step(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        outcome = engine.step(library, session, event)
        first = event
        while isinstance(first, Known):
            first = first.of
        woke = isinstance(first.what, Woke) and isinstance(outcome, Turn)
        if woke and moment == "before":
            die()
        return outcome

    def observe(commit: Commit) -> None:
        if commit.slot and moment == "committed":
            die()

    library = read(TINY)
    store = await Store.open(db)
    runner = Runner(
        library,
        store,
        {"paper": Paper(arrived, moment)},
        clock=lambda: now,
        mint=lambda: "kim",
        step=step,
        observe=observe,
        operators=frozenset({"paper:kim"}),
    )
    await runner.use(library)
    await runner.resume()
    if fresh:
        for n, (words, where) in enumerate(SETTING):
            name, _, args = words.partition(" ")
            place = where or Place("paper", "kim")
            deed = Inbound(f"e{n}", "paper:kim", place, Commanded(name, args))
            await runner.receive(deed)
    now = FRIDAY
    await runner.wake()
    await runner.wake()
    await runner.quiet()
    await store.close()


SETTING: tuple[tuple[str, Place | None], ...] = (
    ("start", None),
    ("cohort new Tuesday group", None),
    ("cohort here", HALL),
    ("post leaderboard weekly friday 17:00", None),
)


if __name__ == "__main__":
    file = Path(sys.argv[1])
    asyncio.run(main(file, Path(sys.argv[2]), sys.argv[3], fresh=not file.exists()))
