"""The store: what the rest of Syllabot sees of the database.

Every method that is awaited and writes returns only when what it wrote is durable, and every one
may raise StoreError.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final, Self

import aiosqlite
from filelock import BaseFileLock

from bot.conversation import (
    Arranged,
    Budget,
    Job,
    Look,
    Moved,
    Outgoing,
    Place,
    Profile,
    Role,
    Session,
)
from bot.conversation import Rows as LookRows
from bot.store import money, opening
from bot.store.boards import Calendar
from bot.store.columns import Rows
from bot.store.errors import explaining
from bot.store.ledgers import Ledgers
from bot.store.reader import Reader
from bot.store.rows import PLACE, to_json, to_text, to_time
from bot.store.turns import (
    forgets,
    moved_on,
    of_profile,
    of_role,
    of_turn,
    outgoing,
    touched,
)
from bot.store.underway import Underway
from bot.store.upkeep import (
    close_place,
    forget_talks,
    move_place,
    prune,
    rebuild,
    reopen_place,
)
from bot.store.values import Bill, Call, Commit, Loaded
from bot.store.writer import Writer

log = logging.getLogger(__name__)

BEHIND: Final = timedelta(hours=1)
"""So far a clock may be behind the last turn before it is said."""


class Store:
    """An open database. One program at a time; within it, any number of turns at once.

    Turns of one learner must wait for each other (the runner's lock sees to it).
    """

    def __init__(
        self,
        path: Path,
        lock: BaseFileLock,
        writes: aiosqlite.Connection,
        reads: aiosqlite.Connection,
        newest: int,
        calendar: Calendar,
    ) -> None:
        self._path, self._lock = path, lock
        self._writes, self._reads = writes, reads
        self._writer = Writer(writes, path)
        self._writer.start()
        self._reader = Reader(reads, path)
        # Begun at the clock, so that no two runs give one id: platforms drop what comes twice.
        self._ids = count(max(newest, time.time_ns() // 1_000_000) + 1)
        self._calendar = calendar
        self._underway = Underway(self._writer)
        self._closing: asyncio.Task[None] | None = None
        self._ledgers = Ledgers(path, self._reader, self._writer)

    @classmethod
    async def open(cls, path: Path, *, wait: float = 0) -> Self:
        """Open the database at `path`, made or brought up to date where needed.

        `wait` are the seconds to wait for another Syllabot to leave it. Raises StoreError.
        """
        with explaining(path):
            lock = await asyncio.to_thread(opening.hold, path, wait)
            try:
                store = await cls._opened(path, lock)
            except BaseException:
                lock.release()
                raise
            try:
                await store._ledgers.reconcile()
            except BaseException:
                await store.close()
                raise
            return store

    @classmethod
    async def _opened(cls, path: Path, lock: BaseFileLock) -> Self:
        writes = await opening.to_write(path)
        try:
            newest = await opening.number(writes, "SELECT COALESCE(MAX(id), 0) FROM outbox")
            zones = await writes.execute_fetchall("SELECT DISTINCT zone FROM cohorts")
            dates = await writes.execute_fetchall("SELECT zone, period, since, until FROM calendar")
            calendar = Calendar({tuple(row) for row in dates}, {"UTC", *(str(z) for (z,) in zones)})
            last = await writes.execute_fetchall("SELECT MAX(at) FROM events")
            _compare_clocks(path, next(iter(last))[0])
            reads = await opening.to_read(path)
        except BaseException:
            await writes.close()
            raise
        return cls(path, lock, writes, reads, newest, calendar)

    async def close(self) -> None:
        """Write what waits, carry the write-ahead log over, and let go. May be repeated."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        """The writer's connection goes last: the last one that goes makes the checkpoint."""
        try:
            await self._writer.close()
            await self._reads.close()
            await self._writes.close()
        finally:
            self._lock.release()

    @property
    def queued(self) -> int:
        """How many turns and other works wait to be written."""
        return self._writer.queued

    # -- what a turn needs -------------------------------------------------------------------

    async def known(self, event: str) -> bool:
        """Whether this event id was committed; it stays so when its learner was forgotten."""
        return await self._reader.known(event)

    async def learner(self, account: str, mint: Callable[[], str], at: datetime) -> str:
        """The learner of a platform's account; a new one, named by `mint`, for a new account."""
        while (learner := await self._reader.learner(account)) is None:
            new = mint()
            rows: Rows = {
                "learner": [(*of_profile(new, to_text(at), Profile()), account)],
                "account": [(account, new)],
            }
            await self._writer.put(rows, frozenset({f"account {account}"}))
        return learner

    async def learner_of(self, account: str) -> str | None:
        """The learner of an account, None where there is none."""
        return await self._reader.learner(account)

    async def load(self, learner: str, event: str) -> Loaded:
        """What a turn needs to know, and whether its event was committed before."""
        fresh = self._underway.prompts(learner)
        loaded = await self._reader.load(learner, event)
        return replace(loaded, prompts=loaded.prompts | fresh) if fresh else loaded

    async def answer(self, look: Look) -> LookRows:
        """What the tables say to a Look."""
        return await self._reader.answer(look)

    async def commit(self, commit: Commit) -> tuple[Outgoing, ...] | None:
        """Write a turn. Its messages, with the ids under which they wait to be sent.

        None when the event was known: then nothing is written. A turn whose caller is cancelled
        is written all the same; its messages wait for the next start. Raises ValueError for text
        that no file can hold.
        """
        messages = outgoing(commit, self._ids)
        rows = of_turn(commit, messages)
        zones = [each.cohort.zone for each in commit.records if isinstance(each, Arranged)]
        counts = zones or "earned" in rows or "recount" in rows
        if dates := self._calendar.missing(commit.at, zones) if counts else []:
            rows["calendar"] = dates
        if not await self._writer.put(rows, touched(commit), commit.event, wipe=forgets(commit)):
            return None
        if dates:
            self._calendar.learn(commit.at, zones, dates)
        self._underway.add(messages)
        if forgets(commit):
            await self._ledgers.tell()
        return messages

    # -- who was forgotten -------------------------------------------------------------------

    async def keep_ledger(self, path: Path) -> int:
        """Write whoever is forgotten into the ledger at `path` too, which is made; how many people
        only that one knew of, who are forgotten here as well. Raises StoreError.
        """
        return await self._ledgers.keep(path)

    # -- what becomes of messages ------------------------------------------------------------

    async def sending(self, outgoing: int) -> None:
        """Mark a post before it is sent: after a crash its delivery is unknown."""
        await self._writer.put({"sending": [(outgoing,)]})

    def sent(self, outgoing: int, ref: str) -> None:
        """A message is out, and is called `ref` there. Written soon, without waiting.

        Should that fail, the message stays in the outbox and is sent again after a restart.
        """
        self._underway.sent(outgoing, ref)

    async def dropped(self, outgoing: int, why: str) -> None:
        """Give a message up."""
        log.info("message %s is given up: %s", outgoing, why)
        await self._underway.dropped(outgoing)

    async def pending(self) -> tuple[tuple[Outgoing, bool], ...]:
        """What was not sent when the last run ended: answers first, then posts, each in order.

        True beside a post that was being sent: nobody knows whether it arrived.
        """
        found = await self._reader.pending()
        self._underway.add(message for message, _ in found)
        return found

    # -- places ------------------------------------------------------------------------------

    async def gone_places(self) -> frozenset[Place]:
        """The places where nobody can be reached."""
        return await self._reader.gone_places()

    async def close_place(self, moved: Moved, learner: str) -> None:
        """Nobody can be reached at a place any more; it is `learner`'s own, "" for a group's."""
        row = (to_json(PLACE, moved.place), learner, moved.why)
        await self._writer.alone(lambda db: close_place(db, row))

    async def reopen_place(self, place: Place) -> None:
        await self._writer.alone(lambda db: reopen_place(db, to_json(PLACE, place)))

    async def move_place(self, place: Place, to: Place) -> None:
        """What was meant for `place`, with all its topics, is for `to` now."""
        await self._writer.alone(lambda db: move_place(db, place, to))

    # -- jobs, wordings, roles ---------------------------------------------------------------

    async def due(self, at: datetime, limit: int = 100) -> tuple[Job, ...]:
        """The jobs whose time has come, the oldest first."""
        return await self._reader.due(at, limit)

    async def pass_over(self, job: Job, following: datetime | None) -> None:
        """Move a job on to its next time, or let it go, without a turn."""
        await self._writer.put(moved_on(job, following), frozenset({f"job {job.id}"}))

    async def keep_wordings(self, wordings: Mapping[str, str]) -> None:
        """Keep items as they are asked today, by hash; what is kept already stays."""
        if wordings:
            await self._writer.put({"wording": list(wordings.items())})

    async def grant(self, learner: str, role: Role) -> None:
        await self._writer.put({"grant": [of_role(learner, role)]}, _about(learner))

    async def revoke(self, learner: str, role: Role) -> None:
        await self._writer.put({"revoke": [of_role(learner, role)]}, _about(learner))

    # -- what a model costs ------------------------------------------------------------------

    async def reserve(self, call: Call, budgets: tuple[Budget, ...]) -> int | None:
        """Take the most that a call can take out of all budgets, or nothing: its id, or None."""
        return await self._writer.alone(lambda db: money.reserve(db, call, budgets))

    async def settle(self, call: int, bill: Bill) -> None:
        """Put back what a call did not take; nothing where its learner was forgotten meanwhile."""
        await self._writer.alone(lambda db: money.settle(db, call, bill))

    async def charge_lost(self) -> int:
        """Calls that a stop cut off stay charged at their worst; how many there were."""
        return await self._writer.alone(money.charge_lost)

    async def waiting(self) -> tuple[Session, ...]:
        """The sessions that await a model: after a start, each since the last stop."""
        return await self._reader.waiting()

    # -- upkeep ------------------------------------------------------------------------------

    async def rebuild(self) -> tuple[str, ...]:
        """Recompute progress and points from the log and set them right.

        A sentence for each difference that was found.
        """
        return await self._writer.alone(rebuild)

    async def forget_talks(self, before: datetime) -> int:
        """Let what was said in labs before a time go, without a trace; how many lines."""
        text = to_text(before)
        if not await self._reader.talked_before(text):
            return 0
        return await self._writer.alone(lambda db: forget_talks(db, text), wipe=True)

    async def prune(self, before: datetime) -> int:
        """Let the ids of events before a time go; how many. In portions, so that nobody waits.

        What was spent in the days before goes too; months stay.
        """
        gone, text = 0, to_text(before)
        await self._writer.alone(lambda db: money.prune(db, text[:10]))
        while portion := await self._writer.alone(lambda db: prune(db, text)):
            gone += portion
        return gone


def _about(learner: str) -> frozenset[str]:
    return frozenset({f"learner {learner}"})


def _compare_clocks(path: Path, last: str | None) -> None:
    """Say that the clock of this machine is behind the last turn, which nobody else would notice:
    what is planned would wait.
    """
    now = datetime.fromtimestamp(time.time_ns() / 1e9, UTC)
    if last and to_time(last) - now > BEHIND:
        log.warning(
            "the last turn in %s was at %s, and this machine's clock says %s. If the clock is "
            "wrong, set it: what is planned for a time waits for it",
            path,
            last,
            to_text(now),
        )
