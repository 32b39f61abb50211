"""syllabot usage: what the model in labs has used, by month, and what a lab cost."""

import argparse
import asyncio
import sys
from collections.abc import Iterable
from dataclasses import fields
from itertools import groupby
from pathlib import Path

from bot import config
from bot.commands.running import now, refused
from bot.conversation import Spent
from bot.flows.usage import DOLLAR, share
from bot.store import StoreError, Used, report

COUNTS = [each.name for each in fields(Used)][4:]
"""All but the month, the course, the lab and the model."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", type=Path, metavar="FILE", help="progress (default ./syllabot.db)")


def run(args: argparse.Namespace) -> int:
    """0 when it could be read; 1 for a file that cannot; 2 for settings that are wrong."""
    try:
        settings = config.read()
    except config.ConfigError as problem:
        return refused(str(problem), 2)
    shared = [each for each in settings.models.budgets if each.whose == "service"]
    try:
        used, spent = asyncio.run(report(args.db or settings.db, tuple(shared), now()))
    except StoreError as problem:
        print(problem, file=sys.stderr)
        return 1
    if not used:
        print("No model has been asked yet.")
        return 0
    for month, rows in groupby(used, key=lambda row: row.month):
        print(*_month(month, list(rows)), sep="\n")
    for budget, row in zip(shared, spent, strict=True):
        print(
            _budget(
                budget.scope(""), row, share(budget, row) if budget.cost or budget.tokens else None
            )
        )
    return 0


def _month(month: str, rows: list[Used]) -> Iterable[str]:
    yield f"{month}, in tokens (cached: read from the model's cache, and its share of all input)"
    yield "  " + f"{'by model':22} {'calls':>6} {'failed':>6} {_KINDS}"
    for model, each in _grouped(rows, "model"):
        yield f"  {model:22} {each.calls:6,} {each.failed:6,} {_kinds(each)}"
    yield "  " + f"{'by lab':22} {'talks':>6} {'calls':>6} {_KINDS} {'a talk':>9}"
    for unit, each in _grouped(rows, "unit"):
        a_talk = each.cost / DOLLAR / each.talks if each.talks else 0.0
        yield f"  {unit:22} {each.talks:6,} {each.calls:6,} {_kinds(each)} {f'${a_talk:.4f}':>9}"
    lost = sum(row.unknown for row in rows)
    if lost:
        yield f"  {lost} calls ended without a word of what they took: they count at their dearest."


_KINDS = f"{'new':>9} {'written':>9} {'cached':>10} {'share':>5} {'answers':>9} {'cost':>9}"


def _kinds(each: Used) -> str:
    """Input that was new, written to the cache and read from it; answers; what it cost."""
    asked = each.fresh + each.written + each.cached
    share = f"{each.cached / asked:.0%}" if asked else "-"
    tokens = f"{each.fresh:9,} {each.written:9,} {each.cached:10,} {share:>5} {each.answer:9,}"
    return f"{tokens} {f'${each.cost / DOLLAR:.4f}':>9}"


def _grouped(rows: list[Used], by: str) -> Iterable[tuple[str, Used]]:
    """Sums of the rows that share a model or a lab."""
    ordered = sorted(rows, key=lambda row: str(getattr(row, by)))
    for name, group in groupby(ordered, key=lambda row: str(getattr(row, by))):
        members = list(group)
        sums = {count: sum(getattr(row, count) for row in members) for count in COUNTS}
        first = members[0]
        yield name, Used(first.month, first.course, first.unit, first.model, **sums)


def _budget(name: str, spent: Spent, part: float | None) -> str:
    used = f"{spent.tokens:,} tokens, ${spent.cost / DOLLAR:.4f}"
    limit = f", {part:.0%} of the budget" if part is not None else ", no limit"
    return f"{name}: {used}{limit}"
