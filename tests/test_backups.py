"""Copies by the clock: when they are made, which stay, and what happens when one fails."""

import asyncio
import logging
import signal
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import backups
from bot.backups import AGAIN, Backups
from bot.conversation import Forgotten, Opened
from bot.metrics import Metrics
from bot.store import Store, StoreError, ledger
from bot.store.backup import _copied, check
from tests.platforms.telegram_server import TelegramServer
from tests.test_backup import names
from tests.test_serve import TOKEN, ended, serve
from tests.test_store import eventually, turn

BEGUN = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)


class Clock:
    """The time of a world in which sleeping takes none."""

    def __init__(self) -> None:
        self.now = BEGUN
        self.slept: list[float] = []
        self.until = BEGUN

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        if self.now >= self.until:
            raise asyncio.CancelledError

    async def pass_by(self, copies: Backups, span: timedelta) -> None:
        """Let the copies be tended for a while."""
        self.until = self.now + span
        with pytest.raises(asyncio.CancelledError):
            await copies.tend(self.sleep)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr(backups, "BREATH", 0)
    monkeypatch.setattr(backups, "LOOK", 1800.0)
    return Clock()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "s.db")
    await opened.commit(turn("e1", "ann", Opened("l1")))
    yield opened
    await opened.close()


def copies(store: Store, folder: Path, clock: Clock, kept: int = 3, hours: int = 24) -> Backups:
    every = timedelta(hours=hours)
    return Backups(store, folder.parent / "s.db", folder, every, kept, clock)


def whole(folder: Path) -> list[str]:
    return sorted(each for each in names(folder) if each.endswith(".db"))


async def test_there_is_a_copy_each_day_and_the_newest_stay(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "backups"
    made = copies(store, folder, clock)
    await clock.pass_by(made, 5 * DAY - timedelta(hours=1))
    assert whole(folder) == [f"s-202601{day:02}T090000Z.db" for day in (7, 8, 9)]
    assert made.newest == datetime(2026, 1, 9, 9, tzinfo=UTC)
    for name in whole(folder):
        assert check(folder / name).records == 1
    assert names(folder) == {*whole(folder), "s.forgotten"}


async def test_metrics_say_when_the_newest_copy_was_made_also_after_a_restart(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    metrics, folder = Metrics("1"), tmp_path / "backups"
    name = b"syllabot_backup_newest_timestamp_seconds"
    assert name + b" 0.0\n" in metrics.text()
    for _ in range(2):
        made = Backups(store, tmp_path / "s.db", folder, DAY, 3, clock, metrics)
        await clock.pass_by(made, timedelta(hours=1))
        (told,) = [each.split()[1] for each in metrics.text().split(b"\n") if each.startswith(name)]
        assert float(told) == BEGUN.timestamp()
        metrics = Metrics("1")


async def test_a_restart_makes_no_copy_before_its_time(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "backups"
    for _ in range(10):
        made = copies(store, folder, clock)
        await clock.pass_by(made, timedelta(hours=1))
        assert made.newest == BEGUN
    assert len(whole(folder)) == 1
    clock.now = BEGUN + 3 * DAY
    await clock.pass_by(copies(store, folder, clock), timedelta(hours=1))
    assert len(whole(folder)) == 2


async def test_what_is_not_ours_is_never_removed(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    others = {
        *("s.db", "s-old.db", "s-20260101T090000Z.db.gz", "other-20260101T090000Z.db"),
        *("s-20260101T090000Z.sql", "s-2026.db", "notes.txt", "s-99999999T999999Z.db"),
        *("x.db.1.part", "bs-20260101T090000Z.db"),
    }
    for name in others:
        (folder / name).write_text("mine")
    (folder / "s-20260102T090000Z.db").mkdir()
    (folder / "s-20260103T090000Z.db").symlink_to(folder / "notes.txt")
    (folder / "s-20260104T090000Z.db").write_text("ours")
    (folder / "s-20260104T090000Z.db.77.part").write_text("half, of a program that was killed")
    await clock.pass_by(copies(store, folder, clock, kept=1), 3 * DAY)
    kept = {"s-20260102T090000Z.db", "s-20260103T090000Z.db", "s.forgotten"}
    assert names(folder) - others - kept == {"s-20260107T090000Z.db"}
    assert others | kept <= names(folder)
    assert (folder / "notes.txt").read_text() == "mine"


async def test_a_copy_that_fails_is_said_leaves_nothing_and_is_tried_again_in_an_hour(
    store: Store, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "backups"
    folder.write_text("a file is in the way")
    made = copies(store, folder, clock)
    await clock.pass_by(made, timedelta(hours=3))
    errors = [each.getMessage() for each in caplog.records if each.levelno == logging.ERROR]
    tried = [each for each in errors if each.startswith("no backup was made: ")]
    assert len(tried) == 3 and clock.slept[:3] == [AGAIN] * 3
    assert "was not written: " in tried[0] and "tried again in an hour" in tried[0]
    assert made.newest is None
    folder.unlink()
    await clock.pass_by(made, timedelta(hours=3))
    assert len(whole(folder)) == 1 and made.newest is not None


async def test_a_copy_that_turns_out_damaged_does_not_stay(
    store: Store, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaging(db: Path, part: Path, pause: Callable[[], None], **more: bool) -> None:
        _copied(db, part, pause, **more)
        part.write_bytes(part.read_bytes()[: 4096 * 4])

    folder = tmp_path / "backups"
    made = copies(store, folder, clock)
    first = await made.make()
    clock.now += DAY
    monkeypatch.setattr("bot.store.backup._copied", damaging)
    with pytest.raises(StoreError, match="is damaged"):
        await made.make()
    assert names(folder) == {first.name, "s.forgotten"} and made.newest == BEGUN


async def test_a_clock_that_ran_ahead_or_behind_neither_stops_copies_nor_removes_the_newest(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "backups"
    clock.now = datetime(2031, 1, 1, tzinfo=UTC)
    await clock.pass_by(copies(store, folder, clock, kept=2), timedelta(hours=1))
    clock.now = BEGUN
    for _ in range(3):
        await clock.pass_by(copies(store, folder, clock, kept=2), timedelta(hours=1))
    assert whole(folder) == ["s-20260105T090000Z.db", "s-20310101T000000Z.db"]
    await clock.pass_by(copies(store, folder, clock, kept=2), DAY)
    assert whole(folder) == ["s-20260105T090000Z.db", "s-20260106T090000Z.db"]
    made = copies(store, folder, clock, kept=2)

    async def step_back(seconds: float) -> None:
        """Once, while it runs."""
        if clock.now.year > 1970:
            clock.now = datetime(1970, 1, 1, tzinfo=UTC)
            clock.until = clock.now + timedelta(hours=1)
        else:
            await clock.sleep(seconds)

    with pytest.raises(asyncio.CancelledError):
        await made.tend(step_back)
    assert "s-19700101T000000Z.db" in whole(folder)


@given(
    st.lists(st.integers(0, 60 * 24 * 400), unique=True, max_size=30),
    st.integers(1, 8),
)
def test_the_newest_stay_and_the_last_is_always_among_them(minutes: list[int], kept: int) -> None:
    class NoFile:
        def __init__(self, name: str) -> None:
            self.name = name
            self.gone = False

        def unlink(self) -> None:
            self.gone = True

    class Shelf(Backups):
        def _ours(self) -> list[Path]:
            return files  # type: ignore[return-value]

    times = [BEGUN + timedelta(minutes=each) for each in minutes]
    files = [NoFile(f"s-{when:%Y%m%dT%H%M%SZ}.db") for when in times]
    now = BEGUN + timedelta(days=200)
    mine = NoFile(f"s-{now:%Y%m%dT%H%M%S}Z.db")
    files = [*(each for each in files if each.name != mine.name), mine]
    shelf = Shelf(None, Path("s.db"), Path("none"), DAY, kept, lambda: now)  # type: ignore[arg-type]
    shelf._rotate(mine, now)  # type: ignore[arg-type]
    left = [each for each in files if not each.gone]
    assert len(left) == min(kept, len(files)) and mine in left
    before = sorted(each.name for each in files if each.name <= mine.name)
    assert {each.name for each in left} >= set(before[-kept:])


async def test_turns_go_on_while_a_copy_is_made_and_a_stop_leaves_nothing_half_done(
    store: Store, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    paused = asyncio.Event()
    loop = asyncio.get_running_loop()
    wait = threading.Event.wait

    def patient(event: threading.Event, _seconds: float | None = None) -> bool:
        loop.call_soon_threadsafe(paused.set)
        return wait(event, 30)

    made = copies(store, folder, clock)
    with monkeypatch.context() as while_copying:
        while_copying.setattr(threading.Event, "wait", patient)
        working = asyncio.create_task(made.make())
        await paused.wait()
        assert await store.commit(turn("meanwhile", "ann", Opened("l2"))) == ()
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working
    assert names(folder) == set()
    assert made.newest is None
    assert check(await made.make()).records == 2


async def test_who_is_forgotten_is_written_beside_the_copies_at_once(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "backups"
    await clock.pass_by(copies(store, folder, clock), timedelta(hours=1))
    assert ledger.read(folder / "s.forgotten") == {}
    await store.commit(turn("bye", "ann", Forgotten(), session=None))
    told = {ledger.hashed("ann"): "2026-01-05"}
    assert ledger.read(folder / "s.forgotten") == told == ledger.read(tmp_path / "s.db.forgotten")


async def test_a_ledger_that_was_lost_is_whole_again_after_the_next_copy(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "backups"
    made = copies(store, folder, clock)
    await made.make()
    await store.commit(turn("bye", "ann", Forgotten(), session=None))
    (folder / "s.forgotten").unlink()
    clock.now += DAY
    await made.make()
    assert len(ledger.read(folder / "s.forgotten")) == 1


async def test_serve_makes_a_copy_at_its_start_and_none_at_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    async with TelegramServer(TOKEN) as server:
        settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url}
        settings |= {"SYLLABOT_BACKUPS": str(folder)}
        for n in range(2):
            process = await serve(tmp_path, **settings)
            server.say(7 + n, "/start")
            await server.until(lambda n=n: len(server.chat(7 + n)) == 2, within=30)
            await eventually(lambda: folder.is_dir() and bool(whole(folder)))
            process.send_signal(signal.SIGTERM)
            code, text = await ended(process)
            assert code == 0, text
            assert n == 0 or "a backup was made" not in text
    (name,) = whole(folder)
    assert check(folder / name).schema == 5
    assert names(folder) == {name, "s.forgotten"}
    with closing(sqlite3.connect(tmp_path / "s.db")) as db:
        assert db.execute("SELECT COUNT(*) FROM learners").fetchall() == [(2,)]
