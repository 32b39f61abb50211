"""/cohort progress: learners by units, as text that reads well aloud and as a picture of the same.

A small group has a line for each learner; of a large one only those are named who stand out.
"""

from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo

from bot.conversation import Cell, Cohort, File, Look, MapPicture, MapRow, Message, Turn
from bot.course.items import Exam, Quiz
from bot.course.lab import Lab
from bot.course.model import Course, Lesson, Module, Supplement, Unit
from bot.flows.groups.insight import ROOM, Group, gathered, length, listed, most_of
from bot.flows.groups.whereabouts import Where
from bot.flows.scene import Scene, label
from bot.flows.when import spoken, utc

FEW: Final = 12
"""So many learners each have a line of their own; of more, only those who stand out are named."""

ROWS: Final = 60
"""Rows, and columns, of a map that are still legible."""


def progress(scene: Scene, cohort: Cohort) -> Turn | Look:
    """Learners by units: as text that reads well aloud, and as one picture of the same."""
    group = gathered(scene, cohort, answers=False)
    if not isinstance(group, Group):
        return group
    if not group.members:
        return scene.turn(Message(scene.say("insight.nobody", title=group.title)))
    units = sum(len(module.required) for module in scene.course.modules)
    values = {"title": group.title, "course": scene.course.title}
    head = scene.say("insight.title", **values, n=len(group.where), units=units)
    modules = [_module_line(scene, group, module) for module in scene.course.modules]
    modules = most_of(scene, modules, FEW, ROOM // 2)
    people = _people(scene, group, ROOM - length([head, *modules]))
    text = [head, "\n".join(modules), people, scene.say("insight.way-on")]
    return scene.turn(Message("\n\n".join(text), files=(_map(scene, group),)))


# -- as text ---------------------------------------------------------------------------------


def _module_line(scene: Scene, group: Group, module: Module) -> str:
    rows = [where.within(module) for where in group.where]
    done = sum(all(cell in ("done", "late", "excused") for cell in row) for row in rows)
    begun = sum(any(cell in ("done", "late", "begun") for cell in row) for row in rows)
    values = {"n": len(rows), "done": done, "begun": max(begun, done)}
    line = scene.say("insight.module", module=module.title, **values)
    dated = group.cohort.dated(module.id)
    if dated.opens and utc(dated.opens, group.cohort.zone) > scene.at:
        line = scene.say("insight.module-opens", line=line, when=_when(scene, group, dated.opens))
    if dated.due:
        line = scene.say("insight.module-due", line=line, when=_when(scene, group, dated.due))
    return line


def _when(scene: Scene, group: Group, local: str) -> str:
    return spoken(local, scene.at, group.cohort.zone, scene.say)


def _people(scene: Scene, group: Group, room: int) -> str:
    """A line for each learner of a small group; of a large one, names of those who stand out."""
    if len(group.where) <= FEW:
        lines = [_learner_line(scene, group, where) for where in group.where]
        return "\n".join(most_of(scene, lines, FEW, room))
    told = [line for line in apart(scene, group) if line]
    return "\n\n".join(told) if told else scene.say("insight.all-well")


def _learner_line(scene: Scene, group: Group, where: Where) -> str:
    notes = ""
    if where.begun and where.at:
        notes += scene.say("insight.note-at", unit=scene.name(where.at))
    if where.late:
        late = [f"“{module.title}”" for module in where.late]
        notes += scene.say("insight.note-late", modules=listed(scene, late, 2))
    if passed := where.quiet(scene.at):
        notes += scene.say("insight.note-quiet", days=passed.days)
    values = {"name": group.names[where.member.learner], "notes": notes}
    if not where.begun and not where.done:
        return scene.say("insight.learner-new", **values)
    return scene.say("insight.learner", **values, done=where.done, total=len(where.cells))


def apart(scene: Scene, group: Group) -> tuple[str, str, str]:
    """Who has not started, who is quiet, who is late: a sentence each, "" for nobody."""
    new = group.called(w for w in group.where if not w.begun and not w.done)
    quiet = group.called(w for w in group.where if w.begun and w.quiet(scene.at))
    late = group.called(w for w in group.where if w.late)
    return (
        scene.say("insight.not-started", n=len(new), names=listed(scene, new)) if new else "",
        scene.say("insight.quiet", n=len(quiet), names=listed(scene, quiet)) if quiet else "",
        scene.say("insight.late", n=len(late), names=listed(scene, late)) if late else "",
    )


# -- as a picture ----------------------------------------------------------------------------


def _map(scene: Scene, group: Group) -> File:
    course, where = scene.course, group.where
    cells = [cell for each in where for _, cell in each.cells]
    units = [unit for module in course.modules for unit in module.required][:ROWS]
    values = {
        "n": len(where),
        "units": len(units),
        "cells": len(cells),
        "done": cells.count("done") + cells.count("late"),
        "late": cells.count("late"),
        "begun": cells.count("begun"),
    }
    alt = scene.say("insight.map-alt", title=group.title, **values)
    left_out = len(where) > ROWS
    picture = MapPicture(
        group.title,
        f"{course.title} · {scene.at.astimezone(ZoneInfo(group.cohort.zone)):%Y-%m-%d}",
        _columns_by_module(course),
        tuple(_column(scene, unit) for unit in units),
        tuple(_map_row(scene, group, each) for each in where[:ROWS]),
        _key(scene, cells),
        scene.say("insight.map-rows", shown=ROWS, n=len(where)) if left_out else "",
    )
    return File(f"progress-{group.cohort.id}-{scene.at:%Y-%m-%d}.png", alt, picture=picture)


def _columns_by_module(course: Course) -> tuple[tuple[str, int], ...]:
    room = ROWS
    found = []
    for module in course.modules:
        width = min(len(module.required), room)
        room -= width
        if width:
            found.append((module.title, width))
    return tuple(found)


def _column(scene: Scene, unit: Unit) -> str:
    match unit:
        case Quiz():
            return scene.say("insight.column-quiz")
        case Lab():
            return scene.say("insight.column-lab")
        case Exam():
            return scene.say("insight.column-exam")
        case Supplement():
            return scene.say("insight.column-reading")
        case Lesson():
            return label(unit)


def _map_row(scene: Scene, group: Group, where: Where) -> MapRow:
    passed = where.quiet(scene.at)
    note = scene.say("insight.days-quiet", days=passed.days) if passed else ""
    cells = tuple(cell for _, cell in where.cells[:ROWS])
    return MapRow(group.names[where.member.learner], cells, note)


def _key(scene: Scene, cells: Iterable[Cell]) -> tuple[tuple[Cell, str], ...]:
    """What each kind of cell that occurs means."""
    words: tuple[tuple[Cell, str], ...] = (
        ("done", scene.say("insight.cell-done")),
        ("late", scene.say("insight.cell-late")),
        ("begun", scene.say("insight.cell-begun")),
        ("excused", scene.say("insight.cell-excused")),
        ("open", scene.say("insight.cell-open")),
        ("closed", scene.say("insight.cell-closed")),
    )
    found = set(cells)
    return tuple(each for each in words if each[0] in found)
