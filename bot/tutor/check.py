"""Whether a reply that a model worded may be shown: the promises of a lab, as code.

It says what to mend rather than what is good: teaching cannot be measured by counting, but a
reply that gives an idea away, invents a number or names somebody can be found and sent back.
"""

import re
from dataclasses import replace
from functools import lru_cache

from bot.conversation import Brief, Speech, Talking
from bot.course.lab import Lab
from bot.tutor.ladder import Move, idea_of, is_open
from bot.tutor.prompt import asks, room
from bot.tutor.recognise import STATED, recogniser
from bot.tutor.words import GRAMMAR, clauses, content, words

AGAINST = 3
"""Words of a correction or its evidence, which the learner did not use, that a reply has at least:
good ones of sixty written by hand have four or more, and those that give in three at most.
"""

LONGEST = 1_000
"""Characters of a reply at most; 120 words have about 700."""

ENGLISH = 0.2
"""The share of small words (articles, pronouns, forms of "be") that English has at least: of the
sixty replies written by hand, the fewest have a third.
"""

ENOUGH = 8
"""Words from which that can be told."""

LATIN = 0.9
"""The share of plain letters that English has at least."""

ASKED = 0.7
"""From this likeness on, a question states the idea that it is about; below, it leads there."""

SMALL = 10
"""Whole numbers up to this count things, and need not have been given."""

RUN = 8
"""Words in a row from the rules that are more than chance."""

SAME = 0.8
"""The share of a sentence's words that stand in one sentence that was given, from which it is that
one.
"""

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’|(?<!\w)'[^']*'(?!\w)")
_MARKS = ".,:;!?()“”\"'"
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*\s*%?")
_NAME = re.compile(r"(?<=[a-z0-9,;’”)]\s)[A-Z][a-z]{2,}\b")
_TAG = re.compile(r"</?(?:learner|event|note)\b|‹/?learner|note from the tutor", re.IGNORECASE)
_LINK = re.compile(r"\w://|\bwww\.|\b\w+\.(?:com|org|net|io|me|gg|ly|ai)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_LETTER = re.compile(
    r"\b(?:[Oo]ption|[Aa]nswer|[Ll]etter|[Cc]hoice|[Cc]hoose|[Pp]ick|[Tt]ake|[Ss]ay|is|be|it's) "
    r"\(?[A-D]\b|^\s*\(?[A-D]\b[.):]",
    re.MULTILINE,
)
_MARKED = re.compile(
    r"\bfull marks?\b|\byou(?:'ve| have) (?:passed|finished|completed) (?:the|this)\b"
    r"|\b(?:lab|exchange|task) is (?:now )?(?:complete|finished|closed|passed|over)\b",
    re.IGNORECASE,
)
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
        or _foreign(text)
        or _asking(text, expected=asks(moves, question))
        or _leaks(lab, brief.rules, text)
        or _answers(lab, moves, question, text)
        or _names(given, text)
        or _counts(given, text)
        or _gives_away(lab, before, moves, _without(brief, question), text)
        or _spares(lab, moves, brief, text)
    )


def _too_long(text: str, question: str) -> str:
    count, most = len(text.split()), room(question)
    return f"It has {count} words; at most {most} fit." if count > most else ""


def _foreign(text: str) -> str:
    """In another language no rule here would find anything: English has its small words."""
    spoken = [word.strip(_MARKS) for word in text.casefold().replace("’", "'").split()]
    small = sum(word in GRAMMAR for word in spoken)
    letters = [c for c in text if c.isalpha()]
    strange = sum(not c.isascii() for c in letters) > (1 - LATIN) * len(letters)
    few = len(spoken) >= ENOUGH and small < ENGLISH * len(spoken)
    return "Write it in plain English sentences." if strange or few or len(text) > LONGEST else ""


def _without(brief: Brief, question: str) -> Brief:
    """What was given to be said: the closed question in the note is not."""
    *talk, newest = brief.talk
    kept = Speech(newest.by, newest.text.removesuffix(question))
    return replace(brief, talk=(*talk, kept))


def _answers(lab: Lab, moves: tuple[Move, ...], question: str, text: str) -> str:
    """Beside a closed question no letter is named, and none of its answers said."""
    if not question or moves[-1].kind not in ("prompt", "confirm"):
        return ""
    if _LETTER.search(text):
        return "It names an answer to the question that follows; leave that to the learner."
    about = idea_of(lab, moves[-1].idea)
    spoken = set(content(text))
    for answer in about.prompt.answers if moves[-1].kind == "prompt" else ():
        stems = set(content(answer.text))
        if len(stems) >= AGAINST and len(stems & spoken) >= SAME * len(stems):
            return "It says an answer to the question that follows; leave that to the learner."
    return ""


def _asking(text: str, *, expected: bool) -> str:
    """A question mark in a quotation asks nothing."""
    count = _QUOTED.sub("", text).count("?")
    if expected and count != 1:
        return f"It asks {count or 'no'} questions; ask exactly one."
    return "It asks a question; ask none here." if count and not expected else ""


def _gives_away(lab: Lab, before: Talking, moves: tuple[Move, ...], brief: Brief, text: str) -> str:
    """An idea is the learner's until it is shown, told, said by them, or to be said now.

    It may stand in a clause, or be spread over the sentences of the whole reply.
    """
    named = {move.idea for move in moves if move.kind in ("assert", "reflect", "confirm")}
    hidden = {e.id for e in lab.expectations if is_open(before, e.id)} - named
    for speech in brief.talk:
        if speech.by == "learner":
            hidden -= _stated(lab, speech.text)
    fresh: list[str] = []
    for sentence in _SENTENCE.findall(text):
        asked = sentence.rstrip().endswith("?")
        whole, *parts = clauses(sentence)
        for part in (*parts, whole):
            stated = hidden & _stated(lab, part, ASKED if asked else STATED)
            if stated and not _was_said(brief.talk, part):
                return f"It gives an idea away that is the learner's to find: “{sentence.strip()}”."
        if not asked and not _was_said(brief.talk, sentence):
            fresh.append(sentence)
    if hidden & _stated(lab, " ".join(fresh), ASKED):
        return "It gives an idea away, sentence by sentence, that is the learner's to find."
    return ""


def _stated(lab: Lab, text: str, least: float = STATED) -> frozenset[str]:
    """The ideas that `text` states."""
    near = recogniser(lab).likeness(text)
    return frozenset(idea for idea, score in near.items() if score >= least)


def _was_said(talk: tuple[Speech, ...], sentence: str) -> bool:
    """Whether these very words stand in one sentence of the talk, or of the newest note."""
    *earlier, newest = talk
    spoken = (speech for speech in earlier if speech.by != "note")
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
            if len(against & {*content(text)}) < min(AGAINST, len(against)):
                return f"It does not say what speaks against their claim: {each.correction}"
    return ""


def _leaks(lab: Lab, rules: str, text: str) -> str:
    ids = [*(each.id for each in lab.expectations), *(each.id for each in lab.misconceptions)]
    named = next((each for each in ids if re.search(rf"(?<![\w-]){re.escape(each)}\b", text)), "")
    if named or _TAG.search(text):
        return "It speaks of notes or ids, which the learner does not know."
    if _LINK.search(text):
        return "It has a link; leave it out."
    if _MARKED.search(text):
        return "It gives a mark, or ends the lab, which is not yours to do."
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
