"""The codes that somebody types to join or to link, followed to what they lead to.

Whoever tries codes at random is stopped and told so once; after that nothing is looked up for them.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.conversation import Code, Count, Guessed, Guesses, Invitation, Look, Message, Turn
from bot.flows.groups.codes import LENGTH
from bot.flows.scene import Scene

TRIES: Final = 5
"""Wrong codes that somebody may try within `SPAN`."""

SPAN: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Tried:
    """A code that was looked up: `found` None where it leads nowhere, or does not any more;
    `wrong` how many others led nowhere lately.
    """

    code: str
    found: Code | None
    wrong: int

    @property
    def is_last(self) -> bool:
        """Whether nothing is looked up any more if this one is wrong as well."""
        return self.wrong == TRIES - 1


def followed(scene: Scene, code: str) -> Tried | Turn | Look:
    """What a code leads to, as it is kept; or what is said to who tried too many."""
    since = scene.at.replace(second=0, microsecond=0) - SPAN
    counts = scene.rows(look := Guesses(scene.by.learner, since), Count)
    if counts is None:
        return look
    wrong = sum(row.n for row in counts)
    if wrong >= TRIES:
        return _stopped(scene, wrong)
    rows = scene.rows(invitation := Invitation(code), Code) if len(code) == LENGTH else []
    if rows is None:
        return invitation
    return Tried(code, next((row for row in rows if not _is_over(scene, row)), None), wrong)


def _stopped(scene: Scene, wrong: int) -> Turn:
    told = (Message(scene.say("join.stopped")),) if wrong == TRIES else ()
    return scene.turn(*told, records=(Guessed(),) if told else ())


def _is_over(scene: Scene, code: Code) -> bool:
    return code.until is not None and code.until <= scene.at
