"""One turn of a lab's talk: what the persona says, the buttons below it, and what is recorded.

Whoever words a reply, the tutor or a model, what counts, what is shown and what follows is put
together here, by the same code.
"""

import re
from dataclasses import replace
from typing import get_args

from bot.conversation import Choice, Completed, Message, Reason, Record, Talked, Talking, Turn
from bot.course.lab import Lab
from bot.course.model import Course, Lesson
from bot.flows.home import MENU
from bot.flows.scene import Scene
from bot.tutor import ladder, moves, wording
from bot.tutor.moves import Reply
from bot.tutor.wording import Voice

SHOW = "show-me"
FINISH = "finish"
STARTER = "starter"
SAID = "said"
"""Before "_a" and the like: no id of an idea has an underscore."""

ONCE = "budget"
"""A reason to do without a model that lasts, so that it is told once and not at every turn."""

_MARKS = re.compile(r"[\\*_\[\]<>~|#`]")


def replied(
    scene: Scene,
    lab: Lab,
    reply: Reply,
    *,
    words: str = "",
    note: str = "",
    alone: str = "",
    refused: bool = False,
) -> Turn:
    """The turn that a reply makes. `words` are a model's, told by `note`; "" for the tutor's own.

    `alone` is why the tutor words it where a model was asked, "" otherwise; `refused`: a model did
    not want to answer this line.
    """
    voice = voice_of(scene, lab)
    said = _said(voice, reply, _MARKS.sub(r"\\\g<0>", words))
    chosen = tuple(move.kind for move in reply.moves)
    text = _joined(said, _excuse(scene, reply, alone), wording.remarks(voice, reply))
    state = reply.memory
    if "distress" not in chosen:
        heard = _joined(said, wording.remarks(voice, reply))
        state = replace(state, heard=heard, alone=alone, briefed=state.briefed or bool(words))
    done = "over" in chosen and state.counted >= lab.exchanges
    paid, state = state.finished, replace(state, finished=state.finished or done)
    scene = replace(scene, session=replace(scene.session, waiting=None)).moved(state)
    as_written = _said(voice, reply, words)  # a model is shown its own words as it wrote them
    attempt, line, counted = state.attempt, reply.line, reply.counted
    talked = Talked(lab.id, attempt, line, as_written, counted, chosen, note, refused)
    records: list[Record] = [talked]
    if done:
        records.append(_completed(lab, state, 0 if paid else scene.course.points.lab))
    return scene.turn(spoken(scene, lab, state, text), records=tuple(records))


def _said(voice: Voice, reply: Reply, words: str) -> str:
    if not words:
        return wording.worded(voice, reply)
    return _joined(words.strip(), wording.following(voice, reply))


def _excuse(scene: Scene, reply: Reply, alone: str) -> str:
    """The honest line: why these words are not a model's."""
    if not alone or (alone == ONCE and reply.memory.alone == ONCE):
        return ""
    return scene.say(f"alone.{alone}" if alone in get_args(Reason) else "alone.other")


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _completed(lab: Lab, state: Talking, points: int) -> Completed:
    return Completed(lab.id, state.attempt, len(state.shown), len(lab.expectations), points)


def spoken(scene: Scene, lab: Lab, state: Talking, text: str) -> Message:
    """`text` said by the persona, with the buttons that the state of the talk offers."""
    write = scene.say("lab.write") if state.open in ("words", "transfer", "summary") else ""
    return Message(
        text,
        _choices(scene, lab, state),
        write=write,
        speaker=lab.persona.name,
        role=lab.persona.role,
    )


def _choices(scene: Scene, lab: Lab, state: Talking) -> tuple[Choice, ...]:
    if state.open == "over":
        again = scene.choice("retake", scene.say("lab.again-button"))
        if state.counted < lab.exchanges:
            return (again, scene.choice(MENU, scene.say("home.menu")))
        return (scene.choice("next", scene.next_label(lab.id)), again)
    ways: list[Choice] = []
    if state.open == "confirm":
        ways += [scene.choice(f"{SAID}_{letter}", letter.upper()) for letter in "abc"]
    if state.open == "check":
        about = next(each for each in lab.expectations if each.id == state.focus)
        ways += [
            scene.choice(f"{about.id}-{answer.id}", answer.id.upper())
            for answer in about.prompt.answers
        ]
    if state.turn == 0 and state.open != "consent":
        ways.append(scene.choice(STARTER, scene.say("lab.starter")))
    asking = state.open == "transfer" or ladder.is_open(state, state.focus)
    if state.open in ("words", "transfer") and asking and state.turn:
        ways.append(scene.choice(SHOW, scene.say("lab.show-me")))
    if state.counted >= lab.exchanges and state.open != "summary":
        ways.append(scene.choice(FINISH, scene.say("lab.finish")))
    return tuple(ways)


def voice_of(scene: Scene, lab: Lab) -> Voice:
    """What the wording of a turn depends on beside the moves."""
    return Voice(lab, scene.by.profile.language, scene.session.subject)


def prepare(course: Course) -> None:
    """Make what all labs are answered with."""
    for module in course.modules:
        for lab, lessons in module.labs:
            moves.prepare(lab, lessons)


def lessons_before(scene: Scene, lab: Lab) -> tuple[Lesson, ...]:
    """What the learner has read in this module before the lab."""
    labs = scene.course.module_of[lab.id].labs
    return next(lessons for each, lessons in labs if each.id == lab.id)
