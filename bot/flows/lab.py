"""A lab: a talk with a persona about a task of one's own, three exchanges long at least.

The tutor chooses its moves; it words them too, in the same turn, or asks a model to (`modelled`).
What counts and what is shown is decided by code, never by a model. The talk is the learner's: it
is in their export, and no instructor sees it.
"""

from dataclasses import replace

from bot.conversation import (
    Changed,
    Key,
    Look,
    Message,
    Opened,
    Said,
    Talked,
    Talking,
    Turn,
    Visit,
)
from bot.course.lab import Lab
from bot.flows import consent, modelled
from bot.flows.scene import Scene
from bot.flows.talk import FINISH, SAID, SHOW, STARTER, replied, spoken, voice_of
from bot.tutor import ladder, moves, wording
from bot.tutor.acts import Act, act_of, spoken_letter
from bot.tutor.moves import Reply
from bot.tutor.prompt import LONGEST

ALWAYS = (SHOW, FINISH)
"""Presses that mean the same whatever is asked."""


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
    if state.open == "consent":
        if consent.undecided(scene):
            return scene.turn(consent.question(scene, lab.persona.name))
        return _greeted(scene, lab, state)
    return scene.turn(spoken(scene, lab, state, state.heard or lab.greeting))


def handle(scene: Scene, lab: Lab, state: Talking, deed: Key | Said) -> Turn | Look | None:
    """Take words or a press to the tutor's turn; None for a press that means nothing here."""
    state = ladder.still(lab, state)
    if scene.session.waiting:
        return _meanwhile(scene, lab, state, deed, scene.session.waiting.said)
    if state.open == "consent":
        return _decided(scene, lab, state, deed)
    if isinstance(deed, Said):
        pressed = _spelt_out(scene, state, deed.text)
        heard = handle(scene, lab, state, pressed) if pressed else None
        return heard or _heard(scene, lab, state, deed.text)
    return _taken(scene, lab, state, deed)


def _taken(scene: Scene, lab: Lab, state: Talking, deed: Key) -> Turn | Look | None:
    """A press while no model is awaited: a way on, a help, or the answer to a closed question."""
    match deed.what:
        case "next" if state.open == "over" and state.counted >= lab.exchanges:
            return replace(scene.moved(state).turn(), go=True)
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
            voice = voice_of(scene, lab)
            meant = dict(zip("abc", wording.meanings(voice, state.focus), strict=True))
            return _pressed(scene, lab, moves.confirmed(lab, state, meant[letter]), letter.upper())
        case _:
            idea, _, answer = deed.what.rpartition("-")
            known = any(each.id == idea for each in lab.expectations)
            turn = moves.chosen(lab, state, idea, answer) if known else None
            return _pressed(scene, lab, turn, answer.upper())


# -- the beginning -----------------------------------------------------------------------------


def _begin(scene: Scene, lab: Lab, attempt: int, *, finished: bool = False) -> Turn:
    state = replace(moves.begun(lab, attempt), finished=finished)
    asking = consent.undecided(scene)
    if asking:
        state = replace(state, open="consent")
    scene = scene.moved(state)
    opening = Message(scene.say("lab.enter", title=lab.title, task=lab.task, role=lab.persona.role))
    first = (
        consent.question(scene, lab.persona.name)
        if asking
        else spoken(scene, lab, state, lab.greeting)
    )
    return scene.turn(opening, first, records=(Opened(lab.id, attempt),))


def _decided(scene: Scene, lab: Lab, state: Talking, deed: Key | Said) -> Turn | None:
    """Who words the replies is chosen before the talk begins, so no words are lost here."""
    if not consent.undecided(scene):
        return _greeted(scene, lab, state)
    match deed:
        case Said(text) if act_of(text) is Act.DISTRESS:
            turn = replied(scene, lab, moves.reply_to(lab, (), state, text))
            now = replace(scene, session=turn.session or scene.session)
            return replace(turn, messages=(*turn.messages, consent.question(now, lab.persona.name)))
        case Said():
            return scene.turn(consent.question(scene, lab.persona.name, "consent.choose"))
        case Key(what) if what.startswith(consent.YES) and not consent.is_newest(scene, what):
            return scene.turn(consent.question(scene, lab.persona.name, "consent.new"))
        case Key(what) if what == consent.NO or what.startswith(consent.YES):
            profile = consent.answer(scene, agreed=what != consent.NO)
            turn = _greeted(replace(scene, by=replace(scene.by, profile=profile)), lab, state)
            return replace(turn, records=(Changed(profile),))
        case _:
            return None


def _greeted(scene: Scene, lab: Lab, state: Talking) -> Turn:
    state = replace(state, open="words")
    scene = scene.moved(state)
    return scene.turn(spoken(scene, lab, state, lab.greeting))


# -- a line, or a press --------------------------------------------------------------------------


def _spelt_out(scene: Scene, state: Talking, text: str) -> Key | None:
    """The press of A, B or C that somebody types in so many words: "I think it's B"."""
    letter = spoken_letter(text)
    if not letter or state.open not in ("check", "confirm"):
        return None
    what = f"{SAID}_{letter}" if state.open == "confirm" else f"{state.focus}-{letter}"
    return Key(what, scene.course.id)


def _heard(scene: Scene, lab: Lab, state: Talking, text: str) -> Turn | Look:
    if state.open == "over" and act_of(text) is not Act.DISTRESS:
        return show(scene, lab, state)
    if modelled.wanted(scene, text):
        return modelled.ask(scene, lab, state, text)
    return modelled.by_tutor(scene, lab, state, text)


def _meanwhile(
    scene: Scene, lab: Lab, state: Talking, deed: Key | Said, waiting: str
) -> Turn | Look | None:
    """Something is done while a model is awaited for the words `waiting`.

    More words join those, and one reply answers them all. Whatever else is done has its answer
    now, after the tutor has replied to what was said.
    """
    if isinstance(deed, Key) and deed.what == STARTER:
        return scene.turn()
    if isinstance(deed, Said):
        both = f"{waiting} {deed.text}"
        if act_of(deed.text) not in modelled.EXACT and len(both) <= LONGEST:
            return _heard(scene, lab, state, both)
    first = modelled.by_tutor(scene, lab, state, waiting)
    if first.session is None or not isinstance(first.session.state, Talking):
        return first
    now, after = replace(scene, session=first.session), first.session.state
    if isinstance(deed, Said) and after.open == "over" and act_of(deed.text) is not Act.DISTRESS:
        late = Talked(lab.id, after.attempt, deed.text, "", False, ())
        return replace(first, records=(*first.records, late))
    if isinstance(deed, Key) and deed.what not in ALWAYS and _asks(after) != _asks(state):
        return first  # the question that was pressed is not open any more
    second = handle(now, lab, after, deed)
    if not isinstance(second, Turn):
        return second or first
    said = tuple(replace(message, choices=(), write="") for message in first.messages)
    return replace(
        second,
        messages=(*said, *second.messages),
        records=(*first.records, *second.records),
    )


def _asks(state: Talking) -> tuple[str, str, int]:
    """Which closed question is open, if one is."""
    return state.open, state.focus, state.against


def _pressed(scene: Scene, lab: Lab, turn: ladder.Turn | None, label: str) -> Turn | None:
    if turn is None:
        return None
    memory, chosen = turn
    return replied(scene, lab, Reply(*moves.closing(lab, memory, chosen), label))
