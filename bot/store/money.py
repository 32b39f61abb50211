"""What a model costs, kept so that no budget is overspent however many ask at once.

The most that a call can take is taken out of every budget before it is asked, and what it did not
take is put back afterwards. So a call that a crash cuts off stays charged.
"""

import json
from typing import Final

import aiosqlite

from bot.conversation import Budget, Tokens
from bot.store.opening import number
from bot.store.rows import to_text
from bot.store.values import Bill, Call, Used

_SCOPES: Final = """
INSERT INTO spent (scope, period, learner, tokens, cost)
SELECT value ->> 0, value ->> 1, value ->> 2, 0, 0 FROM json_each(?) WHERE TRUE
ON CONFLICT (scope, period) DO NOTHING"""

_RESERVE: Final = """
UPDATE spent SET tokens = tokens + :tokens, cost = cost + :cost
WHERE (scope, period) IN (SELECT value ->> 0, value ->> 1 FROM json_each(:scopes)) AND NOT EXISTS (
    SELECT 1 FROM json_each(:scopes) AS asked JOIN spent AS kept
    ON kept.scope = asked.value ->> 0 AND kept.period = asked.value ->> 1
    WHERE (asked.value ->> 3 > 0 AND kept.tokens + :tokens > asked.value ->> 3)
       OR (asked.value ->> 4 > 0 AND kept.cost + :cost > asked.value ->> 4))"""

_CALL: Final = """
INSERT INTO calls (at, learner, course, unit, model, tokens, cost, scopes)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""

_FOUND: Final = """
SELECT at, learner, course, unit, model, tokens, cost, scopes FROM calls WHERE id = ?"""

_REFUND: Final = """
UPDATE spent SET tokens = tokens - :tokens, cost = cost - :cost WHERE (scope, period) IN
    (SELECT value ->> 0, value ->> 1 FROM json_each(:scopes)) AND (:known OR learner = :learner)"""

_USED: Final = """
INSERT INTO used (month, course, unit, model, talks, calls, failed, fresh, written, cached, answer,
    unknown, cost) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (month, course, unit, model) DO UPDATE SET talks = talks + excluded.talks,
    calls = calls + excluded.calls, failed = failed + excluded.failed,
    fresh = fresh + excluded.fresh, written = written + excluded.written,
    cached = cached + excluded.cached, answer = answer + excluded.answer,
    unknown = unknown + excluded.unknown, cost = cost + excluded.cost"""

_REPORT: Final = """
SELECT month, course, unit, model, talks, calls, failed, fresh, written, cached, answer, unknown,
    cost FROM used ORDER BY month, course, unit, model"""


async def reserve(db: aiosqlite.Connection, call: Call, budgets: tuple[Budget, ...]) -> int | None:
    """Charge a call at its worst, in one UPDATE; None, and nothing is charged, if one budget is
    too small.
    """
    rows = [
        (
            budget.scope(call.learner),
            budget.period(call.at),
            call.learner if budget.whose == "learner" else "",
            budget.tokens,
            budget.cost,
        )
        for budget in budgets
    ]
    if not await number(db, "SELECT COUNT(*) FROM learners WHERE learner = ?", call.learner):
        return None  # they were forgotten a moment ago, and nothing shall be counted of them
    scopes = json.dumps(rows)
    await db.execute(_SCOPES, (scopes,))
    asked = {"scopes": scopes, "tokens": call.tokens, "cost": call.cost}
    async with db.execute(_RESERVE, asked) as cursor:
        if budgets and not cursor.rowcount:
            return None
    row = (call.learner, call.course, call.unit, call.model, call.tokens, call.cost, scopes)
    async with db.execute(_CALL, (to_text(call.at), *row)) as cursor:
        return cursor.lastrowid


async def settle(db: aiosqlite.Connection, call: int, bill: Bill) -> None:
    """Charge a call what it took. Where nobody knows, the service pays the worst; so does a learner
    who did not wait for it, and nobody else.
    """
    rows = list(await db.execute_fetchall(_FOUND, (call,)))
    if not rows:
        return
    at, learner, course, unit, model, tokens, cost, scopes = rows[0]
    took = bill.tokens.total if bill.tokens else 0
    back = {"tokens": tokens - took, "cost": cost - bill.cost, "scopes": scopes}
    if bill.tokens is not None or not bill.given_up:
        await db.execute(_REFUND, back | {"learner": learner, "known": bill.tokens is not None})
    await db.execute("DELETE FROM calls WHERE id = ?", (call,))
    await _use(db, at[:7], course, unit, model, bill=bill, worst=cost)


async def charge_lost(db: aiosqlite.Connection) -> int:
    """Count the calls that no one will settle any more: they stay charged as they are."""
    lost = list(await db.execute_fetchall("SELECT at, course, unit, model, cost FROM calls"))
    for at, course, unit, model, cost in lost:
        bill = Bill(None, failed=True)
        await _use(db, at[:7], course, unit, model, bill=bill, worst=cost)
    await db.execute("DELETE FROM calls")
    return len(lost)


async def _use(
    db: aiosqlite.Connection,
    month: str,
    course: str,
    unit: str,
    model: str,
    *,
    bill: Bill,
    worst: int,
) -> None:
    """Count a call; a talk is counted with its first reply."""
    took, unknown = bill.tokens or Tokens(), bill.tokens is None
    cost = worst if unknown else bill.cost
    row = (int(bill.opening and not bill.failed), 1, int(bill.failed))
    kinds = (took.fresh, took.written + took.kept, took.cached, took.answer)
    await db.execute(_USED, (month, course, unit, model, *row, *kinds, int(unknown), cost))


async def report(db: aiosqlite.Connection) -> tuple[Used, ...]:
    """What was used by all learners together, by month, lab and model."""
    return tuple(Used(*row) for row in await db.execute_fetchall(_REPORT))


async def prune(db: aiosqlite.Connection, before: str) -> None:
    """Let what was spent in days before `before` ("2026-01-05") go; months stay."""
    await db.execute("DELETE FROM spent WHERE length(period) = 10 AND period < ?", (before,))
