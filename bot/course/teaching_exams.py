"""Whether an exam can be held as it is described: its bank, and its blueprint. Errors only."""

from collections import Counter
from collections.abc import Iterator, Mapping

from bot.course.items import Exam
from bot.course.nodes import Node
from bot.course.problem import Problem, count, error, shown
from bot.course.sheets import Sheet

DEFAULT = int(Exam.model_fields["questions"].default)


def check_exam(exam: Sheet[Exam], lesson_of: Mapping[str, str]) -> Iterator[Problem]:
    """What an exam asks that it cannot hold; `lesson_of` names each objective's lesson."""
    items, questions = exam.top.each("items"), _questions(exam.top, DEFAULT)
    if not items or questions is None:
        return
    if questions > len(items):
        missing = count(questions - len(items), "more item")
        text = f"this exam asks {questions} questions and its bank has {count(len(items), 'item')}"
        place = exam.top.get("questions") or exam.top
        yield error(exam.file, place.mark, f"{text}: write {missing}, or lower `questions`")
    yield from _sum(exam, questions)
    objectives = [item.word("objective") for item in items]
    if all(objective in lesson_of for objective in objectives):
        yield from _shares(exam, objectives, lesson_of)


def _questions(node: Node, otherwise: int | None = None) -> int | None:
    """The number under `questions`; None where what stands there is no number."""
    place = node.get("questions")
    match place.value if place else otherwise:
        case bool():
            return None
        case int(number):
            return number
        case _:
            return None


def _sum(exam: Sheet[Exam], questions: int) -> Iterator[Problem]:
    blueprint = exam.top.get("blueprint")
    asked = sum(_questions(share) or 0 for share in exam.top.each("blueprint"))
    if blueprint and asked > questions:
        text = f"the blueprint asks {asked} questions and the exam has {questions}"
        yield error(exam.file, blueprint.key, f"{text}: ask fewer here, or raise `questions`")


def _shares(
    exam: Sheet[Exam], objectives: list[str], lesson_of: Mapping[str, str]
) -> Iterator[Problem]:
    """Each share that asks more than the bank has left; no item can fill two shares."""
    has = Counter(objectives) + Counter(lesson_of[objective] for objective in objectives)
    asked: Counter[str] = Counter()
    for share in exam.top.each("blueprint"):
        objective, number = share.word("objective"), _questions(share) or 0
        about = [objective, lesson_of.get(objective, "")] if objective else [share.word("lesson")]
        known = [each for each in about if each in lesson_of or each in lesson_of.values()]
        asked.update(dict.fromkeys(known, number))
        short = next((each for each in known if asked[each] > has[each]), None)
        if short:
            yield error(exam.file, _place(share).mark, _short(short, asked[short], has[short]))


def _place(share: Node) -> Node:
    return share.get("questions") or share


def _short(about: str, asked: int, has: int) -> str:
    text = f"up to here the blueprint asks {count(asked, 'question')} about {shown(about)} and"
    missing = count(asked - has, "more item")
    return f"{text} the bank has {count(has, 'item')} for it: write {missing}, or ask fewer"
