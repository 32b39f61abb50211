"""What stands in the way of a database is said in a sentence, and nothing is half written.

The suite may run as root, whom no permission stops; where permissions matter, a test becomes
nobody for a while.
"""

import asyncio
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite
import pytest

from bot.conversation import (
    AtPlace,
    Board,
    Certificates,
    Code,
    Cohort,
    Done,
    Forgotten,
    Invitation,
    Job,
    Member,
    Membership,
    Message,
    Opened,
    Override,
    Place,
    Profile,
    Role,
    Roster,
    Rounds,
    Staff,
    Standing,
    Visit,
    Vote,
    Votes,
)
from bot.store import Prompt, Store, StoreError, ledger, opening
from tests.test_store import AT, eventually, reopened, rows, turn

ROOT = Path(__file__).parent.parent
SCHEMAS = Path(__file__).parent / "schemas"
NOBODY = 65534

LONG = Message("long " * 2000)
OLD = Place("telegram", "42")


async def made(path: Path, turns: int = 3) -> None:
    store = await Store.open(path)
    for n in range(turns):
        await store.commit(turn(f"e{n}", "ann", Opened(f"l{n}"), messages=(LONG,)))
    await store.close()


async def refused(path: Path) -> str:
    """Why a database cannot be opened. Afterwards its lock must be free."""
    with pytest.raises(StoreError) as problem:
        await Store.open(path)
    says = str(problem.value)
    assert re.fullmatch(r"\S.*[.]", says), says
    assert str(path) in says
    return says


# -- in use, locked --------------------------------------------------------------------------


async def test_a_database_in_use_is_refused_and_free_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    store = await Store.open(path)
    assert "is in use by another Syllabot" in await refused(path)
    other = await Store.open(tmp_path / "other.db")
    await other.close()
    await store.close()
    await (await Store.open(path)).close()


async def test_a_database_in_use_by_another_process_is_refused_there(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    store = await Store.open(path)
    command = [sys.executable, "-m", "bot", "rebuild", "--db", str(path)]
    other = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, capture_output=True, text=True
    )
    assert other.returncode == 1
    assert other.stdout == ""
    assert "is in use by another Syllabot" in other.stderr
    assert "Traceback" not in other.stderr
    await store.close()


async def test_who_waits_gets_the_database_when_the_other_leaves(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    first = await Store.open(path)
    waiting = asyncio.create_task(Store.open(path, wait=30))
    await asyncio.sleep(0)
    await first.close()
    await (await waiting).close()


async def test_a_locked_file_fails_whole_turns_and_works_again_when_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0)
    path = tmp_path / "s.db"
    store = await Store.open(path)
    many = [turn(f"e{n}", f"l{n}", Opened("l1"), messages=(LONG,)) for n in range(20)]
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        outcomes = await asyncio.gather(*map(store.commit, many), return_exceptions=True)
        assert {type(each) for each in outcomes} == {StoreError}
        assert "is locked by another program" in str(outcomes[0])
        assert not await store.known("e0")
        other.rollback()
    assert rows(path, "SELECT (SELECT COUNT(*) FROM log) + (SELECT COUNT(*) FROM outbox)") == [(0,)]
    assert None not in await asyncio.gather(*map(store.commit, many))
    assert rows(path, "SELECT COUNT(*) FROM log") == [(20,)]
    await store.close()


async def test_a_turn_waits_while_another_program_holds_the_file(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    store = await Store.open(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(store.commit(turn("e1")))
        assert not await store.known("e1")
        assert not waiting.done()
        other.rollback()
    assert await waiting == ()
    await store.close()


async def test_a_file_locked_from_the_start_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0)
    path = tmp_path / "s.db"
    await made(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert "is locked by another program" in await refused(path)
    await (await Store.open(path)).close()


# -- not a database of ours ------------------------------------------------------------------


def is_no_database(path: Path) -> None:
    path.write_bytes(b"Dear diary, " * 1000)


def has_a_damaged_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 * 5 : 4096 * 6] = b"\x5a" * 4096
    path.write_bytes(data)


def is_cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 4096 * 4])


async def test_a_file_system_without_a_write_ahead_log_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def memory(*_: object, **__: object) -> aiosqlite.Connection:
        return await connect(":memory:", isolation_level=None)

    connect = aiosqlite.connect
    monkeypatch.setattr(aiosqlite, "connect", memory)
    assert "cannot hold a write-ahead log" in await refused(tmp_path / "s.db")


async def test_a_python_with_an_old_sqlite_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 37, 2))
    assert "needs 3.38 or newer" in await refused(tmp_path / "s.db")


def has_a_damaged_header(path: Path) -> None:
    path.write_bytes(b"SQLite formaX 3\0" + path.read_bytes()[16:])


@pytest.mark.parametrize(
    "damage", [is_no_database, has_a_damaged_page, is_cut_short, has_a_damaged_header]
)
async def test_a_damaged_file_is_refused_and_left_as_it_is(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    path = tmp_path / "s.db"
    await made(path)
    await asyncio.to_thread(damage, path)
    before = await asyncio.to_thread(path.read_bytes)
    assert "is damaged or is no database" in await refused(path)
    assert await asyncio.to_thread(path.read_bytes) == before


async def test_damage_in_a_file_too_large_to_check_is_said_when_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "CHECKED", 0)
    path = tmp_path / "s.db"
    await made(path)
    (root,) = rows(path, "SELECT rootpage FROM sqlite_master WHERE name = 'sessions'")[0]
    data = bytearray(await asyncio.to_thread(path.read_bytes))
    data[4096 * (root - 1) : 4096 * root] = b"\x5a" * 4096
    await asyncio.to_thread(path.write_bytes, data)
    store = await Store.open(path)
    with pytest.raises(StoreError, match="is damaged"):
        await store.load("ann", "")
    with pytest.raises(StoreError, match="is damaged"):
        await store.commit(turn("after", "ann", Opened("l9")))
    assert not await store.known("after")
    assert rows(path, "SELECT COUNT(*) FROM log WHERE event = 'after'") == [(0,)]
    await store.close()


async def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "recipes.db"
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE cakes (name)")
    before = await asyncio.to_thread(path.read_bytes)
    assert "of another program" in await refused(path)
    assert await asyncio.to_thread(path.read_bytes) == before


async def test_a_newer_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    await made(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 999")
    before = await asyncio.to_thread(path.read_bytes)
    says = await refused(path)
    assert await asyncio.to_thread(path.read_bytes) == before
    assert "was written by a newer Syllabot (schema 999" in says


# -- no way to write -------------------------------------------------------------------------


async def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    assert "is a folder" in await refused(tmp_path)


async def test_missing_folders_are_made_unless_a_file_is_in_the_way(tmp_path: Path) -> None:
    await made(tmp_path / "one" / "two" / "s.db")
    says = await refused(tmp_path / "one" / "two" / "s.db" / "three" / "s.db")
    assert "cannot be used" in says


async def test_a_file_that_sqlite_may_not_write_is_refused(tmp_path: Path) -> None:
    """A write version beyond SQLite's own makes a file read-only for everybody, root too."""
    path = tmp_path / "s.db"
    await made(path)
    data = bytearray(await asyncio.to_thread(path.read_bytes))
    data[18] = 9
    await asyncio.to_thread(path.write_bytes, data)
    assert "cannot be written" in await refused(path)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without root's right to write everywhere; who is not root goes on as who they are."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that everybody can reach and write to, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder
        folder.chmod(0o777)


async def test_a_read_only_file_is_refused(shared: Path) -> None:
    path = shared / "s.db"
    await made(path)
    path.chmod(0o444)
    (shared / "s.db.lock").chmod(0o666)
    with as_nobody():
        assert "cannot be written" in await refused(path)


async def test_a_read_only_folder_is_refused(shared: Path) -> None:
    await asyncio.to_thread(shared.chmod, 0o555)
    with as_nobody():
        assert "cannot be used" in await refused(shared / "s.db")


async def test_a_file_that_may_not_be_read_is_refused(shared: Path) -> None:
    path = shared / "s.db"
    await made(path)
    path.chmod(0o000)
    (shared / "s.db.lock").chmod(0o666)
    with as_nobody():
        assert "cannot be opened" in await refused(path)


async def test_a_full_disk_fails_whole_turns_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file may not grow beyond some pages, which to SQLite is a full disk."""
    monkeypatch.setattr(opening, "_WRITER", opening._WRITER + "PRAGMA max_page_count = 110;")
    path = tmp_path / "s.db"
    store = await Store.open(path)
    many = [turn(f"e{n}", f"l{n}", Opened("l1"), messages=(LONG,)) for n in range(30)]
    outcomes = await asyncio.gather(*map(store.commit, many), return_exceptions=True)
    failed = [each for each in outcomes if isinstance(each, StoreError)]
    well = [n for n, each in enumerate(outcomes) if isinstance(each, tuple)]
    assert failed and well and len(failed) + len(well) == 30
    assert "The disk is full" in str(failed[0])
    for table in ("log", "outbox", "sessions", "events"):
        assert rows(path, f"SELECT COUNT(*) FROM {table}") == [(len(well),)]
    for outgoing, _ in await store.pending():
        store.sent(outgoing.id, "")
    assert await store.commit(turn("after")) == ()
    assert await store.rebuild() == ()
    await store.close()


NO_MORE = """
import asyncio, resource, sys
from pathlib import Path
from bot.store import Store, StoreError
from tests.test_store import turn, Opened, TOLD

async def main():
    store = await Store.open(Path(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
    try:
        for n in range(10_000):
            await store.commit(turn(f"e{n}", "ann", Opened("l1", n), messages=(TOLD,)))
            print(n)
    except StoreError as problem:
        print(problem, file=sys.stderr)
    await store.close()

asyncio.run(main())
"""


async def test_a_limit_on_the_size_of_files_loses_no_answered_turn(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    command = [sys.executable, "-c", NO_MORE, str(path)]
    other = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, capture_output=True, text=True
    )
    assert other.returncode == 0, other.stderr
    assert re.search("disk (is full|did not read or write)", other.stderr)
    newest = int(other.stdout.split()[-1])
    assert newest > 9
    store = await Store.open(path)
    assert [await store.known(f"e{n}") for n in (newest, newest + 1)] == [True, False]
    assert await store.answer(Done("ann", "tiny")) == (Visit("l1", attempts=newest),)
    assert rows(path, "SELECT COUNT(*) FROM log") == [(newest + 1,)]
    assert await store.rebuild() == ()
    await store.close()


async def test_a_reader_in_the_way_delays_the_wiping_only(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    store = await Store.open(path)
    await store.commit(turn("e1", "ann", Opened("l1")))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM log").fetchall()
        await store.commit(turn("bye", "ann", Forgotten(), session=None))
        for n in range(20):
            assert await store.commit(turn(f"next{n}", "bo")) == ()
        other.execute("COMMIT")
    await eventually(lambda: not (tmp_path / "s.db-wal").stat().st_size)
    await store.close()


# -- migrations ------------------------------------------------------------------------------


def test_every_schema_that_landed_is_kept() -> None:
    numbers = [int(file.stem) for file in sorted(SCHEMAS.glob("*.sql"))]
    assert numbers == list(range(1, len(opening.migrations()) + 1))


@pytest.mark.parametrize("name", sorted(file.name for file in SCHEMAS.glob("*.sql")))
async def test_a_file_of_every_schema_opens_with_all_that_is_in_it(
    tmp_path: Path, name: str
) -> None:
    path, fresh = tmp_path / "s.db", tmp_path / "fresh.db"
    sql = await asyncio.to_thread((SCHEMAS / name).read_text, "utf-8")
    with closing(sqlite3.connect(path)) as old:
        old.executescript(sql)
    store = await Store.open(path)
    loaded = await store.load("bo", "bo:1")
    assert loaded.known
    assert loaded.profile == Profile("Bo", "Europe/Berlin", course="tiny")
    assert loaded.roles == {Role("instructor", "spring")}
    assert loaded.sessions["tiny"].turn == 3
    assert (await store.load("ann", "")).prompts == {"tiny": Prompt(OLD, "m1")}
    assert [each.unit for each in await store.answer(Done("bo", "tiny"))] == ["l1", "l2", "q1"]
    assert [each.learner for each, _ in await store.pending()] == ["bo"]
    assert await store.rebuild() == ()
    job = (await store.due(AT.replace(year=2027)))[0]
    assert isinstance(job, Job) and job.place == OLD
    await store.close()
    await (await Store.open(fresh)).close()
    shape = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"
    assert rows(path, shape) == rows(fresh, shape)
    assert rows(path, "PRAGMA user_version") == rows(fresh, "PRAGMA user_version")


async def test_a_file_of_the_first_schema_with_cohorts_opens_with_all_that_is_in_them(
    tmp_path: Path,
) -> None:
    sql = await asyncio.to_thread((SCHEMAS / "0004.sql").read_text, "utf-8")
    with closing(sqlite3.connect(tmp_path / "s.db")) as old:
        old.executescript(sql)
    store = await Store.open(tmp_path / "s.db")
    cohorts = await store.answer(AtPlace(Place("telegram", "-9", private=False)))
    (spring,) = (each for each in cohorts if isinstance(each, Cohort))
    assert (spring.id, spring.code, spring.dates[0].module) == ("spring", "SPRNG234", "m1")
    assert await store.answer(Invitation("SPRNG234")) == (Code("SPRNG234", "learner", "spring"),)
    assert [member.learner for member in await store.answer(Staff("spring"))] == ["bo"]
    (member,) = await store.answer(Roster("spring"))
    assert isinstance(member, Member) and member.alias == "Ann"
    override = Override(1, "time", "m1", "bo", AT, "2026-01-14T09:00")
    assert member.overrides == (override,)
    assert (await store.load("ann", "")).cohorts == (Membership(spring, (override,)),)
    assert [each.id for each in await store.answer(Rounds("spring"))] == ["r1"]
    assert await store.answer(Votes("r1")) == (Vote("ann", "Ann", False, 0, "a", True),)
    assert [each.code for each in await store.answer(Certificates(cohort="spring"))] == ["CERT-ANN"]
    assert await store.learner("discord:ann", lambda: "new", AT) == "ann"
    board = Board("cohort:spring", "week", "bo", AT)
    assert await store.answer(board) == (
        Standing(1, "ann", "Ann", 15, 1),
        Standing(2, "bo", "Bo", 0, 1),
    )
    await store.close()


async def test_a_file_of_the_schema_with_the_forgotten_still_knows_them(tmp_path: Path) -> None:
    sql = await asyncio.to_thread((SCHEMAS / "0005.sql").read_text, "utf-8")
    with closing(sqlite3.connect(tmp_path / "s.db")) as old:
        old.executescript(sql)
    await (await Store.open(tmp_path / "s.db")).close()
    told = {ledger.hashed("cid"): "2026-01-05"}
    assert dict(rows(tmp_path / "s.db", "SELECT hash, day FROM forgotten")) == told
    assert ledger.read(ledger.beside(tmp_path / "s.db")) == told


async def test_a_migration_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.db"
    await made(path)
    before = rows(path, "SELECT * FROM sqlite_master"), rows(path, "PRAGMA user_version")
    steps = (*opening.migrations(), "CREATE TABLE half (a); INSERT INTO nowhere VALUES (1);")
    monkeypatch.setattr(opening, "migrations", lambda: steps)
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        await Store.open(path)
    assert before == (rows(path, "SELECT * FROM sqlite_master"), rows(path, "PRAGMA user_version"))
    monkeypatch.undo()
    store = await Store.open(path)
    assert len(await store.pending()) == 3
    await (await reopened(store, tmp_path)).close()


async def test_a_new_file_is_for_its_user_alone(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "new.db")
    await store.close()
    assert (tmp_path / "new.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("table", "damage"),
    [
        ("sessions", "INSERT INTO sessions VALUES ('x', 'tiny', '{\"waiting\": 7}')"),
        ("gone", "INSERT INTO gone VALUES ('no place', '', 'blocked')"),
        ("jobs", "INSERT INTO jobs VALUES ('j', 'x', 'tiny', '{', '', 'UTC', '2026-01-01')"),
        ("outbox", "INSERT INTO outbox VALUES (1, 'x', 'tiny', '{', '', 0, 0, 0, 'secret words')"),
    ],
)
async def test_a_damaged_row_costs_nobody_else_anything(
    tmp_path: Path, table: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "damaged.db"
    await (await Store.open(path)).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(damage)
    store = await Store.open(path)
    found = (
        await store.waiting(),
        await store.gone_places(),
        await store.due(datetime(2027, 1, 1, tzinfo=UTC)),
        await store.pending(),
    )
    await store.close()
    assert found == ((), frozenset(), (), ())
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        f"a row of the table {table} is damaged, and is left out"
    ]
