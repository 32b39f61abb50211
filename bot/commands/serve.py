"""syllabot serve: teach on every platform whose token is set, until told to stop."""

import argparse
import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path

from bot import config, engine, logs, memory
from bot.adapters.base import Platform, Refused
from bot.adapters.discord_commands import Command
from bot.backups import Backups
from bot.commands.running import now, program, refused, reload_on_hangup
from bot.commands.watching import Sleep, counting, pausing, told
from bot.config import Config
from bot.course.album import Album
from bot.course.load import load
from bot.course.model import ACCENT, Library
from bot.flows.home import LEADING, LEARNING
from bot.flows.suggest import COMPLETED, OPTIONS
from bot.permissions import PUBLIC
from bot.phrases import FALLBACK, LANGUAGES, say
from bot.runner import Runner
from bot.store import Store, StoreError
from bot.watch import Watch

log = logging.getLogger(__name__)

GRACE = 8.0
"""Seconds for messages on their way when we are told to stop; the rest goes at the next start."""

NOWHERE = """\
There is nowhere to serve yet: no token is set. Set one and start again:

  DISCORD_TOKEN=MTA1.GhX.abc syllabot serve
  TELEGRAM_TOKEN=123456:ABC-DEF syllabot serve

Discord's developer portal gives you a token (discord.com/developers/applications, Bot), and so
does @BotFather on Telegram (/newbot). With both set, both are served. DISCORD_TOKEN_FILE and
TELEGRAM_TOKEN_FILE may name files that hold them instead. To try a course without any token:
syllabot play"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--content", type=Path, metavar="DIR", help="courses (default ./content)")
    parser.add_argument("--db", type=Path, metavar="FILE", help="progress (default ./syllabot.db)")


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C: 0. 1 for a course or file that cannot be used, 2 for settings
    that cannot work.
    """
    try:
        settings = config.read()
    except config.ConfigError as problem:
        return refused(str(problem), 2)
    if not settings.telegram_token and not settings.discord_token:
        return refused(NOWHERE, 2)
    content = args.content or settings.content
    library, problems = load(content)
    if library is None:
        return refused("\n".join(map(str, problems)), 1)
    memory.tidy()
    engine.prepare(library)
    logs.to_stderr(settings.secrets, settings.log, settings.log_level)
    try:
        asyncio.run(_serve(settings, library, content, args.db or settings.db))
    except StoreError as problem:
        return refused(str(problem), 1)
    except Refused as problem:
        return refused(str(problem), 2)
    return 0


async def _serve(settings: Config, library: Library, content: Path, db: Path) -> None:
    platforms: dict[str, Platform] = {}
    asyncio.get_running_loop().set_exception_handler(logs.unheard)
    metrics = counting(settings)
    running = program(settings, library, content, db, platforms, log.warning, watch=metrics)
    async with running as (runner, store), told(settings, runner, store, metrics) as health:
        try:
            album = Album(content)
            if settings.telegram_token:
                platforms["telegram"] = _telegram(settings, album, pausing("telegram", metrics))
            if settings.discord_token:
                pause = pausing("discord", metrics)
                platforms["discord"] = _discord(settings, album, runner, pause)
            await runner.use(library)
            if health:
                health.is_loaded = True
            await runner.resume()
            reload_on_hangup(runner, log.warning)
            memory.settle()
            works = [
                health.serve(name, platform, runner) if health else platform.run(runner)
                for name, platform in platforms.items()
            ]
            if settings.backups:
                copies = _backups(settings, settings.backups, db, store, metrics)
                works.append(copies.tend(asyncio.sleep))
            await _until_stopped([*works, runner.tend(asyncio.sleep)])
            if health:
                health.is_ending = True
            await runner.drain(GRACE)
        finally:
            for platform in platforms.values():
                await platform.close()


async def _until_stopped(works: list[Coroutine[None, None, None]]) -> None:
    """Run all works until a signal; or until one of them ends, and then raise why."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    tasks = [asyncio.create_task(work) for work in works]
    for task in tasks:
        task.add_done_callback(lambda _: stop.set())
    await stop.wait()
    ended = [task for task in tasks if task.done()]
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for task in ended:
        task.result()


def _backups(
    settings: Config, folder: Path, db: Path, store: Store, watch: Watch | None
) -> Backups:
    every = timedelta(hours=settings.backup_hours)
    return Backups(store, db, folder, every, settings.backups_kept, now, watch)


def _telegram(settings: Config, picture: Callable[[str], bytes | None], sleep: Sleep) -> Platform:
    """Imported here, so that whoever serves elsewhere does not load it."""
    from bot.adapters import telegram
    from bot.adapters.telegram_pace import Limits, Pace
    from bot.adapters.telegram_updates import Webhook

    host, _, port = settings.telegram_webhook_listen.rpartition(":")
    url = settings.telegram_webhook_url
    pace = Pace(Limits(), sleep=sleep)
    bot = telegram.bot_of(settings.telegram_token, settings.telegram_api_url, pace)
    webhook = Webhook(url, host.strip("[]"), int(port)) if url else None
    return telegram.Telegram(bot, picture, menus(), webhook, sleep)


def _discord(
    settings: Config, picture: Callable[[str], bytes | None], runner: Runner, sleep: Sleep
) -> Platform:
    """Imported here, so that whoever serves elsewhere does not load it."""
    from bot.adapters.discord import Discord

    def colour(course: str) -> int:
        return accent(runner.library, course)

    return Discord(settings.discord_token, picture, colour, slash_commands(), sleep=sleep)


def accent(library: Library, course: str) -> int:
    """A course's colour as a number; that of any course where none is meant."""
    found = library.courses.get(course)
    return int(found.accent.removeprefix("#") if found else ACCENT.removeprefix("#"), 16)


def menus() -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    """The commands that a platform offers, by scope and language, with what each does."""
    scopes = {
        "all_private_chats": [*LEARNING, "help"],
        "all_group_chats": [*PUBLIC, "leaderboard"],
    }
    languages = {"": FALLBACK} | {code: code for code in LANGUAGES if code != FALLBACK}
    return {
        (scope, code): tuple((name, _described(language, name)) for name in names)
        for scope, names in scopes.items()
        for code, language in languages.items()
    }


def slash_commands() -> tuple[Command, ...]:
    """The commands that Discord offers, each with what may follow it.

    What only operators may do is not among them: they type it in direct messages.
    """
    return tuple(_slash(name) for name in [*LEARNING, *LEADING, "help"])


def _slash(name: str) -> Command:
    languages = {"": FALLBACK} | {code: code for code in LANGUAGES if code != FALLBACK}
    option = OPTIONS.get(name, "")
    return Command(
        name,
        {code: _described(language, name) for code, language in languages.items()},
        option,
        {code: say(language, f"option.{name}") for code, language in languages.items() if option},
        completes=name in COMPLETED,
    )


def _described(language: str, name: str) -> str:
    text = say(language, f"command.{name}")
    return text[0].upper() + text[1:]
