"""The whole way: an update as Telegram or Discord has it, our reading of it, the runner, a real
store, and each reply as both platforms would be sent it.

Every event comes twice, as platforms repeat them; the second time nothing may come of it.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import cast

from benchmarks.fuzzing import people, telegram
from benchmarks.fuzzing import world as lives
from benchmarks.fuzzing.case import Broken, Steps, Target
from benchmarks.fuzzing.chance import odd
from benchmarks.fuzzing.loop import run
from benchmarks.fuzzing.oracle import MARK, lawful, silent
from benchmarks.fuzzing.texts import folder
from bot.adapters.base import whole
from bot.conversation import Commanded, Inbound, Outgoing, Place, Pressed, Said
from bot.runner import Runner
from bot.store import Commit, Store

BEGUN = datetime(2026, 1, 5, 9, tzinfo=UTC)
LONG = 40
"""Things that happen in an episode: to open a store costs as much as a few of them."""

PEOPLE = ("7", "8", "9", MARK)
"""Accounts; the last is the marked one's."""


@dataclass(slots=True)
class Paper:
    """A platform that only takes what both real ones would."""

    sent: list[Outgoing] = field(default_factory=list)
    door: str = "/join {code}"

    async def send(self, outgoing: Outgoing) -> str:
        lawful([outgoing.message], lives.library())
        if outgoing.place.chat != MARK:
            silent([outgoing.message])
        self.sent.append(outgoing)
        return str(outgoing.id)

    async def think(self, place: Place, event: str) -> None:
        """Nobody looks."""


class Life:
    """A runner over a store of its own, in memory where the machine has such a place."""

    def __init__(self) -> None:
        self.paper = Paper()
        self.now = BEGUN
        self.wrong: list[BaseException] = []
        self.commits: list[Commit] = []
        self._luck = Random(1)
        self._numbers = count(1)
        self.store: Store
        self.runner: Runner

    async def start(self) -> None:
        path = folder() / "shell.db"
        for each in folder().glob("shell.db*"):
            each.unlink()
        self.store = await Store.open(path)
        self.runner = Runner(
            lives.library(),
            self.store,
            {"telegram": self.paper, "discord": self.paper},
            clock=lambda: self.now,
            mint=lambda: hashlib.sha256(b"%d" % next(self._numbers)).hexdigest()[:16],
            observe=self.commits.append,
            operators=frozenset({"telegram:9"}),
            luck=lambda: f"{self._luck.getrandbits(128):032x}",
        )
        await self.runner.use(lives.library())

    async def stop(self) -> None:
        await self.runner.drain(5)
        await self.store.close()

    async def takes(self, inbound: Inbound) -> None:
        """An event comes, is answered, and comes again."""
        telegram.can_be_kept(inbound)
        await self.runner.receive(inbound)
        await self.runner.quiet()
        before = len(self.commits), len(self.paper.sent)
        await self.runner.receive(inbound)
        await self.runner.quiet()
        if (len(self.commits), len(self.paper.sent)) != before:
            raise Broken(f"an event that came twice was answered twice: {inbound!r:.300}")

    def key(self, back: int) -> str:
        keys = [each.key for out in self.paper.sent[-30:] for each in out.message.choices]
        return keys[-1 - back % len(keys)] if keys else "x"


def _make(chance: Random) -> Steps:
    steps: list[object] = [("telegram", who, "command", ("start", "tiny")) for who in PEOPLE]
    for _ in range(LONG):
        platform = chance.choice(("telegram", "telegram", "discord"))
        who = chance.choice(PEOPLE)
        match chance.randrange(12):
            case 0 | 1:
                steps.append(("raw", telegram.drawn(chance)))
            case 2 | 3 | 4 | 5:
                steps.append((platform, who, "press", chance.choice((0, 0, 1, 2, 5, 40))))
            case 6 | 7:
                words = people.said(chance)
                steps.append((platform, who, "say", f"{MARK} {words}" if who == MARK else words))
            case 8 | 9:
                steps.append((platform, who, "command", people.command(chance, _called(who))))
            case 10:
                steps.append((platform, who, "forge", people.forged(chance)))
            case _:
                steps.append(("wait", chance.choice((1, 30, 1000)), odd(chance)))
    return steps


def _called(who: str) -> str:
    return lives.VIC if who == MARK else who


def _run(steps: Steps) -> None:
    run(_lived(steps))


async def _lived(steps: Steps) -> None:
    life = Life()
    await life.start()
    try:
        for number, step in enumerate(steps):
            for inbound in await _inbounds(life, number, cast(tuple[object, ...], step)):
                await life.takes(inbound)
    finally:
        await life.stop()


async def _inbounds(life: Life, number: int, step: tuple[object, ...]) -> list[Inbound]:
    match step:
        case ("raw", dict() as raw):
            return await telegram.read(raw)
        case ("wait", int(minutes), _):
            life.now += timedelta(minutes=minutes)
            await life.runner.wake()
            await life.runner.quiet()
            return []
        case (str(platform), str(who), str(kind), what):
            account = f"{platform}:{who}"
            place = Place(platform, who)
            deed = _deed(life, kind, what)
            return [
                Inbound(
                    f"{platform}:{number}", account, place, deed, "5" if kind == "press" else ""
                )
            ]
        case _:
            return []


def _deed(life: Life, kind: str, what: object) -> Said | Pressed | Commanded:
    match kind, what:
        case "press", int(back):
            return Pressed(life.key(back))
        case "forge", str(key):
            return Pressed(whole(key))
        case "command", (str(name), str(args)):
            return Commanded(whole(name), whole(args))
        case _:
            return Said(whole(str(what)))


def targets() -> tuple[Target, ...]:
    """All parts together."""
    return (Target("shell", 15, _make, _run),)
