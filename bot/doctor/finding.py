"""What a check is given, and what it says."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from bot.config import Config

State = Literal["ok", "warning", "failed"]

SHORT: Final = 6
"""Characters below which a secret is no real one, and too common a word to be blotted out."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. `remedy` says what to do next, "" where all is well."""

    state: State
    check: str
    said: str
    remedy: str = ""


def ok(check: str, said: str) -> Finding:
    """Nothing is to be done; what was said may be a remark."""
    return Finding("ok", check, said)


def warning(check: str, said: str, remedy: str) -> Finding:
    """It works, and may not for long, or not for everybody."""
    return Finding("warning", check, said, remedy)


def failed(check: str, said: str, remedy: str) -> Finding:
    """It does not work, or must not go on so."""
    return Finding("failed", check, said, remedy)


@dataclass(frozen=True, slots=True)
class Case:
    """What is examined: the settings and where they came from, and the time. `deep`: what takes
    long is done too. `known` are the names of environment and settings file together.
    """

    settings: Config
    known: Mapping[str, str]
    content: Path
    db: Path
    at: datetime
    deep: bool = False


def bare(url: str) -> str:
    """An address without its path, its name and its password, which may be secrets."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.scheme}://{host}{port}"


def many(number: int, noun: str) -> str:
    """As in "1 course" and "2 courses"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size(count: float) -> str:
    """Bytes for people, as in "1.5 GiB"."""
    for unit in ("bytes", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"


def blotted(text: str, secrets: Iterable[str]) -> str:
    """`text` with *** for every secret: what others' error texts say is not ours to know."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORT:
            text = text.replace(secret, "***")
    return text


def is_wide(path: Path) -> bool:
    """Whether somebody other than its owner may read or write a file. Raises OSError."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)
