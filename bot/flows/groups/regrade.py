"""/cohort regrade: after a wrong key was put right, the answers of a group are marked anew.

First it is shown what would change; then an instructor chooses. It refuses to take a pass or a
point away unless they say so. What follows for each learner is made in `regrade_effects`.
"""

from dataclasses import dataclass

from bot.conversation import (
    Certificates,
    Choice,
    Cohort,
    Look,
    Member,
    Message,
    Reply,
    Stand,
    Turn,
)
from bot.course.items import Exam, Item, Quiz
from bot.course.model import Supplement
from bot.flows.asking import seeded
from bot.flows.groups import tables
from bot.flows.groups.insight import ROOM, SHOWN, most_of, one_line, rows_of
from bot.flows.groups.people import folded, shown_title
from bot.flows.groups.regrade_effects import effects_of, in_words, message_of, records_of
from bot.flows.groups.remarking import Remarked, remarked
from bot.flows.reference import plain
from bot.flows.scene import Scene

ROOM_FOR_PEOPLE = ROOM // 2
"""UTF-16 units that the lines about people may take; the question and the choice take the rest."""

Bank = Quiz | Exam | Supplement
"""The units that have questions."""


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a group answered, where its members stand, and who they are, by learner."""

    replies: list[Reply]
    stands: list[Stand]
    members: dict[str, Member]

    def by_key(self, scene: Scene, item: Item, *, take_away: bool) -> Remarked:
        """What the key of today makes of them."""
        return remarked(scene.course, item, self.replies, self.stands, take_away=take_away)


def preview(scene: Scene, cohort: Cohort, item_id: str) -> Turn | Look:
    """What marking a question anew would change, for whom, and buttons to do it. Writes nothing."""
    asked = item_id.strip().strip("`“”\"'")
    item = _item(scene, asked)
    if item is None:
        return scene.turn(Message(_which(scene, asked)))
    found = _answers(scene, cohort)
    if not isinstance(found, Answers):
        return found
    everything = found.by_key(scene, item, take_away=True)
    helping = found.by_key(scene, item, take_away=False)
    parts = [_asked(scene, item), *_counted(scene, cohort, everything, helping)]
    parts += _left_out(scene, everything)
    if not everything.changes or cohort.state == "archived":
        return scene.turn(Message("\n\n".join([*parts, *_archived(scene, cohort)])))
    lines = _lines(scene, found, everything)
    parts.append("\n".join(most_of(scene, lines, SHOWN, ROOM_FOR_PEOPLE)))
    loses = any(change.loses for change in everything.changes)
    helps = bool(helping.changes)
    if helps:  # that there are only losses was said at the beginning
        parts.append(scene.say("regrade.ask-lose" if loses else "regrade.ask-keep"))
    ways = _ways(scene, cohort, item, helps=helps, loses=loses)
    return scene.turn(Message("\n\n".join(parts), ways))


def apply(scene: Scene, cohort: Cohort, item_id: str, take_away: bool) -> Turn | Look:
    """Mark a question anew and tell those who see a change. Done twice, it changes nothing more.

    `item_id` is the question's id, or its mark from a button, which is good for one key alone.
    """
    item = _item(scene, item_id)
    if item is None:
        return scene.turn(Message(scene.say("regrade.stale")))
    if cohort.state == "archived":
        return scene.turn(Message("".join(_archived(scene, cohort))))
    found = _answers(scene, cohort)
    if not isinstance(found, Answers):
        return found
    changed = found.by_key(scene, item, take_away=take_away)
    if not changed.changes:
        parts = [scene.say("regrade.already"), *_left_out(scene, changed)]
        return scene.turn(Message("\n\n".join(parts)))
    effects = effects_of(scene, cohort, found.members, changed.changes)
    if isinstance(effects, Certificates):
        return effects
    messages = [told for each in effects if (told := message_of(scene, each))]
    records = [record for each in effects for record in records_of(scene, item, each)]
    withdrawn = sum(len(each.gone) for each in effects)
    done = Message(_done(scene, changed, len(messages), withdrawn))
    return scene.turn(done, *messages, records=tuple(records))


def mark(item: Item) -> str:
    """Names a question with its key in a button: an id may be too long, and a key may change."""
    return seeded(item.id, item.wording)[:4].hex()


def _item(scene: Scene, named: str) -> Item | None:
    wanted = folded(named)
    return next((each for each in scene.course.items if wanted in (each.id, mark(each))), None)


def _which(scene: Scene, asked: str) -> str:
    first = next((each.id for each in scene.course.items), "")
    if asked:
        return scene.say("regrade.unknown", asked=plain(asked))
    return scene.say("regrade.how", item=first)


def _answers(scene: Scene, cohort: Cohort) -> Answers | Look:
    found = rows_of(scene, cohort)
    if not isinstance(found, tuple):
        return found
    members, stands, replies = found
    return Answers(replies, stands, {each.learner: each for each in members})


def _archived(scene: Scene, cohort: Cohort) -> list[str]:
    if cohort.state != "archived":
        return []
    return [scene.say("regrade.archived", title=shown_title(cohort))]


# -- what an instructor reads ----------------------------------------------------------------


def _asked(scene: Scene, item: Item) -> str:
    banks = [each for each in scene.course.units.values() if isinstance(each, Bank)]
    unit = next(bank for bank in banks if item in bank.items)
    values = {"unit": scene.name(unit), "stem": one_line(item.stem, 300)}
    text = one_line(item.right.text, 160)
    return scene.say("regrade.item", item=item.id, option=item.right.id, text=text, **values)


def _counted(scene: Scene, cohort: Cohort, everything: Remarked, helping: Remarked) -> list[str]:
    title = shown_title(cohort)
    if not everything.changes:
        return [scene.say("regrade.nothing", title=title)]
    marks = [right for change in everything.changes for _, right in change.answers]
    right = sum(marks)
    told = [scene.say("regrade.counts", title=title, right=right, wrong=len(marks) - right)]
    passes = [(change.before.done, change.passed) for change in everything.changes]
    gained, lost = passes.count((False, True)), passes.count((True, False))
    if gained or lost:
        told.append(scene.say("regrade.passes", gained=gained, lost=lost))
    return told if helping.changes else [scene.say("regrade.only-losses", title=title), *told]


def _left_out(scene: Scene, found: Remarked) -> list[str]:
    told = [scene.say("regrade.gone", n=found.gone)] if found.gone else []
    return [*told, *([scene.say("regrade.midway", n=found.midway)] if found.midway else [])]


def _done(scene: Scene, changed: Remarked, told: int, withdrawn: int) -> str:
    """What was done: for how many people, how many were told, how many certificates went."""
    people = {change.before.learner for change in changed.changes}
    done = [scene.say("regrade.done", n=len(people), told=told)]
    if withdrawn:
        done.append(scene.say("regrade.done-withdrawn", n=withdrawn))
    return "\n\n".join([*done, *_left_out(scene, changed)])


def _lines(scene: Scene, found: Answers, changed: Remarked) -> list[str]:
    """A line for each row that changes, those who lose something first."""
    language = scene.by.profile.language
    names = tables.names(found.members.values(), language)
    ordered = sorted(changed.changes, key=lambda change: (not change.loses, not change.shows))
    between = scene.say("regrade.between")
    return [
        scene.say(
            "regrade.line",
            name=plain(names.get(change.before.learner, "")),
            changes=between.join(in_words(language, change)) or scene.say("regrade.line-marks"),
        )
        for change in ordered
    ]


def _ways(
    scene: Scene, cohort: Cohort, item: Item, *, helps: bool, loses: bool
) -> tuple[Choice, ...]:
    """The harmless way first; the one that takes something away only where there is that to do."""
    of = f"{cohort.id}-{mark(item)}"
    keep = scene.say("regrade.do-keep" if loses else "regrade.do")
    ways = [scene.choice(f"regrade-keep-{of}", keep)] if helps else []
    if loses:
        ways.append(scene.choice(f"regrade-all-{of}", scene.say("regrade.do-all")))
    return (*ways, scene.choice("regrade-no", scene.say("regrade.do-not")))
