"""Who may do what: one pure table, asked before any look at a cohort.

Commands that are not in it do not exist. "cohort due" is the action "due" of the command "cohort".
"""

from enum import Enum
from typing import Final

from bot.conversation import Caller


class Who(Enum):
    """The least that a caller must be."""

    LEARNER = "learner"
    MAKER = "operator, or instructor of any cohort, or administrator where everybody may learn"
    INSTRUCTOR = "instructor of the cohort"
    HOST = "instructor of the cohort who also administers the place where it happens"
    OPERATOR = "operator"


COMMANDS: Final[dict[str, Who]] = {
    "start": Who.LEARNER,
    "join": Who.LEARNER,
    "leave": Who.LEARNER,
    "continue": Who.LEARNER,
    "menu": Who.LEARNER,
    "open": Who.LEARNER,
    "progress": Who.LEARNER,
    "leaderboard": Who.LEARNER,
    "alias": Who.LEARNER,
    "remind": Who.LEARNER,
    "glossary": Who.LEARNER,
    "sources": Who.LEARNER,
    "cards": Who.LEARNER,
    "help": Who.LEARNER,
    "zone": Who.LEARNER,
    "link": Who.LEARNER,
    "report": Who.LEARNER,
    "share": Who.LEARNER,
    "certificate": Who.LEARNER,
    "verify": Who.LEARNER,
    "privacy": Who.LEARNER,
    "usage": Who.LEARNER,
    "export": Who.LEARNER,
    "forget": Who.LEARNER,
    "cohort": Who.LEARNER,
    "post": Who.INSTRUCTOR,
    "round": Who.INSTRUCTOR,
    "reload": Who.OPERATOR,
}

ACTIONS: Final[dict[str, Who]] = {
    "new": Who.MAKER,
    "here": Who.HOST,
    "away": Who.INSTRUCTOR,
    "code": Who.INSTRUCTOR,
    "name": Who.INSTRUCTOR,
    "opens": Who.INSTRUCTOR,
    "due": Who.INSTRUCTOR,
    "board": Who.INSTRUCTOR,
    "close": Who.INSTRUCTOR,
    "reopen": Who.INSTRUCTOR,
    "archive": Who.INSTRUCTOR,
    "invite": Who.INSTRUCTOR,
    "staff": Who.INSTRUCTOR,
    "dismiss": Who.INSTRUCTOR,
    "members": Who.INSTRUCTOR,
    "remove": Who.INSTRUCTOR,
    "time": Who.INSTRUCTOR,
    "attempt": Who.INSTRUCTOR,
    "unlock": Who.INSTRUCTOR,
    "excuse": Who.INSTRUCTOR,
    "exceptions": Who.INSTRUCTOR,
    "undo": Who.INSTRUCTOR,
    "progress": Who.INSTRUCTOR,
    "item": Who.INSTRUCTOR,
    "stuck": Who.INSTRUCTOR,
    "nudge": Who.INSTRUCTOR,
    "digest": Who.INSTRUCTOR,
    "export": Who.INSTRUCTOR,
    "regrade": Who.INSTRUCTOR,
    "budget": Who.INSTRUCTOR,
    "usage": Who.INSTRUCTOR,
}
"""What may follow /cohort."""

TABLE: Final = COMMANDS | {f"cohort {action}": who for action, who in ACTIONS.items()}

PUBLIC: Final = ("glossary", "sources", "help")
"""Commands whose answer says nothing about anybody, so that others may read along."""

TOGETHER: Final = ("cohort", "post", "round", "leaderboard")
"""Commands about a group, which may be given in its midst; what is private is answered aside."""


def may(caller: Caller, command: str, cohort: str = "") -> bool:
    """Whether `caller` may give `command`, in `cohort` where it concerns one."""
    operator = any(role.name == "operator" for role in caller.roles)
    hosts = any(role.name == "administrator" for role in caller.roles)
    led = {role.cohort for role in caller.roles if role.name == "instructor"}
    match TABLE.get(command):
        case None:
            return False
        case Who.LEARNER:
            return True
        case Who.MAKER:
            return operator or bool(led) or (hosts and caller.access == "open")
        case Who.INSTRUCTOR:
            return operator or cohort in led
        case Who.HOST:
            return operator or (hosts and cohort in led)
        case Who.OPERATOR:
            return operator


def leads(caller: Caller) -> tuple[str, ...]:
    """The cohorts of which `caller` is an instructor."""
    return tuple(sorted(role.cohort for role in caller.roles if role.name == "instructor"))
