"""Whether an item tests its objective, and not how well somebody reads the form of its options.

Warnings only. What `check_options` has told already (options alike, none right) is left alone.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from bot.course.base import Part
from bot.course.nodes import Node
from bot.course.problem import Problem, shown, warning
from bot.course.sheets import Sheet
from bot.course.teaching_words import folded, long_stems

SHORT = 30
"""Options of at most so many characters are told apart at a glance: a word makes 25% of them."""
SPREAD = 1.25
FEW = 4

_OPTIONS = r"(?:above|below|foregoing|others|options|answers|choices|statements)"
_TAIL = r"(?: here)?(?: (?:is|are|apply|applies|holds?)(?: (?:right|correct|true|wrong|false))?)?"
_LETTERS = r"[a-f](?:, [a-f])*,? (?:and|or|nor|&) [a-f]"
_CATCH_ALL = re.compile(
    rf"(?:all|any|none|both|neither|each|either)(?: of)?(?: the| these)?"
    rf"(?: two| three| four| five)?(?: other)? {_OPTIONS}{_TAIL}"
    rf"|(?:all|any|none|both|neither|each|either) of these{_TAIL}"
    rf"|(?:both |neither |only |either )?(?:options |answers )?{_LETTERS}{_TAIL}"
    r"|(?:all|any|none|both|neither|each|either) (?:of )?the (?:above|foregoing)\b.*"
)
_NOUN = r"(?:answer|option|choice|one|idea|reading|way)"
_TRUTH = r"(?:right|wrong|correct|incorrect|true|false)"
_BEGINNING = (
    rf"(?:(?:that|this|it|you|the {_NOUN}|your {_NOUN}|this {_NOUN})"
    r"(?:['’]s|['’]re| is| are| was)(?: the| a)?(?: not| quite| absolutely| completely)*"
    rf" {_TRUTH}(?: {_NOUN})?"
    rf"|not (?:quite|{_TRUTH})|not|quite {_TRUTH}|{_TRUTH}|yes|yep|no|nope|exactly|indeed"
    r"|well done|good job|great job|nice work|good|great|perfect|excellent|of course|sorry"
    r"|unfortunately|almost|try again)"
)
_VERDICT = re.compile(rf"(?:{_BEGINNING}(?:[\s,.!;:–—-]+|$))*")
_AGREES = re.compile(
    r"(?:(?:that|this|you)(?:['’]s|['’]re| is| are) )?(?:yes|yep|right|correct|exactly)"
    r"(?:[,.!;:]|\s+[–—-]|$)"
)


class Choice(NamedTuple):
    """An option: its node, the node of its text, the text, and whether it is the right one."""

    node: Node
    place: Node
    text: str
    right: bool

    @property
    def letter(self) -> str:
        """The option's id."""
        return self.node.word("id")


def choices(item: Node) -> tuple[Choice, ...]:
    """The options of an item that have a text of their own."""
    found: dict[str, Choice] = {}
    for option in item.each("options"):
        place, text, right = option.get("text"), option.word("text"), option.get("correct")
        if place and text:
            is_right = right is not None and right.value is True
            alike = " ".join(folded(text).split())
            found.setdefault(alike, Choice(option, place, text, is_right))
    return tuple(found.values())


def key_of(options: tuple[Choice, ...]) -> Choice | None:
    """The right option; None where it is missing, not the only one, or the only option."""
    right = [option for option in options if option.right]
    return right[0] if len(right) == 1 and len(options) > 1 else None


def key_is_longest(item: Node) -> bool:
    """Whether the right option is longer than every other one."""
    options = choices(item)
    key = key_of(options)
    return key is not None and all(len(o.text) < len(key.text) for o in options if o is not key)


def check_item(sheet: Sheet[Part], item: Node) -> Iterator[Problem]:
    """Everything about one item that gives its key away, or teaches nothing."""
    options = choices(item)
    yield from _lengths(sheet, options)
    yield from _odd(sheet, options, _ending, _ENDINGS)
    yield from _odd(sheet, options, _opening, _OPENINGS)
    for option in options:
        if _CATCH_ALL.fullmatch(folded(option.text).strip(" .!…")):
            text = "an option for several others tests logic, and shuffling breaks it"
            yield warning(sheet.file, option.place.mark, f"{text}: write an answer of its own")
    yield from _echo(sheet, item, options)
    for option in options:
        yield from _feedback(sheet, option)


# -- the form of the options ------------------------------------------------------------------


def _lengths(sheet: Sheet[Part], options: tuple[Choice, ...]) -> Iterator[Problem]:
    if len(options) < 2:
        return
    longest = max(options, key=lambda option: len(option.text))
    most, least = len(longest.text), min(len(option.text) for option in options)
    if most > SHORT and most > SPREAD * least:
        text = (
            f"this option has {most} characters and the shortest has {least}, "
            f"{most / least - 1:.0%} more: bring them within 25% of each other"
        )
        yield warning(sheet.file, longest.place.mark, text)


_ENDINGS = {
    True: "ends in {mark} and {other} does not: end all options alike",
    False: "does not end in {mark} as {other} does: end all options alike",
}
_OPENINGS = {
    True: "begins with a capital and {other} does not: begin all options alike",
    False: "begins with a small letter and {other} with a capital: begin all options alike",
}


def _ending(option: Choice) -> bool:
    return _last(option) in ".!?;:,…"


def _last(option: Choice) -> str:
    return option.text.rstrip("\"'”’)*_` ")[-1:] or option.text[-1]


def _opening(option: Choice) -> bool | None:
    """Whether an option begins with a capital; None for what is written so anywhere."""
    first = re.match(r"[^\W\d_][\w'’-]*", option.text.lstrip("\"'“‘(*_"))
    word = first.group() if first else ""
    is_name = word in ("I", "I'm", "I’m") or (len(word) > 1 and not word[1:].islower())
    return None if not word or is_name or re.search(r"\d", word) else word[0].isupper()


def _odd(
    sheet: Sheet[Part],
    options: tuple[Choice, ...],
    form: Callable[[Choice], bool | None],
    sentences: dict[bool, str],
) -> Iterator[Problem]:
    """The first option that is formed otherwise than most; where half are, than the first."""
    forms = [(option, is_so) for option in options if (is_so := form(option)) is not None]
    so = sum(is_so for _, is_so in forms)
    if so in (0, len(forms)):
        return
    usual = forms[0][1] if 2 * so == len(forms) else 2 * so > len(forms)
    other = next(option for option, is_so in forms if is_so == usual)
    odd = next(option for option, is_so in forms if is_so != usual)
    mark = shown(_last(other if usual else odd))
    text = sentences[not usual].format(mark=mark, other=f"option {other.letter}")
    yield warning(sheet.file, odd.place.mark, f"this option {text}")


# -- the stem and the feedback ----------------------------------------------------------------


def _echo(sheet: Sheet[Part], item: Node, options: tuple[Choice, ...]) -> Iterator[Problem]:
    key, stem = key_of(options), item.get("stem")
    if key is None or stem is None:
        return
    others = {each for option in options if option is not key for each in long_stems(option.text)}
    asked = long_stems(item.word("stem"))
    shared = [word for each, word in long_stems(key.text).items() if each in asked.keys() - others]
    if shared:
        words = " and ".join(shown(word) for word in shared)
        text = f"of all options only the right one takes up {words} from this question"
        yield warning(sheet.file, stem.mark, f"{text}: reword one of the two")


def _feedback(sheet: Sheet[Part], option: Choice) -> Iterator[Problem]:
    place, said = option.node.get("feedback"), folded(option.node.word("feedback"))
    if place is None or not said:
        return
    found = _VERDICT.match(said)
    rest = said[found.end() :] if found else said
    if len(re.findall(r"[\w'’-]*\w", rest)) < FEW:
        text = "this feedback gives no reason: say in a sentence why this option is right or wrong"
        yield warning(sheet.file, place.mark, text)
    elif option.right and (agrees := _AGREES.match(said)):
        word = option.node.word("feedback")[: agrees.end()].rstrip(",.!;: –—-")
        text = f"the program says itself that this is right: leave out {shown(word)}"
        yield warning(sheet.file, place.mark, text)
