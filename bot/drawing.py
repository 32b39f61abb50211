"""Draws the pictures of messages, before they are committed: what is kept is what was seen."""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace

from bot.conversation import File, Message, Picture
from bot.watch import failed

log = logging.getLogger(__name__)


class Drawing:
    """`draw` makes a picture's PNG; without it pictures are left out. One is drawn at a time, in a
    thread of its own, so that it holds up no turn without pictures.
    """

    def __init__(self, draw: Callable[[Picture], bytes] | None) -> None:
        self._draw = draw
        self._one_at_a_time = asyncio.Lock()

    async def drawn(self, messages: tuple[Message, ...]) -> tuple[Message, ...]:
        """The messages with their pictures drawn; one that cannot be drawn is left out, since its
        message says the same.
        """
        if not any(file.picture for message in messages for file in message.files):
            return messages
        async with self._one_at_a_time:
            return tuple([await self._with_pictures(message) for message in messages])

    async def _with_pictures(self, message: Message) -> Message:
        files: list[File] = []
        for file in message.files:
            try:
                files += await self._picture(file)
            except Exception:
                failed(log, "no %s was drawn", type(file.picture).__name__)
        return replace(message, files=tuple(files))

    async def _picture(self, file: File) -> list[File]:
        if file.picture is None:
            return [file]
        if self._draw is None:
            return []
        data = await asyncio.to_thread(self._draw, file.picture)
        digest = hashlib.sha256(data).hexdigest()
        return [replace(file, hash=digest, data=data, picture=None)]
