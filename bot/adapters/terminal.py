"""The terminal: one learner, one screen. Colours and Markdown by rich, or plain text.

Plain is for screen readers, pipes and NO_COLOR. Files that were made for the learner are written
into one folder of our choosing, never where a name in a message points.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.text import Text

from bot.adapters.plain import plain
from bot.conversation import (
    Choice,
    Commanded,
    File,
    Inbound,
    Message,
    Outgoing,
    Place,
    Said,
)
from bot.phrases import say

PLATFORM = "terminal"
WAIT = 3.0
"""Seconds after which somebody who waits for an answer is told that one is thought of."""

WIDTH = 84
"""Columns at most: longer lines are hard to read."""


# -- in: what was typed ----------------------------------------------------------------------


def to_inbound(line: str, name: str, number: str) -> Inbound:
    """A typed line as what it means: a command where it begins with a slash, words otherwise.

    `number` is the line's own, unlike any other's in this file of progress.
    """
    place = Place(PLATFORM, name)
    text = line.strip()
    what: Said | Commanded = Said(text)
    if text.startswith("/") and text.strip("/"):
        command, _, args = text.lstrip("/").partition(" ")
        what = Commanded(command.casefold(), args.strip())
    # Without the name: event ids are kept when a learner is forgotten.
    return Inbound(f"{PLATFORM}:{number}", f"{PLATFORM}:{name}", place, what)


# -- out: what is shown ----------------------------------------------------------------------


def as_plain(message: Message) -> str:
    """A message as plain text."""
    parts = [f"{message.speaker}:"] if message.speaker else []
    parts.append(plain(message.text))
    parts += pictures(message)
    if message.choices:
        parts.append("\n".join(choice_lines(message.choices)))
    if message.write:
        parts.append(message.write)
    return "\n\n".join(parts)


def as_rich(message: Message) -> RenderableType:
    """A message with colours and Markdown."""
    parts: list[RenderableType] = []
    if message.speaker:
        parts.append(Text(message.speaker, style="bold magenta"))
    parts.append(Markdown(message.text, code_theme="ansi_dark", hyperlinks=False))
    parts += [Text(f"\n{picture}", style="italic") for picture in pictures(message)]
    if message.choices:
        parts.append(Text("\n".join(["", *choice_lines(message.choices)]), style="cyan"))
    if message.write:
        parts.append(Text(message.write, style="italic cyan"))
    return Padding(Group(*parts), (1, 2, 0, 2))


def pictures(message: Message) -> list[str]:
    """What the pictures of a message show, in words."""
    shown = [file for file in message.files if not file.data]
    return [say("en", "picture.words", alt=file.alt) for file in shown]


def choice_lines(choices: tuple[Choice, ...]) -> list[str]:
    """Letters that stand in the text already are named in one line; all others are numbered."""
    numbered = list(enumerate(choices, 1))
    lines = [f"{number}  {choice.label}" for number, choice in numbered if len(choice.label) > 1]
    *most, last = [choice.label for choice in choices if len(choice.label) == 1] or [""]
    listed = ", ".join(most) + say("en", "terminal.or") + last if most else last
    return [say("en", "terminal.letters", letters=listed), *lines] if last else lines


class Terminal:
    """Shows messages on a console; see `adapters.base.Adapter`."""

    def __init__(self, console: Console, *, is_plain: bool, files: Path) -> None:
        self._console = console
        self._is_plain = is_plain
        self._files = files
        self._shown = 0

    @property
    def door(self) -> str:
        """See `adapters.base.Adapter.door`."""
        return "/join {code}"

    async def send(self, outgoing: Outgoing) -> str:
        """Print a message; a terminal turns no pages, so each is new."""
        message = outgoing.message
        if message.to:
            self.print(say("en", "terminal.post", chat=outgoing.place.chat))
        if self._is_plain:
            self._console.print(Text(f"\n{as_plain(message)}"), soft_wrap=True)
        else:
            self._console.print(as_rich(message))
        for file in message.files:
            if file.data:
                self.print(say("en", "terminal.file", path=str(self._save(file))))
        self._shown += 1
        return str(self._shown)

    async def think(self, place: Place, event: str) -> None:  # noqa: ARG002
        """Say so once, and late: nothing moves here, and screen readers are left in peace."""
        await asyncio.sleep(WAIT)
        self.print(say("en", "terminal.thinks"))

    def print(self, text: str) -> None:
        """Say something that is no message of the course."""
        self._console.print(Text(text, style="" if self._is_plain else "dim"), soft_wrap=True)

    def _save(self, file: File) -> Path:
        self._files.mkdir(parents=True, exist_ok=True)
        path = self._files / Path(file.name).name
        path.write_bytes(file.data)
        return path


# -- the keyboard ----------------------------------------------------------------------------


def wants_plain(asked: bool) -> bool:
    """Whether to show plain text: asked for, under NO_COLOR, or where nobody sees colours."""
    return asked or bool(os.environ.get("NO_COLOR")) or not sys.stdout.isatty()


async def typed(*, is_plain: bool) -> AsyncIterator[str]:
    """The lines that somebody types, until the end of input."""
    if is_plain or not sys.stdin.isatty():
        async for line in _piped():
            yield line
        return
    from prompt_toolkit import PromptSession
    from prompt_toolkit.formatted_text import ANSI

    session: PromptSession[str] = PromptSession()
    while True:
        try:
            yield await session.prompt_async(ANSI("\n\x1b[1;36m›\x1b[0m "))
        except EOFError:
            return


async def _piped() -> AsyncIterator[str]:
    """Lines from a pipe, a file, or a terminal that edits its own lines."""
    loop = asyncio.get_running_loop()
    fd = sys.stdin.fileno()
    kept = b""
    while True:
        chunk = await _readable(loop, fd)
        kept += chunk
        *lines, kept = kept.split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "replace")
        if not chunk:
            if kept:
                yield kept.decode("utf-8", "replace")
            return


async def _readable(loop: asyncio.AbstractEventLoop, fd: int) -> bytes:
    """The next bytes, without a thread that would outlive Ctrl-C."""
    ready = asyncio.Event()
    try:
        loop.add_reader(fd, ready.set)
    except PermissionError:  # a regular file is always ready, and cannot be watched
        return os.read(fd, 65536)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(fd)
    return os.read(fd, 65536)
