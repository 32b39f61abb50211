"""The README's picture of a lesson on Discord, from a real run: python -m tests.pictures.discord

The whole bot talks through the real client library to the local Discord of the tests. What is
drawn is what that server was sent: components with their Markdown, pictures, and buttons.
"""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from bot.commands.replay import read

from ..platforms import discord_component_rules as kinds
from ..platforms.discord_driver import HALL, DiscordDriver
from ..platforms.discord_server import Shown
from ..platforms.discord_shown import Json, copied, listed
from .chat import (
    HALF,
    WHOLE,
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
from .lesson import CONTENT, walked

PICTURE = Path(__file__).with_name("discord.png")
WALL, PAD, INSIDE = "#313338", 20, 28
NAMED = Look(WALL, "#f2f3f5", "#b5bac1", WALL, WALL)
HEAD = Look("#232428", "#f2f3f5", "#f2f3f5", "#232428", "#232428")
BOX = Look("#2b2d31", "#dbdee1", "#b5bac1", "#1e1f22", "#6d6f78")
FILLS = {1: "#5865f2", 2: "#4e5058", 3: "#248046", 4: "#da373c", 5: "#4e5058"}
"""By the style of a button."""

NEWEST = 1, 3, 2
"""Messages in each part of the picture."""

MARKS = re.compile(r"\\(?P<plain>[^\w\s]|_)|(?P<bold>\*\*)|(?P<italic>_)|`(?P<code>[^`]*)`")


async def scenes() -> list[Scene]:
    """What Ann saw in a channel, three times."""
    driver = DiscordDriver(read(CONTENT))
    seen = driver.server.seen
    try:
        parts = await walked(driver, lambda user: [copied(one) for one in seen(user, HALL)], NEWEST)
    finally:
        await driver.close()
    return [Scene(caption, tuple(map(said, messages))) for caption, messages in parts]


def said(shown: Shown) -> Said:
    """A message as it is drawn: everything stands in one container."""
    (container,) = shown.components
    assert container["type"] == kinds.CONTAINER
    photos = [Photo(file.content) for file in shown.files]
    blocks = [block for one in listed(container["components"]) for block in _blocks(one, photos)]
    assert not photos, "a file that no component shows"
    return Said("Syllabot", tuple(blocks), f"#{shown.accent:06x}", shown.ephemeral_for is not None)


def _blocks(one: Json, photos: list[Photo]) -> Iterator[Text | Photo | Buttons]:
    match one["type"]:
        case kinds.TEXT:
            yield Text(tuple(lines(str(one["content"]))))
        case kinds.GALLERY:
            yield from (photos.pop(0) for _ in listed(one["items"]))
        case kinds.ROW:
            held = listed(one["components"])
            yield Buttons(
                tuple((str(each["label"]), FILLS[int(str(each["style"]))]) for each in held)
            )
        case kind:
            raise AssertionError(f"nobody has drawn a component of type {kind} yet")


def lines(marked: str) -> Iterator[Line]:
    """Discord's Markdown, as far as the bot writes it."""
    bold = italic = False
    for whole in marked.split("\n"):
        begins = re.match(r"(> )?(-# )?(- )?", whole)
        assert begins
        small, at = bool(begins[2]), begins.end()
        spans = [Span("• ")] if begins[3] else []
        for found in [*MARKS.finditer(whole, at), None]:
            spans.append(Span(whole[at : found and found.start()], bold, italic, small=small))
            if not found:
                break
            at = found.end()
            if found["plain"]:
                spans.append(Span(found["plain"], bold, italic, small=small))
            elif found["code"] is not None:
                spans.append(Span(found["code"], code=True, small=small))
            else:
                bold, italic = bold ^ bool(found["bold"]), italic ^ bool(found["italic"])
        yield Line(tuple(span for span in spans if span.text), bool(begins[1]))
    assert not bold and not italic, f"a mark without its end: {marked}"


def drawn(found: list[Scene]) -> bytes:
    """The picture: a card and a quiz side by side, and below them the lab."""
    card, quiz, lab = (
        captioned(scene.caption, _window(scene, width))
        for scene, width in zip(found, (HALF, HALF, WHOLE), strict=True)
    )
    return page([[card], [quiz]], [[lab]])


def _window(scene: Scene, width: int) -> Image.Image:
    """The channel; who wrote is said once, since everything is the bot's."""
    assert {one.who for one in scene.messages} == {"Syllabot"}
    name = text([Line((Span("Syllabot", bold=True),))], width, NAMED)
    parts = [_message(one, width - 2 * PAD) for one in scene.messages]
    return window("# hall", stacked([name, *parts], 16, WALL), width, PAD, HEAD, WALL)


def _message(one: Said, width: int) -> Image.Image:
    """The container with the course's colour, and who else can see it."""
    room = width - 2 * INSIDE
    inner = stacked([_part(block, room) for block in one.blocks], 16, BOX.paper, room)
    box = framed(inner, INSIDE, BOX.paper, WALL, radius=16, bar=one.accent)
    alone = text([Line((Span("Only you can see this", small=True),))], room, NAMED)
    return stacked([box, alone] if one.alone else [box], 10, WALL)


def _part(block: Text | Photo | Buttons, room: int) -> Image.Image:
    match block:
        case Text(written):
            return text(written, room, BOX)
        case Photo(data):
            return photo(data, room)
        case Buttons(row):
            return _row(row, room)


def _row(row: tuple[tuple[str, str], ...], room: int) -> Image.Image:
    """Buttons side by side, and the rest below where there is no room."""
    rows: list[list[Image.Image]] = [[]]
    for label, fill in row:
        made = button(label, fill, "#ffffff", BOX.paper)
        if rows[-1] and sum(each.width + 12 for each in rows[-1]) + made.width > room:
            rows.append([])
        rows[-1].append(made)
    return stacked([beside(each, 12, BOX.paper) for each in rows], 12, BOX.paper)


def main() -> None:
    found = asyncio.run(scenes())
    save(PICTURE, found, drawn(found))


if __name__ == "__main__":
    main()
