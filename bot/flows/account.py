"""What a learner may ask about their own data: a copy of it, and to have it gone."""

import hashlib
import json
from collections import defaultdict

from bot.conversation import Commanded, Everything, File, Forgotten, Kept, Look, Message, Turn
from bot.flows.scene import Scene

FORGET = "forget-yes"
KEEP = "forget-no"


def command(scene: Scene, deed: Commanded) -> Turn | Look | None:
    """Answer /export or /forget; None for any other command."""
    match deed.name:
        case "export":
            return export(scene)
        case "forget":
            return ask(scene)
        case _:
            return None


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
    name = f"syllabot-export-{scene.at:%Y-%m-%d}.json"
    digest = hashlib.sha256(data).hexdigest()
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
