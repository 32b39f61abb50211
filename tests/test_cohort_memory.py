"""What the engine driver remembers of groups: each Look, and boards against a naive recount."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
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
    Cohort,
    Cohorts,
    Completed,
    Count,
    Done,
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
    Role,
    Roster,
    Round,
    Rounds,
    Seal,
    Staff,
    Stand,
    Standing,
    Streaked,
    Uninvited,
    Vote,
    Voted,
    Votes,
    Withdrawn,
    Won,
    subject,
)
from bot.replay.cohort_memory import CohortMemory

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HALL = Place("engine", "#hall", private=False)
AUTUMN = Cohort("c1", "tiny", "Autumn", "UTC")
SPRING = Cohort("c2", "tiny", "Spring", "UTC", state="archived")
LATER = Override(1, "time", "m1", "kim", MONDAY, until="2026-02-01T09:00")


@dataclass
class World:
    """A memory, and a clock that goes on by a minute with each record."""

    memory: CohortMemory = field(default_factory=CohortMemory)
    now: datetime = MONDAY

    def does(self, learner: str, *records: Record, course: str = "tiny") -> None:
        for record in records:
            self.memory.keep(learner, course, self.now, record)
            self.now += MINUTE

    def sees(self, look: Look) -> object:
        return self.memory.answer(look)

    def board(self, board: str, learner: str, span: str = "all") -> list[tuple[int, str, int]]:
        """Rank, learner and points of each row."""
        found = self.sees(Board(board, span, learner, self.now))  # type: ignore[arg-type]
        assert isinstance(found, tuple)
        return [(row.rank, row.learner, row.points) for row in found]


@pytest.fixture
def world() -> World:
    world = World()
    world.does("kim", Arranged(AUTUMN, "kim"), Appointed("c1", "kim"))
    return world


def answered(points: int = 0, item: str = "q1", unit: str = "u1", *, right: bool = True) -> Record:
    return Answered(unit, item, ("a",), right, 1, "hash", "" if right else "mixed-up", points)


def called(alias: str, *, hidden: bool = False) -> Record:
    return Changed(Profile(alias, hidden=hidden))


def members(rows: object) -> list[Member]:
    assert isinstance(rows, tuple)
    return [row for row in rows if isinstance(row, Member)]


def regraded(who: str, points: int, *, first: int | None = 1, item: str = "q1") -> Record:
    return Regraded(who, "u1", item, ((1, True),), first, 2, True, points, "hash2", "kim")


# -- cohorts, and who is in them -------------------------------------------------------------


def test_a_look_at_something_else_is_not_answered(world: World) -> None:
    assert world.sees(Done("ann", "tiny")) is None


def test_a_cohort_follows_on_the_version_before(world: World) -> None:
    world.does("kim", Arranged(Cohort("c1", "tiny", "Winter", "UTC", version=2), "kim"))
    with pytest.raises(AssertionError):
        world.does("lee", Arranged(Cohort("c1", "tiny", "Summer", "UTC", version=2), "lee"))
    (kept,) = world.memory.cohorts.values()
    assert (kept.title, kept.version) == ("Winter", 2)


def test_a_new_cohort_begins_with_the_first_version(world: World) -> None:
    with pytest.raises(AssertionError):
        world.does("kim", Arranged(Cohort("c9", "tiny", "Late", "UTC", version=2), "kim"))


def test_cohorts_are_listed_by_title_and_archived_ones_last(world: World) -> None:
    old = Cohort("c0", "tiny", "Aged", "UTC", state="archived")
    world.does("kim", Arranged(SPRING, "kim"), Arranged(old, "kim"))
    assert world.sees(Cohorts(("c2", "c1", "gone"))) == (AUTUMN, SPRING)
    assert world.sees(EveryCohort()) == (AUTUMN, old, SPRING)


def test_a_cohort_at_home_in_a_chat_is_so_in_its_topics_but_not_the_other_way_round(
    world: World,
) -> None:
    topic = Place("engine", "#hall", "news", private=False)
    whole = Cohort("c5", "tiny", "Whole", "UTC", place=HALL)
    part = Cohort("c6", "tiny", "Part", "UTC", place=topic)
    world.does("kim", Arranged(whole, "kim"), Arranged(part, "kim"))
    elsewhere = Place("engine", "#hall", "sport", private=False)
    assert world.sees(AtPlace(topic)) == (part,)
    assert world.sees(AtPlace(elsewhere)) == (whole,)
    assert world.sees(AtPlace(HALL)) == (whole,)
    assert world.sees(AtPlace(Place("engine", "#yard", private=False))) == ()


def test_memberships_are_in_order_of_title_and_hold_what_was_allowed(world: World) -> None:
    world.does("kim", Arranged(SPRING, "kim"))
    world.does("ann", Joined("c2"), Joined("c1"))
    world.does("kim", Allowed("c1", "ann", LATER))
    found = world.memory.memberships("ann")
    assert [(each.cohort.title, each.overrides) for each in found] == [
        ("Autumn", (LATER,)),
        ("Spring", ()),
    ]


def test_an_exception_can_be_taken_back(world: World) -> None:
    world.does("ann", Joined("c1"))
    world.does("kim", Allowed("c1", "ann", LATER), Allowed("c1", "ann", LATER, undone=True))
    assert world.memory.memberships("ann")[0].overrides == ()


def test_who_leaves_takes_their_exceptions_along(world: World) -> None:
    world.does("ann", Joined("c1"))
    world.does("kim", Allowed("c1", "ann", LATER), Left("c1", "ann", by="kim"))
    assert world.memory.memberships("ann") == ()
    world.does("ann", Joined("c1"))
    assert world.memory.memberships("ann")[0].overrides == ()


def test_an_instructor_has_the_role_of_the_cohort_until_it_ends(world: World) -> None:
    assert world.memory.roles("kim") == {Role("instructor", "c1")}
    world.does("kim", Appointed("c1", "kim", ended=True))
    assert world.memory.roles("kim") == frozenset()


def test_a_roster_is_in_order_of_alias_and_tells_when_each_was_there(world: World) -> None:
    joined = world.now + MINUTE
    world.does("ann", called("Zoe"), Joined("c1"))
    world.does("bo", called("Bea", hidden=True), Joined("c1"), Opened("u1"))
    world.does("bo", Opened("x1"), course="other")
    ann = Member("ann", "Zoe", joined, place=Place("engine", "ann"), seen=joined)
    bo = Member(
        "bo",
        "Bea",
        joined + 2 * MINUTE,
        hidden=True,
        place=Place("engine", "bo"),
        seen=joined + 3 * MINUTE,
    )
    assert world.sees(Roster("c1")) == (bo, ann)


def test_a_roster_tells_what_was_allowed_and_who_was_encouraged_last(world: World) -> None:
    world.does("ann", Joined("c1"), Joined("c2"))
    world.does("kim", Allowed("c1", "ann", LATER), Nudged("c1", "ann", "kim"))
    world.does("kim", Nudged("c1", "ann", "kim"), Nudged("c1", "bo", "kim"))
    (found,) = members(world.sees(Roster("c1")))
    assert found.overrides == (LATER,)
    assert found.nudged == world.now - 2 * MINUTE


def test_who_joins_twice_has_been_there_since_the_first_time(world: World) -> None:
    joined = world.now
    world.does("ann", Joined("c1"), Joined("c1"))
    (found,) = members(world.sees(Roster("c1")))
    assert found.joined == joined


def test_somebody_who_cannot_be_reached_has_no_place() -> None:
    world = World(CohortMemory(place=lambda learner: None))
    world.does("kim", Arranged(AUTUMN, "kim"))
    world.does("ann", Joined("c1"))
    assert [each.place for each in members(world.sees(Roster("c1")))] == [None]


def test_the_staff_are_the_instructors_and_not_the_members(world: World) -> None:
    world.does("ann", Joined("c1"))
    world.does("lee", called("Lee"))
    world.does("kim", Appointed("c1", "lee"))
    assert [each.learner for each in members(world.sees(Staff("c1")))] == ["kim", "lee"]


def test_nobody_is_in_a_cohort_that_is_not_there(world: World) -> None:
    for look in (Roster("x"), Staff("x"), Map("x"), Replies("x"), Rounds("x"), Votes("x")):
        assert world.sees(look) == ()


# -- codes and names -------------------------------------------------------------------------


def test_a_code_leads_where_it_was_made_for_until_it_is_taken_back(world: World) -> None:
    until = MONDAY + DAY
    world.does("kim", Invited("K1", "learner", "c1", until))
    (found,) = world.memory.codes.values()
    assert world.sees(Invitation("K1")) == (found,)
    assert (found.what, found.of, found.until) == ("learner", "c1", until)
    world.does("lee", Invited("K1", "learner", "c2"))
    assert world.sees(Invitation("K1")) == (found,)
    world.does("kim", Uninvited("K1"))
    assert world.sees(Invitation("K1")) == ()


def test_guesses_are_counted_from_a_time_on_for_each_learner(world: World) -> None:
    world.does("ann", Guessed())
    since = world.now
    world.does("ann", Guessed(), Guessed())
    world.does("bo", Guessed())
    assert world.sees(Guesses("ann", since)) == (Count(2),)
    assert world.sees(Guesses("kim", since)) == (Count(0),)


def test_names_that_read_alike_are_one_and_ones_own_does_not_count(world: World) -> None:
    world.does("ann", called("Ann Lee"))
    world.does("bo", called("ＡＮＮ  lee"))
    world.does("cy", called(""))
    assert world.sees(Named("ann lee", "ann")) == (Count(1),)
    assert world.sees(Named("ann lee", "cy")) == (Count(2),)
    assert world.sees(Named("", "ann")) == (Count(0),)


# -- what was done ---------------------------------------------------------------------------


def test_a_map_tells_where_each_member_stands_and_when_they_were_done_first(world: World) -> None:
    world.does("ann", Joined("c1"), Opened("u1"), answered(5), Completed("u1", 1, 1, 2, 10))
    done = world.now - MINUTE
    world.does("ann", Opened("u1", 2), Completed("u1", 2, 2, 2, 1))
    world.does("bo", Opened("u1"), answered(5))
    stand = Stand("ann", "u1", 2, True, 1, 2, 2, 16, done)
    assert world.sees(Map("c1")) == (stand,)


def test_an_exam_that_was_not_passed_is_not_done(world: World) -> None:
    world.does("ann", Joined("c1"), Opened("e1"), Completed("e1", 1, 1, 4, passed=False))
    assert world.sees(Map("c1")) == (Stand("ann", "e1", 1, False, 1, 1, 4),)


def test_a_map_holds_what_was_marked_anew(world: World) -> None:
    world.does("ann", Joined("c1"), Opened("u1"), Completed("u1", 1, 0, 2, passed=False))
    world.does("kim", regraded("ann", 7))
    assert world.sees(Map("c1")) == (Stand("ann", "u1", 1, True, 1, 2, 2, 7),)


def test_replies_tell_the_time_since_the_step_before_in_that_unit(world: World) -> None:
    world.does("ann", Joined("c1"), answered(), Opened("u2"), answered(item="q2"))
    world.now += 2 * HOUR
    world.does("ann", answered(item="q3", right=False))
    found = world.sees(Replies("c1"))
    assert isinstance(found, tuple)
    assert [(each.item, each.seconds) for each in found] == [
        ("q1", None),
        ("q2", 120.0),
        ("q3", None),
    ]
    assert world.sees(Replies("c1", "q3")) == (
        Reply(
            "ann", "u1", "q3", ("a",), False, 1, "hash", "mixed-up", 0, world.now - MINUTE, None
        ),
    )  # fmt: skip


def test_an_hour_is_the_longest_time_that_counts_for_a_reply(world: World) -> None:
    world.does("ann", Joined("c1"), Opened("u1"))
    world.now += HOUR - MINUTE
    world.does("ann", answered())
    world.now += HOUR
    world.does("ann", answered())
    found = world.sees(Replies("c1"))
    assert isinstance(found, tuple)
    assert [each.seconds for each in found] == [3600.0, None]


def test_replies_leave_out_other_courses_and_those_who_are_not_in_the_cohort(world: World) -> None:
    world.does("ann", Joined("c1"))
    world.does("ann", answered(), course="other")
    world.does("bo", answered())
    assert world.sees(Replies("c1")) == ()


def test_a_reply_has_the_mark_that_it_was_given_last(world: World) -> None:
    world.does("ann", Joined("c1"), answered(right=False), answered(item="q2", right=False))
    world.does("kim", regraded("ann", 5))
    found = world.sees(Replies("c1"))
    assert isinstance(found, tuple)
    assert [(each.right, each.misconception) for each in found] == [
        (True, ""),
        (False, "mixed-up"),
    ]


# -- links -----------------------------------------------------------------------------------


def test_a_link_is_followed_and_its_end_undoes_it(world: World) -> None:
    world.does("ann2", Linked("ann2", "ann"))
    link = Link("ann2", "ann", world.now - MINUTE)
    assert world.memory.canonical("ann2") == "ann"
    assert world.memory.subjects("ann") == {"ann", "ann2"}
    assert world.sees(Links("ann")) == world.sees(Links("ann2")) == (link,)
    world.does("ann2", Linked("ann2", "ann", ended=True))
    assert world.memory.canonical("ann2") == "ann2"
    assert world.sees(Links("ann")) == ()


def test_linked_accounts_are_one_member_with_the_best_of_both(world: World) -> None:
    world.does("ann", Joined("c1"), Opened("u1"), Completed("u1", 1, 1, 3, 4))
    done = world.now - MINUTE
    world.does("ann2", Joined("c1"), Opened("u1"), Opened("u1", 2), Completed("u1", 2, 3, 3, 2))
    world.does("ann2", Linked("ann2", "ann"))
    assert world.sees(Map("c1")) == (Stand("ann", "u1", 2, True, 1, 3, 3, 4, done),)
    joined = MONDAY + 2 * MINUTE
    assert [(m.learner, m.joined) for m in members(world.sees(Roster("c1")))] == [("ann", joined)]
    world.does("kim", Left("c1", "ann", by="kim"))
    assert world.sees(Roster("c1")) == world.sees(Map("c1")) == ()


def test_what_is_marked_anew_counts_for_all_accounts_of_a_person(world: World) -> None:
    world.does("ann", Joined("c1"), Opened("u1"), answered(2))
    world.does("ann2", Opened("u1"), answered(6), Linked("ann2", "ann"))
    world.does("kim", regraded("ann", -3))
    assert world.sees(Map("c1")) == (Stand("ann", "u1", 1, True, 1, 2, 0, 3),)


def test_roles_and_memberships_of_a_linked_account_are_those_of_both(world: World) -> None:
    world.does("kim2", Joined("c1"))
    world.does("kim", Appointed("c1", "kim2"), Appointed("c1", "kim", ended=True))
    world.does("kim2", Linked("kim2", "kim"))
    assert world.memory.roles("kim") == {Role("instructor", "c1")}
    assert [each.cohort for each in world.memory.memberships("kim")] == [AUTUMN]


def test_what_paid_one_account_pays_its_link_no_second_time(world: World) -> None:
    world.does("ann", called("Ann"), answered(5), Streaked("2026-01-05", 1, 2))
    world.does("ann2", called("Other"), answered(5), answered(3, "q2"))
    world.does("ann2", Streaked("2026-01-05", 1, 2), Linked("ann2", "ann"))
    assert world.board("course:tiny", "ann") == [(1, "ann", 10)]


def test_of_two_linked_accounts_the_first_by_name_is_paid(world: World) -> None:
    world.does("ann", called("Ann"))
    world.does("ann3", answered(7), Linked("ann3", "ann"))
    world.does("ann2", answered(2), Linked("ann2", "ann"))
    assert world.board("course:tiny", "ann") == [(1, "ann", 2)]


def test_what_paid_nothing_keeps_no_linked_account_from_its_points(world: World) -> None:
    world.does("ann", called("Ann"), answered(0))
    world.does("ann2", answered(4), Linked("ann2", "ann"))
    assert world.board("course:tiny", "ann") == [(1, "ann", 4)]


# -- rounds and certificates -----------------------------------------------------------------


def asked(name: str, opened: datetime, *, closed: bool = False) -> Round:
    items = (("q1", "h1"), ("q2", "h2"))
    return Round(name, "c1", "tiny", "week", items, HALL, opened, opened + DAY, closed)


def test_rounds_are_listed_the_newest_first_as_they_are_now(world: World) -> None:
    old, new = asked("r1", MONDAY), asked("r2", MONDAY + DAY)
    closed = asked("r1", MONDAY, closed=True)
    world.does("kim", Asked(old), Asked(new), Asked(closed))
    assert world.sees(Rounds("c1")) == (new, closed)
    assert world.sees(Rounds("c1", "r1")) == (closed,)
    assert world.sees(Rounds("c2")) == ()


def test_the_newest_answer_to_a_question_is_the_vote(world: World) -> None:
    world.does("kim", Asked(asked("r1", MONDAY)))
    world.does("ann", called("Ann"), Voted("r1", 0, "a", False), Voted("r1", 0, "b", True))
    world.does("bo", Voted("r1", 1, "c", False))
    assert world.sees(Votes("r1")) == ()  # they are not in the group
    world.does("ann", Joined("c1"))
    world.does("bo", Joined("c1"))
    assert world.sees(Votes("r1")) == (
        Vote("ann", "Ann", False, 0, "b", True),
        Vote("bo", "", False, 1, "c", False),
    )


def test_a_vote_tells_whether_the_item_was_paid_for_in_a_round_before(world: World) -> None:
    world.does("kim", Asked(asked("r1", MONDAY)), Asked(asked("r2", MONDAY)))
    world.does("ann", Joined("c1"), Voted("r2", 0, "a", True), Voted("r2", 1, "a", True))
    world.does("kim", Won("ann", "r1", "q1", 5), Won("ann", "r1", "q2"), Won("ann", "r2", "q2", 5))
    found = world.sees(Votes("r2"))
    assert isinstance(found, tuple)
    assert [each.before for each in found] == [True, False]


def test_a_certificate_is_found_by_its_code_also_when_it_is_withdrawn(world: World) -> None:
    world.does("ann", Certified("S1", "e1", "Ann Lee", "The exam", 3, 4))
    world.does("ann", Certified("S2", "", "Ann Lee", "All of it"))
    world.does("kim", Withdrawn("ann", "S1", "by mistake"))
    first = Certificate(
        "S1", "ann", "tiny", "e1", "Ann Lee", "The exam", 3, 4, MONDAY + 2 * MINUTE, "by mistake"
    )
    second = Certificate("S2", "ann", "tiny", "", "Ann Lee", "All of it", 0, 0, MONDAY + 3 * MINUTE)
    assert world.sees(Certificates(code="S1")) == (first,)
    assert world.sees(Certificates("ann")) == (first, second)


def test_a_seal_is_made_with_the_drivers_own_key(world: World) -> None:
    seal = hmac.new(b"engine", "Zoë".encode(), "sha256").hexdigest()[:32]
    assert world.sees(Seal("Zoë")) == (Kept("seal", seal),)


# -- boards ----------------------------------------------------------------------------------


def test_equal_points_share_a_rank_and_the_hidden_count_for_nobody(world: World) -> None:
    for name, points in (("ann", 5), ("bo", 5), ("cy", 9), ("di", 2)):
        world.does(name, called(name, hidden=name == "cy"), answered(points))
    assert world.board("course:tiny", "di") == [(1, "ann", 5), (1, "bo", 5), (3, "di", 2)]
    assert world.board("course:tiny", "cy") == [
        (1, "cy", 9),
        (1, "ann", 5),
        (1, "bo", 5),
        (3, "di", 2),
    ]
    found = world.sees(Board("course:tiny", "all", "cy", world.now))
    assert isinstance(found, tuple)
    assert {each.of for each in found} == {3}


def test_who_has_nothing_sees_their_own_place_below_all(world: World) -> None:
    for name, points in (("ann", 5), ("bo", 3)):
        world.does(name, called(name), answered(points))
    assert world.board("course:tiny", "new")[-1] == (3, "new", 0)


def test_far_below_the_ten_one_sees_two_neighbours_on_either_side(world: World) -> None:
    for number in range(20):
        world.does(f"l{number:02}", called(f"L{number}"), answered(100 - number))
    names = [name for _, name, _ in world.board("course:tiny", "l15")]
    assert names == [f"l{n:02}" for n in (*range(10), 13, 14, 15, 16, 17)]
    assert len(world.board("course:tiny", "l09")) == 12


def test_the_hidden_stand_among_their_equals_by_name(world: World) -> None:
    for name in ("ann", "bo", "cy"):
        world.does(name, called(name, hidden=name == "bo"), answered(5))
    assert world.board("course:tiny", "bo") == [(1, "ann", 5), (1, "bo", 5), (1, "cy", 5)]


def test_among_many_equals_one_sees_those_who_are_next_by_name(world: World) -> None:
    for number in range(20):
        world.does(f"l{number:02}", called(f"L{number}"), answered(5))
    names = [name for _, name, _ in world.board("course:tiny", "l15")]
    assert names == [f"l{n:02}" for n in (*range(10), 13, 14, 15, 16, 17)]


def test_who_has_less_than_nothing_sees_the_last_two_above_them(world: World) -> None:
    for number in range(15):
        world.does(f"l{number:02}", called(f"L{number}"), answered(100 - number))
    world.does("kim", regraded("ann", -3))
    rows = world.board("course:tiny", "ann")
    assert [name for _, name, _ in rows[10:]] == ["l13", "l14", "ann"]
    assert rows[-1] == (16, "ann", -3)


def test_a_cohorts_board_has_its_members_with_their_points_from_before(world: World) -> None:
    world.does("ann", called("Ann"), answered(5), Joined("c1"))
    world.does("ann", answered(50), course="other")
    world.does("bo", called("Bo"), answered(9))
    assert world.board("cohort:c1", "ann") == [(1, "ann", 5)]
    world.does("ann", Left("c1", "ann"))
    assert world.board("cohort:c1", "ann") == [(1, "ann", 0)]


def test_points_that_were_taken_back_count(world: World) -> None:
    world.does("ann", called("Ann"), answered(5), Completed("u1", points=3))
    world.does("kim", regraded("ann", -4), Won("ann", "r1", "q9", 2))
    assert world.board("course:tiny", "ann") == [(1, "ann", 6)]


def test_a_week_begins_on_monday_and_a_month_on_the_first() -> None:
    world = World(now=datetime(2026, 1, 31, 23, 59, tzinfo=UTC))
    world.does("ann", called("Ann"))
    for points, at in (
        (1, datetime(2026, 1, 31, 23, 59, tzinfo=UTC)),
        (10, datetime(2026, 2, 1, tzinfo=UTC)),
        (100, datetime(2026, 2, 2, tzinfo=UTC)),
    ):
        world.now = at
        world.does("ann", answered(points))
    spans = {s: world.board("course:tiny", "ann", s)[0][2] for s in ("week", "month", "all")}
    assert spans == {"week": 100, "month": 110, "all": 111}


def test_a_cohorts_week_is_that_of_its_zone_and_a_courses_is_utc() -> None:
    world = World(now=datetime(2026, 1, 4, 16, tzinfo=UTC))  # Monday, one o'clock in Tokyo
    world.does("kim", Arranged(Cohort("c1", "tiny", "Far", "Asia/Tokyo"), "kim"))
    world.does("ann", called("Ann"), Joined("c1"), answered(5))
    world.now = MONDAY
    assert world.board("cohort:c1", "ann", "week") == [(1, "ann", 5)]
    assert world.board("course:tiny", "ann", "week") == [(1, "ann", 0)]


# -- forgetting ------------------------------------------------------------------------------


def test_of_somebody_who_is_forgotten_nothing_stays_but_the_cohorts(world: World) -> None:
    world.does("kim", Asked(asked("r1", MONDAY)), Invited("K1", "learner", "c1"))
    for name in ("ann", "ann2"):
        world.does(name, called(name), Joined("c1"), answered(5, unit=f"u-{name}"), Guessed())
        world.does(name, Voted("r1", 0, "a", True), Certified(f"S-{name}", "", name, "All"))
        world.does("kim", Appointed("c1", name), Allowed("c1", name, LATER), Won(name, "r1", "q1"))
    world.does("ann", Invited("K2", "link", "ann"))
    world.does("ann2", Linked("ann2", "ann"))
    world.does("ann", Forgotten())
    world.memory.forget("ann")
    assert "'ann" not in repr(world.memory)
    assert world.sees(Cohorts(("c1",))) == (AUTUMN,)
    assert world.sees(Invitation("K1")) != ()
    assert world.memory.canonical("ann2") == "ann2"


# -- against a naive recount -----------------------------------------------------------------

PEOPLE = [f"l{number:02}" for number in range(15)]
COHORTS = {"c1": "Asia/Tokyo", "c2": "America/New_York"}
PAYING = Answered | Completed | Streaked | Won | Regraded

_who = st.sampled_from(PEOPLE) | st.sampled_from(PEOPLE[:4])
_points = st.integers(0, 6)
_item = st.sampled_from(["q1", "q2", "q3"])
_cohort = st.sampled_from(sorted(COHORTS))
_named = st.builds(
    Profile,
    alias=st.sampled_from(["Ann", "Bo", "Cy", "Di", ""]),
    hidden=st.sampled_from([False, False, False, True]),
)
_done: st.SearchStrategy[Record] = st.one_of(
    *[st.builds(answered, _points, _item)] * 3,
    st.builds(lambda points: Completed("u1", points=points), _points),
    st.builds(lambda day, points: Streaked(f"2026-01-0{day}", 1, points), _points, _points),
    st.builds(lambda who, item, points: Won(who, "r1", item, points), _who, _item, _points),
    st.builds(lambda who, points: regraded(who, points - 3), _who, _points),
    st.builds(Joined, _cohort),
    st.builds(Left, _cohort, _who),
    st.builds(Changed, _named),
    *[st.builds(Linked, _who, _who, st.sampled_from([False, False, False, True]))] * 2,
    st.just(Opened("u1")),
    st.just(Guessed()),
    st.just(Forgotten()),
)
_steps = st.lists(
    st.tuples(st.integers(0, 60), _who, st.sampled_from(["tiny", "tiny", "other"]), _done),
    min_size=30,
    max_size=70,
)
_named_first = st.lists(_named, min_size=len(PEOPLE), max_size=len(PEOPLE))


@dataclass
class Recount:
    """Lists of what happened, counted in the dullest way that there is."""

    happened: list[tuple[datetime, str, str, Record]] = field(default_factory=list)
    profiles: dict[str, Profile] = field(default_factory=dict)
    members: set[tuple[str, str]] = field(default_factory=set)
    into: dict[str, str] = field(default_factory=dict)

    def allows(self, record: Record) -> bool:
        """Links are one step long, as the flow makes them."""
        if not isinstance(record, Linked):
            return True
        if record.ended:
            return self.into.get(record.learner) == record.into
        ends = {record.learner, record.into}
        return len(ends) == 2 and not ends & self.into.keys() and record.learner not in self.targets

    @property
    def targets(self) -> set[str]:
        return set(self.into.values())

    def person(self, who: str) -> str:
        return self.into.get(who, who)

    def accounts(self, person: str) -> list[str]:
        return [person, *sorted(who for who, into in self.into.items() if into == person)]

    def take(self, at: datetime, who: str, course: str, record: Record) -> None:
        match record:
            case Changed(profile):
                self.profiles[who] = profile
            case Joined(cohort):
                self.members.add((cohort, who))
            case Left(cohort, left):
                self.members -= {(cohort, each) for each in self.accounts(left)}
            case Linked(_, into, False):
                self.into[record.learner] = into
            case Linked():
                del self.into[record.learner]
            case Forgotten():
                gone = set(self.accounts(who))
                self.happened = [each for each in self.happened if each[1] not in gone]
                self.members = {each for each in self.members if each[1] not in gone}
                self.profiles = {w: p for w, p in self.profiles.items() if w not in gone}
                self.into = {w: t for w, t in self.into.items() if w not in gone}
            case _:
                self.happened.append((at, subject(record, who), course, record))

    def points(self, board: str, since: datetime) -> dict[str, int]:
        """Everybody's, account by account: what paid an earlier account pays no later one."""
        kind, _, name = board.partition(":")
        inside = {self.person(who) for cohort, who in self.members if cohort == name}
        people = {self.person(who) for _, who, _, _ in self.happened}
        course = name if kind == "course" else "tiny"
        return {
            each: sum(self._paid(each, course, since))
            for each in people
            if kind == "course" or each in inside
        }

    def _paid(self, person: str, course: str, since: datetime) -> Iterable[int]:
        had: set[tuple[str, ...]] = set()
        for account in self.accounts(person):
            now: set[tuple[str, ...]] = set()
            for at, who, where, record in self.happened:
                if (who, where) != (account, course) or not isinstance(record, PAYING):
                    continue
                if record.points and paid_for(record) not in had:
                    now.add(paid_for(record))
                    yield record.points if at >= since else 0
            had |= now

    def rows(self, board: str, since: datetime, me: str) -> list[Standing]:
        points = self.points(board, since)
        names = {who: self.profiles.get(who, Profile()) for who in [*points, me]}
        shown = {w for w, n in points.items() if n > 0 and names[w].alias and not names[w].hidden}
        order = sorted(shown | {me}, key=lambda who: (-points.get(who, 0), who))
        best = [who for who in order if who in shown][:10]
        near = order[max(order.index(me) - 2, 0) : order.index(me) + 3]
        return [
            Standing(
                1 + len([w for w in shown if points[w] > points.get(who, 0)]),
                who,
                names[who].alias,
                points.get(who, 0),
                len(shown),
            )
            for who in order
            if who in best or who in near
        ]


def paid_for(record: PAYING) -> tuple[str, ...]:
    match record:
        case Answered(unit, item) | Regraded(_, unit, item):
            return record.kind, unit, item
        case Won():
            return record.kind, record.item
        case Completed(unit):
            return record.kind, unit
        case Streaked(day):
            return record.kind, day


def began(span: str, at: datetime, zone: str) -> datetime:
    """Day by day back to the first moment of the week or the month."""
    day = at.astimezone(ZoneInfo(zone)).date()
    if span == "all":
        return datetime.min.replace(tzinfo=UTC)
    while day.day != 1 if span == "month" else day.isoweekday() != 1:
        day -= DAY
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def lived(names: list[Profile], steps: list[tuple[int, str, str, Record]]) -> tuple[World, Recount]:
    """A memory and a recount that were told the same."""
    world, recount = World(), Recount()
    for cohort, zone in COHORTS.items():
        world.does("kim", Arranged(Cohort(cohort, "tiny", cohort, zone), "kim"))
    named: list[tuple[int, str, str, Record]] = [
        (0, who, "tiny", Changed(profile)) for who, profile in zip(PEOPLE, names, strict=True)
    ]
    for hours, who, course, record in [*named, *steps]:
        world.now += hours * HOUR
        if isinstance(record, Forgotten):
            who = recount.person(who)
        if recount.allows(record):
            recount.take(world.now, who, course, record)
            world.does(who, record, course=course)
            if isinstance(record, Forgotten):
                world.memory.forget(who)
    return world, recount


@given(_named_first, _steps, _who)
def test_every_board_is_what_a_naive_recount_makes_of_it(
    names: list[Profile], steps: list[tuple[int, str, str, Record]], asking: str
) -> None:
    world, recount = lived(names, steps)
    me = recount.person(asking)
    for board, zone in (("course:tiny", "UTC"), ("course:other", "UTC"), *_boards()):
        for span in ("week", "month", "all"):
            found = world.sees(Board(board, span, me, world.now))
            assert found == tuple(recount.rows(board, began(span, world.now, zone), me))


def _boards() -> list[tuple[str, str]]:
    return [(f"cohort:{cohort}", zone) for cohort, zone in COHORTS.items()]


@given(_named_first, _steps, _who)
def test_whatever_happened_every_look_has_an_answer_about_members_alone(
    names: list[Profile], steps: list[tuple[int, str, str, Record]], asking: str
) -> None:
    world, recount = lived(names, steps)
    for cohort in COHORTS:
        inside = {recount.person(who) for where, who in recount.members if where == cohort}
        # Nobody is linked onto somebody forgotten: their code went with them. Here that may happen.
        inside &= set(world.memory.since)
        for look in (Roster(cohort), Map(cohort), Replies(cohort)):
            found = world.sees(look)
            assert isinstance(found, tuple)
            told = {each.learner for each in found}
            assert told == inside if isinstance(look, Roster) else told <= inside
    for other in (Links(asking), Named("Ann", asking), Guesses(asking, MONDAY), EveryCohort()):
        assert isinstance(world.sees(other), tuple)
    assert world.memory.canonical(asking) == recount.person(asking)
    assert world.memory.subjects(asking) == set(recount.accounts(asking))
