"""/cohort stuck and /cohort nudge: who seems to need a hand, and a friendly hello to them.

A hello goes to nobody twice in a day, at night or against their wish, and never from an archived
cohort.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from bot.conversation import Choice, Cohort, Key, Look, Message, Nudged, Turn
from bot.flows.groups.hurdles import Hurdle
from bot.flows.groups.insight import (
    ROOM,
    SHOWN,
    Group,
    fitting,
    gathered,
    listed,
    most_of,
    one_line,
)
from bot.flows.groups.people import called, shown_title
from bot.flows.groups.waking import is_quiet_at
from bot.flows.groups.whereabouts import Where
from bot.flows.reference import plain
from bot.flows.scene import LABEL, Scene, name, shortened
from bot.phrases import say

DAY: Final = timedelta(days=1)


def stuck(scene: Scene, cohort: Cohort) -> Turn | Look:
    """Who seems to need a hand, where and why, with a button to encourage each."""
    group = gathered(scene, cohort)
    if not isinstance(group, Group):
        return group
    found = stuck_ones(group)
    if not found:
        return scene.turn(Message(scene.say("insight.stuck-none", title=group.title)))
    lines = [stuck_line(scene, group, where) for where in found]
    shown = fitting(lines, SHOWN, ROOM)
    choices = _nudges(scene, group, found[:shown])
    told = "\n".join(most_of(scene, lines, shown, ROOM))
    text = [scene.say("insight.stuck", title=group.title), told]
    if choices:
        text.append(scene.say("insight.stuck-how"))
    return scene.turn(Message("\n\n".join(text), choices))


def nudge(scene: Scene, cohort: Cohort, asked: str) -> Turn | Look:
    """Send a friendly hello to whoever is named; "all": to all who are stuck or quiet."""
    if cohort.state == "archived":
        return _archived(scene, cohort)
    if not asked.strip():
        return scene.turn(Message(scene.say("nudge.how")))
    group = gathered(scene, cohort)
    if not isinstance(group, Group):
        return group
    if asked.strip().casefold() == "all":
        needy = [w for w in group.where if w.quiet(scene.at) or w.member.learner in group.needs]
        if not needy:
            return scene.turn(Message(scene.say("nudge.nobody", title=group.title)))
        return _nudged(scene, group, needy)
    ids = {each.learner for each in called(group.members, asked)}
    found = [each for each in group.where if each.member.learner in ids]
    if not found:
        values = {"title": group.title, "asked": plain(asked)}
        return scene.turn(Message(scene.say("nudge.unknown", **values)))
    if len(found) > 1:
        choices = tuple(_nudge(scene, group, each) for each in found[:SHOWN])
        return scene.turn(Message(scene.say("nudge.which"), choices))
    return _nudged(scene, group, found)


def pressed(scene: Scene, cohort: Cohort, learner: str) -> Turn | Look:
    """A button of `stuck` or `nudge`. It takes its message's buttons along, so that those who are
    still stuck and may be written to are offered again.
    """
    if cohort.state == "archived":
        return _archived(scene, cohort)
    group = gathered(scene, cohort)
    if not isinstance(group, Group):
        return group
    found = [each for each in group.where if each.member.learner == learner]
    if not found:
        return scene.turn(Message(scene.say("nudge.gone", title=group.title)))
    others = [each for each in stuck_ones(group) if each.member.learner != learner]
    return _nudged(scene, group, found, _nudges(scene, group, others)[:SHOWN])


# -- who is stuck ----------------------------------------------------------------------------


def stuck_ones(group: Group) -> list[Where]:
    """Those with most in their way first."""
    found = [where for where in group.where if where.member.learner in group.needs]
    return sorted(found, key=lambda where: -len(group.needs[where.member.learner]))


def stuck_line(scene: Scene, group: Group, where: Where) -> str:
    """Whom something holds up, and what."""
    reasons = [_reason(scene, each) for each in group.needs[where.member.learner]]
    shown = group.names[where.member.learner]
    return scene.say("insight.stuck-line", name=shown, reasons=listed(scene, reasons, 3, "; "))


def _reason(scene: Scene, hurdle: Hurdle) -> str:
    course = scene.course
    match hurdle.kind:
        case "exam":
            unit = course.units[hurdle.what].title
            return scene.say("insight.stuck-exam", unit=unit, n=hurdle.n)
        case "left":
            unit = scene.name(course.units[hurdle.what])
            return scene.say("insight.stuck-left", unit=unit, n=hurdle.n)
        case "item":
            stem = next(one_line(each.stem, 60) for each in course.items if each.id == hurdle.what)
            return scene.say("insight.stuck-item", item=hurdle.what, stem=stem, n=hurdle.n)
        case "due":
            module = next(each.title for each in course.modules if each.id == hurdle.what)
            return scene.say("insight.stuck-due", module=module)


# -- a friendly hello ------------------------------------------------------------------------


def _archived(scene: Scene, cohort: Cohort) -> Turn:
    return scene.turn(Message(scene.say("nudge.archived", title=shown_title(cohort))))


def _nudges(scene: Scene, group: Group, found: Iterable[Where]) -> tuple[Choice, ...]:
    """A button for each who may be written to now; from an archived cohort nobody is."""
    if group.cohort.state == "archived":
        return ()
    return tuple(_nudge(scene, group, each) for each in found if not _hindrance(scene, each))


def _nudge(scene: Scene, group: Group, where: Where) -> Choice:
    learner = where.member.learner
    said = scene.say("nudge.button", name=group.names[learner])
    return scene.choice(f"nudge-{group.cohort.id}-{learner}", said)


def _hindrance(scene: Scene, where: Where) -> str:
    """Why somebody is sent nothing now, as the phrase that says so; "" where nothing speaks
    against it.
    """
    member = where.member
    if member.place is None:
        return "nudge.away"
    if where.at is None:
        return "nudge.done"
    if member.nudged and scene.at - member.nudged < DAY:
        return "nudge.again"
    if member.reminding.snoozed and scene.at < member.reminding.snoozed:
        return "nudge.peace"
    return "nudge.night" if is_quiet_at(member.reminding, member.zone, scene.at) else ""


def _nudged(
    scene: Scene, group: Group, found: Iterable[Where], others: tuple[Choice, ...] = ()
) -> Turn:
    """Write to those who may be written to, and tell the instructor about all of them."""
    told: dict[str, list[Where]] = {}
    for each in found:
        told.setdefault(_hindrance(scene, each) or "nudge.sent", []).append(each)
    lines = [
        scene.say(key, names=listed(scene, group.called(people))) for key, people in told.items()
    ]
    if others:
        lines.append(scene.say("nudge.others"))
    reached = told.get("nudge.sent", [])
    hellos = [_hello(scene, group, each) for each in reached]
    records = tuple(
        Nudged(group.cohort.id, each.member.learner, scene.by.learner) for each in reached
    )
    return scene.turn(Message("\n\n".join(lines), others), *hellos, records=records)


def _hello(scene: Scene, group: Group, where: Where) -> Message:
    """In the learner's own language, with a button to where they are."""
    if where.at is None:
        raise ValueError("nobody is written to who has nothing left to do")
    language = where.member.language
    unit = name(language, where.at)
    key = "nudge.hello" if where.begun else "nudge.first"
    go = say(language, "home.continue" if where.begun else "home.begin", unit=unit)
    choice = Choice(str(Key(where.at.id, scene.course.id)), shortened(go, LABEL))
    text = say(language, key, title=group.title, unit=unit)
    return Message(text, (choice,), to=where.member.place)
