"""Plays a conversation against a driver and stops at the first difference."""

import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal, Protocol

from bot.conversation import (
    Choice,
    Commanded,
    Message,
    Place,
    Pressed,
    Record,
    Said,
    Terms,
)
from bot.course.model import Library
from bot.replay.record_words import described
from bot.replay.script import (
    LEARNER,
    Act,
    Conversation,
    Edit,
    Expect,
    Model,
    Restart,
    Script,
    Step,
    Wait,
)

BEGUN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""When every conversation begins: a Monday."""

_CODE = re.compile(r"\b[0-9A-Z]{4,5}(?:-[0-9A-Z]{4,5}){1,3}\b")
"""A code of an invitation, or of a certificate."""


class Difference(Exception):
    """A conversation went otherwise than its file says; the text says where and how."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one step led to: `text` is what was seen, as the driver's platform shows it."""

    messages: tuple[Message, ...] = ()
    records: tuple[Record, ...] = ()
    text: str = ""


def place_of(platform: str, speaker: str, group: str) -> Place:
    """Where somebody speaks: in a group, or alone with us where `group` is ""."""
    return Place(platform, group, private=False) if group else Place(platform, speaker)


class Driver(Protocol):
    """A world to play a conversation in: one way from an event to what is seen of it.

    `terms` are set before it begins, and who has more rights: `operators` run the bot,
    `administrators` the groups that they write in; `access` is as in Caller.
    """

    terms: Terms
    operators: frozenset[str]
    administrators: frozenset[str]
    access: Literal["open", "cohort"]

    async def act(self, speaker: str, group: str, what: Said | Pressed | Commanded) -> Heard:
        """Somebody does something, in `group` or alone with us (""). Raises Difference."""
        ...

    async def model(self, speaker: str, what: str, *, fails: bool) -> Heard:
        """The model that somebody awaits answers `what`, or fails for that reason."""
        ...

    async def wait(self, time: timedelta) -> Heard:
        """The clock moves on; what is due meanwhile happens."""
        ...

    async def restart(self) -> Heard:
        """The program stops and starts again with what it kept."""
        ...

    async def edit(self, library: Library) -> Heard:
        """The course is another one from now on."""
        ...

    def asked(self, speaker: str) -> str:
        """The id of the question to a model that somebody awaits, "" for none."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


Load = Callable[[Path], Library]


async def play(
    script: Script, conversation: Conversation, library: Library, driver: Driver, load: Load
) -> None:
    """Play one conversation. Raises Difference at the first one; `load` reads an edited course."""
    scene = _Stage(script, library, driver, load)
    try:
        for step in conversation.steps:
            await scene.take(step)
    finally:
        await driver.close()
        scene.clear()


class _Stage:
    """What one conversation has shown so far."""

    def __init__(self, script: Script, library: Library, driver: Driver, load: Load) -> None:
        self._path = script.path
        self._course = script.course
        self._driver = driver
        self._load = load
        self._library = library
        self._heard = Heard()
        self._speaker = LEARNER
        self._shown: dict[str, list[Choice]] = {}
        self._copy: Path | None = None
        self._code = ""

    async def take(self, step: Step) -> None:
        """Play one step. Raises Difference."""
        match step:
            case Expect():
                self._check(step)
                return
            case Act(line, speaker, group, words):
                self._speaker = speaker
                heard = await self._driver.act(speaker, group, self._meant(line, speaker, words))
            case Wait(_, time):
                heard = await self._driver.wait(time)
            case Restart():
                heard = await self._driver.restart()
            case Edit():
                heard = await self._driver.edit(self._edited(step))
            case Model(line, words, fails):
                if not self._driver.asked(self._speaker):
                    raise Difference(f"{self._path}:{line}: no model was asked, so none answers")
                heard = await self._driver.model(self._speaker, words, fails=fails)
        self._heard = heard
        shown = self._shown.setdefault(self._speaker, [])
        shown += [c for message in heard.messages if not message.to for c in message.choices]
        # What is posted, or sent to somebody else, can be pressed by whoever is there.
        others = self._shown.setdefault("", [])
        others += [c for message in heard.messages if message.to for c in message.choices]
        for message in heard.messages:
            self._code = next(iter(_CODE.findall(message.text)), self._code)

    def _meant(self, line: int, speaker: str, words: str) -> Said | Pressed | Commanded:
        words = words.replace("{code}", self._code)
        if words.startswith("[=") and words.endswith("]"):
            return Pressed(words[2:-1])
        if words.startswith("[") and words.endswith("]"):
            return Pressed(self._newest(line, speaker, words[1:-1]))
        if words.startswith("/") and words != "/":
            name, _, args = words[1:].partition(" ")
            return Commanded(name.casefold(), args.strip())
        return Said(words)

    def _newest(self, line: int, speaker: str, start: str) -> str:
        shown = [*self._shown.get("", []), *self._shown.get(speaker, [])]
        keys = [choice.key for choice in reversed(shown)]
        exact = [key for key in keys if fnmatchcase(key.partition(".")[0], start)]
        begun = [key for key in keys if fnmatchcase(key, f"{start}*")]
        if not exact + begun:
            newest = ", ".join(dict.fromkeys(key.partition(".")[0] for key in keys[:8])) or "none"
            raise Difference(
                f"{self._path}:{line}: no choice [{start}] was shown; newest: {newest}"
            )
        return (exact or begun)[0]

    def _edited(self, step: Edit) -> Library:
        source = self._course or Path("content")
        if self._copy is None:
            self._copy = Path(tempfile.mkdtemp(prefix="syllabot-replay-")) / source.name
            shutil.copytree(source, self._copy)
        target = self._copy / step.file
        if step.replacement is None:
            shutil.rmtree(target) if target.is_dir() else target.unlink()
        elif step.replacement.is_dir():
            shutil.copytree(step.replacement, target, dirs_exist_ok=True)
        else:
            shutil.copyfile(step.replacement, target)
        return self._load(self._copy)

    def _check(self, expect: Expect) -> None:
        seen = self._seen(expect.where)
        if expect.where == "silence":
            found = not seen
        else:
            found = any(_bare(expect.words) in _bare(text) for text in seen)
        if found == expect.absent:
            raise Difference(self._told(expect, seen))

    def _seen(self, where: str) -> list[str]:
        messages = self._heard.messages
        match where:
            case "record":
                return [described(record) for record in self._heard.records]
            case "ask":
                return [self._driver.asked(self._speaker)]
            case "post":
                return [f"{m.to.chat}: {m.text}" for m in messages if m.to and not m.to.private]
            case "told":
                return [m.text for m in messages if m.to and m.to.private]
            case "file":
                files = [file for message in messages for file in message.files]
                return [f"{f.name} {f.alt} {f.data.decode('utf-8', 'replace')}" for f in files]
            case _:
                return [self._heard.text] if self._heard.text.strip() else []

    def _told(self, expect: Expect, seen: list[str]) -> str:
        place = f"{self._path}:{expect.line}: "
        what = f"{{{expect.where}}} {expect.words}".replace("{reply} ", "").strip()
        told = "should not be there" if expect.absent else "is missing"
        shown = "\n".join("    " + line for text in seen for line in text.strip().splitlines())
        return f"{place}“{what}” {told}; there was:\n{shown or '    nothing'}"

    def clear(self) -> None:
        """Remove the copy of the course that was edited."""
        if self._copy is not None:
            shutil.rmtree(self._copy.parent)


def _bare(text: str) -> str:
    """Text as it is compared: without marks of emphasis, quotes, bullets and line breaks."""
    unmarked = re.sub(r"^\s*(?:[>▌•-]\s+)+", "", text, flags=re.MULTILINE)
    return " ".join(re.sub(r"[*`]", "", unmarked).split())
