"""The Discord server of the tests is itself tested: the real library on one side, raw calls on the
other. A rule that never fires proves nothing, so each has a breach planted for it.
"""

import asyncio
import io
import json
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp
import pytest

from tests.platforms import discord_command_rules as command_rules
from tests.platforms import discord_rules as rules
from tests.platforms.discord_server import (
    MEMBERS,
    MESSAGE_CONTENT,
    DiscordServer,
    Fault,
    addressed,
)
from tests.platforms.discord_spec import specs

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the library imports audioop
    import discord
    from discord import app_commands, ui

ANN, BEN, EVE = 7, 8, 9
HALL, LOBBY, STAGE = 50, 51, 52
NOTHING = discord.AllowedMentions.none()
Json = dict[str, Any]
Act = Callable[[discord.Interaction], Awaitable[object]]


async def started(**options: Any) -> DiscordServer:
    server = DiscordServer(**options)
    await server.start()
    server.person(ANN, "Ann")
    server.person(BEN, "Ben", "de")
    server.guild(HALL, "Hall", [ANN, BEN, EVE])
    server.channel(HALL, LOBBY, "lobby")
    server.channel(HALL, STAGE, "stage")
    return server


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    """Watched by the spec, where there is one: it also finds this server's own mistakes."""
    running = await started(specs=specs())
    yield running
    await running.stop()
    assert running.mistakes == []


@pytest.fixture
async def plain() -> AsyncIterator[DiscordServer]:
    """Without the spec: the hand-written rules alone."""
    running = await started()
    yield running
    await running.stop()
    assert running.mistakes == []


class Bot(discord.Client):
    """Does with an interaction what the test says, and remembers what it heard."""

    def __init__(self, act: Act | None = None, **options: Any) -> None:
        intents = options.pop("intents", discord.Intents.default())
        super().__init__(
            intents=intents, guild_ready_timeout=0, allowed_mentions=NOTHING, **options
        )
        self.tree = app_commands.CommandTree(self)
        self.act = act
        self.heard: list[discord.Message] = []
        self.did: list[discord.Interaction] = []
        self.ready, self.events = asyncio.Event(), list[str]()
        self.failed: list[BaseException] = []
        self.running: asyncio.Task[None]

        @self.tree.command(description="Begin a course")
        @app_commands.describe(course="Which one")
        async def learn(interaction: discord.Interaction, course: str = "") -> None:
            return None

        @learn.autocomplete("course")
        async def courses(interaction: discord.Interaction, text: str) -> list[Any]:
            return [app_commands.Choice(name=f"{text}{one}", value=one) for one in "ab"]

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The library would sleep for five seconds before a second IDENTIFY."""

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_ready(self) -> None:
        self.ready.set()

    async def on_resumed(self) -> None:
        self.events.append("resumed")

    async def on_disconnect(self) -> None:
        self.events.append("disconnect")

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            self.heard.append(message)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.did.append(interaction)
        if self.act and interaction.type is not discord.InteractionType.autocomplete:
            try:
                await self.act(interaction)
            except Exception as error:
                self.failed.append(error)


@asynccontextmanager
async def logged_in(server: DiscordServer, bot: Bot) -> AsyncIterator[Bot]:
    with addressed(server):
        bot.running = running = asyncio.create_task(bot.start(server.token))
        ready = asyncio.create_task(bot.ready.wait())
        try:
            await asyncio.wait({running, ready}, return_when="FIRST_COMPLETED", timeout=5)
            if running.done():
                await running
            assert ready.done(), "the bot never became ready"
            yield bot
        finally:
            ready.cancel()
            await bot.close()
            await asyncio.wait({running})


@pytest.fixture
async def bot(server: DiscordServer) -> AsyncIterator[Bot]:
    async with logged_in(server, Bot()) as running:
        yield running


@dataclass
class Raw:
    """Calls without a library in between."""

    server: DiscordServer
    session: aiohttp.ClientSession

    async def __call__(
        self, method: str, path: str, data: Any = None, files: dict[str, bytes] | None = None
    ) -> tuple[int, Any]:
        form = aiohttp.FormData(quote_fields=False)
        for index, (name, content) in enumerate((files or {}).items()):
            form.add_field(f"files[{index}]", io.BytesIO(content), filename=name)
        if files:
            form.add_field("payload_json", json.dumps(data))
        sent = {"data": form} if files else {} if data is None else {"json": data}
        head = {"Authorization": f"Bot {self.server.token}"}
        url = self.server.api + path
        async with self.session.request(method, url, headers=head, **sent) as answer:  # type: ignore[arg-type]
            body = await answer.read()
            assert not body or answer.headers["Content-Type"] == "application/json"
            return answer.status, json.loads(body) if body else None

    async def post(self, data: Any, files: dict[str, bytes] | None = None) -> tuple[int, Any]:
        """A message for Ann."""
        channel = self.server.dm(ANN)
        return await self("POST", f"/channels/{channel}/messages", data, files)

    async def respond(self, interaction: int, data: Any) -> tuple[int, Any]:
        token = self.server.interactions.all[interaction].token
        return await self("POST", f"/interactions/{interaction}/{token}/callback", data)

    async def message(self, interaction: int, **data: Any) -> tuple[int, Any]:
        return await self.respond(interaction, {"type": 4, "data": data})

    async def follow(self, method: str, interaction: int, rest: str = "", **data: Any) -> Any:
        token = self.server.interactions.all[interaction].token
        path = f"/webhooks/{self.server.application}/{token}{rest}"
        return await self(method, path, data or None)


@pytest.fixture
async def raw(plain: DiscordServer) -> AsyncIterator[Raw]:
    plain.commands.append({"id": "1", "name": "learn", "type": 1, "integration_types": [0, 1]})
    async with aiohttp.ClientSession() as session:
        yield Raw(plain, session)


def row(*held: Json) -> Json:
    return {"type": 1, "components": list(held)}


def button(custom_id: str = "go", label: str = "Go", **more: Any) -> Json:
    return {"type": 2, "style": 2, "label": label, "custom_id": custom_id, **more}


def link(url: str = "https://example.org/a", **more: Any) -> Json:
    return {"type": 2, "style": 5, "label": "See", "url": url, **more}


def options(count: int, size: int = 1) -> list[Json]:
    return [{"label": "x" * size, "value": f"{one:0{size}}"} for one in range(count)]


def menu(count: int = 2, size: int = 1, **more: Any) -> Json:
    return {"type": 3, "custom_id": "menu", "options": options(count, size), **more}


def text(content: str = "Hello") -> Json:
    return {"type": 10, "content": content}


def v2(*held: Json, **more: Any) -> Json:
    return {"flags": rules.V2, "components": list(held), **more}


def gallery(url: str = "https://example.org/a.png", **more: Any) -> Json:
    return {"type": 12, "items": [{"media": {"url": url}, **more}]}


def section(*texts: Json, accessory: Json | None = None) -> Json:
    return {"type": 9, "components": list(texts), "accessory": accessory or button()}


def container(*held: Json, **more: Any) -> Json:
    return {"type": 17, "components": list(held), **more}


def mentions(**more: Any) -> Json:
    return {"content": "x", "allowed_mentions": more}


def label(held: Json, **more: Any) -> Json:
    return {"type": 18, "label": "Your answer", "component": held, **more}


def blank(**more: Any) -> Json:
    return {"type": 4, "custom_id": "said", "style": 1, **more}


def dialog(*held: Json, **more: Any) -> Json:
    data = {"custom_id": "ask", "title": "Question", "components": list(held), **more}
    return {"type": 9, "data": data}


# What Discord takes, at the limits, and what it does not

TAKEN: dict[str, Json] = {
    "content": {"content": "x" * 2000},
    "astral content": {"content": "\N{PARTY POPPER}" * 1000},
    "embeds": {"embeds": [{"description": "x" * 4096}, {"title": "x" * 256}]},
    "a field": {"embeds": [{"fields": [{"name": "x" * 256, "value": "x" * 1024}]}]},
    "mentions": mentions(parse=["users"], roles=["1"], replied_user=False),
    "numbers for ids": mentions(parse=[], users=[7, 8]),
    "a silent one": {"content": "x", "flags": rules.SILENT},
    "buttons": {"components": [row(*(button(f"{r}{b}") for b in range(5))) for r in range(5)]},
    "a label": {"components": [row(button("x" * 100, "x" * 80))]},
    "an emoji": {"components": [row(button(label="", emoji={"name": "\N{FIRE}"}))]},
    "a link": {"components": [row(link())]},
    "a menu": {"components": [row(menu(25, 100, placeholder="x" * 150, max_values=25))]},
    "a menu of users": {"components": [row({"type": 5, "custom_id": "who"})]},
    "texts": v2(text("x" * 3999), text("y")),
    "forty": v2(*(text("x") for _ in range(40))),
    "everything": v2(
        container(
            text("# Title"),
            section(text("a"), text("b"), accessory=button("in section")),
            section(text("c"), accessory={"type": 11, "media": {"url": "https://a.org/b.png"}}),
            gallery(description="A picture"),
            {"type": 14, "divider": True, "spacing": 2},
            row(button("in row", disabled=True)),
            accent_color=0xFFFFFF,
        )
    ),
}

REJECTED: dict[str, tuple[Json, str]] = {
    "long content": ({"content": "x" * 2001}, "BASE_TYPE_MAX_LENGTH"),
    "astral content": ({"content": "\N{PARTY POPPER}" * 1001}, "BASE_TYPE_MAX_LENGTH"),
    "content of another type": ({"content": 5}, "STRING_TYPE_CONVERT"),
    "nothing": ({}, "50006"),
    "white space": ({"content": " \n "}, "50006"),
    "null": ({"content": None, "embeds": [], "components": []}, "50006"),
    "no pair": ({"content": "\ud83d"}, "50109"),
    "eleven embeds": ({"embeds": [{"title": "x"}] * 11}, "BASE_TYPE_BAD_LENGTH"),
    "long embeds": ({"embeds": [{"description": "x" * 3001}] * 2}, "MAX_EMBED_SIZE_EXCEEDED"),
    "a long description": ({"embeds": [{"description": "x" * 4097}]}, "BASE_TYPE_MAX_LENGTH"),
    "a long embed title": ({"embeds": [{"title": "x" * 257}]}, "BASE_TYPE_MAX_LENGTH"),
    "a field without value": ({"embeds": [{"fields": [{"name": "x"}]}]}, "BASE_TYPE_REQUIRED"),
    "26 fields": (
        {"embeds": [{"fields": [{"name": "x", "value": "y"}] * 26}]},
        "BASE_TYPE_BAD_LENGTH",
    ),
    "an empty embed": ({"embeds": [{}]}, "BASE_TYPE_REQUIRED"),
    "a long footer": ({"embeds": [{"footer": {"text": "x" * 2049}}]}, "BASE_TYPE_BAD_LENGTH"),
    "a long author": ({"embeds": [{"author": {"name": "x" * 257}}]}, "BASE_TYPE_BAD_LENGTH"),
    "an embed that is none": ({"embeds": ["x"]}, "DICT_TYPE"),
    "a colour": ({"embeds": [{"title": "x", "color": 1 << 24}]}, "NUMBER_TYPE_RANGE"),
    "an embed's address": ({"embeds": [{"title": "x", "url": "ftp://a"}]}, "URL_TYPE_INVALID_URL"),
    "a flag for interactions": (
        {"content": "x", "flags": rules.EPHEMERAL},
        "BITFIELD_TYPE_INVALID",
    ),
    "a long nonce": ({"content": "x", "nonce": "x" * 26}, "BASE_TYPE_MAX_LENGTH"),
    "an unknown kind of mention": (mentions(parse=["all"]), "BASE_TYPE_CHOICES"),
    "mentions in no list": (mentions(parse="users"), "LIST_TYPE_CONVERT"),
    "mentions both ways": (
        mentions(parse=["users"], users=["7"]),
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
    "101 mentions": (mentions(users=[str(one) for one in range(101)]), "BASE_TYPE_BAD_LENGTH"),
    "a mention twice": (mentions(users=["7", "7"]), "SET_TYPE_ALREADY_CONTAINS"),
    "a mention of a name": (mentions(users=["Ann"]), "NUMBER_TYPE_COERCE"),
    "an answer to nothing": (
        {"content": "x", "message_reference": {"message_id": "1"}},
        "REPLIES_UNKNOWN_MESSAGE",
    ),
    "six rows": (
        {"components": [row(button(f"{one}")) for one in range(6)]},
        "BASE_TYPE_BAD_LENGTH",
    ),
    "six buttons": (
        {"components": [row(*(button(f"{one}") for one in range(6)))]},
        "BASE_TYPE_BAD_LENGTH",
    ),
    "an empty row": ({"components": [row()]}, "BASE_TYPE_BAD_LENGTH"),
    "a button without a row": ({"components": [button()]}, "UNION_TYPE_CHOICES"),
    "a text without the flag": ({"components": [text()]}, "UNION_TYPE_CHOICES"),
    "a long label": ({"components": [row(button(label="x" * 81))]}, "BASE_TYPE_MAX_LENGTH"),
    "no label": (
        {"components": [row(button(label=" "))]},
        "BUTTON_COMPONENT_MISSING_LABEL_OR_EMOJI",
    ),
    "a word for an emoji": (
        {"components": [row(button(emoji={"name": "fire"}))]},
        "COMPONENT_INVALID_EMOJI",
    ),
    "a long custom id": ({"components": [row(button("x" * 101))]}, "BASE_TYPE_BAD_LENGTH"),
    "no custom id": (
        {"components": [row({"type": 2, "style": 1, "label": "x"})]},
        "BASE_TYPE_REQUIRED",
    ),
    "a custom id twice": (
        {"components": [row(button(), button())]},
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    "an id twice": (
        {"components": [row(button(id=3), button("b", id=3))]},
        "COMPONENT_ID_DUPLICATED",
    ),
    "a link with an id": (
        {"components": [row(link(custom_id="a"))]},
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
    ),
    "a link to nowhere": (
        {"components": [row({"type": 2, "style": 5, "label": "x"})]},
        "BASE_TYPE_REQUIRED",
    ),
    "a link of another kind": ({"components": [row(link("ftp://a.org"))]}, "URL_TYPE_INVALID_URL"),
    "a long link": (
        {"components": [row(link("https://a.org/" + "x" * 500))]},
        "BASE_TYPE_BAD_LENGTH",
    ),
    "a button with an address": (
        {"components": [row(button(url="https://a.org"))]},
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
    ),
    "no such style": ({"components": [row(button(style=7))]}, "NUMBER_TYPE_RANGE"),
    "disabled by a word": ({"components": [row(button(disabled="yes"))]}, "BOOLEAN_TYPE_CONVERT"),
    "something to buy": ({"components": [row(button(style=6))]}, "BUTTON_COMPONENT_INVALID_SKU"),
    "an empty emoji": (
        {"components": [row(button(emoji={"name": ""}))]},
        "COMPONENT_INVALID_EMOJI",
    ),
    "a word for an option's emoji": (
        {"components": [row(menu(options=[{**options(1)[0], "emoji": {"name": "x"}}]))]},
        "COMPONENT_INVALID_EMOJI",
    ),
    "the least above the most": (
        {"components": [row(menu(2, min_values=2))]},
        "SELECT_COMPONENT_MIN_VALUES_TOO_LARGE",
    ),
    "two menus in a row": (
        {"components": [row(menu(), menu(custom_id="b"))]},
        "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
    ),
    "26 options": ({"components": [row(menu(26))]}, "BASE_TYPE_BAD_LENGTH"),
    "no options": ({"components": [row(menu(0))]}, "BASE_TYPE_BAD_LENGTH"),
    "a long option": ({"components": [row(menu(1, 101))]}, "BASE_TYPE_BAD_LENGTH"),
    "an option twice": (
        {"components": [row(menu(options=options(1) * 2))]},
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    "a long placeholder": (
        {"components": [row(menu(placeholder="x" * 151))]},
        "BASE_TYPE_MAX_LENGTH",
    ),
    "more values than options": (
        {"components": [row(menu(2, max_values=3))]},
        "SELECT_COMPONENT_MAX_VALUES_TOO_LARGE",
    ),
    "41 components": (
        v2(*(text("x") for _ in range(40)), container(text())),
        "BASE_TYPE_BAD_LENGTH",
    ),
    "41 components in all": (
        v2(container(*(text("x") for _ in range(40)))),
        "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ),
    "4,001 characters": (
        v2(text("x" * 4000), text("y")),
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ),
    "an empty text": (v2(text("")), "BASE_TYPE_REQUIRED"),
    "content beside": (
        v2(text(), content="x"),
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    "embeds beside": (
        v2(text(), embeds=[{"title": "x"}]),
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    "no components": (v2(), "50006"),
    "a container inside": (v2(container(container(text()))), "UNION_TYPE_CHOICES"),
    "four texts in a section": (v2(section(*(text() for _ in range(4)))), "BASE_TYPE_BAD_LENGTH"),
    "a section without": (v2({"type": 9, "components": [text()]}), "DICT_TYPE_CONVERT"),
    "eleven pictures": (v2({"type": 12, "items": gallery()["items"] * 11}), "BASE_TYPE_BAD_LENGTH"),
    "a long picture text": (v2(gallery(description="x" * 1025)), "BASE_TYPE_BAD_LENGTH"),
    "a picture that is not there": (
        v2(gallery("attachment://a.png")),
        "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
    ),
    "a file from elsewhere": (
        v2({"type": 13, "file": {"url": "https://a.org/b"}}),
        "UNFURLED_MEDIA_ITEM_ATTACHMENT_REFERENCE_REQUIRED",
    ),
    "an accent": (v2(container(text(), accent_color=-1)), "NUMBER_TYPE_RANGE"),
    "spacing": (v2({"type": 14, "spacing": 3}), "NUMBER_TYPE_RANGE"),
    "a text input": (v2(row(blank())), "UNION_TYPE_CHOICES"),
    "attachments of nobody": ({"content": "x", "attachments": [{"id": 0}]}, "ATTACHMENT_NOT_FOUND"),
    "a poll": ({"poll": {"question": {"text": "x"}, "answers": []}}, "NOT_HERE"),
    "a list": ([], "DICT_TYPE_CONVERT"),  # type: ignore[dict-item]
}


@pytest.mark.parametrize("data", TAKEN.values(), ids=TAKEN)
async def test_it_takes_what_is_within_the_limits(server: DiscordServer, data: Json) -> None:
    async with aiohttp.ClientSession() as session:
        status, body = await Raw(server, session).post(data)
    assert (status, server.breaches) == (200, []), body
    assert len(server.seen(ANN)) == 1


@pytest.mark.parametrize(("data", "code"), REJECTED.values(), ids=REJECTED)
async def test_it_rejects_what_breaks_a_limit(raw: Raw, data: Json, code: str) -> None:
    status, body = await raw.post(data)
    assert status == 400
    assert code in (str(body["code"]), *codes(body.get("errors")))
    assert len(raw.server.breaches) == 1
    assert raw.server.seen(ANN) == []


def codes(errors: Any) -> list[str]:
    """All codes in a tree of errors."""
    if isinstance(errors, dict):
        here = [one["code"] for one in errors.get("_errors", ())]
        return here + [code for one in errors.values() for code in codes(one)]
    return []


async def test_an_error_names_the_place(raw: Raw) -> None:
    _, body = await raw.post({"components": [row(button(), button("b", "x" * 81))]})
    said = {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 80 or fewer in length."}
    inner = {"components": {"0": {"components": {"1": {"label": {"_errors": [said]}}}}}}
    assert body == {"message": "Invalid Form Body", "code": 50035, "errors": inner}


async def test_the_spec_is_read_where_it_is(server: DiscordServer) -> None:
    """Its own limits are found with it; this server's own mistakes too."""
    if specs() is None:
        pytest.skip("no specs on this machine")
    async with aiohttp.ClientSession() as session:
        call = Raw(server, session)
        status, body = await call.post({"content": "x", "embeds": [{"fields": [{}]}]})
        assert (status, "name is missing" in str(body)) == (400, True)
        status, body = await call.post({"components": [row(button(label="x" * 81))]})
        assert (status, "breaks maxLength 80" in str(body)) == (400, True)
    spec = server._spec
    assert spec
    assert spec.answer("GET /users/@me", 200, {"id": 5}) != []
    assert spec.answer("GET /users/@me", 201, {}) == ["GET /users/@me: Discord does not answer 201"]
    assert spec.event("INTERACTION_CREATE", {"type": 3}) != []
    assert spec.event("READY", {}) != []
    assert spec.frame({"op": 2, "d": {"token": 5}}) != []
    server.breaches.clear()


# Files


async def test_files_go_up_and_come_down(raw: Raw) -> None:
    alt = {"attachments": [{"id": 0, "description": "A dot"}]}
    status, body = await raw.post({"content": "x", **alt}, {"a dot.png": b"dot", "b.txt": b"b"})
    assert status == 200
    (shown,) = raw.server.seen(ANN)
    assert shown.files == [("a_dot.png", "A dot", b"dot"), ("b.txt", "", b"b")]
    assert shown.alts == ["A dot"]
    async with raw.session.get(body["attachments"][0]["url"]) as answer:
        assert await answer.read() == b"dot"
    async with raw.session.get(f"{raw.server.url}/cdn/attachments/1/2/a.png") as answer:
        assert answer.status == 404


async def test_an_edit_keeps_the_files_it_names(raw: Raw) -> None:
    _, body = await raw.post({}, {"a.png": b"a", "b.png": b"b"})
    path = f"/channels/{body['channel_id']}/messages/{body['id']}"
    kept = [{"id": body["attachments"][1]["id"]}, {"id": 0}]
    status, _ = await raw("PATCH", path, {"attachments": kept}, {"c.png": b"c"})
    assert status == 200
    assert [one.name for one in raw.server.seen(ANN)[0].files] == ["b.png", "c.png"]
    status, body = await raw("PATCH", path, {"attachments": []})
    assert (status, body["code"]) == (400, 50006)


async def test_a_picture_in_components_is_shown_where_it_is_named(raw: Raw) -> None:
    named = gallery("attachment://a.png", description="A dot")
    file = {"type": 13, "file": {"url": "attachment://b.pdf"}}
    status, body = await raw.post(v2(named, file), {"a.png": b"a", "b.pdf": b"b", "c.png": b"c"})
    assert status == 200
    (shown,) = raw.server.seen(ANN)
    assert ([one.name for one in shown.files], shown.alts) == (["a.png", "b.pdf"], ["A dot"])
    media = body["components"][0]["items"][0]["media"]
    assert media["url"] == body["attachments"][0]["url"]


@pytest.mark.parametrize(
    ("data", "files", "code"),
    [
        ({}, {"a.png": rules.FILE_BYTES + 1}, 40005),
        ({}, {f"{one}.bin": 9 * 1024**2 for one in range(3)}, 40005),
        ({}, {f"{one}.png": 1 for one in range(11)}, 50035),
        ({"attachments": [{"id": 0, "description": "x" * 1025}]}, {"a.png": 1}, 50035),
        ({"attachments": [{"id": 1}]}, {"a.png": 1}, 50035),
        ({"embeds": [{"image": {"url": "attachment://b.png"}}]}, {"a.png": 1}, 50035),
    ],
    ids=["a large file", "a large request", "eleven", "a long text", "an unknown one", "an image"],
)
async def test_it_rejects_files(raw: Raw, data: Json, files: dict[str, int], code: int) -> None:
    status, body = await raw.post(data, {name: bytes(size) for name, size in files.items()})
    assert (status, body["code"]) == (413 if code == 40005 else 400, code)
    assert len(raw.server.breaches) == 1


# Edits


async def test_v2_cannot_be_taken_back(raw: Raw) -> None:
    _, body = await raw.post(v2(text("Hello"), row(button())))
    path = f"/channels/{body['channel_id']}/messages/{body['id']}"
    assert (await raw("PATCH", path, {"flags": 0}))[0] == 400
    assert (await raw("PATCH", path, {"content": "x"}))[0] == 400
    assert (await raw("PATCH", path, {"components": [text("Bye")]}))[0] == 200
    (shown,) = raw.server.seen(ANN)
    assert (shown.text, shown.v2, shown.rows) == ("Bye", True, [])
    assert [one.custom_id for one in shown.original_rows[0]] == ["go"]
    assert [one.kind for one in raw.server.changes] == ["new", "text"]
    assert raw.server.changes[1].before == "Hello"


async def test_a_plain_message_becomes_v2_only_without_its_content(raw: Raw) -> None:
    _, body = await raw.post({"content": "x"})
    path = f"/channels/{body['channel_id']}/messages/{body['id']}"
    assert (await raw("PATCH", path, v2(text())))[0] == 400
    assert (await raw("PATCH", path, v2(text(), content=None)))[0] == 200
    assert raw.server.seen(ANN)[0].text == "Hello"


async def test_an_embed_shows_a_file(raw: Raw) -> None:
    shown = {"embeds": [{"image": {"url": "attachment://a.png"}}]}
    _, body = await raw.post(shown, {"a.png": b"a"})
    assert body["embeds"][0]["image"]["url"] == body["attachments"][0]["url"]


async def test_bodies_that_are_none(raw: Raw) -> None:
    path = f"{raw.server.api}/channels/{raw.server.dm(ANN)}/messages"
    head = {"Authorization": f"Bot {raw.server.token}"}
    form = aiohttp.FormData({"content": "x"})
    for sent in ({"data": b"{"}, {"data": b"x"}, {"data": form}):
        kind = {} if sent["data"] is form else {"Content-Type": "application/json"}
        async with raw.session.post(path, headers={**head, **kind}, **sent) as answer:  # type: ignore[arg-type]
            assert answer.status == 400
    assert len(raw.server.breaches) == 3


async def test_changes_tell_what_people_saw(raw: Raw) -> None:
    _, body = await raw.post({"content": "x", "components": [row(button())]})
    path = f"/channels/{body['channel_id']}/messages/{body['id']}"
    await raw("PATCH", path, {"components": [row(button(disabled=True))]})
    await raw("PATCH", path, {"components": [row(button(disabled=True))]})
    await raw("PATCH", path, {"content": "y"})
    await raw("DELETE", path)
    server = raw.server
    assert [one.kind for one in server.changes] == ["new", "components", "text", "deleted"]
    assert [one.message.rows[0][0].disabled for one in server.changes] == [False, True, True, True]
    assert server.seen(ANN) == []
    assert [
        (await raw(how, path, {} if how == "PATCH" else None))[1]
        for how in ("GET", "PATCH", "DELETE")
    ] == [{"message": "Unknown Message", "code": 10008}] * 3


async def test_a_nonce_makes_one_message_of_two_requests(raw: Raw) -> None:
    twice = [await raw.post({"content": "x", "nonce": "n", "enforce_nonce": True}) for _ in "ab"]
    assert twice[0] == twice[1]
    await raw.post({"content": "x", "nonce": "n"})
    assert len(raw.server.seen(ANN)) == 2


@pytest.mark.parametrize(
    ("allowed", "pings"),
    [
        (None, ["<@7>", "<@&5>", "@everyone"]),
        ({"parse": []}, []),
        ({}, []),
        ({"parse": ["users"], "roles": ["5"]}, ["<@7>", "<@&5>"]),
        ({"users": ["8"]}, []),
        ({"parse": ["everyone"]}, ["@everyone"]),
    ],
)
async def test_pings_are_known(raw: Raw, allowed: Json | None, pings: list[str]) -> None:
    said: Json = {} if allowed is None else {"allowed_mentions": allowed}
    words = "<@7> <@!7> <@&5> @everyone"
    await raw.post({"content": words, **said})
    await raw.post({**v2(text(words)), **said})
    assert [one.pings for one in raw.server.seen(ANN)] == [pings, pings]


async def test_an_answer_pings_whom_it_answers(raw: Raw) -> None:
    asked = raw.server.say(ANN, "Hello")
    reference = {"message_reference": {"message_id": str(asked)}, "content": "x"}
    await raw.post(reference)
    await raw.post({**reference, "allowed_mentions": {"parse": [], "replied_user": False}})
    mine = [one for one in raw.server.seen(ANN) if one.author_bot]
    assert [(one.reply_to, one.pings) for one in mine] == [(asked, ["<@7>"]), (asked, [])]


# Interactions, without a library


async def test_only_the_first_response_counts(raw: Raw) -> None:
    one = raw.server.command(ANN, "learn")
    assert (await raw.message(one, content="x"))[0] == 204
    assert await raw.message(one, content="y") == (
        400,
        {"message": "Interaction has already been acknowledged.", "code": 40060},
    )
    assert [shown.text for shown in raw.server.seen(ANN)] == ["x"]
    assert len(raw.server.refusals) == 1
    assert raw.server.breaches == []


async def test_a_late_response_is_refused(raw: Raw) -> None:
    raw.server.deadline = -1.0
    one = raw.server.command(ANN, "learn")
    unknown = 404, {"message": "Unknown interaction", "code": 10062}
    assert await raw.message(one, content="x") == unknown
    raw.server.deadline = 3.0
    other = raw.server.command(ANN, "learn")
    raw.server.expire_tokens()
    assert await raw.message(other, content="x") == unknown
    assert raw.server.acknowledged == {}


async def test_a_token_has_its_time(raw: Raw) -> None:
    one = raw.server.command(ANN, "learn")
    unknown = 404, {"message": "Unknown Webhook", "code": 10015}
    assert await raw.follow("POST", one, content="x") == unknown  # nothing was answered yet
    await raw.message(one, content="x")
    assert (await raw.follow("POST", one, content="y"))[0] == 200
    raw.server.expire_tokens()
    invalid = 401, {"message": "Invalid Webhook Token", "code": 50027}
    assert await raw.follow("POST", one, content="z") == invalid
    assert await raw.follow("PATCH", one, "/messages/@original", content="z") == invalid
    raw.server.token_life = -1.0
    two = raw.server.command(ANN, "learn")
    await raw.message(two, content="x")
    assert await raw.follow("POST", two, content="z") == invalid
    assert raw.server.invalid == 3


async def test_a_deferred_reply_is_filled_in(raw: Raw) -> None:
    server = raw.server
    one = server.command(ANN, "learn", LOBBY)
    assert (await raw.respond(one, {"type": 5, "data": {"flags": rules.V2}}))[0] == 400
    assert (await raw.respond(one, {"type": 5, "data": {"content": "x"}}))[0] == 400
    assert (await raw.respond(one, {"type": 5, "data": {"flags": rules.EPHEMERAL}}))[0] == 204
    (shown,) = server.seen(ANN, LOBBY)
    assert (shown.loading, server.changes) == (True, [])
    _, body = await raw.follow("POST", one, **v2(text()))  # the first one takes its place
    assert body["id"] == str(shown.id)
    assert (shown.text, shown.loading, shown.ephemeral_for) == ("Hello", False, ANN)
    assert [change.kind for change in server.changes] == ["new"]
    assert server.seen(BEN, LOBBY) == []
    await raw.follow("POST", one, content="Seen by all")
    assert [one.text for one in server.seen(BEN, LOBBY)] == ["Seen by all"]


async def test_messages_of_an_interaction_are_reached_by_its_token_alone(raw: Raw) -> None:
    one, two = raw.server.command(ANN, "learn"), raw.server.command(ANN, "learn")
    await raw.message(one, content="x", flags=rules.EPHEMERAL)
    await raw.message(two, content="y")
    (first, second) = raw.server.seen(ANN)
    assert (await raw.follow("PATCH", one, f"/messages/{second.id}", content="z"))[0] == 404
    assert (await raw("PATCH", f"/channels/{first.channel}/messages/{first.id}", {}))[0] == 404
    assert (await raw.follow("PATCH", one, f"/messages/{first.id}", content="z"))[0] == 200
    assert (await raw.follow("GET", one, "/messages/@original"))[1]["content"] == "z"
    assert (await raw.follow("DELETE", one, "/messages/@original"))[0] == 204
    assert (await raw.follow("GET", one, "/messages/@original"))[1]["code"] == 10008


async def test_a_guest_follows_up_five_times(raw: Raw) -> None:
    raw.server.guild(60, "Elsewhere", [ANN], joined=False)
    raw.server.channel(60, 61, "general")
    one = raw.server.command(ANN, "learn", 61)
    await raw.message(one, content="x")
    statuses = [(await raw.follow("POST", one, content="y"))[0] for _ in range(6)]
    assert statuses == [200] * 5 + [400]


MODALS: dict[str, tuple[Json, str]] = {
    "a long title": (dialog(label(blank()), title="x" * 46), "BASE_TYPE_BAD_LENGTH"),
    "six fields": (
        dialog(*(label(blank(custom_id=f"{n}")) for n in range(6))),
        "BASE_TYPE_BAD_LENGTH",
    ),
    "no field": (dialog(), "BASE_TYPE_BAD_LENGTH"),
    "a field twice": (dialog(label(blank()), label(blank())), "COMPONENT_CUSTOM_ID_DUPLICATED"),
    "a button": (dialog(row(button())), "UNION_TYPE_CHOICES"),
    "a long label": (dialog(label(blank(), label="x" * 46)), "BASE_TYPE_BAD_LENGTH"),
    "a long description": (dialog(label(blank(), description="x" * 101)), "BASE_TYPE_BAD_LENGTH"),
    "a long placeholder": (dialog(label(blank(placeholder="x" * 101))), "BASE_TYPE_MAX_LENGTH"),
    "a long value": (dialog(label(blank(value="x" * 4001))), "BASE_TYPE_MAX_LENGTH"),
    "a value too short": (dialog(label(blank(value="x", min_length=2))), "BASE_TYPE_BAD_LENGTH"),
    "an endless text": (dialog(label(blank(max_length=4001))), "NUMBER_TYPE_RANGE"),
    "the least above the most": (
        dialog(label(blank(min_length=9, max_length=8))),
        "TEXT_INPUT_MIN_LENGTH_TOO_LARGE",
    ),
    "eleven files": (
        dialog(label({"type": 19, "custom_id": "a", "max_values": 11})),
        "NUMBER_TYPE_RANGE",
    ),
    "more boxes than there are": (
        dialog(label({"type": 22, "custom_id": "a", "options": options(2), "max_values": 3})),
        "SELECT_COMPONENT_MAX_VALUES_TOO_LARGE",
    ),
    "no style": (dialog(label({"type": 4, "custom_id": "said"})), "NUMBER_TYPE_COERCE"),
    "two labels": (dialog(label(blank(label="x"))), "COMPONENT_LABEL_IN_LABEL"),
    "no label": (dialog(row(blank())), "BASE_TYPE_REQUIRED"),
    "two in a row": (
        dialog(row(blank(label="x"), blank(label="y", custom_id="b"))),
        "COMPONENT_LAYOUT",
    ),
    "one radio button": (
        dialog(label({"type": 21, "custom_id": "a", "options": options(1)})),
        "BASE_TYPE_BAD_LENGTH",
    ),
    "eleven boxes": (
        dialog(label({"type": 22, "custom_id": "a", "options": options(11)})),
        "BASE_TYPE_BAD_LENGTH",
    ),
    "a disabled menu": (dialog(label(menu(disabled=True))), "COMPONENT_DISABLED_IN_MODAL"),
}


@pytest.mark.parametrize(("response", "code"), MODALS.values(), ids=MODALS)
async def test_it_rejects_modals(raw: Raw, response: Json, code: str) -> None:
    one = raw.server.command(ANN, "learn")
    status, body = await raw.respond(one, response)
    assert (status, codes(body["errors"])) == (400, [code])
    assert raw.server.modal(ANN) is None


RESPONSES: dict[str, tuple[str, Json]] = {
    "no type": ("command", {}),
    "a pong": ("command", {"type": 1}),
    "an update of nothing": ("command", {"type": 7, "data": {"content": "x"}}),
    "a deferred update of nothing": ("command", {"type": 6}),
    "choices": ("command", {"type": 8, "data": {"choices": []}}),
    "a message for choices": ("complete", {"type": 4, "data": {"content": "x"}}),
    "26 choices": (
        "complete",
        {"type": 8, "data": {"choices": [{"name": f"{n}", "value": "x"} for n in range(26)]}},
    ),
    "a long choice": (
        "complete",
        {"type": 8, "data": {"choices": [{"name": "x" * 101, "value": "x"}]}},
    ),
    "a long value": (
        "complete",
        {"type": 8, "data": {"choices": [{"name": "x", "value": "x" * 101}]}},
    ),
    "a modal after a modal": ("submit", dialog(label(blank()))),
    "an empty message": ("command", {"type": 4, "data": {}}),
    "no data": ("command", {"type": 4}),
}


@pytest.mark.parametrize(("what", "response"), RESPONSES.values(), ids=RESPONSES)
async def test_it_rejects_first_responses(raw: Raw, what: str, response: Json) -> None:
    server = raw.server
    server.commands[0]["options"] = [{"type": 3, "name": "course", "autocomplete": True}]
    if what == "complete":
        one = server.complete(ANN, "learn", "course", "x")
    else:
        one = server.command(ANN, "learn")
    if what == "submit":
        await raw.respond(one, dialog(label(blank())))
        one = server.submit(ANN, "ask", {"said": "x"})
    status, _ = await raw.respond(one, response)
    assert (status, len(server.breaches)) == (400, 1)
    assert one not in server.acknowledged


# Commands

COMMAND: Json = {"name": "learn", "description": "Begin"}
CHOICE: Json = {"name": "x", "value": "x"}


def option(**more: Any) -> Json:
    return {"type": 3, "name": "course", "description": "Which", **more}


def with_options(*held: Json, **more: Any) -> Json:
    return {**COMMAND, "options": list(held), **more}


COMMANDS: dict[str, tuple[list[Json], str]] = {
    "a capital": ([{**COMMAND, "name": "Learn"}], "APPLICATION_COMMAND_INVALID_NAME"),
    "a space": ([{**COMMAND, "name": "learn it"}], "APPLICATION_COMMAND_INVALID_NAME"),
    "a long name": ([{**COMMAND, "name": "x" * 33}], "BASE_TYPE_BAD_LENGTH"),
    "no description": ([{"name": "learn"}], "BASE_TYPE_REQUIRED"),
    "a long description": ([{**COMMAND, "description": "x" * 101}], "BASE_TYPE_BAD_LENGTH"),
    "a name twice": ([COMMAND, COMMAND], "APPLICATION_COMMANDS_DUPLICATE_NAME"),
    "101 commands": ([{**COMMAND, "name": f"c{n}"} for n in range(101)], "30032"),
    "26 options": (
        [with_options(*(option(name=f"o{n}") for n in range(26)))],
        "BASE_TYPE_BAD_LENGTH",
    ),
    "an option twice": (
        [with_options(option(), option())],
        "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
    ),
    "a required one last": (
        [with_options(option(), option(name="b", required=True))],
        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
    ),
    "26 choices": (
        [with_options(option(choices=[{"name": f"{n}", "value": "x"} for n in range(26)]))],
        "BASE_TYPE_BAD_LENGTH",
    ),
    "a long choice": (
        [with_options(option(choices=[{**CHOICE, "value": "x" * 101}]))],
        "BASE_TYPE_MAX_LENGTH",
    ),
    "a choice twice": (
        [with_options(option(choices=[CHOICE, CHOICE]))],
        "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS",
    ),
    "choices and more": (
        [with_options(option(choices=[CHOICE], autocomplete=True))],
        "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE",
    ),
    "a translation": ([{**COMMAND, "name_localizations": {"xx": "lerne"}}], "BASE_TYPE_CHOICES"),
    "a translated capital": (
        [{**COMMAND, "name_localizations": {"de": "Lerne"}}],
        "APPLICATION_COMMAND_INVALID_NAME",
    ),
    "no contexts": ([{**COMMAND, "contexts": []}], "BASE_TYPE_BAD_LENGTH"),
    "a menu described": (
        [{"name": "Ask", "type": 3, "description": "x"}],
        "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION",
    ),
    "8,001 characters": (
        [
            with_options(
                *(
                    option(
                        name=f"o{n}",
                        choices=[{"name": f"{m:0100}", "value": "x" * 100} for m in range(25)],
                    )
                    for n in range(2)
                )
            )
        ],
        "APPLICATION_COMMAND_TOO_LARGE",
    ),
    "no such type": ([{**COMMAND, "type": 9}], "BASE_TYPE_CHOICES"),
    "permissions by name": (
        [{**COMMAND, "default_member_permissions": "admin"}],
        "BITFIELD_TYPE_CONVERT",
    ),
    "no such option": ([with_options(option(type=12))], "BASE_TYPE_CHOICES"),
    "choices of people": (
        [with_options(option(type=6, choices=[CHOICE]))],
        "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID",
    ),
    "a choice of nothing": ([with_options(option(choices=[{"name": "x"}]))], "BASE_TYPE_REQUIRED"),
    "a long translated choice": (
        [with_options(option(choices=[{**CHOICE, "name_localizations": {"de": "x" * 101}}]))],
        "BASE_TYPE_BAD_LENGTH",
    ),
    "an endless option": ([with_options(option(max_length=6001))], "NUMBER_TYPE_RANGE"),
    "groups in groups": (
        [with_options(option(type=2, options=[option(type=2)]))],
        "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
    ),
    "mixed options": (
        [with_options(option(type=1), option(name="b"))],
        "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
    ),
}


@pytest.mark.parametrize(("commands", "code"), COMMANDS.values(), ids=COMMANDS)
async def test_it_rejects_commands(raw: Raw, commands: list[Json], code: str) -> None:
    path = f"/applications/{raw.server.application}/commands"
    status, body = await raw("PUT", path, commands)
    assert (status, [str(body["code"])] if code == "30032" else codes(body["errors"])) == (
        400,
        [code],
    )
    assert [one["name"] for one in raw.server.commands] == ["learn"]


def test_the_longest_translation_counts() -> None:
    short = {"name": "ab", "description": "abc", "name_localizations": {"de": "a", "fr": "abcd"}}
    assert command_rules.characters({**short, "options": [{"name": "x", "description": "y"}]}) == 9


async def test_commands_are_kept_one_by_one(server: DiscordServer) -> None:
    path = f"/applications/{server.application}/commands"
    async with aiohttp.ClientSession() as session:
        raw = Raw(server, session)
        status, made = await raw("POST", path, COMMAND)
        assert status == 201
        assert (await raw("POST", path, {**COMMAND, "description": "Go on"}))[0] == 200
        assert (await raw("PATCH", f"{path}/{made['id']}", {"name": "go"}))[0] == 200
        assert [one["name"] for one in (await raw("GET", path))[1]] == ["go"]
        assert (await raw("GET", f"{path}/{made['id']}"))[1]["description"] == "Go on"
        here = f"/applications/{server.application}/guilds/{HALL}/commands"
        assert (await raw("PUT", here, [COMMAND]))[0] == 200
        server.command(ANN, "learn", LOBBY)
        with pytest.raises(AssertionError, match="no command /learn"):
            server.command(ANN, "learn")
        assert (await raw("DELETE", f"{path}/{made['id']}"))[0] == 204
        assert (await raw("DELETE", f"{path}/{made['id']}"))[1]["code"] == 10063
        assert (await raw("GET", "/applications/5/commands"))[0] == 403


# What stands in the bot's way, without a library

UNREACHABLE: dict[str, tuple[Callable[[DiscordServer], object], int, int]] = {
    "a closed chat": (lambda server: server.close_dm(ANN), 403, 50007),
    "no right to write": (lambda server: server.forbid(LOBBY), 403, 50013),
    "no right to look": (lambda server: server.forbid(LOBBY, see=True), 403, 50001),
    "no member any more": (lambda server: server.remove_from_guild(HALL), 403, 50001),
    "a channel gone": (lambda server: server.delete_channel(LOBBY), 404, 10003),
}


@pytest.mark.parametrize(("what", "status", "code"), UNREACHABLE.values(), ids=UNREACHABLE)
async def test_it_refuses(
    raw: Raw, what: Callable[[DiscordServer], object], status: int, code: int
) -> None:
    server = raw.server
    what(server)
    channel = server.dm(ANN) if code == 50007 else LOBBY
    answered, body = await raw("POST", f"/channels/{channel}/messages", {"content": "x"})
    assert (answered, body["code"]) == (status, code)
    assert (len(server.refusals), server.breaches) == (1, [])
    assert server.invalid == (status == 403)
    assert (await raw("POST", f"/channels/{STAGE}/typing"))[0] == (
        403 if code == 50001 and not server.guilds[HALL].joined else 204
    )


async def test_closed_and_opened_again(raw: Raw) -> None:
    raw.server.close_dm(ANN)
    raw.server.open_dm(ANN)
    assert (await raw.post({"content": "x"}))[0] == 200
    raw.server.forbid(LOBBY)
    raw.server.permit(LOBBY)
    assert (await raw("POST", f"/channels/{LOBBY}/messages", {"content": "x"}))[0] == 200


async def test_only_its_own_messages_are_the_bots_to_edit(raw: Raw) -> None:
    dm, said = raw.server.dm(ANN), raw.server.say(ANN, "Hello")
    there = raw.server.say(ANN, "Hello", LOBBY)
    mine, theirs = f"/channels/{dm}/messages/{said}", f"/channels/{LOBBY}/messages/{there}"
    assert (await raw("PATCH", mine, {"content": "x"}))[1]["code"] == 50005
    assert (await raw("DELETE", mine))[1]["code"] == 50003
    assert (await raw("DELETE", theirs))[1]["code"] == 50013
    raw.server.delete(dm, said)
    assert (await raw("GET", mine))[1]["code"] == 10008


async def test_who_is_unknown(raw: Raw) -> None:
    assert (await raw("GET", "/users/404"))[1]["code"] == 10013
    assert (await raw("GET", f"/guilds/{HALL}/members/404"))[1]["code"] == 10007
    assert (await raw("GET", "/guilds/404"))[1]["code"] == 10004
    assert (await raw("POST", "/users/@me/channels", {"recipient_id": "404"}))[1]["code"] == 50033
    assert (await raw("GET", "/users/x"))[0] == 400
    assert raw.server.breaches == ['GET /users/{user_id}: user_id: Value "x" is not snowflake. {}']
    raw.server.breaches.clear()
    assert await raw("GET", "/nowhere") == (404, {"message": "404: Not Found", "code": 0})
    assert len(raw.server.breaches) == 1


async def test_without_the_token(raw: Raw) -> None:
    async with raw.session.get(f"{raw.server.api}/users/@me") as answer:
        assert (answer.status, await answer.json()) == (
            401,
            {"message": "401: Unauthorized", "code": 0},
        )
    assert raw.server.invalid == 1


# What people do and see


async def test_a_client_sends_only_what_it_knows(plain: DiscordServer) -> None:
    things = {
        "type": 3,
        "name": "thing",
        "required": True,
        "choices": [{"name": "A", "value": "a"}],
    }
    number = {"type": 4, "name": "number", "min_value": 1, "max_value": 9}
    known: Json = {"id": "1", "type": 1, "integration_types": [0]}
    plain.commands += [
        {**known, "name": "do", "options": [things, number]},
        {**known, "name": "rule", "default_member_permissions": "0", "contexts": [0]},
    ]
    for name, channel, options, error in [
        ("go", None, {}, "no command /go"),
        ("rule", None, {}, "no command /rule"),
        ("rule", LOBBY, {}, "no command /rule"),
        ("do it", None, {"thing": "a"}, "/do has no it inside"),
        ("do", None, {}, "/do needs its option thing"),
        ("do", None, {"thing": "b"}, "thing is one of"),
        ("do", None, {"thing": "a", "other": 1}, "/do has no option other"),
        ("do", None, {"thing": "a", "number": 10}, "number is 9 or less"),
        ("do", None, {"thing": "a", "number": 1.5}, "number is whole"),
        ("do", 404, {"thing": "a"}, "no channel 404"),
    ]:
        with pytest.raises(AssertionError, match=error):
            plain.command(ANN, name, channel, **options)  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match="completes nothing"):
        plain.complete(ANN, "do", "thing", "x")
    with pytest.raises(AssertionError, match="shown no modal"):
        plain.submit(ANN, "ask", {})
    with pytest.raises(AssertionError, match="no message"):
        plain.press(ANN, "go")
    with pytest.raises(AssertionError, match="empty"):
        plain.say(ANN, " ")
    plain.promote(HALL, BEN)
    plain.command(BEN, "rule", LOBBY)


async def test_a_modal_is_filled_in_as_it_asks(raw: Raw) -> None:
    server = raw.server
    boxes = {"type": 22, "custom_id": "many", "options": options(3), "required": False}
    held = [
        label(blank(min_length=2, max_length=4)),
        label({"type": 21, "custom_id": "one", "options": options(2)}),
        label(boxes),
        label({"type": 23, "custom_id": "yes"}),
        text("Think first"),
    ]
    one = server.command(ANN, "learn")
    assert (await raw.respond(one, dialog(*held)))[0] == 204
    modal = server.modal(ANN)
    assert modal
    assert [field.custom_id for field in modal.fields] == ["said", "one", "many", "yes"]
    assert (modal.title, modal.texts) == ("Question", ["Think first"])
    for filled, error in [
        ({"said": "x", "one": "0"}, "2 to 4 characters"),
        ({"said": "xxx"}, "one must be filled in"),
        ({"said": "xxx", "one": "9"}, "one offers"),
        ({"said": "xxx", "one": "0", "more": "x"}, "no field"),
    ]:
        with pytest.raises(AssertionError, match=error):
            server.submit(ANN, "ask", filled)  # type: ignore[arg-type]
    server.submit(ANN, "ask", {"said": "x"}, forged=True)
    sent = server.submit(ANN, "ask", {"said": "xxx", "one": "0", "many": ["1", "2"], "yes": True})
    payload: Any = server.events[sent][1]["data"]
    inner = [part.get("component") for part in payload["components"]]
    assert [one and (one.get("value"), one.get("values")) for one in inner] == [
        ("xxx", None),
        ("0", None),
        (None, ["1", "2"]),
        (True, None),
        None,
    ]


async def test_people_press_what_they_see(raw: Raw) -> None:
    server = raw.server
    one, two = server.command(ANN, "learn", LOBBY), server.command(BEN, "learn", LOBBY)
    rows = [row(button("pick:1"), button("old"))]
    await raw.message(one, content="first", components=rows, flags=rules.EPHEMERAL)
    await raw.message(two, content="second", components=[row(button("pick:2")), row(menu())])
    first, second = server.seen(ANN, LOBBY)
    assert server.seen(BEN, LOBBY) == [second]
    at = lambda press: server.interactions.all[press].message  # noqa: E731
    assert at(server.press(ANN, "pick:1", LOBBY)) == first.id
    assert at(server.press(ANN, "pick:2", LOBBY)) == second.id
    assert at(server.press(BEN, "pick:1", LOBBY)) == second.id  # forged: he does not see it
    assert server.events[server.press(ANN, "pick:*", LOBBY)][1]["data"]["custom_id"] == "pick:2"  # type: ignore[index]
    assert at(server.press(ANN, "pick:2", LOBBY, message=first.id)) == first.id
    assert at(server.select(ANN, "menu", ["0"], LOBBY)) == second.id
    await raw.follow("PATCH", one, "/messages/@original", components=[])
    assert (first.rows, at(server.press(ANN, "old", LOBBY))) == ([], first.id)


async def test_channels_have_their_readers(raw: Raw) -> None:
    server = raw.server
    server.channel(HALL, 53, "secret", private=[BEN])
    server.thread(STAGE, 54, "ours", private=[ANN])
    for channel in (53, 54):
        assert (await raw("POST", f"/channels/{channel}/messages", {"content": "x"}))[0] == 200
    seen = {user: [len(server.seen(user, one)) for one in (53, 54)] for user in (ANN, BEN, EVE)}
    assert seen == {ANN: [0, 1], BEN: [1, 0], EVE: [0, 0]}
    with pytest.raises(AssertionError, match="does not see"):
        server.say(ANN, "Let me in", 53)
    await raw("POST", "/channels/54/messages", {"content": f"Hello <@{EVE}>"})
    assert len(server.seen(EVE, 54)) == 2  # who is named in a private thread is invited
    server.leave(HALL, EVE)
    assert server.seen(EVE, 54) == []


# The real library


async def test_the_library_logs_in(server: DiscordServer, bot: Bot) -> None:
    assert bot.application_id == server.application
    guild = bot.get_guild(HALL)
    assert guild
    assert [one.name for one in guild.text_channels] == ["lobby", "stage"]
    assert guild.me.guild_permissions.send_messages
    assert [one["name"] for one in server.commands] == ["learn"]
    assert (server.sessions, server.identifies, server.resumes) == (1, 1, 0)
    assert (server.breaches, server.refusals) == ([], [])


async def test_a_wrong_token(server: DiscordServer) -> None:
    bot = Bot()
    with addressed(server), pytest.raises(discord.LoginFailure):
        await bot.start("wrong")
    await bot.close()


async def test_addresses_are_put_back(server: DiscordServer) -> None:
    with addressed(server):
        assert discord.http.Route("GET", "/gateway").url.startswith(server.url)
    assert discord.http.Route("GET", "/gateway").url == "https://discord.com/api/v10/gateway"
    assert discord.Asset.BASE == "https://cdn.discordapp.com"


async def test_a_command_with_everything(server: DiscordServer) -> None:
    async def act(interaction: discord.Interaction) -> None:
        view = ui.View()
        view.add_item(ui.Button(label="Go", custom_id="go", style=discord.ButtonStyle.success))
        view.add_item(ui.Select(custom_id="menu", options=[discord.SelectOption(label="A")]))
        await interaction.response.send_message("**Hi**", view=view, ephemeral=True)
        await interaction.followup.send(embed=discord.Embed(title="More"))

    async with logged_in(server, Bot(act)) as bot:
        one = server.command(BEN, "learn", LOBBY, course="python")
        await server.settled()
        (did,) = bot.did
        assert (did.id, did.user.id, did.locale, did.guild_id) == (
            one,
            BEN,
            discord.Locale.german,
            HALL,
        )
        assert did.namespace.course == "python"
        first, second = server.seen(BEN, LOBBY)
        assert (first.text, first.ephemeral_for, first.selects[0].options) == (
            "**Hi**",
            BEN,
            [("A", "A")],
        )
        assert (first.rows[0][0].custom_id, first.rows[0][0].style) == ("go", 3)
        assert second.embeds[0]["title"] == "More"
        assert server.seen(ANN, LOBBY) == [second]
        assert 0 <= server.acknowledged[one] < 3
        server.command(ANN, "learn")
        await server.settled()
        assert isinstance(bot.did[1].channel, discord.DMChannel)
        assert bot.did[1].context.dm_channel
        assert (bot.failed, server.breaches, server.failed) == ([], [], [])


async def test_options_of_every_kind(server: DiscordServer) -> None:
    bot = Bot()
    group = app_commands.Group(name="course", description="Courses")

    @group.command(description="Hand something in")
    async def hand_in(
        interaction: discord.Interaction,
        number: app_commands.Range[int, 1, 9],
        share: float,
        final: bool,
        who: discord.Member,
        where: discord.TextChannel,
        role: discord.Role,
        file: discord.Attachment,
    ) -> None:
        given = [number, share, final, who.id, where.id, role.id, await file.read()]
        await interaction.response.send_message(repr(given))

    bot.tree.add_command(group)
    server.role(HALL, 70, "staff", [BEN])
    async with logged_in(server, bot):
        server.command(
            ANN,
            "course hand_in",
            LOBBY,
            number=3,
            share=0.5,
            final=True,
            who=BEN,
            where=STAGE,
            role=70,
            file=("a.txt", b"abc"),
        )
        await server.settled()
    assert server.seen(ANN, LOBBY)[0].text == "[3, 0.5, True, 8, 52, 70, b'abc']"
    with pytest.raises(AssertionError, match="is called by one of"):
        server.command(ANN, "course", LOBBY)
    assert server.breaches == []


async def test_what_is_typed_is_completed(server: DiscordServer, bot: Bot) -> None:
    one = server.complete(ANN, "learn", "course", "py")
    await server.settled()
    assert server.choices(one) == [("pya", "a"), ("pyb", "b")]


async def test_components_v2(server: DiscordServer) -> None:
    picture = b"\x89PNG"

    def page(word: str) -> ui.LayoutView:
        view = ui.LayoutView()
        shown = ui.Container(ui.TextDisplay(f"# {word}"), accent_colour=0x123456)
        shown.add_item(
            ui.Section(ui.TextDisplay("Side"), accessory=ui.Button(label="S", custom_id="s"))
        )
        shown.add_item(ui.Separator())
        item = discord.MediaGalleryItem("attachment://a.png", description="A dot")
        shown.add_item(ui.MediaGallery(item))
        view.add_item(shown)
        view.add_item(ui.ActionRow(ui.Button(label="Go", custom_id="go")))
        return view

    async def act(interaction: discord.Interaction) -> None:
        file = discord.File(io.BytesIO(picture), "a.png")
        if interaction.type is discord.InteractionType.component:
            await interaction.response.edit_message(view=page("Next"))
            return
        await interaction.response.defer(thinking=True)
        await interaction.edit_original_response(view=page("First"), attachments=[file])

    async with logged_in(server, Bot(act)) as bot:
        server.command(ANN, "learn", LOBBY)
        await server.settled()
        (shown,) = server.seen(ANN, LOBBY)
        assert (shown.text, shown.accent, shown.alts) == ("# First\nSide", 0x123456, ["A dot"])
        assert [[one.label for one in held] for held in shown.rows] == [["S"], ["Go"]]
        assert shown.files == [("a.png", "", picture)]
        server.press(ANN, "go", LOBBY)
        await server.settled()
        assert (shown.text, shown.files) == ("# Next\nSide", [("a.png", "", picture)])
        message = bot.did[1].message
        assert message
        assert message.flags.components_v2
        assert await message.attachments[0].read() == picture
        assert [change.kind for change in server.changes] == ["new", "text"]
        assert (bot.failed, server.breaches) == ([], [])


class Question(ui.Modal, title="Question"):
    said: ui.Label[Any] = ui.Label(text="Your answer", component=ui.TextInput(custom_id="said"))


async def test_modals(server: DiscordServer) -> None:
    async def act(interaction: discord.Interaction) -> None:
        match interaction.type:
            case discord.InteractionType.application_command:
                await interaction.response.send_message(
                    view=ui.View().add_item(ui.Button(label="Go", custom_id="go"))
                )
            case discord.InteractionType.component:
                await interaction.response.send_modal(Question(custom_id="ask"))
            case _:
                data: Any = interaction.data
                said = data["components"][0]["component"]["value"]
                await interaction.response.edit_message(content=said, view=None)

    async with logged_in(server, Bot(act)) as bot:
        server.command(ANN, "learn")
        await server.settled()
        server.press(ANN, "go")
        await server.settled()
        for said in ("once", "twice"):
            server.submit(ANN, "ask", {"said": said})
            await server.settled()
        (shown,) = server.seen(ANN)
        assert (shown.text, shown.rows, len(shown.original_rows)) == ("twice", [], 1)
        assert [(one.kind, one.before) for one in server.changes] == [
            ("new", ""),
            ("text", ""),
            ("text", "once"),
        ]
        assert (bot.failed, server.breaches) == ([], [])


async def test_answers_to_components_and_modals(server: DiscordServer) -> None:
    """New messages, deferred updates, a menu of people: what they carry fits the spec."""

    async def act(interaction: discord.Interaction) -> None:
        data: Any = interaction.data
        match data.get("custom_id"):
            case None:
                view = ui.View()
                view.add_item(ui.UserSelect(custom_id="who"))
                view.add_item(ui.Button(label="New", custom_id="new"))
                view.add_item(ui.Button(label="Later", custom_id="later"))
                await interaction.response.send_message("x", view=view)
            case "who":
                await interaction.response.send_message(", ".join(data["values"]), ephemeral=True)
            case "new":
                await interaction.response.send_modal(Question(custom_id="ask"))
            case "ask":
                await interaction.response.defer(thinking=True)
                await interaction.followup.send("modal")
            case "later":
                await interaction.response.defer()
                await interaction.edit_original_response(content="later")

    async with logged_in(server, Bot(act)) as bot:
        server.command(ANN, "learn", LOBBY)
        await server.settled()
        server.select(ANN, "who", [BEN], LOBBY)
        server.press(ANN, "new", LOBBY)
        server.press(ANN, "later", LOBBY)
        await server.settled()
        server.submit(ANN, "ask", {"said": "x"})
        await server.settled()
        assert [one.text for one in server.seen(ANN, LOBBY)] == ["later", "8", "modal"]
        message = bot.get_channel(LOBBY).last_message  # type: ignore[union-attr]
        assert message
        assert (bot.failed, server.breaches, len(bot.did)) == ([], [], 5)


async def test_the_same_event_twice(server: DiscordServer) -> None:
    async def act(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("x")

    async with logged_in(server, Bot(act)) as bot:
        one, said = server.command(ANN, "learn"), server.say(ANN, "Hello")
        await server.settled()
        server.again(one)
        server.again(said)
        await server.until(lambda: len(server.refusals) == 1)
        await server.settled()
        assert [did.id for did in bot.did] == [one, one]
        assert [heard.id for heard in bot.heard] == [said, said]
        assert isinstance(bot.failed[0], discord.InteractionResponded | discord.HTTPException)
        assert [shown.text for shown in server.seen(ANN)] == ["Hello", "x"]


async def test_settled_names_who_was_not_answered(server: DiscordServer, bot: Bot) -> None:
    one = server.command(ANN, "learn")
    assert server.unanswered == [one]
    with pytest.raises(AssertionError, match=rf"not answered \['{one} of 7 \(type 2 learn\)'"):
        await server.settled(within=0.05)
    server.ignore(one)
    await server.settled()
    server.deadline = 0.01
    two = server.command(ANN, "learn")
    await server.settled()
    assert server.failed == [two]


async def test_messages_and_what_the_bot_may_read(server: DiscordServer, bot: Bot) -> None:
    server.say(ANN, "In private", files=[("a b.txt", b"abc")])
    server.say(ANN, "Among people", LOBBY)
    server.say(ANN, f"Hey <@{server.application}>", LOBBY)
    await server.settled()
    assert [one.content for one in bot.heard] == ["In private", "", f"Hey <@{server.application}>"]
    assert await bot.heard[0].attachments[0].read() == b"abc"
    await bot.heard[0].reply("Hello", mention_author=True)
    server.say(BEN, "Answering", LOBBY, reply_to=(await bot.heard[1].reply("Yes?")).id)
    await server.settled()
    assert bot.heard[3].content == "Answering"
    assert [one.pings for one in server.seen(ANN) if one.author_bot] == [["<@7>"]]
    assert [one.pings for one in server.seen(ANN, LOBBY) if one.author_bot] == [[]]


async def test_intents_are_granted_first(server: DiscordServer) -> None:
    intents = discord.Intents.default()
    intents.message_content = intents.members = True
    with addressed(server), pytest.raises(discord.PrivilegedIntentsRequired):
        async with Bot(intents=intents) as bot:
            await bot.start(server.token)
    assert server.gateway.closes == [4014]
    server.breaches.clear()
    server.gateway.privileged = MESSAGE_CONTENT | MEMBERS
    busy = discord.Game("quizzes")
    async with logged_in(server, Bot(intents=intents, activity=busy)) as bot:
        await bot.change_presence(activity=discord.Game("lessons"))
        server.say(ANN, "Among people", LOBBY)
        await server.settled()
        assert [one.content for one in bot.heard] == ["Among people"]
        guild = bot.get_guild(HALL)
        assert guild
        assert {one.id for one in await guild.chunk() or guild.members} >= {ANN, BEN, EVE}
        assert [one.id for one in await guild.query_members(user_ids=[BEN])] == [BEN]
        assert bot.application
        assert bot.application.flags.gateway_message_content_limited
    assert server.breaches == []


async def test_requests_of_its_own(server: DiscordServer, bot: Bot) -> None:
    user = await bot.fetch_user(ANN)
    sent = await user.send("Hello", silent=True, nonce="n")
    again = await user.send("Hello", silent=True, nonce="n")
    assert (sent.id, sent.flags.suppress_notifications) == (again.id, True)
    await sent.edit(content="Bye")
    async with user.typing():
        await sent.delete()
    channel: Any = bot.get_channel(LOBBY)
    first = await channel.send("Here")
    thread = await channel.create_thread(name="ours", type=discord.ChannelType.private_thread)
    await thread.add_user(user)
    await thread.send("There")
    assert [one.text for one in server.seen(ANN, thread.id)] == ["There"]
    server.archive(thread.id)
    await thread.edit(archived=False)
    server.archive(thread.id, locked=True)
    with pytest.raises(discord.HTTPException, match="50083"):
        await thread.send("More")
    with pytest.raises(discord.Forbidden, match="50013"):
        await thread.edit(name="mine")
    with pytest.raises(discord.HTTPException, match="50024"):
        await bot.http.start_thread_without_message(
            server.dm(ANN), name="x", type=11, auto_archive_duration=60
        )
    public = await first.create_thread(name="about it")
    assert public.id == first.id
    assert [one.content async for one in channel.history()] == ["Here"]
    assert (await channel.fetch_message(first.id)).content == "Here"
    assert (await bot.fetch_channel(LOBBY)).id == LOBBY
    assert (await bot.fetch_guild(HALL)).name == "Hall"
    assert [one.kind for one in server.changes] == ["new", "text", "deleted", "new", "new"]
    assert server.breaches == []


async def test_the_world_changes_while_the_bot_is_there(server: DiscordServer, bot: Bot) -> None:
    server.guild(60, "New", [ANN])
    server.channel(60, 61, "general")
    server.thread(LOBBY, 62, "side")
    server.role(HALL, 70, "staff", [BEN])
    server.forbid(LOBBY)
    server.delete_channel(STAGE)
    await server.settled()
    assert {one.id for one in bot.guilds} == {HALL, 60}
    hall, lobby = bot.get_guild(HALL), bot.get_channel(LOBBY)
    assert hall
    assert isinstance(lobby, discord.TextChannel)
    assert (bot.get_channel(61), bot.get_channel(STAGE)) == (
        bot.get_guild(60).text_channels[0],
        None,
    )  # type: ignore[union-attr]
    assert [one.id for one in lobby.threads] == [62]
    assert not lobby.permissions_for(hall.me).send_messages
    assert hall.get_role(70)
    server.remove_from_guild(60)
    await server.settled()
    assert [one.id for one in bot.guilds] == [HALL]


# The gateway


async def test_a_cut_connection_is_resumed(server: DiscordServer, bot: Bot) -> None:
    server.disconnect()
    server.say(ANN, "Meanwhile")
    await server.until(lambda: server.resumes == 1)
    await server.settled()
    assert ([one.content for one in bot.heard], bot.events) == (
        ["Meanwhile"],
        ["disconnect", "resumed"],
    )
    server.disconnect(4000)
    await server.until(lambda: server.resumes == 2)
    server.ask_reconnect()
    await server.until(lambda: server.resumes == 3)
    server.invalidate(resumable=True)
    await server.until(lambda: server.resumes == 4)
    await server.settled()
    assert (server.identifies, bot.events.count("resumed")) == (1, 4)


async def test_an_invalid_session_begins_anew(server: DiscordServer, bot: Bot) -> None:
    server.invalidate()
    server.say(ANN, "Lost")
    await server.until(lambda: server.identifies == 2)
    server.say(ANN, "Heard")
    await server.settled()
    assert [one.content for one in bot.heard] == ["Heard"]
    assert [name for name, _ in server.gateway.lost] == ["MESSAGE_CREATE"]
    server.gateway.forget()
    server.disconnect()
    await server.until(lambda: server.identifies == 3)
    assert server.resumes == 1


async def test_fatal_codes_end_it(server: DiscordServer, bot: Bot) -> None:
    server.disconnect(4013)
    with pytest.raises(discord.ConnectionClosed):
        await asyncio.wait_for(bot.running, 5)
    assert not server.connected


async def test_rubbish_ends_it(server: DiscordServer, bot: Bot) -> None:
    """An event that lacks something stops the library: whoever runs it must watch its task."""
    server.malformed("INTERACTION_CREATE", {"id": "1"})
    with pytest.raises(KeyError):
        await asyncio.wait_for(bot.running, 5)
    assert server.mistakes == []


async def test_a_dead_connection_is_noticed(server: DiscordServer) -> None:
    server.heartbeat_interval = 0.02
    async with logged_in(server, Bot(heartbeat_timeout=0.06)) as bot:
        await server.until(lambda: server.gateway.heartbeats > 3)
        assert server.resumes == 0
        server.mute()
        await server.until(lambda: server.resumes == 1)
        await server.settled()
        assert bot.events == ["disconnect", "resumed"]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library waits no second before it tries again."""
    monkeypatch.setattr(discord.client.ExponentialBackoff, "delay", lambda self: 0.0)


@pytest.mark.usefixtures("hasty")
async def test_the_gateway_is_down_for_a_while(server: DiscordServer, bot: Bot) -> None:
    server.refuse_gateway = 2
    server.disconnect()
    server.say(ANN, "Meanwhile")
    await server.until(lambda: server.resumes == 1)
    await server.settled()
    assert [one.content for one in bot.heard] == ["Meanwhile"]


@pytest.mark.usefixtures("hasty")
async def test_a_first_connection_that_fails_is_the_end(server: DiscordServer) -> None:
    """discord.py 2.7.1 (issue 10520): whoever runs it must start it again."""
    server.refuse_gateway = 1
    bot = Bot()
    with addressed(server), pytest.raises(AttributeError, match="sequence"):
        await bot.start(server.token)
    await bot.close()


async def test_everything_goes_down_and_comes_back(server: DiscordServer) -> None:
    bot = Bot()
    async with logged_in(server, bot):
        server.say(ANN, "Before")
        await server.settled()
        url = server.url
        await server.stop()
    await server.start()
    assert server.url == url
    async with logged_in(server, Bot()) as bot:
        server.say(ANN, "After")
        await server.settled()
    assert [one.text for one in server.seen(ANN)] == ["Before", "After"]


async def test_frames_are_watched(server: DiscordServer) -> None:
    async def ends(*frames: str) -> int | None:
        async with aiohttp.ClientSession() as session, session.ws_connect(server.gateway_url) as ws:
            for frame in frames:
                await ws.send_str(frame)
            async for _ in ws:
                pass
            return ws.close_code

    about = {"os": "", "browser": "", "device": ""}
    identify: Json = {"token": server.token, "intents": 0, "properties": about}
    online = {"since": None, "activities": [], "status": "online", "afk": False}
    shown = json.dumps({"op": 2, "d": identify})
    assert await ends("rubbish") == 4002
    assert await ends(json.dumps({"op": 3, "d": online})) == 4003
    assert await ends(shown, shown) == 4005
    assert await ends(json.dumps({"op": 2, "d": {**identify, "token": "wrong"}})) == 4004
    assert await ends(json.dumps({"op": 2, "d": {**identify, "intents": 1 << 40}})) == 4013
    assert await ends(shown, *[json.dumps({"op": 3, "d": online})] * 120) == 4008
    assert await ends("x" * 5000) == 1009
    assert len(server.breaches) == 5
    server.gateway.frame_check = None
    assert await ends(shown, '{"op":7,"d":null}') == 4001


# Faults and limits

Told = Callable[[int, str], Fault | None]


def once(fault: Fault, route: str = "POST /channels/{channel_id}/messages") -> Told:
    """The first request of this route fails."""
    left = [fault]
    return lambda number, method: left.pop() if method == route and left else None


@pytest.mark.parametrize("scope", ["user", "global", "shared"])
async def test_the_library_waits_when_it_is_told_to(
    server: DiscordServer, bot: Bot, scope: Literal["user", "global", "shared"]
) -> None:
    server.fault = once(Fault(status=429, retry_after=0.03, scope=scope))
    user = await bot.fetch_user(ANN)
    await user.send("Hello")
    first, second = [one for one in server.requests if one.method.endswith("/messages")]
    assert (first.error, second.error) == ("You are being rate limited.", "")
    assert second.at - first.at >= 0.03
    assert server.invalid == (scope != "shared")
    assert len(server.seen(ANN)) == 1


BROKEN: dict[str, tuple[Fault, type[Exception], int]] = {
    "banned": (Fault(status=429, via=False), discord.HTTPException, 0),
    "a page": (Fault(status=429, html=True), discord.HTTPException, 0),
    "unavailable": (Fault(status=503), discord.DiscordServerError, 0),
    "forbidden": (Fault(status=403, code=50013, description="No"), discord.Forbidden, 0),
    "cut before": (Fault(drop="before"), aiohttp.ServerDisconnectedError, 0),
    "cut after": (Fault(drop="after"), aiohttp.ServerDisconnectedError, 1),
}


@pytest.mark.parametrize(("fault", "error", "seen"), BROKEN.values(), ids=BROKEN)
async def test_what_breaks_reaches_the_bot(
    server: DiscordServer, bot: Bot, fault: Fault, error: type[Exception], seen: int
) -> None:
    server.fault = once(fault)
    user = await bot.fetch_user(ANN)
    with pytest.raises(error):
        await user.send("Hello")
    assert len(server.seen(ANN)) == seen
    await user.send("Again")
    assert len(server.seen(ANN)) == seen + 1
    assert server.breaches == []


@pytest.mark.parametrize("status", [500, 502, 504, 524])
async def test_a_broken_server(raw: Raw, status: int) -> None:
    raw.server.fault = once(Fault(status=status))
    answered, body = await raw.post({"content": "x"})
    assert (answered, body["code"]) == (status, 0)
    raw.server.fault = once(Fault(slow=0.01))
    before = raw.server.time()
    await raw.post({"content": "x"})
    assert raw.server.time() - before >= 0.01
    assert len(raw.server.seen(ANN)) == 1


async def test_faults_are_told_the_route(raw: Raw) -> None:
    asked: list[tuple[int, str]] = []
    raw.server.fault = lambda number, method: asked.append((number, method))
    one = raw.server.command(ANN, "learn")
    await raw.message(one, content="x")
    await raw.follow("PATCH", one, "/messages/@original", content="y")
    shown = raw.server.seen(ANN)[0].id
    await raw.follow("DELETE", one, f"/messages/{shown}")
    assert asked == [
        (1, "POST /interactions/{interaction_id}/{interaction_token}/callback"),
        (2, "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"),
        (3, "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"),
    ]


async def test_a_first_response_that_fails_is_still_awaited(server: DiscordServer) -> None:
    async def act(interaction: discord.Interaction) -> None:
        try:
            await interaction.response.send_message("x")
        except aiohttp.ServerDisconnectedError:
            await interaction.response.send_message("y")

    server.fault = once(
        Fault(drop="before"), "POST /interactions/{interaction_id}/{interaction_token}/callback"
    )
    async with logged_in(server, Bot(act)) as bot:
        server.command(ANN, "learn")
        await server.settled()
        assert [one.text for one in server.seen(ANN)] == ["y"]
        assert bot.failed == []


async def test_buckets(raw: Raw) -> None:
    server, post = raw.server, "POST /channels/{channel_id}/messages"
    server.limits, server.rates.everything = True, (4, 5.0)
    server.rates.routes[post] = 2, 5.0
    statuses = [(await raw.post({"content": "x"}))[0] for _ in range(3)]
    assert statuses == [200, 200, 429]
    path = f"/channels/{LOBBY}/messages"
    assert (await raw("POST", path, {"content": "x"}))[0] == 200  # another channel has its own
    status, body = await raw("GET", f"/channels/{LOBBY}")
    assert (status, body["global"]) == (429, True)
    one = server.command(ANN, "learn")
    assert (await raw.message(one, content="x"))[0] == 204  # interactions do not count
    assert server.invalid == 2


async def test_the_library_keeps_to_the_buckets(server: DiscordServer, bot: Bot) -> None:
    server.limits = True
    server.rates.routes["POST /channels/{channel_id}/messages"] = 3, 0.2
    user = await bot.fetch_user(ANN)
    await asyncio.gather(*(user.send(f"{number}") for number in range(7)))
    assert len(server.seen(ANN)) == 7
    sent = [one for one in server.requests if one.method.endswith("/messages")]
    assert sent[-1].at - sent[0].at >= 0.4
    assert server.invalid == sum(bool(one.error) for one in sent) <= 2
