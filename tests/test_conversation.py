"""The nouns: keys fit and survive, choices are picked as typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.conversation import (
    KEY_BYTES,
    Ask,
    AtHome,
    Choice,
    File,
    Given,
    Key,
    Message,
    Place,
    Quizzing,
    Reading,
    Session,
    pick,
)

slugs = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True)
whats = slugs.map(lambda s: s[:32].rstrip("-"))
courses = slugs.map(lambda s: s[:16].rstrip("-"))


@given(whats, courses, st.integers(0, 999), st.integers(0, 9_999_999))
def test_a_key_survives_and_fits_the_tightest_platform(
    what: str, course: str, attempt: int, turn: int
) -> None:
    key = Key(what, course, attempt, turn)
    assert len(str(key).encode()) <= KEY_BYTES
    assert Key.parse(str(key)) == key


@given(st.text(max_size=80))
def test_a_forged_key_is_no_key_or_a_well_formed_one(text: str) -> None:
    key = Key.parse(text)
    assert key is None or (key.attempt >= 0 and key.turn >= 0)


CHOICES = (Choice("next.0.1.x", "Next"), Choice("back.0.1.x", "Back"))


@pytest.mark.parametrize("typed", ["1", "a", "A", " next ", "NEXT", "[1]", "1.", "(a)"])
def test_a_choice_is_picked_by_number_letter_or_label(typed: str) -> None:
    assert pick(CHOICES, typed) == CHOICES[0]


@pytest.mark.parametrize("typed", ["", "0", "3", "c", "nex", "-1", "²", "1 2", "²", "é", "99999"])
def test_anything_else_picks_nothing(typed: str) -> None:
    assert pick(CHOICES, typed) is None


def test_the_letter_of_a_lettered_choice_wins_over_its_place() -> None:
    lettered = tuple(Choice(f"q-{x}", x) for x in "BA")
    picked = pick(lettered, "a")
    assert picked is not None
    assert picked.label == "A"


@pytest.mark.parametrize("state", [AtHome(), Reading(3, True), Quizzing(2, "q", "h", first=1)])
def test_a_session_survives_json(state: AtHome | Reading | Quizzing) -> None:
    ask = Ask("a1", Place("telegram", "7", "3", private=False), "m1-l1-lab", "pump")
    session = Session("ann", "tea", "m1-l1", state, 4, "k", CHOICES, ("m1-l2",), ask)
    adapter = TypeAdapter(Session)
    assert adapter.validate_json(adapter.dump_json(session)) == session


def test_a_message_with_all_it_can_hold_survives_json() -> None:
    message = Message(
        "text",
        CHOICES,
        write="Tell me more",
        files=(File("a.json", "all of it", "ab" * 32, b"\x00\xff{}"),),
        to=Place("discord", "hall", private=False),
        page=True,
        speaker="Ines",
    )
    adapter = TypeAdapter(Message)
    assert adapter.validate_json(adapter.dump_json(message)) == message


def test_answers_given_survive_json_within_a_session() -> None:
    state = Quizzing(1, "q2", "h", (Given("q1", ("a", "c"), False),))
    adapter = TypeAdapter(Session)
    session = Session("ann", "tea", "quiz", state)
    assert adapter.validate_json(adapter.dump_json(session)) == session
