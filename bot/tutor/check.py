"""Whether a reply that a model worded may be shown: the promises of a lab, as code.

It says what to mend rather than what is good: teaching cannot be measured by counting, but a
reply that gives an idea away, invents a number or names somebody can be found and sent back.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.conversation import Brief, Speech, Talking
from bot.course.lab import Lab
from bot.tutor.ladder import Move, is_open
from bot.tutor.prompt import asks, room
from bot.tutor.recognise import STATED, recogniser
from bot.tutor.words import clauses, content, words

AGAINST = 3
"""Words of a correction or its evidence, which the learner did not use, that a reply has at least:
good ones of sixty written by hand have four or more, and those that give in three at most.
"""

SMALL = 10
"""Whole numbers up to this count things, and need not have been given."""

RUN = 8
"""Words in a row from the rules that are more than chance."""

SAME = 0.8
"""The share of a sentence's words that stand in one sentence that was given, from which it is that
one.
"""

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’|(?<!\w)'[^']*'(?!\w)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*\s*%?")
_NAME = re.compile(r"(?<=[a-z0-9,;’”)]\s)[A-Z][a-z]{2,}\b")
_TAG = re.compile(r"</?(?:learner|event|note)\b|‹/?learner|note from the tutor", re.IGNORECASE)
_LINK = re.compile(r"\w://|\bwww\.", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*")
_ANYWHERE = frozenset(
    """english german french spanish italian portuguese dutch polish russian turkish arabic hindi
    chinese japanese korean european african american asian british monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september
    october november december christmas easter internet earth python bayesian gaussian""".split()
)


def fault(
    lab: Lab, before: Talking, moves: tuple[Move, ...], question: str, brief: Brief, text: str
) -> str:
    """What is wrong with `text`, told to whoever wrote it; "" where it may be shown.

    `before` is what the tutor remembered before the learner's words; `question` is the closed
    question that follows, "" for none.
    """
    given = (brief.lab, *(speech.text for speech in brief.talk))
    return (
        _too_long(text, question)
        or _asking(text, expected=asks(moves, question))
        or _leaks(lab, brief.rules, text)
        or _names(given, text)
        or _counts(given, text)
        or _gives_away(lab, before, moves, brief, text)
        or _spares(lab, moves, brief, text)
    )


def _too_long(text: str, question: str) -> str:
    count, most = len(text.split()), room(question)
    return f"It has {count} words; at most {most} fit." if count > most else ""


def _asking(text: str, *, expected: bool) -> str:
    """A question mark in a quotation asks nothing."""
    count = _QUOTED.sub("", text).count("?")
    if expected and count != 1:
        return f"It asks {count or 'no'} questions; ask exactly one."
    return "It asks a question; ask none here." if count and not expected else ""


def _gives_away(lab: Lab, before: Talking, moves: tuple[Move, ...], brief: Brief, text: str) -> str:
    """An idea is the learner's until it is shown, told, said by them, or to be said now."""
    named = {move.idea for move in moves if move.kind in ("assert", "reflect", "confirm")}
    hidden = {e.id for e in lab.expectations if is_open(before, e.id)} - named
    for sentence in _statements(text):
        whole, *parts = clauses(sentence)
        given: set[str] = set()
        for part in (*parts, whole):
            stated = (hidden - given) & _stated(lab, part)
            if stated and not _was_given(lab, stated, brief.talk, part):
                return f"It gives an idea away that is the learner's to find: “{sentence.strip()}”."
            given |= stated
    return ""


def _statements(text: str) -> Iterator[str]:
    return (each for each in _SENTENCE.findall(text) if not each.rstrip().endswith("?"))


def _stated(lab: Lab, text: str) -> frozenset[str]:
    """The ideas that `text` states."""
    near = recogniser(lab).likeness(text)
    return frozenset(idea for idea, score in near.items() if score >= STATED)


def _was_given(lab: Lab, ideas: set[str], talk: tuple[Speech, ...], sentence: str) -> bool:
    """Whether the learner has said the ideas, or these very words are in the talk or the note."""
    *earlier, newest = talk
    spoken = [speech for speech in earlier if speech.by != "note"]
    said = (_stated(lab, speech.text) for speech in spoken if speech.by == "learner")
    if ideas <= frozenset().union(*said):
        return True
    given = (each for speech in (*spoken, newest) for each in _SENTENCE.findall(speech.text))
    stems = set(content(sentence))
    return any(len(stems & set(content(each))) >= SAME * len(stems) for each in given)


def _spares(lab: Lab, moves: tuple[Move, ...], brief: Brief, text: str) -> str:
    """A mistaken idea is answered by what speaks against it, and not by giving in."""
    held = {move.detail for move in moves if move.kind == "correct"}
    *_, said, _ = brief.talk
    for each in lab.misconceptions:
        if each.id in held:
            against = {*content(each.correction), *content(each.evidence)} - {*content(said.text)}
            if len(against & {*content(text)}) < AGAINST:
                return f"It does not say what speaks against their claim: {each.correction}"
    return ""


def _leaks(lab: Lab, rules: str, text: str) -> str:
    ids = [*(each.id for each in lab.expectations), *(each.id for each in lab.misconceptions)]
    named = next((each for each in ids if re.search(rf"(?<![\w-]){re.escape(each)}\b", text)), "")
    if named or _TAG.search(text):
        return "It speaks of notes or ids, which the learner does not know."
    if _LINK.search(text):
        return "It has a link; leave it out."
    spoken, kept = words(text), " ".join(words(rules))
    runs = (" ".join(spoken[n : n + RUN]) for n in range(len(spoken) - RUN + 1))
    return "It repeats your instructions." if any(run in kept for run in runs) else ""


def _vocabulary(text: str) -> frozenset[str]:
    return frozenset(word.removesuffix("'s") for word in words(text))


@lru_cache(maxsize=64)
def _of_lab(block: str) -> frozenset[str]:
    """The words of a lab, which many replies are held against; a learner's are not kept."""
    return _vocabulary(block)


def _names(given: tuple[str, ...], text: str) -> str:
    """A capital within a sentence is a name; those that stand in what was given are known."""
    block, *talk = given
    known = _ANYWHERE.union(_of_lab(block), *map(_vocabulary, talk))
    strange = [name for name in _NAME.findall(text) if not known.issuperset(words(name))]
    return f"It names {strange[0]}, who is not in the lab." if strange else ""


def _counts(given: tuple[str, ...], text: str) -> str:
    """Small whole numbers count things; all others must have been given."""
    known = {_bare(number) for each in given for number in _NUMBER.findall(each)}
    for number in _NUMBER.findall(text):
        bare = _bare(number)
        small = bare.isdecimal() and int(bare) <= SMALL and "%" not in number
        if not small and bare not in known:
            return f"It has the number {bare}, which stands neither in the lab nor in a note."
    return ""


def _bare(number: str) -> str:
    return number.strip(" %").replace(",", "").rstrip(".")
