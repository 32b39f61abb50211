"""What the transcripts cannot show of the engine: values that no flow of today makes."""

from dataclasses import replace

import pytest

from bot import engine
from bot.conversation import (
    Ask,
    Caller,
    Event,
    Failed,
    Inbound,
    Known,
    Look,
    Place,
    Pressed,
    Profile,
    Replied,
    Role,
    Said,
    Session,
    Turn,
)
from bot.course.model import Library

from .test_runner import NOW

HERE = Place("paper", "ann")
ASK = Ask("a1", HERE, "m1-l1", "pump")


def event(what: Replied | Failed | Said | Pressed) -> Event:
    return Event(NOW, Caller("ann", HERE), what)


@pytest.mark.parametrize("what", [Replied("a1", "words"), Failed("a1", "timeout")])
def test_an_awaited_answer_is_awaited_no_longer(tiny: Library, what: Replied | Failed) -> None:
    turn = engine.step(tiny, Session("ann", "tiny", waiting=ASK), event(what))
    assert isinstance(turn, Turn)
    assert turn.session is not None
    assert turn.session.waiting is None


@pytest.mark.parametrize("what", [Replied("old", "words"), Failed("old", "timeout")])
def test_another_answer_leaves_the_wait_as_it_is(tiny: Library, what: Replied | Failed) -> None:
    turn = engine.step(tiny, Session("ann", "tiny", waiting=ASK), event(what))
    assert isinstance(turn, Turn)
    assert turn.session == Session("ann", "tiny", waiting=ASK)


def test_a_course_is_aimed_at_by_button_then_profile_then_as_the_only_one(
    tiny: Library, two_courses: Library
) -> None:
    pressed = Pressed("next.0.1.other")
    chosen = Profile(course="tiny")
    assert engine.course_for(two_courses, chosen, pressed) == "other"
    assert engine.course_for(two_courses, chosen, Said("x")) == "tiny"
    assert engine.course_for(two_courses, Profile(), Said("x")) == ""
    assert engine.course_for(two_courses, Profile(course="gone"), Said("x")) == ""
    assert engine.course_for(tiny, Profile(), Said("x")) == "tiny"
    assert engine.course_for(tiny, Profile(), Pressed("next.0.1.gone")) == "tiny"


def test_a_library_without_courses_says_so() -> None:
    turn = engine.step(Library({}), Session("ann", ""), event(Said("hello")))
    assert isinstance(turn, Turn)
    assert "no course here yet" in turn.messages[0].text


def test_a_command_for_others_is_refused_before_any_look(
    tiny: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.conversation import Commanded
    from bot.permissions import TABLE, Who

    monkeypatch.setitem(TABLE, "progress", Who.OPERATOR)
    asked = Event(NOW, Caller("ann", HERE), Commanded("progress"))
    turn = engine.step(tiny, Session("ann", "tiny"), asked)
    assert isinstance(turn, Turn)
    assert "for those who run this course" in turn.messages[0].text
    operator = replace(asked, by=replace(asked.by, roles=frozenset({Role("operator")})))
    assert isinstance(engine.step(tiny, Session("ann", "tiny"), operator), Look)


def test_an_inbound_of_no_account_is_still_a_value() -> None:
    inbound = Inbound("e1", "paper:ann", HERE, Said("x"))
    assert hash(inbound) == hash(Inbound("e1", "paper:ann", HERE, Said("x")))


def test_known_answers_are_unwrapped_in_any_depth(tiny: Library) -> None:
    from bot.conversation import Board, Commanded, Done, Standing, Visit

    asked = Event(NOW, Caller("ann", HERE), Commanded("progress"))
    done = Done("ann", "tiny")
    board = Board("course:tiny", "all", "ann", NOW)
    known = Known(done, (Visit("m1-intro", done=True),), asked)
    assert engine.step(tiny, Session("ann", "tiny"), known) == board
    both = Known(board, (Standing(1, "ann", "", 12, 0),), known)
    turn = engine.step(tiny, Session("ann", "tiny"), both)
    assert isinstance(turn, Turn)
    assert "1 of 5 done" in turn.messages[0].text and "Points: 12" in turn.messages[0].text
