"""A walk through the tiny course by `syllabot play`, killed at random moments, and what must hold.

Used by the suite for 20 kills, and by benchmarks/crash.py for a thousand.
"""

import contextlib
import json
import random
import re
import resource
import select
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

COURSE = Path(__file__).parent / "course" / "tiny"
SYLLABOT = Path(sys.executable).with_name("syllabot")
LATEST = 0.03
"""Seconds after a line was typed within which the program is killed: before, in or after it."""


@dataclass(slots=True)
class Walk:
    """One learner's walk over many lives of the program.

    `acknowledged` counts the answers that were acknowledged on a screen.
    """

    db: Path
    chance: random.Random
    acknowledged: int = 0
    screen: str = ""
    process: "subprocess.Popen[bytes] | None" = None

    def run_until_full(self, room: int) -> str:
        """Walk while no file may grow by more than `room` bytes; what the program says at last."""
        size = self.db.stat().st_size if self.db.exists() else 0
        self._start(limit=size + room)
        for _ in range(80):
            if self.process is None or self.process.poll() is not None or not self._next():
                break
            self._step()
        self.acknowledged += self._answers(self._rest())
        assert self.process is not None and self.process.stderr is not None
        with self.process.stderr:
            said = self.process.stderr.read().decode()
        self.process.wait()
        return said

    def run_while_locked(self, seconds: float) -> None:
        """Type a line while another program holds the file for so long, and read the answer."""
        self._start()
        with contextlib.closing(sqlite3.connect(self.db, check_same_thread=False)) as other:
            other.execute("BEGIN IMMEDIATE")
            free = threading.Timer(seconds, other.rollback)
            free.start()
            self._step()
            free.join()
        self.acknowledged += self._answers(self._rest())
        assert self.process is not None
        assert self.process.wait() == 0

    def run_and_kill(self) -> None:
        """Start, walk some steps, and kill at a random moment after the last was typed."""
        self._start()
        for _ in range(self.chance.randrange(1, 6)):
            self._step()
        self._type(self._next() or "/progress")
        assert self.process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.chance.uniform(0, LATEST))
        self.process.send_signal(signal.SIGKILL)
        self.acknowledged += self._answers(self._rest())
        self.process.wait()

    def finish(self) -> None:
        """Walk to the end of the course without a kill."""
        self._start()
        for _ in range(80):
            if not self._next():
                break
            self._step()
        assert self.process is not None
        self._rest()
        assert self.process.wait() == 0

    def faults(self) -> list[str]:
        """What was lost or doubled by now."""
        rows = self._log("answered")
        keys = [(row["item"], row["attempt"]) for row in rows]
        found = [f"{key} was answered twice" for key in set(keys) if keys.count(key) > 1]
        if len(rows) < self.acknowledged:
            found.append(f"{self.acknowledged} answers were acknowledged, {len(rows)} are kept")
        done = [row["unit"] for row in self._log("completed")]
        found += [f"{unit} was completed twice" for unit in set(done) if done.count(unit) > 1]
        rebuilt = subprocess.run(
            [str(SYLLABOT), "rebuild", "--db", str(self.db)], capture_output=True, text=True
        )
        return found if rebuilt.returncode == 0 else [*found, rebuilt.stdout + rebuilt.stderr]

    def undone(self) -> list[str]:
        """Units of the course that are not done."""
        units = {"m1-intro", "m1-l1", "m1-l1-quiz", "m1-l2", "m1-l2-quiz", "m2-l1"}
        return sorted(units - {row["unit"] for row in self._log("completed")})

    def _start(self, limit: int = 0) -> None:
        command = [str(SYLLABOT), "play", "--plain", "--content", str(COURSE)]

        def bounded() -> None:
            if limit:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        self.process = subprocess.Popen(
            [*command, "--db", str(self.db)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if limit else None,
            preexec_fn=bounded,
        )
        self._screen()
        self._type("/continue")
        self._screen()

    def _step(self) -> None:
        self._type(self._next() or "/progress")
        self._screen()
        self.acknowledged += self._answers(self.screen)

    def _next(self) -> str:
        """What a diligent learner types on this screen; "" when all is done."""
        if "You have done everything" in self.screen:
            return ""
        return "a" if "Answer with" in self.screen else "1"

    def _answers(self, text: str) -> int:
        return len(re.findall(r"^(?:Right\.|Not quite\.)", text, re.MULTILINE))

    def _type(self, line: str) -> None:
        assert self.process is not None and self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it may have left, with a reason
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()

    def _screen(self) -> None:
        """Read until a prompt is complete: choices are the last thing on a screen."""
        assert self.process is not None and self.process.stdout is not None
        text = b""
        ending = re.compile(rb"(^\d  .+\n|^Answer with .+\n)\Z", re.MULTILINE)
        while True:
            wait = 0.05 if ending.search(text) else 20
            ready, _, _ = select.select([self.process.stdout], [], [], wait)
            if not ready:
                break
            chunk = self.process.stdout.read1(65536)  # type: ignore[attr-defined]
            if not chunk:
                break
            text += chunk
        self.screen = text.decode()

    def _rest(self) -> str:
        assert self.process is not None and self.process.stdout is not None
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        with self.process.stdout:
            return self.process.stdout.read().decode()

    def _log(self, kind: str) -> list[dict[str, object]]:
        with closing(sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)) as db:
            rows = db.execute("SELECT body FROM log WHERE kind = ? ORDER BY seq", (kind,))
            return [json.loads(body) for (body,) in rows]
