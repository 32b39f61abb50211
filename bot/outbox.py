"""Carries committed messages to the platforms: each place in its order, and none is lost.

What a platform does not take now waits and is tried again, and so do all later messages to that
place. A place that is gone is remembered, so that nothing is sent there until somebody speaks.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.adapters.base import Adapter, Fate, Undeliverable
from bot.conversation import Moved, Outgoing, Place
from bot.store import Store, StoreError
from bot.watch import Taking, Watch, Why, failed, name_of, taken, within

log = logging.getLogger(__name__)


AGAIN = 3.0
"""Seconds after which somebody who goes on has what waits for them tried again at once."""

PROBES = 3
"""Places that are tried before a platform is taken to be down."""

PATIENCE = 5.0
"""Seconds to wait for such a try; a chat that is slow holds up no others."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message on its way, the turn that it comes of, and since when it waits by our clock."""

    outgoing: Outgoing
    taking: Taking | None
    since: float


Delivery = tuple["asyncio.Task[Fate | None]", ...]
"""What carries a turn's messages, for whoever wants to wait."""


class Outbox:
    """The messages on their way. `put` is for what was committed a moment ago.

    `watch` is told what becomes of them.
    """

    def __init__(self, store: Store, adapters: Mapping[str, Adapter], watch: Watch) -> None:
        self._store = store
        self._adapters = adapters
        self._watch = watch
        self._lanes: dict[Place, deque[Waiting]] = {}
        self._workers: dict[Place, asyncio.Task[Fate | None]] = {}
        self._tried: dict[Place, float] = {}
        self._gone: set[Place] = set()
        self._loop = asyncio.get_running_loop()
        self._retrying: asyncio.Task[None] | None = None
        self._once_more = False
        self._shut: list[Place] = []

    async def resume(self) -> list[Outgoing]:
        """Send what was not sent when the last run ended.

        A reply may then arrive twice; a post of unknown delivery is not repeated. Those of them
        that were for many are returned, so that somebody can be told.
        """
        unsent: list[Outgoing] = []
        self._gone |= await self._store.gone_places()
        for outgoing, unknown in await self._store.pending():
            if unknown:
                log.warning("delivery of post %s is unknown; it is not repeated", outgoing.id)
                await self._dropped(outgoing, "unknown", "delivery unknown after a stop")
                unsent += [] if outgoing.place.private else [outgoing]
            else:
                self._line_up(self._waiting(outgoing))
        self.retry()
        await self.quiet()
        return unsent

    def shut(self) -> list[Place]:
        """The places of many that were found gone since this was asked last."""
        found, self._shut = self._shut, []
        return found

    def waiting(self) -> tuple[dict[str, int], float]:
        """How many messages are on their way, by platform; the seconds that the oldest waits."""
        count = dict.fromkeys(self._adapters, 0)
        oldest = now = self._watch.clock()
        for place, lane in self._lanes.items():
            count[place.platform] += len(lane)
            if lane:
                oldest = min(oldest, lane[0].since)
        return count, now - oldest

    def _waiting(self, outgoing: Outgoing) -> Waiting:
        """A message that waits from now on; of an apology the turn itself is over."""
        now, taking = self._watch.clock(), taken()
        if taking is None and outgoing.event:
            taking = Taking(name_of(outgoing.event), "", now, is_seen=True)
        return Waiting(outgoing, taking, now)

    def put(self, messages: Iterable[Outgoing]) -> Delivery:
        """Take messages in their order; the tasks that carry them, for whoever wants to wait.

        A place whose earlier messages wait to be tried again has no task, unless that is a while
        ago.
        """
        waiting = map(self._waiting, messages)
        places = {each.outgoing.place: None for each in waiting if self._line_up(each)}
        return tuple(self._worker(place) for place in places)

    def retry(self) -> "asyncio.Task[None]":
        """Try again what waits; the task that does it, of which there is one at a time.

        Asked while it runs, it goes round once more: what has failed in this round may go now.
        """
        if self._retrying is None or self._retrying.done():
            self._retrying = asyncio.create_task(self._tried_again())
        else:
            self._once_more = True
        return self._retrying

    async def _tried_again(self) -> None:
        await self._tried_round()
        while self._once_more:
            self._once_more = False
            await self._tried_round()

    async def _tried_round(self) -> None:
        waiting: dict[str, list[Place]] = {}
        for place in self._lanes:
            if place not in self._workers:
                waiting.setdefault(place.platform, []).append(place)
        await asyncio.gather(*map(self._probed, waiting.values()))

    async def _probed(self, places: list[Place]) -> None:
        """Ask a platform with a few places first, so that one that is down is left in peace."""
        for number, place in enumerate(places[:PROBES]):
            probe = self._worker(place)
            await asyncio.wait([probe], timeout=PATIENCE)
            if not probe.done() or probe.cancelled() or probe.result() is not Fate.DOWN:
                for other in places[number + 1 :]:
                    self._worker(other)
                return

    def _still_retrying(self) -> list["asyncio.Task[None]"]:
        return [self._retrying] if self._retrying and not self._retrying.done() else []

    def stop(self) -> None:
        """Send no more; what is left goes out at the next start."""
        for task in (*self._still_retrying(), *self._workers.values()):
            task.cancel()

    async def quiet(self) -> None:
        """Wait until nothing is on its way."""
        while going := [*self._workers.values(), *self._still_retrying()]:
            await asyncio.wait(going)

    async def reached(self, place: Place) -> None:
        """Somebody spoke at `place`, so messages arrive there."""
        if self._gone and (places := self._gone & {place, replace(place, topic="")}):
            self._gone -= places
            for each in places:
                await self._store.reopen_place(each)

    async def moved(self, moved: Moved, learner: str = "") -> None:
        """A place is another one now, or is gone: so are the messages and jobs for it."""
        if moved.to is None:
            log.warning("nobody is reached in %s any more: %s", _named(moved.place), moved.why)
            self._gone.add(moved.place)
            self._shut += [] if moved.place.private else [moved.place]
            await self._store.close_place(moved, learner)
        else:
            await self._store.move_place(moved.place, moved.to)
        for place in [place for place in self._lanes if _within(place, moved.place)]:
            lane = list(self._lanes[place])
            self._lanes[place].clear()
            for waiting in lane:
                if moved.to is None:
                    await self._dropped(waiting.outgoing, "gone", moved.why)
                    continue
                there = replace(moved.to, topic=place.topic)
                if self._line_up(replace(waiting, outgoing=replace(waiting.outgoing, place=there))):
                    self._worker(there)

    # -- one place ---------------------------------------------------------------------------

    def _line_up(self, waiting: Waiting) -> bool:
        """Whether its lane is to be carried now: not while it waits to be tried again."""
        place = waiting.outgoing.place
        if place.platform not in self._adapters:
            return False
        self._lanes.setdefault(place, deque()).append(waiting)
        waits = self._loop.time() - self._tried.get(place, -AGAIN) < AGAIN
        return place in self._workers or not waits

    def _worker(self, place: Place) -> "asyncio.Task[Fate | None]":
        if place not in self._workers:
            self._workers[place] = asyncio.create_task(self._carry(place))
        return self._workers[place]

    async def _carry(self, place: Place) -> Fate | None:
        """Send the messages for a place in order; why it stopped before the end, if it did.

        Raises what an adapter should not have raised, when the others are out: that message stays
        in the store, and is tried at the next start.
        """
        lane, faults = self._lanes[place], list[Exception]()
        try:
            while lane:
                waiting = lane[0]
                with within(waiting.taking):
                    fate = await self._tried_now(waiting, faults)
                if fate is not None:
                    self._tried[place] = self._loop.time()
                    # To the end, so that one that never goes is not always tried first.
                    self._lanes[place] = self._lanes.pop(place)
                    return fate
                self._tried.pop(place, None)
                if lane and lane[0] is waiting:
                    lane.popleft()
        finally:
            del self._workers[place]
            if not lane:
                del self._lanes[place]
        if faults:
            raise faults[0]
        return None

    async def _tried_now(self, waiting: Waiting, faults: list[Exception]) -> Fate | None:
        """As `_sent`; what should not have been raised is put to the `faults`."""
        outgoing = waiting.outgoing
        try:
            return await self._sent(outgoing)
        except StoreError as problem:
            log.error("message %s waits: %s", outgoing.id, problem)
            return Fate.LATER
        except Exception as problem:
            failed(log, "message %s was not sent", outgoing.id)
            faults.append(problem)
            return None

    async def _sent(self, outgoing: Outgoing) -> Fate | None:
        """Send one message; None when it is out of our hands, else why it must wait."""
        if self._gone and {outgoing.place, replace(outgoing.place, topic="")} & self._gone:
            await self._dropped(outgoing, "gone", "nobody can be reached there")
            return None
        if outgoing.post:
            await self._store.sending(outgoing.id)
        adapter = self._adapters[outgoing.place.platform]
        try:
            ref = await adapter.send(outgoing)
        except Undeliverable as problem:
            self._watch.refused(outgoing.place.platform, problem.fate.name.lower())
            return await self._failed(outgoing, problem)
        self._store.sent(outgoing.id, ref)
        self._watch.sent(outgoing.place.platform, taken())
        return None

    async def _dropped(self, outgoing: Outgoing, why: Why, words: str) -> None:
        self._watch.dropped(outgoing.place.platform, why)
        await self._store.dropped(outgoing.id, words)

    async def _failed(self, outgoing: Outgoing, problem: Undeliverable) -> Fate | None:
        if problem.moved:
            await self.moved(problem.moved, outgoing.learner)
            return None
        # Said once, and not for every message while a platform is down.
        first = outgoing.place not in self._tried
        again = problem.fate in (Fate.DOWN, Fate.LATER) and not first
        level = logging.DEBUG if again else logging.WARNING
        log.log(level, "message %s was not taken: %s", outgoing.id, problem)
        match problem.fate:
            case Fate.NEVER | Fate.UNKNOWN:
                why: Why = "never" if problem.fate is Fate.NEVER else "unknown"
                await self._dropped(outgoing, why, problem.fate.value)
                return None
            case _:
                pass
        return problem.fate


def _named(place: Place) -> str:
    """A place for the operator's log, where a person's number has no business."""
    return f"a chat on {place.platform}" if place.private else f"{place.platform} {place.chat}"


def _within(place: Place, whole: Place) -> bool:
    return place == whole or (not whole.topic and replace(place, topic="") == whole)
