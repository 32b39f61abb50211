"""What `serve` tells an operator's machines, where an address for that is set: see `bot.health`.

Where none is set nothing is counted, and neither the web server nor Prometheus' library is loaded.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot import __version__
from bot.config import Config
from bot.runner import Runner
from bot.store import Store

if TYPE_CHECKING:
    from bot.health import Health
    from bot.metrics import Metrics

Sleep = Callable[[float], Awaitable[None]]


def counting(settings: Config) -> "Metrics | None":
    """What counts all that happens, where somebody can read it."""
    if not settings.health_listen:
        return None
    from bot.metrics import Metrics

    return Metrics(__version__)


@asynccontextmanager
async def told(
    settings: Config, runner: Runner, store: Store, metrics: "Metrics | None"
) -> AsyncIterator["Health | None"]:
    """Tell how we fare at the address that is set, if one is. Raises Refused where that cannot be
    listened at.
    """
    if metrics is None:
        yield None
        return
    from bot.health import Health, listening

    metrics.follow(runner.levels)
    health = Health(lambda: store.known(""), metrics)
    async with listening(health, settings.health_listen):
        yield health


def pausing(name: str, metrics: "Metrics | None") -> Sleep:
    """How a platform waits before it asks again: counted, where somebody can read it."""

    async def pause(seconds: float) -> None:
        if metrics:
            metrics.paused(name)
        await asyncio.sleep(seconds)

    return pause
