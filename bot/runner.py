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
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot import engine
from bot.accounts import NOBODY, Accounts
from bot.adapters.base import Adapter, Fate
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
from bot.outbox import Outbox
from bot.phrases import say
from bot.schedule import next_due, slot
from bot.store import Commit, Loaded, Stale, Store, StoreError
from bot.thinking import Thinker
from bot.watch import Levels, Outcome, Watch, taken

log = logging.getLogger(__name__)

LOOKS = 8
"""How many questions to the store one event may ask; ordinary turns ask none."""

TRIES = 5
"""How often an event is taken anew since another one changed the same cohort meanwhile."""

NAP = 15.0
"""Seconds that the job loop sleeps at most, so that a stepped clock is noticed."""

KEPT = timedelta(hours=72)
"""How long event ids are kept: platforms repeat an event for a day at most."""

LEAP = timedelta(days=1)
"""No sleep between two rounds of the loop is as long; a machine that slept so long may wait too."""

HELD = timedelta(minutes=10)
"""How long jobs wait after that."""

PUT_OFF = timedelta(hours=1)
"""How long a job waits whose turn failed."""

Step = Callable[[Library, Session, Event | Known], Turn | Look]
Delivery = tuple["asyncio.Task[Fate | None]", ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where an event came from: its id, its place, the message it answers, who may do more; see
    Caller for the others.
    """

    event: str
    place: Place
    reply_to: str = ""
    roles: frozenset[Role] = frozenset()
    direct: Place | None = None
    among: Place | None = None


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
        self._failed: dict[str, datetime] = {}
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
        for delivery in await self._woken():
            await _all(delivery)

    async def _woken(self) -> list[Delivery]:
        """A job that fails stops no other, and is tried again in an hour."""
        now = self._clock()
        deliveries = [await self._shut(place, now) for place in self._outbox.shut()]
        for job in await self._store.due(now):
            if self._failed.get(slot(job), now) > now:
                continue
            source, what = Source(slot(job), job.place), Woke(job)
            try:
                with self._going_on(source.event, what):
                    delivery = await self._take(job.subject, source, what, unasked=True)
                    deliveries.append(delivery or ())
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
                    await self._woken()  # and wait for no message: a slow chat delays no job
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
        with self._going_on(event.event, what):
            await _all(await self._take(post.learner, event, what, unasked=True) or ())

    async def _shut(self, place: Place, now: datetime) -> Delivery:
        """Whoever posts in a place that is gone is told."""
        event = Source(f"shut:{place.platform}:{place.chat}:{place.topic}@{now:%Y-%m-%dT%H}", place)
        what = Shut(place)
        with suppress(Exception), self._going_on(event.event, what):  # logged; jobs matter more
            return await self._take(NOBODY, event, what, unasked=True) or ()
        return ()

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
            loaded = _unseen(loaded, together=engine.is_together(what))
        session, meant = engine.aim(self.library, learner, loaded.profile, loaded.sessions, what)
        event = Event(self._clock(), self._caller(learner, source, loaded), meant)
        turn = await self._stepped(session, event)
        turn = replace(turn, messages=await self._drawing.drawn(turn.messages))
        commit = _commit(source, event, session, turn, loaded, public=public)
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


def _commit(
    source: Source, event: Event, session: Session, turn: Turn, loaded: Loaded, *, public: bool
) -> Commit:
    """All of a turn that is kept. `public`: it answers where others read along."""
    job = event.what.job if isinstance(event.what, Woke) else None
    return Commit(
        event=source.event,
        at=event.at,
        learner=event.by.learner,
        course=session.course,
        place=source.place,
        reply_to=source.reply_to or _superseded(loaded, session, turn, source.place),
        session=turn.session,
        records=turn.records,
        messages=turn.messages if source.reply_to else _typed(turn.messages),
        keep=public or loaded.group or isinstance(event.what, Unsent | Shut),
        about=turn.about,
        slot=job,
        next_due=next_due(job, event.at) if job else None,
    )


def _superseded(loaded: Loaded, session: Session, turn: Turn, place: Place) -> str:
    """The newest prompt in this place, where what was typed leads to another one."""
    prompt = loaded.prompts.get(session.course)
    if prompt is None or prompt.place != place:
        return ""
    onward = turn.session is None or turn.session.turn > session.turn
    return prompt.ref if onward or any(message.choices for message in turn.messages) else ""


def _words(what: What) -> str:
    """What somebody wrote, or a model did."""
    match what:
        case Said() | Replied() | Unsent():
            return what.text
        case Commanded():
            return f"{what.name} {what.args}"
        case Pressed() | Failed() | Woke() | Shut():
            return ""


def _typed(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """What answers something typed stands below it: it turns no page, and words need no echo."""
    return tuple(
        replace(message, page=False, chosen="") if message.page or message.chosen else message
        for message in messages
    )


def _unseen(loaded: Loaded, *, together: bool) -> Loaded:
    """What may be known where others read along: nothing of where somebody is; only of what a
    group's command needs, the course.
    """
    profile = loaded.profile if together else replace(loaded.profile, course="")
    return replace(loaded, profile=profile, sessions={}, prompts={})


async def _all(delivery: Delivery) -> None:
    """Wait until messages are out. Whoever stops waiting does not stop them."""
    for carried in delivery:
        await asyncio.shield(carried)
