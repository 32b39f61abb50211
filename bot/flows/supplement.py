"""A supplementary reading: a lesson's cards, then a check of its own. Nobody must take it.

It is done when the check is; what was read before that is not lost.
"""

from dataclasses import replace

from bot.conversation import (
    Completed,
    Key,
    Look,
    Opened,
    Quizzing,
    Reading,
    Said,
    Turn,
    Visit,
    Visited,
)
from bot.course.model import Supplement
from bot.flows import lesson, quiz
from bot.flows.scene import Scene


def enter(scene: Scene, unit: Supplement, past: Visit | None) -> Turn:
    """Open the reading where it was left: at a card, or in its check; a finished one anew."""
    if past and isinstance(past.parked, Quizzing) and past.parked.item:
        return quiz.enter(scene, unit.check, past)
    return _uncounted(lesson.enter(scene, unit, past and replace(past, done=False)))


def show(scene: Scene, unit: Supplement, state: Reading | Quizzing) -> Turn:
    """The card or the question once more."""
    if isinstance(state, Reading):
        return lesson.show(scene, unit, state)
    return quiz.show(scene, unit.check, state)


def handle(
    scene: Scene, unit: Supplement, state: Reading | Quizzing, deed: Key | Said
) -> Turn | Look | None:
    """Turn the page; after the last card, the check begins."""
    if isinstance(state, Quizzing):
        return quiz.handle(scene, unit.check, state, deed)
    turn = lesson.handle(scene, unit, state, deed)
    if turn is None or turn.session is None:
        return turn
    if not turn.go:
        return _uncounted(turn)
    past = scene.past(unit.id)
    if isinstance(past, Visited):
        return past
    onward = replace(scene, session=turn.session)
    if past and past.done:  # the next attempt, which leaves the first score as it is
        return quiz.enter(onward, unit.check, replace(past, parked=None))
    begun = quiz.enter(onward, unit.check, None)
    kept = tuple(record for record in begun.records if not isinstance(record, Opened))
    return replace(begun, records=kept)


def _uncounted(turn: Turn) -> Turn:
    """A lesson is done at its last card; a supplement is not."""
    kept = tuple(record for record in turn.records if not isinstance(record, Completed))
    return replace(turn, records=kept)
