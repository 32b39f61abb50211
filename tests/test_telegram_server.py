"""The Telegram server of the tests is itself tested: the real library on one side, raw calls on the
other. A rule that never fires proves nothing, so each has a breach planted for it.
"""

import asyncio
import json
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import aiohttp
import pytest
from aiohttp import web
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    Chat,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
    Update,
    constants,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes
from telegram.request import HTTPXRequest

from tests.platforms import telegram_rules as rules
from tests.platforms.telegram_server import Fault, Limits, TelegramServer
from tests.platforms.telegram_spec import specs

ANN, BEN = 7, 8
RIGHT, WRONG = "s3cret", "guessed"
HALL, FORUM = -50, -1_000_000_000_055
Call = Callable[..., Awaitable[dict[str, object]]]


def png(width: int = 40, height: int = 30) -> bytes:
    """A small white picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\x00" + b"\xff" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PICTURE = png()


def keyboard(*rows: list[str]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, callback_data=f"do:{text}") for text in row] for row in rows]
    )


def entity(kind: str, offset: int, length: int, **more: object) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length, **more}


def buttons(*row: object) -> dict[str, object]:
    return {"inline_keyboard": [list(row)]}


def button(data: str, text: str = "Go") -> dict[str, object]:
    return {"text": text, "callback_data": data}


async def started(**options: object) -> TelegramServer:
    server = TelegramServer(**options)  # type: ignore[arg-type]
    await server.start()
    server.person(ANN, "Ann")
    server.person(BEN, "Ben", "de")
    server.group(HALL, "Hall")
    server.group(FORUM, "Forum", forum=True)
    return server


@pytest.fixture(autouse=True)
def durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the library warns in place of every RetryAfter, and a warning is an error here."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    """Watched by the spec, where there is one: it also finds this server's own mistakes."""
    running = await started(specs=specs())
    yield running
    await running.stop()
    assert running.mistakes == []


@pytest.fixture
async def plain() -> AsyncIterator[TelegramServer]:
    """Without the spec: the hand-written rules alone."""
    running = await started()
    yield running
    await running.stop()
    assert running.mistakes == []


def client(server: TelegramServer) -> Bot:
    """The library, spared from reading the certificates of the world 200 times."""
    polls, rest = (HTTPXRequest(httpx_kwargs={"verify": False}) for _ in range(2))
    return Bot(server.token, base_url=server.base_url, request=rest, get_updates_request=polls)


@pytest.fixture
async def bot(server: TelegramServer) -> AsyncIterator[Bot]:
    async with client(server) as running:
        yield running


async def post(session: aiohttp.ClientSession, url: str, params: dict[str, object]) -> object:
    form = aiohttp.FormData()
    for name, value in params.items():
        if isinstance(value, bytes):
            form.add_field(name, value, filename="a.png")
        else:
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    async with session.post(url, data=form) as answer:
        return await answer.json()


@pytest.fixture
async def call(plain: TelegramServer) -> AsyncIterator[Call]:
    """Calls a method without a library in between; a message for Ann where nobody is named."""
    async with aiohttp.ClientSession() as session:

        async def calling(method: str, **params: object) -> object:
            return await post(session, f"{plain.base_url}{plain.token}/{method}", params)

        yield calling  # type: ignore[misc]


# What Telegram does not take


@dataclass(frozen=True)
class Breach:
    says: str  # a true sentence, and the name of the test
    wording: str
    method: str
    params: dict[str, object]


def text(says: str, wording: str, sent: str, **params: object) -> Breach:
    return Breach(says, wording, "sendMessage", {"chat_id": ANN, "text": sent, **params})


def marked(says: str, wording: str, markup: object) -> Breach:
    return text(says, wording, "Hello", reply_markup=markup)


def spans(says: str, wording: str, sent: str, *entities: object) -> Breach:
    return text(says, wording, sent, entities=list(entities))


def other(says: str, wording: str, method: str, **params: object) -> Breach:
    return Breach(says, wording, method, params)


BREACHES = [
    text("a message has text", "message text is empty", ""),
    text("spaces are no text", "message text is empty", " \n\t "),
    text("unseen characters are no text", "message text is empty", "\u200b\u2060\u00a0"),
    text("4097 characters are too many", "message is too long", "x" * 4097),
    text("length counts in UTF-16 units too", "message is too long", "😀" * 2049),
    text("text is read without a parse mode", "can't parse entities", "*x*", parse_mode="HTML"),
    other("a message has a chat", "chat_id is empty", "sendMessage", text="x"),
    other("a message has a text parameter", "message text is empty", "sendMessage", chat_id=ANN),
    text("a number is a number", "can't parse message_thread_id", "x", message_thread_id="one"),
    text("a flag is a flag", "can't parse disable_notification", "x", disable_notification="si"),
    text("entities are JSON", "can't parse entities", "x", entities="bold"),
    text("entities are a list", "expected an Array", "x", entities={"type": "bold"}),
    text("a reply names a message", "can't parse reply parameters", "x", reply_parameters={}),
    text("a private chat has no topics", "message thread not found", "x", message_thread_id=5),
    spans("an entity has a known type", "unsupported type", "Hello", entity("big", 0, 5)),
    spans("an entity has a length", "incorrect length 0", "Hello", entity("bold", 0, 0)),
    spans("no length is negative", "incorrect length -1", "Hello", entity("bold", 3, -1)),
    spans("no offset is negative", "incorrect offset -1", "Hello", entity("bold", -1, 3)),
    spans("offsets are integers", "incorrect offset", "Hello", entity("bold", 0.5, 1)),  # type: ignore[arg-type]
    spans("an entity begins in the text", "begins after the end", "Hello", entity("bold", 5, 1)),
    spans("an entity ends in the text", "ends after the end", "Hello", entity("bold", 3, 3)),
    spans("an entity starts between characters", "begins in a middle", "😀x", entity("bold", 1, 2)),
    spans("an entity stops between characters", "ends in a middle", "x😀", entity("bold", 0, 2)),
    spans(
        "entities do not cross",
        "entities cross",
        "Hello there",
        entity("bold", 0, 6),
        entity("italic", 3, 6),
    ),
    spans(
        "code has nothing in it",
        "nest that must not",
        "Hello",
        entity("code", 0, 5),
        entity("bold", 1, 2),
    ),
    spans(
        "code is not bold",
        "nest that must not",
        "Hello",
        entity("bold", 0, 5),
        entity("code", 0, 5),
    ),
    spans(
        "code is no link",
        "nest that must not",
        "Hello",
        entity("text_link", 0, 5, url="https://a.example"),
        entity("pre", 1, 2),
    ),
    spans(
        "quotes do not nest",
        "nest that must not",
        "Hello",
        entity("blockquote", 0, 5),
        entity("expandable_blockquote", 0, 3),
    ),
    spans(
        "a grandparent counts as well",
        "entities cross",
        "Hello there",
        entity("blockquote", 0, 8),
        entity("bold", 0, 4),
        entity("italic", 6, 4),
    ),
    spans("101 entities are too many", "too many", "x" * 200, *[entity("bold", 0, 1)] * 101),
    spans("a link has an address", "can't find field", "Hello", entity("text_link", 0, 5)),
    spans("its address is one", "URL", "Hello", entity("text_link", 0, 5, url="not an address")),
    marked("a keyboard is a list", "must be of type Array", {"inline_keyboard": None}),
    marked("its rows are lists", "Array of Arrays", {"inline_keyboard": [button("a")]}),
    marked("its buttons are objects", "expected an Object", buttons("Go")),
    marked("9 buttons do not fit a row", "more than 8", buttons(*[button("a")] * 9)),
    marked(
        "101 buttons do not fit a keyboard",
        "reply markup is too long",
        {"inline_keyboard": [[button("a")]] * 101},
    ),
    marked("a button has a text", "text is empty", buttons(button("a", text=" "))),
    marked("its text is a string", "must be of type String", buttons({"callback_data": "a"})),
    marked("a button does something", "Text buttons are unallowed", buttons({"text": "Go"})),
    marked(
        "a button does one thing",
        "more than one action",
        buttons({**button("a"), "url": "https://a.example"}),
    ),
    marked("data has a byte", "BUTTON_DATA_INVALID", buttons(button(""))),
    marked("data has no 65 bytes", "BUTTON_DATA_INVALID", buttons(button("x" * 65))),
    marked("data counts in bytes", "BUTTON_DATA_INVALID", buttons(button("é" * 33))),
    marked("data is a string", "BUTTON_DATA_INVALID", buttons(button(5))),  # type: ignore[arg-type]
    marked(
        "a style has a known name", "BUTTON_STYLE_INVALID", buttons({**button("a"), "style": "red"})
    ),
    marked(
        "copied text has 256 characters at most",
        "BUTTON_COPY_TEXT_INVALID",
        buttons({"text": "Go", "copy_text": {"text": "x" * 257}}),
    ),
    marked("a markup is one kind", "exactly one kind", {"rows": []}),
    marked("a markup is an object", "object expected", ["inline_keyboard"]),
    marked("a forced reply is forced", "must be True", {"force_reply": False}),
    *(
        marked(
            f"a button's address is none: {address}",
            wording,
            buttons({"text": "Go", "url": address}),
        )
        for address, wording in [
            ("", "URL host is empty"),
            ("https://", "URL host is empty"),
            ("https://localhost/x", "Wrong HTTP URL"),
            ("https://a.example/x y", "Wrong HTTP URL"),
            ("ftp://a.example", "Unsupported URL protocol"),
            ("javascript://a.example/x", "Unsupported URL protocol"),
            ("https://a.example:port", "Wrong port number"),
        ]
    ),
    *(
        marked(
            f"a placeholder is none: {len(shown)} characters",
            "1-64 characters",
            {"force_reply": True, "input_field_placeholder": shown},
        )
        for shown in ("", "x" * 65, "😀" * 33)
    ),
    marked("buttons have no half characters", "UTF-8", buttons(button("a", text="x\ud83d"))),
    marked("nor has their data", "UTF-8", buttons(button("\udc00"))),
    other(
        "a photo has 1024 characters at most",
        "caption is too long",
        "sendPhoto",
        chat_id=ANN,
        photo=PICTURE,
        caption="x" * 1025,
    ),
    other("a photo has a picture", "there is no photo", "sendPhoto", chat_id=ANN),
    other("a photo is not empty", "non-empty", "sendPhoto", chat_id=ANN, photo=b""),
    other("a photo is a picture", "IMAGE_PROCESS_FAILED", "sendPhoto", chat_id=ANN, photo=b"PK"),
    other(
        "a photo is no thread",
        "PHOTO_INVALID_DIMENSIONS",
        "sendPhoto",
        chat_id=ANN,
        photo=png(210, 10),
    ),
    other(
        "a photo is not huge",
        "PHOTO_INVALID_DIMENSIONS",
        "sendPhoto",
        chat_id=ANN,
        photo=png(9990, 500),
    ),
    other("a document has a file", "there is no document", "sendDocument", chat_id=ANN),
    other(
        "an action has a name", "wrong parameter action", "sendChatAction", chat_id=ANN, action="x"
    ),
    other("an edit names a message", "not specified", "editMessageText", chat_id=ANN, text="x"),
    other(
        "inline messages are others'",
        "inline messages",
        "editMessageText",
        inline_message_id="1",
        message_id=1,
        text="x",
    ),
    other(
        "an edit has an inline keyboard",
        "inline keyboard expected",
        "editMessageText",
        text="x",
        chat_id=ANN,
        message_id=1,
        reply_markup={"force_reply": True},
    ),
    other(
        "a medium is of a known type",
        "can't parse InputMedia",
        "editMessageMedia",
        chat_id=ANN,
        message_id=1,
        media={"type": "smell", "media": "x"},
    ),
    other(
        "a medium's caption is a string",
        "must be a String",
        "editMessageMedia",
        chat_id=ANN,
        message_id=1,
        media={"type": "photo", "media": "attach://it", "caption": 5},
        it=PICTURE,
    ),
    other("a deletion names a message", "not specified", "deleteMessage", chat_id=ANN),
    other(
        "deletions are listed",
        "can't parse message id",
        "deleteMessages",
        chat_id=ANN,
        message_ids=["1"],
    ),
    other(
        "101 deletions are too many",
        "wrong number",
        "deleteMessages",
        chat_id=ANN,
        message_ids=[1] * 101,
    ),
    other(
        "a quote is read without a parse mode",
        "can't parse entities",
        "sendMessage",
        text="x",
        chat_id=ANN,
        reply_parameters={"message_id": 1, "quote_parse_mode": "HTML"},
    ),
    other(
        "a private chat has no administrators",
        "no administrators",
        "getChatAdministrators",
        chat_id=ANN,
    ),
    other("a private chat is not left", "in private chats", "leaveChat", chat_id=ANN),
    other(
        "an answer opens no other site",
        "URL_INVALID",
        "answerCallbackQuery",
        callback_query_id="1",
        url="https://a.example",
    ),
    other("commands are a list", "an Array of BotCommand", "setMyCommands", commands=5),
    other("commands are objects", "expected an Object", "setMyCommands", commands=["start"]),
    other(
        "a command is listed once",
        "listed twice",
        "setMyCommands",
        commands=[{"command": "go", "description": "x"}] * 2,
    ),
    other(
        "a webhook has 100 connections at most",
        "max_connections",
        "setWebhook",
        url="https://a.example",
        max_connections=101,
    ),
    other("nobody polls backwards", "timeout must be", "getUpdates", timeout=-1),
    other("kinds of updates are a list", "allowed updates", "getUpdates", allowed_updates={}),
    other(
        "a draft has a number", "non-zero", "sendMessageDraft", chat_id=ANN, draft_id=0, text="x"
    ),
    other(
        "a draft is private", "TEXTDRAFT_PEER_INVALID", "sendMessageDraft", chat_id=HALL, draft_id=1
    ),
    other(
        "an answer has 200 characters at most",
        "MESSAGE_TOO_LONG",
        "answerCallbackQuery",
        callback_query_id="1",
        text="x" * 201,
    ),
    *(
        other(
            f"a command is not called {name!r}",
            "BOT_COMMAND_INVALID",
            "setMyCommands",
            commands=[{"command": name, "description": "x"}],
        )
        for name in ("", "Start", "/start", "my-name", "x" * 33, "größe")
    ),
    *(
        other(
            f"a command is not described by {len(words)} characters",
            "DESCRIPTION_INVALID",
            "setMyCommands",
            commands=[{"command": "go", "description": words}],
        )
        for words in ("", "x" * 257)
    ),
    other(
        "101 commands are too many",
        "BOT_COMMANDS_TOO_MUCH",
        "setMyCommands",
        commands=[{"command": f"c{n}", "description": "x"} for n in range(101)],
    ),
    other(
        "a scope has a known type",
        "BotCommandScope",
        "setMyCommands",
        commands=[],
        scope={"type": "x"},
    ),
    other(
        "a chat's scope names the chat",
        "chat_id or user_id is missing",
        "setMyCommands",
        commands=[],
        scope={"type": "chat"},
    ),
    other(
        "a language is two letters",
        "invalid language code",
        "setMyCommands",
        commands=[],
        language_code="english",
    ),
    other("a description ends", "is too long", "setMyDescription", description="x" * 513),
    other(
        "a short one sooner", "is too long", "setMyShortDescription", short_description="x" * 121
    ),
    other("100 updates are the most", "limit must be", "getUpdates", limit=101),
    other(
        "a secret is plain",
        "unallowed characters",
        "setWebhook",
        url="https://a.example",
        secret_token="ä",  # noqa: S106
    ),
    other(
        "a secret is no 257 characters",
        "unallowed characters",
        "setWebhook",
        url="https://a.example",
        secret_token="x" * 257,
    ),
    other("a webhook is on the web", "HTTPS URL", "setWebhook", url="a.example"),
]


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: breach.says)
async def test_telegram_does_not_take_it(breach: Breach, plain: TelegramServer, call: Call) -> None:
    answer = await call(breach.method, **breach.params)
    assert answer["ok"] is False
    assert answer["error_code"] == 400
    assert breach.wording in str(answer["description"])
    assert len(plain.breaches) == 1
    assert breach.wording in plain.breaches[0]
    assert plain.changes == []
    assert plain.refusals == []


async def test_broken_utf8_is_no_text(plain: TelegramServer) -> None:
    url = f"{plain.base_url}{plain.token}/sendMessage"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with (
        aiohttp.ClientSession(headers=form) as session,
        session.post(url, data=b"chat_id=7&text=%ED%A0%80") as answer,
    ):
        assert "UTF-8" in await answer.text()
    assert len(plain.breaches) == 1


FITS = [
    text("4096 characters", "", "x" * 4096),
    text("2048 characters beyond U+FFFF", "", "😀" * 2048),
    marked("data of 64 bytes", "", buttons(button("é" * 32))),
    marked("8 buttons in a row", "", buttons(*[button("a")] * 8)),
    marked("100 buttons", "", {"inline_keyboard": [[button("a")] * 4] * 25}),
    marked("no buttons", "", {"inline_keyboard": []}),
    marked("a link button", "", buttons({"text": "Go", "url": "https://a.example/x?y=1#z"})),
    marked("a coloured button", "", buttons({**button("a"), "style": "success"})),
    marked("a placeholder", "", {"force_reply": True, "input_field_placeholder": "x" * 64}),
    spans("100 entities", "", "x" * 200, *[entity("bold", 2 * n, 1) for n in range(100)]),
    spans("an entity of spaces", "", "a   b", entity("bold", 0, 3), entity("italic", 3, 2)),
    spans("an entity of one wide character", "", "x😀y", entity("bold", 1, 2)),
    spans("code in a quote", "", "Hello", entity("blockquote", 0, 5), entity("code", 0, 5)),
    spans("bold in italic", "", "Hello", entity("italic", 0, 5), entity("bold", 1, 2)),
    spans(
        "a link in bold",
        "",
        "Hello",
        entity("bold", 0, 5),
        entity("text_link", 0, 5, url="https://a.example"),
    ),
    other(
        "a caption of 1024 characters",
        "",
        "sendPhoto",
        chat_id=str(ANN),
        photo=PICTURE,
        caption="x" * 1024,
    ),
    other("a photo without a caption", "", "sendPhoto", chat_id=ANN, photo=PICTURE),
    other("an empty draft", "", "sendMessageDraft", chat_id=ANN, draft_id=1, text=""),
]


@pytest.mark.parametrize("fits", FITS, ids=lambda fits: fits.says)
async def test_telegram_takes(fits: Breach, plain: TelegramServer, call: Call) -> None:
    assert (await call(fits.method, **fits.params))["ok"] is True
    assert plain.breaches == []


def test_the_limits_are_those_of_the_library() -> None:
    assert rules.TEXT == constants.MessageLimit.MAX_TEXT_LENGTH
    assert rules.CAPTION == constants.MessageLimit.CAPTION_LENGTH
    assert rules.ENTITIES == constants.MessageLimit.MESSAGE_ENTITIES
    assert rules.CALLBACK_DATA == constants.InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
    assert rules.CALLBACK_TEXT == constants.CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH
    assert rules.PLACEHOLDER == constants.ReplyLimit.MAX_INPUT_FIELD_PLACEHOLDER
    assert rules.DESCRIPTION == constants.BotCommandLimit.MAX_DESCRIPTION
    assert rules.COMMANDS == constants.BotCommandLimit.MAX_COMMAND_NUMBER
    assert {str(kind) for kind in MessageEntity.ALL_TYPES} == rules.ENTITY_TYPES
    assert {str(action) for action in constants.ChatAction} == rules.CHAT_ACTIONS


# Sending and editing


async def test_what_is_sent_is_what_people_see(server: TelegramServer, bot: Bot) -> None:
    rows = InlineKeyboardMarkup(
        [
            [InlineKeyboardButton("Yes", callback_data="y", style="success")],
            [InlineKeyboardButton("Read", url="https://a.example")],
        ]
    )
    sent = await bot.send_message(
        ANN,
        "Hello *there*",
        entities=[MessageEntity("bold", 0, 5)],
        reply_markup=rows,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        disable_notification=True,
    )
    (seen,) = server.chat(ANN)
    assert sent.text == seen.text == "Hello *there*"
    assert sent.reply_markup == rows
    assert sent.from_user and sent.from_user.username == server.username
    assert seen.entities == [{"type": "bold", "offset": 0, "length": 5}]
    assert [[(b.text, b.data, b.url, b.style) for b in row] for row in seen.rows] == [
        [("Yes", "y", "", "success")],
        [("Read", "", "https://a.example", "")],
    ]
    assert seen.by_bot and seen.silent and seen.link_preview == {"is_disabled": True}
    assert [(change.kind, change.message.id) for change in server.changes] == [("new", seen.id)]
    assert [request.method for request in server.requests] == ["getMe", "sendMessage"]
    assert server.requests[1].data["chat_id"] == ANN
    assert server.breaches == server.refusals == []


async def test_text_is_kept_without_the_spaces_round_it(server: TelegramServer, bot: Bot) -> None:
    entities = [MessageEntity("bold", 1, 4), MessageEntity("italic", 5, 4)]
    await bot.send_message(ANN, "\n 😀 so \n", entities=entities)
    (seen,) = server.chat(ANN)
    assert seen.text == "😀 so"
    assert seen.entities == [
        {"type": "bold", "offset": 0, "length": 3},
        {"type": "italic", "offset": 3, "length": 2},
    ]


async def test_a_question_that_wants_words(server: TelegramServer, bot: Bot) -> None:
    reply = ForceReply(input_field_placeholder="Your words")
    asked = await bot.send_message(ANN, "Why?", reply_markup=reply)
    (seen,) = server.chat(ANN)
    assert seen.force_reply and seen.placeholder == "Your words" and seen.rows == []
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("Why not?", ANN, asked.message_id)
    assert len(server.breaches) == 1


async def test_an_edit_changes_the_text_and_takes_the_keyboard(
    server: TelegramServer, bot: Bot
) -> None:
    sent = await bot.send_message(ANN, "One", reply_markup=keyboard(["A"]))
    edited = await bot.edit_message_text("Two", ANN, sent.message_id)
    assert edited.text == "Two" and edited.reply_markup is None and edited.edit_date  # type: ignore[union-attr]
    (seen,) = server.chat(ANN)
    assert seen.rows == [] and seen.original_rows[0][0].data == "do:A"
    new, change = server.changes
    assert (change.kind, change.before, change.message.text) == ("text", "One", "Two")
    assert new.message.text == "One" and new.message.rows  # a copy from then


async def test_each_kind_of_edit_is_told_apart(server: TelegramServer, bot: Bot) -> None:
    said = await bot.send_message(ANN, "One", reply_markup=keyboard(["A"]))
    await bot.edit_message_reply_markup(ANN, said.message_id, reply_markup=keyboard(["B"]))
    await bot.edit_message_text("One", ANN, said.message_id)
    shown = await bot.send_photo(ANN, PICTURE, caption="Before")
    await bot.edit_message_caption(ANN, shown.message_id, caption="After")
    await bot.edit_message_media(InputMediaPhoto(png(9, 9), caption="New"), ANN, shown.message_id)
    await bot.delete_message(ANN, said.message_id)
    await bot.delete_messages(ANN, [said.message_id, shown.message_id])
    assert [(change.kind, change.before) for change in server.changes] == [
        ("new", ""),
        ("markup", "One"),
        ("markup", "One"),
        ("new", ""),
        ("caption", "Before"),
        ("media", "After"),
        ("deleted", "One"),
        ("deleted", "New"),
    ]
    assert server.chat(ANN) == [] and server.breaches == []


async def test_media_can_be_added_to_a_text(server: TelegramServer, bot: Bot) -> None:
    said = await bot.send_message(ANN, "One")
    await bot.edit_message_media(InputMediaPhoto(PICTURE, caption="Look"), ANN, said.message_id)
    (seen,) = server.chat(ANN)
    assert (seen.text, seen.photo) == ("Look", PICTURE)
    with pytest.raises(BadRequest, match="no text in the message"):
        await bot.edit_message_text("Two", ANN, said.message_id)
    assert len(server.breaches) == 1


async def test_an_edit_of_nothing_is_refused(server: TelegramServer, bot: Bot) -> None:
    sent = await bot.send_message(ANN, "One", reply_markup=keyboard(["A"]))
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await bot.edit_message_text(" One ", ANN, sent.message_id, reply_markup=keyboard(["A"]))
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await bot.edit_message_reply_markup(ANN, sent.message_id, reply_markup=keyboard(["A"]))
    assert len(server.refusals) == 2 and server.breaches == [] and len(server.changes) == 1


async def test_a_deleted_message_is_not_found(server: TelegramServer, bot: Bot) -> None:
    sent = await bot.send_message(ANN, "One")
    server.delete(ANN, sent.message_id)
    assert server.chat(ANN) == []
    for asked in (
        bot.edit_message_text("Two", ANN, sent.message_id),
        bot.edit_message_reply_markup(ANN, 99),
        bot.delete_message(ANN, sent.message_id),
        bot.send_message(ANN, "x", reply_parameters=ReplyParameters(sent.message_id)),
    ):
        with pytest.raises(BadRequest, match="not found"):
            await asked
    softly = ReplyParameters(sent.message_id, allow_sending_without_reply=True)
    await bot.send_message(ANN, "x", reply_parameters=softly)
    assert len(server.refusals) == 4 and server.breaches == []


async def test_what_a_person_wrote_is_not_edited(server: TelegramServer, bot: Bot) -> None:
    server.say(ANN, "Mine")
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("Yours", ANN, server.chat(ANN)[0].id)
    with pytest.raises(BadRequest, match="no caption in the message"):
        sent = await bot.send_message(ANN, "One")
        await bot.edit_message_caption(ANN, sent.message_id, caption="Two")
    assert len(server.breaches) == 2


async def test_a_photo_is_sent_again_by_its_file_id(server: TelegramServer, bot: Bot) -> None:
    first = await bot.send_photo(ANN, PICTURE, caption="One")
    largest = first.photo[-1]
    assert (largest.width, largest.height) == (40, 30)
    second = await bot.send_photo(BEN, largest.file_id)
    assert second.photo[-1].file_id == largest.file_id
    assert server.chat(BEN)[0].photo == PICTURE
    with pytest.raises(BadRequest, match=r"(?i)can't use file of type photo as document"):
        await bot.send_document(ANN, largest.file_id)
    assert len(server.breaches) == 1
    server.files.clear()
    with pytest.raises(BadRequest, match=r"(?i)wrong file identifier"):
        await bot.send_photo(BEN, largest.file_id)
    assert len(server.refusals) == 1


async def test_a_large_document_arrives_whole(server: TelegramServer, bot: Bot) -> None:
    content = bytes(3_000_000)
    sent = await bot.send_document(ANN, content, filename="notes.txt", caption="Größe")
    (seen,) = server.chat(ANN)
    assert (seen.document, seen.file_name, seen.text) == (content, "notes.txt", "Größe")
    assert sent.document and sent.document.file_name == "notes.txt"


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (PICTURE, (40, 30)),
        (b"GIF89a" + bytes([5, 0, 6, 0]), (5, 6)),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc2\x00\x11\x08\x00\x06\x00\x05\x03", (5, 6)),
        (b"plain", None),
        (b"\xff\xd8\xff", None),
    ],
)
def test_dimensions_are_read_from_the_head(content: bytes, size: tuple[int, int] | None) -> None:
    assert rules.dimensions(content) == size


def test_files_have_a_size() -> None:
    for check, content in (
        (rules.photo, PICTURE + bytes(rules.PHOTO_BYTES)),
        (rules.document, bytes(rules.DOCUMENT_BYTES + 1)),
        (rules.document, b""),
    ):
        with pytest.raises(rules.Rejected):
            check(content)


# Taps


async def test_a_tap_names_its_message_and_is_answered_once(
    server: TelegramServer, bot: Bot
) -> None:
    await bot.send_photo(ANN, PICTURE, caption="Which?", reply_markup=keyboard(["A"], ["B"]))
    server.press(ANN, "do:B")
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query and query.data == "do:B" and query.from_user.first_name == "Ann"
    assert query.message and query.message.caption == "Which?"  # type: ignore[attr-defined]
    assert server.callbacks == {query.id: None}
    assert await query.answer("Right")
    assert server.callbacks == {query.id: "Right"}
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await query.answer()
    with pytest.raises(BadRequest, match=r"(?i)query id is invalid"):
        await bot.answer_callback_query("12345")
    assert len(server.refusals) == 2 and server.breaches == []


async def test_a_late_answer_is_refused(server: TelegramServer, bot: Bot) -> None:
    await bot.send_message(ANN, "Which?", reply_markup=keyboard(["A"]))
    server.press(ANN, "do:A")
    server.old_callbacks()
    server.press(ANN, "do:A")
    late, fresh = await bot.get_updates()
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await late.callback_query.answer()  # type: ignore[union-attr]
    assert await fresh.callback_query.answer()  # type: ignore[union-attr]
    assert list(server.callbacks.values()) == [None, ""]


async def test_a_tap_finds_the_newest_button_even_one_that_is_gone(
    server: TelegramServer, bot: Bot
) -> None:
    first = await bot.send_message(ANN, "1", reply_markup=keyboard(["A"]))
    second = await bot.send_message(ANN, "2", reply_markup=keyboard(["A"], ["B"]))
    third = await bot.send_message(ANN, "3")
    await bot.edit_message_reply_markup(ANN, second.message_id)
    server.press(ANN, "do:A")
    server.press(ANN, "do:A", message=first.message_id)
    server.press(ANN, "forged")
    server.delete(ANN, first.message_id)
    server.press(ANN, "do:A", message=first.message_id)
    taps = [update.callback_query.message for update in await bot.get_updates()]  # type: ignore[union-attr]
    assert [tap.message_id for tap in taps if tap] == [
        second.message_id,
        first.message_id,
        third.message_id,
        first.message_id,
    ]
    assert [tap.is_accessible for tap in taps if tap] == [True, True, True, False]


# Updates by polling


def ids(updates: tuple[Update, ...]) -> list[int]:
    return [update.update_id for update in updates]


async def test_an_offset_confirms(server: TelegramServer, bot: Bot) -> None:
    sent = [server.say(ANN, f"{n}") for n in range(3)]
    assert ids(await bot.get_updates(limit=2)) == sent[:2]
    assert ids(await bot.get_updates()) == sent  # nothing was confirmed
    assert server.pending == 3
    assert ids(await bot.get_updates(offset=sent[1])) == sent[1:]
    assert ids(await bot.get_updates(offset=-1)) == sent[2:]
    assert server.pending == 1
    waiting = asyncio.create_task(server.settled())
    assert await bot.get_updates(offset=sent[2] + 1) == ()
    await waiting
    assert server.pending == 0 and server.requests[1:] == []


async def test_unconfirmed_updates_are_reported(server: TelegramServer) -> None:
    sent = server.say(ANN, "Hello")
    with pytest.raises(AssertionError, match=str(sent)):
        await server.settled(within=0.01)


async def test_a_long_poll_ends_with_the_first_update(server: TelegramServer, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await server.until(lambda: server.polled)
    sent = server.say(ANN, "Hello")
    assert ids(await poll) == [sent]


async def test_a_second_poll_ends_the_first(server: TelegramServer, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await server.until(lambda: server.polled)
    async with client(server) as twin:
        second = asyncio.create_task(twin.get_updates(timeout=30))
        with pytest.raises(Conflict, match="terminated by other getUpdates"):
            await first
        sent = server.say(ANN, "Hello")
        assert ids(await second) == [sent]
    assert len(server.refusals) == 1 and server.breaches == []


async def test_a_poll_that_hung_up_takes_no_update_along(server: TelegramServer, bot: Bot) -> None:
    gone = asyncio.create_task(bot.get_updates(timeout=30))
    await server.until(lambda: server.polled)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    sent = server.say(ANN, "Hello")
    assert ids(await bot.get_updates(timeout=30)) == [sent]
    assert server.refusals == []


async def test_updates_are_delivered_again(server: TelegramServer, bot: Bot) -> None:
    first = server.say(ANN, "One", again=True)
    second = server.say(ANN, "Two")
    assert ids(await bot.get_updates()) == [first, first, second]
    await bot.get_updates(offset=second + 1)
    assert server.pending == 0
    server.again(first)
    third = server.say(ANN, "Three")
    assert ids(await bot.get_updates(offset=second + 1)) == [first, third]
    assert ids(await bot.get_updates(offset=third + 1)) == []
    assert server.pending == 0


async def test_the_kinds_asked_for_are_remembered(server: TelegramServer, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=[Update.CALLBACK_QUERY])
    await bot.send_message(ANN, "Which?", reply_markup=keyboard(["A"]))
    assert server.say(ANN, "Hello") == 0
    tap = server.press(ANN, "do:A")
    assert ids(await bot.get_updates()) == [tap]
    await bot.get_updates(offset=tap + 1, allowed_updates=[])
    assert server.say(ANN, "Hello") > tap


async def test_the_real_application_works_with_it(server: TelegramServer) -> None:
    async def start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message and update.effective_user
        language = update.effective_user.language_code
        await update.message.reply_text(f"Hello ({language})", reply_markup=keyboard(["Go"]))

    async def tap(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query
        await update.callback_query.answer()
        await update.callback_query.edit_message_text("Gone")

    app = Application.builder().token(server.token).base_url(server.base_url).build()
    app.add_handlers([CommandHandler("start", start), CallbackQueryHandler(tap)])
    async with app:
        assert app.updater
        await app.updater.start_polling(drop_pending_updates=True)
        await app.start()
        server.say(BEN, "/start now")
        await server.until(lambda: len(server.changes) == 1)
        server.press(BEN, "do:Go")
        await server.until(lambda: len(server.changes) == 2)
        await server.settled()
        await app.updater.stop()
        await app.stop()
    assert [change.message.text for change in server.changes] == ["Hello (de)", "Gone"]
    assert list(server.callbacks.values()) == [""]
    assert server.breaches == server.refusals == []


# Updates by webhook


class Receiver:
    """A webhook of its own, which answers as it is told."""

    def __init__(self, secret: str, *statuses: int) -> None:
        self.secret = secret
        self.statuses = list(statuses)
        self.got: list[dict[str, object]] = []
        self.types: list[str] = []
        self.url = ""

    async def handle(self, request: web.BaseRequest) -> web.Response:
        self.types.append(request.headers["Content-Type"])
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token", "") != self.secret:
            return web.Response(status=403)
        self.got.append(await request.json())
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def __aenter__(self) -> "Receiver":
        self.runner = web.ServerRunner(web.Server(self.handle, access_log=None))
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}/hook"
        return self

    async def __aexit__(self, *why: object) -> None:
        await self.runner.cleanup()


async def test_updates_are_pushed_until_they_are_taken(server: TelegramServer, bot: Bot) -> None:
    async with Receiver(RIGHT, 500) as receiver:
        first = server.say(ANN, "One")
        await bot.set_webhook(receiver.url, secret_token=RIGHT)
        second = server.say(ANN, "Two")
        await server.settled()
        assert [update["update_id"] for update in receiver.got] == [first, first, second]
        assert server.webhook_answers == [500, 200, 200]
        assert set(receiver.types) == {"application/json"}
        assert Update.de_json(receiver.got[-1]).message.text == "Two"  # type: ignore[union-attr]
        with pytest.raises(Conflict, match="webhook is active"):
            await bot.get_updates()
        hook = server.webhook
        assert hook and hook.secret_token == RIGHT
        await bot.delete_webhook()
    assert server.webhook is None
    third = server.say(ANN, "Three")
    assert ids(await bot.get_updates()) == [third]
    assert server.breaches == []


async def test_a_wrong_secret_is_not_let_in(server: TelegramServer, bot: Bot) -> None:
    async with Receiver(RIGHT) as receiver:
        await bot.set_webhook(receiver.url, secret_token=WRONG, allowed_updates=["message"])
        server.say(ANN, "One")
        await server.until(lambda: len(server.webhook_answers) == 2)
        assert set(server.webhook_answers) == {403} and receiver.got == []
        info = await bot.get_webhook_info()
        assert info.pending_update_count == 1 and info.allowed_updates == ("message",)
        assert "403" in str(info.last_error_message)
        await bot.set_webhook(receiver.url, secret_token=RIGHT)
        await server.settled()
        assert len(receiver.got) == 1
        await bot.delete_webhook(drop_pending_updates=True)


async def test_nobody_at_the_webhook_is_tried_again(server: TelegramServer, bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    server.say(ANN, "One")
    await server.until(lambda: server.webhook_answers == [0])
    assert server.pending == 1
    poll = asyncio.create_task(bot.delete_webhook(drop_pending_updates=True))
    await server.settled()
    assert await poll


# Faults


@pytest.mark.parametrize(
    ("fault", "error", "wording", "done"),
    [
        (Fault(status=429, retry_after=3), RetryAfter, "Retry in 0:00:03", 0),
        (Fault(status=429, retry_after=0.5), RetryAfter, "Retry in 0:00:00.5", 0),
        (Fault(status=500), NetworkError, "Internal Server Error", 0),
        (Fault(status=502, html=True), NetworkError, "Bad Gateway", 0),
        (Fault(drop="before"), NetworkError, "disconnected", 0),
        (Fault(drop="after"), NetworkError, "disconnected", 1),
        (Fault(slow=30), TimedOut, "Timed out", 1),
        (Fault(status=400, description="Bad Request: so what"), BadRequest, "So what", 0),
        (Fault(status=403, description="Forbidden: not you"), Forbidden, "not you", 0),
    ],
    ids=lambda value: repr(value) if isinstance(value, Fault) else "",
)
async def test_a_fault_looks_like_the_real_one(
    server: TelegramServer,
    bot: Bot,
    fault: Fault,
    error: type[TelegramError],
    wording: str,
    done: int,
) -> None:
    server.fault = lambda number, method: fault if number == 1 else None
    server._asked = 0
    with pytest.raises(error, match=wording) as raised:
        await bot.send_message(ANN, "Hello", read_timeout=0.05)
    assert type(raised.value) is error
    assert len(server.changes) == done
    await bot.send_message(ANN, "Hello")  # the next one passes
    assert len(server.changes) == done + 1
    assert server.breaches == server.refusals == []


async def test_the_wait_is_told_to_the_library(server: TelegramServer, bot: Bot) -> None:
    server.fault = lambda number, method: Fault(status=429, retry_after=7)
    with pytest.raises(RetryAfter) as raised:
        await bot.send_message(ANN, "Hello")
    assert raised.value.retry_after == timedelta(seconds=7)
    assert server.requests[-1].error == "Too Many Requests: retry after 7"


async def test_faults_count_requests_and_spare_the_polls(server: TelegramServer, bot: Bot) -> None:
    asked: list[tuple[int, str]] = []

    def note(number: int, method: str) -> None:
        asked.append((number, method))

    server.fault = note
    await bot.get_updates()
    await bot.send_message(ANN, "Hello")
    server.fault_polls = True
    await bot.get_updates()
    assert asked == [(2, "sendMessage"), (3, "getUpdates")]
    server.fault = lambda number, method: Fault(status=500)
    with pytest.raises(NetworkError):
        await bot.get_updates()


async def test_a_dropped_request_is_on_the_list(server: TelegramServer, bot: Bot) -> None:
    cases: list[tuple[Literal["before", "after"], str]] = [("before", "dropped"), ("after", "")]
    for drop, error in cases:
        fault = Fault(drop=drop)
        server.fault = lambda number, method, fault=fault: fault
        with pytest.raises(NetworkError):
            await bot.send_message(ANN, drop)
        last = server.requests[-1]
        assert (last.method, last.data["text"], last.error) == ("sendMessage", drop, error)


# The state of the world


async def test_a_webhook_ends_a_poll(server: TelegramServer, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await server.until(lambda: server.polled)
    async with Receiver("") as receiver:
        await bot.set_webhook(receiver.url)
        with pytest.raises(Conflict, match="terminated by setWebhook"):
            await poll
        await bot.delete_webhook()
    assert server.breaches == []


async def test_the_platform_goes_down_and_comes_back(server: TelegramServer, bot: Bot) -> None:
    sent = await bot.send_message(ANN, "Before")
    await server.stop()
    with pytest.raises(NetworkError):
        await bot.send_message(ANN, "Meanwhile")
    update = server.say(ANN, "Anybody?")
    await server.start()
    await bot.edit_message_text("After", ANN, sent.message_id)
    assert ids(await bot.get_updates()) == [update]


async def test_a_webhook_outlives_it(server: TelegramServer, bot: Bot) -> None:
    async with Receiver("") as receiver:
        await bot.set_webhook(receiver.url)
        await server.stop()
        server.say(ANN, "Anybody?")
        await server.start()
        await server.settled()
        assert len(receiver.got) == 1


async def test_a_person_blocks_the_bot(server: TelegramServer, bot: Bot) -> None:
    await bot.send_message(ANN, "Hello")
    server.block(ANN)
    for asked in (bot.send_message(ANN, "x"), bot.send_chat_action(ANN, "typing")):
        with pytest.raises(Forbidden, match="blocked by the user"):
            await asked
    server.unblock(ANN)
    await bot.send_message(ANN, "Again")
    gone, back = [update.my_chat_member for update in await bot.get_updates()]
    assert gone and back
    assert (gone.old_chat_member.status, gone.new_chat_member.status) == ("member", "kicked")
    assert back.new_chat_member.status == "member" and back.from_user.id == ANN
    assert len(server.refusals) == 2 and server.breaches == []


async def test_who_only_wrote_in_a_group_cannot_be_written_to(
    server: TelegramServer, bot: Bot
) -> None:
    server.say(33, "/start", chat=HALL)
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(33, "Hello")
    server.say(33, "/start")
    await bot.send_message(33, "Hello")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(34, "Hello")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message("@nobody", "Hello")
    assert server.breaches == []


@pytest.mark.parametrize(
    ("chat", "wording"), [(HALL, "from the group chat"), (FORUM, "from the supergroup chat")]
)
async def test_the_bot_is_kicked_out(
    server: TelegramServer, bot: Bot, chat: int, wording: str
) -> None:
    server.kick(chat)
    assert server.say(ANN, "/start", chat=chat) == 0
    with pytest.raises(Forbidden, match=wording):
        await bot.send_message(chat, "x")
    server.invite(ANN, chat)
    await bot.send_message(chat, "Back")
    kicked, invited, joined = await bot.get_updates()
    assert kicked.my_chat_member and invited.my_chat_member
    assert invited.my_chat_member.from_user.id == ANN
    assert joined.message and joined.message.new_chat_members[0].id == bot.id
    assert await bot.leave_chat(chat)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(chat, "x")


async def test_a_group_becomes_a_supergroup(server: TelegramServer, bot: Bot) -> None:
    sent = await bot.send_message(HALL, "Here", reply_markup=keyboard(["A"]))
    server.upgrade(HALL, FORUM - 1)
    for asked in (bot.send_message(HALL, "x"), bot.edit_message_text("x", HALL, sent.message_id)):
        with pytest.raises(ChatMigrated) as raised:
            await asked
        assert raised.value.new_chat_id == FORUM - 1
    moved = await bot.send_message(FORUM - 1, "There")
    assert moved.chat.type == Chat.SUPERGROUP
    old, new = [update.message for update in await bot.get_updates()]
    assert old and old.chat.id == HALL and old.migrate_to_chat_id == FORUM - 1
    assert new and new.chat.id == FORUM - 1 and new.migrate_from_chat_id == HALL
    assert server.breaches == []


async def test_topics_close_and_vanish(server: TelegramServer, bot: Bot) -> None:
    server.say(ANN, "/start", chat=FORUM, topic=11)
    (update,) = await bot.get_updates()
    message = update.message
    assert message and message.is_topic_message and message.message_thread_id == 11
    assert message.reply_to_message and message.reply_to_message.forum_topic_created
    sent = await bot.send_message(FORUM, "In the topic", message_thread_id=11)
    assert sent.message_thread_id == 11 and server.chat(FORUM)[-1].topic == 11
    general = await bot.send_message(FORUM, "In General")
    assert general.message_thread_id is None
    server.close_topic(FORUM, 11)
    with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
        await bot.send_message(FORUM, "x", message_thread_id=11)
    server.delete_topic(FORUM, 11)
    with pytest.raises(BadRequest, match=r"(?i)thread not found"):
        await bot.send_message(FORUM, "x", message_thread_id=11)
    assert [seen.text for seen in server.chat(FORUM)] == ["In General"]
    assert server.breaches == []
    with pytest.raises(BadRequest, match=r"(?i)thread not found"):
        await bot.send_message(FORUM, "x", message_thread_id=1)  # General has no number
    assert len(server.breaches) == 1


async def test_rights_and_chats_get_lost(server: TelegramServer, bot: Bot) -> None:
    server.forbid(HALL)
    with pytest.raises(BadRequest, match=r"(?i)not enough rights to send text messages"):
        await bot.send_message(HALL, "x")
    with pytest.raises(BadRequest, match=r"(?i)not enough rights to send photos"):
        await bot.send_photo(HALL, PICTURE)
    server.forget_chat(HALL)
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(HALL, "x")
    assert len(server.refusals) == 3 and server.breaches == []


async def test_a_group_tells_the_bot_little(server: TelegramServer, bot: Bot) -> None:
    sent = await bot.send_message(HALL, "Hello")
    heard = {
        "just talk": False,
        "say /start": False,
        "/start": True,
        "/start@syllabot_test_bot now": True,
        "/start@Syllabot_Test_Bot": True,
        "/start@another_bot": False,
    }
    assert {words: server.say(ANN, words, chat=HALL) > 0 for words in heard} == heard
    assert server.say(ANN, "to you", chat=HALL, reply_to=sent.message_id)
    assert not server.say(ANN, "to me", chat=HALL, reply_to=sent.message_id + 1)
    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_message(HALL, sent.message_id + 1)
    *_, last = await bot.get_updates()
    assert last.message and last.message.reply_to_message == sent
    assert len(server.chat(HALL)) == 9  # people see everything


async def test_commands_are_marked_as_telegram_marks_them(server: TelegramServer, bot: Bot) -> None:
    server.say(ANN, "😀 /go, a/b </x> /stop@some_bot")
    (update,) = await bot.get_updates()
    assert update.message
    assert list(update.message.parse_entities().values()) == ["/go", "/stop@some_bot"]


async def test_other_kinds_of_messages_come_in(server: TelegramServer, bot: Bot) -> None:
    server.send(ANN, voice={"file_id": "v", "file_unique_id": "v", "duration": 3}, caption="Hm")
    server.say(ANN, "Fisrt")
    server.send(ANN, text="First", edited=True)
    voice, said, edited = await bot.get_updates()
    assert voice.message and voice.message.voice and voice.message.caption == "Hm"
    assert said.message and edited.edited_message
    assert edited.edited_message.message_id == said.message.message_id
    assert edited.edited_message.edit_date
    assert [seen.text for seen in server.chat(ANN)] == ["Hm", "First"]


async def test_a_reply_in_a_supergroup_has_a_thread_but_no_topic(
    server: TelegramServer, bot: Bot
) -> None:
    server.group(FORUM - 2, "Large")
    sent = await bot.send_message(FORUM - 2, "Hello")
    server.say(ANN, "to you", chat=FORUM - 2, reply_to=sent.message_id)
    (update,) = await bot.get_updates()
    assert update.message and update.message.message_thread_id == sent.message_id
    assert not update.message.is_topic_message
    with pytest.raises(BadRequest, match=r"(?i)thread not found"):
        await bot.send_message(FORUM - 2, "x", message_thread_id=sent.message_id)


async def test_too_much_at_once_is_refused(server: TelegramServer, bot: Bot) -> None:
    server.limits = Limits(total_per_second=3, chat_per_second=2, group_per_minute=1)
    for _ in range(2):
        sent = await bot.send_message(ANN, "x")
    with pytest.raises(RetryAfter) as raised:
        await bot.edit_message_text("y", ANN, sent.message_id)
    assert raised.value.retry_after == timedelta(seconds=1)
    await bot.send_chat_action(ANN, "typing")
    await bot.send_message(HALL, "x")
    with pytest.raises(RetryAfter) as raised:
        await bot.send_message(HALL, "x")
    assert raised.value.retry_after in (timedelta(seconds=59), timedelta(seconds=60))
    with pytest.raises(RetryAfter):
        await bot.send_message(BEN, "x")  # three in all
    assert len(server.refusals) == 3 and server.breaches == []


def test_a_window_slides() -> None:
    limits = Limits(total_per_second=9, chat_per_second=2, group_per_minute=3)
    assert [limits.wait(HALL, now) for now in (0, 0.5, 0.75, 1, 1.25, 59, 60)] == pytest.approx(
        [0, 0, 0.25, 0, 58.75, 1, 0]
    )


# The bot itself


async def test_the_menu_is_kept_by_scope_and_language(server: TelegramServer, bot: Bot) -> None:
    english, german = [BotCommand("quiz", "Ask me")], [BotCommand("quiz", "Frag mich")]
    groups = BotCommandScopeAllGroupChats()
    await bot.set_my_commands(english)
    await bot.set_my_commands(german, scope=groups, language_code="de")
    assert await bot.get_my_commands() == tuple(english)
    assert await bot.get_my_commands(scope=groups, language_code="de") == tuple(german)
    assert list(server.commands) == [
        ('{"type": "default"}', ""),
        ('{"type": "all_group_chats"}', "de"),
    ]
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()
    await bot.set_my_description("What I do", language_code="en")
    await bot.set_my_short_description("Courses")
    assert (await bot.get_my_description("en")).description == "What I do"
    assert (await bot.get_my_short_description()).short_description == "Courses"
    assert server.breaches == []


async def test_chats_and_members_are_described(server: TelegramServer, bot: Bot) -> None:
    server.promote(HALL, ANN)
    assert (await bot.get_chat(FORUM)).is_forum
    assert (await bot.get_chat_member(HALL, ANN)).status == "administrator"
    assert (await bot.get_chat_member(HALL, BEN)).status == "member"
    with pytest.raises(BadRequest, match=r"(?i)participant_id_invalid"):
        await bot.get_chat_member(HALL, 99)
    assert [one.user.id for one in await bot.get_chat_administrators(HALL)] == [ANN]
    assert server.breaches == []


async def test_another_token_is_turned_away(server: TelegramServer) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("4242:OTHER", base_url=server.base_url):
            pass
    assert server.requests == []


async def test_an_unknown_method_is_not_found(plain: TelegramServer, call: Call) -> None:
    assert (await call("sendTelepathy"))["error_code"] == 404
    assert len(plain.breaches) == 1


# The Bot API's own description


@pytest.fixture
async def watched() -> AsyncIterator[TelegramServer]:
    folder = specs()
    if folder is None:
        pytest.skip("no shared/specs beside the project, and SYLLABOT_SPECS names none")
    running = await started(specs=folder)
    yield running
    await running.stop()


@pytest.mark.parametrize(
    ("method", "params", "wording"),
    [
        ("sendMessage", {"chat_id": ANN, "text": "x", "disable_web_page_preview": "1"}, "no param"),
        ("sendMessage", {"chat_id": ANN}, "text is missing"),
        ("sendMessage", {"chat_id": ANN, "text": "x", "entities": [{"type": "bold"}]}, "missing"),
        ("sendMessage", {"chat_id": ANN, "text": "x", "reply_markup": [1]}, "list is no"),
        (
            "sendMessage",
            {"chat_id": ANN, "text": "x", "link_preview_options": {"off": 1}},
            "no off",
        ),
        ("editMessageText", {"chat_id": ANN, "message_id": 1}, "text is missing"),
        ("setMyCommands", {"commands": [{"command": "go"}]}, "description is missing"),
        ("getUpdates", {"allowed_updates": ["message", 5]}, "int is no String"),
    ],
)
async def test_the_description_is_stricter(
    watched: TelegramServer, method: str, params: dict[str, object], wording: str
) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{watched.base_url}{watched.token}/{method}"
        answer = await post(session, url, params)
    assert isinstance(answer, dict) and answer["ok"] is False
    assert len(watched.breaches) == 1 and wording in watched.breaches[0]


async def test_it_finds_mistakes_of_the_server_too(watched: TelegramServer) -> None:
    async with client(watched) as bot:
        watched.send(ANN, dice={"emoji": "🎲", "value": 3, "colour": "red"})
        await bot.get_updates()
        watched.bot.pop("first_name")
        with pytest.raises(TypeError):
            await bot.send_message(ANN, "x")
    assert any("colour" in mistake for mistake in watched.mistakes)
    assert any("first_name is missing" in mistake for mistake in watched.mistakes)


def test_the_limits_are_those_of_the_description() -> None:
    folder = specs()
    if folder is None:
        pytest.skip("no shared/specs beside the project, and SYLLABOT_SPECS names none")
    limits = json.loads((folder / "telegram_limits_derived.json").read_text("utf-8"))["limits"]

    def most(name: str) -> int:
        return int(limits[name]["length"]["max"])

    assert rules.TEXT == most("sendMessage.text") == most("editMessageText.text")
    assert rules.CAPTION == most("sendPhoto.caption") == most("editMessageCaption.caption")
    assert most("InlineKeyboardButton.callback_data") == rules.CALLBACK_DATA
    assert most("answerCallbackQuery.text") == rules.CALLBACK_TEXT
    assert most("ForceReply.input_field_placeholder") == rules.PLACEHOLDER
    assert most("BotCommand.description") == rules.DESCRIPTION
    assert most("BotCommand.command") == 32
    assert limits["setMyCommands.commands"]["max_mentioned"] == rules.COMMANDS
