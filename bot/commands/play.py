"""syllabot play: take a course in this terminal, with the progress kept in a file."""

import argparse
import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncGenerator
from pathlib import Path

from rich.console import Console

from bot import config, logs
from bot.adapters.terminal import PLATFORM, WIDTH, Terminal, to_inbound, typed, wants_plain
from bot.commands.running import mint, now, program, refused, reload_on_hangup
from bot.config import Config
from bot.conversation import Inbound
from bot.course.load import load
from bot.course.model import Library
from bot.phrases import say
from bot.replay.recorder import Recorder
from bot.runner import Runner
from bot.store import Store, StoreError

GRACE = 5.0
"""Seconds for what is still on its way to the screen at the end."""

LEAVE = ("/quit", "/exit", "quit", "exit")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plain", action="store_true", help="plain text, for screen readers")
    parser.add_argument("--as", dest="name", default="you", metavar="NAME", help="who is learning")
    parser.add_argument("--content", type=Path, metavar="DIR", help="courses (default ./content)")
    parser.add_argument("--db", type=Path, metavar="FILE", help="progress (default ./syllabot.db)")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the conversation as .chat")


def run(args: argparse.Namespace) -> int:
    """Teach until the learner leaves. 0 then; 1 for a course or a file that cannot be used."""
    try:
        settings = config.read()
    except config.ConfigError as problem:
        return refused(str(problem), 2)
    content = args.content or settings.content
    library, problems = load(content)
    if library is None:
        return refused("\n".join(map(str, problems)), 1)
    db = args.db or settings.db
    log = logging.FileHandler(db.with_suffix(".log"), encoding="utf-8", delay=True)
    level = "debug" if settings.log_level == "debug" else "warning"
    logs.begin(settings.secrets, settings.log, level, log)
    console = _console(is_plain=wants_plain(args.plain))
    try:
        asyncio.run(_played(args, library, content, db, console, settings))
    except StoreError as problem:
        return refused(str(problem), 1)
    except KeyboardInterrupt:
        pass
    console.print(f"\n{say('en', 'terminal.bye')}", style=None if console.no_color else "dim")
    return 0


def _console(*, is_plain: bool) -> Console:
    if is_plain:
        return Console(no_color=True, force_terminal=False, highlight=False)
    console = Console(highlight=False)
    return Console(highlight=False, width=min(console.width, WIDTH))


async def _played(
    args: argparse.Namespace,
    library: Library,
    content: Path,
    db: Path,
    console: Console,
    settings: Config,
) -> None:
    terminal = Terminal(console, is_plain=console.no_color, files=db.parent / "exports")
    recorder: Recorder | None = None
    running = program(
        settings,
        library,
        content,
        db,
        {PLATFORM: terminal},
        terminal.print,
        operators=frozenset({f"{PLATFORM}:{args.name}"}),
        observe=lambda commit: recorder.replied(commit.messages) if recorder else None,
    )
    async with running as (runner, store):
        if args.save:
            recorder = await _recorder(args.save, args.name, store, content)
        with contextlib.closing(recorder) if recorder else contextlib.nullcontext():
            reload_on_hangup(runner, terminal.print)
            await runner.use(library)
            await runner.resume()
            tending = asyncio.create_task(runner.tend(asyncio.sleep))
            terminal.print(say("en", "terminal.hint"))
            async for inbound in _inbounds(args.name, is_plain=console.no_color, recorder=recorder):
                await _received(runner, inbound)
            tending.cancel()
            await runner.drain(GRACE)


async def _received(runner: Runner, inbound: Inbound) -> None:
    """Take one line. A fault of ours was logged and apologised for: the learner goes on."""
    try:
        await runner.receive(inbound)
        await runner.quiet()  # one thing at a time: what a model says comes before the next line
    except StoreError:
        raise
    except Exception:  # noqa: S110
        pass


async def _inbounds(
    name: str, *, is_plain: bool, recorder: Recorder | None
) -> AsyncGenerator[Inbound, None]:
    """The first screen unasked, then what is typed, until the end of input or /quit."""
    run = secrets.token_hex(6)
    lines = _lines(is_plain=is_plain)
    number = 0
    async with contextlib.aclosing(lines):
        async for line in lines:
            if line.strip().casefold() in LEAVE:
                return
            if line.strip():
                number += 1
                if recorder:
                    recorder.said(line)
                yield to_inbound(line, name, f"{run}-{number}")


async def _lines(*, is_plain: bool) -> AsyncGenerator[str, None]:
    yield "/start"
    async for line in typed(is_plain=is_plain):
        yield line


async def _recorder(path: Path, name: str, store: Store, content: Path) -> Recorder:
    """A file for the conversation; it can be played again only if it begins at the beginning."""
    learner = await store.learner(f"{PLATFORM}:{name}", mint, now())
    if (await store.load(learner, "")).sessions:
        raise StoreError(
            f"{name} has been here before, and a saved conversation must begin at the beginning. "
            "Choose another name with --as, or another file with --db."
        )
    try:
        return Recorder(path, content, learner)
    except OSError as problem:
        raise StoreError(f"{path} cannot be written: {problem.strerror}.") from None
