"""One event loop for all targets: to make one for each case would cost more than the case."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import cache
from typing import TypeVar

T = TypeVar("T")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


def run(work: Coroutine[object, object, T]) -> T:
    """The result of some work."""
    return _loop().run_until_complete(work)


def close() -> None:
    """Stop what still runs, and let go of the loop."""
    loop = _loop()
    for task in asyncio.all_tasks(loop):
        task.cancel()
        loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
    _loop.cache_clear()


def aside(work: Callable[[], T]) -> T:
    """The result of work that runs a loop of its own: `asyncio.run` leaves none behind it."""
    try:
        return work()
    finally:
        asyncio.set_event_loop(_loop())
