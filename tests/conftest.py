"""What every test may count on: the checkout's own folders, a quick, fixed hypothesis, and that
nothing of this process reaches another machine.
"""

import ipaddress
import socket
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.commands.replay import read
from bot.course.model import Library

HERE = Path(__file__).parent
TINY = HERE / "course" / "tiny"
OTHER = HERE / "course" / "other"
SHIPPED = HERE.parent / "content"

# Machines that run the suite are slow at times; a deadline would fail them for nothing.
settings.register_profile(
    "suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")


def refuse_other_machines(event: str, args: tuple[object, ...]) -> None:
    """An audit hook: Python asks it before every connection and every look-up of a name."""
    if event == "socket.connect":
        _, address = args
        where = address[0] if isinstance(address, tuple) else ""
    elif event == "socket.getaddrinfo":
        where = args[0] or ""
    else:
        return
    if isinstance(where, bytes):
        where = where.decode()
    if not is_here(str(where)):
        raise PermissionError(f"a test may not reach {where}")


def is_here(host: str) -> bool:
    """Whether a host is this machine; a socket of the file system is."""
    try:
        return not host or ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


sys.addaudithook(refuse_other_machines)


@pytest.fixture(scope="session")
def tiny() -> Library:
    return read(TINY)


@pytest.fixture(scope="session")
def two_courses() -> Library:
    return read(HERE / "course")


@pytest.fixture
def unused_port() -> int:
    """A port of this machine that was free a moment ago."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
