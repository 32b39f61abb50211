"""Disks that are full or read-only, files that are held, clocks that are stepped: what was
acknowledged is kept, what is wrong is said, and all goes on by itself when the cause is gone.
"""

import asyncio
import contextlib
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversation import Forgotten, Opened
from bot.course.model import Library
from bot.runner import Runner
from bot.store import Store, StoreError, ledger, opening
from tests.test_store import AT, TOLD, rows, turn
from tests.test_store_files import LONG

ROOT = Path(__file__).parent.parent


@contextmanager
def small_disk(size: str) -> Iterator[Path]:
    """A file system of its own, of so many bytes; skips where this user may not make one."""
    with tempfile.TemporaryDirectory() as name:
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", name],  # noqa: S607
            capture_output=True,
        )
        if made.returncode:
            pytest.skip("this user may make no file system")
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "-l", name], check=True)  # noqa: S607


async def acknowledged(store: Store, begin: int, most: int) -> tuple[list[str], str]:
    """The turns that were acknowledged until one failed, and what was said then."""
    done: list[str] = []
    for n in range(begin, begin + most):
        try:
            await store.commit(turn(f"e{n}", "ann", Opened("l1", n), messages=(LONG,)))
        except StoreError as problem:
            return done, str(problem)
        done.append(f"e{n}")
    return done, ""


async def test_a_full_disk_is_said_keeps_what_was_acknowledged_and_goes_on_with_room() -> None:
    with small_disk("3m") as disk:
        path = disk / "s.db"
        store = await Store.open(path)
        ballast = disk / "ballast"
        await asyncio.to_thread(ballast.write_bytes, b"x" * 700_000)
        first, says = await acknowledged(store, 0, 500)
        assert first and "The disk is full" in says and says.endswith(".")
        assert [await store.known(each) for each in first] == [True] * len(first)
        again, says = await acknowledged(store, 1000, 5)
        assert "The disk is full" in says
        await asyncio.to_thread(ballast.unlink)
        more, says = await acknowledged(store, 2000, 5)
        assert (len(more), says) == (5, "")
        await store.close()
        store = await Store.open(path)
        kept = {str(each) for (each,) in rows(path, "SELECT id FROM events")}
        assert kept == {*first, *again, *more}
        assert await store.rebuild() == ()
        await store.close()


async def test_a_start_on_a_full_disk_is_refused_in_a_sentence_and_works_with_room() -> None:
    with small_disk("1m") as disk:
        ballast = disk / "ballast"
        with contextlib.suppress(OSError):
            await asyncio.to_thread(ballast.write_bytes, b"x" * 2**20)
        with pytest.raises(StoreError) as problem:
            await Store.open(disk / "s.db")
        assert re.search("disk is full|cannot be used|did not read or write", str(problem.value))
        await asyncio.to_thread(ballast.unlink)
        await (await Store.open(disk / "s.db")).close()


async def test_a_ledger_that_finds_no_room_is_said_and_written_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "s.db"
    store = await Store.open(path)
    await store.commit(turn("e1", "ann", Opened("l1"), messages=(TOLD,)))
    with small_disk("64k") as disk:
        with contextlib.suppress(OSError):
            await asyncio.to_thread((disk / "ballast").write_bytes, b"x" * 2**16)
        # The ledger alone stands on the full disk.
        ledger.beside(path).symlink_to(disk / "ledger")
        await store.commit(turn("bye", "ann", Forgotten(), session=None))
        assert "a backup may bring back whoever was forgotten" in caplog.text
        assert "No space left on device" in caplog.text
        await asyncio.to_thread((disk / "ballast").unlink)
        await store.close()
        await (await Store.open(path)).close()
        assert set(ledger.read(disk / "ledger")) == {ledger.hashed("ann")}


READ_ONLY = """
import asyncio, subprocess, sys
from pathlib import Path
from bot.store import Store, StoreError
from tests.test_store import turn, Opened

async def main(folder):
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)
    store = await Store.open(Path(folder) / "s.db")
    await store.commit(turn("e1", "ann", Opened("l1")))
    await store.close()
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    try:
        await Store.open(Path(folder) / "s.db")
    except StoreError as problem:
        print(problem)
    subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
    store = await Store.open(Path(folder) / "s.db")
    print(await store.known("e1"))
    await store.close()

asyncio.run(main(sys.argv[1]))
"""


async def test_a_read_only_file_system_is_refused_in_a_sentence(tmp_path: Path) -> None:
    command = ["unshare", "-m", sys.executable, "-c", READ_ONLY, str(tmp_path)]
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, capture_output=True, text=True
    )
    if "ermission" in done.stderr or "not permitted" in done.stderr:
        pytest.skip("this user may make no file system")
    refused, kept = done.stdout.splitlines()
    assert re.search(r"cannot be (used|written|opened).*\.$", refused), done
    assert kept == "True"


async def test_a_file_held_for_longer_than_we_wait_is_said_and_the_loop_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny: Library, caplog: pytest.LogCaptureFixture
) -> None:
    """A minute is six times our patience; here both are shorter."""
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0)
    store = await Store.open(tmp_path / "s.db")
    runner = Runner(tiny, store, {}, clock=lambda: AT, mint=lambda: "ann")
    holder = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    naps = 0

    async def nap(_seconds: float) -> None:
        nonlocal naps
        naps += 1
        if naps == 3:
            holder.rollback()
        if naps == 5:
            raise asyncio.CancelledError

    with closing(holder), pytest.raises(asyncio.CancelledError):
        await runner.tend(nap)
    waits = [each for each in caplog.messages if "is locked by another program" in each]
    assert len(waits) == 3
    assert await store.commit(turn("after")) == ()
    await store.close()


# -- clocks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("leap", [timedelta(days=-3), timedelta(days=-4000), timedelta(days=4000)])
async def test_a_clock_that_was_stepped_over_a_restart_keeps_all_and_sends_each_message_once(
    tmp_path: Path, leap: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.db"
    store = await Store.open(path)
    await store.commit(turn("e1", "ann", Opened("l1"), messages=(TOLD,)))
    await store.close()
    stepped = int(datetime.now(UTC).timestamp() * 1e9) + int(leap.total_seconds()) * 10**9
    monkeypatch.setattr("time.time_ns", lambda: max(0, stepped))
    store = await Store.open(path)
    assert await store.commit(turn("e1", "ann", Opened("l1"), messages=(TOLD,))) is None
    sent = await store.commit(turn("e2", "ann", Opened("l2"), at=AT + leap, messages=(TOLD,)))
    assert sent is not None
    ids = [each.id for each, _ in await store.pending()]
    assert len(ids) == len(set(ids)) == 2 and ids[1] == sent[0].id
    assert await store.rebuild() == ()
    await store.close()


@pytest.mark.parametrize(
    ("days", "is_said"), [(-1, True), (-4000, True), (0, False), (4000, False)]
)
async def test_a_clock_that_is_behind_the_last_turn_is_said_at_the_start(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    days: int,
    is_said: bool,
) -> None:
    store = await Store.open(tmp_path / "s.db")
    await store.commit(turn("e1", "ann", Opened("l1")))
    await store.close()
    now = AT + timedelta(days=days)
    monkeypatch.setattr("time.time_ns", lambda: int(now.timestamp()) * 10**9)
    await (await Store.open(tmp_path / "s.db")).close()
    assert ("this machine's clock says" in caplog.text) == is_said
