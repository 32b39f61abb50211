"""What a command, a press of a button or words lead to: which flow takes them."""

import difflib
from dataclasses import replace

from bot.conversation import Changed, Commanded, Kept, Key, Look, Message, Reload, Said, Turn
from bot.engine.navigation import LOBBY, again, current, opened, wanted
from bot.flows import account, consent, deck, home, reference, units, usage
from bot.flows.groups import joining, together
from bot.flows.scene import Scene
from bot.permissions import COMMANDS, TOGETHER, may

FAULTS = 10
"""How many faults of new content are shown in a chat; `syllabot check` shows them all."""

ANYWHERE = (
    *("zone", "export", "forget", "privacy", "usage", "help"),
    *("join", "leave", "alias", "link", "verify", "cohort", "post", "round", "leaderboard"),
)
"""Commands about oneself and about groups, which need no course."""


def commanded(scene: Scene, deed: Commanded) -> Turn | Look:
    """What a command leads to. Raises LookupError for one that nothing answers: a fault of ours."""
    if deed.name not in COMMANDS:
        return scene.turn(Message(_unknown_command(scene, deed.name)))
    # A group's commands ask for themselves, once they know which group is meant.
    if deed.name not in TOGETHER and not may(scene.by, deed.name):
        return scene.turn(Message(scene.say("lost.forbidden", name=deed.name)))
    if deed.name == "reload":
        return _reloaded(scene)
    if deed.name == "join" or (deed.name == "start" and deed.args.strip()):
        return joining.by_code(scene, deed.args)
    if scene.course is LOBBY and deed.name not in ANYWHERE:
        return home.courses(scene)
    if deed.name == "privacy":
        return consent.privacy(scene)
    if deed.name == "usage":
        return usage.usage(scene)
    if deed.name == "continue":
        return current(scene)
    if deed.name == "open":
        return opened(scene, deed.args)
    answer = (
        together.command(scene, deed)
        or home.command(scene, deed)
        or reference.command(scene, deed)
        or deck.command(scene, deed)
        or account.command(scene, deed)
    )
    if answer is not None:
        return answer
    raise LookupError(f"no flow answers the command {deed.name!r}")


def _reloaded(scene: Scene) -> Turn | Look:
    """Teach from the content on disk; where that has faults, from what was there before."""
    faults = scene.rows(look := Reload(), Kept)
    if faults is None:
        return look
    told = [fault.body for fault in faults]
    if not told:
        return scene.turn(Message(scene.say("reload.done")))
    shown = "\n".join(f"- `{fault}`" for fault in told[:FAULTS])
    return scene.turn(Message(scene.say("reload.kept", count=len(told), faults=shown)))


def _unknown_command(scene: Scene, name: str) -> str:
    shown = reference.plain(name)
    near = difflib.get_close_matches(name.casefold(), COMMANDS, n=1, cutoff=0.6)
    if near:
        return scene.say("lost.command-near", name=shown, near=near[0])
    return scene.say("lost.command", name=shown)


def said(scene: Scene, text: str) -> Turn | Look:
    """What words lead to: first the open unit may make something of them."""
    if not text.strip():
        return again(scene, "lost.wordless")
    if not scene.session.offered:
        return commanded(scene, Commanded("start"))
    handled = units.handle(scene, Said(text))
    if handled:
        return handled
    word = text.strip().casefold()
    if word in ("help", "menu", "start", "continue", "progress"):
        return commanded(scene, Commanded(word))
    return again(scene, "lost.said")


def pressed(scene: Scene, text: str) -> Turn | Look:
    """A press of a button; a repeat of the one just taken changes nothing and says nothing.

    Unless it leads back from another course: then it is no slip of the finger.
    """
    session = scene.session
    if text == session.last:
        here = scene.by.profile.course == scene.course.id
        return scene.turn() if here else current(scene)
    key = Key.parse(text)
    if key and key.what.startswith((consent.SWITCH_ON, consent.SWITCH_OFF)):
        return _switched(scene, key.what)
    if key and not _is_of_course(scene, key) and (answer := together.pressed(scene, key.what)):
        return answer
    if key is None or key.course != scene.course.id:
        return again(scene, "lost.unknown")
    outcome = _navigated(scene, key)
    if outcome is None:
        if key.turn != session.turn:
            return again(scene, "lost.old" if key.turn < session.turn else "lost.unknown")
        outcome = units.handle(scene, key) or again(scene, "lost.unknown")
    if isinstance(outcome, Turn) and outcome.session and outcome.session.turn > session.turn:
        return replace(outcome, session=replace(outcome.session, last=text))
    return outcome


def _is_of_course(scene: Scene, key: Key) -> bool:
    """Whether a button names something of the course, whatever its author called that."""
    course, what = scene.course, key.what
    if key.course != course.id:
        return False
    named = what in course.units or any(what == module.id for module in course.modules)
    return named or any(what.startswith(f"{item.id}-") for item in course.items)


def _navigated(scene: Scene, key: Key) -> Turn | Look | None:
    """A way to somewhere, good whenever it was shown; None for a button of the open prompt."""
    modules = {module.id: module for module in scene.course.modules}
    match key.what:
        case home.MENU:
            return home.menu(scene)
        case home.COURSES:
            return home.courses(scene)
        case home.START:
            return home.welcome(scene)
        case home.RESUME:
            return current(scene)
        case account.KEEP:
            return again(scene, "forget.kept")
        case account.FORGET if key.turn == scene.session.turn:
            return account.forget(scene)
        case what if what in modules:
            return home.module_menu(scene, modules[what])
        case what if what in scene.course.units:
            return wanted(scene, scene.course.units[what])
        case what if what.startswith(deck.PREFIXES):
            return deck.pressed(scene, what)
        case _:
            return None


def _switched(scene: Scene, what: str) -> Turn | Look:
    """Who words a persona's replies from now on, and so also the one that is awaited."""
    agreed = what.startswith(consent.SWITCH_ON)
    if agreed and not consent.is_newest(scene, what):
        return again(scene, "consent.new")
    profile = consent.answer(scene, agreed=agreed)
    scene = replace(scene, by=replace(scene.by, profile=profile))
    settled = None if agreed else units.settled(scene)
    if settled and settled.session:
        told = Message(scene.say("privacy.off"))
        records = (Changed(profile), *settled.records)
        return replace(settled, messages=(told, *settled.messages), records=records)
    turn = again(scene, "privacy.on" if agreed else "privacy.off")
    if not isinstance(turn, Turn):
        return turn
    return replace(turn, records=(Changed(profile), *turn.records))
