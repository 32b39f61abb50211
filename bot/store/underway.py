"""Messages on their way: committed, and not yet written off from the outbox's table.

That one is out is written soon, and nobody waits for it; until then the prompt that it left is
known from here.
"""

import asyncio
import logging
from collections.abc import Iterable

from bot.conversation import Outgoing
from bot.store.columns import Rows
from bot.store.turns import leaves_prompt
from bot.store.values import Prompt
from bot.store.writer import Writer

log = logging.getLogger(__name__)


class Underway:
    """What becomes of messages, by their ids. May raise StoreError where it is awaited."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._out: dict[int, Outgoing] = {}
        self._fresh: dict[asyncio.Future[bool], dict[str, dict[str, Prompt]]] = {}

    def add(self, messages: Iterable[Outgoing]) -> None:
        """These are on their way from now on."""
        self._out.update((message.id, message) for message in messages)

    def prompts(self, learner: str) -> dict[str, Prompt]:
        """A learner's newest prompts that no table has yet, by course."""
        fresh: dict[str, Prompt] = {}
        for prompts in self._fresh.values():
            fresh |= prompts.get(learner, {})
        return fresh

    def sent(self, outgoing: int, ref: str) -> None:
        """See `Store.sent`."""
        message = self._out.pop(outgoing, None)
        if message is None:
            return
        rows: Rows = {"gone": [(outgoing,)]}
        if leaves_prompt(message):
            rows["prompted"] = [(ref, outgoing)]
        done = self._writer.ride(rows, wipe=not message.learner)
        if done not in self._fresh:
            self._fresh[done] = {}
            done.add_done_callback(self._written)
        if "prompted" in rows:
            prompts = self._fresh[done].setdefault(message.learner, {})
            prompts[message.course] = Prompt(message.place, ref)

    def _written(self, done: "asyncio.Future[bool]") -> None:
        """What was sent is in the tables now: no need to remember it any longer."""
        del self._fresh[done]
        if not done.cancelled() and (problem := done.exception()):
            log.warning("messages that were sent stay in the outbox: %s", problem)

    async def dropped(self, outgoing: int) -> None:
        """A message is given up."""
        message = self._out.pop(outgoing, None)
        wipe = message is not None and not message.learner
        await self._writer.put({"gone": [(outgoing,)]}, wipe=wipe)
