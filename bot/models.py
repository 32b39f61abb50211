"""Settings of the model that may word personas: which, at what price, within which budgets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType
from typing import Final

from bot.conversation import Budget
from bot.personas.base import Price

FIRST: Final = "claude-haiku-5-5"
SECOND: Final = "claude-sonnet-5-5"
"""Asked where the first one does not want to answer; about machine learning that happens."""

KEPT: Final = 180
DAYS: Final = 30
"""Anthropic deletes what it is sent within 30 days, as a rule
(https://privacy.anthropic.com/en/articles/7996866-how-long-do-you-store-personal-data).
"""

PRICES: Final[Mapping[str, Price]] = MappingProxyType(
    {
        "claude-haiku-5-5": Price(0.10, 0.50, 0.01, 0.125, 0.20),
        "claude-sonnet-5-5": Price(2, 10, 0.10, 2.50, 4),
        "claude-opus-5-5": Price(4, 20, 0.20, 5, 8),
        "claude-haiku-4-5": Price(1, 5, 0.10, 1.25, 2),
    }
)
"""Dollars for a million tokens, as published in October 2026
(https://platform.claude.com/docs/en/models/overview); prompts below 100,000 tokens.
"""

BUDGETS: Final = "learner/day $0.20, learner/month $2, service/day, service/month $20"
"""A question to the second model costs $0.07 at the worst, one to the first a fifth of a cent."""

LONGEST: Final = 3650
"""Days of the longest time that anything may be kept for."""

_BUDGET = re.compile(
    r"(learner|service)/(day|month)((?:\s+(?:\$\d{1,9}(?:\.\d{1,9})?|\d{1,12}\s*tokens?))*)"
)
_DOLLAR = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """See `Config`. `prices` are those of the models in use, the first choice first."""

    url: str = "https://api.anthropic.com"
    prices: tuple[tuple[str, Price], ...] = ((FIRST, PRICES[FIRST]), (SECOND, PRICES[SECOND]))
    budgets: tuple[Budget, ...] = field(default_factory=lambda: _budgets(BUDGETS))
    company: str = "Anthropic"
    days: int = DAYS
    kept: int = KEPT


def read_models(known: Mapping[str, str]) -> ModelConfig:
    """The settings of the model. Raises ValueError with a sentence that says how to mend one."""
    first = known.get("SYLLABOT_MODEL") or FIRST
    second = known.get("SYLLABOT_SECOND_MODEL", SECOND if first == FIRST else "")
    names = [first, *([second] if second and second != first else [])]
    url = _url(known.get("ANTHROPIC_BASE_URL") or ModelConfig().url)
    if url != ModelConfig().url and not known.get("SYLLABOT_MODEL_COMPANY"):
        raise ValueError(
            f"ANTHROPIC_BASE_URL is {url}, so learners must be told who runs it: set "
            "SYLLABOT_MODEL_COMPANY, and SYLLABOT_MODEL_DAYS to how long it keeps what it is sent."
        )
    return ModelConfig(
        url=url,
        prices=_priced(names, known.get("SYLLABOT_MODEL_PRICES", "")),
        budgets=_budgets(known.get("SYLLABOT_BUDGETS") or BUDGETS),
        company=known.get("SYLLABOT_MODEL_COMPANY") or ModelConfig().company,
        days=_days(known, "SYLLABOT_MODEL_DAYS", DAYS),
        kept=_days(known, "SYLLABOT_TALK_DAYS", KEPT),
    )


def _url(url: str) -> str:
    if not re.match(r"https?://[^/\s]+", url):
        raise ValueError(
            f"ANTHROPIC_BASE_URL is {url}, but a whole address is needed, as in "
            f"{ModelConfig().url}."
        )
    return url.rstrip("/")


def _priced(names: list[str], text: str) -> tuple[tuple[str, Price], ...]:
    """`text` is "MODEL FRESH ANSWER CACHED WRITTEN KEPT, MODEL ..." in dollars a million tokens."""
    given = dict(PRICES)
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, *numbers = part.split()
        try:
            fresh, answer, cached, written, kept = map(float, numbers)
            if not all(isfinite(each) and each >= 0 for each in map(float, numbers)):
                raise ValueError
        except ValueError:
            raise ValueError(
                f"SYLLABOT_MODEL_PRICES has “{part}”, but a model and five prices are needed, in "
                "dollars for a million tokens: input, output, read from the cache, written to it "
                "for five minutes, for an hour, as in claude-haiku-5-5 0.10 0.50 0.01 0.125 0.20."
            ) from None
        given[name] = Price(fresh, answer, cached, written, kept)
    for name in names:
        if name not in given:
            raise ValueError(
                f"The model {name} has no price, so nobody could keep to a budget. Add it to "
                "SYLLABOT_MODEL_PRICES, as in MODEL 0.10 0.50 0.01 0.125 0.20 (dollars for a "
                "million tokens; 0 0 0 0 0 for one that costs nothing)."
            )
    return tuple((name, given[name]) for name in names)


def _budgets(text: str) -> tuple[Budget, ...]:
    """`text` is "learner/day $0.05 20000 tokens, service/month $20": a limit of either kind, of
    both, or of none, where it is only counted.
    """
    made: dict[tuple[str, str], Budget] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        found = _BUDGET.fullmatch(part)
        if not found:
            raise ValueError(
                f"SYLLABOT_BUDGETS has “{part}”, but a budget is written as in learner/day $0.05, "
                "service/month $20 or learner/month 200000 tokens."
            )
        whose, per, limits = found[1], found[2], found[3]
        dollars = re.search(r"\$(\d+(?:\.\d+)?)", limits)
        tokens = re.search(r"(\d+)\s*tokens?", limits)
        cost = round(float(dollars[1]) * _DOLLAR) if dollars else 0
        budget = Budget(
            whose, "day" if per == "day" else "month", int(tokens[1]) if tokens else 0, cost
        )
        twice = limits.count("$") > 1 or limits.count("token") > 1 or (whose, per) in made
        if twice:
            raise ValueError(f"SYLLABOT_BUDGETS sets {whose}/{per} twice; keep one of the two.")
        if (dollars and not cost) or (tokens and not budget.tokens):
            raise ValueError(
                f"SYLLABOT_BUDGETS has “{part}”, which leaves nothing to spend. To use no model, "
                "set no ANTHROPIC_API_KEY."
            )
        made[whose, per] = budget
    if not made:
        raise ValueError("SYLLABOT_BUDGETS names no budget; write one, as in service/month $20.")
    return tuple(made.values())


def _days(known: Mapping[str, str], name: str, default: int) -> int:
    text = known.get(name) or str(default)
    if not re.fullmatch(r"\d{1,4}", text) or not 0 < int(text) <= LONGEST:
        raise ValueError(
            f"{name} is {text}, but a number of days is needed, as in {default}, at most {LONGEST}."
        )
    return int(text)
