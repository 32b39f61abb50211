"""As fast as Telegram allows: order, priority, waiting alone, and what is repeated."""

import asyncio
from collections.abc import Callable

import aiohttp
import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.adapters.telegram_pace import PAUSES, POST, Limits, Pace


class Wire:
    """What Telegram gets, in order; `faults` are raised first, one a request."""

    def __init__(self, *faults: TelegramError) -> None:
        self.sent: list[str] = []
        self.faults = list(faults)
        self.naps: list[float] = []
        self.tried = 0
        self.moved = asyncio.Event()
        self.hold: Callable[[float], asyncio.Event | None] = lambda seconds: None

    async def nap(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.moved.set()
        if event := self.hold(seconds):
            await event.wait()

    async def until(self, true: Callable[[], bool]) -> None:
        while not true():
            self.moved.clear()
            await self.moved.wait()

    async def request(
        self,
        pace: Pace,
        name: str,
        chat: int | None = 1,
        rank: int | None = None,
        endpoint: str = "sendMessage",
    ) -> None:
        async def call() -> bool:
            self.tried += 1
            if self.faults:
                raise self.faults.pop(0)
            await asyncio.sleep(0)
            self.sent.append(name)
            self.moved.set()
            return True

        await pace.process_request(call, (), {}, endpoint, {"chat_id": chat}, rank)


def refused() -> NetworkError:
    """What a connection that could not be made looks like: nothing was sent."""
    problem = NetworkError("no")
    problem.__cause__ = aiohttp.ConnectionTimeoutError()
    return problem


async def test_messages_of_a_chat_keep_their_order_whatever_happens_to_one() -> None:
    wire = Wire(NetworkError("Bad Gateway"), RetryAfter(3), refused())
    pace = Pace(sleep=wire.nap)
    names = [str(number) for number in range(20)]
    await asyncio.gather(*(wire.request(pace, name) for name in names))
    assert wire.sent == names


async def test_a_chat_that_must_wait_waits_alone() -> None:
    wire = Wire(RetryAfter(7))
    over = asyncio.Event()
    wire.hold = lambda seconds: over if seconds > 6 else None
    pace = Pace(sleep=wire.nap)
    slow = asyncio.create_task(wire.request(pace, "slow", chat=1))
    await wire.until(lambda: bool(wire.naps))
    for number in range(2, 9):
        await wire.request(pace, str(number), chat=number)
    assert wire.sent == [str(number) for number in range(2, 9)]
    over.set()
    await slow
    assert wire.sent[-1] == "slow"


async def test_a_chat_that_must_wait_long_is_not_asked_again_before() -> None:
    wire = Wire(RetryAfter(13_938))
    pace = Pace(sleep=wire.nap)
    for _ in range(5):
        with pytest.raises(RetryAfter):
            await wire.request(pace, "slow")
    assert wire.tried == 1, "a ban is not knocked at"
    assert wire.naps == []


async def test_answers_pass_before_posts() -> None:
    wire = Wire()
    pace = Pace(Limits(total_burst=1, total_seconds=0.01))
    posts = [wire.request(pace, f"post {n}", chat=n, rank=POST) for n in range(30)]
    waiting = asyncio.gather(*posts)
    await wire.until(lambda: len(wire.sent) >= 2)
    await wire.request(pace, "answer", chat=99)
    assert len(wire.sent) <= 15, "the posts are still in the queue"
    await waiting
    assert len(wire.sent) == 31


async def test_a_person_who_gives_up_waiting_holds_nobody_up() -> None:
    wire = Wire()
    pace = Pace(Limits(total_burst=1, total_seconds=0.01))
    waiting = [asyncio.create_task(wire.request(pace, str(n), chat=n)) for n in range(6)]
    await asyncio.sleep(0)
    waiting[2].cancel()
    await asyncio.wait(waiting)
    assert sorted(wire.sent) == ["0", "1", "3", "4", "5"]


def test_bucket_and_rate_together_keep_to_telegrams_rules() -> None:
    limits = Limits()
    assert limits.total_burst + 1 / limits.total_seconds <= 30
    assert limits.group_burst + 60 / limits.group_seconds <= 20
    assert limits.chat_seconds >= 1


async def test_a_group_is_written_to_more_slowly_than_a_person() -> None:
    wire = Wire()
    pace = Pace(Limits(total_burst=99, chat_burst=9, group_burst=1, group_seconds=3600))
    await wire.request(pace, "first", chat=-1001)
    slow = asyncio.create_task(wire.request(pace, "second", chat=-1001))
    for number in range(9):
        await wire.request(pace, str(number), chat=7)
    assert wire.sent == ["first", *map(str, range(9))]
    slow.cancel()


LOST = NetworkError("ServerDisconnectedError: Server disconnected")
DOWN = refused()


@pytest.mark.parametrize(
    ("problem", "endpoint", "rank", "tries"),
    [
        (DOWN, "sendMessage", None, 4),
        (DOWN, "sendMessage", POST, 4),
        (NetworkError("Bad Gateway"), "sendMessage", None, 4),
        (NetworkError("Internal Server Error"), "sendMessage", None, 4),
        (NetworkError("Bad Gateway"), "sendMessage", POST, 1),
        (TimedOut(), "sendMessage", None, 2),
        (TimedOut(), "sendMessage", POST, 1),
        (LOST, "sendPhoto", None, 2),
        (LOST, "sendPhoto", POST, 1),
        (TimedOut(), "editMessageText", None, 4),
        (TimedOut(), "answerCallbackQuery", None, 4),
        (BadRequest("message is not modified"), "editMessageText", None, 1),
        (BadRequest("nobody knows"), "sendMessage", None, 1),
    ],
)
async def test_what_is_safe_to_repeat_is_repeated(
    problem: TelegramError, endpoint: str, rank: int | None, tries: int
) -> None:
    wire = Wire(*[problem] * 9)
    with pytest.raises(type(problem)):
        await wire.request(Pace(sleep=wire.nap), "x", rank=rank, endpoint=endpoint)
    assert wire.tried == tries
    assert wire.naps == list(PAUSES[: tries - 1])


async def test_chats_that_are_idle_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.adapters.telegram_pace.MANY", 10)
    wire = Wire()
    pace = Pace(Limits(total_burst=1000, total_seconds=0.0001, chat_seconds=0.0001))
    for chat in range(100):
        await wire.request(pace, str(chat), chat=chat)
    assert len(wire.sent) == 100
    assert len(pace._chats) <= 20
