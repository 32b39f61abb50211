"""From a question to a model to its answer: once more where that helps, and never over a budget."""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import (
    Brief,
    Budget,
    Failed,
    Forgotten,
    Replied,
    Speech,
    Spending,
    Spent,
    Tokens,
)
from bot.personas.base import Meter, Price, Silent, worst_input
from bot.personas.scripted import Scripted
from bot.store import Bill, Call, Store, report
from bot.thinking import GIVEN_UP, Question, Thinker
from tests.test_store import turn

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
BRIEF = Brief("rules " * 20, "lab " * 20, (Speech("learner", "photos"), Speech("note", "Ask.")))
DAY, MONTH = Budget("learner", "day"), Budget("learner", "month")
ALL = Budget("service", "month")


LEARNERS = ("ann", "bo", "a", "b", *(f"l{n}" for n in range(50)))


async def opened(path: Path) -> Store:
    """A store that knows some learners."""
    store = await Store.open(path)
    for name in LEARNERS:
        await store.learner(f"x:{name}", lambda name=name: name, AT)
    return store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await opened(tmp_path / "s.db")
    yield store
    await store.close()


def question(
    learner: str = "ann", unfit: Callable[[str], str] = lambda _: "", *, opening: bool = True
) -> Question:
    return Question("q1", learner, "tiny", "lab", BRIEF, unfit, opening)


def thinker(store: Store, model: Scripted, *budgets: Budget, patience: float = 20) -> Thinker:
    return Thinker(model, store, budgets or (DAY, ALL), lambda: AT, patience)


async def spent(store: Store, budget: Budget, learner: str = "ann") -> Spent:
    (row,) = await store.answer(Spending(learner, (budget,), AT))
    assert isinstance(row, Spent)
    return row


# -- once more ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "end", "calls"),
    [
        (["Why?"], "Why?", 1),
        ([Silent("lost", "again"), "Why?"], "Why?", 2),
        ([Silent("lost", "again"), Silent("lost", "again")], "lost", 2),
        ([Silent("refused", "other"), "Why?"], "Why?", 2),
        ([Silent("refused", "other"), Silent("refused", "other")], "refused", 2),
        ([Silent("lost", "again"), Silent("refused", "other"), "Why?"], "Why?", 3),
        (["bad", "Why?"], "Why?", 2),
        (["bad", "bad"], "unfit", 2),
        (["bad", Silent("lost", "again"), "Why?"], "Why?", 3),
        (["bad", Silent("lost", "again"), Silent("refused", "other"), "Why?"], "Why?", 4),
        (["bad", *[Silent("lost", "again")] * 2], "lost", 3),
        ([Silent("busy")], "busy", 1),
        ([Silent("busy", "later"), "Why?"], "Why?", 2),
        ([Silent("busy", "later")] * 3, "busy", 3),
        ([Silent("busy", "later", wait=99)], "busy", 1),
        ([Silent("lost", "again"), *[Silent("busy", "later")] * 3], "busy", 4),
        ([Silent("other")], "other", 1),
    ],
)
async def test_what_can_be_cured_is_tried_once_more(
    store: Store, script: list[str | Silent], end: str, calls: int
) -> None:
    model = Scripted(("first", "second"), deque(script))
    unfit = question(unfit=lambda text: "It is bad." if text == "bad" else "")
    what = await thinker(store, model).answer(unfit)
    said = what.text if isinstance(what, Replied) else what.reason
    assert (said, len(model.briefs)) == (end, calls)
    assert not model.script


async def test_a_refusal_goes_to_the_second_model_and_a_draft_goes_back_with_its_fault(
    store: Store,
) -> None:
    model = Scripted(("first", "second"), deque(["bad", Silent("refused", "other"), "Why?"]))
    unfit = question(unfit=lambda text: "It is bad." if text == "bad" else "")
    await thinker(store, model).answer(unfit)
    assert [name for name, _ in model.briefs] == ["first", "first", "second"]
    (_, plain), (_, mended), _ = model.briefs
    assert "It is bad." in mended.talk[-1].text
    assert (mended.rules, mended.lab, mended.talk[:-1]) == (plain.rules, plain.lab, plain.talk[:-1])
    assert mended.talk[-1].text.startswith(plain.talk[-1].text)


async def test_without_a_second_model_a_refusal_is_final(store: Store) -> None:
    model = Scripted(("only",), deque([Silent("refused", "other")]))
    assert await thinker(store, model).answer(question()) == Failed("q1", "refused")


async def test_nobody_waits_for_ever_and_what_was_taken_is_known(store: Store) -> None:
    class Hanging(Scripted):
        async def word(self, model: str, brief: Brief, meter: Meter) -> str:
            meter.tokens, meter.told = Tokens(fresh=7), True
            await asyncio.Event().wait()
            return ""

    what = await thinker(store, Hanging(), patience=0.05).answer(question())
    assert what == Failed("q1", "slow")
    assert (await spent(store, DAY)).tokens == 7


async def test_who_refused_is_told_with_the_reply(store: Store) -> None:
    model = Scripted(("first", "second"), deque([Silent("refused", "other"), "Why?", "Why?"]))
    assert await thinker(store, model).answer(question()) == Replied("q1", "Why?", second=True)
    assert await thinker(store, model).answer(question()) == Replied("q1", "Why?")


async def test_a_second_model_that_is_too_dear_leaves_a_refusal_a_refusal(store: Store) -> None:
    class Dear(Scripted):
        def price(self, model: str) -> Price:
            many = 1_000 if model == "second" else 1
            return Price(many, many, many, many, many)

    model = Dear(("first", "second"), deque([Silent("refused", "other", free=True)]))
    limit = Budget("learner", "day", cost=10_000_000)
    assert await thinker(store, model, limit).answer(question()) == Failed("q1", "refused")


# -- money -------------------------------------------------------------------------------------


async def test_what_a_call_did_not_take_is_put_back(store: Store) -> None:
    model = Scripted(script=deque(["Why do you say that?"]))
    await thinker(store, model, DAY, MONTH, ALL).answer(question())
    took = [await spent(store, each) for each in (DAY, MONTH, ALL)]
    assert took[0] == took[1] == took[2]
    assert 0 < took[0].tokens < worst_input(BRIEF)
    assert await spent(store, DAY, "bo") == Spent()


@pytest.mark.parametrize(
    ("script", "learner", "service"),
    [
        ([Silent("busy", free=True)], 0, 0),
        ([Silent("slow")], 0, worst_input(BRIEF) + 700),
    ],
)
async def test_a_failed_turn_costs_a_learner_nothing_that_was_not_spent(
    store: Store, script: list[str | Silent], learner: int, service: int
) -> None:
    """Where nobody knows what a call took, the service is charged the worst."""
    await thinker(store, Scripted(script=deque(script))).answer(question())
    assert (await spent(store, DAY)).tokens == learner
    assert (await spent(store, ALL)).tokens == service


async def test_a_spent_budget_is_a_failure_and_asks_nobody(store: Store) -> None:
    model = Scripted()
    small = Budget("learner", "day", tokens=worst_input(BRIEF))
    assert await thinker(store, model, small, ALL).answer(question()) == Failed("q1", "budget")
    assert model.briefs == []
    assert await spent(store, ALL) == Spent()


async def test_fifty_labs_at_once_spend_no_more_than_a_budget_for_twenty(store: Store) -> None:
    """Each call takes all that it may; so twenty fit, whoever comes first."""

    class Greedy(Scripted):
        async def word(self, model: str, brief: Brief, meter: Meter) -> str:
            await asyncio.sleep(0)
            self.briefs.append((model, brief))
            meter.tokens, meter.told = self.worst(model, brief), True
            return "Why?"

    model = Greedy()
    one = model.worst("scripted", BRIEF)
    cost = 20 * model.price("scripted").of(one) + 5
    limit = Budget("service", "month", cost=cost)
    asked = [thinker(store, model, DAY, limit).answer(question(f"l{n}")) for n in range(50)]
    whats = await asyncio.gather(*asked)
    assert sum(isinstance(what, Replied) for what in whats) == 20
    assert whats.count(Failed("q1", "budget")) == 30
    assert cost - model.price("scripted").of(one) < (await spent(store, limit)).cost <= cost


async def test_a_cohort_has_a_budget_of_its_own_beside_everybodys(store: Store) -> None:
    model = Scripted(script=deque(["Why?", "Why?"]))
    one = model.price("scripted").of(model.worst("scripted", BRIEF))
    small = Budget("cohort:spring", "month", cost=one - 1)
    large = Budget("cohort:autumn", "month", cost=10 * one)
    stopped = replace(question("l1"), budgets=(small,))
    assert await thinker(store, model).answer(stopped) == Failed("q1", "budget")
    assert model.briefs == [] and await spent(store, ALL) == Spent()
    told = await thinker(store, model).answer(replace(question("l1"), budgets=(large,)))
    assert isinstance(told, Replied)
    assert await spent(store, large) == await spent(store, ALL) != Spent()
    assert (await spent(store, small)) == Spent()


async def test_fifty_labs_at_once_with_chance_never_overspend(store: Store) -> None:
    chance = random.Random(7)

    class Wild(Scripted):
        async def word(self, model: str, brief: Brief, meter: Meter) -> str:
            await asyncio.sleep(0)
            if chance.random() < 0.3:
                raise Silent(*chance.choice([("lost", "again"), ("busy", ""), ("slow", "")]))
            worst = self.worst(model, brief)
            share = chance.random()
            meter.tokens = Tokens(kept=int(worst.kept * share), answer=int(worst.answer * share))
            meter.told = True
            return "Why?"

    model = Wild()
    worst = model.price("scripted").of(model.worst("scripted", BRIEF))
    limit = Budget("service", "month", cost=20 * worst)
    most = 0

    async def lab(learner: str) -> None:
        nonlocal most
        for _ in range(6):
            await thinker(store, model, limit).answer(question(learner))
            most = max(most, (await spent(store, limit)).cost)

    await asyncio.gather(*(lab(f"l{n}") for n in range(50)))
    assert 0 < most <= 20 * worst


async def test_a_reservation_that_a_crash_leaves_behind_is_charged(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    store = await opened(path)
    call = Call("ann", "tiny", "lab", "haiku", AT, 100, 2_000)
    assert await store.reserve(call, (DAY, ALL))
    await store.close()
    store = await Store.open(path)
    assert await store.charge_lost() == 1
    assert await store.charge_lost() == 0
    assert await spent(store, DAY) == await spent(store, ALL) == Spent(100, 2_000)
    (used,), _ = await report(path, (), AT)
    assert (used.talks, used.calls, used.unknown, used.cost) == (0, 1, 1, 2_000)
    await store.close()


async def test_what_is_used_is_counted_by_month_lab_and_model(store: Store, tmp_path: Path) -> None:
    model = Scripted(("first", "second"), deque([Silent("refused", "other"), "Why?", "Why?"]))
    await thinker(store, model).answer(question())
    await thinker(store, model).answer(question(opening=False))
    (first, second), (shared,) = await report(tmp_path / "s.db", (ALL,), AT)
    assert (first.month, first.unit, first.model) == ("2026-01", "lab", "first")
    assert (first.talks, first.calls, first.failed) == (0, 2, 1)
    assert (second.talks, second.calls, second.failed) == (1, 1, 0)
    assert first.cost + second.cost == shared.cost
    assert first.fresh > 0 and first.answer > 0


async def test_whoever_does_not_wait_pays_for_it_and_nobody_else(store: Store) -> None:
    """Else a learner who writes line after line would spend what belongs to all."""
    begun = asyncio.Event()

    class Hanging(Scripted):
        async def word(self, model: str, brief: Brief, meter: Meter) -> str:
            begun.set()
            await asyncio.Event().wait()
            return ""

    task = asyncio.create_task(thinker(store, Hanging()).answer(question()))
    await begun.wait()
    task.cancel(GIVEN_UP)
    await asyncio.wait([task])
    await store.prune(AT)
    worst = worst_input(BRIEF) + 700
    assert (await spent(store, DAY)).tokens == (await spent(store, ALL)).tokens == worst


async def test_a_stop_of_ours_costs_a_learner_nothing(store: Store) -> None:
    begun = asyncio.Event()

    class Hanging(Scripted):
        async def word(self, model: str, brief: Brief, meter: Meter) -> str:
            begun.set()
            await asyncio.Event().wait()
            return ""

    task = asyncio.create_task(thinker(store, Hanging()).answer(question()))
    await begun.wait()
    task.cancel()
    await asyncio.wait([task])
    await store.prune(AT)
    assert (await spent(store, DAY)).tokens == 0
    assert (await spent(store, ALL)).tokens == worst_input(BRIEF) + 700


async def test_a_question_that_is_given_up_while_it_is_paid_for_costs_nothing(
    store: Store, tmp_path: Path
) -> None:
    model = Scripted()
    task = asyncio.create_task(thinker(store, model).answer(question()))
    reserve = store.reserve
    reserving = asyncio.Event()

    async def noted(call: Call, budgets: tuple[Budget, ...]) -> int | None:
        reserving.set()
        return await reserve(call, budgets)

    store.reserve = noted  # type: ignore[method-assign]
    await reserving.wait()
    task.cancel()
    await asyncio.wait([task])
    assert model.briefs == []
    assert (await spent(store, DAY)).tokens == (await spent(store, ALL)).tokens == 0
    assert await store.charge_lost() == 0


async def test_nothing_is_counted_of_somebody_who_is_gone(store: Store) -> None:
    gone = question("nobody")
    assert await thinker(store, Scripted()).answer(gone) == Failed("q1", "budget")
    assert await spent(store, ALL) == Spent()


async def test_the_forgotten_cost_the_service_and_are_nobody(store: Store, tmp_path: Path) -> None:
    call = Call("ann", "tiny", "lab", "haiku", AT, 100, 2_000)
    number = await store.reserve(call, (DAY, ALL))
    assert number
    await store.commit(turn("bye", "ann", Forgotten(), session=None))
    await store.settle(number, Bill(Tokens(fresh=1), 1))
    assert await spent(store, DAY) == Spent()
    assert await spent(store, ALL) == Spent(100, 2_000)


async def test_days_that_are_over_are_let_go_and_months_stay(store: Store) -> None:
    await thinker(store, Scripted(), DAY, MONTH).answer(question())
    await store.prune(AT.replace(day=9))
    assert await spent(store, DAY) == Spent()
    assert (await spent(store, MONTH)).tokens > 0


amounts = st.integers(0, 50)
calls = st.lists(
    st.tuples(st.sampled_from("ab"), amounts, amounts, st.booleans(), st.booleans()), max_size=30
)


@settings(max_examples=40)
@given(calls, st.integers(1, 200), st.integers(1, 200))
def test_reserving_and_settling_in_any_order_keeps_to_every_budget(
    tmp_path_factory: pytest.TempPathFactory,
    calls: list[tuple[str, int, int, bool, bool]],
    tokens: int,
    cost: int,
) -> None:
    asyncio.run(_kept(tmp_path_factory.mktemp("money") / "s.db", calls, tokens, cost))


async def _kept(
    path: Path, calls: list[tuple[str, int, int, bool, bool]], tokens: int, cost: int
) -> None:
    store = await opened(path)
    try:
        await _in_any_order(store, calls, tokens, cost)
    finally:
        await store.close()


async def _in_any_order(
    store: Store, calls: list[tuple[str, int, int, bool, bool]], tokens: int, cost: int
) -> None:
    each, together = Budget("learner", "day", tokens), Budget("service", "month", cost=cost)
    open_calls: list[tuple[int, str, int]] = []
    sums = {"a": 0, "b": 0}
    total = 0
    for learner, worst, took, settles, known in calls:
        call = Call(learner, "tiny", "lab", "m", AT, worst, worst)
        fits = sums[learner] + worst <= tokens and total + worst <= cost
        number = await store.reserve(call, (each, together))
        assert (number is not None) == fits
        if number is None:
            continue
        sums[learner], total = sums[learner] + worst, total + worst
        open_calls.append((number, learner, worst))
        if settles:
            number, learner, worst = open_calls.pop()
            real = min(took, worst)
            bill = Bill(Tokens(fresh=real), real) if known else Bill(None)
            await store.settle(number, bill)
            sums[learner] -= worst - (real if known else 0)
            total -= worst - real if known else 0
        for who in sums:
            assert (await spent(store, each, who)).tokens == sums[who] <= tokens
        assert (await spent(store, together)).cost == total <= cost
