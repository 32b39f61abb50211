"""What members of a cohort are told by the clock: a module is due tomorrow, or has opened.

Only those are told who asked for it, and nobody who wants to be left in peace at that time: they
hear of it afterwards, by a job of their own. What comes too late to help is not told at all.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.conversation import (
    Caller,
    Cancelled,
    Choice,
    Cohort,
    Dated,
    Job,
    Look,
    Member,
    Message,
    Place,
    Profile,
    Record,
    Scheduled,
    Told,
    Turn,
)
from bot.course.model import Module
from bot.flows.groups import whereabouts
from bot.flows.groups.insight import rows_of
from bot.flows.groups.people import shown_title
from bot.flows.groups.waking import free
from bot.flows.groups.whereabouts import Where
from bot.flows.scene import Scene
from bot.flows.when import local_of, spoken, utc

AHEAD: Final = timedelta(hours=24)
"""So long before a module is due its members are told."""

LATE: Final = timedelta(hours=20)
"""So late a notice still helps: four hours before the end it does not any more."""

GRACE: Final = timedelta(hours=1)
"""A date that is set within its last day is told after so long: it may have been a slip."""

DONE: Final = ("done", "late", "excused")
"""Cells of a unit that is done with."""

Notice = Message | Scheduled | None
"""What there is to tell one member: now, by a job of their own, or nothing."""


# -- jobs ------------------------------------------------------------------------------------


def deadline_jobs(before: Cohort | None, after: Cohort, at: datetime) -> tuple[Record, ...]:
    """The jobs that follow from a change of a cohort's dates; none for what is past."""
    dates = (*(before.dates if before else ()), *after.dates)
    records: list[Record] = []
    for module in dict.fromkeys(each.module for each in dates):
        old = before.dated(module) if before else Dated(module)
        new = after.dated(module)
        moved = before is not None and before.zone != after.zone
        if moved or old.due != new.due:
            time = _told_at(utc(new.due, after.zone), at) if new.due else None
            records += _job(after, f"due:{after.id}:{module}", time, had=bool(old.due))
        if moved or old.opens != new.opens:
            opens = utc(new.opens, after.zone) if new.opens else None
            time = opens if opens and opens > at else None
            records += _job(after, f"open:{after.id}:{module}", time, had=bool(old.opens))
    return tuple(records)


def more_time(
    cohort: Cohort, module_id: str, learner: str, until: str, at: datetime
) -> tuple[Record, ...]:
    """The job that follows from more time for one member, who may have been told the old date."""
    time = _told_at(utc(until, cohort.zone), at)
    return _job(cohort, f"due:{cohort.id}:{module_id}:{learner}", time, had=True)


def _told_at(end: datetime, at: datetime) -> datetime | None:
    """When to tell that a module is due at `end`; None where that is too late."""
    begin = end - AHEAD
    time = begin if begin > at else at + GRACE
    return time if time <= begin + LATE else None


def _job(cohort: Cohort, name: str, time: datetime | None, *, had: bool) -> tuple[Record, ...]:
    if time is not None:
        place = cohort.place or Place("", "")
        return (Scheduled(Job(name, cohort.id, cohort.course, place, time, zone=cohort.zone)),)
    return (Cancelled(name),) if had else ()


# -- by the clock ----------------------------------------------------------------------------


def due(scene: Scene, cohort: Cohort, module_id: str) -> Turn | Look:
    """Tell each member who wants to know it that a module is due and not done."""
    module, end = _module(scene, module_id), _utc(cohort, cohort.dated(module_id).due)
    if module is None or end is None or cohort.state == "archived":
        return scene.turn()
    if scene.at > end - AHEAD + LATE:
        return scene.turn()
    found = _whereabouts(scene, cohort)
    if not isinstance(found, list):
        return found
    notices = [_deadline(scene, cohort, module, each) for each in found]
    return _turn(scene, notices, Told(cohort.id, f"due {module.id}"))


def due_for(scene: Scene, cohort: Cohort, module_id: str, learner: str) -> Turn | Look:
    """Tell one member, whose own time it is now, that a module is due; or that it has opened,
    where that was in their quiet hours.
    """
    module = _module(scene, module_id)
    if module is None or cohort.state == "archived":
        return scene.turn()
    found = _whereabouts(scene, cohort)
    if not isinstance(found, list):
        return found
    where = next((each for each in found if each.member.learner == learner), None)
    if where is None:
        return scene.turn()
    deadline = _deadline(scene, cohort, module, where)
    if isinstance(deadline, Message):
        return scene.turn(deadline)
    # Both have one job, which is that of the next notice: so the later one is set again here.
    opening = _opening(scene, cohort, module, where)
    return _turn(scene, [opening if isinstance(opening, Scheduled) else deadline, opening])


def opened(scene: Scene, cohort: Cohort, module_id: str) -> Turn | Look:
    """Tell the group in its place that a module is open, and each member who wants to know."""
    module = _module(scene, module_id)
    opens = _utc(cohort, cohort.dated(module_id).opens)
    if module is None or opens is None or cohort.state == "archived":
        return scene.turn()
    if not opens <= scene.at <= opens + LATE:
        return scene.turn()
    found = _whereabouts(scene, cohort)
    if not isinstance(found, list):
        return found
    notices = [_opening(scene, cohort, module, each) for each in found]
    text = scene.say("notice.open", module=module.title)
    post = Message(text, to=cohort.place) if cohort.place else None
    return _turn(scene, [post, *notices], Told(cohort.id, f"open {module.id}"))


def _turn(scene: Scene, notices: list[Notice], *records: Record) -> Turn:
    jobs = dict.fromkeys(each for each in notices if isinstance(each, Scheduled))
    messages = [each for each in notices if isinstance(each, Message)]
    return scene.turn(*messages, records=(*records, *jobs))


def _module(scene: Scene, module_id: str) -> Module | None:
    return next((each for each in scene.course.modules if each.id == module_id), None)


def _utc(cohort: Cohort, local: str) -> datetime | None:
    return utc(local, cohort.zone) if local else None


def _whereabouts(scene: Scene, cohort: Cohort) -> list[Where] | Look:
    found = rows_of(scene, cohort, answers=False)
    if not isinstance(found, tuple):
        return found
    members, stands, _ = found
    return whereabouts.whereabouts(scene.course, cohort, members, stands, scene.at)


# -- one member ------------------------------------------------------------------------------


def _deadline(scene: Scene, cohort: Cohort, module: Module, where: Where) -> Notice:
    member = where.member
    end = whereabouts.due(cohort, module, member)
    if end is None or not _wants(module, where):
        return None
    begin = end - AHEAD
    if begin > scene.at and end == whereabouts.due(cohort, module):
        return None  # The date was moved since, and the cohort's own job moved with it.
    time = free(member.reminding, member.zone, max(begin, scene.at))
    if time > begin + LATE:
        return None
    if time > scene.at:
        return _own(cohort, module, member, time)
    there = _spoken_to(scene, member)
    cells = where.within(module)
    text = there.say(
        "notice.due",
        module=module.title,
        title=shown_title(cohort),
        when=spoken(local_of(end, member.zone), scene.at, member.zone, there.say),
        zone=member.zone,
        done=sum(cell in DONE for cell in cells),
        total=len(cells),
    )
    return Message(text, _ways(there, module), to=member.place)


def _opening(scene: Scene, cohort: Cohort, module: Module, where: Where) -> Notice:
    member, opens = where.member, _utc(cohort, cohort.dated(module.id).opens)
    if opens is None or not opens <= scene.at <= opens + LATE or not _wants(module, where):
        return None
    time = free(member.reminding, member.zone, scene.at)
    if time > opens + LATE:
        return None
    if time > scene.at:
        return _own(cohort, module, member, time)
    there = _spoken_to(scene, member)
    text = there.say("notice.opened", module=module.title, title=shown_title(cohort))
    return Message(text, _ways(there, module), to=member.place)


def _wants(module: Module, where: Where) -> bool:
    """Whether somebody asked for notices, can be reached, and has something left to do."""
    member = where.member
    left = any(cell not in DONE for cell in where.within(module))
    return member.reminding.deadlines and member.place is not None and left


def _own(cohort: Cohort, module: Module, member: Member, time: datetime) -> Scheduled:
    name = f"due:{cohort.id}:{module.id}:{member.learner}"
    place = member.place or Place("", "")
    return Scheduled(Job(name, cohort.id, cohort.course, place, time, zone=cohort.zone))


def _spoken_to(scene: Scene, member: Member) -> Scene:
    """The scene in this member's language."""
    profile = Profile(member.alias, member.zone, member.language)
    place = member.place or scene.by.place
    return replace(scene, by=Caller(member.learner, place, profile=profile))


def _ways(there: Scene, module: Module) -> tuple[Choice, ...]:
    return (
        there.choice(module.id, there.say("notice.go", module=module.title)),
        there.choice("rem-deadlines-off", there.say("notice.no-more")),
    )
