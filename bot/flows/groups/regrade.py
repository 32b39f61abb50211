"""/cohort regrade: after a wrong key was put right, the answers of a group are marked anew.

First it is shown what would change; then an instructor chooses. It refuses to take a pass or a
point away unless they say so, and to tell a learner which question it was or what is right there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.conversation import (
    Certificate,
    Certificates,
    Choice,
    Cohort,
    Look,
    Member,
    Message,
    Regraded,
    Reply,
    Stand,
    Turn,
    Withdrawn,
)
from bot.course.items import Exam, Item, Quiz
from bot.course.model import Supplement
from bot.flows.asking import seeded
from bot.flows.groups import proof, tables
from bot.flows.groups.insight import ROOM, SHOWN, most_of, one_line, rows_of
from bot.flows.groups.people import folded
from bot.flows.groups.remarking import Change, Remarked, remarked
from bot.flows.reference import plain
from bot.flows.scene import Scene, name
from bot.phrases import say

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
    gone = _withdrawn(scene, cohort, found, changed.changes)
    if isinstance(gone, Certificates):
        return gone
    return _applied(scene, item, found, changed, gone)


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
    return [scene.say("regrade.archived", title=plain(cohort.title, 60))]


# -- what an instructor reads ----------------------------------------------------------------


def _asked(scene: Scene, item: Item) -> str:
    banks = [each for each in scene.course.units.values() if isinstance(each, Bank)]
    unit = next(bank for bank in banks if item in bank.items)
    values = {"unit": scene.name(unit), "stem": one_line(item.stem, 300)}
    text = one_line(item.right.text, 160)
    return scene.say("regrade.item", item=item.id, option=item.right.id, text=text, **values)


def _counted(scene: Scene, cohort: Cohort, everything: Remarked, helping: Remarked) -> list[str]:
    title = plain(cohort.title, 60)
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
            changes=between.join(_effects(language, change)) or scene.say("regrade.line-marks"),
        )
        for change in ordered
    ]


def _effects(language: str, change: Change) -> list[str]:
    """What somebody can see of a change, in the words for whoever reads it."""
    before, told = change.before, []
    first, out_of = change.first or 0, before.out_of
    if first != before.first:
        values = {"new": first, "old": before.first, "out_of": out_of}
        told.append(say(language, "regrade.first", **values))
    if change.best != before.best and (first, before.first) != (change.best, before.best):
        values = {"new": change.best, "old": before.best, "out_of": out_of}
        told.append(say(language, "regrade.best", **values))
    if change.passed != before.done:
        told.append(say(language, "regrade.gained" if change.passed else "regrade.lost"))
    if change.points:
        key = "regrade.more" if change.points > 0 else "regrade.fewer"
        told.append(say(language, key, points=abs(change.points)))
    return told


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


# -- doing it --------------------------------------------------------------------------------


def _withdrawn(
    scene: Scene, cohort: Cohort, found: Answers, changes: Iterable[Change]
) -> dict[tuple[str, str], list[Certificate]] | Certificates:
    """The certificates that go with a pass, by whose row of which unit takes them along."""
    lost = [change.before for change in changes if change.before.done and not change.passed]
    if not lost:
        return {}
    given = scene.rows(look := Certificates(cohort=cohort.id), Certificate)
    if given is None:
        return look
    valid = [each for each in given if each.course == scene.course.id and not each.withdrawn]
    gone: dict[tuple[str, str], list[Certificate]] = {}
    for row in lost:
        member = found.members.get(row.learner)
        names = _units_gone(scene, row.unit, member)
        own = [each for each in valid if each.learner == row.learner and each.unit in names]
        gone[row.learner, row.unit] = own
    return gone


def _units_gone(scene: Scene, unit_id: str, member: Member | None) -> tuple[str, ...]:
    """What certificates say that a lost pass takes away: the exam under any of its names, and the
    whole course ("") unless its instructors excused them from the exam.
    """
    names = scene.names(scene.course.renamed.get(unit_id, unit_id))
    overrides = member.overrides if member else ()
    excused = any(each.kind == "excuse" and each.unit in names for each in overrides)
    return names if excused else ("", *names)


def _applied(
    scene: Scene,
    item: Item,
    found: Answers,
    changed: Remarked,
    gone: dict[tuple[str, str], list[Certificate]],
) -> Turn:
    messages: list[Message] = []
    records: list[Regraded | Withdrawn] = []
    for change in changed.changes:
        row = change.before
        member, lost = found.members.get(row.learner), gone.get((row.learner, row.unit), [])
        records.append(_regraded(scene, item, change))
        language = member.language if member else scene.by.profile.language
        why = say(language, "regrade.withdrawn")
        records += [Withdrawn(each.learner, each.code, why) for each in lost]
        if member and member.place and change.shows:
            messages.append(Message(_told(scene, change, lost, language), to=member.place))
    people = {change.before.learner for change in changed.changes}
    done = [scene.say("regrade.done", n=len(people), told=len(messages))]
    withdrawn = sum(isinstance(each, Withdrawn) for each in records)
    if withdrawn:
        done.append(scene.say("regrade.done-withdrawn", n=withdrawn))
    first = Message("\n\n".join([*done, *_left_out(scene, changed)]))
    return scene.turn(first, *messages, records=tuple(records))


def _regraded(scene: Scene, item: Item, change: Change) -> Regraded:
    return Regraded(
        change.before.learner,
        change.before.unit,
        item.id,
        change.answers,
        change.first,
        change.best,
        change.passed,
        change.points,
        item.wording,
        scene.by.learner,
    )


# -- what a learner reads --------------------------------------------------------------------


def _told(scene: Scene, change: Change, gone: Iterable[Certificate], language: str) -> str:
    """What changed for a learner and why; not which question, since its key may be hidden."""
    unit_id = change.before.unit
    unit = scene.course.units[scene.course.renamed.get(unit_id, unit_id)]
    effects = _effects(language, change)
    effects += [
        say(language, "regrade.certificate", code=proof.grouped(each.code)) for each in gone
    ]
    parts = [
        say(language, "regrade.told", unit=name(language, unit)),
        "\n".join(say(language, "regrade.told-line", effect=each) for each in effects),
    ]
    if change.loses:
        parts.append(say(language, "regrade.told-sorry"))
    elif change.passed and not change.before.done:
        parts.append(say(language, "regrade.told-passed"))
    return "\n\n".join(parts)
