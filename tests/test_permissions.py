"""One table decides who may do what: every command, for everybody who could give it."""

import pytest

from bot.conversation import Caller, Place, Role
from bot.flows.groups.cohort import ACTS
from bot.permissions import ACTIONS, COMMANDS, TABLE, TOGETHER, Who, leads, may

HERE = Place("terminal", "ann")
TUESDAY, FRIDAY = "tuesday", "friday"

ROLES: dict[str, frozenset[Role]] = {
    "stranger": frozenset(),
    "learner": frozenset(),
    "instructor of this cohort": frozenset({Role("instructor", TUESDAY)}),
    "instructor of another": frozenset({Role("instructor", FRIDAY)}),
    "server administrator": frozenset({Role("administrator")}),
    "instructor who administers": frozenset({Role("instructor", TUESDAY), Role("administrator")}),
    "other instructor who administers": frozenset(
        {Role("instructor", FRIDAY), Role("administrator")}
    ),
    "operator": frozenset({Role("operator")}),
}

ALLOWED: dict[Who, set[str]] = {
    Who.LEARNER: set(ROLES),
    Who.MAKER: set(ROLES) - {"stranger", "learner"},
    Who.INSTRUCTOR: {"instructor of this cohort", "instructor who administers", "operator"},
    Who.HOST: {"instructor who administers", "operator"},
    Who.OPERATOR: {"operator"},
}

EXPECTED: dict[str, Who] = {
    **dict.fromkeys(
        (
            "start join leave continue menu open progress leaderboard alias remind glossary "
            "sources cards help zone link report share certificate verify privacy usage export "
            "forget cohort"
        ).split(),
        Who.LEARNER,
    ),
    "post": Who.INSTRUCTOR,
    "round": Who.INSTRUCTOR,
    "reload": Who.OPERATOR,
    "cohort new": Who.MAKER,
    "cohort here": Who.HOST,
    **dict.fromkeys(
        (
            f"cohort {action}"
            for action in (
                "away code name opens due board close reopen archive invite staff dismiss members "
                "remove time attempt unlock excuse exceptions undo progress item stuck nudge "
                "digest export regrade budget usage"
            ).split()
        ),
        Who.INSTRUCTOR,
    ),
}


def caller(role: str) -> Caller:
    return Caller("ann", HERE, ROLES[role])


def test_the_table_is_what_it_should_be() -> None:
    assert TABLE == EXPECTED
    assert set(ACTS) | {"new"} == set(ACTIONS)
    assert set(TOGETHER) <= set(COMMANDS)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("command", EXPECTED)
def test_every_command_for_every_role(command: str, role: str) -> None:
    assert may(caller(role), command, TUESDAY) is (role in ALLOWED[EXPECTED[command]])


@pytest.mark.parametrize("role", ROLES)
def test_a_command_that_is_not_in_the_table_is_nobodys(role: str) -> None:
    assert not may(caller(role), "no-such-command")
    assert not may(caller(role), "cohort no-such-action", TUESDAY)


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"operator"}))
def test_without_a_cohort_nobody_is_its_instructor(role: str) -> None:
    assert not may(caller(role), "cohort progress", "")
    assert not may(caller(role), "cohort progress", "sunday")


def test_one_leads_what_one_is_an_instructor_of() -> None:
    both = frozenset({Role("instructor", TUESDAY), Role("instructor", FRIDAY), Role("operator")})
    assert leads(Caller("ann", HERE, both)) == (FRIDAY, TUESDAY)
    assert leads(caller("operator")) == ()
