"""A lab's replies worded by a model: what it is asked, and what is made of its answer.

The tutor has chosen its moves before a model is asked, and chooses the same ones again when the
answer comes, from the same words: so a model that fails costs nothing but its own wording. While
it is awaited nothing of the talk changes; the learner's words wait in the Ask.
"""

import re
from dataclasses import replace

from bot.conversation import (
    Ask,
    Brief,
    Failed,
    Look,
    Missed,
    MissedItem,
    Record,
    Replied,
    Talk,
    Talked,
    Talking,
    Turn,
)
from bot.course.items import Quiz
from bot.course.lab import Lab
from bot.course.model import Supplement
from bot.flows import consent
from bot.flows.scene import Scene
from bot.flows.talk import lessons_before, replied, voice_of
from bot.tutor import moves, prompt, wording
from bot.tutor.acts import Act, act_of
from bot.tutor.check import fault
from bot.tutor.ladder import Move
from bot.tutor.moves import Reply

EXACT = (Act.DISTRESS, Act.SHOW, Act.FINISH, Act.NOISE)
"""What is answered by the tutor itself: words in distress go nowhere, and the others are commands
or no words at all.
"""

WEAK = 3
"""What a learner found hard, at most so many things of a kind: a note is no report."""


def wanted(scene: Scene, text: str) -> bool:
    """Whether a model is to word the reply to `text`."""
    return consent.given(scene) and act_of(text) not in EXACT


def ask(scene: Scene, lab: Lab, state: Talking, text: str) -> Turn | Look:
    """Wait for a model to word the reply to `text`.

    Whether a closed question was answered rightly is said in its author's words alone.
    """
    reply = _reply(scene, lab, state, text)
    if any(move.kind in ("right", "wrong") for move in reply.moves):
        return by_tutor(scene, lab, state, text)
    weak = () if state.briefed else _weak(scene, lab)
    if isinstance(weak, Missed):
        return weak
    note = prompt.note(lab, reply, wording.following(voice_of(scene, lab), reply), weak)
    kinds = " ".join(move.kind for move in reply.moves)
    waiting = Ask(_id(scene, state), scene.by.place, lab.id, kinds, text, note)
    return Turn(replace(scene.session, waiting=waiting))


def answered(scene: Scene, lab: Lab, state: Talking, what: Replied | Failed) -> Turn | Look:
    """A model's answer to the Ask that is awaited, or its failure."""
    waiting = scene.session.waiting
    if waiting is None:
        return scene.turn()
    if not consent.given(scene):  # withdrawn meanwhile, perhaps in another course
        return by_tutor(scene, lab, state, waiting.said)
    if isinstance(what, Failed):
        if what.reason == "stopped" and not waiting.again:
            once_more = replace(waiting, id=_id(scene, state), again=True)
            return Turn(replace(scene.session, waiting=once_more))
        return by_tutor(scene, lab, state, waiting.said, what.reason)
    if _sees_distress(what.text):
        return replied(scene, lab, Reply(replace(state, briefed=True), (Move("distress"),)))
    told = brief(scene, lab, state)
    if not isinstance(told, Brief):
        return told
    if unfit(scene, lab, state, told, what.text):
        return by_tutor(scene, lab, state, waiting.said, "unfit")
    reply = _reply(scene, lab, state, waiting.said)
    return replied(scene, lab, reply, words=what.text, note=waiting.note, refused=what.second)


def by_tutor(scene: Scene, lab: Lab, state: Talking, text: str, alone: str = "") -> Turn:
    """The tutor words the reply to `text`; `alone` is why, where a model was asked."""
    reply = _reply(scene, lab, state, text)
    return replied(scene, lab, reply, alone=alone, refused=alone == "refused")


def left(scene: Scene, lab: Lab, state: Talking) -> tuple[Talking, tuple[Record, ...]]:
    """The lab is left while a model is awaited: the tutor's reply stands there on the return."""
    waiting = scene.session.waiting
    if waiting is None:
        return state, ()
    turn = by_tutor(scene, lab, state, waiting.said)
    after = turn.session.state if turn.session else state
    return after if isinstance(after, Talking) else state, turn.records


def brief(scene: Scene, lab: Lab, state: Talking) -> Brief | Talk:
    """All that a model is told to answer the Ask that is awaited; or the Look for the talk."""
    waiting = scene.session.waiting
    look = Talk(scene.by.learner, scene.course.id, scene.names(lab.id), state.attempt)
    told = scene.rows(look, Talked)
    if told is None or waiting is None:
        return look
    return prompt.brief(lab, scene.course.misconceptions, told, waiting.said, waiting.note)


def unfit(scene: Scene, lab: Lab, state: Talking, told: Brief, text: str) -> str:
    """Why `text` cannot be shown, told to whoever wrote it; "" where it can.

    The moves must still be those that the model was told of: the lab may have been edited.
    """
    waiting = scene.session.waiting
    if waiting is None:
        return "Nothing was asked."
    if _sees_distress(text):
        return ""
    reply = _reply(scene, lab, state, waiting.said)
    if " ".join(move.kind for move in reply.moves) != waiting.move:
        return "The lab has changed."
    question = wording.following(voice_of(scene, lab), reply)
    return fault(lab, state, reply.moves, question, told, text)


def _sees_distress(text: str) -> bool:
    """A model may know distress by other words than we do: the tutor answers, and keeps nothing."""
    alone = re.sub(r"\W+", " ", text).strip().upper() == prompt.DISTRESS
    return alone or bool(re.search(rf"\b{prompt.DISTRESS}\b", text))


def _reply(scene: Scene, lab: Lab, state: Talking, text: str) -> Reply:
    return moves.reply_to(lab, lessons_before(scene, lab), state, text)


def _id(scene: Scene, state: Talking) -> str:
    """One of its own among all that this learner's sessions ever wait for."""
    session, waiting = scene.session, scene.session.waiting
    number = int(waiting.id.rpartition(".")[2]) + 1 if waiting else 0
    return f"{session.course}.{session.unit}.{state.attempt}.{session.turn}.{number}"


# -- what this learner found hard --------------------------------------------------------------


def _weak(scene: Scene, lab: Lab) -> tuple[str, ...] | Missed:
    """What quizzes have shown that bears on this lab, in sentences; or the Look that will tell."""
    rows = scene.rows(look := Missed(scene.by.learner, scene.course.id), MissedItem)
    if rows is None:
        return look
    quizzes = [u for u in scene.course.units.values() if isinstance(u, Quiz | Supplement)]
    # How an exam was marked is told to nobody before it is passed.
    items = {item.id for unit in quizzes for item in unit.items}
    missed = [row for row in rows if row.item in items]
    return (*_objectives(scene, lab, missed), *_beliefs(scene, lab, missed))


def _objectives(scene: Scene, lab: Lab, missed: list[MissedItem]) -> list[str]:
    objective = {item.id: item.objective for item in scene.course.items}
    found = dict.fromkeys(objective.get(row.item, "") for row in missed)
    known = scene.course.objectives
    ours = [each for each in found if each in lab.objectives and each in known]
    return [known[each][0].text for each in ours[:WEAK]]


def _beliefs(scene: Scene, lab: Lab, missed: list[MissedItem]) -> list[str]:
    held = {each.id for each in lab.misconceptions}
    known = scene.course.misconceptions
    found = dict.fromkeys(row.misconception for row in missed if row.misconception in held)
    ours = [each for each in found if each in known]
    return [f"an answer that says “{known[each].belief}” drew them in" for each in ours[:WEAK]]
