"""The pictures of a group in the README, from a real run: python -m tests.pictures.groups."""

import asyncio
import random
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from bot.commands.replay import read
from bot.conversation import Commanded, Inbound, Outgoing, Place, Pressed
from bot.runner import Runner
from bot.store import Store
from bot.views.shown import shown

HERE = Path(__file__).parent
CONTENT = HERE.parent.parent / "content"
NAMES = ("Amber Fox", "Brave Otter", "Curious Wren", "Zoë", "Linus", "Night Owl", "Priya", "Tomás")
STEPS = (31, 58, 12, 73, 44, 9, 66, 0)
"""How far each of them goes."""


class Paper:
    """A platform that takes everything down."""

    door = ""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    async def send(self, outgoing: Outgoing) -> str:
        self.sent.append(outgoing)
        return str(len(self.sent))

    async def think(self, place: Place, event: str) -> None:
        """Nobody looks."""


class Life:
    """A few weeks of a group, always the same."""

    def __init__(self, store: Store) -> None:
        self.now = datetime(2026, 11, 2, 9, tzinfo=UTC)
        self.paper = Paper()
        self.chance = random.Random(5)
        self._numbers = count(1)
        self.runner = Runner(
            read(CONTENT),
            store,
            {"paper": self.paper},
            clock=lambda: self.now,
            mint=lambda: f"{next(self._numbers):016x}",
            operators=frozenset({"paper:kim"}),
            luck=lambda: f"{self.chance.getrandbits(256):064x}",
            draw=shown,
        )

    async def do(self, name: str, what: Commanded | Pressed) -> list[Outgoing]:
        before = len(self.paper.sent)
        inbound = Inbound(f"e{next(self._numbers)}", f"paper:{name}", Place("paper", name), what)
        await self.runner.receive(inbound)
        return self.paper.sent[before:]

    async def learn(self, name: str, steps: int) -> None:
        """Go on, and answer as it comes."""
        shown_last = await self.do(name, Commanded("open", "m1-intro"))
        for _ in range(steps):
            choices = [c for outgoing in shown_last for c in outgoing.message.choices]
            letters = [c for c in choices if len(c.label) == 1]
            onward = [c for c in choices if c.key.startswith("next.")]
            if not letters and not onward:
                return
            self.now += timedelta(minutes=self.chance.randint(1, 90))
            chosen = self.chance.choice(letters) if letters else onward[0]
            shown_last = await self.do(name, Pressed(chosen.key))


async def live(path: Path) -> dict[str, bytes]:
    """The pictures by name."""
    store = await Store.open(path)
    life = Life(store)
    await life.runner.use(life.runner.library)
    await life.do("kim", Commanded("start"))
    made = await life.do("kim", Commanded("cohort", "new Tuesday group"))
    code = made[-1].message.text.split("/join ")[1].split("*")[0]
    await life.do("kim", Commanded("cohort", "due 1 12 November 18:00"))
    for name, steps in zip(NAMES, STEPS, strict=True):
        await life.do(name, Commanded("join", code))
        await life.do(name, Commanded("alias", name))
        await life.learn(name, steps)
    board = await life.do("Priya", Commanded("leaderboard", "all"))
    progress = await life.do("kim", Commanded("cohort", "progress"))
    await life.runner.quiet()
    await store.close()
    found = {"leaderboard.png": board, "progress.png": progress}
    return {name: sent[0].message.files[0].data for name, sent in found.items()}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in asyncio.run(live(Path(folder) / "group.db")).items():
            (HERE / name).write_bytes(data)
            print(HERE / name, len(data))


if __name__ == "__main__":
    main()
