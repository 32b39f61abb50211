"""Settings: what cannot work, what cannot work together, and secrets that lie open."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from dotenv import dotenv_values

from bot import config
from bot.config import SECRET, ConfigError
from bot.doctor.finding import Case, Finding, failed, is_wide, ok, warning

HANDED: Final = ("/run/secrets/", "/run/credentials/")
"""Where containers and systemd hand secrets over: their rights are not the operator's to set."""

_NOWHERE: Final = (
    "Set DISCORD_TOKEN_FILE or TELEGRAM_TOKEN_FILE to a file that holds a token: Discord's "
    "developer portal (discord.com/developers/applications, Bot) gives you one, and so does "
    "@BotFather on Telegram (/newbot). A terminal needs none: syllabot play."
)


def known(environ: Mapping[str, str]) -> dict[str, str]:
    """All that is set, in the environment and in the settings file, as `config.read` takes it."""
    found: dict[str, str] = {}
    path = environ.get("SYLLABOT_ENV_FILE", "")
    if path:
        with suppress(OSError, UnicodeDecodeError):
            values = dotenv_values(path, interpolate=False)
            found = {name: value or "" for name, value in values.items()}
    return {**found, **environ}


def secrets(given: Mapping[str, str]) -> Iterator[str]:
    """Every secret that is set, also where the settings as a whole cannot be read."""
    for name in SECRET:
        yield given.get(name, "")
        if path := given.get(f"{name}_FILE"):
            with suppress(OSError, UnicodeDecodeError):
                yield Path(path).read_text("utf-8").strip()


def faults(environ: Mapping[str, str]) -> list[str]:
    """Every sentence that `config.read` has against these settings: after each it is asked again
    without the setting that the sentence names first.
    """
    found: list[str] = []
    left = dict(environ)
    while True:
        try:
            config.read(left)
        except ConfigError as problem:
            found.append(str(problem))
        else:
            return found
        left = known(left) if "SYLLABOT_ENV_FILE" not in found[-1] else left
        left.pop("SYLLABOT_ENV_FILE", None)
        if not (named := _named_first(found[-1], left)):
            return found
        del left[named]


def _named_first(text: str, left: Mapping[str, str]) -> str:
    """The setting among `left` that stands first in a sentence; of two there, the longer name."""
    places = [(text.find(name), -len(name), name) for name in left if name and name in text]
    return min(places, default=(0, 0, ""))[2]


def check(case: Case) -> Iterable[Finding]:
    """What the settings, each of which can be read, come to."""
    yield ok("settings", "Every setting can be used.")
    yield _tokens(case)
    yield from _unread(case.known)
    for name, path in _secret_files(case.known):
        yield _rights(name, path)
    if given := [name for name in SECRET if case.known.get(name)]:
        yield ok(
            "secrets",
            f"Given among the other settings, and easily copied along: {', '.join(given)}. A file "
            f"of its own is quieter ({given[0]}_FILE).",
        )


def _tokens(case: Case) -> Finding:
    both = (
        ("Discord", case.settings.discord_token),
        ("Telegram", case.settings.telegram_token),
    )
    served = [name for name, token in both if token]
    if not served:
        return failed("tokens", "No token is set, so there is nowhere to serve.", _NOWHERE)
    return ok("tokens", f"There is a token for {' and for '.join(served)}.")


def _unread(given: Mapping[str, str]) -> Iterable[Finding]:
    """A settings file that lies here as if it were read."""
    if not given.get("SYLLABOT_ENV_FILE") and Path(".env").is_file():
        yield warning(
            "settings file",
            "There is a file .env here, and nothing reads it.",
            "Set SYLLABOT_ENV_FILE=.env, or ignore this where something else, such as Docker "
            "Compose, reads it for you.",
        )


def _secret_files(given: Mapping[str, str]) -> Iterable[tuple[str, Path]]:
    for name in SECRET:
        if path := given.get(f"{name}_FILE"):
            yield f"{name}_FILE", Path(path).absolute()
    path = given.get("SYLLABOT_ENV_FILE", "")
    if path and any(dotenv_values(path, interpolate=False).get(name) for name in SECRET):
        yield "SYLLABOT_ENV_FILE", Path(path).absolute()


def _rights(name: str, path: Path) -> Finding:
    if str(path).startswith(HANDED) or not is_wide(path):
        return ok("secret file", f"{path} ({name}) is read by nobody but its owner.")
    return warning(
        "secret file",
        f"{path} ({name}) holds a secret, and others on this machine may read it.",
        f"Take their rights away: chmod 600 {path}",
    )
