"""Exceptions that an instructor makes for one member: more time, another attempt, a unit that is
open or counts as done.

Each has a number, by which it is taken back; whoever it is made for is told. It refuses a guess at
who or which unit is meant.
"""

from dataclasses import replace
from typing import Final, Literal

from bot.conversation import (
    Allowed,
    Cohort,
    Look,
    Map,
    Member,
    Message,
    Override,
    Roster,
    Stand,
    Turn,
)
from bot.course.items import Exam
from bot.course.model import Unit
from bot.flows import find
from bot.flows.groups import notices
from bot.flows.groups.people import called
from bot.flows.groups.staff import only, shown_name, told_to
from bot.flows.reference import plain
from bot.flows.scene import Scene
from bot.flows.when import Unclear, moment, spoken, utc

SHOWN: Final = 60
"""Exceptions in one message."""

Kind = Literal["time", "attempt", "unlock", "excuse"]


def time(scene: Scene, cohort: Cohort, args: str) -> Turn | Look:
    """More time: a module is due later for one learner."""
    found = _person(scene, cohort, args)
    if not isinstance(found, tuple):
        return found
    who, rest = found
    module, when = find.module(scene, rest)
    if module is None or not when:
        return scene.turn(Message(scene.say("staff.time-how", module=scene.course.modules[0].id)))
    until = moment(when, cohort.zone, scene.at, hour="23:59")
    if isinstance(until, Unclear):
        return scene.turn(Message(until.said(scene.say)))
    due = cohort.dated(module.id).due
    if not due:
        return scene.turn(Message(scene.say("staff.no-due", unit=module.title)))
    if utc(until, cohort.zone) <= utc(due, cohort.zone):
        shown = spoken(due, scene.at, cohort.zone, scene.say)
        return scene.turn(Message(scene.say("staff.not-later", due=shown)))
    override = _override(scene, who, "time", module.id, until=until)
    shown = spoken(until, scene.at, cohort.zone, scene.say)
    values = {"unit": module.title, "until": shown}
    turn = _allowed(scene, cohort, who, override, **values)
    told = notices.more_time(cohort, module.id, who.learner, until, scene.at)
    return replace(turn, records=(*turn.records, *told))


def attempt(scene: Scene, cohort: Cohort, args: str) -> Turn | Look:
    """Another attempt at an exam, without waiting."""
    stands = scene.rows(look := Map(cohort.id), Stand)
    if stands is None:
        return look
    found = _person_and_unit(scene, cohort, args)
    if not isinstance(found, tuple):
        return found
    who, unit = found
    if not isinstance(unit, Exam):
        return scene.turn(Message(scene.say("staff.not-exam", unit=scene.name(unit))))
    begun = [s.attempts for s in stands if (s.learner, s.unit) == (who.learner, unit.id)]
    override = _override(scene, who, "attempt", unit.id, attempt=max(begun, default=0) + 1)
    return _allowed(scene, cohort, who, override, unit=scene.name(unit))


def unlock(scene: Scene, cohort: Cohort, args: str) -> Turn | Look:
    """A unit is open, whatever comes before it and whenever its module opens."""
    return _for_unit(scene, cohort, args, "unlock")


def excuse(scene: Scene, cohort: Cohort, args: str) -> Turn | Look:
    """A unit counts as done."""
    return _for_unit(scene, cohort, args, "excuse")


def _for_unit(scene: Scene, cohort: Cohort, args: str, kind: Kind) -> Turn | Look:
    found = _person_and_unit(scene, cohort, args)
    if not isinstance(found, tuple):
        return found
    who, unit = found
    override = _override(scene, who, kind, unit.id)
    return _allowed(scene, cohort, who, override, unit=scene.name(unit))


def _person_and_unit(scene: Scene, cohort: Cohort, args: str) -> tuple[Member, Unit] | Turn | Look:
    found = _person(scene, cohort, args)
    if not isinstance(found, tuple):
        return found
    who, rest = found
    exact = find.called(scene, rest)
    if len(exact) != 1:
        near = ", ".join(unit.id for unit in (exact or find.near(scene, rest))[:3])
        key = "staff.unit-near" if near else "staff.unit-unknown"
        values = {"near": near} if near else {}
        return scene.turn(Message(scene.say(key, asked=plain(rest), **values)))
    return who, exact[0]


def _person(scene: Scene, cohort: Cohort, args: str) -> tuple[Member, str] | Turn | Look:
    """The member whom a line begins with, and the rest; a sentence where that is not clear."""
    rows = scene.rows(look := Roster(cohort.id), Member)
    if rows is None:
        return look
    named, rest = _first_named(rows, args)
    who = only(scene, named, args)
    return (who, rest) if isinstance(who, Member) else who


def _first_named(rows: list[Member], text: str) -> tuple[list[Member], str]:
    """The member whom the beginning of a line names, and the rest: as many words as name one."""
    words = text.split()
    found: list[Member] = []
    for count in range(len(words), 0, -1):
        found = called(rows, " ".join(words[:count]))
        if len(found) == 1:
            return found, " ".join(words[count:])
    return found, " ".join(words[1:])


def _override(
    scene: Scene, who: Member, kind: Kind, unit: str, *, until: str = "", attempt: int = 0
) -> Override:
    number = max((each.number for each in who.overrides), default=0) + 1
    return Override(number, kind, unit, scene.by.learner, scene.at, until, attempt)


def _allowed(scene: Scene, cohort: Cohort, who: Member, override: Override, **values: str) -> Turn:
    """The exception, told to both."""
    text = scene.say(
        f"staff.{override.kind}", alias=shown_name(scene, who), number=override.number, **values
    )
    told = scene.say(f"staff.{override.kind}-you", title=cohort.title, **values)
    record = Allowed(cohort.id, who.learner, override)
    return scene.turn(Message(text), *told_to(who, told), records=(record,))


def exceptions(scene: Scene, cohort: Cohort, args: str) -> Turn | Look:  # noqa: ARG001
    """All exceptions, each with its number."""
    rows = scene.rows(look := Roster(cohort.id), Member)
    if rows is None:
        return look
    lines = [
        "- " + scene.say(
            "staff.exception", alias=shown_name(scene, who), number=each.number,
            what=scene.say(f"staff.kind-{each.kind}"), unit=each.unit, on=scene.local(each.at),
        )
        for who in rows
        for each in who.overrides
    ]  # fmt: skip
    if not lines:
        return scene.turn(Message(scene.say("staff.no-exceptions")))
    return scene.turn(Message("\n".join(lines[:SHOWN])))


def undo(scene: Scene, cohort: Cohort, args: str) -> Turn | Look:
    """Take an exception back: the name and the number."""
    rows = scene.rows(look := Roster(cohort.id), Member)
    if rows is None:
        return look
    name, _, number = args.rpartition(" ")
    who = only(scene, called(rows, name), name)
    if not isinstance(who, Member):
        return who
    if not number.isdecimal() or len(number) > 6:
        return scene.turn(Message(scene.say("staff.undo-how")))
    override = next((o for o in who.overrides if o.number == int(number)), None)
    if override is None:
        return scene.turn(Message(scene.say("staff.no-such", number=int(number))))
    text = scene.say("staff.undone", alias=shown_name(scene, who), number=override.number)
    what = scene.say(f"staff.kind-{override.kind}")
    told = scene.say("staff.undone-you", title=cohort.title, what=what, unit=override.unit)
    record = Allowed(cohort.id, who.learner, override, undone=True)
    return scene.turn(Message(text), *told_to(who, told), records=(record,))
