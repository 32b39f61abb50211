"""What each Turn gets before it leaves: the next unit, newest choices, the course, the streak."""

from dataclasses import replace

from bot.conversation import (
    AtHome,
    Changed,
    Choice,
    Failed,
    Look,
    Message,
    Parked,
    Pressed,
    Record,
    Replied,
    Turn,
    What,
    Woke,
)
from bot.engine.navigation import LOBBY
from bot.flows import home, streak, units
from bot.flows.scene import Scene


def settled(scene: Scene, turn: Turn, what: What) -> Turn | Look:
    """Follow `go`, remember the newest choices and the course, so that the Turn can leave."""
    if turn.go and turn.session is not None:
        onward = _onward(replace(scene, session=turn.session))
        if not isinstance(onward, Turn):
            return onward
        turn = Turn(
            onward.session,
            (*turn.messages, *onward.messages),
            (*turn.records, *onward.records),
        )
    if turn.session is None:
        return turn
    session = replace(turn.session, offered=_offered(turn) or turn.session.offered)
    unasked = isinstance(what, Woke)
    if not unasked and session.reminded:
        session = replace(session, reminded=0)
    # These lead nobody back from another course.
    late = unasked or isinstance(what, Replied | Failed) or bool(turn.about)
    records = turn.records if late else (*turn.records, *_chosen_course(scene, turn.records))
    if streak.learned(records):
        zone = scene.by.profile.zone
        days, counted = streak.counted(session.streak, scene.course, scene.at, zone)
        session, records = replace(session, streak=days), (*records, *counted)
    return Turn(session, _with_choice(scene, turn, what), records, about=turn.about)


def _with_choice(scene: Scene, turn: Turn, what: What) -> tuple[Message, ...]:
    """The messages; a press that counted is named, to be left where its buttons were."""
    if not isinstance(what, Pressed) or turn.session is None or turn.session.last != what.key:
        return turn.messages
    label = next((c.label for c in scene.session.offered if c.key == what.key), "")
    if not label or not turn.messages or turn.messages[0].page:
        return turn.messages
    first, *others = turn.messages
    return (replace(first, chosen=scene.say("settled.chosen", label=label)), *others)


def _onward(scene: Scene) -> Turn | Look:
    """From a finished unit to the next of its module, or home."""
    here = scene.session.unit
    unit = scene.after(here)
    if unit is not None:
        return units.enter(scene, unit)
    parked = (Parked(here, scene.session.state),)
    session = replace(scene.session, unit="", state=AtHome(), ahead=())
    turn = home.finished(replace(scene, session=session), scene.course.module_of[here])
    return replace(turn, records=(*parked, *turn.records)) if isinstance(turn, Turn) else turn


def _offered(turn: Turn) -> tuple[Choice, ...]:
    shown = [message.choices for message in turn.messages if message.choices and not message.to]
    return shown[-1] if shown else ()


def _chosen_course(scene: Scene, records: tuple[Record, ...]) -> tuple[Record, ...]:
    changed = [record.profile for record in records if isinstance(record, Changed)]
    profile = changed[-1] if changed else scene.by.profile
    if scene.course is LOBBY or profile.course == scene.course.id:
        return ()
    return (Changed(replace(profile, course=scene.course.id)),)
