"""Durable turns per second through the whole program, beside what SQLite itself can do.

A turn is a press of Next or Back in a lesson: an event in, a session and a message out, committed
with synchronous=FULL before the reply goes to an adapter that does nothing. The raw limit writes
the same rows, in the same groups, with one connection and no program round it; both in one run.

Then the cost of a turn as a ratio: from a course of 1 lesson to one of 1,000, and from a file with
100 learners to one with 1,000,000; and the time to load and check a course.
"""

import asyncio
import json
import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.conversation import Inbound, Outgoing, Place, Pressed, Reading, Session
from bot.course.load import load
from bot.course.model import Card, Course, Lesson, Library, Module, Objective, Points
from bot.runner import Runner
from bot.store import Store
from bot.store.rows import SESSION

LEARNERS = int(os.environ.get("LEARNERS", "100000"))
MANY = int(os.environ.get("MANY", "1000000"))
TURNS = {1: 1500, 16: 6000, 256: 12000}
SHIPPED = Path(__file__).parent.parent / "content"

GONE = "DELETE FROM outbox WHERE id = ?"
EVENT = "INSERT INTO events (id, at) VALUES (?, ?)"
SAVE = """INSERT INTO sessions (subject, course, body) VALUES (?, ?, ?)
ON CONFLICT (subject, course) DO UPDATE SET body = excluded.body"""
OUTBOX = """INSERT INTO outbox (id, learner, course, place, reply_to, post, sending, prompt, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""


class Nowhere:
    """An adapter that takes every message and does nothing with it."""

    door = ""

    async def send(self, outgoing: Outgoing) -> str:  # noqa: ARG002
        return "1"


def main() -> None:
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        asyncio.run(throughput(Path(folder)))
        asyncio.run(growth(Path(folder)))
        loading(Path(folder))


# -- turns per second ------------------------------------------------------------------------


async def throughput(folder: Path) -> None:
    """Turns per second at 1, 16 and 256 in flight, beside the raw limit."""
    db = folder / "turns.db"
    await filled(db, LEARNERS)
    print(f"turns: a file with {LEARNERS:,} learners; aim: half of raw at 16 and 256, 1 ms alone")
    print(
        f"  {'in flight':>9} {'turns/s':>9} {'p50 ms':>8} {'p99 ms':>8} {'raw/s':>9} {'ratio':>6}"
    )
    for flight, turns in TURNS.items():
        rate, times = await paced(db, library(10), flight, turns)
        raw = raw_rate(db, flight, turns)
        p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
        row = f"{rate:9.0f} {p50 * 1000:8.2f} {p99 * 1000:8.2f} {raw:9.0f} {rate / raw:6.2f}"
        print(f"  {flight:9} {row}")


async def paced(db: Path, courses: Library, flight: int, turns: int) -> tuple[float, list[float]]:
    """Turns a second with so many learners at once, and the seconds of each turn."""
    async with running(db, courses) as runner:
        numbers = iter(range(turns))
        learners = random.Random(flight).sample(range(known(db)), min(known(db), 5000))
        times: list[float] = []
        places = dict.fromkeys(learners, 0)

        async def learner() -> None:
            for number in numbers:
                who = learners[number % len(learners)]
                begun = time.perf_counter()
                await runner.receive(press(who, number, places[who]))
                times.append(time.perf_counter() - begun)
                places[who] += 1

        begun = time.perf_counter()
        await asyncio.gather(*(learner() for _ in range(flight)))
        return turns / (time.perf_counter() - begun), times


def press(who: int, number: int, turn: int) -> Inbound:
    what = "back" if turn % 2 else "next"
    key = f"{what}.0.{turn + 1}.bench"
    event = f"e{os.getpid()}-{time.monotonic_ns()}-{number}"
    return Inbound(event, f"bench:{who}", Place("bench", str(who)), Pressed(key))


# -- the raw limit ---------------------------------------------------------------------------


def raw_rate(db: Path, flight: int, turns: int) -> float:
    """The same rows of the same tables in the same groups by bare sqlite3, in turns a second."""
    card = "**L0 1/8**\n\n" + "Words to read. " * 30
    message = json.dumps(
        {"text": card, "choices": [{"key": "next.0.1.bench", "label": "Next"}] * 2}
    )
    place = '{"platform":"bench","chat":"1","topic":"","private":true}'
    learners = random.Random(flight).choices(range(LEARNERS), k=turns)
    file = sqlite3.connect(db, isolation_level=None)
    file.executescript("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 20000;")
    base = 1_000_000 * flight
    begun = time.perf_counter()
    for first in range(0, turns, flight):
        group = range(first, min(turns, first + flight))
        file.execute("BEGIN IMMEDIATE")
        file.executemany(GONE, [(base + n - flight,) for n in group])
        file.executemany(EVENT, [(f"raw{base + n}", "2026") for n in group])
        file.executemany(SAVE, [(f"l{learners[n]}", "bench", fresh(0)) for n in group])
        file.executemany(
            OUTBOX,
            [(base + n, f"l{learners[n]}", "bench", place, "", 0, 0, 1, message) for n in group],
        )
        file.execute("COMMIT")
    rate = turns / (time.perf_counter() - begun)
    file.close()
    return rate


# -- growth ----------------------------------------------------------------------------------


async def growth(folder: Path) -> None:
    """What a turn costs as the course and the file grow; medians of interleaved rounds."""
    small, large = folder / "small.db", folder / "large.db"
    await filled(small, 100)
    await filled(large, MANY)
    print("growth: a lone turn, median ms; aim: within 1.2")
    await compared("1 to 1,000 lessons", (small, library(1)), (small, library(1000)))
    await compared(f"100 to {MANY:,} learners", (small, library(10)), (large, library(10)))


async def compared(name: str, one: tuple[Path, Library], other: tuple[Path, Library]) -> None:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(5):
        for kept, (db, courses) in zip(times, (one, other), strict=True):
            kept += (await paced(db, courses, 1, 300))[1][50:]
    first, second = (statistics.median(kept) * 1000 for kept in times)
    print(f"  {name:28} {first:6.2f} to {second:6.2f}  ratio {second / first:.2f}")


# -- loading ---------------------------------------------------------------------------------


def loading(folder: Path) -> None:
    """Loading and checking, cold: each in this process for the first time."""
    begun = time.perf_counter()
    load(SHIPPED)
    shipped = time.perf_counter() - begun
    path = folder / "large-course"
    written(path, 1000)
    begun = time.perf_counter()
    load(path)
    large = time.perf_counter() - begun
    print(f"loading: the shipped course {shipped * 1000:.0f} ms, 1,000 lessons {large:.2f} s")


def written(folder: Path, lessons: int) -> None:
    """A course of so many lessons as files."""
    names = [f"l{n}" for n in range(lessons)]
    (folder / "m1").mkdir(parents=True)
    course = {"id": "big", "title": "Big", "summary": "A big one.", "modules": ["m1"]}
    module = {"id": "m1", "title": "One", "summary": "All of it.", "lessons": names}
    (folder / "course.yaml").write_text(json.dumps(course))
    (folder / "m1" / "module.yaml").write_text(json.dumps(module))
    for name in names:
        (folder / "m1" / name).mkdir()
        text = lesson(name).model_dump_json(exclude_none=True)
        (folder / "m1" / name / "lesson.yaml").write_text(text)


# -- a file and a course ---------------------------------------------------------------------


def lesson(name: str) -> Lesson:
    objective = Objective(id=f"m1-{name}-o1", text="Read it.")
    cards = tuple(Card(text=f"Card {n}. " + "Words to read. " * 30) for n in range(8))
    return Lesson(
        id=f"m1-{name}", title="A", question="Why?", minutes=1, objectives=(objective,), cards=cards
    )


def library(lessons: int) -> Library:
    units = tuple(lesson(f"l{n}") for n in range(lessons))
    module = Module("m1", "One", "All of it.", units)
    course = Course("bench", "Bench", "A course.", "en", "free", (module,), Points())
    return Library({"bench": course})


def known(db: Path) -> int:
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as file:
        return int(file.execute("SELECT COUNT(*) FROM learners").fetchone()[0])


async def filled(db: Path, learners: int) -> None:
    """A file in which so many learners stand on the first card of a lesson."""
    await (await Store.open(db)).close()
    at = "2026-01-05T09:00:00.000000Z"
    with sqlite3.connect(db) as file:
        file.executemany(
            "INSERT INTO accounts VALUES (?, ?)", ((f"bench:{n}", f"l{n}") for n in range(learners))
        )
        file.executemany(
            "INSERT INTO learners (learner, at, alias, zone, language, consent, course)"
            " VALUES (?, ?, '', 'UTC', 'en', 0, 'bench')",
            ((f"l{n}", at) for n in range(learners)),
        )
        file.executemany(
            "INSERT INTO sessions VALUES (?, 'bench', ?)",
            ((f"l{n}", fresh(n)) for n in range(learners)),
        )


def fresh(number: int) -> str:
    session = Session(f"l{number}", "bench", "m1-l0", Reading(0), turn=1)
    return SESSION.dump_json(session).decode()


@contextmanager
def reset(db: Path) -> Iterator[None]:
    """Everybody back on the first card, so that a round is like the one before."""
    yield
    with sqlite3.connect(db) as file:
        moved = file.execute("SELECT subject FROM sessions WHERE body NOT LIKE '%\"turn\":1,%'")
        rows = [(fresh(int(who[1:])), who) for (who,) in moved.fetchall()]
        file.executemany("UPDATE sessions SET body = ? WHERE subject = ?", rows)


class running:
    """A runner over `db`, for as long as it is needed."""

    def __init__(self, db: Path, courses: Library) -> None:
        self._db, self._courses = db, courses

    async def __aenter__(self) -> Runner:
        self._reset = reset(self._db)
        self._reset.__enter__()
        self._store = await Store.open(self._db)
        return Runner(
            self._courses,
            self._store,
            {"bench": Nowhere()},
            clock=lambda: datetime.now(UTC),
            mint=lambda: "new",
        )

    async def __aexit__(self, *error: object) -> None:
        await self._store.close()
        self._reset.__exit__(None, None, None)


if __name__ == "__main__":
    main()
