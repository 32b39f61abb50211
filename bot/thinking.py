"""From a question to a model to its answer: reserve, ask, settle, check, and once more at most.

Whatever goes wrong ends as a reason that the tutor can go on from; nothing is raised, and nobody
waits longer than `PATIENCE`. It refuses to know what a lab is: what may be shown is told to it.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.conversation import Brief, Budget, Failed, Reason, Replied, Speech
from bot.personas.base import Meter, Persona, Silent
from bot.store import Bill, Call, Store

log = logging.getLogger(__name__)

PATIENCE = 20.0
"""Seconds from a learner's words to the reply, at the longest."""

AGAIN = 2
"""Calls after the first one, at the most, each for another reason."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, for whom it is paid, and the check that a reply must pass.

    `unfit` is `engine.unfit`; `opening`: nothing was asked in this talk before.
    """

    ask: str
    learner: str
    course: str
    unit: str
    brief: Brief
    unfit: Callable[[str], str]
    opening: bool = False


class Thinker:
    """Lets a model word replies, within budgets."""

    def __init__(
        self,
        persona: Persona,
        store: Store,
        budgets: tuple[Budget, ...],
        clock: Callable[[], datetime],
        patience: float = PATIENCE,
    ) -> None:
        self._persona = persona
        self._store = store
        self._budgets = budgets
        self._clock = clock
        self._patience = patience

    async def answer(self, question: Question) -> Replied | Failed:
        """A reply that may be shown, or why there is none."""
        try:
            async with asyncio.timeout(self._patience):
                return Replied(question.ask, await self._worded(question))
        except TimeoutError:
            return self._failed(question, "slow", "no answer in time")
        except Silent as silent:
            return self._failed(question, silent.reason, str(silent))

    def _failed(self, question: Question, reason: Reason, detail: str) -> Failed:
        level = logging.INFO if reason in ("budget", "refused", "unfit") else logging.WARNING
        log.log(level, "no words for %s: %s (%s)", question.unit, reason, detail)
        return Failed(question.ask, reason)

    async def _worded(self, question: Question) -> str:
        """Ask; then once more for each cure that a failure names, and for a reply that is unfit."""
        models, tried = list(self._persona.models), set[str]()
        model, brief, opening = models[0], question.brief, question.opening
        while True:
            try:
                asked = replace(question, brief=brief, opening=opening)
                text, fault = await self._asked(asked, model)
                if not fault:
                    return text
                problem, brief = Silent("unfit", "mended", fault), _mended(question.brief, fault)
            except Silent as silent:
                problem = silent
            opening = False
            if not problem.cure or problem.cure in tried or len(tried) >= AGAIN:
                raise problem
            tried.add(problem.cure)
            if problem.cure == "other":
                if len(models) < 2:
                    raise problem
                model = models[1]

    async def _asked(self, question: Question, model: str) -> tuple[str, str]:
        """One call, paid for: what was said, and why that cannot be shown. Raises Silent."""
        worst = self._persona.worst(model, question.brief)
        price = self._persona.price(model)
        call = Call(
            question.learner,
            question.course,
            question.unit,
            model,
            self._clock(),
            worst.total,
            price.of(worst),
            question.opening,
        )
        number = await self._store.reserve(call, self._budgets)
        if number is None:
            raise Silent("budget", detail="a budget is spent")
        meter, fault, free = Meter(), "no words", False
        try:
            text = await self._persona.word(model, question.brief, meter)
            fault = question.unfit(text)
            return text, fault
        except Silent as silent:
            free = silent.free
            raise
        finally:
            known = meter.tokens if meter.told or free else None
            bill = Bill(known, price.of(meter.tokens), failed=bool(fault))
            # To its end, also where nobody waits any more: else it would stay charged at its worst.
            await asyncio.shield(self._store.settle(number, bill))


def _mended(brief: Brief, fault: str) -> Brief:
    """The same question, with what was wrong with the first draft. Its beginning stays."""
    note = brief.talk[-1]
    text = f"{note.text}\nA first draft could not be shown. {fault} Write it anew."
    return replace(brief, talk=(*brief.talk[:-1], Speech("note", text)))
