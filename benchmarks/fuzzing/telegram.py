"""Telegram: updates as they come, bodies of a webhook, and HTTP round them."""

import asyncio
import json
import re
from functools import cache
from random import Random
from typing import Final, cast

from telegram import Update, User
from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData

from benchmarks.fuzzing import chance as spoil
from benchmarks.fuzzing.case import Broken, Steps, Target
from benchmarks.fuzzing.loop import run
from bot.adapters.telegram import bot_of
from bot.adapters.telegram_inbound import to_inbound
from bot.adapters.telegram_pace import Pace
from bot.adapters.telegram_updates import Webhook, taken
from bot.adapters.telegram_webhook import LARGEST, listen
from bot.conversation import Inbound, Pressed, Said
from tests.platforms.telegram_feed import Feed
from tests.platforms.telegram_world import World

ANN, BO, GROUP, FORUM = 7, 8, -300, -1_000_000_000_300
KEY: Final = "m1-l1-q1-a.1.7.tiny"
DATED: Final = r'"\1": 1767603600'
"""Every date in the updates is this one, so that a case is the same on another day."""

ME: Final = User(4242, "Syllabot", is_bot=True, username="syllabot_test_bot")
TOKEN: Final = "4242:TEST"  # noqa: S105 - the local servers' own
STATUSES: Final = frozenset({200, 400, 403, 404, 405, 413, 414, 431, 501, 505})
"""What may be answered to a post; 500 would be a fault of ours."""


@cache
def updates() -> tuple[spoil.Json, ...]:
    """Updates of every kind that people cause, as the local server sends them."""
    world = World("syllabot_test_bot", Feed(allowed=frozenset()))
    world.person(ANN, "Ann")
    world.person(BO, "Bo", "de")
    world.group(GROUP, "Hall")
    world.group(FORUM, "Forum", forum=True)
    for words in (
        "hello",
        "/start",
        "/start tiny",
        "/join H29P1-449TP",
        "/help@syllabot_test_bot x",
    ):
        world.say(ANN, words)
    world.say(BO, "/help", chat=GROUP)
    world.say(BO, "/sources", chat=FORUM, topic=5)
    world.send(ANN, photo=[{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}],
               caption="/open 2", media_group_id="g")  # fmt: skip
    shown = world.head(world.chats[ANN], None, None)
    markup = {"inline_keyboard": [[{"text": "A", "callback_data": KEY}]]}
    number = cast(int, shown["message_id"])
    world.chats[ANN].raw[number] = {**shown, "text": "A question", "reply_markup": markup}
    _pressed(world, number)
    world.block(BO)
    world.unblock(BO)
    world.kick(GROUP)
    world.upgrade(GROUP, GROUP - 1_000_000_000_000)
    bodies = [body.decode() for _, body in sorted(world.feed.emitted.items())]
    return tuple(json.loads(re.sub(r'"(\w*date)": \d+', DATED, body)) for body in bodies)


def _pressed(world: World, number: int) -> None:
    """A tap, as `World.press` would tell of one if the bot's methods had sent the message."""
    tapped = world.chats[ANN].raw[number]
    world.feed.emit(
        "callback_query",
        {
            "id": "4000000000000000000",
            "from": world.people[ANN],
            "message": tapped,
            "chat_instance": "1",
            "data": KEY,
        },
    )


# -- updates -------------------------------------------------------------------------------------


def drawn(chance: Random) -> spoil.Json:
    """An update with something wrong in it."""
    return spoil.value(chance, chance.choice(updates()))


@cache
def _bot() -> ExtBot[int]:
    return bot_of(TOKEN, "http://127.0.0.1:9", Pace())


def _make(chance: Random) -> Steps:
    return [drawn(chance)]


def come_in(steps: Steps) -> None:
    """Take updates as the poll does: whatever is in them, nothing is raised, and what is handed
    over can be kept.
    """
    for step in steps:
        for inbound in run(read(cast(dict[str, object], step if isinstance(step, dict) else {}))):
            can_be_kept(inbound)


async def read(raw: dict[str, object]) -> list[Inbound]:
    """What an update means to us, by the library's reading and ours."""
    found: list[Inbound] = []

    async def take(update: Update) -> None:
        event = to_inbound(update, ME)
        if isinstance(event, Inbound):
            found.append(event)

    await taken([(0, raw)], _bot(), take)
    return found


def can_be_kept(inbound: Inbound) -> None:
    """Raise UnicodeEncodeError for halves of pairs, which would stop the writer of the store."""
    what = inbound.what
    words = (
        what.text
        if isinstance(what, Said)
        else what.key
        if isinstance(what, Pressed)
        else what.args
    )
    for text in (inbound.id, inbound.account, inbound.place.chat, inbound.place.topic, words):
        text.encode()


# -- the webhook ---------------------------------------------------------------------------------


class Deaf(BaseRequest):
    """Answers every request of the library with yes; it hears the webhook's secret."""

    secret = ""

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def initialize(self) -> None:
        """Nothing is needed."""

    async def shutdown(self) -> None:
        """Nothing is kept."""

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002
        request_data: RequestData | None = None,
        *_: object,
        **__: object,
    ) -> tuple[int, bytes]:
        if request_data and url.endswith("setWebhook"):
            self.secret = str(request_data.json_parameters["secret_token"])
        return 200, b'{"ok": true, "result": true}'


class Hook:
    """The real webhook at a port of this machine."""

    def __init__(self) -> None:
        self.taken = 0
        self.deaf = Deaf()
        self.port = 0
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        bot: ExtBot[None] = ExtBot(TOKEN, request=self.deaf, get_updates_request=Deaf())
        self.port = _free_port()
        webhook = Webhook("https://example.org/hook", "127.0.0.1", self.port)
        self._task = asyncio.ensure_future(listen(bot, self._take, webhook))
        while not self.deaf.secret:
            await asyncio.sleep(0.01)
            if self._task.done():
                self._task.result()

    async def _take(self, _: Update) -> None:
        self.taken += 1

    async def sent(self, data: bytes) -> int:
        """The status that these bytes are answered with; 0 where the connection is closed."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(data)
            async with asyncio.timeout(20):
                line = await reader.readline()
            return int(line.split()[1]) if line else 0
        except (ConnectionError, OSError):
            return 0
        finally:
            writer.close()


def _free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@cache
def _hook() -> Hook:
    hook = Hook()
    run(hook.start())
    return hook


Post = tuple[str, str, str | None, bytes]
"""Method, path, secret ("=" for the right one) and body, before they are made HTTP."""


def _make_post(chance: Random) -> Steps:
    body = json.dumps(drawn(chance) if chance.randrange(3) else chance.choice(updates())).encode()
    if not chance.randrange(3):
        body = spoil.raw(chance, body)
    if not chance.randrange(100):
        body = b"[" * chance.choice((5_000, LARGEST - 1, LARGEST + 1, 2 * LARGEST))
    if not chance.randrange(20):
        body = b'{"update_id": 1, "update_id": 2, "message": ' * 3 + body
    method = chance.choice(("POST", "POST", "POST", "POST", "GET", "PUT", spoil.odd(chance)[:9]))
    path = "/hook" if chance.randrange(5) else spoil.text(chance, "/hook")[:200]
    secret = "=" if chance.randrange(3) else chance.choice((None, "", "x", spoil.odd(chance)[:90]))
    return [(method, path, secret, body)]


def _post(steps: Steps) -> None:
    hook = _hook()
    for step in steps:
        method, path, given, body = cast(Post, step)
        right = given == "="
        given = hook.deaf.secret if right else given
        before = hook.taken
        status = run(hook.sent(_http(method, path, given, body)))
        if status and status not in STATUSES:
            raise Broken(f"the webhook answered {status}")
        if hook.taken > before and not right:
            raise Broken("an update was taken without the secret")
    if run(hook.sent(_http("POST", "/hook", "no", b""))) != 403:
        raise Broken("the webhook answers no more")


def _http(method: str, path: str, secret: str | None, body: bytes) -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    head += "Connection: close\r\n"
    if secret is not None:
        head += f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\n"
    return head.encode("utf-8", "surrogatepass") + b"\r\n" + body


def targets() -> tuple[Target, ...]:
    """What comes from Telegram."""
    return (
        Target("telegram", 250, _make, come_in),
        Target("webhook", 20, _make_post, _post),
    )
