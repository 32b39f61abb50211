"""What a learner may ask about their own data: a copy of it, and to have it gone."""

import difflib
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from zoneinfo import available_timezones

from bot.conversation import (
    Changed,
    Commanded,
    Everything,
    File,
    Forgotten,
    Kept,
    Look,
    Message,
    Turn,
)
from bot.course.items import Exam
from bot.course.lab import Lab
from bot.flows.groups.waking import rescheduled
from bot.flows.scene import Scene

FORGET = "forget-yes"
KEEP = "forget-no"


def command(scene: Scene, deed: Commanded) -> Turn | Look | None:
    """Answer /zone, /export or /forget; None for any other command."""
    match deed.name:
        case "zone":
            return zone(scene, deed.args)
        case "export":
            return export(scene)
        case "forget":
            return ask(scene)
        case _:
            return None


def zone(scene: Scene, asked: str) -> Turn:
    """Set the learner's time zone: where days end, and how times are written."""
    wanted = asked.strip().replace(" ", "_").casefold()
    if not wanted:
        return scene.turn(Message(scene.say("zone.now", zone=scene.by.profile.zone)))
    known = {name.casefold(): name for name in zones()}
    places = {name.rpartition("/")[2]: name for name in known}
    found = known.get(wanted) or known.get(places.get(wanted, ""))
    if found is None:
        near = difflib.get_close_matches(wanted, [*known, *places], n=1, cutoff=0.75)
        if not near or any(c.isdecimal() for c in wanted):
            return scene.turn(Message(scene.say("zone.unknown")))
        meant = known.get(near[0]) or known[places[near[0]]]
        return scene.turn(Message(scene.say("zone.near", zone=meant)))
    profile = replace(scene.by.profile, zone=found)
    told = replace(scene, by=replace(scene.by, profile=profile))
    text = scene.say("zone.set", zone=found, now=told.local(scene.at))
    moved = rescheduled(scene, profile)
    return scene.turn(Message(text), records=(Changed(profile), *moved))


@cache
def zones() -> tuple[str, ...]:
    """The time zones that can be set. Reading them takes a while, and they do not change."""
    # "Etc/GMT+2" is two hours west of Greenwich, which nobody who writes it means.
    named = {name for name in available_timezones() if "/" in name and "Etc/" not in name}
    return tuple(sorted({*named, "UTC"}))


def export(scene: Scene) -> Turn | Look:
    """Everything that is kept about the learner, as one JSON file, by table.

    But for what would give away an exam or a lab: which option of an item is right, how answers
    were marked while the exam is not passed, and what a model was told while the lab is not done.
    """
    rows = scene.rows(look := Everything(scene.by.learner), Kept)
    if rows is None:
        return look
    tables: dict[str, list[object]] = defaultdict(list)
    hidden = (_units(scene, Exam) | _units(scene, Lab)) - _passed(rows)
    for row in rows:
        tables[row.table].append(_unmarked(json.loads(row.body), hidden))
    made = scene.at.isoformat(timespec="seconds")
    about = {"made": made, "left out": scene.say("export.left-out"), **tables}
    data = json.dumps(about, ensure_ascii=False, indent=2).encode()
    digest = hashlib.sha256(data).hexdigest()
    name = f"syllabot-export-{scene.at:%Y-%m-%d}-{digest[:8]}.json"
    file = File(name, scene.say("export.alt"), digest, data)
    return scene.turn(Message(scene.say("export.text"), files=(file,)))


def _units(scene: Scene, kind: type[Exam | Lab]) -> frozenset[str]:
    """Every unit of a kind on offer, by all its names."""
    found: set[str] = set()
    for course in scene.library.courses.values():
        units = {unit.id for unit in course.units.values() if isinstance(unit, kind)}
        found |= units | {old for old, new in course.renamed.items() if new in units}
    return frozenset(found)


def _passed(rows: Iterable[Kept]) -> frozenset[str]:
    """The units that the log says are done with."""
    logged = [json.loads(row.body) for row in rows if row.table == "log"]
    records = [row.get("body", row) for row in logged]
    return frozenset(
        str(record["unit"])
        for record in records
        if record["kind"] == "completed" and record.get("passed")
    )


def _unmarked(value: object, hidden: frozenset[str]) -> object:
    """A JSON value without the keys of items, and without marks in the units `hidden`."""
    if isinstance(value, list):
        return [_unmarked(each, hidden) for each in value]
    if not isinstance(value, dict):
        return value
    left: set[str] = set()
    if "stem" in value:
        options = [
            _without(option, {"correct", "feedback", "misconception"})
            for option in value["options"]
        ]
        return {**value, "options": options}
    if value.get("kind") == "answered" and value.get("unit") in hidden:
        left = {"right", "misconception", "points"}
    if value.get("kind") == "regraded" and value.get("unit") in hidden:
        left = {"answers", "first", "best", "passed", "points"}
    # Whether an answer to a question of a group was right is posted when it closes.
    if value.get("kind") == "voted":
        left = {"right"}
    if "is_right" in value:
        left = {"is_right"}
    if value.get("kind") == "talked" and value.get("unit") in hidden:
        left = {"note"}
    if "move" in value and "note" in value:  # a question to a model
        left = {"note"}
    if value.get("kind") == "sitting" and not value["passed"]:
        given = [_without(each, {"right"}) for each in value["given"]]
        return {**value, "given": given}
    return {key: _unmarked(each, hidden) for key, each in value.items() if key not in left}


def _without(value: dict[str, object], names: set[str]) -> dict[str, object]:
    return {key: each for key, each in value.items() if key not in names}


def ask(scene: Scene) -> Turn:
    """Ask once before anything is deleted."""
    choices = (
        scene.choice(FORGET, scene.say("forget.yes")),
        scene.choice(KEEP, scene.say("forget.no")),
    )
    return scene.turn(Message(scene.say("forget.ask"), choices))


def forget(scene: Scene) -> Turn:
    """Delete everything about the learner."""
    return Turn(None, (Message(scene.say("forget.done")),), (Forgotten(),))
