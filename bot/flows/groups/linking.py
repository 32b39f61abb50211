"""/link: one learner with accounts on several platforms.

No row moves: the account that types the code points to the one that made it. Reads take the best
of both, nothing counts twice, and for a day it can be undone.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.conversation import (
    Code,
    Guessed,
    Invited,
    Link,
    Linked,
    Links,
    Look,
    Message,
    Turn,
    Uninvited,
)
from bot.flows.groups.codes import drawn, grouped, normal
from bot.flows.groups.guessing import Tried, followed
from bot.flows.scene import Scene

VALID: Final = timedelta(minutes=10)
UNDO: Final = timedelta(days=1)

YES: Final = "link-yes-"


def link(scene: Scene, args: str) -> Turn | Look:
    """A code to type on the other platform; or, with a code, the question whether to link."""
    word = args.strip()
    match word.casefold():
        case "":
            return _offered(scene)
        case "undo":
            return _undone(scene)
        case _:
            return _asked(scene, normal(word))


def pressed(scene: Scene, what: str) -> Turn | Look:
    """The answer to that question."""
    if not what.startswith(YES):
        return scene.turn(Message(scene.say("link.kept")))
    code = normal(what.removeprefix(YES))
    found = _found(scene, code)
    if not isinstance(found, Code):
        return found
    me = scene.by.learner
    records = (Linked(me, found.of), Uninvited(code))
    return scene.turn(Message(scene.say("link.done")), records=records)


def _offered(scene: Scene) -> Turn | Look:
    mine = scene.rows(look := Links(scene.by.learner), Link)
    if mine is None:
        return look
    code = drawn(scene.by.luck)
    parts = [scene.say("link.code", code=grouped(code), minutes=int(VALID.seconds / 60))]
    if mine:
        parts.append(scene.say("link.linked", count=len(mine)))
    record = Invited(code, "link", scene.by.learner, scene.at + VALID)
    return scene.turn(Message("\n\n".join(parts)), records=(record,))


def _asked(scene: Scene, code: str) -> Turn | Look:
    found = _found(scene, code)
    if not isinstance(found, Code):
        return found
    choices = (
        scene.choice(f"{YES}{code.casefold()}", scene.say("link.yes")),
        scene.choice("link-no", scene.say("link.no")),
    )
    return scene.turn(Message(scene.say("link.ask"), choices))


def _found(scene: Scene, code: str) -> Code | Turn | Look:
    """The code, where it may be followed."""
    tried = followed(scene, code)
    if not isinstance(tried, Tried):
        return tried
    found = tried.found
    if found is None or found.what != "link":
        return scene.turn(Message(scene.say("link.unknown")), records=(Guessed(),))
    if found.of == scene.by.learner:
        return scene.turn(Message(scene.say("link.same")))
    mine = scene.rows(look := Links(scene.by.learner), Link)
    if mine is None:
        return look
    theirs = scene.rows(other := Links(found.of), Link)
    if theirs is None:
        return other
    if mine or any(each.learner == found.of for each in theirs):
        return scene.turn(Message(scene.say("link.others")))
    return found


def _undone(scene: Scene) -> Turn | Look:
    """Whoever was linked within a day is somebody of their own again."""
    rows = scene.rows(look := Links(scene.by.learner), Link)
    if rows is None:
        return look
    fresh = [row for row in rows if row.into == scene.by.learner and scene.at - row.at < UNDO]
    if not fresh:
        key = "link.too-late" if rows else "link.none"
        return scene.turn(Message(scene.say(key)))
    ended = tuple(Linked(row.learner, row.into, ended=True) for row in fresh)
    return replace(scene.turn(Message(scene.say("link.undone"))), records=ended)
