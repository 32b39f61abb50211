"""One table decides who may do what."""

import pytest

from bot import permissions
from bot.conversation import Caller, Place, Role
from bot.permissions import COMMANDS, Who, may

HERE = Place("terminal", "ann")
STRANGER = Caller("ann", HERE)
OPERATOR = Caller("ann", HERE, frozenset({Role("operator")}))
ADMIN = Caller("ann", HERE, frozenset({Role("administrator")}))
INSTRUCTOR = Caller("ann", HERE, frozenset({Role("instructor", "tuesday")}))


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> None:
    extra = {"post": Who.INSTRUCTOR, "reload": Who.OPERATOR}
    monkeypatch.setattr(permissions, "COMMANDS", COMMANDS | extra)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_learner_may_give_every_command_about_learning(command: str) -> None:
    assert may(STRANGER, command) == (COMMANDS[command] is Who.LEARNER)


@pytest.mark.parametrize(
    ("caller", "command", "cohort", "allowed"),
    [
        (STRANGER, "post", "tuesday", False),
        (INSTRUCTOR, "post", "tuesday", True),
        (INSTRUCTOR, "post", "friday", False),
        (ADMIN, "post", "tuesday", False),
        (OPERATOR, "post", "friday", True),
        (STRANGER, "reload", "", False),
        (INSTRUCTOR, "reload", "tuesday", False),
        (OPERATOR, "reload", "", True),
        (OPERATOR, "no-such-command", "", False),
    ],
)
def test_a_role_reaches_as_far_as_its_cohort(
    caller: Caller, command: str, cohort: str, allowed: bool
) -> None:
    assert may(caller, command, cohort) is allowed
