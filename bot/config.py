"""Settings from the environment and an optional file: one frozen object, read once.

The environment wins over the file. A secret may come from a file of its own (NAME_FILE), as
containers hand them over; it is never printed. A name that can only be ours and is not known is
an error, so that a slip of the keyboard does not pass for a setting.
"""

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.models import ModelConfig, read_models

Level = Literal["debug", "info", "warning", "error"]


class ConfigError(Exception):
    """A setting is wrong; the text says which and how to mend it."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the program was told. Secrets are "" when not set, and are kept out of repr.

    `operators` are accounts like "telegram:7", set as a list with commas. `access`: with "cohort"
    only members of a cohort may learn. With a webhook URL
    Telegram posts updates there, and we listen at HOST:PORT behind it; else we ask for them.
    At `health_listen`, unless it is "", anybody who reaches it reads how the program fares.
    Every `backup_hours` a copy of the database is put into the folder `backups`, if there is one,
    and of these the newest `backups_kept` stay.
    """

    content: Path = Path("content")
    db: Path = Path("syllabot.db")
    discord_token: str = field(default="", repr=False)
    telegram_token: str = field(default="", repr=False)
    anthropic_api_key: str = field(default="", repr=False)
    operators: frozenset[str] = frozenset()
    access: Literal["open", "cohort"] = "open"
    telegram_api_url: str = "https://api.telegram.org"
    telegram_webhook_url: str = ""
    telegram_webhook_listen: str = "127.0.0.1:8443"
    models: ModelConfig = field(default_factory=ModelConfig)
    log: Literal["text", "json"] = "text"
    log_level: Level = "info"
    health_listen: str = "127.0.0.1:9464"
    backups: Path | None = None
    backup_hours: int = 24
    backups_kept: int = 14

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown."""
        return (self.discord_token, self.telegram_token, self.anthropic_api_key)


PLAIN = (
    *("SYLLABOT_CONTENT", "SYLLABOT_DB", "SYLLABOT_ENV_FILE", "SYLLABOT_OPERATORS"),
    "SYLLABOT_ACCESS",
    *("TELEGRAM_API_URL", "TELEGRAM_WEBHOOK_URL", "TELEGRAM_WEBHOOK_LISTEN"),
    *("ANTHROPIC_BASE_URL", "SYLLABOT_MODEL", "SYLLABOT_SECOND_MODEL", "SYLLABOT_MODEL_PRICES"),
    *("SYLLABOT_BUDGETS", "SYLLABOT_MODEL_COMPANY", "SYLLABOT_MODEL_DAYS", "SYLLABOT_TALK_DAYS"),
    *("SYLLABOT_LOG", "SYLLABOT_LOG_LEVEL", "SYLLABOT_HEALTH_LISTEN"),
    *("SYLLABOT_BACKUPS", "SYLLABOT_BACKUP_HOURS", "SYLLABOT_BACKUPS_KEPT"),
)
OF_TESTS = "SYLLABOT_SPECS"
"""Tells the tests where the platforms' specifications are; the program leaves it alone."""

NEAR = 0.85
"""From this similarity on, a name is a misspelt setting and not another program's."""

LOGS: tuple[Literal["text", "json"], ...] = ("text", "json")
LEVELS: tuple[Level, ...] = ("debug", "info", "warning", "error")
TELEGRAM_PORTS = (443, 80, 88, 8443)
SECRET = ("DISCORD_TOKEN", "TELEGRAM_TOKEN", "ANTHROPIC_API_KEY")


def read(environ: Mapping[str, str] = os.environ) -> Config:
    """The settings in `environ` and in the file that SYLLABOT_ENV_FILE names.

    Raises ConfigError for an unknown name, a file that cannot be read, a secret that is given
    twice, or an address that Telegram would not take.
    """
    known = {**_from_file(environ.get("SYLLABOT_ENV_FILE", "")), **environ}
    _refuse_unknown(known)
    return Config(
        content=Path(known.get("SYLLABOT_CONTENT") or Config().content),
        db=Path(known.get("SYLLABOT_DB") or Config().db),
        operators=_operators(known.get("SYLLABOT_OPERATORS", "")),
        access=_access(known.get("SYLLABOT_ACCESS", "")),
        telegram_api_url=_api(known.get("TELEGRAM_API_URL", "")),
        telegram_webhook_url=_webhook(known.get("TELEGRAM_WEBHOOK_URL", "")),
        telegram_webhook_listen=_listen(known, "TELEGRAM_WEBHOOK_LISTEN", "127.0.0.1:8443"),
        models=_models(known),
        log=_one_of(known, "SYLLABOT_LOG", LOGS),
        log_level=_one_of(known, "SYLLABOT_LOG_LEVEL", LEVELS, "info"),
        health_listen=_health(known),
        backups=Path(known["SYLLABOT_BACKUPS"]) if known.get("SYLLABOT_BACKUPS") else None,
        backup_hours=_number(known, "SYLLABOT_BACKUP_HOURS", Config().backup_hours),
        backups_kept=_number(known, "SYLLABOT_BACKUPS_KEPT", Config().backups_kept),
        **{name.lower(): _secret(known, name) for name in SECRET},
    )


def _from_file(path: str) -> dict[str, str]:
    if not path:
        return {}
    try:
        if not Path(path).is_file():
            raise ConfigError(f"SYLLABOT_ENV_FILE names {path}, but there is no such file.")
        found = dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "it is not UTF-8 text"
        raise ConfigError(
            f"SYLLABOT_ENV_FILE names a file that cannot be read: {reason}."
        ) from None
    return {name: value or "" for name, value in found.items()}


def _refuse_unknown(known: Mapping[str, str]) -> None:
    """What begins with SYLLABOT_ can only be meant for us; so can what is nearly one of ours."""
    names = (*PLAIN, *SECRET, *(f"{name}_FILE" for name in SECRET), OF_TESTS)
    for name in sorted(known):
        if name in names or not name.startswith(("SYLLABOT_", "TELEGRAM_", "DISCORD_")):
            continue
        surely = name.startswith("SYLLABOT_")
        near = difflib.get_close_matches(name, names, n=1, cutoff=0 if surely else NEAR)
        if near:
            raise ConfigError(f"{name} is not a setting. Did you mean {near[0]}?")


def _models(known: Mapping[str, str]) -> ModelConfig:
    try:
        return read_models(known)
    except ValueError as problem:
        raise ConfigError(str(problem)) from None


def _webhook(url: str) -> str:
    """An address that Telegram can post to: its rules are in the Bot API, under setWebhook."""
    if not url:
        return ""
    said = f"TELEGRAM_WEBHOOK_URL is {url}, but Telegram "
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        raise ConfigError(f"{said}needs a whole address, as in https://example.org/hook.") from None
    if parts.scheme != "https" or not parts.hostname:
        raise ConfigError(f"{said}needs an address that begins with https://.")
    if port not in TELEGRAM_PORTS:
        ports = ", ".join(map(str, TELEGRAM_PORTS))
        raise ConfigError(f"{said}only reaches the ports {ports}.")
    if parts.username or parts.fragment or _is_local(parts.hostname):
        raise ConfigError(f"{said}must reach it from the internet, with no name or # in it.")
    return url


def _is_local(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".local", ".localhost"))


def _listen(known: Mapping[str, str], name: str, default: str) -> str:
    """HOST:PORT, where we listen ourselves."""
    given = known.get(name) or default
    host, _, port = given.rpartition(":")
    is_port = re.fullmatch(r"\d{1,5}", port) and 0 < int(port) < 65536
    if not host.strip("[]") or not is_port:
        raise ConfigError(
            f"{name} is {given}, but an address and a port are needed, as in {default}."
        )
    return given


def _health(known: Mapping[str, str]) -> str:
    name = "SYLLABOT_HEALTH_LISTEN"
    if known.get(name, "").casefold() == "off":
        return ""
    return _listen(known, name, Config().health_listen)


T = TypeVar("T", bound=str)


def _one_of(
    known: Mapping[str, str], name: str, words: tuple[T, ...], default: T | None = None
) -> T:
    given = known.get(name, "").strip().casefold()
    if not given:
        return default or words[0]
    for word in words:
        if given == word:
            return word
    raise ConfigError(f"{name} is {known[name]}. Write {' or '.join(words)}.")


def _number(known: Mapping[str, str], name: str, default: int) -> int:
    given = known.get(name, "").strip() or str(default)
    if not re.fullmatch(r"\d{1,4}", given) or not int(given):
        raise ConfigError(f"{name} is {given}, but a whole number from 1 on is needed.")
    return int(given)


def _api(url: str) -> str:
    given = url or Config().telegram_api_url
    if not re.match(r"https?://[^/\s]+", given):
        raise ConfigError(
            f"TELEGRAM_API_URL is {given}, but a whole address is needed, as in "
            f"{Config().telegram_api_url}."
        )
    return given.rstrip("/")


def _access(text: str) -> Literal["open", "cohort"]:
    match text.strip().casefold():
        case "" | "open":
            return "open"
        case "cohort":
            return "cohort"
        case _:
            raise ConfigError(
                f"SYLLABOT_ACCESS is {text}. Write open, so that everybody may learn, or cohort, "
                "so that only members of a cohort may."
            )


def _operators(text: str) -> frozenset[str]:
    named = frozenset(part.strip() for part in text.split(",") if part.strip())
    for name in sorted(named):
        if not re.fullmatch(r"\w+:\S+", name):
            raise ConfigError(
                f"SYLLABOT_OPERATORS names {name}, but accounts are written as in telegram:7."
            )
    return named


def _secret(known: Mapping[str, str], name: str) -> str:
    value, path = known.get(name, ""), known.get(f"{name}_FILE", "")
    if value and path:
        raise ConfigError(f"{name} and {name}_FILE are both set; keep one of them.")
    if not path:
        return value
    try:
        secret = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as problem:  # no text, or a name that no file can have
        reason = getattr(problem, "strerror", None) or "it is not text"
        raise ConfigError(f"{name}_FILE names {path}, which cannot be read: {reason}.") from None
    if not secret:
        raise ConfigError(f"{name}_FILE names {path}, which is empty.")
    return secret
