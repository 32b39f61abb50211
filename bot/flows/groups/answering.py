"""An answer to a question of a round, taken in a whisper from whoever presses a button.

It refuses to say what is right before the round is closed, and takes nothing from outside its
group.
"""

import re
from dataclasses import replace
from typing import Final

from bot.conversation import Cohort, Cohorts, Look, Message, Round, Rounds, Turn, Voted, Worded
from bot.course.items import Item, Option
from bot.flows.groups.people import shown_title
from bot.flows.groups.round_items import day, lettered, worded
from bot.flows.scene import Scene, shortened

WHISPER: Final = 190
"""Characters that are whispered at most; Telegram shows 200."""


def pressed(scene: Scene, what: str) -> Turn | Look:
    """A button of a question, pressed by anybody at any time: "r-ROUND-NUMBER-OPTION"."""
    parts = re.fullmatch(r"r-([0-9a-f]+)-([0-9]{1,2})-([a-f])", what)
    if parts is None:
        return _whisper(scene, scene.say("round.unknown"))
    found = scene.rows(look := Rounds("", parts[1]), Round)
    if found is None:
        return look
    if not found or int(parts[2]) >= len(found[0].items):
        return _whisper(scene, scene.say("round.unknown"))
    return _answered(scene, found[0], int(parts[2]), parts[3])


def _answered(scene: Scene, round_: Round, number: int, option_id: str) -> Turn | Look:
    mine = [m.cohort for m in scene.by.cohorts if m.cohort.id == round_.cohort]
    if not mine:
        return _stranger(scene, round_)
    if scene.at >= round_.closes and not round_.closed:
        return _whisper(scene, scene.say("round.over"))
    items = worded(scene, round_, (round_.items[number],))
    if isinstance(items, Worded):
        return items
    if round_.closed:
        return _whisper(scene, _after(scene, round_, number, items))
    letters = {o.id: (letter, o) for i in items for letter, o in lettered(round_, number, i)}
    if option_id not in letters:
        return _whisper(scene, scene.say("round.unknown"))
    letter, option = letters[option_id]
    text = _taken(scene, letter, option, day(round_.closes, mine[0]))
    vote = Voted(round_.id, number, option.id, option.correct)
    turn = scene.turn(Message(text, whisper=True), records=(vote,))
    return replace(turn, about=round_.course)


def _whisper(scene: Scene, text: str) -> Turn:
    return scene.turn(Message(shortened(text, WHISPER), whisper=True))


def _stranger(scene: Scene, round_: Round) -> Turn | Look:
    """For whom the question is, and how to become one of them."""
    found = scene.rows(look := Cohorts((round_.cohort,)), Cohort)
    if found is None:
        return look
    if not found:
        return _whisper(scene, scene.say("round.not-in-any"))
    return _whisper(scene, scene.say("round.not-in", title=shown_title(found[0])))


def _after(scene: Scene, round_: Round, number: int, items: list[Item]) -> str:
    """What is whispered once the right answer was posted."""
    right = [letter for i in items for letter, o in lettered(round_, number, i) if o.correct]
    return scene.say("round.closed", letter=right[0]) if right else scene.say("round.shut")


def _taken(scene: Scene, letter: str, option: Option, when: str) -> str:
    """That an answer is in, with as much of its words as fit; the same for right and wrong."""
    words = re.sub(r"[*`]", "", option.text)
    room = WHISPER - len(scene.say("round.in", letter=letter, option="", when=when))
    return scene.say("round.in", letter=letter, option=shortened(words, room), when=when)
