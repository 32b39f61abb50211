"""Where updates come from: asked for in a loop (or posted to us, see `telegram_webhook`).

Either way an update is confirmed only when its turn is on disk, so that a crash loses none (the
library's own Updater confirms what it has fetched, and its webhook answers before anybody looked).
An update that cannot be read is passed over, so that it blocks no others.
"""

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Final

from telegram import Bot, Update
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.warnings import PTBUserWarning

from bot.adapters.base import Refused, Sleep
from bot.adapters.telegram_errors import seconds

log = logging.getLogger(__name__)

# Bot.get_updates fails as a whole, with all that people wrote in the log, when one update of a
# hundred cannot be read. So they are fetched raw, which the library warns about.
warnings.filterwarnings("ignore", "Please use 'Bot.getUpdates'", PTBUserWarning)

KINDS: Final = ["message", "callback_query", "my_chat_member"]
"""All the updates that we ask for."""

HELD: Final = 30
"""Seconds that Telegram holds a question for updates open while there are none."""

SLACK: Final = 10.0
"""Seconds more before we take such a question for lost."""

LONGEST: Final = 30.0
"""Seconds between two tries to reach Telegram at most."""

REFUSALS: Final = 3
"""Times in a row that the token is not taken before we believe it."""

Take = Callable[[Update], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Webhook:
    """Telegram posts to `url`, which leads to us at `host` and `port`."""

    url: str
    host: str
    port: int


async def insist(do: Callable[[], Awaitable[object]], sleep: Sleep) -> None:
    """Do something at the beginning without which nothing works, however long it takes.

    Raises Refused where trying again is no use.
    """
    for tried in count():
        try:
            await do()
        except InvalidToken:
            raise _wrong_token() from None
        except BadRequest as problem:
            raise Refused(f"Telegram refuses to begin: {problem}.") from None
        except TelegramError as problem:
            wait = _wait(problem, tried)
            log.warning("Telegram cannot be reached (%s); trying again in %.0f s", problem, wait)
            await sleep(wait)
        else:
            return


async def poll(bot: Bot, take: Take, sleep: Sleep = asyncio.sleep) -> None:
    """Fetch updates, for ever; `take` returns when an update need not be delivered again.

    Raises Refused when the token is not taken any more.
    """
    await insist(bot.delete_webhook, sleep)  # while one is set, nothing can be fetched
    offset = failed = refused = 0
    try:
        while True:
            try:
                fetched = await _fetched(bot, offset, HELD)
            except TelegramError as problem:
                # Once may be a slip of something between us and Telegram.
                refused = refused + 1 if isinstance(problem, InvalidToken) else 0
                if refused == REFUSALS:
                    raise _wrong_token() from None
                if isinstance(problem, Conflict) and "webhook" in str(problem).casefold():
                    log.error("Another program has set a webhook for this token; it is taken away")
                    await insist(bot.delete_webhook, sleep)
                wait = _wait(problem, failed)
                _say(problem, wait, failed)
                failed += 1
                await sleep(wait)
                continue
            if failed:
                log.warning("Telegram can be reached again")
            failed = 0
            await taken(fetched, bot, take)
            offset = max((number + 1 for number, _ in fetched), default=offset)
    finally:
        if offset:
            await _confirm(bot, offset)


async def _fetched(bot: Bot, offset: int, held: int) -> list[tuple[int, dict[str, object]]]:
    """Updates as they came, each with its number: one that cannot be read must not hide others."""
    found = await bot.do_api_request(
        "getUpdates",
        api_kwargs={"offset": offset, "timeout": held, "allowed_updates": KINDS},
        read_timeout=held + SLACK,
    )
    return [(update["update_id"], update) for update in found]


async def taken(fetched: list[tuple[int, dict[str, object]]], bot: Bot, take: Take) -> None:
    """Take updates: those of one person in their order, those of several at once."""
    by_person: dict[int, list[Update]] = {}
    for _, raw in fetched:
        try:
            update = Update.de_json(raw, bot)
            person = _person(update)
        except Exception as problem:
            # Without a traceback: what people wrote may stand in it.
            name = type(problem).__name__
            log.error("update %.40r cannot be read: %s", raw.get("update_id"), name)
            continue
        by_person.setdefault(person, []).append(update)
    await asyncio.gather(*(_in_order(updates, take) for updates in by_person.values()))


def _person(update: Update) -> int:
    """Whose update this is, 0 for nobody's. Raises TypeError where a number is none: the library
    takes whatever it is given.
    """
    user, chat, said = update.effective_user, update.effective_chat, update.message
    topic = said.message_thread_id if said else None
    for number in (update.update_id, user.id if user else 0, chat.id if chat else 0, topic or 0):
        if type(number) is not int:
            raise TypeError(f"an id is a {type(number).__name__}")
    return user.id if user else 0


async def _in_order(updates: list[Update], take: Take) -> None:
    for update in updates:
        try:
            await take(update)
        except Exception:
            log.exception("update %s was not taken", update.update_id)


async def _confirm(bot: Bot, offset: int) -> None:
    """Tell Telegram what was taken last; should that fail, it comes again and changes nothing."""
    try:
        await bot.do_api_request(
            "getUpdates", api_kwargs={"offset": offset, "timeout": 0, "limit": 1}
        )
    except TelegramError as problem:
        log.info("the last updates were not confirmed: %s", problem)


def _wait(problem: TelegramError, tried: int) -> float:
    """Seconds until the next try: as told, or longer each time."""
    if isinstance(problem, RetryAfter):
        return seconds(problem)
    return min(2.0**tried, LONGEST)


def _say(problem: TelegramError, wait: float, failed: int) -> None:
    if isinstance(problem, Conflict):
        log.error(
            "Another program fetches updates with the same token, so some answers come from there. "
            "Stop the other one, or give one of them a token of its own from @BotFather."
        )
    elif failed:
        log.warning("Telegram cannot be reached (%s); trying again in %.0f s", problem, wait)
    else:
        log.info("a question for updates failed: %s", problem)


def _wrong_token() -> Refused:
    return Refused(
        "Telegram does not take TELEGRAM_TOKEN. Copy it from @BotFather once more (/mybots, then "
        "API Token): it looks like 123456:ABC-DEF."
    )
