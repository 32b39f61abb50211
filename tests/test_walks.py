"""Random walks: whatever somebody does, in whatever order, the rules of the engine hold."""

import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import engine
from bot.conversation import (
    KEY_BYTES,
    Answered,
    Commanded,
    Completed,
    Event,
    Known,
    Look,
    Message,
    Opened,
    Pressed,
    Record,
    Said,
    Session,
    Turn,
)
from bot.course.items import Quiz
from bot.course.model import Course, Library
from bot.permissions import COMMANDS
from bot.replay.engine_driver import EngineDriver

NAMES = ["m1-l1-quiz", "m1-l2", "m2-l1", "Quiz: Milk or lemon", "a good cup", "kettel"]
texts = st.one_of(
    st.sampled_from(
        ["1", "2", "a", "B", "next", "back", "help", "", " ", "/", "@everyone", *NAMES]
    ),
    st.text(max_size=40),
)
pressing = st.integers(0, 40).map(lambda back: ("press", back))
forging = st.one_of(
    st.text(max_size=70),
    st.builds(
        "{}.{}.{}.{}".format,
        st.sampled_from(["next", "retake", "m1-l1-q1-a", "m2-l1", "forget-yes", "m1", "x"]),
        st.integers(0, 3),
        st.integers(0, 9),
        st.sampled_from(["tiny", "other", ""]),
    ),
).map(lambda key: ("forge", key))
speaking = texts.map(lambda text: ("say", text))
commanding = st.tuples(st.sampled_from([*COMMANDS, "nonsense"]), texts).map(
    lambda pair: ("command", pair)
)
deeds = st.one_of(pressing, pressing, pressing, speaking, commanding, forging)
# A stretch of straight learning first, so that walks also begin deep in the course.
walks = st.builds(
    lambda far, rest: [("command", ("start", "")), *[("first", "")] * far, *rest],
    st.integers(0, 24),
    st.lists(deeds, max_size=40),
)


@dataclass(slots=True)
class Walker:
    """Takes steps in a world and keeps what was shown and recorded."""

    world: EngineDriver
    shown: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def take(self, kind: str, what: object) -> None:
        match kind, what:
            case "press", int(back) if self.shown:
                deed: Pressed | Said | Commanded = Pressed(self.shown[-1 - back % len(self.shown)])
            case "first", _ if self.messages:
                deed = Pressed(self.messages[-1].choices[0].key)
            case "forge", str(key):
                deed = Pressed(key)
            case "command", (str(name), str(args)):
                deed = Commanded(name, args)
            case _:
                deed = Said(str(what))
        heard = asyncio.run(self.world.act("ann", "", deed))
        self.messages += heard.messages
        self.shown += [choice.key for message in heard.messages for choice in message.choices]
        if any(record.kind == "forgotten" for record in heard.records):
            self.records.clear()
        else:
            self.records += heard.records


def walk(library: Library, steps: list[tuple[str, object]]) -> Walker:
    walker = Walker(EngineDriver(library))
    for kind, what in steps:
        walker.take(kind, what)
    return walker


@given(walks)
@settings(max_examples=150)
def test_no_walk_raises_or_breaks_a_session(steps: list[tuple[str, object]]) -> None:
    walk(LIBRARY, steps)  # the driver takes every session and record through JSON


@given(walks)
@settings(max_examples=100)
def test_scores_stay_within_bounds_and_each_first_answer_counts_once(
    steps: list[tuple[str, object]],
) -> None:
    records = walk(LIBRARY, steps).records
    for record in records:
        if isinstance(record, Completed):
            assert 0 <= record.score <= record.out_of
    answers = [(r.unit, r.item, r.attempt) for r in records if isinstance(r, Answered)]
    assert len(answers) == len(set(answers))
    earned = [r for r in records if isinstance(r, Completed) and r.points]
    assert len(earned) == len({r.unit for r in earned})


@given(walks)
@settings(max_examples=100)
def test_no_unit_is_done_or_opened_before_it_is_open(steps: list[tuple[str, object]]) -> None:
    records = walk(TINY_ONLY, steps).records
    course = TINY_ONLY.courses["tiny"]
    opened: set[str] = set()
    done: set[str] = set()
    for record in records:
        match record:
            case Opened(unit):
                before = predecessor(course, unit)
                assert before is None or before in done or unit in opened
                opened.add(unit)
            case Answered(unit):
                assert unit in opened
            case Completed(unit):
                assert unit in opened
                done.add(unit)


@given(walks)
@settings(max_examples=100)
def test_a_quiz_is_done_when_every_item_was_answered_once(
    steps: list[tuple[str, object]],
) -> None:
    course = TINY_ONLY.courses["tiny"]
    answered: set[tuple[str, int, str]] = set()
    for record in walk(TINY_ONLY, steps).records:
        if isinstance(record, Answered):
            answered.add((record.unit, record.attempt, record.item))
        unit = course.units.get(record.unit) if isinstance(record, Completed) else None
        if isinstance(record, Completed) and isinstance(unit, Quiz):
            given_now = {i for u, a, i in answered if (u, a) == (record.unit, record.attempt)}
            assert given_now == {item.id for item in unit.items}


@given(walks)
@settings(max_examples=60)
def test_what_is_shown_fits_every_platform_and_gives_no_answer_away(
    steps: list[tuple[str, object]],
) -> None:
    for message in walk(LIBRARY, steps).messages:
        assert message.text.strip()
        assert len(message.choices) <= 25
        for choice in message.choices:
            assert len(choice.key.encode()) <= KEY_BYTES
            assert 0 < len(choice.label) <= 80
            assert "correct" not in choice.key + choice.label


@given(walks)
@settings(max_examples=60)
def test_the_same_input_always_gives_the_same_turn(steps: list[tuple[str, object]]) -> None:
    seen: list[tuple[Session, Event | Known, Turn | Look]] = []
    original = engine.step

    def noted(library: Library, session: Session, event: Event | Known) -> Turn | Look:
        outcome = original(library, session, event)
        seen.append((session, event, outcome))
        return outcome

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "step", noted)
        walk(LIBRARY, steps)
    for session, event, outcome in seen:
        assert original(LIBRARY, session, event) == outcome


def predecessor(course: Course, unit: str) -> str | None:
    units = [each.id for each in course.module_of[unit].units]
    place = units.index(unit)
    return units[place - 1] if place else None


@pytest.fixture(autouse=True, scope="module")
def libraries(tiny: Library, two_courses: Library) -> None:
    global LIBRARY, TINY_ONLY
    LIBRARY, TINY_ONLY = two_courses, tiny


LIBRARY = TINY_ONLY = Library({})
