"""Questions that wait together are asked together: one way to the thread and back for all."""

import asyncio
import json
from pathlib import Path
from typing import Final

import aiosqlite

from bot.store.errors import explained

AT_ONCE: Final = 16
"""Questions that share a way: the first are answered while the next are asked."""

Asked = tuple[tuple[str, ...], "asyncio.Future[str | None]"]


class Together:
    """One kind of question, put by many at once.

    `sql` takes a JSON list of the questions, each a list of texts, and gives rows of (number of
    the question, answer).
    """

    def __init__(self, db: aiosqlite.Connection, path: Path, sql: str) -> None:
        self._db, self._path, self._sql = db, path, sql
        self._asked: list[Asked] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, *question: str) -> str | None:
        """The answer, None where there is no row. Raises StoreError."""
        answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._asked.append((question, answer))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked[:AT_ONCE], self._asked[AT_ONCE:]
                await self._serve(asked)
        finally:
            self._task = None

    async def _serve(self, asked: list[Asked]) -> None:
        """Answer all; where that fails, each by itself, so that one bad row harms one alone."""
        try:
            questions = json.dumps([question for question, _ in asked])
            rows = await self._db.execute_fetchall(self._sql, (questions,))
        except Exception as problem:
            if len(asked) > 1:
                for one in asked:
                    await self._serve([one])
            else:
                _, answer = asked[0]
                if not answer.done():
                    answer.set_exception(explained(problem, self._path))
        else:
            answers = {int(row[0]): str(row[1]) for row in rows}
            for number, (_, answer) in enumerate(asked):
                if not answer.done():
                    answer.set_result(answers.get(number))
