"""The Bot API's methods that write to chats: what each rejects, does and answers.

`Rejected` is a mistake of the bot's, `Refused` a state of the world. A request is first checked
for mistakes, so that a blocked chat does not hide them.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.platforms import telegram_rules as rules
from tests.platforms.telegram_chats import Button, Chat, Json, Kind, Shown
from tests.platforms.telegram_feed import Refused
from tests.platforms.telegram_files import Files, Stored
from tests.platforms.telegram_params import chat_of, string
from tests.platforms.telegram_rules import Rejected
from tests.platforms.telegram_world import World

SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are"
    " exactly the same as a current content and reply markup of the message"
)
LATE = "Bad Request: query is too old and response timeout expired or query ID is invalid"
MEDIA = ("photo", "document")
BODY = ("text", "entities", "caption", "caption_entities", *MEDIA)


@dataclass(slots=True)
class Content:
    """What a message is about to carry, checked; JSON fields and how they look."""

    text: str
    entities: rules.Entities
    raw: Json
    file: Stored | None = None


class Messages:
    """The methods that write to chats, on decoded parameters."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.files = Files()
        self.table: dict[str, Callable[[Json], object]] = {
            "sendMessage": self.send_message,
            "sendPhoto": lambda data: self.send_file(data, "photo"),
            "sendDocument": lambda data: self.send_file(data, "document"),
            "editMessageText": self.edit_text,
            "editMessageCaption": self.edit_caption,
            "editMessageReplyMarkup": self.edit_markup,
            "editMessageMedia": self.edit_media,
            "deleteMessage": self.delete_message,
            "deleteMessages": self.delete_messages,
            "answerCallbackQuery": self.answer_callback,
            "sendChatAction": self.chat_action,
            "sendMessageDraft": self.draft,
        }

    # Sending

    def send_message(self, data: Json) -> Json:
        return self._send(data, self._text(data), "text messages")

    def send_file(self, data: Json, kind: str) -> Json:
        stored = self.files.named(data, data.get(kind), kind)
        return self._send(data, self._caption(data, stored), f"{kind}s")

    def _send(self, data: Json, content: Content, what: str) -> Json:
        markup = rules.reply_markup(data.get("reply_markup"))
        _reply_shape(data.get("reply_parameters"))
        place = self.world.reachable(chat_of(data))
        topic = self.world.thread(place, data.get("message_thread_id"))
        reply_to = self._replied(place, data.get("reply_parameters"))
        if place.forbidden:
            raise Refused(400, f"Bad Request: not enough rights to send {what} to the chat")
        raw = {**self.world.head(place, topic, reply_to), **content.raw}
        shown = _show(raw, place.id, topic, content, markup)
        shown.reply_to = reply_to
        shown.silent = data.get("disable_notification") is True
        _preview(data, raw, shown)
        if "inline_keyboard" in markup:
            raw["reply_markup"] = markup
        place.shown[shown.id], place.raw[shown.id] = shown, raw
        self.world.changed("new", shown)
        return raw

    def _replied(self, place: Chat, parameters: object) -> int | None:
        if not isinstance(parameters, dict):
            return None
        number = parameters["message_id"]
        replied = place.shown.get(number)
        if number in place.raw and not (replied and replied.deleted):
            assert isinstance(number, int)
            return number
        if parameters.get("allow_sending_without_reply"):
            return None
        raise Refused(400, "Bad Request: message to be replied not found")

    def _text(self, data: Json) -> Content:
        _no_parse_mode(data)
        kept = rules.formatted(string(data, "text"), data.get("entities"))
        return Content(kept.text, kept.entities, _some(text=kept.text, entities=kept.entities))

    def _caption(self, data: Json, stored: Stored | None) -> Content:
        _no_parse_mode(data)
        kept = rules.formatted(
            string(data, "caption"), data.get("caption_entities"), most=rules.CAPTION, empty=True
        )
        raw = _some(caption=kept.text, caption_entities=kept.entities)
        if stored:
            raw[stored.kind] = stored.json
        return Content(kept.text, kept.entities, raw, stored)

    # Editing

    def edit_text(self, data: Json) -> Json:
        content = self._text(data)
        place, shown, markup = self._editable(data)
        if "text" not in place.raw[shown.id]:
            raise Rejected("there is no text in the message to edit")
        return self._edit(place, shown, "text", content, markup, data)

    def edit_caption(self, data: Json) -> Json:
        content = self._caption(data, None)
        place, shown, markup = self._editable(data)
        if "text" in place.raw[shown.id]:
            raise Rejected("there is no caption in the message to edit")
        return self._edit(place, shown, "caption", content, markup, data)

    def edit_markup(self, data: Json) -> Json:
        place, shown, markup = self._editable(data)
        return self._edit(place, shown, "markup", None, markup, data)

    def edit_media(self, data: Json) -> Json:
        media = data.get("media")
        if not isinstance(media, dict) or media.get("type") not in ("photo", "document"):
            raise Rejected("can't parse InputMedia: unsupported type specified")
        content = self._caption(media, self.files.named(data, media.get("media"), media["type"]))
        place, shown, markup = self._editable(data)
        return self._edit(place, shown, "media", content, markup, data)

    def _standing(self, data: Json, verb: str) -> tuple[Chat, Shown]:
        """The message that is named, which must still be there, and its chat."""
        number = data.get("message_id")
        if not isinstance(number, int):
            raise Rejected("message identifier is not specified")
        place = self.world.reachable(chat_of(data))
        shown = place.shown.get(number)
        if shown is None or shown.deleted:
            raise Refused(400, f"Bad Request: message to {verb} not found")
        return place, shown

    def _editable(self, data: Json) -> tuple[Chat, Shown, Json]:
        markup = rules.reply_markup(data.get("reply_markup"), edit=True)
        place, shown = self._standing(data, "edit")
        if not shown.by_bot or shown.other_markup:
            raise Rejected("message can't be edited")
        return place, shown, markup

    def _edit(
        self,
        place: Chat,
        shown: Shown,
        kind: Kind,
        content: Content | None,
        markup: Json,
        data: Json,
    ) -> Json:
        """An edit without a keyboard takes the keyboard away, as Telegram does."""
        old = place.raw[shown.id]
        new = {**old, "edit_date": int(time.time())}
        if content:
            for name in BODY:
                if name not in MEDIA or content.file:
                    new.pop(name, None)
            new |= content.raw
        new.pop("reply_markup", None)
        if markup.get("inline_keyboard"):
            new["reply_markup"] = markup
        same_body = all(new.get(name) == old.get(name) for name in BODY)
        if same_body and new.get("reply_markup") == old.get("reply_markup"):
            raise Refused(400, SAME)
        before = shown.text
        if content:
            shown.text, shown.entities = content.text, content.entities
            if content.file:
                _show_file(shown, content.file)
        shown.rows = _rows(markup)
        if kind == "text":
            _preview(data, new, shown)
        place.raw[shown.id] = new
        self.world.changed("markup" if same_body else kind, shown, before)
        return new

    def delete_message(self, data: Json) -> bool:
        place, shown = self._standing(data, "delete")
        if not shown.by_bot and place.type != "private":
            raise Refused(400, "Bad Request: message can't be deleted for everyone")
        self._delete([shown])
        return True

    def delete_messages(self, data: Json) -> bool:
        numbers = rules.message_ids(data.get("message_ids"))
        place = self.world.reachable(chat_of(data))
        found = (place.shown[number] for number in numbers if number in place.shown)
        self._delete(one for one in found if one.by_bot or place.type == "private")
        return True

    def _delete(self, messages: Iterable[Shown]) -> None:
        for shown in messages:
            if not shown.deleted:
                shown.deleted = True
                self.world.changed("deleted", shown, shown.text)

    # Answers and signs of life

    def answer_callback(self, data: Json) -> bool:
        number, text = string(data, "callback_query_id"), string(data, "text")
        rules.callback_answer(text, string(data, "url"))
        callbacks = self.world.callbacks
        if number in self.world.late_callbacks or callbacks.get(number, "") is not None:
            raise Refused(400, LATE)
        callbacks[number] = text
        return True

    def chat_action(self, data: Json) -> bool:
        if data.get("action") not in rules.CHAT_ACTIONS:
            raise Rejected("wrong parameter action in request")
        place = self.world.reachable(chat_of(data))
        self.world.thread(place, data.get("message_thread_id"))
        return True

    def draft(self, data: Json) -> bool:
        _no_parse_mode(data)
        rules.formatted(string(data, "text"), data.get("entities"), empty=True)
        if not data.get("draft_id"):
            raise Rejected("draft identifier must be non-zero")
        place = self.world.reachable(chat_of(data))
        if place.type != "private":
            raise Rejected("TEXTDRAFT_PEER_INVALID")
        self.world.thread(place, data.get("message_thread_id"))
        return True


def _some(**fields: object) -> Json:
    return {name: value for name, value in fields.items() if value}


def _no_parse_mode(data: Json) -> None:
    if data.get("parse_mode"):
        raise Rejected("can't parse entities: this server reads no parse_mode, send entities")


def _reply_shape(parameters: object) -> None:
    if parameters is None:
        return
    if not isinstance(parameters, dict) or type(parameters.get("message_id")) is not int:
        raise Rejected("can't parse reply parameters")
    if parameters.get("quote_parse_mode"):
        raise Rejected("can't parse entities: this server reads no parse_mode, send entities")


def _rows(markup: Json) -> list[list[Button]]:
    rows = markup.get("inline_keyboard", [])
    assert isinstance(rows, list)
    return [
        [
            Button(
                one["text"], one.get("callback_data", ""), one.get("url", ""), one.get("style", "")
            )
            for one in row
        ]
        for row in rows
    ]


def _show(raw: Json, chat: int, topic: int | None, content: Content, markup: Json) -> Shown:
    rows = _rows(markup)
    number = raw["message_id"]
    assert isinstance(number, int)
    shown = Shown(number, chat, topic, True, content.text, content.entities, rows)
    shown.original_rows = rows
    shown.force_reply = markup.get("force_reply") is True
    shown.placeholder = str(markup.get("input_field_placeholder", ""))
    shown.other_markup = bool(markup) and "inline_keyboard" not in markup
    if content.file:
        _show_file(shown, content.file)
    return shown


def _show_file(shown: Shown, stored: Stored) -> None:
    shown.photo = stored.content if stored.kind == "photo" else b""
    shown.document = stored.content if stored.kind == "document" else b""
    shown.file_name = stored.name


def _preview(data: Json, raw: Json, shown: Shown) -> None:
    options = data.get("link_preview_options")
    if isinstance(options, dict):
        raw["link_preview_options"] = shown.link_preview = options
