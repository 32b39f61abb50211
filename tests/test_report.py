"""Reports of wrong questions reach whoever can mend them; talks only whom they are sent to."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.replay import read
from bot.conversation import (
    KEY_BYTES,
    AtHome,
    Caller,
    Cohort,
    Done,
    Given,
    Kept,
    Key,
    Look,
    Member,
    Membership,
    Message,
    Place,
    Profile,
    Quizzing,
    Reading,
    Record,
    Reported,
    Rows,
    Session,
    Sitting,
    Staff,
    State,
    Talk,
    Talked,
    Talking,
    Turn,
    Visit,
    Visited,
    Worded,
)
from bot.course.items import Exam, Item, Quiz
from bot.course.lab import Lab
from bot.course.model import Course, Library, Supplement
from bot.flows import units
from bot.flows.groups import report, sharing
from bot.flows.scene import Scene

HERE = Path(__file__).parent
NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
OWN = Place("telegram", "7")
STAFF_PLACE = Place("discord", "9")

TINY = read(HERE / "course" / "tiny")
LEAF = read(HERE / "course-exam")
SHIPPED = read(HERE.parent / "content")
ME = "1" * 16
TEACHER = Member("2" * 16, "Tess", NOW, place=STAFF_PLACE)
TITLE = "Tuesday group"

REASONS = ("key", "unclear", "typo")


def course_of(library: Library) -> Course:
    return next(iter(library.courses.values()))


def scene(
    unit: str,
    state: State,
    *known: tuple[Look, Rows],
    library: Library = TINY,
    staff: tuple[Member, ...] = (TEACHER,),
    member: bool = True,
    last: str = "",
) -> Scene:
    course = course_of(library)
    cohort = Cohort("c1", course.id, TITLE, "UTC")
    by = Caller(ME, OWN, profile=Profile(alias="Ann *Bee*"), direct=OWN)
    if member:
        by = replace(by, cohorts=(Membership(cohort),))
    session = Session(ME, course.id, unit, state, turn=9, last=last)
    return Scene(library, course, session, by, NOW, (*known, (Staff("c1"), staff)))


QUIZ = course_of(TINY).units["m1-l1-quiz"]
assert isinstance(QUIZ, Quiz)
FIRST, SECOND, THIRD = QUIZ.items
ASKED = Quizzing(1, FIRST.id, FIRST.wording)
LATER = Quizzing(1, SECOND.id, SECOND.wording, (Given(FIRST.id, ("c",), False),))
ENDED = Quizzing(1, given=tuple(Given(item.id, ("a",), False) for item in QUIZ.items))

EXAM = course_of(LEAF).units["m1-exam"]
assert isinstance(EXAM, Exam)
PAPER = tuple((item.id, item.wording) for item in EXAM.items[:4])
SAT = Sitting(1, PAPER, needed=3, given=(Given(PAPER[0][0], ("b",), False),))


def turn_of(outcome: Turn | Look | None) -> Turn:
    assert isinstance(outcome, Turn)
    return outcome


def own(turn: Turn) -> list[Message]:
    """What the learner reads."""
    return [each for each in turn.messages if each.to in (None, OWN)]


def told(turn: Turn) -> list[Message]:
    """What instructors read."""
    return [each for each in turn.messages if each.to not in (None, OWN)]


def reports(turn: Turn) -> list[Reported]:
    return [each for each in turn.records if isinstance(each, Reported)]


def button(turn: Turn, start: str) -> str:
    """What the newest button stands for whose key begins so."""
    keys = [choice.key for message in turn.messages for choice in message.choices]
    found = next(each for each in reversed(keys) if each.startswith(start))
    key = Key.parse(found)
    assert key is not None
    return key.what


# -- the button ------------------------------------------------------------------------------


def test_a_member_is_offered_to_report_every_question_and_nobody_else_is() -> None:
    for there, unit, state in ((TINY, QUIZ.id, ASKED), (LEAF, EXAM.id, SAT)):
        mine = turn_of(units.show(scene(unit, state, library=there)))
        alone = turn_of(units.show(scene(unit, state, library=there, member=False)))
        (*before, last) = mine.messages[-1].choices
        assert last.key.startswith("report.")
        assert tuple(before) == alone.messages[-1].choices


def test_a_member_of_a_cohort_in_another_course_is_not_offered_it() -> None:
    there = scene(QUIZ.id, ASKED)
    other = Membership(Cohort("c2", "elsewhere", "Others", "UTC"))
    there = replace(there, by=replace(there.by, cohorts=(other,)))
    shown = turn_of(units.show(there))
    assert not any(c.key.startswith("report") for c in shown.messages[-1].choices)


# -- which question --------------------------------------------------------------------------


def test_the_open_question_is_meant_before_the_one_just_answered() -> None:
    (kept,) = reports(turn_of(report.command(scene(QUIZ.id, LATER), "two are right")))
    assert kept == Reported(QUIZ.id, SECOND.id, SECOND.wording, "words", "two are right")


def test_after_the_last_question_that_one_is_meant() -> None:
    turn = turn_of(report.command(scene(QUIZ.id, ENDED), "hm"))
    assert [each.item for each in reports(turn)] == [THIRD.id]


@pytest.mark.parametrize("state", [AtHome(), Reading(0), Quizzing(1), Sitting(1)])
def test_without_a_question_nothing_is_reported(state: State) -> None:
    unit = {"quizzing": QUIZ.id, "reading": "m1-l1"}.get(state.kind, "")
    looks: tuple[Look, Rows] = (Done(ME, "tiny"), ())
    there = scene(unit, state, looks)
    turn = turn_of(report.command(there, "words"))
    assert not turn.records
    assert not told(turn)
    assert there.say("report.none") == turn.messages[0].text


def test_a_reason_belongs_to_the_question_it_was_asked_about() -> None:
    asked = turn_of(report.command(scene(QUIZ.id, ASKED), ""))
    what = button(asked, "report-typo")
    turn = turn_of(report.pressed(scene(QUIZ.id, LATER), what))
    assert [each.item for each in reports(turn)] == [FIRST.id]


def test_a_question_that_is_gone_is_not_taken_for_another() -> None:
    what = button(turn_of(report.command(scene(QUIZ.id, ASKED), "")), "report-typo")
    turn = turn_of(report.pressed(scene("m1-l1", Reading(0)), what))
    assert not turn.records
    assert not told(turn)


def test_a_question_is_told_as_it_was_worded_when_it_was_asked() -> None:
    then = FIRST.model_copy(update={"stem": "How was it worded then?"})
    then = Item.model_validate_json(then.model_dump_json())
    there = scene(QUIZ.id, replace(ASKED, shown=then.wording))
    look = report.command(there, "odd")
    assert look == Worded((then.wording,))
    kept: tuple[Look, Rows] = (look, (Kept("wordings", then.model_dump_json()),))
    turn = turn_of(report.command(replace(there, known=(*there.known, kept)), "odd"))
    assert reports(turn)[0].wording == then.wording
    assert "How was it worded then?" in told(turn)[0].text


def test_a_question_of_a_supplementary_reading_can_be_reported() -> None:
    extra = next(u for u in course_of(SHIPPED).units.values() if isinstance(u, Supplement))
    item = extra.items[0]
    there = scene(extra.id, Quizzing(1, item.id, item.wording), library=SHIPPED)
    assert button(turn_of(units.show(there)), "report") == "report"
    (kept,) = reports(turn_of(report.command(there, "odd")))
    assert (kept.unit, kept.item) == (extra.id, item.id)


def test_a_question_of_an_exam_is_told_with_what_was_chosen_once_it_is_over() -> None:
    given = tuple(Given(item, ("b",), False) for item, _ in PAPER)
    over = Sitting(1, PAPER, needed=3, given=given, ended=NOW)
    past = (Visited(ME, course_of(LEAF).id, (EXAM.id,)), (Visit(EXAM.id, 1),))
    turn = turn_of(report.command(scene(EXAM.id, over, past, library=LEAF), "odd"))
    assert [each.item for each in reports(turn)] == [PAPER[-1][0]]
    assert "Their answer: " in told(turn)[0].text


# -- what it leads to ------------------------------------------------------------------------


@pytest.mark.parametrize("why", REASONS)
def test_the_open_question_stays_open_and_is_shown_again(why: str) -> None:
    there = scene(QUIZ.id, ASKED)
    asked = turn_of(report.pressed(there, "report"))
    assert asked.session == there.session
    turn = turn_of(report.pressed(there, button(asked, f"report-{why}")))
    assert turn.session is not None
    assert (turn.session.state, turn.session.turn) == (ASKED, there.session.turn)
    assert turn_of(units.show(there)).messages == turn.messages[-1:]
    assert [each.why for each in reports(turn)] == [why]


def test_an_instructor_reads_the_question_its_key_and_what_was_chosen() -> None:
    (post,) = told(turn_of(report.command(scene(QUIZ.id, ENDED), "two are right")))
    assert post.to == STAFF_PLACE
    for part in (THIRD.stem, "Ann Bee", TITLE, "m1-l1-q3", "Their answer: ", "two are right"):
        assert part in post.text
    for option in THIRD.options:
        assert option.text in post.text
        assert (f"{option.text} (marked as right)" in post.text) == option.correct


def test_the_letters_are_those_that_the_learner_saw() -> None:
    there = scene(QUIZ.id, ASKED)
    shown = turn_of(units.show(there)).messages[-1].text
    lettered = [line.strip() for line in shown.splitlines() if ".** " in line]
    (post,) = told(turn_of(report.command(there, "odd")))
    lines = [line.strip().removesuffix(" (marked as right)") for line in post.text.splitlines()]
    assert len(lettered) == len(FIRST.options)
    assert set(lettered) <= set(lines)


def test_instructors_who_blocked_us_and_the_learner_are_written_nothing() -> None:
    away = Member("3" * 16, "Away", NOW)
    myself = Member(ME, "Ann", NOW, place=OWN)
    turn = turn_of(report.command(scene(QUIZ.id, ASKED, staff=(away, myself)), "odd"))
    assert not told(turn)
    assert "whoever runs the course" in turn.messages[0].text
    assert reports(turn)


def test_in_no_cohort_a_report_is_kept_all_the_same() -> None:
    turn = turn_of(report.command(scene(QUIZ.id, ASKED, member=False), "odd"))
    assert not told(turn)
    assert "whoever runs the course" in turn.messages[0].text
    assert reports(turn)


def test_who_the_instructors_are_is_looked_up_before_anything_is_kept() -> None:
    there = replace(scene(QUIZ.id, ASKED), known=())
    assert report.command(there, "odd") == Staff("c1")


def test_a_reason_pressed_twice_counts_once_and_its_question_is_known() -> None:
    there = scene(QUIZ.id, ASKED)
    what = button(turn_of(report.command(there, "")), "report-unclear")
    first = turn_of(report.pressed(there, what))
    assert first.session is not None
    then = replace(there, session=first.session)
    assert turn_of(report.pressed(then, what)) == then.turn()
    known = turn_of(report.command(then, ""))
    assert known.messages[0].text == then.say("report.known")
    assert reports(turn_of(report.command(then, "and one thing more")))


def test_nothing_is_reported_by_going_back() -> None:
    turn = turn_of(report.pressed(scene(QUIZ.id, ASKED), "report-no"))
    assert not turn.records
    assert not told(turn)


@pytest.mark.parametrize("what", ["reports", "report-", "report-m1-l1-q1", "rep", "report2-key"])
def test_other_buttons_are_none_of_its_business(what: str) -> None:
    assert report.pressed(scene(QUIZ.id, ASKED), what) is None


@pytest.mark.parametrize(
    ("library", "unit", "state"),
    [(TINY, QUIZ.id, ASKED), (TINY, QUIZ.id, LATER), (LEAF, EXAM.id, SAT)],
)
@given(words=st.text(max_size=400))
def test_no_message_about_a_report_shows_the_right_answer_to_the_learner(
    library: Library, unit: str, state: State, words: str
) -> None:
    there = scene(unit, state, library=library)
    as_before = turn_of(units.show(there)).messages
    asked = turn_of(report.command(there, ""))
    outcomes = [report.pressed(there, button(asked, f"report-{why}")) for why in REASONS]
    outcomes += [asked, report.command(there, words), report.pressed(there, "report-no")]
    texts = [o.text for item in course_of(library).items for o in item.options if o.correct]
    for outcome in outcomes:
        turn = turn_of(outcome)
        for message in own(turn):
            if message not in as_before:
                assert "marked as right" not in message.text
                assert not any(text in message.text for text in texts)


@given(words=st.text(min_size=1, max_size=2000))
def test_whatever_somebody_writes_stays_one_harmless_line(words: str) -> None:
    turn = turn_of(report.command(scene(QUIZ.id, ASKED), words))
    for kept in reports(turn):
        assert len(kept.words) <= report.LONGEST
        assert not set(kept.words) & set("\n\r*_`~|<>[]()#@:/\\")
        assert kept.words in told(turn)[0].text


# -- sharing a talk --------------------------------------------------------------------------

LAB = next(u for u in course_of(SHIPPED).units.values() if isinstance(u, Lab))
NAMES = (LAB.id,)


def line(said: str, *, reply: str = "And why?", attempt: int = 1) -> Talked:
    return Talked(LAB.id, attempt, said, reply, True, ("prompt",), note="what a model was told")


TALK = (line("We draw signs"), line("", reply="That sounds heavy"), line("A machine made it"))


def talk(
    *lines: Talked, attempt: int = 1, staff: tuple[Member, ...] = (TEACHER,), last: str = ""
) -> Scene:
    """A lab that is open at an attempt with these lines; the attempt before has `TALK`."""
    looks = [(Talk(ME, "synthetic-data", NAMES, attempt), lines)]
    if attempt > 1:
        looks.append((Talk(ME, "synthetic-data", NAMES, attempt - 1), TALK))
    state = Talking(attempt)
    return scene(LAB.id, state, *looks, library=SHIPPED, staff=staff, last=last)


def yes(there: Scene, args: str = "") -> str:
    return button(turn_of(sharing.share(there, args)), "share-yes")


def shared(turn: Turn) -> str:
    (post,) = told(turn)
    (file,) = post.files
    return file.data.decode()


def test_nothing_is_sent_before_the_learner_agrees() -> None:
    turn = turn_of(sharing.share(talk(*TALK), ""))
    assert not told(turn)
    assert "2 of your lines" in turn.messages[0].text
    assert TITLE in turn.messages[0].text
    kept = turn_of(sharing.pressed(talk(*TALK), "share-no"))
    assert not told(kept)


def test_the_talk_goes_to_the_instructors_as_a_file_without_what_is_nobodys() -> None:
    there = talk(*TALK)
    turn = turn_of(sharing.pressed(there, yes(there)))
    text = shared(turn)
    for part in ("Ann Bee: We draw signs", f"{LAB.persona.name}: And why?", "A machine made it"):
        assert part in text
    for part in ("heavy", "what a model was told"):
        assert part not in text
    assert not turn.records
    assert all(not message.files for message in own(turn))


def test_what_was_said_after_the_question_is_not_sent() -> None:
    what = yes(talk(*TALK))
    later = talk(*TALK, line("said after that"))
    assert "said after that" not in shared(turn_of(sharing.pressed(later, what)))


def test_a_talk_just_begun_anew_stands_behind_the_one_before() -> None:
    there = talk(attempt=2)
    assert "We draw signs" in shared(turn_of(sharing.pressed(there, yes(there))))


def test_a_named_lab_is_found_from_anywhere() -> None:
    there = scene(
        "",
        AtHome(),
        (Visited(ME, "synthetic-data", NAMES), (Visit(LAB.id, 1, done=True),)),
        (Talk(ME, "synthetic-data", NAMES, 1), TALK),
        (Done(ME, "synthetic-data"), ()),
        library=SHIPPED,
    )
    for name in (LAB.id, LAB.title.upper(), f"lab {LAB.title}"):
        assert yes(there, name)
    (choice, *_) = turn_of(sharing.share(there, LAB.title[:9])).messages[0].choices
    key = Key.parse(choice.key)
    assert key is not None
    assert button(turn_of(sharing.pressed(there, key.what)), "share-yes")
    unknown = turn_of(sharing.share(there, "qqqq zzzz"))
    assert "qqqq zzzz" in unknown.messages[0].text


def test_an_empty_talk_or_nobody_to_read_it_is_said_and_nothing_is_asked() -> None:
    for there, key in (
        (talk(), "share.empty"),
        (talk(TALK[1]), "share.empty"),
        (talk(*TALK, staff=()), "share.nobody"),
        (scene(LAB.id, Talking(1), library=SHIPPED, member=False), "share.no-group"),
    ):
        said = there.say(key, unit=LAB.title, title=TITLE)
        assert turn_of(sharing.share(there, "")).messages[0].text == said


def test_a_talk_is_sent_once_however_often_the_button_is_pressed() -> None:
    there = talk(*TALK)
    what = yes(there)
    first = turn_of(sharing.pressed(there, what))
    assert first.session is not None
    then = replace(there, session=first.session)
    assert turn_of(sharing.pressed(then, what)) == then.turn()
    again = turn_of(sharing.share(then, ""))
    assert not told(again)
    assert again.messages[0].text == then.say("share.sent", unit=LAB.title)


@pytest.mark.parametrize("what", ["share-yes-", "share-yes-zz-1-1", "share-yes-aa", "share-of-zz"])
def test_a_button_that_nobody_made_sends_nothing(what: str) -> None:
    assert not told(turn_of(sharing.pressed(talk(*TALK), what)))


def test_other_buttons_do_not_share() -> None:
    assert sharing.pressed(talk(*TALK), "shared") is None


def test_the_lab_goes_on_where_it_was() -> None:
    there = talk(*TALK)
    turn = turn_of(sharing.pressed(there, yes(there)))
    assert turn.session is not None
    assert (turn.session.state, turn.session.turn) == (Talking(1), there.session.turn)
    assert turn.messages[-1:] == turn_of(units.show(there)).messages


def test_old_buttons_do_not_let_anybody_in_again_who_left_the_cohort() -> None:
    left = scene(QUIZ.id, ASKED, member=False)
    left = replace(left, by=replace(left.by, access="cohort"))
    for what in ("report", "report-no", "report-key"):
        assert report.pressed(left, what) is None
    assert sharing.pressed(left, "share-no") is None


# -- limits ----------------------------------------------------------------------------------


def test_every_key_fits_its_64_bytes_with_the_longest_names() -> None:
    reasons = [Key(f"report-{why}-{'0' * 8}", "c" * 16, 0, 10**6) for why in REASONS]
    yes_key = Key(f"share-yes-{'0' * 8}-999-99", "c" * 16, 0, 10**6)
    for key in (*reasons, yes_key):
        assert len(str(key)) <= KEY_BYTES


def kinds(records: tuple[Record, ...]) -> set[str]:
    return {each.kind for each in records}


def test_a_report_is_all_that_is_recorded() -> None:
    turn = turn_of(report.command(scene(QUIZ.id, LATER), "odd"))
    assert kinds(turn.records) == {"reported"}
