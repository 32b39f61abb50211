"""Texts that are read: keys, codes, settings, scripts, recordings, saved sessions."""

import argparse
import json
import tempfile
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout, suppress
from functools import cache
from io import StringIO
from pathlib import Path
from random import Random
from typing import Final, cast

from pydantic import TypeAdapter, ValidationError

from benchmarks.fuzzing import chance as spoil
from benchmarks.fuzzing.case import Broken, Steps, Target
from benchmarks.fuzzing.loop import aside, run
from benchmarks.fuzzing.world import HERE, fresh
from bot.commands import check_persona, verify
from bot.config import PLAIN, SECRET, Config, ConfigError, read
from bot.conversation import KEY_BYTES, Choice, Key, Session, pick
from bot.flows.groups import codes, proof
from bot.replay.script import ScriptError
from bot.replay.script import read as read_script
from bot.store import Store
from bot.tutor.audit import AuditFile, Recording

TOKEN: Final = "4242:NEVER-SHOWN"  # noqa: S105 - stands for one
_SESSION: Final = TypeAdapter(Session)


@cache
def folder() -> Path:
    """A folder of this run; in memory where the machine has such a place."""
    memory = Path("/dev/shm")  # noqa: S108
    where = memory if memory.is_dir() else None
    _KEPT.append(tempfile.TemporaryDirectory(prefix="syllabot-fuzz-", dir=where))
    return Path(_KEPT[-1].name)


_KEPT: list["tempfile.TemporaryDirectory[str]"] = []

# -- keys and codes ------------------------------------------------------------------------------

KEYS: Final = (
    "m1-l1-q1-c.1.7.tiny",
    "next.0.3.tiny",
    "forget-yes.0.2.",
    "r-1-2-a.0.0.x",
    "menu.0.0.",
)


def _make_key(chance: Random) -> Steps:
    return [spoil.text(chance, chance.choice(KEYS))]


def _key(steps: Steps) -> None:
    for step in steps:
        text = str(step)
        key = Key.parse(text)
        if key and (len(text.encode()) > KEY_BYTES or min(key.attempt, key.turn) < 0):
            raise Broken("a key was taken that nobody could have been shown")
        if key and Key.parse(str(key)) != key:
            raise Broken("a key does not survive being written")
        choices = tuple(Choice(each, letter) for each, letter in zip(KEYS, "ABCDE", strict=True))
        picked = pick(choices, text)
        if picked is not None and picked not in choices:
            raise Broken("something was picked that was not offered")


CODES: Final = ("7K2QM-9XW4T", "ABCD-EFGH-JKMN-PQRS", "7k2qm9xw4t", "O0I1L")


def _make_code(chance: Random) -> Steps:
    return [spoil.text(chance, chance.choice(CODES))]


def _code(steps: Steps) -> None:
    for step in steps:
        text = str(step)
        for found in (codes.normal(text), proof.normal(text)):
            if not (found.isascii() and (found.isalnum() or not found)):
                raise Broken(f"a code is kept as {found!r:.80}")
            if codes.normal(found) != found:
                raise Broken("a code that is kept is read as another")


@cache
def _database() -> Path:
    async def made() -> None:
        store = await Store.open(path)
        await store.close()

    path = folder() / "verify.db"
    run(made())
    return path


def _verify(steps: Steps) -> None:
    """`syllabot verify`, which says of none of these that it is genuine."""
    for step in steps:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()) as said:
            asked = argparse.Namespace(code=[str(step)], db=_database())
            code = aside(lambda: verify.run(asked))  # noqa: B023
        if code not in (1, 2) or not said.getvalue().strip():
            raise Broken(f"an unknown certificate ends with {code}")


# -- settings ------------------------------------------------------------------------------------

SETTINGS: Final[Mapping[str, str]] = {
    "SYLLABOT_CONTENT": "content",
    "SYLLABOT_DB": "syllabot.db",
    "SYLLABOT_OPERATORS": "telegram:7,discord:8",
    "SYLLABOT_ACCESS": "cohort",
    "TELEGRAM_API_URL": "https://api.telegram.org",
    "TELEGRAM_WEBHOOK_URL": "https://example.org:8443/hook",
    "TELEGRAM_WEBHOOK_LISTEN": "127.0.0.1:8443",
    "ANTHROPIC_BASE_URL": "https://api.anthropic.com",
    "SYLLABOT_MODEL": "claude-haiku-5-5",
    "SYLLABOT_SECOND_MODEL": "",
    "SYLLABOT_MODEL_PRICES": "claude-haiku-5-5 0.10 0.50 0.01 0.125 0.20",
    "SYLLABOT_BUDGETS": "learner/day $0.05 20000 tokens, service/month $20",
    "SYLLABOT_MODEL_COMPANY": "Anthropic",
    "SYLLABOT_MODEL_DAYS": "30",
    "SYLLABOT_TALK_DAYS": "180",
    "SYLLABOT_LOG": "json",
    "SYLLABOT_LOG_LEVEL": "info",
    "SYLLABOT_HEALTH_LISTEN": "127.0.0.1:9464",
    "SYLLABOT_BACKUPS": "backups",
    "SYLLABOT_BACKUP_HOURS": "24",
    "SYLLABOT_BACKUPS_KEPT": "14",
}


def _make_settings(chance: Random) -> Steps:
    names = chance.sample(sorted(SETTINGS), chance.randrange(1, 4))
    settings = {name: spoil.text(chance, SETTINGS[name]) for name in names}
    if not chance.randrange(10):
        name = chance.choice((*PLAIN, *SECRET, *(f"{each}_FILE" for each in SECRET)))
        settings[name] = spoil.odd(chance)
    if not chance.randrange(10):
        settings[spoil.text(chance, chance.choice(PLAIN))] = "x"
    lines_of = "\n".join(f"{name}={value}" for name, value in SETTINGS.items()).encode()
    file = spoil.raw(chance, lines_of) if not chance.randrange(4) else b""
    return [(settings, file)]


def _settings(steps: Steps) -> None:
    for step in steps:
        settings, file = cast(tuple[dict[str, str], bytes], step)
        environ = {"TELEGRAM_TOKEN": TOKEN, **settings}
        if file:
            path = folder() / "settings.env"
            path.write_bytes(file)
            environ = {"SYLLABOT_ENV_FILE": str(path), **environ}
        try:
            config = read(environ)
        except ConfigError as problem:
            if TOKEN in str(problem) or not str(problem).strip():
                raise Broken(f"a setting is refused with {problem!s:.200}") from None
        else:
            if TOKEN in repr(config) or not isinstance(config, Config):
                raise Broken("a secret is shown")


# -- files ---------------------------------------------------------------------------------------


@cache
def _scripts() -> tuple[bytes, ...]:
    paths = sorted((HERE / "tests/transcripts").rglob("*.chat"))
    return tuple(path.read_bytes() for path in paths)


def _make_script(chance: Random) -> Steps:
    real = chance.choice(_scripts())
    at = chance.randrange(len(real))
    head = b"course: ../course/tiny\n* one\n"
    lines_of = (head + real[at : at + 1500]).split(b"\n")
    if chance.randrange(2):
        marks = (b"+ ", b"> ", b"@bo in group #x > ", b"edit ", b"< ", b"!", b"{record} ", b"* ")
        odd = spoil.odd(chance).encode("utf-8", "surrogatepass")
        number = chance.choice((b"0", b"8", b"9" * 12, b"9" * 30, b"9" * 5000)) + b" days"
        lines_of.insert(
            chance.randrange(len(lines_of)), chance.choice(marks) + chance.choice((odd, number))
        )
    return [
        spoil.raw(chance, b"\n".join(lines_of)) if chance.randrange(2) else b"\n".join(lines_of)
    ]


def _script(steps: Steps) -> None:
    path = folder() / "fuzz.chat"
    for step in steps:
        path.write_bytes(cast(bytes, step))
        try:
            script = read_script(path)
        except ScriptError as problem:
            if str(path) not in str(problem):
                raise Broken("a script is refused without its name") from None
        else:
            if not script.conversations:
                raise Broken("a script without a conversation is taken")


@cache
def _recordings() -> tuple[bytes, ...]:
    found = sorted((HERE / "tests/personas").glob("*.yaml"))
    return tuple(path.read_bytes()[:3000] for path in found)


def _make_recording(chance: Random) -> Steps:
    return [spoil.raw(chance, chance.choice(_recordings()))]


def _recording(steps: Steps) -> None:
    path = folder() / "recording.yaml"
    for step in steps:
        path.write_bytes(cast(bytes, step))
        for kind in (Recording, AuditFile):
            found, problems = check_persona._read(kind, path)
            if found is None and not problems:
                raise Broken("a recording is refused without a reason")


# -- saved sessions ------------------------------------------------------------------------------


@cache
def _saved() -> tuple[bytes, ...]:
    """Sessions as they are kept, from a life in which there is one of each kind."""
    return tuple(fresh().driver.sessions.values())


def _make_session(chance: Random) -> Steps:
    real = chance.choice(_saved())
    if chance.randrange(2):
        return [spoil.raw(chance, real)]
    return [json.dumps(spoil.value(chance, json.loads(real))).encode("utf-8", "surrogatepass")]


def _session(steps: Steps) -> None:
    """What is no session is refused as such; what is one is written back as it was read."""
    for step in steps:
        try:
            session = _SESSION.validate_json(cast(bytes, step))
        except ValidationError:
            continue
        if _SESSION.validate_json(_SESSION.dump_json(session)) != session:
            raise Broken("a session does not survive being saved")


def targets() -> tuple[Target, ...]:
    """What is read as text."""
    with suppress(OSError):
        folder().mkdir(exist_ok=True)
    return (
        Target("keys", 150, _make_key, _key),
        Target("codes", 60, _make_code, _code),
        Target("verify", 2, _make_code, _verify),
        Target("settings", 80, _make_settings, _settings),
        Target("scripts", 60, _make_script, _script),
        Target("recordings", 20, _make_recording, _recording),
        Target("sessions", 60, _make_session, _session),
    )
