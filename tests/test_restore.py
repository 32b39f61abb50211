"""A backup in place of a database: whole, upgraded, and without those who were forgotten since."""

import asyncio
import random
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import (
    Answered,
    Arranged,
    Changed,
    Cohort,
    Forgotten,
    Joined,
    Linked,
    Opened,
    Outgoing,
    Place,
    Post,
    Profile,
    Role,
    Scheduled,
    Session,
)
from bot.conversation import Job as JobNoun
from bot.course.model import Library
from bot.runner import Runner
from bot.store import Store, StoreError, ledger
from bot.store.backup import copy
from bot.store.restore import restore
from tests.test_backup import aside, names
from tests.test_store import AT, HALL, TOLD, about, filled, grown, holding, rows, turn
from tests.test_store_files import made

LATER = AT + timedelta(days=5)
TRACES = ("account", "alias", "chat", "secret", "code", "certificate", "second")


async def forget(path: Path, *learners: str) -> None:
    store = await Store.open(path)
    for who in learners:
        await store.commit(turn(f"bye-{who}", who, Forgotten(), session=None))
    await store.close()


async def copied(path: Path, target: Path) -> None:
    await asyncio.to_thread(copy, path, target)


async def world(path: Path, *people: str) -> None:
    """A database with all that can be known of some people, in one cohort."""
    store = await Store.open(path)
    for who in people:
        await filled(store, who)
    await store.close()


# -- in place --------------------------------------------------------------------------------


async def test_a_database_in_use_is_not_replaced(tmp_path: Path) -> None:
    await made(tmp_path / "s.db")
    await copied(tmp_path / "s.db", tmp_path / "c.db")
    store = await Store.open(tmp_path / "s.db")
    done = await aside("restore", tmp_path / "c.db", "--db", tmp_path / "s.db", "--replace")
    assert done.returncode == 1 and "is in use by another Syllabot" in done.stderr
    assert await store.commit(turn("after")) == ()
    await store.close()


async def test_a_database_that_is_there_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    await made(tmp_path / "s.db")
    await copied(tmp_path / "s.db", tmp_path / "c.db")
    before = await asyncio.to_thread((tmp_path / "s.db").read_bytes)
    with pytest.raises(StoreError, match=r"There is a database .* --replace"):
        await restore(tmp_path / "c.db", tmp_path / "s.db", LATER)
    assert await asyncio.to_thread((tmp_path / "s.db").read_bytes) == before


async def test_a_backup_is_not_restored_onto_itself(tmp_path: Path) -> None:
    await made(tmp_path / "s.db")
    with pytest.raises(StoreError, match="is the database itself"):
        await restore(tmp_path / "s.db", tmp_path / "s.db", LATER, replace=True)


async def test_the_old_database_is_kept_whole_beside_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    await made(path, turns=3)
    await copied(path, tmp_path / "c.db")
    store = await Store.open(path)
    await store.commit(turn("later", "bo", Opened("l1")))
    # As after a crash: what came last stands in the write-ahead log alone.
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name in ("s.db", "s.db-wal"):
        shutil.copy(tmp_path / name, crashed / name)
    await store.close()
    done = await restore(tmp_path / "c.db", crashed / "s.db", LATER, replace=True)
    assert done.kept == crashed / "s.db.replaced-20260110T090000Z"
    assert rows(done.kept, "SELECT COUNT(*) FROM events") == [(4,)]
    assert rows(crashed / "s.db", "SELECT COUNT(*) FROM events") == [(3,)]
    again = await restore(tmp_path / "c.db", crashed / "s.db", LATER, replace=True)
    assert again.kept == crashed / "s.db.replaced-20260110T090000Z-1"
    assert "s.db-wal" not in names(crashed)


async def test_a_damaged_database_is_replaced_and_kept_with_its_log(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    await made(path)
    await copied(path, tmp_path / "c.db")
    path.write_bytes(b"Dear diary, " * 1000)
    (tmp_path / "s.db-wal").write_bytes(b"more of it")
    done = await restore(tmp_path / "c.db", path, LATER, replace=True)
    assert done.unread == (path,)
    assert done.kept is not None and done.kept.read_bytes().startswith(b"Dear diary")
    assert done.kept.with_name(f"{done.kept.name}-wal").read_bytes() == b"more of it"
    store = await Store.open(path)
    assert await store.rebuild() == ()
    await store.close()


async def test_a_restore_that_fails_half_way_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.db"
    await made(path)
    await copied(path, tmp_path / "c.db")
    before, there = await asyncio.to_thread(path.read_bytes), names(tmp_path)
    monkeypatch.setattr("bot.store.restore._DROPPED", "INSERT INTO nowhere VALUES (1)")
    with pytest.raises(sqlite3.OperationalError):
        await restore(tmp_path / "c.db", path, LATER, replace=True)
    assert await asyncio.to_thread(path.read_bytes) == before
    assert names(tmp_path) - {"s.db-wal", "s.db-shm"} == there - {"s.db-wal", "s.db-shm"}


async def test_a_copy_on_another_machine_is_restored_into_a_new_folder(tmp_path: Path) -> None:
    await world(tmp_path / "s.db", "ann")
    await copied(tmp_path / "s.db", tmp_path / "c.db")
    done = await aside("restore", tmp_path / "c.db", "--db", tmp_path / "far" / "away" / "s.db")
    assert done.returncode == 0, done.stderr
    assert names(tmp_path / "far" / "away") == {"s.db", "s.db.lock"}
    store = await Store.open(tmp_path / "far" / "away" / "s.db")
    assert (await store.load("ann", "")).profile.alias == "alias-ann"
    assert await store.rebuild() == ()
    await store.close()


# -- what was on its way ---------------------------------------------------------------------


class Paper:
    """A platform that remembers what arrived."""

    door = ""

    def __init__(self) -> None:
        self.arrived: list[tuple[Place, str]] = []

    async def send(self, outgoing: Outgoing) -> str:
        self.arrived.append((outgoing.place, outgoing.message.text))
        return "1"

    async def think(self, place: Place, event: str) -> None:
        """Nobody looks."""


async def test_what_was_on_its_way_is_not_sent_again_and_posts_are_told_of(
    tmp_path: Path, tiny: Library
) -> None:
    mine, hall = Place("paper", "ann"), Place("paper", "#hall", private=False)
    store = await Store.open(tmp_path / "s.db")
    await store.learner("paper:ann", lambda: "ann", AT)
    cohort = Cohort("c1", "tiny", "Evening", "UTC", place=hall)
    await store.commit(turn("e1", "ann", Arranged(cohort, "ann"), keep=True))
    await store.grant("ann", Role("instructor", "c1"))
    post = replace(TOLD, text="This week's board", to=hall)
    await store.commit(turn("e2", "ann", messages=(TOLD, post), keep=True, place=mine))
    await store.close()
    await copied(tmp_path / "s.db", tmp_path / "c.db")
    done = await restore(tmp_path / "c.db", tmp_path / "new.db", LATER)
    assert (done.replies, done.posts) == (1, 1)
    paper = Paper()
    store = await Store.open(tmp_path / "new.db")
    runner = Runner(tiny, store, {"paper": paper}, clock=lambda: LATER, mint=lambda: "x")
    await runner.resume()
    await runner.quiet()
    await store.close()
    ((place, text),) = paper.arrived
    assert place == mine
    assert "Evening" in text and "This week's board" in text


async def test_what_was_due_since_the_copy_comes_once(tmp_path: Path, tiny: Library) -> None:
    hall = Place("paper", "#hall", private=False)
    post = Post(1, "announcement", "2026-01-09T17:00", "FREQ=DAILY", "daily", hall, "Hello all")
    store = await Store.open(tmp_path / "s.db")
    cohort = Cohort("c1", "tiny", "Evening", "UTC", place=hall, posts=(post,))
    await store.commit(turn("e1", "ann", Arranged(cohort, "ann"), keep=True))
    job = JobNoun("post:c1:1", "c1", "tiny", hall, AT + timedelta(hours=1), "FREQ=DAILY", "UTC")
    await store.commit(turn("e2", "ann", Scheduled(job), keep=True))
    await store.close()
    await copied(tmp_path / "s.db", tmp_path / "c.db")
    done = await restore(tmp_path / "c.db", tmp_path / "new.db", LATER)
    assert done.due == 1
    paper = Paper()
    for _ in range(2):
        store = await Store.open(tmp_path / "new.db")
        runner = Runner(tiny, store, {"paper": paper}, clock=lambda: LATER, mint=lambda: "x")
        await runner.use(tiny)
        await runner.resume()
        await runner.wake()
        await runner.wake()
        await runner.quiet()
        await store.close()
    assert [text for place, text in paper.arrived if place == hall and "Hello all" in text] == [
        text for _, text in paper.arrived
    ]
    assert len(paper.arrived) <= 1
    assert rows(tmp_path / "new.db", "SELECT due FROM jobs") == [("2026-01-10T10:00:00.000000Z",)]


# -- who was forgotten -----------------------------------------------------------------------


async def test_a_restart_and_every_forget_leave_ledger_and_table_alike(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    await world(path, "ann", "robert")
    assert not ledger.beside(path).exists()
    await forget(path, "ann")
    told = ledger.read(ledger.beside(path))
    day = "2026-01-05"
    assert told == {ledger.hashed("ann"): day, ledger.hashed("second-ann"): day}
    assert dict(rows(path, "SELECT hash, day FROM forgotten")) == told
    assert ledger.beside(path).stat().st_mode & 0o777 == 0o600
    assert holding(tmp_path, "second-ann") == holding(tmp_path, "alias-ann") == []


async def test_a_crash_between_the_commit_and_the_ledger_loses_nobody(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    await world(path, "ann", "robert")
    await forget(path, "ann")
    whole = ledger.beside(path).read_bytes()
    for torn in (b"", whole[:-40], whole[:-1]):
        ledger.beside(path).write_bytes(torn)
        await (await Store.open(path)).close()
        assert len(ledger.read(ledger.beside(path))) == 2
    ledger.beside(path).unlink()
    await (await Store.open(path)).close()
    assert len(ledger.read(ledger.beside(path))) == 2
    before = ledger.beside(path).read_bytes()
    await (await Store.open(path)).close()
    assert ledger.beside(path).read_bytes() == before


async def test_a_ledger_that_cannot_be_written_is_said_and_written_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "s.db"
    await world(path, "ann", "robert")
    store = await Store.open(path)
    ledger.beside(path).mkdir()
    assert await store.commit(turn("bye", "ann", Forgotten(), session=None)) == ()
    assert "a backup may bring back whoever was forgotten" in caplog.text
    ledger.beside(path).rmdir()
    await store.commit(turn("bye-2", "robert", Forgotten(), session=None))
    await store.close()
    assert len(ledger.read(ledger.beside(path))) == 4


async def test_an_old_file_put_in_place_by_hand_brings_nobody_back(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    await world(path, "margarethe", "bo")
    await copied(path, tmp_path / "c.db")
    await forget(path, "second-margarethe")
    path.unlink()
    (tmp_path / "c.db").rename(path)
    await (await Store.open(path)).close()
    assert [trace for trace in TRACES if holding(tmp_path, f"{trace}-margarethe")] == []
    assert holding(tmp_path, "alias-bo") == ["s.db"]


def beside_the_database(path: Path, away: Path) -> list[Path]:
    path.unlink()
    return []


def beside_the_copy(path: Path, away: Path) -> list[Path]:
    ledger.beside(path).rename(path.with_name("other.forgotten"))
    path.unlink()
    return []


def in_the_old_database(path: Path, away: Path) -> list[Path]:
    ledger.beside(path).unlink()
    return []


def named(path: Path, away: Path) -> list[Path]:
    path.unlink()
    return [ledger.beside(path).rename(away / "from-afar.forgotten")]


@pytest.mark.parametrize(
    "where", [beside_the_database, beside_the_copy, in_the_old_database, named]
)
async def test_whoever_was_forgotten_after_the_copy_stays_forgotten(
    tmp_path: Path, where: Any
) -> None:
    path, away = tmp_path / "s.db", tmp_path / "away"
    away.mkdir()
    await world(path, "margarethe", "bo", "cecilia")
    await copied(path, tmp_path / "c.db")
    await forget(path, "margarethe", "second-cecilia")
    ledgers = where(path, away)
    done = await restore(tmp_path / "c.db", path, LATER, replace=True, ledgers=ledgers)
    assert done.forgotten == 2 and len(done.ledgers) >= 1
    for gone in ("margarethe", "second-margarethe", "cecilia", "second-cecilia"):
        assert all(found == [] for found in about(path, gone).values())
    data = await asyncio.to_thread(path.read_bytes)
    for name in ("margarethe", "cecilia"):
        assert [each for each in TRACES if f"{each}-{name}".encode() in data] == []
    assert b"alias-bo" in data and b"chat-bo" in data
    assert names(tmp_path) & {"s.db-wal", "s.db.restoring"} == set()
    store = await Store.open(path)
    assert await store.rebuild() == ()
    await store.close()
    # What the new file knows now, a later restore knows too.
    assert len(ledger.read(ledger.beside(path))) == 4


async def test_no_stale_page_of_a_copy_keeps_whoever_was_forgotten_after_it(tmp_path: Path) -> None:
    """Rows that grow split their pages, and a split leaves copies that no later delete zeroes."""
    path, dice = tmp_path / "s.db", random.Random(1)
    names_ = [dice.randbytes(8).hex() for _ in range(300)]
    store = await Store.open(path)
    for round_ in range(15):
        turns = [
            turn(f"{round_}-{n}", name, Opened("l1"), session=grown(name, dice.randrange(900)))
            for n, name in enumerate(names_)
            if dice.random() < 0.5
        ]
        await asyncio.gather(*map(store.commit, turns))
    await store.close()
    await copied(path, tmp_path / "c.db")
    await forget(path, *names_[::5])
    done = await restore(tmp_path / "c.db", path, LATER, replace=True)
    assert done.forgotten == 60
    data = await asyncio.to_thread(path.read_bytes)
    assert [name for name in names_[::5] if name.encode() in data] == []
    assert names_[1].encode() in data


async def test_without_a_ledger_it_is_said_that_nobody_is_known_to_be_forgotten(
    tmp_path: Path,
) -> None:
    path = tmp_path / "s.db"
    await world(path, "ann")
    await copied(path, tmp_path / "c.db")
    done = await aside("restore", tmp_path / "c.db", "--db", tmp_path / "new" / "s.db")
    assert done.returncode == 0
    assert "No ledger was found" in done.stdout and "--forgotten LEDGER" in done.stdout
    none = tmp_path / "none.forgotten"
    words = ("restore", tmp_path / "c.db", "--db", tmp_path / "newer.db", "--forgotten", none)
    refused = await aside(*words)
    assert refused.returncode == 1 and f"There is no ledger {none}" in refused.stderr
    assert not (tmp_path / "newer.db").exists()


async def test_how_many_were_forgotten_anew_is_said(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    await world(path, "ann", "robert")
    await copied(path, tmp_path / "c.db")
    await forget(path, "ann")
    done = await aside("restore", tmp_path / "c.db", "--db", path, "--replace")
    assert "who were still in it: 1 (known from" in done.stdout
    backups = tmp_path / "backups"
    backups.mkdir()
    ledger.beside(path).rename(backups / "s.forgotten")
    words = ("restore", tmp_path / "c.db", "--db", tmp_path / "new" / "s.db")
    done = await aside(*words, SYLLABOT_BACKUPS=str(backups))
    assert f"who were still in it: 1 (known from {backups / 's.forgotten'})" in done.stdout


async def test_two_who_are_forgotten_at_once_are_gone_from_the_groups_they_arranged(
    tmp_path: Path,
) -> None:
    path = tmp_path / "s.db"
    store = await Store.open(path)
    people = ("ann", "bo", "second-ann")
    posts = tuple(
        Post(n, "digest", "2026-01-09T17:00", "", "once", HALL, by=who)
        for n, who in enumerate(people)
    )
    cohort = Cohort("c1", "tiny", "Evening", "UTC", posts=posts, changed_by="cy")
    await store.commit(turn("e1", "cy", Arranged(cohort, "cy"), keep=True))
    await store.commit(turn("e2", "second-ann", Linked("second-ann", "ann"), keep=True))
    goodbyes = [turn(f"bye-{who}", who, Forgotten(), session=None) for who in ("ann", "bo")]
    await asyncio.gather(*map(store.commit, goodbyes))
    (body,) = rows(path, "SELECT body FROM cohorts")[0]
    assert [who for who in (*people, "cy") if f'"{who}"' in body] == ["cy"]
    await store.close()


# -- any history -----------------------------------------------------------------------------

PEOPLE = ("ann", "bo", "cy", "dee")


@dataclass(frozen=True, slots=True)
class Step:
    what: str
    who: str
    whom: str = ""


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(("answer", "answer", "open", "alias", "join", "link", "post")),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
    ),
    max_size=12,
)
UNLIKE = {"outbox", "events", "forgotten", "calendar", "keys"}
"""What is not the same in two worlds: their keys, or what is looked at by itself."""


class Life:
    """A store whose people do what a list of steps says; who is forgotten is somebody new."""

    def __init__(self, store: Store, gone: set[str], links: dict[str, str]) -> None:
        self.store, self.gone, self.links = store, gone, links
        self.number = 0

    async def live(self, steps: list[Step]) -> None:
        for step in steps:
            self.number += 1
            if {step.who, step.whom} & self.gone:
                continue
            record = self._record(step)
            if record is None:
                continue
            to = HALL if step.what == "post" else None
            await self.store.commit(
                turn(
                    f"e{self.number}",
                    step.who,
                    record,
                    messages=(replace(TOLD, to=to),),
                    session=Session(step.who, "tiny", last=f"word-{step.who}"),
                    place=Place("telegram", f"chat-{step.who}"),
                )
            )

    def _record(self, step: Step) -> Any:
        who, whom, n = step.who, step.whom, self.number
        match step.what:
            case "answer":
                return Answered("q1", f"q{n}", ("a",), True, 1, "w", points=n)
            case "alias":
                return Changed(Profile(f"alias-{who}"))
            case "join":
                return Joined("spring")
            case "link":
                free = who not in {*self.links, *self.links.values()} and whom not in self.links
                if who == whom or not free:
                    return None
                self.links[who] = whom
                return Linked(who, whom)
            case _:
                return Opened(f"l{n}", 1)

    async def forget(self, who: str) -> None:
        """As the learner of one account; with all that are linked to it."""
        if who not in self.gone:
            await self.store.commit(turn(f"bye-{who}", who, Forgotten(), session=None))
            whole = self.links.get(who, who)
            self.gone |= {who, whole, *(a for a, b in self.links.items() if b == whole)}


def told(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All tables that two worlds must have alike, without the numbers of their rows."""
    names = [
        str(name) for (name,) in rows(path, "SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    found = {name: rows(path, f"SELECT * FROM {name}") for name in names if name not in UNLIKE}
    found["log"] = [row[1:] for row in found["log"]]
    return {name: sorted(each, key=repr) for name, each in found.items()}


@settings(max_examples=30)
@given(STEPS, STEPS, st.lists(st.sampled_from(PEOPLE), max_size=3), st.booleans())
def test_a_restored_file_is_a_world_in_which_only_the_forgetting_came_after_the_copy(
    before: list[Step], after: list[Step], gone: list[str], first: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(_compared(Path(name), before, after, gone, first))


async def _compared(
    folder: Path, before: list[Step], after: list[Step], gone: list[str], first: bool
) -> None:
    store = await Store.open(folder / "s.db")
    life = Life(store, set(), {})
    early = gone[:1] if first else []
    await life.live(before)
    for who in early:
        await life.forget(who)
    known = set(life.gone)
    links = dict(rows(folder / "s.db", "SELECT learner, target FROM links"))
    subjects = rows(folder / "s.db", "SELECT DISTINCT subject FROM log")
    held = {str(who) for (who,) in subjects} | {*links, *links.values()}
    await copied(folder / "s.db", folder / "c.db")
    await life.live(after)
    for who in gone:
        await life.forget(who)
    await store.close()
    done = await restore(folder / "c.db", folder / "s.db", LATER, replace=True)

    store = await Store.open(folder / "other.db")
    other = Life(store, set(), {})
    await other.live(before)
    for who in early:
        await other.forget(who)
    for who in sorted(life.gone - known):
        await other.forget(who)
    await store.close()
    assert told(folder / "s.db") == told(folder / "other.db")
    assert rows(folder / "s.db", "SELECT * FROM outbox WHERE post = 0 OR sending = 0") == []
    assert done.forgotten == len({links.get(who, who) for who in (life.gone - known) & held})
    data = (folder / "s.db").read_bytes()
    assert [who for who in life.gone if f"word-{who}".encode() in data] == []
    store = await Store.open(folder / "s.db")
    assert await store.rebuild() == ()
    await store.close()
