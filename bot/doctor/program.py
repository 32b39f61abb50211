"""The program: its Python, its packages, and what the system grants it."""

import os
import platform
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Final

import bot
from bot.doctor.disk import MIB
from bot.doctor.finding import Finding, failed, ok, size, warning

NEEDED: Final = (3, 11)
NEWEST: Final = (3, 13)
"""The lock is made for these, and the tests were run on them."""
FILES: Final = 1024
"""Files and connections that a busy evening may need at once."""

MEMORY: Final = 256 * MIB
"""Bytes: both platforms and a model take about 120 MiB at rest."""

LOCK: Final = Path(bot.__file__).parents[1] / "requirements.lock"

_INSTALL: Final = "Install what was tested: make serve does, or pip install -r requirements.lock"


def check() -> Iterator[Finding]:
    """Each with what this machine has."""
    yield python(sys.version_info[:3])
    if LOCK.is_file():
        yield packages(LOCK.read_text("utf-8"), _version)
    yield user(os.geteuid() if os.name == "posix" else 1)
    if (most := _files()) is not None:
        yield files(most)
    if (free := available(Path("/proc/meminfo"), Path("/sys/fs/cgroup"))) is not None:
        yield memory(free)


def python(version: tuple[int, ...]) -> Finding:
    named = ".".join(map(str, version))
    if not NEEDED <= version[:2] <= NEWEST:
        return failed(
            "Python",
            f"This is Python {named}, and 3.11, 3.12 or 3.13 is needed.",
            "Install one of them, and make the environment anew: make PYTHON=python3.13 serve",
        )
    return ok("Python", f"This is Python {named} on {platform.system()}.")


def _version(name: str) -> str:
    """The installed version, "" where there is none."""
    with suppress(metadata.PackageNotFoundError):
        return metadata.version(name)
    return ""


def packages(lock: str, version: Callable[[str], str]) -> Finding:
    """What is installed beside what requirements.lock names; tools of developers may be missing."""
    wanted: Mapping[str, str] = dict(re.findall(r"^([\w.-]+)==([^\s\\;]+)", lock, re.MULTILINE))
    drift = [
        f"{name} {here} (not {pinned})"
        for name, pinned in wanted.items()
        if (here := version(name)) and here != pinned
    ]
    if drift:
        more = f" and {len(drift) - 5} more" if drift[5:] else ""
        return warning(
            "packages", f"Other versions than tested: {', '.join(drift[:5])}{more}.", _INSTALL
        )
    return ok("packages", "Every package is of the version in requirements.lock.")


def user(number: int) -> Finding:
    """Whether this is run by root, who needs nothing here and can harm everything."""
    if number:
        return ok("user", "This is not run by root.")
    return warning(
        "user",
        "This is run by root, which Syllabot needs for nothing.",
        "Make a user for it and run it as that one: sudo useradd --system --create-home syllabot",
    )


def _files() -> int | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return most if most != resource.RLIM_INFINITY else sys.maxsize


def files(most: int) -> Finding:
    """How many files may be open at once, connections among them."""
    if most < FILES:
        return warning(
            "open files",
            f"At most {most} files and connections may be open at once.",
            f"Raise it: ulimit -n {FILES}, or LimitNOFILE={FILES} in the systemd unit.",
        )
    return ok("open files", f"At least {FILES:,} files and connections may be open at once.")


def available(meminfo: Path, group: Path) -> int | None:
    """Bytes of memory that can still be had, in this container too; None where nobody says."""
    found = []
    with suppress(OSError):
        if told := re.search(r"MemAvailable:\s+(\d+) kB", meminfo.read_text("utf-8")):
            found.append(int(told[1]) * 1024)
    with suppress(OSError, ValueError):
        most = int((group / "memory.max").read_text("utf-8"))
        found.append(most - int((group / "memory.current").read_text("utf-8")))
    return min(found, default=None)


def memory(free: int) -> Finding:
    """Whether so many bytes of memory are enough."""
    if free < MEMORY:
        return warning(
            "memory",
            f"{size(max(free, 0))} of memory are free, and Syllabot may take {size(MEMORY)}.",
            "Stop other programs, give the container more, or add swap space.",
        )
    return ok("memory", f"{size(free)} of memory are free.")
