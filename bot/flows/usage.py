"""What the model in a learner's labs has used, beside their share of it."""

from datetime import UTC, datetime, timedelta

from bot.conversation import Budget, Look, Message, Spending, Spent, Turn
from bot.flows.scene import Scene

DOLLAR = 1_000_000_000
"""Costs are counted in billionths."""


def usage(scene: Scene) -> Turn | Look:
    """What was used today and this month; others' use is said only where it stops this learner."""
    terms = scene.by.terms
    if not terms.company:
        return scene.turn(Message(scene.say("usage.none")))
    look = Spending(scene.by.learner, terms.budgets, scene.at)
    found = scene.rows(look, Spent)
    if found is None:
        return look
    pairs = list(zip(terms.budgets, found, strict=True))
    lines = [_line(scene, each, spent) for each, spent in pairs if each.whose == "learner"]
    lines += [
        scene.say("usage.empty", when=_renewed(scene, each))
        for each, spent in pairs
        if each.whose != "learner" and share(each, spent) >= 1
    ]
    return scene.turn(
        Message("\n\n".join([scene.say("usage.title"), *lines, scene.say("usage.what")]))
    )


def share(budget: Budget, spent: Spent) -> float:
    """How much of a budget is spent, by tokens or by cost; 0 where it has no limit."""
    shares = [
        used / most
        for used, most in ((spent.tokens, budget.tokens), (spent.cost, budget.cost))
        if most
    ]
    return max(shares, default=0.0)


def _line(scene: Scene, budget: Budget, spent: Spent) -> str:
    values = {"tokens": f"{spent.tokens:,}", "cost": f"{spent.cost / DOLLAR:.4f}"}
    line = scene.say(f"usage.{budget.per}", **values)
    if not (budget.tokens or budget.cost):
        return line
    percent = round(100 * share(budget, spent))
    return scene.say("usage.share", line=line, percent=percent, when=_renewed(scene, budget))


def _renewed(scene: Scene, budget: Budget) -> str:
    """When the next period begins (in UTC), as this learner's clock has it."""
    return scene.local(renewed(budget, scene.at))


def renewed(budget: Budget, at: datetime) -> datetime:
    """The beginning of the next day or month, UTC."""
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if budget.per == "day":
        return day + timedelta(days=1)
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
