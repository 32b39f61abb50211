"""A lesson: cards to read one by one, turned in place by Next and Back.

It is done when its last card has been shown. Words mean nothing to it.
"""

from dataclasses import replace

from bot.conversation import (
    Choice,
    Completed,
    File,
    Key,
    Message,
    Opened,
    Reading,
    Record,
    Said,
    Turn,
    Visit,
)
from bot.course.model import Card, Figure, Lesson
from bot.flows.scene import Scene, label


def enter(scene: Scene, lesson: Lesson, past: Visit | None) -> Turn:
    """Open `lesson` where it was left, or at its first card."""
    done = past is not None and past.done
    parked = past.parked if past else None
    card = parked.card if isinstance(parked, Reading) and not done else 0
    return _at(scene, lesson, Reading(card, done), records=(Opened(lesson.id),))


def show(scene: Scene, lesson: Lesson, state: Reading) -> Turn:
    """The current card once more, its buttons as good as before."""
    return scene.turn(_card(scene, lesson, _within(lesson, state).card))


def handle(scene: Scene, lesson: Lesson, state: Reading, deed: Key | Said) -> Turn | None:
    """Turn the page, or leave the lesson after its last card."""
    if not isinstance(deed, Key):
        return None
    state = _within(lesson, state)
    last = state.card == len(lesson.cards) - 1
    match deed.what:
        case "back" if state.card > 0:
            return _at(scene, lesson, replace(state, card=state.card - 1), page=True)
        case "next" if not last:
            return _at(scene, lesson, replace(state, card=state.card + 1), page=True)
        case "next":
            scene, records = _completed(scene.moved(state), lesson, state)
            return replace(scene.turn(records=records), go=True)
        case _:
            return None


def _within(lesson: Lesson, state: Reading) -> Reading:
    """The state on a card that exists, should an edit have shortened the lesson."""
    return replace(state, card=min(state.card, len(lesson.cards) - 1))


def _at(
    scene: Scene,
    lesson: Lesson,
    state: Reading,
    *,
    page: bool = False,
    records: tuple[Record, ...] = (),
) -> Turn:
    state = _within(lesson, state)
    scene = scene.moved(state)
    if state.card == len(lesson.cards) - 1:
        scene, completed = _completed(scene, lesson, state)
        records += completed
    return scene.turn(replace(_card(scene, lesson, state.card), page=page), records=records)


def _completed(scene: Scene, lesson: Lesson, state: Reading) -> tuple[Scene, tuple[Completed, ...]]:
    if state.done:
        return scene, ()
    session = replace(scene.session, state=replace(state, done=True))
    record = Completed(lesson.id, points=scene.course.points.lesson)
    return replace(scene, session=session), (record,)


def _card(scene: Scene, lesson: Lesson, number: int) -> Message:
    card = lesson.cards[number]
    cards = len(lesson.cards)
    place = scene.say("lesson.place", label=label(lesson), card=number + 1, cards=cards)
    parts = [place]
    if number == 0:
        minutes = lesson.minutes
        key = "lesson.heading" if minutes < 2 else "lesson.heading-minutes"
        parts.append(scene.say(key, title=lesson.title, question=lesson.question, minutes=minutes))
    parts += _text(scene, card)
    files = (_picture(scene, card.figure),) if card.figure else ()
    return Message("\n\n".join(parts), _choices(scene, lesson, number), files=files)


def _text(scene: Scene, card: Card) -> list[str]:
    parts = [f"**{card.title}**"] if card.title else []
    parts.append(card.text)
    if card.callout:
        kind = scene.say(f"callout.{card.callout.kind}")
        boxed = f"**{kind}: {card.callout.title}**\n\n{card.callout.text}"
        parts.append("\n".join(f"> {line}".rstrip() for line in boxed.splitlines()))
    return parts


def _picture(scene: Scene, figure: Figure) -> File:
    return File(figure.file, figure.alt, scene.course.hash_of[figure.file])


def _choices(scene: Scene, lesson: Lesson, number: int) -> tuple[Choice, ...]:
    last = number == len(lesson.cards) - 1
    onward = scene.next_label(lesson.id) if last else scene.say("lesson.next")
    back = (scene.choice("back", scene.say("lesson.back")),) if number else ()
    return (scene.choice("next", onward), *back)
