"""Lets Telegram post updates to us, which saves a little time and needs a public address.

A module of its own, since a web server takes memory that polling does not need.
"""

import asyncio
import hmac
import json
import secrets
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Bot

from bot.adapters.base import Refused, Sleep
from bot.adapters.telegram_updates import KINDS, Take, Webhook, insist, taken

LARGEST: Final = 1_000_000
"""Bytes of a webhook's body. Updates have a few thousand."""

SHUTDOWN: Final = 3.0
"""Seconds for posts that are half way in when we stop; they come again."""


async def listen(bot: Bot, take: Take, webhook: Webhook, sleep: Sleep = asyncio.sleep) -> None:
    """Let Telegram post updates to us, for ever. Raises Refused for an address it does not take."""
    # Nobody needs to know it, and a new one at each start cannot have leaked.
    secret = secrets.token_urlsafe(32)

    async def posted(request: web.Request) -> web.Response:
        if request.path != path:
            return web.Response(status=404)
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode()):
            return web.Response(status=403)
        try:
            update = json.loads(await request.read())
        except (ValueError, RecursionError):
            return web.Response(status=400)
        if not isinstance(update, dict):
            return web.Response(status=400)
        await taken([(0, update)], bot, take)
        return web.Response()

    app = web.Application(client_max_size=LARGEST)
    path = urlsplit(webhook.url).path or "/"
    app.router.add_post("/{path:.*}", posted)  # any: a path in the URL is no pattern
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN)
    await runner.setup()
    try:
        await _bind(runner, webhook)
        await insist(
            lambda: bot.set_webhook(webhook.url, secret_token=secret, allowed_updates=KINDS), sleep
        )
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


async def _bind(runner: web.AppRunner, webhook: Webhook) -> None:
    try:
        await web.TCPSite(runner, webhook.host, webhook.port).start()
    except OSError as problem:
        raise Refused(
            f"TELEGRAM_WEBHOOK_LISTEN is {webhook.host}:{webhook.port}, where nothing can be "
            f"listened for: {problem.strerror or problem}."
        ) from None
