"""A look into a file that another Syllabot may be serving: without its lock, and only to read."""

import asyncio
from datetime import datetime
from pathlib import Path

from bot.conversation import Budget, Spending, Spent
from bot.store import money, opening
from bot.store.errors import StoreError, explaining
from bot.store.reader import Reader
from bot.store.values import Used


async def report(
    path: Path, budgets: tuple[Budget, ...], at: datetime
) -> tuple[tuple[Used, ...], tuple[Spent, ...]]:
    """What a model was used for, and what is spent of these budgets by now. Raises StoreError."""
    if not await asyncio.to_thread(path.is_file):
        raise StoreError(f"There is no file {path}. Name another one with --db.")
    with explaining(path):
        db = await opening.to_read(path)
        try:
            if await opening.version_of(db, path) < len(opening.migrations()):
                raise StoreError(f"{path} is of an older Syllabot. Start this one with it first.")
            used = await money.report(db)
            spent = await Reader(db, path).answer(Spending("", budgets, at))
        finally:
            await db.close()
    return used, tuple(row for row in spent if isinstance(row, Spent))
