"""SIGKILL at random moments: what was acknowledged is there exactly once, and no place is lost."""

import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversation import Done, Inbound, Outgoing, Place, Said, Visit
from bot.course.model import Library
from bot.runner import Runner
from bot.store import Store

from .crash import Walk

KILLS = 20
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_a_killed_program_keeps_all_that_it_acknowledged(tmp_path: Path, part: int) -> None:
    walk = Walk(tmp_path / "crash.db", random.Random(part))
    for _ in range(KILLS // PARTS):
        walk.run_and_kill()
        assert walk.faults() == []
    walk.finish()
    assert walk.faults() == []
    assert walk.undone() == []
    with closing(sqlite3.connect(f"file:{walk.db}?mode=ro", uri=True)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_full_disk_is_said_and_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    walk = Walk(tmp_path / "full.db", random.Random(1))
    walk.run_and_kill()
    said = [walk.run_until_full(room) for room in (0, 20_000, 60_000)]
    assert any("full" in each or "too large" in each or "cannot" in each for each in said)
    assert all("Traceback" not in each for each in said)
    assert walk.faults() == []
    walk.finish()
    assert walk.faults() == []
    assert walk.undone() == []


def test_a_file_held_by_another_program_delays_an_answer_and_loses_none(tmp_path: Path) -> None:
    walk = Walk(tmp_path / "held.db", random.Random(2))
    walk.run_and_kill()
    for _ in range(3):
        walk.run_while_locked(0.5)
        assert walk.faults() == []
    walk.finish()
    assert walk.undone() == []


class Nowhere:
    """An adapter that takes every message and shows none."""

    door = ""

    async def send(self, outgoing: Outgoing) -> str:
        return "1"


@pytest.mark.parametrize("seed", range(3))
async def test_a_clock_that_is_stepped_back_and_forth_costs_nothing(
    tmp_path: Path, tiny: Library, seed: int
) -> None:
    chance = random.Random(seed)
    now = datetime(2026, 3, 28, 23, tzinfo=UTC)

    def clock() -> datetime:
        nonlocal now
        now += timedelta(minutes=chance.choice([-60, -1, 1, 60, 90]))
        return now

    path = tmp_path / "clock.db"
    for line in range(60):
        if line % 7 == 0:
            store = await Store.open(path)
            runner = Runner(tiny, store, {"paper": Nowhere()}, clock=clock, mint=lambda: "ann")
            await runner.use(tiny)
        word = "a" if line else "start"
        place = Place("paper", "ann")
        await runner.receive(Inbound(f"e{line}", "paper:ann", place, Said(word)))
        await runner.wake()
        if line % 7 == 6:
            assert await store.rebuild() == ()
            await store.close()
    assert await store.rebuild() == ()
    visits = await store.answer(Done("ann", "tiny"))
    await store.close()
    done = [visit.unit for visit in visits if isinstance(visit, Visit) and visit.done]
    assert sorted(done) == ["m1-intro", "m1-l1", "m1-l1-quiz", "m1-l2", "m1-l2-quiz", "m2-l1"]
