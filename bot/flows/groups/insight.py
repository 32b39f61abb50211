"""What an instructor's views of a cohort share: what is known of it, and lists that fit a message.

The views are `progress_map`, `item_report`, `nudges`, `digest` and `cohort_export`; each answers a
command of somebody who may give it: who that is was asked before. People are called by their names
on boards; the words of a lab are nowhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.conversation import Cohort, Look, Map, Member, Replies, Reply, Roster, Stand
from bot.flows.groups import tables
from bot.flows.groups.hurdles import Hurdle, hurdles
from bot.flows.groups.people import shown_title
from bot.flows.groups.whereabouts import Where, renamed, todays, whereabouts
from bot.flows.reference import plain
from bot.flows.scene import Scene, shortened

ROOM: Final = 3400
"""UTF-16 units that lists may take together: Discord's messages hold 4,000, Telegram's 4,096."""

NAMES: Final = 10
"""Names in a list."""

SHOWN: Final = 10
"""People, or questions, in a list; buttons below it."""


@dataclass(frozen=True, slots=True)
class Group:
    """A cohort with all that is known of its members; `names` are safe to show, and `needs` is
    what seems to hold up each who is stuck.
    """

    cohort: Cohort
    title: str
    members: list[Member]
    where: list[Where]
    stands: list[Stand]
    replies: list[Reply]
    names: dict[str, str]
    needs: dict[str, list[Hurdle]]

    def called(self, found: Iterable[Where]) -> list[str]:
        """The names of some members."""
        return [self.names[each.member.learner] for each in found]


def rows_of(
    scene: Scene, cohort: Cohort, *, answers: bool = True
) -> tuple[list[Member], list[Stand], list[Reply]] | Look:
    """The members, where they stand and what they answered, as the store has it; or the next Look
    for it. Without `answers` there are none of those.
    """
    members = scene.rows(roster := Roster(cohort.id), Member)
    if members is None:
        return roster
    stands = scene.rows(units := Map(cohort.id), Stand)
    if stands is None:
        return units
    replies = scene.rows(given := Replies(cohort.id), Reply) if answers else []
    return given if replies is None else (members, stands, replies)


def gathered(scene: Scene, cohort: Cohort, *, answers: bool = True) -> Group | Look:
    """What is known of a cohort, or the next Look for it; without `answers` where none matter."""
    found = rows_of(scene, cohort, answers=answers)
    if not isinstance(found, tuple):
        return found
    members, stands, replies = found
    where = whereabouts(scene.course, cohort, members, stands, scene.at)
    stands, replies = todays(scene.course, stands), renamed(scene.course, replies)
    shown = tables.names(members, scene.by.profile.language)
    names = {learner: plain(each) for learner, each in shown.items()}
    needs = _needs(scene, where, stands, replies)
    title = shown_title(cohort)
    return Group(cohort, title, members, where, stands, replies, names, needs)


def _needs(
    scene: Scene, where: Iterable[Where], stands: Iterable[Stand], replies: Iterable[Reply]
) -> dict[str, list[Hurdle]]:
    stood: dict[str, list[Stand]] = defaultdict(list)
    given: dict[str, list[Reply]] = defaultdict(list)
    for stand in stands:
        stood[stand.learner].append(stand)
    for reply in replies:
        given[reply.learner].append(reply)
    found: dict[str, list[Hurdle]] = {}
    for each in where:
        who = each.member.learner
        if needs := hurdles(scene.course, each, stood[who], given[who], scene.at):
            found[who] = needs
    return found


# -- lists that fit --------------------------------------------------------------------------


def length(parts: Iterable[str]) -> int:
    """In UTF-16 units, with the blank lines between, which is how Telegram counts."""
    return sum(len(part.encode("utf-16-le")) // 2 + 2 for part in parts)


def most_of(scene: Scene, lines: Sequence[str], count: int, room: int) -> list[str]:
    """As many of `lines` as fit, at most `count`; the last line tells how many are left out."""
    shown = fitting(lines, count, room)
    left = len(lines) - shown
    told = [scene.say("insight.more-lines", n=left)] if left else []
    return [*lines[:shown], *told]


def fitting(lines: Sequence[str], count: int, room: int) -> int:
    """How many of `lines` fit, at most `count`."""
    shown = min(count, len(lines))
    while shown and length(lines[:shown]) > room:
        shown -= 1
    return shown


def listed(scene: Scene, names: Sequence[str], most: int = NAMES, between: str = ", ") -> str:
    """Names in one sentence, at most so many, and how many more there are."""
    shown = between.join(names[:most])
    left = len(names) - most
    return scene.say("insight.more", names=shown, n=left) if left > 0 else shown


def one_line(text: str, most: int) -> str:
    """An author's text as a part of one line."""
    return shortened(" ".join(text.split()), most)
