"""The exam of a module: items of its own, no feedback before the end, and no way to bend it.

Which items an attempt asks, and how they are worded, is settled when it begins. Passed, every
answer is explained; failed, the keys stay hidden, and the next attempt opens after a while.
"""

from dataclasses import replace
from datetime import timedelta

from bot.conversation import (
    Answered,
    Choice,
    Completed,
    Given,
    Key,
    Look,
    Message,
    Opened,
    Record,
    Said,
    Seen,
    SeenItem,
    Sitting,
    Turn,
    Visit,
    Worded,
)
from bot.course.items import Exam, Item, Option
from bot.flows.asking import by_wording, question, seeded
from bot.flows.home import MENU
from bot.flows.scene import Scene
from bot.flows.verdict import failed, into_messages, needed, passed, score

BEGIN = "begin"


def enter(scene: Scene, exam: Exam, past: Visit | None) -> Turn | Look:
    """Open `exam` where it was left, or say what it will be like."""
    parked = past.parked if past else None
    attempt = past.attempts if past else 0
    state = parked if isinstance(parked, Sitting) else Sitting(attempt + 1)
    return _opened(scene, exam, state)


def _opened(scene: Scene, exam: Exam, state: Sitting) -> Turn | Look:
    shown = show(scene.moved(state), exam, state)
    if not isinstance(shown, Turn):
        return shown
    return replace(shown, records=(Opened(exam.id, state.attempt), *shown.records))


def show(scene: Scene, exam: Exam, state: Sitting) -> Turn | Look:
    """What is open once more: the rules, the question, or the result."""
    if not state.asked:
        return scene.turn(_rules(scene, exam))
    ended = _as_it_stands(scene, exam, state)
    if not isinstance(ended, Sitting):
        return ended
    state = ended
    items = _items(scene, exam, state)
    if not isinstance(items, dict):
        return items
    if state.ended:
        return scene.turn(*_result(scene, exam, state, items))
    return scene.turn(_question(scene, exam, state, items))


def handle(scene: Scene, exam: Exam, state: Sitting, deed: Key | Said) -> Turn | Look | None:
    """Begin, take an answer without a word about it, or go on after the result."""
    if not isinstance(deed, Key):
        return None
    if not state.asked:
        return _begun(scene, exam, state) if deed.what == BEGIN else None
    if state.ended:
        ended = _as_it_stands(scene, exam, state)
        if not isinstance(ended, Sitting):
            return ended
        return _after_result(scene, exam, ended, deed)
    items = _items(scene, exam, state)
    if not isinstance(items, dict):
        return items
    item = items[_open_item(state)]
    item_id, _, option_id = deed.what.rpartition("-")
    option = item.option(option_id) if item_id == item.id else None
    if option is None or deed.attempt != state.attempt:
        return None
    return _answered(scene, exam, state, items, item, option)


def _as_it_stands(scene: Scene, exam: Exam, state: Sitting) -> Sitting | Look:
    """An attempt that has ended, passed or not as it counts now: its marks may have been mended."""
    if not state.ended:
        return state
    past = scene.past(exam.id)
    if past is not None and not isinstance(past, Visit):
        return past
    return replace(state, passed=past.done) if past else state


# -- choosing the items ----------------------------------------------------------------------


def chosen(exam: Exam, lessons: dict[str, str], seen: dict[str, SeenItem], seed: str) -> list[Item]:
    """The items of an attempt: what the blueprint asks for, the rest from the whole bank.

    Unseen items come first and those answered right last; `lessons` names each objective's
    lesson. The same seed gives the same items in the same order.
    """

    def rank(item: Item) -> tuple[int, bytes]:
        past = seen.get(item.id)
        return (0 if past is None else 2 if past.right else 1, seeded(seed, item.id))

    bank = sorted(exam.items, key=rank)
    taken: list[Item] = []
    # An objective's share first: its few items must not go to the share of their whole lesson.
    for share in sorted(exam.blueprint, key=lambda share: share.objective is None):
        fitting = [
            item
            for item in bank
            if item not in taken
            and (share.objective == item.objective or share.lesson == lessons.get(item.objective))
        ]
        taken += fitting[: share.questions]
    rest = [item for item in bank if item not in taken]
    taken = [*taken, *rest][: exam.questions]
    return sorted(taken, key=lambda item: seeded(seed, "order", item.id))


def _begun(scene: Scene, exam: Exam, state: Sitting) -> Turn | Look:
    look = Seen(scene.by.learner, scene.course.id, scene.names(exam.id))
    rows = scene.rows(look, SeenItem)
    if rows is None:
        return look
    seen = {row.item: row for row in rows}
    lessons = {o: lesson.id for o, (_, lesson) in scene.course.objectives.items()}
    items = chosen(exam, lessons, seen, f"{scene.session.subject}/{exam.id}/{state.attempt}")
    state = replace(
        state,
        asked=tuple((item.id, item.wording) for item in items),
        needed=needed(exam, len(items)),
    )
    return show(scene.moved(state), exam, state)


def _items(scene: Scene, exam: Exam, state: Sitting) -> dict[str, Item] | Worded:
    """The items of this attempt as they were worded when it began."""
    known = by_wording(scene, exam.items, (wording for _, wording in state.asked))
    if isinstance(known, Worded):
        return known
    # Under the ids of then: an edit may have renamed an item, and its buttons are out there.
    return {item: known[wording].model_copy(update={"id": item}) for item, wording in state.asked}


# -- answering -------------------------------------------------------------------------------


def _open_item(state: Sitting) -> str:
    return state.asked[len(state.given)][0]


def _answered(
    scene: Scene,
    exam: Exam,
    state: Sitting,
    items: dict[str, Item],
    item: Item,
    option: Option,
) -> Turn:
    given = Given(item.id, (option.id,), option.correct)
    state = replace(state, given=(*state.given, given))
    record = Answered(
        exam.id,
        item.id,
        given.options,
        given.right,
        state.attempt,
        item.wording,
        option.misconception or "",
    )
    if len(state.given) < len(state.asked):
        scene = scene.moved(state)
        return scene.turn(_question(scene, exam, state, items), records=(record,))
    passed = score(state) >= state.needed
    state = replace(state, ended=scene.at, passed=passed)
    scene = scene.moved(state)
    done = _completed(scene, exam, state)
    return scene.turn(*_result(scene, exam, state, items), records=(record, done))


def _completed(scene: Scene, exam: Exam, state: Sitting) -> Record:
    points = scene.course.points.exam if state.passed else 0
    right, count = score(state), len(state.asked)
    return Completed(exam.id, state.attempt, right, count, points, state.passed)


def _after_result(scene: Scene, exam: Exam, state: Sitting, deed: Key) -> Turn | Look | None:
    match deed.what:
        case "next" if state.passed:
            return replace(scene.moved(state).turn(), go=True)
        case "retake" if not state.passed:
            return _again(scene, exam, state)
        case _:
            return None


def _again(scene: Scene, exam: Exam, state: Sitting) -> Turn | Look:
    opens = (state.ended or scene.at) + timedelta(hours=exam.cooldown_hours)
    if scene.at < opens and not scene.may_retake(exam.id, state.attempt + 1):
        text = scene.say("exam.wait", when=scene.local(opens))
        return scene.turn(Message(text, _ways_on(scene)))
    return _opened(scene, exam, Sitting(state.attempt + 1))


# -- what is shown ---------------------------------------------------------------------------


def _rules(scene: Scene, exam: Exam) -> Message:
    count = min(exam.questions, len(exam.items))
    text = scene.say(
        "exam.rules",
        title=exam.title,
        count=count,
        needed=needed(exam, count),
        hours=exam.cooldown_hours,
    )
    return Message(text, (scene.choice(BEGIN, scene.say("exam.begin")),))


def _question(scene: Scene, exam: Exam, state: Sitting, items: dict[str, Item]) -> Message:
    number, count = len(state.given) + 1, len(state.asked)
    place = scene.say("exam.place", title=exam.title, number=number, count=count)
    return question(scene, items[_open_item(state)], place, state.attempt)


def _result(
    scene: Scene, exam: Exam, state: Sitting, items: dict[str, Item]
) -> tuple[Message, ...]:
    if state.passed != (score(state) >= state.needed):  # its marks were mended, so its key was
        today = {item.id: item for item in exam.items}
        items = {name: today.get(name, item) for name, item in items.items()}
    parts = passed(scene, state, items) if state.passed else failed(scene, exam, state, items)
    if state.passed:
        ways: tuple[Choice, ...] = (scene.choice("next", scene.next_label(exam.id)),)
    else:
        ways = (scene.choice("retake", scene.say("exam.again")), *_ways_on(scene))
    *first, last = into_messages(parts)
    return (*map(Message, first), Message(last, ways))


def _ways_on(scene: Scene) -> tuple[Choice, ...]:
    return (scene.choice(MENU, scene.say("home.menu")),)
