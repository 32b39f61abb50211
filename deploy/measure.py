"""How much room learners take: python -m deploy.measure [LEARNERS] [DEEDS EACH].

Learners walk the course that ships by pressing what they are shown, by chance but the same each
time, and now and then open a quiz or the exam. The file is then measured, as it is and without the
ids of events, which are kept for three days.
"""

import asyncio
import random
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from bot.commands.replay import read
from bot.conversation import Commanded, Inbound, Outgoing, Place, Pressed
from bot.runner import Runner
from bot.store import Store

CONTENT = Path(__file__).resolve().parents[1] / "content"
BEGUN = datetime(2026, 1, 5, 9, tzinfo=UTC)
PARTS = ("m1-l1-quiz", "m1-l2-quiz", "m1-l3-quiz", "m8-l1-quiz", "m1-exam")
OFTEN = 40
"""Deeds between two parts that are opened by name."""


class Paper:
    """A platform that keeps the newest choices of each chat."""

    door = "/join {code}"

    def __init__(self) -> None:
        self.choices: dict[str, list[str]] = {}

    async def send(self, outgoing: Outgoing) -> str:
        if outgoing.message.choices:
            self.choices[outgoing.place.chat] = [each.key for each in outgoing.message.choices]
        return str(outgoing.id)

    async def think(self, place: Place, event: str) -> None:
        """Nobody looks."""


async def lived(db: Path, learners: int, deeds: int) -> None:
    """So many learners do so many things each, in the database `db`."""
    library, paper, chance = read(CONTENT), Paper(), random.Random(1)  # noqa: S311
    store, ids, numbers = await Store.open(db), count(), count()
    runner = Runner(
        library, store, {"paper": paper}, clock=lambda: BEGUN, mint=lambda: f"{next(ids):016x}"
    )
    await runner.use(library)

    async def life(who: str) -> None:
        what: Commanded | Pressed = Commanded("start", "")
        for deed in range(1, deeds + 1):
            inbound = Inbound(
                f"paper:{next(numbers):012}", f"paper:{who}", Place("paper", who), what
            )
            await runner.receive(inbound)
            await asyncio.sleep(0)
            what = Pressed(chance.choice(paper.choices[who]))
            if deed % OFTEN == 0:
                what = Commanded("open", chance.choice(PARTS))

    try:
        await asyncio.gather(*(life(str(who)) for who in range(learners)))
    finally:
        await store.close()


def main() -> None:
    """Print what was measured."""
    learners, deeds = (*map(int, sys.argv[1:]), 200, 300)[:2] if sys.argv[1:] else (200, 300)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "measured.db"
        asyncio.run(lived(file, learners, deeds))
        whole = file.stat().st_size
        with closing(sqlite3.connect(file, isolation_level=None)) as db:
            of_kind = "SELECT COUNT(*) FROM log WHERE kind = ?"
            answers, lines = (
                db.execute(of_kind, (kind,)).fetchone()[0] for kind in ("answered", "talked")
            )
            db.execute("DELETE FROM events")
            db.execute("VACUUM")
        lasting = file.stat().st_size
    print(f"{learners:,} learners, {deeds:,} deeds each: {answers:,} answers, {lines:,} lab lines")
    print(f"  the file                  {whole / 1e6:6.1f} MB")
    print(f"  without ids of events     {lasting / 1e6:6.1f} MB")
    print(f"  of these, for a learner   {lasting / learners / 1e3:6.1f} KB")
    print(f"  for 1,000 answers         {lasting / answers / 1e3:6.1f} MB")


if __name__ == "__main__":
    main()
