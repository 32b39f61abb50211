"""What the service does not take in system, messages and marks: pure checks.

Each raises `Rejected`, with the service's wording where one is known.
"""

from collections.abc import Mapping
from typing import Any

from tests.platforms.claude_models import Model
from tests.platforms.claude_prompt import Block, Json, automatic, marks, signature

MARKS = 4
NAMES = {
    str: "string",
    dict: "dictionary",
    list: "list",
    int: "integer",
    bool: "boolean",
    type(None): "null",
}


class Rejected(Exception):
    """A request that the service refuses, in words."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


Kinds = Mapping[str, tuple[type, ...]]
MARK: Kinds = {"cache_control": (dict, type(None))}
TOOL: Kinds = {"toolset_name": (str, type(None)), **MARK}
# By kind: what a block must have, and what it may have besides.
BLOCKS: dict[str, tuple[Kinds, Kinds]] = {
    "text": ({"text": (str,)}, {"citations": (list, type(None)), **MARK}),
    "image": ({"source": (dict,)}, {"transformations": (dict, type(None)), **MARK}),
    "document": (
        {"source": (dict,)},
        {key: (str, dict, type(None)) for key in ("title", "context", "citations")} | MARK,
    ),
    "thinking": ({"thinking": (str,), "signature": (str,)}, {}),
    "redacted_thinking": ({"data": (str,)}, {}),
    "tool_use": ({"id": (str,), "name": (str,), "input": (dict,)}, {"caller": (dict,), **TOOL}),
    "tool_result": ({"tool_use_id": (str,)}, {"content": (str, list), "is_error": (bool,), **TOOL}),
}
ROLES = {
    "user": frozenset({"text", "image", "document", "tool_result"}),
    "assistant": frozenset({"text", "thinking", "redacted_thinking", "tool_use"}),
    "system": frozenset({"text"}),
}


def check_fields(at: str, data: object, needed: Kinds, allowed: Kinds) -> None:
    """Nothing missing, nothing unknown, nothing of another kind. `at` ends in a dot, or is ""."""
    if not isinstance(data, dict):
        raise Rejected(f"{at.rstrip('.') or 'body'}: Input should be a valid dictionary")
    for key in needed:
        if key not in data:
            raise Rejected(f"{at}{key}: Field required")
    for key, value in data.items():
        kinds = needed.get(key) or allowed.get(key)
        if kinds is None:
            raise Rejected(f"{at}{key}: Extra inputs are not permitted")
        if type(value) not in kinds:
            raise Rejected(f"{at}{key}: Input should be a valid {NAMES[kinds[0]]}")


def check_mark(at: str, mark: Any) -> None:
    if mark is None:
        return
    check_fields(f"{at}.", mark, {"type": (str,)}, {"ttl": (str,)})
    if mark["type"] != "ephemeral":
        raise Rejected(f"{at}.type: Input should be 'ephemeral'")
    if mark.get("ttl", "5m") not in ("5m", "1h"):
        raise Rejected(f"{at}.ttl: Input should be '5m' or '1h'")


def check_text(at: str, text: str, marked: bool = False) -> None:
    if not text and marked:
        raise Rejected(f"{at}: cache_control cannot be set for empty text blocks")
    if not text:
        raise Rejected(f"{at}: text content blocks must be non-empty")
    if not text.strip():
        raise Rejected(f"{at}: text content blocks must contain non-whitespace text")


def check_system(system: Any) -> None:
    if isinstance(system, str):
        check_text("system", system)
    for number, one in enumerate(system if isinstance(system, list) else ()):
        _check_block(f"system.{number}", one, "system")


def check_messages(messages: list[Any], model: Model) -> None:
    if not messages:
        raise Rejected("messages: at least one message is required")
    for number, message in enumerate(messages):
        _check_message(f"messages.{number}", message)
    _check_order(messages, model)
    _check_results(messages)


def _check_message(at: str, message: Any) -> None:
    check_fields(f"{at}.", message, {"role": (str,), "content": (str, list)}, {})
    role, content = message["role"], message["content"]
    if role not in ROLES:
        raise Rejected(f"{at}.role: Input should be 'user', 'assistant' or 'system'")
    if not content and role == "system":
        raise Rejected(f"{at}: system content must contain at least one block")
    if not content:
        raise Rejected(f"{at}: {role} messages must have non-empty content")
    if isinstance(content, str):
        check_text(at, content)
        return
    for number, one in enumerate(content):
        _check_block(f"{at}.content.{number}", one, role)


def _check_block(at: str, one: Any, role: str) -> None:
    kind = one.get("type") if isinstance(one, dict) else None
    if not isinstance(kind, str):
        raise Rejected(f"{at}.type: Field required")
    if role == "assistant" and _of_server(kind):
        return  # what tools of the service's own did; no test needs more than to send it back
    if kind not in ROLES[role]:
        raise Rejected(f"{at}: Input tag '{kind}' does not match any of the expected tags")
    needed, allowed = BLOCKS[kind]
    check_fields(f"{at}.", one, {"type": (str,), **needed}, allowed)
    check_mark(f"{at}.cache_control", one.get("cache_control"))
    if kind == "text":
        check_text(at, one["text"], bool(one.get("cache_control")))
    if kind == "thinking" and one["signature"] != signature(one["thinking"]):
        raise Rejected(f"{at}: Invalid `signature` in `thinking` block")


def _of_server(kind: str) -> bool:
    return kind == "server_tool_use" or (kind != "tool_result" and kind.endswith("_tool_result"))


def _check_order(messages: list[Json], model: Model) -> None:
    """Neighbours of one role are merged, so they pass; notes stand between user and assistant."""
    roles = [one["role"] for one in messages]
    if roles[0] == "system":
        raise Rejected("messages.0: use the top-level 'system' parameter for the first prompt")
    if roles[0] != "user":
        raise Rejected('messages: first message must use the "user" role')
    before = messages[0]
    for number, role in enumerate(roles):
        if role == "system":
            after = next((one for one in roles[number:] if one != "system"), "assistant")
            _check_note(f"messages.{number}", before, after, model)
        else:
            before = messages[number]
    if roles[-1] == "assistant":
        raise Rejected(
            "This model does not support assistant message prefill. "
            "The conversation must end with a user message."
        )


def _check_note(at: str, before: Json, after: str, model: Model) -> None:
    """`after` is the role that follows a run of notes; the end of the row counts as an answer."""
    if not model.notes:
        raise Rejected(f"{at}: role 'system' is not supported on this model")
    last = before["content"][-1]
    served = isinstance(last, dict) and _of_server(last["type"])
    if before["role"] != "user" and not served:
        raise Rejected(
            f"{at}: role 'system' must follow a 'user' message or an 'assistant' message ending "
            "in a server tool result"
        )
    if after == "user":
        raise Rejected(f"{at}: role 'system' must precede an 'assistant' message or end the array")


def _check_results(messages: list[Json]) -> None:
    """Every tool that was asked for is answered in the very next message, and no other is."""
    asked: list[str] = []
    for number, message in enumerate(messages):
        answered = _ids(message, "tool_result", "tool_use_id")
        if unknown := [one for one in answered if one not in asked]:
            found = f"unexpected `tool_use_id` found in `tool_result` blocks: {unknown[0]}"
            raise Rejected(f"messages.{number}: {found}")
        _check_answered(number - 1, asked, answered)
        asked = _ids(message, "tool_use", "id")


def _check_answered(number: int, asked: list[str], answered: list[str]) -> None:
    if missing := [one for one in asked if one not in answered]:
        raise Rejected(
            f"messages.{number}: `tool_use` ids were found without `tool_result` blocks "
            f"immediately after: {missing[0]}"
        )


def _ids(message: Json, kind: str, key: str) -> list[str]:
    content = message["content"]
    if isinstance(content, str):
        return []
    return [one[key] for one in content if one["type"] == kind]


def check_marks(body: Json, row: list[Block]) -> None:
    """At most four, and none that lasts longer behind one that does not."""
    own = automatic(body, row)
    if own and row[own[0]].ttl not in (None, own[1]):
        raise Rejected(
            f"Top-level cache_control has ttl='{own[1]}' but the target block already has "
            f"cache_control with ttl='{row[own[0]].ttl}'"
        )
    found = marks(body, row)
    if len(found) > MARKS:
        said = f"A maximum of {MARKS} blocks with cache_control may be provided."
        raise Rejected(f"{said} Found {len(found)}.")
    short = next((index for index, ttl in found if ttl == "5m"), len(row))
    for index, ttl in found:
        if ttl == "1h" and index > short:
            raise Rejected(
                f"{row[index].at}.cache_control.ttl: a ttl='1h' cache_control block must not come "
                "after a ttl='5m' cache_control block"
            )
