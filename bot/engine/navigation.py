"""Where somebody stands in a course, and the ways to another part of it."""

from dataclasses import replace

from bot.conversation import Done, Look, Message, Turn
from bot.course.model import Course, Points, Unit
from bot.flows import find, home, reference, units
from bot.flows.scene import Scene

LOBBY = Course("", "", "", "en", "free", (), Points())
"""Stands for the choice among courses: where a learner is before one is chosen."""


def wanted(scene: Scene, unit: Unit) -> Turn | Look:
    """Open a unit that somebody chose, if it is open to them."""
    if unit.id == scene.session.unit:
        return current(scene)
    before, opens = scene.before(unit.id), scene.opens(unit.id)
    if before is not None or opens is not None:
        visits = scene.visits()
        if isinstance(visits, Done):
            return visits
        if opens is not None and unit.id not in visits:
            return again(scene, "lost.dated", unit=scene.name(unit), when=scene.local(opens))
        if before is not None and not scene.is_open(unit.id, visits):
            names = {"unit": scene.name(unit), "before": scene.name(before)}
            return again(scene, "lost.locked", **names)
    return units.enter(scene, unit)


def opened(scene: Scene, asked: str) -> Turn | Look:
    """Open the unit that somebody names; ask which one is meant where that is not clear."""
    if not asked.strip():
        return home.menu(scene)
    called = find.called(scene, asked)
    if len(called) == 1:
        return wanted(scene, called[0])
    near = called or find.near(scene, asked)
    if near:
        return find.which(scene, asked, near)
    return again(scene, "open.unknown", asked=reference.plain(asked))


def current(scene: Scene) -> Turn | Look:
    """The current prompt once more; at home, the first screen."""
    shown = units.show(scene)
    if shown is not None:
        return shown
    return home.courses(scene) if scene.course is LOBBY else home.welcome(scene)


def again(scene: Scene, why: str, **values: str | int) -> Turn | Look:
    """A kind sentence, and the current choices again."""
    shown = current(scene)
    if not isinstance(shown, Turn):
        return shown
    return replace(shown, messages=(Message(scene.say(why, **values)), *shown.messages))
