"""Does what the Dockerfile says, step by step, where no container engine is at hand.

    sudo .venv/bin/python -m deploy.rehearse

Each stage is an overlay over this machine's own file system, which stays as it is; the very
commands of RUN are run in it. Then the image's program runs there as the image's user, without a
privilege, with a read-only file system but for /tmp and /data, against a local Telegram: somebody
writes, the health check is asked, it is stopped, started again, and must still know who wrote.
It needs Linux, root, Python 3.11 and the package index; not the base image, whose place this
machine takes: so this shows that the steps and the permissions are right, not what Debian brings.
"""

import asyncio
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from asyncio.subprocess import Process
from contextlib import closing
from pathlib import Path

from deploy.dockerfile import Instruction, Stage, stages
from tests.platforms.telegram_server import TelegramServer

TOP = Path(__file__).resolve().parents[1]
PYTHON = Path(sys.base_prefix).resolve() / "bin"
BASE = {"PATH": f"{PYTHON}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
OURS = re.compile(r"(PIP_|SSL_|REQUESTS_)\w+|(https?|no)_proxy", re.IGNORECASE)
"""How this machine reaches its package index: handed to RUN, and never to the program."""

PATIENCE = 60
"""Seconds within which the program answers, is healthy, or ends; a slow machine needs some."""


def main() -> int:
    """0 when everything went as the Dockerfile promises, 1 when something did not."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        print("The rehearsal needs Linux and root: sudo make rehearse", file=sys.stderr)
        return 2
    if sys.argv[1:] != ["inside"]:
        again = [sys.executable, "-m", "deploy.rehearse", "inside"]
        return ran("unshare", "--mount", *again).returncode
    with tempfile.TemporaryDirectory(prefix="syllabot-rehearsal-") as folder:
        mounted("-t", "tmpfs", "tmpfs", folder)
        try:
            made = built(Path(folder), stages((TOP / "deploy" / "Dockerfile").read_text()))
            asyncio.run(made.rehearsed(Path(folder)))
        except (RuntimeError, TimeoutError) as problem:
            print(f"The rehearsal failed: {problem or 'it took too long'}", file=sys.stderr)
            return 1
        finally:
            ran("umount", "--recursive", "--lazy", folder)
    return 0


def ran(*words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a command from the top of the checkout."""
    return subprocess.run(words, cwd=TOP, env=env, check=False)  # noqa: S603


def mounted(*words: str) -> None:
    demand(ran("mount", *words).returncode == 0, f"mount {' '.join(words)} failed")


def demand(true: bool, otherwise: str) -> None:
    """Raises RuntimeError where the image does not do what it should."""
    if not true:
        raise RuntimeError(otherwise)


class Built:
    """One stage as it was built: its root, its settings, and who runs in it."""

    def __init__(self, folder: Path, stage: Stage) -> None:
        self.stage = stage
        self.root, self.env, self.cwd = folder / "root", dict(BASE), "/"
        for name in ("upper", "work", "root"):
            (folder / name).mkdir(parents=True)
        layers = f"lowerdir=/,upperdir={folder / 'upper'},workdir={folder / 'work'}"
        mounted("-t", "overlay", "overlay", "-o", layers, str(self.root))
        for name in ("proc", "dev"):
            mounted("--rbind", f"/{name}", str(self.root / name))
        self._lay_python()

    def _lay_python(self) -> None:
        """The base image has `python` in its path, for everybody."""
        for above in (PYTHON, *PYTHON.parents):
            inside = self.root / above.relative_to("/")
            inside.chmod(inside.stat().st_mode | 0o511)
        python = self.root / PYTHON.relative_to("/") / "python"
        if not python.exists():
            python.symlink_to(f"python3.{sys.version_info.minor}")

    def step(self, step: Instruction, before: dict[str, "Built"]) -> None:
        """Carry out one instruction; those that only describe the image are looked at later."""
        match step.word:
            case "RUN":
                index = {name: value for name, value in os.environ.items() if OURS.match(name)}
                self.inside(["/bin/sh", "-c", step.rest], index | self.env)
            case "COPY":
                self.copy(step, before)
            case "ENV":
                path = self.env["PATH"]
                pairs = step.pairs.items()
                self.env |= {name: value.replace("$PATH", path) for name, value in pairs}
            case "WORKDIR":
                self.cwd = step.rest
                (self.root / self.cwd.lstrip("/")).mkdir(parents=True, exist_ok=True)

    def inside(self, words: list[str], env: dict[str, str]) -> None:
        """Run a command in this stage's folder, as root."""
        within = ["chroot", str(self.root), "/bin/sh", "-c", f'cd {self.cwd} && exec "$@"', "-"]
        demand(ran(*within, *words, env=env).returncode == 0, f"{' '.join(words)} failed")

    def copy(self, step: Instruction, before: dict[str, "Built"]) -> None:
        words = step.rest.split()
        source = TOP
        if words[0].startswith("--from="):
            source = before[words.pop(0).removeprefix("--from=")].root
        *names, target = words
        to = self.root / os.path.join(self.cwd, target).lstrip("/")  # noqa: PTH118
        for name in names:
            one = source / name.lstrip("/")
            if one.is_dir():
                leave = shutil.ignore_patterns("__pycache__") if source == TOP else None
                shutil.copytree(one, to, symlinks=True, ignore=leave, dirs_exist_ok=True)
            else:
                folder = to if target.endswith("/") else to.parent
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copy2(one, folder if target.endswith("/") else to)

    # -- the image, run ---------------------------------------------------------------------------

    async def rehearsed(self, folder: Path) -> None:
        """Run it twice over the same /data, and ask it how it is."""
        data, secrets = folder / "data", folder / "secrets"
        shutil.copytree(self.root / "data", data)
        owner = (self.root / "data").stat()
        os.chown(data, owner.st_uid, owner.st_gid)
        secrets.mkdir()
        (self.root / "run/secrets").mkdir(parents=True, exist_ok=True)
        temporary = str(self.root / "tmp")
        mounted("-t", "tmpfs", "-o", "mode=1777,noexec,nosuid,nodev", "tmpfs", temporary)
        mounted("--bind", str(data), f"{self.root}/data")
        mounted("--bind", str(secrets), f"{self.root}/run/secrets")
        mounted("-o", "remount,ro", str(self.root))
        async with TelegramServer() as server:
            token = secrets / "telegram"
            token.write_text(server.token)
            os.chown(token, owner.st_uid, owner.st_gid)
            token.chmod(0o400)
            for times, words in ((1, "/start"), (2, "/progress")):
                await self._lived(server, words, 2 * times)
                print(f"run {times}: answered, healthy, and ended with 0 at SIGTERM")
            demand(server.breaches == [], "\n".join(server.breaches))
        found = {each.name: each.stat() for each in data.iterdir()}
        demand(all(each.st_uid == owner.st_uid for each in found.values()), f"whose: {found}")
        with closing(sqlite3.connect(data / "syllabot.db")) as db:
            accounts = db.execute("SELECT account FROM accounts").fetchall()
        demand(accounts == [("telegram:7",)], f"who wrote was not kept: {accounts}")
        print(f"/data holds {', '.join(sorted(found))}; one account, the same after a restart")

    async def _lived(self, server: TelegramServer, words: str, messages: int) -> None:
        process = await self._started(server.url)
        try:
            server.say(7, words)
            await self._answered(server, process, messages)
            await self._healthy(process)
            print(f"  {memory(process.pid)} MB of memory at most")
            process.send_signal(signal.SIGTERM)
            code = await asyncio.wait_for(process.wait(), PATIENCE)
            demand(code == 0, f"it ended with {code} at SIGTERM")
        finally:
            if process.returncode is None:
                process.kill()

    async def _answered(self, server: TelegramServer, process: Process, messages: int) -> None:
        """Until there are so many messages; RuntimeError when the program ends before."""
        until = server.until(lambda: len(server.chat(7)) >= messages, within=PATIENCE)
        answered, ended = asyncio.create_task(until), asyncio.create_task(process.wait())
        await asyncio.wait({answered, ended}, return_when=asyncio.FIRST_COMPLETED)
        demand(not ended.done(), f"it ended with {process.returncode} before it answered")
        ended.cancel()
        await answered

    async def _started(self, url: str) -> Process:
        entry, command = self.stage.last("ENTRYPOINT"), self.stage.last("CMD")
        self.env |= {"TELEGRAM_API_URL": url, "TELEGRAM_TOKEN_FILE": "/run/secrets/telegram"}
        self.env["SYLLABOT_HEALTH_LISTEN"] = f"127.0.0.1:{free_port()}"
        words = [*self._as_user(), *entry.exec_form, *command.exec_form]
        return await asyncio.create_subprocess_exec(*words, env=self.env)

    def _as_user(self) -> list[str]:
        """What runs a command as the image's user, in its folder, without any privilege."""
        user, _, group = self.stage.last("USER").rest.partition(":")
        who = ["setpriv", "--reuid", user, "--regid", group, "--clear-groups", "--no-new-privs"]
        none = ["--bounding-set=-all", "--inh-caps=-all"]
        cd = ["/bin/sh", "-c", f'cd {self.cwd} && exec "$@"', "-"]
        return ["chroot", str(self.root), *who, *none, *cd]

    async def _healthy(self, process: Process) -> None:
        """Ask as the engine does, until the answer is yes; RuntimeError when it stays no."""
        check = self.stage.last("HEALTHCHECK").exec_form
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and process.returncode is None:
            asked = await asyncio.create_subprocess_exec(*self._as_user(), *check, env=self.env)
            code = await asked.wait()
            if code == 0:
                return
            demand(code == 1, f"{' '.join(check)} ended with {code}")
            await asyncio.sleep(1)
        raise RuntimeError(f"{' '.join(check)} never said that all is well")


def free_port() -> int:
    """A port of this machine that was free a moment ago: another program may serve here."""
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        return int(found.getsockname()[1])


def memory(pid: int) -> int:
    """The most memory that a process ever held, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) // 1024


def built(folder: Path, plan: list[Stage]) -> Built:
    """Every stage in order; the last one."""
    before: dict[str, Built] = {}
    for number, stage in enumerate(plan):
        made = Built(folder / f"stage-{number}", stage)
        for step in stage.steps:
            print(f"{step.word} {step.rest}"[:100], flush=True)
            made.step(step, before)
        before[stage.name] = made
    return made


if __name__ == "__main__":
    sys.exit(main())
