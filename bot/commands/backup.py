"""`syllabot backup`: copies the database into one file, also while the bot is serving."""

import argparse
from pathlib import Path

from bot import config
from bot.commands.running import refused
from bot.store import StoreError
from bot.store.backup import Checked, check, copy


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the copy")
    parser.add_argument("--db", type=Path, metavar="FILE", help="progress (default ./syllabot.db)")
    parser.add_argument(
        "--replace", action="store_true", help="write over the copy that has this name already"
    )
    parser.add_argument(
        "--check", action="store_true", help="make no copy: look whether this one is whole"
    )


def run(args: argparse.Namespace) -> int:
    """0 when the copy is whole; 1 when there is none, or it is not; 2 for settings that are wrong.

    A copy that was made is read through and checked before this says that it is there.
    """
    try:
        db: Path = args.db or config.read().db
    except config.ConfigError as problem:
        return refused(str(problem), 2)
    try:
        held = check(args.file) if args.check else copy(db, args.file, replace=args.replace)
    except StoreError as problem:
        return refused(str(problem), 1)
    print(f"{args.file} is whole. It holds {told(held)}")
    return 0


def told(held: Checked) -> str:
    """What a copy holds, in words."""
    newest = f"{held.newest:%Y-%m-%d %H:%M:%S} UTC" if held.newest else "never"
    return (
        f"{_many(held.learners, 'learner')}, {_many(held.cohorts, 'cohort')}, "
        f"{_many(held.answers, 'answer')} and {_many(held.records, 'record')} in the log; "
        f"the last turn was {newest} (schema {held.schema})."
    )


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
