"""Plays .chat conversations with the whole program before a local Discord.

In a server everybody has buttons and a dialog to write in; with `direct` all is done in direct
messages. Every event is dispatched twice. With `faults` the server breaks down at every tenth
call, each time in another way; a learner must notice no more of it than a message that comes twice.
"""

import asyncio
import re
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from bot import logs
from bot.conversation import Commanded, Failed, Message, Outgoing, Place, Pressed, Replied, Said
from bot.course.model import Library
from bot.replay.engine_driver import BEGUN
from bot.replay.stage import Difference, Heard
from tests.platforms.discord_bot import Bot
from tests.platforms.discord_server import Change, DiscordServer, Fault, Shown
from tests.platforms.telegram_driver import MEMORY
from tests.platforms.telegram_spec import specs

SCHOOL, HALL, ROLE = 900, 901, 902

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


class DiscordDriver:
    """See `stage.Driver`. The learner's id is the speaker's name, so that shuffles are known."""

    def __init__(self, library: Library, *, direct: bool = False, faults: bool = False) -> None:
        logs.hush()
        where = MEMORY if MEMORY.is_dir() else None
        self._folder = tempfile.TemporaryDirectory(prefix="syllabot-replay-", dir=where)
        self._now: datetime = BEGUN
        self._server = DiscordServer(specs=specs())
        self._server.fault = at_every_tenth if faults else None
        # What this server itself dispatches is checked by its own tests: here it would take
        # a quarter of the time.
        self._server.gateway.event_check = None
        self._bot = Bot(
            self._server,
            Path(self._folder.name) / "replay.db",
            library,
            clock=lambda: self._now,
            mint=lambda: self._newest,
        )
        self._direct = direct
        self._sleep = asyncio.sleep
        if faults:
            asyncio.sleep = _hasty(asyncio.sleep)  # type: ignore[assignment]
        self._newest = ""
        self._running = False
        self._numbers = count(1001)
        self._people: dict[str, int] = {}
        self._channels: dict[str, int] = {}
        self._asked: dict[str, str] = {}
        self._seen = 0

    async def act(self, speaker: str, group: str, what: Said | Pressed | Commanded) -> Heard:
        await self._serving()
        self._newest, user = speaker, self._person(speaker)
        event = await self._done(user, self._channel(group), what)
        heard = await self._heard()
        self._server.again(event)
        again = await self._heard()
        if again != Heard():
            raise Difference(f"event {event} was dispatched twice and answered twice: {again}")
        return heard

    async def model(self, speaker: str, what: str, *, fails: bool) -> Heard:
        await self._serving()
        ask = self.asked(speaker)
        answer = Failed(ask, what) if fails else Replied(ask, what)
        user = self._person(speaker)
        place = Place("discord", str(HALL), str(user))
        if self._direct:
            place = Place("discord", str(user))
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
        await self._bot.start()
        return await self._heard()

    async def edit(self, library: Library) -> Heard:
        self._bot.library = library
        await self._serving()
        await self._bot.runner.use(library)
        return await self._heard()

    def asked(self, speaker: str) -> str:
        return self._asked.get(speaker, "")

    async def close(self) -> None:
        asyncio.sleep = self._sleep
        await self._bot.stop()
        if self._running:
            await self._server.stop()
        self._folder.cleanup()
        server = self._server
        if wrong := server.breaches + server.mistakes:
            raise Difference(f"Discord would not have taken this: {wrong}")
        if server.failed:
            raise Difference(f"people were told that the app did not respond: {server.failed}")

    async def _done(self, user: int, channel: int | None, what: Said | Pressed | Commanded) -> int:
        """Do as a person would; the id of the interaction or message."""
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
        if any(message.author_bot for message in self._server.seen(user, channel)):
            return
        place = Place("discord", str(user))
        if channel:
            place = Place("discord", str(channel), private=False)
        await self._bot.adapter.send(Outgoing(-1, "", "", place, Message("Hello!")))
        self._seen = len(self._server.changes)

    def _press(self, user: int, key: str, channel: int | None) -> int:
        for message in reversed(self._server.seen(user, channel)):
            for select in message.selects:
                if key in [value for _, value in select.options]:
                    return self._server.select(user, select.custom_id, [key], channel, message.id)
        return self._server.press(user, key, channel)

    async def _command(self, user: int, channel: int | None, name: str, args: str) -> int:
        """A slash command, where Discord offers it so; else it is written out."""
        options = {c["name"]: c["options"] for c in self._server.commands}
        if name not in options or (args and not options[name]):
            return await self._say(user, channel, f"/{name} {args}".strip())
        given = {str(options[name][0]["name"]): args} if args else {}  # type: ignore[index]
        return self._server.command(user, name, channel, **given)

    async def _say(self, user: int, channel: int | None, text: str) -> int:
        """Type in direct messages; in a server, in the dialog behind a button."""
        if channel is None or not self._server.seen(user, channel):
            # There is nothing to reply to yet, so they write directly.
            files = () if text.strip() else (("wave.png", b"wave"),)
            return self._server.say(user, text, files=files)
        shown = [b.custom_id for m in self._server.seen(user, channel) for b in _buttons(m)]
        reply = next((key for key in reversed(shown) if key.startswith("write:")), "write:")
        self._server.press(user, reply, channel)
        await self._bot.quiet()
        modal = self._server.modal(user)
        assert modal
        filled = {modal.fields[0].custom_id: text or " "}
        return self._server.submit(user, modal.custom_id, filled, forged=True)

    def _person(self, speaker: str) -> int:
        if speaker not in self._people:
            self._people[speaker] = user = next(self._numbers)
            self._server.person(user, speaker)
            self._server.join(SCHOOL, user)
        return self._people[speaker]

    def _channel(self, group: str) -> int | None:
        if not group:
            return None if self._direct else HALL
        if group not in self._channels:
            self._channels[group] = next(self._numbers)
            self._server.channel(SCHOOL, self._channels[group], group.lstrip("#"))
        return self._channels[group]

    async def _serving(self) -> None:
        if not self._running:
            self._running = True
            await self._server.start()
            self._server.guild(SCHOOL, "School")
            self._server.channel(SCHOOL, HALL, "hall")
            await self._bot.start()

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
