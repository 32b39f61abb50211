"""What goes out: buttons and their keys, files, messages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from bot.conversation.people import Place
from bot.conversation.pictures import Picture

KEY_BYTES = 64
"""Telegram's limit for callback_data, the tightest of the platforms (Discord allows 100)."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a button means, in at most 64 bytes of "what.attempt.turn.course".

    `what` is an item with an option ("m1-l1-q1-c"), a unit to open ("m1-l1") or a verb ("next");
    `turn` is the turn of the session in which it was shown. It never says which answer is right.
    """

    what: str
    course: str
    attempt: int = 0
    turn: int = 0

    def __str__(self) -> str:
        return f"{self.what}.{self.attempt}.{self.turn}.{self.course}"

    @classmethod
    def parse(cls, text: str) -> "Key | None":
        """The key that `text` spells, or None when it was not made by us."""
        parts = text.split(".")
        if len(parts) != 4 or len(text) > KEY_BYTES or not text.isascii() or not parts[0]:
            return None
        what, attempt, turn, course = parts
        if not (attempt.isdecimal() and turn.isdecimal()):
            return None
        return cls(what, course, int(attempt), int(turn))


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: `key` is the text of a Key, `label` what the learner reads (at most 80).

    `aside`: shown where others read along, it leads whoever presses it to a private chat.
    """

    key: str
    label: str
    aside: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A picture or a document. `alt` says what it shows to somebody who cannot see it.

    The course holds its own files by `hash` (sha256, hex); bytes that were made for one learner
    (an export) travel in `data`, so that they are gone when the message is. Before it is committed
    a `picture` is drawn, which makes its `hash` and `data`.
    """

    __pydantic_config__: ClassVar = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}

    name: str
    alt: str
    hash: str = ""
    data: bytes = b""
    picture: Picture | None = None

    @property
    def is_picture(self) -> bool:
        """Whether it is looked at, not opened: those of a course are, and those that are drawn."""
        return not self.data or self.name.endswith(".png")


@dataclass(frozen=True, slots=True)
class Message:
    """One message in the Markdown subset of the course.

    `write`: words are expected, and this is the hint for them; `to`: a place other than who
    asked (a post); `page`: takes the place of the message whose button was pressed; `speaker`:
    a persona's name, and `role` what they are; `chosen`: what was pressed, in words that are left
    in place of the buttons; `whisper`: said in passing to whoever pressed a button of a post, which
    stays as it is.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    write: str = ""
    files: tuple[File, ...] = ()
    to: Place | None = None
    page: bool = False
    speaker: str = ""
    role: str = ""
    chosen: str = ""
    whisper: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that waits to be sent. `learner` is "" for the goodbye after /forget.

    `id` is its own for ever, so that a platform can tell that it comes twice; below 0 for one that
    is not kept. `reply_to` is the reference of the message whose button was pressed: it is
    settled. `post`: it goes to another place than the one where the event came from. `event` is
    what it answers, "" after a restart.
    """

    id: int
    learner: str
    course: str
    place: Place
    message: Message
    reply_to: str = ""
    post: bool = False
    event: str = field(default="", compare=False)


def pick(choices: Iterable[Choice], text: str, *, places: bool = True) -> Choice | None:
    """The choice somebody means by typing its number, letter, label or verb; else None.

    Without `places` a letter is not the place of a choice.
    """
    offered = tuple(choices)
    word = text.strip().strip("[]().").casefold()
    by_label = [c for c in offered if c.label.casefold() == word]
    if len(by_label) == 1:
        return by_label[0]
    by_verb = [c for c in offered if word and c.key.partition(".")[0] == word]
    if by_verb:
        return by_verb[0]
    if word.isascii() and word.isdecimal() and len(word) <= 2:
        place = int(word) - 1
    elif places and len(word) == 1 and "a" <= word <= "z":
        place = ord(word) - ord("a")
    else:
        return None
    return offered[place] if 0 <= place < len(offered) else None
