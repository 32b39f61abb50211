"""The tutor's own words for its moves: the author's texts, with a frame that varies.

A frame is one of several phrases, chosen by learner and turn, so that the tutor does not sound
like a machine and the same history still reads the same.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from bot.conversation import Talking
from bot.course.lab import Expectation, Lab
from bot.phrases import say
from bot.tutor.ladder import Move, idea_of, question_of
from bot.tutor.moves import Reply, contrast

FRAMES = 3


@dataclass(frozen=True, slots=True)
class Voice:
    """What the wording of a turn depends on beside the moves."""

    lab: Lab
    language: str
    learner: str

    def frame(self, key: str, turn: int, **values: str | int) -> str:
        """One of the phrases `key`.1 to `key`.3, by learner and turn."""
        seed = hashlib.blake2b(f"{self.learner}/{key}".encode(), digest_size=2).digest()
        number = (int.from_bytes(seed) + turn) % FRAMES + 1
        return say(self.language, f"{key}.{number}", **values)

    def say(self, key: str, **values: str | int) -> str:
        """A sentence in the learner's language (see `phrases.say`)."""
        return say(self.language, key, **values)


def worded(voice: Voice, reply: Reply) -> str:
    """The tutor's reply in its own words."""
    return "\n\n".join(text for move in reply.moves if (text := _move(voice, reply.memory, move)))


def following(voice: Voice, reply: Reply) -> str:
    """What stands below a reply that a model words: a closed question, or the list at the end."""
    match reply.moves[-1].kind:
        case "prompt":
            about = idea_of(voice.lab, reply.moves[-1].idea)
            return f"{about.prompt.ask}\n\n{options(voice, about)}"
        case "confirm":
            return readings(voice, reply.memory)
        case "over":
            return checklist(voice, reply.memory)
        case _:
            return ""


def remarks(voice: Voice, reply: Reply) -> str:
    """What the program adds to the persona's words: why a line does not count, how many do."""
    parts = [voice.say(f"lab.count.{reply.why.value}")] if reply.why else []
    distress = any(move.kind == "distress" for move in reply.moves)
    if not distress and reply.memory.open != "over":
        parts.append(tally(voice, reply.memory))
    return "\n\n".join(parts)


def tally(voice: Voice, memory: Talking) -> str:
    """How many exchanges count, as dots and in words."""
    needed = voice.lab.exchanges
    counted = min(memory.counted, needed)
    dots = "●" * counted + "○" * (needed - counted)
    return voice.say("lab.tally", dots=dots, counted=counted, needed=needed)


def checklist(voice: Voice, memory: Talking) -> str:
    """The ideas of the lab: those that were shown, and those to look at again."""
    ideas = voice.lab.expectations
    shown = [f"- {each.idea}" for each in ideas if each.id in memory.shown]
    again = [f"- {each.idea}" for each in ideas if each.id not in memory.shown]
    parts = []
    if shown:
        parts.append(f"{voice.say('lab.shown')}\n\n" + "\n".join(shown))
    if again:
        parts.append(f"{voice.say('lab.revisit')}\n\n" + "\n".join(again))
    return "\n\n".join(parts)


def _move(voice: Voice, memory: Talking, move: Move) -> str:
    turn = memory.turn

    def frame(key: str, **values: str) -> str:
        return voice.frame(f"lab.{key}", turn, **values)

    about = idea_of(voice.lab, move.idea)
    match move.kind:
        case "pump":
            return frame("pump", text=about.pump)
        case "hint":
            return frame("hint", text=about.hints[int(move.detail)])
        case "prompt":
            return frame("prompt", text=about.prompt.ask, options=options(voice, about))
        case "assert":
            return frame("assert", text=about.assertion, transfer=about.transfer)
        case "reflect":
            return frame("reflect", idea=about.idea)
        case "confirm":
            return frame("confirm", options=readings(voice, memory))
        case "correct":
            return _correction(voice, frame, move.detail)
        case "right" | "wrong":
            answer = next(a for a in about.prompt.answers if a.id == move.detail)
            text = f"{answer.feedback} {about.why}" if move.kind == "right" else answer.feedback
            return frame(move.kind, text=text)
        case "answer":
            return _answer(voice, move)
        case "again":
            return frame("again", text=question_of(voice.lab, about, move.detail))
        case "unclear":
            return voice.say(f"lab.unclear.{move.detail}")
        case "distress":
            return voice.say("lab.distress")
        case "over":
            return _ending(voice, memory)
        case kind:
            return frame(kind)


def options(voice: Voice, about: Expectation) -> str:
    """The answers of a closed question, lettered, in the author's order."""
    lines = [
        voice.say("quiz.option", letter=answer.id.upper(), text=answer.text)
        for answer in about.prompt.answers
    ]
    return "  \n".join(lines)


def meanings(voice: Voice, idea: str) -> tuple[str, str, str]:
    """What A, B and C mean after "Are you saying …?", in an order of the learner's own."""
    seed = hashlib.blake2b(f"{voice.learner}/{idea}".encode(), digest_size=1).digest()
    return ("idea", "wrong", "neither") if seed[0] % 2 else ("wrong", "idea", "neither")


def readings(voice: Voice, memory: Talking) -> str:
    """An idea and a wrong statement of it side by side, so that neither gives itself away."""
    about = idea_of(voice.lab, memory.focus)
    texts = {"idea": about.idea, "wrong": contrast(voice.lab, memory).text}
    lines = [
        voice.say("quiz.option", letter=letter, text=texts[meaning])
        for letter, meaning in zip("AB", meanings(voice, about.id), strict=False)
    ]
    return "  \n".join(
        [*lines, voice.say("quiz.option", letter="C", text=voice.say("lab.neither"))]
    )


def _correction(voice: Voice, frame: Callable[..., str], misconception: str) -> str:
    held = next((each for each in voice.lab.misconceptions if each.id == misconception), None)
    if held is None:
        return frame("nod")
    return frame("correct", text=f"{held.correction}\n\n{held.evidence}")


def _answer(voice: Voice, move: Move) -> str:
    found = move.found
    if found is None:
        return ""
    if not found.card:
        return found.text
    return voice.say("lab.card", text=found.text, card=found.card, lesson=found.lesson)


def _ending(voice: Voice, memory: Talking) -> str:
    done = memory.counted >= voice.lab.exchanges
    first = voice.frame("lab.over" if done else "lab.short", memory.turn)
    return f"{first}\n\n{checklist(voice, memory)}"
