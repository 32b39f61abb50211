"""syllabot healthy: ask the program that serves here how it fares. For Docker and for people."""

import argparse
import urllib.error
import urllib.request
from typing import Final

from bot import config

PATIENCE: Final = 5.0
"""Seconds for an answer: the program gives its database two."""

ANYWHERE: Final = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]", "::": "[::1]"}  # noqa: S104
"""Where to ask somebody who listens at every address."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ready", action="store_true", help="ask also whether every platform is reached"
    )


def run(args: argparse.Namespace) -> int:
    """Print the answer. 0 when all is well; 1 when something is wrong, or nobody answers."""
    try:
        settings = config.read()
    except config.ConfigError as problem:
        return _said(str(problem), 1)
    if not settings.health_listen:
        return _said("SYLLABOT_HEALTH_LISTEN is off, so there is nobody to ask.", 1)
    host, _, port = settings.health_listen.rpartition(":")
    address = f"{ANYWHERE.get(host, host)}:{port}"
    path = "readyz" if args.ready else "healthz"
    # With no proxy, whatever the environment says: it is asked on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{address}/{path}", timeout=PATIENCE) as answer:
            return _said(answer.read().decode(), 0)
    except urllib.error.HTTPError as problem:
        with problem:
            return _said(problem.read().decode(errors="replace"), 1)
    except OSError as problem:
        reason = getattr(problem, "reason", problem)
        said = f"Nobody answers at {address}: {reason}. Is syllabot serve running, with the same "
        return _said(f"{said}SYLLABOT_HEALTH_LISTEN?", 1)


def _said(text: str, code: int) -> int:
    print(text.strip())
    return code
