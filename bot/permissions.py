"""Who may do what: one pure table, asked before any look at the store.

Commands that are not in it do not exist.
"""

from enum import Enum
from typing import Final

from bot.conversation import Caller


class Who(Enum):
    """The least that a caller must be."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor of the cohort"
    OPERATOR = "operator"


COMMANDS: Final[dict[str, Who]] = {
    "start": Who.LEARNER,
    "join": Who.LEARNER,
    "continue": Who.LEARNER,
    "menu": Who.LEARNER,
    "open": Who.LEARNER,
    "progress": Who.LEARNER,
    "glossary": Who.LEARNER,
    "sources": Who.LEARNER,
    "cards": Who.LEARNER,
    "help": Who.LEARNER,
    "zone": Who.LEARNER,
    "privacy": Who.LEARNER,
    "usage": Who.LEARNER,
    "export": Who.LEARNER,
    "forget": Who.LEARNER,
    "reload": Who.OPERATOR,
}

PUBLIC: Final = ("glossary", "sources", "help")
"""Commands whose answer says nothing about anybody, so that others may read along."""


def may(caller: Caller, command: str, cohort: str = "") -> bool:
    """Whether `caller` may give `command`, in `cohort` where it concerns one."""
    match COMMANDS.get(command):
        case None:
            return False
        case Who.LEARNER:
            return True
        case Who.INSTRUCTOR:
            return any(
                role.name == "operator" or (role.name == "instructor" and role.cohort == cohort)
                for role in caller.roles
            )
        case Who.OPERATOR:
            return any(role.name == "operator" for role in caller.roles)
