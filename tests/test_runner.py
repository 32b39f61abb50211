"""The shell: lock, load, step, commit, send, in that order, and once."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import engine
from bot.adapters.base import Fate, Undeliverable
from bot.conversation import (
    Cancelled,
    Commanded,
    Event,
    Failed,
    Inbound,
    Job,
    Known,
    Look,
    Message,
    Moved,
    Outgoing,
    Place,
    Replied,
    Said,
    Scheduled,
    Session,
    Turn,
    Woke,
)
from bot.course.model import Library
from bot.runner import Runner, Step
from bot.store import Commit, Store, StoreError
from bot.store.traces import ABOUT

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
HERE = Place("paper", "ann")
HALL = Place("paper", "#hall", private=False)


class Paper:
    """An adapter that keeps what it is given; `trouble` is raised instead, while it is set."""

    def __init__(self) -> None:
        self.sent: list[tuple[Place, Message, str]] = []
        self.thinking: list[Place] = []
        self.trouble: Exception | None = None

    door = ""

    async def send(self, outgoing: Outgoing) -> str:
        if self.trouble:
            raise self.trouble
        self.sent.append((outgoing.place, outgoing.message, outgoing.reply_to))
        return f"ref-{len(self.sent)}"

    async def think(self, place: Place, event: str) -> None:
        self.thinking.append(place)
        try:
            await asyncio.Event().wait()
        finally:
            self.thinking.remove(place)

    def texts(self) -> list[str]:
        return [message.text for _, message, _ in self.sent]


class World:
    """A runner over a real file, with a clock that is set by hand."""

    def __init__(self, path: Path, library: Library) -> None:
        self.path = path
        self.library = library
        self.now = NOW
        self.paper = Paper()
        self.commits: list[Commit] = []
        self.count = 0

    async def open(self, step: Step = engine.step) -> "World":
        self.store = await Store.open(self.path)
        self.runner = Runner(
            self.library,
            self.store,
            {"paper": self.paper},
            clock=lambda: self.now,
            mint=self.mint,
            step=step,
            observe=self.commits.append,
        )
        return self

    def mint(self) -> str:
        self.count += 1
        return f"learner-{self.count}"

    async def reopen(self, step: Step = engine.step) -> None:
        await self.store.close()
        await self.open(step)


@pytest.fixture
async def world(tmp_path: Path, tiny: Library) -> AsyncIterator[World]:
    made = await World(tmp_path / "a.db", tiny).open()
    yield made
    await made.store.close()


def said(number: int, text: str = "hello", account: str = "paper:ann") -> Inbound:
    return Inbound(f"e{number}", account, HERE, Said(text))


def answering(*messages: Message, records: tuple = ()) -> Step:  # type: ignore[type-arg]
    """A step that always answers with these."""

    def step(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        return Turn(session, messages, records)

    return step


async def test_an_event_is_answered_once_however_often_it_arrives(world: World) -> None:
    await asyncio.gather(*(world.runner.receive(said(1)) for _ in range(5)))
    await world.runner.receive(said(1))
    assert len(world.paper.sent) == 1
    assert len(world.commits) == 1


async def test_the_reply_goes_out_after_the_commit(world: World) -> None:
    order: list[str] = []
    commit = world.store.commit

    async def noted(wanted: Commit) -> object:
        result = await commit(wanted)
        order.append("committed")
        return result

    world.store.commit = noted  # type: ignore[method-assign,assignment]
    send = world.paper.send

    async def sent(outgoing: Outgoing) -> str:
        order.append("sent")
        return await send(outgoing)

    world.paper.send = sent  # type: ignore[method-assign]
    await world.runner.receive(said(1))
    assert order == ["committed", "sent"]


async def test_one_learner_is_served_one_event_at_a_time_and_others_meanwhile(
    world: World,
) -> None:
    inside: list[str] = []
    most: dict[str, int] = {}
    load = world.store.load

    async def slow(learner: str, event: str) -> object:
        inside.append(learner)
        most[learner] = max(most.get(learner, 0), inside.count(learner))
        most["all"] = max(most.get("all", 0), len(set(inside)))
        await asyncio.sleep(0)
        loaded = await load(learner, event)
        inside.remove(learner)
        return loaded

    world.store.load = slow  # type: ignore[method-assign,assignment]
    events = [said(n, account=f"paper:{n % 3}") for n in range(30)]
    await asyncio.gather(*(world.runner.receive(event) for event in events))
    assert {most[who] for who in most if who != "all"} == {1}
    assert most["all"] > 1
    assert len(world.commits) == 30


async def test_what_was_not_sent_is_sent_after_a_restart(world: World) -> None:
    world.paper.trouble = Undeliverable("the network is down", Fate.DOWN)
    await world.runner.receive(said(1))
    assert world.paper.sent == []
    world.paper.trouble = None
    await world.reopen()
    await world.runner.resume()
    assert len(world.paper.sent) == 1
    await world.reopen()
    await world.runner.resume()
    assert len(world.paper.sent) == 1


async def test_what_can_never_be_sent_is_let_go(world: World) -> None:
    world.paper.trouble = Undeliverable("too long", Fate.NEVER)
    await world.runner.receive(said(1))
    world.paper.trouble = None
    await world.reopen()
    await world.runner.resume()
    assert world.paper.sent == []


async def test_a_post_goes_to_its_own_place(world: World) -> None:
    await world.reopen(answering(Message("News", to=HALL), Message("Posted.")))
    await world.runner.receive(said(1))
    assert {(place, message.text) for place, message, _ in world.paper.sent} == {
        (HALL, "News"),
        (HERE, "Posted."),
    }


async def test_a_post_whose_delivery_is_unknown_is_not_repeated(world: World) -> None:
    await world.reopen(answering(Message("News", to=HALL)))
    world.paper.trouble = RuntimeError("killed in the middle")
    with pytest.raises(RuntimeError):
        await world.runner.receive(said(1))
    world.paper.trouble = None
    await world.reopen()
    await world.runner.resume()
    assert "News" not in world.paper.texts()


async def test_a_typed_answer_is_tied_to_the_newest_prompt(world: World) -> None:
    await world.runner.receive(Inbound("e1", "paper:ann", HERE, Commanded("start")))
    await world.runner.receive(said(2, "1"))
    assert world.paper.sent[-1][2] == "ref-1"
    await world.runner.receive(Inbound("e3", "paper:ann", HERE, Said("1"), reply_to="mine"))
    assert world.paper.sent[-1][2] == "mine"


async def test_a_fault_of_ours_is_logged_apologised_for_and_raised(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        raise ZeroDivisionError("ours")

    await world.reopen(broken)
    with pytest.raises(ZeroDivisionError):
        await world.runner.receive(said(1, "private words"))
    await world.runner.quiet()
    assert "Something went wrong on our side" in world.paper.texts()[0]
    assert "a turn failed: said" in caplog.text
    assert "private words" not in caplog.text
    await world.reopen()
    await world.runner.receive(said(1))
    assert "Tea and Toast" in world.paper.texts()[-1]


async def test_a_core_that_asks_for_ever_is_stopped(world: World) -> None:
    from bot.conversation import Done

    def curious(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        return Done(event.by.learner if isinstance(event, Event) else "x", "tiny")

    await world.reopen(curious)
    with pytest.raises(RuntimeError, match="looks"):
        await world.runner.receive(said(1))


# -- jobs ------------------------------------------------------------------------------------


def waking() -> tuple[Step, list[Job]]:
    woken: list[Job] = []

    def step(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        assert isinstance(event, Event)
        if isinstance(event.what, Woke):
            woken.append(event.what.job)
            return Turn(session, (Message("Time for tea"),))
        return Turn(session, (), (Scheduled(DAILY),))

    return step, woken


DAILY = Job("rem:ann", "learner-1", "tiny", HERE, NOW + timedelta(hours=1), "FREQ=DAILY")


async def test_a_job_wakes_once_a_slot_and_is_caught_up_once(world: World) -> None:
    step, woken = waking()
    await world.reopen(step)
    await world.runner.receive(said(1))
    await world.runner.wake()
    assert woken == []
    world.now += timedelta(hours=1, minutes=5)
    await world.runner.wake()
    await world.runner.wake()
    assert [job.id for job in woken] == ["rem:ann"]
    world.now += timedelta(days=30)
    await world.reopen(step)
    await world.runner.wake()
    await world.runner.wake()
    assert len(woken) == 2
    assert world.paper.texts() == ["Time for tea"] * 2


async def test_a_job_for_once_is_gone_when_it_has_run(world: World) -> None:
    once = Job("once", "learner-1", "tiny", HERE, NOW)
    await world.reopen(answering(records=(Scheduled(once),)))
    await world.runner.receive(said(1))
    step, woken = waking()
    await world.reopen(step)
    for _ in range(3):
        world.now += timedelta(days=1)
        await world.runner.wake()
    assert woken == [once]


async def test_a_job_that_is_cancelled_while_it_runs_stays_cancelled(world: World) -> None:
    step, _ = waking()
    await world.reopen(step)
    await world.runner.receive(said(1))

    def cancels(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        return Turn(session, (Message("Stopped"),), (Cancelled("rem:ann"),))

    await world.reopen(cancels)
    world.now += timedelta(hours=2)
    await world.runner.wake()
    world.now += timedelta(days=3)
    await world.runner.wake()
    assert world.paper.texts() == ["Stopped"]


async def test_the_engine_says_nothing_to_a_job_that_nobody_knows(world: World) -> None:
    await world.reopen(answering(records=(Scheduled(DAILY),)))
    await world.runner.receive(said(1))
    await world.reopen()
    world.now += timedelta(hours=2)
    await world.runner.wake()
    assert world.paper.sent == []


async def test_the_loop_wakes_jobs_until_it_is_stopped(world: World) -> None:
    step, woken = waking()
    await world.reopen(step)
    await world.runner.receive(said(1))
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        world.now += timedelta(hours=1)
        if len(naps) == 4:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await world.runner.tend(nap)
    assert len(woken) == 1
    assert max(naps) <= 15


# -- models ----------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [Replied("a9", "words"), Failed("a9", "timeout")])
async def test_an_answer_that_nobody_awaits_is_dropped(
    world: World, answer: Replied | Failed
) -> None:
    await world.runner.receive(Inbound("e1", "paper:ann", HERE, Commanded("start")))
    await world.runner.answer("learner-1", "e2", HERE, answer)
    assert len(world.paper.sent) == 1


# -- reload ----------------------------------------------------------------------------------


async def test_only_an_operator_may_reload(world: World, tiny: Library) -> None:
    read: list[str] = []

    def reading() -> tuple[Library | None, tuple[str, ...]]:
        read.append("read")
        return None, ("course.yaml:1:1: a fault",)

    runner = Runner(
        tiny,
        world.store,
        {"paper": world.paper},
        clock=lambda: NOW,
        mint=world.mint,
        read=reading,
        operators=frozenset({"paper:chief"}),
    )
    await runner.receive(Inbound("e1", "paper:ann", HERE, Commanded("reload")))
    assert read == []
    assert "for those who run this course" in world.paper.texts()[-1]
    await runner.receive(Inbound("e2", "paper:chief", HERE, Commanded("reload")))
    assert read == ["read"]
    assert "course.yaml:1:1: a fault" in world.paper.texts()[-1]
    assert runner.library is tiny


async def test_somebody_who_was_forgotten_is_somebody_new(world: World) -> None:
    await world.runner.receive(Inbound("e1", "paper:ann", HERE, Commanded("start")))
    await world.runner.receive(Inbound("e2", "paper:ann", HERE, Commanded("forget")))
    await world.runner.receive(said(3, "1"))
    assert "Nothing about you is kept" in world.paper.texts()[-1]
    await world.runner.receive(said(3, "1"))
    await world.runner.receive(Inbound("e4", "paper:ann", HERE, Commanded("start")))
    assert [commit.learner for commit in world.commits] == ["learner-1"] * 3 + ["learner-2"]


# -- on the way out --------------------------------------------------------------------------


class Slow(Paper):
    """An adapter that holds what goes to some chats until they are let go."""

    def __init__(self, *chats: str) -> None:
        super().__init__()
        self.held = {chat: asyncio.Event() for chat in chats}

    door = ""

    async def send(self, outgoing: Outgoing) -> str:
        if outgoing.place.chat in self.held:
            await self.held[outgoing.place.chat].wait()
        return await super().send(outgoing)


def echo(library: Library, session: Session, event: Event | Known) -> Turn | Look:
    assert isinstance(event, Event) and isinstance(event.what, Said)
    return Turn(session, (Message(event.what.text),))


def from_(chat: str, number: int, text: str) -> Inbound:
    return Inbound(f"e{number}", f"paper:{chat}", Place("paper", chat), Said(text))


async def test_an_event_is_acknowledged_on_disk_and_before_its_reply_is_out(world: World) -> None:
    world.paper = Slow("ann")
    await world.reopen(echo)
    kept = asyncio.Event()
    receiving = asyncio.create_task(world.runner.receive(from_("ann", 1, "one"), kept.set))
    await kept.wait()
    assert world.commits and not world.paper.sent
    world.paper.held["ann"].set()
    await receiving
    assert world.paper.texts() == ["one"]


async def test_what_is_half_typed_is_completed_from_the_course_one_is_in(
    world: World, two_courses: Library
) -> None:
    await world.runner.use(two_courses)
    assert await world.runner.complete("paper:ann", "open", "") == ()
    assert ("Tea and Toast", "tiny") in await world.runner.complete("paper:ann", "start", "t")
    await world.runner.receive(Inbound("e1", "paper:ann", HERE, Commanded("start", "tiny")))
    units = await world.runner.complete("paper:ann", "open", "kettle")
    assert units[0] == ("Intro · Put the kettle on", "m1-intro")
    assert await world.runner.complete("paper:bo", "open", "kettle") == ()


async def test_a_stranger_is_helped_with_the_only_course_and_stays_one(world: World) -> None:
    assert await world.runner.complete("paper:ann", "glossary", "tan") == (("tannin", "tannin"),)
    assert await world.store.learner_of("paper:ann") is None
    assert (world.count, world.commits) == (0, [])


@pytest.mark.parametrize("text", ["\ud800", "\x00\x1b[2J", "tannin " * 900, "\u202e%s{0}'--"])
async def test_odd_words_are_completed_without_a_fault(world: World, text: str) -> None:
    await world.runner.receive(said(1))
    for command in ("open", "glossary", "zone", "start", "forget", text):
        assert isinstance(await world.runner.complete("paper:ann", command, text), tuple)


async def test_a_completion_waits_for_no_turn(world: World) -> None:
    world.paper = Slow("ann")
    await world.reopen()
    on_disk = asyncio.Event()
    receiving = asyncio.create_task(world.runner.receive(said(1), on_disk.set))
    await on_disk.wait()
    async with world.runner._one_at_a_time.held("learner-1"):
        assert await world.runner.complete("paper:ann", "zone", "berl")
    world.paper.held["ann"].set()
    await receiving


async def test_a_slow_chat_holds_up_neither_others_nor_its_own_next_turn(world: World) -> None:
    world.paper = Slow("ann")
    await world.reopen(echo)
    waiting = []
    for n in range(3):
        on_disk = asyncio.Event()
        receiving = world.runner.receive(from_("ann", n, f"a{n}"), on_disk.set)
        waiting.append(asyncio.create_task(receiving))
        await on_disk.wait()
    await world.runner.receive(from_("bo", 9, "b"))
    assert world.paper.texts() == ["b"]
    assert len(world.commits) == 4
    world.paper.held["ann"].set()
    await asyncio.gather(*waiting)
    assert world.paper.texts() == ["b", "a0", "a1", "a2"]


async def test_what_waits_goes_first_when_a_platform_is_back(world: World) -> None:
    await world.reopen(echo)
    world.paper.trouble = Undeliverable("down", Fate.DOWN)
    for n, chat in enumerate(["ann", "bo", "ann"]):
        await world.runner.receive(from_(chat, n, f"{chat}{n}"))
    world.paper.trouble = None
    await world.runner.receive(from_("ann", 7, "ann7"))
    assert world.paper.sent == [], "nothing overtakes what waits"
    await world.runner.connected()
    await world.runner.quiet()
    assert sorted(world.paper.texts()) == ["ann0", "ann2", "ann7", "bo1"]
    assert [t for t in world.paper.texts() if t[0] == "a"] == ["ann0", "ann2", "ann7"]


async def test_a_platform_that_is_down_is_asked_once_a_round(world: World) -> None:
    await world.reopen(echo)
    world.paper.trouble = Undeliverable("down", Fate.DOWN)
    for n in range(20):
        await world.runner.receive(from_(f"p{n}", n, "hello"))
    tried: list[str] = []

    async def send(outgoing: Outgoing) -> str:
        tried.append(outgoing.place.chat)
        raise Undeliverable("down", Fate.DOWN)

    world.paper.send = send  # type: ignore[method-assign]
    await world.runner.connected()
    await world.runner.quiet()
    assert len(tried) <= 3


async def test_a_stop_waits_for_turns_that_are_going_on(world: World) -> None:
    world.paper = Slow("ann")
    await world.reopen(echo)
    receiving = asyncio.create_task(world.runner.receive(from_("ann", 1, "one")))
    await asyncio.sleep(0)
    draining = asyncio.create_task(world.runner.drain(30))
    world.paper.held["ann"].set()
    await draining
    assert world.paper.texts() == ["one"]
    await receiving


async def test_a_stop_does_not_wait_for_ever(world: World) -> None:
    world.paper = Slow("ann")
    await world.reopen(echo)
    kept = asyncio.Event()
    receiving = asyncio.create_task(world.runner.receive(from_("ann", 1, "one"), kept.set))
    await kept.wait()
    await world.runner.drain(0)
    with pytest.raises(asyncio.CancelledError):
        await receiving
    world.paper = Paper()
    await world.reopen(echo)
    await world.runner.resume()
    assert world.paper.texts() == ["one"]


async def test_a_place_that_moved_takes_its_messages_and_jobs_along(world: World) -> None:
    await world.reopen(answering(Message("News", to=HALL), records=(Scheduled(DAILY),)))
    world.paper.trouble = Undeliverable("down", Fate.DOWN)
    await world.runner.receive(said(1))
    world.paper.trouble = None
    there = Place("paper", "#great-hall", private=False)
    await world.runner.moved(Moved(HALL, there), "paper:#hall")
    await world.runner.quiet()
    assert [(place, message.text) for place, message, _ in world.paper.sent] == [(there, "News")]


async def test_a_message_that_breaks_the_adapter_stops_no_other(world: World) -> None:
    await world.reopen(answering(Message("one"), Message("two"), Message("three")))
    send = world.paper.send

    async def breaking(outgoing: Outgoing) -> str:
        if outgoing.message.text == "two":
            raise ZeroDivisionError
        return await send(outgoing)

    world.paper.send = breaking  # type: ignore[method-assign]
    with pytest.raises(ZeroDivisionError):
        await world.runner.receive(said(1))
    assert world.paper.texts() == ["one", "three"]
    world.paper.send = send  # type: ignore[method-assign]
    await world.reopen()
    await world.runner.resume()
    assert world.paper.texts() == ["one", "three", "two"], "it is tried again at the next start"


async def test_an_apology_that_cannot_be_sent_holds_up_nobody(world: World) -> None:
    world.paper = Slow("ann")

    def broken(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        raise ZeroDivisionError

    await world.reopen(broken)
    with pytest.raises(ZeroDivisionError):
        await world.runner.receive(from_("ann", 1, "one"))


async def test_a_job_that_fails_stops_no_other_and_is_put_off(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    bad = Job("bad", "learner-1", "tiny", HERE, NOW)
    good = Job("good", "learner-1", "tiny", HERE, NOW)
    await world.reopen(answering(records=(Scheduled(bad), Scheduled(good))))
    await world.runner.receive(said(1))
    tried: list[str] = []

    def step(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        assert isinstance(event, Event) and isinstance(event.what, Woke)
        tried.append(event.what.job.id)
        if event.what.job.id == "bad":
            raise ZeroDivisionError
        return Turn(session, (Message("Time for tea"),))

    await world.reopen(step)
    for _ in range(3):
        await world.runner.wake()
    assert tried == ["bad", "good"]
    assert world.paper.texts() == ["Time for tea"], "nobody is told of a fault they did not meet"
    world.now += timedelta(hours=2)
    await world.runner.wake()
    assert tried == ["bad", "good", "bad"]


async def test_the_loop_outlives_a_store_that_fails_for_a_while(world: World) -> None:
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            raise asyncio.CancelledError

    async def failing(at: datetime, limit: int = 100) -> tuple[Job, ...]:
        raise StoreError("The disk is full.")

    world.store.due = failing  # type: ignore[method-assign]
    with pytest.raises(asyncio.CancelledError):
        await world.runner.tend(nap)
    assert len(naps) == 3


async def test_what_is_on_its_way_while_somebody_is_forgotten_leaves_no_trace(world: World) -> None:
    await world.runner.receive(Inbound("e1", "paper:ann", HERE, Commanded("start")))
    await world.runner.receive(Inbound("e2", "paper:ann", HERE, Commanded("forget")))
    await asyncio.gather(
        world.runner.receive(said(3, "1")),
        world.runner.receive(Inbound("e4", "paper:ann", HERE, Commanded("zone", "Berlin"))),
    )
    await world.runner.answer("learner-1", "e5", HERE, Replied("a1", "words"))
    await world.store.close()
    with closing(sqlite3.connect(world.path)) as db:
        for table, column in ABOUT.items():
            left = db.execute(f"SELECT {column} FROM {table}").fetchall()
            assert ("learner-1",) not in left, table
    await world.open()


async def test_what_fails_as_a_platform_comes_back_goes_out_at_once(world: World) -> None:
    """The news that it is back comes while a round of tries is failing."""
    world.paper.trouble = Undeliverable("down", Fate.DOWN)
    await world.reopen(answering(Message("Hello")))
    await world.runner.receive(said(1))
    failing, back = asyncio.Event(), asyncio.Event()
    send = world.paper.send

    async def late(outgoing: Outgoing) -> str:
        failing.set()
        await back.wait()
        raise Undeliverable("down", Fate.DOWN)

    world.paper.send = late  # type: ignore[method-assign]
    first = world.runner._outbox.retry()
    await failing.wait()
    connected = asyncio.create_task(world.runner.connected())
    await asyncio.wait([connected])
    world.paper.send, world.paper.trouble = send, None  # type: ignore[method-assign]
    back.set()
    await first
    await world.runner.quiet()
    assert world.paper.texts() == ["Hello"]


async def test_a_clock_that_leaps_by_years_and_is_set_right_moves_no_job_and_deletes_nothing(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    step, woken = waking()
    await world.reopen(step)
    await world.runner.receive(said(1))
    right, naps = world.now, 0

    async def nap(_seconds: float) -> None:
        nonlocal naps
        naps += 1
        leap = timedelta(days=4000) if 1 <= naps <= 3 else timedelta()
        world.now = right + leap + timedelta(seconds=15 * naps)
        if naps == 5:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await world.runner.tend(nap)
    assert woken == []
    assert await world.store.known("e1")
    assert len([each for each in caplog.messages if "the clock leapt ahead" in each]) == 1


async def test_a_clock_that_leaps_and_stays_there_is_taken_at_its_word_after_a_while(
    world: World,
) -> None:
    step, woken = waking()
    await world.reopen(step)
    await world.runner.receive(said(1))
    counts: list[int] = []

    async def nap(_seconds: float) -> None:
        counts.append(len(woken))
        world.now += timedelta(minutes=6) if counts[1:] else timedelta(days=4000)
        if len(counts) == 5:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await world.runner.tend(nap)
    assert counts == [0, 0, 0, 1, 1]
