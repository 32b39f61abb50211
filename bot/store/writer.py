"""The one writer: takes whatever waits into one transaction, and says so when it is durable.

It alone checkpoints, while nothing waits. It refuses to order turns: who must not overtake
another waits for the other's answer first.
"""

import asyncio
import contextlib
import logging
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeVar

import aiosqlite

from bot.store.errors import StoreError, explained, is_busy
from bot.store.opening import BUSY_SECONDS, size
from bot.store.statements import Rows, merged

log = logging.getLogger(__name__)

T = TypeVar("T")

BATCH: Final = 256
"""Turns that share a transaction at most."""

ENOUGH: Final = 2_000
"""Rows after which a pause is used to carry the write-ahead log over into the file."""

PLENTY: Final = 8 * ENOUGH
"""Rows after which the next moment without work is used, pause or not."""

PAUSE: Final = 0.02
"""Seconds without work that make a pause."""

AGAIN: Final = 1.0
"""Seconds after which wiping is tried again when a reader was in the way."""

COMPACT: Final = 256 * 2**20
"""Bytes of a file that is still compacted when it is closed; a larger one would take too long."""


@dataclass(slots=True, eq=False)
class Work:
    """Rows to write together; see `Writer.put`."""

    rows: Rows
    done: "asyncio.Future[bool]"
    keys: frozenset[str] = frozenset()
    event: str | None = None
    wipe: bool = False


@dataclass(slots=True, eq=False)
class Alone:
    """Something that must not share its transaction; it settles its own future."""

    run: Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Writer:
    """Writes to `db`, which is the database at `path`, until it is closed."""

    db: aiosqlite.Connection
    path: Path
    _queue: deque[Work | Alone] = field(default_factory=deque)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _task: "asyncio.Task[None] | None" = None
    _closing: bool = False
    _rows: int = 0
    _wipe: bool = False
    _forgot: bool = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="store writer")

    def put(
        self,
        rows: Rows,
        keys: frozenset[str] = frozenset(),
        event: str | None = None,
        *,
        wipe: bool = False,
        lazy: bool = False,
    ) -> "asyncio.Future[bool]":
        """Queue rows. The future is True when they are durable, False when `event` was known.

        `keys` name what no other work of the same batch may touch; `wipe`: leave no trace of what
        these rows delete in the write-ahead log. Rows are written even if the future is cancelled.
        Raises StoreError when the store is closed.
        """
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._add(Work(rows, done, keys, event, wipe), lazy=lazy)
        return done

    async def alone(self, run: Callable[[aiosqlite.Connection], Awaitable[T]]) -> T:
        """Run `run` in a transaction of its own; its result, once that is durable."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        async def settle() -> None:
            try:
                async with self._transaction():
                    result = await run(self.db)
            except Exception as problem:
                _fail(done, explained(problem, self.path))
            else:
                _settle(done, result)

        self._add(Alone(settle))
        return await done

    async def close(self) -> None:
        """Write what waits, then stop."""
        self._closing = True
        self._wake.set()
        if self._task:
            await asyncio.wait([self._task])
        if self._forgot:
            await self._compact()

    # -- the loop --------------------------------------------------------------------------

    def _add(self, work: Work | Alone, *, lazy: bool = False) -> None:
        if self._closing or (self._task and self._task.done()):
            raise StoreError(f"{self.path} is closed. Start Syllabot again to go on.")
        self._queue.append(work)
        if not lazy:
            self._wake.set()

    async def _run(self) -> None:
        try:
            while self._queue or not self._closing:
                await self._rest()
                self._wake.clear()
                while self._queue:
                    await self._serve()
                    if not self._wake.is_set():
                        break
                    self._wake.clear()
        finally:
            for work in self._queue:
                if isinstance(work, Work):
                    work.done.cancel()

    async def _serve(self) -> None:
        first = self._queue[0]
        if isinstance(first, Alone):
            self._queue.popleft()
            await first.run()
            return
        batch = self._take()
        try:
            await self._write(batch)
        except Exception as problem:
            await self._recover(batch, problem)
        else:
            for work in batch:
                _settle(work.done, True)

    def _take(self) -> list[Work]:
        batch: list[Work] = []
        keys: set[str] = set()
        turns = 0
        while self._queue and turns < BATCH:
            work = self._queue[0]
            if isinstance(work, Alone) or not keys.isdisjoint(work.keys):
                break
            keys |= work.keys
            turns += work.event is not None
            batch.append(work)
            self._queue.popleft()
        return batch

    async def _write(self, batch: list[Work]) -> None:
        """One transaction. The statements go to the thread together: one way there, not many."""
        statements = merged(work.rows for work in batch)
        async with self._transaction():
            await asyncio.gather(*(self.db.executemany(sql, rows) for sql, rows in statements))
        self._rows += sum(len(rows) for _, rows in statements)
        if any(work.wipe for work in batch):
            self._wipe = self._forgot = True

    async def _recover(self, batch: list[Work], problem: Exception) -> None:
        """After a batch failed and nothing of it was written: each work by itself.

        Not so when the file is locked: that is nobody's fault, and each would wait as long again.
        """
        for work in batch:
            if not is_busy(problem):
                try:
                    _settle(work.done, await self._write_unknown(work))
                    continue
                except Exception as own:
                    problem = own
            _fail(work.done, explained(problem, self.path))

    async def _write_unknown(self, work: Work) -> bool:
        found = await self.db.execute_fetchall("SELECT 1 FROM events WHERE id = ?", (work.event,))
        if list(found):
            return False
        await self._write([work])
        return True

    @contextlib.asynccontextmanager
    async def _transaction(self) -> AsyncIterator[None]:
        """All or nothing.

        Where SQLite itself rolls back in the middle, what follows opens a transaction anew (see
        `opening.connect`), and the rollback here ends that one.
        """
        try:
            await self.db.execute("BEGIN IMMEDIATE")
            yield
            await self.db.commit()
        except BaseException:
            await self.db.rollback()
            raise

    # -- between batches -------------------------------------------------------------------

    async def _rest(self) -> None:
        """Use a moment without work; then wait for more."""
        if self._wipe:
            self._wipe = not await self._wiped()
        elif self._rows >= PLENTY or (self._rows >= ENOUGH and not await self._waits(PAUSE)):
            await self._checkpoint("PASSIVE")
        if not self._closing:
            await self._waits(PAUSE if self._queue else AGAIN if self._wipe else None)

    async def _waits(self, seconds: float | None) -> bool:
        """Wait for work, so long at most; whether some came."""
        if seconds is None:
            return await self._wake.wait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)
        return self._wake.is_set()

    async def _checkpoint(self, mode: Literal["PASSIVE", "TRUNCATE"]) -> bool:
        """Carry the write-ahead log over; whether all of it went. A failure costs only space."""
        self._rows = 0
        try:
            (row,) = await self.db.execute_fetchall(f"PRAGMA wal_checkpoint({mode})")
        except sqlite3.Error as problem:
            log.warning("no checkpoint: %s", problem)
            return False
        return not row[0]

    async def _wiped(self) -> bool:
        """Empty the write-ahead log, unless a reader is in the way for long."""
        await self.db.execute("PRAGMA busy_timeout = 100")
        try:
            return await self._checkpoint("TRUNCATE")
        finally:
            await self.db.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")

    async def _compact(self) -> None:
        """Rebuild the file, so that no page keeps a stale copy of a row that was forgotten.

        secure_delete zeroes rows, but not the copies that a split of their page left behind.
        """
        try:
            if await size(self.db) <= COMPACT:
                await self.db.execute("VACUUM")
        except sqlite3.Error as problem:
            log.warning("the file was not compacted after /forget: %s", problem)


def _settle(done: "asyncio.Future[T]", result: T) -> None:
    if not done.done():
        done.set_result(result)


def _fail(done: "asyncio.Future[T]", problem: BaseException) -> None:
    if not done.done():
        done.set_exception(problem)
