"""syllabot replay: play .chat conversations and show the first difference of each."""

import argparse
import asyncio
import hashlib
import importlib
import sys
from functools import cache
from pathlib import Path
from typing import cast

import bot
from bot.conversation import Budget, Terms
from bot.course.load import LoadError, load
from bot.course.model import Library
from bot.replay import script as chat
from bot.replay.engine_driver import EngineDriver
from bot.replay.script import Conversation, Script, ScriptError, scripts
from bot.replay.stage import Difference, Driver, play

DRIVERS = (
    *("engine", "terminal", "telegram", "telegram-faults"),
    *("discord", "discord-direct", "discord-faults", "discord-direct-faults"),
)
"""`telegram` and `discord` need a checkout: the platform's local server is part of the tests. With
`-faults` that server breaks down at every tenth call. `discord` plays in a server, and
`discord-direct` in direct messages.
"""

SHARES = (Budget("learner", "day", 50_000), Budget("learner", "month"), Budget("service", "month"))
"""The budgets of a conversation with a model."""

WORLDS = {
    "telegram": ("tests.platforms.telegram_driver", "TelegramDriver"),
    "discord": ("tests.platforms.discord_driver", "DiscordDriver"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = chat.__doc__
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.chat")
    parser.add_argument("--content", type=Path, metavar="DIR", help="instead of the file's course")
    parser.add_argument("--driver", choices=DRIVERS, default="engine")


def run(args: argparse.Namespace) -> int:
    """0 when every conversation goes as its file says, 1 at a difference, 2 for a bad file."""
    try:
        return _played(args, list(scripts(args.files)))
    except ScriptError as problem:
        print(problem, file=sys.stderr)
        return 2


def _played(args: argparse.Namespace, found: list[Script]) -> int:
    failed = played = 0
    for script in found:
        for conversation in script.conversations:
            if not fits(script, args.driver):
                continue
            played += 1
            failed += not _plays(script, conversation, args.content, args.driver)
    if not played:
        print(f"There is nothing to play with the driver {args.driver} here.", file=sys.stderr)
        return 2
    print(f"{played - failed} of {played} conversations went as written ({args.driver})")
    return 1 if failed else 0


def _plays(script: Script, conversation: Conversation, content: Path | None, driver: str) -> bool:
    try:
        asyncio.run(perform(script, conversation, driver, content))
    except (Difference, LoadError) as problem:
        print(f"* {conversation.name}\n{problem}")
        return False
    return True


def fits(script: Script, driver: str) -> bool:
    """Whether a script is for this driver: most are for all."""
    return not script.only or driver.partition("-")[0] in script.only.split()


async def perform(
    script: Script, conversation: Conversation, driver: str, content: Path | None = None
) -> None:
    """Play one conversation under the driver of that name. Raises Difference, LoadError."""
    course = content or script.course or Path("content")
    script.course = course
    library = once(course)
    world = made(driver, library)
    world.terms = Terms(company=script.model, days=30, budgets=SHARES) if script.model else Terms()
    world.operators, world.administrators = script.operators, script.administrators
    world.access = script.access
    await play(script, conversation, library, world, read)


def made(driver: str, library: Library) -> Driver:
    """A fresh world of that name; one that is not asked for is not imported."""
    if driver == "engine":
        return EngineDriver(library)
    if driver == "terminal":
        from bot.replay.terminal_driver import TerminalDriver

        return TerminalDriver(library)
    checkout = Path(bot.__file__).parents[1]
    if not (checkout / "tests" / "platforms").is_dir():
        raise ScriptError(f"{driver} needs a checkout of the project: its server is in tests/.")
    sys.path.insert(0, str(checkout))
    platform, *how = driver.split("-")
    module, name = WORLDS[platform]
    world = getattr(importlib.import_module(module), name)
    return cast(Driver, world(library, **dict.fromkeys(how, True)))


@cache
def once(course: Path) -> Library:
    """The library in a folder that nobody edits meanwhile. Raises LoadError."""
    return read(course)


def read(course: Path) -> Library:
    """The library in a folder. Raises LoadError with every fault.

    What reads the same is read once: every driver plays the same edits.
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in course.rglob("*") if path.is_file()):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(course)} {len(data)} ".encode() + data)
    key = course.name, digest.digest()
    if key not in _READ:
        library, problems = load(course)
        if library is None:
            raise LoadError("\n".join(map(str, problems)))
        _READ[key] = library
    return _READ[key]


_READ: dict[tuple[str, bytes], Library] = {}
