"""A lab: a talk with a persona about a task of one's own, three exchanges long at least.

The tutor chooses its moves and, without a model, words them too, in the same turn. What counts
and what is shown is decided by code, never by a model. The talk is the learner's: it is in their
export, and no instructor sees it.
"""

from dataclasses import replace

from bot.conversation import (
    Choice,
    Completed,
    Go,
    Key,
    Message,
    Opened,
    Record,
    Said,
    Talked,
    Talking,
    Turn,
    Visit,
)
from bot.course.lab import Lab
from bot.course.model import Lesson
from bot.flows.home import MENU
from bot.flows.scene import Scene
from bot.tutor import ladder, moves, wording
from bot.tutor.acts import Act, act_of, spoken_letter
from bot.tutor.moves import Reply
from bot.tutor.wording import Voice

SHOW = "show-me"
FINISH = "finish"
STARTER = "starter"
SAID = "said"
"""Before "_a" and the like: no id of an idea has an underscore."""


def enter(scene: Scene, lab: Lab, past: Visit | None) -> Turn:
    """Open `lab` where it was left, or begin it with the greeting."""
    if past and isinstance(past.parked, Talking):
        scene = scene.moved(past.parked)
        turn = show(scene, lab, past.parked)
        return replace(turn, records=(Opened(lab.id, past.parked.attempt), *turn.records))
    if past is None:
        return _begin(scene, lab, 1)
    return _begin(scene, lab, past.attempts + 1, finished=past.done)


def show(scene: Scene, lab: Lab, state: Talking) -> Turn:
    """What the persona said last, once more, and how to go on."""
    state = ladder.still(lab, state)
    return scene.turn(_spoken(scene, lab, state, state.heard))


def handle(scene: Scene, lab: Lab, state: Talking, deed: Key | Said) -> Turn | None:
    """Take words or a press to the tutor's turn; None for a press that means nothing here."""
    state = ladder.still(lab, state)
    if isinstance(deed, Said):
        pressed = _spelt_out(scene, state, deed.text)
        heard = handle(scene, lab, state, pressed) if pressed else None
        return heard or _heard(scene, lab, state, deed.text)
    match deed.what:
        case "next" if state.open == "over" and state.counted >= lab.exchanges:
            return replace(scene.moved(state).turn(), go=Go())
        case "retake" if state.open == "over":
            return _begin(scene, lab, state.attempt + 1, finished=state.finished)
        case "starter" if state.turn == 0:
            return _heard(scene, lab, state, lab.starter)
        case _ if state.open == "over":
            return None
        case "show-me":
            return _pressed(scene, lab, moves.shown(lab, state), scene.say("lab.show-me"))
        case "finish":
            return _pressed(scene, lab, moves.finishing(lab, state), scene.say("lab.finish"))
        case "said_a" | "said_b" | "said_c":
            letter = deed.what[-1]
            meant = dict(zip("abc", wording.meanings(_voice(scene, lab), state.focus), strict=True))
            return _pressed(scene, lab, moves.confirmed(lab, state, meant[letter]), letter.upper())
        case _:
            idea, _, answer = deed.what.rpartition("-")
            known = any(each.id == idea for each in lab.expectations)
            turn = moves.chosen(lab, state, idea, answer) if known else None
            return _pressed(scene, lab, turn, answer.upper())


def _begin(scene: Scene, lab: Lab, attempt: int, *, finished: bool = False) -> Turn:
    state = replace(moves.begun(lab, attempt), finished=finished)
    scene = scene.moved(state)
    opening = Message(scene.say("lab.enter", title=lab.title, task=lab.task, role=lab.persona.role))
    greeting = _spoken(scene, lab, state, lab.greeting)
    return scene.turn(opening, greeting, records=(Opened(lab.id, attempt),))


def _spelt_out(scene: Scene, state: Talking, text: str) -> Key | None:
    """The press of A, B or C that somebody types in so many words: "I think it's B"."""
    letter = spoken_letter(text)
    if not letter or state.open not in ("check", "confirm"):
        return None
    what = f"{SAID}_{letter}" if state.open == "confirm" else f"{state.focus}-{letter}"
    return Key(what, scene.course.id)


def _heard(scene: Scene, lab: Lab, state: Talking, text: str) -> Turn:
    if state.open == "over" and act_of(text) is not Act.DISTRESS:
        return show(scene, lab, state)
    return _replied(scene, lab, moves.reply_to(lab, _lessons(scene, lab), state, text))


def _pressed(scene: Scene, lab: Lab, turn: ladder.Turn | None, label: str) -> Turn | None:
    if turn is None:
        return None
    memory, chosen = turn
    return _replied(scene, lab, Reply(*moves.closing(lab, memory, chosen), label))


def _replied(scene: Scene, lab: Lab, reply: Reply) -> Turn:
    text = wording.worded(_voice(scene, lab), reply)
    chosen = tuple(move.kind for move in reply.moves)
    state = reply.memory if "distress" in chosen else replace(reply.memory, heard=text)
    done = "over" in chosen and state.counted >= lab.exchanges
    paid, state = state.finished, replace(state, finished=state.finished or done)
    scene = scene.moved(state)
    records: list[Record] = [Talked(lab.id, state.attempt, reply.line, text, reply.counted, chosen)]
    if done:
        records.append(_completed(lab, state, 0 if paid else scene.course.points.lab))
    return scene.turn(_spoken(scene, lab, state, text), records=tuple(records))


def _completed(lab: Lab, state: Talking, points: int) -> Completed:
    return Completed(lab.id, state.attempt, len(state.shown), len(lab.expectations), points)


def _spoken(scene: Scene, lab: Lab, state: Talking, text: str) -> Message:
    write = scene.say("lab.write") if state.open in ("words", "transfer", "summary") else ""
    return Message(
        text,
        _choices(scene, lab, state),
        write=write,
        speaker=lab.persona.name,
        role=lab.persona.role,
    )


def _choices(scene: Scene, lab: Lab, state: Talking) -> tuple[Choice, ...]:
    if state.open == "over":
        again = scene.choice("retake", scene.say("lab.again-button"))
        if state.counted < lab.exchanges:
            return (again, scene.choice(MENU, scene.say("home.menu")))
        return (scene.choice("next", scene.next_label(lab.id)), again)
    ways: list[Choice] = []
    if state.open == "confirm":
        ways += [scene.choice(f"{SAID}_{letter}", letter.upper()) for letter in "abc"]
    if state.open == "check":
        about = next(each for each in lab.expectations if each.id == state.focus)
        ways += [
            scene.choice(f"{about.id}-{answer.id}", answer.id.upper())
            for answer in about.prompt.answers
        ]
    if state.turn == 0:
        ways.append(scene.choice(STARTER, scene.say("lab.starter")))
    asking = state.open == "transfer" or ladder.is_open(state, state.focus)
    if state.open in ("words", "transfer") and asking and state.turn:
        ways.append(scene.choice(SHOW, scene.say("lab.show-me")))
    if state.counted >= lab.exchanges and state.open != "summary":
        ways.append(scene.choice(FINISH, scene.say("lab.finish")))
    return tuple(ways)


def _voice(scene: Scene, lab: Lab) -> Voice:
    language = scene.by.profile.language
    return Voice(lab, scene.course.misconceptions, language, scene.session.subject)


def _lessons(scene: Scene, lab: Lab) -> tuple[Lesson, ...]:
    """What the learner has read in this module before the lab: answers are taken from it."""
    read: list[Lesson] = []
    for unit in scene.course.module_of[lab.id].units:
        if unit.id == lab.id:
            break
        if isinstance(unit, Lesson):
            read.append(unit)
    return tuple(read)
