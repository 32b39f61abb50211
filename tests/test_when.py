"""Times as people write them: what is read, what is refused and why, and what stays true."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.conversation import Job, Place
from bot.flows.when import (
    Times,
    Unclear,
    clock,
    days,
    local_of,
    moment,
    recurring,
    span,
    split,
    spoken,
    utc,
)
from bot.phrases import LANGUAGES, say
from bot.schedule import next_due

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)  # Friday, 12:00 in Berlin
ZONES = st.sampled_from([BERLIN, "America/New_York", "Pacific/Chatham", "Asia/Kolkata", "UTC"])
MOMENTS = st.integers(0, 2 * 366 * 24 * 60).map(
    lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n)
)
english = partial(say, "en")

WORDS = (
    "weekly daily monthly every each other once mon friday fridays sunday weekdays weekend to and "
    "on the at of first second last day days week weeks month in 1 2 3 29 30 31 32 0 a 9 9:00 "
    "17:00 25:00 5 pm am noon midnight 5pm 12am december dec 1st 2026 2027 2026-12-01 "
    "2026-12-01t17:00 01.12.2026 03/04/2027 2026-02-30 february 29. today tomorrow next this hello "
    "- , fri, mon-fri"
).split()
LINES = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
TIMES = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
DAY_NAMES = st.sampled_from("monday tue wed thursday fri saturday sun".split())
OFTEN = st.one_of(
    st.just("daily"),
    st.just("weekdays"),
    st.just("weekend"),
    st.builds("every {} days".format, st.integers(1, 52)),
    st.builds("weekly {}".format, DAY_NAMES),
    st.builds("every {} {}".format, DAY_NAMES, DAY_NAMES),
    st.builds("every {} weeks {} {}".format, st.integers(1, 52), DAY_NAMES, DAY_NAMES),
    st.builds("monthly {}".format, st.integers(1, 31)),
    st.builds(
        "monthly {} {}".format, st.sampled_from("first second third fourth last".split()), DAY_NAMES
    ),
)
RULES = st.builds("{} {}".format, OFTEN, TIMES)


def fault(found: object) -> str:
    """The phrase of a refusal, which can be said."""
    assert isinstance(found, Unclear), found
    assert found.said(english)
    return found.key


# -- a moment ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2026-12-01", "2026-12-01T09:00"),
        ("2026-12-01 17:00", "2026-12-01T17:00"),
        ("2026-12-01T17:00", "2026-12-01T17:00"),
        ("2026/12/01 5pm", "2026-12-01T17:00"),
        ("1 December", "2026-12-01T09:00"),
        ("the 1st of December at 5 p.m.", "2026-12-01T17:00"),
        ("1. Dec 2027 17:00", "2027-12-01T17:00"),
        ("December 1", "2026-12-01T09:00"),
        ("December 1st, 2026, 17:00", "2026-12-01T17:00"),
        ("1 March", "2027-03-01T09:00"),
        ("29 February", "2028-02-29T09:00"),
        ("01.12.2026", "2026-12-01T09:00"),
        ("25/12/2026", "2026-12-25T09:00"),
        ("12/12/2026", "2026-12-12T09:00"),
        ("today 18:00", "2026-11-27T18:00"),
        ("TOMORROW", "2026-11-28T09:00"),
        ("noon tomorrow", "2026-11-28T12:00"),
        ("5pm on monday", "2026-11-30T17:00"),
        ("in 3 days", "2026-11-30T09:00"),
        ("in a week 18:30", "2026-12-04T18:30"),
        ("friday", "2026-12-04T09:00"),
        ("friday 17:00", "2026-11-27T17:00"),
        ("next friday 5pm", "2026-12-04T17:00"),
        ("next monday", "2026-11-30T09:00"),
        ("Friday 4 December, 17:00", "2026-12-04T17:00"),
        ("fri 2026-12-04 9", "2026-12-04T09:00"),
    ],
)
def test_a_moment_is_read(text: str, local: str) -> None:
    assert moment(text, BERLIN, NOW) == local


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("30 February", "when.no-such-day"),
        ("2027-02-29", "when.no-such-day"),
        ("31 April 2027 9:00", "when.no-such-day"),
        ("2026-13-01", "when.no-month"),
        ("2026-11-27 11:59", "when.past"),
        ("today", "when.past"),
        ("27 November 9:00", "when.past"),
        ("0000-01-01", "when.past"),
        ("0001-01-01 00:00", "when.past"),
        ("9999-12-31 23:59", "when.too-far"),
        ("in 9999 weeks", "when.too-far"),
        ("2031-11-28", "when.too-far"),
        ("03/04/2027", "when.two-days"),
        ("monday 4 december", "when.wrong-weekday"),
        ("friday 25:00", "when.no-hour"),
        ("friday 13 pm", "when.no-hour"),
        ("friday midnight", "when.midnight"),
        ("17:00", "when.no-day"),
        ("soon", "when.unread"),
        ("", "when.unread"),
        ("1.12", "when.no-day"),
        ("monday friday", "when.unread"),
        ("m1 5", "when.unread"),
        ("1 " * 5000, "when.unread"),
        ("9" * 5000, "when.unread"),
    ],
)
def test_what_is_no_moment_is_refused_with_its_reason(text: str, key: str) -> None:
    assert fault(moment(text, BERLIN, NOW)) == key


def test_a_refusal_says_how_to_mend_it() -> None:
    no_day, two = moment("30 feb", BERLIN, NOW), moment("03/04/2027", BERLIN, NOW)
    assert isinstance(no_day, Unclear) and isinstance(two, Unclear)
    assert "February has 29 days at most" in no_day.said(english)
    assert "3 April 2027 or 4 March 2027" in two.said(english)


def test_an_hour_may_be_given_for_days_without_one() -> None:
    assert moment("friday", BERLIN, NOW, hour="23:59") == "2026-11-27T23:59"


def test_what_was_typed_is_harmless_in_a_refusal() -> None:
    found = recurring("@everyone [x](http://a.b) `*_~ /start\n<@1>", BERLIN, NOW)
    assert isinstance(found, Unclear)
    assert not re.search(r"[@\[\]()<>`*_~/\n]", dict(found.values)["words"])


@given(LINES | st.text(), ZONES, MOMENTS)
@example("2026-12-01", "UTC", datetime(2028, 2, 29, tzinfo=UTC))
def test_a_moment_that_is_read_is_ahead_and_within_reach(
    text: str, zone: str, at: datetime
) -> None:
    found = moment(text, zone, at)
    if isinstance(found, Unclear):
        assert found.said(english)
    else:
        assert timedelta(0) < utc(found, zone) - at < timedelta(days=5 * 366)


# -- local times -------------------------------------------------------------------------------


def test_a_skipped_hour_is_the_same_moment_one_offset_later() -> None:
    assert utc("2027-03-28T02:30", BERLIN) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert moment("2027-03-28 02:30", BERLIN, NOW) == "2027-03-28T03:30"


def test_of_a_doubled_hour_the_first_is_meant() -> None:
    assert utc("2026-10-25T02:30", BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(ZONES, MOMENTS)
def test_a_moment_is_its_local_time_but_for_the_second_of_a_doubled_hour(
    zone: str, at: datetime
) -> None:
    assert at - utc(local_of(at, zone), zone) in (timedelta(0), timedelta(hours=1))


def test_a_local_time_is_spoken_with_its_year_where_that_is_another() -> None:
    assert spoken("2026-12-04T17:00", NOW, BERLIN, english) == "Friday 4 December, 17:00"
    assert spoken("2027-01-01T09:05", NOW, BERLIN, english) == "Friday 1 January 2027, 09:05"


@given(ZONES, MOMENTS, st.integers(1, 1500 * 24 * 60))
def test_what_is_spoken_can_be_written(zone: str, at: datetime, minutes: int) -> None:
    local = local_of(at + timedelta(minutes=minutes), zone)
    if utc(local, zone) > at:
        assert moment(spoken(local, at, zone, english), zone, at) == local


# -- again and again ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "rule", "said"),
    [
        ("weekly friday 17:00", "11-27T17:00", "WEEKLY;BYDAY=FR", "every Friday at 17:00"),
        ("every friday 5 pm", "11-27T17:00", "WEEKLY;BYDAY=FR", "every Friday at 17:00"),
        ("fridays at 9", "12-04T09:00", "WEEKLY;BYDAY=FR", "every Friday at 09:00"),
        ("9:00 every monday", "11-30T09:00", "WEEKLY;BYDAY=MO", "every Monday at 09:00"),
        ("daily 9:00", "11-28T09:00", "DAILY", "every day at 09:00"),
        ("every day at midnight", "11-28T00:00", "DAILY", "every day at 00:00"),
        ("mon-sun 9:00", "11-28T09:00", "DAILY", "every day at 09:00"),
        ("every 3 days 9:00", "11-28T09:00", "DAILY;INTERVAL=3", "every 3 days at 09:00"),
        (
            "weekdays 8:30",
            "11-30T08:30",
            "WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "from Monday to Friday at 08:30",
        ),
        (
            "mon, wed and fri 18:30",
            "11-27T18:30",
            "WEEKLY;BYDAY=MO,WE,FR",
            "every Monday, Wednesday and Friday at 18:30",
        ),
        (
            "every 2 weeks monday 9",
            "11-30T09:00",
            "WEEKLY;BYDAY=MO;INTERVAL=2",
            "every 2 weeks on Monday at 09:00",
        ),
        (
            "every other monday 9:00",
            "11-30T09:00",
            "WEEKLY;BYDAY=MO;INTERVAL=2",
            "every 2 weeks on Monday at 09:00",
        ),
        (
            "monthly 1 10:00",
            "12-01T10:00",
            "MONTHLY;BYMONTHDAY=1",
            "on day 1 of every month at 10:00",
        ),
        (
            "monthly on the 1st at 10:00",
            "12-01T10:00",
            "MONTHLY;BYMONTHDAY=1",
            "on day 1 of every month at 10:00",
        ),
        (
            "monthly 31 10:00",
            "11-30T10:00",
            "MONTHLY;BYMONTHDAY=-1",
            "on the last day of every month at 10:00",
        ),
        (
            "monthly 29 10:00",
            "11-29T10:00",
            "MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1",
            "on day 29 of every month, or its last day, at 10:00",
        ),
        (
            "monthly first monday 9:00",
            "12-07T09:00",
            "MONTHLY;BYDAY=1MO",
            "on the first Monday of every month at 09:00",
        ),
        (
            "the last friday of each month noon",
            "11-27T12:00",
            "MONTHLY;BYDAY=-1FR",
            "on the last Friday of every month at 12:00",
        ),
    ],
)
def test_times_that_come_again_are_read(text: str, first: str, rule: str, said: str) -> None:
    at = NOW - timedelta(minutes=1)
    found = recurring(text, BERLIN, at)
    assert isinstance(found, Times)
    hour, minute = (int(part) for part in first[-5:].split(":"))
    clocked = f"FREQ={rule};BYHOUR={hour};BYMINUTE={minute};BYSECOND=0"
    assert (found.first, found.rule, found.said) == (f"2026-{first}", clocked, said)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("once 2026-12-01 17:00", "2026-12-01T17:00"),
        ("tomorrow 17:00", "2026-11-28T17:00"),
        ("friday 17:00", "2026-11-27T17:00"),
    ],
)
def test_times_may_come_once(text: str, first: str) -> None:
    found = recurring(text, BERLIN, NOW)
    assert isinstance(found, Times)
    assert (found.first, found.rule) == (first, "")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("weekly friday", "when.no-time"),
        ("tomorrow", "when.no-time"),
        ("monthly 10", "when.no-time"),
        ("weekly 17:00", "when.which-day"),
        ("every 2 weeks 9:00", "when.which-day"),
        ("weekly friday 24:30", "when.no-hour"),
        ("weekly friday midnight", "when.midnight"),
        ("monthly 32 9:00", "when.no-month-day"),
        ("monthly 0 9:00", "when.no-month-day"),
        ("every 0 weeks monday 9:00", "when.every-how-many"),
        ("every 99 days 9:00", "when.every-how-many"),
        ("every 30 minutes", "when.too-often"),
        ("hourly", "when.too-often"),
        ("every hour 9:00", "when.too-often"),
        ("daily 9:00 17:00", "when.unread-times"),
        ("monthly fifth monday 9:00", "when.unread-times"),
        ("every second monday 9:00", "when.unread-times"),
        ("once 2020-01-01 9:00", "when.past"),
        ("monthly 30 february 9:00", "when.unread-times"),
        ("", "when.unread-times"),
        ("weekly friday 17:00" + " " * 9999, "when.unread-times"),
    ],
)
def test_what_does_not_come_again_is_refused_with_its_reason(text: str, key: str) -> None:
    assert fault(recurring(text, BERLIN, NOW)) == key


@given(RULES, ZONES, MOMENTS)
def test_what_is_said_reads_back_as_the_same(text: str, zone: str, at: datetime) -> None:
    found = recurring(text, zone, at)
    assert isinstance(found, Times)
    assert recurring(found.said, zone, at) == found


@given(LINES | st.text(), ZONES, MOMENTS)
def test_any_times_that_are_read_are_ahead_and_read_back(
    text: str, zone: str, at: datetime
) -> None:
    found = recurring(text, zone, at)
    if isinstance(found, Unclear):
        assert found.said(english)
    else:
        assert utc(found.first, zone) > at
        assert recurring(found.said, zone, at) == found


def comes(found: Times, zone: str, count: int) -> list[datetime]:
    """The first occurrences, planned one after the other as the shell does."""
    due = utc(found.first, zone)
    dues = [due]
    for _ in range(count):
        job = Job("post:1", "c", "tea", Place("terminal", "c"), due, found.rule, zone)
        following = next_due(job, due)
        assert following is not None
        due = following
        dues.append(due)
    return dues


def shift(local: str, zone: str) -> timedelta:
    """How much later than written a local time comes, where the clocks skip it."""
    return datetime.fromisoformat(local_of(utc(local, zone), zone)) - datetime.fromisoformat(local)


@given(RULES, ZONES, MOMENTS)
def test_the_clock_shows_the_same_time_at_each_occurrence(
    text: str, zone: str, at: datetime
) -> None:
    found = recurring(text, zone, at)
    assert isinstance(found, Times)
    written = text[-5:]
    dues = comes(found, zone, 30)
    for due in dues:
        local = local_of(due, zone)
        wanted = f"{local[:10]}T{written}"
        assert due == utc(wanted, zone)
        assert local == wanted or shift(wanted, zone)
    gaps = [later - due for due, later in pairwise(dues)]
    assert min(gaps) >= timedelta(hours=22)


@pytest.mark.parametrize("zone", [BERLIN, "America/New_York", "Pacific/Chatham", "Asia/Kolkata"])
def test_a_year_of_days_keeps_its_hour_over_both_changes_of_clocks(zone: str) -> None:
    for written in ("02:30", "02:45", "09:00", "23:59"):
        found = recurring(f"daily {written}", zone, datetime(2026, 1, 1, 12, tzinfo=UTC))
        assert isinstance(found, Times)
        locals_ = [local_of(due, zone) for due in comes(found, zone, 365)]
        assert len({local[:10] for local in locals_}) == 366
        odd = [local for local in locals_ if not local.endswith(written)]
        assert len(odd) <= 1


def test_every_two_weeks_begins_with_the_next_such_day_and_then_keeps_its_weeks() -> None:
    found = recurring("every 2 weeks mon fri 9:00", BERLIN, NOW)
    assert isinstance(found, Times)
    locals_ = [local_of(due, BERLIN)[5:10] for due in comes(found, BERLIN, 4)]
    assert locals_ == ["11-30", "12-04", "12-14", "12-18", "12-28"]


def test_a_day_that_a_month_lacks_is_its_last_one() -> None:
    for day, february in (("29", "02-28"), ("30", "02-28"), ("31", "02-28")):
        found = recurring(f"monthly {day} 9:00", BERLIN, datetime(2027, 1, 15, tzinfo=UTC))
        assert isinstance(found, Times)
        locals_ = [local_of(due, BERLIN)[5:10] for due in comes(found, BERLIN, 3)]
        last = "30" if day == "31" else day
        assert locals_ == [f"01-{day}", february, f"03-{day}", f"04-{last}"]


def test_a_time_that_the_clocks_skip_today_is_still_the_first() -> None:
    at = datetime(2027, 3, 28, 1, 10, tzinfo=UTC)  # 03:10 in Berlin, where 02:30 was skipped
    found = recurring("daily 2:30", BERLIN, at)
    assert isinstance(found, Times)
    assert utc(found.first, BERLIN) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


# -- times before words ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said", "rest"),
    [
        ("weekly friday 17:00 See you!", "every Friday at 17:00", "See you!"),
        ("weekly friday 17:00", "every Friday at 17:00", ""),
        ("every friday 5 pm: pizza", "every Friday at 17:00", "pizza"),
        ("daily 9:00 - on the way\n- one\n- two", "every day at 09:00", "on the way\n- one\n- two"),
        ("daily 9:00 on the way", "every day at 09:00", "on the way"),
        ("daily 9:00\n- one", "every day at 09:00", "- one"),
        (
            "once 2026-12-01 9:00 We meet on Friday.",
            "once on Tuesday 1 December 2026 at 09:00",
            "We meet on Friday.",
        ),
        (
            "tomorrow at noon 5 people",
            "once on Saturday 28 November 2026 at 12:00",
            "5 people",
        ),
        ("weekly friday 17:00 " + "x" * 5000, "every Friday at 17:00", "x" * 5000),
    ],
)
def test_times_are_told_from_the_words_behind_them(text: str, said: str, rest: str) -> None:
    found, words = split(text, BERLIN, NOW)
    assert isinstance(found, Times)
    assert (found.said, words) == (said, rest)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("weekly friday hello", "when.no-time"),
        ("weekly friday 25:00 hello", "when.no-hour"),
        ("30 february 9:00 hello", "when.no-such-day"),
        ("2020-01-01 9:00 hello", "when.past"),
        ("tomorrow 5 people meet", "when.bare-hour"),
        ("tomorrow a meeting", "when.no-time"),
        ("daily 9:00 17:00 hello", "when.two-times"),
        ("hello there", "when.unread-times"),
        ("", "when.unread-times"),
    ],
)
def test_words_without_times_are_refused_with_the_likeliest_reason(text: str, key: str) -> None:
    found, rest = split(text, BERLIN, NOW)
    assert (fault(found), rest) == (key, text)


@given(LINES | st.text(), ZONES, MOMENTS)
def test_no_line_breaks_anything(text: str, zone: str, at: datetime) -> None:
    found, rest = split(text, zone, at)
    assert text.endswith(rest) or text.rstrip().endswith(rest)
    if isinstance(found, Unclear):
        assert found.said(english)


# -- the day, and days -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("18:30", 1110),
        ("18.30", 1110),
        ("6pm", 1080),
        ("6:30 pm", 1110),
        ("6 P.M.", 1080),
        ("at 18", 1080),
        ("0", 0),
        ("9 o’clock", 540),
        ("noon", 720),
        ("midnight", 0),
        ("12am", 0),
        ("12 pm", 720),
    ],
)
def test_a_time_of_the_day_is_read(text: str, minutes: int) -> None:
    assert clock(text) == minutes


@pytest.mark.parametrize("text", ["24", "25:00", "18:60", "13 pm", "0 am"])
def test_a_time_that_no_clock_shows_is_refused(text: str) -> None:
    assert fault(clock(text)) == "when.no-hour"


@pytest.mark.parametrize("text", ["", "late", "18:3", "-1", "1:2:3", "٣", "9" * 999])
def test_what_is_no_time_of_the_day_is_refused(text: str) -> None:
    assert fault(clock(text)) == "when.clock"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("22-7", (1320, 420)),
        ("22:00 to 7:30", (1320, 450)),
        ("10pm-6am", (1320, 360)),
        ("10 pm – 6 am", (1320, 360)),
        ("from 22 until midnight", (1320, 0)),
        ("20-24", (1200, 0)),
        ("9-9", (540, 540)),
    ],
)
def test_two_times_are_read(text: str, minutes: tuple[int, int]) -> None:
    assert span(text) == minutes


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("22", "when.span"),
        ("22-", "when.span"),
        ("1-2-3", "when.span"),
        ("", "when.span"),
        ("25-7", "when.no-hour"),
        ("22-7:75", "when.no-hour"),
    ],
)
def test_what_are_not_two_times_is_refused(text: str, key: str) -> None:
    assert fault(span(text)) == key


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("daily", "MO,TU,WE,TH,FR,SA,SU"),
        ("every day", "MO,TU,WE,TH,FR,SA,SU"),
        ("weekdays", "MO,TU,WE,TH,FR"),
        ("every weekday", "MO,TU,WE,TH,FR"),
        ("weekend", "SA,SU"),
        ("mon wed fri", "MO,WE,FR"),
        ("monday, thursday", "MO,TH"),
        ("Fridays and Mondays", "MO,FR"),
        ("sat-mon", "MO,SA,SU"),
        ("tue to thu", "TU,WE,TH"),
        ("hello", None),
        ("", None),
        ("mon 17", None),
    ],
)
def test_days_are_read(text: str, rule: str | None) -> None:
    assert days(text) == rule


@given(LINES | st.text())
def test_no_text_breaks_a_clock_or_days(text: str) -> None:
    for found in (clock(text), span(text)):
        if isinstance(found, Unclear):
            assert found.said(english)
    assert days(text) is None or set(str(days(text)).split(",")) <= set(
        "MO TU WE TH FR SA SU".split()
    )


# -- languages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_names_each_day_and_month(language: str) -> None:
    parts = {"days": 7, "months": 12, "ordinals": 5}
    for name, count in parts.items():
        assert len(say(language, f"when.{name}").split("/")) == count
        assert len(say(language, f"when.read-{name}").split("/")) == count
    assert len(say(language, "when.read-each-day").split("/")) == 7


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_listed_twice(language: str) -> None:
    lists = [LANGUAGES[language][key] for key in LANGUAGES[language] if "when.read-" in key]
    words = [word for listed in lists for word in re.split(r"[ /]", listed)]
    assert sorted(words) == sorted(set(words))
    assert words == [word.casefold() for word in words]
