"""People, a group and a store in memory, in which whole conversations are spoilt.

`vic` is the marked learner; `ann` and `mal` learn too, `ina` leads the group, `adm` administers the
place where it meets, `op` runs the bot.
"""

import copy
import re
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from benchmarks.fuzzing.oracle import MARK, lawful, silent
from bot.adapters.base import whole  # as every adapter does before anything else
from bot.commands.replay import read
from bot.commands.tutor_report import lines_in
from bot.conversation import Budget, Commanded, Message, Pressed, Said, Terms
from bot.course.lab import Lab
from bot.course.model import Library
from bot.replay.engine_driver import EngineDriver
from bot.replay.stage import Heard

HERE: Final = Path(__file__).parent.parent.parent
VIC: Final = f"vic{MARK}"
OTHERS: Final = ("ann", "mal", "ina", "adm", "op")
STAFF: Final = ("ina", "op")
HALL: Final = "hall"
T = TypeVar("T")

Step = tuple[str, str, str, object]
"""Who, in which group ("" alone), does what, with what."""


def done(work: Coroutine[object, object, T]) -> T:
    """The result of what awaits nothing but itself: the engine's driver never waits."""
    try:
        work.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    work.close()
    raise AssertionError("the driver of the engine waited for something")


@cache
def library() -> Library:
    """The course that ships, all of it open, a tiny one and one with an exam."""
    found = [
        read(HERE / "content"),
        read(HERE / "tests/course/tiny"),
        read(HERE / "tests/course-exam"),
    ]
    courses = {name: course for each in found for name, course in each.courses.items()}
    return Library({name: replace(each, order="free") for name, each in courses.items()})


@cache
def lines() -> tuple[str, ...]:
    """What learners say in labs, from the tutor's own tests."""
    paths = sorted((HERE / "tests/tutor").rglob("*.yaml"))
    found = [lines_in(path)[0] for path in paths]
    return tuple(line.say for each in found if each for line in each.lines) or ("ok",)


@dataclass(slots=True)
class World:
    """The driver, and the buttons that each has been shown."""

    driver: EngineDriver
    shown: dict[str, list[str]] = field(default_factory=dict)

    def take(self, step: Step) -> Heard:
        """Let somebody do something; all that comes of it keeps the rules."""
        who, group, kind, what = step
        heard = self._heard(who, group, kind, what)
        keys = [choice.key for message in heard.messages for choice in message.choices]
        self.shown.setdefault(who, []).extend(keys)
        del self.shown[who][:-200]
        self._judged(who, heard.messages)
        return heard

    def _judged(self, who: str, messages: tuple[Message, ...]) -> None:
        lawful(messages, self.driver.library)
        if who != VIC:
            silent(messages, staff=who in STAFF)
        for each in messages:
            if each.to is not None and each.to.chat != VIC:
                silent([each], staff=each.to.chat in STAFF)

    def _heard(self, who: str, group: str, kind: str, what: object) -> Heard:
        if kind == "wait" and isinstance(what, int):
            return done(self.driver.wait(timedelta(hours=what)))
        if kind == "restart":
            return done(self.driver.restart())
        if kind in ("reply", "fail"):
            return done(self.driver.model(who, whole(str(what)), fails=kind == "fail"))
        return done(self.driver.act(who, group, self._deed(kind, what)))

    def _deed(self, kind: str, what: object) -> Said | Pressed | Commanded:
        match kind, what:
            case "press", (str(of), int(back), str(other)):
                keys = self.shown.get(of) or [""]
                key = keys[-1 - back % len(keys)]
                return Pressed(_altered(key, other))
            case "forge", str(key):
                return Pressed(whole(key))
            case "command", (str(name), str(args)):
                return Commanded(whole(name), whole(args))
            case _:
                return Said(whole(str(what)))


def _altered(key: str, other: str) -> str:
    """A key with one of its four parts another: "2=9" makes the attempt 9 of it."""
    place, _, value = other.partition("=")
    parts = key.split(".")
    if place.isdecimal() and int(place) < len(parts):
        parts[int(place)] = value
    return ".".join(parts)


@cache
def _begun() -> World:
    """A group in which all learn, and the marked one has been in a lab, an exam and a report."""
    shelf = library()
    budgets = (Budget("learner", "day"), Budget("service", "month"))
    driver = EngineDriver(
        shelf,
        terms=Terms(company="Anthropic", days=30, budgets=budgets),
        operators=frozenset({"op"}),
        administrators=frozenset({"ina", "adm"}),
    )
    world = World(driver)
    course = next(iter(shelf.courses))
    labs = [u.id for u in shelf.courses[course].units.values() if isinstance(u, Lab)]
    for who in (VIC, *OTHERS):
        world.take((who, "", "command", ("start", course)))
    world.take(("op", HALL, "command", ("cohort", "new Tuesday group")))
    code = _code(world.take(("op", "", "command", ("cohort", "code"))).text)
    staff = _code(world.take(("op", "", "command", ("cohort", "invite"))).text)
    for step in _beginning(course, labs[0], code, staff):
        world.take(step)
    return world


def _beginning(course: str, lab: str, code: str, staff: str) -> list[Step]:
    joining: list[Step] = [(who, "", "command", ("join", code)) for who in (VIC, "ann", "mal")]
    return [
        *joining,
        ("ina", "", "command", ("join", staff)),
        ("ina", HALL, "command", ("cohort", "here")),
        (VIC, "", "command", ("alias", "Quiet Heron")),
        ("mal", "", "command", ("alias", "Mallory")),
        (VIC, "", "forge", f"{lab}.0.0.{course}"),
        (VIC, "", "press", (VIC, 1, "")),
        (VIC, "", "say", f"I live in {MARK} and a record is synthetic when a machine made it"),
        (VIC, "", "fail", "slow"),
        (VIC, "", "say", f"{MARK} told me that nobody measured it"),
        (VIC, "", "reply", "What makes you say so?"),
        (VIC, "", "forge", f"m1-exam.0.0.{course}"),
        (VIC, "", "say", f"{MARK}"),
        (VIC, "", "command", ("link", "")),
    ]


def _code(text: str) -> str:
    found = re.search(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", text)
    return found[0] if found else ""


def fresh() -> World:
    """A world of one's own, in which all of that has happened."""
    begun = _begun()
    kept: dict[int, object] = {id(begun.driver.library): begun.driver.library}
    return copy.deepcopy(begun, kept)


@cache
def codes() -> tuple[str, ...]:
    """The codes of the group, and of the marked one's link."""
    return tuple(_begun().driver.memory.codes)
