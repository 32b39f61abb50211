"""Reminders come when somebody asked for them, at their local time, and never to harass."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import engine
from bot.commands.replay import read
from bot.conversation import (
    Caller,
    Cancelled,
    Changed,
    Choice,
    Cohort,
    Commanded,
    Dated,
    Done,
    Event,
    Job,
    Key,
    Known,
    Map,
    Member,
    Membership,
    Message,
    Override,
    Place,
    Profile,
    Reading,
    Record,
    Reminding,
    Roster,
    Rows,
    Scheduled,
    Session,
    Stand,
    Streak,
    Told,
    Turn,
    Visit,
    Woke,
)
from bot.flows.groups import notices, reminder_card, reminders, waking
from bot.flows.groups.notices import deadline_jobs, more_time
from bot.flows.scene import Scene
from bot.flows.when import local_of, utc
from bot.flows.when.clocks import written
from bot.flows.when.words import DAYS
from bot.schedule import next_due, slot

from .conftest import TINY

LIBRARY = read(TINY)
COURSE = LIBRARY.courses["tiny"]
UNITS = [unit.id for module in COURSE.modules for unit in module.required]
HOME, HALL = Place("paper", "ann"), Place("paper", "hall", private=False)
NOW = datetime(2026, 3, 25, 12, tzinfo=UTC)  # a Wednesday, four days before Europe's clocks change
BERLIN = "Europe/Berlin"
ZONES = [
    BERLIN,
    "America/New_York",
    "Pacific/Chatham",
    "Asia/Kolkata",
    "UTC",
    "Australia/Lord_Howe",
]
EVERY_DAY = "MO,TU,WE,TH,FR,SA,SU"
SLEEPLESS = Reminding(quiet_from=0, quiet_to=0)

zones = st.sampled_from(ZONES)
minutes = st.integers(0, 24 * 60 - 1)
moments = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=passed)
)
some_days = st.sets(st.sampled_from(DAYS), min_size=1).map(
    lambda chosen: ",".join(day for day in DAYS if day in chosen)
)
remindings = st.builds(Reminding, days=some_days, at=minutes, quiet_from=minutes, quiet_to=minutes)


def scene(
    reminding: Reminding = SLEEPLESS,
    *,
    zone: str = BERLIN,
    at: datetime = NOW,
    session: Session | None = None,
    visits: tuple[Visit, ...] | None = (),
    **by: object,
) -> Scene:
    profile = Profile("Ann", zone, course="tiny", reminding=reminding)
    caller = Caller("ann", HOME, profile=profile, direct=HOME, **by)  # type: ignore[arg-type]
    known = () if visits is None else ((Done("ann", "tiny"), visits),)
    return Scene(LIBRARY, COURSE, session or Session("ann", "tiny"), caller, at, known)


def turn(outcome: object) -> Turn:
    assert isinstance(outcome, Turn)
    return outcome


def remind(args: str, there: Scene | None = None) -> Turn:
    return turn(reminders.command(there or scene(), args))


def told(outcome: Turn) -> str:
    return "\n".join(message.text for message in outcome.messages)


def whats(choices: tuple[Choice, ...]) -> list[str]:
    keys = [Key.parse(choice.key) for choice in choices]
    return [key.what for key in keys if key]


def reminding(outcome: Turn) -> Reminding:
    (profile,) = (r.profile for r in outcome.records if isinstance(r, Changed))
    return profile.reminding


def jobs(records: tuple[Record, ...]) -> list[Job]:
    return [record.job for record in records if isinstance(record, Scheduled)]


def cancelled(records: tuple[Record, ...]) -> list[str]:
    return [record.job for record in records if isinstance(record, Cancelled)]


def local(at: datetime, zone: str = BERLIN) -> datetime:
    return at.astimezone(ZoneInfo(zone))


# -- asking for them -------------------------------------------------------------------------


def test_nobody_is_reminded_who_did_not_ask() -> None:
    assert (Reminding().days, Reminding().deadlines) == ("", False)
    shown = remind("")
    assert "do not remind" in told(shown)
    assert shown.records == ()
    offered = ["rem-daily", "rem-three", "rem-due", "rem-off"]
    assert whats(shown.messages[0].choices) == offered


@pytest.mark.parametrize(
    ("line", "days", "at"),
    [
        ("daily 19:00", EVERY_DAY, 19 * 60),
        ("Daily at 19:00", EVERY_DAY, 19 * 60),
        ("every day at 7 pm", EVERY_DAY, 19 * 60),
        ("mon wed fri 18:30", "MO,WE,FR", 18 * 60 + 30),
        ("monday, wednesday 18:30", "MO,WE", 18 * 60 + 30),
        ("every monday at 18:30", "MO", 18 * 60 + 30),
        ("weekdays 7pm", "MO,TU,WE,TH,FR", 19 * 60),
        ("weekdays", "MO,TU,WE,TH,FR", 18 * 60),
        ("19:00", EVERY_DAY, 19 * 60),
    ],
)
def test_days_and_a_time_are_read_as_people_write_them(line: str, days: str, at: int) -> None:
    outcome = remind(line)
    kept = reminding(outcome)
    assert (kept.days, kept.at, kept.place) == (days, at, HOME)
    (job,) = jobs(outcome.records)
    assert (job.id, job.subject, job.course, job.place) == ("rem:ann", "ann", "tiny", HOME)
    assert job.rule.startswith(f"FREQ=WEEKLY;BYDAY={days};")
    assert job.zone == BERLIN
    assert job.due > NOW
    assert local(job.due).hour * 60 + local(job.due).minute == at


def test_a_time_alone_keeps_the_days_that_were_chosen() -> None:
    there = scene(replace(SLEEPLESS, days="MO,WE"))
    assert reminding(remind("20:00", there)).days == "MO,WE"


@pytest.mark.parametrize(
    "line", ["hello", "daily 25:00", "25:00", "at", "mon 18:00 wed", "x" * 6000, "@everyone 19:00"]
)
def test_what_cannot_be_read_changes_nothing_and_is_explained(line: str) -> None:
    outcome = remind(line)
    assert outcome.records == ()
    assert len(told(outcome)) > 20
    assert "@" not in told(outcome)


@given(st.text(max_size=60) | st.text("0123456789:-apm dwo,", max_size=20))
def test_any_words_after_remind_have_an_answer(line: str) -> None:
    outcome = remind(line)
    assert told(outcome)
    assert all(isinstance(record, Changed | Scheduled | Cancelled) for record in outcome.records)


def test_a_time_in_the_quiet_hours_is_refused() -> None:
    outcome = remind("daily 23:00", scene(Reminding()))
    assert outcome.records == ()
    assert "23:00 is in your quiet hours, 22:00 to 07:00" in told(outcome)


def test_quiet_hours_that_cover_the_reminders_are_refused() -> None:
    there = scene(replace(SLEEPLESS, days="MO", at=21 * 60))
    outcome = remind("quiet 20-8", there)
    assert outcome.records == ()
    assert "21:00" in told(outcome)
    assert remind("quiet 22-8", there).records


def test_quiet_hours_can_be_set_and_taken_back() -> None:
    kept = reminding(remind("quiet 22-8"))
    assert (kept.quiet_from, kept.quiet_to) == (22 * 60, 8 * 60)
    kept = reminding(remind("quiet off", scene(Reminding())))
    assert not any(waking.is_quiet(kept, minute) for minute in range(24 * 60))
    assert remind("quiet 8-8").records == ()
    assert reminding(remind("quiet 18:30-24:00")).quiet_to == 0


def test_off_takes_everything_back() -> None:
    asked = replace(SLEEPLESS, days="MO", deadlines=True, snoozed=NOW + timedelta(days=2))
    outcome = remind("off", scene(asked))
    kept = reminding(outcome)
    assert (kept.days, kept.deadlines, kept.snoozed) == ("", False, None)
    assert cancelled(outcome.records) == ["rem:ann"]


def test_deadlines_are_asked_for_by_themselves() -> None:
    assert reminding(remind("deadlines on")).deadlines
    kept = reminding(remind("deadlines off", scene(replace(SLEEPLESS, days="MO", deadlines=True))))
    assert (kept.days, kept.deadlines) == ("MO", False)
    assert remind("deadlines perhaps").records == remind("deadlines").records == ()


@pytest.mark.parametrize(
    ("line", "length"),
    [
        ("", 3),
        ("3 days", 3),
        ("1 day", 1),
        ("2 weeks", 14),
        ("a week", 7),
        ("for 2w", 14),
        ("5", 5),
    ],
)
def test_a_break_lasts_as_long_as_it_says(line: str, length: int) -> None:
    outcome = remind(f"snooze {line}", scene(replace(SLEEPLESS, days="MO")))
    assert reminding(outcome).snoozed == NOW + timedelta(days=length)
    assert not jobs(outcome.records)
    assert not cancelled(outcome.records)


@pytest.mark.parametrize("line", ["0 days", "400 days", "99 weeks", "soon", "-3", "3 days more"])
def test_a_break_of_no_length_is_refused(line: str) -> None:
    outcome = remind(f"snooze {line}")
    assert outcome.records == ()
    assert "/remind snooze 3 days" in told(outcome)


def test_a_break_can_be_ended() -> None:
    there = scene(replace(SLEEPLESS, days="MO", snoozed=NOW + timedelta(days=2)))
    assert "keep quiet" in told(remind("", there))
    assert reminding(remind("snooze off", there)).snoozed is None


def test_who_has_not_said_where_they_are_is_asked_for_their_zone() -> None:
    assert "/zone" in told(remind("daily 19:00", scene(zone="UTC")))
    assert "/zone" not in told(remind("daily 19:00"))


def test_the_buttons_do_what_they_say() -> None:
    def press(what: str) -> Turn:
        return turn(reminders.pressed(scene(replace(SLEEPLESS, days="TU")), what))

    assert reminding(press("rem-daily")).days == EVERY_DAY
    assert reminding(press("rem-three")).days == "MO,WE,FR"
    alone = press("rem-due")
    assert (reminding(alone).days, reminding(alone).deadlines) == ("", True)
    assert cancelled(alone.records) == cancelled(press("rem-off").records) == ["rem:ann"]
    assert reminding(press("rem-snooze-3")).snoozed == NOW + timedelta(days=3)
    assert not reminding(press("rem-deadlines-off")).deadlines
    assert reminders.pressed(scene(), "rem-nonsense") is None
    assert reminders.pressed(scene(), "rem-off-x") is None


def test_every_button_leads_somewhere_whoever_shows_it() -> None:
    there = scene(replace(SLEEPLESS, days="MO"), session=Session("ann", "tiny", UNITS[0]))
    messages = [*remind("", there).messages, reminder_card.offer(there)]
    messages += [*woken(there).messages, *turn(due(member("bo"))).messages]
    for what in {what for message in messages for what in whats(message.choices)}:
        known = what == "continue" or what in [module.id for module in COURSE.modules]
        assert known or reminders.pressed(there, what) is not None


def test_who_joins_is_asked_once_and_who_said_so_is_shown_how_it_is() -> None:
    assert "Shall I remind you" in reminder_card.offer(scene()).text
    assert "rem-off" in whats(reminder_card.offer(scene()).choices)
    shown = reminder_card.offer(scene(replace(SLEEPLESS, days="MO,FR")))
    assert "on Monday and Friday at 18:00" in shown.text


def test_a_change_leaves_the_open_prompt_as_it_is() -> None:
    open_ = Session("ann", "tiny", UNITS[0], Reading(0), turn=7)
    there = scene(session=open_)
    assert remind("daily 19:00", there).session == open_
    assert whats(remind("daily 19:00", there).messages[0].choices) == ["continue"]


# -- when they come --------------------------------------------------------------------------


@given(some_days, minutes, zones, moments)
def test_reminders_stay_at_the_local_time_over_two_changes_of_clocks(
    days: str, at: int, zone: str, now: datetime
) -> None:
    profile = Profile("Ann", zone, reminding=replace(SLEEPLESS, days=days, at=at))
    (job,) = jobs(waking.rescheduled(scene(zone=zone, at=now), profile))
    assert now < job.due <= now + timedelta(days=8)
    seen: list[datetime] = []
    due: datetime | None = job.due
    while due is not None and due < now + timedelta(days=400):
        seen.append(local(due, zone))
        job = replace(job, due=due)
        due = next_due(job, due)
    days_seen = [each.date() for each in seen]
    assert days_seen == sorted(set(days_seen))
    chosen = [DAYS.index(day) for day in days.split(",")]
    assert {each.weekday() for each in seen} == set(chosen)
    # A time that a change skips comes as the same moment, and the next one is on time again.
    wanted = [utc(f"{each:%Y-%m-%d}T{written(at)}", zone) for each in seen]
    assert [each.astimezone(UTC) for each in seen] == wanted
    assert sum(each.hour * 60 + each.minute != at for each in seen) <= 2


def test_an_hour_that_is_skipped_moves_one_reminder_and_none_after_it() -> None:
    profile = Profile("Ann", BERLIN, reminding=replace(SLEEPLESS, days="SU,MO", at=2 * 60 + 30))
    (job,) = jobs(waking.rescheduled(scene(), profile))
    following = next_due(job, job.due)
    assert following is not None
    times = [local_of(job.due, BERLIN), local_of(following, BERLIN)]
    assert times == ["2026-03-29T03:30", "2026-03-30T02:30"]


@given(some_days, minutes, zones, zones, moments)
def test_a_change_of_zone_never_reminds_twice_under_one_local_time(
    days: str, at: int, old: str, new: str, now: datetime
) -> None:
    asked = replace(SLEEPLESS, days=days, at=at)
    there = scene(asked, zone=old, at=now)
    before = jobs(waking.rescheduled(there, there.by.profile))[0]
    while before.due > now - timedelta(days=8):
        before = replace(before, due=before.due - timedelta(days=1))
    gone: set[str] = set()
    found = next_due(before, before.due)
    while found is not None and found <= now:
        gone.add(slot(replace(before, due=found)))
        found = next_due(before, found)
    (after,) = jobs(waking.rescheduled(there, replace(there.by.profile, zone=new)))
    assert after.zone == new
    assert slot(after) not in gone
    assert after.due > now


def test_who_is_not_reminded_needs_no_job_in_another_zone() -> None:
    assert waking.rescheduled(scene(), Profile(zone="UTC")) == ()


# -- a reminder ------------------------------------------------------------------------------

EVENINGS = replace(SLEEPLESS, days=EVERY_DAY, at=18 * 60, place=HOME)
DUE = utc("2026-03-25T18:00", BERLIN)


def woken(there: Scene, due: datetime | None = None) -> Turn:
    job = Job("rem:ann", "ann", "tiny", HOME, due or there.at, zone=BERLIN)
    return turn(waking.woke(there, job))


def evening(reminding: Reminding = EVENINGS, **more: object) -> Scene:
    return scene(reminding, **{"at": DUE, **more})  # type: ignore[arg-type]


def test_a_reminder_says_where_they_are_and_how_to_go_on_or_stop() -> None:
    open_ = Session("ann", "tiny", UNITS[1], Reading(0), turn=7)
    there = evening(session=open_, visits=(Visit(UNITS[0], 1, True), Visit(UNITS[1], 1)))
    outcome = woken(there)
    assert there.name(COURSE.units[UNITS[1]]) in told(outcome)
    assert COURSE.title in told(outcome)
    assert whats(outcome.messages[0].choices) == ["continue", "rem-snooze-3", "rem-off"]
    assert outcome.session == replace(open_, reminded=1)
    assert outcome.records == ()


def test_at_home_the_next_open_unit_is_named() -> None:
    outcome = woken(evening(visits=(Visit(UNITS[0], 1, True),)))
    assert scene().name(COURSE.units[UNITS[1]]) in told(outcome)


def test_what_is_done_is_looked_up_first() -> None:
    job = Job("rem:ann", "ann", "tiny", HOME, DUE)
    assert waking.woke(evening(visits=None), job) == Done("ann", "tiny")


@pytest.mark.parametrize(
    "there",
    [
        evening(replace(EVENINGS, snoozed=DUE + timedelta(minutes=1))),
        evening(replace(EVENINGS, quiet_from=17 * 60, quiet_to=19 * 60)),
        evening(session=Session("ann", "tiny", streak=Streak(3, at=DUE - timedelta(hours=9)))),
        evening(session=Session("ann", "tiny", reminded=3)),
        evening(visits=tuple(Visit(unit, 1, True) for unit in UNITS)),
        evening(access="cohort"),
        replace(evening(), course=engine.LOBBY),
    ],
    ids=["snoozed", "quiet", "learned", "three", "done", "stranger", "lobby"],
)
def test_there_are_reasons_to_say_nothing(there: Scene) -> None:
    assert woken(there) == Turn(there.session)


def test_yesterdays_learning_is_no_reason_to_say_nothing() -> None:
    yesterday = Streak(3, at=DUE - timedelta(hours=20), zone=BERLIN)
    assert woken(evening(session=Session("ann", "tiny", streak=yesterday))).messages


def test_after_a_long_stop_an_old_reminder_is_not_sent() -> None:
    assert woken(evening(), DUE - timedelta(hours=3)).messages
    assert woken(evening(), DUE - timedelta(hours=3, seconds=1)).messages == ()


def test_a_reminder_that_nobody_wants_any_more_takes_its_job_back() -> None:
    outcome = woken(evening(SLEEPLESS))
    assert (outcome.messages, outcome.records) == ((), (Cancelled("rem:ann"),))


def test_units_that_open_later_are_no_reason_to_remind() -> None:
    cohort = replace(COHORT, dates=tuple(Dated(m.id, "2026-06-01T09:00") for m in COURSE.modules))
    assert woken(evening(cohorts=(Membership(cohort),))).messages == ()


def test_after_three_in_a_row_there_is_silence_until_they_are_back() -> None:
    session, texts = Session("ann", "tiny"), list[str]()
    for day in range(10):
        there = evening(session=session, at=DUE + timedelta(days=day))
        outcome = woken(there)
        assert outcome.session is not None
        session = outcome.session
        texts += [message.text for message in outcome.messages]
    assert len(texts) == waking.MOST == 3
    assert ["last reminder" in text for text in texts] == [False, False, True]
    back = step(session, evening(), Commanded("progress"))
    assert back.session is not None
    assert back.session.reminded == 0
    assert woken(evening(session=back.session)).messages


def step(session: Session, there: Scene, what: Commanded | Woke) -> Turn:
    event: Event | Known = Event(there.at, there.by, what)
    for _ in range(4):
        outcome = engine.step(LIBRARY, session, event)
        if isinstance(outcome, Turn):
            return outcome
        event = Known(outcome, (), event)
    raise AssertionError("it asks for ever")


def test_the_engine_keeps_a_reminders_buttons_and_the_open_prompt() -> None:
    session = Session("ann", "tiny", UNITS[0], Reading(0), turn=7)
    job = Job("rem:ann", "ann", "tiny", HOME, DUE)
    outcome = step(session, evening(), Woke(job))
    assert outcome.session is not None
    assert (outcome.session.turn, outcome.session.reminded) == (7, 1)
    assert whats(outcome.session.offered)[0] == "continue"


@given(remindings, zones, moments, st.lists(st.sampled_from("wl"), max_size=30))
def test_reminders_never_come_in_quiet_hours_nor_more_than_three_in_a_row(
    asked: Reminding, zone: str, now: datetime, deeds: list[str]
) -> None:
    there = scene(asked, zone=zone, at=now)
    (job,) = jobs(waking.rescheduled(there, there.by.profile))
    session, in_row = Session("ann", "tiny"), 0
    for deed in deeds:
        if deed == "l":
            session, in_row = replace(session, reminded=0), 0
            continue
        outcome = woken(scene(asked, zone=zone, at=job.due, session=session), job.due)
        assert outcome.session is not None
        session = outcome.session
        if outcome.messages:
            in_row += 1
            clock = local(job.due, zone)
            assert not waking.is_quiet(asked, clock.hour * 60 + clock.minute)
        assert in_row <= 3
        due = next_due(job, job.due)
        assert due is not None
        job = replace(job, due=due)


# -- quiet hours -----------------------------------------------------------------------------


@given(minutes, minutes)
def test_every_minute_is_quiet_or_not_and_the_borders_are_clear(begin: int, end: int) -> None:
    asked = Reminding(quiet_from=begin, quiet_to=end)
    quiet = sum(waking.is_quiet(asked, minute) for minute in range(24 * 60))
    assert quiet == (end - begin) % (24 * 60)
    assert not waking.is_quiet(asked, end)


@given(remindings, zones, moments, st.none() | st.integers(-100, 100))
def test_what_waits_for_the_end_of_quiet_hours_comes_at_their_end(
    asked: Reminding, zone: str, now: datetime, snoozed: int | None
) -> None:
    until = None if snoozed is None else now + timedelta(hours=snoozed)
    asked = replace(asked, snoozed=until)
    time = waking.free(asked, zone, now)
    assert time >= max(now, until or now)
    assert time - max(now, until or now) <= timedelta(hours=26)
    clock = local(time, zone)
    # Quiet hours that leave less than an hour may swallow the hour of a change of clocks.
    if (asked.quiet_from - asked.quiet_to) % (24 * 60) >= 60:
        assert not waking.is_quiet(asked, clock.hour * 60 + clock.minute)


# -- what is due -----------------------------------------------------------------------------

COHORT = Cohort(
    "c1",
    "tiny",
    "Spring *1*",
    BERLIN,
    place=HALL,
    dates=(
        Dated("m1", "2026-03-20T09:00", "2026-03-30T17:00"),
        Dated("m2", "2026-04-01T09:00"),
    ),
)
END = utc("2026-03-30T17:00", BERLIN)
BEFORE = END - timedelta(hours=24)
WANTING = replace(SLEEPLESS, deadlines=True)
M1 = [unit.id for unit in COURSE.modules[0].required]


def member(learner: str, reminding: Reminding = WANTING, **more: object) -> Member:
    place = Place("paper", learner)
    made = Member(learner, learner.title(), NOW, BERLIN, reminding=reminding, place=place)
    return replace(made, **more)  # type: ignore[arg-type]


def among(at: datetime, members: tuple[Member, ...], stands: tuple[Stand, ...] = ()) -> Scene:
    by = Caller("c1", HALL)
    known: tuple[tuple[Roster | Map, Rows], ...] = ((Roster("c1"), members), (Map("c1"), stands))
    return Scene(LIBRARY, COURSE, Session("c1", "tiny"), by, at, known)


def due(
    *members: Member, at: datetime = BEFORE, stands: tuple[Stand, ...] = (), cohort: Cohort = COHORT
) -> Turn:
    return turn(notices.due(among(at, members, stands), cohort, "m1"))


def due_for(
    one: Member, at: datetime, stands: tuple[Stand, ...] = (), cohort: Cohort = COHORT
) -> Turn:
    return turn(notices.due_for(among(at, (one,), stands), cohort, "m1", one.learner))


def to(outcome: Turn) -> list[str]:
    return [message.to.chat for message in outcome.messages if message.to]


def more(until: str, number: int = 1) -> tuple[Override, ...]:
    return (Override(number, "time", "m1", "boss", NOW, until=until),)


def test_who_asked_for_it_is_told_what_is_due_and_how_far_they_are() -> None:
    outcome = due(member("bo"), stands=(Stand("bo", M1[0], 1, True), Stand("bo", M1[1], 1)))
    assert to(outcome) == ["bo"]
    assert "1 of 5 parts" in told(outcome)
    assert "**Tea** is due on" in told(outcome)
    assert "17:00" in told(outcome)
    assert "*1*" not in told(outcome)
    assert whats(outcome.messages[0].choices) == ["m1", "rem-deadlines-off"]
    assert outcome.records == (Told("c1", "due m1"),)


def test_the_time_is_that_of_the_members_own_zone() -> None:
    text = told(due(member("bo", zone="America/New_York")))
    assert "11:00" in text
    assert "America/New_York" in text


def test_who_did_not_ask_cannot_be_reached_or_is_done_is_not_told() -> None:
    done = tuple(Stand("cy", unit, 1, True) for unit in M1)
    excused = tuple(Override(n, "excuse", unit, "boss", NOW) for n, unit in enumerate(M1[2:]))
    begun = tuple(Stand("di", unit, 1, True) for unit in M1[:2])
    outcome = due(
        member("al", SLEEPLESS),
        member("bo", place=None),
        member("cy"),
        member("di", overrides=excused),
        member("ed"),
        stands=done + begun,
    )
    assert to(outcome) == ["ed"]


def test_who_has_more_time_is_told_the_day_before_their_own_end() -> None:
    later = member("bo", overrides=more("2026-04-03T17:00"))
    outcome = due(later, member("cy"))
    assert to(outcome) == ["cy"]
    (job,) = jobs(outcome.records)
    own = utc("2026-04-02T17:00", BERLIN)
    assert (job.id, job.subject, job.course, job.due) == ("due:c1:m1:bo", "c1", "tiny", own)
    assert to(due_for(later, own)) == ["bo"]


def test_whoever_has_quiet_hours_is_told_at_their_end() -> None:
    night = replace(WANTING, quiet_from=16 * 60, quiet_to=20 * 60)
    outcome = due(member("bo", night), member("cy"))
    assert to(outcome) == ["cy"]
    (job,) = jobs(outcome.records)
    assert (job.id, local_of(job.due, BERLIN)) == ("due:c1:m1:bo", "2026-03-29T20:00")
    assert to(due_for(member("bo", night), job.due)) == ["bo"]


def test_a_break_is_respected_until_it_ends_or_it_is_too_late() -> None:
    short = replace(WANTING, snoozed=BEFORE + timedelta(hours=5))
    assert [job.due for job in jobs(due(member("bo", short)).records)] == [short.snoozed]
    long = replace(WANTING, snoozed=BEFORE + timedelta(hours=21))
    outcome = due(member("bo", long))
    assert (outcome.messages, jobs(outcome.records)) == ((), [])


def test_a_notice_that_is_twenty_hours_late_is_not_sent() -> None:
    assert to(due(member("bo"), at=BEFORE + timedelta(hours=20))) == ["bo"]
    late = BEFORE + timedelta(hours=20, seconds=1)
    assert due(member("bo"), at=late) == Turn(Session("c1", "tiny"))
    assert due_for(member("bo"), late).messages == ()


def test_an_own_notice_of_a_date_that_was_moved_leaves_it_to_the_cohorts() -> None:
    moved = replace(COHORT, dates=(Dated("m1", due="2026-04-20T17:00"),))
    outcome = due_for(member("bo"), BEFORE + timedelta(hours=3), cohort=moved)
    assert outcome == Turn(Session("c1", "tiny"))


def test_an_own_notice_follows_time_that_was_given_once_more() -> None:
    later = member("bo", overrides=more("2026-04-03T17:00") + more("2026-04-09T17:00", 2))
    (job,) = jobs(due_for(later, utc("2026-04-02T17:00", BERLIN)).records)
    assert local_of(job.due, BERLIN) == "2026-04-08T17:00"


def test_what_is_gone_is_told_to_nobody() -> None:
    nothing = Turn(Session("c1", "tiny"))
    there = among(BEFORE, (member("bo"),))
    assert notices.due(there, COHORT, "m9") == nothing
    assert notices.due_for(there, COHORT, "m9", "bo") == nothing
    assert notices.due_for(there, COHORT, "m1", "stranger") == nothing
    assert notices.opened(there, COHORT, "m9") == nothing
    assert due(member("bo"), cohort=replace(COHORT, state="archived")) == nothing
    assert due(member("bo"), cohort=replace(COHORT, dates=())) == nothing


def test_members_and_stands_are_looked_up() -> None:
    there = replace(among(BEFORE, ()), known=())
    assert notices.due(there, COHORT, "m1") == Roster("c1")
    there = replace(there, known=((Roster("c1"), ()),))
    assert notices.due(there, COHORT, "m1") == Map("c1")


@given(
    remindings, zones, st.integers(-30, 30), st.none() | st.integers(1, 200), st.integers(-50, 300)
)
def test_one_notice_reaches_a_member_in_time_or_none_and_never_in_quiet_hours(
    asked: Reminding, zone: str, late: int, extra: int | None, snoozed: int
) -> None:
    asked = replace(asked, deadlines=True, snoozed=BEFORE + timedelta(hours=snoozed))
    until = "" if extra is None else local_of(END + timedelta(hours=extra), BERLIN)
    bo = member("bo", asked, zone=zone, overrides=more(until) if until else ())
    at, outcome, sent = BEFORE + timedelta(hours=max(late, 0)), None, list[datetime]()
    for _ in range(6):
        outcome = due(bo, at=at) if outcome is None else due_for(bo, at)
        sent += [at for _ in outcome.messages]
        waiting = jobs(outcome.records)
        if not waiting:
            break
        assert waiting[0].due > at
        at = waiting[0].due
    else:
        raise AssertionError("it is put off for ever")
    assert len(sent) <= 1
    end = utc(until, BERLIN) if until else END
    for time in sent:
        clock = local(time, zone)
        assert not waking.is_quiet(asked, clock.hour * 60 + clock.minute)
        assert timedelta(hours=4) <= end - time <= timedelta(hours=24)


# -- what opens ------------------------------------------------------------------------------

OPENS = utc("2026-04-01T09:00", BERLIN)


def opened(*members: Member, at: datetime = OPENS, cohort: Cohort = COHORT) -> Turn:
    return turn(notices.opened(among(at, members), cohort, "m2"))


def test_a_module_that_opens_is_posted_once_and_told_to_who_asked() -> None:
    outcome = opened(member("al", SLEEPLESS), member("bo"))
    assert to(outcome) == ["hall", "bo"]
    assert outcome.messages[0] == Message("**Toast** is open now.", to=HALL)
    assert outcome.records == (Told("c1", "open m2"),)
    assert to(opened(member("bo"), cohort=replace(COHORT, place=None))) == ["bo"]


def test_nothing_is_said_of_an_opening_that_is_long_past_or_still_to_come() -> None:
    for hours in (-1, 21):
        assert opened(member("bo"), at=OPENS + timedelta(hours=hours)).messages == ()


def test_an_opening_in_somebodys_quiet_hours_is_told_at_their_end_without_another_post() -> None:
    bo = member("bo", replace(WANTING, quiet_from=0, quiet_to=10 * 60))
    outcome = opened(bo)
    assert to(outcome) == ["hall"]
    (job,) = jobs(outcome.records)
    assert (job.id, local_of(job.due, BERLIN)) == ("due:c1:m2:bo", "2026-04-01T10:00")
    there = among(job.due, (bo,))
    assert to(turn(notices.due_for(there, COHORT, "m2", "bo"))) == ["bo"]


# -- their jobs ------------------------------------------------------------------------------


def test_dates_of_a_cohort_become_jobs_and_none_for_what_is_past() -> None:
    found = jobs(deadline_jobs(None, COHORT, NOW))
    assert [(job.id, job.due) for job in found] == [("due:c1:m1", BEFORE), ("open:c1:m2", OPENS)]
    assert all((job.subject, job.course, job.place) == ("c1", "tiny", HALL) for job in found)
    assert all((job.rule, job.zone) == ("", BERLIN) for job in found)
    assert deadline_jobs(None, COHORT, END + timedelta(days=9)) == ()


def test_dates_that_stay_need_no_new_job_and_dates_that_go_take_theirs_back() -> None:
    assert deadline_jobs(COHORT, COHORT, NOW) == ()
    bare = replace(COHORT, dates=())
    assert deadline_jobs(bare, bare, NOW) == ()
    gone = cancelled(deadline_jobs(COHORT, bare, NOW))
    assert gone == ["due:c1:m1", "open:c1:m1", "open:c1:m2"]
    past = replace(COHORT, dates=(Dated("m1", "2026-03-20T09:00", "2026-03-24T17:00"),))
    assert cancelled(deadline_jobs(COHORT, past, NOW)) == ["due:c1:m1", "open:c1:m2"]


def test_a_cohort_that_moves_to_another_zone_keeps_its_dates_by_the_clock() -> None:
    found = jobs(deadline_jobs(COHORT, replace(COHORT, zone="Asia/Kolkata"), NOW))
    times = [(job.id, local_of(job.due, "Asia/Kolkata")) for job in found]
    assert times == [("due:c1:m1", "2026-03-29T17:00"), ("open:c1:m2", "2026-04-01T09:00")]


def test_a_date_within_a_day_is_told_after_an_hour_while_that_helps() -> None:
    def job_for(due: str) -> list[datetime]:
        after = replace(COHORT, dates=(Dated("m1", due=due),))
        return [job.due for job in jobs(deadline_jobs(None, after, NOW))]

    assert job_for("2026-03-26T09:00") == [NOW + timedelta(hours=1)]
    assert job_for("2026-03-25T17:00") == []


def test_more_time_for_one_is_a_job_of_their_own() -> None:
    (job,) = jobs(more_time(COHORT, "m1", "bo", "2026-04-03T17:00", NOW))
    assert (job.id, local_of(job.due, BERLIN)) == ("due:c1:m1:bo", "2026-04-02T17:00")
    assert jobs(more_time(COHORT, "m1", "bo", "2026-03-25T15:00", NOW)) == []


@given(zones, moments, st.integers(1, 400))
def test_members_are_told_a_day_before_the_end_whatever_the_clocks_do(
    zone: str, now: datetime, hours: int
) -> None:
    end = local_of(now + timedelta(hours=hours), zone)
    cohort = replace(COHORT, zone=zone, dates=(Dated("m1", due=end),))
    for job in jobs(deadline_jobs(None, cohort, now)):
        left = utc(end, zone) - job.due
        assert now < job.due
        assert timedelta(hours=4) <= left <= notices.AHEAD
