"""The questions to a model that are on their way: one a session, and gone with it.

A question begins when a turn that asks it is committed, shows that somebody thinks, and comes back
as an ordinary event. It is let go as soon as its session no longer awaits it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from bot import engine
from bot.adapters.base import Adapter, Undeliverable
from bot.conversation import (
    Ask,
    Brief,
    Changed,
    Event,
    Failed,
    Forgotten,
    Known,
    Look,
    Place,
    Record,
    Replied,
    Rows,
    Session,
    Talking,
)
from bot.course.model import Library
from bot.store import Commit
from bot.thinking import GIVEN_UP, Question, Thinker
from bot.watch import failed

log = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds before words are asked about that joined others whose question was on its way."""

LOOKS = 4
"""How many questions to the store a brief may need."""

Tell = Callable[[str, str, Place, Replied | Failed], Awaitable[None]]
Key = tuple[str, str]


class Asks:
    """`look` answers from the store, `tell` takes an answer to the session that awaits it.

    Without a `thinker` nobody is asked: then answers come from elsewhere, as in a conversation
    that is played.
    """

    def __init__(
        self,
        thinker: Thinker | None,
        adapters: Mapping[str, Adapter],
        look: Callable[[Look], Awaitable[Rows]],
        tell: Tell,
    ) -> None:
        self._thinker = thinker
        self._adapters = adapters
        self._look = look
        self._tell = tell
        self._asking: dict[Key, _Asking] = {}
        self._thinking: dict[str, asyncio.Task[None]] = {}

    def follow(self, library: Library, commit: Commit, event: Event) -> None:
        """Begin what a turn asks, and let go what it no longer awaits."""
        waiting = commit.session.waiting if commit.session else None
        if waiting or not commit.keep:
            self._show(commit, waiting)
        if commit.keep:  # where others read along nothing is changed, so nothing is let go
            return
        key = (commit.learner, commit.course)
        asked = self._asking[key].waiting.id if key in self._asking else ""
        if waiting is None or waiting.id != asked:
            self._let_go(key, GIVEN_UP)
        for record in commit.records:
            self._take_back(commit.learner, record)
        if waiting and waiting.id != asked and self._thinker and commit.session:
            # Somebody who writes on is let finish: each question that is thrown away costs money.
            pause = PAUSE if asked else 0.0
            work = self._asked(self._thinker, library, commit.session, waiting, event, pause)
            self._asking[key] = _Asking(waiting, asyncio.create_task(work))

    def _take_back(self, learner: str, record: Record) -> None:
        """Whoever agrees no more, or is gone, has nothing sent in whatever course it waits."""
        withdrawn = isinstance(record, Changed) and not record.profile.consent
        if not withdrawn and not isinstance(record, Forgotten):
            return
        for key in [each for each in self._asking if each[0] == learner]:
            waiting = self._asking[key].waiting
            self._let_go(key)
            if withdrawn:
                work = self._taken(learner, waiting, Failed(waiting.id, "stopped"))
                self._asking[key] = _Asking(waiting, asyncio.create_task(work), taken=True)

    def _let_go(self, key: Key, why: str = "") -> None:
        """Ask no more; a question whose answer is being taken ends by itself."""
        asking = self._asking.pop(key, None)
        if asking and not asking.taken:
            asking.task.cancel(why)

    @property
    def going(self) -> int:
        """How many questions wait for an answer, or for theirs to be taken."""
        return len(self._asking)

    async def quiet(self) -> None:
        """Wait until every question is answered, and every answer was taken."""
        while going := [asking.task for asking in self._asking.values()]:
            await asyncio.wait(going)

    async def stop(self) -> None:
        """Let all go; after the next start they are asked again."""
        tasks = [*(asking.task for asking in self._asking.values()), *self._thinking.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _show(self, commit: Commit, waiting: Ask | None) -> None:
        """Show that an answer is thought of, from the turn that asks until the next."""
        if thinking := self._thinking.pop(commit.learner, None):
            thinking.cancel()
        adapter = self._adapters.get(waiting.place.platform) if waiting else None
        if adapter and waiting:
            work = _shown(adapter, waiting.place, commit.event)
            self._thinking[commit.learner] = asyncio.create_task(work)

    async def _asked(
        self,
        thinker: Thinker,
        library: Library,
        session: Session,
        waiting: Ask,
        event: Event,
        pause: float,
    ) -> None:
        """Ask, and take the answer where it is awaited. A fault of ours counts as no answer."""
        key = (session.subject, session.course)
        await asyncio.sleep(pause)
        try:
            what = await self._answered(thinker, library, session, waiting, event)
        except Exception:
            failed(log, "a question to a model failed, in %s", waiting.unit)
            what = Failed(waiting.id, "other")
        if key in self._asking:
            self._asking[key].taken = True
        await self._taken(session.subject, waiting, what)

    async def _taken(self, learner: str, waiting: Ask, what: Replied | Failed) -> None:
        """Take an answer; where that fails, let the tutor speak instead."""
        try:
            await self._told(learner, waiting, what)
        finally:
            mine = asyncio.current_task()
            for key in [k for k, asking in self._asking.items() if asking.task is mine]:
                del self._asking[key]

    async def _told(self, learner: str, waiting: Ask, what: Replied | Failed) -> None:
        name = f"ask:{learner}:{waiting.id}"
        for each in (what, Failed(waiting.id, "other")):
            try:
                return await self._tell(learner, name, waiting.place, each)
            except Exception as problem:  # logged and apologised for by whoever took it
                log.debug("an answer was not taken: %r", problem)
        if thinking := self._thinking.pop(learner, None):
            thinking.cancel()
        return None

    async def _answered(
        self, thinker: Thinker, library: Library, session: Session, waiting: Ask, event: Event
    ) -> Replied | Failed:
        brief = await self._briefed(library, session, event)
        question = Question(
            waiting.id,
            session.subject,
            session.course,
            waiting.unit,
            brief,
            lambda text: engine.unfit(library, session, event, brief, text),
            opening=isinstance(session.state, Talking) and not session.state.briefed,
            budgets=tuple(
                each.cohort.budget
                for each in event.by.cohorts
                if each.cohort.course == session.course
            ),
        )
        return await thinker.answer(question)

    async def _briefed(self, library: Library, session: Session, event: Event) -> Brief:
        asked: Event | Known = event
        for _ in range(LOOKS + 1):
            told = engine.brief(library, session, asked)
            if isinstance(told, Brief):
                return told
            if told is None:
                raise LookupError("nothing is asked")
            asked = Known(told, await self._look(told), asked)
        raise RuntimeError(f"more than {LOOKS} looks for one brief")


@dataclass(slots=True)
class _Asking:
    """A question on its way; `taken` from when its answer is being taken."""

    waiting: Ask
    task: asyncio.Task[None]
    taken: bool = False


async def _shown(adapter: Adapter, place: Place, event: str) -> None:
    with suppress(Undeliverable):
        await adapter.think(place, event)
