"""syllabot tutor-report: how well the tutor of each lab hears, on lines by an unknowing hand."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.course.lab import Lab
from bot.course.load import load
from bot.course.model import Lesson, Library
from bot.course.parse import parse
from bot.course.problem import Problem
from bot.course.shape import shape
from bot.tutor.report import LinesFile, Measure, measured


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("lab", nargs="?", default="", metavar="LAB", help="one lab by its id")
    parser.add_argument("--content", type=Path, default=Path("content"), metavar="DIR")
    parser.add_argument("--lines", type=Path, default=Path("tests/tutor"), metavar="DIR")
    parser.add_argument("--misses", action="store_true", help="print the lines that went wrong")


def run(args: argparse.Namespace) -> int:
    """0 when every measure of every lab holds; 1 when one does not; 2 for what cannot be read."""
    library, problems = load(args.content)
    if library is None:
        print(*problems, sep="\n", file=sys.stderr)
        return 2
    found = [pair for pair in labs(library) if args.lab in ("", pair[0].id)]
    if not found:
        print(f"There is no lab {args.lab!r} in {args.content}.", file=sys.stderr)
        return 2
    reports = [_report(lab, lessons, args.lines, misses=args.misses) for lab, lessons in found]
    return max(reports)


def labs(library: Library) -> Iterator[tuple[Lab, tuple[Lesson, ...]]]:
    """Every lab with the lessons of its module that come before it."""
    for course in library.courses.values():
        for module in course.modules:
            yield from module.labs


def files_for(lab: Lab, folder: Path) -> list[Path]:
    """The files of learner lines for a lab: <lab>.yaml, and later sets, <lab>-second.yaml."""
    return sorted(folder.glob(f"{lab.id}.yaml")) + sorted(folder.glob(f"{lab.id}-*.yaml"))


def lines_in(path: Path) -> tuple[LinesFile | None, tuple[Problem, ...]]:
    """The learner lines in a file, or what is wrong with it."""
    top, problems = parse(str(path), path.read_text(encoding="utf-8"))
    if top is None:
        return None, tuple(problems)
    part, more = shape(LinesFile, top, str(path))
    return part, (*problems, *more)


def _report(lab: Lab, lessons: tuple[Lesson, ...], folder: Path, *, misses: bool) -> int:
    files = files_for(lab, folder)
    if not files:
        print(f"{folder / lab.id}.yaml: write learner lines for this lab there", file=sys.stderr)
        return 2
    return max(_file_report(lab, lessons, path, misses=misses) for path in files)


def _file_report(lab: Lab, lessons: tuple[Lesson, ...], path: Path, *, misses: bool) -> int:
    lines, problems = lines_in(path)
    if lines is None:
        print(*problems, sep="\n", file=sys.stderr)
        return 2
    print(f"{path.stem}: {len(lines.lines)} lines and {len(lines.junk)} of junk")
    measures = measured(lab, lessons, lines)
    for measure in measures:
        print(_line(measure))
        if misses:
            print(*(f"      {miss}" for miss in measure.misses), sep="\n")
    return 0 if all(measure.holds for measure in measures) else 1


def _line(measure: Measure) -> str:
    share = measure.hits / measure.total if measure.total else 1.0
    wanted = f"at least {measure.least:.0%}" if measure.least is not None else "told only"
    mark = "ok  " if measure.holds else "LOW "
    counts = f"{measure.hits:3} of {measure.total:3}  {share:4.0%}"
    return f"  {mark} {measure.name:42} {counts}  ({wanted})"
