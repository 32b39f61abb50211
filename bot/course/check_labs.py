"""Whether a lab's file fits together: its ideas, its closed questions, its misconceptions."""

from collections.abc import Iterator

from bot.course.lab import Lab
from bot.course.nodes import Node
from bot.course.problem import Problem, error, is_slug, meant, shown
from bot.course.sheets import Sheet

WAYS = range(4, 9)
"""How many ways of saying an idea there are, plain and colloquial together."""


def check_lab(lab: Sheet[Lab]) -> Iterator[Problem]:
    """Everything that does not fit together in one lab."""
    expectations = lab.top.each("expectations")
    yield from _twice(lab, "idea", expectations)
    yield from _twice(lab, "misconception", lab.top.each("misconceptions"))
    held = {node.word("id") for node in lab.top.each("misconceptions")}
    for expectation in expectations:
        yield from _ways(lab, expectation)
        yield from _prompt(lab, expectation)
        for wrong in expectation.each("wrong"):
            yield from _held(lab, wrong.get("misconception"), held)


def _twice(lab: Sheet[Lab], what: str, nodes: tuple[Node, ...]) -> Iterator[Problem]:
    first: dict[str, Node] = {}
    for node in nodes:
        place, word = node.get("id"), node.word("id")
        if place is None or not word:
            continue
        before = first.setdefault(word, place)
        if before is not place:
            where = f"the {what} on line {before.mark.line}"
            text = f"the id {shown(word)} is taken by {where}: give one of the two another one"
            yield error(lab.file, place.mark, text)


def _ways(lab: Sheet[Lab], expectation: Node) -> Iterator[Problem]:
    said = (*expectation.each("paraphrases"), *expectation.each("colloquial"))
    if len(said) > WAYS[-1] and (place := expectation.get("paraphrases")):
        text = (
            f"an idea has {WAYS[0]} to {WAYS[-1]} ways of saying it, plain and colloquial together"
        )
        yield error(lab.file, place.key, f"{text}; these are {len(said)}: take some out")


def _prompt(lab: Sheet[Lab], expectation: Node) -> Iterator[Problem]:
    prompt = expectation.get("prompt")
    if prompt is None:
        return
    answers = prompt.each("answers")
    yield from _twice(lab, "answer", answers)
    right = [answer for answer in answers if (node := answer.get("correct")) and node.value is True]
    place = prompt.get("answers") or prompt
    if answers and not right:
        yield error(
            lab.file, place.key, "no answer is right: write `correct: true` on the right one"
        )
    for answer in right[1:]:
        mark = (answer.get("correct") or answer).mark
        text = f"the answer on line {right[0].mark.line} is right already: only one can be"
        yield error(lab.file, mark, text)


def _held(lab: Sheet[Lab], node: Node | None, held: set[str]) -> Iterator[Problem]:
    word = node.word() if node else ""
    if node and not node.fault and is_slug(word) and word not in held:
        cure = meant(word, sorted(held), "write its correction under misconceptions in this file")
        yield error(lab.file, node.mark, f"this lab has no misconception {shown(word)}: {cure}")
