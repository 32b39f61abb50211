"""The lesson that the pictures of chats show, walked on a platform's local server."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.conversation import Commanded, Pressed, Said

from ..platforms.driver import PlatformDriver

CONTENT = Path(__file__).parents[2] / "content"
WHO = "Ann"
M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Part:
    """What a learner does, and what stands above the picture of what they see then."""

    caption: str
    steps: tuple[str, ...]


PARTS = (
    Part(
        "A card of a lesson, with its picture",
        ("/start", "[m1-intro]", *["[next]"] * 12),
    ),
    Part(
        "A quiz, after a wrong answer",
        (*["[next]"] * 4, "[m1-l1-q1-c]"),
    ),
    Part(
        "A lab, without any model",
        (
            *("[m1-l1-q2-a]", "[m1-l1-q3-c]", "[m1-l1-q4-d]", "[m1-l1-q5-b]", "[next]"),
            "We generate voices of call centre customers with a model that was fitted to "
            "recordings from our own archive",
            "I decide by where a voice comes from, a machine made it up and nobody recorded that "
            "person, even when it sounds exact",
        ),
    ),
)
"""As in a .chat file: [x] presses the newest button whose key begins with x."""


async def walked(
    driver: PlatformDriver, seen: Callable[[int], Sequence[M]], newest: tuple[int, ...]
) -> list[tuple[str, list[M]]]:
    """The caption of each part and its newest messages, as many as `newest` says.

    `seen` are those that a person sees now.
    """
    user = int(driver.account(WHO).partition(":")[2])
    found = []
    for part, last in zip(PARTS, newest, strict=True):
        for step in part.steps:
            await driver.act(WHO, "", _meant(step, seen(user)))
        found.append((part.caption, list(seen(user)[-last:])))
    return found


def _meant(step: str, messages: Sequence[Any]) -> Said | Pressed | Commanded:
    if step.startswith("/"):
        return Commanded(step[1:])
    if step.startswith("["):
        return Pressed(next(key for key in _keys(messages) if key.startswith(step[1:-1])))
    return Said(step)


def _keys(messages: Sequence[Any]) -> Iterator[str]:
    """Of all buttons, newest message first."""
    for message in reversed(messages):
        for row in message.rows:
            for button in row:
                yield getattr(button, "data", "") or getattr(button, "custom_id", "")
