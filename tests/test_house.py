"""The rules of the house: which way imports point, and what the core never does."""

import ast
import importlib
from pathlib import Path

import pytest

BOT = Path(__file__).parent.parent / "bot"

# What each part may import of ours. A part is a module or a package below bot/.
MAY = {
    "conversation": set(),
    "phrases": set(),
    "course": {"conversation"},
    "permissions": {"conversation"},
    "schedule": {"conversation"},
    "tutor": {"conversation", "course", "phrases"},
    "thinking": {"conversation", "personas", "store", "watch"},
    "asks": {"adapters", "conversation", "course", "engine", "store", "thinking", "watch"},
    "models": {"conversation", "personas"},
    "flows": {"conversation", "course", "permissions", "phrases", "tutor"},
    "engine": {"conversation", "course", "flows", "permissions", "phrases"},
    "store": {"conversation"},
    "personas": {"conversation"},
    "views": {"conversation", "course", "phrases"},
    "adapters": {"conversation", "phrases"},
    "backups": {"store", "watch"},
    "config": {"models"},
    "doctor": {"config", "course", "models", "store"},
    "locks": set(),
    "memory": set(),
    "watch": {"conversation"},
    "logs": {"watch"},
    "metrics": {"conversation", "watch"},
    "health": {"adapters", "conversation", "metrics"},
    "outbox": {"adapters", "conversation", "store", "watch"},
    "accounts": {"conversation", "locks", "store"},
    "drawing": {"conversation", "watch"},
    "turns": {"conversation", "schedule", "store"},
    "tending": {"accounts", "conversation", "outbox", "schedule", "store", "turns"},
    "runner": {"accounts", "adapters", "asks", "conversation", "course", "drawing", "engine"}
    | {"locks", "outbox", "phrases", "schedule", "store", "tending", "thinking", "turns", "watch"},
}
NARROW = {"runner", "outbox", "asks", "health"}
CORE = {"conversation", "course", "engine", "permissions", "phrases", "schedule", "flows", "tutor"}
PURE = CORE - {"course"}
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "sleep"}
WORLD = {"asyncio", "logging", "random", "secrets", "time", "uuid", "sqlite3", "aiosqlite"}
PLATFORMS = {"discord", "telegram", "anthropic"}


def parts() -> list[tuple[str, Path]]:
    return [
        (path.relative_to(BOT).parts[0].removesuffix(".py"), path) for path in BOT.rglob("*.py")
    ]


def faults(part: str, source: str) -> list[str]:
    """What a module of this part does that the house forbids."""
    found = []
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for name in imported(node):
            found += import_faults(part, name)
        if part in CORE:
            found += core_faults(node)
    return found


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        if module == "bot":
            return [f"bot.{alias.name}" for alias in node.names]
        return [module if not node.level else f"relative.{module}"]
    return []


def import_faults(part: str, name: str) -> list[str]:
    head, _, rest = name.partition(".")
    if head == "relative":
        return [f"relative import {name}"]
    if head == "bot" and part in MAY:
        other = rest.partition(".")[0]
        if part in NARROW and other == "adapters" and rest != "adapters.base":
            return [f"{part} imports {rest}, not adapters.base alone"]
        allowed = other == part or other in MAY[part]
        return [] if allowed or not other else [f"{part} imports {other}"]
    if part in CORE and head in WORLD:
        return [f"{part} imports {head}"]
    if part in PURE and head in ("os", "pathlib", "sys", "io", "yaml"):
        return [f"{part} imports {head}"]
    if head in PLATFORMS and part not in ("commands", "adapters", "personas"):
        return [f"{part} imports {head}"]
    return []


def core_faults(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Await | ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith):
        return [f"awaits at line {node.lineno}"]
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
    ):
        return [f"reads a clock at line {node.lineno}"]
    return []


def test_imports_point_one_way_and_the_core_is_pure() -> None:
    assert {f"{p.name}: {f}" for part, p in parts() for f in faults(part, p.read_text())} == set()


def test_every_part_of_the_house_has_a_rule() -> None:
    top = {"__init__", "__main__", "commands", "replay"}
    assert {part for part, _ in parts()} <= set(MAY) | top


@pytest.mark.parametrize(
    ("part", "source"),
    [
        ("conversation", "from bot.course import model"),
        ("flows", "from bot import engine"),
        ("flows", "import bot.store"),
        ("course", "from bot.flows import lesson"),
        ("adapters", "from bot.runner import Runner"),
        ("store", "from bot.engine import step"),
        ("runner", "from bot.adapters.terminal import Terminal"),
        ("outbox", "from bot.adapters.telegram import Telegram"),
        ("runner", "import discord"),
        ("thinking", "import anthropic"),
        ("tutor", "from bot.personas.base import Persona"),
        ("personas", "from bot.store import Store"),
        ("engine", "async def step(): ..."),
        ("engine", "async def f():\n    await g()"),
        ("flows", "from datetime import datetime\ndatetime.now()"),
        ("flows", "import random"),
        ("tutor", "import logging"),
        ("permissions", "import os"),
        ("flows", "from . import quiz"),
    ],
)
def test_a_broken_rule_is_found(part: str, source: str) -> None:
    assert faults(part, source)


def test_no_value_crosses_a_border_without_a_type() -> None:
    named = [
        path.name
        for _, path in parts()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        and node.module == "typing"
        and any(alias.name == "Any" for alias in node.names)
    ]
    assert named == []


@pytest.mark.parametrize(
    "path", sorted((BOT.parent / "benchmarks").glob("[a-z]*.py")), ids=lambda p: p.stem
)
def test_every_benchmark_still_fits_the_code(path: Path) -> None:
    assert callable(importlib.import_module(f"benchmarks.{path.stem}").main)
