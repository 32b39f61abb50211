"""Questions to a whole group: asked in its midst, answered alone, counted without names."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.replay import read
from bot.conversation import (
    KEY_BYTES,
    Asked,
    BoardPicture,
    Caller,
    Cohort,
    Cohorts,
    Dated,
    Job,
    Kept,
    Key,
    Look,
    Membership,
    Message,
    Place,
    Round,
    Rounds,
    Rows,
    Scheduled,
    Session,
    Turn,
    Vote,
    Voted,
    Votes,
    Won,
    Worded,
)
from bot.course.items import Exam, Item, Option, Quiz
from bot.course.model import Library, Module
from bot.flows.groups import answering, rounds, tally
from bot.flows.groups.round_items import lettered
from bot.flows.scene import Scene

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
LUCK = "0123456789abcdef"
ID = LUCK[:10]
HOME = Place("telegram", "-100", private=False)
OWN = Place("telegram", "7")

TINY = read(Path(__file__).parent / "course" / "tiny")
TEA = TINY.courses["tiny"]
ITEMS = {item.id: item for item in TEA.items}
COHORT = Cohort("c1", "tiny", "Spring Tea", "Europe/Berlin", place=HOME)
RIGHT = {"m1-l1-q1": "b", "m1-l1-q2": "d", "m1-l1-q3": "a"}
ALL = tuple((item, ITEMS[item].wording) for item in RIGHT)
PLAYED = Round(ID, "c1", "tiny", "round", ALL, HOME, NOW, NOW + timedelta(minutes=5))
WEEK = replace(PLAYED, kind="week", items=ALL[:1], closes=NOW + timedelta(days=5))


def scene(
    *known: tuple[Look, Rows],
    at: datetime = NOW,
    library: Library = TINY,
    member: bool = True,
    among: Place | None = HOME,
    cohort: Cohort = COHORT,
) -> Scene:
    course = next(iter(library.courses.values()))
    mine = (Membership(cohort),) if member else ()
    by = Caller("1" * 16, HOME, among=among, cohorts=mine, luck=LUCK)
    return Scene(library, course, Session("1" * 16, course.id), by, at, known)


def past(*rounds_: Round) -> tuple[Look, Rows]:
    return Rounds("c1"), rounds_


def one(round_: Round = PLAYED) -> tuple[Look, Rows]:
    return Rounds("", round_.id), (round_,)


def votes(*rows: Vote) -> tuple[Look, Rows]:
    return Votes(ID), rows


def vote(
    who: int, alias: str, number: int, option: str, *, hidden: bool = False, before: bool = False
) -> Vote:
    right = RIGHT[ALL[number][0]] == option
    return Vote(f"{who:016x}", alias, hidden, number, option, right, before)


def turn(outcome: Turn | Look) -> Turn:
    assert isinstance(outcome, Turn), outcome
    return outcome


def only(outcome: Turn | Look) -> Message:
    (message,) = turn(outcome).messages
    return message


def asked(outcome: Turn | Look) -> Round:
    (found,) = [r.round for r in turn(outcome).records if isinstance(r, Asked)]
    return found


def texts(outcome: Turn | Look) -> str:
    return "\n".join(message.text for message in turn(outcome).messages)


def library(*modules: Module, **more: object) -> Library:
    course = replace(TEA, modules=modules, **more)  # type: ignore[arg-type]
    return Library({course.id: course})


def without(item: str) -> Library:
    """The tiny course, from which one item was taken."""
    units = tuple(
        unit.model_copy(update={"items": tuple(i for i in unit.items if i.id != item)})
        if isinstance(unit, Quiz)
        else unit
        for unit in TEA.modules[0].units
    )
    return library(replace(TEA.modules[0], units=units), *TEA.modules[1:])


# -- the question of the week ----------------------------------------------------------------


def test_a_question_asks_first_what_was_asked_before() -> None:
    assert rounds.question(scene(), COHORT, HOME) == Rounds("c1")


def test_a_question_is_a_post_with_its_options_and_their_letters() -> None:
    message = only(rounds.question(scene(past()), COHORT, HOME, "m1-l1-q1"))
    assert message.to == HOME
    assert "Spring Tea: the question of the week" in message.text
    assert ITEMS["m1-l1-q1"].stem in message.text
    assert all(f"{o.text}" in message.text for o in ITEMS["m1-l1-q1"].options)
    assert [choice.label for choice in message.choices] == ["A", "B", "C"]


def test_a_question_says_until_when_that_it_is_private_and_what_it_pays() -> None:
    said = only(rounds.question(scene(past()), COHORT, HOME)).text
    assert "Monday 23 March, 13:00 CET" in said
    assert "Nobody else sees it" in said
    assert "Points for a right answer: 5" in said


def test_a_question_is_kept_with_the_job_that_closes_it() -> None:
    outcome = turn(rounds.question(scene(past()), COHORT, HOME, "m1-l1-q1"))
    closes = NOW + timedelta(days=5)
    job = Job(f"close:{ID}", "c1", "tiny", HOME, closes, "", "Europe/Berlin")
    assert outcome.records == (Asked(WEEK), Scheduled(job))


def test_every_item_is_asked_once_before_one_comes_again() -> None:
    before: list[Round] = []
    for n in range(8):
        there = scene(past(*reversed(before)), at=NOW + timedelta(weeks=n))
        before.append(asked(rounds.question(there, COHORT, HOME)))
    order = [r.items[0][0] for r in before]
    assert len(set(order[:4])) == 4
    assert order[4:] == order[:4]


def test_the_same_question_comes_out_twice_and_another_cohort_gets_its_own_order() -> None:
    first = rounds.question(scene(past()), COHORT, HOME)
    assert first == rounds.question(scene(past()), COHORT, HOME)
    others = [replace(COHORT, id=f"c{n}") for n in range(2, 12)]
    picked = {
        asked(rounds.question(scene((Rounds(c.id), ())), c, HOME)).items[0][0] for c in others
    }
    assert len(picked) > 1


def test_a_named_item_that_is_gone_gives_way_to_another() -> None:
    assert asked(rounds.question(scene(past()), COHORT, HOME, "gone")).items[0][0] in ITEMS


def test_what_an_exam_asks_is_never_asked_in_a_group() -> None:
    quiz = next(unit for unit in TEA.units.values() if isinstance(unit, Quiz))
    exam = Exam(id="m1-exam", title="Test", items=quiz.items)
    module = TEA.modules[0]
    held = library(replace(module, units=(quiz, exam)))
    assert turn(rounds.question(scene(past(), library=held), COHORT, HOME)).messages == ()
    alone = library(replace(module, units=(exam,)))
    named = rounds.question(scene(past(), library=alone), COHORT, HOME, quiz.items[0].id)
    assert turn(named) == turn(scene(past(), library=alone).turn())


def test_a_module_that_opens_later_is_not_asked_about() -> None:
    later = replace(COHORT, dates=(Dated("m1", opens="2026-03-19T09:00"),))
    outcome = turn(rounds.question(scene(past()), later, HOME))
    assert (outcome.messages, outcome.records) == ((), ())
    assert turn(rounds.question(scene(past(), at=NOW + timedelta(days=1)), later, HOME)).messages


# -- rounds ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "items", "minutes"),
    [
        ("", 3, 5),
        ("2", 2, 5),
        ("2 3m", 2, 3),
        ("2 3", 2, 3),
        ("2, 3 min", 2, 3),
        ("4 items 10 minutes", 4, 10),
        ("4 items for 10 minutes", 4, 10),
        ("1 question in 60m", 1, 60),
        ("10 minutes", 3, 10),
        ("10m 2", 2, 10),
    ],
)
def test_a_round_has_as_many_items_and_minutes_as_are_written(
    args: str, items: int, minutes: int
) -> None:
    made = asked(rounds.begin(scene(past()), COHORT, HOME, args))
    assert (len(made.items), made.closes - NOW) == (items, timedelta(minutes=minutes))
    assert made.kind == "round"


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ("0", "1 to 10 questions"),
        ("11", "1 to 10 questions"),
        ("5 0m", "1 to 60 minutes"),
        ("5 61m", "1 to 60 minutes"),
        ("-1", "how many questions"),
        ("five", "how many questions"),
        ("5 1h", "how many questions"),
        ("5 3m 2", "how many questions"),
        ("3m 3m", "how many questions"),
        ("9" * 5000, "how many questions"),
        ("5 3m; drop", "how many questions"),
    ],
)
def test_a_bad_number_is_answered_with_what_would_be_a_good_one(args: str, why: str) -> None:
    outcome = turn(rounds.begin(scene(past()), COHORT, HOME, args))
    assert why in only(outcome).text
    assert outcome.records == ()


@given(
    st.text(max_size=40) | st.from_regex(r"[0-9]{1,3} ?[a-z]* [0-9]{1,3} ?[a-z]*", fullmatch=True)
)
def test_whatever_is_written_begins_a_round_within_its_bounds_or_is_refused(args: str) -> None:
    outcome = turn(rounds.begin(scene(past()), COHORT, HOME, args))
    if outcome.records:
        made = asked(outcome)
        assert 1 <= len(made.items) <= 10
        assert timedelta(minutes=1) <= made.closes - NOW <= timedelta(minutes=60)
    else:
        assert only(outcome).to is None


def test_a_round_says_what_happens_and_posts_each_question_by_itself() -> None:
    outcome = turn(rounds.begin(scene(past()), COHORT, HOME, "3 5m"))
    intro, *posts = outcome.messages
    assert {message.to for message in outcome.messages} == {HOME}
    assert "a round of questions begins now" in intro.text
    assert "Wednesday 18 March, 13:05 CET" in intro.text
    assert not intro.choices
    assert [f"Question {n} of 3" in post.text for n, post in enumerate(posts, 1)] == [True] * 3
    assert len({item for item, _ in asked(outcome).items}) == 3


def test_a_round_begun_from_elsewhere_is_confirmed_there() -> None:
    outcome = turn(rounds.begin(scene(past(), among=None), COHORT, HOME, ""))
    assert outcome.messages[0].to is None
    assert "has begun" in outcome.messages[0].text


def test_a_second_round_waits_for_the_first() -> None:
    outcome = turn(rounds.begin(scene(past(PLAYED)), COHORT, HOME, ""))
    assert "A round is open already" in only(outcome).text
    assert outcome.records == ()
    assert asked(rounds.begin(scene(past(replace(PLAYED, closed=True))), COHORT, HOME, ""))
    assert asked(rounds.begin(scene(past(PLAYED), at=PLAYED.closes), COHORT, HOME, ""))
    assert asked(rounds.begin(scene(past(WEEK)), COHORT, HOME, ""))


def test_a_round_without_a_place_or_without_questions_is_refused_in_words() -> None:
    assert "no home yet" in only(rounds.begin(scene(past()), COHORT, None, "")).text
    empty = library(*TEA.modules[1:])
    assert (
        "no quiz question"
        in only(rounds.begin(scene(past(), library=empty), COHORT, HOME, "")).text
    )


def test_no_podium_is_promised_where_there_is_no_board() -> None:
    off = replace(COHORT, board="off")
    assert "most of them right" in texts(rounds.begin(scene(past()), COHORT, HOME, ""))
    assert "most of them right" not in texts(rounds.begin(scene(past()), off, HOME, ""))


@given(
    st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=24, max_size=24),
    st.integers(0, 10**9),
)
def test_every_key_fits_a_button(course_id: str, shown: int) -> None:
    quiz = next(unit for unit in TEA.units.values() if isinstance(unit, Quiz))
    options = tuple(
        Option(id=letter, text=letter, correct=letter == "a", feedback="Why.")
        for letter in "abcdef"
    )
    items = tuple(
        Item(id=f"q{n}", objective="o", difficulty=1, stem=f"{n}?", options=options)
        for n in range(10)
    )
    units = (quiz.model_copy(update={"items": items}),)
    held = library(replace(TEA.modules[0], units=units), id=course_id)
    there = scene(past(), library=held)
    there = replace(there, session=replace(there.session, turn=shown))
    outcome = turn(rounds.begin(there, replace(COHORT, course=course_id), HOME, "10 60"))
    keys = [choice.key for message in outcome.messages for choice in message.choices]
    assert len(keys) == len(set(keys)) == 60
    assert max(len(key.encode()) for key in keys) <= KEY_BYTES
    assert all((parsed := Key.parse(key)) and parsed.course == course_id for key in keys)


# -- answering -------------------------------------------------------------------------------


def press(what: str, *known: tuple[Look, Rows], **more: object) -> Turn | Look:
    return answering.pressed(scene(*known, **more), what)  # type: ignore[arg-type]


def test_an_answer_is_kept_and_whispered_back() -> None:
    outcome = turn(press(f"r-{ID}-0-b", one()))
    letter = next(x for x, o in lettered(PLAYED, 0, ITEMS["m1-l1-q1"]) if o.id == "b")
    assert outcome.records == (Voted(ID, 0, "b", True),)
    assert outcome.about == "tiny"
    assert only(outcome).whisper
    assert f"in: {letter}, “Let the water cool a little”" in only(outcome).text
    assert "change it until Wednesday 18 March, 13:05 CET" in only(outcome).text


def test_a_button_of_a_post_is_one_that_can_be_pressed() -> None:
    made = rounds.begin(scene(past()), COHORT, HOME, "3")
    for message in turn(made).messages:
        for choice in message.choices:
            key = Key.parse(choice.key)
            assert key
            (record,) = turn(press(key.what, one(asked(made)))).records
            assert isinstance(record, Voted)
            option = next(
                o
                for x, o in lettered(
                    asked(made), record.number, ITEMS[asked(made).items[record.number][0]]
                )
                if x == choice.label
            )
            assert (record.option, record.right) == (option.id, option.correct)
            assert f"**{choice.label}.** {option.text}" in message.text


def test_a_whisper_is_the_same_for_right_and_wrong() -> None:
    frames = set()
    for letter, option in lettered(PLAYED, 0, ITEMS["m1-l1-q1"]):
        said = only(press(f"r-{ID}-0-{option.id}", one())).text
        frames.add(said.replace(f"{letter}, “{option.text}”", ""))
    assert len(frames) == 1


@pytest.mark.parametrize(
    "what", ["r", "r-", "r-zz-0-a", f"r-{ID}-9-a", f"r-{ID}-0-f", f"r-{ID}-0-a-b", f"r-{ID}--1-a"]
)
def test_a_forged_button_counts_nothing(what: str) -> None:
    outcome = turn(press(what, one()))
    assert outcome.records == ()
    assert only(outcome).whisper
    assert "do not know this question" in only(outcome).text


def test_an_unknown_round_is_looked_for_and_then_denied() -> None:
    assert press("r-ffff-0-a") == Rounds("", "ffff")
    assert "do not know" in only(press("r-ffff-0-a", (Rounds("", "ffff"), ()))).text


def test_a_stranger_is_told_for_whom_it_is_and_how_to_join() -> None:
    assert press(f"r-{ID}-0-b", one(), member=False) == Cohorts(("c1",))
    named = (Cohorts(("c1",)), (COHORT,))
    outcome = turn(press(f"r-{ID}-0-b", one(), named, member=False))
    assert outcome.records == ()
    assert "“Spring Tea”" in only(outcome).text
    assert "/join" in only(outcome).text
    gone = only(press(f"r-{ID}-0-b", one(), (Cohorts(("c1",)), ()), member=False))
    assert "a group that you are not in" in gone.text


def test_from_its_end_on_nothing_counts_and_once_closed_the_answer_is_told() -> None:
    early = turn(press(f"r-{ID}-0-b", one(), at=PLAYED.closes))
    assert early.records == ()
    assert "in a moment" in only(early).text
    late = turn(press(f"r-{ID}-0-a", one(replace(PLAYED, closed=True)), at=PLAYED.closes))
    letter = next(x for x, o in lettered(PLAYED, 0, ITEMS["m1-l1-q1"]) if o.correct)
    assert late.records == ()
    assert only(late).text.endswith(f"The right one was {letter}.")


def test_an_edited_item_is_marked_as_it_was_asked() -> None:
    new = ITEMS["m1-l1-q1"]
    options = tuple(o.model_copy(update={"correct": o.id == "c"}) for o in new.options)
    old = Item.model_validate({**new.model_dump(), "stem": "Old?", "options": options})
    round_ = replace(PLAYED, items=(("m1-l1-q1", old.wording),))
    look = Worded((old.wording,))
    assert press(f"r-{ID}-0-c", one(round_)) == look
    kept = (look, (Kept("wordings", old.model_dump_json()),))
    assert turn(press(f"r-{ID}-0-c", one(round_), kept)).records == (Voted(ID, 0, "c", True),)
    assert "do not know" in only(press(f"r-{ID}-0-c", one(round_), (look, ()))).text


def test_an_item_that_was_taken_out_can_still_be_answered_and_counted() -> None:
    gone = without("m1-l1-q1")
    kept = (
        Worded((ITEMS["m1-l1-q1"].wording,)),
        (Kept("wordings", ITEMS["m1-l1-q1"].model_dump_json()),),
    )
    assert turn(press(f"r-{ID}-0-b", one(), kept, library=gone)).records
    there = scene(one(WEEK), votes(vote(1, "Ann", 0, "b")), kept, library=gone)
    assert "Let the water cool a little" in texts(tally.close(there, COHORT, ID))


@given(
    st.text(min_size=1, max_size=300).filter(lambda t: t.strip() and "\n" not in t),
    st.text(min_size=1, max_size=60),
    st.sampled_from(["UTC", "Asia/Kathmandu", "America/Argentina/Buenos_Aires"]),
    st.integers(0, 700),
)
def test_every_whisper_fits(words: str, title: str, zone: str, days: int) -> None:
    options = (
        Option.model_construct(id="a", text=words, correct=True, feedback="Yes."),
        Option.model_construct(id="b", text="No", correct=False, feedback="No."),
    )
    item = Item.model_construct(
        id="q", objective="o", difficulty=1, choose="one", stem="?", options=options
    )
    quiz = next(unit for unit in TEA.units.values() if isinstance(unit, Quiz))
    units = (quiz.model_copy(update={"items": (item,)}),)
    held = library(replace(TEA.modules[0], units=units))
    cohort = replace(COHORT, title=title, zone=zone)
    round_ = replace(
        PLAYED, items=(("q", item.wording),), closes=NOW + timedelta(days=days, seconds=1)
    )
    named = (Cohorts(("c1",)), (cohort,))
    shut = replace(round_, closed=True)
    said = [
        only(press(what, one(each), named, library=held, member=member, cohort=cohort, at=at))
        for what in (f"r-{ID}-0-a", f"r-{ID}-5-a", "r-?")
        for each in (round_, shut)
        for member in (True, False)
        for at in (NOW, round_.closes)
    ]
    assert all(message.whisper and len(message.text) <= 190 for message in said)


# -- closing ---------------------------------------------------------------------------------

CROWD = (
    vote(1, "Ann", 0, "b"),
    vote(2, "Bo", 0, "b"),
    vote(3, "Cy", 0, "a"),
    vote(4, "Di", 0, "b", hidden=True),
    vote(1, "Ann", 1, "d"),
    vote(2, "Bo", 1, "d", before=True),
    vote(4, "Di", 1, "d", hidden=True),
    vote(1, "Ann", 2, "b"),
    vote(5, "Ed", 2, "a"),
)


def closed(*rows: Vote, round_: Round = PLAYED, cohort: Cohort = COHORT) -> Turn:
    there = scene(one(round_), votes(*rows), at=round_.closes)
    return turn(tally.close(there, cohort, ID))


def test_closing_looks_at_the_round_and_its_votes() -> None:
    assert tally.close(scene(), COHORT, ID) == Rounds("", ID)
    assert tally.close(scene(one()), COHORT, ID) == Votes(ID)


def test_a_tally_says_how_many_chose_what_and_what_is_right_and_why() -> None:
    said = closed(*CROWD).messages[0]
    assert said.to == HOME
    assert "Let the water cool a little (3 of 4, 75 percent) ████████" in said.text
    assert "Boil the water again (0 of 4, 0 percent)\n" in said.text.replace("  \n", "\n")
    assert "Answers: 4." in said.text
    assert "Cooler water leaves most of the tannin in the leaf." in said.text


def test_few_answers_give_no_numbers() -> None:
    said = texts(closed(vote(1, "Ann", 0, "a"), vote(2, "Bo", 0, "a"), round_=WEEK))
    assert "Only a few answered" in said
    assert " of 2" not in said
    assert "percent" not in said
    assert "Let the water cool a little" in said
    assert "Let it steep for longer" not in said


def test_a_question_that_nobody_answered_ends_kindly_with_the_answer() -> None:
    outcome = closed(round_=WEEK)
    assert "Nobody answered this one" in only(outcome).text
    assert "Let the water cool a little" in only(outcome).text
    assert outcome.records == (Asked(replace(WEEK, closed=True)),)


def test_the_podium_names_who_had_most_right_and_shares_ranks() -> None:
    podium = closed(*CROWD).messages[-1]
    assert "1\\. Ann, Bo: 2 of 3 right" in podium.text
    assert "3\\. Ed: 1 of 3 right" in podium.text
    assert "Di" not in podium.text
    assert "Cy" not in podium.text
    (file,) = podium.files
    assert isinstance(file.picture, BoardPicture)
    assert [(r.rank, r.name, r.points) for r in file.picture.ranks] == [
        (1, "Ann", 2),
        (1, "Bo", 2),
        (3, "Ed", 1),
    ]
    assert "Di" not in file.alt


def test_there_is_no_podium_for_a_week_and_none_where_boards_are_off() -> None:
    week = closed(*(v for v in CROWD if v.number == 0), round_=WEEK)
    off = closed(*CROWD, cohort=replace(COHORT, board="off"))
    assert not any(message.files for message in (*week.messages, *off.messages))
    assert "most right" not in texts(week) + texts(off)


def test_a_podium_without_anybody_to_name_is_a_kind_sentence() -> None:
    said = closed(vote(4, "Di", 0, "b", hidden=True), vote(3, "Cy", 0, "a")).messages[-1]
    assert "Nobody is on the podium this time" in said.text
    assert not said.files


def test_a_rank_that_many_share_stays_readable() -> None:
    crowd = [vote(n, f"Learner number {n:03}", 0, "b") for n in range(1, 201)]
    podium = closed(*crowd).messages[-1]
    assert "and 190 more: 1 of 3 right" in podium.text
    assert len(podium.text) < 1000
    assert podium.files[0].picture is not None


def test_right_answers_are_paid_once() -> None:
    won = [r for r in closed(*CROWD).records if isinstance(r, Won)]
    assert [(r.learner[-1], r.item, r.points) for r in won] == [
        ("1", "m1-l1-q1", 5),
        ("2", "m1-l1-q1", 5),
        ("4", "m1-l1-q1", 5),
        ("1", "m1-l1-q2", 5),
        ("2", "m1-l1-q2", 0),
        ("4", "m1-l1-q2", 5),
        ("5", "m1-l1-q3", 5),
    ]


def test_closing_twice_does_nothing() -> None:
    outcome = closed(*CROWD, round_=replace(PLAYED, closed=True))
    assert (outcome.messages, outcome.records) == ((), ())


def test_a_round_of_another_cohort_is_left_alone() -> None:
    outcome = closed(*CROWD, cohort=replace(COHORT, id="c2"))
    assert (outcome.messages, outcome.records) == ((), ())


def test_a_course_that_is_gone_closes_in_silence() -> None:
    there = scene(one(replace(PLAYED, course="gone")))
    outcome = turn(tally.close(there, COHORT, ID))
    assert outcome.messages == ()
    assert outcome.records == (Asked(replace(PLAYED, course="gone", closed=True)),)


def test_an_archived_cohort_is_told_nothing_and_still_paid() -> None:
    outcome = closed(*CROWD, cohort=replace(COHORT, state="archived"))
    assert outcome.messages == ()
    assert any(isinstance(record, Won) for record in outcome.records)


def test_two_linked_accounts_cannot_have_every_answer_between_them() -> None:
    both = (vote(1, "Ann", 0, "b"), vote(1, "Ann", 0, "a"))
    for rows in (both, both[::-1]):
        assert not [r for r in closed(*rows).records if isinstance(r, Won)]


ALIASES = [f"Zz{n}zZ" for n in range(6)]
a_vote = st.builds(
    vote,
    st.integers(0, 5),
    st.just(""),
    st.integers(0, 2),
    st.sampled_from("abc"),
    hidden=st.booleans(),
    before=st.booleans(),
)


@given(
    st.lists(a_vote, max_size=18, unique_by=lambda v: (v.learner, v.number)),
    st.sampled_from(["week", "round"]),
)
def test_no_tally_names_anybody_and_each_answer_is_paid_once(rows: list[Vote], kind: str) -> None:
    named = [replace(v, alias=ALIASES[int(v.learner, 16)]) for v in rows]
    round_ = replace(PLAYED, kind=kind)  # type: ignore[arg-type]
    outcome = closed(*named, round_=round_)
    tallies = [m for m in outcome.messages if "most right answers" not in m.text]
    assert not [a for a in ALIASES if any(a in m.text for m in tallies)]
    assert all(not m.files for m in tallies)
    won = [(r.learner, r.item) for r in outcome.records if isinstance(r, Won)]
    assert len(won) == len(set(won))
    before = {(v.learner, ALL[v.number][0]) for v in named if v.before}
    paid = [r for r in outcome.records if isinstance(r, Won) and r.points]
    assert all(r.points == 5 for r in paid)
    assert not {(v.learner, ALL[v.number][0]) for v in named if not v.right} & set(won)
    assert all((r.learner, r.item) not in before for r in paid)
    assert set(won) == {(v.learner, ALL[v.number][0]) for v in named if v.right}
    hidden = {v.learner for v in named if v.hidden} - {v.learner for v in named if not v.hidden}
    secret = [ALIASES[int(who, 16)] for who in hidden]
    assert not [a for a in secret if a in texts(outcome)]


@given(st.integers(1, 10), st.lists(st.sampled_from(sorted(ITEMS)), max_size=6))
def test_nothing_that_is_posted_before_the_end_tells_what_is_right(
    count: int, before: list[str]
) -> None:
    told = [
        replace(WEEK, id=f"{n:010x}", items=((item, ITEMS[item].wording),), closed=True)
        for n, item in enumerate(before)
    ]
    posts = turn(rounds.begin(scene(past(*told)), COHORT, HOME, f"{count}")).messages
    week = turn(rounds.question(scene(past(*told)), COHORT, HOME)).messages
    feedback = [o.feedback for item in ITEMS.values() for o in item.options]
    for message in (*posts, *week):
        assert not [words for words in feedback if words in message.text]
        assert not [c for c in message.choices if "True" in c.key or "right" in c.key]
    for post in week:
        item = next(i for i in ITEMS.values() if i.stem in post.text)
        marked = [
            line for line in post.text.splitlines() if line.startswith("**") and ".** " in line
        ]
        frames = {line.strip().partition(".** ")[2] for line in marked}
        assert frames == {o.text for o in item.options}


def test_the_letters_of_the_tally_are_those_of_the_post() -> None:
    post = only(rounds.question(scene(past()), COHORT, HOME, "m1-l1-q1")).text
    said = texts(closed(*(v for v in CROWD if v.number == 0), round_=WEEK))
    for letter, option in lettered(WEEK, 0, ITEMS["m1-l1-q1"]):
        assert f"**{letter}.** {option.text}" in post
        assert f"**{letter}.** {option.text} (" in said


def test_an_alias_is_shown_without_what_could_ping_or_mark_up() -> None:
    said = closed(vote(1, "@everyone **x**", 0, "b")).messages[-1]
    assert "@" not in said.text
    assert "everyone x" in said.text
