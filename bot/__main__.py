"""The command line: a literal table of commands. Each is read only when it is asked for."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Final, Protocol, cast

from bot import __version__

COMMANDS: Final[dict[str, str]] = {
    "play": "take a course in this terminal",
    "serve": "teach on Discord, on Telegram, or on both",
    "healthy": "ask the program that serves here how it fares",
    "doctor": "check the set-up and say what to do about each fault",
    "check": "check the content of courses and name every fault",
    "stats": "count the items, minutes, options, cards and labs of courses",
    "figures": "draw the course's figures anew",
    "replay": "play .chat conversations and show the first difference",
    "rebuild": "recompute progress and points from the log",
    "new": "write the skeleton of a course, a module or a lesson",
    "schema": "write the shapes of course files as JSON Schemas",
    "tutor-report": "measure how well the tutors of the labs hear",
    "check-persona": "put learner turns to a model and check its replies",
    "export": "write a cohort's progress as tables",
    "verify": "check a certificate by its code",
    "backup": "copy the database into one file, also while it is served; or check a copy",
    "restore": "put a backup in the place of the database",
    "usage": "count what the model in labs has used, and what it cost",
    "version": "print the version",
}


class Command(Protocol):
    """A module in `bot.commands`."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, args: argparse.Namespace) -> int: ...


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 well, 1 a problem that was said, 2 a wrong call."""
    words = list(sys.argv[1:] if argv is None else argv)
    chosen = next((word for word in words if not word.startswith("-")), "")
    if chosen == "version" or words == ["--version"]:
        print(f"syllabot {__version__}")
        return 0
    parser = argparse.ArgumentParser(
        prog="syllabot", description="Courses as conversations: on Discord, Telegram and here."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, purpose in COMMANDS.items():
        each = commands.add_parser(name, help=purpose, description=purpose.capitalize() + ".")
        if name == chosen:
            _module(name).add_arguments(each)
    args = parser.parse_args(words)
    try:
        code = _module(args.command).run(args)
        sys.stdout.flush()
    except BrokenPipeError:  # "| head" has read enough; Python would complain once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _module(name: str) -> Command:
    return cast(Command, importlib.import_module(f"bot.commands.{name.replace('-', '_')}"))


if __name__ == "__main__":
    sys.exit(main())
