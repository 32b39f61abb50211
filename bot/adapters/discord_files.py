"""What is uploaded with a message on Discord: its pictures and its other files."""

import asyncio
import io
from collections.abc import Callable, Iterable
from typing import Final

import discord

from bot.adapters.discord_components import ALT, name_of
from bot.conversation import File, Message

Files = Callable[[], list[discord.File]]
"""Files to upload, anew for each try: one that was sent is used up."""


def uploads(files: Iterable[tuple[str, bytes, str]]) -> Files:
    """Files to upload, each with its name, its bytes and what it shows."""
    kept = tuple(files)
    return lambda: [
        discord.File(io.BytesIO(data), name, description=alt or None) for name, data, alt in kept
    ]


NONE: Final = uploads(())


async def files_of(
    message: Message, picture: Callable[[str], bytes | None]
) -> tuple[Files, tuple[File, ...]]:
    """What is uploaded with a message, and the pictures that are not there any more.

    `picture` gives a picture's bytes by their hash; since it may read a file, a thread calls it.
    """
    found: list[tuple[File, bytes]] = []
    lost: list[File] = []
    for file in message.files:
        data: bytes | None = file.data or None
        if data := data or await asyncio.to_thread(picture, file.hash):
            found.append((file, data))
        else:
            lost.append(file)
    return uploads((name_of(file), data, file.alt[:ALT]) for file, data in found), tuple(lost)
