"""A quiz: items in the written order, options shuffled for each attempt, a reason for each answer.

What an item said when it was shown is remembered by its hash; an answer to another wording is not
counted. The first attempt is kept apart from all later ones.
"""

from dataclasses import replace

from bot.conversation import (
    Answered,
    Completed,
    Given,
    Key,
    Message,
    Opened,
    Quizzing,
    Record,
    Said,
    Turn,
    Visit,
)
from bot.course.items import Item, Option, Quiz
from bot.flows.asking import explained, question
from bot.flows.scene import Scene


def enter(scene: Scene, quiz: Quiz, past: Visit | None) -> Turn:
    """Open `quiz` where it was left, or begin an attempt at it."""
    if past and isinstance(past.parked, Quizzing):
        return _resume(scene, quiz, past.parked)
    attempt = past.attempts + 1 if past else 1
    if past is None or not past.done:
        return _begin(scene, quiz, Quizzing(attempt))
    return _begin(scene, quiz, Quizzing(attempt, first=past.first, first_of=past.out_of))


def show(scene: Scene, quiz: Quiz, state: Quizzing) -> Turn:
    """The open question once more (in its newest wording), or the result."""
    item = _open_item(quiz, state)
    if item is None and state.item == "":
        return scene.turn(_result(scene, quiz, state))
    if item is None or (item.id, item.wording) != (state.item, state.shown):
        return _ask_or_end(scene, quiz, state)
    return scene.turn(_question(scene, quiz, state, item))


def handle(scene: Scene, quiz: Quiz, state: Quizzing, deed: Key | Said) -> Turn | None:
    """Take an answer; or, after the last one, another attempt or the way on."""
    if not isinstance(deed, Key):
        return None
    if state.item == "":
        return _after_result(scene, quiz, state, deed)
    item = next((i for i in quiz.items if i.id == state.item), None)
    if item is None:
        return _unscored(scene, quiz, state, "quiz.removed")
    if item.wording != state.shown:
        return _unscored(scene, quiz, state, "quiz.edited")
    item_id, _, option_id = deed.what.rpartition("-")
    option = item.option(option_id) if item_id == item.id else None
    if option is None or deed.attempt != state.attempt:
        return None
    return _answered(scene, quiz, state, item, option)


def _after_result(scene: Scene, quiz: Quiz, state: Quizzing, deed: Key) -> Turn | None:
    match deed.what:
        case "retake":
            first = state.first if state.first is not None else _score(quiz, state)
            count = state.first_of or len(quiz.items)
            return _begin(scene, quiz, Quizzing(state.attempt + 1, first=first, first_of=count))
        case "next":
            return replace(scene.moved(state).turn(), go=True)
        case _:
            return None


def _begin(scene: Scene, quiz: Quiz, state: Quizzing) -> Turn:
    count = len(quiz.items)
    key = "quiz.enter-one" if count == 1 else "quiz.enter"
    opening = Message(scene.say(key, title=quiz.title, count=count))
    turn = _ask_or_end(scene, quiz, state)
    return replace(
        turn,
        messages=(opening, *turn.messages),
        records=(Opened(quiz.id, state.attempt), *turn.records),
    )


def _resume(scene: Scene, quiz: Quiz, state: Quizzing) -> Turn:
    turn = _ask_or_end(scene, quiz, state) if state.item else show(scene.moved(state), quiz, state)
    return replace(turn, records=(Opened(quiz.id, state.attempt), *turn.records))


def _unscored(scene: Scene, quiz: Quiz, state: Quizzing, why: str) -> Turn:
    turn = _ask_or_end(scene, quiz, state)
    return replace(turn, messages=(Message(scene.say(why)), *turn.messages))


def _answered(scene: Scene, quiz: Quiz, state: Quizzing, item: Item, option: Option) -> Turn:
    given = Given(item.id, (option.id,), option.correct)
    record = Answered(
        quiz.id,
        item.id,
        given.options,
        given.right,
        state.attempt,
        item.wording,
        option.misconception or "",
        scene.course.points.right if given.right and state.attempt == 1 else 0,
    )
    turn = _ask_or_end(scene, quiz, replace(state, given=(*state.given, given)))
    return replace(
        turn,
        messages=(Message(_feedback(scene, option)), *turn.messages),
        records=(record, *turn.records),
    )


def _feedback(scene: Scene, option: Option) -> str:
    if option.correct:
        return scene.say("quiz.right", feedback=option.feedback)
    text = scene.say("quiz.wrong", option=option.text, feedback=option.feedback)
    known = scene.course.misconceptions.get(option.misconception or "")
    return f"{text}\n\n{scene.say('quiz.belief', belief=known.belief)}" if known else text


def _open_item(quiz: Quiz, state: Quizzing) -> Item | None:
    """The first item without an answer: an item put in by an edit is asked in its place."""
    answered = {given.item for given in state.given}
    return next((item for item in quiz.items if item.id not in answered), None)


def _ask_or_end(scene: Scene, quiz: Quiz, state: Quizzing) -> Turn:
    item = _open_item(quiz, state)
    if item is None:
        return _end(scene, quiz, state)
    state = replace(state, item=item.id, shown=item.wording)
    scene = scene.moved(state)
    return scene.turn(_question(scene, quiz, state, item))


def _end(scene: Scene, quiz: Quiz, state: Quizzing) -> Turn:
    state = replace(state, item="", shown="")
    scene = scene.moved(state)
    points = scene.course.points.quiz if state.attempt == 1 else 0
    done: Record = Completed(quiz.id, state.attempt, _score(quiz, state), len(quiz.items), points)
    return scene.turn(_result(scene, quiz, state), records=(done,))


def _score(quiz: Quiz, state: Quizzing) -> int:
    asked = {item.id for item in quiz.items}
    return sum(given.right for given in state.given if given.item in asked)


def _question(scene: Scene, quiz: Quiz, state: Quizzing, item: Item) -> Message:
    number = 1 + next(n for n, each in enumerate(quiz.items) if each.id == item.id)
    place = scene.say("quiz.place", number=number, count=len(quiz.items))
    return question(scene, item, place, state.attempt)


def _result(scene: Scene, quiz: Quiz, state: Quizzing) -> Message:
    right, count = _score(quiz, state), len(quiz.items)
    parts = [scene.say("quiz.score", right=right, count=count)]
    if right == count:
        parts.append(scene.say("quiz.all-right"))
    if state.first is not None:
        parts.append(scene.say("quiz.first", first=state.first, count=state.first_of or count))
    missed = [given.item for given in state.given if not given.right]
    items = [item for item in quiz.items if item.id in missed]
    if items:
        parts.append(scene.say("quiz.missed"))
        parts += [explained(scene, item) for item in items]
    onward = scene.choice("next", scene.next_label(quiz.id))
    retake = scene.choice("retake", scene.say("quiz.retake"), state.attempt)
    return Message("\n\n".join(parts), (onward, retake))
