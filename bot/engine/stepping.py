"""From an event to a Turn or a Look: who may learn here at all, and whether the open unit is there.

What is done where others read along is held apart first, then strangers where only cohorts may
learn, then a place that an edit took away; all else is what somebody does (`deeds`).
"""

from dataclasses import replace

from bot.conversation import (
    AtHome,
    Brief,
    Commanded,
    Event,
    Failed,
    Key,
    Known,
    Look,
    Message,
    Parked,
    Pressed,
    Replied,
    Said,
    Session,
    Shut,
    Turn,
    Unsent,
    What,
    Woke,
)
from bot.course.model import Library
from bot.engine.aiming import start
from bot.engine.deeds import ANYWHERE, commanded, pressed, said
from bot.engine.navigation import LOBBY, current
from bot.engine.settling import settled
from bot.flows import account, public, units
from bot.flows.groups import together, undelivered
from bot.flows.scene import Scene
from bot.permissions import COMMANDS, PUBLIC, TOGETHER, leads, may

INVITED_ONLY = (*(name for name in ANYWHERE if name != "leaderboard"), "start", "reload")
"""What somebody may ask for who is in no cohort, where only cohorts may learn."""

STRANGERS = ("r-", "leave-", "alias-", "link-")
"""How the buttons begin that such a person may press."""


def step(library: Library, session: Session, event: Event | Known) -> Turn | Look:
    """What `event` leads to in `session`; a Look where the store must be asked first.

    The answer to a Look comes back as Known, wrapped round the event that asked; the whole event
    is then taken again, which is safe since nothing here is changed or written.
    """
    scene = _scene(library, session, event)
    while isinstance(event, Known):
        event = event.of
    if not event.by.place.private and not isinstance(event.what, Woke | Unsent | Shut):
        return _in_public(scene, event.what)
    outcome = _turn(scene, event.what)
    return settled(scene, outcome, event.what) if isinstance(outcome, Turn) else outcome


def brief(library: Library, session: Session, event: Event | Known) -> Brief | Look | None:
    """What a model is told to answer the Ask of `session`, which `event` led to; a Look as `step`
    has it. None where nothing is asked.
    """
    return units.brief(_scene(library, session, event))


def unfit(library: Library, session: Session, event: Event, told: Brief, text: str) -> str:
    """Why a model's `text` cannot be shown, told to the model; "" where it can."""
    return units.unfit(_scene(library, session, event), told, text)


def _scene(library: Library, session: Session, event: Event | Known) -> Scene:
    known = []
    while isinstance(event, Known):
        known.append((event.look, event.rows))
        event = event.of
    course = library.courses.get(session.course, LOBBY)
    return Scene(library, course, session, event.by, event.at, tuple(known))


def _in_public(scene: Scene, what: What) -> Turn | Look:
    """Where others read along nothing is said about anybody, and nothing of theirs is changed."""
    nobody = replace(scene, session=start("", scene.course.id))
    match what:
        case Commanded("help"):
            outcome: Turn | Look = public.help_text(nobody)
        case Commanded(name) if name in PUBLIC and scene.course is not LOBBY:
            outcome = commanded(nobody, what)
        case Commanded(name) if name in TOGETHER and (scene.by.learner or name == "leaderboard"):
            outcome = commanded(nobody, what)
            outcome = outcome if name == "leaderboard" else public.aside(scene, outcome)
        case Commanded(name) if name in COMMANDS:
            outcome = public.invite(nobody)
        case Pressed(text):
            key = Key.parse(text)
            answer = together.pressed(nobody, key.what) if key and key.what[:2] == "r-" else None
            outcome = answer or public.invite(nobody)
        case _:
            return scene.turn()
    return replace(outcome, session=scene.session) if isinstance(outcome, Turn) else outcome


def _turn(scene: Scene, what: What) -> Turn | Look:
    match what:
        case Woke(job):
            return together.woke(scene, job)
        case Unsent():
            return undelivered.unsent(scene, what)
        case Shut():
            return undelivered.shut(scene, what)
        case Commanded() | Pressed() | Said() if _is_stranger(scene, what):
            return _shown_out(scene, what)
        case _:
            return _asked_for(scene, what)


def _is_stranger(scene: Scene, what: What) -> bool:
    """Whether only cohorts may learn, and this is somebody of none in this course."""
    by, course = scene.by, scene.course
    if by.access == "open" or course is LOBBY or leads(by) or may(by, "reload"):
        return False
    if any(each.cohort.course == course.id for each in by.cohorts):
        return False
    invited = isinstance(what, Commanded) and (what.name in INVITED_ONLY)
    return not invited or (isinstance(what, Commanded) and what.name == "start" and not what.args)


def _shown_out(scene: Scene, what: What) -> Turn | Look:
    """The way in is an invitation; what is kept about them can be deleted all the same."""
    key = Key.parse(what.key) if isinstance(what, Pressed) else None
    if key and key.what in (account.KEEP, account.FORGET):
        return _asked_for(scene, what)
    if key and key.what.startswith(STRANGERS) and (answer := together.pressed(scene, key.what)):
        return answer
    return scene.turn(Message(scene.say("access.invited-only")))


def _asked_for(scene: Scene, what: What) -> Turn | Look:
    unit = scene.session.unit
    if unit and unit not in scene.course.units:
        return _unit_gone(scene, what)
    match what:
        case Commanded():
            return commanded(scene, what)
        case Pressed(text):
            return pressed(scene, text)
        case Said(text):
            return said(scene, text)
        case Replied(ask) | Failed(ask):
            waiting = scene.session.waiting
            # An answer that is no longer awaited is dropped.
            return units.answered(scene, what) if waiting and waiting.id == ask else scene.turn()
        case Woke() | Unsent() | Shut():
            return scene.turn()


def _unit_gone(scene: Scene, what: What) -> Turn | Look:
    """The open unit is not in the course any more: go on where the course says, or nearest."""
    course, session = scene.course, scene.session
    target = course.renamed.get(session.unit, "")
    if target in course.units:
        return _turn(replace(scene, session=replace(session, unit=target)), what)
    ahead = [course.renamed.get(unit, unit) for unit in session.ahead]
    unit = next((course.units[u] for u in ahead if u in course.units), None)
    lost = replace(session, unit="", state=AtHome(), turn=session.turn + 1, waiting=None)
    nowhere = replace(scene, session=lost)
    if unit is None:
        arrival, told = current(nowhere), scene.say("lost.moved-home")
    else:
        arrival, told = units.enter(nowhere, unit), scene.say("lost.moved", unit=scene.name(unit))
    if not isinstance(arrival, Turn) or arrival.session is None:
        return arrival
    # Should a later edit bring the unit back, it goes on where it was.
    parked = Parked(session.unit, session.state)
    there = replace(scene, session=arrival.session)
    waited = units.unanswered(session)
    arrival = replace(arrival, records=(*waited, parked, *arrival.records))
    return _arrived(there, arrival, told, what)


def _arrived(scene: Scene, arrival: Turn, told: str, what: What) -> Turn | Look:
    """A place was moved by an edit: say so, then do what was asked if that is a command."""
    moved = Message(told)
    if not isinstance(what, Commanded) or what.name in ("start", "continue"):
        return replace(arrival, messages=(moved, *arrival.messages))
    turn = _turn(scene, what)
    if not isinstance(turn, Turn):
        return turn
    return replace(
        turn,
        messages=(moved, *turn.messages),
        records=(*arrival.records, *turn.records),
    )
