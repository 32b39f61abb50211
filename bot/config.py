"""Settings from the environment and an optional file: one frozen object, read once.

The environment wins over the file. A secret may come from a file of its own (NAME_FILE), as
containers hand them over; it is never printed. A name that begins with SYLLABOT_ and is not known
is an error, so that a slip of the keyboard does not pass for a setting.
"""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values


class ConfigError(Exception):
    """A setting is wrong; the text says which and how to mend it."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the program was told. Secrets are "" when not set, and are kept out of repr.

    `operators` are accounts like "telegram:7", set as a list with commas.
    """

    content: Path = Path("content")
    db: Path = Path("syllabot.db")
    discord_token: str = field(default="", repr=False)
    telegram_token: str = field(default="", repr=False)
    anthropic_api_key: str = field(default="", repr=False)
    operators: frozenset[str] = frozenset()


PLAIN = ("SYLLABOT_CONTENT", "SYLLABOT_DB", "SYLLABOT_ENV_FILE", "SYLLABOT_OPERATORS")
SECRET = ("DISCORD_TOKEN", "TELEGRAM_TOKEN", "ANTHROPIC_API_KEY")


def read(environ: Mapping[str, str] = os.environ) -> Config:
    """The settings in `environ` and in the file that SYLLABOT_ENV_FILE names.

    Raises ConfigError for an unknown SYLLABOT_ name, a file that cannot be read, or a secret that
    is given twice.
    """
    known = {**_from_file(environ.get("SYLLABOT_ENV_FILE", "")), **environ}
    _refuse_unknown(known)
    return Config(
        content=Path(known.get("SYLLABOT_CONTENT") or Config().content),
        db=Path(known.get("SYLLABOT_DB") or Config().db),
        operators=frozenset(_listed(known.get("SYLLABOT_OPERATORS", ""))),
        **{name.lower(): _secret(known, name) for name in SECRET},
    )


def _from_file(path: str) -> dict[str, str]:
    if not path:
        return {}
    if not Path(path).is_file():
        raise ConfigError(f"SYLLABOT_ENV_FILE names {path}, but there is no such file.")
    return {name: value or "" for name, value in dotenv_values(path, interpolate=False).items()}


def _refuse_unknown(known: Mapping[str, str]) -> None:
    for name in sorted(known):
        if name.startswith("SYLLABOT_") and name not in PLAIN:
            near = difflib.get_close_matches(name, PLAIN, n=1, cutoff=0)
            raise ConfigError(f"{name} is not a setting. Did you mean {near[0]}?")


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _secret(known: Mapping[str, str], name: str) -> str:
    value, path = known.get(name, ""), known.get(f"{name}_FILE", "")
    if value and path:
        raise ConfigError(f"{name} and {name}_FILE are both set; keep one of them.")
    if not path:
        return value
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "it is not text"
        raise ConfigError(f"{name}_FILE names {path}, which cannot be read: {reason}.") from None
