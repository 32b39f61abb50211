"""/alias: the name under which somebody stands on boards.

One is made up for who has none. It refuses a name that somebody else has, and one that would stand
for another person.
"""

from dataclasses import replace
from typing import Final

from bot.conversation import Changed, Choice, Count, Look, Message, Named, Profile, Turn
from bot.flows.groups.nicknames import generated
from bot.flows.groups.people import folded, tidy
from bot.flows.reference import plain
from bot.flows.scene import Scene

RESERVED: Final = ("you", "me", "myself", "all")
"""Names that would stand for somebody else on a board or in a command."""


def command(scene: Scene, asked: str) -> Turn | Look:
    """/alias: another name, none, or the one from before."""
    word = asked.strip().casefold()
    match word:
        case "":
            return scene.turn(_alias_now(scene))
        case "off" | "hide":
            return pressed(scene, "alias-hide")
        case "on" | "show":
            return pressed(scene, "alias-show")
        case "new" | "other":
            return pressed(scene, "alias-other")
        case _:
            return _renamed(scene, tidy(asked))


def pressed(scene: Scene, what: str) -> Turn | Look:
    """A button of /alias."""
    profile = scene.by.profile
    match what:
        case "alias-hide":
            return _changed(scene, replace(profile, hidden=True), "alias.hidden")
        case "alias-show":
            return _changed(scene, replace(named(scene), hidden=False), "alias.shown")
        case _:
            return _renamed(scene, generated(scene.by.luck))


def _renamed(scene: Scene, name: str) -> Turn | Look:
    if len(name) < 2:
        return scene.turn(Message(scene.say("alias.unfit")))
    taken = folded(name) in RESERVED or _is_taken(scene, name)
    if isinstance(taken, Named):
        return taken
    if taken:
        return scene.turn(Message(scene.say("alias.taken", alias=plain(name))))
    return _changed(scene, replace(scene.by.profile, alias=name, hidden=False), "alias.shown")


def _is_taken(scene: Scene, name: str) -> bool | Named:
    """Whether somebody else has this name, or the Look for it."""
    rows = scene.rows(look := Named(folded(name), scene.by.learner), Count)
    return look if rows is None else any(row.n for row in rows)


def _changed(scene: Scene, profile: Profile, key: str) -> Turn:
    there = replace(scene, by=replace(scene.by, profile=profile))
    text = scene.say(key, alias=profile.alias)
    return scene.turn(Message(text, _ways(there)), records=(Changed(profile),))


def _alias_now(scene: Scene) -> Message:
    profile = scene.by.profile
    key = "alias.none" if not profile.alias else "alias.off" if profile.hidden else "alias.now"
    return Message(scene.say(key, alias=profile.alias), _ways(scene))


def _ways(scene: Scene) -> tuple[Choice, ...]:
    if scene.by.profile.hidden or not scene.by.profile.alias:
        return (scene.choice("alias-show", scene.say("alias.show")),)
    return choices(scene)


# -- for who has none yet --------------------------------------------------------------------


def named(scene: Scene) -> Profile:
    """The profile with a name for boards: a friendly one is made up where there is none yet."""
    profile = scene.by.profile
    return profile if profile.alias else replace(profile, alias=generated(scene.by.luck))


def named_alone(scene: Scene) -> Profile | Look:
    """The profile with a name that nobody else has."""
    profile = named(scene)
    if profile == scene.by.profile:
        return profile
    taken = _is_taken(scene, profile.alias)
    if isinstance(taken, Named):
        return taken
    return replace(profile, alias=generated(scene.by.luck[::-1])) if taken else profile


def choices(scene: Scene) -> tuple[Choice, ...]:
    """Buttons for another name, and for none."""
    return (
        scene.choice("alias-other", scene.say("alias.other")),
        scene.choice("alias-hide", scene.say("alias.hide")),
    )
