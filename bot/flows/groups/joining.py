"""Into a cohort by its code, and out of it again.

It refuses a cohort that is closed, and more of them than somebody can follow.
"""

from dataclasses import replace

from bot.conversation import Appointed as Appointment
from bot.conversation import (
    Changed,
    Cohort,
    Cohorts,
    Guessed,
    Joined,
    Left,
    Look,
    Member,
    Membership,
    Message,
    Profile,
    Record,
    Staff,
    Turn,
    Uninvited,
)
from bot.flows import home
from bot.flows.groups import alias, reminder_card
from bot.flows.groups.codes import normal
from bot.flows.groups.guessing import Tried, followed
from bot.flows.groups.instructors import reached
from bot.flows.groups.people import folded, tidy
from bot.flows.scene import Scene

MOST = 50
"""Cohorts that somebody may be in."""


def by_code(scene: Scene, asked: str) -> Turn | Look:
    """Follow an invitation: the name of a course, or the code of a cohort."""
    if not asked.strip():
        return _said(scene, "join.how")
    if asked.strip().casefold() == scene.course.id:
        return home.welcome(scene)
    tried = followed(scene, normal(asked))
    if not isinstance(tried, Tried):
        return tried
    found = tried.found
    if found is None or found.what == "link":
        return _unknown(scene, tried)
    cohorts = scene.rows(look := Cohorts((found.of,)), Cohort)
    if cohorts is None:
        return look
    cohort = next(iter(cohorts), None)
    if cohort is None or cohort.course not in scene.library.courses:
        return _unknown(scene, tried)
    there = replace(scene, course=scene.library.courses[cohort.course])
    if found.what == "instructor":
        return _appointed(there, cohort, tried.code)
    return _joined(there, cohort)


def _unknown(scene: Scene, tried: Tried) -> Turn | Look:
    turn = _said(scene, "join.last" if tried.is_last else "join.unknown")
    return replace(turn, records=(Guessed(),)) if isinstance(turn, Turn) else turn


def _said(scene: Scene, key: str, **values: str | int) -> Turn | Look:
    """A sentence, and the first screen, so that nobody stands before a wall."""
    text = Message(scene.say(key, **values))
    if scene.by.access == "cohort" and not scene.by.cohorts:
        return scene.turn(text)
    shown = home.welcome(scene) if scene.course.modules else home.courses(scene)
    return replace(shown, messages=(text, *shown.messages)) if isinstance(shown, Turn) else shown


def _appointed(scene: Scene, cohort: Cohort, code: str) -> Turn:
    """A co-instructor: the code is used up by it."""
    profile = alias.named(scene)
    changed = () if profile == scene.by.profile else (Changed(profile),)
    records = (Appointment(cohort.id, scene.by.learner), Uninvited(code), *changed)
    text = scene.say("cohort.appointed", title=cohort.title, id=cohort.id)
    told = scene.say("cohort.may-see")
    return scene.turn(Message(f"{text}\n\n{told}"), records=records)


def _joined(scene: Scene, cohort: Cohort) -> Turn | Look:
    if any(each.cohort.id == cohort.id for each in scene.by.cohorts):
        return _said(scene, "cohort.in-already", title=cohort.title)
    if cohort.state != "open":
        return _said(scene, "cohort.closed", title=cohort.title)
    if len(scene.by.cohorts) >= MOST:
        return scene.turn(Message(scene.say("cohort.too-many", most=MOST)))
    staff = reached(scene, cohort)
    if isinstance(staff, Staff):
        return staff
    profile = alias.named_alone(scene)
    if not isinstance(profile, Profile):
        return profile
    profile = replace(profile, course=cohort.course)
    records: list[Record] = [Joined(cohort.id)]
    if profile != scene.by.profile:
        records.append(Changed(profile))
    caller = replace(scene.by, profile=profile, cohorts=(*scene.by.cohorts, Membership(cohort)))
    there = replace(scene, by=caller)
    welcome = home.welcome(there)
    if not isinstance(welcome, Turn):
        return welcome
    told = (_greeting(there, cohort), *_told(there, cohort, staff), reminder_card.offer(there))
    return replace(
        welcome,
        messages=(*told, *welcome.messages),
        records=(*records, *welcome.records),
        about=cohort.course,
    )


def _greeting(scene: Scene, cohort: Cohort) -> Message:
    parts = [
        scene.say("cohort.welcome", title=cohort.title, course=scene.course.title),
        scene.say("cohort.your-name", alias=scene.by.profile.alias),
        scene.say("cohort.seen-by"),
    ]
    return Message("\n\n".join(parts), alias.choices(scene))


def _told(scene: Scene, cohort: Cohort, staff: list[Member]) -> list[Message]:
    """The instructors hear of it."""
    text = scene.say("cohort.somebody", alias=scene.by.profile.alias, title=cohort.title)
    return [Message(text, to=each.place) for each in staff]


# -- out again -------------------------------------------------------------------------------


def leave(scene: Scene, asked: str) -> Turn | Look:
    """Leave a cohort after being asked once; which one, where there are several."""
    mine = [each.cohort for each in scene.by.cohorts]
    if not mine:
        return scene.turn(Message(scene.say("leave.none")))
    named_so = [each for each in mine if folded(each.title) == folded(tidy(asked, 60))]
    meant = named_so or [each for each in mine if each.id == asked.strip()]
    if asked.strip() and not meant:
        return scene.turn(Message(scene.say("leave.not-in")))
    meant = meant or mine
    if len(meant) > 1:
        choices = [scene.choice(f"leave-{each.id}", each.title) for each in meant]
        return scene.turn(Message(scene.say("leave.which"), tuple(choices)))
    choices = [
        scene.choice(f"leave-yes-{meant[0].id}", scene.say("leave.yes")),
        scene.choice("leave-no", scene.say("leave.no")),
    ]
    return scene.turn(Message(scene.say("leave.ask", title=meant[0].title), tuple(choices)))


def leave_pressed(scene: Scene, what: str) -> Turn | Look:
    """A button of /leave."""
    if what == "leave-no":
        return scene.turn(Message(scene.say("leave.kept")))
    cohort = next(
        (m.cohort for m in scene.by.cohorts if m.cohort.id == what.rpartition("-")[2]), None
    )
    if cohort is None:
        return scene.turn(Message(scene.say("leave.not-in")))
    if not what.startswith("leave-yes-"):
        return leave(scene, cohort.id)
    done = Message(scene.say("leave.done", title=cohort.title))
    return scene.turn(done, records=(Left(cohort.id, scene.by.learner),))
