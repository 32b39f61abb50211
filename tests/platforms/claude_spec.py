"""Requests and answers held against a description of the Messages API, where it is at hand.

The description lies outside the project (`../shared/specs`, or the folder that SYLLABOT_SPECS
names) and is read, never copied. It was made of the types in the anthropic package 2.10, so it
knows every field, but no limit: those are in the rules.
"""

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.platforms.discord_spec import Check, Schemas

FILE = "anthropic_messages_derived.schema.json"
# The description lost the fields of this name, which its makers took for headings.
LOST = frozenset({"title"})


def specs() -> Path | None:
    """The folder with the description, if there is one on this machine."""
    named = os.environ.get("SYLLABOT_SPECS")
    beside = Path(__file__).resolve().parents[3] / "shared" / "specs"
    folder = Path(named) if named else beside
    return folder if (folder / FILE).is_file() else None


class Closed(Schemas):
    """Where a schema says that it names every field, any other is a complaint."""

    def of(self, schema: Any) -> Check:
        check = super().of(schema)
        if schema.get("additionalProperties") is not False:
            return check
        known = frozenset(schema.get("properties", ())) | LOST

        def closed(value: object, at: str) -> list[str]:
            found = check(value, at)
            if isinstance(value, dict) and not value.keys() <= known:
                found = found + [f"{at}: there is no {key}" for key in value.keys() - known]
            return found

        return closed


class Spec:
    """Complaints about a body; none when it fits. Every check is made once."""

    def __init__(self, path: Path) -> None:
        schemas = json.loads(path.read_text("utf-8"))["schemas"]
        made = {name: Closed(one).of(one) for name, one in schemas.items()}
        self._plain, self._streaming = made["messages_request"], made["messages_request_streaming"]
        self._count = made["count_tokens_request"]
        self._message, self._event = made["message_response"], made["stream_event"]
        self._error = made["error_response"]

    def request(self, body: Any) -> list[str]:
        streaming = isinstance(body, dict) and body.get("stream") is True
        return (self._streaming if streaming else self._plain)(body, "body")

    def count(self, body: Any) -> list[str]:
        return self._count(body, "body")

    def message(self, body: Any) -> list[str]:
        return self._message(body, "message")

    def event(self, event: Any) -> list[str]:
        """A ping is not described: the package skips it before it looks."""
        if event["type"] == "error":
            return self.error(event)
        return [] if event["type"] == "ping" else self._event(event, event["type"])

    def error(self, body: Any) -> list[str]:
        """Two kinds of error are only in the documentation."""
        if body["error"]["type"] in ("request_too_large", "conflict_error"):
            return []
        return self._error(body, "error")


@lru_cache(maxsize=2)
def load(folder: Path) -> Spec:
    return Spec(folder / FILE)
