"""What the service sends: a message, whole or as events, or an error; all as an `Answer` says."""

import json
from dataclasses import dataclass
from typing import Any

from tests.platforms.claude_cache import Usage
from tests.platforms.claude_prompt import Json, signature, tokens

DELTAS = 4  # pieces that a text comes in
KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
WORDS = {
    401: "invalid bearer token",
    429: "Rate limited",
    504: "Request timed out",
    529: "Overloaded",
}


@dataclass(frozen=True, slots=True)
class Request:
    """An accepted POST /v1/messages.

    `usage` is None where it was answered with an error, or not at all. While the answer is still to
    be chosen it is that of the prompt alone.
    """

    body: dict[str, Any]
    headers: dict[str, str]  # their names in lower case
    usage: Usage | None
    number: int  # 1 for the first


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered, or how that fails.

    The four `..._after` count characters of text: at 0 only the start of the message was sent, at
    -1 not even that: no byte of a response for `cut_after` and `stall_after`. A plain answer is cut
    or stalls halfway; to `end_after` it is deaf, and with `error_after` it is an error 529.
    """

    text: str = "Why do you think so?"  # "": no text block at all
    stop_reason: str | None = "end_turn"
    category: str = ""  # why it was refused
    status: int = 200
    retry_after: str = ""  # a header, in seconds
    cut_after: int | None = None  # then the connection is closed
    stall_after: int | None = None  # then nothing comes any more
    end_after: int | None = None  # then the body ends as if it were complete
    error_after: int | None = None  # then an event tells of an error
    slow: float = 0.0  # seconds before the response begins
    thinking: str = ""  # a block before the text
    output_tokens: int | None = None  # None: counted
    code: str = ""  # with an error: error.details.error_code

    @property
    def limit(self) -> int | None:
        """Characters of text that are sent; None when the answer is complete."""
        after = (self.cut_after, self.stall_after, self.end_after, self.error_after)
        return next((one for one in after if one is not None), None)

    def status_of(self, body: Json) -> int:
        """Of the response to this request."""
        if self.status == 200 and self.error_after is not None and not body.get("stream"):
            return 529
        return self.status

    @property
    def silent(self) -> bool:
        return -1 in (self.cut_after, self.stall_after)

    @property
    def output(self) -> int:
        if self.output_tokens is not None:
            return self.output_tokens
        return tokens(self.text) + tokens(self.thinking)


def message(request: Request, answer: Answer) -> Json:
    """The whole of an answer; `request.usage` already has its tokens."""
    assert request.usage is not None
    refused = answer.stop_reason == "refusal"
    why = {"type": "refusal", "category": answer.category or None, "explanation": None}
    return {
        "id": f"msg_{request.number:024d}",
        "type": "message",
        "role": "assistant",
        "model": request.body["model"],
        "content": _content(request.body, answer),
        "stop_reason": answer.stop_reason,
        "stop_sequence": None,
        "stop_details": why if refused else None,
        "usage": {**request.usage.json(), "service_tier": "standard"},
    }


def _content(body: Json, answer: Answer) -> list[Json]:
    found: list[Json] = []
    if answer.thinking:
        omitted = (body.get("thinking") or {}).get("display") == "omitted"
        shown = "" if omitted else answer.thinking
        found.append({"type": "thinking", "thinking": shown, "signature": signature(shown)})
    if answer.text:
        found.append({"type": "text", "text": answer.text, "citations": None})
    return found


def events(whole: Json, limit: int | None) -> list[Json]:
    """The same answer in pieces, up to so many characters of its text."""
    if limit is not None and limit < 0:
        return []
    found = [_start(whole)]
    if limit == 0:
        return found
    found.append({"type": "ping"})
    for index, block in enumerate(whole["content"]):
        found += _block(index, block, limit)
    return found if limit is not None else [*found, *_end(whole)]


def _start(whole: Json) -> Json:
    usage = {**whole["usage"], "output_tokens": 1}
    begun = {**whole, "content": [], "stop_reason": None, "stop_details": None, "usage": usage}
    return {"type": "message_start", "message": begun}


def _block(index: int, block: Json, limit: int | None) -> list[Json]:
    if block["type"] == "thinking":
        empty = {**block, "thinking": "", "signature": ""}
        deltas = [
            *({"type": "thinking_delta", "thinking": one} for one in _pieces(block["thinking"])),
            {"type": "signature_delta", "signature": block["signature"]},
        ]
    else:
        empty = {**block, "text": ""}
        deltas = [{"type": "text_delta", "text": one} for one in _pieces(block["text"][:limit])]
    found = [{"type": "content_block_start", "index": index, "content_block": empty}]
    found += [{"type": "content_block_delta", "index": index, "delta": one} for one in deltas]
    if limit is None or block["type"] == "thinking":
        found.append({"type": "content_block_stop", "index": index})
    return found


def _pieces(text: str) -> list[str]:
    size = -(-len(text) // DELTAS) or 1
    return [text[at : at + size] for at in range(0, len(text), size)]


def _end(whole: Json) -> list[Json]:
    delta = {key: whole[key] for key in ("stop_reason", "stop_sequence", "stop_details")}
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    usage = {key: whole["usage"][key] for key in (*names, "output_tokens")}
    return [
        {"type": "message_delta", "delta": delta, "usage": usage},
        {"type": "message_stop"},
    ]


def sse(found: list[Json]) -> bytes:
    return b"".join(
        b"event: %b\ndata: %b\n\n" % (one["type"].encode(), json.dumps(one).encode())
        for one in found
    )


def error(status: int, message: str = "", code: str = "", request_id: str = "") -> Json:
    kind = KINDS.get(status, "invalid_request_error" if status < 500 else "api_error")
    found: Json = {"type": kind, "message": message or WORDS.get(status, "It failed, as planned")}
    if code:
        found["details"] = {"error_code": code}
    return {"type": "error", "error": found, "request_id": request_id}
