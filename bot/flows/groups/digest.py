"""/cohort digest: the last seven days, for the whole group or for its instructors."""

from datetime import timedelta
from typing import Final

from bot.conversation import Cohort, Look, Message, Turn
from bot.flows.groups.insight import ROOM, Group, gathered, most_of
from bot.flows.groups.item_report import hard_lines
from bot.flows.groups.nudges import stuck_line, stuck_ones
from bot.flows.groups.progress_map import apart
from bot.flows.groups.whereabouts import due
from bot.flows.scene import Scene
from bot.flows.when import spoken, utc

WEEK: Final = timedelta(days=7)


def for_group(scene: Scene, cohort: Cohort) -> tuple[str, ...] | Look:
    """The week's messages to the whole group (one now): no names, and only what grew."""
    group = gathered(scene, cohort)
    if not isinstance(group, Group):
        return group
    thanks = [scene.say("insight.week-thanks")] if _week(scene, group) else []
    return ("\n\n".join([*_digest(scene, group), *thanks]),)


def for_staff(scene: Scene, cohort: Cohort) -> Turn | Look:
    """The week for instructors: the numbers, who may need a hand, and what was hardest."""
    group = gathered(scene, cohort)
    if not isinstance(group, Group):
        return group
    parts = _digest(scene, group)
    stuck_lines = [stuck_line(scene, group, where) for where in stuck_ones(group)]
    if stuck_lines:
        shown = most_of(scene, stuck_lines, 5, ROOM // 4)
        parts += ["\n".join([scene.say("insight.week-stuck"), *shown]), scene.say("insight.way-on")]
    new, quiet, _ = apart(scene, group)
    parts += [line for line in (new, quiet) if line]
    hard = hard_lines(scene, group.replies, scene.at - WEEK)[:3]
    if hard:
        parts.append("\n".join([scene.say("insight.week-hard"), *hard]))
    return scene.turn(Message("\n\n".join(parts)))


def _digest(scene: Scene, group: Group) -> list[str]:
    """Its paragraphs, which name nobody."""
    title = scene.say("insight.week", title=group.title)
    told = "\n".join(_week(scene, group)) or scene.say("insight.week-calm")
    dates = "\n".join(most_of(scene, _coming(scene, group.cohort), 4, ROOM // 4))
    return [part for part in (title, told, dates) if part]


def _week(scene: Scene, group: Group) -> list[str]:
    """What happened in the last seven days: only counts above nought, of all together."""
    since = scene.at - WEEK
    answers = [each for each in group.replies if each.at >= since]
    parts = [each for each in group.stands if each.at and each.at >= since]
    seen = {each.learner for each in group.members if each.seen and each.seen >= since}
    active = seen | {each.learner for each in answers} | {each.learner for each in parts}
    joined = sum(each.joined >= since for each in group.members)
    lines = [
        (scene.say("insight.week-active", n=len(active)), len(active)),
        (scene.say("insight.week-joined", n=joined), joined),
        (scene.say("insight.week-parts", n=len(parts)), len(parts)),
        (scene.say("insight.week-answers", n=len(answers)), len(answers)),
    ]
    return [line for line, n in lines if n] if active else []


def _coming(scene: Scene, cohort: Cohort) -> list[str]:
    """What opens or is due in the next seven days."""
    lines = []
    for module in scene.course.modules:
        opens = cohort.dated(module.id).opens
        if opens and scene.at < utc(opens, cohort.zone) <= scene.at + WEEK:
            when = spoken(opens, scene.at, cohort.zone, scene.say)
            lines.append(scene.say("insight.week-opens", module=module.title, when=when))
        end = due(cohort, module)
        if end and scene.at < end <= scene.at + WEEK:
            when = spoken(cohort.dated(module.id).due, scene.at, cohort.zone, scene.say)
            lines.append(scene.say("insight.week-due", module=module.title, when=when))
    return lines
