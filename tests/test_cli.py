"""The command line as a newcomer meets it: real processes, a pipe, and a real terminal."""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot import __version__
from bot.__main__ import COMMANDS

from . import warm
from .conftest import SHIPPED, TINY

SYLLABOT = Path(sys.executable).with_name("syllabot")


def run(*args: str | Path, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    words = tuple(map(str, args))
    return warm.run(*words, cwd=Path.cwd(), env={**os.environ, **env}, stdin=stdin)


def play(tmp_path: Path, stdin: str, *args: str | Path, **env: str) -> str:
    """What somebody sees who types these lines; the program must leave cleanly."""
    done = run("play", "--content", TINY, "--db", tmp_path / "a.db", *args, stdin=stdin, **env)
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout


class Screen:
    """A real terminal with `syllabot play` in it."""

    def __init__(self, tmp_path: Path, *args: str) -> None:
        command = [str(SYLLABOT), "play", "--content", str(TINY), "--db", str(tmp_path / "a.db")]
        env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm"}
        self.seen = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(command[0], [*command, *args], env)  # noqa: S606

    def until(self, words: str) -> None:
        """Read on until these words stand on the screen after what was read before."""
        start = len(self.seen)
        while words not in self.seen[start:]:
            ready, _, _ = select.select([self.fd], [], [], 30)
            assert ready, f"no “{words}” after: {self.seen[-500:]}"
            self.seen += os.read(self.fd, 65536).decode("utf-8", "replace")

    def type(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def left(self) -> int:
        """The exit code, once the program has left."""
        try:
            while chunk := os.read(self.fd, 65536):
                self.seen += chunk.decode("utf-8", "replace")
        except OSError:  # Linux says so when the other side of a terminal is gone
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def test_the_version_is_printed_without_reading_the_rest() -> None:
    assert run("version").stdout == f"syllabot {__version__}\n"
    code = "import sys; from bot.__main__ import main; main(['version']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pydantic", "rich", "yaml", "discord", "aiosqlite"} & set(done.stdout.split())


def test_every_command_has_help() -> None:
    for command in COMMANDS:
        done = run(command, "--help")
        assert done.returncode == 0
        assert "syllabot" in done.stdout
    assert all(command in run("--help").stdout for command in COMMANDS)


def test_an_unknown_command_is_a_wrong_call() -> None:
    done = run("paly")
    assert done.returncode == 2
    assert "play" in done.stderr


def test_play_needs_no_platform_and_no_model() -> None:
    code = "import sys, bot.commands.play; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"discord", "telegram", "anthropic", "matplotlib", "numpy"}
    assert not heavy & set(done.stdout.split())


def test_a_lesson_is_taught_through_a_pipe_and_its_place_is_kept(tmp_path: Path) -> None:
    first = play(tmp_path, "1\nnext\n")
    assert "Tea and Toast" in first
    assert "Intro 2/2" in first
    assert first.endswith("Your progress is kept, unless you deleted it.\n")
    assert "\x1b" not in first
    second = play(tmp_path, "/continue\n/quit\nnever read\n")
    assert "Welcome back to Tea and Toast." in second
    assert "Intro 2/2" in second
    assert "never read" not in second


def test_two_learners_share_a_file_and_no_place(tmp_path: Path) -> None:
    play(tmp_path, "1\nnext\n", "--as", "ann")
    assert "Welcome back" not in play(tmp_path, "", "--as", "bo")


@pytest.mark.parametrize("line", ["\x00", "\ud800", "x" * 200_000, "é" * 5000, "\x1b[2J", "/" * 50])
def test_no_line_can_crash_or_hang_it(tmp_path: Path, line: str) -> None:
    raw = f"{line}\n1\n".encode("utf-8", "surrogatepass")
    done = subprocess.run(
        [str(SYLLABOT), "play", "--content", str(TINY), "--db", str(tmp_path / "a.db")],
        input=raw,
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Intro 1/2" in done.stdout
    assert b"\x1b" not in done.stdout


def test_colours_stand_on_a_terminal_and_ctrl_c_leaves_cleanly(tmp_path: Path) -> None:
    screen = Screen(tmp_path)
    screen.until("›")
    screen.type("1\r")
    screen.until("Next")
    screen.until("›")
    screen.type("half a li\x03")
    assert screen.left() == 0
    assert "\x1b[1m" in screen.seen
    assert "See you soon!" in screen.seen
    assert "Traceback" not in screen.seen


@pytest.mark.parametrize("args", [(), ("--plain",)])
def test_the_end_of_input_leaves_cleanly(tmp_path: Path, args: tuple[str, ...]) -> None:
    screen = Screen(tmp_path, *args)
    screen.until("All parts" if args else "›")
    screen.type("\x04")
    assert screen.left() == 0
    assert "See you soon!" in screen.seen


def test_plain_is_plain_on_a_terminal_too_and_ctrl_c_leaves_it(tmp_path: Path) -> None:
    screen = Screen(tmp_path, "--plain")
    screen.until("All parts")
    screen.type("1\n")
    screen.until("Intro 1/2")
    os.kill(screen.pid, signal.SIGINT)
    assert screen.left() == 0
    assert "\x1b[" not in screen.seen
    assert "Traceback" not in screen.seen


def test_a_saved_conversation_plays_again_under_both_drivers(tmp_path: Path) -> None:
    saved = tmp_path / "mine.chat"
    play(tmp_path, "1\nb?\nnext\n/glossary tannin\nnext\n2\n", "--save", saved, "--as", "kim")
    assert " > [m1-intro]" in saved.read_text()
    for driver in ("engine", "terminal"):
        done = run("replay", saved, "--driver", driver)
        assert done.stdout == f"1 of 1 conversations went as written ({driver})\n"
        assert done.returncode == 0


def test_a_conversation_that_did_not_begin_here_is_not_saved(tmp_path: Path) -> None:
    play(tmp_path, "1\n")
    done = run(
        *("play", "--content", TINY, "--db", tmp_path / "a.db", "--save", tmp_path / "x.chat")
    )
    assert done.returncode == 1
    assert "must begin at the beginning" in done.stderr
    assert not (tmp_path / "x.chat").exists()


def test_replay_shows_the_first_difference_with_its_line(tmp_path: Path) -> None:
    chat = tmp_path / "a.chat"
    chat.write_text(f"course: {TINY}\n* wrong\n> /start\nCoffee and Cake\nnever reached\n")
    done = run("replay", chat)
    assert done.returncode == 1
    assert f"{chat}:4: “Coffee and Cake” is missing" in done.stdout
    assert "never reached" not in done.stdout
    assert run("replay", tmp_path / "none.chat").returncode == 2


def test_a_course_with_faults_is_not_taught(tmp_path: Path) -> None:
    course = tmp_path / "content"
    shutil.copytree(TINY, course)
    lesson = course / "m1" / "l1" / "lesson.yaml"
    lesson.write_text(lesson.read_text().replace("minutes: 3", "minutes: 1:30"))
    done = run("play", "--content", course, "--db", tmp_path / "a.db")
    assert done.returncode == 1
    assert re.search(r"lesson.yaml:\d+:\d+: ", done.stderr)
    assert not (tmp_path / "a.db").exists()


def test_a_folder_without_courses_is_said(tmp_path: Path) -> None:
    done = run("play", "--content", tmp_path / "nowhere", "--db", tmp_path / "a.db")
    assert done.returncode == 1
    assert "no such folder" in done.stderr


def test_a_file_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "dir.db").mkdir()
    (tmp_path / "bad.db").write_bytes(b"this is no database" * 500)
    for name in ("dir.db", "bad.db"):
        done = run("play", "--content", TINY, "--db", tmp_path / name)
        assert done.returncode == 1
        assert name in done.stderr
        assert "Traceback" not in done.stderr


def test_a_second_program_on_the_same_file_is_refused(tmp_path: Path) -> None:
    screen = Screen(tmp_path)
    screen.until("›")
    done = run("play", "--content", TINY, "--db", tmp_path / "a.db")
    screen.type("\x04")
    assert done.returncode == 1
    assert "in use" in done.stderr
    assert screen.left() == 0


def test_a_misspelt_setting_is_refused(tmp_path: Path) -> None:
    done = run("play", SYLLABOT_CONTNET="x")
    assert done.returncode == 2
    assert "Did you mean SYLLABOT_CONTENT?" in done.stderr


def test_settings_are_used(tmp_path: Path) -> None:
    done = run(
        "play", stdin="1\n", SYLLABOT_CONTENT=str(TINY), SYLLABOT_DB=str(tmp_path / "env.db")
    )
    assert done.returncode == 0
    assert (tmp_path / "env.db").exists()
    assert "Intro 1/2" in done.stdout


def test_the_course_that_ships_has_no_fault_and_no_warning() -> None:
    done = run("check", SHIPPED)
    assert done.returncode == 0
    assert "No problems found" in done.stdout


def test_rebuild_finds_nothing_to_mend_after_a_walk(tmp_path: Path) -> None:
    play(tmp_path, "1\nnext\nnext\nnext\nnext\nnext\na\nb\nc\n")
    done = run("rebuild", "--db", tmp_path / "a.db")
    assert done.returncode == 0
    assert "No difference" in done.stdout


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the tiny course that may be edited while it is taught."""
    return Path(shutil.copytree(TINY, tmp_path / "content"))


def edited(course: Path, old: str, new: str) -> None:
    intro = course / "m1" / "intro.yaml"
    assert old in intro.read_text()
    intro.write_text(intro.read_text().replace(old, new))


def test_new_content_is_taught_after_reload_and_broken_content_is_not(
    tmp_path: Path, course: Path
) -> None:
    screen = Screen(tmp_path, "--plain", "--content", str(course))
    screen.until("All parts")
    screen.type("1\n")
    screen.until("Sit down")
    edited(course, "Sit down", "Take a seat")
    screen.type("/reload\n")
    screen.until("The new content is in use.")
    screen.type("/continue\n")
    screen.until("Take a seat")
    edited(course, "minutes: 1", "minutes: 1:30")
    screen.type("/reload\n")
    screen.until("intro.yaml:4:10")
    assert "the old one stays in use" in screen.seen
    screen.type("/continue\n")
    screen.until("Take a seat")
    screen.type("\x04")
    assert screen.left() == 0


def test_a_hangup_reloads_too_and_says_what_came_of_it(tmp_path: Path, course: Path) -> None:
    screen = Screen(tmp_path, "--plain", "--content", str(course))
    screen.until("All parts")
    edited(course, "Sit down", "Take a seat")
    os.kill(screen.pid, signal.SIGHUP)
    screen.until("The new content is in use.")
    edited(course, "id: m1-intro\n", "id: m1-intro\nid: twice\n")
    os.kill(screen.pid, signal.SIGHUP)
    screen.until("the old one stays in use")
    screen.type("1\n")
    screen.until("Take a seat")
    screen.type("\x04")
    assert screen.left() == 0
