"""What a learner may ask about their own data: a copy of it, and to have it gone."""

import difflib
import hashlib
import json
from collections import defaultdict
from dataclasses import replace
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
    known = {name.casefold(): name for name in available_timezones()}
    places = {name.rpartition("/")[2]: name for name in sorted(known) if "/" in name}
    found = known.get(wanted) or known.get(places.get(wanted, ""))
    if found is None:
        near = difflib.get_close_matches(wanted, [*known, *places], n=1, cutoff=0.75)
        if not near:
            return scene.turn(Message(scene.say("zone.unknown")))
        meant = known.get(near[0]) or known[places[near[0]]]
        return scene.turn(Message(scene.say("zone.near", zone=meant)))
    profile = replace(scene.by.profile, zone=found)
    told = replace(scene, by=replace(scene.by, profile=profile))
    text = scene.say("zone.set", zone=found, now=told.local(scene.at))
    return scene.turn(Message(text), records=(Changed(profile),))


def export(scene: Scene) -> Turn | Look:
    """Everything that is kept about the learner, as one JSON file, by table."""
    look = Everything(scene.by.learner)
    rows = scene.answered(look)
    if rows is None:
        return look
    tables: dict[str, list[object]] = defaultdict(list)
    for row in rows:
        if isinstance(row, Kept):
            tables[row.table].append(json.loads(row.body))
    about = {"made": scene.at.isoformat(timespec="seconds"), **tables}
    data = json.dumps(about, ensure_ascii=False, indent=2).encode()
    digest = hashlib.sha256(data).hexdigest()
    name = f"syllabot-export-{scene.at:%Y-%m-%d}-{digest[:8]}.json"
    file = File(name, scene.say("export.alt"), digest, data)
    return scene.turn(Message(scene.say("export.text"), files=(file,)))


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
