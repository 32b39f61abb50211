"""What the benchmark of Telegram stands on: a local Telegram and a learner.

By itself it shows which requests each bot makes for a turn, so that like is compared with like.
"""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from benchmarks.beside import OURS, Bot, started
from benchmarks.telegram_ours import TOKEN
from tests.platforms.telegram_server import Shown, TelegramServer

SAID, EDITED, ANSWERED = "sendMessage", "editMessageText", "answerCallbackQuery"


class Local(TelegramServer):
    """A local Telegram that says what a bot has just done for a user, to whoever watches them."""

    def __init__(self) -> None:
        super().__init__(TOKEN)
        self.watching: dict[object, Callable[[str], object]] = {}
        self.requested: Counter[str] = Counter()
        """Requests by method, or by the error that they were answered."""
        self._tapped: dict[object, int] = {}

    def tap(self, user: int, data: str, message: int) -> None:
        self.press(user, data, message=message)
        self._tapped[next(reversed(self.callbacks))] = user

    def changed(self, kind: str, message: Shown, before: str = "") -> None:
        """Not kept: it would fill the memory, and nobody reads it."""

    def _log(self, method: str, data: dict[str, object], error: str) -> None:
        self.feed.move()
        self.requested[error or method] += 1
        user = self._tapped.pop(data.get("callback_query_id"), data.get("chat_id"))
        if user in self.watching and not error:
            self.watching[user](method)


@asynccontextmanager
async def running(
    name: str, module: str, *words: str, **settings: str
) -> AsyncIterator[Bot[Local]]:
    """A bot with a server of its own, as soon as it waits for updates; "URL" is that server."""
    async with Local() as server:
        words = tuple(server.url if word == "URL" else word for word in words)
        settings = {k: server.url if v == "URL" else v for k, v in settings.items()}
        async with started(name, server, module, *words, **settings) as bot:
            await server.until(lambda: server.polled, 30)
            yield bot
        wrong = server.breaches + server.refusals + server.mistakes
        assert not wrong, f"{name}: the server did not take {len(wrong)} requests: {wrong[0]}"


@dataclass(slots=True)
class Learner:
    """Somebody with a private chat, who stands before a message with Next and Back: `card`."""

    server: Local
    user: int
    card: int = 0
    pages: int = 0

    async def starts(self, *, course: bool) -> None:
        """Go to that message: in the course it is the second card, the first without a picture."""
        async with asyncio.timeout(60):
            await self._sees(lambda: self.server.say(self.user, "/start"), SAID)
            self.card = self.server.chat(self.user)[-1].id
            if course:
                for key, shown in (("m1-intro", SAID), ("next", EDITED), ("next", SAID)):
                    await self._taps(key, shown)
                    self.card = self.server.chat(self.user)[-1].id
                await self._taps("next", EDITED)

    async def looks_up(self) -> float:
        return await self._sees(lambda: self.server.say(self.user, "/glossary tannin"), SAID)

    async def turns_page(self) -> float:
        """Next and Back by turns."""
        self.pages += 1
        return await self._taps("next" if self.pages % 2 else "back", EDITED)

    async def _taps(self, key: str, shown: str) -> float:
        rows = self.server.chats[self.user].shown[self.card].rows
        data = next(one.data for row in rows for one in row if one.data.startswith(key))
        return await self._sees(
            lambda: self.server.tap(self.user, data, self.card), ANSWERED, shown
        )

    async def _sees(self, act: Callable[[], object], *methods: str) -> float:
        """Do something; the seconds until the bot has done all of this in return."""
        missing = set(methods)
        done: asyncio.Future[float] = asyncio.get_running_loop().create_future()

        def watch(method: str) -> None:
            missing.discard(method)
            if not missing and not done.done():
                done.set_result(time.perf_counter())

        self.server.watching[self.user] = watch
        begun = time.perf_counter()
        act()
        return await done - begun


def main() -> None:
    asyncio.run(shown())


async def shown() -> None:
    """The requests of each bot for one turn of each kind."""
    with tempfile.TemporaryDirectory() as folder:
        ours = running(OURS, "benchmarks.telegram_ours", "URL", f"{folder}/shown.db")
        async with ours as bot, running("echo", "benchmarks.telegram_echo", "URL", "1") as echo:
            for one in (bot, echo):
                learner = Learner(one.server, 2)
                await learner.starts(course=one is bot)
                for turn in (learner.looks_up, learner.turns_page):
                    one.server.requested.clear()
                    await turn()
                    print(f"{one.name}, {turn.__name__}: {', '.join(one.server.requested)}")


if __name__ == "__main__":
    main()
