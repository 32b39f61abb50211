"""A year of a cohort: posts, questions, dates and reminders, two changes of the clocks, restarts.

A whole bot with a real file lives through 2026, from one due job or deed to the next. Now and then
it is stopped, for minutes or for days, also while something is being sent. What must have been
committed is computed beside it, by walking through the calendar of each zone day by day: every
slot once, at its own local time; of those missed in a stop the first one, and no other.

By hand: python -m benchmarks year (200 learners); the suite does the same with 20.
"""

import asyncio
import random
import sqlite3
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.adapters.base import Fate, Undeliverable
from bot.commands.replay import read
from bot.conversation import Commanded, Inbound, Outgoing, Place, Pressed, Said, Told
from bot.runner import Runner
from bot.store import Commit, Store

TINY = Path(__file__).parent.parent / "tests" / "course" / "tiny"

BEGUN = datetime(2026, 1, 5, 9, tzinfo=UTC)
ENDED = datetime(2027, 1, 5, 9, tzinfo=UTC)
HOME = "Europe/Berlin"
HALL = Place("paper", "#hall", private=False)

ZONES = (HOME, "America/New_York", "Asia/Kolkata", "Pacific/Chatham", "Australia/Lord_Howe")
TIMES = ((7, 30), (12, 0), (18, 0), (21, 45), (8, 15))
"""Hours of reminders, none of them in the quiet hours."""

WEEKLY = {"leaderboard": (4, 17), "question": (2, 12), "digest": (0, 9)}
"""Days (Monday is 0) and hours of the posts, in the cohort's zone."""

IN_A_ROW = 3

_SENDING = "SELECT COUNT(*) FROM outbox WHERE sending = 1 AND body LIKE ?"


@dataclass(slots=True)
class Paper:
    """A platform that takes everything down; `stuck`: it does not come back from the next post."""

    clock: "Clock"
    sent: list[tuple[datetime, Outgoing]] = field(default_factory=list)
    stuck: bool = False
    door: str = "/join {code}"

    async def send(self, outgoing: Outgoing) -> str:
        if self.stuck and outgoing.post and not outgoing.place.private:
            await asyncio.Event().wait()
        if outgoing.place.chat == "blocked":
            raise Undeliverable("blocked", Fate.NEVER)
        self.sent.append((self.clock.now, outgoing))
        return str(outgoing.id)

    async def think(self, place: Place, event: str) -> None:
        """Nobody looks."""


@dataclass(slots=True)
class Clock:
    now: datetime = BEGUN


@dataclass(slots=True)
class Year:
    """What came of it."""

    learners: int
    commits: list[Commit]
    sent: list[tuple[datetime, Outgoing]]
    stops: list[tuple[datetime, datetime]]
    acted: dict[str, list[datetime]]
    unknown: int
    seconds: float = 0.0

    def slots(self) -> Counter[str]:
        return Counter(commit.event for commit in self.commits if commit.slot)


class World:
    """The bot over a file, and everybody round it."""

    def __init__(self, folder: Path, learners: int, seed: int) -> None:
        self.chance = random.Random(seed)
        self.path = folder / "year.db"
        self.clock = Clock()
        self.paper = Paper(self.clock)
        self.library = read(TINY)
        self.people = [f"p{n}" for n in range(learners)]
        self.commits: list[Commit] = []
        self.stops: list[tuple[datetime, datetime]] = []
        self.acted: dict[str, list[datetime]] = {name: [] for name in self.people}
        self.unknown = 0
        self._numbers = count(1)
        self._luck = count(1)
        self.store: Store
        self.runner: Runner

    async def start(self) -> None:
        self.store = await Store.open(self.path)
        self.runner = Runner(
            self.library,
            self.store,
            {"paper": self.paper},
            clock=lambda: self.clock.now,
            mint=lambda: f"l{next(self._numbers):015x}",
            observe=self.commits.append,
            operators=frozenset({"paper:kim"}),
            luck=lambda: f"{self.chance.getrandbits(128):032x}",
            draw=lambda _: b"picture",
        )
        await self.runner.use(self.library)
        await self.runner.resume()

    async def stop(self) -> None:
        """Without a goodbye: what is on its way stays there."""
        await self.runner.drain(0)
        await self.store.close()

    async def do(self, name: str, words: str, place: Place | None = None) -> None:
        what: Said | Commanded | Pressed = Said(words)
        if words.startswith("/"):
            command, _, args = words[1:].partition(" ")
            what = Commanded(command, args)
        where = place or Place("paper", name)
        event = f"paper:{next(self._numbers)}"
        await self.runner.receive(
            Inbound(event, f"paper:{name}", where, what, administers=name == "kim")
        )
        if name in self.acted:
            self.acted[name].append(self.clock.now)

    def code(self) -> str:
        """The newest code that anybody was shown."""
        for _, outgoing in reversed(self.paper.sent):
            if "/join " in outgoing.message.text:
                return outgoing.message.text.split("/join ")[1].split("*")[0].split()[0]
        raise LookupError("no code was shown")

    def next_due(self) -> datetime:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as db:
            (found,) = db.execute("SELECT MIN(due) FROM jobs").fetchone()
        return datetime.fromisoformat(found).astimezone(UTC) if found else ENDED


async def lived(folder: Path, learners: int, seed: int = 1) -> Year:
    """Live through the year."""
    begun = time.perf_counter()
    world = World(folder, learners, seed)
    await world.start()
    try:
        await _set_up(world)
        await _walk(world)
    finally:
        await world.stop()
    return Year(
        learners,
        world.commits,
        world.paper.sent,
        world.stops,
        world.acted,
        world.unknown,
        time.perf_counter() - begun,
    )


async def _set_up(world: World) -> None:
    await world.do("kim", "/start")
    await world.do("kim", f"/zone {HOME}")
    await world.do("kim", "/cohort new The long year")
    code = world.code()
    await world.do("kim", "/cohort here", HALL)
    for kind, (day, hour) in WEEKLY.items():
        name = ("monday", "tuesday", "wednesday", "thursday", "friday")[day]
        await world.do("kim", f"/post {kind} weekly {name} {hour}:00")
    await world.do("kim", "/cohort due m1 2026-03-29 12:00")
    await world.do("kim", "/cohort due m2 2026-10-26 12:00")
    for number, name in enumerate(world.people):
        await world.do(name, f"/join {code}")
        await world.do(name, f"/zone {zone_of(number)}")
        hour, minute = time_of(number)
        await world.do(name, f"/remind daily {hour}:{minute:02}")
        await world.do(name, "/remind deadlines on")


def zone_of(number: int) -> str:
    return ZONES[number % len(ZONES)]


def time_of(number: int) -> tuple[int, int]:
    return TIMES[number // len(ZONES) % len(TIMES)]


async def _walk(world: World) -> None:
    chance = world.chance
    stop = BEGUN + timedelta(days=chance.uniform(2, 12))
    deed = BEGUN + timedelta(hours=1)
    while world.clock.now < ENDED:
        world.clock.now = min(max(world.next_due(), world.clock.now), stop, deed, ENDED)
        if world.clock.now == stop:
            await _interrupted(world)
            stop = world.clock.now + timedelta(days=chance.uniform(2, 12))
            deed = max(deed, world.clock.now)
        elif world.clock.now == deed:
            await _deed(world)
            deed = world.clock.now + timedelta(hours=chance.uniform(2, 40))
        await world.runner.wake()


async def _interrupted(world: World) -> None:
    """Stopped for a while, one time in three in the midst of a post."""
    chance, begun = world.chance, world.clock.now
    if chance.random() < 0.3:
        world.paper.stuck = True
        await _stuck(world)
    await world.stop()
    world.paper.stuck = False
    away = timedelta(hours=chance.choice((0.1, 1, 7, 30, 100)))
    world.clock.now = min(begun + away, ENDED)
    world.stops.append((begun, world.clock.now))
    await world.start()


async def _stuck(world: World) -> None:
    """An announcement that is never heard of again."""
    words = f"Hello all {world.unknown}"
    task = asyncio.create_task(world.do("kim", f"/post announcement now {words}"))
    for _ in range(2_000):
        await asyncio.sleep(0)
        with closing(sqlite3.connect(f"file:{world.path}?mode=ro", uri=True)) as db:
            (waiting,) = db.execute(_SENDING, (f"%{words}%",)).fetchone()
        if waiting:
            world.unknown += 1
            break
        await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _deed(world: World) -> None:
    name = world.chance.choice(world.people)
    words = world.chance.choice(
        ("/start", "/open m1-intro", "/open m1-l1", "/open m2-l1", "/progress", "/leaderboard")
    )
    await world.do(name, words)


# -- what should have come -----------------------------------------------------------------------


def expected(year: Year) -> set[str]:
    """The ids of every slot that must be committed, by the calendar and the stops alone."""
    ids = [commit.learner for commit in year.commits]
    cohort = next(each for each in ids if not each.startswith("l0") and each)
    found: set[str] = set()
    for number in range(year.learners):
        learner = learner_of(year, f"p{number}")
        hour, minute = time_of(number)
        found |= _kept(year, f"rem:{learner}", zone_of(number), range(7), hour, minute)
    for number, (day, hour) in enumerate(WEEKLY.values(), 1):
        found |= _kept(year, f"post:{cohort}:{number}", HOME, (day,), hour, 0)
    return found


def learner_of(year: Year, name: str) -> str:
    place = Place("paper", name)
    return next(c.learner for c in year.commits if c.place == place and not c.slot)


def _kept(
    year: Year, job: str, zone: str, days: range | tuple[int, ...], hour: int, minute: int
) -> set[str]:
    """The slots of a job that came while the bot ran, and the first that each stop made late."""
    found, missed = set[str](), set[datetime]()
    at = _set_at(year, job)
    day = at.astimezone(ZoneInfo(zone)).date()
    last = ENDED.astimezone(ZoneInfo(zone)).date()
    while day <= last:
        due = _utc(day, hour, minute, zone)
        if day.weekday() in days and at < due <= ENDED:
            stop = next((s for s in year.stops if s[0] < due < s[1]), None)
            if stop is None or stop[0] not in missed:
                found.add(f"{job}@{due.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}")
            if stop is not None:
                missed.add(stop[0])
        day += timedelta(days=1)
    return found


def _set_at(year: Year, job: str) -> datetime:
    """When it was set: everything is, on the first day."""
    return next(c.at for c in year.commits if any(_names(r, job) for r in c.records))


def _names(record: object, job: str) -> bool:
    return getattr(getattr(record, "job", None), "id", "") == job


def _utc(day: date, hour: int, minute: int, zone: str) -> datetime:
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def faults(year: Year) -> list[str]:
    """All that is wrong with a year, each in a sentence."""
    slots, wanted = year.slots(), expected(year)
    clocked = {slot for slot in slots if slot.startswith(("rem:", "post:"))}
    found = [f"{slot} is missing" for slot in sorted(wanted - clocked)]
    found += [f"{slot} should not be" for slot in sorted(clocked - wanted)]
    found += [f"{slot} came {times} times" for slot, times in slots.items() if times > 1]
    found += _late(year)
    found += _too_many(year)
    return found


def _late(year: Year) -> list[str]:
    """Slots that were not taken as soon as the bot ran."""
    found = []
    for commit in year.commits:
        job = commit.slot
        if job is None or commit.at == job.due:
            continue
        stopped = any(begun <= job.due <= ended == commit.at for begun, ended in year.stops)
        if not stopped:
            found.append(f"{commit.event} was taken at {commit.at}")
    return found


def _too_many(year: Year) -> list[str]:
    """Learners who were reminded too often in a row, or on a day with a deed that counts."""
    found, reminded = [], defaultdict(list)
    for commit in year.commits:
        if commit.slot and commit.messages and commit.event.startswith("rem:"):
            reminded[commit.learner].append(commit.at)
    for name, deeds in year.acted.items():
        told = reminded[learner_of(year, name)]
        row = 0
        events = sorted([(at, 0) for at in deeds] + [(at, 1) for at in told])
        for at, kind in events:
            row = row + 1 if kind else 0
            if row > IN_A_ROW:
                found.append(f"{name} was reminded {row} times in a row, at {at}")
    return found


def main() -> None:
    print("year: 200 learners through 2026, with restarts; every slot once at its local time")
    with tempfile.TemporaryDirectory(prefix="syllabot-year-") as folder:
        year = asyncio.run(lived(Path(folder), 200))
    wrong = faults(year)
    kinds = Counter(slot.partition(":")[0] for slot in year.slots())
    told = sum(isinstance(r, Told) for c in year.commits for r in c.records)
    posts = sum(1 for _, outgoing in year.sent if outgoing.place == HALL)
    print(f"  {len(year.stops)} stops, {len(year.commits):,} commits in {year.seconds:.0f} s")
    print(f"  slots: {dict(kinds)}; {posts} posts arrived, {told} rounds of telling")
    print(f"  {len(wrong)} faults" + "".join(f"\n    {each}" for each in wrong[:20]))


if __name__ == "__main__":
    main()
