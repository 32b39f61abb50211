"""Runs of `syllabot`, each a process of its own, without the second that it takes to read it.

One process has read everything and forks for each run; the run has its own folder, environment,
arguments and output, and nothing of it comes back but the exit code. `python -m tests.warm` is that
process. Where what is read or how the program begins is tested, start the program itself.
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from contextlib import suppress
from ctypes import CDLL, byref, c_int, c_uint32
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess
from threading import Lock

ONE_AT_A_TIME = Lock()

PIPE = 16_000
"""Letters that a pipe surely holds."""

PASSING_OVER_RIGHTS = 0b110
"""Root's right to pass over the rights of files, two bits: see capabilities(7)."""


def run(
    *args: str, cwd: Path, env: Mapping[str, str], stdin: str = "", bound: bool = False
) -> CompletedProcess[str]:
    """`syllabot ARGS` there; `bound` by the rights of files, also as root."""
    assert len(stdin) < PIPE, "more than a pipe holds"
    with tempfile.TemporaryDirectory(prefix="syllabot-warm-") as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        wanted = {"args": args, "cwd": str(cwd), "env": dict(env), "bound": bound, "stdin": stdin}
        line = json.dumps({**wanted, "out": str(out), "err": str(err)})
        with ONE_AT_A_TIME:
            process = _warm()
            assert process.stdin and process.stdout
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
            code = int(process.stdout.readline())
        return CompletedProcess(args, code, out.read_text("utf-8"), err.read_text("utf-8"))


@cache
def _warm() -> subprocess.Popen[str]:
    root = Path(__file__).parent.parent
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.warm"],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.kill)
    return process


def main() -> None:
    """Fork for each line that comes, and answer with the exit code."""
    import bot.commands.backup
    import bot.commands.doctor
    import bot.commands.restore  # noqa: F401 - read once, for all runs

    for line in sys.stdin:
        wanted = json.loads(line)
        if pid := os.fork():
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
        else:
            _become(wanted)


def _become(wanted: dict[str, object]) -> None:
    """Be that run, to its end."""
    code: object = 1
    try:
        os.dup2(_pipe(str(wanted["stdin"])), 0)
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(str(wanted[name]), os.O_WRONLY | os.O_CREAT, 0o600), number)
        os.chdir(str(wanted["cwd"]))
        os.environ.clear()
        os.environ.update(wanted["env"])  # type: ignore[call-overload]
        if wanted["bound"]:
            _bind()
        from bot.__main__ import main as syllabot

        code = syllabot(wanted["args"])  # type: ignore[arg-type]
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _pipe(text: str) -> int:
    """A pipe with this in it, and no more to come."""
    reads, writes = os.pipe()
    os.write(writes, text.encode("utf-8", "surrogateescape"))
    os.close(writes)
    return reads


def _bind() -> None:
    """Let go of what root may do with everybody's files."""
    if os.geteuid():
        return
    head = (c_uint32 * 2)(0x20080522, 0)
    held = (c_uint32 * 6)()
    libc = CDLL(None, use_errno=True)
    libc.capget.restype = libc.capset.restype = c_int
    assert libc.capget(byref(head), byref(held)) == 0
    for number in (0, 1):  # what is in force, and what can be: access(2) asks for the latter
        held[number] &= ~PASSING_OVER_RIGHTS
    assert libc.capset(byref(head), byref(held)) == 0


if __name__ == "__main__":
    main()
