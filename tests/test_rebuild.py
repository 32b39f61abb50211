"""Progress and points agree with the log, and `syllabot rebuild` finds and mends where not."""

import asyncio
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.__main__ import main
from bot.conversation import (
    Answered,
    Cancelled,
    Changed,
    Completed,
    Done,
    Opened,
    Parked,
    Profile,
    Quizzing,
    Reading,
    Record,
    Streaked,
    Visit,
)
from bot.store import Store
from tests.test_store import rows, turn

# -- the same from the log as from the tables, whatever happens -------------------------------

UNITS = st.sampled_from(["l1", "q1", "q2"])
SMALL = st.integers(0, 9)
RECORDS: st.SearchStrategy[Record] = st.one_of(
    st.builds(Opened, UNITS, SMALL),
    st.builds(Parked, UNITS, st.builds(Reading, SMALL) | st.builds(Quizzing, SMALL)),
    st.builds(
        Answered, UNITS, st.just("i"), st.just(("a",)), st.booleans(), SMALL, st.just("w"),
        points=SMALL,
    ),
    st.builds(Completed, UNITS, SMALL, SMALL, st.integers(1, 9), SMALL, st.booleans()),
    st.builds(Streaked, st.just("2026-01-05"), SMALL, SMALL),
    st.builds(Changed, st.builds(Profile, st.text(st.characters(codec="utf-8"), max_size=3))),
    st.builds(Cancelled, st.just("job")),
)  # fmt: skip
TURNS = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bo"]),
        st.sampled_from(["tiny", "other"]),
        st.lists(RECORDS, max_size=4),
    ),
    max_size=12,
)
Turns = Sequence[tuple[str, str, list[Record]]]


def folded(turns: Turns) -> dict[tuple[str, str], dict[str, Visit]]:
    """What each learner's visits are after these turns, in plain Python."""
    found: dict[tuple[str, str], dict[str, Visit]] = {}
    first: set[tuple[str, str, str]] = set()
    for learner, course, records in turns:
        visits = found.setdefault((learner, course), {})
        for record in records:
            if isinstance(record, Opened | Parked | Answered | Completed):
                visit = replace(visits.get(record.unit, Visit(record.unit)), parked=None)
                match record:
                    case Opened():
                        visit = replace(visit, attempts=max(visit.attempts, record.attempt))
                    case Parked():
                        visit = replace(visit, parked=record.state)
                    case Answered():
                        visit = replace(visit, points=visit.points + record.points)
                    case Completed():
                        visit = replace(
                            visit,
                            done=visit.done or record.passed,
                            best=max(visit.best, record.score),
                            out_of=record.out_of,
                            points=visit.points + record.points,
                        )
                        if record.attempt == 1 and (learner, course, record.unit) not in first:
                            first.add((learner, course, record.unit))
                            visit = replace(visit, first=record.score)
                visits[record.unit] = visit
    return found


def totals(turns: Turns) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for learner, course, records in turns:
        earned = [getattr(record, "points", 0) for record in records]
        found[learner, course] = found.get((learner, course), 0) + sum(earned)
    return {key: total for key, total in found.items() if total}


async def walked(turns: Turns, path: Path) -> None:
    store = await Store.open(path)
    try:
        many = [
            turn(f"e{n}", learner, *records, course=course)
            for n, (learner, course, records) in enumerate(turns)
        ]
        await asyncio.gather(*map(store.commit, many))
        for (learner, course), visits in folded(turns).items():
            answer = await store.answer(Done(learner, course))
            assert answer == tuple(visits[unit] for unit in sorted(visits))
        kept = rows(path, "SELECT learner, board, points FROM standing WHERE period = 'all'")
        earned = {(learner, board.removeprefix("course:")): total for learner, board, total in kept}
        assert earned == totals(turns)
        assert await store.rebuild() == ()
    finally:
        await store.close()


@given(TURNS)
def test_progress_is_what_the_records_amount_to_and_the_log_agrees(turns: Turns) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(walked(turns, Path(folder) / "s.db"))


# -- the command -----------------------------------------------------------------------------


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """A database with two learners whose progress agrees with the log."""
    answered = Answered("q1", "q1-1", ("a",), True, 1, "w", points=5)
    turns: Turns = [
        (
            "ann",
            "tiny",
            [Changed(Profile("Ann")), Opened("q1"), answered, Completed("q1", 1, 1, 2, 10)],
        ),
        (
            "bo",
            "tiny",
            [
                Changed(Profile("Bo")),
                Opened("l1"),
                Completed("l1", points=10),
                Parked("q1", Reading(2)),
            ],
        ),
    ]
    asyncio.run(walked(turns, tmp_path / "s.db"))
    return tmp_path / "s.db"


def planted(db: Path, sql: str) -> None:
    with closing(sqlite3.connect(db)) as other, other:
        assert other.execute(sql).rowcount


def contents(db: Path) -> list[list[tuple[object, ...]]]:
    tables = ("progress", "standing", "tally")
    return [rows(db, f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables]


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        (
            "UPDATE standing SET points = 99 WHERE learner = 'ann' AND period = 'all'",
            "board course:tiny, period all, learner ann: points was 99 and is 15 by the log.",
        ),
        (
            "UPDATE progress SET best = 9, done = 0 WHERE learner = 'ann'",
            "learner ann, course tiny, unit q1: done was 0 and is 1 by the log; "
            "best was 9 and is 1 by the log.",
        ),
        (
            "UPDATE progress SET parked = NULL WHERE parked IS NOT NULL",
            "learner bo, course tiny, unit q1: parked was None and is "
            """'{"card":2,"done":false,"kind":"reading"}' by the log.""",
        ),
        (
            "DELETE FROM progress WHERE learner = 'bo' AND unit = 'l1'",
            "learner bo, course tiny, unit l1: progress lacks a row which the log knows.",
        ),
        (
            "INSERT INTO standing VALUES ('course:tiny', 'all', 'cy', 5, 1)",
            "board course:tiny, period all, learner cy: "
            "standing has a row of which the log knows nothing.",
        ),
        (
            "UPDATE standing SET shown = 0 WHERE learner = 'bo' AND period = 'all'",
            "board course:tiny, period all, learner bo: shown was 0 and is 1 by the log.",
        ),
        (
            "UPDATE tally SET learners = 7 WHERE period = 'all' AND points = 15",
            "board course:tiny, period all, points 15: learners was 7 and is 1 by the log.",
        ),
        (
            "DELETE FROM tally WHERE period = 'all' AND points = 10",
            "board course:tiny, period all, points 10: tally lacks a row which the log knows.",
        ),
    ],
)
def test_a_planted_difference_is_said_and_set_right(
    db: Path, capsys: pytest.CaptureFixture[str], sql: str, says: str
) -> None:
    before = contents(db)
    planted(db, sql)
    assert contents(db) != before
    assert main(["rebuild", "--db", str(db)]) == 1
    assert capsys.readouterr().out == (
        f"{says}\nDifferences: 1. Progress and points are right by the log now.\n"
    )
    assert contents(db) == before
    assert main(["rebuild", "--db", str(db)]) == 0
    assert capsys.readouterr().out == "No difference: progress and points agree with the log.\n"


def test_a_state_that_is_only_written_differently_is_no_difference(db: Path) -> None:
    state = '{"kind": "reading", "card": 2}'
    planted(db, f"UPDATE progress SET parked = '{state}' WHERE parked IS NOT NULL")
    assert main(["rebuild", "--db", str(db)]) == 0


def test_a_log_longer_than_a_portion_is_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.upkeep.PORTION", 2)
    turns: Turns = [("ann", "tiny", [Completed("l1", points=1)])] * 7
    asyncio.run(walked(turns, tmp_path / "s.db"))


def test_a_database_that_does_not_exist_is_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rebuild", "--db", str(tmp_path / "none.db")]) == 1
    assert "none.db does not exist" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_used_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "s.db").write_text("Dear diary, ...")
    assert main(["rebuild", "--db", str(tmp_path / "s.db")]) == 1
    assert capsys.readouterr().err.startswith(f"{tmp_path / 's.db'} is damaged or is no database.")


def test_the_setting_names_the_database_and_a_wrong_one_is_said(
    db: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SYLLABOT_DB", str(db))
    assert main(["rebuild"]) == 0
    monkeypatch.setenv("SYLLABOT_DBB", str(db))
    assert main(["rebuild"]) == 2
    assert "SYLLABOT_DBB is not a setting" in capsys.readouterr().err


def test_rebuild_runs_as_a_program_of_its_own(db: Path) -> None:
    command = [sys.executable, "-m", "bot", "rebuild", "--db", str(db)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    assert (done.returncode, done.stderr) == (0, "")
