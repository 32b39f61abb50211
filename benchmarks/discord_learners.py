"""What the benchmark of Discord stands on: a local Discord and a learner.

By itself it shows which requests each bot makes for a turn, so that like is compared with like.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from benchmarks.beside import OURS, Bot, started
from benchmarks.discord_echo import TOKEN
from tests.platforms.discord_messages import Ask
from tests.platforms.discord_server import DiscordServer, Shown

SCHOOL, HALL = 900, 901
RESPONSE = "POST /interactions/"


class Local(DiscordServer):
    """A local Discord that keeps nothing of what is over, and says when it was answered."""

    def __init__(self) -> None:
        super().__init__(TOKEN)
        self.deadline = 60.0  # a slow machine is to be measured, not to fail
        self.requested: Counter[str] = Counter()
        """Requests by route, or by the error that they were answered."""
        self._waiting: dict[int, asyncio.Future[None]] = {}

    @property
    def addresses(self) -> tuple[str, str, str]:
        return self.api, self.gateway_url, f"{self.url}/cdn"

    def changed(self, kind: str, message: Shown, before: str = "") -> None:
        """Not kept: it would fill the memory, and nobody reads it."""

    async def response(self, interaction: int) -> float:
        """Seconds until the first response to what somebody has just done."""
        self._waiting[interaction] = asyncio.get_running_loop().create_future()
        await self._waiting[interaction]
        del self._waiting[interaction]
        return self.acknowledged[interaction]

    def forget(self, interaction: int, *, message: bool) -> None:
        """Nobody looks at it again; nor at the `message` that answered it."""
        one = self.interactions.all.pop(interaction)
        del self.interactions.by_token[one.token]
        del self.acknowledged[interaction], self.events[interaction]
        for session in self.gateway.live.values():
            session.sent.clear()
        if message:
            for kept in (one.place.shown, one.place.raw, one.place.files):
                kept.pop(one.original)

    def _log(self, ask: Ask, path: str, error: str) -> None:  # noqa: ARG002
        self.requested[error or ask.template] += 1
        if ask.template.startswith(RESPONSE) and not error:
            waiting = self._waiting.get(ask.id("interaction_id"))
            if waiting and not waiting.done():
                waiting.set_result(None)


@asynccontextmanager
async def running(name: str, module: str, *words: str) -> AsyncIterator[Bot[Local]]:
    """A bot with a server of its own, as soon as it is connected and has put up its commands."""
    async with Local() as server, started(name, server, module, *server.addresses, *words) as bot:
        await ready(server)
        yield bot
        assert_taken(name, server)


async def ready(server: Local) -> None:
    """Wait until a bot is there; then people meet."""
    await server.until(lambda: server.connected and bool(server.commands), 30)
    server.guild(SCHOOL, "School")
    server.channel(SCHOOL, HALL, "hall")


def assert_taken(name: str, server: Local) -> None:
    wrong = server.breaches + server.refusals + server.mistakes
    assert not wrong, f"{name}: the server did not take {len(wrong)} requests: {wrong[0]}"


@dataclass(slots=True)
class Learner:
    """Somebody among others, who alone sees a message with Next and Back: `card`.

    Each turn returns the seconds until the bot's first response reached Discord.
    """

    server: Local
    user: int
    card: int = 0
    pages: int = 0

    async def starts(self, *, course: bool) -> None:
        """Go to that message: in the course it is the second card, the first without a picture."""
        self.server.join(SCHOOL, self.user)
        async with asyncio.timeout(60):
            await self.server.response(self.server.command(self.user, "start", HALL))
            for key in ("m1-intro", "next", "next", "next") if course else ():
                await self._shown(key)
                await self.server.response(self._press(key))
            await self._shown("back")

    async def looks_up(self) -> float:
        server = self.server
        interaction = server.command(self.user, "glossary", HALL, term="tannin")
        took = await server.response(interaction)
        server.forget(interaction, message=True)
        return took

    async def turns_page(self) -> float:
        """Next and Back by turns."""
        self.pages += 1
        interaction = self._press("next" if self.pages % 2 else "back")
        took = await self.server.response(interaction)
        self.server.forget(interaction, message=False)
        return took

    def _press(self, key: str) -> int:
        data = self._button(key)
        assert data, f"card {self.card} has no button {key}"
        return self.server.press(self.user, data, HALL, self.card)

    async def _shown(self, key: str) -> None:
        """Wait until the newest message has such a button: it is the card from then on."""

        def here() -> bool:
            self.card = self.server.seen(self.user, HALL)[-1].id
            return bool(self._button(key))

        await self.server.until(here, 60)

    def _button(self, key: str) -> str:
        rows = self.server.channels[HALL].shown[self.card].rows
        names = (one.custom_id for row in rows for one in row)
        return next((name for name in names if name.startswith(key)), "")


def main() -> None:
    asyncio.run(shown())


async def shown() -> None:
    """The requests of each bot for one turn of each kind."""
    with tempfile.TemporaryDirectory() as folder:
        ours = running(OURS, "benchmarks.discord_ours", f"{folder}/shown.db")
        async with ours as bot, running("echo", "benchmarks.discord_echo") as echo:
            for one in (bot, echo):
                learner = Learner(one.server, 2)
                await learner.starts(course=one is bot)
                for turn in (learner.looks_up, learner.turns_page):
                    one.server.requested.clear()
                    await turn()
                    await asyncio.sleep(0.1)
                    asked = ", ".join(one.server.requested)
                    print(f"{one.name}, {turn.__name__}: {asked}")


if __name__ == "__main__":
    main()
