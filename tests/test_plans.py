"""What is written and read often is looked up: SQLite itself says how it goes about a statement.

A file with a million learners must not be read through for one of them, nor for a batch in which
nothing of a kind happened.
"""

import re
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.conversation import (
    AtPlace,
    Board,
    Certificates,
    Cohorts,
    Done,
    EveryCohort,
    Everything,
    Guesses,
    Invitation,
    Links,
    Look,
    Map,
    Missed,
    Replies,
    Roster,
    Rounds,
    Seen,
    Staff,
    Talk,
    Visited,
    Votes,
)
from bot.store import Store
from bot.store.columns import Name
from bot.store.opening import migrations
from bot.store.statements import FUNCTIONS, SELDOM, SETUP, WRITES
from tests.test_store import AT, HERE, filled

SHORT = {"outbox", "gone", "calls"}
"""Tables without an index on their learner: rows leave them soon, or there are few."""


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """An empty file of the newest schema."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as file:
        for step in migrations():
            file.executescript(step)
        for name, (arguments, function) in FUNCTIONS.items():
            file.create_function(name, arguments, function)
        yield file


def read_through(db: sqlite3.Connection, sql: str) -> set[str]:
    """The tables of which `sql` reads every row, or for which it makes an index of its own."""
    values = dict.fromkeys(re.findall(r":(\w+)", sql)) if ":" in sql else {}
    plan = [str(row[3]) for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    found = re.findall(r"^SCAN (?!CONSTANT ROW)(\w+)(?! VIRTUAL|\w)", "\n".join(plan), re.MULTILINE)
    made = re.findall(r"^SEARCH (\w+) USING AUTOMATIC", "\n".join(plan), re.MULTILINE)
    inner = re.findall(r"^(?:CO-ROUTINE|MATERIALIZE) (\w+)", "\n".join(plan), re.MULTILINE)
    return {*found, *made} - {*inner}


def each_of(body: str) -> Iterable[str]:
    """The statements of a trigger, with what it is given as parameters."""
    body = re.sub(r"RAISE\(ABORT, '[^']*'\)", "NULL", body)
    for sql in re.sub(r"\b(?:new|old)\.", ":", body).split(";"):
        if sql.strip():
            yield sql.strip()


def test_what_reads_a_table_through_is_noticed(db: sqlite3.Connection) -> None:
    assert read_through(db, "SELECT * FROM log") == {"log"}
    assert read_through(db, "SELECT COUNT(*) FROM members") == {"members"}
    assert read_through(db, "SELECT 1 FROM log AS aliased WHERE at = :at") == {"aliased"}
    assert read_through(db, "SELECT 1 FROM (SELECT at FROM log LIMIT 1) AS inner_") == {"log"}
    assert read_through(db, "SELECT 1 FROM log WHERE subject = :who") == set()
    assert read_through(db, "SELECT 1 FROM json_each(:rows)") == set()


@pytest.mark.parametrize("name", WRITES)
def test_no_statement_of_a_batch_reads_a_table_through(db: sqlite3.Connection, name: Name) -> None:
    for sql in each_of(WRITES[name]):
        found = read_through(db, sql)
        if name == "forget":
            assert ":forget IS NOT NULL" in sql
            # Jobs of groups that name a learner are found by the groups, which are few.
            found -= SHORT | {"cohorts"}
        assert found == set(), sql


def test_what_a_batch_seldom_has_stands_together_in_its_order() -> None:
    order = list(WRITES)
    for names in SELDOM.values():
        first = order.index(names[0])
        assert tuple(order[first : first + len(names)]) == names


def test_whether_a_batch_has_something_of_a_group_is_looked_up(db: sqlite3.Connection) -> None:
    db.executescript(SETUP)
    parts = [sql.rpartition("BEGIN\n")[2].strip() for sql in each_of(SETUP)]
    passed = [sql for sql in parts if re.match(rf"INSERT INTO ({'|'.join(SELDOM)}) ", sql)]
    assert len(passed) == len(SELDOM)
    assert [read_through(db, sql) for sql in passed] == [set()] * len(SELDOM)


def test_no_trigger_reads_a_table_through(db: sqlite3.Connection) -> None:
    bodies = [sql for (sql,) in db.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
    assert len(bodies) > 4
    for body in bodies:
        inner = re.fullmatch(r"(?s).*?\bBEGIN\b(.*)END", body)
        assert inner
        assert [read_through(db, sql) for sql in each_of(inner[1])] == [set()] * inner[1].count(";")


# -- reading ---------------------------------------------------------------------------------


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "s.db")
    await filled(opened, "ann")
    yield opened
    await opened.close()


async def watched(store: Store) -> list[str]:
    """What the reader will run from now on, with its values in it."""
    run: list[str] = []
    await store._reads.set_trace_callback(run.append)
    return run


async def asked(store: Store, db: sqlite3.Connection, look: Look) -> set[str]:
    """The tables that a Look reads through."""
    run = await watched(store)
    await store.answer(look)
    assert run
    return set().union(*(read_through(db, literal(sql)) for sql in run))


def literal(sql: str) -> str:
    """Colons within values are no parameters."""
    return sql.replace(":", "")


@pytest.mark.parametrize("span", ["week", "month", "all"])
@pytest.mark.parametrize("board", ["course:tiny", "cohort:spring"])
@pytest.mark.parametrize("who", ["ann", "nobody"])
async def test_a_page_of_a_board_is_looked_up(
    store: Store, db: sqlite3.Connection, board: str, span: str, who: str
) -> None:
    assert await asked(store, db, Board(board, span, who, AT)) == set()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "look",
    [
        Visited("ann", "tiny", ("q1",)),
        Done("ann", "tiny"),
        Seen("ann", "tiny", ("q1",)),
        Missed("ann", "tiny"),
        Talk("ann", "tiny", ("lab",), 1),
        Cohorts(("spring",)),
        AtPlace(HERE),
        Invitation("code"),
        Guesses("ann", AT),
        Links("ann"),
        Rounds("spring"),
        Rounds("", "round"),
        Votes("round"),
        Certificates("ann"),
        Certificates(code="code"),
        Map("spring"),
        Replies("spring"),
        Replies("spring", "q1-1"),
        Certificates(cohort="spring"),
    ],
    ids=lambda each: type(each).__name__,
)
async def test_what_is_asked_about_one_learner_or_one_group_is_looked_up(
    store: Store, db: sqlite3.Connection, look: Look
) -> None:
    assert await asked(store, db, look) == set()


@pytest.mark.parametrize(
    ("look", "through"),
    [
        (EveryCohort(), {"cohorts"}),
        (Roster("spring"), {"gone"}),
        (Staff("spring"), {"gone"}),
        (Everything("ann"), SHORT),
    ],
    ids=lambda each: type(each).__name__,
)
async def test_few_questions_read_a_table_through_and_seldom_are_they_asked(
    store: Store, db: sqlite3.Connection, look: Look, through: set[str]
) -> None:
    assert await asked(store, db, look) == through


async def test_what_every_turn_needs_is_looked_up(store: Store, db: sqlite3.Connection) -> None:
    run = await watched(store)
    await store.known("e1")
    await store.learner_of("telegram:account-ann")
    await store.load("ann", "e1")
    await store.due(AT)
    assert len(run) == 4
    assert [read_through(db, literal(sql)) for sql in run] == [set()] * 4
