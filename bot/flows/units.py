"""The one table of unit kinds: which flow opens, shows and handles each.

A flow for a unit is a module with `enter` (it opens), `show` (the current prompt once more) and
`handle` (a press or words meant for it; None when they mean nothing to it). A new kind of unit is
a module beside this one and a case in each match; mypy tells when one is forgotten.
"""

from dataclasses import replace

from bot.conversation import (
    Brief,
    Failed,
    Key,
    Look,
    Parked,
    Quizzing,
    Reading,
    Record,
    Replied,
    Said,
    Session,
    Sitting,
    State,
    Talked,
    Talking,
    Turn,
    Visit,
    Visited,
)
from bot.course.items import Exam, Quiz
from bot.course.lab import Lab
from bot.course.model import Lesson, Supplement, Unit
from bot.flows import exam, lab, lesson, modelled, quiz, supplement
from bot.flows.scene import Scene
from bot.tutor import ladder


def enter(scene: Scene, unit: Unit) -> Turn | Look:
    """Leave the open unit where it stands and open another where that was left."""
    past = scene.past(unit.id)
    if isinstance(past, Visited):
        return past
    left = _left(scene)
    session = replace(scene.session, waiting=None)
    units = scene.course.module_of[unit.id].units
    place = next(n for n, each in enumerate(units) if each.id == unit.id)
    ahead = tuple(each.id for each in units[place + 1 :])
    opened = replace(scene, session=replace(session, unit=unit.id, ahead=ahead))
    turn = _entered(opened, unit, past)
    if not isinstance(turn, Turn):
        return turn
    return replace(turn, records=(*left, *turn.records))


def _left(scene: Scene) -> tuple[Record, ...]:
    """What leaving the open unit leads to: it is parked, and no words in it are lost."""
    unit, state = _open(scene)
    if unit is None:
        return ()
    if talk := _open_talk(scene):
        state, records = modelled.left(scene, *talk)
        return (*records, Parked(unit.id, state))
    return (*unanswered(scene.session), Parked(unit.id, state))


def _open(scene: Scene) -> tuple[Unit | None, State]:
    """The open unit, None where there is none or it is gone, and how it stands."""
    return scene.course.units.get(scene.session.unit), scene.session.state


def _open_talk(scene: Scene) -> tuple[Lab, Talking] | None:
    """The open lab and what its tutor remembers that the lab still has; None where none is open."""
    unit, state = _open(scene)
    if isinstance(unit, Lab) and isinstance(state, Talking):
        return unit, ladder.still(unit, state)
    return None


def unanswered(session: Session) -> tuple[Talked, ...]:
    """Words that wait for a reply in a lab that is gone: kept, and not held against anybody."""
    if session.waiting is None or not isinstance(session.state, Talking):
        return ()
    return (Talked(session.unit, session.state.attempt, session.waiting.said, "", False, ()),)


def _entered(scene: Scene, unit: Unit, past: Visit | None) -> Turn | Look:
    match unit:
        case Supplement():
            return supplement.enter(scene, unit, past)
        case Lesson():
            return lesson.enter(scene, unit, past)
        case Quiz():
            return quiz.enter(scene, unit, past)
        case Lab():
            return lab.enter(scene, unit, past)
        case Exam():
            return exam.enter(scene, unit, past)


def show(scene: Scene) -> Turn | Look | None:
    """The current prompt of the open unit once more; None where no unit is open."""
    unit, state = _open(scene)
    match unit, state:
        case Supplement(), Reading() | Quizzing():
            return supplement.show(scene, unit, state)
        case Lesson(), Reading():
            return lesson.show(scene, unit, state)
        case Quiz(), Quizzing():
            return quiz.show(scene, unit, state)
        case Lab(), Talking():
            return lab.show(scene, unit, state)
        case Exam(), Sitting():
            return exam.show(scene, unit, state)
        case (None, _):
            return None
        case _:  # an edit made another kind of unit of it: begin that
            turn = enter(replace(scene, session=replace(scene.session, unit="")), unit)
            left: tuple[Record, ...] = (*unanswered(scene.session), Parked(unit.id, state))
            if not isinstance(turn, Turn):
                return turn
            return replace(turn, records=(*left, *turn.records))


def handle(scene: Scene, deed: Key | Said) -> Turn | Look | None:
    """What the open unit makes of a press or of words; None where they mean nothing to it."""
    unit, state = _open(scene)
    match unit, state:
        case Supplement(), Reading() | Quizzing():
            return supplement.handle(scene, unit, state, deed)
        case Lesson(), Reading():
            return lesson.handle(scene, unit, state, deed)
        case Quiz(), Quizzing():
            return quiz.handle(scene, unit, state, deed)
        case Lab(), Talking():
            return lab.handle(scene, unit, state, deed)
        case Exam(), Sitting():
            return exam.handle(scene, unit, state, deed)
        case _:
            return None


def answered(scene: Scene, what: Replied | Failed) -> Turn | Look:
    """What the open unit makes of a model's answer; nothing where it asks none any more."""
    if talk := _open_talk(scene):
        return modelled.answered(scene, *talk, what)
    gone = unanswered(scene.session)
    return Turn(replace(scene.session, waiting=None), records=gone)


def settled(scene: Scene) -> Turn | None:
    """The tutor replies to what a model was asked to; None where none was."""
    talk, waiting = _open_talk(scene), scene.session.waiting
    return modelled.by_tutor(scene, *talk, waiting.said) if talk and waiting else None


def brief(scene: Scene) -> Brief | Look | None:
    """What a model is told that the open unit waits for; None where it waits for none."""
    talk = _open_talk(scene)
    return modelled.brief(scene, *talk) if talk and scene.session.waiting else None


def unfit(scene: Scene, told: Brief, text: str) -> str:
    """Why a model's `text` cannot be shown in the open unit; "" where it can."""
    talk = _open_talk(scene)
    return modelled.unfit(scene, *talk, told, text) if talk else "Nothing was asked."
