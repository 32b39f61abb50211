"""syllabot doctor as an operator runs it: a process of its own, and what it says."""

import asyncio
import json
import os
import pty
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfoNotFoundError

import pytest
from aiohttp import web

from bot.config import read
from bot.doctor import clock, database, files, program
from bot.doctor.disk import MIB, Disks, kind
from bot.doctor.finding import Case, Finding, State, bare, blotted, size
from bot.store import Store
from bot.store.opening import migrations

from . import warm
from .conftest import HERE, TINY
from .platforms.claude_server import ClaudeServer
from .platforms.discord_http import Fault as DiscordFault
from .platforms.discord_server import DiscordServer
from .platforms.discord_spec import specs
from .platforms.telegram_feed import Waiting, Webhook
from .platforms.telegram_server import Fault, TelegramServer
from .platforms.telegram_spec import specs as telegram_specs
from .test_serve import TO_DISCORD, serve
from .test_store_files import made

NOBODY = 65534
AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
COPY = "s-20261127T120000Z.db"
SECRET = "4242:s3cret-and-planted"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Ran:
    """What an operator sees."""

    code: int
    out: str
    err: str

    def of(self, check: str) -> list[tuple[str, str, str]]:
        """State, sentence and remedy of each line of a check."""
        found = re.findall(
            rf"^  (ok|warning|failed) +{re.escape(check)}: (.*)\n((?: {{9}} .*\n)*)",
            self.out,
            re.MULTILINE,
        )
        return [(state, said, remedy.strip()) for state, said, remedy in found]

    def one(self, check: str) -> tuple[str, str, str]:
        (found,) = self.of(check)
        return found

    def is_ok(self, check: str) -> bool:
        return {state for state, _, _ in self.of(check)} == {"ok"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that nobody else enters."""
    tmp_path.chmod(0o700)
    return tmp_path


def environment(**settings: str) -> dict[str, str]:
    ours = ("TELEGRAM", "DISCORD", "SYLLABOT", "ANTHROPIC")
    clean = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
    clean["PYTHONPATH"] = f"{HERE.parent}:{os.environ['PYTHONPATH']}"
    return clean | {"SYLLABOT_HEALTH_LISTEN": "off", "SYLLABOT_CONTENT": str(TINY)} | settings


def doctor(folder: Path, *args: str, **settings: str) -> Ran:
    """Run it there without a network, and bound by the rights of files, also as root."""
    done = warm.run(
        "doctor", "--offline", *args, cwd=folder, env=environment(**settings), bound=True
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


async def asked(folder: Path, *args: str, **settings: str) -> Ran:
    """Run it with a network, such as a test has one."""
    program = ("-W", "ignore", "-c", TO_DISCORD) if "API" in settings else ("-m", "bot")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *program, "doctor", *args),
        cwd=folder,
        env=environment(**settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert b"Traceback" not in err, err.decode()
    return Ran(process.returncode or 0, out.decode(), err.decode())


def case(db: Path, *, deep: bool = False, **settings: str) -> Case:
    return Case(read(settings), settings, TINY, db, AT, deep)


def states(findings: list[Finding], check: str) -> set[State]:
    return {each.state for each in findings if each.check == check}


@asynccontextmanager
async def here(answer: Callable[[web.BaseRequest], Awaitable[web.Response]]) -> AsyncIterator[str]:
    """A server on this machine that answers everything so; its address."""
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def working(folder: Path) -> dict[str, str]:
    """A set-up with nothing wrong in it; the settings that make it so."""
    token, backups, db = folder / "token", folder / "backups", folder / "s.db"
    token.write_text(f"{SECRET}\n")
    backups.mkdir()
    await made(db)
    shutil.copy(db, backups / COPY)
    for each in (token, db, backups / COPY):
        each.chmod(0o600)
    return {
        "TELEGRAM_TOKEN_FILE": str(token),
        "SYLLABOT_DB": str(db),
        "SYLLABOT_BACKUPS": str(backups),
    }


def beside(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(each): (each.stat().st_mode, each.stat().st_mtime_ns, each.read_bytes())
        for each in sorted(folder.rglob("*"))
        if each.is_file()
    }


# -- the whole -------------------------------------------------------------------------------


async def test_a_set_up_that_works_has_nothing_failed_and_nothing_changed(folder: Path) -> None:
    settings = await working(folder)
    before = beside(folder)
    ran = doctor(folder, "--deep", **settings)
    assert (ran.code, ran.err) == (0, "")
    assert "  failed" not in ran.out
    assert re.search(r"^\d+ ok, \d+ warnings?, 0 failed$", ran.out, re.MULTILINE)
    checks = ("tokens", "secret file", "database rights", "backups rights", "integrity", "schema")
    for check in (*checks, "references", "progress", "backups", "courses", "time zones"):
        assert ran.is_ok(check), (check, ran.out)
    assert beside(folder) == before


def test_a_newcomer_in_an_empty_folder_is_told_what_to_do(folder: Path) -> None:
    ran = doctor(folder, SYLLABOT_CONTENT="content")
    assert ran.code == 1
    assert "BotFather" in ran.one("tokens")[2]
    assert "--content" in ran.one("courses")[2]
    assert "made at the first start" in ran.one("database")[1]
    assert list(folder.iterdir()) == []


def test_every_fault_has_a_remedy_and_the_count_agrees(folder: Path) -> None:
    ran = doctor(folder, "--json")
    told = json.loads(ran.out)
    for each in told["checks"]:
        assert bool(each["remedy"]) == (each["state"] != "ok")
        assert each["said"].endswith((".", ")"))
    for state, count in told["counts"].items():
        assert count == sum(each["state"] == state for each in told["checks"])
    assert ran.code == 1 and told["counts"]["failed"] == 1


def test_no_secret_is_ever_said(folder: Path) -> None:
    planted = {
        "TELEGRAM_TOKEN": SECRET,
        "DISCORD_TOKEN": "d1scord.s3cret.planted",
        "ANTHROPIC_API_KEY": "sk-s3cret-planted",
        "TELEGRAM_API_URL": f"http://ann:pw-{SECRET}@127.0.0.1:1",
        "ANTHROPIC_BASE_URL": "http://ann:pw-planted@127.0.0.1:1/planted",
        "SYLLABOT_MODEL_COMPANY": "Ours",
        "TELEGRAM_WEBHOOK_URL": "https://example.org/planted-path",
    }
    for args in ((), ("--json",)):
        ran = doctor(folder, *args, **planted)
        assert "planted" not in ran.out + ran.err
    bad = doctor(folder, **{**planted, "TELEGRAM_API_URL": SECRET})
    assert bad.code == 2 and "planted" not in bad.out + bad.err


async def test_a_failing_network_says_no_secret_either(folder: Path) -> None:
    ran = await asked(
        folder,
        TELEGRAM_TOKEN=f"{SECRET} with spaces",
        TELEGRAM_API_URL="http://127.0.0.1:1",
        ANTHROPIC_API_KEY="sk-s3cret-planted",
    )
    assert "planted" not in ran.out + ran.err
    assert ran.one("Telegram network")[0] == ran.one("Anthropic network")[0] == "failed"


def test_colours_stand_on_a_terminal_alone(folder: Path) -> None:
    assert "\x1b" not in doctor(folder).out

    def on_a_terminal(**settings: str) -> str:
        ours, its = pty.openpty()
        command = [sys.executable, "-m", "bot", "doctor", "--offline"]
        process = subprocess.Popen(command, cwd=folder, env=environment(**settings), stdout=its)
        os.close(its)
        seen = b""
        with suppress(OSError):  # Linux says so when the other side of a terminal is gone
            while chunk := os.read(ours, 65536):
                seen += chunk
        os.close(ours)
        process.wait()
        return seen.decode()

    assert "\x1b[31mfailed " in on_a_terminal(NO_COLOR="")
    assert "\x1b" not in on_a_terminal(NO_COLOR="1")


# -- settings and addresses --------------------------------------------------------------------


def test_settings_that_cannot_be_read_are_all_named_at_once(folder: Path) -> None:
    file = folder / "env"
    file.write_text("SYLLABOT_LOG=xml\nSYLLABOT_CONTNET=x\n")
    ran = doctor(folder, SYLLABOT_ENV_FILE=str(file), SYLLABOT_ACCESS="closed")
    assert ran.code == 2
    said = " ".join(sentence for _, sentence, _ in ran.of("setting"))
    assert "SYLLABOT_CONTNET is not a setting" in said
    assert "SYLLABOT_LOG is xml" in said
    assert "SYLLABOT_ACCESS is closed" in said
    assert doctor(folder, SYLLABOT_ENV_FILE="nowhere").code == 2


async def test_a_secret_that_others_may_read_is_a_warning(folder: Path) -> None:
    settings = await working(folder)
    (folder / "token").chmod(0o640)
    state, said, remedy = doctor(folder, **settings).one("secret file")
    assert state == "warning" and "TELEGRAM_TOKEN_FILE" in said
    assert remedy.endswith(f"chmod 600 {folder / 'token'}")


def test_a_settings_file_is_looked_at_when_there_is_a_secret_in_it(folder: Path) -> None:
    file = folder / "env"
    file.write_text("SYLLABOT_ACCESS=open\n")
    assert doctor(folder, SYLLABOT_ENV_FILE=str(file)).of("secret file") == []
    file.write_text(f"TELEGRAM_TOKEN={SECRET}\n")
    ran = doctor(folder, SYLLABOT_ENV_FILE=str(file))
    assert ran.one("secret file")[0] == "warning"
    assert ran.is_ok("secrets") and "TELEGRAM_TOKEN_FILE" in ran.one("secrets")[1]


def test_a_settings_file_that_nothing_reads_is_a_warning(folder: Path) -> None:
    (folder / ".env").write_text("")
    assert "SYLLABOT_ENV_FILE=.env" in doctor(folder).one("settings file")[2]
    assert doctor(folder, SYLLABOT_ENV_FILE=".env").of("settings file") == []


def test_an_address_that_another_program_has_is_a_failure(folder: Path, unused_port: int) -> None:
    listen = f"127.0.0.1:{unused_port}"
    hook = {
        "TELEGRAM_TOKEN": SECRET,
        "TELEGRAM_WEBHOOK_URL": "https://example.org/x",
        "TELEGRAM_WEBHOOK_LISTEN": listen,
    }
    assert doctor(folder, SYLLABOT_HEALTH_LISTEN=listen).is_ok("health address")
    assert doctor(folder, **hook).is_ok("webhook")
    assert doctor(folder, SYLLABOT_HEALTH_LISTEN=listen, **hook).one("webhook")[0] == "failed"
    with closing(socket.create_server(("127.0.0.1", unused_port))):
        state, said, _ = doctor(folder, SYLLABOT_HEALTH_LISTEN=listen).one("health address")
        assert state == "failed" and "Another program" in said
        assert doctor(folder, **hook).one("webhook")[0] == "failed"
    elsewhere = doctor(folder, SYLLABOT_HEALTH_LISTEN="203.0.113.7:9464")
    assert "address of this machine" in elsewhere.one("health address")[2]


async def test_our_own_health_address_is_known_by_its_answer(folder: Path) -> None:
    answer = web.Response(status=200, text="ok\n")

    async def healthz(_: web.BaseRequest) -> web.Response:
        return web.Response(status=answer.status, text=answer.text)

    async with here(healthz) as url:
        listen = url.removeprefix("http://")
        settings = {"SYLLABOT_HEALTH_LISTEN": listen, "SYLLABOT_DB": str(folder / "s.db")}
        ran = await asked(folder, "--offline", **settings)
        assert "another database" in ran.one("health address")[1]
        store = await Store.open(folder / "s.db")
        assert (await asked(folder, "--offline", **settings)).is_ok("health address")
        answer = web.Response(status=503, text="The database did not answer.\n")
        state, said, _ = (await asked(folder, "--offline", **settings)).one("health address")
        assert state == "warning" and "did not answer" in said
        answer = web.Response(status=200, text="<html>")
        ran = await asked(folder, "--offline", **settings)
        assert "Another program" in ran.one("health address")[1]
        await store.close()


@pytest.mark.parametrize(
    ("settings", "check"),
    [
        ({"TELEGRAM_WEBHOOK_LISTEN": "127.0.0.1:8443"}, "webhook"),
        ({"TELEGRAM_API_URL": "http://example.org"}, "Bot API server"),
    ],
)
def test_settings_that_do_not_go_together_are_a_warning(
    folder: Path, settings: dict[str, str], check: str
) -> None:
    assert doctor(folder, TELEGRAM_TOKEN=SECRET, **settings).one(check)[0] == "warning"
    assert doctor(folder, TELEGRAM_TOKEN=SECRET).of(check) == []


# -- files -------------------------------------------------------------------------------------


def test_what_learners_wrote_is_for_its_owner_alone(folder: Path) -> None:
    settings = asyncio.run(working(folder))
    for each in (folder / "s.db", folder / "backups" / COPY):
        each.chmod(0o644)
    assert doctor(folder, **settings).is_ok("database rights")  # nobody else enters the folder
    folder.chmod(0o755)
    ran = doctor(folder, **settings)
    assert ran.one("database rights")[0] == ran.one("backups rights")[0] == "warning"
    assert f"chmod 600 {folder / 's.db'}" in ran.one("database rights")[2]


async def test_what_this_user_may_not_write_is_a_failure(folder: Path) -> None:
    settings = await working(folder)
    (folder / "s.db").chmod(0o400)
    (folder / "backups").chmod(0o500)
    ran = doctor(folder, **settings)
    assert ran.one("database folder")[0] == ran.one("backup folder")[0] == "failed"
    assert str(folder / "s.db") in ran.one("database folder")[1]
    (folder / "s.db").chmod(0o000)
    assert ran.code == 1
    assert "cannot be opened by this user" in doctor(folder, **settings).one("integrity")[1]
    (folder / "backups").chmod(0o700)


def test_a_folder_that_is_missing_is_made_where_that_is_allowed(folder: Path) -> None:
    settings = {"SYLLABOT_DB": "in/s.db", "SYLLABOT_BACKUPS": "out"}
    ran = doctor(folder, **settings)
    assert ran.is_ok("database folder") and ran.is_ok("backup folder")
    folder.chmod(0o500)
    ran = doctor(folder, **settings)
    assert ran.one("database folder")[0] == ran.one("backup folder")[0] == "failed"
    folder.chmod(0o700)


def test_what_this_user_may_not_even_look_at_is_a_failure(folder: Path) -> None:
    hidden = folder / "hidden"
    hidden.mkdir(mode=0o000)
    ran = doctor(folder, "--db", str(hidden / "s.db"))
    hidden.chmod(0o700)
    assert ran.code == 1
    assert {state for state, _, _ in ran.of("rights")} == {"failed"}
    assert ran.is_ok("courses") and ran.is_ok("clock")


def test_content_that_everybody_may_write_is_a_warning(folder: Path) -> None:
    content = folder / "content"
    shutil.copytree(TINY, content)
    assert doctor(folder, "--content", str(content)).is_ok("content folder")
    content.chmod(0o777)
    assert doctor(folder, "--content", str(content)).one("content folder")[0] == "warning"
    content.chmod(0o000)
    assert doctor(folder, "--content", str(content)).one("content folder")[0] == "failed"
    content.chmod(0o700)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody")
async def test_a_file_of_somebody_else_tells_who_should_run_this(folder: Path) -> None:
    await made(folder / "s.db")
    db = str(folder / "s.db")
    assert (await asked(folder, "--offline", "--db", db)).is_ok("database owner")
    os.chown(folder / "s.db", NOBODY, NOBODY)
    ran = await asked(folder, "--offline", "--db", db)
    assert "sudo -u" in ran.one("database owner")[2]
    assert ran.one("user")[0] == "warning"


ROOMY = SimpleNamespace(f_frsize=4096, f_bavail=10**9, f_files=10**6, f_favail=10**6, f_flag=0)


@pytest.mark.parametrize(
    ("changed", "check", "state"),
    [
        ({}, "database disk", "ok"),
        ({"f_bavail": 10 * MIB // 4096}, "database disk", "failed"),
        ({"f_bavail": 60 * MIB // 4096}, "database disk", "warning"),
        ({"f_bavail": 66 * MIB // 4096}, "database disk", "ok"),
        ({"f_favail": 5}, "database disk entries", "failed"),
        ({"f_favail": 500}, "database disk entries", "warning"),
        ({"f_files": 0, "f_favail": 0}, "database disk", "ok"),
        ({"f_flag": getattr(os, "ST_RDONLY", 1)}, "database folder", "failed"),
    ],
)
def test_a_disk_must_have_room_for_a_copy(
    tmp_path: Path, changed: dict[str, int], check: str, state: State
) -> None:
    room = SimpleNamespace(**{**vars(ROOMY), **changed})
    found = list(files.check(case(tmp_path / "s.db"), Disks(lambda _: room, lambda: "")))
    assert states(found, check) == {state}


def test_the_room_that_is_needed_grows_with_the_database_and_its_copies(tmp_path: Path) -> None:
    db, backups = tmp_path / "s.db", tmp_path / "backups"
    backups.mkdir()
    db.write_bytes(bytes(10 * MIB))
    given = case(db, SYLLABOT_BACKUPS=str(backups), SYLLABOT_BACKUPS_KEPT="5")

    def backup_disk(left: int) -> set[State]:
        room = SimpleNamespace(**{**vars(ROOMY), "f_bavail": left * MIB // 4096})
        disks = Disks(lambda _: room, lambda: "")
        return states(list(files.check(given, disks)), "backup disk")

    assert backup_disk(113) == {"warning"}
    assert backup_disk(114) == {"ok"}
    (backups / COPY).write_bytes(b"SQLite format 3\x00")
    assert backup_disk(113) == {"ok"}


@pytest.mark.parametrize(
    ("name", "state"),
    [
        *(("ext4", "ok"), ("nfs4", "failed"), ("cifs", "failed"), ("fuse.sshfs", "failed")),
        *(("9p", "warning"), ("virtiofs", "warning")),
    ],
)
def test_a_network_drive_cannot_hold_the_database(tmp_path: Path, name: str, state: State) -> None:
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path} {name} rw 0 0\n"
    found = list(files.check(case(tmp_path / "s.db"), Disks(mounts=lambda: mounts)))
    assert states(found, "file system") == {state}


def test_the_longest_and_last_mount_point_counts() -> None:
    mounts = (
        "/dev/a / ext4 rw 0 0\nb /srv/my\\040data nfs rw 0 0\nc /srv/my\\040data xfs rw 0 0\n"
        "d /srv/my cifs rw 0 0\nshort\n"
    )
    assert kind(Path("/srv/my data/s.db"), mounts) == "xfs"
    assert kind(Path("/srv/my/x"), mounts) == "cifs"
    assert kind(Path("/srv/myself"), mounts) == "ext4"
    assert kind(Path("/x"), "") == ""


# -- the database ------------------------------------------------------------------------------


async def test_a_program_that_runs_is_said_and_not_disturbed(folder: Path) -> None:
    settings = await working(folder)
    store = await Store.open(folder / "s.db")
    await made(folder / "other.db")
    before = beside(folder)
    ran = await asked(folder, "--offline", "--deep", **settings)
    assert "that runs has" in ran.one("in use")[1]
    assert ran.is_ok("integrity") and ran.is_ok("progress")
    assert beside(folder) == before
    await store.close()
    assert (await asked(folder, "--offline", **settings)).of("in use") == []


def test_a_database_left_by_a_crash_is_read_and_left_alone(folder: Path) -> None:
    settings = asyncio.run(working(folder))
    script = (
        "import os, sqlite3; db = sqlite3.connect('s.db', isolation_level=None); "
        "db.execute('PRAGMA journal_mode = WAL'); "
        "db.execute(\"INSERT INTO accounts VALUES ('x', 'y')\"); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=folder)
    assert (folder / "s.db-wal").stat().st_size
    before = beside(folder)
    assert doctor(folder, "--deep", **settings).is_ok("integrity")
    assert beside(folder) == before
    (folder / "s.db-shm").unlink()
    state, _, remedy = doctor(folder, **settings).one("integrity")
    assert state == "warning" and "Start Syllabot once" in remedy
    assert not (folder / "s.db-shm").exists()


async def test_a_damaged_database_is_a_failure(folder: Path) -> None:
    settings = await working(folder)
    db = folder / "s.db"
    whole = db.read_bytes()
    db.write_bytes(whole[:8192] + b"\xff" * 4096 + whole[12288:])
    ran = doctor(folder, **settings)
    assert ran.code == 1 and ran.one("integrity")[0] == "failed"
    assert "syllabot restore" in ran.one("integrity")[2]
    db.write_bytes(b"this is no database" * 500)
    assert doctor(folder, **settings).one("integrity")[0] == "failed"
    db.write_bytes(b"")
    assert doctor(folder, **settings).is_ok("database")
    db.unlink()
    db.mkdir()
    assert doctor(folder, **settings).one("database")[0] == "failed"


async def test_a_database_of_another_program_is_a_failure(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "s.db")) as other:
        other.execute("CREATE TABLE t (x)")
    assert "another program" in doctor(folder, "--db", str(folder / "s.db")).one("database")[1]


@pytest.mark.parametrize("by", [-1, 0, 1])
async def test_the_schema_is_older_or_ours_or_newer(folder: Path, by: int) -> None:
    settings = await working(folder)
    with closing(sqlite3.connect(folder / "s.db")) as db:
        db.execute(f"PRAGMA user_version = {len(migrations()) + by}")
    state, _, remedy = doctor(folder, **settings).one("schema")
    assert state == {-1: "warning", 0: "ok", 1: "failed"}[by]
    assert ("syllabot backup" in remedy) == (by == -1)


async def test_deep_finds_what_the_log_does_not_say(folder: Path) -> None:
    settings = await working(folder)
    with closing(sqlite3.connect(folder / "s.db")) as db, db:
        db.execute("INSERT INTO standing VALUES ('course:x', 'all', 'ann', 7, 1)")
    before = beside(folder)
    assert doctor(folder, **settings).of("progress") == []
    state, _, remedy = doctor(folder, "--deep", **settings).one("progress")
    assert state == "warning" and "syllabot rebuild" in remedy
    assert beside(folder) == before


async def test_a_file_that_another_program_locks_is_a_failure(folder: Path) -> None:
    settings = await working(folder)
    with closing(sqlite3.connect(folder / "s.db", isolation_level=None)) as other:
        other.execute("SELECT * FROM log")
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("DELETE FROM prompts")
        state, said, _ = doctor(folder, **settings).one("integrity")
        assert state == "failed" and "locked by another program" in said


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ((3, 37, 9), "failed"),
        ((3, 40, 1), "warning"),
        ((3, 44, 6), "ok"),
        ((3, 50, 6), "warning"),
        ((3, 51, 2), "warning"),
        ((3, 51, 3), "ok"),
        ((3, 53, 0), "ok"),
    ],
)
def test_sqlite_is_new_enough(tmp_path: Path, version: tuple[int, int, int], state: State) -> None:
    assert states(list(database.check(case(tmp_path / "s.db"), version)), "SQLite") == {state}


async def test_a_log_that_is_not_carried_over_is_a_warning(tmp_path: Path) -> None:
    await made(tmp_path / "s.db")
    assert states(list(database.check(case(tmp_path / "s.db"))), "write-ahead log") == {"ok"}
    with (tmp_path / "s.db-wal").open("wb") as wal:
        wal.truncate(200 * MIB)
    assert states(list(database.check(case(tmp_path / "s.db"))), "write-ahead log") == {"warning"}


async def test_the_newest_copy_must_not_be_too_old(folder: Path) -> None:
    settings = await working(folder)
    copy = folder / "backups" / COPY
    assert doctor(folder, **settings).is_ok("backups")
    old = copy.stat().st_mtime - 3 * 86400
    os.utime(copy, (old, old))
    state, said, _ = doctor(folder, **settings).one("backups")
    assert state == "warning" and "3 days old" in said
    assert doctor(folder, SYLLABOT_BACKUP_HOURS="72", **settings).is_ok("backups")
    copy.rename(copy.with_name(f"{COPY}.9.part"))
    assert "no copy" in doctor(folder, **settings).one("backups")[1]
    settings.pop("SYLLABOT_BACKUPS")
    assert "SYLLABOT_BACKUPS" in doctor(folder, **settings).one("backups")[2]


# -- courses -----------------------------------------------------------------------------------


def test_faults_of_courses_are_counted_and_the_command_is_named(folder: Path) -> None:
    content = folder / "content"
    shutil.copytree(TINY, content)
    assert "1 course with" in doctor(folder, "--content", str(content)).one("courses")[1]
    lesson = content / "m1" / "l1" / "lesson.yaml"
    lesson.write_text(lesson.read_text().replace("minutes: 3", "minutes: 1:30"))
    state, said, remedy = doctor(folder, "--content", str(content)).one("courses")
    assert state == "failed" and "1 error" in said
    assert remedy.endswith(f"syllabot check {content}")


# -- the clock ---------------------------------------------------------------------------------


async def test_a_clock_before_what_was_written_is_a_failure(tmp_path: Path) -> None:
    db = tmp_path / "s.db"
    await made(db)
    last = database.newest(db)
    assert last is not None

    def at(moment: datetime) -> set[State]:
        return states(list(clock.check(replace(case(db), at=moment))), "clock")

    assert at(datetime.now(UTC)) == {"ok"}
    assert at(datetime(1970, 1, 1, tzinfo=UTC)) == {"failed"}
    ahead = datetime.now(UTC) + timedelta(days=400)
    with closing(sqlite3.connect(db)) as changed, changed:
        changed.execute("DROP TRIGGER IF EXISTS log_is_never_changed")
        changed.execute("UPDATE log SET at = ?", (f"{ahead:%Y-%m-%dT%H:%M:%S.%fZ}",))
    assert at(datetime.now(UTC)) == {"failed"}
    assert at(ahead) == {"ok"}


@pytest.mark.parametrize(("kept", "found"), [(True, {"ok"}), (False, {"warning"}), (None, set())])
def test_a_time_service_is_asked_for_where_somebody_knows(
    tmp_path: Path, kept: bool | None, found: set[State]
) -> None:
    assert states(list(clock.check(case(tmp_path / "s.db"), lambda: kept)), "time service") == found


def test_zones_that_are_not_known_are_a_failure() -> None:
    def zone(name: str) -> None:
        if name == "Asia/Kolkata":
            raise ZoneInfoNotFoundError(name)

    assert clock.zones(zone).state == "failed"
    assert "Asia/Kolkata" in clock.zones(zone).said
    assert clock.zones(lambda _: None).state == "ok"


@pytest.mark.parametrize(
    ("seconds", "state"),
    [(0, "ok"), (30, "ok"), (-31, "warning"), (300, "warning"), (301, "failed"), (-9e5, "failed")],
)
def test_the_clock_is_compared_with_the_nearest_service(seconds: float, state: State) -> None:
    near = ("Telegram", AT + timedelta(seconds=seconds), AT)
    far = ("Discord", AT + timedelta(seconds=seconds * 2 or 1), AT)
    (found,) = clock.beside([far, near])
    assert found.state == state
    assert "Telegram" in found.said


async def test_a_service_with_another_time_is_compared(folder: Path) -> None:
    async def early(_: web.BaseRequest) -> web.Response:
        return web.Response(status=500, headers={"Date": "Thu, 01 Jan 2026 00:00:00 GMT"})

    async with here(early) as url:
        ran = await asked(folder, TELEGRAM_TOKEN=SECRET, TELEGRAM_API_URL=url)
    assert ran.one("clock compared")[0] == "failed"
    assert ran.one("Telegram answer")[0] == "warning"


# -- Telegram ----------------------------------------------------------------------------------


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(SECRET, specs=telegram_specs()) as server:
        yield server
    assert server.breaches == server.mistakes == []


def to_telegram(server: TelegramServer) -> dict[str, str]:
    return {"TELEGRAM_TOKEN": server.token, "TELEGRAM_API_URL": server.url}


async def test_telegram_says_who_the_bot_is_and_nothing_is_fetched(
    folder: Path, telegram: TelegramServer
) -> None:
    telegram.say(7, "/start")
    ran = await asked(folder, **to_telegram(telegram))
    assert "@syllabot_test_bot" in ran.one("Telegram token")[1]
    for check in ("token", "groups", "updates", "backlog"):
        assert ran.is_ok(f"Telegram {check}")
    assert ran.is_ok("clock compared")
    assert telegram.pending == 1
    assert {each.method for each in telegram.requests} == {"getMe", "getWebhookInfo"}


async def test_a_token_that_telegram_refuses_is_a_failure(
    folder: Path, telegram: TelegramServer
) -> None:
    ran = await asked(folder, **(to_telegram(telegram) | {"TELEGRAM_TOKEN": "4242:wrong"}))
    state, _, remedy = ran.one("Telegram token")
    assert ran.code == 1 and state == "failed" and "BotFather" in remedy


async def test_a_webhook_that_is_not_ours_is_a_warning(
    folder: Path, telegram: TelegramServer
) -> None:
    telegram.feed.webhook = Webhook("https://other.example/planted-path")
    state, said, remedy = (await asked(folder, **to_telegram(telegram))).one("Telegram updates")
    assert state == "warning" and "https://other.example," in said and "token of its own" in remedy
    ours = {"TELEGRAM_WEBHOOK_URL": "https://other.example/planted-path"}
    assert (await asked(folder, **to_telegram(telegram), **ours)).is_ok("Telegram updates")


async def test_posts_that_fail_and_updates_that_wait_are_warnings(
    folder: Path, telegram: TelegramServer
) -> None:
    telegram.feed.webhook = Webhook("https://example.org/x")
    telegram.feed.last_error = "Connection refused"
    for number in range(101):
        telegram.feed.queue.append(Waiting(number, b"{}"))
    ours = {"TELEGRAM_WEBHOOK_URL": "https://example.org/x"}
    ran = await asked(folder, **to_telegram(telegram), **ours)
    assert ran.one("Telegram backlog")[0] == "warning"
    assert "Connection refused" in ran.one("Telegram posts")[1]


@pytest.mark.parametrize(
    "changed", [{"can_join_groups": False}, {"can_read_all_group_messages": True}]
)
async def test_what_botfather_set_for_groups_is_looked_at(
    folder: Path, telegram: TelegramServer, changed: dict[str, bool]
) -> None:
    telegram.bot |= changed
    state, _, remedy = (await asked(folder, **to_telegram(telegram))).one("Telegram groups")
    assert state == "warning" and "@BotFather" in remedy


@pytest.mark.parametrize(
    ("fault", "check", "state"),
    [
        (Fault(status=429), "answer", "warning"),
        (Fault(status=500), "answer", "warning"),
        (Fault(status=502, html=True), "answer", "warning"),
        (Fault(status=400), "answer", "failed"),
        (Fault(drop="before"), "network", "failed"),
    ],
)
async def test_each_way_to_get_no_answer_is_told_apart(
    folder: Path, telegram: TelegramServer, fault: Fault, check: str, state: str
) -> None:
    telegram.fault = lambda number, method: fault
    ran = await asked(folder, **to_telegram(telegram))
    assert ran.one(f"Telegram {check}")[0] == state
    assert ran.of("Telegram token") == []


async def test_another_server_in_the_place_of_telegram_is_a_failure(
    folder: Path, telegram: TelegramServer
) -> None:
    async def page(_: web.BaseRequest) -> web.Response:
        return web.Response(text="<html>Please log in</html>")

    async with here(page) as url:
        ran = await asked(folder, TELEGRAM_TOKEN=SECRET, TELEGRAM_API_URL=url)
    assert ran.one("Telegram answer")[0] == "failed"


async def test_beside_a_program_that_serves_all_is_well_and_goes_on(
    folder: Path, telegram: TelegramServer, unused_port: int
) -> None:
    settings = to_telegram(telegram) | {"SYLLABOT_HEALTH_LISTEN": f"127.0.0.1:{unused_port}"}
    process = await serve(folder, **settings)
    telegram.say(7, "/start")
    await telegram.until(lambda: len(telegram.chat(7)) == 2, within=30)
    ran = await asked(folder, "--deep", "--db", str(folder / "s.db"), **settings)
    assert ran.code == 0
    for check in ("health address", "in use", "integrity", "progress", "Telegram token"):
        assert ran.is_ok(check), ran.out
    telegram.say(7, "/help")
    await telegram.until(lambda: len(telegram.chat(7)) > 3, within=30)
    process.terminate()
    await process.communicate()
    assert process.returncode == 0


# -- Discord -----------------------------------------------------------------------------------


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer(specs=specs()) as server:
        server.person(7, "Ann")
        server.guild(5, "Hall", [7])
        yield server
    assert server.breaches == server.mistakes == []


def to_discord(server: DiscordServer) -> dict[str, str]:
    return {"DISCORD_TOKEN": server.token, "API": server.api, "GATEWAY": server.gateway_url}


async def test_discord_says_who_the_bot_is_and_where(folder: Path, discord: DiscordServer) -> None:
    ran = await asked(folder, **to_discord(discord))
    assert "permissions=274877959168" in ran.one("Discord token")[1]
    for check in ("token", "intents", "commands", "servers"):
        assert ran.is_ok(f"Discord {check}")
    assert ran.of("Discord portal") == []
    assert "not there yet" in ran.one("Discord commands")[1]
    assert {each.method.split()[0] for each in discord.requests} == {"GET"}


async def test_a_token_that_discord_refuses_is_a_failure(
    folder: Path, discord: DiscordServer
) -> None:
    ran = await asked(folder, **(to_discord(discord) | {"DISCORD_TOKEN": "wrong.planted.token"}))
    state, _, remedy = ran.one("Discord token")
    assert state == "failed" and "Reset Token" in remedy and "planted" not in ran.out


async def test_a_server_where_it_may_not_post_is_a_warning(
    folder: Path, discord: DiscordServer
) -> None:
    discord.guilds[5].granted = 1 << 10 | 1 << 11 | 1 << 38
    state, said, _ = (await asked(folder, **to_discord(discord))).one("Discord servers")
    assert state == "warning" and said.endswith(
        "In Hall it cannot post: it lacks Embed Links, Attach Files."
    )
    discord.guilds[5].granted = 1 << 3
    assert (await asked(folder, **to_discord(discord))).is_ok("Discord servers")
    discord.guilds[5].joined = False
    assert "in no server" in (await asked(folder, **to_discord(discord))).one("Discord servers")[1]


@pytest.mark.parametrize(
    ("portal", "words"),
    [
        ({"interactions_endpoint_url": "https://example.org"}, "Interactions Endpoint URL"),
        ({"bot_require_code_grant": True}, "Code Grant"),
    ],
)
async def test_what_is_set_in_the_portal_may_keep_the_bot_away(
    folder: Path, discord: DiscordServer, portal: dict[str, object], words: str
) -> None:
    discord.portal |= portal
    state, said, _ = (await asked(folder, **to_discord(discord))).one("Discord portal")
    assert state == "failed" and words in said


async def test_an_intent_that_is_not_needed_is_a_remark(
    folder: Path, discord: DiscordServer
) -> None:
    discord.portal["flags"] = 1 << 19
    state, said, _ = (await asked(folder, **to_discord(discord))).one("Discord intents")
    assert state == "ok" and "Message Content" in said


async def test_discord_that_breaks_down_is_said(folder: Path, discord: DiscordServer) -> None:
    discord.fault = lambda number, template: DiscordFault(status=500)
    assert (await asked(folder, **to_discord(discord))).one("Discord answer")[0] == "warning"


# -- a model -----------------------------------------------------------------------------------


def to_claude(server: ClaudeServer, key: str = "k-s3cret") -> dict[str, str]:
    return {
        "ANTHROPIC_API_KEY": key,
        "ANTHROPIC_BASE_URL": server.url,
        "SYLLABOT_MODEL_COMPANY": "Ours",
    }


async def test_a_key_is_tried_and_each_model_is_looked_for(folder: Path) -> None:
    async with ClaudeServer(keys=frozenset({"k-s3cret"})) as server:
        ran = await asked(folder, **to_claude(server))
        assert ran.is_ok("Ours token") and len(ran.of("Ours model")) == 2
        assert ran.is_ok("Ours model")
        server.models.discard("claude-sonnet-5-5")
        ran = await asked(folder, **to_claude(server))
        assert [state for state, _, _ in ran.of("Ours model")] == ["ok", "warning"]
        ran = await asked(folder, **to_claude(server, "wrong-key"))
        assert ran.one("Ours token")[0] == "failed"
        assert server.requests == []  # nothing was paid for


# -- the program -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (program.python((3, 11, 7)), "ok"),
        (program.python((3, 10, 9)), "failed"),
        (program.python((3, 13, 0)), "ok"),
        (program.python((3, 14, 0)), "failed"),
        (program.user(1000), "ok"),
        (program.user(0), "warning"),
        (program.files(1024), "ok"),
        (program.files(256), "warning"),
        (program.memory(300 * MIB), "ok"),
        (program.memory(200 * MIB), "warning"),
    ],
)
def test_what_the_system_grants_is_enough(found: Finding, state: State) -> None:
    assert found.state == state
    assert bool(found.remedy) == (state != "ok")


def test_packages_are_compared_with_the_lock() -> None:
    lock = "aiohttp==3.14.5 \\\n    --hash=sha256:1\nruff==1.0 ; python\n"
    here = {"aiohttp": "3.14.5"}
    assert program.packages(lock, lambda name: here.get(name, "")).state == "ok"
    here["aiohttp"] = "3.0"
    found = program.packages(lock, lambda name: here.get(name, ""))
    assert found.state == "warning" and "aiohttp 3.0 (not 3.14.5)" in found.said


def test_memory_is_that_of_the_container(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 2 kB\nMemAvailable:  1000 kB\n")
    assert program.available(meminfo, tmp_path) == 1000 * 1024
    (tmp_path / "memory.max").write_text("500000\n")
    (tmp_path / "memory.current").write_text("100000\n")
    assert program.available(meminfo, tmp_path) == 400_000
    (tmp_path / "memory.max").write_text("max\n")
    assert program.available(meminfo, tmp_path) == 1000 * 1024
    assert program.available(tmp_path / "none", tmp_path / "none") is None


# -- words -------------------------------------------------------------------------------------


def test_words_are_for_people() -> None:
    assert size(10) == "10 bytes"
    assert size(5 * 2**30) == "5.0 GiB"
    assert bare("https://ann:pw@example.org:8443/hook?x") == "https://example.org:8443"
    assert bare("http://[::1]:9/x") == "http://[::1]:9"
    assert blotted("a token-1 b", ["token-1", "a", ""]) == "a *** b"
