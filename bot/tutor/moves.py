"""What the tutor does next: from what is remembered and a line, to moves and a new memory.

The ladder of an idea is pump, hint, hint, closed prompt, assertion with transfer question. A line
that says something climbs it by a rung; nodding, demanding and noise do not. An assertion is made
at the ladder's end or when somebody says "show me", never before. Only a closed question that is
answered right shows that an idea is there.
"""

from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from bot.conversation import Talking
from bot.course.lab import Lab, Wrong
from bot.course.model import Lesson
from bot.tutor.acts import Act, act_of
from bot.tutor.answers import shelf
from bot.tutor.exchange import Line, Why, why_not
from bot.tutor.ladder import (
    PROMPT,
    PUMP,
    Move,
    Turn,
    asked,
    asserted,
    at_rung,
    checked,
    climbed,
    idea_of,
    is_open,
    onward,
    rung_of,
)
from bot.tutor.recognise import LOW, SHARED, Recognised, recogniser
from bot.tutor.words import content

TURNS = 20
"""A lab ends here at the latest; two turns before, the learner is asked to sum up."""

TOLD_APART = (Act.DEMAND, Act.FRUSTRATION)
TELLING = 0.25
"""A line this like one of the lab's sentences is about the lab, whatever phrase stands in it: "just
give me the answer, and not the reasons, is what the checker rewards" demands nothing."""

KEPT = 400
"""Characters of a learner's line that are remembered, to know a repeat."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The tutor's turn: what is remembered now, what is said, and how the line counted.

    `line` is what the transcript keeps of the learner's words; `why` is set when the reason why
    they did not count is to be told.
    """

    memory: Talking
    moves: tuple[Move, ...]
    line: str = ""
    counted: bool = False
    why: Why | None = None


def prepare(lab: Lab, lessons: tuple[Lesson, ...]) -> None:
    """Make what a lab is answered with, so that no learner waits a tenth of a second for it."""
    recogniser(lab)
    shelf(lab, lessons)


def begun(lab: Lab, attempt: int) -> Talking:
    """The memory of a lab in which only the greeting was said."""
    return Talking(attempt, focus=lab.expectations[0].id, heard=lab.greeting)


def reply_to(lab: Lab, lessons: tuple[Lesson, ...], memory: Talking, text: str) -> Reply:
    """The tutor's turn after a learner's line. The same history gives the same turn."""
    act = act_of(text)
    if act is Act.DISTRESS:
        return Reply(memory, (Move("distress"),))
    seen = recogniser(lab).recognised(text)
    if act in TOLD_APART and seen.shared >= 3 and seen.likeness >= TELLING:
        act = Act.CONTRIBUTION
    why = _why_not(lab, lessons, memory, text, act, seen)
    counts = why is None and memory.open != "summary"
    memory = replace(
        memory,
        turn=memory.turn + 1,
        counted=memory.counted + counts,
        said=(*memory.said, text[:KEPT]),
    )
    after, moves = _answered(lab, lessons, memory, text, act, seen, why)
    after, moves = _ended_in_time(lab, after, moves)
    tell = act is Act.CONTRIBUTION and memory.open != "summary" and not memory.explained
    told = why if tell and not counts else None
    return Reply(
        replace(after, explained=after.explained or told is not None), moves, text, counts, told
    )


def chosen(lab: Lab, memory: Talking, idea: str, answer: str) -> Turn | None:
    """The tutor's turn after an answer to the closed question of `idea`; None if it is not open."""
    expectation = idea_of(lab, idea)
    option = next((a for a in expectation.prompt.answers if a.id == answer), None)
    if memory.open != "check" or memory.focus != idea or option is None:
        return None
    first = idea not in memory.checked
    memory = replace(memory, open="words", checked=(*memory.checked, idea))
    if option.correct:
        if first:
            memory = replace(memory, shown=(*memory.shown, idea))
        return onward(lab, memory, (Move("right", idea, answer),))
    wrong = Move("wrong", idea, answer)
    if rung_of(memory, idea) >= PROMPT:
        return asserted(lab, memory, idea, (wrong,))
    return climbed(lab, memory, idea, (wrong,))


def confirmed(lab: Lab, memory: Talking, meant: str) -> Turn | None:
    """The tutor's turn after "Are you saying …?"; None if that is not what was asked.

    `meant` is "idea", "wrong" (the statement that stood beside it) or "neither".
    """
    if memory.open != "confirm":
        return None
    memory, idea = replace(memory, open="words"), memory.focus
    match meant:
        case "idea":
            return checked(lab, memory, idea, ())
        case "wrong":
            held = contrast(lab, memory).misconception
            memory = at_rung(memory, idea, max(PUMP, rung_of(memory, idea)))
            return memory, (Move("correct", idea, held), *asked(memory))
        case _:
            return climbed(lab, memory, idea, ())


def contrast(lab: Lab, memory: Talking) -> Wrong:
    """The wrong statement that stands beside the idea when the learner is asked which they mean."""
    return idea_of(lab, memory.focus).wrong[memory.against]


def shown(lab: Lab, memory: Talking) -> Turn:
    """The tutor's turn after "show me": it explains the step that is open."""
    if memory.open == "summary":
        return memory, (Move("summary-again"),)
    return asserted(lab, replace(memory, open="words"), memory.focus, ())


def finishing(lab: Lab, memory: Talking) -> Turn:
    """The tutor's turn when somebody wants to finish."""
    if memory.counted < lab.exchanges:
        return memory, (Move("not-yet"), *asked(memory))
    return replace(memory, open="summary"), (Move("summary"),)


# -- what a line leads to --------------------------------------------------------------------


def _answered(
    lab: Lab,
    lessons: tuple[Lesson, ...],
    memory: Talking,
    text: str,
    act: Act,
    seen: Recognised,
    why: Why | None,
) -> Turn:
    if memory.open == "summary":
        return _summed_up(memory, act, text)
    if memory.open == "check" and (answer := _typed_answer(lab, memory, text)):
        return chosen(lab, memory, memory.focus, answer) or (memory, ())
    match act:
        case Act.SHOW:
            return shown(lab, memory)
        case Act.FINISH:
            return finishing(lab, memory)
        case Act.INSTRUCTION:
            return memory, (Move("rules"), *asked(memory))
        case Act.DEMAND:
            return memory, (Move("refuse"), *asked(memory))
        case Act.ACKNOWLEDGEMENT | Act.NOISE:
            choosing = memory.open in ("confirm", "check")
            return memory, (Move("choose" if choosing else "nod"), *asked(memory))
        case Act.FRUSTRATION | Act.STUCK:
            return climbed(lab, memory, memory.focus, (Move("cheer"),))
        case Act.QUESTION if seen.level != "high" and why not in (Why.REPEATED, Why.ECHO):
            return memory, (_answer(lab, lessons, text), *asked(memory))
        case _:
            return _contributed(lab, memory, seen, why)


def _contributed(lab: Lab, memory: Talking, seen: Recognised, why: Why | None) -> Turn:
    choosing = memory.open in ("confirm", "check")
    if why is Why.SHORT and choosing and seen.level != "high":
        return memory, (Move("choose"), *asked(memory))
    if why in (Why.LISTED, Why.REPEATED, Why.ECHO):
        return memory, (Move("unclear", detail=why.value), *asked(memory))
    if seen.misconception:
        return memory, (Move("correct", detail=seen.misconception), *asked(memory))
    best = seen.best
    if is_open(memory, best) and best not in memory.checked:
        if seen.level == "high":
            return checked(lab, memory, best, (Move("reflect", best),))
        if seen.level == "middle" and best not in memory.contrasted and memory.turn > 1:
            return _contrasted(lab, memory, best, seen)
    if memory.open == "transfer" or seen.level == "high":
        return onward(lab, replace(memory, open="words"), (Move("taken", memory.focus),), seen)
    return climbed(lab, memory, memory.focus, (), seen)


def _contrasted(lab: Lab, memory: Talking, idea: str, seen: Recognised) -> Turn:
    """Ask which is meant: the idea, or the wrong statement of it that is nearest to the line."""
    wrong = [each.misconception for each in idea_of(lab, idea).wrong]
    memory = replace(
        memory,
        focus=idea,
        open="confirm",
        contrasted=(*memory.contrasted, idea),
        against=wrong.index(seen.nearest) if seen.nearest in wrong else 0,
    )
    return memory, (Move("confirm", idea),)


def _summed_up(memory: Talking, act: Act, text: str) -> Turn:
    said = act in (Act.CONTRIBUTION, Act.QUESTION) and len(set(content(text))) >= 3
    if said or memory.asked_twice:
        return replace(memory, open="over"), (Move("over"),)
    return replace(memory, asked_twice=True), (Move("summary-again"),)


def _answer(lab: Lab, lessons: tuple[Lesson, ...], text: str) -> Move:
    found = shelf(lab, lessons).answer(text)
    return Move("answer", found=found) if found else Move("unanswered")


def _typed_answer(lab: Lab, memory: Talking, text: str) -> str:
    """The answer of the open closed question that somebody typed out, or ""."""
    answers = idea_of(lab, memory.focus).prompt.answers
    scores = {a.id: fuzz.token_sort_ratio(a.text.casefold(), text.casefold()) for a in answers}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] >= 85 else ""


def closing(lab: Lab, memory: Talking, moves: tuple[Move, ...]) -> Turn:
    """The tutor's turn after a press, which is one of the lab's turns as a line is."""
    return _ended_in_time(lab, replace(memory, turn=memory.turn + 1), moves)


def _ended_in_time(lab: Lab, memory: Talking, moves: tuple[Move, ...]) -> Turn:
    """Come to an end in time: a summary is asked for two turns before the last."""
    if memory.open == "over":
        return memory, moves
    if memory.turn >= TURNS:
        return replace(memory, open="over"), (Move("over"),)
    if memory.turn >= TURNS - 2 and memory.open != "summary" and memory.counted >= lab.exchanges:
        kept = tuple(move for move in moves if move.kind in ("right", "wrong", "correct", "answer"))
        return replace(memory, open="summary"), (*kept, Move("summary"))
    return memory, moves


def _why_not(
    lab: Lab,
    lessons: tuple[Lesson, ...],
    memory: Talking,
    text: str,
    act: Act,
    seen: Recognised,
) -> Why | None:
    # The starter prompt may be sent as it is, once: it is not among the earlier lines then.
    near = seen.shared >= SHARED and seen.likeness >= LOW
    related = near or shelf(lab, lessons).touches(text)
    return why_not(Line(text, act, related, memory.said, memory.heard))
