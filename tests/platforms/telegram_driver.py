"""Plays .chat conversations with the whole program before a local Telegram.

Every update is delivered twice. With `faults` the server breaks down at every tenth call, each
time in another way; a learner must notice no more of it than a message that comes twice.
"""

from itertools import count

from bot.conversation import Commanded, Place, Pressed, Said
from bot.course.model import Library
from tests.platforms.driver import PlatformDriver
from tests.platforms.telegram_bot import Bot
from tests.platforms.telegram_server import Change, Fault, TelegramServer
from tests.platforms.telegram_spec import specs

PATIENCE = 0.1
"""Seconds after which the bot takes an answer for lost, where there are faults."""

FAULTS = (
    Fault(status=429, retry_after=1),
    Fault(status=500),
    Fault(drop="before"),
    Fault(status=502, html=True),
    Fault(drop="after"),
    Fault(slow=2 * PATIENCE),
)

STICKER = {
    "file_id": "s",
    "file_unique_id": "s",
    "type": "regular",
    "width": 1,
    "height": 1,
    "is_animated": False,
    "is_video": False,
}


def at_every_tenth(number: int, method: str) -> Fault | None:
    return None if number % 10 else FAULTS[number // 10 % len(FAULTS)]


class TelegramDriver(PlatformDriver):
    """See `PlatformDriver`."""

    def __init__(self, library: Library, *, faults: bool = False) -> None:
        super().__init__()
        self.server = TelegramServer(specs=specs())
        self.server.fault = at_every_tenth if faults else None
        clock, mint = lambda: self.now, lambda: self.newest
        self.bot = Bot(self.server, self.path, library, clock=clock, mint=mint)
        self.text = shown
        self._patience = PATIENCE if faults else 10
        self._numbers = count(1001)
        self._people: dict[str, int] = {}
        self._groups: dict[str, int] = {}
        self._whispered = 0

    def account(self, speaker: str) -> str:
        return f"telegram:{self._person(speaker)}"

    async def begin(self) -> None:
        """What waited for Telegram to be reached is out when it asks for news."""
        await self.bot.start(patience=self._patience)
        await self.server.until(lambda: self.server.feed.polled)

    def wrong(self) -> list[str]:
        return self.server.breaches

    def place(self, speaker: str) -> Place:
        return Place("telegram", str(self._person(speaker)))

    async def done(self, speaker: str, group: str, what: Said | Pressed | Commanded) -> int:
        """Telegram keeps what people in a group say to each other from bots: that is no update."""
        user, chat = self._person(speaker), self._group(group) if group else None
        match what:
            case Pressed(key):
                return self.server.press(user, key, chat=chat)
            case Commanded(name, args):
                return self.server.say(user, f"/{name} {args}".strip(), chat=chat)
            case Said(text) if text.strip():
                return self.server.say(user, text, chat=chat)
            case _:
                return self.server.send(user, chat=chat, sticker=STICKER)

    def whispers(self) -> list[str]:
        answered = [text for text in self.server.callbacks.values() if text]
        fresh, self._whispered = answered[self._whispered :], len(answered)
        return fresh

    def _person(self, speaker: str) -> int:
        if speaker not in self._people:
            self._people[speaker] = next(self._numbers)
            self.server.person(self._people[speaker], speaker)
        return self._people[speaker]

    def _group(self, name: str) -> int:
        if name not in self._groups:
            self._groups[name] = -next(self._numbers)
            self.server.group(self._groups[name], name)
            admins = {self._person(each) for each in self.administrators}
            self.server.chats[self._groups[name]].admins |= admins
        return self._groups[name]


def shown(change: Change) -> str:
    """What a person sees of a change: of a longer text only what is new in it."""
    message = change.message
    if change.kind in ("markup", "deleted"):
        return ""
    text = message.text.removeprefix(change.before) if change.before else message.text
    labels = [button.text for row in message.rows for button in row]
    return "\n".join([text, *labels, message.placeholder]).strip()
