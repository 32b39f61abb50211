"""What deploy/SECURITY.md says of this program, as far as no other test holds it."""

import ast
import asyncio
import re
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.fuzzing import world
from bot.conversation import Changed, Key, Message, Place, Profile
from bot.course.items import Exam, Item, Quiz
from bot.course.model import Library, Module
from bot.flows.groups import codes, proof
from bot.replay.engine_driver import EngineDriver
from bot.store import Commit, Store
from bot.store.backup import copy

from .conftest import HERE, TINY, read

DOCUMENT = (HERE.parent / "deploy" / "SECURITY.md").read_text("utf-8")
NAMED = re.findall(r"(tests/[\w/]+\.(?:py|chat))::([\w-]+)", DOCUMENT)
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
SQL = ("'; DROP TABLE learners; --", "x' OR '1'='1", '"; DELETE FROM log; --', "a\\'b", "%_[*]")


# -- the document -------------------------------------------------------------------------------


def names_in(path: Path) -> set[str]:
    if path.suffix == ".chat":
        return set(re.findall(r"^\* (\S+)", path.read_text("utf-8"), re.MULTILINE))
    tree = ast.parse(path.read_text("utf-8"))
    return {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_test_that_the_document_names_is_there() -> None:
    assert len(NAMED) > 80
    known = {file: names_in(HERE.parent / file) for file, _ in NAMED}
    assert [f"{file}::{name}" for file, name in NAMED if name not in known[file]] == []


def test_each_threat_has_a_defence_a_test_and_what_remains() -> None:
    rows = DOCUMENT.partition("## Threats")[2].split("\n| ")[2:]
    assert len(rows) > 25
    for row in rows:
        cells = [cell.strip() for cell in row.strip(" |\n").split(" | ")]
        assert len(cells) == 4, row[:80]
        assert all(cells) and "::" in cells[2], row[:80]


async def test_every_table_is_in_the_document(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "s.db")
    await store.close()
    with closing(sqlite3.connect(tmp_path / "s.db")) as db:
        found = {
            name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
        }
    kept = DOCUMENT.partition("## What is kept")[2].partition("Never kept")[0]
    told = set(re.findall(r"`([a-z_]+)`", kept))
    assert {name for name in found if not name.startswith("sqlite_")} - told == set()


# -- right answers ------------------------------------------------------------------------------


def turned(item: Item) -> Item:
    """The item with another of its options right; nothing else differs."""
    right = next(n for n, option in enumerate(item.options) if option.correct)
    other = (right + 1) % len(item.options)
    options = [
        option.model_copy(update={"correct": number == other})
        for number, option in enumerate(item.options)
    ]
    return item.model_copy(update={"options": tuple(options)})


def twin(library: Library) -> Library:
    """The same courses, in whose quizzes another option is right."""
    return Library(
        {
            name: replace(course, modules=tuple(map(other_way, course.modules)), order="free")
            for name, course in library.courses.items()
        }
    )


def other_way(module: Module) -> Module:
    units = tuple(
        unit.model_copy(update={"items": tuple(map(turned, unit.items))})
        if isinstance(unit, Quiz | Exam)
        else unit
        for unit in module.units
    )
    return replace(module, units=units)


def opened(library: Library, unit: str) -> tuple[Message, ...]:
    """What somebody is shown who opens a unit, and goes on until a question stands there."""
    driver, course = EngineDriver(library), next(iter(library.courses))
    shown: list[Message] = []
    begun = [
        ("ann", "", "command", ("start", course)),
        ("ann", "", "forge", f"{unit}.0.0.{course}"),
    ]
    lived = world.World(driver)
    for step in (*begun, ("ann", "", "press", ("ann", 1, ""))):
        shown += lived.take(step).messages
    return tuple(shown)


def test_a_question_looks_the_same_whichever_option_is_right() -> None:
    library = read(TINY)
    course = next(iter(library.courses.values()))
    free, other = Library({course.id: replace(course, order="free")}), twin(library)
    quizzes = [unit.id for unit in course.units.values() if isinstance(unit, Quiz | Exam)]
    assert quizzes
    seen = 0
    for unit in quizzes:
        messages, others = opened(free, unit)[:-1], opened(other, unit)[:-1]
        assert messages == others
        keys = [Key.parse(choice.key) for each in messages for choice in each.choices]
        seen += sum(
            key is not None and f"{unit.removesuffix('-quiz')}-q" in key.what for key in keys
        )
    assert seen >= 3


# -- codes --------------------------------------------------------------------------------------


def test_a_code_has_as_many_bits_as_is_said() -> None:
    assert (codes.LENGTH * 5, proof.LENGTH * 5) == (50, 80)
    assert len(set(codes.ALPHABET)) == 32
    everything = {codes.drawn(f"{number:032x}") for number in range(0, 2**50, 2**37 + 1)}
    assert len(everything) == len(range(0, 2**50, 2**37 + 1))
    assert "50 bits for invitations and links, 80 for certificates" in DOCUMENT


# -- SQL, files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("words", SQL)
async def test_sql_in_words_stays_words(tmp_path: Path, words: str) -> None:
    store = await Store.open(tmp_path / "s.db")
    minted = {f"telegram:{words}": lambda: f"id {words}", "telegram:7": lambda: words}
    try:
        for account in (f"telegram:{words}", "telegram:7"):
            learner = await store.learner(account, minted[account], AT)
            turn = Commit(
                event=f"event {words} {account}",
                at=AT,
                learner=learner,
                course=words,
                place=Place("telegram", words, words),
                reply_to=words,
                session=None,
                records=(Changed(Profile(alias=words, course=words)),),
                messages=(Message(words),),
            )
            assert await store.commit(turn) is not None
            assert (await store.load(learner, "")).profile.alias == words
        assert await store.known(f"event {words} telegram:7")
        assert not await store.known(words)
        assert await store.learner_of(f"{words}") is None
    finally:
        await store.close()
    with closing(sqlite3.connect(tmp_path / "s.db")) as db:
        assert db.execute("SELECT COUNT(*) FROM learners").fetchone() == (2,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "a\0b", "~root/x", "..\\..\\x y"]
)
def test_no_name_of_a_group_leads_out_of_a_folder(name: str) -> None:
    driver = EngineDriver(read(TINY), operators=frozenset({"op"}))
    lived = world.World(driver)
    for command in (f"new {name}", "export"):
        heard = lived.take(("op", "", "command", ("cohort", command)))
    names = [file.name for message in heard.messages for file in message.files]
    assert len(names) == 3
    for each in names:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+\.(csv|json|zip)", each), each


async def test_a_copy_is_for_its_owner_alone(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "s.db")
    await store.close()
    await asyncio.to_thread(copy, tmp_path / "s.db", tmp_path / "copy.db")
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
