"""A page of a leaderboard with one's own rank, at 1,000, 100,000 and 1,000,000 learners.

Aim: under 10 ms, and the same whatever the number of learners. Beside it, in the same run and the
same file, the plain way: a window over all rows, ORDER BY points. By hand, without the largest:
python -m benchmarks.leaderboard 1000 100000
"""

import asyncio
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.conversation import Answered, Board, Place, Standing
from bot.store import Commit, Store

SIZES = (1_000, 100_000, 1_000_000)
PAGES = 200
PLAIN = 5
"""The plain way is slow, and needs no more to tell how slow."""

AT = datetime(2026, 3, 4, 12, tzinfo=UTC)
BOARD = "course:tea"

_FILL = """
WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?)
"""
_LEARNERS = (
    "INSERT INTO learners (learner, at, alias, zone, language, consent, course)"
    + _FILL
    + "SELECT printf('%016x', n), '2026-01-01T00:00:00.000000Z', 'Fox ' || n, 'UTC', 'en', 0, 'tea'"
    " FROM n"
)
# Points as a course gives them: many with few, few with many.
_STANDING = (
    "INSERT INTO standing (board, period, learner, points, shown)"
    + _FILL
    + f"SELECT '{BOARD}', 'all', printf('%016x', n), 1 + abs(random() % 40) * abs(random() % 40),"
    " n % 20 > 0 FROM n"
)
_RANKED = """
SELECT rank, points FROM (SELECT learner, points, RANK() OVER (ORDER BY points DESC) AS rank
    FROM standing WHERE board = ? AND period = 'all' AND shown = 1) WHERE learner = ?"""
_FIRST = """
SELECT learner, points FROM standing NOT INDEXED
WHERE board = ? AND period = 'all' AND shown = 1 ORDER BY points DESC LIMIT 10"""


def main() -> None:
    sizes = tuple(map(int, sys.argv[1:])) if sys.argv[0].endswith("leaderboard.py") else SIZES
    print("leaderboard: a page with one's own rank, in ms; aim: under 10, whatever the number")
    for size in sizes or SIZES:
        with tempfile.TemporaryDirectory(prefix="syllabot-board-") as folder:
            asyncio.run(_measured(Path(folder) / "board.db", size))


async def _measured(path: Path, size: int) -> None:
    await (await Store.open(path)).close()
    seconds = _filled(path, size)
    store = await Store.open(path)
    try:
        pages = [await _timed(lambda: _page(store, size)) for _ in range(PAGES)]
        turns = [await _timed(lambda n=n: _earned(store, n, size)) for n in range(PAGES)]  # type: ignore[misc]
    finally:
        await store.close()
    with closing(sqlite3.connect(path)) as db:
        plain = [_took(lambda: _plainly(db, size)) for _ in range(PLAIN)]
    p50, p99 = statistics.median(pages), sorted(pages)[int(PAGES * 0.99)]
    slow = statistics.median(plain)
    print(
        f"  {size:9,} learners  page p50 {p50:6.2f}  p99 {p99:6.2f}   plain ORDER BY {slow:8.1f}"
        f" ({slow / p50:,.1f} times)   a turn that earns points p50"
        f" {statistics.median(turns):5.2f}   (filled in {seconds:.0f} s)"
    )


def _filled(path: Path, size: int) -> float:
    begun = time.perf_counter()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(_LEARNERS, (size,))
        db.execute(_STANDING, (size,))
    return time.perf_counter() - begun


async def _page(store: Store, size: int) -> None:
    who = f"{random.randint(1, size):016x}"
    rows = await store.answer(Board(BOARD, "all", who, AT))
    assert any(isinstance(row, Standing) and row.learner == who for row in rows)
    assert 10 <= len(rows) <= 15


async def _earned(store: Store, number: int, size: int) -> None:
    who = f"{random.randint(1, size):016x}"
    record = Answered("q", "q1", ("a",), True, 1, "w", points=5)
    where = Place("terminal", who)
    commit = Commit(f"e{number}", AT, who, "tea", where, "", None, (record,), (), keep=True)
    assert await store.commit(commit) == ()


def _plainly(db: sqlite3.Connection, size: int) -> None:
    who = f"{random.randint(1, size):016x}"
    db.execute(_RANKED, (BOARD, who)).fetchall()
    assert len(db.execute(_FIRST, (BOARD,)).fetchall()) == 10


async def _timed(do: Callable[[], Coroutine[Any, Any, None]]) -> float:
    begun = time.perf_counter()
    await do()
    return (time.perf_counter() - begun) * 1000


def _took(do: Callable[[], None]) -> float:
    begun = time.perf_counter()
    do()
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
