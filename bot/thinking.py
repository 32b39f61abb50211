"""From a question to a model to its answer: reserve, ask, settle, check, and once more at most.

Whatever goes wrong ends as a reason that the tutor can go on from; nothing is raised, and nobody
waits longer than `PATIENCE`. It refuses to know what a lab is: what may be shown is told to it.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.conversation import Brief, Budget, Failed, Reason, Replied, Speech, Tokens
from bot.personas.base import Meter, Persona, Silent
from bot.store import Bill, Call, Store
from bot.watch import Watch, unlike

log = logging.getLogger(__name__)

PATIENCE = 20.0
"""Seconds from a learner's words to the reply, at the longest."""

GIVEN_UP = "given up"
"""Why a question is cancelled whose learner went on: they pay for it, and nobody else."""

AGAIN = 3
"""Calls after the first one, at the most: one for each cure, but for a busy service."""

BUSY = 2
"""How often a busy service is asked again."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, for whom it is paid, and the check that a reply must pass.

    `unfit` is `engine.unfit`; `opening`: nothing was asked in this talk before. `budgets` are those
    of the learner's cohorts, beside everybody's.
    """

    ask: str
    learner: str
    course: str
    unit: str
    brief: Brief
    unfit: Callable[[str], str]
    opening: bool = False
    budgets: tuple[Budget, ...] = ()


class Thinker:
    """Lets a model word replies, within budgets; `watch` is told of each call."""

    def __init__(
        self,
        persona: Persona,
        store: Store,
        budgets: tuple[Budget, ...],
        clock: Callable[[], datetime],
        patience: float = PATIENCE,
        watch: Watch | None = None,
    ) -> None:
        self._watch = watch or Watch()
        self._persona = persona
        self._store = store
        self._budgets = budgets
        self._clock = clock
        self._patience = patience

    async def answer(self, question: Question) -> Replied | Failed:
        """A reply that may be shown, or why there is none."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        try:
            async with asyncio.timeout_at(deadline):
                text, second = await self._worded(question, deadline)
                return Replied(question.ask, text, second)
        except TimeoutError:
            return self._failed(question, "slow", "no answer in time")
        except Silent as silent:
            return self._failed(question, silent.reason, str(silent))

    def _failed(self, question: Question, reason: Reason, detail: str) -> Failed:
        """Told to the operator; what a draft said, which may be a learner's words, is not."""
        level = logging.INFO if reason in ("budget", "refused", "unfit") else logging.WARNING
        why = reason if reason == "unfit" else f"{reason} ({unlike(detail, _said(question.brief))})"
        log.log(level, "no words of a model in %s: %s", question.unit, why)
        log.debug("the reason in full: %s", detail)
        return Failed(question.ask, reason)

    async def _worded(self, question: Question, deadline: float) -> tuple[str, bool]:
        """Ask; then once more for each cure that a failure names, and for a reply that is unfit.

        True beside the reply where the first model refused. A service that asks us to wait longer
        than the learner would is not asked again.
        """
        models, tried = list(self._persona.models), list[str]()
        model, brief = models[0], question.brief
        while True:
            try:
                asked = replace(question, brief=brief)
                text, fault = await self._asked(asked, model)
                if not fault:
                    return text, model != models[0]
                problem, brief = Silent("unfit", "mended", fault), _mended(question.brief, fault)
            except Silent as silent:
                problem = Silent("refused") if _unaffordable(silent, model, models) else silent
            most = BUSY if problem.cure == "later" else 1
            if not problem.cure or tried.count(problem.cure) >= most or len(tried) >= AGAIN:
                raise problem
            tried.append(problem.cure)
            if problem.cure == "other":
                if len(models) < 2 or model != models[0]:
                    raise problem
                model = models[1]
            if asyncio.get_running_loop().time() + problem.wait >= deadline:
                raise problem
            await asyncio.sleep(problem.wait)

    async def _asked(self, question: Question, model: str) -> tuple[str, str]:
        """One call, paid for: what was said, and why that cannot be shown. Raises Silent."""
        call = self._call(question, model)
        number = await self._reserved(call, question.budgets)
        if number is None:
            raise Silent("budget", detail="a budget is spent")
        meter, fault, free, given_up, outcome = Meter(), "no words", False, False, "other"
        try:
            text = await self._persona.word(model, question.brief, meter)
            fault = question.unfit(text)
            outcome = "unfit" if fault else "said"
            return text, fault
        except Silent as silent:
            free, outcome = silent.free, silent.reason
            raise
        except asyncio.CancelledError as gone:
            given_up = GIVEN_UP in gone.args
            outcome = "given up" if given_up else "slow"
            raise
        finally:
            known = meter.tokens if meter.told or free else None
            bill = Bill(
                known,
                self._persona.price(model).of(meter.tokens),
                failed=bool(fault),
                opening=question.opening,
                given_up=given_up,
            )
            cost = call.cost if known is None else bill.cost
            self._watch.asked(model, outcome, known, cost)
            # To its end, also where nobody waits any more: else it would stay charged at its worst.
            await asyncio.shield(self._store.settle(number, bill))

    def _call(self, question: Question, model: str) -> Call:
        worst = self._persona.worst(model, question.brief)
        cost = self._persona.price(model).of(worst)
        who, where = question.learner, (question.course, question.unit)
        return Call(who, *where, model, self._clock(), worst.total, cost)

    async def _reserved(self, call: Call, more: tuple[Budget, ...]) -> int | None:
        """The id of a call that is paid for; whoever stops waiting meanwhile pays nothing."""
        reserving = asyncio.create_task(self._store.reserve(call, (*self._budgets, *more)))
        try:
            return await asyncio.shield(reserving)
        except asyncio.CancelledError:
            number = await reserving
            if number is not None:
                await self._store.settle(number, Bill(Tokens()))
            raise


def _said(brief: Brief) -> str:
    """All that the learner wrote, which a service may repeat when it says what is wrong."""
    return "\n".join(speech.text for speech in brief.talk if speech.by == "learner")


def _unaffordable(silent: Silent, model: str, models: list[str]) -> bool:
    """Whether only the second model is too dear: then the first one's refusal is the reason."""
    return silent.reason == "budget" and model != models[0]


def _mended(brief: Brief, fault: str) -> Brief:
    """The same question, with what was wrong with the first draft. Its beginning stays."""
    note = brief.talk[-1]
    text = f"{note.text}\nA first draft could not be shown. {fault} Write it anew."
    return replace(brief, talk=(*brief.talk[:-1], Speech("note", text)))
