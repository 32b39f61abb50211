"""SIGKILL within a slot, at each moment of it: the post is committed once, and never repeated."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent


def run(tmp_path: Path, moment: str) -> int:
    program = [sys.executable, "-m", "tests.slot", str(tmp_path / "s.db")]
    done = subprocess.run(
        [*program, str(tmp_path / "arrived"), moment], cwd=CHECKOUT, check=False, timeout=60
    )
    return done.returncode


@pytest.mark.parametrize(
    ("moment", "boards", "told"),
    [("before", 1, 0), ("committed", 1, 0), ("sending", 0, 1), ("sent", 1, 1)],
)
def test_a_kill_within_a_slot_neither_loses_nor_repeats_it(
    tmp_path: Path, moment: str, boards: int, told: int
) -> None:
    assert run(tmp_path, moment) == -signal.SIGKILL
    assert run(tmp_path, "none") == 0
    assert run(tmp_path, "none") == 0
    arrived = (tmp_path / "arrived").read_text().splitlines()
    posted = [line for line in arrived if line.startswith("#hall") and "points this week" in line]
    news = [line for line in arrived if "I do not know whether it arrived" in line]
    assert (len(posted), len(news)) == (boards, told)
    with closing(sqlite3.connect(f"file:{tmp_path / 's.db'}?mode=ro", uri=True)) as db:
        slots = db.execute("SELECT id FROM events WHERE id LIKE 'post:%'").fetchall()
        (due,) = db.execute("SELECT due FROM jobs WHERE id LIKE 'post:%'").fetchall()
    assert len(slots) == 1 and slots[0][0].endswith("@2026-01-09T17:00")
    assert due == ("2026-01-16T17:00:00.000000Z",)
