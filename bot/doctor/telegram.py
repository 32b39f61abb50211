"""Telegram: whether it takes the token, and whether updates come the way they are awaited."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, TypeVar

from pydantic import BaseModel

from bot.config import Config
from bot.doctor.asking import Clock, Service, read
from bot.doctor.finding import Finding, bare, many, ok, warning

PENDING: Final = 100
"""Updates that wait, from which on somebody must be waiting for an answer."""

FRESH: Final = timedelta(hours=1)
"""How old an error is at most that may still go on."""

_TOKEN: Final = (
    "Copy it from @BotFather once more (/mybots, then API Token): it looks like 123456:ABC-DEF. "  # noqa: S105
    "Then see that TELEGRAM_TOKEN_FILE holds it and nothing else."
)

Result = TypeVar("Result")


class Reply(BaseModel, Generic[Result]):
    """What every method answers."""

    result: Result


class Me(BaseModel):
    """Who the bot is."""

    username: str
    can_join_groups: bool = True
    can_read_all_group_messages: bool = False


class Hook(BaseModel):
    """Where Telegram posts updates to, "" for nowhere, and how that went."""

    url: str
    pending_update_count: int = 0
    last_error_date: int = 0
    last_error_message: str = ""


def service(settings: Config, clock: Clock) -> Service:
    """Its address has the token in it, so it is never said whole."""
    url = f"{settings.telegram_api_url}/bot{settings.telegram_token}"
    return Service("Telegram", url, clock, {}, proxied=True)


async def check(service: Service, settings: Config) -> list[Finding]:
    """Who the bot is, and how updates come. Raises Trouble."""
    answer = await service.get("/getMe")
    if answer.status in (401, 404):
        raise service.refused(answer, _TOKEN)
    me = read(service, Reply[Me], answer).result
    hook = read(service, Reply[Hook], await service.get("/getWebhookInfo")).result
    return [
        ok("Telegram token", f"It is that of @{me.username}: https://t.me/{me.username}"),
        *_groups(me),
        _fetched(hook, settings),
        *_waiting(hook, service.clock()),
    ]


def _groups(me: Me) -> Iterator[Finding]:
    if not me.can_join_groups:
        yield warning(
            "Telegram groups",
            f"@{me.username} cannot be taken into groups.",
            "Should it post in groups, tell @BotFather: /setjoingroups, then Enable.",
        )
    elif me.can_read_all_group_messages:
        yield warning(
            "Telegram groups",
            "Privacy mode is off: the bot is sent all that is said in its groups, and needs none "
            "of it.",
            "Tell @BotFather: /setprivacy, then Enable.",
        )
    else:
        yield ok("Telegram groups", "In groups it is sent only what is meant for it.")


def _fetched(hook: Hook, settings: Config) -> Finding:
    wanted = settings.telegram_webhook_url
    if hook.url == wanted:
        way = f"posts updates to {bare(wanted)}" if wanted else "lets updates be fetched"
        return ok("Telegram updates", f"Telegram {way}, as it is set.")
    if not hook.url:
        return ok("Telegram updates", f"Telegram will post to {bare(wanted)} from the next start.")
    there = "another address" if wanted and bare(wanted) == bare(hook.url) else bare(hook.url)
    return warning(
        "Telegram updates",
        f"Telegram posts updates to {there}, which is not what is set here.",
        "The next start changes that. If another program uses this token, give one of the two a "
        "token of its own from @BotFather.",
    )


def _waiting(hook: Hook, at: datetime) -> Iterator[Finding]:
    if hook.pending_update_count > PENDING:
        yield warning(
            "Telegram backlog",
            f"{many(hook.pending_update_count, 'update')} wait to be taken.",
            "Start Syllabot, which takes them; if it runs, look for errors in its log.",
        )
    else:
        yield ok("Telegram backlog", f"{many(hook.pending_update_count, 'update')} wait.")
    failed_at = datetime.fromtimestamp(hook.last_error_date, UTC)
    if hook.url and at - failed_at < FRESH:
        yield warning(
            "Telegram posts",
            f"Telegram could not post an update at {failed_at:%R} UTC: {hook.last_error_message}",
            "See that the proxy at TELEGRAM_WEBHOOK_URL leads to TELEGRAM_WEBHOOK_LISTEN, that "
            "its certificate is valid, and that Syllabot runs.",
        )
