"""The ladder of an idea, and the way from one idea to the next.

Pump, hint, hint, closed prompt, assertion with transfer question: what a line climbs by a rung, and
what is asked again when it climbs nothing.
"""

from dataclasses import dataclass, replace
from typing import Literal

from bot.conversation import Talking
from bot.course.lab import Expectation, Lab
from bot.tutor.answers import Found
from bot.tutor.recognise import LOW, Recognised

PUMP, HINT, PROMPT, ASSERTED = 1, 2, 4, 5
"""The rungs; 3 is the second hint, and 0 is where nothing was climbed yet."""

Kind = Literal[
    "pump",
    "hint",
    "prompt",
    "assert",
    "reflect",
    "confirm",
    "correct",
    "right",
    "wrong",
    "answer",
    "unanswered",
    "refuse",
    "rules",
    "nod",
    "choose",
    "cheer",
    "unclear",
    "distress",
    "taken",
    "again",
    "extend",
    "not-yet",
    "summary",
    "summary-again",
    "over",
]


@dataclass(frozen=True, slots=True)
class Move:
    """One thing to say: `idea` is the expectation it is about, `detail` what else it needs.

    For `correct` that is the misconception, for `right` and `wrong` the answer chosen, for `hint`
    which one; `found` is what answers a question.
    """

    kind: Kind
    idea: str = ""
    detail: str = ""
    found: Found | None = None


Turn = tuple[Talking, tuple[Move, ...]]


def climbed(
    lab: Lab,
    memory: Talking,
    idea: str,
    before: tuple[Move, ...],
    seen: Recognised | None = None,
) -> Turn:
    """One rung up the ladder of `idea`; where there is nothing left to climb, the next idea."""
    memory = replace(memory, open="words")
    if idea in memory.told or idea in memory.shown:
        return onward(lab, memory, before, seen)
    rung = rung_of(memory, idea) + 1
    if rung == PROMPT and idea in memory.checked:
        rung = ASSERTED
    memory = at_rung(memory, idea, rung)
    match rung:
        case 1:
            return memory, (*before, Move("pump", idea))
        case 2 | 3:
            return memory, (*before, Move("hint", idea, str(rung - HINT)))
        case 4:
            return replace(memory, open="check"), (*before, Move("prompt", idea))
        case _:
            return asserted(lab, memory, idea, before)


def checked(lab: Lab, memory: Talking, idea: str, before: tuple[Move, ...]) -> Turn:
    """Ask the closed question of `idea`, once; after that its ladder goes on."""
    memory = replace(memory, focus=idea)
    if idea in memory.checked:
        return climbed(lab, memory, idea, ())
    return replace(memory, open="check"), (
        *(before or (Move("reflect", idea),)),
        Move("prompt", idea),
    )


def asserted(lab: Lab, memory: Talking, idea: str, before: tuple[Move, ...]) -> Turn:
    """Explain `idea` and ask for it in a new case; once explained, the next one is asked for."""
    if idea in memory.told:
        return onward(lab, memory, before)
    memory = at_rung(memory, idea, ASSERTED)
    told = memory.told if idea in memory.shown else (*memory.told, idea)
    return replace(memory, told=told, open="transfer"), (*before, Move("assert", idea))


def onward(
    lab: Lab, memory: Talking, before: tuple[Move, ...], seen: Recognised | None = None
) -> Turn:
    """To the next idea: the one that was half said, or else the next in the author's order."""
    order = [expectation.id for expectation in lab.expectations if is_open(memory, expectation.id)]
    if not order:
        if memory.counted >= lab.exchanges:
            return replace(memory, open="summary"), (*before, Move("summary"))
        return replace(memory, open="words"), (*before, Move("extend"))
    half = (
        [idea for idea, score in seen.ideas if score >= LOW / 2 and idea in order] if seen else []
    )
    idea = (half or order)[0]
    memory = replace(at_rung(memory, idea, max(PUMP, rung_of(memory, idea))), open="words")
    return memory, (*before, *asked(memory, fresh=True))


def asked(memory: Talking, *, fresh: bool = False) -> tuple[Move, ...]:
    """The question that is open, once more, in the form it has on its rung."""
    idea = memory.focus
    match memory.open:
        case "summary":
            return (Move("summary-again"),)
        case "confirm":
            return (Move("confirm", idea),)
        case "check":
            return (Move("prompt", idea),)
        case "transfer":
            return (Move("again", idea, "transfer"),)
        case _:
            pass
    if not is_open(memory, idea):
        return (Move("extend"),)
    rung = rung_of(memory, idea)
    if fresh and rung <= PUMP:
        return (Move("pump", idea),)
    return (Move("again", idea, {0: "greeting", PUMP: "pump", HINT: "0"}.get(rung, "1")),)


def is_open(memory: Talking, idea: str) -> bool:
    """Whether an idea was neither shown by the learner nor explained to them."""
    return idea not in memory.shown and idea not in memory.told


def still(lab: Lab, memory: Talking) -> Talking:
    """`memory` with the ideas that the lab has today: an edit may have taken some away."""
    known = [each.id for each in lab.expectations]
    memory = replace(memory, shown=tuple(idea for idea in memory.shown if idea in known))
    if memory.focus in known and memory.against < len(idea_of(lab, memory.focus).wrong):
        return memory
    focus = next((idea for idea in known if is_open(memory, idea)), known[0])
    asking = memory.open not in ("summary", "over")
    return replace(memory, focus=focus, against=0, open="words" if asking else memory.open)


def rung_of(memory: Talking, idea: str) -> int:
    """The rung that was reached on the ladder of an idea, 0 for none."""
    return dict(memory.rungs).get(idea, 0)


def at_rung(memory: Talking, idea: str, rung: int) -> Talking:
    """The memory with another rung of `idea`, which is asked for now."""
    rungs = {**dict(memory.rungs), idea: rung}
    return replace(memory, focus=idea, rungs=tuple(rungs.items()))


def idea_of(lab: Lab, idea: str) -> Expectation:
    """The expectation with this id; the first where an edit took it away."""
    found = [each for each in lab.expectations if each.id == idea]
    return found[0] if found else lab.expectations[0]


def question_of(lab: Lab, about: Expectation, which: str) -> str:
    """The question that "again" asks: its `detail` says which of an idea's."""
    match which:
        case "greeting":
            return lab.task
        case "pump":
            return about.pump
        case "transfer":
            return about.transfer
        case _:
            return about.hints[int(which)]
