"""`syllabot check [DIR]`: names every fault in the courses of a folder."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.common import add_folder, printable

if TYPE_CHECKING:
    from bot.course.model import Library


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_folder(parser)


def run(args: argparse.Namespace) -> int:
    """Prints every problem and a line that counts them. Returns 1 when there is an error."""
    from bot.course.load import load
    from bot.course.problem import count

    root = str(args.dir)
    library, problems = load(Path(root))
    for problem in problems:
        print(printable(str(problem)))
    errors = sum(problem.severity == "error" for problem in problems)
    if problems:
        print(printable(f"{count(errors, 'error')}, {count(len(problems) - errors, 'warning')}"))
    elif library:
        print(printable(f"{root}: {_inventory(library)}. No problems found."))
    return 1 if errors else 0


def _inventory(library: "Library") -> str:
    from bot.course.problem import count

    courses = library.courses.values()
    numbers = (
        (len(courses), "course"),
        (sum(len(course.modules) for course in courses), "module"),
        (sum(len(course.units) for course in courses), "unit"),
        (sum(1 for course in courses for _ in course.items), "item"),
    )
    return ", ".join(count(number, noun) for number, noun in numbers)
