"""/remind: when somebody wants to be called back to the course.

Nobody is reminded who did not ask for it, and never in their quiet hours.
"""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.conversation import (
    Cancelled,
    Changed,
    Look,
    Message,
    Record,
    Reminding,
    Turn,
)
from bot.flows.groups.reminder_card import EVERY_DAY, by_clock, card, in_days
from bot.flows.groups.waking import first, is_quiet, job_id, rescheduled
from bot.flows.home import RESUME
from bot.flows.reference import plain
from bot.flows.scene import Scene
from bot.flows.when import Unclear, clock, days, span
from bot.flows.when.clocks import written

LONGEST: Final = 100
"""Characters after /remind that are read at all."""

YEAR: Final = 365
"""The longest break, in days."""

FILLING: Final = ("at", "on", "every", "each", "and")
"""Words between days and a time that say nothing more."""

EVENING: Final = 18 * 60
THREE: Final = "MO,WE,FR"

BREAK: Final = re.compile(r"(?:for )?(?:an? )?(\d{1,3})?\s*(d|days?|w|weeks?)?", re.ASCII)


def command(scene: Scene, args: str) -> Turn | Look:
    """Answer /remind: how it is now, or a change of it."""
    words = args[:LONGEST].casefold().split()
    match words:
        case [] | ["on"]:
            return scene.turn(card(scene))
        case ["off" | "stop" | "never" | "none"]:
            return _off(scene)
        case ["quiet", *rest]:
            return _quiet(scene, " ".join(rest))
        case ["deadlines" | "deadline" | "due", *rest]:
            return _deadlines(scene, " ".join(rest))
        case ["snooze" | "break" | "pause", *rest]:
            return _snooze(scene, " ".join(rest))
        case _:
            return _by_words(scene, words)


def pressed(scene: Scene, what: str) -> Turn | Look | None:
    """A button of /remind, of a reminder or of a notice; None for any other."""
    match what.split("-"):
        case ["rem", "daily"]:
            return _at_times(scene, EVERY_DAY, EVENING)
        case ["rem", "three"]:
            return _at_times(scene, THREE, EVENING)
        case ["rem", "due"]:
            alone = replace(_reminding(scene), days="", deadlines=True)
            return _changed(
                scene, alone, scene.say("remind.due-set"), Cancelled(job_id(scene.by.learner))
            )
        case ["rem", "off"]:
            return _off(scene)
        case ["rem", "deadlines", "off"]:
            return _deadlines(scene, "off")
        case ["rem", "snooze", number]:
            return _snooze(scene, number)
        case _:
            return None


def _reminding(scene: Scene) -> Reminding:
    return scene.by.profile.reminding


def _changed(scene: Scene, reminding: Reminding, text: str, *records: Record) -> Turn:
    """Another way to be reminded, which `text` tells."""
    placed = replace(reminding, place=scene.by.direct or scene.by.place)
    profile = replace(scene.by.profile, reminding=placed)
    back = (scene.choice(RESUME, scene.say("menu.resume")),) if scene.session.unit else ()
    return scene.turn(Message(text, back), records=(Changed(profile), *records))


def _off(scene: Scene) -> Turn:
    none = replace(_reminding(scene), days="", deadlines=False, snoozed=None)
    return _changed(scene, none, scene.say("remind.off"), Cancelled(job_id(scene.by.learner)))


def _deadlines(scene: Scene, word: str) -> Turn:
    match word:
        case "on" | "yes":
            told = replace(_reminding(scene), deadlines=True)
            return _changed(scene, told, scene.say("remind.due-set"))
        case "off" | "no":
            untold = replace(_reminding(scene), deadlines=False)
            return _changed(scene, untold, scene.say("remind.due-off"))
        case _:
            return scene.turn(Message(scene.say("remind.deadlines-how")))


def _by_words(scene: Scene, words: list[str]) -> Turn:
    """Days and a time, either of which may be missing; whichever way to read them comes first."""
    line = " ".join(words).replace("every day", "daily")
    kept = [word for word in line.split() if word not in FILLING]
    fault: Unclear | None = None
    for n in range(len(kept), -1, -1):
        chosen = days(" ".join(kept[:n])) if n else _reminding(scene).days or EVERY_DAY
        time = clock(" ".join(kept[n:])) if kept[n:] else _reminding(scene).at
        if chosen and kept and not isinstance(time, Unclear):
            return _at_times(scene, chosen, time)
        if chosen and isinstance(time, Unclear) and (n or any(c.isdigit() for c in line)):
            fault = fault or time
    if fault:
        return scene.turn(Message(fault.said(scene.say)))
    unread = scene.say("remind.unclear", words=plain(line))
    return scene.turn(Message("\n\n".join([unread, scene.say("remind.how")])))


def _at_times(scene: Scene, chosen: str, time: int) -> Turn:
    old, zone = _reminding(scene), scene.by.profile.zone
    if is_quiet(old, time):
        values = {"begin": written(old.quiet_from), "end": written(old.quiet_to)}
        text = scene.say("remind.within-quiet", time=written(time), **values)
        return scene.turn(Message(text))
    place = scene.by.direct or scene.by.place
    new = replace(old, days=chosen, at=time, snoozed=None, place=place)
    text = scene.say(
        "remind.set",
        days=in_days(scene, chosen),
        time=written(time),
        zone=zone,
        first=by_clock(scene, first(new, zone, scene.at, before=zone)),
    )
    parts = [text, scene.say("remind.zone")] if zone == "UTC" else [text]
    jobs = rescheduled(scene, replace(scene.by.profile, reminding=new))
    return _changed(scene, new, "\n\n".join(parts), *jobs)


def _quiet(scene: Scene, words: str) -> Turn:
    old = _reminding(scene)
    if words in ("off", "none"):
        new = replace(old, quiet_from=0, quiet_to=0)
        return _changed(scene, new, scene.say("remind.quiet-off"))
    hours = span(words)
    if isinstance(hours, Unclear):
        return scene.turn(Message(hours.said(scene.say)))
    begin, end = hours[0], hours[1] % (24 * 60)
    if begin == end:
        return scene.turn(Message(scene.say("remind.quiet-nothing")))
    new = replace(old, quiet_from=begin, quiet_to=end)
    if old.days and is_quiet(new, old.at):
        text = scene.say("remind.quiet-over-time", time=written(old.at))
        return scene.turn(Message(text))
    text = scene.say("remind.quiet-set", begin=written(begin), end=written(end))
    return _changed(scene, new, text)


def _snooze(scene: Scene, words: str) -> Turn:
    old = _reminding(scene)
    if words in ("off", "end", "over"):
        return _changed(scene, replace(old, snoozed=None), scene.say("remind.snooze-off"))
    length = _length(words or "3 days")
    if length is None:
        return scene.turn(Message(scene.say("remind.snooze-how")))
    until = scene.at + length
    text = scene.say("remind.snoozed", when=by_clock(scene, until))
    return _changed(scene, replace(old, snoozed=until), text)


def _length(words: str) -> timedelta | None:
    """How long a break lasts: "3", "3 days", "a week", "2 weeks"; None where it says no length."""
    found = BREAK.fullmatch(words)
    if found is None or not any(found.groups()):
        return None
    number = int(found[1] or 1) * (7 if (found[2] or "").startswith("w") else 1)
    return timedelta(days=number) if 0 < number <= YEAR else None
