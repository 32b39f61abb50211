"""The ledgers of an open database: they and its own table each know of all who were forgotten."""

import asyncio
import logging
from pathlib import Path

from bot.store import forgetting, ledger
from bot.store.errors import StoreError, explaining
from bot.store.reader import Reader
from bot.store.writer import Writer

log = logging.getLogger(__name__)


class Ledgers:
    """The ledger beside the database at `path`, and those that are kept besides."""

    def __init__(self, path: Path, reader: Reader, writer: Writer) -> None:
        self._path, self._reader, self._writer = path, reader, writer
        # Each ledger, and the last entry of the table that is in it.
        self._told: dict[Path, int] = {ledger.beside(path): 0}
        self._telling = asyncio.Lock()

    async def keep(self, path: Path) -> int:
        """Keep one more, which is made; see `reconcile`. Raises StoreError."""
        with explaining(path):
            await asyncio.to_thread(ledger.append, path, {})
        self._told.setdefault(path, 0)
        return await self.reconcile()

    async def reconcile(self) -> int:
        """Bring the ledgers and the file together.

        Whoever only a ledger knows of is forgotten here as well, since the file is an older copy;
        how many people that were. Raises StoreError for a ledger that cannot be read.
        """
        known: dict[str, str] = {}
        for path in list(self._told):
            with explaining(path):
                known |= await asyncio.to_thread(ledger.read, path)
        kept, _ = await self._reader.forgotten()
        anew = {each: day for each, day in known.items() if each not in kept}
        people = 0
        if anew:
            people = await self._writer.alone(lambda db: forgetting.recall(db, anew), wipe=True)
            log.warning(
                "%s was older than its ledger: %d people forgotten anew", self._path, people
            )
        self._told = dict.fromkeys(self._told, 0)
        await self.tell()
        return people

    async def tell(self) -> None:
        """Write into each ledger what it lacks. What cannot be written now is so the next time."""
        async with self._telling:
            for path, last in list(self._told.items()):
                try:
                    with explaining(path):
                        self._told[path] = await self._tell(path, last)
                except StoreError as problem:
                    log.error("a backup may bring back whoever was forgotten today: %s", problem)

    async def _tell(self, path: Path, last: int) -> int:
        entries, newest = await self._reader.forgotten(last)
        if not last:  # since the start: the file may have them
            known = await asyncio.to_thread(ledger.read, path)
            entries = {each: day for each, day in entries.items() if each not in known}
        if entries:
            await asyncio.to_thread(ledger.append, path, entries)
        return newest
