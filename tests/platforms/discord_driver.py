"""Plays .chat conversations with the whole program before a local Discord.

In a server everybody has buttons and a dialog to write in; with `direct` all is done in direct
messages. Every event is dispatched twice. With `faults` the server breaks down at every tenth
call, each time in another way; a learner must notice no more of it than a message that comes twice.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from itertools import count

from bot.conversation import Commanded, Message, Outgoing, Place, Pressed, Said
from bot.course.model import Library
from tests.platforms.discord_bot import Bot
from tests.platforms.discord_server import Change, DiscordServer, Fault, Shown
from tests.platforms.driver import PlatformDriver
from tests.platforms.telegram_spec import specs

SCHOOL, HALL = 900, 901

SOON = 0.2
"""Seconds after which the bot says by itself that it heard somebody; two where nobody hurries."""

FAULTS = (
    Fault(status=429, retry_after=0.01),
    Fault(status=500),
    Fault(drop="before"),
    Fault(status=502, html=True),
    Fault(drop="after"),
    Fault(status=503),
)


def at_every_tenth(number: int, template: str) -> Fault | None:
    return None if number % 10 else FAULTS[number // 10 % len(FAULTS)]


class DiscordDriver(PlatformDriver):
    """See `PlatformDriver`."""

    def __init__(self, library: Library, *, direct: bool = False, faults: bool = False) -> None:
        super().__init__()
        self.server = DiscordServer(specs=specs())
        self.server.fault = at_every_tenth if faults else None
        # What this server itself dispatches is checked by its own tests: here it would take
        # a quarter of the time.
        self.server.gateway.event_check = None
        clock, mint = lambda: self.now, lambda: self.newest
        self.bot = Bot(self.server, self.path, library, clock=clock, mint=mint)
        self.text = shown
        self._direct = direct
        self._sleep = asyncio.sleep
        if faults:
            asyncio.sleep = _hasty(asyncio.sleep)  # type: ignore[assignment]
        self._numbers = count(1001)
        self._people: dict[str, int] = {}
        self._channels: dict[str, int] = {}

    def account(self, speaker: str) -> str:
        return f"discord:{self._person(speaker)}"

    async def begin(self) -> None:
        self._school()
        # Whoever shows that it thinks waits as long before it takes the sign away.
        await self.bot.start(soon=SOON)

    def _school(self) -> None:
        if SCHOOL not in self.server.guilds:
            self.server.guild(SCHOOL, "School")
            self.server.channel(SCHOOL, HALL, "hall")

    async def close(self) -> None:
        asyncio.sleep = self._sleep
        await super().close()

    def wrong(self) -> list[str]:
        late = [f"an answer to {number} that came too late" for number in self.server.failed]
        return self.server.breaches + self.server.mistakes + late

    def place(self, speaker: str) -> Place:
        user = str(self._person(speaker))
        return Place("discord", user) if self._direct else Place("discord", str(HALL), user)

    async def done(self, speaker: str, group: str, what: Said | Pressed | Commanded) -> int:
        user, channel = self._person(speaker), self._channel(group)
        match what:
            case Pressed(key):
                await self._something_shown(user, channel)
                return self._press(user, key, channel)
            case Commanded(name, args):
                return await self._command(user, channel, name, args)
            case Said(text):
                return await self._say(user, channel, text)

    async def _something_shown(self, user: int, channel: int | None) -> None:
        """A button needs a message that it stands on: a post, where there is nothing else."""
        if any(message.author_bot for message in self.server.seen(user, channel)):
            return
        place = Place("discord", str(user))
        if channel:
            place = Place("discord", str(channel), private=False)
        await self.bot.adapter.send(Outgoing(-1, "", "", place, Message("Hello!")))
        self.overlook()

    def _press(self, user: int, key: str, channel: int | None) -> int:
        for message in reversed(self.server.seen(user, channel)):
            for select in message.selects:
                if key in [value for _, value in select.options]:
                    return self.server.select(user, select.custom_id, [key], channel, message.id)
        return self.server.press(user, key, channel)

    async def _command(self, user: int, channel: int | None, name: str, args: str) -> int:
        """A slash command, where Discord offers it so; else it is written out."""
        options = {c["name"]: c["options"] for c in self.server.commands}
        if name not in options or (args and not options[name]):
            return await self._say(user, channel, f"/{name} {args}".strip())
        given = {str(options[name][0]["name"]): args} if args else {}  # type: ignore[index]
        return self.server.command(user, name, channel, **given)

    async def _say(self, user: int, channel: int | None, text: str) -> int:
        """Type in direct messages; in a server, in the dialog behind a button."""
        if channel is None or not self.server.seen(user, channel):
            # There is nothing to reply to yet, so they write directly.
            files = () if text.strip() else (("wave.png", b"wave"),)
            return self.server.say(user, text, files=files)
        shown = [b.custom_id for m in self.server.seen(user, channel) for b in _buttons(m)]
        reply = next((key for key in reversed(shown) if key.startswith("write:")), "write:")
        self.server.press(user, reply, channel)
        await self.bot.quiet()
        modal = self.server.modal(user)
        assert modal
        filled = {modal.fields[0].custom_id: text or " "}
        return self.server.submit(user, modal.custom_id, filled, forged=True)

    def _person(self, speaker: str) -> int:
        if speaker not in self._people:
            self._school()
            self._people[speaker] = user = next(self._numbers)
            self.server.person(user, speaker)
            self.server.join(SCHOOL, user)
            if speaker in self.administrators:
                self.server.guilds[SCHOOL].admins.add(user)
        return self._people[speaker]

    def _channel(self, group: str) -> int | None:
        if not group:
            return None if self._direct else HALL
        if group not in self._channels:
            self._channels[group] = next(self._numbers)
            self.server.channel(SCHOOL, self._channels[group], group.lstrip("#"))
        return self._channels[group]


def _hasty(sleep: Callable[[float], Awaitable[None]]) -> Callable[[float], Awaitable[None]]:
    """The library waits up to 25 seconds before it gives a request up."""

    async def hasty(seconds: float, result: object = None) -> None:
        await sleep(min(seconds, 0.02))

    return hasty


def _buttons(message: Shown) -> list[object]:
    return [button for row in message.rows for button in row]


def shown(change: Change) -> str:
    """What a person sees of a change: of a longer text only what is new in it."""
    message = change.message
    if change.kind in ("components", "deleted"):
        return ""
    text = message.text.removeprefix(change.before) if change.before else message.text
    labels = [button.label for row in message.rows for button in row]
    labels += [label for select in message.selects for label, _ in select.options]
    return "\n".join([unmarked(text), *labels, *message.alts]).strip()


def unmarked(text: str) -> str:
    """A text as people read it: without Discord's marks and escapes."""
    text = re.sub(r"(?m)^(> )?-# ", r"\1", text)
    text = re.sub(r"<(https?://[^>]*)>", r"\1", text)
    text = re.sub(r"(?<![\w\\])_|(?<!\\)_(?!\w)", "", text)
    return re.sub(r"\\([^\w\s])|\\(_)", r"\1\2", text)
