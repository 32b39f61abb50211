"""Where peers run: an environment of its own for each, from its pinned list, and servers.

Environments are kept in a cache folder (PEERS_CACHE, else in the user's) and made anew when their
list changes. Redis is Debian's redis-server: `apt-get install redis-server`.
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
REDIS = {
    "debian": (),
    "everysec": ("--appendonly", "yes", "--appendfsync", "everysec"),
    "always": ("--appendonly", "yes", "--appendfsync", "always"),
}
"""What is set beside Debian's defaults, which are snapshots of everything now and then."""


def cache() -> Path:
    return Path(os.environ.get("PEERS_CACHE", Path.home() / ".cache" / "syllabot-peers"))


def python(name: str) -> Path:
    """The Python of a peer's environment, made if need be; "" is our own."""
    if not name:
        return Path(sys.executable)
    wanted = HERE / f"requirements-{name}.txt"
    digest = hashlib.sha256(wanted.read_bytes()).hexdigest()[:12]
    folder = cache() / f"{name}-{digest}"
    found = folder / "bin" / "python"
    if not (folder / "complete").exists():
        print(f"peers: making the environment of {name}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = ["-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
        subprocess.run([str(found), *install, "-r", str(wanted)], check=True)
        (folder / "complete").touch()
    return found


def version(name: str) -> str:
    """The versions of a peer's packages that its list names first, as "name 1.2, ..."."""
    lines = (HERE / f"requirements-{name}.in").read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    return ", ".join(line.replace("==", " ") for line in wanted)


@dataclass
class Server:
    """A store's server: `address` for the peer, `pid` of its process, 0 where there is none."""

    address: str = ""
    command: tuple[str, ...] = ()
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def pids(self) -> tuple[int, ...]:
        return (self.process.pid,) if self.process else ()

    def start(self) -> None:
        """Start it, or start it again over what it kept; returns when it answers."""
        if self.command:
            self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
            _answers(self.port)

    def kill(self) -> None:
        """SIGKILL, as when the machine stops."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


@contextmanager
def server(kind: str, folder: Path) -> Iterator[Server]:
    """A server of this kind over `folder`, for as long as it is needed; "" is none."""
    made = _made(kind, folder)
    made.start()
    try:
        yield made
    finally:
        made.kill()


def _made(kind: str, folder: Path) -> Server:
    if not kind:
        return Server()
    program = shutil.which("redis-server")
    if program is None:
        raise SystemExit("peers: redis-server is missing: apt-get install redis-server")
    port = _free()
    options = ("--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder))
    return Server(f"redis://127.0.0.1:{port}/0", (program, *options, *REDIS[kind]), port)


def _free() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _answers(port: int) -> None:
    """Wait until something listens there, and has read what it kept."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as door:
                door.sendall(b"PING\r\n")
                if door.recv(64).startswith(b"+PONG"):
                    return
        except OSError:
            pass
        time.sleep(0.02)
    raise SystemExit("peers: redis-server did not start")
