"""Who is behind an account: asked of the store once, and remembered while they are here."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot.conversation import Forgotten, Inbound, Linked
from bot.locks import Locks
from bot.store import Commit, Store

NOBODY: Final = ""
"""Stands for whoever is not known and asks where others read along: nothing is kept of them."""

REMEMBERED: Final = 50_000
"""Accounts whose learner is remembered; then the memory begins anew."""


class Accounts:
    """`mint` gives a fresh learner id; `held` keeps two events from making two of one account."""

    def __init__(
        self, store: Store, held: Locks, mint: Callable[[], str], clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._held = held
        self._mint = mint
        self._clock = clock
        self._learners: dict[str, str] = {}

    async def learner(self, inbound: Inbound) -> str | None:
        """Who has this account; None where the event was taken before. Raises StoreError.

        Asked of the store once: a turn of somebody who was here lately costs one question less.
        """
        account = inbound.account
        if account in self._learners:
            return self._learners[account]
        if await self._store.known(inbound.id):
            return None
        if not inbound.place.private:
            return await self._store.learner_of(account) or NOBODY
        async with self._held.held(account):
            learner = await self._store.learner(account, self._mint, self._clock())
        if len(self._learners) >= REMEMBERED:
            self._learners.clear()
        self._learners[account] = learner
        return learner

    def remembered(self, account: str) -> str:
        """Whom we take an account for without asking, or ""."""
        return self._learners.get(account, "")

    def unsure(self, account: str) -> None:
        """Whoever has this account may be another learner by now."""
        self._learners.pop(account, None)

    def follow(self, commit: Commit) -> None:
        """Who is another learner now, or none, is asked of the store again."""
        gone = {commit.learner for record in commit.records if isinstance(record, Forgotten)}
        for record in commit.records:
            if isinstance(record, Linked):
                gone |= {record.learner, record.into}
        if gone:
            kept = {who: learner for who, learner in self._learners.items() if learner not in gone}
            self._learners = kept
