"""What is done by the clock: jobs are woken, what waits is tried again, what is old is let go."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.accounts import NOBODY
from bot.conversation import Place, Shut, Terms, What, Woke
from bot.outbox import Delivery, Outbox
from bot.schedule import slot
from bot.store import Store, StoreError
from bot.turns import Source

log = logging.getLogger(__name__)

NAP: Final = 15.0
"""Seconds that the job loop sleeps at most, so that a stepped clock is noticed."""

KEPT: Final = timedelta(hours=72)
"""How long event ids are kept: platforms repeat an event for a day at most."""

LEAP: Final = timedelta(days=1)
"""No sleep between two rounds of the loop is as long; a machine that slept so long may wait too."""

HELD: Final = timedelta(minutes=10)
"""How long jobs wait after that."""

PUT_OFF: Final = timedelta(hours=1)
"""How long a job waits whose turn failed."""

Take = Callable[[str, Source, What], Awaitable[Delivery]]
"""Takes what nobody did to its commit: for which learner, from where, and what."""


class Tending:
    """The loop beside the turns. `terms` say how long a talk is kept."""

    def __init__(
        self, store: Store, outbox: Outbox, terms: Terms, clock: Callable[[], datetime], take: Take
    ) -> None:
        self._store, self._outbox, self._terms = store, outbox, terms
        self._clock, self._take = clock, take
        self._failed: dict[str, datetime] = {}

    async def wake(self) -> list[Delivery]:
        """Hand each job whose time has come to the core, once a slot; what is sent for them.

        A job that fails stops no other, and is tried again in an hour.
        """
        now = self._clock()
        deliveries = [await self._shut(place, now) for place in self._outbox.shut()]
        for job in await self._store.due(now):
            if self._failed.get(slot(job), now) > now:
                continue
            source, what = Source(slot(job), job.place), Woke(job)
            try:
                deliveries.append(await self._take(job.subject, source, what))
            except Exception:
                self._failed[source.event] = now + PUT_OFF
        return deliveries

    async def tend(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Wake jobs and send what waits, for ever; let old event ids go, once an hour.

        When the clock leaps ahead nobody knows whether it is right now: jobs wait for a while, and
        what is kept for a time stays for a day, so that somebody can set it right.
        """
        last = self._clock()
        jobs = prune = datetime.min.replace(tzinfo=UTC)
        while True:
            now = self._clock()
            if now < last:
                jobs, prune = min(jobs, now), min(prune, now + timedelta(hours=1))
            elif now - last > LEAP:
                log.error("the clock leapt ahead by %s; jobs wait for %s", now - last, HELD)
                jobs, prune = now + HELD, now + timedelta(days=1)
            last = now
            try:
                if now >= jobs:
                    await self.wake()  # and wait for no message: a slow chat delays no job
                self._outbox.retry()
                if now >= prune:
                    await self._let_go(now)
                    prune = now + timedelta(hours=1)
            except StoreError as problem:
                log.error("what is to be done by the clock waits: %s", problem)
            await sleep(NAP)

    async def _let_go(self, now: datetime) -> None:
        """What was kept long enough."""
        await self._store.prune(now - KEPT)
        await self._store.forget_talks(now - timedelta(days=self._terms.kept))
        self._failed.clear()

    async def _shut(self, place: Place, now: datetime) -> Delivery:
        """Whoever posts in a place that is gone is told."""
        event = Source(f"shut:{place.platform}:{place.chat}:{place.topic}@{now:%Y-%m-%dT%H}", place)
        what = Shut(place)
        with suppress(Exception):  # logged; jobs matter more
            return await self._take(NOBODY, event, what)
        return ()
