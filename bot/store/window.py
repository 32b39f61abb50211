"""A look into a file that another Syllabot may be serving: without its lock, and only to read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import aiosqlite

from bot.conversation import Budget, Look, Rows, Spending, Spent
from bot.store import money, opening
from bot.store.errors import StoreError, explaining
from bot.store.reader import Reader
from bot.store.values import Used


async def report(
    path: Path, budgets: tuple[Budget, ...], at: datetime
) -> tuple[tuple[Used, ...], tuple[Spent, ...]]:
    """What a model was used for, and what is spent of these budgets by now. Raises StoreError."""
    async with _opened(path) as db:
        used = await money.report(db)
        spent = await Reader(db, path).answer(Spending("", budgets, at))
    return used, tuple(row for row in spent if isinstance(row, Spent))


async def answers(path: Path, *looks: Look) -> tuple[Rows, ...]:
    """What the file at `path` says to each of these Looks. Raises StoreError."""
    async with _opened(path) as db:
        reader = Reader(db, path)
        return tuple([await reader.answer(look) for look in looks])


@asynccontextmanager
async def _opened(path: Path) -> AsyncIterator[aiosqlite.Connection]:
    if not await asyncio.to_thread(path.is_file):
        raise StoreError(f"There is no file {path}. Name another one with --db.")
    with explaining(path):
        db = await opening.to_read(path)
        try:
            if await opening.version_of(db, path) < len(opening.migrations()):
                raise StoreError(f"{path} is of an older Syllabot. Start this one with it first.")
            yield db
        finally:
            await db.close()
