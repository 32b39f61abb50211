"""syllabot schema: write the shapes of all course files as JSON Schemas, for editors."""

import argparse
import json
from pathlib import Path

from bot.course.base import Part
from bot.course.items import Exam, Quiz
from bot.course.lab import Lab
from bot.course.model import (
    CourseFile,
    DeckFile,
    Lesson,
    MisconceptionsFile,
    ModuleFile,
    SourcesFile,
    Supplement,
)

SHAPES: dict[str, type[Part]] = {
    "course": CourseFile,
    "deck": DeckFile,
    "exam": Exam,
    "intro": Lesson,
    "lab": Lab,
    "lesson": Lesson,
    "misconceptions": MisconceptionsFile,
    "module": ModuleFile,
    "quiz": Quiz,
    "reading": Supplement,
    "sources": SourcesFile,
}
"""The shape of each file by its name."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path("content/schemas"),
        metavar="DIR",
        help="where to write them (default ./content/schemas)",
    )


def run(args: argparse.Namespace) -> int:
    """Write a file for each shape; 1 where the folder cannot be written."""
    try:
        args.folder.mkdir(parents=True, exist_ok=True)
        for name in SHAPES:
            (args.folder / f"{name}.json").write_text(schema(name), encoding="utf-8")
    except OSError as problem:
        print(f"{args.folder} cannot be written: {problem.strerror}.")
        return 1
    print(f"{len(SHAPES)} schemas in {args.folder}")
    return 0


def schema(name: str) -> str:
    """The JSON Schema of the files called `name`.yaml."""
    shape = SHAPES[name].model_json_schema()
    return json.dumps(shape, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def editor_line(file: Path, schemas: Path) -> str:
    """The first line of a YAML file, by which editors find its schema."""
    up = "/".join([".."] * len(file.parent.relative_to(schemas.parent).parts))
    return f"# yaml-language-server: $schema={up}/{schemas.name}/{file.stem}.json"
