"""How requests come in and answers go out over HTTP, and how they are made to fail."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal

from aiohttp import hdrs, web

from tests.platforms import discord_rules as rules
from tests.platforms.discord_messages import Ask
from tests.platforms.discord_rules import Json, Rejected, Upload

FILE_FIELD = re.compile(r"files\[(\d+)\]")
ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class Fault:
    """How one request is to fail. None of it set: it does not.

    `status` 429 is answered with `retry_after`, for this route or for everything (`scope`), with
    the Via header that discord.py wants to see unless `via` is False; any other status with an
    error of this `code` and `description`, or with a page (`html`). `drop` closes the connection,
    before or after the request was carried out; `slow` answers only after so many seconds.
    """

    status: int = 0
    retry_after: float = 0
    scope: Literal["user", "global", "shared"] = "user"
    via: bool = True
    html: bool = False
    drop: Literal["", "before", "after"] = ""
    slow: float = 0
    code: int = 0
    description: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the bot's; `error` is what it was answered, "" when it was carried out."""

    method: str  # and the route, as "POST /channels/{channel_id}/messages"
    data: Any
    at: float  # the event loop's time
    error: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes = b""
    html: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    error: str = ""


async def read(request: web.BaseRequest, ask: Ask) -> None:
    """The body: JSON, or a form with JSON and files in it."""
    kind = request.headers.get(hdrs.CONTENT_TYPE, "")
    if int(request.headers.get(hdrs.CONTENT_LENGTH, 0)) > rules.REQUEST_BYTES:
        await request.read()
        raise Rejected("Request entity too large", number=40005, status=413)
    if kind.startswith("multipart/"):
        await _form(request, ask)
    elif body := await request.read():
        if kind.partition(";")[0] != "application/json":
            raise Rejected(f"Expected application/json, not {kind}", (), "CONTENT_TYPE_INVALID")
        ask.data = _json(body)
    if request.method != "PUT":
        rules.mapping(ask.data, ())


async def _form(request: web.BaseRequest, ask: Ask) -> None:
    size = 0
    async for part in await request.multipart():
        content = bytes(await part.read())  # type: ignore[union-attr]
        size += len(content)
        if size > rules.REQUEST_BYTES:
            raise Rejected("Request entity too large", number=40005, status=413)
        name = part.name or ""  # type: ignore[union-attr]
        if name == "payload_json":
            ask.data = _json(content)
        elif found := FILE_FIELD.fullmatch(name):
            ask.uploads[int(found[1])] = Upload(part.filename or "", content)  # type: ignore[union-attr]
        else:
            raise Rejected(f"There is no form field {name}", (name,), "FORM_FIELD_UNKNOWN")


def _json(body: bytes) -> Any:
    try:
        data = json.loads(body)
    except ValueError:
        raise Rejected("The request body contains invalid JSON.", number=50109) from None
    if ESCAPED_SURROGATE.search(body):
        rules.well_formed(data)
    return data


async def drop(request: web.BaseRequest) -> web.StreamResponse:
    """Close the connection without an answer; its end cancels this handler."""
    if request.transport:
        request.transport.close()
    await asyncio.Event().wait()
    raise AssertionError("a closed connection goes on")


def faulty(fault: Fault) -> Answer | None:
    if not fault.status:
        return None
    known = {one.value: one.phrase for one in HTTPStatus}
    phrase = known.get(fault.status, "A Timeout Occurred")  # 524 is Cloudflare's own
    if fault.status == 429 and not fault.html:
        headers = {} if fault.via else {"Via": ""}
        return limited(fault.retry_after or 0.01, fault.scope, headers)
    if fault.html:
        title = f"<title>{fault.status} {phrase}</title>"
        return Answer(fault.status, f"<html><head>{title}</head></html>".encode(), html=True)
    said = fault.description or f"{fault.status}: {phrase}"
    return error(fault.status, {"message": said, "code": fault.code})


def limited(wait: float, scope: str, headers: dict[str, str]) -> Answer:
    everything = scope == "global"
    body: Json = {
        "message": "You are being rate limited.",
        "retry_after": round(wait + 0.001, 3),
        "global": everything,
    }
    more = {"Via": "1.1 google", "Retry-After": f"{wait:.3f}", "X-RateLimit-Scope": scope}
    more |= {"X-RateLimit-Global": "true"} if everything else {}
    return error(429, body, {**more, **headers})


def error(
    status: int, body: Json, headers: dict[str, str] | None = None, error: str = ""
) -> Answer:
    said = error or str(body["message"])
    return Answer(status, json.dumps(body).encode(), headers=headers or {}, error=said)


def response(answer: Answer) -> web.Response:
    if answer.status == 204:
        return web.Response(status=204, headers=answer.headers)
    return web.Response(
        status=answer.status,
        body=answer.body,
        content_type="text/html" if answer.html else "application/json",
        headers=answer.headers,
    )
