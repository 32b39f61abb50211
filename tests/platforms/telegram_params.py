"""Parameters of a method call: read from a form, decoded by type, asked for by name."""

import json
import re
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from tests.platforms.telegram_chats import Json
from tests.platforms.telegram_files import Upload
from tests.platforms.telegram_rules import Rejected

INTEGERS = frozenset(
    "message_id message_thread_id direct_messages_topic_id user_id offset limit timeout draft_id "
    "cache_time max_connections".split()
)
BOOLEANS = frozenset(
    "disable_notification protect_content allow_paid_broadcast show_caption_above_media "
    "has_spoiler disable_content_type_detection show_alert drop_pending_updates".split()
)
STRUCTURES = frozenset(
    "entities caption_entities reply_markup reply_parameters link_preview_options media "
    "message_ids allowed_updates commands scope suggested_post_parameters".split()
)
CHATS = frozenset({"chat_id", "from_chat_id"})


async def fields(request: web.BaseRequest) -> dict[str, str | Upload]:
    """The parameters as they came, from a form in either encoding."""
    try:
        if request.content_type != "multipart/form-data":
            body = (await request.read()).decode("ascii")
            return dict(parse_qsl(body, keep_blank_values=True, errors="strict"))
        found: dict[str, str | Upload] = {}
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            content = bytes(await part.read())
            named = part.filename is not None
            found[part.name or ""] = (
                Upload(part.filename or "", content) if named else content.decode()
            )
        return found
    except UnicodeError:
        raise Rejected("strings must be encoded in UTF-8") from None


def decoded(fields: dict[str, str | Upload]) -> Json:
    """The parameters by their types; files as they are."""
    return {
        name: value if isinstance(value, Upload) else _value(name, value)
        for name, value in fields.items()
    }


def _value(name: str, value: str) -> object:
    """A parameter by its type; what is no string comes as JSON text."""
    try:
        if name in INTEGERS:
            return int(value)
        if name in STRUCTURES:
            return json.loads(value)
    except ValueError:
        raise Rejected(f"can't parse {name}: {value!r:.80}") from None
    if name in BOOLEANS:
        if value.lower() not in ("true", "false"):
            raise Rejected(f"can't parse {name}: {value!r:.80} is no Boolean")
        return value.lower() == "true"
    return chat_number(value) if name in CHATS else value


def chat_number(value: str) -> int | str:
    """A chat_id as it comes in a form: a number, or the @name of a public chat."""
    return int(value) if re.fullmatch(r"-?\d+", value) else value


def chat_of(data: Json) -> object:
    if data.get("inline_message_id"):
        raise Rejected("inline messages are not this server's business")
    if data.get("chat_id") in (None, ""):
        raise Rejected("chat_id is empty")
    return data["chat_id"]


def string(data: Json, name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str):
        raise Rejected(f"{name} must be a String")
    return value
