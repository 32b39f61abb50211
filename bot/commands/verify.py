"""`syllabot verify`: a certificate by its code, also while the bot is serving."""

import argparse
import asyncio
from pathlib import Path

from bot import config
from bot.commands.running import refused
from bot.conversation import Certificate, Certificates, Kept, Seal
from bot.flows.groups.proof import canonical, is_genuine, normal, told
from bot.phrases import FALLBACK, say
from bot.store import StoreError, answers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", nargs="+", help="the code, as in ABCD-EFGH-JKMN-PQRS")
    parser.add_argument("--db", type=Path, metavar="FILE", help="progress (default ./syllabot.db)")


def run(args: argparse.Namespace) -> int:
    """0 for a valid certificate; 1 for one that is not, or for a file that cannot be read; 2 for
    what is no code.
    """
    try:
        settings = config.read()
    except config.ConfigError as problem:
        return refused(str(problem), 2)
    code = normal("".join(args.code))
    if not code:
        return refused(say(FALLBACK, "verify.unlike"), 2)
    try:
        return asyncio.run(_checked(args.db or settings.db, code))
    except (StoreError, OSError) as problem:
        return refused(str(problem), 1)


async def _checked(path: Path, code: str) -> int:
    """Say what the file knows of the code; the exit code."""
    (rows,) = await answers(path, Certificates(code=code))
    found = next((row for row in rows if isinstance(row, Certificate)), None)
    if found is None:
        return refused(told(FALLBACK, code, None, ""), 1)
    (seals,) = await answers(path, Seal(canonical(found)))
    seal = next((row.body for row in seals if isinstance(row, Kept)), "")
    text = told(FALLBACK, code, found, seal).replace("**", "").replace("\n\n", "\n")
    if found.withdrawn or not is_genuine(found, seal):
        return refused(text, 1)
    print(text)
    return 0
