"""Into a cohort by its code, and out of it again; names on boards.

Whoever tries codes at random is stopped and told so once.
"""

from dataclasses import replace
from datetime import timedelta

from bot.conversation import Appointed as Appointment
from bot.conversation import (
    Changed,
    Choice,
    Code,
    Cohort,
    Cohorts,
    Count,
    Guessed,
    Guesses,
    Invitation,
    Joined,
    Left,
    Look,
    Member,
    Membership,
    Message,
    Named,
    Profile,
    Record,
    Staff,
    Turn,
    Uninvited,
)
from bot.flows import home
from bot.flows.groups import reminders
from bot.flows.groups.alias import generated
from bot.flows.groups.codes import LENGTH, normal
from bot.flows.groups.people import folded, tidy
from bot.flows.reference import plain
from bot.flows.scene import Scene

TRIES = 5
"""Wrong codes that somebody may try within `SPAN`."""

SPAN = timedelta(hours=1)

RESERVED = ("you", "me", "myself", "all")
"""Names that would stand for somebody else on a board or in a command."""

MOST = 50
"""Cohorts that somebody may be in."""


def by_code(scene: Scene, asked: str) -> Turn | Look:
    """Follow an invitation: the name of a course, or the code of a cohort."""
    if not asked.strip():
        return _said(scene, "join.how")
    if asked.strip().casefold() == scene.course.id:
        return home.welcome(scene)
    guessed = guesses(scene)
    if not isinstance(guessed, int):
        return guessed
    if guessed >= TRIES:
        return stopped(scene, guessed)
    code = normal(asked)
    found = scene.rows(Invitation(code), Code) if len(code) == LENGTH else []
    if found is None:
        return Invitation(code)
    if not found or found[0].what == "link" or expired(scene, found[0]):
        return _unknown(scene, guessed)
    cohorts = scene.rows(look := Cohorts((found[0].of,)), Cohort)
    if cohorts is None:
        return look
    cohort = next(iter(cohorts), None)
    if cohort is None or cohort.course not in scene.library.courses:
        return _unknown(scene, guessed)
    there = replace(scene, course=scene.library.courses[cohort.course])
    if found[0].what == "instructor":
        return _appointed(there, cohort, code)
    return _joined(there, cohort)


def guesses(scene: Scene) -> int | Look:
    """How many wrong codes this learner tried lately, or the Look for it."""
    since = scene.at.replace(second=0, microsecond=0) - SPAN
    look = Guesses(scene.by.learner, since)
    rows = scene.rows(look, Count)
    return look if rows is None else sum(row.n for row in rows)


def expired(scene: Scene, code: Code) -> bool:
    """Whether a code leads nowhere any more."""
    return code.until is not None and code.until <= scene.at


def stopped(scene: Scene, guessed: int) -> Turn:
    """Told once; after that nothing is said, and nothing is looked up."""
    told = (Message(scene.say("join.stopped")),) if guessed == TRIES else ()
    return scene.turn(*told, records=(Guessed(),) if told else ())


def _unknown(scene: Scene, guessed: int) -> Turn | Look:
    last = guessed == TRIES - 1
    turn = _said(scene, "join.last" if last else "join.unknown")
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
    profile = named(scene)
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
    staff = scene.rows(look := Staff(cohort.id), Member)
    if staff is None:
        return look
    profile = _named_alone(scene)
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
    told = (_greeting(there, cohort), *_told(there, cohort, staff), reminders.offer(there))
    return replace(
        welcome,
        messages=(*told, *welcome.messages),
        records=(*records, *welcome.records),
        about=cohort.course,
    )


def _named_alone(scene: Scene) -> Profile | Look:
    """The profile with a name that nobody else has."""
    profile = named(scene)
    if profile == scene.by.profile:
        return profile
    look = Named(folded(profile.alias), scene.by.learner)
    rows = scene.rows(look, Count)
    if rows is None:
        return look
    taken = any(row.n for row in rows)
    return replace(profile, alias=generated(scene.by.luck[::-1])) if taken else profile


def named(scene: Scene) -> Profile:
    """The profile with a name for boards: a friendly one is made up where there is none yet."""
    profile = scene.by.profile
    return profile if profile.alias else replace(profile, alias=generated(scene.by.luck))


def _greeting(scene: Scene, cohort: Cohort) -> Message:
    parts = [
        scene.say("cohort.welcome", title=cohort.title, course=scene.course.title),
        scene.say("cohort.your-name", alias=scene.by.profile.alias),
        scene.say("cohort.seen-by"),
    ]
    return Message("\n\n".join(parts), alias_choices(scene))


def alias_choices(scene: Scene) -> tuple[Choice, ...]:
    """Buttons for another name, and for none."""
    return (
        scene.choice("alias-other", scene.say("alias.other")),
        scene.choice("alias-hide", scene.say("alias.hide")),
    )


def _told(scene: Scene, cohort: Cohort, staff: list[Member]) -> list[Message]:
    """The instructors hear of it."""
    text = scene.say("cohort.somebody", alias=scene.by.profile.alias, title=cohort.title)
    return [Message(text, to=each.place) for each in staff if each.place]


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


# -- names on boards -------------------------------------------------------------------------


def alias(scene: Scene, asked: str) -> Turn | Look:
    """/alias: another name, none, or the one from before."""
    word = asked.strip().casefold()
    match word:
        case "":
            return scene.turn(_alias_now(scene))
        case "off" | "hide":
            return alias_pressed(scene, "alias-hide")
        case "on" | "show":
            return alias_pressed(scene, "alias-show")
        case "new" | "other":
            return alias_pressed(scene, "alias-other")
        case _:
            return _renamed(scene, tidy(asked))


def alias_pressed(scene: Scene, what: str) -> Turn | Look:
    """A button of /alias."""
    profile = scene.by.profile
    match what:
        case "alias-hide":
            return _changed(scene, replace(profile, hidden=True), "alias.hidden")
        case "alias-show":
            return _changed(scene, replace(named(scene), hidden=False), "alias.shown")
        case _:
            return _renamed(scene, generated(scene.by.luck))


def _renamed(scene: Scene, name: str) -> Turn | Look:
    if len(name) < 2:
        return scene.turn(Message(scene.say("alias.unfit")))
    if folded(name) in RESERVED:
        return scene.turn(Message(scene.say("alias.taken", alias=plain(name))))
    look = Named(folded(name), scene.by.learner)
    rows = scene.rows(look, Count)
    if rows is None:
        return look
    if any(row.n for row in rows):
        return scene.turn(Message(scene.say("alias.taken", alias=plain(name))))
    return _changed(scene, replace(scene.by.profile, alias=name, hidden=False), "alias.shown")


def _changed(scene: Scene, profile: Profile, key: str) -> Turn:
    there = replace(scene, by=replace(scene.by, profile=profile))
    text = scene.say(key, alias=profile.alias)
    return scene.turn(Message(text, _ways(there)), records=(Changed(profile),))


def _alias_now(scene: Scene) -> Message:
    profile = scene.by.profile
    key = "alias.none" if not profile.alias else "alias.off" if profile.hidden else "alias.now"
    return Message(scene.say(key, alias=profile.alias), _ways(scene))


def _ways(scene: Scene) -> tuple[Choice, ...]:
    if scene.by.profile.hidden or not scene.by.profile.alias:
        return (scene.choice("alias-show", scene.say("alias.show")),)
    return alias_choices(scene)
