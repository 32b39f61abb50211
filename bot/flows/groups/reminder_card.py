"""How somebody is reminded, as they read it, with buttons to have it otherwise.

It changes nothing, and offers no reminders to whoever has chosen already.
"""

from datetime import datetime
from typing import Final

from bot.conversation import Choice, Message, Reminding
from bot.flows.scene import Scene
from bot.flows.when import local_of, spoken
from bot.flows.when.clocks import written
from bot.flows.when.week import listed

EVERY_DAY: Final = "MO,TU,WE,TH,FR,SA,SU"

TOGETHER: Final = (
    (EVERY_DAY, "remind.every-day"),
    ("MO,TU,WE,TH,FR", "remind.weekdays"),
    ("SA,SU", "remind.weekend"),
)


def offer(scene: Scene) -> Message:
    """The question whether to remind somebody who joins a cohort; how it is, once they said."""
    if scene.by.profile.reminding.days or scene.by.profile.reminding.deadlines:
        return card(scene)
    no = scene.choice("rem-off", scene.say("remind.button-no"))
    return Message(scene.say("remind.offer"), (*_times(scene), no))


def card(scene: Scene) -> Message:
    """How it is now."""
    now = scene.by.profile.reminding
    any_on = bool(now.days) or now.deadlines
    off = scene.choice("rem-off", scene.say("remind.button-off" if any_on else "remind.button-no"))
    text = "\n\n".join([*_told(scene, now), scene.say("remind.how")])
    return Message(text, (*_times(scene), off))


def _told(scene: Scene, now: Reminding) -> list[str]:
    parts: list[str] = []
    if now.days:
        named = in_days(scene, now.days)
        zone = scene.by.profile.zone
        parts.append(scene.say("remind.now", days=named, time=written(now.at), zone=zone))
    if now.deadlines:
        parts.append(scene.say("remind.due-on" if now.days else "remind.due-alone"))
    if not parts:
        parts.append(scene.say("remind.none"))
    if now.snoozed and now.snoozed > scene.at:
        parts.append(scene.say("remind.resting", when=by_clock(scene, now.snoozed)))
    if now.quiet_from != now.quiet_to:
        begin, end = written(now.quiet_from), written(now.quiet_to)
        parts.append(scene.say("remind.quiet-now", begin=begin, end=end))
    return parts


def _times(scene: Scene) -> tuple[Choice, ...]:
    return (
        scene.choice("rem-daily", scene.say("remind.button-daily")),
        scene.choice("rem-three", scene.say("remind.button-three")),
        scene.choice("rem-due", scene.say("remind.button-due")),
    )


def in_days(scene: Scene, chosen: str) -> str:
    """Chosen days, such as "MO,WE,FR", in words."""
    for several, key in TOGETHER:
        if chosen == several:
            return scene.say(key)
    return scene.say("remind.on-days", days=listed(chosen, scene.say))


def by_clock(scene: Scene, at: datetime) -> str:
    """A UTC time by their own clock, in words."""
    zone = scene.by.profile.zone
    return spoken(local_of(at, zone), scene.at, zone, scene.say)
