"""Addresses: those where we listen, and what is set about how Telegram's updates come."""

import errno
import http.client
import os
import socket
from collections.abc import Iterable
from contextlib import closing
from typing import Final
from urllib.parse import urlsplit

from bot.doctor.finding import Case, Finding, bare, failed, ok, warning
from bot.doctor.opened import in_use

LOCAL: Final = ("localhost", "127.0.0.1", "::1")

PATIENCE: Final = 3.0
"""Seconds that an answer of our own program, on this machine, is waited for."""

LONGEST: Final = 300
"""Characters of such an answer that are repeated."""

HEALTH: Final = "SYLLABOT_HEALTH_LISTEN"


def check(case: Case) -> Iterable[Finding]:
    """The health address, and where Telegram is to post to, if it is."""
    settings = case.settings
    if settings.health_listen:
        yield _health(case)
    if not settings.telegram_token:
        return
    yield from _api(settings.telegram_api_url)
    if settings.telegram_webhook_url:
        yield _webhook(case)
    elif case.known.get("TELEGRAM_WEBHOOK_LISTEN"):
        yield warning(
            "webhook",
            "TELEGRAM_WEBHOOK_LISTEN is set without TELEGRAM_WEBHOOK_URL: nothing listens there, "
            "and updates are fetched.",
            "Set TELEGRAM_WEBHOOK_URL to the public address, or remove TELEGRAM_WEBHOOK_LISTEN.",
        )


def _api(url: str) -> Iterable[Finding]:
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in LOCAL:
        yield warning(
            "Bot API server",
            f"TELEGRAM_API_URL is {bare(url)}: the token goes there in clear.",
            "Use an address with https, unless that server is in a private network with this one.",
        )


def _health(case: Case) -> Finding:
    listen = case.settings.health_listen
    problem = bound(listen)
    if problem is None:
        return ok("health address", f"{listen} is free for it ({HEALTH}).")
    if problem.errno != errno.EADDRINUSE:
        return _unusable("health address", listen, HEALTH, problem)
    said = answer(listen)
    if said is None:
        return failed(
            "health address",
            f"Another program listens at {listen} ({HEALTH}).",
            f"Set {HEALTH} to another port, as in 127.0.0.1:9465, or to off.",
        )
    if not in_use(case.db):
        return failed(
            "health address",
            f"A Syllabot with another database answers at {listen} ({HEALTH}).",
            f"Give one of the two another address with {HEALTH}.",
        )
    if said:
        return warning(
            "health address",
            f"The Syllabot that runs is not well: {said}",
            "Look into its log, and at the lines about the database below.",
        )
    return ok("health address", f"The Syllabot that runs answers at {listen} that it is well.")


def _webhook(case: Case) -> Finding:
    listen, name = case.settings.telegram_webhook_listen, "TELEGRAM_WEBHOOK_LISTEN"
    health = case.settings.health_listen
    if health and _port(health) == _port(listen):
        return failed(
            "webhook",
            f"{name} ({listen}) and {HEALTH} ({health}) want the same port.",
            "Give one of them another port.",
        )
    problem = bound(listen)
    if problem is None:
        return ok("webhook", f"{listen} is free, so that posts can be taken there ({name}).")
    if problem.errno != errno.EADDRINUSE:
        return _unusable("webhook", listen, name, problem)
    if in_use(case.db):
        return ok("webhook", f"{listen} is taken, as it should be while Syllabot runs ({name}).")
    return failed(
        "webhook",
        f"Another program listens at {listen} ({name}).",
        f"Set {name} to another port, and let the proxy lead there.",
    )


def _unusable(check: str, listen: str, name: str, problem: OSError) -> Finding:
    reason = problem.strerror or str(problem)
    remedy = "Use an address of this machine, such as 127.0.0.1 or 0.0.0.0"
    if problem.errno == errno.EACCES:
        remedy = "Use a port from 1024 on: lower ones are for root alone"
    return failed(
        check, f"Nothing can be listened for at {listen} ({name}): {reason}.", f"{remedy}."
    )


def _port(listen: str) -> int:
    return int(listen.rpartition(":")[2])


def bound(listen: str) -> OSError | None:
    """Why nothing can listen at HOST:PORT; None when it can. It is let go at once."""
    host = listen.rpartition(":")[0].strip("[]")
    try:
        kind, _, _, _, where = socket.getaddrinfo(host, _port(listen), type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(kind, socket.SOCK_STREAM)) as probe:
            if os.name == "posix":  # elsewhere this would take the address from who has it
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as problem:
        return problem
    return None


def answer(listen: str) -> str | None:
    """What a health address of ours at HOST:PORT says is wrong, "" for nothing; None where that is
    no address of ours. See `bot/health.py`.
    """
    host = listen.rpartition(":")[0].strip("[]")
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - what is set
    asking = http.client.HTTPConnection(here, _port(listen), timeout=PATIENCE)
    try:
        asking.request("GET", "/healthz")
        got = asking.getresponse()
        said = got.read(LONGEST).decode("utf-8", "replace").strip()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        asking.close()
    match got.status:
        case 200 if said == "ok":
            return ""
        case 503:
            return " ".join(said.split())
        case _:
            return None
