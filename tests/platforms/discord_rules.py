"""What Discord does not take: pure checks of messages, embeds, mentions and files.

Most of these limits stand in the prose of its documentation alone, so they are a table here. Each
check raises `Rejected`, in Discord's words and codes where they are known. Lengths are counted in
code points and in UTF-16 units, and the larger number must be within the limit.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tests.platforms.unicode import has_surrogate
from tests.platforms.unicode import utf16 as length

Json = dict[str, object]
At = tuple[str | int, ...]

# Messages
CONTENT = 2000
EMBEDS, EMBED_CHARACTERS = 10, 6000
EMBED_TITLE, EMBED_DESCRIPTION, EMBED_FOOTER, EMBED_AUTHOR = 256, 4096, 2048, 256
FIELDS, FIELD_NAME, FIELD_VALUE = 25, 256, 1024
ATTACHMENTS, ATTACHMENT_DESCRIPTION, FILE_NAME = 10, 1024, 1024
FILE_BYTES, REQUEST_BYTES = 10 * 1024**2, 25 * 1024**2
NONCE = 25
MENTIONS = 100
STICKERS = 3
# Components
ROWS, ROW = 5, 5
COMPONENTS, DISPLAY_CHARACTERS = 40, 4000
LABEL, CUSTOM_ID, URL = 80, 100, 512
OPTIONS, OPTION, PLACEHOLDER = 25, 100, 150
GALLERY, SECTION, MEDIA_DESCRIPTION, MEDIA_URL = 10, 3, 1024, 2048
# Modals
MODAL_TITLE, MODAL_COMPONENTS = 45, 5
FIELD_LABEL, FIELD_DESCRIPTION = 45, 100
INPUT_PLACEHOLDER, INPUT_VALUE = 100, 4000
CHOICE_OPTIONS = 10
# Commands
COMMANDS, MENUS, COMMAND_CHARACTERS = 100, 15, 8000
COMMAND_NAME, COMMAND_DESCRIPTION, COMMAND_OPTIONS = 32, 100, 25
CHOICES, CHOICE = 25, 100
STRING_OPTION = 6000
# Interactions
FIRST_RESPONSE, TOKEN_LIFE = 3.0, 900.0
FOLLOWUPS_OF_USER_APPS = 5
# The gateway
FRAME_BYTES, FRAMES_PER_MINUTE = 4096, 120

SUPPRESS_EMBEDS, EPHEMERAL, LOADING = 1 << 2, 1 << 6, 1 << 7
SILENT, VOICE, V2 = 1 << 12, 1 << 13, 1 << 15

LINK = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)
MENTION = re.compile(r"<@!?(\d+)>|<@&(\d+)>|@(everyone|here)")


class Rejected(Exception):
    """Discord would not take this: a mistake of the bot's."""

    def __init__(
        self, message: str, at: At = (), code: str = "", *, number: int = 50035, status: int = 400
    ) -> None:
        super().__init__(message)
        self.message, self.at, self.code = message, at, code
        self.number, self.status = number, status

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.at))}: {self.message}" if self.at else self.message

    def body(self) -> Json:
        if self.number != 50035:
            return {"message": self.message, "code": self.number}
        errors: Json = {"_errors": [{"code": self.code, "message": self.message}]}
        for key in reversed(self.at):
            errors = {str(key): errors}
        return {"message": "Invalid Form Body", "code": 50035, "errors": errors}


class Refused(Exception):
    """Discord says no because of the state of the world: no mistake of the bot's."""

    def __init__(self, status: int, number: int, message: str) -> None:
        super().__init__(message)
        self.status, self.number, self.message = status, number, message

    def body(self) -> Json:
        return {"message": self.message, "code": self.number}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in a multipart request."""

    name: str
    content: bytes = field(repr=False)


def well_formed(value: object) -> None:
    """No lone surrogates, at any depth. Raises Rejected."""
    if has_surrogate(value):
        raise Rejected("The request body contains invalid JSON.", number=50109)


# Values of one kind


def string(value: object, at: At, most: int, least: int = 0) -> str:
    if not isinstance(value, str):
        raise Rejected("Could not interpret value as string.", at, "STRING_TYPE_CONVERT")
    if least and not value.strip():
        raise Rejected("This field is required", at, "BASE_TYPE_REQUIRED")
    if not least <= length(value) <= most:
        if least:
            said = f"Must be between {least} and {most} in length."
            raise Rejected(said, at, "BASE_TYPE_BAD_LENGTH")
        raise Rejected(f"Must be {most} or fewer in length.", at, "BASE_TYPE_MAX_LENGTH")
    return value


def optional(data: Json, key: str, at: At, most: int, least: int = 0) -> str:
    """A text that may be missing or null; "" then."""
    value = data.get(key)
    return "" if value is None else string(value, (*at, key), most, least)


def needed(data: Json, key: str, at: At, most: int, least: int = 1) -> str:
    if data.get(key) is None:
        raise Rejected("This field is required", (*at, key), "BASE_TYPE_REQUIRED")
    return string(data[key], (*at, key), most, least)


def number(value: object, at: At, least: int, most: int) -> int:
    if type(value) is not int:
        raise Rejected(f'Value "{value}" is not int.', at, "NUMBER_TYPE_COERCE")
    if not least <= value <= most:
        said = f"int value should be between {least} and {most}."
        raise Rejected(said, at, "NUMBER_TYPE_RANGE")
    return value


def flag(data: Json, key: str, at: At) -> bool:
    value = data.get(key)
    if value is not None and not isinstance(value, bool):
        raise Rejected("Must be either true or false.", (*at, key), "BOOLEAN_TYPE_CONVERT")
    return bool(value)


def array(value: object, at: At, most: int, least: int = 0) -> list[object]:
    if value is None and not least:
        return []
    if not isinstance(value, list):
        raise Rejected("Only iterables may be used in a ListType", at, "LIST_TYPE_CONVERT")
    if not least <= len(value) <= most:
        said = f"Must be between {least} and {most} in length."
        raise Rejected(said, at, "BASE_TYPE_BAD_LENGTH")
    return value


def objects(value: object, at: At, most: int, least: int = 0) -> list[Json]:
    found: list[Json] = []
    for index, one in enumerate(array(value, at, most, least)):
        if not isinstance(one, dict):
            raise Rejected("Only dictionaries may be used in a DictType", (*at, index), "DICT_TYPE")
        found.append(one)
    return found


def mapping(value: object, at: At) -> Json:
    if not isinstance(value, dict):
        raise Rejected("Only dictionaries may be used in a DictType", at, "DICT_TYPE_CONVERT")
    return value


def link(value: object, at: At, most: int = URL) -> str:
    address = string(value, at, most, 1)
    if not LINK.fullmatch(address):
        raise Rejected("Not a well formed URL.", at, "URL_TYPE_INVALID_URL")
    return address


def snowflake(value: object, at: At) -> int:
    """discord.py sends numbers where the documentation says strings; Discord takes both."""
    if isinstance(value, str) and value.isdecimal() and value.isascii():
        return int(value)
    if type(value) is int and value >= 0:
        return value
    raise Rejected(f'Value "{value}" is not snowflake.', at, "NUMBER_TYPE_COERCE")


def media(value: object, at: At, files: Collection[str]) -> str:
    """The address of a picture or a file, which may be one that came along."""
    url = needed(mapping(value, at), "url", at, MEDIA_URL)
    if not url.startswith("attachment://"):
        return link(url, (*at, "url"), MEDIA_URL)
    if url.removeprefix("attachment://") not in files:
        said = f"The referenced attachment was not found: {url}"
        code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
        raise Rejected(said, (*at, "url"), code)
    return url


# Parts of a message


def content(data: Json, at: At = ()) -> str:
    """The text as Discord keeps it: without the white space at both ends."""
    return optional(data, "content", at, CONTENT).strip()


def embeds(value: object, files: Collection[str] = (), at: At = ("embeds",)) -> list[Json]:
    """`files` are the names that attachment:// may refer to."""
    listed = objects(value, at, EMBEDS)
    for index, one in enumerate(listed):
        for key in ("image", "thumbnail"):
            if one.get(key) is not None:
                media(one[key], (*at, index, key), files)
    total = sum(_embed(one, (*at, index)) for index, one in enumerate(listed))
    if total > EMBED_CHARACTERS:
        said = f"Embed size exceeds maximum size of {EMBED_CHARACTERS}"
        raise Rejected(said, at, "MAX_EMBED_SIZE_EXCEEDED")
    return listed


def _embed(one: Json, at: At) -> int:
    """The characters that count."""
    texts = [
        optional(one, "title", at, EMBED_TITLE),
        optional(one, "description", at, EMBED_DESCRIPTION),
    ]
    if one.get("color") is not None:
        number(one["color"], (*at, "color"), 0, 0xFFFFFF)
    if one.get("url") is not None:
        link(one["url"], (*at, "url"), MEDIA_URL)
    for index, entry in enumerate(objects(one.get("fields"), (*at, "fields"), FIELDS)):
        place = (*at, "fields", index)
        texts.append(needed(entry, "name", place, FIELD_NAME))
        texts.append(needed(entry, "value", place, FIELD_VALUE))
    if one.get("footer") is not None:
        footer = mapping(one["footer"], (*at, "footer"))
        texts.append(needed(footer, "text", (*at, "footer"), EMBED_FOOTER))
    if one.get("author") is not None:
        author = mapping(one["author"], (*at, "author"))
        texts.append(needed(author, "name", (*at, "author"), EMBED_AUTHOR))
    shown = any(texts) or any(one.get(key) for key in ("image", "thumbnail", "video"))
    if not shown:
        raise Rejected("This field is required", (*at, "description"), "BASE_TYPE_REQUIRED")
    return sum(map(length, texts))


def allowed_mentions(value: object, at: At = ("allowed_mentions",)) -> None:
    if value is None:
        return
    asked = mapping(value, at)
    parse = array(asked.get("parse"), (*at, "parse"), 3)
    for index, kind in enumerate(parse):
        if kind not in ("users", "roles", "everyone"):
            said = "Value must be one of {'roles', 'users', 'everyone'}."
            raise Rejected(said, (*at, "parse", index), "BASE_TYPE_CHOICES")
    for kind in ("users", "roles"):
        listed = array(asked.get(kind), (*at, kind), MENTIONS)
        ids = [snowflake(one, (*at, kind, index)) for index, one in enumerate(listed)]
        if len(set(ids)) != len(ids):
            raise Rejected("The items must be unique.", (*at, kind), "SET_TYPE_ALREADY_CONTAINS")
        if ids and kind in parse:
            said = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            raise Rejected(said, at, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE")
    flag(asked, "replied_user", at)


def pings(texts: str, allowed: object, replied_to: int | None) -> list[str]:
    """Whom a message would call: everyone it names, where nothing was said about mentions."""
    asked = allowed if isinstance(allowed, dict) else None
    found: list[str] = []
    if replied_to is not None and (asked is None or asked.get("replied_user")):
        found.append(f"<@{replied_to}>")
    for match in MENTION.finditer(texts):
        user, role, all_of_them = match.groups()
        kind, number = ("users", user) if user else ("roles", role) if role else ("everyone", "")
        if asked is not None and kind not in (asked.get("parse") or ()):
            listed = asked.get(kind) if number else None
            if not isinstance(listed, list) or number not in map(str, listed):
                continue
        named = f"@{all_of_them}" if all_of_them else f"<@{'&' if role else ''}{number}>"
        if named not in found:
            found.append(named)
    return found


def flags(value: object, may: int, at: At = ("flags",)) -> int:
    """The flags of a request; `may` are those that can be set at all here."""
    if value is None:
        return 0
    asked = number(value, at, 0, 2**53)
    if asked & ~may:
        said = f"Flags {asked & ~may} cannot be set here."
        raise Rejected(said, at, "BITFIELD_TYPE_INVALID")
    return asked


def nonce(value: object, at: At = ("nonce",)) -> str:
    if value is None:
        return ""
    if type(value) is int:
        return str(number(value, at, -(2**63), 2**63 - 1))
    return string(value, at, NONCE)


def uploads(files: Mapping[int, Upload], listed: object, kept: Collection[int], at: At) -> None:
    """Files and what the body says of them; `kept` are attachments of the edited message."""
    if len(files) > ATTACHMENTS:
        said = f"Must be between 0 and {ATTACHMENTS} in length."
        raise Rejected(said, (*at, "attachments"), "BASE_TYPE_BAD_LENGTH")
    for one in files.values():
        if len(one.content) > FILE_BYTES:
            raise Rejected("Request entity too large", number=40005, status=413)
    for index, one in enumerate(objects(listed, (*at, "attachments"), ATTACHMENTS)):
        place = (*at, "attachments", index)
        if snowflake(one.get("id"), (*place, "id")) not in (*files, *kept):
            said = f"Attachment data for attachment {one['id']} not found."
            raise Rejected(said, place, "ATTACHMENT_NOT_FOUND")
        optional(one, "filename", place, FILE_NAME, 1)
        optional(one, "description", place, ATTACHMENT_DESCRIPTION)


def file_name(name: str) -> str:
    """The name under which Discord keeps a file."""
    return re.sub(r"[^\w.\-]", "_", name, flags=re.ASCII) or "unnamed"


def whole(message: Json) -> None:
    """A message as it would stand in the channel after a request."""
    held = message.get("content"), message.get("embeds")
    if number(message["flags"], ("flags",), 0, 2**31) & V2:
        for key in ("content", "embeds", "sticker_ids"):
            if message.get(key):
                said = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
                raise Rejected(said, (key,), code)
        held = ()  # type: ignore[assignment]
    shown = *held, message.get("sticker_ids"), message.get("attachments")
    if not any(shown) and not message.get("components"):
        raise Rejected("Cannot send an empty message", number=50006)
