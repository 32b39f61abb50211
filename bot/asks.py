"""The questions to a model that are on their way: one a session, and gone with it.

A question begins when a turn that asks it is committed, shows that somebody thinks, and comes back
as an ordinary event. It is let go as soon as its session no longer awaits it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from bot import engine
from bot.adapters.base import Adapter
from bot.conversation import (
    Ask,
    Brief,
    Event,
    Failed,
    Known,
    Look,
    Place,
    Replied,
    Rows,
    Session,
)
from bot.course.model import Library
from bot.store import Commit
from bot.thinking import Question, Thinker

log = logging.getLogger(__name__)

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
        self._asking: dict[Key, tuple[str, asyncio.Task[None]]] = {}
        self._thinking: dict[str, asyncio.Task[None]] = {}

    def follow(self, library: Library, commit: Commit, event: Event) -> None:
        """Begin what a turn asks, and let go what it no longer awaits."""
        waiting = commit.session.waiting if commit.session else None
        if waiting or not commit.keep:
            self._show(commit, waiting)
        if commit.keep:  # where others read along nothing is changed, so nothing is let go
            return
        key = (commit.learner, commit.course)
        asked, task = self._asking.get(key, ("", None))
        if task and (waiting is None or waiting.id != asked):
            task.cancel()
            del self._asking[key]
        if waiting and waiting.id != asked and self._thinker and commit.session:
            work = self._asked(self._thinker, library, commit.session, waiting, event)
            self._asking[key] = (waiting.id, asyncio.create_task(work))

    async def quiet(self) -> None:
        """Wait until every question is answered, and every answer was taken."""
        while going := [task for _, task in self._asking.values()]:
            await asyncio.wait(going)

    async def stop(self) -> None:
        """Let all go; after the next start they are asked again."""
        tasks = [*(task for _, task in self._asking.values()), *self._thinking.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _show(self, commit: Commit, waiting: Ask | None) -> None:
        """Show that an answer is thought of, from the turn that asks until the next."""
        if thinking := self._thinking.pop(commit.learner, None):
            thinking.cancel()
        adapter = self._adapters.get(commit.place.platform)
        if adapter and waiting:
            work = adapter.think(waiting.place, commit.event)
            self._thinking[commit.learner] = asyncio.create_task(work)

    async def _asked(
        self, thinker: Thinker, library: Library, session: Session, waiting: Ask, event: Event
    ) -> None:
        """Ask, and take the answer where it is awaited. A fault of ours counts as no answer."""
        try:
            what = await self._answered(thinker, library, session, waiting, event)
        except Exception:
            log.exception("question %s failed", waiting.id)
            what = Failed(waiting.id, "other")
        self._done()
        learner = session.subject
        try:
            await self._tell(learner, f"ask:{learner}:{waiting.id}", waiting.place, what)
        except Exception as problem:  # logged and apologised for by whoever took it
            log.debug("answer %s was not taken: %r", waiting.id, problem)

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
            opening=not any(speech.by == "note" for speech in brief.talk[:-1]),
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

    def _done(self) -> None:
        """This question is answered: what is made of it shall not take it for an old one."""
        mine = asyncio.current_task()
        for key, (_, task) in list(self._asking.items()):
            if task is mine:
                del self._asking[key]
