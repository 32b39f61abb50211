"""What could not be posted, or nobody knows whether it was: the instructors of a group are told.

Nothing is posted a second time.
"""

from collections.abc import Iterable
from dataclasses import replace

from bot.conversation import (
    AtPlace,
    Cohort,
    EveryCohort,
    Look,
    Message,
    Place,
    Shut,
    Staff,
    Turn,
    Unsent,
)
from bot.flows.groups.instructors import reached
from bot.flows.reference import plain
from bot.flows.scene import Scene


def shut(scene: Scene, what: Shut) -> Turn | Look:
    """Where a group was at home nobody can be reached any more: its instructors are told."""
    every = scene.rows(look := EveryCohort(), Cohort)
    if every is None:
        return look
    lost = [each for each in every if each.place and _within(each.place, what.place)]
    return _to_staff(scene, [(each, scene.say("post.shut", title=each.title)) for each in lost])


def _within(place: Place, whole: Place) -> bool:
    """Whether a place is this one, or one of its topics."""
    return place == whole or (not whole.topic and replace(place, topic="") == whole)


def unsent(scene: Scene, what: Unsent) -> Turn | Look:
    """Nobody knows whether a post arrived: it is not repeated, and the instructors are told."""
    found = scene.rows(look := AtPlace(what.place), Cohort)
    if found is None:
        return look
    begun = plain(what.text, 60)
    told = [scene.say("post.unknown", title=each.title, words=begun) for each in found]
    return _to_staff(scene, zip(found, told, strict=True))


def _to_staff(scene: Scene, told: Iterable[tuple[Cohort, str]]) -> Turn | Look:
    """A text for each of these cohorts, to those of its instructors who can be reached."""
    messages: list[Message] = []
    for cohort, text in told:
        staff = reached(scene, cohort)
        if isinstance(staff, Staff):
            return staff
        messages += [Message(text, to=each.place) for each in staff]
    return scene.turn(*messages)
