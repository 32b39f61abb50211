"""When a job comes next, across clock changes and long stops."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import Job, Place
from bot.schedule import next_due, slot

HERE = Place("terminal", "ann")


def job(due: datetime, rule: str = "FREQ=DAILY", zone: str = "Europe/Berlin") -> Job:
    return Job("rem:ann", "ann", "tea", HERE, due, rule, zone)


def test_a_job_without_a_rule_comes_once() -> None:
    due = datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert next_due(job(due, rule=""), due) is None


@pytest.mark.parametrize("day", [28, 29, 30])
def test_nine_stays_nine_when_the_clocks_go_forward(day: int) -> None:
    due = datetime(2026, 3, day - 1, 8 if day <= 29 else 7, tzinfo=UTC)
    begun = datetime(2026, 3, 27, 8, tzinfo=UTC)
    following = next_due(job(begun), due)
    assert following is not None
    from zoneinfo import ZoneInfo

    local = following.astimezone(ZoneInfo("Europe/Berlin"))
    assert (local.day, local.hour) == (day, 9)


def test_an_hour_that_is_skipped_is_taken_as_the_same_moment() -> None:
    begun = datetime(2026, 3, 28, 1, 30, tzinfo=UTC)  # 02:30 in Berlin; on the 29th there is none
    assert next_due(job(begun), begun) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_an_hour_that_is_skipped_is_still_to_come_while_its_later_moment_is() -> None:
    begun = datetime(2026, 3, 28, 1, 30, tzinfo=UTC)  # 02:30 in Berlin, on the 29th at 03:30
    after = datetime(2026, 3, 29, 1, 10, tzinfo=UTC)  # 03:10 on that clock
    assert next_due(job(begun), after) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_an_hour_that_comes_twice_is_taken_once() -> None:
    begun = datetime(2026, 10, 24, 0, 30, tzinfo=UTC)  # 02:30 in Berlin, twice on the 25th
    first = next_due(job(begun), begun)
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_due(job(begun), first) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_what_was_missed_in_a_long_stop_is_passed_over() -> None:
    begun = datetime(2026, 1, 1, 8, tzinfo=UTC)
    after = begun + timedelta(days=40, hours=1)
    assert next_due(job(begun), after) == datetime(2026, 2, 11, 8, tzinfo=UTC)


def test_a_rule_may_end() -> None:
    begun = datetime(2026, 1, 1, 8, tzinfo=UTC)
    assert next_due(job(begun, "FREQ=DAILY;COUNT=2"), begun + timedelta(days=3)) is None


@given(
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Chatham"]),
    st.integers(0, 365 * 24 * 60),
)
def test_the_next_time_is_always_later_and_its_slot_another(zone: str, minutes: int) -> None:
    begun = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    first = job(begun, zone=zone)
    following = next_due(first, begun)
    assert following is not None
    assert timedelta(0) < following - begun <= timedelta(days=1, hours=2)
    assert slot(job(following, zone=zone)) != slot(first)
