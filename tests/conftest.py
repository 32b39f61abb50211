"""What every test may count on: the checkout's own folders, a quick, fixed hypothesis, and that
nothing reaches another machine (see `guard`).
"""

import os
import socket
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.commands.replay import read
from bot.course.model import Library

from .guard import sitecustomize

HERE = Path(__file__).parent
TINY = HERE / "course" / "tiny"
OTHER = HERE / "course" / "other"
SHIPPED = HERE.parent / "content"

os.environ["PYTHONPATH"] = str(Path(sitecustomize.__file__).parent)

# Machines that run the suite are slow at times; a deadline would fail them for nothing.
settings.register_profile(
    "suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")


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
