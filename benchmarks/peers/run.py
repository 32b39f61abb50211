"""All rounds: each peer in processes of its own, by turns, then killed and started again.

    python -m benchmarks peers

SIZES (100,1000,10000), FLIGHTS (1,64), ROUNDS (3), KILLS (3), SECONDS (6; the longest that a cell
lasts), ONLY (peers by name). With SAVE=1, RESULTS.md, results.json and the picture are written.
"""

import json
import os
import platform
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.peers.ours_script import script_of
from benchmarks.peers.places import python, server, version
from benchmarks.peers.results import (
    OURS,
    Cell,
    Killed,
    Loss,
    Noted,
    Results,
    loss,
    noted,
    report,
)
from benchmarks.peers.worker import Checked, Job, Walked

HERE = Path(__file__).parent
WALKING = 1000
"""Learners who walk at most; where there are more, the others are known and stand half-way."""


@dataclass(frozen=True)
class Contender:
    """A row of the tables: a peer's module in its environment, and the server it stores in."""

    name: str
    title: str
    module: str
    environment: str = ""
    variant: str = ""
    server: str = ""


PEERS = (
    Contender(OURS, "ours, SQLite", "ours_bot", variant="plain"),
    Contender("ours-telegram", "ours, by its Telegram adapter", "ours_bot", variant="telegram"),
    Contender("ptb-flush", "PTB, pickle after each update", "ptb_bot", "ptb", "flush"),
    Contender("ptb-default", "PTB, pickle once a minute (default)", "ptb_bot", "ptb", "default"),
    Contender("aiogram-memory", "aiogram, memory", "aiogram_bot", "aiogram"),
    Contender(
        "aiogram-redis", "aiogram, Redis as in Debian", "aiogram_bot", "aiogram", "", "debian"
    ),
    Contender(
        "aiogram-everysec",
        "aiogram, Redis AOF each second",
        "aiogram_bot",
        "aiogram",
        "",
        "everysec",
    ),
    Contender(
        "aiogram-always", "aiogram, Redis AOF always", "aiogram_bot", "aiogram", "", "always"
    ),
    Contender("botbuilder", "botbuilder, memory", "botbuilder_bot", "botbuilder"),
)


@dataclass(frozen=True)
class Plan:
    """How much is done; see the top of this module."""

    sizes: tuple[int, ...]
    flights: tuple[int, ...]
    rounds: int
    kills: int
    seconds: float
    peers: tuple[Contender, ...]


def plan() -> Plan:
    """What the environment asks for."""

    def numbers(name: str, default: str) -> tuple[int, ...]:
        return tuple(int(part) for part in os.environ.get(name, default).split(","))

    only = os.environ.get("ONLY", "").split(",")
    return Plan(
        numbers("SIZES", "100,1000,10000"),
        numbers("FLIGHTS", "1,64"),
        numbers("ROUNDS", "3")[0],
        numbers("KILLS", "3")[0],
        float(os.environ.get("SECONDS", "6")),
        tuple(peer for peer in PEERS if peer.name in (OURS, *only) or only == [""]),
    )


def main() -> None:
    wanted = plan()
    for peer in wanted.peers:
        python(peer.environment)
    begun, load = time.monotonic(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        (Path(folder) / "script.json").write_text(json.dumps(script_of().as_json()))
        walks = walked(wanted, Path(folder))
        losses = killed(wanted, Path(folder))
    minutes = (time.monotonic() - begun) / 60
    titles = {peer.name: peer.title for peer in wanted.peers}
    results = Results(machine(wanted, load, minutes), titles, walks, losses)
    print(report(results))
    if os.environ.get("SAVE"):
        save(results)


def save(results: Results) -> None:
    """The tables, what they were made from, and the picture."""
    from benchmarks.peers.chart import draw

    (HERE / "RESULTS.md").write_text(report(results))
    (HERE / "results.json").write_text(json.dumps(results.as_json(), indent=0) + "\n")
    draw(results, HERE / "peers.png")


def machine(wanted: Plan, load: float, minutes: float) -> tuple[str, ...]:
    """When and where, in words for the head of the report."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    environments = dict.fromkeys(p.environment for p in wanted.peers if p.environment)
    redis = said("redis-server", "--version").partition("v=")[2].split(" ")[0]
    after = os.getloadavg()[0]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores, {memory:.0f} GB, {disk()};"
        f" {platform.system()}, Python {platform.python_version()}",
        f"{'; '.join(version(name) for name in environments)}; redis-server {redis}",
        f"{wanted.rounds} rounds by turns, {wanted.kills} kills of each, at most "
        f"{wanted.seconds:.0f} s a cell; {minutes:.0f} minutes in all; load average {load:.1f} "
        f"before and {after:.1f} at the end, our own processes among it",
    )


def disk() -> str:
    """The kind of file system that temporary files are on, and of its disk."""
    where = os.environ.get("BENCH_DIR", tempfile.gettempdir())
    kind, _, source = said("findmnt", "-n", "-o", "FSTYPE,SOURCE", "-T", where).partition(" ")
    virtual = source.strip().startswith("/dev/vd")
    return f"{kind} on a virtual disk" if virtual else kind or "an unknown file system"


def said(program: str, *words: str) -> str:
    """What a program prints; nothing where there is none."""
    found = shutil.which(program)
    if found is None:
        return ""
    return subprocess.run([found, *words], capture_output=True, text=True).stdout.strip()


# -- walks ---------------------------------------------------------------------------------------


def walked(wanted: Plan, folder: Path) -> dict[Cell, list[Walked]]:
    """All cells, peers by turns: forwards in one round, backwards in the next."""
    walks: dict[Cell, list[Walked]] = {}
    for learners in wanted.sizes:
        prepare(wanted, learners, folder)
        for flight in wanted.flights:
            for number in range(wanted.rounds):
                for peer in wanted.peers[:: -1 if number % 2 else 1]:
                    cell = Cell(peer.name, learners, flight)
                    result = walk(peer, cell, number, wanted.seconds, folder)
                    walks.setdefault(cell, []).append(result)
                    print(
                        f"peers: {cell.learners:6} {flight:3} {peer.name:18} {result}", flush=True
                    )
    return walks


def prepare(wanted: Plan, learners: int, folder: Path) -> None:
    """Our files of the learners who are known beforehand are made in processes of their own."""
    for peer in wanted.peers:
        if learners > WALKING and peer.module == "ours_bot":
            walk(peer, Cell(peer.name, learners, 1), 0, 0.2, folder)


def walk(peer: Contender, cell: Cell, number: int, seconds: float, folder: Path) -> Walked:
    with life(peer, cell.learners, folder) as (job, _):
        job = replace(job, flight=cell.flight, seconds=seconds, seed=number)
        with process(peer, job) as worker:
            said, _ = worker.communicate()
        if worker.returncode:
            raise SystemExit(f"peers: {peer.name} failed")
        return Walked(**json.loads(said))


@contextmanager
def life(peer: Contender, learners: int, folder: Path) -> Iterator[tuple[Job, Any]]:
    """A fresh folder and a fresh server, and a job for them."""
    with (
        tempfile.TemporaryDirectory(dir=folder) as own,
        server(peer.server, Path(own)) as stored,
    ):
        walking = min(learners, WALKING)
        job = Job(
            peer.variant,
            own,
            str(folder / "script.json"),
            walking,
            learners - walking,
            address=stored.address,
            beside=stored.pids,
        )
        yield job, stored


def process(peer: Contender, job: Job, pipe: tuple[int, ...] = ()) -> "subprocess.Popen[bytes]":
    """A peer's process, which may write into `pipe`."""
    module = f"benchmarks.peers.{peer.module}"
    return subprocess.Popen(
        [str(python(peer.environment)), "-W", "ignore", "-m", module, json.dumps(asdict(job))],
        cwd=HERE.parent.parent,
        env={**os.environ, "PYTHONPATH": str(HERE.parent.parent)},
        stdout=subprocess.PIPE,
        pass_fds=pipe,
    )


# -- kills ---------------------------------------------------------------------------------------


def killed(wanted: Plan, folder: Path) -> dict[Killed, list[Loss]]:
    """Each is killed at the same random turn of a round; again with its server, if it has one."""
    losses: dict[Killed, list[Loss]] = {}
    for number in range(wanted.kills):
        turn = random.Random(number).randrange(500, 2500)
        for peer in wanted.peers:
            for with_server in (False, True) if peer.server else (False,):
                who = Killed(peer.name, with_server)
                result = kill(peer, with_server, turn, number, folder)
                losses.setdefault(who, []).append(result)
                print(
                    f"peers: kill {peer.name:18} {'+' if with_server else ' '} {result}", flush=True
                )
    return losses


def kill(peer: Contender, with_server: bool, turn: int, number: int, folder: Path) -> Loss:
    """Kill it after so many turns under load, start it again, and look."""
    with life(peer, WALKING, folder) as (job, stored):
        before = watched(peer, replace(job, flight=64, seed=number), turn, number)
        if with_server:
            stored.kill()
            stored.start()
        second = replace(job, check=tuple(before.shown), again=before.open)
        with process(peer, second) as worker:
            said, _ = worker.communicate()
        if worker.returncode:
            raise SystemExit(f"peers: {peer.name} failed after it was killed")
        return loss(before, checked(json.loads(said)))


def checked(data: dict[str, Any]) -> Checked:
    """What a second life found, from JSON, where keys are texts."""
    stands, after = (
        {int(who): turn for who, turn in data[name].items()} for name in ("stands", "after")
    )
    shown = [(who, turn) for who, turn in data["shown"]]
    return Checked(stands, after, shown, data["unreadable"])


def watched(peer: Contender, job: Job, turn: int, seed: int) -> Noted:
    """Read what the platform notes, and send SIGKILL a moment after so many turns were shown."""
    ours, theirs = os.pipe()
    with process(peer, replace(job, notes=theirs), (theirs,)) as worker:
        os.close(theirs)
        text = b""
        while text.count(b"shown") < turn and (chunk := os.read(ours, 65536)):
            text += chunk
        time.sleep(random.Random(seed).uniform(0, 0.005))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        while chunk := os.read(ours, 65536):
            text += chunk
    os.close(ours)
    return noted(text.decode().split("\n")[:-1])


if __name__ == "__main__":
    main()
