"""What the store promises: durable, once, in order, and gone when somebody is forgotten."""

import asyncio
import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.conversation import (
    Allowed,
    Answered,
    Ask,
    Budget,
    Cancelled,
    Certified,
    Changed,
    Choice,
    Completed,
    Done,
    Everything,
    File,
    Forgotten,
    Given,
    Invited,
    Job,
    Joined,
    Kept,
    Linked,
    Message,
    Moved,
    Opened,
    Outgoing,
    Override,
    Parked,
    Place,
    Profile,
    Quizzing,
    Reading,
    Record,
    Role,
    Scheduled,
    Session,
    Visit,
    Visited,
    Voted,
)
from bot.store import Call, Commit, Loaded, Prompt, Store, StoreError, upkeep, writer
from bot.store.traces import ABOUT

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
HERE = Place("telegram", "4242")
HALL = Place("discord", "hall", private=False)
ASKED = Message("A question", (Choice("q1-a.1.1.tiny", "Yes"),))
TOLD = Message("A sentence")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "s.db")
    yield opened
    await opened.close()


def turn(event: str, learner: str = "ann", *records: Record, **more: Any) -> Commit:
    """A turn of a learner; `more` are fields of Commit that matter to the test."""
    plain = Commit(event, AT, learner, "tiny", HERE, "", Session(learner, "tiny"), records, ())
    return replace(plain, **more)


def rows(path: Path, sql: str, *params: str) -> list[tuple[Any, ...]]:
    """What another connection sees at this moment."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql, params).fetchall()


async def reopened(store: Store, tmp_path: Path) -> Store:
    await store.close()
    return await Store.open(tmp_path / "s.db")


async def written(store: Store) -> None:
    """Wait until what rides along is written: it does so with the next batch."""
    await store.keep_wordings({"any": "{}"})


# -- durable, once, in order -----------------------------------------------------------------


async def test_a_turn_is_in_the_file_before_its_caller_goes_on(
    store: Store, tmp_path: Path
) -> None:
    await store.commit(turn("e1", "ann", Opened("l1"), messages=(TOLD,)))
    path = tmp_path / "s.db"
    assert rows(path, "SELECT id, at FROM events") == [("e1", "2026-01-05T09:00:00.000000Z")]
    assert rows(path, "SELECT kind, subject, event FROM log") == [("opened", "ann", "e1")]
    assert rows(path, "SELECT COUNT(*) FROM sessions") == [(1,)]
    assert rows(path, "SELECT COUNT(*) FROM outbox") == [(1,)]


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.store import Store
from tests.test_store import turn, Opened, TOLD

async def main():
    store = await Store.open(Path(sys.argv[1]))
    await asyncio.gather(
        *(store.commit(turn(f"e{n}", f"l{n}", Opened("l1"), messages=(TOLD,))) for n in range(50))
    )
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_what_was_committed_survives_the_death_of_the_program(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    command = [sys.executable, "-c", KILLED, str(path)]
    killed = await asyncio.to_thread(subprocess.run, command, cwd=Path(__file__).parent.parent)
    assert killed.returncode == -9
    store = await Store.open(path)
    assert len(await store.pending()) == 50
    assert [await store.known(f"e{n}") for n in range(51)] == [True] * 50 + [False]
    assert await store.answer(Done("l49", "tiny")) == (Visit("l1", attempts=1),)
    await store.close()


async def test_a_known_event_writes_nothing(store: Store, tmp_path: Path) -> None:
    assert await store.commit(turn("e1", "ann", Opened("l1"))) == ()
    assert await store.commit(turn("e1", "ann", Opened("l2"), messages=(TOLD,))) is None
    assert await store.answer(Done("ann", "tiny")) == (Visit("l1", attempts=1),)
    assert await store.pending() == ()
    assert (await store.load("ann", "e1")).known
    assert not (await store.load("ann", "e2")).known


async def test_of_two_equal_events_at_once_one_is_written(store: Store, tmp_path: Path) -> None:
    many = [turn(f"e{n // 2}", f"l{n}", Opened("l1")) for n in range(20)]
    outcomes = await asyncio.gather(*map(store.commit, many))
    assert outcomes.count(None) == 10
    assert rows(tmp_path / "s.db", "SELECT COUNT(*), COUNT(DISTINCT event) FROM log") == [(10, 10)]


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (turn("bad", "bad", Opened("l1", None)), sqlite3.IntegrityError),  # type: ignore[arg-type]
        (turn("bad", "bad\ud800", Opened("l1"), session=None), UnicodeEncodeError),
        (turn("bad", "bad", messages=(Message("half \ud800"),)), ValueError),
        (turn("bad", "bad", at=datetime(2026, 1, 5)), ValueError),  # noqa: DTZ001
    ],
)
async def test_one_bad_turn_harms_nobody_else(
    store: Store, tmp_path: Path, bad: Commit, error: type[Exception]
) -> None:
    many = [turn(f"e{n}", f"l{n}", Opened("l1"), messages=(TOLD,)) for n in range(20)]
    outcomes = await asyncio.gather(
        *map(store.commit, [*many[:10], bad, *many[10:]]), return_exceptions=True
    )
    assert isinstance(outcomes.pop(10), error)
    assert all(isinstance(each, tuple) and len(each) == 1 for each in outcomes)
    path = tmp_path / "s.db"
    assert rows(path, "SELECT COUNT(*) FROM log WHERE kind = 'opened'") == [(20,)]
    assert rows(path, "SELECT COUNT(*) FROM events WHERE id = 'bad'") == [(0,)]
    assert rows(path, "SELECT COUNT(*) FROM sessions WHERE subject LIKE 'bad%'") == [(0,)]
    assert await store.commit(turn("after")) == ()


async def test_turns_that_wait_together_share_a_transaction(store: Store) -> None:
    run: set[str] = set()
    await store._writes.set_trace_callback(run.add)
    await asyncio.gather(*(store.commit(turn(f"e{n}", f"l{n}")) for n in range(200)))
    assert 1 <= len(run) <= 2


async def test_turns_of_one_learner_keep_their_order(store: Store, tmp_path: Path) -> None:
    many = [
        turn(f"e{n}", "ann", Opened("l1", n), session=Session("ann", "tiny", turn=n))
        for n in range(50)
    ]
    await asyncio.gather(*map(store.commit, many))
    assert (await store.load("ann", "")).sessions["tiny"].turn == 49
    events = rows(tmp_path / "s.db", "SELECT event FROM log ORDER BY seq")
    assert events == [(f"e{n}",) for n in range(50)]


async def test_a_caller_who_is_cancelled_harms_nobody(store: Store) -> None:
    tasks = [asyncio.create_task(store.commit(turn(f"e{n}", f"l{n}"))) for n in range(10)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(each, asyncio.CancelledError) for each in outcomes] == [True, False] * 5
    assert await store.commit(turn("after")) == ()
    assert [await store.known(f"e{n}") for n in range(10)] == [True] * 10


async def test_closing_writes_what_waits_and_may_be_repeated(store: Store, tmp_path: Path) -> None:
    waiting = [asyncio.create_task(store.commit(turn(f"e{n}", f"l{n}"))) for n in range(300)]
    await asyncio.sleep(0)
    await asyncio.gather(store.close(), store.close())
    await store.close()
    assert await asyncio.gather(*waiting) == [()] * 300
    assert rows(tmp_path / "s.db", "SELECT COUNT(*) FROM events") == [(300,)]
    assert sorted(p.name for p in await asyncio.to_thread(listed, tmp_path)) == [
        "s.db",
        "s.db.lock",
    ]
    with pytest.raises(StoreError, match="is closed"):
        await store.commit(turn("late"))


def listed(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_the_log_is_never_changed(store: Store, tmp_path: Path) -> None:
    await store.commit(turn("e1", "ann", Opened("l1")))
    with (
        closing(sqlite3.connect(tmp_path / "s.db")) as db,
        pytest.raises(sqlite3.IntegrityError, match="rows of the log are never changed"),
    ):
        db.execute("UPDATE log SET body = '{}'")


async def test_a_pause_carries_the_log_over_into_the_file(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "ENOUGH", 1)
    size = (await asyncio.to_thread((tmp_path / "s.db").stat)).st_size
    await store.commit(turn("e1", messages=(Message("long " * 9000),)))
    await eventually(lambda: (tmp_path / "s.db").stat().st_size > size)


async def eventually(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0)


# -- people ----------------------------------------------------------------------------------


async def test_an_account_has_one_learner_for_ever(store: Store, tmp_path: Path) -> None:
    names = iter(["ann", "bo", "cy"])
    assert await store.learner("telegram:1", lambda: next(names), AT) == "ann"
    assert await store.learner("telegram:1", lambda: next(names), AT) == "ann"
    assert await store.learner("discord:1", lambda: next(names), AT) == "bo"
    again = await reopened(store, tmp_path)
    assert await again.learner("telegram:1", lambda: next(names), AT) == "ann"
    await again.close()


async def test_an_account_that_comes_twice_at_once_makes_one_learner(
    store: Store, tmp_path: Path
) -> None:
    names = iter(f"n{n}" for n in range(9))
    found = await asyncio.gather(
        *(store.learner("telegram:1", lambda: next(names), AT) for _ in range(9))
    )
    assert len(set(found)) == 1
    assert rows(tmp_path / "s.db", "SELECT learner FROM learners") == [(found[0],)]


async def test_a_profile_and_roles_are_loaded_as_they_were_given(store: Store) -> None:
    assert await store.load("nobody", "e") == Loaded()
    profile = Profile("Änn 🦊", "Europe/Berlin", "de", True, "tiny")
    await store.commit(turn("e1", "ann", Changed(Profile("first")), Changed(profile)))
    teacher, operator = Role("instructor", "spring"), Role("operator")
    for role in (teacher, operator, teacher):
        await store.grant("ann", role)
    loaded = await store.load("ann", "e2")
    assert loaded.profile == profile
    assert loaded.roles == {teacher, operator}
    await store.revoke("ann", teacher)
    assert (await store.load("ann", "e2")).roles == {operator}


HARD = "\" ' \\ \\u0000 line\n tab\t \x1f é 🦊 \u2028 {json: [1]} 'x'); DROP TABLE log; --"


async def test_no_text_is_changed_on_its_way(store: Store, tmp_path: Path) -> None:
    profile = Profile(HARD, HARD, HARD, True, HARD)
    session = Session(HARD, HARD, HARD, last=HARD + "\0")
    message = Message(HARD + "\0", (Choice(HARD, HARD),))
    place = Place(HARD, HARD, HARD)
    plain = turn(HARD, HARD, Changed(profile), session=session, messages=(message,))
    sent = await store.commit(replace(plain, place=place, course=HARD))
    assert sent is not None
    assert [each for each, _ in await store.pending()] == list(sent)
    store.sent(sent[0].id, HARD)
    await written(store)
    loaded = await store.load(HARD, HARD)
    prompts = {HARD: Prompt(place, HARD)}
    assert loaded == Loaded(profile, frozenset(), {HARD: session}, prompts, known=True, exists=True)
    assert await store.learner(HARD, lambda: "new", AT) == "new"
    assert await store.learner(HARD, lambda: "newer", AT) == "new"


async def test_a_nul_character_cuts_no_name_short(store: Store) -> None:
    await store.commit(turn("e1", "ann", Changed(Profile("one\0two"))))
    assert (await store.load("ann", "")).profile.alias == "one\ufffdtwo"


async def test_a_session_comes_back_as_it_was_and_goes_when_there_is_none(store: Store) -> None:
    state = Quizzing(2, "q1-1", "hash", (Given("q1-2", ("a", "c"), False),), first=3)
    ask = Ask("ask", HERE, "lab", "hint")
    session = Session("ann", "tiny", "q1", state, 7, "k", ASKED.choices, ("l2",), ask)
    await store.commit(turn("e1", session=session))
    await store.commit(turn("e2", session=replace(session, course="other"), course="other"))
    assert (await store.load("ann", "e")).sessions == {
        "tiny": session,
        "other": replace(session, course="other"),
    }
    await store.commit(turn("e3", session=None))
    assert list((await store.load("ann", "e")).sessions) == ["other"]


async def test_loads_that_wait_together_get_each_their_own(store: Store) -> None:
    names = [f"l{n}" for n in range(150)]
    await asyncio.gather(*(store.commit(turn(f"e{name}", name)) for name in names))
    loaded = await asyncio.gather(*(store.load(name, f"e{name}") for name in names))
    assert [each.sessions["tiny"].subject for each in loaded] == names


async def test_an_unreadable_session_harms_one_learner_alone(store: Store, tmp_path: Path) -> None:
    await asyncio.gather(*(store.commit(turn(f"e{n}", f"l{n}")) for n in range(9)))
    with closing(sqlite3.connect(tmp_path / "s.db")) as db, db:
        db.execute("UPDATE sessions SET body = 'no JSON' WHERE subject = 'l4'")
    loaded = await asyncio.gather(
        *(store.load(f"l{n}", "e") for n in range(9)), return_exceptions=True
    )
    assert [isinstance(each, Loaded) for each in loaded] == [True] * 4 + [False] + [True] * 4


# -- progress --------------------------------------------------------------------------------


async def test_progress_keeps_the_first_result_apart_from_the_best(store: Store) -> None:
    answered = Answered("q1", "q1-1", ("a",), True, 1, "w", points=5)
    await store.commit(turn("e1", "ann", Opened("q1"), answered, Completed("q1", 1, 2, 5, 10)))
    await store.commit(turn("e2", "ann", Opened("q1", 2), Completed("q1", 2, 4, 5)))
    await store.commit(turn("e3", "ann", Opened("q1", 3), Completed("q1", 3, 1, 5)))
    await store.commit(turn("e4", "ann", Parked("l2", Reading(3))))
    parked = Visit("l2", parked=Reading(3))
    done = Visit("q1", 3, True, 2, 4, 5, 15)
    assert await store.answer(Done("ann", "tiny")) == (parked, done)
    assert await store.answer(Visited("ann", "tiny", ("q1", "none"))) == (done,)
    assert await store.answer(Visited("ann", "tiny", ())) == ()
    assert await store.answer(Done("bo", "tiny")) == ()
    await store.commit(turn("e5", "ann", Opened("l2")))
    assert await store.answer(Visited("ann", "tiny", ("l2",))) == (Visit("l2", 1),)


async def test_points_add_up_over_units_and_turns(store: Store, tmp_path: Path) -> None:
    for n in range(3):
        await store.commit(turn(f"e{n}", "ann", Completed(f"l{n}", points=10), Opened("l9")))
    await store.commit(turn("e9", "bo", Opened("l1")))
    earned = "SELECT board, learner, points FROM standing WHERE period = 'all'"
    assert rows(tmp_path / "s.db", earned) == [("course:tiny", "ann", 30)]


# -- the outbox ------------------------------------------------------------------------------


async def test_unsent_messages_wait_for_the_next_start_answers_before_posts(
    store: Store, tmp_path: Path
) -> None:
    post = Message("Well done, all", to=HALL)
    first = await store.commit(turn("e1", messages=(post, TOLD), reply_to="m7"))
    second = await store.commit(turn("e2", "bo", messages=(ASKED,)))
    assert first is not None and second is not None
    assert first[0] == Outgoing(first[0].id, "ann", "tiny", HALL, post, "", True)
    assert first[1] == Outgoing(first[1].id, "ann", "tiny", HERE, TOLD, "m7", False)
    await store.sending(first[0].id)
    again = await reopened(store, tmp_path)
    assert await again.pending() == ((first[1], False), (second[0], False), (first[0], True))
    await again.dropped(first[0].id, "nobody knows whether it arrived")
    assert [each.id for each, _ in await again.pending()] == [first[1].id, second[0].id]
    newest = await again.commit(turn("e3", messages=(TOLD,)))
    assert newest is not None and newest[0].id > second[0].id
    await again.close()


async def test_what_is_sent_leaves_the_outbox_and_is_known_by_its_reference(
    store: Store, tmp_path: Path
) -> None:
    sent = await store.commit(turn("e1", messages=(ASKED, TOLD, replace(ASKED, to=HALL))))
    assert sent is not None
    for n, outgoing in enumerate(sent):
        store.sent(outgoing.id, f"m{n}")
    store.sent(sent[0].id, "twice")
    assert (await store.load("ann", "")).prompts == {"tiny": Prompt(HERE, "m0")}
    again = await reopened(store, tmp_path)
    assert await again.pending() == ()
    assert (await again.load("ann", "")).prompts == {"tiny": Prompt(HERE, "m0")}
    await again.close()


async def test_the_newest_prompt_counts_at_once_and_later(store: Store) -> None:
    for n in range(3):
        sent = await store.commit(turn(f"e{n}", messages=(ASKED,)))
        assert sent is not None
        store.sent(sent[0].id, f"m{n}")
        assert (await store.load("ann", "")).prompts["tiny"].ref == f"m{n}"
    await written(store)
    assert store._underway._fresh == {}
    assert (await store.load("ann", "")).prompts == {"tiny": Prompt(HERE, "m2")}


async def test_what_is_sent_leaves_the_outbox_in_a_pause_too(store: Store, tmp_path: Path) -> None:
    sent = await store.commit(turn("e1", messages=(TOLD,)))
    assert sent is not None
    store.sent(sent[0].id, "m1")
    await eventually(lambda: rows(tmp_path / "s.db", "SELECT id FROM outbox") == [])


async def test_the_bytes_of_a_file_come_back_from_the_outbox(store: Store, tmp_path: Path) -> None:
    file = File("export.json", "All about you", "hash", bytes(range(256)))
    sent = await store.commit(turn("e1", messages=(Message("Here", files=(file,)),)))
    assert sent is not None
    again = await reopened(store, tmp_path)
    assert await again.pending() == ((sent[0], False),)
    await again.close()


# -- jobs ------------------------------------------------------------------------------------

DAILY = Job("rem:ann", "ann", "tiny", HERE, AT, "FREQ=DAILY", "Europe/Berlin")
NEXT = AT + timedelta(days=1)


async def test_jobs_are_due_in_order_and_times_keep_their_instant(store: Store) -> None:
    berlin = timezone(timedelta(hours=1))
    early = replace(DAILY, id="early", due=datetime(2026, 1, 5, 9, 59, 59, 999999, berlin))
    late = replace(DAILY, id="late", due=AT + timedelta(microseconds=1))
    await store.commit(turn("e1", "ann", *map(Scheduled, (late, DAILY, early))))
    due = await store.due(AT)
    assert due == (early, DAILY)
    assert all(job.due.utcoffset() == timedelta() for job in due)
    assert await store.due(AT, limit=1) == (early,)
    assert await store.due(NEXT) == (early, DAILY, late)


async def test_a_job_that_woke_moves_on_or_ends(store: Store) -> None:
    once = replace(DAILY, id="once", rule="")
    await store.commit(turn("e1", "ann", Scheduled(DAILY), Scheduled(once)))
    await store.commit(turn("w1", slot=DAILY, next_due=NEXT))
    await store.commit(turn("w2", slot=once))
    assert await store.due(NEXT) == (replace(DAILY, due=NEXT),)


async def test_a_job_that_was_cancelled_while_it_ran_stays_cancelled(store: Store) -> None:
    await store.commit(turn("e1", "ann", Scheduled(DAILY)))
    await store.commit(turn("e2", "ann", Cancelled(DAILY.id)))
    await store.commit(turn("w1", slot=DAILY, next_due=NEXT))
    assert await store.due(NEXT) == ()


async def test_a_job_that_was_set_anew_while_it_ran_stays_so(store: Store) -> None:
    moved = replace(DAILY, due=AT + timedelta(hours=3))
    await store.commit(turn("e1", "ann", Scheduled(DAILY)))
    await store.commit(turn("e2", "ann", Scheduled(moved)))
    await store.commit(turn("w1", slot=DAILY, next_due=NEXT))
    await store.commit(turn("w2", slot=DAILY))
    assert await store.due(NEXT) == (moved,)


@pytest.mark.parametrize(
    ("records", "left"),
    [
        ((Scheduled(replace(DAILY, due=NEXT, rule="")),), (replace(DAILY, due=NEXT, rule=""),)),
        ((Cancelled(DAILY.id),), ()),
        ((Cancelled(DAILY.id), Scheduled(DAILY)), (DAILY,)),
        ((Scheduled(DAILY), Cancelled(DAILY.id)), ()),
    ],
)
async def test_the_turn_of_a_job_that_woke_has_the_last_word_on_it(
    store: Store, records: tuple[Record, ...], left: tuple[Job, ...]
) -> None:
    await store.commit(turn("e1", "ann", Scheduled(DAILY)))
    await store.commit(turn("w1", "ann", *records, slot=DAILY, next_due=NEXT + timedelta(days=1)))
    assert await store.due(NEXT + timedelta(days=1)) == left


async def test_changes_of_one_job_at_once_keep_their_order(store: Store) -> None:
    many = [
        turn("e1", "ann", Scheduled(DAILY)),
        turn("w1", "bo", slot=DAILY, next_due=NEXT),
        turn("e2", "cy", Cancelled(DAILY.id)),
        turn("e3", "di", Scheduled(replace(DAILY, rule=""))),
    ]
    await asyncio.gather(*map(store.commit, many))
    assert await store.due(NEXT) == (replace(DAILY, rule=""),)


# -- wordings, event ids ---------------------------------------------------------------------


async def test_a_wording_that_is_kept_is_not_changed(store: Store, tmp_path: Path) -> None:
    await store.keep_wordings({})
    await store.keep_wordings({"w1": '{"stem":"first"}'})
    await store.keep_wordings({"w1": '{"stem":"second"}', "w2": "{}"})
    kept = rows(tmp_path / "s.db", "SELECT hash, body FROM wordings ORDER BY hash")
    assert kept == [("w1", '{"stem":"first"}'), ("w2", "{}")]


async def test_only_event_ids_older_than_asked_are_let_go(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "PORTION", 3)
    for n in range(10):
        await store.commit(turn(f"e{n}", at=AT + timedelta(hours=n)))
    assert await store.prune(AT + timedelta(hours=8)) == 8
    assert [await store.known(f"e{n}") for n in range(10)] == [False] * 8 + [True] * 2
    assert await store.prune(AT) == 0


# -- to be shown and to be forgotten ---------------------------------------------------------


async def filled(store: Store, name: str) -> None:
    """A learner with a row in every table that can hold one, and with a second account."""
    await store.learner(f"telegram:account-{name}", lambda: name, AT)
    await store.learner(f"discord:account-{name}", lambda: f"second-{name}", AT)
    await store.grant(name, Role("instructor", "spring"))
    answered = Answered("q1", "q1-1", ("a",), True, 1, f"wording-{name}", points=5)
    changed = Changed(Profile(f"alias-{name}"))
    job = replace(DAILY, id=f"rem:{name}", subject=name)
    session = Session(name, "tiny", state=Quizzing(1, "q1-1", f"secret-{name}"))
    link = turn(f"link-{len(name)}", f"second-{name}", Linked(f"second-{name}", name), keep=True)
    await store.commit(link)
    sent = await store.commit(
        turn(
            f"event-of-{len(name)}",
            name,
            *(answered, changed, Scheduled(job), Parked("l1", Reading(1)), *together(name)),
            session=session,
            place=Place("telegram", f"chat-{name}"),
            messages=(ASKED, TOLD),
        )
    )
    assert sent is not None
    store.sent(sent[0].id, f"ref-{name}")
    budget = Budget("learner", "day")
    assert await store.reserve(Call(name, "tiny", "lab", "model", AT, 10, 10), (budget,))
    await store.keep_wordings({f"wording-{name}": f'{{"stem":"of {name}"}}'})
    await store.close_place(Moved(Place("telegram", f"chat-{name}"), None, "blocked"), name)


def together(name: str) -> tuple[Record, ...]:
    """What somebody does in a cohort."""
    excuse = Override(1, "excuse", "l1", "teacher", AT)
    return (
        Invited(f"code-{name}", "link", name),
        Joined("spring"),
        Allowed("spring", name, excuse),
        Voted("round", 0, "a", True),
        Certified(f"certificate-{name}", "q1", f"alias-{name}", "Quiz"),
    )


def about(path: Path, name: str) -> dict[str, list[tuple[Any, ...]]]:
    links = rows(path, "SELECT * FROM links WHERE ? IN (learner, target)", name)
    return {
        table: rows(path, f"SELECT * FROM {table} WHERE {column} = ?", name)
        for table, column in ABOUT.items()
    } | {"links": links}


async def test_every_table_that_names_a_learner_is_shown_and_forgotten(
    store: Store, tmp_path: Path
) -> None:
    named = rows(
        tmp_path / "s.db",
        "SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c "
        "WHERE m.type = 'table' AND c.name IN ('learner', 'subject')",
    )
    assert dict(named) == ABOUT


async def test_everything_about_a_learner_is_shown(store: Store, tmp_path: Path) -> None:
    await filled(store, "ann")
    await filled(store, "robert")
    kept = await store.answer(Everything("ann"))
    assert all(isinstance(each, Kept) for each in kept)
    tables = [each.table for each in kept if isinstance(each, Kept)]
    bodies = [json.loads(each.body) for each in kept if isinstance(each, Kept)]
    assert set(tables) == {*ABOUT, "wordings"}
    assert tables.count("log") == 10
    assert "robert" not in json.dumps(bodies)
    by_table = dict(zip(tables, bodies, strict=True))
    assert by_table["wordings"] == {"hash": "wording-ann", "body": {"stem": "of ann"}}
    assert by_table["sessions"]["body"]["state"]["shown"] == "secret-ann"
    assert by_table["prompts"]["place"]["chat"] == "chat-ann"
    assert by_table["learners"]["at"] == "2026-01-05T09:00:00.000000Z"


async def test_the_forgotten_are_gone_and_others_are_unharmed(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    await filled(store, "ann")
    await filled(store, "robert")
    before = about(path, "robert")
    assert all(about(path, "ann").values()) and all(before.values())
    goodbye = turn("bye", "ann", Opened("l1"), Forgotten(), session=None, messages=(TOLD,))
    sent = await store.commit(goodbye)
    assert sent is not None
    assert sent[0] == Outgoing(sent[0].id, "", "tiny", HERE, TOLD)
    assert not any(about(path, "ann").values()) and not any(about(path, "second-ann").values())
    assert about(path, "robert") == before
    assert await store.known("bye") and await store.known("event-of-3")
    assert sent[0] in [outgoing for outgoing, _ in await store.pending()]
    assert await store.answer(Everything("ann")) == ()
    assert await store.learner("telegram:account-ann", lambda: "new", AT) == "new"


async def test_a_message_sent_while_its_learner_is_forgotten_leaves_nothing(store: Store) -> None:
    sent = await store.commit(turn("e1", messages=(ASKED,)))
    assert sent is not None
    store.sent(sent[0].id, "m1")
    await store.commit(turn("bye", "ann", Forgotten(), session=None))
    await written(store)
    assert await store.load("ann", "") == Loaded()
    assert await store.pending() == ()


def holding(folder: Path, text: str) -> list[str]:
    return [file.name for file in folder.iterdir() if text.encode() in file.read_bytes()]


async def test_no_byte_of_the_forgotten_is_left_after_the_goodbye(
    store: Store, tmp_path: Path
) -> None:
    await filled(store, "margarethe")
    await filled(store, "bo")
    goodbye = turn("bye", "margarethe", Forgotten(), session=None, messages=(TOLD,))
    sent = await store.commit(replace(goodbye, place=Place("telegram", "chat-margarethe")))
    assert sent is not None
    store.sent(sent[0].id, "ref-margarethe")
    names = ("account", "alias", "chat", "secret", "code", "certificate", "second")
    traces = [f"{name}-margarethe" for name in names]
    await eventually(lambda: not any(holding(tmp_path, trace) for trace in traces))


async def test_no_stale_page_keeps_the_forgotten_when_the_file_is_closed(tmp_path: Path) -> None:
    """Rows that grow split their pages, and a split leaves copies that no later delete zeroes."""
    dice = random.Random(1)
    names = [dice.randbytes(8).hex() for _ in range(300)]
    store = await Store.open(tmp_path / "s.db")
    for round_ in range(15):
        turns = [
            turn(f"{round_}-{n}", name, Opened("l1"), session=grown(name, dice.randrange(900)))
            for n, name in enumerate(names)
            if dice.random() < 0.5
        ]
        await asyncio.gather(*map(store.commit, turns))
    gone = names[::5]
    for n, name in enumerate(gone):
        await store.commit(turn(f"bye-{n}", name, Forgotten(), session=None))
    await store.close()
    data = await asyncio.to_thread((tmp_path / "s.db").read_bytes)
    assert [name for name in gone if name.encode() in data] == []
    assert names[1].encode() in data


def grown(name: str, size: int) -> Session:
    return Session(name, "tiny", last=name + "x" * size)
