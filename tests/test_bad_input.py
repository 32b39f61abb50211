"""Whatever a folder holds, `syllabot check` ends in a clear list: a process of its own, 500 MB."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.course.load import load
from tests.faults import TREE

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (500_000_000, 500_000_000))
from bot.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
COURSE, BELIEFS, SOURCES = "course.yaml", "misconceptions.yaml", "sources.yaml"
MODULE, INTRO, EXAM = "m1/module.yaml", "m1/intro.yaml", "m1/exam.yaml"
LESSON, QUIZ = "m1/l1/lesson.yaml", "m1/l1/quiz.yaml"
LESSON_2, QUIZ_2 = "m1/l2/lesson.yaml", "m1/l2/quiz.yaml"
MODULE_2, LESSON_3 = "m2/module.yaml", "m2/l1/lesson.yaml"
EXAM_TEXT = """id: m1-exam
title: All about tea
questions: 1
items:
  - id: m1-x1
    objective: m1-l2-o1
    difficulty: 1
    source: orwell
    stem: What goes in first?
    options:
      - id: a
        text: Whichever you like best of the two
        correct: true
        feedback: The quarrel about it has never been settled.
      - id: b
        text: The milk, as it keeps the cup cool
        misconception: mc-hotter
        feedback: It does, and nobody has shown that it matters.
"""


def check(root: Path) -> tuple[int, list[str]]:
    """The exit code and the lines of `syllabot check`; a traceback or a hang fails the test."""
    command = [sys.executable, "-c", LIMITED, "check", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tiny course with an exam, in the folder `tiny` of the folder one is in."""
    shutil.copytree(TREE / "tiny", tmp_path / "tiny")
    (tmp_path / "tiny" / EXAM).write_text(EXAM_TEXT, "utf-8")
    monkeypatch.chdir(tmp_path)
    return Path("tiny")


# -- forty faults in one course ---------------------------------------------------------------

# Each: what it is, the file, a text in it, what replaces it with § where the fault is then to be
# named, and words of the sentence.
FORTY = (
    ("a language that is none", COURSE,
     "language: en", "language: §english", "write two small letters such as en"),
    ("an unknown key", COURSE, "order: in", "§colour: brown\norder: in", "`colour` is not known"),
    ("a misspelt choice", COURSE, "order: in-order", "order: §inorder", "did you mean `in-order`?"),
    ("a number that is too large", COURSE, "lesson: 10", "lesson: §5000", "the most is 1000"),
    ("a renamed unit that is still there", COURSE,
     "points:", "renamed:\n  §m1-l2: m1-l1\n  old-one: m1-l1\npoints:", "`m1-l2` is still there"),
    ("a unit renamed to nothing", COURSE,
     "old-one: m1-l1", "old-one: §m1-l9", "there is no unit `m1-l9`"),
    ("a misspelt key", BELIEFS, "belief: Toast", "§beleif: Toast", "did you mean `belief`?"),
    ("an id that is used twice", BELIEFS, "id: mc-dry", "id: §mc-hotter", "is taken by the misc"),
    ("a colon inside a text", SOURCES,
     "title: The Book of Tea", "title: The Book§: of Tea", "a colon with a space after it"),
    ("a lesson that is named twice", MODULE, "[l1, l2]", "[l1, l2, §l1, l9]", "is named twice"),
    ("a folder that is not there", MODULE, "l1, l9]", "l1, §l9]", "there is no folder `l9` here"),
    ("a number in the place of a title", INTRO,
     "title: Put the kettle on", "title: §1984", "put it in quotes"),
    ("a time of day", INTRO, "minutes: 1", "minutes: §1:30", "counted in sixties"),
    ("a heading", INTRO, "      Sit down,", "      §# Tea\n\n      Sit down,", "in **bold**"),
    ("HTML", INTRO, "      You need", "      §<b>You</b> need", "HTML is not shown"),
    ("a link that runs code", INTRO,
     "      is too bitter", "      §[is](javascript:x) too bitter", "leads nowhere"),
    ("a figure without words", LESSON,
     "file: pictures/cup.png\n      alt: A white cup of dark tea on a saucer, seen from the side, "
     "with steam above it.\n", "§file: pictures/cup.png\n", "`alt` is missing"),
    ("a picture that is not there", LESSON, "pictures/cup.png", "§pictures/cop.png", "did you mea"),
    ("an unknown kind of callout", LESSON, "kind: insight", "kind: §warning", "write insight or"),
    ("text in the place of a number", LESSON, "minutes: 3", "minutes: §three", "write one in"),
    ("a card that no platform takes", LESSON,
     "    text: |\n      Three", "    text: §|\n" + "      Tea.\n" * 400 + "      Three",
     "at most 1,800 fit"),
    ("a key that is written twice", LESSON, "    definition: To leave",
     "    definition: Hot.\n    §definition: To leave", "is written twice"),
    ("a sentence that never ends", LESSON,
     "      Green tea and black", "      §Green" + " tea and" * 18 + " black", "over 35 are hard"),
    ("a yes for a text", QUIZ, "text: Let it steep for longer", "text: §yes", "true or false"),
    ("an unknown misconception", QUIZ, "mc-longer", "§mc-lnger", "did you mean `mc-longer`?"),
    ("missing feedback", QUIZ,
     "      - id: c\n        text: Boil the water again\n        misconception: mc-hotter\n"
     "        feedback: Boiling water hurries the tannin out, and tannin is what tastes bitter.\n",
     "      - §id: c\n        text: Boil the water again\n        misconception: mc-hotter\n",
     "`feedback` is missing"),
    ("an id with capitals", QUIZ, "id: m1-l1-q2", "id: §M1_Q2", "such as m1-q2"),
    ("a difficulty beyond hard", QUIZ, "difficulty: 2", "difficulty: §4", "the most is 3"),
    ("a second right option", QUIZ,
     "        misconception: mc-colour\n", "        correct: §true\n", "is right already"),
    ("an unknown objective", QUIZ,
     "objective: m1-l1-o2", "objective: §m1-11-o2", "did you mean `m1-l1-o2`?"),
    ("a wrong option without its reason", QUIZ_2,
     "- id: c\n        text: It holds on to the tannin in the tea\n        correct: true\n",
     "- §id: c\n        text: It holds on to the tannin in the tea\n", "names no misconception"),
    ("no right option", QUIZ_2, "    options:", "    §options:", "no option is right"),
    ("feedback that only says wrong", QUIZ_2,
     "feedback: Lemon makes it paler as well, and the tea stays as bitter as it was.",
     "feedback: §No, that's wrong.", "gives no reason"),
    ("a tag", LESSON_2, "title: Lemon", "title: §!lemon Lemon", "is a YAML tag"),
    ("a date", LESSON_2, "title: Milk\n", "title: §2024-01-01\n", "as a date"),
    ("a title that is too long", MODULE_2, "title: Toast", f"title: §{'Toast ' * 12}", "most 60"),
    ("an id that buttons use", LESSON_3, "id: m2-l1\n", "id: §menu\n", "that buttons use"),
    ("an empty text", LESSON_3, "title: Butter", 'title: §""', "is empty"),
    ("an exam larger than its bank", EXAM, "questions: 1", "questions: §9", "has 1 item"),
    ("an exam item without a source", EXAM,
     "- id: m1-x1\n    objective: m1-l2-o1\n    difficulty: 1\n    source: orwell\n",
     "- §id: m1-x1\n    objective: m1-l2-o1\n    difficulty: 1\n", "names no source"),
)  # fmt: skip


def planted(course: Path) -> dict[str, str]:
    """Plants all forty; what is to be said at each place."""
    texts = {file: (course / file).read_text("utf-8") for _, file, *_ in FORTY}
    for number, (what, file, old, new, _) in enumerate(FORTY):
        assert old in texts[file], f"{what} has no place to be planted in"
        texts[file] = texts[file].replace(old, new.replace("§", _marker(number)), 1)
    for file, text in texts.items():
        (course / file).write_text(_unmarked(text), "utf-8")
    return {
        _place(course / file, texts[file], _marker(number)): words
        for number, (_, file, _, _, words) in enumerate(FORTY)
    }


def _marker(number: int) -> str:
    """A character that stands in no text: later plants move the place of earlier ones."""
    return chr(0xE000 + number)


def _unmarked(text: str) -> str:
    return re.sub("[\ue000-\ue0ff]", "", text)


def _place(path: Path, text: str, marker: str) -> str:
    before = _unmarked(text.partition(marker)[0])
    return f"{path}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def test_forty_faults_of_different_kinds_are_named_together_where_they_are(course: Path) -> None:
    assert len({what for what, *_ in FORTY}) == 40
    wanted = planted(course)
    code, (*said, counted) = check(course)
    found = {each.partition(": ")[0]: each for each in said}
    assert sorted(found) == sorted(wanted)
    assert {place: words for place, words in wanted.items() if words not in found[place]} == {}
    assert (code, len(said), counted) == (1, 40, "36 errors, 4 warnings")


# -- large courses ----------------------------------------------------------------------------


def grown(course: Path, lessons: int, change: Callable[[str, int], str]) -> None:
    """Lets the first module have so many lessons, each with a quiz, with `change` made in it."""
    for number in range(1, lessons + 1):
        folder = course / f"m1/n{number}"
        folder.mkdir()
        for file in ("lesson.yaml", "quiz.yaml"):
            text = (TREE / "tiny/m1/l1" / file).read_text("utf-8").replace("m1-l1", f"n{number}")
            text = text.replace("term: ", f"term: {number} ").replace("**tannin**", "tannin")
            (folder / file).write_text(change(text, number), "utf-8")
    names = ", ".join(f"n{number}" for number in range(1, lessons + 1))
    module = (course / MODULE).read_text("utf-8").replace("[l1, l2]", f"[l1, l2, {names}]")
    (course / MODULE).write_text(module, "utf-8")


def test_a_course_of_a_thousand_lessons_is_checked(course: Path) -> None:
    grown(course, 1000, lambda text, _: text)
    words = "tiny: 1 course, 2 modules, 2007 units, 3005 items. No problems found."
    assert check(course) == (0, [words.replace("2007", "2,007").replace("3005", "3,005")])


def test_each_of_three_hundred_faults_is_named(course: Path) -> None:
    def spoilt(text: str, number: int) -> str:
        text = text.replace("minutes: 3", "minutes: three").replace(
            "difficulty: 2", "difficulty: 9"
        )
        return text.replace("mc-colour", f"mc-{number}")

    grown(course, 100, spoilt)
    code, (*said, counted) = check(course)
    assert (code, len(said), counted) == (1, 300, "300 errors, 0 warnings")
    for number in range(1, 101):
        ours = [each for each in said if each.startswith(f"tiny/m1/n{number}/")]
        assert [each.partition(": ")[0].rpartition("/")[2] for each in ours] == [
            "lesson.yaml:4:10",
            "quiz.yaml:45:17",
            "quiz.yaml:54:24",
        ]


# -- odd files --------------------------------------------------------------------------------


def test_a_course_in_utf_16_is_named_file_by_file(course: Path) -> None:
    paths = sorted(course.rglob("*.yaml"))
    for path in paths:
        path.write_text(path.read_text("utf-8"), "utf-16")
    code, (*said, _) = check(course)
    assert code == 1
    assert [each.partition(": ")[0] for each in said] == sorted(f"{path}:1:1" for path in paths)
    assert all("this file is UTF-16 or no text at all: save it as UTF-8" in each for each in said)


def test_links_that_lead_in_a_circle_are_named(course: Path) -> None:
    (course / "m1/l1/again").symlink_to("..")
    (course / "m1/l2/again").symlink_to("../../../tiny")
    shutil.rmtree(course / "m2")
    (course / "m2").symlink_to("m3")
    (course / "m3").symlink_to("m2")
    assert check(course) == (
        1,
        [
            "tiny/course.yaml:7:15: the folder `m2` cannot be used: the links here lead in a "
            "circle: put the file itself in this place",
            "1 error, 0 warnings",
        ],
    )


@pytest.mark.parametrize("name", [COURSE, LESSON, QUIZ, SOURCES, EXAM])
def test_a_file_of_50_megabytes_is_not_read(course: Path, name: str) -> None:
    with (course / name).open("wb") as file:
        file.truncate(50_000_000)
    code, (*said, _) = check(course)
    assert code == 1
    assert f"{course / name}:1:1: this file has 50.0 MB; at most 1 MB fit: split it" in said[0]


def test_a_picture_of_50_megabytes_is_not_read(course: Path) -> None:
    with (course / "pictures/cup.png").open("ab") as file:
        file.truncate(50_000_000)
    code, (said, _) = check(course)
    assert code == 1
    assert said.startswith(f"{course / LESSON}:16:13: this file has 50.0 MB")


def test_a_megabyte_of_text_is_read_and_judged(course: Path) -> None:
    text = (course / INTRO).read_text("utf-8")
    (course / INTRO).write_text(text + "      many **words** and no end\n" * 30_000, "utf-8")
    code, said = check(course)
    assert code == 1
    assert any("`text` has 780,0" in each for each in said)


@pytest.mark.parametrize("name", [COURSE, LESSON, BELIEFS])
def test_an_alias_bomb_never_goes_off(course: Path, name: str) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 40)]
    (course / name).write_text("\n".join(lines), "utf-8")
    code, said = check(course)
    assert code == 1
    assert any("`&a0` names this place for repetition: write it out" in each for each in said)
    assert any("`*a9` repeats another place: write it out" in each for each in said)


def test_the_course_that_these_tests_spoil_has_no_fault(course: Path) -> None:
    assert load(course)[1] == ()
