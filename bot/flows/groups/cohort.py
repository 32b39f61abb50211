"""/cohort: which cohort is meant, who may do what with it, and how it is arranged."""

from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from bot.conversation import AtPlace, Cohort, Cohorts, Look, Message, Turn
from bot.flows.groups import (
    arranging,
    cohort_export,
    dates,
    digest,
    item_report,
    nudges,
    overrides,
    progress_map,
    regrade,
    spending,
    staff,
)
from bot.flows.reference import plain
from bot.flows.scene import Scene
from bot.permissions import ACTIONS, leads, may

Act = Callable[[Scene, Cohort, str], Turn | Look]


def command(scene: Scene, args: str) -> Turn | Look:
    """Answer /cohort with whatever follows it."""
    first, _, rest = args.strip().partition(" ")
    word = first.casefold()
    if word in ("", "help"):
        return overview(scene, whole=word == "help")
    if word == "new":
        return arranging.new(scene, rest)
    if word not in ACTIONS and not rest.strip() and word not in leads(scene.by):
        return _unknown(scene, word)
    named = "" if word in ACTIONS else word
    word, rest = (word, rest) if not named else _split(rest)
    if word not in ACTIONS:
        return _unknown(scene, word)
    found = meant(scene, f"cohort {word}", named)
    if not isinstance(found, Cohort):
        return found
    if refusal := _out_of_use(scene, found, word):
        return scene.turn(Message(refusal))
    return replaced(ACTS[word](there(scene, found), found, rest.strip()), found)


def _split(text: str) -> tuple[str, str]:
    word, _, rest = text.strip().partition(" ")
    return word.casefold(), rest


def _unknown(scene: Scene, word: str) -> Turn:
    near = get_close_matches(word, ACTIONS, n=1, cutoff=0.6)
    key = "cohort.action-near" if near else "cohort.action-unknown"
    values = {"near": near[0]} if near else {}
    return scene.turn(Message(scene.say(key, word=plain(word), **values)))


LOOKING: Final = frozenset(
    "reopen archive staff members dismiss exceptions progress item stuck export usage".split()
)
"""What is possible in an archived cohort."""

COURSELESS: Final = frozenset(("archive", "away", "close", "staff", "dismiss"))
"""What is possible where its course is gone."""


def _out_of_use(scene: Scene, found: Cohort, word: str) -> str:
    """Why nothing can be done with a cohort; "" where it can."""
    if found.course not in scene.library.courses and word not in COURSELESS:
        return scene.say("cohort.gone")
    if found.state == "archived" and word not in LOOKING:
        return scene.say("cohort.is-archived", title=found.title)
    return ""


def in_use(
    scene: Scene, command: str, args: str, words: tuple[str, ...]
) -> tuple[Cohort, str] | Turn | Look:
    """The cohort for /post and /round, which must be in use, and what follows its name, if one is
    written. `words` are those that the command itself begins with, besides numbers.
    """
    first, _, rest = args.strip().partition(" ")
    word = first.casefold()
    other = word and word not in words and not word.isdecimal()
    named = word if word in leads(scene.by) or (other and may(scene.by, "reload")) else ""
    found = meant(scene, command, named)
    if not isinstance(found, Cohort):
        return found
    if refusal := _out_of_use(scene, found, command):
        return scene.turn(Message(refusal))
    return found, rest if named else args


def meant(scene: Scene, command: str, named: str = "") -> Cohort | Turn | Look:
    """The cohort that a command is about, once its caller may give it there: the one that is
    named, else the one at home where it is given, else the only one they lead.
    """
    if named:
        return _allowed(scene, command, (named,))
    if scene.by.among is not None:
        here = scene.rows(look := AtPlace(scene.by.among), Cohort)
        if here is None:
            return look
        if command == "cohort here":  # a topic may be another group's than its whole chat
            here = [each for each in here if each.place == scene.by.among]
        fitting = [each for each in here if may(scene.by, command, each.id)]
        if len(fitting) == 1:
            return fitting[0]
        if here and not fitting and leads(scene.by):
            return scene.turn(Message(scene.say("cohort.other-place")))
    led = leads(scene.by)
    if len(led) > 1:
        return _which(scene, led)
    return _allowed(scene, command, led)


def _allowed(scene: Scene, command: str, ids: tuple[str, ...]) -> Cohort | Turn | Look:
    if not ids or not may(scene.by, command, ids[0]):
        return scene.turn(Message(scene.say(_refusal(scene, command, ids))))
    found = scene.rows(look := Cohorts(ids), Cohort)
    if found is None:
        return look
    if not found:
        return scene.turn(Message(scene.say("cohort.gone")))
    return found[0]


def _refusal(scene: Scene, command: str, ids: tuple[str, ...]) -> str:
    led = leads(scene.by)
    if ids and ids[0] in led and command == "cohort here":
        return "cohort.needs-host" if scene.by.among else "cohort.here-where"
    return "cohort.not-yours" if led else "cohort.not-instructor"


def _which(scene: Scene, led: tuple[str, ...]) -> Turn | Look:
    found = scene.rows(look := Cohorts(led), Cohort)
    if found is None:
        return look
    lines = [scene.say("cohort.which-line", id=each.id, title=each.title) for each in found]
    text = scene.say("cohort.which", id=found[0].id if found else "", list="\n".join(lines))
    return scene.turn(Message(text))


def there(scene: Scene, cohort: Cohort) -> Scene:
    """The scene in the cohort's course, where that is still taught."""
    return replace(scene, course=scene.library.courses.get(cohort.course, scene.course))


def replaced(outcome: Turn | Look, cohort: Cohort) -> Turn | Look:
    """The outcome, kept as being about the cohort's course."""
    return replace(outcome, about=cohort.course) if isinstance(outcome, Turn) else outcome


# -- seeing them -----------------------------------------------------------------------------


def overview(scene: Scene, *, whole: bool) -> Turn | Look:
    """The cohorts that somebody is in or leads, and what they can do with them."""
    led = leads(scene.by)
    found = scene.rows(look := Cohorts(led), Cohort) if led else []
    if found is None:
        return look
    lines = [
        scene.say("cohort.member-line", title=m.cohort.title, id=m.cohort.id)
        for m in scene.by.cohorts
    ]
    lines += [_led_line(scene, each) for each in found]
    parts = [scene.say("cohort.title"), "\n".join(lines)] if lines else []
    maker = may(scene.by, "cohort new")
    if not parts and not maker:
        parts.append(scene.say("cohort.none"))
    if maker:
        parts.append(scene.say("cohort.how"))
        if whole or not led:
            actions = [scene.say(f"cohort.do-{name}") for name in ACTIONS]
            parts.append("\n".join(f"- {line}" for line in actions))
        parts.append(scene.say("cohort.more"))
    return scene.turn(Message("\n\n".join(filter(None, parts))))


def _led_line(scene: Scene, cohort: Cohort) -> str:
    state = scene.say(f"cohort.state-{cohort.state}")
    return scene.say("cohort.led-line", title=cohort.title, id=cohort.id, state=state)


ACTS: Final[dict[str, Act]] = {
    "here": arranging.here,
    "away": arranging.away,
    "code": arranging.code,
    "name": arranging.name,
    "opens": dates.opens,
    "due": dates.due,
    "board": arranging.board,
    "close": arranging.close,
    "reopen": arranging.reopen,
    "archive": arranging.archive,
    "invite": staff.invite,
    "staff": staff.staff,
    "dismiss": staff.dismiss,
    "members": staff.members,
    "remove": staff.remove,
    "time": overrides.time,
    "attempt": overrides.attempt,
    "unlock": overrides.unlock,
    "excuse": overrides.excuse,
    "exceptions": overrides.exceptions,
    "undo": overrides.undo,
    "progress": lambda scene, cohort, _: progress_map.progress(scene, cohort),
    "item": item_report.item,
    "stuck": lambda scene, cohort, _: nudges.stuck(scene, cohort),
    "nudge": nudges.nudge,
    "digest": lambda scene, cohort, _: digest.for_staff(scene, cohort),
    "export": lambda scene, cohort, _: cohort_export.export(scene, cohort),
    "regrade": regrade.preview,
    "budget": spending.budget,
    "usage": spending.usage,
}
