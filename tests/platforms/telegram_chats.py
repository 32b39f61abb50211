"""A chat as its people see it, and the JSON that the Bot API carries for each of its messages."""

import json
from dataclasses import dataclass, field
from typing import Literal

Json = dict[str, object]
Kind = Literal["new", "text", "markup", "caption", "media", "deleted"]


@dataclass(slots=True)
class Button:
    """A button of an inline keyboard; `data` comes back when it is tapped."""

    text: str
    data: str = ""
    url: str = ""
    style: str = ""


@dataclass(slots=True)
class Shown:
    """One message as a person sees it in a chat."""

    id: int
    chat: int
    topic: int | None
    by_bot: bool
    text: str  # or the caption
    entities: list[Json]
    rows: list[list[Button]]
    photo: bytes = b""
    document: bytes = b""
    file_name: str = ""
    force_reply: bool = False
    placeholder: str = ""
    deleted: bool = False
    original_rows: list[list[Button]] = field(default_factory=list)  # an old client shows them
    user: int = 0  # who wrote it; 0 for the bot
    reply_to: int | None = None
    link_preview: Json | None = None
    silent: bool = False
    other_markup: bool = False  # sent with a markup that is no inline keyboard: cannot be edited


@dataclass(frozen=True, slots=True)
class Change:
    """Something people saw the bot do; the message is a copy from that moment."""

    kind: Kind
    message: Shown
    before: str = ""  # the text before an edit


@dataclass(slots=True)
class Chat:
    """A chat, its messages, and what keeps the bot from writing there."""

    id: int
    type: str
    title: str
    forum: bool = False
    shown: dict[int, Shown] = field(default_factory=dict)
    raw: dict[int, Json] = field(default_factory=dict)
    last_id: int = 0
    topics: dict[int, Literal["open", "closed", "deleted"]] = field(default_factory=dict)
    started: bool = True  # a private chat that its person has opened
    blocked: bool = False
    kicked: bool = False
    left: bool = False  # the bot left by itself
    forbidden: bool = False
    gone: bool = False
    moved_to: int = 0
    admins: set[int] = field(default_factory=set)

    def json(self) -> Json:
        named = {"first_name": self.title} if self.type == "private" else {"title": self.title}
        forum: Json = {"is_forum": True} if self.forum else {}
        return {"id": self.id, "type": self.type, **named, **forum}

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id


def scope_key(scope: Json) -> str:
    """A scope of commands as the text it is kept under."""
    return json.dumps(scope, sort_keys=True)
