"""What the soak stands on: both local platforms with faults, and seats that learners sit on.

The servers keep only what somebody may still look at, so that hours of them fit in the memory.
"""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Iterable
from typing import Protocol, TypeVar

from benchmarks.discord_echo import TOKEN
from tests.platforms import discord_http, telegram_server
from tests.platforms.discord_messages import Ask
from tests.platforms.discord_server import DiscordServer
from tests.platforms.discord_server import Shown as OnDiscord
from tests.platforms.telegram_server import Shown as OnTelegram
from tests.platforms.telegram_server import TelegramServer

F = TypeVar("F")

KEPT = 8
"""Messages that somebody can still look at; a person scrolls no further."""

EVENTS = 2_000
"""Events that are kept, so that one can be delivered a second time."""

SCHOOL, HALL = 900, 901

WRONG_ON_TELEGRAM = (
    telegram_server.Fault(status=429, retry_after=1),
    telegram_server.Fault(status=500),
    telegram_server.Fault(status=502, html=True),
    telegram_server.Fault(drop="before"),
    telegram_server.Fault(drop="after"),
    telegram_server.Fault(slow=3),
)
WRONG_ON_DISCORD = (
    discord_http.Fault(status=429, retry_after=0.3),
    discord_http.Fault(status=500),
    discord_http.Fault(status=502, html=True),
    discord_http.Fault(status=503),
    discord_http.Fault(drop="before"),
    discord_http.Fault(drop="after"),
)


class Trouble:
    """How often requests fail: `share` of them, each in one of several ways."""

    def __init__(self, seed: int) -> None:
        self.share = 0.0
        self.done: Counter[str] = Counter()
        self._chance = random.Random(seed)

    def on_telegram(self, _: int, __: str) -> telegram_server.Fault | None:
        fault = self._drawn(WRONG_ON_TELEGRAM)
        self.done["a request on Telegram failed"] += fault is not None
        return fault

    def on_discord(self, _: int, __: str) -> discord_http.Fault | None:
        fault = self._drawn(WRONG_ON_DISCORD)
        self.done["a request on Discord failed"] += fault is not None
        return fault

    def twice(self) -> bool:
        """Whether an event is delivered once more."""
        found = self.share > 0 and self._chance.random() < 0.05
        self.done["an event came twice"] += found
        return found

    def _drawn(self, ways: tuple[F, ...]) -> F | None:
        return self._chance.choice(ways) if self._chance.random() < self.share else None


class Seat(Protocol):
    """How a learner sits before a platform: what they see, and what they can do there."""

    moved: asyncio.Event
    changes: int

    def shows(self, key: str, since: int) -> bool: ...
    def press(self, key: str) -> int: ...
    async def say(self, text: str) -> int: ...
    def again(self, event: int) -> None: ...


# -- Telegram ------------------------------------------------------------------------------------


class Telegram(TelegramServer):
    """A local Telegram with people who come and go, and no memory for what is long over."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__("4242:TEST")
        self.fault = trouble.on_telegram
        self.seats: dict[int, TelegramSeat] = {}
        self.errors: Counter[str] = Counter()

    def changed(self, kind: str, message: OnTelegram, before: str = "") -> None:  # noqa: ARG002
        if seat := self.seats.get(message.chat):
            seat.stir(message.id)

    def _log(self, method: str, data: dict[str, object], error: str) -> None:  # noqa: ARG002
        self.feed.move()
        self.errors[error] += 1

    def tidy(self, user: int) -> None:
        place = self.chats[user]
        for number in list(place.shown)[:-KEPT]:
            del place.shown[number], place.raw[number]
        emitted = self.feed.emitted
        while len(emitted) > EVENTS:
            del emitted[next(iter(emitted))]


class TelegramSeat:
    """Somebody with a private chat."""

    def __init__(self, server: Telegram, user: int) -> None:
        self.server, self.user = server, user
        self.moved, self.changes = asyncio.Event(), 0
        self._changed: dict[int, int] = {}
        server.person(user, f"Person {user}")
        server.seats[user] = self

    def stir(self, message: int) -> None:
        self.changes += 1
        self._changed[message] = self.changes
        while len(self._changed) > KEPT:
            del self._changed[min(self._changed)]
        self.moved.set()

    def shows(self, key: str, since: int) -> bool:
        """Whether a message that changed after `since` changes has this button."""
        shown = self.server.chats[self.user].shown
        newest = [shown[each] for each, at in self._changed.items() if at > since]
        return any(one.data == key for each in newest for row in each.rows for one in row)

    def press(self, key: str) -> int:
        self.server.tidy(self.user)
        return self.server.press(self.user, key)

    async def say(self, text: str) -> int:
        self.server.tidy(self.user)
        return self.server.say(self.user, text)

    def again(self, event: int) -> None:
        if event in self.server.feed.emitted:
            self.server.again(event)


# -- Discord -------------------------------------------------------------------------------------


class Discord(DiscordServer):
    """A local Discord, likewise."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(TOKEN)
        self.fault = trouble.on_discord
        self.limits = False
        self.seats: dict[int, DiscordSeat] = {}
        self.errors: Counter[str] = Counter()
        self.rooms: dict[int, int] = {}
        """Whose private chat a channel is."""

    def changed(self, kind: str, message: OnDiscord, before: str = "") -> None:  # noqa: ARG002
        user = message.ephemeral_for or self.rooms.get(message.channel, 0)
        if seat := self.seats.get(user):
            seat.stir(message)

    def _log(self, ask: Ask, path: str, error: str) -> None:  # noqa: ARG002
        self.errors[error] += 1

    def forget(self, shown: OnDiscord) -> None:
        place = self.channels[shown.channel]
        for kept in (place.shown, place.raw, place.files):
            kept.pop(shown.id, None)

    def tidy(self) -> None:
        """Interactions that are long over, and what was attached to messages."""
        actions = self.interactions
        while len(actions.all) > EVENTS:
            one = actions.all.pop(next(iter(actions.all)))
            actions.by_token.pop(one.token, None)
            actions.acknowledged.pop(one.id, None)
            if shown := actions.shown.get(one.user):
                actions.shown[one.user] = shown[-1:]
        for kept in (self.events, self.messages.attached):
            while len(kept) > EVENTS:
                del kept[next(iter(kept))]


class DiscordSeat:
    """Somebody in a channel among others, or with a private chat."""

    def __init__(self, server: Discord, user: int, *, direct: bool) -> None:
        self.server, self.user = server, user
        self.moved, self.changes = asyncio.Event(), 0
        self.direct = direct
        self.channel = None if direct else HALL
        self._newest: deque[OnDiscord] = deque()
        self._changed: dict[int, int] = {}
        server.person(user, f"Person {user}")
        server.join(SCHOOL, user)
        server.rooms[server.dm(user)] = user
        server.seats[user] = self

    def stir(self, message: OnDiscord) -> None:
        self.changes += 1
        self.moved.set()
        self._newest = deque(one for one in self._newest if one.id != message.id)
        self._newest.append(self.server.channels[message.channel].shown[message.id])
        self._changed[message.id] = self.changes
        while len(self._newest) > KEPT:
            gone = self._newest.popleft()
            del self._changed[gone.id]
            self.server.forget(gone)

    def shows(self, key: str, since: int) -> bool:
        return self._holder(key, since) is not None

    def _holder(self, key: str, since: int = 0) -> tuple[OnDiscord, str] | None:
        """The newest message that offers this, and the menu that does, or ""."""
        for message in reversed(self._newest):
            if self._changed[message.id] <= since:
                continue
            if any(one.custom_id == key for row in message.rows for one in row):
                return message, ""
            for menu in message.selects:
                if key in (value for _, value in menu.options):
                    return message, menu.custom_id
        return None

    def press(self, key: str) -> int:
        self.server.tidy()
        holder = self._holder(key)
        assert holder, f"{self.user} sees no {key}"
        message, menu = holder
        if menu:
            return self.server.select(self.user, menu, [key], message.channel, message.id)
        return self.server.press(self.user, key, message.channel, message.id)

    async def say(self, text: str) -> int:
        """A command, words in a private chat, or words in the dialog behind the Reply button."""
        self.server.tidy()
        if text.startswith("/"):
            return self._command(text[1:])
        if self.direct:
            return self.server.say(self.user, text)
        return await self._written(text)

    def _command(self, text: str) -> int:
        name, _, args = text.partition(" ")
        options = next(one["options"] for one in self.server.commands if one["name"] == name)
        given = {str(options[0]["name"]): args} if args else {}  # type: ignore[index]
        return self.server.command(self.user, name, self.channel, **given)

    async def _written(self, text: str) -> int:
        """0 where the dialog did not open: then they try again."""
        reply = next((key for key in self._keys() if key.startswith("write:")), "")
        if not reply:  # it came as a direct message, where one simply types
            return self.server.say(self.user, text)
        before = self.server.modal(self.user)
        self.press(reply)
        for _ in range(100):
            modal = self.server.modal(self.user)
            if modal is not None and modal is not before:
                filled = {modal.fields[0].custom_id: text}
                return self.server.submit(self.user, modal.custom_id, filled, forged=True)
            await asyncio.sleep(0.05)
        return 0

    def _keys(self) -> Iterable[str]:
        for message in reversed(self._newest):
            for row in message.rows:
                for one in row:
                    yield one.custom_id

    def again(self, event: int) -> None:
        if event in self.server.events:
            self.server.again(event)


def main() -> None:
    print(__doc__)


if __name__ == "__main__":
    main()
