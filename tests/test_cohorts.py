"""Groups through the runner and a real file: what happens at once, and what moves under them."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.conversation import (
    Caller,
    Cohort,
    Commanded,
    Dated,
    EveryCohort,
    Inbound,
    Job,
    Membership,
    Moved,
    Outgoing,
    Override,
    Place,
    Pressed,
    Roster,
    Scheduled,
    Session,
)
from bot.course.model import Library
from bot.flows.groups.joining import MOST
from bot.flows.scene import Scene
from bot.runner import Runner
from bot.store import Commit, Store
from tests.conftest import TINY

BEGUN = datetime(2026, 1, 5, 9, tzinfo=UTC)
HALL = Place("paper", "-1", private=False)
LARGE = Place("paper", "-1001", private=False)


class Paper:
    """A platform that takes everything down."""

    door = "https://paper.example/{code}"

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    async def send(self, outgoing: Outgoing) -> str:
        self.sent.append(outgoing)
        return str(len(self.sent))

    async def think(self, place: Place, event: str) -> None:
        """Nobody looks."""

    def told(self, chat: str) -> str:
        return "\n".join(o.message.text for o in self.sent if o.place.chat == chat)


class World:
    def __init__(self, library: Library, store: Store) -> None:
        self.now = BEGUN
        self.paper = Paper()
        self.store = store
        self.commits: list[Commit] = []
        self._numbers = count(1)
        self.runner = Runner(
            library,
            store,
            {"paper": self.paper},
            clock=lambda: self.now,
            mint=lambda: f"{next(self._numbers):016x}",
            observe=self.commits.append,
            operators=frozenset({"paper:op", "paper:kim"}),
        )

    async def do(self, name: str, words: str, place: Place | None = None) -> str:
        """Give a command; what its giver is told."""
        command, _, args = words.removeprefix("/").partition(" ")
        what = Pressed(words) if "." in words.split()[0] else Commanded(command, args)
        before = len(self.paper.sent)
        where = place or Place("paper", name)
        await self.runner.receive(
            Inbound(
                f"e{next(self._numbers)}",
                f"paper:{name}",
                where,
                what,
                administers=name in ("op", "kim"),
            )
        )
        return "\n".join(o.message.text for o in self.paper.sent[before:])

    async def cohorts(self) -> list[Cohort]:
        rows = await self.store.answer(EveryCohort())
        return [row for row in rows if isinstance(row, Cohort)]


@pytest.fixture
async def world(tmp_path: Path, tiny: Library) -> AsyncIterator[World]:
    store = await Store.open(tmp_path / "s.db")
    world = World(tiny, store)
    await world.runner.use(tiny)
    yield world
    await world.runner.quiet()
    await store.close()


def code_in(text: str) -> str:
    return text.split("/join ")[1].split("*")[0].strip()


def test_a_cohort_is_written_as_tables_from_the_command_line(
    tmp_path: Path, tiny: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    async def lived() -> str:
        store = await Store.open(tmp_path / "s.db")
        world = World(tiny, store)
        await world.runner.use(tiny)
        code = code_in(await world.do("op", "/cohort new Tuesday group"))
        await world.do("ann", f"/join {code}")
        await world.do("ann", "/alias -Ann")
        await world.do("ann", "/open m1-intro")
        (cohort,) = await world.cohorts()
        await store.close()
        return cohort.id

    name = asyncio.run(lived())
    where = ["--db", str(tmp_path / "s.db"), "--content", str(TINY)]
    assert main(["export", *where]) == 0
    assert f"{name}" in capsys.readouterr().out
    assert main(["export", "nobody", *where]) == 2
    assert "There is no cohort nobody" in capsys.readouterr().err
    assert main(["export", name, *where, "--out", str(tmp_path / "out")]) == 0
    progress = (tmp_path / "out" / f"{name}-progress.csv").read_bytes()
    assert progress.startswith(b"\xef\xbb\xbf") and b"Ann" in progress
    assert json.loads((tmp_path / "out" / f"{name}.json").read_text())
    assert main(["export", name, "--db", str(tmp_path / "none.db")]) == 1


async def test_changes_of_two_instructors_at_the_same_moment_both_hold(world: World) -> None:
    await world.do("op", "/cohort new Tuesday group")
    (cohort,) = await world.cohorts()
    said = await asyncio.gather(
        world.do("op", f"/cohort {cohort.id} name Wednesday group"),
        world.do("kim", f"/cohort {cohort.id} board near"),
        world.do("op", f"/cohort {cohort.id} due m1 1 March"),
        world.do("kim", f"/cohort {cohort.id} budget 5"),
    )
    assert all(said)
    (now,) = await world.cohorts()
    assert (now.title, now.board, now.version) == ("Wednesday group", "near", 5)
    assert now.dated("m1").due == "2026-03-01T23:59" and now.cost == 5_000_000_000
    told = world.paper.told("op") + world.paper.told("kim")
    assert "Another instructor changed something a moment ago" in told


async def test_of_two_rounds_that_are_begun_at_once_there_is_one(world: World) -> None:
    await world.do("op", "/cohort new Tuesday group")
    await world.do("op", "/cohort here", HALL)
    (cohort,) = await world.cohorts()
    await asyncio.gather(
        world.do("op", f"/round {cohort.id} 1 3m"), world.do("kim", f"/round {cohort.id} 2 3m")
    )
    assert world.paper.told("-1").count("a round of questions begins now") == 1
    told = world.paper.told("op") + world.paper.told("kim")
    assert "A round is open already" in told


async def test_a_group_that_becomes_another_chat_takes_its_cohort_along(world: World) -> None:
    await world.do("op", "/cohort new Tuesday group")
    await world.do("op", "/cohort here", HALL)
    await world.do("op", "/post announcement weekly friday 17:00 We meet.")
    await world.do("op", "/round 1 5m")
    await world.runner.moved(Moved(HALL, LARGE), "")
    (cohort,) = await world.cohorts()
    assert cohort.place == LARGE and cohort.posts[0].place == LARGE
    assert cohort.version == 4
    world.now += timedelta(minutes=6)
    await world.runner.wake()
    assert "the round is over" in world.paper.told("-1001")
    world.now = datetime(2026, 1, 9, 17, tzinfo=UTC)
    await world.runner.wake()
    assert "We meet" in world.paper.told("-1001")
    assert "Nobody is in the group yet" in await world.do("op", "/cohort members", LARGE)


async def test_instructors_are_told_once_that_the_place_of_their_group_is_gone(
    world: World,
) -> None:
    await world.do("op", "/cohort new Tuesday group")
    await world.do("op", "/cohort here", replace(HALL, topic="7"))
    await world.do("kim", "/start")
    await world.runner.moved(Moved(HALL, None, "removed"), "")
    for _ in range(3):
        await world.runner.wake()
    assert world.paper.told("op").count("I can no longer write where “Tuesday group” meets") == 1
    assert "I can no longer write" not in world.paper.told("kim")
    before = len(world.commits)
    await world.runner.moved(Moved(Place("paper", "ann"), None, "blocked"), "")
    await world.runner.wake()
    assert len(world.commits) == before


async def test_what_is_posted_moves_with_the_home_of_a_group(world: World) -> None:
    await world.do("op", "/cohort new Tuesday group")
    await world.do("op", "/cohort here", HALL)
    await world.do("op", "/post announcement weekly friday 17:00 We meet.")
    await world.do("op", "/cohort here", LARGE)
    world.now = datetime(2026, 1, 9, 17, tzinfo=UTC)
    await world.runner.wake()
    assert "We meet" in world.paper.told("-1001") and "We meet" not in world.paper.told("-1")


async def test_a_topic_that_is_a_groups_own_is_not_that_of_its_whole_chat(world: World) -> None:
    topic = replace(HALL, topic="7")
    await world.do("op", "/cohort new Alpha")
    await world.do("op", "/cohort here", HALL)
    await world.do("kim", "/start")
    await world.do("kim", "/cohort new Beta")
    await world.do("kim", "/cohort here", topic)
    assert "Beta" in await world.do("ann", "/leaderboard", topic)
    assert "Alpha" in await world.do("ann", "/leaderboard", replace(HALL, topic="8"))


async def test_whoever_joins_a_group_of_another_course_is_in_that_course(
    tmp_path: Path, two_courses: Library
) -> None:
    store = await Store.open(tmp_path / "two.db")
    world = World(two_courses, store)
    try:
        await world.runner.use(two_courses)
        await world.do("op", "/start tiny")
        code = code_in(await world.do("op", "/cohort new Tea circle"))
        await world.do("ann", "/start other")
        await world.do("ann", "/alias Ann")
        assert "You learn **Tea and Toast** together" in await world.do("ann", f"/join {code}")
        assert "Tea and Toast" in await world.do("ann", "/continue")
        await world.runner.quiet()
    finally:
        await store.close()


@pytest.mark.parametrize("amount", ["1,000", "0.001", "-5", "1e3", "20000", "five"])
async def test_a_budget_that_is_not_clear_changes_nothing(world: World, amount: str) -> None:
    await world.do("op", "/cohort new Tuesday group")
    assert "Write the dollars" in await world.do("op", f"/cohort budget {amount}")
    (cohort,) = await world.cohorts()
    assert (cohort.cost, cohort.version) == (0, 1)


async def test_an_exception_follows_a_unit_that_was_renamed(tiny: Library) -> None:
    course = replace(tiny.courses["tiny"], renamed={"old-l2": "m1-l2"})
    cohort = Cohort("c1", "tiny", "Tuesday", "UTC")
    extra = Override(1, "unlock", "old-l2", "op", BEGUN)
    by = Caller("ann", Place("paper", "ann"), cohorts=(Membership(cohort, (extra,)),))
    there = Scene(tiny, course, Session("ann", "tiny"), by, BEGUN)
    assert there.is_open("m1-l2", {})
    assert not there.is_open("m1-l2-quiz", {})


async def test_an_archived_group_opens_and_closes_nothing(tiny: Library) -> None:
    dated = (Dated("m2", opens="2026-04-01T09:00"),)
    open_ = Cohort("c1", "tiny", "Now", "UTC", dates=dated)
    past = Cohort("c2", "tiny", "Then", "UTC", state="archived")
    by = Caller("ann", Place("paper", "ann"), cohorts=(Membership(open_), Membership(past)))
    there = Scene(tiny, tiny.courses["tiny"], Session("ann", "tiny"), by, BEGUN)
    assert there.opens("m2-l1") == datetime(2026, 4, 1, 9, tzinfo=UTC)


async def test_one_can_be_in_fifty_groups_and_no_more(world: World) -> None:
    codes = [code_in(await world.do("op", f"/cohort new Group {n}")) for n in range(MOST + 1)]
    for code in codes[:MOST]:
        assert "Welcome to **Group" in await world.do("ann", f"/join {code}")
    assert f"You are in {MOST} groups" in await world.do("ann", f"/join {codes[MOST]}")
    assert "Group 7" in await world.do("ann", "/cohort")
    assert "1 members" not in await world.do("ann", "/leaderboard")
    await world.do("ann", "/open m1-intro")
    assert "Which group would you like to leave?" in await world.do("ann", "/leave")


async def test_a_job_whose_slot_was_taken_before_goes_on_to_the_next(world: World) -> None:
    await world.do("ann", "/remind daily 19:00")
    world.now = datetime(2026, 1, 5, 19, tzinfo=UTC)
    await world.runner.wake()
    (job,) = await world.store.due(world.now + timedelta(days=2))
    again = Job(job.id, job.subject, job.course, job.place, world.now, job.rule, job.zone)
    ann = Place("paper", "ann")
    records = (Scheduled(again),)
    commit = Commit("x", world.now, job.subject, "tiny", ann, "", None, records, (), keep=True)
    assert await world.store.commit(commit) == ()
    before = len(world.commits)
    await world.runner.wake()
    assert len(world.commits) == before
    (moved,) = await world.store.due(world.now + timedelta(days=2))
    assert moved.due == job.due == datetime(2026, 1, 6, 19, tzinfo=UTC)


async def test_a_member_who_forgets_everything_is_in_no_group(world: World) -> None:
    code = code_in(await world.do("op", "/cohort new Tuesday group"))
    await world.do("ann", f"/join {code}")
    (cohort,) = await world.cohorts()
    assert len(await world.store.answer(Roster(cohort.id))) == 1
    await world.do("ann", "/forget")
    key = next(
        choice.key
        for outgoing in reversed(world.paper.sent)
        for choice in outgoing.message.choices
        if choice.key.startswith("forget-yes")
    )
    await world.do("ann", key)
    assert await world.store.answer(Roster(cohort.id)) == ()
    assert "You are in no group yet" in await world.do("ann", "/cohort")


async def test_an_instructor_who_forgets_everything_leaves_the_group_whole(world: World) -> None:
    code = code_in(await world.do("op", "/cohort new Tuesday group"))
    await world.do("ann", f"/join {code}")
    await world.do("op", "/forget")
    key = next(c.key for c in world.paper.sent[-1].message.choices if "forget-yes" in c.key)
    await world.do("op", key)
    (cohort,) = await world.cohorts()
    assert len(await world.store.answer(Roster(cohort.id))) == 1
    assert await world.store.rebuild() == ()
