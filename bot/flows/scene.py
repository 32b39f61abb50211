"""What a flow sees of the world: the course, the session, who asks and what is known.

A Scene is a value; "changing" it makes another. It refuses to know the store, the clock or any
platform: what is not in it must be asked for with a Look.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.conversation import (
    Caller,
    Choice,
    Done,
    Key,
    Look,
    Message,
    Override,
    Record,
    Rows,
    Session,
    State,
    Turn,
    Visit,
    Visited,
)
from bot.course.items import Exam, Quiz
from bot.course.lab import Lab
from bot.course.model import Course, Lesson, Library, Supplement, Unit
from bot.flows.when import utc
from bot.permissions import leads
from bot.phrases import say

R = TypeVar("R")

LABEL = 80
"""Discord's limit for the label of a button."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One event's surroundings; `known` are the store's answers so far."""

    library: Library
    course: Course
    session: Session
    by: Caller
    at: datetime
    known: tuple[tuple[Look, Rows], ...] = ()

    def say(self, key: str, **values: str | int) -> str:
        """A sentence in the learner's language (see `phrases.say`)."""
        return say(self.by.profile.language, key, **values)

    def moved(self, state: State) -> "Scene":
        """The scene one turn on: a new prompt, to which no older key belongs."""
        session = replace(self.session, state=state, turn=self.session.turn + 1)
        return replace(self, session=session)

    def choice(self, what: str, label: str, attempt: int = 0) -> Choice:
        """A button of this course and this prompt, its label short enough for any platform."""
        key = Key(what, self.course.id, attempt, self.session.turn)
        return Choice(str(key), shortened(label, LABEL))

    def turn(self, *messages: Message, records: tuple[Record, ...] = ()) -> Turn:
        """A Turn that leaves the session as it is in this scene."""
        return Turn(self.session, messages, records)

    def visits(self) -> dict[str, Visit] | Done:
        """Where the learner stands in each unit opened so far, or the Look that will tell. A unit
        that they were excused from counts as done.
        """
        rows = self.rows(look := Done(self.by.learner, self.course.id), Visit)
        if rows is None:
            return look
        found = _by_unit(rows, self.course.renamed)
        for unit in self._allowed("excuse"):
            found[unit] = replace(found.get(unit, Visit(unit)), done=True)
        return found

    def _allowed(self, kind: str) -> tuple[str, ...]:
        """The units for which an instructor made an exception of this kind."""
        return tuple(unit for unit, each in self._exceptions() if each.kind == kind)

    def _exceptions(self) -> Iterator[tuple[str, Override]]:
        """What instructors allowed in this course, each with the name that its unit has today."""
        for membership in self.by.cohorts:
            if membership.cohort.course == self.course.id:
                for each in membership.overrides:
                    yield self.course.renamed.get(each.unit, each.unit), each

    def may_retake(self, unit_id: str, attempt: int) -> bool:
        """Whether an instructor allowed this attempt at an exam without waiting."""
        wanted = (unit_id, "attempt", attempt)
        return any((unit, each.kind, each.attempt) == wanted for unit, each in self._exceptions())

    def opens(self, unit_id: str) -> datetime | None:
        """When the unit's module opens, where that is still to come in every cohort of theirs."""
        cohorts = (each.cohort for each in self.by.cohorts if each.cohort.state != "archived")
        mine = [cohort for cohort in cohorts if cohort.course == self.course.id]
        if not mine or unit_id in self._allowed("unlock") or leads(self.by):
            return None
        module = self.course.module_of[unit_id].id
        dates = [(cohort.dated(module).opens, cohort.zone) for cohort in mine]
        if not all(opens for opens, _ in dates):
            return None
        first = min(utc(opens, zone) for opens, zone in dates)
        return first if first > self.at else None

    def past(self, unit_id: str) -> Visit | Visited | None:
        """What the learner did in one unit, under any of its names; or the Look for it."""
        look = Visited(self.by.learner, self.course.id, self.names(unit_id))
        rows = self.rows(look, Visit)
        return look if rows is None else _by_unit(rows, self.course.renamed).get(unit_id)

    def names(self, unit_id: str) -> tuple[str, ...]:
        """The unit's name of today, and all that it had before."""
        former = sorted(old for old, new in self.course.renamed.items() if new == unit_id)
        return unit_id, *former

    def rows(self, look: Look, kind: type[R]) -> list[R] | None:
        """The rows of this kind that answer `look`; None while the store has not been asked."""
        rows = next((rows for asked, rows in self.known if asked == look), None)
        return None if rows is None else [row for row in rows if isinstance(row, kind)]

    def local(self, at: datetime, zone: str = "") -> str:
        """A UTC time by the clock and calendar of `zone` ("": the learner's own), with its name."""
        return f"{at.astimezone(ZoneInfo(zone or self.by.profile.zone)):%A %d %B %Y, %H:%M %Z}"

    def name(self, unit: Unit) -> str:
        """What this learner reads for a unit."""
        return name(self.by.profile.language, unit)

    def after(self, unit_id: str) -> Unit | None:
        """The unit that follows in the same module; none after a supplementary one."""
        units = self.course.module_of[unit_id].required
        later = iter(units)
        found = any(unit.id == unit_id for unit in later)
        return next(later, None) if found else None

    def before(self, unit_id: str) -> Unit | None:
        """The unit that must be done before this one opens; None where it is open anyway."""
        if self.course.order == "free":
            return None
        units = self.course.module_of[unit_id].required
        place = next((n for n, unit in enumerate(units) if unit.id == unit_id), 0)
        return units[place - 1] if place else None

    def is_open(self, unit_id: str, visits: dict[str, Visit]) -> bool:
        """Open are units already visited, and those whose predecessor is done."""
        before = self.before(unit_id)
        if unit_id in visits:
            return True
        if self.opens(unit_id) is not None:
            return False
        if before is None or unit_id in self._allowed("unlock"):
            return True
        return is_done(before, visits)

    def next_label(self, unit_id: str) -> str:
        """What the button says that leads on from a finished unit."""
        following = self.after(unit_id)
        if following is None:
            return self.say("lesson.end")
        return self.say("lesson.go", unit=self.name(following))


def is_done(unit: Unit, visits: Mapping[str, Visit]) -> bool:
    """Whether a unit is done with, as a learner's visits have it."""
    return unit.id in visits and visits[unit.id].done


def name(language: str, unit: Unit) -> str:
    """What a learner reads for a unit: "L1 · Title" or "Quiz: Title"."""
    match unit:
        case Supplement():
            return say(language, "unit.reading", title=unit.title)
        case Lesson():
            return say(language, "unit.lesson", label=label(unit), title=unit.title)
        case Quiz():
            return say(language, "unit.quiz", title=unit.title)
        case Lab():
            return say(language, "unit.lab", title=unit.title)
        case Exam():
            return say(language, "unit.exam", title=unit.title)


def shortened(text: str, most: int) -> str:
    """`text`, cut to at most so many characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def label(lesson: Lesson) -> str:
    """The short name of a lesson, from the last part of its id: "L1", "Intro"."""
    return lesson.id.rsplit("-", 1)[-1].capitalize()


def _by_unit(visits: Iterable[Visit], renamed: dict[str, str]) -> dict[str, Visit]:
    """Visits by the name that each unit has today; an old name's row adds to the new one's."""
    found: dict[str, Visit] = {}
    for row in sorted(visits, key=lambda row: row.unit not in renamed):
        unit = renamed.get(row.unit, row.unit)
        found[unit] = _joined(found[unit], row) if unit in found else replace(row, unit=unit)
    return found


def _joined(old: Visit, new: Visit) -> Visit:
    return replace(
        new,
        attempts=max(old.attempts, new.attempts),
        done=old.done or new.done,
        first=old.first if old.done else new.first,
        best=max(old.best, new.best),
        out_of=new.out_of or old.out_of,
        points=old.points + new.points,
        parked=new.parked or old.parked,
    )
