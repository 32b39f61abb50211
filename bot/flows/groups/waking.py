"""Reminders when their time comes, and when that is.

A reminder keeps away from quiet hours, from days on which something was learned, and from people
who do not come back: after three it is silent.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.conversation import (
    Cancelled,
    Done,
    Job,
    Look,
    Message,
    Profile,
    Record,
    Reminding,
    Scheduled,
    Turn,
    Visit,
)
from bot.course.model import Unit
from bot.flows import streak
from bot.flows.home import RESUME
from bot.flows.scene import Scene, is_done
from bot.flows.when import utc
from bot.flows.when.clocks import written
from bot.flows.when.words import DAYS
from bot.permissions import leads, may

MOST: Final = 3
"""Reminders in a row; then nothing is said until they are back."""

LATE: Final = timedelta(hours=3)
"""So late a reminder still comes at about the time they chose."""


# -- being left in peace ---------------------------------------------------------------------


def is_quiet(reminding: Reminding, minute: int) -> bool:
    """Whether a minute of somebody's day is within their quiet hours, which may pass midnight."""
    begin, end = reminding.quiet_from, reminding.quiet_to
    if begin <= end:
        return begin <= minute < end
    return minute >= begin or minute < end


def is_quiet_at(reminding: Reminding, zone: str, at: datetime) -> bool:
    """Whether `at` is within somebody's quiet hours, by the clock of their zone."""
    local = at.astimezone(ZoneInfo(zone))
    return is_quiet(reminding, local.hour * 60 + local.minute)


def free(reminding: Reminding, zone: str, at: datetime) -> datetime:
    """The first moment from `at` on when somebody may be told something (UTC)."""
    first = max(at, reminding.snoozed or at)
    if not is_quiet_at(reminding, zone, first):
        return first
    hour, minute = divmod(reminding.quiet_to, 60)
    end = first.astimezone(ZoneInfo(zone)).replace(
        hour=hour, minute=minute, second=0, microsecond=0
    )
    if end.astimezone(UTC) <= first:
        end += timedelta(days=1)
    return end.astimezone(UTC)


# -- their job --------------------------------------------------------------------------------


def rescheduled(scene: Scene, profile: Profile) -> tuple[Record, ...]:
    """The job of the reminders after a change of the profile, such as another time zone."""
    reminding = profile.reminding
    if not reminding.days:
        return ()
    local = "BYHOUR={};BYMINUTE={};BYSECOND=0".format(*divmod(reminding.at, 60))
    job = Job(
        job_id(scene.by.learner),
        scene.by.learner,
        scene.course.id or profile.course,
        reminding.place or scene.by.direct or scene.by.place,
        first(reminding, profile.zone, scene.at, before=scene.by.profile.zone),
        # The hour is named, since one that a change of clocks skips would move all that follow.
        f"FREQ=WEEKLY;BYDAY={reminding.days};{local}",
        profile.zone,
    )
    return (Scheduled(job),)


def first(reminding: Reminding, zone: str, at: datetime, *, before: str) -> datetime:
    """When the next reminder comes (UTC). In `before`, the zone so far, its time must be to come
    as well, so that who travels west is not reminded twice on one day.
    """
    today = at.astimezone(ZoneInfo(zone)).date()
    chosen = reminding.days.split(",")
    coming = (today + timedelta(days=n) for n in range(9))
    locals_ = [f"{day}T{written(reminding.at)}" for day in coming if DAYS[day.weekday()] in chosen]
    return next(
        utc(each, zone) for each in locals_ if min(utc(each, z) for z in (zone, before)) > at
    )


def job_id(learner: str) -> str:
    """The id of the job of somebody's reminders."""
    return f"rem:{learner}"


# -- by the clock ----------------------------------------------------------------------------


def woke(scene: Scene, job: Job) -> Turn | Look:
    """A reminder's time came: say where they are, unless there is a reason to leave them alone."""
    if not scene.by.profile.reminding.days:
        return scene.turn(records=(Cancelled(job.id),))
    if scene.at - job.due > LATE or not _welcome(scene):
        return scene.turn()
    visits = scene.visits()
    if isinstance(visits, Done):
        return visits
    unit = _next(scene, visits)
    if unit is None:
        return scene.turn()
    count = scene.session.reminded + 1
    parts = [scene.say("remind.hello", course=scene.course.title, unit=scene.name(unit))]
    if count == MOST:
        parts.append(scene.say("remind.last"))
    choices = (
        scene.choice(RESUME, scene.say("remind.go")),
        scene.choice("rem-snooze-3", scene.say("remind.button-snooze")),
        scene.choice("rem-off", scene.say("remind.button-off")),
    )
    # The turn stays: buttons of the open prompt are as good as before.
    session = replace(scene.session, reminded=count)
    return Turn(session, (Message("\n\n".join(parts), choices),))


def _welcome(scene: Scene) -> bool:
    """Whether a reminder is of any use to them now."""
    reminding, zone = scene.by.profile.reminding, scene.by.profile.zone
    if is_quiet_at(reminding, zone, scene.at):
        return False
    if reminding.snoozed and scene.at < reminding.snoozed:
        return False
    days_in_row = scene.session.streak
    today = days_in_row.at is not None and streak.passed(days_in_row, scene.at, zone) <= 0
    return not today and scene.session.reminded < MOST and _may_learn(scene)


def _may_learn(scene: Scene) -> bool:
    """Whether the course is there, and theirs: some may be learned only in a group."""
    by, course = scene.by, scene.course
    if not course.modules:
        return False
    among = any(each.cohort.course == course.id for each in by.cohorts)
    return by.access == "open" or among or bool(leads(by)) or may(by, "reload")


def _next(scene: Scene, visits: dict[str, Visit]) -> Unit | None:
    """Where they go on: the open unit, else one that was begun, else the first that is open."""
    required = [unit for module in scene.course.modules for unit in module.required]
    undone = [unit for unit in required if not is_done(unit, visits)]
    ready = [unit for unit in undone if scene.is_open(unit.id, visits)]
    here = scene.session.unit
    return min(ready, key=lambda unit: (unit.id != here, unit.id not in visits), default=None)
