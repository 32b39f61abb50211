"""What an author is given: skeletons that pass the check, and schemas that editors find."""

import json
from pathlib import Path

import pytest

from bot.commands.schema import SHAPES, editor_line, schema
from bot.course.load import load

from .conftest import SHIPPED
from .test_cli import run

SCHEMAS = SHIPPED / "schemas"


def test_a_new_course_module_and_lesson_pass_the_check(tmp_path: Path) -> None:
    course = tmp_path / "content" / "my-course"
    for kind, folder in (
        ("course", course),
        ("module", course / "m2"),
        ("lesson", course / "m2" / "l2"),
    ):
        done = run("new", kind, folder)
        assert (done.returncode, done.stderr) == (0, "")
    library, problems = load(tmp_path / "content")
    assert problems == ()
    assert library is not None
    assert list(library.courses["my-course"].units) == [
        *("m1-l1", "m1-l1-quiz"),
        *("m2-l1", "m2-l1-quiz", "m2-l2", "m2-l2-quiz"),
    ]
    quiz = (course / "m2" / "l2" / "quiz.yaml").read_text()
    assert quiz.startswith("# yaml-language-server: $schema=../../../schemas/quiz.json\n")


@pytest.mark.parametrize(
    ("kind", "folder", "words"),
    [
        ("course", "My Course", "cannot be an id"),
        ("module", "m2", "has none"),
        ("lesson", "l2", "has none"),
    ],
)
def test_a_skeleton_that_cannot_be_is_refused(
    tmp_path: Path, kind: str, folder: str, words: str
) -> None:
    done = run("new", kind, tmp_path / folder)
    assert done.returncode == 1
    assert words in done.stderr
    assert not (tmp_path / folder).exists()


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert "is there already" in run("new", "course", tmp_path / "mine").stderr


def test_a_list_that_is_written_otherwise_is_left_to_the_author(tmp_path: Path) -> None:
    course = tmp_path / "mine"
    run("new", "course", course)
    file = course / "course.yaml"
    file.write_text(file.read_text().replace("modules: [m1]", "modules:\n  - m1"))
    assert "Now add m2 under modules" in run("new", "module", course / "m2").stdout


@pytest.mark.parametrize("name", SHAPES)
def test_the_schemas_in_the_repository_are_those_of_the_models(name: str) -> None:
    assert (SCHEMAS / f"{name}.json").read_text() == schema(name)
    assert json.loads(schema(name))["additionalProperties"] is False


def test_every_file_of_the_course_names_its_schema() -> None:
    course = SHIPPED / "synthetic-data"
    files = [file for file in course.rglob("*.yaml") if file.stem in SHAPES]
    assert len(files) > 15
    wrong = [
        file for file in files if file.read_text().split("\n")[0] != editor_line(file, SCHEMAS)
    ]
    assert wrong == []


def test_schemas_are_written_where_they_are_asked_for(tmp_path: Path) -> None:
    assert run("schema", tmp_path / "here").returncode == 0
    assert len(list((tmp_path / "here").glob("*.json"))) == len(SHAPES)
