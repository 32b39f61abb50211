"""/share: a learner shows a talk of a lab to their instructors.

It is the only way in which words of a lab reach an instructor. What is sent is what was there when
the learner was asked, and no line that is not kept.
"""

import hashlib
from collections.abc import Sequence
from typing import Final
from unicodedata import category

from bot.conversation import (
    Cohort,
    File,
    Look,
    Member,
    Message,
    Staff,
    Talk,
    Talked,
    Talking,
    Turn,
    Visited,
)
from bot.course.lab import Lab
from bot.flows import find
from bot.flows.asking import group, seeded
from bot.flows.groups.aside import again, instructors, is_shut_out, newest, once
from bot.flows.groups.people import shown_title
from bot.flows.reference import plain
from bot.flows.scene import Scene, name
from bot.phrases import say

YES: Final = "share-yes-"
OF: Final = "share-of-"


def share(scene: Scene, args: str) -> Turn | Look:
    """Ask once whether the talk of the open lab, or of the one that is named, is to be sent."""
    cohort = group(scene)
    if cohort is None:
        return again(scene, Message(scene.say("share.no-group")))
    lab = _named(scene, args) if args.strip() else _open(scene)
    return _asked(scene, cohort, lab) if isinstance(lab, Lab) else lab


def pressed(scene: Scene, what: str) -> Turn | Look | None:
    """Which lab is meant, or whether to send its talk; None for what is no such button."""
    if is_shut_out(scene):
        return None
    if what == "share-no":
        return again(scene, Message(scene.say("share.kept")))
    if what.startswith(OF):
        lab = _marked(scene, what.removeprefix(OF))
        return share(scene, lab.id if lab else "")
    if not what.startswith(YES):
        return None
    mark, *counts = what.removeprefix(YES).split("-")
    lab, cohort = _marked(scene, mark), group(scene)
    if lab is None or len(counts) != 2 or not all(each.isdecimal() for each in counts):
        return share(scene, "")
    if cohort is None:
        return again(scene, Message(scene.say("share.no-group")))
    if what == newest(scene):
        return scene.turn()
    attempt, count = map(int, counts)
    return once(scene, what, _sent(scene, cohort, lab, attempt, count))


# -- which talk ------------------------------------------------------------------------------


def _labs(scene: Scene) -> list[Lab]:
    return [unit for unit in scene.course.units.values() if isinstance(unit, Lab)]


def _marked(scene: Scene, mark: str) -> Lab | None:
    return next((lab for lab in _labs(scene) if _mark(lab) == mark), None)


def _mark(lab: Lab) -> str:
    """Names the lab in a key: its id may be too long for one."""
    return seeded(lab.id)[:4].hex()


def _open(scene: Scene) -> Lab | Turn | Look:
    unit, labs = scene.course.units.get(scene.session.unit), _labs(scene)
    if isinstance(unit, Lab):
        return unit
    if not labs:
        return again(scene, Message(scene.say("share.no-labs")))
    return again(scene, Message(scene.say("share.how", unit=labs[0].title)))


def _named(scene: Scene, asked: str) -> Lab | Turn | Look:
    called = [unit for unit in find.called(scene, asked) if isinstance(unit, Lab)]
    if len(called) == 1:
        return called[0]
    near = called or [unit for unit in find.near(scene, asked) if isinstance(unit, Lab)]
    if not near:
        return again(scene, Message(scene.say("share.unknown", asked=plain(asked))))
    buttons = [scene.choice(f"{OF}{_mark(lab)}", scene.name(lab)) for lab in near[: find.MOST]]
    buttons.append(scene.choice("share-no", scene.say("share.no")))
    return scene.turn(Message(scene.say("share.which"), tuple(buttons)))


def _attempt(scene: Scene, lab: Lab) -> int | Visited:
    """The attempt that is open, or else the last one; 0 for none."""
    state = scene.session.state
    if scene.session.unit == lab.id and isinstance(state, Talking):
        return state.attempt
    past = scene.past(lab.id)
    if isinstance(past, Visited):
        return past
    return past.attempts if past else 0


def _lines(scene: Scene, lab: Lab, attempt: int) -> list[Talked] | Talk:
    """What was said and kept in an attempt. Words in distress are not, nor is what they led to
    shown to anybody.
    """
    look = Talk(scene.by.learner, scene.course.id, scene.names(lab.id), attempt)
    rows = scene.rows(look, Talked)
    return look if rows is None else [row for row in rows if row.said]


# -- asking and sending ----------------------------------------------------------------------


def _asked(scene: Scene, cohort: Cohort, lab: Lab) -> Turn | Look:
    last = _attempt(scene, lab)
    if isinstance(last, Visited):
        return last
    # A talk that was only just begun anew has no lines: then the one before it is meant.
    for attempt in (last, last - 1):
        lines = _lines(scene, lab, attempt) if attempt > 0 else []
        if isinstance(lines, Talk):
            return lines
        if lines:
            return _question(scene, cohort, lab, attempt, len(lines))
    return again(scene, Message(scene.say("share.empty", unit=lab.title)))


def _question(scene: Scene, cohort: Cohort, lab: Lab, attempt: int, count: int) -> Turn | Look:
    staff = _reached(scene, cohort)
    if not isinstance(staff, list):
        return staff
    yes = f"{YES}{_mark(lab)}-{attempt}-{count}"
    if yes == newest(scene):
        return again(scene, Message(scene.say("share.sent", unit=lab.title)))
    choices = (
        scene.choice(yes, scene.say("share.yes")),
        scene.choice("share-no", scene.say("share.no")),
    )
    title, persona = shown_title(cohort), lab.persona.name
    text = scene.say("share.ask", unit=lab.title, title=title, persona=persona, count=count)
    return scene.turn(Message(text, choices))


def _sent(scene: Scene, cohort: Cohort, lab: Lab, attempt: int, count: int) -> Turn | Look:
    lines = _lines(scene, lab, attempt)
    if isinstance(lines, Talk):
        return lines
    staff = _reached(scene, cohort)
    if not isinstance(staff, list):
        return staff
    if not lines[:count]:
        return again(scene, Message(scene.say("share.empty", unit=lab.title)))
    file = _file(scene, lab, lines[:count])
    who, title = plain(scene.by.profile.alias), shown_title(cohort)
    posts = []
    for each in staff:
        values = {"name": who, "title": title, "unit": name(each.language, lab)}
        text = say(each.language, "share.told", **values)
        posts.append(Message(text, files=(file,), to=each.place))
    return again(scene, Message(scene.say("share.sent", unit=lab.title)), *posts)


def _reached(scene: Scene, cohort: Cohort) -> list[Member] | Turn | Look:
    """The instructors who can be reached; a sentence where there is none."""
    staff = instructors(scene, cohort)
    if isinstance(staff, Staff) or staff:
        return staff
    return again(scene, Message(scene.say("share.nobody", title=shown_title(cohort))))


def _file(scene: Scene, lab: Lab, lines: Sequence[Talked]) -> File:
    """The talk as text, without what a model was told about the learner."""
    who, persona = plain(scene.by.profile.alias), lab.persona.name
    values = {"unit": lab.title, "name": who, "persona": persona, "when": f"{scene.at:%Y-%m-%d}"}
    parts = [scene.say("share.head", **values)]
    for each in lines:
        parts.append(scene.say("share.line", who=who, words=_legible(each.said)))
        if each.reply:
            parts.append(scene.say("share.line", who=persona, words=_legible(each.reply)))
    data = ("\n\n".join(parts) + "\n").encode("utf-8", "replace")
    digest = hashlib.sha256(data).hexdigest()
    title = scene.say("share.alt", unit=lab.title)
    return File(f"talk-{lab.id}-{digest[:8]}.txt", title, digest, data)


def _legible(text: str) -> str:
    """Words without what steers a screen or turns the direction of writing."""
    return "".join(c for c in text if c == "\n" or category(c) not in ("Cc", "Cf", "Cs", "Co"))
