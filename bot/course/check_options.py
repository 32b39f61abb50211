"""Whether the options of an item make a fair question. Pure, and on nodes, as all of `check` is."""

from collections.abc import Iterator

from bot.course.base import Part
from bot.course.nodes import Node
from bot.course.problem import Mark, Problem, error, warning
from bot.course.sheets import Sheet

MOST = 6


def check_options(sheet: Sheet[Part], item: Node) -> Iterator[Problem]:
    """The options of an item: told apart, with a right one, each wrong one with its reason."""
    options, several = item.each("options"), item.get("choose")
    if len(options) > MOST:
        # pydantic counts the options without a fault only; where it counts all, it says the same.
        text = f"`options` has {len(options)} entries; at most {MOST} fit: remove some"
        yield error(sheet.file, (item.get("options") or item).mark, text)
    yield from _options_twice(sheet, options)
    right = [option for option in options if _is_right(option)]
    if several and several.word() == "several":
        text = "questions with several right options are not asked yet: write `choose: one`"
        yield error(sheet.file, several.mark, text)
    elif len(right) > 1:
        place = right[1].get("correct") or right[1]
        first = f"the option on line {right[0].mark.line} is right already"
        text = f"{first}, and one is chosen: leave `correct: true` on one option only"
        yield error(sheet.file, place.mark, text)
    if options and not right and all(map(_says_clearly, options)):
        text = "no option is right: write `correct: true` on the right one"
        yield error(sheet.file, (item.get("options") or item).key, text)
    for option in options:
        yield from _reason(sheet, option)


def _is_right(option: Node) -> bool:
    node = option.get("correct")
    return node is not None and node.value is True


def _says_clearly(option: Node) -> bool:
    """Whether this option can be told right or wrong; where not, that fault is named already."""
    node = option.get("correct")
    return not option.fault and (node is None or isinstance(node.value, bool))


def _options_twice(sheet: Sheet[Part], options: tuple[Node, ...]) -> Iterator[Problem]:
    for key, cure in (("id", "give each its own letter"), ("text", "write another text")):
        seen: dict[str, Mark] = {}
        for option in options:
            word, node = " ".join(option.word(key).casefold().split()), option.get(key)
            if word and node and word in seen:
                text = f"this option has the {key} of the one on line {seen[word].line}: {cure}"
                yield error(sheet.file, node.mark, text)
            elif word and node:
                seen[word] = node.mark


def _reason(sheet: Sheet[Part], option: Node) -> Iterator[Problem]:
    named = option.get("misconception")
    if _is_right(option) and named:
        text = "a right option reveals no misconception: take this line out"
        yield error(sheet.file, named.key, text)
    elif option.value and not named and not _is_right(option) and _says_clearly(option):
        text = "this wrong option names no misconception: add the mistaken idea behind it"
        yield warning(sheet.file, option.mark, text)
