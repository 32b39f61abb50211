"""/cohort item: how a question does, in numbers and in words; or which ones are hardest."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from rapidfuzz import fuzz, process

from bot.conversation import Cohort, Look, Message, Replies, Reply, Turn, Worded
from bot.course.items import Item
from bot.flows.asking import by_wording
from bot.flows.groups.insight import SHOWN, one_line
from bot.flows.groups.item_measures import FEWEST, SMALL, Measure, firsts, measured
from bot.flows.groups.people import shown_title
from bot.flows.groups.whereabouts import renamed
from bot.flows.reference import NEAR, plain
from bot.flows.scene import Scene

LOW: Final = 0.2
"""Below this an item tells little (Ebel and Frisbie, "Essentials of Educational Measurement")."""


def item(scene: Scene, cohort: Cohort, asked: str) -> Turn | Look:
    """How a question does, in numbers and in words; or the hardest ones, where none is named."""
    rows = scene.rows(look := Replies(cohort.id), Reply)
    if rows is None:
        return look
    replies = renamed(scene.course, rows)
    items = {each.id: each for each in scene.course.items}
    wanted = asked.strip().strip("`“”\"'").casefold()
    if not wanted:
        return scene.turn(Message(_hardest(scene, cohort, replies)))
    if wanted not in items:
        return scene.turn(Message(_no_such_item(scene, asked, wanted, list(items))))
    return _item(scene, items[wanted], replies)


# -- the hardest -----------------------------------------------------------------------------


def _hardest(scene: Scene, cohort: Cohort, replies: Sequence[Reply]) -> str:
    lines = hard_lines(scene, replies)
    title = shown_title(cohort)
    if not lines:
        return scene.say("insight.items-none", title=title)
    answered = {each.item for each in replies}
    example = next(each.id for each in scene.course.items if each.id in answered)
    parts = [
        scene.say("insight.items", title=title),
        "\n".join(lines[:SHOWN]),
        scene.say("insight.items-few", n=FEWEST),
        scene.say("insight.items-how", item=example),
    ]
    return "\n\n".join(parts)


def hard_lines(scene: Scene, replies: Sequence[Reply], since: datetime | None = None) -> list[str]:
    """A line for each item, the hardest first; `since`: by the first tries since then, and only
    those that enough people met and some got wrong.
    """
    ranked: list[tuple[bool, float, str, str]] = []
    by_item: dict[str, list[Reply]] = defaultdict(list)
    for reply in replies:
        by_item[reply.item].append(reply)
    for each in scene.course.items:
        own = by_item[each.id]
        same = [reply for reply in own if reply.wording == each.wording] or own
        first = [reply for reply in firsts(same) if since is None or reply.at >= since]
        if not first:
            continue
        right = sum(reply.right for reply in first)
        few = len(first) < FEWEST
        if since and (few or right == len(first)):
            continue
        values = {"item": each.id, "stem": one_line(each.stem, 80)}
        line = scene.say("insight.items-line", **values, right=right, n=len(first))
        ranked.append((few, right / len(first), each.id, line))
    return [line for *_, line in sorted(ranked)]


def _no_such_item(scene: Scene, asked: str, wanted: str, ids: Sequence[str]) -> str:
    close = process.extract(wanted, ids, scorer=fuzz.WRatio, limit=3, score_cutoff=NEAR)
    near = [found for found, *_ in close]
    if not near:
        return scene.say("insight.item-unknown", asked=plain(asked))
    offered = scene.say("insight.or").join(near)
    return scene.say("insight.item-near", asked=plain(asked), near=offered)


# -- one of them -----------------------------------------------------------------------------


def _item(scene: Scene, today: Item, replies: Sequence[Reply]) -> Turn | Look:
    found = measured(today.id, today.wording, replies)
    if found is None:
        values = {"item": today.id, "stem": one_line(today.stem, 400)}
        return scene.turn(Message(scene.say("insight.item-unanswered", **values)))
    shown = today
    if not found.current:
        known = by_wording(scene, (), (found.wording,))
        if isinstance(known, Worded):
            return known
        shown = next(iter(known.values()), today)
    unit = next(reply.unit for reply in replies if reply.item == today.id)
    place = scene.course.units.get(unit)
    where = scene.name(place) if place else unit
    stem = shown.stem if len(shown.stem) <= 600 else one_line(shown.stem, 600)
    parts = [
        scene.say("insight.item", item=today.id, unit=where, stem=stem),
        "\n".join(_option_lines(scene, shown, found)),
        _numbers(scene, found, where),
        *_warnings(scene, shown, found),
    ]
    return scene.turn(Message("\n\n".join(parts)))


def _option_lines(scene: Scene, shown: Item, found: Measure) -> list[str]:
    counts = dict(found.chosen)
    lines = []
    for option in shown.options:
        key = "insight.option-right" if option.correct else "insight.option"
        values = {"option": option.id, "text": one_line(option.text, 160)}
        line = scene.say(key, **values, n=counts.get(option.id, 0))
        idea = scene.course.misconceptions.get(option.misconception or "")
        if idea:
            belief = one_line(idea.belief, 160)
            line = scene.say("insight.option-belief", line=line, belief=belief)
        lines.append(line)
    return lines


def _numbers(scene: Scene, found: Measure, unit: str) -> str:
    first, last = round(100 * found.first), round(100 * found.last)
    told = [scene.say("insight.facility", n=found.learners, first=first, last=last)]
    if found.seconds is not None:
        told.append(scene.say("insight.seconds", seconds=round(found.seconds)))
    if found.discrimination is not None:
        told.append(scene.say("insight.discrimination", value=f"{found.discrimination:.2f}"))
    elif found.learners < FEWEST:
        told.append(scene.say("insight.too-few", n=FEWEST))
    else:
        told.append(scene.say("insight.no-discrimination", unit=unit))
    return "\n".join(told)


def _warnings(scene: Scene, shown: Item, found: Measure) -> list[str]:
    """What an author should look at, in plain words."""
    told = []
    if found.learners < SMALL:
        told.append(scene.say("insight.small", n=SMALL))
    if found.discrimination is not None and found.discrimination < 0:
        told.append(scene.say("insight.negative"))
    elif found.discrimination is not None and found.discrimination < LOW:
        told.append(scene.say("insight.low"))
    counts = dict(found.chosen)
    never = [option for option in shown.options if option.id not in counts]
    if found.learners >= FEWEST:
        if any(option.correct for option in never):
            told.append(scene.say("insight.never-right"))
        if wrong := [option.id for option in never if not option.correct]:
            told.append(scene.say("insight.never", options=scene.say("insight.or").join(wrong)))
    if not found.current:
        told.append(scene.say("insight.older-only"))
    if found.older:
        told.append(scene.say("insight.older", n=found.older))
    return told
