"""Whether a course teaches and asks well: what a good editor would mark. Pure, and on nodes.

All are warnings, for a course runs with them; an exam that cannot be held is an error. What a
fault elsewhere may hide is not held against anybody.
"""

from collections.abc import Iterator

from bot.course.base import Part
from bot.course.items import Exam
from bot.course.problem import Problem, shown, warning
from bot.course.sheets import CourseFolder, ModuleFolder, Sheet
from bot.course.teaching_exams import check_exam
from bot.course.teaching_items import check_item, choices, key_is_longest, key_of
from bot.course.teaching_prose import check_prose, check_terms

BANK = 5
LONGEST = 0.35


def check_teaching(course: CourseFolder) -> Iterator[Problem]:
    """Everything in one course that a good editor would mark."""
    lesson_of = _lesson_of(course)
    for bank in course.banks:
        yield from _longest(bank)
        for item in bank.top.each("items"):
            yield from check_item(bank, item)
    for module in course.modules:
        yield from _unassessed(module, lesson_of)
        if module.exam:
            yield from _unsourced(module.exam)
            yield from check_exam(module.exam, lesson_of)
    yield from check_prose(course)
    yield from check_terms(course)


def _lesson_of(course: CourseFolder) -> dict[str, str]:
    """The lesson of each objective of the course, by their ids."""
    return {
        objective.word("id"): sheet.top.word("id")
        for sheet in course.readings
        for objective in sheet.top.each("objectives")
        if objective.word("id")
    }


def _longest(bank: Sheet[Part]) -> Iterator[Problem]:
    """Whoever always takes the longest option should not get far."""
    items = bank.top.each("items")
    found = [item for item in items if key_is_longest(item)]
    if len(items) < BANK or len(found) <= LONGEST * len(items):
        return
    key = key_of(choices(found[0]))
    text = (
        f"the right option is the longest in {len(found)} of the {len(items)} items of this file, "
        f"{len(found) / len(items):.0%}: shorten some, or lengthen others, to at most {LONGEST:.0%}"
    )
    yield warning(bank.file, (key.place if key else found[0]).mark, text)


def _unassessed(module: ModuleFolder, lesson_of: dict[str, str]) -> Iterator[Problem]:
    """The objectives that no item of their module is about; an introduction's need none."""
    banks: list[Sheet[Part]] = [*module.quizzes, *([module.exam] if module.exam else [])]
    items = [item for bank in banks for item in bank.top.each("items")]
    asked = {item.word("objective") for item in items}
    is_sure = all(bank.top.each("items") for bank in banks) and asked <= lesson_of.keys()
    if not banks or not is_sure:
        return
    for folder in module.lessons:
        for objective in folder.lesson.top.each("objectives"):
            if (word := objective.word("id")) and word not in asked:
                yield warning(folder.lesson.file, objective.mark, _no_item(word))


def _no_item(objective: str) -> str:
    text = f"no item of this module's quizzes and exam asks about {shown(objective)}"
    return f"{text}: write one, or take the objective out"


def _unsourced(exam: Sheet[Exam]) -> Iterator[Problem]:
    """An item of a quiz may test a definition of its own lesson; an exam's stands on a source."""
    for item in exam.top.each("items"):
        if isinstance(item.value, dict) and not item.get("source"):
            text = "this exam item names no source: add `source` with a key of sources.yaml"
            yield warning(exam.file, item.mark, text)
