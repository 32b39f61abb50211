"""Copies of the database by the clock, into a folder, of which the newest stay.

It refuses to touch what is not one of its own copies, and to hold up turns: a copy is made in a
thread, a megabyte at a time.
"""

import asyncio
import logging
import re
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bot.store import Store, StoreError
from bot.store.backup import PART, copy
from bot.store.ledger import ENDING
from bot.watch import Watch

log = logging.getLogger(__name__)

LOOK: Final = 60.0
"""Seconds between two looks at the clock, so that one that was stepped is noticed."""

AGAIN: Final = 3600.0
"""Seconds after which a copy that failed is tried again."""

BREATH: Final = 0.02
"""Seconds of rest after each megabyte."""

_STAMP: Final = "%Y%m%dT%H%M%SZ"


class Stopped(Exception):
    """The program ends before the copy does."""


class Backups:
    """The copies of the database `db` in `folder`: one every `every`, the newest `kept` stay.

    One folder is for one database. `watch` is told of each. `newest` is the time of the last good
    copy, None for none yet.
    """

    def __init__(
        self,
        store: Store,
        db: Path,
        folder: Path,
        every: timedelta,
        kept: int,
        clock: Callable[[], datetime],
        watch: Watch | None = None,
    ) -> None:
        self._store, self._db, self._folder = store, db, folder
        self._every, self._kept, self._clock = every, kept, clock
        self._name = re.compile(rf"{re.escape(db.stem)}-(\d{{8}}T\d{{6}}Z)\.db(\.\d+{PART})?")
        self._ledger = folder / f"{db.stem}{ENDING}"
        self._watch = watch or Watch()
        self.newest: datetime | None = None

    async def tend(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Make each copy when its time has come, for ever; one that fails is tried again."""
        try:
            made = await asyncio.to_thread(self._made, self._clock())
            if made:
                self._is_newest(max(made))
            await self._remember()
        except (StoreError, OSError) as problem:
            log.error("backups: %s", problem)
        while True:
            well = True
            if self._is_due(self._clock()):
                well = await self._tried()
            await sleep(LOOK if well else AGAIN)

    def _is_due(self, now: datetime) -> bool:
        """Also where the newest was made by a clock that ran ahead."""
        newest = self.newest
        return newest is None or now < newest or now - newest >= self._every

    async def _tried(self) -> bool:
        try:
            await self.make()
        except StoreError as problem:
            log.error("no backup was made: %s It is tried again in an hour.", problem)
            return False
        except Exception:
            log.exception("no backup was made; it is tried again in an hour")
            return False
        return True

    async def make(self) -> Path:
        """Make a copy now, check it, and let go of old ones; its path. Raises StoreError."""
        now = self._clock()
        target = self._folder / f"{self._db.stem}-{now:{_STAMP}}.db"
        await self._in_a_thread(target)
        self._is_newest(now)
        log.info("a backup was made: %s", target)
        await asyncio.to_thread(self._rotate, target, now)
        await self._remember()
        return target

    def _is_newest(self, at: datetime) -> None:
        self.newest = at
        self._watch.copied(at)

    async def _remember(self) -> None:
        """Who was forgotten is written beside the copies too, from the first moment on."""
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        await self._store.keep_ledger(self._ledger)

    async def _in_a_thread(self, target: Path) -> None:
        """Copy, and should this be cancelled, wait until the thread has let go."""
        stop = threading.Event()

        def pause() -> None:
            if stop.wait(BREATH):
                raise Stopped

        work = asyncio.ensure_future(asyncio.to_thread(self._copied, target, pause))
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.wait([work])
            work.exception()
            raise

    def _copied(self, target: Path, pause: Callable[[], None]) -> None:
        for left in self._ours():
            if left.name.endswith(PART):
                left.unlink(missing_ok=True)  # of a program that was killed
        copy(self._db, target, replace=True, quick=True, pause=pause)

    def _ours(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        named = (each for each in self._folder.iterdir() if self._name.fullmatch(each.name))
        return [each for each in named if each.is_file() and not each.is_symlink()]

    def _made(self, now: datetime) -> dict[datetime, Path]:
        """The whole copies by their time; those of a clock that ran ahead are left out."""
        times = {when: each for each in self._ours() if (when := _time(each.name))}
        return {when: each for when, each in times.items() if when <= now}

    def _rotate(self, target: Path, now: datetime) -> None:
        """Those that seem to be of the future go first: what was made now is surely newer."""
        whole = [each for each in self._ours() if _time(each.name) and each != target]
        whole.sort(key=lambda each: (each in self._made(now).values(), each.name))
        for old in whole[: max(0, len(whole) - self._kept + 1)]:
            try:
                old.unlink()
            except OSError as problem:
                log.warning("an old backup was not removed: %s", problem)


def _time(name: str) -> datetime | None:
    """When a whole copy was made, by its name; None for one that is half done."""
    stamp = re.search(r"-(\d{8}T\d{6}Z)\.db$", name)
    try:
        return datetime.strptime(stamp[1], _STAMP).replace(tzinfo=UTC) if stamp else None
    except ValueError:
        return None
