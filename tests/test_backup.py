"""Copies while turns go on, and whether they are whole: real files, processes and kills."""

import asyncio
import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.conversation import Opened
from bot.store import Store, StoreError, upkeep
from bot.store.backup import Checked, check, copy
from tests import warm
from tests.conftest import TINY
from tests.platforms.telegram_server import TelegramServer
from tests.test_serve import TOKEN, ended, serve
from tests.test_store import AT, filled, rows, turn
from tests.test_store_files import LONG, SCHEMAS, made

ROOT = Path(__file__).parent.parent


def syllabot(*words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A command of ours in a process of its own, without settings but these."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SYLLABOT")}
    return warm.run(*map(str, words), cwd=ROOT, env=clean | more)


async def aside(*words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(syllabot, *words, **more)


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


# -- while it is served ----------------------------------------------------------------------


async def test_a_copy_is_made_while_the_bot_serves_and_holds_what_was_said(tmp_path: Path) -> None:
    async with TelegramServer(TOKEN) as server:
        settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": server.url}
        process = await serve(tmp_path, **settings)
        server.say(7, "/start")
        server.say(7, "1")
        await server.until(lambda: "Intro 1/2" in str(server.chat(7)), within=30)
        before = await asyncio.to_thread((tmp_path / "s.db").read_bytes)
        done = await aside("backup", tmp_path / "copy.db", "--db", tmp_path / "s.db")
        # Another connection must never carry the log over into the file.
        assert await asyncio.to_thread((tmp_path / "s.db").read_bytes) == before
        server.say(7, "/progress")
        await server.until(lambda: len(server.chat(7)) > 4, within=30)
        process.send_signal(signal.SIGTERM)
        assert (await ended(process))[0] == 0
        assert server.breaches == []
    assert (done.returncode, done.stderr) == (0, "")
    assert "is whole. It holds 1 learner, 0 cohorts, 0 answers" in done.stdout
    assert names(tmp_path) == {"s.db", "s.db.lock", "copy.db"}
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    (opened,) = rows(tmp_path / "copy.db", "SELECT COUNT(*) FROM log WHERE kind = 'opened'")[0]
    assert opened == 1
    assert syllabot("backup", "--check", tmp_path / "copy.db").returncode == 0


async def test_a_copy_under_full_load_holds_every_turn_that_was_acknowledged_before(
    tmp_path: Path,
) -> None:
    store = await Store.open(tmp_path / "s.db")
    done: list[str] = []
    stopped = False

    async def learner(name: str) -> None:
        n = 0
        while not stopped:
            await store.commit(turn(f"{name}-{n}", name, Opened("l1", n), messages=(LONG,)))
            done.append(f"{name}-{n}")
            n += 1

    walks = [asyncio.create_task(learner(f"l{n}")) for n in range(64)]
    copied: list[set[str]] = []
    for n in range(3):
        size = len(done)
        while len(done) < size + 500:  # noqa: ASYNC110
            await asyncio.sleep(0)
        acknowledged = set(done)
        made_ = await aside("backup", tmp_path / f"{n}.db", "--db", tmp_path / "s.db")
        assert (made_.returncode, made_.stderr) == (0, "")
        held = {str(each) for (each,) in rows(tmp_path / f"{n}.db", "SELECT id FROM events")}
        assert acknowledged <= held
        (turns,) = rows(tmp_path / f"{n}.db", "SELECT COUNT(*) FROM log")[0]
        assert turns == len(held), "no turn is there in part"
        copied.append(held)
    assert copied[0] < copied[1] < copied[2]
    stopped = True
    await asyncio.gather(*walks)
    await store.close()


async def test_turns_that_come_while_a_copy_is_made_are_not_in_it(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "s.db")
    await store.commit(turn("first", "ann", Opened("l1")))
    loop = asyncio.get_running_loop()
    paused = 0

    def pause() -> None:
        nonlocal paused
        paused += 1
        late = store.commit(turn(f"late-{paused}", "ann", Opened("l2", paused)))
        asyncio.run_coroutine_threadsafe(late, loop).result(30)

    target = tmp_path / "copy.db"
    await asyncio.to_thread(copy, tmp_path / "s.db", target, pause=pause)
    assert paused
    assert rows(target, "SELECT id FROM events") == [("first",)]
    assert rows(tmp_path / "s.db", "SELECT COUNT(*) FROM events") == [(paused + 1,)]
    await store.close()


async def test_pages_that_are_carried_over_while_a_copy_is_made_are_not_mixed_into_it(
    tmp_path: Path,
) -> None:
    """The write-ahead log is empty at first, so that nothing but the reader's mark protects it."""
    path, target = tmp_path / "s.db", tmp_path / "copy.db"
    await made(path, turns=200)
    store = await Store.open(path)
    loop = asyncio.get_running_loop()
    paused = 0

    async def much() -> None:
        late = (turn(f"late-{paused}-{n}", f"l{n}", Opened("l2", n)) for n in range(300))
        await asyncio.gather(*map(store.commit, late))
        await upkeep.checkpoint(store._writes, wipe=False)

    def pause() -> None:
        nonlocal paused
        paused += 1
        if paused < 3:
            asyncio.run_coroutine_threadsafe(much(), loop).result(30)

    held = await asyncio.to_thread(copy, path, target, pause=pause)
    assert paused > 1
    assert (held.records, held.learners) == (200, 0)
    assert rows(target, "SELECT COUNT(*) FROM events WHERE id LIKE 'late%'") == [(0,)]
    await store.close()


async def test_a_copy_holds_what_is_in_the_log_of_a_program_that_was_killed(tmp_path: Path) -> None:
    kill = (
        "import asyncio, os, sys\nfrom pathlib import Path\n"
        "from tests.test_store_files import made, Store, turn, Opened\n"
        "async def main():\n"
        "    store = await Store.open(Path(sys.argv[1]))\n"
        "    await store.commit(turn('e1', 'ann', Opened('l1')))\n"
        "    os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    command = [sys.executable, "-c", kill, str(tmp_path / "s.db")]
    await asyncio.to_thread(subprocess.run, command, cwd=ROOT)
    assert (tmp_path / "s.db-wal").stat().st_size
    assert (await aside("backup", tmp_path / "c.db", "--db", tmp_path / "s.db")).returncode == 0
    assert rows(tmp_path / "c.db", "SELECT id FROM events") == [("e1",)]
    assert (tmp_path / "s.db-wal").stat().st_size, "it was carried over by a reader"


# -- whole, or not there ---------------------------------------------------------------------


HALF_WAY = """
import sys, time
from pathlib import Path
from bot.store.backup import copy

def pause():
    print("half way", flush=True)
    time.sleep(60)

copy(Path(sys.argv[1]), Path(sys.argv[2]), replace=True, pause=pause)
"""


async def test_a_kill_in_the_middle_leaves_the_old_copy_whole_and_no_half_one(
    tmp_path: Path,
) -> None:
    await made(tmp_path / "s.db", turns=200)
    target = tmp_path / "copy.db"
    await asyncio.to_thread(copy, tmp_path / "s.db", target)
    before = await asyncio.to_thread(target.read_bytes)
    command = [sys.executable, "-c", HALF_WAY, str(tmp_path / "s.db"), str(target)]
    half = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=subprocess.PIPE)
    assert half.stdout is not None
    assert await half.stdout.readline() == b"half way\n"
    half.kill()
    await half.communicate()
    assert await asyncio.to_thread(target.read_bytes) == before
    (left,) = (each for each in names(tmp_path) if each.endswith(".part"))
    said = await aside("backup", "--check", tmp_path / left)
    assert said.returncode == 1
    assert "is no database of Syllabot" in said.stderr or "damaged" in said.stderr


async def test_a_copy_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    await made(tmp_path / "s.db")

    def pause() -> None:
        raise KeyboardInterrupt

    before = names(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        await asyncio.to_thread(copy, tmp_path / "s.db", tmp_path / "copy.db", pause=pause)
    assert names(tmp_path) - {"s.db-wal", "s.db-shm"} == before


async def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    await made(tmp_path / "s.db")
    target = tmp_path / "diary.db"
    target.write_text("Dear diary")
    words = ("backup", target, "--db", tmp_path / "s.db")
    refused = await aside(*words)
    assert refused.returncode == 1 and "There is a file" in refused.stderr
    assert target.read_text() == "Dear diary"
    assert (await aside(*words, "--replace")).returncode == 0
    assert check(target).learners == 0


async def test_a_file_that_appears_while_the_copy_is_made_stays(tmp_path: Path) -> None:
    await made(tmp_path / "s.db")
    target = tmp_path / "copy.db"
    with pytest.raises(StoreError, match="There is a file"):
        await asyncio.to_thread(
            copy, tmp_path / "s.db", target, pause=lambda: target.write_text("mine") and None
        )
    assert target.read_text() == "mine"
    assert not [each for each in names(tmp_path) if each.endswith(".part")]


async def test_what_cannot_be_copied_or_written_is_said(tmp_path: Path) -> None:
    missing = await aside("backup", tmp_path / "c.db", "--db", tmp_path / "none.db")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert re.fullmatch(
        r"There is no file .*none\.db\. Name the database with --db\.\n", missing.stderr
    )
    await made(tmp_path / "s.db")
    folder = await aside("backup", tmp_path, "--db", tmp_path / "s.db")
    assert folder.returncode == 1 and "is a folder" in folder.stderr
    under = await aside("backup", tmp_path / "s.db" / "c.db", "--db", tmp_path / "s.db")
    assert under.returncode == 1 and "was not written: " in under.stderr
    with closing(sqlite3.connect(tmp_path / "cakes.db")) as other, other:
        other.execute("CREATE TABLE cakes (name)")
    alien = await aside("backup", tmp_path / "c.db", "--db", tmp_path / "cakes.db")
    assert alien.returncode == 1 and "is no database of Syllabot" in alien.stderr
    assert not (tmp_path / "c.db").exists()


def test_a_disk_that_is_too_small_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.backup.SPARE", 2**60)
    asyncio.run(made(tmp_path / "s.db"))
    with pytest.raises(StoreError, match=r"needs [\d,]+ MB, and there are [\d,]+ MB free"):
        copy(tmp_path / "s.db", tmp_path / "copy.db")
    assert names(tmp_path) == {"s.db", "s.db.lock"}


SMALL = """
import resource, sys
from pathlib import Path
from bot.store import StoreError
from bot.store.backup import copy
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    copy(Path(sys.argv[1]), Path(sys.argv[2]))
except StoreError as problem:
    print(problem)
"""


async def test_a_copy_that_does_not_fit_leaves_nothing_half_done(tmp_path: Path) -> None:
    await made(tmp_path / "s.db", turns=50)
    command = [sys.executable, "-c", SMALL, str(tmp_path / "s.db"), str(tmp_path / "c.db")]
    other = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, capture_output=True, text=True
    )
    assert re.search(r"c\.db was not written: .*Free some space", other.stdout), other
    assert names(tmp_path) - {"s.db-wal", "s.db-shm"} == {"s.db", "s.db.lock"}


# -- looking at a copy -----------------------------------------------------------------------


async def test_a_copy_is_counted_in_plain_words(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "s.db")
    await filled(store, "ann")
    await store.close()
    await asyncio.to_thread(copy, tmp_path / "s.db", tmp_path / "c.db")
    assert check(tmp_path / "c.db") == Checked(5, 2, 0, 1, 10, 1, 0, AT)
    said = await aside("backup", "--check", tmp_path / "c.db")
    assert said.stdout == (
        f"{tmp_path / 'c.db'} is whole. It holds 2 learners, 0 cohorts, 1 answer and 10 records in "
        "the log; the last turn was 2026-01-05 09:00:00 UTC (schema 5).\n"
    )


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 * 5 : 4096 * 6] = b"\x5a" * 4096
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 4096 * 4])


def unsort(path: Path) -> None:
    """An index that lacks a row: only the full check reads both."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'subject', 'course') WHERE name = 'log_of'"
        )


def renew(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 999")


def disown(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA application_id = 1")


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (damage, "is damaged"),
        (cut, "is damaged"),
        (unsort, "is damaged"),
        (renew, "was written by a newer Syllabot"),
        (disown, "is no database of Syllabot"),
        (empty, "is no database of Syllabot"),
        (Path.unlink, "There is no file"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
async def test_a_copy_that_is_of_no_use_is_neither_praised_nor_restored(
    tmp_path: Path, harm: object, says: str
) -> None:
    await made(tmp_path / "s.db")
    target = tmp_path / "c.db"
    await asyncio.to_thread(copy, tmp_path / "s.db", target)
    assert callable(harm)
    await asyncio.to_thread(harm, target)
    checked = await aside("backup", "--check", target)
    assert (checked.returncode, checked.stdout) == (1, "")
    assert says in checked.stderr and "Traceback" not in checked.stderr
    before = await asyncio.to_thread((tmp_path / "s.db").read_bytes)
    restored = await aside("restore", target, "--db", tmp_path / "s.db", "--replace")
    assert restored.returncode == 1 and says in restored.stderr
    assert restored.stderr.endswith("Nothing was restored.\n")
    assert await asyncio.to_thread((tmp_path / "s.db").read_bytes) == before
    assert names(tmp_path) - {"c.db", "s.db-wal", "s.db-shm"} == {"s.db", "s.db.lock"}


@pytest.mark.parametrize("schema", sorted(file.name for file in SCHEMAS.glob("*.sql")))
async def test_a_copy_of_every_schema_is_checked_restored_and_opened(
    tmp_path: Path, schema: str
) -> None:
    sql = await asyncio.to_thread((SCHEMAS / schema).read_text, "utf-8")
    with closing(sqlite3.connect(tmp_path / "old.db")) as old:
        old.executescript(sql)
    await asyncio.to_thread(copy, tmp_path / "old.db", tmp_path / "c.db")
    assert check(tmp_path / "c.db").schema == int(schema.removesuffix(".sql"))
    done = await aside("restore", tmp_path / "c.db", "--db", tmp_path / "new" / "s.db")
    assert (done.returncode, done.stderr) == (0, "")
    store = await Store.open(tmp_path / "new" / "s.db")
    assert (await store.load("bo", "bo:1")).sessions["tiny"].turn == 3
    assert await store.rebuild() == ()
    await store.close()


async def test_play_goes_on_from_a_restored_copy(tmp_path: Path) -> None:
    def play(*lines: str) -> str:
        command = [sys.executable, "-m", "bot", "play", "--plain", "--content", str(TINY)]
        command += ["--db", str(tmp_path / "s.db")]
        text = "\n".join(lines) + "\n"
        return subprocess.run(
            command, cwd=ROOT, input=text, capture_output=True, text=True, timeout=60
        ).stdout

    await asyncio.to_thread(play, "1", "1")
    assert syllabot("backup", tmp_path / "c.db", "--db", tmp_path / "s.db").returncode == 0
    place = await asyncio.to_thread(play, "/continue")
    await asyncio.to_thread(play, "1", "1", "1")
    done = syllabot("restore", tmp_path / "c.db", "--db", tmp_path / "s.db", "--replace")
    assert done.returncode == 0, done.stderr
    assert await asyncio.to_thread(play, "/continue") == place
