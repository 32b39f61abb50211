"""The shell: one message from its arrival to its replies.

Resolve the account, take the learner's lock, load, step, commit, send, in that order. The core
decides; the store keeps; the adapters carry. Time and ids come in as functions.
"""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Literal

from bot import engine
from bot.accounts import NOBODY, Accounts
from bot.adapters.base import Adapter
from bot.asks import Asks
from bot.conversation import (
    Caller,
    Commanded,
    Event,
    Failed,
    Inbound,
    Kept,
    Known,
    Look,
    Message,
    Moved,
    Outgoing,
    Picture,
    Place,
    Pressed,
    Reload,
    Replied,
    Role,
    Rows,
    Said,
    Session,
    Shut,
    Terms,
    Turn,
    Unsent,
    What,
    Woke,
    direct,
)
from bot.course.model import Library
from bot.drawing import Drawing
from bot.locks import Locks
from bot.outbox import Delivery, Outbox
from bot.phrases import say
from bot.schedule import next_due
from bot.store import Commit, Loaded, Stale, Store
from bot.tending import Tending
from bot.thinking import Thinker
from bot.turns import Source, committed, unseen
from bot.watch import Levels, Outcome, Watch, taken

log = logging.getLogger(__name__)

LOOKS = 8
"""How many questions to the store one event may ask; ordinary turns ask none."""

TRIES = 5
"""How often an event is taken anew since another one changed the same cohort meanwhile."""

Step = Callable[[Library, Session, Event | Known], Turn | Look]


class Runner:
    """Carries events to the core and its turns to the store and the adapters.

    `clock` gives the time in UTC, `mint` a fresh learner id; `observe` is told of each turn that
    was committed; `read` reads the content on disk anew; `operators` are the accounts that run
    this bot; `luck` draws fresh hex digits for each event; `draw` makes a picture's PNG, and
    without it pictures are left out; `watch` is told of every turn. One Runner serves every
    platform in a process.
    """

    def __init__(
        self,
        library: Library,
        store: Store,
        adapters: Mapping[str, Adapter],
        *,
        clock: Callable[[], datetime],
        mint: Callable[[], str],
        step: Step = engine.step,
        observe: Callable[[Commit], object] | None = None,
        read: Callable[[], tuple[Library | None, tuple[str, ...]]] | None = None,
        operators: frozenset[str] = frozenset(),
        thinker: Thinker | None = None,
        terms: Terms | None = None,
        access: Literal["open", "cohort"] = "open",
        luck: Callable[[], str] = secrets.token_hex,
        draw: Callable[[Picture], bytes] | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.library = library
        self._watch = watch or Watch()
        self._access: Literal["open", "cohort"] = access
        self._luck = luck
        self._drawing = Drawing(draw)
        self._store = store
        self._adapters = adapters
        self._clock = clock
        self._step = step
        self._observe = observe
        self._read = read
        self._operators = operators
        self._terms = terms or Terms()
        self._one_at_a_time = Locks()
        self._accounts = Accounts(store, self._one_at_a_time, mint, clock)
        self._outbox = Outbox(store, adapters, self._watch)
        self._asks = Asks(thinker, adapters, store.answer, self.answer)
        self._tending = Tending(store, self._outbox, self._terms, clock, self._unasked)
        self._turns = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def use(self, library: Library) -> None:
        """Teach from `library` from now on, and keep how its items are worded today."""
        await self._store.keep_wordings(library.wordings)
        self.library = library

    async def reload(self) -> tuple[str, ...]:
        """Read the content anew and teach from it; where it has faults, only say which."""
        if self._read is None:
            return ()
        library, faults = await asyncio.to_thread(self._read)
        self._watch.reloaded(done=library is not None)
        if library is None:
            return faults
        await self.use(library)
        return ()

    async def receive(
        self, inbound: Inbound, acknowledge: Callable[[], object] = lambda: None
    ) -> None:
        """Take one message, press or command to its replies; a known id does nothing.

        `acknowledge` is called as soon as the turn is on disk, or was before, or failed and was
        apologised for: from then on the platform need not deliver it again.
        """
        try:
            with self._going_on(inbound.id, inbound.what):
                delivery = await self._received(inbound)
        except Exception:
            self._apologise(inbound.place, inbound.id)
            acknowledge()
            raise
        acknowledge()
        await _all(delivery)

    async def complete(self, account: str, command: str, text: str) -> tuple[tuple[str, str], ...]:
        """What somebody may mean who still types what `command` is about; nothing is kept of it.

        It takes no lock: a suggestion that is a turn old harms nobody.
        """
        learner = await self._store.learner_of(account)
        loaded = Loaded() if learner is None else await self._store.load(learner, "")
        return engine.complete(self.library, loaded.profile, command, text)

    async def moved(self, moved: Moved, account: str) -> None:
        """A platform says that a place is another one now, or can no longer be reached."""
        learner = await self._store.learner_of(account) if moved.place.private else ""
        if learner is not None:
            await self._outbox.moved(moved, learner)

    async def answer(self, learner: str, event: str, place: Place, what: Replied | Failed) -> None:
        """Take a model's answer, or its failure, as an ordinary event."""
        try:
            with self._going_on(event, what):
                delivery = await self._take(learner, Source(event, place), what)
        except Exception:
            self._apologise(place, event)
            raise
        await _all(delivery or ())

    def _apologise(self, place: Place, event: str) -> None:
        """Nothing is settled by it: what was pressed can be pressed once more. It is not kept."""
        message = Message(say("en", "ours.failed"))
        self._outbox.put((Outgoing(-1, NOBODY, "", place, message, event=event),))

    async def wake(self) -> None:
        """Hand each job whose time has come to the core, once a slot; wait for its messages."""
        for delivery in await self._tending.wake():
            await _all(delivery)

    async def tend(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Wake jobs and send what waits, for ever; let old event ids go, once an hour."""
        await self._tending.tend(sleep)

    async def _unasked(self, learner: str, source: Source, what: What) -> Delivery:
        """Take what nobody did, so nothing of it is hidden from those who read along."""
        with self._going_on(source.event, what):
            return await self._take(learner, source, what, unasked=True) or ()

    async def resume(self) -> None:
        """Send what the last run left in the outbox, and ask again what it had asked a model."""
        for post in await self._outbox.resume():
            with suppress(Exception):  # logged; what is sent next matters more
                await self._unsent(post)
        if lost := await self._store.charge_lost():
            log.warning("%d questions to a model were cut off; they are charged in full", lost)
        for session in await self._store.waiting():
            if waiting := session.waiting:
                what, who = Failed(waiting.id, "stopped"), session.subject
                with suppress(Exception):  # logged and apologised for; nobody else waits for it
                    await self.answer(who, f"stopped:{who}:{waiting.id}", waiting.place, what)

    async def _unsent(self, post: Outgoing) -> None:
        """A post of which nobody knows whether it arrived: its cohort's instructors are told."""
        # Ids begin at the clock at each start, so one alone may come twice should that be stepped.
        digest = hashlib.sha256(post.message.text.encode()).hexdigest()[:8]
        event = Source(f"unsent:{post.id}:{digest}", post.place)
        what = Unsent(post.place, post.message.text)
        await _all(await self._unasked(post.learner, event, what))

    async def connected(self) -> None:
        """A platform can be reached: what waited for it begins to go out."""
        self._outbox.retry()

    async def quiet(self) -> None:
        """Wait until the turns that are going on are done, and their messages out or put off."""
        await self._idle.wait()
        await self._asks.quiet()
        await self._outbox.quiet()

    async def drain(self, seconds: float) -> None:
        """Before the end: give what is going on some time, then stop it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.quiet()
        await self._asks.stop()
        self._outbox.stop()

    async def _received(self, inbound: Inbound) -> Delivery:
        """Resolve the account and take the event; anew, should it be forgotten in between."""
        if not inbound.place.private and not engine.heeds(inbound.what):
            return ()
        await self._outbox.reached(inbound.place)
        source = self._source(inbound)
        while (learner := await self._accounts.learner(inbound)) is not None:
            delivery = await self._take(learner, source, inbound.what)
            if delivery is not None:
                return delivery
            self._accounts.unsure(inbound.account)
        return ()

    def _source(self, inbound: Inbound) -> Source:
        held = {
            Role("operator"): inbound.account in self._operators,
            Role("administrator"): inbound.administers,
        }
        roles = frozenset(role for role, has in held.items() if has)
        among = inbound.among or (None if inbound.place.private else inbound.place)
        own = direct(inbound.account)
        return Source(inbound.id, inbound.place, inbound.reply_to, roles, own, among)

    # -- one event -------------------------------------------------------------------------

    async def _take(
        self, learner: str, source: Source, what: What, *, unasked: bool = False
    ) -> Delivery | None:
        """Take an event to its commit; None where the learner was forgotten meanwhile.

        `unasked`: nobody did anything, so nothing of it is hidden from those who read along.
        """
        async with self._one_at_a_time.held(learner):
            for tried in range(TRIES):
                try:
                    sent = await self._committed(learner, source, what, unasked=unasked)
                    return None if sent is None else self._outbox.put(sent)
                except Stale:
                    log.info("a turn is taken anew: its cohort was changed")
                    if tried == TRIES - 1:
                        raise
        return None

    async def _committed(
        self, learner: str, source: Source, what: What, *, unasked: bool
    ) -> tuple[Outgoing, ...] | None:
        loaded = await self._store.load(learner, source.event)
        if loaded.known:
            self._became("repeated")
            if isinstance(what, Woke):  # its slot was taken before, so it goes on to the next
                await self._store.pass_over(what.job, next_due(what.job, self._clock()))
            return ()
        if not loaded.exists and learner != NOBODY:
            return None
        public = not source.place.private and not unasked
        if public:
            loaded = unseen(loaded, together=engine.is_together(what))
        session, meant = engine.aim(self.library, learner, loaded.profile, loaded.sessions, what)
        event = Event(self._clock(), self._caller(learner, source, loaded), meant)
        turn = await self._stepped(session, event)
        turn = replace(turn, messages=await self._drawing.drawn(turn.messages))
        commit = committed(source, event, session, turn, loaded, public=public)
        return await self._kept(commit, event)

    async def _kept(self, commit: Commit, event: Event) -> tuple[Outgoing, ...]:
        """What is sent of a commit, once it is on disk; what follows from it has begun."""
        sent = await self._store.commit(commit)
        if sent is None:
            self._became("repeated")
            return ()
        self._became("committed")
        if commit.slot:
            self._watch.woke((event.at - commit.slot.due).total_seconds())
        self._accounts.follow(commit)
        self._asks.follow(self.library, commit, event)
        if self._observe:
            self._observe(commit)
        return sent

    def _caller(self, learner: str, source: Source, loaded: Loaded) -> Caller:
        return Caller(
            learner,
            source.place,
            loaded.roles | source.roles,
            loaded.profile,
            self._terms,
            direct=source.direct,
            among=source.among,
            cohorts=loaded.cohorts,
            access=self._access,
            luck=self._luck(),
            doors=tuple((name, adapter.door) for name, adapter in self._adapters.items()),
        )

    async def _stepped(self, session: Session, event: Event) -> Turn:
        asked: Event | Known = event
        for _ in range(LOOKS + 1):
            outcome = self._step(self.library, session, asked)
            if isinstance(outcome, Turn):
                return outcome
            asked = Known(outcome, await self._answer(outcome), asked)
        raise RuntimeError(f"more than {LOOKS} looks for one event: {type(outcome).__name__}")

    async def _answer(self, look: Look) -> Rows:
        if isinstance(look, Reload):
            return tuple(Kept("fault", fault) for fault in await self.reload())
        return await self._store.answer(look)

    # -- how much is going on ----------------------------------------------------------------

    @contextmanager
    def _going_on(self, event: str, what: What) -> Iterator[None]:
        """A turn is taken here: it is waited for at the end, and watched."""
        self._turns += 1
        self._idle.clear()
        try:
            kind, answers = type(what).__name__.lower(), isinstance(what, Replied | Failed)
            with self._watch.taking(event, kind, _words(what), answers=answers):
                yield
        finally:
            self._turns -= 1
            if not self._turns:
                self._idle.set()

    @staticmethod
    def _became(outcome: Outcome) -> None:
        """What became of the turn that goes on."""
        if taking := taken():
            taking.outcome = outcome

    def levels(self) -> Levels:
        """How much is going on and waits, now."""
        waiting, oldest = self._outbox.waiting()
        return Levels(self._turns, self._store.queued, self._asks.going, waiting, oldest)


def _words(what: What) -> str:
    """What somebody wrote, or a model did."""
    match what:
        case Said() | Replied() | Unsent():
            return what.text
        case Commanded():
            return f"{what.name} {what.args}"
        case Pressed() | Failed() | Woke() | Shut():
            return ""


async def _all(delivery: Delivery) -> None:
    """Wait until messages are out. Whoever stops waiting does not stop them."""
    for carried in delivery:
        await asyncio.shield(carried)
