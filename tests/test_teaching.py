"""The linter knows teaching: each breach is named where it stands, and a near miss is not."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.course.lab import Lab
from bot.course.load import load
from bot.course.teaching_words import sentences
from tests.conftest import SHIPPED
from tests.faults import TREE

HERE = "§"
"""Stands in a planted text where the problem is then to be named."""
QUIZ, QUIZ_2, LESSON, INTRO = (
    "m1/l1/quiz.yaml",
    "m1/l2/quiz.yaml",
    "m1/l1/lesson.yaml",
    "m1/intro.yaml",
)
EXAM = "m1/exam.yaml"
THIRD = "text: Leave everything as it is"
LEAF = "Cooler water leaves most of the tannin in the leaf."
WELCOME = "Sit down, there is a chair by the window."
LONG = "a cup of tea and " * 7
Edits = Sequence[tuple[str, str]]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tiny course, in the folder `tiny` of the folder one is in."""
    shutil.copytree(TREE / "tiny", tmp_path / "tiny")
    monkeypatch.chdir(tmp_path)
    return Path("tiny")


def plant(course: Path, file: str, *edits: tuple[str, str]) -> str:
    """Replaces the first of each old text by the new one; returns the place of HERE in it."""
    path = course / file
    text = path.read_text("utf-8")
    for old, new in edits:
        assert old in text, "the breach has no place to be planted in"
        text = text.replace(old, new, 1)
    return write(course, file, text)


def write(course: Path, file: str, text: str) -> str:
    """Writes a file without HERE; returns the place where it stood."""
    before = text.partition(HERE)[0]
    (course / file).write_text(text.replace(HERE, ""), "utf-8")
    return f"{course / file}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def told(course: Path) -> list[str]:
    return [str(problem) for problem in load(course)[1]]


# -- texts planted in the tiny course ---------------------------------------------------------

BREACHES: dict[str, tuple[str, Edits, str]] = {
    "an option far longer than the shortest is named": (
        QUIZ, [(THIRD, f"text: {HERE}Leave everything in the pot as it is")],
        "this option has 36 characters and the shortest has 23, 57% more: bring them within 25%"),
    "an option a little over a quarter longer is named": (
        QUIZ_2, [("text: It cools the tea, and only heat is bitter",
                  f"text: {HERE}It cools the tea, and only that heat is bitter")],
        "this option has 46 characters and the shortest has 36, 28% more"),
    "a full stop that the others lack is named": (
        QUIZ, [(THIRD, f"text: {HERE}Leave everything as it is.")],
        "this option ends in `.` and option a does not: end all options alike"),
    "a question mark in quotes that the others lack is named": (
        QUIZ, [(THIRD, f"text: {HERE}Ask “who wants a cup?”")],
        "this option ends in `?` and option a does not"),
    "a missing full stop is named": (
        QUIZ, [("out now", "out now."), ("properly dark", "dark."),
               (THIRD, f"text: {HERE}Leave everything as it is")],
        "this option does not end in `.` as option a does: end all options alike"),
    "of two options the second has the odd form": (
        QUIZ_2, [("      - id: c\n        text: It holds on to the tannin in the tea",
                  f"      - id: c\n        text: {HERE}It holds on to the tannin in the tea."),
                 ("      - id: b\n        text: It makes the tea paler and so weaker\n"
                  "        misconception: mc-colour\n        feedback: Lemon makes it paler as "
                  "well, and the tea stays as bitter as it was.\n", "")],
        "this option ends in `.` and option a does not"),
    "a small letter among capitals is named": (
        QUIZ, [(THIRD, f"text: {HERE}leave everything as it is")],
        "this option begins with a small letter and option a with a capital: begin all options"),
    "a capital among small letters is named": (
        QUIZ, [("text: Take", "text: take"), ("text: Wait", "text: wait"),
               (THIRD, f"text: {HERE}Leave everything as it is")],
        "this option begins with a capital and option a does not"),
    "a word of the key in the question is named": (
        QUIZ, [("stem: Your green tea", f"stem: {HERE}Your little pot of green tea")],
        "of all options only the right one takes up `little` from this question: reword one"),
    "a word of the key in another form is named": (
        QUIZ, [("stem: Green tea and black tea stand side by side.",
                f"stem: {HERE}Green tea and black tea are resting in the cup.")],
        "takes up `rested` from this question"),
    "an agreeing right answer is named": (
        QUIZ, [(LEAF, f"{HERE}Right. {LEAF}")],
        "the program says itself that this is right: leave out `Right`"),
    "an agreeing sentence of a right answer is named": (
        QUIZ, [(LEAF, f"{HERE}That's correct, cooler water leaves the tannin in the leaf.")],
        "leave out `That's correct`"),
    "a long sentence in a card is named on its line": (
        INTRO, [(WELCOME, f"{WELCOME}\n      {HERE}{LONG}\n      more.")],
        "the sentence that begins `a cup of tea` has 36 words; over 35 are hard to follow"),
    "a long sentence that begins inside a line is named on that line": (
        INTRO, [("      Sit down", f"      {HERE}Sit down"), ("window. In", f"window. In {LONG}")],
        "the sentence that begins `In a cup of` has"),
    "a long sentence in a callout is named": (
        LESSON, [("text: Heat and time", f"text: {HERE}Heat and {LONG}and time")],
        "the sentence that begins `Heat and a cup`"),
    "a long sentence in a definition is named": (
        LESSON, [("definition: To leave", f"definition: {HERE}To {LONG}leave")], "has 47 words"),
    "a long stem is named": (
        QUIZ, [("stem: Guests are late, and", f"stem: {HERE}Guests {LONG}and")], "has 41 words"),
    "long feedback is named": (
        QUIZ, [(f"feedback: {LEAF}", f"feedback: {HERE}Water {LONG}{LEAF}")], "has 46 words"),
    "a long summary is named": (
        "course.yaml", [("  How to make a good", f"  {HERE}How to make {LONG}a good")],
        "has 53 words"),
    "a long entry of a list is named on its line": (
        LESSON, [("      - the sweetness follows,", f"      {HERE}- the sweetness {LONG},")],
        "the sentence that begins `the sweetness a cup`"),
    "a bold word that no glossary has is named": (
        INTRO, [("      Sit down, there", f"      {HERE}Sit by the **oolong** there")],
        "`oolong` stands in bold like a term and no glossary defines it: add it to `terms`"),
    "a bold word is named on its line in the card": (
        LESSON, [("      goes on steeping,", f"      {HERE}goes on **stewing** in it,")],
        "`stewing` stands in bold"),
    "a bold phrase over two lines is named where it begins": (
        LESSON, [("      goes on steeping,", f"      {HERE}goes on in the **second\n      cup**")],
        "`second cup` stands in bold"),
    "a bold word in a callout is named": (
        LESSON, [("text: Heat and", f"text: {HERE}The **flush** and")], "`flush` stands in bold"),
    "a comma before another part of a list explains no term": (
        INTRO, [("      You need a", f"      {HERE}You need a **caddy**, and a")],
        "`caddy` stands in bold"),
}  # fmt: skip

NEAR_MISSES: dict[str, tuple[str, Edits]] = {
    "an option exactly a quarter longer": (
        QUIZ_2, [("text: It cools the tea, and only heat is bitter",
                  "text: It cools the tea, and only that heat is harsh")]),
    "short options of any length": (QUIZ, [(THIRD, "text: Leave it")]),
    "options that all end in a full stop": (
        QUIZ, [("out now", "out now."), ("properly dark", "dark."),
               (THIRD, "text: Leave everything as it is.")]),
    "an option that ends in a bracket": (QUIZ, [(THIRD, "text: Leave everything (as it is)")]),
    "an option that begins with a number": (QUIZ, [(THIRD, "text: 80 °C hot water goes in")]),
    "a name that is written with a small letter": (QUIZ, [(THIRD, "text: eBay has a bigger pot")]),
    "options that all begin with a small letter": (
        QUIZ, [("text: Take", "text: take"), ("text: Wait", "text: wait"),
               (THIRD, "text: leave everything as it is")]),
    "none of something in particular": (QUIZ, [(THIRD, "text: None of the leaves is moved")]),
    "all of something in particular": (QUIZ, [(THIRD, "text: All of it goes down the sink")]),
    "both of something in particular": (QUIZ, [(THIRD, "text: Both pots go in the fridge")]),
    "a word of the key in the question and in another option": (
        QUIZ, [("stem: Your green tea", "stem: The water was hot, and your green tea")]),
    "a word of a wrong option in the question": (
        QUIZ, [("stem: Your green tea", "stem: You steep it, and your green tea")]),
    "a short word of the key in the question": (
        QUIZ, [("stem: Your green tea", "stem: On a cool day your green tea")]),
    "feedback of four words": (QUIZ, [(LEAF, "Tannin wants hotter water.")]),
    "a wrong answer's feedback that begins with a verdict": (
        QUIZ, [("feedback: More time", "feedback: Not quite, more time")]),
    "right feedback that begins with such a word": (QUIZ, [(LEAF, f"Right after that, {LEAF}")]),
    "a sentence of 35 words": (INTRO, [(WELCOME, f"{LONG[len('a '):]}mint.")]),
    "a long text of many sentences": (INTRO, [(WELCOME, "Sit down. " * 40)]),
    "a long list of short entries": (
        LESSON, [("      - the sweetness follows,", "      - the sweetness follows,\n" * 9)]),
    "an abbreviation within a sentence": (
        INTRO, [(WELCOME, "Bring a pot, e.g. the blue one. " * 3)]),
    "a long line of code": (INTRO, [(WELCOME, f"`{LONG * 3}`")]),
    "a bold term of the glossary": (INTRO, [("*two* cups", "**steep** cups")]),
    "a bold term of the glossary in another form": (INTRO, [("*two* cups", "**tannins** and")]),
    "a part of a bold term of the glossary": (INTRO, [("*two* cups", "**tannin test** cups")]),
    "a bold word explained after a comma": (
        INTRO, [("*two* cups", "**oolong**, which rests for half as long, in cups")]),
    "a bold word explained in brackets": (INTRO, [("*two* cups", "**oolong** (half black) cups")]),
    "a bold word with its name given": (INTRO, [("*two* cups", "a tea called **oolong** in cups")]),
    "a bold word explained elsewhere in the course": (
        INTRO, [("*two* cups", "a tea called **oolong** in cups of **oolong**")]),
    "a bold name": (INTRO, [("*two* cups", "**Darjeeling** cups")]),
    "a bold amount": (INTRO, [("*two* cups", "**three quiet cups**")]),
    "a bold phrase of five words": (INTRO, [("*two* cups", "**cups that nobody ever forgets**")]),
    "a bold sentence": (INTRO, [("*two* cups", "it: **now or never!** Two cups")]),
    "a bold label of an entry": (
        LESSON, [("- the sweetness follows", "- **sweetness** follows")]),
    "a bold label with its colon": (INTRO, [("*two* cups", "**tea:** cups")]),
    "stars in code": (INTRO, [("*two* cups", "`2 **oolong** 3` cups")]),
}  # fmt: skip


@pytest.mark.parametrize(("file", "edits", "words"), BREACHES.values(), ids=BREACHES)
def test_a_breach_is_named_once_at_its_place(
    course: Path, file: str, edits: Edits, words: str
) -> None:
    place = plant(course, file, *edits)
    (said,) = told(course)
    assert said.startswith(f"{place}: warning: ")
    assert words in said


@pytest.mark.parametrize(("file", "edits"), NEAR_MISSES.values(), ids=NEAR_MISSES)
def test_a_near_miss_is_no_breach(course: Path, file: str, edits: Edits) -> None:
    plant(course, file, *edits)
    assert told(course) == []


@pytest.mark.parametrize("root", [TREE, SHIPPED])
def test_no_course_here_breaks_a_rule(root: Path) -> None:
    assert load(root)[1] == ()


@pytest.mark.parametrize(
    "option",
    [
        "All of the above",
        "None of the above.",
        "All the above are right",
        "None of the other answers",
        "Both A and B",
        "A and C",
        "Neither a nor b is right",
        "All of these",
        "None of these",
        "Any of these is right",
        "Both answers are correct",
    ],
)
def test_an_option_that_stands_for_several_others_is_named(course: Path, option: str) -> None:
    place = plant(course, QUIZ, (THIRD, f"text: {HERE}{option}"))
    said = [each for each in told(course) if "form" not in each and "ends in" not in each]
    assert said == [
        f"{place}: warning: an option for several others tests logic, and shuffling breaks it: "
        "write an answer of its own"
    ]


@pytest.mark.parametrize(
    "feedback",
    [
        "Correct!",
        "Right.",
        "Yes, that's right.",
        "Well done!",
        "Exactly. Good job!",
        "Correct, cooler water.",
        "That is the right answer.",
        "Too hot.",
    ],
)
def test_feedback_without_a_reason_is_named(course: Path, feedback: str) -> None:
    place = plant(course, QUIZ, (f"feedback: {LEAF}", f"feedback: {HERE}{feedback}"))
    assert told(course) == [
        f"{place}: warning: this feedback gives no reason: "
        "say in a sentence why this option is right or wrong"
    ]


@pytest.mark.parametrize("feedback", ["No, that's wrong.", "Wrong.", "Sorry, not quite."])
def test_feedback_that_only_says_wrong_is_named(course: Path, feedback: str) -> None:
    wrong = "feedback: More time draws out more tannin, so the next cup would be more bitter still."
    place = plant(course, QUIZ, (wrong, f"feedback: {HERE}{feedback}"))
    (said,) = told(course)
    assert said.startswith(f"{place}: warning: this feedback gives no reason")


def test_a_card_that_is_to_be_split_is_not_blamed_for_its_sentences_too(course: Path) -> None:
    plant(course, INTRO, (WELCOME, f"{LONG * 9}"))
    (said,) = told(course)
    assert "over 900 it is long for a phone: split it" in said


def test_a_folded_text_is_named_where_it_opens(course: Path) -> None:
    place = plant(
        course, INTRO, (f"text: |\n      {WELCOME}", f"text: {HERE}>-\n      Short.\n      {LONG}")
    )
    (said,) = told(course)
    assert said.startswith(f"{place}: warning: the sentence that begins `a cup of tea`")


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("One two. Three four five.", [2, 3]),
        ("One two! Three? Four… Five", [2, 1, 1, 1]),
        ("Teas, e.g. green ones, i.e. fresh ones, etc. are fine.", [10]),
        ("Dr. Okakura wrote No. 5 with J. Smith. It sold.", [8, 2]),
        ("He said “stop.” Then he left.", [3, 3]),
        ("In 2019. phi-1 came (later). The end", [2, 3, 2]),
        ("At 9 a.m. The tea was ready, at 80.5 °C.", [3, 7]),
        ("He waited ... and went.", [4]),
        ("One — two – three - four.", [4]),
        ("- one two\n- three\n\n1. four\n   five", [2, 1, 2]),
        ("> one two\n> three.\n\nfour", [3, 1]),
        ("one `two three` four\n\n```\nfive six\n```\nseven", [2, 1]),
    ],
)
def test_a_text_falls_into_its_sentences(text: str, counts: list[int]) -> None:
    assert [len(sentence.words) for sentence in sentences(text)] == counts


# -- what a fault elsewhere may hide ----------------------------------------------------------


def test_an_objective_that_no_item_asks_about_is_named(course: Path) -> None:
    plant(course, QUIZ, ("objective: m1-l1-o2", "objective: m1-l1-o1"))
    place = plant(course, LESSON, ("  - id: m1-l1-o2", f"  - {HERE}id: m1-l1-o2"))
    assert told(course) == [
        f"{place}: warning: no item of this module's quizzes and exam asks about `m1-l1-o2`: "
        "write one, or take the objective out"
    ]


def test_an_objective_that_the_exam_asks_about_is_assessed(course: Path) -> None:
    plant(course, QUIZ, ("objective: m1-l1-o2", "objective: m1-l1-o1"))
    exam(course, ["m1-l1-o2"] * 4)
    assert told(course) == []


def test_a_misspelt_objective_of_an_item_is_named_alone(course: Path) -> None:
    plant(course, QUIZ, ("objective: m1-l1-o2", "objective: m1-l1-o22"))
    (said,) = told(course)
    assert "there is no objective `m1-l1-o22`: did you mean `m1-l1-o2`?" in said


def test_a_module_without_items_has_no_objective_to_assess(course: Path) -> None:
    for file in (QUIZ, QUIZ_2):
        (course / file).unlink()
    assert told(course) == []


def test_a_bold_word_is_not_blamed_while_a_glossary_cannot_be_read(course: Path) -> None:
    plant(course, INTRO, ("*two* cups", "**oolong** cups"))
    plant(course, LESSON, ("terms:", "trems:"))
    (said,) = told(course)
    assert "`trems` is not known here: did you mean `terms`?" in said


def test_of_two_options_alike_only_that_is_told(course: Path) -> None:
    plant(course, QUIZ, (THIRD, "text: take the leaves  out now"))
    (said,) = told(course)
    assert "this option has the text of the one on line 49" in said


# -- banks ------------------------------------------------------------------------------------


def items(objectives: Sequence[str], *, longest: int = 0, source: str = "okakura") -> str:
    """Items about these objectives, in the first `longest` of which the key is the longest."""
    return "".join(
        _item(number, objective, source, is_longest=number < longest)
        for number, objective in enumerate(objectives)
    )


def _item(number: int, objective: str, source: str, *, is_longest: bool) -> str:
    here = HERE if number == 0 else ""
    key = f"{here}Cup {number} gets a little more" if is_longest else f"Cup {number} gets more"
    cited = f"    source: {source}\n" if source else ""
    return (
        f"  - {'' if is_longest else here}id: x{number}\n    objective: {objective}\n"
        f"    difficulty: 1\n{cited}    stem: What comes next, in round {number}?\n    options:\n"
        f"      - {{id: a, text: {key}, correct: true, feedback: It was the smallest of all.}}\n"
        f"      - {{id: b, text: Pot {number} gets a bit, misconception: mc-dry, "
        "feedback: It was full to the brim before.}\n"
    )


def exam(
    course: Path,
    objectives: Sequence[str],
    blueprint: str = "",
    *,
    questions: str = "questions: 3",
    longest: int = 0,
    source: str = "okakura",
) -> str:
    """Writes an exam into the first module; returns the place of HERE in it."""
    shares = f"blueprint:\n{blueprint}" if blueprint else ""
    bank = items(objectives, longest=longest, source=source)
    bank = bank.replace(HERE, "") if HERE in questions + shares else bank
    text = f"id: m1-exam\ntitle: All of it\n{questions}\n{shares}items:\n{bank}"
    return write(course, EXAM, text)


O1, O2, O3 = "m1-l1-o1", "m1-l1-o2", "m1-l2-o1"


@pytest.mark.parametrize(
    ("size", "longest", "share"), [(5, 2, "40%"), (20, 8, "40%"), (6, 3, "50%"), (14, 5, "36%")]
)
def test_a_bank_whose_longest_option_is_often_right_is_named(
    course: Path, size: int, longest: int, share: str
) -> None:
    place = exam(course, [O1] * size, longest=longest)
    (said,) = told(course)
    assert said.startswith(
        f"{place}: warning: the right option is the longest in {longest} of the {size} items of "
        f"this file, {share}: shorten some, or lengthen others, to at most 35%"
    )


@pytest.mark.parametrize(("size", "longest"), [(4, 4), (5, 1), (20, 7)])
def test_a_small_bank_or_a_few_long_keys_are_no_breach(
    course: Path, size: int, longest: int
) -> None:
    exam(course, [O1] * size, longest=longest)
    assert told(course) == []


def test_a_key_as_long_as_another_option_is_not_the_longest(course: Path) -> None:
    exam(course, [O1] * 5, longest=5)
    for _ in range(5):
        plant(course, EXAM, (" gets a bit,", " gets a little less,"))
    assert told(course) == []


def test_an_exam_item_without_a_source_is_named(course: Path) -> None:
    place = exam(course, [O1] * 3, source="")
    first, *others = told(course)
    assert first == (
        f"{place}: warning: this exam item names no source: add `source` with a key of sources.yaml"
    )
    assert len(others) == 2


# -- exams that cannot be held ----------------------------------------------------------------


def test_an_exam_larger_than_its_bank_is_an_error(course: Path) -> None:
    place = exam(course, [O1] * 3, questions=f"questions: {HERE}5")
    assert told(course) == [
        f"{place}: this exam asks 5 questions and its bank has 3 items: "
        "write 2 more items, or lower `questions`"
    ]
    assert load(course)[0] is None


def test_an_exam_that_names_no_number_asks_fifteen(course: Path) -> None:
    exam(course, [O1] * 14, questions="pass_mark: 80")
    (said,) = told(course)
    assert said.startswith(f"{course / EXAM}:1:1: this exam asks 15 questions and its bank has 14")
    assert "write 1 more item, or" in said


def test_an_exam_of_its_whole_bank_is_no_error(course: Path) -> None:
    exam(course, [O1] * 3, "  - {lesson: m1-l1, questions: 3}\n")
    assert told(course) == []


@pytest.mark.parametrize(
    ("about", "asked", "has"),
    [("lesson: m1-l1", 3, 2), ("lesson: m1-l2", 2, 1), (f"objective: {O1}", 2, 1)],
)
def test_a_share_that_its_bank_cannot_fill_is_an_error(
    course: Path, about: str, asked: int, has: int
) -> None:
    place = exam(course, [O1, O2, O3], f"  - {{{about}, questions: {HERE}{asked}}}\n")
    name = about.partition(": ")[2]
    number = f"{has} item{'s' if has > 1 else ''}"
    assert told(course) == [
        f"{place}: up to here the blueprint asks {asked} questions about `{name}` and the bank has "
        f"{number} for it: write 1 more item, or ask fewer"
    ]


def test_no_item_fills_two_shares(course: Path) -> None:
    shares = (
        f"  - {{objective: {O1}, questions: 1}}\n"
        f"  - {{lesson: m1-l2, questions: 1}}\n  - {{lesson: m1-l1, questions: {HERE}2}}\n"
    )
    place = exam(course, [O1, O2, O3, O3], shares, questions="questions: 4")
    (said,) = told(course)
    assert said.startswith(f"{place}: up to here the blueprint asks 3 questions about `m1-l1` and ")


def test_a_blueprint_over_the_number_of_questions_is_an_error(course: Path) -> None:
    shares = f"  - {{lesson: m1-l1, questions: 2}}\n  - {{objective: {O3}, questions: 2}}\n"
    exam(course, [O1, O2, O3, O3], shares)
    assert told(course) == [
        f"{course / EXAM}:4:1: the blueprint asks 4 questions and the exam has 3: "
        "ask fewer here, or raise `questions`"
    ]


def test_a_share_about_an_unknown_lesson_is_named_alone(course: Path) -> None:
    exam(course, [O1] * 3, "  - {lesson: m1-l9, questions: 3}\n")
    (said,) = told(course)
    assert "there is no lesson `m1-l9`" in said


def test_a_number_of_questions_that_is_none_is_named_alone(course: Path) -> None:
    exam(course, [O1] * 3, questions="questions: many")
    (said,) = told(course)
    assert "text is written here where a whole number is expected" in said


# -- syllabot stats ---------------------------------------------------------------------------


def stats(capsys: pytest.CaptureFixture[str], root: Path) -> list[list[str]]:
    assert main(["stats", str(root)]) == 0
    return [line.split() for line in capsys.readouterr().out.splitlines()]


def test_stats_count_items_by_objective_and_difficulty(
    capsys: pytest.CaptureFixture[str], course: Path
) -> None:
    exam(course, [O1, O1, O3])
    rows = stats(capsys, course)
    assert ["objective", "easy", "middle", "hard", "all"] in rows
    assert [O1, "3", "1", "0", "4"] in rows
    assert ["m1-intro-o1", "0", "0", "0", "0"] in rows
    assert ["all", "6", "1", "0", "7"] in rows


def test_stats_name_the_minutes_of_each_lesson_and_module(
    capsys: pytest.CaptureFixture[str], course: Path
) -> None:
    plant(course, INTRO, (WELCOME, "Tea. " * 155))
    plant(course, INTRO, ("title: Welcome", "title: Hello there"))
    rows = stats(capsys, course)
    assert ["m1-intro", "1", "1.0", "192"] in rows
    assert [row[:3] for row in rows if row[:1] == ["module"]] == [
        ["module", "m1", "6"],
        ["module", "m2", "1"],
    ]


def test_stats_measure_options_and_count_where_the_right_one_stands(
    capsys: pytest.CaptureFixture[str], course: Path
) -> None:
    exam(course, [O1] * 4, longest=1)
    rows = stats(capsys, course)
    assert ["m1-exam", "4", "17", "1.50", "1", "4", "0", "0", "0", "0", "0"] in rows
    assert ["m1-l1-quiz", "3", "29", "1.35", "2", "1", "1", "0", "1", "0", "0"] in rows


def test_stats_measure_cards_as_check_does(
    capsys: pytest.CaptureFixture[str], course: Path
) -> None:
    rows = stats(capsys, course)
    assert ["m1-l2", "2", "117", "166", "215"] in rows


def test_stats_count_the_ideas_of_labs_and_their_wordings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    library, _ = load(SHIPPED)
    assert library is not None
    lab = library.courses["synthetic-data"].units["m1-l1-lab"]
    assert isinstance(lab, Lab)
    plain = sum(len(each.paraphrases) for each in lab.expectations)
    colloquial = sum(len(each.colloquial) for each in lab.expectations)
    (row,) = (row for row in stats(capsys, SHIPPED) if row[:1] == ["m1-l1-lab"])
    assert row[1:4] == [str(len(lab.expectations)), str(plain), str(colloquial)]


def test_stats_stand_in_columns(capsys: pytest.CaptureFixture[str], course: Path) -> None:
    assert main(["stats", str(course)]) == 0
    table = capsys.readouterr().out.partition("difficulty\n\n")[2].partition("\n\n")[0]
    assert len({len(line) for line in table.splitlines()}) == 1


def test_stats_of_a_course_with_an_error_name_it(
    capsys: pytest.CaptureFixture[str], course: Path
) -> None:
    plant(course, LESSON, ("minutes: 3", "minutes: three"))
    assert main(["stats", str(course)]) == 1
    assert "where a whole number is expected" in capsys.readouterr().err
