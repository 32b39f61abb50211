"""SIGKILL at random moments: what was acknowledged is there exactly once, and no place is lost."""

import random
import sqlite3
from pathlib import Path

import pytest

from .crash import Walk

KILLS = 20
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_a_killed_program_keeps_all_that_it_acknowledged(tmp_path: Path, part: int) -> None:
    walk = Walk(tmp_path / "crash.db", random.Random(part))
    for _ in range(KILLS // PARTS):
        walk.run_and_kill()
        assert walk.faults() == []
    walk.finish()
    assert walk.faults() == []
    assert walk.undone() == []
    with sqlite3.connect(f"file:{walk.db}?mode=ro", uri=True) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
