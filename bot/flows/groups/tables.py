"""A cohort as tables: CSV for spreadsheets, JSON for programs; from rows to text and no further.

People stand there by their names on boards alone: no ids, no accounts, no words of a lab.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pydantic import TypeAdapter

from bot.conversation import Cohort, Member, Override, Reply, Stand
from bot.course.model import Course
from bot.flows.groups.whereabouts import renamed, todays
from bot.phrases import FALLBACK, say

Cells = tuple[str | int | None, ...]

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection")."""

PROGRESS: Final = (
    "learner module unit title attempts done excused first best out_of points done_at"
).split()

VERSION: Final = 8
"""Hex digits of a wording that tell it from others of its item."""

ANSWERS: Final = (
    "learner module unit item attempt chosen right misconception points seconds wording at"
).split()


def names(members: Iterable[Member], language: str = FALLBACK) -> dict[str, str]:
    """What each member is called, by learner: who has no name gets a number, in the order in which
    they joined, and so does the second of two who are called alike.
    """
    found: dict[str, str] = {}
    alike: dict[str, int] = defaultdict(int)
    nameless = 0
    for each in sorted(members, key=lambda each: (each.joined, each.learner)):
        nameless += not each.alias
        name = each.alias or say(language, "insight.no-name", n=nameless)
        alike[name.casefold()] += 1
        again = alike[name.casefold()]
        found[each.learner] = f"{name} ({again})" if again > 1 else name
    return found


def progress_csv(course: Course, members: Iterable[Member], stands: Iterable[Stand]) -> str:
    """A row for each member and each unit, in the order of the course; also what was not begun."""
    people = list(members)
    called = names(people)
    at = {(each.learner, each.unit): each for each in todays(course, stands)}
    rows: list[Cells] = []
    for member in people:
        excused = {course.renamed.get(o.unit, o.unit) for o in _excuses(member)}
        for unit_id, unit in course.units.items():
            stand = at.get((member.learner, unit_id), Stand(member.learner, unit_id))
            module = course.module_of[unit_id].title
            row: Cells = (called[member.learner], module, unit_id, unit.title, stand.attempts)
            row += (_yes(stand.done), _yes(unit_id in excused), stand.first, stand.best)
            rows.append((*row, stand.out_of, stand.points, _iso(stand.at)))
    return _written(PROGRESS, rows)


def answers_csv(course: Course, members: Iterable[Member], replies: Iterable[Reply]) -> str:
    """A row for each answer, in the order of time; `wording` tells versions of an item apart."""
    called = names(members)
    rows: list[Cells] = []
    for each in renamed(course, replies):
        if each.learner not in called:
            continue
        module = course.module_of.get(each.unit)
        row: Cells = (called[each.learner], module.title if module else "", each.unit, each.item)
        row += (each.attempt, " ".join(each.options), _yes(each.right), each.misconception)
        seconds = None if each.seconds is None else round(each.seconds)
        rows.append((*row, each.points, seconds, each.wording[:VERSION], _iso(each.at)))
    return _written(ANSWERS, rows)


def for_spreadsheets(text: str) -> bytes:
    """UTF-8 with the mark at its beginning without which Excel shows "Ã©" for "é"."""
    return text.encode("utf-8-sig")


def safe(text: str) -> str:
    """A text that no spreadsheet runs as a formula, with an apostrophe before what it would."""
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


# -- JSON ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Unit:
    unit: str
    attempts: int
    done: bool
    first: int
    best: int
    out_of: int
    points: int
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Answer:
    unit: str
    item: str
    attempt: int
    chosen: tuple[str, ...]
    right: bool
    misconception: str
    points: int
    seconds: float | None
    wording: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _Learner:
    name: str
    joined: datetime
    seen: datetime | None
    excused: tuple[str, ...]
    units: tuple[_Unit, ...]
    answers: tuple[_Answer, ...]


@dataclass(frozen=True, slots=True)
class _Export:
    made: datetime
    cohort: str
    zone: str
    course: str
    title: str
    learners: tuple[_Learner, ...]


_EXPORT: Final = TypeAdapter(_Export)


def as_json(
    cohort: Cohort,
    course: Course,
    members: Iterable[Member],
    stands: Iterable[Stand],
    replies: Iterable[Reply],
    at: datetime,
) -> str:
    """All of both tables in one JSON text, learner by learner; times are UTC."""
    people = list(members)
    called = names(people)
    units: dict[str, list[_Unit]] = defaultdict(list)
    answers: dict[str, list[_Answer]] = defaultdict(list)
    for stand in todays(course, stands):
        units[stand.learner].append(_unit(stand))
    for reply in renamed(course, replies):
        answers[reply.learner].append(_answer(reply))
    learners = [
        _learner(each, called[each.learner], units[each.learner], answers[each.learner])
        for each in people
    ]
    made = at.astimezone(UTC)
    export = _Export(made, cohort.title, cohort.zone, course.id, course.title, tuple(learners))
    return _EXPORT.dump_json(export).decode()


def _learner(
    member: Member, name: str, units: Sequence[_Unit], answers: Sequence[_Answer]
) -> _Learner:
    excused = tuple(each.unit for each in _excuses(member))
    seen = member.seen.astimezone(UTC) if member.seen else None
    joined = member.joined.astimezone(UTC)
    return _Learner(name, joined, seen, excused, tuple(units), tuple(answers))


def _unit(stand: Stand) -> _Unit:
    at = stand.at.astimezone(UTC) if stand.at else None
    tries = (stand.attempts, stand.done, stand.first, stand.best)
    return _Unit(stand.unit, *tries, stand.out_of, stand.points, at)


def _answer(reply: Reply) -> _Answer:
    marks = (reply.right, reply.misconception, reply.points, reply.seconds, reply.wording[:VERSION])
    at = reply.at.astimezone(UTC)
    return _Answer(reply.unit, reply.item, reply.attempt, reply.options, *marks, at)


# -- how cells are written -------------------------------------------------------------------


def _excuses(member: Member) -> list[Override]:
    return [each for each in member.overrides if each.kind == "excuse"]


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _iso(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else ""


class _Text(list[str]):
    """What a csv.writer writes to."""

    def write(self, line: str) -> None:
        """One line of the table."""
        self.append(line)


def _written(head: Iterable[str], rows: Iterable[Cells]) -> str:
    text = _Text()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([safe(c) if isinstance(c, str) else c for c in row] for row in rows)
    return "".join(text)
