"""/report: something is wrong with a question, and whoever can mend it hears of it.

It is about the question that is open, or the last one answered. The open one stays as it is and
is shown again. What the key says goes to instructors alone, never to who reports.
"""

from dataclasses import dataclass
from typing import Final

from bot.conversation import (
    Look,
    Message,
    Quizzing,
    Reported,
    Sitting,
    Staff,
    Turn,
    Worded,
)
from bot.course.items import Exam, Item, Quiz
from bot.course.model import Supplement
from bot.flows.asking import by_wording, group, lettered, quoted, seeded
from bot.flows.groups.aside import again, instructors, is_shut_out, newest, once
from bot.flows.groups.insight import one_line
from bot.flows.groups.people import shown_title
from bot.flows.reference import plain
from bot.flows.scene import Scene, name
from bot.phrases import say

LONGEST: Final = 300
"""Characters of somebody's own words."""

STEM: Final = 300
"""Characters of the question that are shown to who reports it; an instructor sees all of it."""

REASONS: Final = {"key": "report.key", "unclear": "report.unclear", "typo": "report.typo"}
"""What may be wrong, and the phrase that says it."""


@dataclass(frozen=True, slots=True)
class Put:
    """A question as it was put to the learner: `wording` "" where that is not known any more,
    `options` what they chose, if they did.
    """

    unit: str
    item: str
    attempt: int
    wording: str = ""
    options: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """Names the question in a key: an id may be too long for one."""
        return seeded(self.unit, self.item)[:4].hex()


@dataclass(frozen=True, slots=True)
class Fault:
    """What somebody says is wrong with a question."""

    put: Put
    item: Item
    why: str
    words: str = ""


def command(scene: Scene, args: str) -> Turn | Look:
    """Take what is wrong with the newest question; without words, ask what it is."""
    found = _meant(scene)
    if not isinstance(found, tuple):
        return found
    put, item = found
    if args.strip():
        return _reported(scene, Fault(put, item, "words", plain(args, LONGEST)))
    if _is_known(scene, put):
        return again(scene, Message(scene.say("report.known")))
    return scene.turn(_reasons(scene, put, item))


def pressed(scene: Scene, what: str) -> Turn | Look | None:
    """The button below a question; or the answer to what is wrong with it. None for others."""
    if is_shut_out(scene):
        return None
    if what == "report":
        return command(scene, "")
    verb, _, rest = what.partition("-")
    why, _, mark = rest.partition("-")
    if verb != "report" or why not in (*REASONS, "no"):
        return None
    if what == newest(scene):
        return scene.turn()
    if why == "no":
        return again(scene, Message(scene.say("report.kept")))
    found = _meant(scene, mark)
    if not isinstance(found, tuple):
        return found
    return once(scene, what, _reported(scene, Fault(*found, why)))


# -- which question --------------------------------------------------------------------------


def _meant(scene: Scene, mark: str = "") -> tuple[Put, Item] | Turn | Look:
    """The newest question, or the one with this mark; a sentence where there is none."""
    put = next((each for each in _put(scene) if mark in ("", each.mark)), None)
    item = _item(scene, put) if put else None
    if isinstance(item, Worded):
        return item
    if put is None or item is None:
        return again(scene, Message(scene.say("report.none")))
    return put, item


def _put(scene: Scene) -> tuple[Put, ...]:
    """The questions of the open attempt, the newest first: the open one, then those answered."""
    unit, state = scene.session.unit, scene.session.state
    match state:
        case Quizzing(attempt, item, shown):
            wordings, opened = {item: shown}, item
        case Sitting(attempt, asked) if asked:
            wordings = dict(asked)
            opened = "" if state.ended else asked[len(state.given)][0]
        case _:
            return ()
    answered = [
        Put(unit, given.item, attempt, wordings.get(given.item, ""), given.options)
        for given in reversed(state.given)
    ]
    first = [Put(unit, opened, attempt, wordings[opened])] if opened else []
    return (*first, *answered)


def _item(scene: Scene, put: Put) -> Item | Worded | None:
    """The question as the learner saw it; as it is today where that is not known."""
    unit = scene.course.units.get(put.unit)
    if not isinstance(unit, Quiz | Exam | Supplement):
        return None
    today = next((each for each in unit.items if each.id == put.item), None)
    if not put.wording or (today and today.wording == put.wording):
        return today
    known = by_wording(scene, (), (put.wording,))
    if isinstance(known, Worded):
        return known
    found = known.get(put.wording)
    # Under the id of then: the button that was pressed names that one.
    return found.model_copy(update={"id": put.item}) if found else today


def _is_known(scene: Scene, put: Put) -> bool:
    """Whether the newest press that counted told about this very question."""
    return newest(scene) in [f"report-{why}-{put.mark}" for why in REASONS]


def _reasons(scene: Scene, put: Put, item: Item) -> Message:
    text = scene.say("report.ask", stem=one_line(item.stem, STEM))
    buttons = [scene.choice(f"report-{why}-{put.mark}", scene.say(REASONS[why])) for why in REASONS]
    return Message(text, (*buttons, scene.choice("report-no", scene.say("report.no"))))


# -- telling ---------------------------------------------------------------------------------


def _reported(scene: Scene, fault: Fault) -> Turn | Look:
    """Keep it, thank for it, and tell those who can do something about it."""
    cohort = group(scene)
    staff = instructors(scene, cohort) if cohort else []
    if isinstance(staff, Staff):
        return staff
    put, title = fault.put, shown_title(cohort) if cohort else ""
    record = Reported(put.unit, put.item, fault.item.wording, fault.why, fault.words)
    thanks = Message(scene.say("report.sent" if staff else "report.noted"))
    posts = [Message(_told(scene, fault, title, each.language), to=each.place) for each in staff]
    return again(scene, thanks, *posts, records=(record,))


def _told(scene: Scene, fault: Fault, title: str, language: str) -> str:
    """What an instructor reads."""
    item, unit = fault.item, name(language, scene.course.units[fault.put.unit])
    parts = [
        say(language, "report.told", name=plain(scene.by.profile.alias), title=title),
        say(language, "report.where", unit=unit, item=item.id),
        say(language, "report.stem", stem=quoted(item.stem)),
        *_options(scene, fault, language),
    ]
    if fault.why in REASONS:
        parts.append(say(language, "report.why", why=say(language, REASONS[fault.why])))
    if fault.words:
        parts.append(say(language, "report.words", words=fault.words))
    return "\n\n".join([*parts, say(language, "report.then", item=item.id)])


def _options(scene: Scene, fault: Fault, language: str) -> tuple[str, str]:
    """The options lettered as the learner saw them, and which one was chosen."""
    put = fault.put
    options = lettered(fault.item, scene.session.subject, put.attempt)
    lines = []
    for letter, option in options:
        key = "report.option-right" if option.correct else "quiz.option"
        lines.append(say(language, key, letter=letter, text=option.text))
    chosen = [letter for letter, option in options if option.id in put.options]
    if not chosen:
        return "  \n".join(lines), say(language, "report.open")
    return "  \n".join(lines), say(language, "report.chose", letter=", ".join(chosen))
