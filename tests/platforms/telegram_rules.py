"""What Telegram does not take: pure checks of texts, entities, keyboards, commands and pictures.

Each check raises `Rejected` with Telegram's wording where one is known. Where Telegram repairs a
request in silence (a crossing entity, the 101st one) the check rejects it all the same: what the
bot sends should be what people see.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.platforms.unicode import has_surrogate, utf16

TEXT, CAPTION = 4096, 1024
ENTITIES = 100
PLACEHOLDER = 64
CALLBACK_DATA = 64
CALLBACK_TEXT = 200
ROW, KEYBOARD = 8, 100
COMMANDS, DESCRIPTION = 100, 256
PHOTO_BYTES, DOCUMENT_BYTES = 10_000_000, 50_000_000

ENTITY_TYPES = frozenset(
    "mention hashtag cashtag bot_command url email phone_number bold italic underline "
    "strikethrough spoiler blockquote expandable_blockquote code pre text_link text_mention "
    "custom_emoji date_time".split()
)
STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
FIXED = frozenset({"code", "pre"})
ENTITY_NEEDS = {
    "text_link": ("url", str),
    "text_mention": ("user", dict),
    "custom_emoji": ("custom_emoji_id", str),
    "date_time": ("unix_time", int),
}
ACTIONS = frozenset(
    "url callback_data web_app login_url switch_inline_query switch_inline_query_current_chat "
    "switch_inline_query_chosen_chat copy_text callback_game pay".split()
)
CHAT_ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document "
    "choose_sticker find_location record_video_note upload_video_note".split()
)
SCOPES: dict[str, frozenset[str]] = {
    "default": frozenset(),
    "all_private_chats": frozenset(),
    "all_group_chats": frozenset(),
    "all_chat_administrators": frozenset(),
    "chat": frozenset({"chat_id"}),
    "chat_administrators": frozenset({"chat_id"}),
    "chat_member": frozenset({"chat_id", "user_id"}),
}
# What TDLib counts as nothing to see, beside the spaces that str.strip knows.
UNSEEN = (
    "\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\u2800\u3164\ufeff\ufffc"
)
SPACE = " \t\r\n\v\f\0"

Entities = list[dict[str, object]]


class Rejected(Exception):
    """Telegram would not take this; the text is its description without "Bad Request: "."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text as Telegram keeps it: stripped, its entities shifted along."""

    text: str
    entities: Entities


def well_formed(value: object) -> None:
    """No lone surrogates, at any depth. Raises Rejected."""
    if has_surrogate(value):
        raise Rejected("strings must be encoded in UTF-8")


def invisible(text: str) -> bool:
    return not text.strip().strip(UNSEEN + SPACE)


def formatted(text: str, entities: object, *, most: int = TEXT, empty: bool = False) -> Formatted:
    """The checked text, as it is kept. `empty`: a caption or a draft may have no text."""
    well_formed(text)
    if invisible(text) and not empty:
        raise Rejected("message text is empty")
    if max(utf16(text), len(text)) > most:
        raise Rejected("message is too long" if most == TEXT else "message caption is too long")
    spans = entities_of(text, entities)
    return stripped(text, spans)


def entities_of(text: str, entities: object) -> Entities:
    """The entities, once each is fit by itself and all are fit together."""
    if entities is None:
        return []
    if not isinstance(entities, list) or not all(isinstance(one, dict) for one in entities):
        raise Rejected("can't parse MessageEntity: expected an Array of Object")
    if len(entities) > ENTITIES:
        raise Rejected(f"too many entities: {len(entities)}, Telegram shows the first {ENTITIES}")
    inside = _inside_pairs(text)
    length = utf16(text)
    for entity in entities:
        _entity(entity, length, inside)
    _nesting(entities)
    return entities


def _inside_pairs(text: str) -> set[int]:
    """UTF-16 offsets that lie between the halves of a surrogate pair."""
    if text.isascii():
        return set()
    found, at = set(), 0
    for char in text:
        if char > "\uffff":
            found.add(at + 1)
            at += 1
        at += 1
    return found


def _entity(entity: dict[str, object], length: int, inside: set[int]) -> None:
    kind, offset, extent = entity.get("type"), entity.get("offset"), entity.get("length")
    if kind not in ENTITY_TYPES:
        raise Rejected(f"can't parse MessageEntity: unsupported type {kind!r} specified")
    if type(offset) is not int or offset < 0:
        raise Rejected(f"receive an entity with incorrect offset {offset}")
    if type(extent) is not int or extent <= 0:
        raise Rejected(f"receive an entity with incorrect length {extent}")
    if offset >= length:
        raise Rejected(f"entity begins after the end of the text at UTF-16 offset {offset}")
    end = offset + extent
    if end > length:
        raise Rejected(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text"
            f" at UTF-16 offset {end}"
        )
    if offset in inside:
        raise Rejected(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {offset}")
    if end in inside:
        raise Rejected(
            f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol"
            f" at UTF-16 offset {end}"
        )
    if kind in ENTITY_NEEDS:
        field, expected = ENTITY_NEEDS[str(kind)]
        if not isinstance(entity.get(field), expected):
            raise Rejected(f"can't parse MessageEntity: can't find field \"{field}\"")
    if kind == "text_link":
        url(str(entity["url"]), "entity")


def _nesting(entities: Entities) -> None:
    """Each entity lies inside or beside every other, and only what may nest nests."""
    spans = sorted(
        (
            (_int(one, "offset"), _int(one, "offset") + _int(one, "length"), str(one["type"]))
            for one in entities
        ),
        key=lambda span: (span[0], -span[1]),
    )
    around: list[tuple[int, int, str]] = []
    for span in spans:
        while around and around[-1][1] <= span[0]:
            around.pop()
        for outer in around:
            if span[1] > outer[1]:
                raise Rejected(f"entities cross: {outer} and {span}")
            if not _may_nest(outer[2], span[2], same=outer[:2] == span[:2]):
                raise Rejected(f"entities nest that must not: {outer} and {span}")
        around.append(span)


def _may_nest(outer: str, inner: str, *, same: bool) -> bool:
    """TDLib's are_entities_valid: code goes into a quote and nowhere else; links do not nest."""
    if same and inner in QUOTES and outer in FIXED:
        outer, inner = inner, outer
    if outer in FIXED or (inner in FIXED and outer not in QUOTES):
        return False
    if outer in QUOTES:
        return inner not in QUOTES
    return outer in STYLES or inner in STYLES or (same and inner in QUOTES)


def _int(one: dict[str, object], key: str) -> int:
    value = one[key]
    assert isinstance(value, int)
    return value


def stripped(text: str, entities: Entities) -> Formatted:
    """Without the spaces at both ends, which Telegram drops, and with entities moved along."""
    right = text.rstrip(SPACE)
    kept = right.lstrip(SPACE)
    if len(kept) == len(text) or not entities:
        return Formatted(kept, entities)
    shift, length = utf16(right) - utf16(kept), utf16(kept)
    moved: Entities = []
    for one in entities:
        start = max(_int(one, "offset") - shift, 0)
        end = min(_int(one, "offset") + _int(one, "length") - shift, length)
        if end > start:
            moved.append({**one, "offset": start, "length": end - start})
    return Formatted(kept, moved)


def url(address: str, what: str) -> None:
    """An address that Telegram takes for a link: http(s) with a dotted host, or one of its own."""
    well_formed(address)
    wrong = f"{what} URL '{address}' is invalid: "
    if re.search(r"[\s\x00-\x1f\x7f<>\"]", address):
        raise Rejected(wrong + "Wrong HTTP URL")
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise Rejected(wrong + "Wrong port number specified in the URL") from None
    if parts.scheme in {"tg", "ton", "tonsite"}:
        return
    if parts.scheme not in {"http", "https"}:
        raise Rejected(wrong + "Unsupported URL protocol")
    host = parts.hostname or ""
    if not host:
        raise Rejected(wrong + "URL host is empty")
    if not port_is_fine or not re.fullmatch(
        r"[^.\s]+(\.[^.\s]+)+|\[?[0-9a-f:]*:[0-9a-f:.]+\]?", host
    ):
        raise Rejected(wrong + "Wrong HTTP URL")


def inline_keyboard(markup: dict[str, object]) -> list[list[dict[str, object]]]:
    """The rows of an inline keyboard that Telegram takes; rows without a button are dropped."""
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list):
        raise Rejected('field "inline_keyboard" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise Rejected('field "inline_keyboard" must be an Array of Arrays')
    if any(len(row) > ROW for row in rows):
        raise Rejected(f"reply markup has a row of more than {ROW} buttons")
    if sum(map(len, rows)) > KEYBOARD:
        raise Rejected("reply markup is too long")
    for row in rows:
        for button in row:
            _button(button)
    return [row for row in rows if row]


def _button(button: object) -> None:
    wrong = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise Rejected(wrong + "expected an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise Rejected(wrong + 'field "text" must be of type String')
    well_formed(button)
    if invisible(text):
        raise Rejected(wrong + "inline keyboard button text is empty")
    actions = ACTIONS & button.keys()
    if not actions:
        raise Rejected(wrong + "Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise Rejected(wrong + f"more than one action: {sorted(actions)}")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= CALLBACK_DATA:
            raise Rejected("BUTTON_DATA_INVALID")
    if "url" in button:
        url(str(button["url"]), "inline keyboard button")
    if "copy_text" in button:
        copied = button["copy_text"]
        if not isinstance(copied, dict) or not 1 <= len(str(copied.get("text", ""))) <= 256:
            raise Rejected("BUTTON_COPY_TEXT_INVALID")
    if button.get("style", "primary") not in ("primary", "success", "danger"):
        raise Rejected("BUTTON_STYLE_INVALID")


def reply_markup(markup: object, *, edit: bool = False) -> dict[str, object]:
    """Any of the four kinds of markup; an edit takes an inline keyboard alone."""
    if markup is None:
        return {}
    if not isinstance(markup, dict):
        raise Rejected("object expected as reply markup")
    kinds = {"inline_keyboard", "keyboard", "remove_keyboard", "force_reply"} & markup.keys()
    if len(kinds) != 1:
        raise Rejected("can't parse reply markup: exactly one kind is expected")
    if edit and kinds != {"inline_keyboard"}:
        raise Rejected("inline keyboard expected")
    if "inline_keyboard" in markup:
        return {**markup, "inline_keyboard": inline_keyboard(markup)}
    well_formed(markup)
    if "force_reply" in markup and markup["force_reply"] is not True:
        raise Rejected('field "force_reply" must be True')
    placeholder(markup.get("input_field_placeholder"))
    return markup


def placeholder(text: object) -> None:
    if text is None:
        return
    if not isinstance(text, str) or not text.strip() or max(len(text), utf16(text)) > PLACEHOLDER:
        raise Rejected(f"input_field_placeholder must have 1-{PLACEHOLDER} characters")


def callback_answer(text: str, address: str) -> None:
    well_formed(text)
    if max(len(text), utf16(text)) > CALLBACK_TEXT:
        raise Rejected("MESSAGE_TOO_LONG")
    if address and not re.match(r"(https?://)?(t\.me|telegram\.me)/|tg://", address):
        raise Rejected("URL_INVALID")


def commands(listed: object) -> list[dict[str, object]]:
    if not isinstance(listed, list):
        raise Rejected("can't parse commands: expected an Array of BotCommand")
    if len(listed) > COMMANDS:
        raise Rejected("BOT_COMMANDS_TOO_MUCH")
    for one in listed:
        if not isinstance(one, dict):
            raise Rejected("can't parse commands: expected an Object")
        well_formed(one)
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(one.get("command", ""))):
            raise Rejected(f"BOT_COMMAND_INVALID: {one.get('command')!r}")
        described = str(one.get("description", ""))
        if not described.strip() or max(len(described), utf16(described)) > DESCRIPTION:
            raise Rejected(f"BOT_COMMAND_DESCRIPTION_INVALID: {one.get('command')!r}")
    names = [one["command"] for one in listed]
    if len(set(names)) != len(names):
        raise Rejected("BOT_COMMAND_INVALID: a command is listed twice")
    return listed


def scope(one: object) -> dict[str, object]:
    """A scope of commands; none means the default one."""
    if one is None:
        return {"type": "default"}
    if not isinstance(one, dict) or one.get("type") not in SCOPES:
        raise Rejected("can't parse BotCommandScope: unsupported type specified")
    if not SCOPES[one["type"]] <= one.keys():
        raise Rejected("can't parse BotCommandScope: chat_id or user_id is missing")
    return one


def language(code: str) -> str:
    if not re.fullmatch(r"([a-z]{2})?", code):
        raise Rejected("invalid language code specified")
    return code


def short(text: str, most: int, what: str) -> str:
    well_formed(text)
    if max(len(text), utf16(text)) > most:
        raise Rejected(f"{what} is too long")
    return text


def secret(token: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", token):
        raise Rejected("secret token contains unallowed characters")
    return token


def photo(content: bytes) -> tuple[int, int]:
    """The width and height of a picture that Telegram takes as a photo."""
    if not content:
        raise Rejected("file must be non-empty")
    if len(content) > PHOTO_BYTES:
        raise Rejected(f"file of size {len(content)} bytes is too big for a photo")
    size = dimensions(content)
    if size is None:
        raise Rejected("IMAGE_PROCESS_FAILED")
    width, height = size
    if min(size) <= 0 or width + height > 10_000:
        raise Rejected("PHOTO_INVALID_DIMENSIONS")
    if max(width, height) > 20 * min(width, height):
        raise Rejected("PHOTO_INVALID_DIMENSIONS")
    return size


def dimensions(content: bytes) -> tuple[int, int] | None:
    """Read from the head of a PNG, GIF, WebP or JPEG; None for anything else."""
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    if content[:6] in (b"GIF87a", b"GIF89a") and len(content) >= 10:
        return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return 512, 512
    return _jpeg(content) if content[:2] == b"\xff\xd8" else None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height = int.from_bytes(content[at + 5 : at + 7], "big")
            return int.from_bytes(content[at + 7 : at + 9], "big"), height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def document(content: bytes) -> None:
    if not content:
        raise Rejected("file must be non-empty")
    if len(content) > DOCUMENT_BYTES:
        raise Rejected("Request Entity Too Large")


def message_ids(listed: object) -> Sequence[int]:
    if not isinstance(listed, list) or not all(type(one) is int for one in listed):
        raise Rejected("can't parse message identifiers")
    if not 1 <= len(listed) <= 100:
        raise Rejected("wrong number of message identifiers")
    return listed
