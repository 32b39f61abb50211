"""Where each member of a cohort stands in the course; dates and exceptions count.

All of it is pure and knows no words. Learners are told apart by their ids here and named nowhere.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.conversation import Cell, Cohort, Member, Reply, Stand
from bot.course.model import Course, Module, Unit
from bot.flows.when import utc

QUIET: Final = timedelta(days=7)
"""Without a word for so long, a learner is quiet."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a member stands: a cell for each unit that counts, in the order of the course.

    `at` is the unit they are in or that comes next, None once all that is open is done; `late` are
    the modules that were due and are not done.
    """

    member: Member
    cells: tuple[tuple[Unit, Cell], ...]
    at: Unit | None
    late: tuple[Module, ...]

    @property
    def settled(self) -> frozenset[str]:
        """The units that are behind them."""
        behind = ("done", "late", "excused")
        return frozenset(unit.id for unit, cell in self.cells if cell in behind)

    @property
    def done(self) -> int:
        """How many units are behind them."""
        return len(self.settled)

    @property
    def begun(self) -> bool:
        """Whether they ever opened a unit; to be excused from one is not to begin."""
        return any(cell in ("done", "late", "begun") for _, cell in self.cells)

    def within(self, module: Module) -> list[Cell]:
        """The cells of one module."""
        ids = {unit.id for unit in module.required}
        return [cell for unit, cell in self.cells if unit.id in ids]

    def quiet(self, now: datetime) -> timedelta | None:
        """How long they said nothing, where that is seven days or more and something is left."""
        passed = now - (self.member.seen or self.member.joined)
        return passed if self.at and passed >= QUIET else None


def whereabouts(
    course: Course,
    cohort: Cohort,
    members: Iterable[Member],
    stands: Iterable[Stand],
    at: datetime,
) -> list[Where]:
    """Where each member stands in each unit of `course`; dates and exceptions count."""
    found: dict[str, dict[str, Stand]] = defaultdict(dict)
    for each in todays(course, stands):
        found[each.learner][each.unit] = each
    return [_where(course, cohort, member, found[member.learner], at) for member in members]


def todays(course: Course, stands: Iterable[Stand]) -> list[Stand]:
    """Stands under the names that the units have today; one that was renamed has one row."""
    found: dict[tuple[str, str], Stand] = {}
    for old in stands:
        new = replace(old, unit=course.renamed.get(old.unit, old.unit))
        key = (new.learner, new.unit)
        found[key] = _joined(found[key], new) if key in found else new
    return list(found.values())


def renamed(course: Course, replies: Iterable[Reply]) -> list[Reply]:
    """Answers under the names that the units have today, in the order of time."""
    named = (replace(each, unit=course.renamed.get(each.unit, each.unit)) for each in replies)
    return sorted(named, key=lambda each: each.at)


def due(cohort: Cohort, module: Module, member: Member | None = None) -> datetime | None:
    """When a module is due, for one member where they have more time; None for no date."""
    more = [o for o in member.overrides if o.kind == "time"] if member else []
    own = [each.until for each in more if each.unit == module.id and each.until]
    local = own[-1] if own else cohort.dated(module.id).due
    return utc(local, cohort.zone) if local else None


def _joined(one: Stand, other: Stand) -> Stand:
    early, late = sorted((one, other), key=lambda each: (not each.done, each.attempts))
    times = [each.at for each in (one, other) if each.at]
    return replace(
        early,
        attempts=max(one.attempts, other.attempts),
        best=max(one.best, other.best),
        out_of=early.out_of or late.out_of,
        points=one.points + other.points,
        at=min(times, default=None),
    )


def _where(
    course: Course, cohort: Cohort, member: Member, stands: dict[str, Stand], at: datetime
) -> Where:
    cells: list[tuple[Unit, Cell]] = []
    late: list[Module] = []
    for module in course.modules:
        end = due(cohort, module, member)
        row = _row(course, cohort, module, member, stands, at, end)
        cells += zip(module.required, row, strict=True)
        if end and end < at and any(cell in ("begun", "open", "closed") for cell in row):
            late.append(module)
    begun = [unit for unit, cell in cells if cell == "begun"]
    left = [unit for unit, cell in cells if cell == "open"]
    return Where(member, tuple(cells), next(iter([*begun[-1:], *left]), None), tuple(late))


def _row(
    course: Course,
    cohort: Cohort,
    module: Module,
    member: Member,
    stands: dict[str, Stand],
    at: datetime,
    end: datetime | None,
) -> list[Cell]:
    excused = {course.renamed.get(o.unit, o.unit) for o in member.overrides if o.kind == "excuse"}
    unlocked = {course.renamed.get(o.unit, o.unit) for o in member.overrides if o.kind == "unlock"}
    opens = cohort.dated(module.id).opens
    here = not opens or utc(opens, cohort.zone) <= at
    row: list[Cell] = []
    way = True
    for unit in module.required:
        cell = _cell(stands.get(unit.id), end, excused=unit.id in excused)
        if cell == "closed" and ((here and way) or unit.id in unlocked):
            cell = "open"
        way = course.order == "free" or cell in ("done", "late", "excused")
        row.append(cell)
    return row


def _cell(stand: Stand | None, end: datetime | None, *, excused: bool) -> Cell:
    """The cell of a unit by itself: "closed" until it is known what comes before it."""
    if stand and stand.done:
        return "late" if end and stand.at and stand.at > end and not excused else "done"
    if excused:
        return "excused"
    return "begun" if stand else "closed"
