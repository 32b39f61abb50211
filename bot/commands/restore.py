"""`syllabot restore`: puts a backup in the place of the database, while nothing serves it."""

import argparse
import asyncio
from collections.abc import Iterable
from pathlib import Path

from bot import config
from bot.commands.backup import told
from bot.commands.running import now, refused
from bot.store import StoreError
from bot.store.restore import Restored, restore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup")
    parser.add_argument("--db", type=Path, metavar="FILE", help="progress (default ./syllabot.db)")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="restore also where there is a database, which is kept under another name",
    )
    parser.add_argument(
        "--forgotten",
        type=Path,
        action="append",
        default=[],
        metavar="LEDGER",
        help="who was forgotten since, from another place (a file that ends in .forgotten)",
    )


def run(args: argparse.Namespace) -> int:
    """0 when the backup is in place; 1 when nothing was changed; 2 for settings that are wrong."""
    try:
        settings = config.read()
    except config.ConfigError as problem:
        return refused(str(problem), 2)
    db: Path = args.db or settings.db
    ledgers = [*args.forgotten, *_of_folder(settings.backups)]
    try:
        done = asyncio.run(restore(args.file, db, now(), replace=args.replace, ledgers=ledgers))
    except StoreError as problem:
        return refused(f"{problem} Nothing was restored.", 1)
    print(f"{db} is restored from {args.file}, which holds {told(done.held)}")
    print(*said(done), sep="\n")
    return 0


def _of_folder(backups: Path | None) -> list[Path]:
    """The ledgers that serve keeps with its backups."""
    return sorted(backups.glob("*.forgotten")) if backups and backups.is_dir() else []


def said(done: Restored) -> Iterable[str]:
    """A sentence for each thing that the operator should know."""
    if done.kept:
        yield f"The database that was there is kept as {done.kept}."
    yield from _of_forgotten(done)
    if done.replies:
        yield (
            f"Answers that were on their way when the copy was made: {done.replies}. They are not "
            "sent again, since most will have arrived; whoever misses one writes /continue."
        )
    if done.posts:
        yield (
            f"Posts that were on their way: {done.posts}. They are not repeated; at the next start "
            "the instructors of the groups are told, and can post them again."
        )
    if done.due:
        yield (
            f"What groups had planned for the time since: {done.due}. Each comes once at the next "
            "start, unless it is too late for it to make sense."
        )


def _of_forgotten(done: Restored) -> Iterable[str]:
    for path in done.unread:
        yield f"{path} could not be read, so what it knew of forgotten people is not known."
    if done.ledgers:
        named = ", ".join(map(str, done.ledgers))
        yield f"People forgotten since who were still in it: {done.forgotten} (known from {named})."
    else:
        yield (
            "No ledger was found, so it is not known who asked to be forgotten after this copy was "
            "made: they are back. If there is a file that ends in .forgotten, from the folder of "
            "the old database or of its backups, restore once more with --forgotten LEDGER "
            "--replace."
        )
