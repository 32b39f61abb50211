"""What is offered while somebody types: never more than a platform takes, never what is refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import engine
from bot.commands.replay import read
from bot.conversation import (
    Caller,
    Changed,
    Commanded,
    Done,
    Event,
    Place,
    Reading,
    Session,
    Turn,
)
from bot.course.model import Course, Lesson, Library, Module, Term
from bot.flows import account, find, reference
from bot.flows.scene import Scene
from bot.flows.suggest import LONGEST, MOST, suggest

from .conftest import HERE as TESTS
from .conftest import SHIPPED
from .test_runner import NOW

COURSES = read(TESTS / "course")
TINY, SYNTHETIC = COURSES.courses["tiny"], read(SHIPPED).courses["synthetic-data"]
ALL = Library({**COURSES.courses, SYNTHETIC.id: SYNTHETIC})
TAKING = ("start", "join", "open", "glossary", "zone")
ANN = Caller("ann", Place("paper", "ann"))

anything = st.text(st.characters(exclude_categories=()), max_size=12)
names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=130)
terms = names.map(str.strip).filter(bool)
typed = st.one_of(
    anything,
    st.sampled_from([*TINY.units, *account.zones(), *ALL.courses, *reference.names(SYNTHETIC)]),
    st.sampled_from(
        ["quiz", "a good cup", "m1", "l1", "new york", "eu", "kettel", "/", "x" * 6000]
    ),
).flatmap(lambda text: st.integers(0, 8).map(lambda most: text[:most] if most else text))


def values(command: str, text: str, course: Course | None = TINY) -> list[str]:
    return [value for _, value in suggest(ALL, course, command, text)]


def scene(course: Course) -> Scene:
    return Scene(ALL, course, Session("ann", course.id), ANN, NOW)


def takes(course: Course, command: str, value: str) -> bool:
    """Whether the command finds what this value names."""
    match command:
        case "start" | "join":
            return engine.course_for(ALL, ANN.profile, Commanded(command, value)) == value
        case "open":
            return [unit.id for unit in find.called(scene(course), value)] == [value]
        case "glossary":
            shown = reference.glossary(scene(course), value).messages[0].text
            return shown.casefold().startswith(f"**{' '.join(value.split())}**:".casefold())
        case _:
            records = account.zone(scene(course), value).records
            return [r.profile.zone for r in records if isinstance(r, Changed)] == [value]


@given(st.sampled_from([TINY, SYNTHETIC, None]), st.sampled_from([*TAKING, "menu", ""]), typed)
def test_what_is_offered_fits_a_platform_and_is_taken(
    course: Course | None, command: str, text: str
) -> None:
    offered = suggest(ALL, course, command, text)
    assert len(offered) <= MOST
    assert all(0 < len(said) <= LONGEST for pair in offered for said in pair)
    assert len({label for label, _ in offered}) == len({value for _, value in offered})
    assert len({value for _, value in offered}) == len(offered)
    assert all(takes(course or TINY, command, value) for _, value in offered)


@given(st.lists(terms, max_size=40), names, typed)
def test_long_and_odd_names_in_a_course_fit_as_well(
    found: list[str], title: str, text: str
) -> None:
    first = next(TINY.lessons())
    worded = tuple(Term.model_construct(term=term, definition="x") for term in found)
    lessons = tuple(
        first.model_copy(update={"id": f"l-{n}", "title": title * 2, "terms": worded})
        for n in range(3)
    )
    course = replace(TINY, modules=(Module("m", "M", "", lessons),))
    for command in ("open", "glossary"):
        offered = suggest(ALL, course, command, text)
        assert len(offered) <= MOST
        assert all(0 < len(said) <= LONGEST for pair in offered for said in pair)
        assert len({label for label, _ in offered}) == len(offered)
        assert all(takes(course, "open", value) for _, value in offered if command == "open")


@pytest.mark.parametrize("command", TAKING)
def test_without_a_letter_the_first_ones_are_offered(command: str) -> None:
    everything = {
        "open": list(TINY.units),
        "glossary": reference.names(TINY),
        "zone": list(account.zones()),
    }.get(command, list(ALL.courses))
    assert values(command, "") == values(command, "  ") == everything[:MOST]


def test_what_begins_so_comes_before_what_holds_it_and_what_is_near() -> None:
    assert values("open", "QUIZ")[:2] == ["m1-l1-quiz", "m1-l2-quiz"]
    assert values("open", "cup") == ["m1-l1", "m1-l1-quiz"]
    assert values("open", "m1-l2")[:2] == ["m1-l2", "m1-l2-quiz"]
    assert values("open", "kettel")[0] == "m1-intro"
    assert values("open", "m8 lab", SYNTHETIC)[0].startswith("m8-")
    assert values("zone", "new y")[0] == "America/New_York"
    assert values("zone", "Europe/Ber")[0] == "Europe/Berlin"
    assert values("zone", "berl")[0] == "Europe/Berlin"
    assert values("start", "toast")[0] == "tiny"
    assert values("glossary", "tanin")[0] == "tannin"


def test_nothing_is_offered_where_nothing_fits_or_is_asked_for() -> None:
    assert values("open", "zzzzzz") == []
    assert values("forget", "y") == values("nonsense", "") == []
    assert values("open", "", None) == values("glossary", "", None) == []
    assert values("start", "", None) == list(ALL.courses)


def test_a_long_label_is_cut_and_a_long_value_is_left_out() -> None:
    lesson = next(TINY.lessons())
    worded = tuple(Term.model_construct(term=term, definition="x") for term in ("y" * 101, "ok"))
    long = lesson.model_copy(update={"title": "t" * 200, "terms": worded})
    course = replace(TINY, modules=(Module("m", "M", "", (long,)),))
    ((label, value),) = suggest(ALL, course, "open", "")
    assert (len(label), label[-1], value) == (LONGEST, "…", lesson.id)
    assert values("glossary", "", course) == ["ok"]


def test_two_units_that_read_the_same_are_told_apart() -> None:
    lesson: Lesson = next(TINY.lessons())
    twins = tuple(lesson.model_copy(update={"id": f"m{n}-l1"}) for n in (1, 2))
    course = replace(TINY, modules=(Module("m", "M", "", twins),))
    labels = [label for label, _ in suggest(ALL, course, "open", "")]
    assert labels == ["L1 · " + lesson.title, f"L1 · {lesson.title} (m2-l1)"]


def test_an_old_profile_names_its_course_and_a_stranger_the_only_one() -> None:
    alone, chosen = Library({"tiny": TINY}), replace(ANN.profile, course="tiny")
    assert engine.complete(alone, ANN.profile, "open", "m1-intro")[0][1] == "m1-intro"
    assert engine.complete(ALL, chosen, "open", "m1-intro")[0][1] == "m1-intro"
    assert engine.complete(ALL, ANN.profile, "open", "m1-intro") == ()


@given(st.sampled_from(list(ALL.courses)), anything)
def test_open_answers_whatever_is_typed(course: str, text: str) -> None:
    asked = Event(NOW, ANN, Commanded("open", text))
    session = Session("ann", course, next(iter(ALL.courses[course].units)), Reading(0))
    turn = engine.step(ALL, session, asked)
    assert isinstance(turn, Done) or (isinstance(turn, Turn) and turn.messages[0].text)
