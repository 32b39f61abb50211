"""Cohorts in a real file: every Look at them, and that they agree with groups in plain memory."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from sqlite3 import connect
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import (
    Allowed,
    Answered,
    Appointed,
    Arranged,
    Asked,
    AtPlace,
    Board,
    Certificate,
    Certificates,
    Certified,
    Changed,
    Code,
    Cohort,
    Cohorts,
    Completed,
    Count,
    EveryCohort,
    Forgotten,
    Guessed,
    Guesses,
    Invitation,
    Invited,
    Joined,
    Kept,
    Left,
    Link,
    Linked,
    Links,
    Look,
    Map,
    Member,
    Membership,
    Moved,
    Named,
    Nudged,
    Opened,
    Override,
    Place,
    Profile,
    Record,
    Regraded,
    Replies,
    Reply,
    Reported,
    Role,
    Roster,
    Round,
    Rounds,
    Rows,
    Seal,
    Staff,
    Stand,
    Standing,
    Streaked,
    Told,
    Uninvited,
    Vote,
    Voted,
    Votes,
    Withdrawn,
    Won,
    direct,
)
from bot.replay.cohort_memory import CohortMemory
from bot.store import Commit, Stale, Store
from bot.store.boards import periods

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
HERE = Place("discord", "4242")
HALL = Place("discord", "hall", private=False)
EVENING = Cohort("c1", "tiny", "Evening", "Europe/Berlin", place=HALL)
MORNING = Cohort("c2", "big", "Morning", "Pacific/Chatham")
PEOPLE = ("ann", "bo", "cy")
GROUPS = ("c1", "c2")
NUMBERS = count()

Span = Literal["week", "month", "all"]
SPANS: tuple[Span, ...] = ("week", "month", "all")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "s.db")
    for who in PEOPLE:
        await met(opened, who)
    yield opened
    assert await opened.rebuild() == ()
    await opened.close()
    assert tallied(tmp_path / "s.db") == recounted(tmp_path / "s.db")


def turn(learner: str, *records: Record, at: datetime = AT, about: str = "tiny") -> Commit:
    """A turn of a learner's with these records."""
    name = f"e{next(NUMBERS)}"
    return Commit(name, at, learner, "", HERE, "", None, records, (), keep=True, about=about)


async def met(store: Store, who: str, at: datetime = AT) -> None:
    """Somebody wrote for the first time, with an account that is called as they are."""
    await store.learner(f"discord:{who}", lambda: who, at)


def tallied(path: Path) -> set[tuple[object, ...]]:
    return _read(path, "SELECT board, period, points, learners FROM tally")


def recounted(path: Path) -> set[tuple[object, ...]]:
    return _read(
        path,
        "SELECT board, period, points, COUNT(*) FROM standing"
        " WHERE shown = 1 AND points > 0 GROUP BY 1, 2, 3",
    )


def _read(path: Path, sql: str) -> set[tuple[object, ...]]:
    with closing(connect(path)) as db:
        return set(db.execute(sql))


def answered(item: str = "q1", points: int = 10, *, attempt: int = 1) -> Answered:
    return Answered("u1", item, ("a",), points > 0, attempt, "hash", points=points)


def called(alias: str, *, hidden: bool = False) -> Changed:
    return Changed(Profile(alias, hidden=hidden))


async def ranks(
    store: Store, board: str, span: Span = "all", me: str = "ann", at: datetime = AT
) -> list[tuple[int, str, int]]:
    """Rank, learner and points of a board's rows."""
    rows = await store.answer(Board(board, span, me, at))
    return [(row.rank, row.learner, row.points) for row in rows if isinstance(row, Standing)]


# -- what a cohort is --------------------------------------------------------------------------


async def test_a_cohort_is_found_by_its_id_by_its_place_and_among_all(store: Store) -> None:
    archived = replace(MORNING, title="A", state="archived")
    await store.commit(turn("ann", Arranged(EVENING, "ann"), Arranged(archived, "ann")))
    assert await store.answer(Cohorts(("c1", "none"))) == (EVENING,)
    assert await store.answer(Cohorts(("c1", "c2"))) == (archived, EVENING)
    assert await store.answer(EveryCohort()) == (EVENING, archived)
    assert await store.answer(AtPlace(replace(HALL, topic="9"))) == (EVENING,)
    assert await store.answer(AtPlace(HERE)) == ()


async def test_a_cohort_at_home_in_a_topic_is_in_no_other_topic(store: Store) -> None:
    home = replace(HALL, topic="9")
    await store.commit(turn("ann", Arranged(replace(EVENING, place=home), "ann")))
    assert len(await store.answer(AtPlace(home))) == 1
    assert await store.answer(AtPlace(HALL)) == ()


async def test_a_change_that_follows_on_no_version_harms_no_other_turn(store: Store) -> None:
    await store.commit(turn("ann", Arranged(EVENING, "ann")))
    late = turn("bo", Arranged(replace(EVENING, title="Late", version=3), "bo"), called("Bo"))
    turns = [turn("ann", called("Ann")), late, turn("cy", answered()), turn("cy", called("Cy"))]
    results = await asyncio.gather(*map(store.commit, turns), return_exceptions=True)
    assert [type(each) for each in results] == [tuple, Stale, tuple, tuple]
    assert await store.answer(Cohorts(("c1",))) == (EVENING,)
    assert await store.answer(Named("bo", "ann")) == (Count(0),)
    assert await store.answer(Named("cy", "ann")) == (Count(1),)
    assert (await ranks(store, "course:tiny", me="cy")) == [(1, "cy", 10)]


async def test_of_two_changes_at_once_one_is_stale(store: Store) -> None:
    await store.commit(turn("ann", Arranged(EVENING, "ann")))
    second = replace(EVENING, version=2)
    both = [turn(who, Arranged(replace(second, title=who), who)) for who in ("ann", "bo")]
    results = await asyncio.gather(*map(store.commit, both), return_exceptions=True)
    assert [type(each) for each in results] == [tuple, Stale]
    assert await store.answer(Cohorts(("c1",))) == (replace(second, title="ann"),)


async def test_a_stale_turn_may_be_tried_again_under_its_event(store: Store) -> None:
    stale = turn("ann", Arranged(replace(EVENING, version=2), "ann"))
    with pytest.raises(Stale):
        await store.commit(stale)
    assert await store.commit(replace(stale, records=(Arranged(EVENING, "ann"),))) == ()


async def test_two_versions_of_one_turn_follow_on_each_other(store: Store) -> None:
    second = replace(EVENING, version=2, title="Later")
    await store.commit(turn("ann", Arranged(EVENING, "ann"), Arranged(second, "ann")))
    assert await store.answer(Cohorts(("c1",))) == (second,)


# -- codes and guesses -------------------------------------------------------------------------


async def test_a_code_leads_somewhere_until_it_is_taken_back(store: Store) -> None:
    await store.commit(turn("ann", Invited("CODE", "learner", "c1", AT)))
    await store.commit(turn("ann", Invited("CODE", "learner", "c2")))
    assert await store.answer(Invitation("CODE")) == (Code("CODE", "learner", "c1", AT),)
    await store.commit(turn("ann", Uninvited("CODE")))
    assert await store.answer(Invitation("CODE")) == ()


@pytest.mark.parametrize("what", ["instructor", "link"])
async def test_of_two_who_use_a_code_at_once_one_is_too_late(store: Store, what: str) -> None:
    use: dict[str, tuple[Record, Record]] = {
        "instructor": (Appointed("c1", "bo"), Appointed("c1", "cy")),
        "link": (Linked("bo", "ann"), Linked("cy", "ann")),
    }
    await store.commit(turn("ann", Invited("CODE", "instructor", "c1")))
    uses = zip(("bo", "cy"), use[what], strict=True)
    turns = [turn(who, given, Uninvited("CODE")) for who, given in uses]
    results = await asyncio.gather(*map(store.commit, turns), return_exceptions=True)
    assert sorted(type(each).__name__ for each in results) == ["Stale", "tuple"]
    assert await store.answer(Invitation("CODE")) == ()


async def test_a_code_that_was_made_for_a_learner_goes_with_them(store: Store) -> None:
    await store.commit(turn("ann", Invited("CODE", "link", "ann")))
    await store.commit(turn("ann", Forgotten()))
    assert await store.answer(Invitation("CODE")) == ()


async def test_guesses_are_counted_since_a_time(store: Store) -> None:
    for hours in range(3):
        await store.commit(turn("ann", Guessed(), at=AT + timedelta(hours=hours)))
    assert await store.answer(Guesses("ann", AT + timedelta(hours=1))) == (Count(2),)
    assert await store.answer(Guesses("bo", AT)) == (Count(0),)


async def test_a_name_is_taken_in_whatever_case_and_width(store: Store) -> None:
    await store.commit(turn("ann", called("Straße  Ann")))
    assert await store.answer(Named("STRASSE \uff21nn", "bo")) == (Count(1),)
    assert await store.answer(Named("Straße Ann", "ann")) == (Count(0),)


async def test_a_seal_is_the_same_after_a_restart_and_another_in_another_file(
    tmp_path: Path,
) -> None:
    seals: list[str] = []
    for name in ("a.db", "a.db", "b.db"):
        opened = await Store.open(tmp_path / name)
        (kept,) = await opened.answer(Seal("text"))
        await opened.close()
        assert isinstance(kept, Kept)
        seals.append(kept.body)
    assert seals[0] == seals[1] != seals[2]
    assert len(seals[0]) == 32
    assert set(seals[0]) <= set("0123456789abcdef")


# -- people ------------------------------------------------------------------------------------


async def test_a_roster_tells_how_each_member_is(store: Store) -> None:
    later = AT + timedelta(days=1)
    extra = Override(1, "excuse", "u1", "bo", AT)
    await store.commit(turn("bo", Arranged(EVENING, "bo"), Appointed("c1", "bo"), called("Bo")))
    await store.commit(turn("ann", Joined("c1"), called("Ann")))
    await store.commit(turn("ann", answered(), at=later))
    await store.commit(turn("bo", Allowed("c1", "ann", extra), Nudged("c1", "ann", "bo"), at=later))
    ann = Member("ann", "Ann", AT, place=direct("discord:ann"), seen=later, overrides=(extra,))
    assert await store.answer(Roster("c1")) == (replace(ann, nudged=later),)
    staff = Member("bo", "Bo", AT, place=direct("discord:bo"), seen=AT)
    assert await store.answer(Staff("c1")) == (staff,)
    await store.close_place(Moved(direct("discord:ann"), None, "blocked"), "ann")
    (row,) = await store.answer(Roster("c1"))
    assert isinstance(row, Member)
    assert row.place is None


async def test_what_an_instructor_does_to_a_learner_makes_them_not_seen(store: Store) -> None:
    await store.commit(turn("bo", Arranged(EVENING, "bo")))
    await store.commit(turn("ann", Joined("c1")))
    later = AT + timedelta(days=9)
    extra = Override(1, "excuse", "u1", "bo", later)
    kind: tuple[Record, ...] = (
        Nudged("c1", "ann", "bo"),
        Allowed("c1", "ann", extra),
        Allowed("c1", "ann", extra, undone=True),
        Won("ann", "r1", "q1", 5),
        Regraded("ann", "u1", "q1", (), None, 0, False, 0, "hash", "bo"),
    )
    await store.commit(turn("bo", *kind, at=later))
    (row,) = await store.answer(Roster("c1"))
    assert isinstance(row, Member)
    assert row.seen == AT


async def test_who_leaves_is_gone_with_their_exceptions(store: Store) -> None:
    extra = Override(1, "unlock", "u1", "bo", AT)
    await store.commit(turn("bo", Arranged(EVENING, "bo"), Appointed("c1", "bo")))
    await store.commit(turn("ann", Joined("c1")))
    await store.commit(turn("bo", Allowed("c1", "ann", extra)))
    loaded = await store.load("ann", "")
    assert loaded.cohorts == (Membership(EVENING, (extra,)),)
    assert (await store.load("bo", "")).roles == {Role("instructor", "c1")}
    with pytest.raises(Stale):  # nobody would lead it any more
        await store.commit(turn("bo", Left("c1", "ann", "bo"), Appointed("c1", "bo", ended=True)))
    await store.commit(turn("bo", Appointed("c1", "cy")))
    await store.commit(turn("bo", Left("c1", "ann", "bo"), Appointed("c1", "bo", ended=True)))
    await store.commit(turn("ann", Joined("c1")))
    assert (await store.load("ann", "")).cohorts == (Membership(EVENING),)
    assert (await store.load("bo", "")).roles == frozenset()


async def test_an_exception_is_made_once_and_may_be_taken_back(store: Store) -> None:
    extra = Override(1, "time", "m1", "bo", AT, "2026-02-01T09:00")
    await store.commit(turn("bo", Arranged(EVENING, "bo"), Allowed("c1", "ann", extra)))
    with pytest.raises(Stale):
        await store.commit(turn("cy", Allowed("c1", "ann", replace(extra, by="cy"))))
    await store.commit(turn("ann", Joined("c1")))
    await store.commit(turn("bo", Allowed("c1", "ann", extra, undone=True)))
    assert (await store.load("ann", "")).cohorts == (Membership(EVENING),)


async def test_exceptions_of_a_person_with_several_accounts_come_in_their_order(
    store: Store,
) -> None:
    made = [Override(number, "unlock", "u1", "cy", AT) for number in (1, 2, 3)]
    await store.commit(turn("bo", Arranged(EVENING, "bo"), Joined("c1")))
    for who, extra in zip(("bo", "ann", "ann"), (made[1], made[2], made[0]), strict=True):
        await store.commit(turn("cy", Allowed("c1", who, extra)))
    await store.commit(turn("bo", Linked("bo", "ann")))
    assert (await store.load("ann", "")).cohorts == (Membership(EVENING, tuple(made)),)


# -- what was done -----------------------------------------------------------------------------


async def test_a_map_and_replies_tell_what_members_did(store: Store) -> None:
    soon = AT + timedelta(seconds=20)
    await store.commit(turn("bo", Arranged(EVENING, "bo")))
    await store.commit(turn("ann", Joined("c1"), Opened("u1")))
    await store.commit(turn("ann", answered(), at=soon))
    done = Completed("u1", score=1, out_of=2, points=5)
    await store.commit(turn("ann", done, at=soon))
    await store.commit(turn("cy", Opened("u1"), answered()))
    stand = Stand("ann", "u1", 1, True, 1, 1, 2, 15, soon)
    assert await store.answer(Map("c1")) == (stand,)
    reply = Reply("ann", "u1", "q1", ("a",), True, 1, "hash", "", 10, soon, 20.0)
    assert await store.answer(Replies("c1")) == (reply,)
    assert await store.answer(Replies("c1", "q1")) == (reply,)
    assert await store.answer(Replies("c1", "q2")) == ()


async def test_marks_that_were_put_right_change_map_replies_and_boards(store: Store) -> None:
    await store.commit(turn("bo", Arranged(EVENING, "bo")))
    await store.commit(turn("ann", Joined("c1"), called("Ann"), Opened("u1"), answered(points=0)))
    await store.commit(turn("ann", Completed("u1", score=0, out_of=1, passed=False)))
    right = Regraded("ann", "u1", "q1", ((1, True),), 1, 1, True, 10, "hash", "bo")
    await store.commit(turn("bo", right, Reported("u1", "q1", "hash", "wrong")))
    (stand,) = await store.answer(Map("c1"))
    assert stand == Stand("ann", "u1", 1, True, 1, 1, 1, 10, None)
    (reply,) = await store.answer(Replies("c1"))
    assert isinstance(reply, Reply)
    assert (reply.right, reply.points) == (True, 0)
    assert await ranks(store, "cohort:c1") == [(1, "ann", 10)]


async def test_the_last_answer_before_a_round_closes_counts(store: Store) -> None:
    asked = Round("r1", "c1", "tiny", "week", (("q1", "h"), ("q2", "h")), HALL, AT, AT)
    older = replace(asked, id="r0", opened=AT - timedelta(days=7), closed=True)
    await store.commit(turn("bo", Arranged(EVENING, "bo"), Asked(older), Asked(asked)))
    await store.commit(turn("bo", Won("ann", "r0", "q2", 10), Told("c1", "round")))
    await store.commit(turn("ann", called("Ann"), Joined("c1"), Voted("r1", 0, "a", False)))
    await store.commit(turn("ann", Voted("r1", 0, "b", True), Voted("r1", 1, "b", True)))
    votes = (
        Vote("ann", "Ann", False, 0, "b", True),
        Vote("ann", "Ann", False, 1, "b", True, before=True),
    )
    assert await store.answer(Votes("r1")) == votes
    assert await store.answer(Rounds("c1")) == (asked, older)
    await store.commit(turn("bo", Asked(replace(asked, closed=True))))
    assert await store.answer(Rounds("", "r1")) == (replace(asked, closed=True),)


async def test_certificates_are_found_by_learner_code_and_cohort(store: Store) -> None:
    given_ = Certified("K1", "u1", "Ann", "Unit one", 4, 5)
    await store.commit(turn("bo", Arranged(EVENING, "bo")))
    await store.commit(turn("ann", Joined("c1"), given_))
    kept = Certificate("K1", "ann", "tiny", "u1", "Ann", "Unit one", 4, 5, AT)
    for look in (Certificates("ann"), Certificates(code="K1"), Certificates(cohort="c1")):
        assert await store.answer(look) == (kept,)
    await store.commit(turn("bo", Withdrawn("ann", "K1", "A mistake")))
    assert await store.answer(Certificates("ann")) == (replace(kept, withdrawn="A mistake"),)
    assert await store.answer(Certificates("bo")) == ()


async def test_certificates_of_a_cohort_are_those_of_every_account_of_a_member(
    store: Store,
) -> None:
    await store.commit(turn("bo", Arranged(EVENING, "bo"), Joined("c1")))
    await store.commit(turn("cy", Certified("K1", "u1", "Cy", "Unit one")))
    for who in ("bo", "cy"):
        await store.commit(turn(who, Linked(who, "ann")))
    assert len(await store.answer(Certificates(cohort="c1"))) == 1


# -- boards ------------------------------------------------------------------------------------


async def test_points_earned_before_somebody_joins_count_in_the_cohort(store: Store) -> None:
    await store.commit(turn("ann", called("Ann"), answered()))
    await store.commit(turn("bo", Arranged(EVENING, "bo")))
    assert await ranks(store, "cohort:c1") == [(1, "ann", 0)]
    await store.commit(turn("ann", Joined("c1")))
    for span in SPANS:
        assert await ranks(store, "cohort:c1", span) == [(1, "ann", 10)]
    await store.commit(turn("ann", Left("c1", "ann")))
    assert await ranks(store, "cohort:c1") == [(1, "ann", 0)]
    assert await ranks(store, "course:tiny") == [(1, "ann", 10)]


async def test_ranks_are_right_after_somebody_is_forgotten(store: Store) -> None:
    for points, who in enumerate(PEOPLE, start=1):
        await store.commit(turn(who, called(who), answered(points=points)))
    board = [(1, "cy", 3), (2, "bo", 2), (3, "ann", 1)]
    assert await ranks(store, "course:tiny") == board
    await store.commit(turn("cy", Forgotten()))
    assert await ranks(store, "course:tiny") == [(1, "bo", 2), (2, "ann", 1)]
    (first, *_) = await store.answer(Board("course:tiny", "all", "ann", AT))
    assert first == Standing(1, "bo", "bo", 2, 2)


async def test_who_is_hidden_sees_themselves_and_is_seen_by_nobody(store: Store) -> None:
    await store.commit(turn("ann", called("Ann", hidden=True), answered()))
    await store.commit(turn("bo", called("Bo"), answered(points=5)))
    assert await ranks(store, "course:tiny") == [(1, "ann", 10), (1, "bo", 5)]
    assert await ranks(store, "course:tiny", me="bo") == [(1, "bo", 5)]
    await store.commit(turn("ann", called("Ann")))
    assert await ranks(store, "course:tiny", me="bo") == [(1, "ann", 10), (2, "bo", 5)]


async def test_a_page_has_the_first_ten_and_ones_own_neighbours(store: Store) -> None:
    names = [f"p{number:02}" for number in range(20)]
    for number, who in enumerate(names):
        await met(store, who)
        await store.commit(turn(who, called(who), answered(points=100 - number // 2)))
    rows = await ranks(store, "course:tiny", me="p15")
    assert [who for _, who, _ in rows] == [*names[:10], *names[13:18]]
    assert [rank for rank, _, _ in rows] == [1, 1, 3, 3, 5, 5, 7, 7, 9, 9, 13, 15, 15, 17, 17]


async def test_two_links_to_one_learner_count_no_thing_twice(store: Store) -> None:
    for who in PEOPLE:
        await store.commit(turn(who, called(who), answered()))
    await store.commit(turn("cy", answered("q2", 7)))
    await store.commit(turn("bo", answered("q2", 3)))
    before = await ranks(store, "course:tiny")
    for who in ("cy", "bo"):
        await store.commit(turn(who, Linked(who, "ann")))
    assert await ranks(store, "course:tiny") == [(1, "ann", 13)]
    assert await store.answer(Links("ann")) == (Link("bo", "ann", AT), Link("cy", "ann", AT))
    await store.commit(turn("ann", answered("q3", 1)))
    assert await ranks(store, "course:tiny") == [(1, "ann", 14)]
    for who in ("bo", "cy"):
        await store.commit(turn("ann", Linked(who, "ann", ended=True)))
    assert await ranks(store, "course:tiny") == [
        (1, "cy", 17), (2, "bo", 13), (3, "ann", 11)
    ]  # fmt: skip
    assert {who for _, who, _ in before} == set(PEOPLE)
    assert await store.answer(Links("ann")) == ()


async def test_a_link_that_is_undone_gives_back_the_old_boards(store: Store) -> None:
    await store.commit(turn("bo", Arranged(EVENING, "bo"), called("Bo"), Joined("c1"), answered()))
    await store.commit(turn("ann", called("Ann"), answered("q2", 4)))
    looks = [Board(board, span, me, AT) for board in BOARDS for span in SPANS for me in PEOPLE]
    before = [await store.answer(look) for look in looks]
    await store.commit(turn("bo", Linked("bo", "ann")))
    assert await ranks(store, "cohort:c1") == [(1, "ann", 14)]
    await store.commit(turn("ann", Linked("bo", "ann", ended=True)))
    assert [await store.answer(look) for look in looks] == before


@pytest.mark.parametrize(
    "again",
    [Linked("bo", "cy"), Linked("cy", "bo"), Linked("ann", "cy")],
    ids=["twice", "to one that points", "from one that is pointed to"],
)
async def test_links_never_make_a_chain(store: Store, again: Linked) -> None:
    await store.commit(turn("bo", Linked("bo", "ann")))
    with pytest.raises(Stale):
        await store.commit(turn("cy", again))


@pytest.mark.parametrize("who", ["ann", "bo"])
async def test_a_person_is_forgotten_with_all_accounts(store: Store, who: str) -> None:
    for each in PEOPLE:
        await store.commit(turn(each, called(each), answered()))
    await store.commit(turn("bo", Linked("bo", "ann")))
    await store.commit(turn(who, Forgotten()))
    assert await ranks(store, "course:tiny", me="cy") == [(1, "cy", 10)]
    assert await store.answer(Links("ann")) == ()
    assert await store.learner_of("discord:bo") is None


# -- the calendar ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "name", "since", "until"),
    [
        ("Europe/Berlin", "week 2026-03-23", "2026-03-22T23", "2026-03-29T22"),
        ("Europe/Berlin", "week 2026-10-19", "2026-10-18T22", "2026-10-25T23"),
        ("Europe/Berlin", "month 2026-03-01", "2026-02-28T23", "2026-03-31T22"),
        ("Pacific/Chatham", "week 2026-03-30", "2026-03-29T10:15", "2026-04-05T11:15"),
        ("Pacific/Chatham", "week 2026-09-21", "2026-09-20T11:15", "2026-09-27T10:15"),
        ("Pacific/Chatham", "month 2026-04-01", "2026-03-31T10:15", "2026-04-30T11:15"),
    ],
)
def test_weeks_and_months_follow_the_clocks_of_a_zone(
    zone: str, name: str, since: str, until: str
) -> None:
    day = datetime.fromisoformat(name.split()[1]).replace(hour=12, tzinfo=ZoneInfo(zone))
    (found,) = [row for row in periods(zone, day.astimezone(UTC)) if row[1] == name]
    assert str(found[2]).startswith(since)
    assert str(found[3]).startswith(until)


ZONES = ("UTC", "Europe/Berlin", "Pacific/Chatham", "America/Santiago", "Asia/Beirut")


@given(st.integers(0, 15 * 366 * 86_400), st.sampled_from(ZONES))
@settings(max_examples=200)
def test_each_moment_lies_in_one_week_and_one_month_and_they_leave_no_gap(
    seconds: int, zone: str
) -> None:
    at = AT + timedelta(seconds=seconds)
    text = f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"
    for name, since, until in [(str(r[1]), str(r[2]), str(r[3])) for r in periods(zone, at)]:
        assert since <= text < until
        if name != "all":
            following = periods(zone, datetime.fromisoformat(until))
            assert until in {row[2] for row in following}
            last = datetime.fromisoformat(until) - timedelta(microseconds=1)
            assert name in {row[1] for row in periods(zone, last)}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Chatham"])
async def test_points_around_midnight_fall_into_the_week_of_the_cohort(
    store: Store, zone: str
) -> None:
    """Also when the cohort is made long after the points were earned."""
    monday = datetime(2026, 3, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    before = monday - timedelta(microseconds=1)
    await store.commit(turn("ann", called("Ann"), answered("q1", 1), at=before))
    await store.commit(turn("ann", answered("q2", 2), at=monday))
    later = monday + timedelta(days=60)
    await store.commit(turn("bo", Arranged(replace(EVENING, zone=zone), "bo"), at=later))
    await store.commit(turn("ann", Joined("c1"), at=later))
    assert await ranks(store, "cohort:c1", "week", at=before) == [(1, "ann", 1)]
    assert await ranks(store, "cohort:c1", "week", at=monday) == [(1, "ann", 2)]
    assert await ranks(store, "cohort:c1", "week", at=later) == [(1, "ann", 0)]
    assert await ranks(store, "cohort:c1", "month", at=monday) == [(1, "ann", 3)]


# -- the same as plain memory ------------------------------------------------------------------

BOARDS = ("course:tiny", "course:big", "cohort:c1", "cohort:c2", "cohort:none")
CODES = ("K0", "K1", "K2")
ITEMS = ("q0", "q1", "q2")
BOSS = "x"
COURSES = {"c1": "tiny", "c2": "big"}
REGRADED = (None, 0, 2)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens: what, to whom, where, with which number, after how many hours."""

    what: str
    who: int
    group: int
    n: int
    hours: int


@dataclass(slots=True)
class World:
    """A file and plain memory that are told the same."""

    store: Store
    memory: CohortMemory = field(default_factory=CohortMemory)
    at: datetime = datetime(2026, 3, 20, tzinfo=UTC)
    accounts: list[str] = field(default_factory=list)
    at_once: int = 1
    waiting: list[Commit] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.memory.place = self.place

    def place(self, learner: str) -> Place | None:
        mine = self.memory.subjects(learner)
        return next((direct(f"discord:{a}") for a in reversed(self.accounts) if a in mine), None)

    async def meet(self, who: str) -> None:
        """Somebody writes for the first time, or the first time since they were forgotten."""
        if who not in self.memory.since:
            await met(self.store, who, self.at)
            self.memory.since[who] = self.at
            self.accounts.append(who)

    async def step(self, step: Step) -> None:
        self.at += timedelta(hours=step.hours, seconds=1)
        for who in (PEOPLE[step.who], BOSS):
            await self.meet(who)
        me = self.memory.canonical(PEOPLE[step.who])
        group = GROUPS[step.group]
        # A code is known to others, and somebody gone, only once that is written.
        if len(self.waiting) >= self.at_once or step.what in ("invite", "uninvite", "forget"):
            await self.flush()
        if step.what == "forget":
            await self.forget(me)
            return
        for learner, record in self.records(step, me, group):
            self.waiting.append(turn(learner, record, at=self.at, about=COURSES[group]))
            self.memory.keep(learner, COURSES[group], self.at, record)

    async def flush(self) -> None:
        """Let the file take what waits, in as few batches as it can."""
        results = await asyncio.gather(*map(self.store.commit, self.waiting))
        assert results == [()] * len(self.waiting)
        self.waiting = []

    async def forget(self, me: str) -> None:
        gone = self.memory.subjects(me)
        # Marks that were put right in an account which was linked then stay without their record.
        marked = [
            e.people for e in self.memory.log if e.who in gone and e.record.kind == "regraded"
        ]
        if any(people - gone for people in marked):
            return
        await self.store.commit(turn(me, Forgotten(), at=self.at))
        self.memory.forget(me)
        self.accounts = [each for each in self.accounts if each not in gone]

    def records(self, step: Step, me: str, group: str) -> list[tuple[str, Record]]:
        """What happens in a step, each with who caused it."""
        code, n = CODES[step.n], step.n
        match step.what:
            case "answer":
                paid = (0, 5, 10)[n]
                unit, hard = f"u{n % 2}", "hard" if not paid else ""
                right = Answered(unit, ITEMS[n], ("a",), paid > 0, 1, "h", hard, paid)
                return [(me, right)]
            case "complete":
                return self.complete(me, group, n)
            case "streak":
                return [(me, Streaked(f"{self.at:%Y-%m-%d}", 1, 2))]
            case "call":
                names = ("", "Same", me.title())
                return [(me, called(names[n], hidden=step.hours % 3 == 0))]
            case "arrange":
                return [(me, Arranged(self.arranged(step, group), me))]
            case "join":  # nobody joins what was not made
                return [(me, Joined(group))] if group in self.memory.cohorts else []
            case "leave":
                return [(BOSS, Left(group, me, BOSS)) if n else (me, Left(group, me))]
            case "appoint":
                return [(me, Appointed(group, me, ended=n == 2))]
            case "allow":
                return self.allow(group, me, n)
            case "link":
                return self.link(PEOPLE[step.who], PEOPLE[(step.who + 1 + n % 2) % len(PEOPLE)])
            case "unlink":
                return self.unlink(PEOPLE[step.who])
            case _:
                return self.more(step, me, group, code)

    def more(self, step: Step, me: str, group: str, code: str) -> list[tuple[str, Record]]:
        n, round_ = step.n, f"r{step.group}{step.n % 2}"
        match step.what:
            case "ask":
                items = (("q0", "h"), ("q1", "h"))
                opened = self.at if round_ not in self.memory.rounds else None
                asked = Round(
                    round_, group, COURSES[group], "week", items, HALL,
                    opened or self.memory.rounds[round_].opened, self.at, closed=not opened,
                )  # fmt: skip
                return [(me, Asked(asked))]
            case "vote":
                return [(me, Voted(round_, n % 2, "ab"[step.hours % 2], n == 1))]
            case "win":
                return [(BOSS, Won(me, round_, ITEMS[n % 2], n))]
            case "regrade":
                marks = ((1, n > 0),)
                first, points = REGRADED[n], (-10, -3, 4)[n]
                regraded = Regraded(
                    me, f"u{n % 2}", ITEMS[n], marks, first, n, n > 1, points, "h", BOSS
                )
                return [(BOSS, regraded)]
            case "certify":
                return [(me, Certified(f"{me}-{n}", "u1", me, "Title", n, 2))]
            case "withdraw":
                return [(BOSS, Withdrawn(me, f"{me}-{n}", "why"))]
            case "invite":
                return [(me, Invited(code, "link", me) if n else Invited(code, "learner", group))]
            case "uninvite":
                return [(me, Uninvited(code))]
            case "guess":
                return [(me, Guessed())]
            case "nudge":
                return [(BOSS, Nudged(group, me, BOSS))]
            case _:
                return [(me, Told(group, "news"))]

    def complete(self, me: str, group: str, n: int) -> list[tuple[str, Record]]:
        """One more attempt of an account at a unit, from its start to its end."""
        unit = f"u{n % 2}"
        entries = (e for e in self.memory.log if e.who == me and e.course == COURSES[group])
        begun = sum(isinstance(e.record, Opened) and e.record.unit == unit for e in entries)
        done = Completed(unit, begun + 1, n, 2, 3 * n, n > 0)
        return [(me, Opened(unit, begun + 1)), (me, done)]

    def arranged(self, step: Step, group: str) -> Cohort:
        version = self.memory.cohorts[group].version if group in self.memory.cohorts else 0
        homes = (None, HALL, replace(HALL, topic="9"))
        states: tuple[Literal["open", "closed", "archived"], ...] = ("open", "closed", "archived")
        return Cohort(
            group,
            COURSES[group],
            f"Title {(step.n + step.group) % 2}",
            ZONES[(step.hours + step.n) % 3],
            states[step.n],
            place=homes[step.hours % 3],
            version=version + 1,
        )

    def allow(self, group: str, me: str, n: int) -> list[tuple[str, Record]]:
        numbers = [
            number
            for (where, who, number) in self.memory.overrides
            if where == group and who in self.memory.subjects(me)
        ]
        if n == 2 and numbers:
            made = Override(numbers[0], "unlock", "u1", BOSS, self.at)
            return [(BOSS, Allowed(group, me, made, undone=True))]
        made = Override(next(NUMBERS), "unlock", "u1", BOSS, self.at)
        return [(BOSS, Allowed(group, me, made))]

    def link(self, who: str, into: str) -> list[tuple[str, Record]]:
        target = self.memory.canonical(into)
        pointed = who in {each.into for each in self.memory.links.values()}
        if who in self.memory.links or pointed or target == who:
            return []
        return [(who, Linked(who, target))] if target in self.memory.since else []

    def unlink(self, who: str) -> list[tuple[str, Record]]:
        into = self.memory.canonical(who)
        return [(into, Linked(who, into, ended=True))] if into != who else []

    # -- comparing -----------------------------------------------------------------------------

    async def agrees(self) -> None:
        """The file and plain memory say the same to every question."""
        await self.flush()
        for look in self.looks():
            found, told = await self.store.answer(look), self.memory.answer(look)
            assert told is not None
            assert ordered(look, found) == ordered(look, told), look
        for who in set(map(self.memory.canonical, self.memory.since)):
            loaded = await self.store.load(who, "")
            assert loaded.cohorts == self.memory.memberships(who)
            assert loaded.roles == self.memory.roles(who)

    def looks(self) -> list[Look]:
        people = [*set(map(self.memory.canonical, self.memory.since)), "nobody"]
        earlier = (self.at, self.at - timedelta(days=6), self.at - timedelta(days=30))
        boards = [
            Board(board, span, me, at)
            for board in BOARDS for span in SPANS for me in people for at in earlier
        ]  # fmt: skip
        looks: list[Look] = [Cohorts(GROUPS), EveryCohort(), AtPlace(HALL), *boards]
        looks += [AtPlace(replace(HALL, topic="9")), Rounds("", "r01"), Links("ann"), Links("bo")]
        for group in GROUPS:
            looks += [Roster(group), Staff(group), Map(group), Replies(group), Replies(group, "q1")]
            looks += [Rounds(group), Certificates(cohort=group)]
        for who in people:
            looks += [Guesses(who, earlier[1]), Named("SAME", who), Certificates(who)]
            looks += [Certificates(code=f"{who}-1")]
        looks += [Votes(f"r{a}{b}") for a in range(2) for b in range(2)]
        return [*looks, *map(Invitation, CODES)]


def ordered(look: Look, rows: Rows) -> list[object]:
    """Rows in an order of their own, where a Look promises none."""
    if isinstance(look, Votes | Replies):
        return sorted(rows, key=repr)
    return list(rows)


WHAT = (
    "answer answer complete complete streak call call arrange arrange join join leave appoint"
    " allow link link unlink ask vote vote win regrade certify withdraw invite uninvite guess"
    " nudge told forget"
).split()
STEPS = st.builds(
    Step,
    st.sampled_from(WHAT),
    st.integers(0, 2),
    st.integers(0, 1),
    st.integers(0, 2),
    st.sampled_from((0, 1, 2, 11, 40, 173)),
)


async def _lived(steps: list[Step], at_once: int = 1) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.db"
        world = World(await Store.open(path), at_once=at_once)
        try:
            for step in steps:
                await world.step(step)
            await world.agrees()
            assert await world.store.rebuild() == ()
        finally:
            await world.store.close()
        assert tallied(path) == recounted(path)


@given(st.lists(STEPS, max_size=40), st.sampled_from((1, 8)))
@settings(max_examples=60)
def test_a_file_and_plain_memory_say_the_same_whatever_happened(
    steps: list[Step], at_once: int
) -> None:
    asyncio.run(_lived(steps, at_once))
