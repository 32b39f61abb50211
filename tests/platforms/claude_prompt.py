"""A request as the model reads it: blocks in one row, tools first, then system, then messages.

Only for requests that passed the rules of claude_content; nothing is checked here.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

Json = dict[str, Any]

PER_MESSAGE = 4
# What the service's own mark skips when it looks for the last block that can be cached.
UNMARKABLE = frozenset({"thinking", "redacted_thinking"})


@dataclass(frozen=True, slots=True)
class Block:
    at: str  # "messages.3.content.0"
    part: str  # "tools", "system", or "messages" and the role
    data: Json
    opens: bool = False  # the first block of a message

    @property
    def text(self) -> str:
        """What is counted and compared; all of it but the mark."""
        if self.data.get("type") == "text" and self.data.keys() <= {
            "type",
            "text",
            "cache_control",
        }:
            return str(self.data["text"])
        return json.dumps({key: one for key, one in self.data.items() if key != "cache_control"})

    @property
    def tokens(self) -> int:
        return tokens(self.text) + PER_MESSAGE * self.opens

    @property
    def ttl(self) -> str | None:
        """Of its own mark."""
        mark = self.data.get("cache_control")
        return mark.get("ttl", "5m") if mark else None


def tokens(text: str) -> int:
    """A token for every four bytes of UTF-8, begun ones counted: no tokenizer, but always the same.

    A prompt has the tokens of its blocks, and four more for every message.
    """
    return (len(text.encode()) + 3) // 4


def signature(thinking: str) -> str:
    """What a thinking block is signed with, so that it comes back as it was or is found out."""
    return b64encode(blake2b(thinking.encode(), digest_size=48).digest()).decode()


def blocks(body: Json) -> list[Block]:
    found = [Block(f"tools.{n}", "tools", one) for n, one in enumerate(body.get("tools") or ())]
    found += _content("system", "system", body.get("system") or [])
    for number, message in enumerate(body["messages"]):
        part = f"messages {message['role']}"
        at = f"messages.{number}.content"
        found += _content(at, part, message["content"], opens=True)
    return found


def _content(at: str, part: str, content: Any, opens: bool = False) -> Iterator[Block]:
    """A string is one text block."""
    if isinstance(content, str):
        yield Block(at, part, {"type": "text", "text": content}, opens)
        return
    for number, one in enumerate(content):
        yield Block(f"{at}.{number}", part, one, opens and number == 0)


def automatic(body: Json, row: list[Block]) -> tuple[int, str] | None:
    """Where the mark at the top of a request stands: on the last block that can be cached."""
    mark = body.get("cache_control")
    if not mark:
        return None
    last = max(at for at, one in enumerate(row) if one.data.get("type") not in UNMARKABLE)
    return last, mark.get("ttl", "5m")


def marks(body: Json, row: list[Block]) -> list[tuple[int, str]]:
    """The marked blocks, by index, each with how long its prefix is to be kept."""
    found = {index: ttl for index, one in enumerate(row) if (ttl := one.ttl)}
    if own := automatic(body, row):
        found.setdefault(*own)
    return sorted(found.items())
