"""Plays .chat conversations with the whole program before a local Telegram.

Every update is delivered twice. With `faults` the server breaks down at every tenth call, each
time in another way; a learner must notice no more of it than a message that comes twice.
"""

import tempfile
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from bot import logs
from bot.conversation import Commanded, Failed, Message, Place, Pressed, Replied, Said
from bot.course.model import Library
from bot.replay.engine_driver import BEGUN
from bot.replay.stage import Difference, Heard
from tests.platforms.telegram_bot import Bot
from tests.platforms.telegram_server import Change, Fault, TelegramServer
from tests.platforms.telegram_spec import specs

PATIENCE = 0.1
"""Seconds after which the bot takes an answer for lost, where there are faults."""

MEMORY = Path("/dev/shm")  # noqa: S108
"""Conversations need no disk, which would take most of their time: crashes are tested elsewhere."""

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


class TelegramDriver:
    """See `stage.Driver`. The learner's id is the speaker's name, so that shuffles are known."""

    def __init__(self, library: Library, *, faults: bool = False) -> None:
        logs.hush()
        where = MEMORY if MEMORY.is_dir() else None
        self._folder = tempfile.TemporaryDirectory(prefix="syllabot-replay-", dir=where)
        self._now: datetime = BEGUN
        self._server = TelegramServer(specs=specs())
        self._server.fault = at_every_tenth if faults else None
        self._bot = Bot(
            self._server,
            Path(self._folder.name) / "replay.db",
            library,
            clock=lambda: self._now,
            mint=lambda: self._newest,
        )
        self._patience = PATIENCE if faults else 10
        self._newest = ""
        self._running = False
        self._numbers = count(1001)
        self._people: dict[str, int] = {}
        self._groups: dict[str, int] = {}
        self._asked: dict[str, str] = {}
        self._seen = 0

    async def act(self, speaker: str, group: str, what: Said | Pressed | Commanded) -> Heard:
        await self._serving()
        self._newest, user = speaker, self._person(speaker)
        update = self._done(user, self._group(group) if group else None, what)
        heard = await self._heard()
        if not update:  # Telegram keeps what people in a group say to each other from bots
            return heard
        self._server.again(update)
        again = await self._heard()
        if again != Heard():
            raise Difference(f"update {update} was delivered twice and answered twice: {again}")
        return heard

    async def model(self, speaker: str, what: str, *, fails: bool) -> Heard:
        await self._serving()
        ask = self.asked(speaker)
        answer = Failed(ask, what) if fails else Replied(ask, what)
        place = Place("telegram", str(self._person(speaker)))
        await self._bot.runner.answer(speaker, f"model:{ask}", place, answer)
        return await self._heard()

    async def wait(self, time: timedelta) -> Heard:
        """Move the clock in steps of an hour, so that jobs wake about when they should."""
        await self._serving()
        until = self._now + time
        while self._now < until:
            self._now = min(until, self._now + timedelta(hours=1))
            await self._bot.runner.wake()
        return await self._heard()

    async def restart(self) -> Heard:
        await self._bot.stop()
        await self._bot.start(patience=self._patience)
        return await self._heard()

    async def edit(self, library: Library) -> Heard:
        self._bot.library = library
        await self._serving()
        await self._bot.runner.use(library)
        return await self._heard()

    def asked(self, speaker: str) -> str:
        return self._asked.get(speaker, "")

    async def close(self) -> None:
        await self._bot.stop()
        if self._running:
            await self._server.stop()
        self._folder.cleanup()
        if self._server.breaches:
            raise Difference(f"Telegram would not have taken this: {self._server.breaches}")

    def _done(self, user: int, chat: int | None, what: Said | Pressed | Commanded) -> int:
        """Do as a person would; the number of the update, 0 for none."""
        match what:
            case Pressed(key):
                return self._server.press(user, key, chat=chat)
            case Commanded(name, args):
                return self._server.say(user, f"/{name} {args}".strip(), chat=chat)
            case Said(text) if text.strip():
                return self._server.say(user, text, chat=chat)
            case _:
                return self._server.send(user, chat=chat, sticker=STICKER)

    def _person(self, speaker: str) -> int:
        if speaker not in self._people:
            self._people[speaker] = next(self._numbers)
            self._server.person(self._people[speaker], speaker)
        return self._people[speaker]

    def _group(self, name: str) -> int:
        if name not in self._groups:
            self._groups[name] = -next(self._numbers)
            self._server.group(self._groups[name], name)
        return self._groups[name]

    async def _serving(self) -> None:
        if not self._running:
            self._running = True
            await self._server.start()
            await self._bot.start(patience=self._patience)

    async def _heard(self) -> Heard:
        """What came of everything so far."""
        await self._bot.quiet()
        commits, messages = list(self._bot.commits), tuple[Message, ...]()
        self._bot.commits.clear()
        for commit in commits:
            messages += commit.messages
            waiting = commit.session.waiting if commit.session else None
            self._asked[commit.learner] = waiting.id if waiting else ""
        records = tuple(record for commit in commits for record in commit.records)
        seen, self._seen = self._server.changes[self._seen :], len(self._server.changes)
        return Heard(messages, records, "\n\n".join(filter(None, map(shown, seen))))


def shown(change: Change) -> str:
    """What a person sees of a change: of a longer text only what is new in it."""
    message = change.message
    if change.kind in ("markup", "deleted"):
        return ""
    text = message.text.removeprefix(change.before) if change.before else message.text
    labels = [button.text for row in message.rows for button in row]
    return "\n".join([text, *labels, message.placeholder]).strip()
