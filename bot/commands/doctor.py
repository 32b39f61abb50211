"""syllabot doctor: checks a set-up and says, in a sentence for each fault, what to do next."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from bot import config
from bot.commands.common import printable
from bot.commands.running import now
from bot.config import Config, ConfigError
from bot.doctor import (
    addresses,
    claude,
    clock,
    content,
    database,
    discord,
    files,
    program,
    telegram,
)
from bot.doctor import settings as set_up
from bot.doctor.asking import Told, examined
from bot.doctor.finding import Case, Finding, State, blotted, failed, many, ok

FAMILIES: Final[tuple[tuple[str, Callable[[Case], Iterable[Finding]]], ...]] = (
    ("settings", set_up.check),
    ("addresses", addresses.check),
    ("files", files.check),
    ("database", database.check),
    ("courses", content.check),
)

WIDTH: Final = 7
COLOURS: Final[dict[State, str]] = {"ok": "32", "warning": "33", "failed": "31"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--content", type=Path, metavar="DIR", help="courses (default ./content)")
    parser.add_argument("--db", type=Path, metavar="FILE", help="progress (default ./syllabot.db)")
    parser.add_argument("--offline", action="store_true", help="ask no platform and no model")
    parser.add_argument("--deep", action="store_true", help="read the whole database: takes longer")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(args: argparse.Namespace) -> int:
    """0 when nothing failed, 1 when something did, 2 for settings that cannot be read."""
    known = set_up.known(os.environ)
    found: list[tuple[str, Finding]] = []
    said = Saying(as_json=args.json, secrets=tuple(set_up.secrets(known)))
    code = 0
    try:
        settings = config.read()
    except ConfigError:
        code = 2
        families = _unusable()
    else:
        families = _checked(_case(settings, known, args), offline=args.offline)
    for family, finding in families:
        finding = said.clean(finding)
        found.append((family, finding))
        said.one(family, finding)
    said.end(found)
    return code or int(any(each.state == "failed" for _, each in found))


def _case(settings: Config, known: Mapping[str, str], args: argparse.Namespace) -> Case:
    """Paths are whole, so that what is said of them can be copied and done anywhere."""
    if settings.backups:
        settings = replace(settings, backups=settings.backups.absolute())
    db, folder = args.db or settings.db, args.content or settings.content
    return Case(settings, known, folder.absolute(), db.absolute(), now(), args.deep)


def _unusable() -> Iterator[tuple[str, Finding]]:
    """What is wrong with settings that cannot be used; nothing can be checked by them."""
    for sentence in set_up.faults(os.environ):
        yield "settings", failed("setting", sentence, "The rest is checked once this is mended.")
    for finding in program.check():
        yield "program", finding


def _checked(case: Case, *, offline: bool) -> Iterator[tuple[str, Finding]]:
    for finding in program.check():
        yield "program", finding
    for family, check in FAMILIES:
        for finding in _allowed(case, check):
            yield family, finding
    told: list[Told] = []
    if not offline:
        told = asyncio.run(_asked(case.settings))
    for each in told:
        for finding in each.findings:
            yield "platforms", finding
    if offline:
        yield "platforms", ok("platforms", "None was asked (--offline).")
    compared = [each.clock for each in told if each.clock]
    for finding in (*clock.check(case), *clock.beside(compared)):
        yield "clock", finding


def _allowed(case: Case, check: Callable[[Case], Iterable[Finding]]) -> Iterator[Finding]:
    """What `check` finds, up to where this user may not even look."""
    try:
        yield from check(case)
    except OSError as problem:
        said = f"{problem.filename or 'Something'} cannot be looked at: {problem.strerror}."
        yield failed("rights", said, "Run this as the user that runs Syllabot.")


async def _asked(settings: Config) -> list[Told]:
    """All services that there is a token for, at once."""
    works = []
    if settings.telegram_token:
        service = telegram.service(settings, now)
        works.append(examined(service, lambda asked: telegram.check(asked, settings)))
    if settings.discord_token:
        from bot.commands.serve import slash_commands

        names = [each.name for each in slash_commands()]
        service = discord.service(settings, _discord_api(), now)
        works.append(examined(service, lambda asked: discord.check(asked, names)))
    if settings.anthropic_api_key:
        service = claude.service(settings, now)
        works.append(examined(service, lambda asked: claude.check(asked, settings.models)))
    return await asyncio.gather(*works)


def _discord_api() -> str:
    """Where the library finds Discord: it has no setting for that."""
    from discord.http import Route

    return Route.BASE


class Saying:
    """Prints findings as they come, or all at the end as JSON."""

    def __init__(self, *, as_json: bool, secrets: tuple[str, ...]) -> None:
        self._json, self._secrets = as_json, secrets
        self._coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._family = ""

    def clean(self, finding: Finding) -> Finding:
        """Without any secret, whatever put it there."""
        said, remedy = (blotted(each, self._secrets) for each in (finding.said, finding.remedy))
        return Finding(finding.state, finding.check, said, remedy)

    def one(self, family: str, finding: Finding) -> None:
        """One line for a check, and one with what to do, where there is something."""
        if self._json:
            return
        if family != self._family:
            print(family)
            self._family = family
        state = f"{finding.state:{WIDTH}}"
        if self._coloured:
            state = f"\x1b[{COLOURS[finding.state]}m{state}\x1b[0m"
        print(printable(f"  {state}  {finding.check}: {finding.said}"))
        if finding.remedy:
            print(printable(f"  {'':{WIDTH}}  {finding.remedy}"))
        sys.stdout.flush()

    def end(self, found: list[tuple[str, Finding]]) -> None:
        """How many there are of each."""
        states = [finding.state for _, finding in found]
        good, doubtful, bad = (states.count(each) for each in ("ok", "warning", "failed"))
        if self._json:
            checks = [{"family": family, **asdict(finding)} for family, finding in found]
            counts = {"ok": good, "warning": doubtful, "failed": bad}
            print(json.dumps({"checks": checks, "counts": counts}, indent=1))
        else:
            print(f"{good} ok, {many(doubtful, 'warning')}, {bad} failed")
