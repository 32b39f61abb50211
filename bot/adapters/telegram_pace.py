"""As fast as Telegram allows and no faster: what every request of the bot goes through.

Requests of one chat keep their order. A chat that is told to wait waits alone (the limiter of
python-telegram-bot stops everything then). Answers pass before posts. What is safe to repeat is
repeated here, since the library repeats nothing.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Final, TypeVar

from aiolimiter import AsyncLimiter
from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.adapters.base import Sleep
from bot.adapters.telegram_errors import Means, named, seconds

T = TypeVar("T")

POST: Final = 1
"""What marks a request as part of a post, in its rate_limit_args: it waits for answers."""

PATIENCE: Final = 30.0
"""Seconds that a request waits for its chat at most; then the message goes back to the outbox."""

PAUSES: Final = (0.3, 1.0, 3.0)
"""Seconds before a request is repeated. After the last one the outbox takes over."""

MANY: Final = 1_000
"""Chats after which idle ones are forgotten."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages and edits: at once, and then so many seconds for each.

    Telegram's rules are 30 a second overall, 20 a minute in a group, and about 1 a second in a
    chat, where it bears bursts (core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid
    -this). A bucket lets a burst through and then its rate, so the two together keep to the rule.
    """

    total_burst: float = 1
    total_seconds: float = 1 / 29
    chat_burst: float = 20
    chat_seconds: float = 1
    group_burst: float = 5
    group_seconds: float = 4


@dataclass(slots=True)
class _Gate:
    """One door for all chats; whoever has the lower rank goes first, then who came first."""

    limiter: AsyncLimiter
    _queue: list[tuple[int, int, "asyncio.Future[None]"]] = field(default_factory=list)
    _number: Callable[[], int] = field(default_factory=lambda: count().__next__)
    _porter: "asyncio.Task[None] | None" = None

    async def enter(self, rank: int) -> None:
        if not self._queue and self.limiter.has_capacity():
            await self.limiter.acquire()
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (rank, self._number(), turn))
        if self._porter is None or self._porter.done():
            self._porter = asyncio.create_task(self._let_in())
        await turn

    async def _let_in(self) -> None:
        while self._queue:
            await self.limiter.acquire()
            _, _, turn = heapq.heappop(self._queue)
            if not turn.done():
                turn.set_result(None)


@dataclass(slots=True)
class _Chat:
    """A chat that is written to: one request at a time, and none before `free`."""

    limiter: AsyncLimiter
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    free: float = 0.0


class Pace(BaseRateLimiter[int]):
    """See the module. `sleep` takes seconds; `limits` None sets no speed."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._limits = limits
        self._sleep = sleep
        self._chats: dict[str, _Chat] = {}
        given = limits or Limits()
        self._gate = _Gate(AsyncLimiter(given.total_burst, given.total_burst * given.total_seconds))

    async def initialize(self) -> None:
        """Nothing to begin."""

    async def shutdown(self) -> None:
        """Nothing to end."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[None, None, T]],
        args: tuple[object, ...],
        kwargs: dict[str, object],
        endpoint: str,
        data: dict[str, object],
        rate_limit_args: int | None,
    ) -> T:
        """Send one request when it is its turn; repeat it where that is safe.

        Raises TelegramError.
        """
        chat, rank = str(data.get("chat_id", "")), rate_limit_args or 0

        async def send() -> T:
            return await callback(*args, **kwargs)

        if not _counts(endpoint):
            return await self._repeated(send, endpoint, rank)
        async with self._turn_of(chat) as state:

            async def paced() -> T:
                await self._enter(state, rank)
                return await send()

            return await self._repeated(paced, endpoint, rank, state)

    async def _repeated(
        self,
        send: Callable[[], Awaitable[T]],
        endpoint: str,
        rank: int,
        state: _Chat | None = None,
    ) -> T:
        for tried in count():
            try:
                return await send()
            except RetryAfter as problem:
                if state is None or not await self._waited(problem, state):
                    raise
            except TelegramError as problem:
                if not _again(problem, endpoint, rank, tried):
                    raise
                await self._sleep(PAUSES[tried])
        raise AssertionError("unreachable")

    async def _waited(self, problem: RetryAfter, state: _Chat) -> bool:
        """Whether the chat was waited for; where that would take long, the outbox waits."""
        wait = seconds(problem)
        state.free = asyncio.get_running_loop().time() + wait
        return wait <= PATIENCE

    async def _enter(self, state: _Chat, rank: int) -> None:
        """Wait until this chat and all chats together may be written to again.

        Raises RetryAfter where that would take too long.
        """
        wait = state.free - asyncio.get_running_loop().time()
        if wait > PATIENCE:
            raise RetryAfter(int(wait) + 1)
        if wait > 0:
            await self._sleep(wait)
        if self._limits:
            await state.limiter.acquire()
            await self._gate.enter(rank)

    @asynccontextmanager
    async def _turn_of(self, chat: str) -> AsyncIterator[_Chat]:
        state = self._chats.get(chat)
        if state is None:
            self._tidy()
            state = self._chats[chat] = _Chat(self._limiter(chat))
        state.users += 1
        try:
            async with state.lock:
                yield state
        finally:
            state.users -= 1

    def _limiter(self, chat: str) -> AsyncLimiter:
        given = self._limits or Limits()
        # A group's number is negative.
        group = chat.startswith("-")
        burst = given.group_burst if group else given.chat_burst
        seconds = given.group_seconds if group else given.chat_seconds
        return AsyncLimiter(burst, burst * seconds)

    def _tidy(self) -> None:
        """Forget chats whose buckets are empty again."""
        if len(self._chats) < MANY:
            return
        now = asyncio.get_running_loop().time()
        self._chats = {
            name: chat
            for name, chat in self._chats.items()
            if chat.users or chat.free > now or not chat.limiter.has_capacity(chat.limiter.max_rate)
        }


def _counts(endpoint: str) -> bool:
    """Whether Telegram's limits on messages hold for this method."""
    return endpoint.startswith(("send", "edit", "delete")) and endpoint not in (
        "sendChatAction",
        "deleteWebhook",
        "deleteMyCommands",
    )


def _again(problem: TelegramError, endpoint: str, rank: int, tried: int) -> bool:
    """Whether to repeat a request. To send twice shows twice; all else does no harm."""
    if tried >= len(PAUSES):
        return False
    shows = endpoint.startswith("send")
    match named(problem).means:
        case Means.DOWN:
            return True
        case Means.DOUBT:
            return not (shows and rank)
        case Means.PERHAPS:
            return not shows or (not rank and tried == 0)
        case _:
            return False
