"""How an item does, where members stand, who seems stuck: against plain formulas."""

import csv
import json
import statistics
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.replay import read
from bot.conversation import Cohort, Dated, Member, Override, Reply, Stand
from bot.course.model import Course, Library
from bot.flows.groups.hurdles import Hurdle, hurdles
from bot.flows.groups.item_measures import measured, point_biserial
from bot.flows.groups.tables import (
    answers_csv,
    as_json,
    for_spreadsheets,
    names,
    progress_csv,
    safe,
)
from bot.flows.groups.whereabouts import Where, due, renamed, todays, whereabouts

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
COHORT = Cohort("c1", "tiny", "Spring", "Europe/Berlin")
LEARNERS = [f"{n:016x}" for n in range(200)]


@pytest.fixture
def course(tiny: Library) -> Course:
    return tiny.courses["tiny"]


@pytest.fixture(scope="session")
def leaf() -> Course:
    return read(Path(__file__).parent / "course-exam").courses["leaf"]


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def reply(
    learner: str,
    item: str = "q1",
    *,
    right: bool = False,
    option: str = "a",
    at: datetime = NOW,
    wording: str = "w",
    unit: str = "u",
    attempt: int = 1,
    seconds: float | None = None,
) -> Reply:
    held = "" if right else "mc"
    return Reply(learner, unit, item, (option,), right, attempt, wording, held, 0, at, seconds)


def member(learner: str, alias: str = "Ada", **more: object) -> Member:
    return Member(learner, alias, ago(days=60), **more)  # type: ignore[arg-type]


def marks(rows: list[tuple[bool, list[bool]]]) -> list[Reply]:
    """Replies of learners who answered q1 and some other items of the same unit."""
    found = []
    for learner, (right, others) in zip(LEARNERS, rows, strict=False):
        found.append(reply(learner, right=right))
        found += [reply(learner, f"r{n}", right=mark) for n, mark in enumerate(others)]
    return found


def where_of(course: Course, who: Member, *stands: Stand, cohort: Cohort = COHORT) -> Where:
    return whereabouts(course, cohort, [who], stands, NOW)[0]


def cells(course: Course, who: Member, *stands: Stand, cohort: Cohort = COHORT) -> list[str]:
    return [cell for _, cell in where_of(course, who, *stands, cohort=cohort).cells]


# -- items -----------------------------------------------------------------------------------

rows = st.lists(
    st.tuples(st.booleans(), st.lists(st.booleans(), min_size=4, max_size=4)), max_size=40
)


@given(rows)
def test_discrimination_is_pearsons_correlation_with_the_rest_score(
    rows: list[tuple[bool, list[bool]]],
) -> None:
    found = measured("q1", "w", marks(rows))
    told = found.discrimination if found else None
    try:
        pearson = statistics.correlation(
            [float(right) for right, _ in rows], [float(sum(others)) for _, others in rows]
        )
    except statistics.StatisticsError:
        assert told is None
    else:
        assert told == (None if len(rows) < 5 else pytest.approx(pearson))


@given(st.lists(st.tuples(st.booleans(), st.floats(-1e6, 1e6)), max_size=30))
def test_a_point_biserial_lies_between_minus_one_and_one(rows: list[tuple[bool, float]]) -> None:
    found = point_biserial([mark for mark, _ in rows], [score for _, score in rows])
    assert found is None or -1 <= found <= 1


@given(
    st.lists(
        st.builds(
            reply,
            st.sampled_from(LEARNERS[:6]),
            st.sampled_from(["q1", "q2"]),
            right=st.booleans(),
            option=st.sampled_from("abc"),
            at=st.integers(0, 9999).map(lambda minutes: ago(minutes=minutes)),
            wording=st.sampled_from(["w", "v"]),
            seconds=st.none() | st.floats(0, 3600),
        ),
        max_size=40,
    )
)
def test_any_answers_can_be_measured(replies: list[Reply]) -> None:
    found = measured("q1", "w", replies)
    asked = [each for each in replies if each.item == "q1"]
    if found is None:
        assert not asked
        return
    same = [each for each in asked if each.wording == found.wording]
    learners = {each.learner for each in same}
    first = {
        who: min((e for e in same if e.learner == who), key=lambda e: e.at) for who in learners
    }
    assert found.learners == len(learners)
    assert found.first == pytest.approx(sum(e.right for e in first.values()) / len(first))
    assert 0 <= found.last <= 1
    assert sum(n for _, n in found.chosen) == len(learners)
    assert found.older == len(asked) - len(same)
    assert found.current == any(each.wording == "w" for each in asked)
    times = [e.seconds for e in first.values() if e.seconds is not None]
    assert found.seconds == (pytest.approx(statistics.median(times)) if times else None)


def test_first_and_last_tries_are_told_apart() -> None:
    replies = [
        reply("x", right=False, option="c", at=ago(days=2)),
        reply("x", right=True, option="b", at=ago(days=1), attempt=2),
    ]
    found = measured("q1", "w", replies)
    assert found
    assert (found.first, found.last) == (0, 1)
    assert found.chosen == (("c", 1),)


def test_answers_to_an_older_wording_are_counted_apart() -> None:
    replies = [reply("x", wording="old", at=ago(days=3)), reply("y", right=True)]
    found = measured("q1", "w", replies)
    assert found
    assert (found.learners, found.first, found.older) == (1, 1, 1)


def test_without_answers_to_the_wording_of_today_the_one_answered_last_counts() -> None:
    replies = [reply("x", wording="v1", at=ago(days=3)), reply("y", wording="v2")]
    found = measured("q1", "w", replies)
    assert found
    assert (found.wording, found.current, found.learners, found.older) == ("v2", False, 1, 1)


def test_fewer_than_five_learners_give_no_discrimination() -> None:
    few = [(True, [True]), (False, [False]), (True, [True]), (False, [False])]
    found = measured("q1", "w", marks(few))
    assert found
    assert found.discrimination is None
    found = measured("q1", "w", marks([*few, (True, [True])]))
    assert found
    assert found.discrimination == pytest.approx(1)


def test_answers_in_another_unit_are_no_part_of_the_rest_score() -> None:
    five = marks([(n % 2 == 0, [n % 2 == 0]) for n in range(6)])
    elsewhere = [reply(who, "z", right=n % 2 == 1, unit="v") for n, who in enumerate(LEARNERS[:6])]
    found = measured("q1", "w", [*five, *elsewhere])
    assert found
    assert found.discrimination == pytest.approx(1)


# -- where members stand ---------------------------------------------------------------------


def test_a_unit_opens_when_the_one_before_it_is_done(course: Course) -> None:
    done = Stand("x", "m1-intro", 1, done=True, at=ago(days=1))
    assert cells(course, member("x")) == ["open", *["closed"] * 4, "open"]
    assert cells(course, member("x"), done) == ["done", "open", *["closed"] * 3, "open"]


def test_a_unit_done_after_its_due_date_is_late(course: Course) -> None:
    cohort = Cohort(
        "c1", "tiny", "S", "Europe/Berlin", dates=(Dated("m1", due="2026-03-10T09:00"),)
    )
    early = Stand("x", "m1-intro", 1, done=True, at=datetime(2026, 3, 10, 7, 59, tzinfo=UTC))
    late = Stand("x", "m1-l1", 1, done=True, at=datetime(2026, 3, 10, 8, 1, tzinfo=UTC))
    assert cells(course, member("x"), early, late, cohort=cohort)[:2] == ["done", "late"]


def test_more_time_for_one_learner_counts(course: Course) -> None:
    cohort = Cohort("c1", "tiny", "S", "UTC", dates=(Dated("m1", due="2026-03-10T09:00"),))
    more = Override(1, "time", "m1", "boss", NOW, until="2026-03-25T09:00")
    assert where_of(course, member("x"), cohort=cohort).late[0].id == "m1"
    assert where_of(course, member("x", overrides=(more,)), cohort=cohort).late == ()
    module = course.modules[0]
    assert due(cohort, module) == datetime(2026, 3, 10, 9, tzinfo=UTC)
    assert due(cohort, module, member("x", overrides=(more,))) == datetime(
        2026, 3, 25, 9, tzinfo=UTC
    )


def test_an_excused_unit_counts_as_done_and_opens_the_next(course: Course) -> None:
    excuse = Override(1, "excuse", "m1-intro", "boss", NOW)
    who = where_of(course, member("x", overrides=(excuse,)))
    assert [cell for _, cell in who.cells][:3] == ["excused", "open", "closed"]
    assert who.done == 1
    assert not who.begun


def test_a_module_that_opens_later_is_closed_but_for_what_is_unlocked(course: Course) -> None:
    cohort = Cohort("c1", "tiny", "S", "UTC", dates=(Dated("m2", opens="2026-04-01T09:00"),))
    unlock = Override(1, "unlock", "m2-l1", "boss", NOW)
    assert cells(course, member("x"), cohort=cohort)[-1] == "closed"
    assert cells(course, member("x", overrides=(unlock,)), cohort=cohort)[-1] == "open"


def test_who_has_done_all_that_is_open_is_not_quiet(course: Course) -> None:
    every = [Stand("x", unit, 1, done=True, at=ago(days=40)) for unit in course.units]
    away = member("x", seen=ago(days=40))
    assert where_of(course, away, *every).quiet(NOW) is None
    assert where_of(course, away, *every[:2]).quiet(NOW) == timedelta(days=40)
    assert where_of(course, member("x", seen=ago(days=6.9))).quiet(NOW) is None


def test_a_renamed_unit_has_one_stand(course: Course) -> None:
    course.renamed["old-l1"] = "m1-l1"
    try:
        old = Stand(
            "x", "old-l1", 2, done=True, first=1, best=2, out_of=3, points=5, at=ago(days=9)
        )
        new = Stand("x", "m1-l1", 1, done=True, first=3, best=3, out_of=3, points=1, at=ago(days=2))
        (found,) = todays(course, [new, old])
        assert (found.unit, found.attempts, found.points) == ("m1-l1", 2, 6)
        assert (found.best, found.at) == (3, ago(days=9))
        assert renamed(course, [reply("x", unit="old-l1")])[0].unit == "m1-l1"
    finally:
        del course.renamed["old-l1"]


# -- who seems stuck -------------------------------------------------------------------------


def stuck(course: Course, who: Member, stands: list[Stand], replies: list[Reply]) -> list[Hurdle]:
    return hurdles(course, where_of(course, who, *stands), stands, replies, NOW)


def sat(attempt: int, answers: int) -> list[Reply]:
    return [reply("x", f"m1-x{n}", unit="m1-exam", attempt=attempt) for n in range(1, answers + 1)]


def test_an_exam_failed_twice_is_a_hurdle_and_one_that_goes_on_is_not(leaf: Course) -> None:
    here = member("x", seen=NOW)
    second = [Stand("x", "m1-exam", 2)]
    assert stuck(leaf, here, second, [*sat(1, 4), *sat(2, 3)]) == []
    assert stuck(leaf, here, second, [*sat(1, 4), *sat(2, 4)]) == [Hurdle("exam", "m1-exam", 2)]
    passed = [Stand("x", "m1-exam", 3, done=True, at=NOW)]
    assert stuck(leaf, here, passed, [*sat(1, 4), *sat(2, 4), *sat(3, 4)]) == []


def test_a_unit_left_for_five_days_is_a_hurdle(course: Course) -> None:
    begun = [Stand("x", "m1-intro", 1)]
    assert stuck(course, member("x", seen=ago(days=5)), begun, []) == [
        Hurdle("left", "m1-intro", 5)
    ]
    assert stuck(course, member("x", seen=ago(days=4.9)), begun, []) == []


def test_an_item_wrong_three_times_is_a_hurdle_until_it_is_right(course: Course) -> None:
    here = member("x", seen=NOW)
    wrong = [reply("x", "m1-l1-q1", at=ago(hours=n)) for n in (5, 4, 3)]
    assert stuck(course, here, [], wrong) == [Hurdle("item", "m1-l1-q1", 3)]
    assert stuck(course, here, [], wrong[1:]) == []
    right = reply("x", "m1-l1-q1", right=True)
    assert stuck(course, here, [], [*wrong, right]) == []


def test_an_item_that_left_the_course_is_no_hurdle(course: Course) -> None:
    wrong = [reply("x", "gone-q1", at=ago(hours=n)) for n in (5, 4, 3)]
    assert stuck(course, member("x", seen=NOW), [], wrong) == []


def test_a_module_that_is_due_and_not_begun_is_a_hurdle(course: Course) -> None:
    cohort = Cohort("c1", "tiny", "S", "UTC", dates=(Dated("m1", due="2026-03-10T09:00"),))
    here = member("x", seen=NOW)
    found = where_of(course, here, cohort=cohort)
    assert hurdles(course, found, [], [], NOW) == [Hurdle("due", "m1")]
    begun = [Stand("x", "m1-intro", 1)]
    found = where_of(course, here, *begun, cohort=cohort)
    assert hurdles(course, found, begun, [], NOW) == []


# -- tables ----------------------------------------------------------------------------------


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


@given(st.text(max_size=12))
def test_no_cell_begins_as_a_formula(text: str) -> None:
    assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert safe(text) in (text, f"'{text}")


def test_a_name_that_is_a_formula_is_no_formula_in_a_table(course: Course) -> None:
    for evil in ("=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", " =1"):
        rows = table(progress_csv(course, [member("x", evil)], []))
        assert rows[0]["learner"] == f"'{evil}"


def test_the_table_of_progress_has_a_row_for_each_member_and_unit(course: Course) -> None:
    excuse = Override(1, "excuse", "m2-l1", "boss", NOW)
    stand = Stand("x", "m1-l1-quiz", 2, done=True, first=1, best=3, out_of=3, points=25, at=NOW)
    people = [member("x"), member("y", "Bo", hidden=True, overrides=(excuse,))]
    rows = table(progress_csv(course, people, [stand]))
    assert len(rows) == 2 * len(course.units)
    (quiz,) = [r for r in rows if (r["learner"], r["unit"]) == ("Ada", "m1-l1-quiz")]
    assert (quiz["attempts"], quiz["done"], quiz["best"]) == ("2", "yes", "3")
    assert quiz["done_at"] == "2026-03-20T12:00:00Z"
    assert [r["excused"] for r in rows if r["learner"] == "Bo"][-1] == "yes"


def test_the_table_of_answers_has_a_row_for_each_answer(course: Course) -> None:
    given_ = [reply("x", "m1-l1-q1", unit="m1-l1-quiz", option="c", seconds=12.4)]
    (row,) = table(answers_csv(course, [member("x")], given_))
    assert (row["learner"], row["item"], row["chosen"]) == ("Ada", "m1-l1-q1", "c")
    assert (row["right"], row["seconds"], row["module"]) == ("no", "12", "Tea")


def test_a_table_of_nobody_has_its_head_alone(course: Course) -> None:
    assert progress_csv(course, [], []).count("\n") == 1
    assert answers_csv(course, [], [reply("x")]).count("\n") == 1


def test_exports_tell_no_ids_of_learners(course: Course) -> None:
    people = [member(LEARNERS[1], ""), member(LEARNERS[2], "")]
    stands = [Stand(LEARNERS[1], "m1-l1", 1)]
    replies = [reply(LEARNERS[1], "m1-l1-q1", unit="m1-l1-quiz")]
    whole = as_json(COHORT, course, people, stands, replies, NOW)
    everything = progress_csv(course, people, stands) + answers_csv(course, people, replies) + whole
    assert LEARNERS[1] not in everything
    assert LEARNERS[2] not in everything
    data = json.loads(whole)
    assert data["made"] == "2026-03-20T12:00:00Z"
    assert [each["name"] for each in data["learners"]] == [
        "Somebody without a name yet 1",
        "Somebody without a name yet 2",
    ]
    assert data["learners"][0]["answers"][0]["item"] == "m1-l1-q1"


def test_two_who_are_called_alike_are_told_apart() -> None:
    early = Member("y", "ada", ago(days=70))
    assert names([member("x", "Ada"), early]) == {"y": "ada", "x": "Ada (2)"}


def test_a_file_for_spreadsheets_says_that_it_is_utf_8() -> None:
    assert for_spreadsheets("é") == b"\xef\xbb\xbf\xc3\xa9"
