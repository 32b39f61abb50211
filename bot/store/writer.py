"""The one writer: takes whatever waits into one transaction, and says so when it is durable.

It alone checkpoints, when nobody waits. Works that touch the same thing never share a batch, so
they keep their order; it refuses to know what that thing is.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import aiosqlite

from bot.store import upkeep
from bot.store.columns import Rows, merged
from bot.store.errors import StoreError, explained, is_busy
from bot.store.opening import number
from bot.store.statements import BATCH, parameters

T = TypeVar("T")

TOGETHER: Final = 256
"""Turns that share a transaction at most."""

PAUSE: Final = 0.02
"""Seconds without a turn that make a pause, in which the writer tidies up."""

ENOUGH: Final = 1_000
"""Rows after which a pause is used to carry the write-ahead log over into the file."""

PLENTY: Final = 16_000
"""Rows after which it is carried over without a pause, as soon as no turn waits."""


@dataclass(slots=True, eq=False)
class Work:
    """Rows to write together; see `Writer.put`."""

    done: "asyncio.Future[bool]"
    rows: Rows
    keys: frozenset[str] = frozenset()
    event: str = ""
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
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _queue: deque[Work | Alone] = field(default_factory=deque)
    _riders: Work | None = None
    _task: "asyncio.Task[None] | None" = None
    _timer: asyncio.TimerHandle | None = None
    _last: float = 0.0
    _rows: int = 0
    _wipe: bool = False
    _forgot: bool = False
    _closing: bool = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="store writer")

    @property
    def queued(self) -> int:
        """How many works wait for their batch."""
        return len(self._queue)

    def put(
        self, rows: Rows, keys: frozenset[str] = frozenset(), event: str = "", *, wipe: bool = False
    ) -> "asyncio.Future[bool]":
        """Queue rows. The future is True when they are durable, False when `event` was known.

        `keys` name what no other work of the same batch may touch; `wipe`: leave no trace of what
        these rows delete in the write-ahead log. Rows are written even if the future is cancelled.
        Raises StoreError when the store is closed.
        """
        self._refuse_when_closed()
        work = Work(self._loop.create_future(), rows, keys, event, wipe)
        self._queue.append(work)
        self._wake.set()
        return work.done

    def ride(self, rows: Rows, *, wipe: bool = False) -> "asyncio.Future[bool]":
        """Let rows ride along with the next batch, or go by themselves in the next pause."""
        self._refuse_when_closed()
        if self._riders is None:
            self._riders = Work(self._loop.create_future(), {})
            self._ring_in(PAUSE)
        for sql, more in rows.items():
            self._riders.rows.setdefault(sql, []).extend(more)
        self._riders.wipe |= wipe
        return self._riders.done

    async def alone(
        self, run: Callable[[aiosqlite.Connection], Awaitable[T]], *, wipe: bool = False
    ) -> T:
        """Run `run` in a transaction of its own; its result, once that is durable. `wipe` as for
        `put`.
        """
        self._refuse_when_closed()
        done: asyncio.Future[T] = self._loop.create_future()

        async def settle() -> None:
            try:
                await self.db.execute("BEGIN IMMEDIATE")
                result = await run(self.db)
                await self.db.commit()
            except Exception as problem:
                await self.db.rollback()
                _fail(done, explained(problem, self.path))
            else:
                self._wipe |= wipe
                self._forgot |= wipe
                _settle(done, result)

        self._queue.append(Alone(settle))
        self._wake.set()
        return await done

    async def close(self) -> None:
        """Write what waits, then stop."""
        self._closing = True
        self._wake.set()
        if self._task:
            await asyncio.wait([self._task])
        if self._forgot:
            await upkeep.compact(self.db)

    def _refuse_when_closed(self) -> None:
        if self._closing or (self._task and self._task.done()):
            raise StoreError(f"{self.path} is closed. Start Syllabot again to go on.")

    # -- the loop --------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._queue or (self._riders and self._closing):
                    await self._serve()
                if self._closing:
                    return
                await self._tidy()
        finally:
            if self._timer:
                self._timer.cancel()
            for work in self._queue:
                if isinstance(work, Work):
                    work.done.cancel()

    async def _serve(self) -> None:
        """Write a batch, or run what wants to be alone."""
        if self._queue and isinstance(first := self._queue[0], Alone):
            self._queue.popleft()
            await first.run()
            return
        batch = self._take()
        try:
            await self._write(batch)
        except asyncio.CancelledError:
            for work in batch:
                work.done.cancel()
            raise
        except Exception as problem:
            await self._recover(batch, problem)
        else:
            for work in batch:
                _settle(work.done, True)
        self._last = self._loop.time()

    def _take(self) -> list[Work]:
        batch = [self._riders] if self._riders else []
        self._riders = None
        keys: set[str] = set()
        while self._queue and len(batch) < TOGETHER:
            work = self._queue[0]
            if isinstance(work, Alone) or not keys.isdisjoint(work.keys):
                break
            keys |= work.keys
            batch.append(work)
            self._queue.popleft()
        return batch

    async def _write(self, batch: list[Work]) -> None:
        """One statement, which is a transaction by itself: all of the batch or nothing."""
        rows = merged(work.rows for work in batch)
        await self.db.execute(BATCH, parameters(rows))
        self._rows += sum(map(len, rows.values()))
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
        sql = "SELECT COUNT(*) FROM events WHERE id = ?"
        if work.event and await number(self.db, sql, work.event):
            return False
        await self._write([work])
        return True

    # -- when nobody waits -----------------------------------------------------------------

    async def _tidy(self) -> None:
        """In a pause, let the riders go and checkpoint; come back for what must wait for one."""
        if self._rows >= PLENTY or self._loop.time() - self._last >= PAUSE:
            if self._riders:
                await self._serve()
            if self._wipe or self._rows >= ENOUGH:
                self._rows = 0
                done = await upkeep.checkpoint(self.db, wipe=self._wipe)
                self._wipe = self._wipe and not done
        if self._wipe or self._riders or self._rows >= ENOUGH:
            self._ring_in(PAUSE)

    def _ring_in(self, seconds: float) -> None:
        """Wake up after some time, unless that is planned."""
        if self._timer is None:
            self._timer = self._loop.call_later(seconds, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._wake.set()


def _settle(done: "asyncio.Future[T]", result: T) -> None:
    if not done.done():
        done.set_result(result)


def _fail(done: "asyncio.Future[T]", problem: BaseException) -> None:
    if not done.done():
        done.set_exception(problem)
