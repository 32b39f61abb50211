"""`syllabot rebuild`: recomputes progress and points from the log and sets them right."""

import argparse
import asyncio
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", type=Path, metavar="FILE", help="progress (default ./syllabot.db)")


def run(args: argparse.Namespace) -> int:
    """Prints each difference. Returns 1 when there was one, or the file cannot be used."""
    from bot import config
    from bot.store import StoreError

    try:
        db: Path = args.db or config.read().db
        found = asyncio.run(_rebuilt(db))
    except config.ConfigError as problem:
        print(problem, file=sys.stderr)
        return 2
    except StoreError as problem:
        print(problem, file=sys.stderr)
        return 1
    for difference in found:
        print(difference)
    if not found:
        print("No difference: progress and points agree with the log.")
        return 0
    print(f"Differences: {len(found)}. Progress and points are right by the log now.")
    return 1


async def _rebuilt(db: Path) -> tuple[str, ...]:
    from bot.store import Store, StoreError

    if not await asyncio.to_thread(db.exists):
        raise StoreError(f"{db} does not exist. Name the database with --db.")
    store = await Store.open(db)
    try:
        return await store.rebuild()
    finally:
        await store.close()
