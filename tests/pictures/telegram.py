"""The README's picture of a lesson on Telegram, from a real run: python -m tests.pictures.telegram

The whole bot talks through the real client library to the local Telegram of the tests. What is
drawn is what that server was sent: texts with their entities, pictures, and rows of buttons.
"""

import asyncio
import copy
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from PIL import Image

from bot.commands.replay import read

from ..platforms.telegram_driver import TelegramDriver
from ..platforms.telegram_server import Shown
from .chat import (
    HALF,
    Buttons,
    Line,
    Look,
    Photo,
    Said,
    Scene,
    Span,
    Text,
    beside,
    button,
    captioned,
    framed,
    page,
    photo,
    save,
    stacked,
    text,
    window,
)
from .lesson import CONTENT, WHO, walked

PICTURE = Path(__file__).with_name("telegram.png")
WALL, PAD, INSIDE = "#c9dcc3", 20, 20
BUBBLE = HALF - 2 * PAD - 60
ROOM = BUBBLE - 2 * INSIDE
THEIRS = Look("#ffffff", "#1b1f24", "#5f6b76", "#eceff2", "#3b8ac4")
MINE = Look("#e3f8cf", "#1b1f24", "#5f6b76", "#eceff2", "#4f9e3f")
HEAD = Look("#4a7ba6", "#ffffff", "#ffffff", "#4a7ba6", "#4a7ba6")
NEWEST = 2, 3, 2
"""Messages in each part of the picture."""

BUTTON = "#5d7d5c", "#ffffff"
STYLES = {"bold", "italic", "code"}


async def scenes() -> list[Scene]:
    """What stood in Ann's chat with the bot, three times."""
    driver = TelegramDriver(read(CONTENT))
    chat = driver.server.chat
    try:
        parts = await walked(driver, lambda user: [copy.copy(one) for one in chat(user)], NEWEST)
    finally:
        await driver.close()
    return [Scene(caption, tuple(map(said, messages))) for caption, messages in parts]


def said(shown: Shown) -> Said:
    """A message as it is drawn."""
    photos = [Photo(shown.photo)] if shown.photo else []
    rows = [Buttons(tuple((one.text, "") for one in row)) for row in shown.rows]
    return Said("Syllabot" if shown.by_bot else WHO, (*photos, Text(tuple(lines(shown))), *rows))


def lines(shown: Shown) -> Iterator[Line]:
    """The text, cut at its line breaks and wherever an entity begins or ends."""
    units = shown.text.encode("utf-16-le")  # entities are counted in these
    spans = [
        (
            str(one["type"]),
            int(str(one["offset"])),
            int(str(one["offset"])) + int(str(one["length"])),
        )
        for one in shown.entities
    ]
    assert {kind for kind, _, _ in spans} <= {*STYLES, "blockquote", "bot_command"}
    edges = sorted({0, len(units) // 2, *(edge for _, *both in spans for edge in both)})
    line: list[Span] = []
    quoted = False
    for start, end in pairwise(edges):
        kinds = {kind for kind, begin, until in spans if begin <= start and end <= until}
        styles = dict.fromkeys(kinds & STYLES, True)
        for number, piece in enumerate(units[2 * start : 2 * end].decode("utf-16-le").split("\n")):
            if number:
                yield Line(tuple(line), quoted)
                line = []
            quoted = "blockquote" in kinds
            line += [Span(piece, **styles)] if piece else []
    yield Line(tuple(line), quoted)


def drawn(found: list[Scene]) -> bytes:
    """The picture: the card on the left, the quiz and the lab on the right."""
    card, quiz, lab = (captioned(scene.caption, _window(scene)) for scene in found)
    return page([[card], [quiz, lab]])


def _window(scene: Scene) -> Image.Image:
    parts = [_message(one) for one in scene.messages]
    return window("Syllabot", stacked(parts, 16, WALL), HALF, PAD, HEAD, WALL)


def _message(one: Said) -> Image.Image:
    """A bubble: the bot's on the left with its buttons below, the learner's on the right."""
    look = MINE if one.who == WHO else THEIRS
    rows = [_row(block) for block in one.blocks if isinstance(block, Buttons)]
    parts = []
    for block in one.blocks:
        match block:
            case Photo(data):
                parts.append(photo(data, ROOM))
            case Text(written):
                parts.append(text(written, ROOM, look))
    inner = stacked(parts, 16, look.paper, ROOM if rows else 0)
    whole = stacked([framed(inner, INSIDE, look.paper, WALL, radius=28), *rows], 8, WALL)
    if one.who != WHO:
        return whole
    left = Image.new("RGB", (HALF - 2 * PAD - whole.width, 1), WALL)
    return beside([left, whole], 0, WALL)


def _row(block: Buttons) -> Image.Image:
    room = (BUBBLE - 8 * (len(block.row) - 1)) // len(block.row)
    return beside([button(label, *BUTTON, WALL, room) for label, _ in block.row], 8, WALL)


def main() -> None:
    found = asyncio.run(scenes())
    save(PICTURE, found, drawn(found))


if __name__ == "__main__":
    main()
