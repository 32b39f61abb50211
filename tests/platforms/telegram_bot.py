"""The whole program in this process, with the real client library, before a local Telegram."""

from bot import engine
from bot.adapters.base import Sleep
from bot.adapters.telegram import Telegram, bot_of
from bot.adapters.telegram_pace import Pace
from bot.adapters.telegram_updates import Webhook
from bot.commands.serve import menus
from bot.course.album import Album
from bot.runner import Step
from tests.platforms.bot import PlatformBot, hasty
from tests.platforms.telegram_server import TelegramServer

PATIENCE = 0.2
"""Seconds that the bot waits for an answer, so that a slow one is one that does not come."""


class Bot(PlatformBot[TelegramServer, Telegram]):
    """See `PlatformBot`."""

    async def start(
        self,
        *,
        step: Step = engine.step,
        pace: Pace | None = None,
        webhook: Webhook | None = None,
        token: str = "",
        sleep: Sleep = hasty,
        patience: float = PATIENCE,
    ) -> "Bot":
        bot = bot_of(
            token or self.server.token, self.server.url, pace or Pace(sleep=hasty), patience
        )
        adapter = Telegram(bot, Album(self.content), menus(), webhook, sleep)
        await self.run("telegram", adapter, step)
        return self
