"""What /report and /share have in common: a learner writes to their instructors beside the unit
that is open, which stays as it is and is shown again.

Who is shut out of the course is not let in by an old button, and nobody writes to themselves.
"""

from dataclasses import replace

from bot.conversation import Cohort, Key, Look, Member, Message, Record, Staff, Turn
from bot.flows import home, units
from bot.flows.asking import group
from bot.flows.groups.instructors import reached
from bot.flows.scene import Scene
from bot.permissions import leads, may


def is_shut_out(scene: Scene) -> bool:
    """Whether only cohorts may learn here and this is somebody of none: an old button of theirs
    must not open the course again.
    """
    by = scene.by
    return by.access == "cohort" and not (group(scene) or leads(by) or may(by, "reload"))


def instructors(scene: Scene, cohort: Cohort) -> list[Member] | Staff:
    """The cohort's instructors who can be reached, but for the learner who writes to them."""
    staff = reached(scene, cohort)
    if isinstance(staff, Staff):
        return staff
    return [each for each in staff if each.learner != scene.by.learner]


def again(scene: Scene, *messages: Message, records: tuple[Record, ...] = ()) -> Turn | Look:
    """What was to be said, then what is open once more, so that nobody loses their way."""
    shown = units.show(scene)
    if shown is None:
        shown = home.welcome(scene) if scene.course.modules else home.courses(scene)
    if not isinstance(shown, Turn):
        return shown
    return replace(shown, messages=(*messages, *shown.messages), records=(*records, *shown.records))


def once(scene: Scene, what: str, outcome: Turn | Look) -> Turn | Look:
    """The outcome of a press that counts, remembered as the newest one (see `newest`)."""
    if not isinstance(outcome, Turn) or outcome.session is None:
        return outcome
    return replace(outcome, session=replace(outcome.session, last=scene.choice(what, "").key))


def newest(scene: Scene) -> str:
    """What was pressed last that counted; the same again is a slip of the finger."""
    key = Key.parse(scene.session.last)
    return key.what if key else ""
