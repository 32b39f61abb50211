"""syllabot new: a skeleton of a course, a module or a lesson that passes the check."""

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.course.problem import is_slug

LESSON = """id: {lesson}
title: Say what it is about
question: Which question does this lesson answer?
minutes: 5
objectives:
  - id: {lesson}-o1
    text: Say what somebody can do after this lesson.
cards:
  - title: Begin with a case
    text: |
      Tell something that happened. One idea a card, at most 900 characters.
  - text: |
      Then say what it shows.
terms:
  - term: Term of {lesson}
    definition: What it means, in plain words.
"""
QUIZ = """id: {lesson}-quiz
title: What did you take with you?
items:
  - id: {lesson}-q1
    objective: {lesson}-o1
    difficulty: 1
    stem: A question about what the lesson showed?
    options:
      - id: a
        text: An answer that is right
        correct: true
        feedback: Say why this fits, without a word like "right" at its head.
      - id: b
        text: An answer that is wrong
        misconception: mc-first
        feedback: Say why it does not fit, and what leads people there.
"""
MODULE = """id: {module}
title: Name the module
summary: |
  Say in a sentence what it is about.
lessons: [l1]
"""
COURSE = """id: {course}
title: Name the course
summary: |
  Say in a sentence or two what somebody will be able to do.
language: en
order: in-order
modules: [m1]
"""
MISCONCEPTIONS = """misconceptions:
  - id: mc-first
    belief: A mistaken idea in plain words.
"""
SOURCES = """sources:
  - key: first
    authors: Who wrote it
    title: What it is called
    year: 2026
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=("course", "module", "lesson"))
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="content/my-course, .../m2, .../l3"
    )


def run(args: argparse.Namespace) -> int:
    """Write the files, and name the folder where the course lists it. 1 where that cannot be."""
    folder: Path = args.folder
    problem = _problem(args.kind, folder)
    if problem:
        print(problem, file=sys.stderr)
        return 1
    above = {"course": 1, "module": 2, "lesson": 3}[args.kind]
    for name, text in _files(args.kind, folder).items():
        up = "../" * (above + name.count("/"))
        line = f"# yaml-language-server: $schema={up}schemas/{Path(name).stem}.json\n"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(line + text, encoding="utf-8")
        print(folder / name)
    print(_listed(args.kind, folder))
    return 0


def _problem(kind: str, folder: Path) -> str:
    """Why the skeleton cannot be written there, "" where it can."""
    name = folder.resolve().name
    if not is_slug(name) or len(name) > 12:
        return f"{name} cannot be an id: use up to 12 small letters, digits and hyphens."
    if folder.exists():
        return f"{folder} is there already. Choose another name."
    above = {"module": "course.yaml", "lesson": "module.yaml"}.get(kind)
    if above and not (folder.parent / above).is_file():
        return f"A {kind} goes into a folder with a {above}; {folder.parent} has none."
    return ""


def _files(kind: str, folder: Path) -> Mapping[str, str]:
    name = folder.resolve().name
    match kind:
        case "lesson":
            return _lesson("", f"{_id(folder.parent / 'module.yaml')}-{name}")
        case "module":
            return {"module.yaml": MODULE.format(module=name), **_lesson("l1/", f"{name}-l1")}
        case _:
            return {
                "course.yaml": COURSE.format(course=name),
                "misconceptions.yaml": MISCONCEPTIONS,
                "sources.yaml": SOURCES,
                "m1/module.yaml": MODULE.format(module="m1"),
                **_lesson("m1/l1/", "m1-l1"),
            }


def _lesson(below: str, lesson: str) -> dict[str, str]:
    return {
        f"{below}lesson.yaml": LESSON.format(lesson=lesson),
        f"{below}quiz.yaml": QUIZ.format(lesson=lesson),
    }


def _id(file: Path) -> str:
    found = re.search(r"^id:\s*(\S+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else file.parent.name


def _listed(kind: str, folder: Path) -> str:
    """Name a new folder in the list above it; or say where, if that is written otherwise."""
    if kind == "course":
        return f"Now try: syllabot check {folder.parent}"
    file, key = (
        (folder.parent / "course.yaml", "modules")
        if kind == "module"
        else (folder.parent / "module.yaml", "lessons")
    )
    text = file.read_text(encoding="utf-8")
    changed, times = re.subn(
        rf"^({key}:\s*\[[^\]\n]*)\]", rf"\1, {folder.name}]", text, count=1, flags=re.MULTILINE
    )
    if not times:
        return f"Now add {folder.name} under {key} in {file}."
    file.write_text(changed.replace("[, ", "["), encoding="utf-8")
    return f"Named under {key} in {file}."
