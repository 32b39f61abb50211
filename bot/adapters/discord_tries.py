"""Asking Discord for something again, where that is safe: the library repeats hardly anything."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from bot.adapters.base import Sleep
from bot.adapters.discord_errors import TROUBLE, Means, named

T = TypeVar("T")

PATIENCE: Final = 20.0
"""Seconds that an answer of Discord is waited for."""

PAUSES: Final = (0.2, 0.5, 2.0)
"""Seconds before a request is repeated. After the last one the outbox takes over."""


async def insist(do: Callable[[], Awaitable[T]], sleep: Sleep, *, twice: bool = False) -> T:
    """Do something that Discord is asked for, and repeat it where that is safe.

    `twice`: to do it again would show it again, so when nobody knows it is repeated once at most.
    Raises what is in TROUBLE.
    """
    for tried, pause in enumerate(PAUSES):
        try:
            async with asyncio.timeout(PATIENCE):
                return await do()
        except TROUBLE as problem:
            match named(problem).means:
                case Means.DOWN | Means.DOUBT:
                    pass
                case Means.PERHAPS if not twice or tried == 0:
                    pass
                case _:
                    raise
        await sleep(pause)
    async with asyncio.timeout(PATIENCE):
        return await do()
