"""The question of the week, and rounds: a group is asked together, and everybody answers alone.

What is chosen stays between the bot and whoever chose it; nothing says what is right before a
question is closed. What an exam asks is never asked here. This module asks; `answering` takes
the answers and `tally` closes.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from bot.conversation import (
    Asked,
    Choice,
    Cohort,
    Job,
    Look,
    Message,
    Place,
    Record,
    Round,
    Rounds,
    Scheduled,
    Turn,
)
from bot.course.items import Exam, Item, Option, Quiz
from bot.flows.asking import seeded
from bot.flows.groups.people import shown_title
from bot.flows.groups.round_items import day, lettered
from bot.flows.scene import Scene
from bot.flows.when import utc

LASTS: Final = timedelta(days=5)
"""How long a question of the week takes answers."""

ITEMS: Final = 3
MOST_ITEMS: Final = 10

MINUTES: Final = 5
MOST_MINUTES: Final = 60

ID: Final = 10
"""Hex digits of a round's id: too many to guess, few enough for a button's key."""

NEVER: Final = datetime.min.replace(tzinfo=UTC)


# -- asking ----------------------------------------------------------------------------------


def question(scene: Scene, cohort: Cohort, place: Place, item_id: str = "") -> Turn | Look:
    """Post the question of the week: the item that is named, else one that this cohort was not
    asked yet, else the one asked longest ago. Without any item there is no post.
    """
    past = scene.rows(look := Rounds(cohort.id), Round)
    if past is None:
        return look
    ranked = _ranked(scene, cohort, past)
    items = [item for item in ranked if item.id == item_id] or ranked
    if not items:
        return scene.turn()
    round_ = _opened(scene, cohort, place, "week", items[:1], LASTS)
    head = scene.say("round.week", title=shown_title(cohort))
    foot = [scene.say("round.how", when=day(round_.closes, cohort)), *_pays(scene)]
    return scene.turn(
        _post(scene, round_, items[0], 0, head, foot), records=_records(cohort, round_)
    )


def begin(scene: Scene, cohort: Cohort, place: Place | None, args: str) -> Turn | Look:
    """Begin a round of some questions for some minutes: /round 5 3m."""
    if place is None:
        return scene.turn(Message(scene.say("post.nowhere")))
    size = _size(args)
    if isinstance(size, str):
        most = MOST_ITEMS if size == "round.too-many" else MOST_MINUTES
        return scene.turn(Message(scene.say(size, most=most)))
    past = scene.rows(look := Rounds(cohort.id), Round)
    if past is None:
        return look
    opened = [r for r in past if r.kind == "round" and not r.closed and scene.at < r.closes]
    if opened:
        until = day(opened[0].closes, cohort)
        return scene.turn(Message(scene.say("round.open", when=until)))
    count, minutes = size
    items = _ranked(scene, cohort, past)[:count]
    if not items:
        return scene.turn(Message(scene.say("round.no-items")))
    round_ = _opened(scene, cohort, place, "round", items, timedelta(minutes=minutes))
    messages = (*_told(scene, cohort, round_), *_posts(scene, cohort, round_, items))
    return scene.turn(*messages, records=_records(cohort, round_))


def _size(args: str) -> tuple[int, int] | str:
    """How many items and minutes somebody wrote; or the phrase that says what is wrong with it."""
    words = re.sub(r"\b(for|in)\b|,", " ", args.casefold())
    if not re.fullmatch(r"\s*([0-9]{1,6}\s*[a-z]*\s*){0,2}", words):
        return "round.usage"
    items, minutes = None, None
    for number, unit in re.findall(r"([0-9]+)\s*([a-z]*)", words):
        named = unit in ("m", "min", "mins", "minute", "minutes")
        if unit and not named and unit not in ("item", "items", "question", "questions"):
            return "round.usage"
        if (named or (not unit and items is not None)) and minutes is None:
            minutes = int(number)
        elif not named and items is None:
            items = int(number)
        else:
            return "round.usage"
    items = ITEMS if items is None else items
    minutes = MINUTES if minutes is None else minutes
    if not 1 <= items <= MOST_ITEMS:
        return "round.too-many"
    return (items, minutes) if 1 <= minutes <= MOST_MINUTES else "round.too-long"


def _ranked(scene: Scene, cohort: Cohort, past: list[Round]) -> list[Item]:
    """All items that may be asked: those never asked first, then those asked longest ago."""
    asked: dict[str, datetime] = {}
    for each in past:
        for item, _ in each.items:
            asked[item] = max(asked.get(item, NEVER), each.opened)
    return sorted(
        _askable(scene, cohort),
        key=lambda i: (asked.get(i.id, NEVER), seeded(cohort.id, len(past), i.id)),
    )


def _askable(scene: Scene, cohort: Cohort) -> list[Item]:
    """The items of quizzes in modules that are open to the cohort; none that an exam has too."""
    units = scene.course.units.values()
    secret = {item.wording for unit in units if isinstance(unit, Exam) for item in unit.items}
    return [
        item
        for module in scene.course.modules
        if _is_open(scene, cohort, module.id)
        for unit in module.units
        if isinstance(unit, Quiz)
        for item in unit.items
        if item.wording not in secret and item.choose == "one"
    ]


def _is_open(scene: Scene, cohort: Cohort, module: str) -> bool:
    opens = cohort.dated(module).opens
    return not opens or utc(opens, cohort.zone) <= scene.at


def _opened(
    scene: Scene,
    cohort: Cohort,
    place: Place,
    kind: Literal["week", "round"],
    items: list[Item],
    lasts: timedelta,
) -> Round:
    return Round(
        id=scene.by.luck[:ID],
        cohort=cohort.id,
        course=cohort.course,
        kind=kind,
        items=tuple((item.id, item.wording) for item in items),
        place=place,
        opened=scene.at,
        closes=scene.at + lasts,
    )


def _records(cohort: Cohort, round_: Round) -> tuple[Record, ...]:
    """The round, and the job that closes it."""
    job = Job(
        id=f"close:{round_.id}",
        subject=cohort.id,
        course=round_.course,
        place=round_.place,
        due=round_.closes,
        zone=cohort.zone,
    )
    return Asked(round_), Scheduled(job)


def _told(scene: Scene, cohort: Cohort, round_: Round) -> tuple[Message, ...]:
    """A word to the instructor who began it from elsewhere."""
    if scene.by.among == round_.place:
        return ()
    return (Message(scene.say("round.begun", when=day(round_.closes, cohort))),)


def _posts(scene: Scene, cohort: Cohort, round_: Round, items: list[Item]) -> tuple[Message, ...]:
    """What happens, and then each question in a message of its own."""
    count = len(items)
    parts = [
        scene.say("round.begins", title=shown_title(cohort)),
        scene.say("round.until", count=count, when=day(round_.closes, cohort)),
        scene.say("round.press"),
        *_pays(scene),
        scene.say("round.end-podium" if cohort.board == "all" else "round.end"),
    ]
    foot = [scene.say("round.item-until", when=day(round_.closes, cohort))]
    posts = [
        _post(scene, round_, item, n, scene.say("round.item", number=n + 1, count=count), foot)
        for n, item in enumerate(items)
    ]
    return Message("\n\n".join(parts), to=round_.place), *posts


def _pays(scene: Scene) -> list[str]:
    points = scene.course.points.right
    return [scene.say("round.pays", points=points)] if points else []


def _post(
    scene: Scene, round_: Round, item: Item, number: int, head: str, foot: list[str]
) -> Message:
    options = lettered(round_, number, item)
    lines = [scene.say("quiz.option", letter=letter, text=o.text) for letter, o in options]
    text = "\n\n".join([head, item.stem, "  \n".join(lines), *foot])
    buttons = tuple(_button(scene, round_, number, letter, o) for letter, o in options)
    return Message(text, buttons, to=round_.place)


def _button(scene: Scene, round_: Round, number: int, letter: str, option: Option) -> Choice:
    return scene.choice(f"r-{round_.id}-{number}-{option.id}", letter)
