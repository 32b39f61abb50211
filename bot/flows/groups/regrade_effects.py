"""What a regrade leads to for each learner: what is recorded, what is withdrawn, what they read.

It refuses to tell which question it was or what is right there, since its key may be hidden.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.conversation import (
    Certificate,
    Certificates,
    Cohort,
    Member,
    Message,
    Regraded,
    Withdrawn,
)
from bot.course.items import Item
from bot.flows.groups import proof
from bot.flows.groups.remarking import Change
from bot.flows.scene import Scene, name
from bot.phrases import say


@dataclass(frozen=True, slots=True)
class Effect:
    """A row that changes, and the certificates that go with its pass.

    `member` is whose row it is, None where they are not in the group now.
    """

    change: Change
    member: Member | None
    gone: tuple[Certificate, ...]


def effects_of(
    scene: Scene, cohort: Cohort, members: Mapping[str, Member], changes: Sequence[Change]
) -> list[Effect] | Certificates:
    """What each change leads to; or the Look for the certificates, where a pass is lost."""
    given: list[Certificate] = []
    if any(map(_loses_pass, changes)):
        found = scene.rows(look := Certificates(cohort=cohort.id), Certificate)
        if found is None:
            return look
        given = found
    whose = [(each, members.get(each.before.learner)) for each in changes]
    return [Effect(each, member, _gone(scene, each, member, given)) for each, member in whose]


def _loses_pass(change: Change) -> bool:
    return change.before.done and not change.passed


def _gone(
    scene: Scene, change: Change, member: Member | None, given: Iterable[Certificate]
) -> tuple[Certificate, ...]:
    """Those of all certificates that go with a pass, where that is lost."""
    if not _loses_pass(change):
        return ()
    names = _units_gone(scene, change.before.unit, member)
    valid = [each for each in given if each.course == scene.course.id and not each.withdrawn]
    learner = change.before.learner
    return tuple(each for each in valid if each.learner == learner and each.unit in names)


def _units_gone(scene: Scene, unit_id: str, member: Member | None) -> tuple[str, ...]:
    """What certificates say that a lost pass takes away: the exam under any of its names, and the
    whole course ("") unless its instructors excused them from the exam.
    """
    names = scene.names(scene.course.renamed.get(unit_id, unit_id))
    overrides = member.overrides if member else ()
    excused = any(each.kind == "excuse" and each.unit in names for each in overrides)
    return names if excused else ("", *names)


def records_of(scene: Scene, item: Item, effect: Effect) -> list[Regraded | Withdrawn]:
    """What is kept of it, after `item` was marked anew by whoever asked."""
    change = effect.change
    regraded = Regraded(
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
    language = effect.member.language if effect.member else scene.by.profile.language
    why = say(language, "regrade.withdrawn")
    return [regraded, *(Withdrawn(each.learner, each.code, why) for each in effect.gone)]


# -- in words --------------------------------------------------------------------------------


def message_of(scene: Scene, effect: Effect) -> Message | None:
    """What the learner reads; None for who sees no change, or cannot be reached."""
    member = effect.member
    if not (member and member.place and effect.change.shows):
        return None
    return Message(_told(scene, effect, member.language), to=member.place)


def _told(scene: Scene, effect: Effect, language: str) -> str:
    """What changed for a learner and why; not which question, since its key may be hidden."""
    change = effect.change
    unit_id = change.before.unit
    unit = scene.course.units[scene.course.renamed.get(unit_id, unit_id)]
    seen = in_words(language, change)
    seen += [
        say(language, "regrade.certificate", code=proof.grouped(each.code)) for each in effect.gone
    ]
    parts = [
        say(language, "regrade.told", unit=name(language, unit)),
        "\n".join(say(language, "regrade.told-line", effect=each) for each in seen),
    ]
    if change.loses:
        parts.append(say(language, "regrade.told-sorry"))
    elif change.passed and not change.before.done:
        parts.append(say(language, "regrade.told-passed"))
    return "\n\n".join(parts)


def in_words(language: str, change: Change) -> list[str]:
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
