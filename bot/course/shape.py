"""From nodes to the typed parts of `model`, and from pydantic's findings to plain sentences."""

import re
from collections.abc import Iterator, Mapping
from typing import TypeVar, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.course.base import Part
from bot.course.nodes import Node
from bot.course.problem import Problem, count, error, meant, nearest, shown

P = TypeVar("P", bound=Part)
Loc = tuple[int | str, ...]
Limits = Mapping[str, str | int]

_ADD = {
    "feedback": "say why this option is right or wrong",
    "alt": "say in words what the picture shows",
    "stem": "write the question",
    "options": "write 2 to 6 options, each with id, text and feedback",
    "cards": "write at least one card, with text",
    "objectives": "write at least one, with id and text",
    "question": "write the question that guides this lesson",
    "minutes": "write how many minutes it takes to read, as a whole number",
    "difficulty": "write 1, 2 or 3",
    "objective": "name the id of the objective that this item tests",
}
_PATTERNS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "is no id: use small letters, digits and single hyphens",
    r"^[^\n]+$": "has more than one line: write it on one line",
    r"^[a-f]$": "is no option's id: the options of an item are a, b, c, d, e and f",
    r"^[a-z]{2}$": "is no language: write two small letters such as en",
    r"^#[0-9A-Fa-f]{6}$": 'is no colour: write # and six digits from 0 to F, such as "#5865F2"',
}
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a group of keys",
    "model_type": "a group of keys",
}


def shape(kind: type[P], top: Node, file: str) -> tuple[P | None, tuple[Problem, ...]]:
    """The part that `top` describes, None where it does not fit, and each reason why."""
    try:
        return kind.model_validate(top.data()), ()
    except ValidationError as fault:
        found = fault.errors(include_url=False, include_input=False)
        return None, tuple(_problems(kind, top, file, found))


def _problems(
    kind: type[Part], top: Node, file: str, found: list[ErrorDetails]
) -> Iterator[Problem]:
    misspelt = {
        (*e["loc"][:-1], nearest(str(e["loc"][-1]), part_at(kind, e["loc"][:-1]).model_fields))
        for e in found
        if e["type"] == "extra_forbidden"
    }
    for e in found:
        node, told = _find(top, e["loc"])
        is_unknown = e["type"] == "extra_forbidden"
        if (told and not is_unknown) or (e["type"] == "missing" and e["loc"] in misspelt):
            continue  # the fault behind it has been named already
        text = _sentence(kind, node, e)
        if text:
            yield error(file, node.key if is_unknown or _is_key(e["loc"]) else node.mark, text)


def _is_key(loc: Loc) -> bool:
    return loc[-1:] == ("[key]",)


def _find(top: Node, loc: Loc) -> tuple[Node, bool]:
    """The node at `loc`, or the last one on the way there, and whether its fault was told."""
    node, told = top, top.fault
    for step in loc:
        below = node.at(step)
        if below is None:
            break
        node, told = below, below.fault
    return node, told


def part_at(kind: type[Part], loc: Loc) -> type[Part]:
    """The class of the part at `loc` inside a part of this kind."""
    for step in loc:
        if isinstance(step, str) and step in kind.model_fields:
            kind = _part_in(kind.model_fields[step].annotation) or kind
    return kind


def _part_in(annotation: object) -> type[Part] | None:
    if isinstance(annotation, type) and not get_origin(annotation):
        return annotation if issubclass(annotation, Part) else None
    return next((p for a in get_args(annotation) if (p := _part_in(a))), None)


def _sentence(kind: type[Part], node: Node, e: ErrorDetails) -> str:
    """What is wrong and how to mend it; "" where another sentence says it already."""
    name, of = _name(e["loc"]), e["type"]
    limits: Limits = e.get("ctx", {})
    word = str(e["loc"][-2]) if _is_key(e["loc"]) else node.word()
    match of:
        case "missing":
            key = str(e["loc"][-1])
            return f"{name} is missing: {_ADD.get(key, f'add a line `{key}: ...`')}"
        case "extra_forbidden":
            fields = tuple(part_at(kind, e["loc"][:-1]).model_fields)
            return f"{name} is not known here: " + meant(
                str(e["loc"][-1]), fields, f"remove it (known are {', '.join(fields)})"
            )
        case "string_pattern_mismatch":
            return _pattern(name, word, str(limits["pattern"]))
        case "string_too_short":
            return f"{name} is empty: write its text"
        case "string_too_long":
            has, most = count(len(word), "character"), limits["max_length"]
            return f"{name} has {has}; at most {most} fit: shorten it"
        case "greater_than_equal":
            return f"{name} is {node.raw}: the least is {limits['ge']}"
        case "less_than_equal":
            return f"{name} is {node.raw}: the most is {limits['le']}"
        case "literal_error":
            known = re.findall(r"'([^']*)'", str(limits["expected"]))
            near = nearest(node.raw, known)
            cure = f"did you mean {shown(near)}?" if near else f"write {' or '.join(known)}"
            return f"{name} cannot be {shown(node.raw) if node.raw else _what(node)}: {cure}"
        case "too_short" | "too_long":
            return _entries(node, name, limits)
        case _ if of in _WANTED:
            return _wrong(node, _WANTED[of])
        case _:
            return f"{name} does not fit here: compare it with an example in content/README.md"


def _name(loc: Loc) -> str:
    """How an author would call the value at `loc`: its key, or its number in a list."""
    if _is_key(loc):
        return shown(loc[-2])
    if loc and isinstance(loc[-1], int):
        return f"entry {loc[-1] + 1} of {shown(loc[-2])}" if len(loc) > 1 else "this entry"
    return shown(loc[-1]) if loc else "this file"


def _pattern(name: str, word: str, pattern: str) -> str:
    why = _PATTERNS.get(pattern, "is not written as it should be: compare content/README.md")
    if pattern == r"^[^\n]+$":
        return f"{name} {why}"
    slug = re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-")[:30].strip("-")
    hint = f", such as {slug}" if slug and "hyphens" in why else ""
    return f"{shown(word)} {why}{hint}"


def _entries(node: Node, name: str, limits: Limits) -> str:
    number = len(node.value) if isinstance(node.value, tuple) else 0
    least, most = int(limits.get("min_length", 0)), int(limits.get("max_length", number))
    if number > most:
        return f"{name} has {number} entries; at most {most} fit: remove some"
    if number < least:
        has = {0: "no entry", 1: "1 entry"}.get(number, f"{number} entries")
        return f"{name} has {has}; the least is {least}: write more"
    return ""  # pydantic counts valid entries only, and has named the others already


def _what(node: Node) -> str:
    match node.value:
        case bool():
            return shown(node.raw)
        case int() | float():
            return "a number"
        case str():
            return "text"
        case tuple():
            return "a list"
        case dict():
            return "a group of keys"
        case None:
            return "nothing"


def _wrong(node: Node, wanted: str) -> str:
    told = f"{_what(node)} is written here where {wanted} is expected"
    quoted = f'put it in quotes: "{node.raw}"' if len(node.raw) <= 40 else "put it in quotes"
    match wanted, node.value:
        case "text", tuple():
            cure = "put text that begins with [ or - in quotes, or write it below |"
        case "text", dict():
            cure = "put text with a colon in quotes, or write it below |"
        case "text", _:
            cure = quoted
        case "a whole number", str() if re.fullmatch(r"\s*\d+\s*", node.raw):
            cure = f"write {node.raw.strip()} without quotes"
        case "a whole number", _:
            cure = "write one in digits, such as 7"
        case "true or false", _:
            cure = "write true or false, without quotes"
        case "a list", _:
            cure = "write each entry on a line of its own that begins with -"
        case _:
            cure = "write its keys, each on a line of its own with a colon after it"
    return f"{told}: {cure}"
