"""What the labs of a cohort may cost in a month, and what they have cost."""

from dataclasses import replace
from typing import Final

from bot.conversation import Budget, Cohort, Look, Message, Spending, Spent, Turn
from bot.flows.groups.arranging import arranged
from bot.flows.scene import Scene
from bot.flows.usage import DOLLAR

LEAST: Final = 0.01
DEAREST: Final = 10_000
"""Dollars of the smallest and of the largest monthly budget."""


def budget(scene: Scene, cohort: Cohort, args: str) -> Turn:
    """The most that a month of its labs may take of a model."""
    amount = args.strip().removeprefix("$")
    if args.casefold() == "off":
        return arranged(scene, cohort, replace(cohort, cost=0), scene.say("cohort.budget-off"))
    whole, _, part = amount.partition(".")
    digits = whole.isascii() and whole.isdecimal() and (not part or part.isdecimal())
    if not digits or len(amount) > 8 or not LEAST <= float(amount) <= DEAREST:
        return scene.turn(Message(scene.say("cohort.budget-how")))
    cost = round(float(amount) * DOLLAR)
    text = scene.say("cohort.budget-set", amount=f"{cost / DOLLAR:.2f}")
    return arranged(scene, cohort, replace(cohort, cost=cost), text)


def usage(scene: Scene, cohort: Cohort, args: str) -> Turn | Look:  # noqa: ARG001
    """What its labs took of a model this month."""
    budgets: tuple[Budget, ...] = (cohort.budget,)
    spent = scene.rows(look := Spending(scene.by.learner, budgets, scene.at), Spent)
    if spent is None:
        return look
    text = scene.say(
        "cohort.usage", tokens=f"{spent[0].tokens:,}", cost=f"{spent[0].cost / DOLLAR:.4f}"
    )
    if cohort.cost:
        percent = round(100 * spent[0].cost / cohort.cost)
        amount = f"{cohort.cost / DOLLAR:.2f}"
        text += " " + scene.say("cohort.usage-share", percent=percent, amount=amount)
    return scene.turn(Message(text))
