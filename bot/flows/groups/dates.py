"""When the modules of a cohort open and are due."""

from dataclasses import replace

from bot.conversation import Cohort, Message, Turn
from bot.flows import find
from bot.flows.groups import notices
from bot.flows.groups.arranging import arranged
from bot.flows.scene import Scene
from bot.flows.when import Unclear, moment, spoken, utc


def opens(scene: Scene, cohort: Cohort, args: str) -> Turn:
    """Set or take away the time at which a module opens; without a time, show all dates."""
    return _dated(scene, cohort, args, due=False)


def due(scene: Scene, cohort: Cohort, args: str) -> Turn:
    """Set or take away the time at which a module is due; without a time, show all dates."""
    return _dated(scene, cohort, args, due=True)


def _dated(scene: Scene, cohort: Cohort, args: str, *, due: bool) -> Turn:
    word = "due" if due else "opens"
    module, rest = find.module(scene, args)
    if module is None or not rest:
        return scene.turn(Message(_dates(scene, cohort, word)))
    old = cohort.dated(module.id)
    local = "" if rest.casefold() in ("off", "none") else _moment(scene, cohort, rest, due=due)
    if isinstance(local, Unclear):
        return scene.turn(Message(local.said(scene.say)))
    made = replace(old, due=local) if due else replace(old, opens=local)
    if made.opens and made.due and utc(made.opens, cohort.zone) >= utc(made.due, cohort.zone):
        return scene.turn(Message(scene.say("cohort.dates-crossed")))
    others = tuple(each for each in cohort.dates if each.module != module.id)
    dates = (*others, made) if made.opens or made.due else others
    after = replace(cohort, dates=dates)
    text = scene.say(
        f"cohort.{word}-set",
        module=module.title,
        old=_written(scene, cohort, old.due if due else old.opens),
        new=_written(scene, cohort, local),
    )
    return arranged(scene, cohort, after, text, *notices.deadline_jobs(cohort, after, scene.at))


def _moment(scene: Scene, cohort: Cohort, text: str, *, due: bool) -> str | Unclear:
    """A module that is due on a day is so at its end."""
    return moment(text, cohort.zone, scene.at, hour="23:59" if due else "09:00")


def _written(scene: Scene, cohort: Cohort, local: str) -> str:
    if not local:
        return scene.say("cohort.no-date")
    return spoken(local, scene.at, cohort.zone, scene.say)


def _dates(scene: Scene, cohort: Cohort, word: str) -> str:
    """The dates of every module, and how to set one."""
    lines = []
    for number, module in enumerate(scene.course.modules, 1):
        dated = cohort.dated(module.id)
        lines.append(
            scene.say(
                "cohort.date-line",
                number=number,
                module=module.title,
                opens=_written(scene, cohort, dated.opens),
                due=_written(scene, cohort, dated.due),
            )
        )
    how = scene.say("cohort.date-how", word=word, module=scene.course.modules[0].id)
    return "\n\n".join(["\n".join(lines), how])
