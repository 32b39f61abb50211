"""Answers are marked anew once a key was put right: never twice, and never to anybody's loss
unless an instructor says so.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.replay import read
from bot.conversation import (
    KEY_BYTES,
    Caller,
    Certificate,
    Certificates,
    Cohort,
    Key,
    Look,
    Map,
    Member,
    Message,
    Override,
    Place,
    Profile,
    Regraded,
    Replies,
    Reply,
    Roster,
    Rows,
    Session,
    Stand,
    Turn,
    Withdrawn,
)
from bot.course.items import Exam, Item, Quiz
from bot.course.model import Course, Library
from bot.flows.groups import regrade
from bot.flows.scene import Scene

HERE = Path(__file__).parent
NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
CHIEF = "f" * 16
TITLE = "Tuesday group"


def course_of(library: Library) -> Course:
    return next(iter(library.courses.values()))


TINY = read(HERE / "course" / "tiny")
LEAF = read(HERE / "course-exam")


def quiz_of(library: Library, unit: str) -> Quiz:
    found = course_of(library).units[unit]
    assert isinstance(found, Quiz)
    return found


QUIZ = quiz_of(TINY, "m1-l1-quiz")
ITEM = QUIZ.items[0]  # b is right
EXAM = course_of(LEAF).units["m1-exam"]
assert isinstance(EXAM, Exam)
ASKED = EXAM.items[:4]
PUT_RIGHT = ASKED[0]  # a is right


def member(learner: str, alias: str = "", **more: object) -> Member:
    kept: dict[str, object] = {"place": Place("telegram", learner), **more}
    return Member(learner, alias or learner.title(), NOW, **kept)  # type: ignore[arg-type]


def reply(
    learner: str, unit: str, item: str, option: str, right: bool, attempt: int = 1, points: int = 0
) -> Reply:
    held = "" if right else "mc-plant"
    return Reply(learner, unit, item, (option,), right, attempt, "old", held, points, NOW)


def quiz_replies(learner: str, option: str, marked: bool, attempt: int = 1) -> list[Reply]:
    """A whole attempt at the quiz: the item in question, and one other right, one other wrong."""
    paid = 5 if attempt == 1 else 0
    return [
        reply(learner, QUIZ.id, ITEM.id, option, marked, attempt, paid * marked),
        reply(learner, QUIZ.id, QUIZ.items[1].id, "d", True, attempt, paid),
        reply(learner, QUIZ.id, QUIZ.items[2].id, "b", False, attempt),
    ]


def exam_replies(learner: str, option: str, marked: bool, others: int) -> list[Reply]:
    """A whole attempt at the exam, in which so many of the other three answers are right."""
    rest = [reply(learner, EXAM.id, item.id, "a", n < others) for n, item in enumerate(ASKED[1:])]
    return [reply(learner, EXAM.id, PUT_RIGHT.id, option, marked), *rest]


def scene(
    library: Library,
    members: Sequence[Member],
    stands: Sequence[Stand],
    replies: Sequence[Reply],
    *more: tuple[Look, Rows],
) -> Scene:
    known: tuple[tuple[Look, Rows], ...] = (
        (Roster("c1"), tuple(members)),
        (Map("c1"), tuple(stands)),
        (Replies("c1"), tuple(replies)),
        *more,
    )
    session = Session(CHIEF, course_of(library).id, turn=12345)
    by = Caller(CHIEF, Place("telegram", "1"), profile=Profile())
    return Scene(library, course_of(library), session, by, NOW, known)


def cohort(library: Library, **more: object) -> Cohort:
    return Cohort("c1", course_of(library).id, TITLE, "UTC", **more)  # type: ignore[arg-type]


def turn(outcome: Turn | Look) -> Turn:
    assert isinstance(outcome, Turn)
    return outcome


def kinds(outcome: Turn | Look) -> list[str]:
    """What the buttons of a preview do."""
    keys = [Key.parse(choice.key) for choice in turn(outcome).messages[0].choices]
    return [key.what.split("-")[1] for key in keys if key]


def marks(outcome: Turn | Look) -> list[Regraded]:
    return [each for each in turn(outcome).records if isinstance(each, Regraded)]


def withdrawn(outcome: Turn | Look) -> list[Withdrawn]:
    return [each for each in turn(outcome).records if isinstance(each, Withdrawn)]


def told(outcome: Turn | Look) -> list[Message]:
    return [each for each in turn(outcome).messages if each.to]


def after(before: Scene, outcome: Turn | Look) -> Scene:
    """The scene once the store has taken the records, as its Looks tell it."""
    stands = {(s.learner, s.unit): s for s in before.rows(Map("c1"), Stand) or []}
    replies = before.rows(Replies("c1"), Reply) or []
    for each in marks(outcome):
        row = stands[each.learner, each.unit]
        stands[each.learner, each.unit] = replace(
            row,
            first=each.first or 0,
            best=each.best,
            done=each.passed,
            points=row.points + each.points,
        )
        now, of = dict(each.answers), (each.learner, each.unit, each.item)
        replies = [
            replace(r, right=now[r.attempt])
            if (r.learner, r.unit, r.item) == of and r.attempt in now
            else r
            for r in replies
        ]
    rows: dict[Look, Rows] = {Map("c1"): tuple(stands.values()), Replies("c1"): tuple(replies)}
    return replace(before, known=tuple((look, rows.get(look, r)) for look, r in before.known))


WRONGLY_WRONG = quiz_replies("ann", "b", False)
WRONGLY_RIGHT = quiz_replies("bo", "c", True)
ROW = Stand("", QUIZ.id, 1, True, 1, 1, 3, 15)
ANN, BO = replace(ROW, learner="ann"), replace(ROW, learner="bo", first=2, best=2, points=20)
BOTH = scene(TINY, [member("ann"), member("bo")], [ANN, BO], [*WRONGLY_WRONG, *WRONGLY_RIGHT])
GROUP = cohort(TINY)


# -- looking ---------------------------------------------------------------------------------


def test_everything_that_must_be_known_is_asked_for_in_three_looks() -> None:
    nothing = replace(BOTH, known=())
    asked: list[Look] = []
    for _ in range(3):
        look = regrade.preview(nothing, GROUP, ITEM.id)
        assert not isinstance(look, Turn)
        asked.append(look)
        nothing = replace(nothing, known=(*nothing.known, (look, dict(BOTH.known)[look])))
    assert set(asked) == {Roster("c1"), Map("c1"), Replies("c1")}
    assert regrade.preview(nothing, GROUP, ITEM.id) == regrade.preview(BOTH, GROUP, ITEM.id)


def test_a_preview_says_what_changes_and_writes_nothing() -> None:
    shown = turn(regrade.preview(BOTH, GROUP, ITEM.id))
    said = shown.messages[0].text
    assert "become right: 1. Answers that become wrong: 1." in said
    assert "- Ann: 2 of 3 right at the first try (before: 1), 5 points more" in said
    assert "- Bo: 1 of 3 right at the first try (before: 2), 5 points fewer" in said
    assert shown.records == ()
    assert told(shown) == []


def test_what_takes_something_away_is_offered_only_where_there_is_that_to_do() -> None:
    alone = scene(TINY, [member("ann")], [ANN], WRONGLY_WRONG)
    worse = scene(TINY, [member("bo")], [BO], WRONGLY_RIGHT)
    assert kinds(regrade.preview(BOTH, GROUP, ITEM.id)) == ["keep", "all", "no"]
    assert kinds(regrade.preview(alone, GROUP, ITEM.id)) == ["keep", "no"]
    assert kinds(regrade.preview(worse, GROUP, ITEM.id)) == ["all", "no"]


def test_where_every_mark_is_right_a_preview_says_so_and_offers_nothing() -> None:
    right = scene(TINY, [member("ann")], [ANN], quiz_replies("ann", "b", True))
    shown = turn(regrade.preview(right, GROUP, ITEM.id))
    assert "Nothing changes." in shown.messages[0].text
    assert shown.messages[0].choices == ()


def test_an_answer_whose_option_is_gone_is_left_out_and_that_is_said() -> None:
    gone = scene(TINY, [member("ann")], [ANN], quiz_replies("ann", "f", True))
    said = turn(regrade.preview(gone, GROUP, ITEM.id)).messages[0].text
    assert "is not in the course any more: 1." in said
    assert marks(regrade.apply(gone, GROUP, ITEM.id, take_away=True)) == []


def test_a_question_that_is_not_there_is_asked_for_and_named_harmlessly() -> None:
    assert "Which question" in turn(regrade.preview(BOTH, GROUP, " ")).messages[0].text
    said = turn(regrade.preview(BOTH, GROUP, "@all *x*")).messages[0].text
    assert "no question" in said
    assert "@all" not in said


def test_a_question_is_found_however_its_name_is_quoted() -> None:
    assert regrade.preview(BOTH, GROUP, f" `{ITEM.id.upper()}` ") == regrade.preview(
        BOTH, GROUP, ITEM.id
    )


def test_in_an_archived_group_nothing_changes() -> None:
    over = cohort(TINY, state="archived")
    assert turn(regrade.preview(BOTH, over, ITEM.id)).messages[0].choices == ()
    assert turn(regrade.apply(BOTH, over, ITEM.id, take_away=True)).records == ()


def test_the_key_of_a_button_fits_with_the_longest_names() -> None:
    # The id of a group has at most 12 characters: see bot.flows.groups.arranging.
    group = replace(GROUP, id="g" * 12)
    known: tuple[tuple[Look, Rows], ...] = (
        (Roster(group.id), (member("ann"), member("bo"))),
        (Map(group.id), (ANN, BO)),
        (Replies(group.id), (*WRONGLY_WRONG, *WRONGLY_RIGHT)),
    )
    course = replace(BOTH.course, id="c" * 16)
    session = replace(BOTH.session, turn=99_999_999)
    long = replace(BOTH, course=course, session=session, known=known)
    for choice in turn(regrade.preview(long, group, ITEM.id)).messages[0].choices:
        assert len(choice.key) <= KEY_BYTES
        assert Key.parse(choice.key)


def test_the_lines_of_a_large_group_fit_one_message() -> None:
    people = [member(f"{n:016x}", f"Bartholomew the {n:03} of Great") for n in range(200)]
    stands = [replace(ANN, learner=each.learner) for each in people]
    replies = [r for each in people for r in quiz_replies(each.learner, "b", False)]
    shown = turn(regrade.preview(scene(TINY, people, stands, replies), GROUP, ITEM.id))
    assert len(shown.messages[0].text) < 4000
    assert "and 190 more" in shown.messages[0].text


# -- doing -----------------------------------------------------------------------------------


def test_what_helps_is_done_and_nothing_else() -> None:
    (done,) = marks(regrade.apply(BOTH, GROUP, ITEM.id, take_away=False))
    assert done == Regraded(
        "ann", QUIZ.id, ITEM.id, ((1, True),), 2, 2, True, 5, ITEM.wording, CHIEF
    )


def test_told_to_take_away_both_are_changed() -> None:
    ann, bo = marks(regrade.apply(BOTH, GROUP, ITEM.id, take_away=True))
    assert (ann.learner, ann.points, ann.first, ann.best) == ("ann", 5, 2, 2)
    assert (bo.learner, bo.points, bo.first, bo.best) == ("bo", -5, 1, 1)


def test_a_button_is_good_for_the_key_it_was_shown_with() -> None:
    keys = [
        Key.parse(c.key) for c in turn(regrade.preview(BOTH, GROUP, ITEM.id)).messages[0].choices
    ]
    named = next(key.what.rpartition("-")[2] for key in keys if key and "keep" in key.what)
    assert marks(regrade.apply(BOTH, GROUP, named, take_away=False))
    options = tuple(o.model_copy(update={"correct": o.id == "a"}) for o in ITEM.options)
    other = Item.model_validate(ITEM.model_dump(exclude={"options"}) | {"options": options})
    edited = with_item(BOTH, other)
    stale = turn(regrade.apply(edited, GROUP, named, take_away=True))
    assert stale.records == ()
    assert "has changed since" in stale.messages[0].text


def with_item(there: Scene, item: Item) -> Scene:
    """The scene with another version of an item of the quiz in its course."""
    items = tuple(item if each.id == item.id else each for each in QUIZ.items)
    quiz = QUIZ.model_copy(update={"items": items})
    modules = tuple(
        replace(module, units=tuple(quiz if unit.id == QUIZ.id else unit for unit in module.units))
        for module in there.course.modules
    )
    return replace(there, course=replace(there.course, modules=modules))


def test_an_attempt_that_is_going_on_keeps_its_marks() -> None:
    open_row = Stand("ann", QUIZ.id, 1)
    begun = scene(TINY, [member("ann")], [open_row], WRONGLY_WRONG[:1])
    again = scene(
        TINY,
        [member("ann")],
        [replace(ANN, attempts=2)],
        [*quiz_replies("ann", "b", True), *quiz_replies("ann", "b", False, attempt=2)[:1]],
    )
    for there in (begun, again):
        assert (
            "in the middle of an attempt"
            in turn(regrade.preview(there, GROUP, ITEM.id)).messages[0].text
        )
        assert marks(regrade.apply(there, GROUP, ITEM.id, take_away=True)) == []


def test_a_later_attempt_changes_the_best_result_and_pays_nothing() -> None:
    row = Stand("ann", QUIZ.id, 2, True, 1, 1, 3, 15)
    replies = [*quiz_replies("ann", "c", False), *quiz_replies("ann", "b", False, attempt=2)]
    (done,) = marks(
        regrade.apply(scene(TINY, [member("ann")], [row], replies), GROUP, ITEM.id, take_away=True)
    )
    assert (done.answers, done.first, done.best, done.points) == (((2, True),), 1, 2, 0)


def test_a_first_attempt_counts_even_where_the_quiz_has_grown_since() -> None:
    row = Stand("ann", QUIZ.id, 2, True, 1, 3, 4, 15)
    later = [*quiz_replies("ann", "b", True, attempt=2), reply("ann", QUIZ.id, "new", "a", True, 2)]
    there = scene(TINY, [member("ann")], [row], [*WRONGLY_WRONG, *later])
    (done,) = marks(regrade.apply(there, GROUP, ITEM.id, take_away=False))
    assert (done.answers, done.first, done.best, done.points) == (((1, True),), 2, 3, 5)


def test_a_row_without_a_first_result_stays_without_one() -> None:
    row = Stand("ann", QUIZ.id, 2, True, 0, 1, 3, 10)
    there = scene(TINY, [member("ann")], [row], quiz_replies("ann", "b", False, attempt=2))
    (done,) = marks(regrade.apply(there, GROUP, ITEM.id, take_away=False))
    assert (done.first, done.best) == (None, 2)


def test_a_unit_that_was_renamed_keeps_its_row_under_its_old_name() -> None:
    course = replace(course_of(TINY), renamed={"old-quiz": QUIZ.id})
    replies = [replace(each, unit="old-quiz") for each in WRONGLY_WRONG]
    there = scene(TINY, [member("ann")], [replace(ANN, unit="old-quiz")], replies)
    there = replace(there, course=course)
    outcome = regrade.apply(there, GROUP, ITEM.id, take_away=False)
    (done,) = marks(outcome)
    assert (done.unit, done.first) == ("old-quiz", 2)
    assert "Quiz: A good cup" in told(outcome)[0].text


def test_of_one_person_with_two_accounts_the_better_answer_counts_for_good() -> None:
    twice = [*WRONGLY_WRONG, *quiz_replies("ann", "c", False)]
    there = scene(TINY, [member("ann")], [ANN], twice)
    outcome = regrade.apply(there, GROUP, ITEM.id, take_away=True)
    (done,) = marks(outcome)
    assert (done.answers, done.points) == (((1, True),), 5)
    assert marks(regrade.apply(after(there, outcome), GROUP, ITEM.id, take_away=True)) == []


# -- an exam ---------------------------------------------------------------------------------

CARA = Stand("cara", EXAM.id, 1, True, 3, 3, 4, 50)
DORA = Stand("dora", EXAM.id, 1, False, 2, 2, 4, 0)
PASSES = [*exam_replies("cara", "b", True, 2), *exam_replies("dora", "a", False, 2)]
GIVEN = Certificate("K" * 16, "cara", "leaf", EXAM.id, "Cara Cee", "Leaf and water", 3, 4, NOW)
WHOLE = replace(GIVEN, code="W" * 16, unit="")


def examined(*certificates: Certificate, overrides: tuple[Override, ...] = ()) -> Scene:
    people = [member("cara", overrides=overrides), member("dora")]
    given = (Certificates(cohort="c1"), certificates)
    return scene(LEAF, people, [CARA, DORA], PASSES, given)


def test_a_pass_is_given_and_no_pass_is_taken_unless_told() -> None:
    (dora,) = marks(regrade.apply(examined(GIVEN), cohort(LEAF), PUT_RIGHT.id, take_away=False))
    assert (dora.learner, dora.passed, dora.best, dora.points) == ("dora", True, 3, 50)


def test_told_so_a_pass_goes_with_its_points_and_its_certificates() -> None:
    old = replace(GIVEN, code="O" * 16, withdrawn="a newer one was made")
    other = replace(GIVEN, code="X" * 16, learner="dora", unit="")
    elsewhere = replace(GIVEN, code="E" * 16, course="tiny")
    there = examined(GIVEN, WHOLE, old, other, elsewhere)
    outcome = regrade.apply(there, cohort(LEAF), PUT_RIGHT.id, take_away=True)
    cara, dora = marks(outcome)
    assert (cara.passed, cara.best, cara.points) == (False, 2, -50)
    assert (dora.passed, dora.best, dora.points) == (True, 3, 50)
    assert {(each.learner, each.code) for each in withdrawn(outcome)} == {
        ("cara", GIVEN.code),
        ("cara", WHOLE.code),
    }


def test_who_is_excused_from_the_exam_keeps_the_certificate_for_the_course() -> None:
    excuse = Override(1, "excuse", EXAM.id, CHIEF, NOW)
    there = examined(GIVEN, WHOLE, overrides=(excuse,))
    outcome = regrade.apply(there, cohort(LEAF), PUT_RIGHT.id, take_away=True)
    assert [each.code for each in withdrawn(outcome)] == [GIVEN.code]


def test_certificates_are_asked_for_only_where_a_pass_is_lost() -> None:
    there = replace(examined(), known=examined().known[:3])
    helped = regrade.apply(there, cohort(LEAF), PUT_RIGHT.id, take_away=False)
    assert isinstance(helped, Turn)
    assert regrade.apply(there, cohort(LEAF), PUT_RIGHT.id, take_away=True) == Certificates(
        cohort="c1"
    )


def test_a_pass_by_an_older_pass_mark_is_not_taken_by_another_one() -> None:
    row = Stand("eve", EXAM.id, 1, True, 2, 2, 4, 50)
    there = scene(
        LEAF,
        [member("eve")],
        [row],
        exam_replies("eve", "b", True, 1),
        (Certificates(cohort="c1"), ()),
    )
    (done,) = marks(regrade.apply(there, cohort(LEAF), PUT_RIGHT.id, take_away=True))
    assert (done.passed, done.best, done.points) == (True, 1, 0)


# -- telling ---------------------------------------------------------------------------------


def test_only_who_sees_a_change_and_can_be_reached_is_told() -> None:
    out_of_reach = member("bo", place=None)
    there = scene(TINY, [member("ann"), out_of_reach], [ANN, BO], [*WRONGLY_WRONG, *WRONGLY_RIGHT])
    (message,) = told(regrade.apply(there, GROUP, ITEM.id, take_away=True))
    assert message.to == Place("telegram", "ann")
    unseen = replace(ANN, attempts=2, first=2, best=2)
    replies = [*quiz_replies("ann", "b", True), *quiz_replies("ann", "b", False, attempt=2)]
    quiet = scene(TINY, [member("ann")], [unseen], replies)
    outcome = regrade.apply(quiet, GROUP, ITEM.id, take_away=False)
    assert marks(outcome)
    assert told(outcome) == []


def test_who_loses_a_certificate_is_told_its_code() -> None:
    outcome = regrade.apply(examined(GIVEN), cohort(LEAF), PUT_RIGHT.id, take_away=True)
    cara, _ = told(outcome)
    assert "KKKK-KKKK-KKKK-KKKK is not valid any more" in cara.text
    assert "We are sorry" in cara.text


# -- always ----------------------------------------------------------------------------------


@st.composite
def histories(draw: st.DrawFn) -> Scene:
    """An exam that some people sat once or twice, marked by whatever key it had."""
    members, stands, replies = [], [], []
    for n in range(draw(st.integers(1, 4))):
        learner = f"learner{n}"
        own: list[Reply] = []
        scores: list[int] = []
        for attempt in range(1, draw(st.integers(1, 3)) + 1):
            sat = exam_replies(
                learner,
                draw(st.sampled_from("abcf")),
                draw(st.booleans()),
                draw(st.integers(0, 3)),
            )
            own += [replace(r, attempt=attempt, at=NOW + timedelta(days=attempt)) for r in sat]
            scores.append(sum(r.right for r in sat))
        passed = max(scores) >= 3
        stands.append(
            Stand(learner, EXAM.id, len(scores), passed, scores[0], max(scores), 4, 50 * passed)
        )
        members.append(member(learner, place=draw(st.sampled_from([None, Place("discord", "7")]))))
        replies += own
    certificates = [
        replace(GIVEN, code=f"{n:016}", learner=row.learner)
        for n, row in enumerate(stands)
        if row.done
    ]
    known = (Certificates(cohort="c1"), tuple(certificates))
    return scene(LEAF, members, stands, replies, known)


@given(histories())
def test_without_being_told_so_nobody_ever_loses_anything(there: Scene) -> None:
    rows = {each.learner: each for each in there.rows(Map("c1"), Stand) or []}
    outcome = regrade.apply(there, cohort(LEAF), PUT_RIGHT.id, take_away=False)
    assert withdrawn(outcome) == []
    for each in marks(outcome):
        row = rows[each.learner]
        assert each.passed >= row.done
        assert each.points >= 0
        assert (each.first or 0) >= row.first
        assert each.best >= row.best
        assert all(mark for _, mark in each.answers)


@given(histories(), st.booleans())
def test_done_twice_it_changes_nothing_more(there: Scene, take_away: bool) -> None:
    group = cohort(LEAF)
    outcome = regrade.apply(there, group, PUT_RIGHT.id, take_away=take_away)
    later = after(there, outcome)
    again = turn(regrade.apply(later, group, PUT_RIGHT.id, take_away=take_away))
    assert again.records == ()
    assert told(again) == []
    if take_away:
        assert turn(regrade.preview(later, group, PUT_RIGHT.id)).messages[0].choices == ()


@given(histories(), st.booleans())
def test_rows_are_what_the_marks_say(there: Scene, take_away: bool) -> None:
    outcome = regrade.apply(there, cohort(LEAF), PUT_RIGHT.id, take_away=take_away)
    later = after(there, outcome)
    changed = {each.learner for each in marks(outcome)}
    for row in later.rows(Map("c1"), Stand) or []:
        own = [r for r in later.rows(Replies("c1"), Reply) or [] if r.learner == row.learner]
        scores = [sum(r.right for r in own if r.attempt == n + 1) for n in range(row.attempts)]
        assert (row.first, row.best) == (scores[0], max(scores))
        assert row.points == (50 if row.done else 0)
        if row.learner in changed:
            assert row.done == (max(scores) >= 3)


@given(histories(), st.booleans())
def test_no_message_to_a_learner_tells_which_question_or_what_is_right(
    there: Scene, take_away: bool
) -> None:
    key = next(option.text for option in PUT_RIGHT.options if option.correct)
    for message in told(regrade.apply(there, cohort(LEAF), PUT_RIGHT.id, take_away=take_away)):
        assert key not in message.text
        assert PUT_RIGHT.stem not in message.text
        assert PUT_RIGHT.id not in message.text
