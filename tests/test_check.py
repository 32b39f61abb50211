"""`syllabot check`: every fault of an author is named at its place, with the cure, all at once."""

import argparse
import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.__main__ import main
from bot.commands import check
from bot.course import parse
from bot.course.items import Quiz
from bot.course.load import load
from bot.course.model import ACCENT, Lesson
from bot.course.text import markdown
from tests.faults import COURSE, FAULTS, LESSON, LONG, MODULE, QUIZ, TREE


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tiny course, in `content/tiny` of the folder one is in."""
    shutil.copytree(TREE / "tiny", tmp_path / "content" / "tiny")
    monkeypatch.chdir(tmp_path)
    return Path("content/tiny")


def plant(course: Path, file: str, old: str, new: str) -> None:
    """Replaces the first `old` in a file of the course by `new`."""
    path = course / file
    text = path.read_text("utf-8")
    assert old in text, "the fault has no place to be planted in"
    path.write_text(text.replace(old, new, 1), "utf-8")


def told(root: Path = Path("content")) -> list[str]:
    return [str(problem) for problem in load(root)[1]]


@contextmanager
def ending() -> Iterator[None]:
    """What is done here ends: a file that it waits for, or that grows, would be fatal."""

    def give_up(*_: object) -> None:
        raise AssertionError("it does not end")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(60)
    yield
    signal.alarm(0)


# -- a course without faults ------------------------------------------------------------------


def test_the_courses_of_the_tests_are_read_without_a_problem() -> None:
    library, problems = load(TREE)
    assert problems == ()
    assert library is not None
    assert list(library.courses) == ["other", "tiny"]


def test_a_course_has_a_colour_of_its_own_or_the_usual_one(tiny: Path) -> None:
    usual, _ = load(tiny)
    plant(tiny, COURSE, "language: en", 'language: en\naccent: "#5865f2"')
    own, problems = load(tiny)
    assert problems == ()
    assert usual is not None and own is not None
    assert (usual.courses["tiny"].accent, own.courses["tiny"].accent) == (ACCENT, "#5865f2")


def test_units_stand_in_the_order_of_the_module() -> None:
    library, _ = load(TREE)
    assert library is not None
    units = [list(library.courses["tiny"].modules[n].units) for n in (0, 1)]
    assert [[unit.id for unit in each] for each in units] == [
        ["m1-intro", "m1-l1", "m1-l1-quiz", "m1-l2", "m1-l2-quiz"],
        ["m2-l1"],
    ]
    assert [type(unit) for unit in units[0][:3]] == [Lesson, Lesson, Quiz]


def test_a_course_knows_its_misconceptions_sources_and_pictures() -> None:
    library, _ = load(TREE / "tiny")
    assert library is not None
    course = library.courses["tiny"]
    assert course.misconceptions["mc-leaf"].belief.startswith("Each kind")
    assert course.sources["orwell"].year == 1946
    assert list(course.pictures.values()) == ["pictures/cup.png"]
    assert all(len(sha) == 64 for sha in course.pictures)


def test_a_course_is_read_alike_without_the_c_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = load(TREE)
    monkeypatch.setattr(parse, "LOADER", yaml.SafeLoader)
    assert load(TREE) == fast


# -- one fault at a time ----------------------------------------------------------------------


@pytest.mark.parametrize(("file", "old", "new", "place", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_once_at_its_place(
    tiny: Path, file: str, old: str, new: str, place: str, words: str
) -> None:
    plant(tiny, file, old, new)
    library, problems = load(Path("content"))
    assert [str(p) for p in problems if not str(p).startswith(f"{tiny / file}:{place}: ")] == []
    assert len(problems) == 1
    assert words in problems[0].text
    assert library is None


# -- folders and files ------------------------------------------------------------------------


def test_a_missing_module_comes_with_the_nearest_folder(tiny: Path) -> None:
    (tiny / "m2").rename(tiny / "toast")
    plant(tiny, COURSE, "[m1, m2]", "[m1, toats]")
    assert told() == [
        "content/tiny/course.yaml:7:15: there is no folder `toats` here: did you mean `toast`?"
    ]


def test_a_folder_without_its_file_is_named_where_it_is_listed(tiny: Path) -> None:
    (tiny / "m2/module.yaml").unlink()
    (tiny / "m1/l2/lesson.yaml").unlink()
    assert told() == [
        "content/tiny/course.yaml:7:15: the folder `m2` holds no module.yaml: write one there",
        "content/tiny/m1/module.yaml:5:15: the folder `l2` holds no lesson.yaml: write one there",
    ]


def test_a_lesson_that_nobody_names_is_a_warning(tiny: Path) -> None:
    shutil.copytree(tiny / "m1/l2", tiny / "m1/l3")
    library, problems = load(Path("content"))
    assert library is not None
    assert [str(problem) for problem in problems] == [
        "content/tiny/m1/module.yaml:5:1: warning: the folder `l3` is not named under `lessons`, "
        "so nobody sees it: add its name, or move it away"
    ]


def test_a_module_of_its_introduction_alone_holds_no_lesson_that_it_does_not_name(
    tiny: Path,
) -> None:
    plant(tiny, MODULE, "[l1, l2]", "[]")
    library, problems = load(tiny)
    assert [problem.severity for problem in problems] == ["warning", "warning"]
    assert library is not None
    assert [unit.id for unit in library.courses["tiny"].modules[0].units] == ["m1-intro"]


def test_a_module_with_nothing_to_open_is_named(tiny: Path) -> None:
    shutil.rmtree(tiny / "m2/l1")
    plant(tiny, "m2/module.yaml", "[l1]", "[]")
    assert told() == [
        "content/tiny/m2/module.yaml:5:10: this module has nothing to open: "
        "name a lesson's folder, or write intro.yaml"
    ]


def test_too_many_options_hide_no_fault_in_one_of_them(tiny: Path) -> None:
    more = "".join(f"      - id: {i}\n        text: {i * 3}\n" for i in "cdefgh")
    plant(tiny, QUIZ, "  - id: m1-l1-q2", f"{more}  - id: m1-l1-q2")
    words = ["at most 6 fit", "id of the one on line 18", "`g` is no", "`h` is no"]
    assert all(any(word in said for said in told()) for word in words)
    assert sum("`feedback` is missing" in said for said in told()) == 6


def test_a_folder_of_pictures_needs_no_name(tiny: Path) -> None:
    (tiny / "m1/l1/drafts").mkdir()
    (tiny / "m1/l1/drafts/notes.txt").write_text("tea")
    assert told() == []


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("m1/l1/quizz.yaml", "rename it to quiz.yaml"),
        ("m1/l1/lesson.yml", "rename it to lesson.yaml"),
        ("m1/l1/module.yaml", "move it into a module's folder"),
        ("m1/lab.yaml", "a module's folder holds module.yaml and intro.yaml"),
        ("source.yaml", "rename it to sources.yaml"),
    ],
)
def test_a_file_that_nobody_reads_is_named(tiny: Path, name: str, cure: str) -> None:
    (tiny / name).write_text("id: tea")
    (said,) = told()
    assert said.startswith(f"content/tiny/{name}:1:1: this file is not read; a ")
    assert cure in said


def test_a_course_without_course_yaml_is_named(tiny: Path) -> None:
    shutil.copytree(tiny, "content/coffee")
    Path("content/coffee/course.yaml").rename("content/coffee/coures.yaml")
    assert told() == ["content/coffee: this folder holds no course.yaml: rename `coures.yaml`"]


def test_two_courses_with_one_id_are_named(tiny: Path) -> None:
    shutil.copytree(tiny, "content/tiny-too")
    assert told() == [
        "content/tiny-too/course.yaml:1:5: the id `tiny` is taken by the course in "
        "content/tiny/course.yaml:1: give one of the two another one"
    ]


def test_references_into_a_file_that_is_not_there_say_which_file_to_write(tiny: Path) -> None:
    (tiny / "misconceptions.yaml").unlink()
    assert len(told()) == 9
    assert all("write it in a file misconceptions.yaml beside course.yaml" in s for s in told())


def test_renamings_in_a_circle_are_shown_as_one(tiny: Path) -> None:
    plant(tiny, COURSE, "points:", "renamed:\n  one: two\n  two: one\npoints:")
    assert told() == [
        "content/tiny/course.yaml:9:8: this leads in a circle, `one` to `two` to `one`: "
        "write the id that is there now",
        "content/tiny/course.yaml:10:8: this leads in a circle, `two` to `one` to `two`: "
        "write the id that is there now",
    ]


def test_a_wrong_option_without_a_misconception_is_a_warning(tiny: Path) -> None:
    plant(tiny, QUIZ, "        misconception: mc-longer\n", "")
    library, (problem,) = load(Path("content"))
    assert library is not None
    assert str(problem).startswith(f"{tiny / QUIZ}:10:9: warning: this wrong option names no misc")


def test_a_card_that_is_long_for_a_phone_is_a_warning(tiny: Path) -> None:
    plant(tiny, LESSON, "      Three minutes", f"      {LONG[:900]}\n      Three minutes")
    library, (problem,) = load(Path("content"))
    assert library is not None
    assert str(problem).startswith(f"{tiny / LESSON}:31:5: warning: this card has 1,0")
    assert problem.text.endswith("over 900 it is long for a phone: split it")


PNG = (TREE / "tiny/pictures/cup.png").read_bytes()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("pictures/cup.jpg", PNG, "this picture's name must end in .png: rename the file"),
        ("pictures/cop.png", PNG, ": name that file here"),
        ("pictures/text.png", b"tea", "this file is no PNG and no JPEG"),
        ("pictures/big.png", PNG + bytes(300_000), "over 200 KB it loads slowly: make it smaller"),
        ("pictures/huge.png", PNG + bytes(9_000_000), "this file has 9.0 MB; at most 8 MB fit"),
    ],
)
def test_a_picture_that_cannot_be_shown_everywhere_is_named(
    tiny: Path, name: str, data: bytes, words: str
) -> None:
    (tiny / name).write_bytes(data)
    plant(
        tiny,
        "m1/intro.yaml",
        "  - text: |",
        f"  - figure: {{file: {name}, alt: A cup}}\n    text: |",
    )
    places = {LESSON: "16:13", "m1/intro.yaml": "13:20"}
    (said,) = told()
    assert any(said.startswith(f"{tiny / file}:{place}: ") for file, place in places.items())
    assert words in said


def test_a_jpeg_is_a_picture_as_well(tiny: Path) -> None:
    (tiny / "pictures/tea.JPG").write_bytes(b"\xff\xd8\xff\xe0 and so on")
    plant(tiny, LESSON, "pictures/cup.png", "pictures/tea.JPG")
    assert told() == []


# -- many faults at once ----------------------------------------------------------------------


def test_all_faults_of_all_files_are_named_together(tiny: Path) -> None:
    plant(tiny, COURSE, "language: en", "language: english")
    plant(tiny, "misconceptions.yaml", "belief: Toast", "beleif: Toast")
    plant(tiny, MODULE, "title: Tea", "title: Tea: first")
    plant(tiny, LESSON, "minutes: 3", "minutes: three")
    plant(tiny, LESSON, "cup.png", "cop.png")
    plant(tiny, LESSON, "[okakura]", "[okakurra]")
    plant(tiny, QUIZ, "difficulty: 1", "difficulty: 1:30")
    plant(tiny, QUIZ, "mc-longer", "mc-lnger")
    plant(tiny, QUIZ, "        feedback: Cooler water leaves most of the tannin in the leaf.\n", "")
    plant(tiny, QUIZ, "    stem: Guests", "    stam: Guests")
    plant(tiny, "m1/l2/quiz.yaml", "        correct: true\n", "")
    plant(tiny, "m2/l1/lesson.yaml", "`140 °C`", "<b>140 °C</b>")
    places = [said.partition(": ")[0].removeprefix("content/tiny/") for said in told()]
    assert places == [
        "course.yaml:5:11",
        "m1/l1/lesson.yaml:4:10",
        "m1/l1/lesson.yaml:16:13",
        "m1/l1/lesson.yaml:40:11",
        "m1/l1/quiz.yaml:6:17",
        "m1/l1/quiz.yaml:12:24",
        "m1/l1/quiz.yaml:14:9",
        "m1/l1/quiz.yaml:45:5",
        "m1/l2/quiz.yaml:9:5",
        "m1/l2/quiz.yaml:18:9",
        "m1/module.yaml:2:11",
        "m2/l1/lesson.yaml:11:7",
        "misconceptions.yaml:11:5",
    ]


def test_an_unreadable_file_is_not_held_against_the_files_that_refer_to_it(tiny: Path) -> None:
    for file in ("misconceptions.yaml", "sources.yaml", LESSON, COURSE):
        plant(tiny, file, ": ", ": [")
    assert len(told()) == 4


# -- odd files --------------------------------------------------------------------------------

BOMB = "a: &a [x, x]\n" + "".join(
    f"{n}: &{n} [*{p}, *{p}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True)
)
ODD = {
    "UTF-16": ("id: tea".encode("utf-16"), "1:1: this file is UTF-16 or no text at all"),
    "UTF-16 without its mark": ("id: tea".encode("utf-16-le"), "1:1: this file is UTF-16 or no"),
    "Latin-1": ("id: tea\ntitle: Thé\n".encode("latin-1"), "2:10: this character is not UTF-8"),
    "NUL bytes": (b"id: tea\ntitle: T\0a\n", "2:9: a NUL byte stands here"),
    "a line separator": ("id: tea\u2028".encode(), "1:8: an invisible character (U+2028)"),
    "nothing": (b"", "1:1: this file is empty: write its keys, or delete it"),
    "a list": (b"- tea\n", "1:1: a list is written here where a group of keys is expected"),
    "50 MB": (b"# tea\n" * 8_400_000, "1:1: this file has 50.4 MB; at most 1 MB fit"),
    "deep brackets": (b"id: " + b"[" * 400_000, "1:24: this is nested more than 20 levels deep"),
    "deep dashes": (b"- " * 400_000, "1:41: this is nested more than 20 levels deep"),
    "a long number": (b"minutes: " + b"9" * 5000, "1:10: `999"),
    "a wild escape": (b'id: "\\UFFFFFFFF"', "1:"),
}  # fmt: skip


@pytest.mark.parametrize("loader", [yaml.SafeLoader, parse.LOADER])
@pytest.mark.parametrize(("data", "words"), ODD.values(), ids=ODD)
def test_an_odd_file_ends_in_a_sentence(
    tiny: Path,
    monkeypatch: pytest.MonkeyPatch,
    loader: type[yaml.SafeLoader],
    data: bytes,
    words: str,
) -> None:
    monkeypatch.setattr(parse, "LOADER", loader)
    (tiny / "m2/l1/lesson.yaml").write_bytes(data)
    with ending():
        said = told()
    assert any(s.startswith(f"content/tiny/m2/l1/lesson.yaml:{words}") for s in said)


def test_an_alias_bomb_never_goes_off(tiny: Path) -> None:
    (tiny / "sources.yaml").write_text(BOMB)
    with ending():
        said = told()
    assert any("`&a` names this place for repetition: write it out" in s for s in said)
    assert any("`*h` repeats another place: write it out" in s for s in said)


@pytest.mark.parametrize("name", ["m2", "m2/l1/lesson.yaml", "pictures/cup.png"])
def test_a_link_that_leads_in_a_circle_is_named(tiny: Path, name: str) -> None:
    path = tiny / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    path.symlink_to(path.name)
    (said,) = told()
    assert "the links here lead in a circle: put the file itself in this place" in said


@pytest.mark.parametrize("name", ["m2", "m2/l1/lesson.yaml", "pictures/cup.png"])
def test_a_link_that_leads_out_of_the_course_is_named(tiny: Path, name: str) -> None:
    (tiny / name).rename("outside")
    (tiny / name).symlink_to(Path("outside").absolute())
    (said,) = told()
    assert "this leads out of the course's folder: put the file itself here" in said


def test_a_link_inside_the_course_is_followed(tiny: Path) -> None:
    (tiny / "m2/l1/lesson.yaml").rename(tiny / "toast.txt")
    (tiny / "m2/l1/lesson.yaml").symlink_to("../../toast.txt")
    assert told() == []


def test_a_pipe_is_not_waited_for(tiny: Path) -> None:
    (tiny / "m2/l1/lesson.yaml").unlink()
    os.mkfifo(tiny / "m2/l1/lesson.yaml")
    with ending():
        (said,) = told()
    assert "this is no ordinary file" in said


def test_a_folder_in_the_place_of_a_file_is_named(tiny: Path) -> None:
    (tiny / "m2/l1/lesson.yaml").unlink()
    (tiny / "m2/l1/lesson.yaml").mkdir()
    assert told() == [
        "content/tiny/m2/l1/lesson.yaml:1:1: this is no ordinary file: "
        "put a file with this name here"
    ]


# -- Markdown ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Plain *italic* **bold** `code`, a [link](https://tea.org) and 1 < 2.",
        "- one\n- two\n\n1. first\n2. second\n\n> a quote\n\n```\n# code <b>\n```\n\n    | code |",
        "a line  \nand the next\\\nand <https://tea.org>",
        "snake_case, 5 * 3 * 2, C#, a | b, ~5 minutes, [brackets]",
    ],
)
def test_the_markdown_subset_is_free(text: str) -> None:
    assert list(markdown(text)) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# Tea", 0),
        ("Tea\n---", 0),
        ("tea\n\n***\n", 2),
        ("1. ---", 0),
        ("> # Tea", 0),
        ("a\n\n- # Tea", 2),
        ("a\nb <i>c</i>", 1),
        ("<div>\ntea\n</div>", 0),
        ("a ~~b~~", 0),
        ("a [b](mailto:tea@tea.org)", 0),
        ("a <ftp://tea.org>", 0),
        ("[tea]: https://tea.org", 0),
        ("| a | b |\n|---|---|\n| c | d |", 0),
    ],
)
def test_markdown_outside_the_subset_is_found_on_its_line(text: str, line: int) -> None:
    assert line in [number for number, _ in markdown(text)]


PIECES = st.sampled_from(
    ["tea ", "\n", "\n\n", "- ", "1. ", "> ", "# ", "---", "===", "***", "* * *", "_ _ _", "    ",
     "<b>", "<!-- -->", "<https://tea.org>", "~~", "|", "|-|", "[", "](", ")", "]: ", "!", "`"]
)  # fmt: skip


@settings(deadline=None, max_examples=500)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_no_markdown_escapes_the_short_look_before_the_long_one(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.course.text._SUSPECT", re.compile(""))
        thorough = list(markdown(text))
    assert list(markdown(text)) == thorough


# -- the command ------------------------------------------------------------------------------


def test_the_command_counts_what_is_there(capsys: pytest.CaptureFixture[str], tiny: Path) -> None:
    assert main(["check"]) == 0
    said = "content: 1 course, 2 modules, 6 units, 4 items. No problems found.\n"
    assert capsys.readouterr().out == said


def test_the_command_names_each_problem_and_counts_them(
    capsys: pytest.CaptureFixture[str], tiny: Path
) -> None:
    plant(tiny, QUIZ, "mc-longer", "mc-lnger")
    plant(tiny, QUIZ, "        misconception: mc-hotter\n", "")
    assert main(["check", "./content/tiny"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "content/tiny/m1/l1/quiz.yaml:12:24: there is no misconception `mc-lnger`: "
        "did you mean `mc-longer`?",
        "content/tiny/m1/l1/quiz.yaml:18:9: warning: this wrong option names no misconception: "
        "add the mistaken idea behind it",
        "1 error, 1 warning",
    ]


def test_warnings_alone_do_not_fail_the_command(tiny: Path) -> None:
    plant(tiny, QUIZ, "        misconception: mc-hotter\n", "")
    assert main(["check", str(tiny.absolute())]) == 0


@pytest.mark.parametrize(
    ("root", "words"),
    [
        ("nowhere", "nowhere: there is no such folder: name the folder that holds your courses"),
        ("content/tiny/course.yaml", "course.yaml: this is a file: name the folder"),
        ("content/tiny/pictures", "pictures: this folder holds no course.yaml: write one"),
        ("a" * 5000, "there is no such folder"),
    ],
)
def test_a_folder_without_a_course_ends_in_a_sentence(
    capsys: pytest.CaptureFixture[str], tiny: Path, root: str, words: str
) -> None:
    assert main(["check", root]) == 1
    assert words in capsys.readouterr().out


def test_the_command_prints_on_a_terminal_that_knows_ascii_only(
    monkeypatch: pytest.MonkeyPatch, tiny: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    plant(tiny, LESSON, "minutes: 3", "thé: 3")
    with open(1, "w", encoding="ascii", closefd=False) as narrow:
        monkeypatch.setattr(sys, "stdout", narrow)
        assert check.run(argparse.Namespace(dir="content")) == 1
    assert b"`th\\xe9` is not known here" in capfdbinary.readouterr().out


# -- whatever is written ----------------------------------------------------------------------

FILES = (COURSE, "misconceptions.yaml", "sources.yaml", MODULE, "m1/intro.yaml", LESSON, QUIZ)
SNIPPETS = st.sampled_from(
    ["id: x", "items:", "- ", "  ", "\n", ": ", "[", "]", "{", "}", "*a", "&a ", "!!set ", "|", ">",
     "<<: ", "? ", "'", '"', "\t", "yes", "~", "1:30", "options:", "cards:", "text: ", "# ",
     "---\n",
     "renamed: {a: b}", "lessons: [l1]", "modules: [m1]", "figure: {file: x}", "\\U0001F375", "<b>"]
)  # fmt: skip
ANYTHING = st.one_of(
    st.text().map(lambda text: text.encode("utf-8", "ignore")),
    st.binary(),
    st.lists(SNIPPETS, max_size=40).map("".join).map(str.encode),
)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(TREE / "tiny", tmp_path_factory.mktemp("any") / "tiny"))


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(file=st.sampled_from(FILES), data=ANYTHING, at=st.floats(0, 1), slow=st.booleans())
def test_nothing_written_in_a_file_makes_load_raise(
    course: Path, file: str, data: bytes, at: float, slow: bool
) -> None:
    before = (course / file).read_bytes()
    cut = int(at * len(before))
    loader, parse.LOADER = parse.LOADER, yaml.SafeLoader if slow else parse.LOADER
    try:
        for written in (data, before[:cut] + data + before[cut:]):
            (course / file).write_bytes(written)
            library, problems = load(course)
            assert all(str(problem) for problem in problems)
            assert (library is None) == any(p.severity == "error" for p in problems)
    finally:
        parse.LOADER = loader
        (course / file).write_bytes(before)
