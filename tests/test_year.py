"""A whole year of a cohort in a few seconds: every slot once, at its own local time."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from benchmarks.year import HALL, WEEKLY, Year, faults, lived
from bot.conversation import Place
from tests.platforms.driver import MEMORY

LEARNERS = 20

pytestmark = pytest.mark.xdist_group("year")  # so that it is lived by one worker alone


@pytest.fixture(scope="session")  # a module's would be gone when the worker turns elsewhere
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """Lived once. The file is kept in memory, where there is such a place: it is never cut off."""
    folder = tmp_path_factory.mktemp("year")
    if MEMORY.is_dir():
        folder = MEMORY / f"syllabot-{folder.parent.name}-{folder.name}"
        folder.mkdir()
    yield asyncio.run(lived(folder, LEARNERS))
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def test_every_slot_is_committed_once_at_its_local_time(year: Year) -> None:
    assert faults(year) == []


def test_the_year_has_stops_deeds_and_all_kinds_of_slots(year: Year) -> None:
    kinds = {slot.partition(":")[0] for slot in year.slots()}
    assert kinds == {"rem", "post", "close", "due"}
    assert len(year.stops) > 20 and len(year.slots()) > 6_000
    reminded = [c for c in year.commits if c.event.startswith("rem:") and c.messages]
    assert len(reminded) > 100


def test_a_post_arrives_once_for_each_of_its_slots(year: Year) -> None:
    boards = [c for c in year.commits if c.slot and c.slot.id.endswith(":1") and c.messages]
    arrived = [o for _, o in year.sent if o.place == HALL and "points this week" in o.message.text]
    assert len(boards) > 40
    assert len(arrived) == len(boards)


def test_a_post_of_unknown_delivery_is_told_and_never_repeated(year: Year) -> None:
    told = [o for _, o in year.sent if "I do not know whether it arrived" in o.message.text]
    assert {o.place for o in told} == {Place("paper", "kim")}
    assert len(told) == year.unknown > 5
    assert not [o for _, o in year.sent if o.place == HALL and "Hello all" in o.message.text]


def test_what_is_due_is_told_once_to_each(year: Year) -> None:
    due = [(o.place, o.message.text) for _, o in year.sent if "is due" in o.message.text]
    assert due and len(due) == len(set(due))


def test_a_question_pays_each_learner_once_at_most(year: Year) -> None:
    weeks = len([c for c in year.commits if c.slot and c.slot.id.endswith(":2")])
    closed = [c for c in year.commits if c.event.startswith("close:")]
    assert len(WEEKLY) == 3 and weeks >= len(closed) > 40


@pytest.mark.parametrize("kind", ["rem:", "post:"])
def test_a_slot_that_is_missing_repeated_or_late_is_found(year: Year, kind: str) -> None:
    place, slot = next(
        (n, c) for n, c in enumerate(year.commits) if c.slot and c.event.startswith(kind)
    )
    without = [*year.commits[:place], *year.commits[place + 1 :]]
    assert any("is missing" in f for f in faults(replace(year, commits=without)))
    twice = [*year.commits, slot]
    assert any("came 2 times" in f for f in faults(replace(year, commits=twice)))
    late = replace(slot, at=slot.at + timedelta(minutes=1))
    moved = [*year.commits[:place], late, *year.commits[place + 1 :]]
    assert any("was taken at" in f for f in faults(replace(year, commits=moved)))
