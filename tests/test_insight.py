"""What an instructor reads of a cohort, and whom a friendly hello reaches."""

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.replay import read
from bot.conversation import (
    KEY_BYTES,
    Caller,
    Cohort,
    Dated,
    File,
    Kept,
    Key,
    Look,
    Map,
    MapPicture,
    Member,
    Message,
    Nudged,
    Override,
    Place,
    Reminding,
    Replies,
    Reply,
    Roster,
    Rows,
    Session,
    Stand,
    Turn,
    Worded,
)
from bot.course.items import Option, Quiz
from bot.course.model import Course, Lesson, Library, Misconception, Module
from bot.flows.groups import cohort_export, digest, item_report, nudges, progress_map
from bot.flows.groups.waking import is_quiet_at
from bot.flows.scene import Scene

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
LIMIT = 4000
CHIEF = "c" * 16
HOME = Place("telegram", "7")

TINY = read(Path(__file__).parent / "course" / "tiny")
TEA = TINY.courses["tiny"]
COHORT = Cohort("c1", "tiny", "Spring Tea", "UTC")
LEARNERS = [f"{n:016x}" for n in range(1, 201)]


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def member(learner: str, alias: str, **more: object) -> Member:
    kept: dict[str, object] = {"place": HOME, "seen": NOW, **more}
    return Member(learner, alias, ago(days=60), **kept)  # type: ignore[arg-type]


def reply(
    learner: str, item: str, option: str, *, at: datetime = NOW, wording: str = "", attempt: int = 1
) -> Reply:
    found = next(each for each in TEA.items if each.id == item)
    chosen = found.option(option)
    assert chosen
    unit = f"{item.rpartition('-')[0]}-quiz"
    held = chosen.misconception or ""
    said = wording or found.wording
    return Reply(learner, unit, item, (option,), chosen.correct, attempt, said, held, 0, at, 20.0)


def scene(
    members: list[Member] | None = None,
    stands: list[Stand] | None = None,
    replies: list[Reply] | None = None,
    *more: tuple[Look, Rows],
    library: Library = TINY,
    at: datetime = NOW,
) -> Scene:
    known: tuple[tuple[Look, Rows], ...] = (
        (Roster("c1"), tuple(members or ())),
        (Map("c1"), tuple(stands or ())),
        (Replies("c1"), tuple(replies or ())),
        *more,
    )
    course: Course = next(iter(library.courses.values()))
    session = Session(CHIEF, course.id)
    return Scene(library, course, session, Caller(CHIEF, Place("telegram", "1")), at, known)


def turn(outcome: Turn | Look) -> Turn:
    assert isinstance(outcome, Turn)
    return outcome


def text(outcome: Turn | Look) -> str:
    return turn(outcome).messages[0].text


def units(said: str) -> int:
    return len(said.encode("utf-16-le")) // 2


def crowd(alias: str = "Bartholomew Archibald the Great") -> list[Member]:
    """Two hundred members with names of thirty characters, all of them in need of something."""
    return [
        member(who, f"{alias[:26]} {n:03}", seen=ago(days=n % 30)) for n, who in enumerate(LEARNERS)
    ]


def stood(members: list[Member]) -> list[Stand]:
    found = []
    for n, each in enumerate(members):
        if n % 3:
            found.append(Stand(each.learner, "m1-intro", 1, done=True, at=ago(days=2)))
            found.append(Stand(each.learner, "m1-l1", 1))
    return found


def wrong(members: list[Member]) -> list[Reply]:
    return [
        reply(each.learner, f"m1-l1-q{q}", "c" if q < 3 else "b", at=ago(days=n), attempt=n)
        for each in members
        for n in (3, 2, 1)
        for q in (1, 2, 3)
    ]


OVERDUE = replace(
    COHORT, dates=(Dated("m1", due="2026-03-10T09:00"), Dated("m2", due="2026-03-12T09:00"))
)

# -- progress --------------------------------------------------------------------------------


def test_progress_asks_for_the_members_first_and_then_for_where_they_stand() -> None:
    asked = replace(scene(), known=())
    assert progress_map.progress(asked, COHORT) == Roster("c1")
    asked = replace(asked, known=((Roster("c1"), ()),))
    assert progress_map.progress(asked, COHORT) == Map("c1")


def test_progress_of_an_empty_cohort_says_how_to_invite() -> None:
    assert "/cohort code" in text(progress_map.progress(scene(), COHORT))


def test_progress_of_a_small_cohort_has_a_line_for_each_learner() -> None:
    people = [member("x", "Ada", seen=ago(days=9)), member("y", "Bo"), member("z", "")]
    stands = [
        Stand("x", "m1-intro", 1, done=True, at=ago(days=20)),
        Stand("x", "m1-l1", 1),
        *[Stand("y", unit, 1, done=True, at=ago(days=2)) for unit in TEA.units],
    ]
    said = text(progress_map.progress(scene(people, stands), COHORT))
    assert "- Ada: 1 of 6 parts done, now at “L1 · A good cup”, quiet for 9 days" in said
    assert "- Bo: 6 of 6 parts done\n" in said
    assert "- Somebody without a name yet 1: not started yet" in said
    assert "**Tea**: finished by 1 of 3, begun by 2." in said


def test_progress_of_a_large_cohort_names_only_so_many_and_says_how_many_more() -> None:
    people = crowd()
    said = text(progress_map.progress(scene(people, stood(people)), OVERDUE))
    assert "Not started yet (67):" in said
    assert "and 57 more" in said
    assert "Late with a module (200):" in said
    assert "Quiet for seven days or more" in said
    assert units(said) < LIMIT


def test_the_map_shows_each_learner_and_each_unit() -> None:
    excuse = Override(1, "excuse", "m1-l1", CHIEF, NOW)
    people = [member("x", "Ada", seen=ago(days=9)), member("y", "Bo", overrides=(excuse,))]
    stands = [Stand("x", "m1-intro", 1, done=True, at=NOW), Stand("y", "m1-intro", 1)]
    (file,) = turn(progress_map.progress(scene(people, stands), OVERDUE)).messages[0].files
    picture = file.picture
    assert isinstance(picture, MapPicture)
    assert picture.groups == (("Tea", 5), ("Toast", 1))
    assert picture.columns == ("Intro", "L1", "Quiz", "L2", "Quiz", "L1")
    assert [row.cells[:3] for row in picture.rows] == [
        ("late", "open", "closed"),
        ("begun", "excused", "open"),
    ]
    assert picture.rows[0].note == "quiet for 9 days"
    assert {cell for row in picture.rows for cell in row.cells} == {cell for cell, _ in picture.key}
    assert "each learner (2)" in file.alt
    assert "12 fields 1 are done, 1 of them late, and 1 are begun" in file.alt


def test_a_map_of_many_says_how_many_it_shows() -> None:
    (file,) = turn(progress_map.progress(scene(crowd()), COHORT)).messages[0].files
    assert isinstance(file.picture, MapPicture)
    assert len(file.picture.rows) == 60
    assert file.picture.foot == "The first 60 of 200 learners, by name."


def test_hidden_members_are_seen_by_their_instructor() -> None:
    said = text(progress_map.progress(scene([member("x", "Ada", hidden=True)]), COHORT))
    assert "- Ada:" in said


def test_names_and_titles_are_made_harmless() -> None:
    evil = replace(COHORT, title="@everyone **x** [a](http://b)")
    said = text(progress_map.progress(scene([member("x", "@here `x` *b*")]), evil))
    assert "@" not in said
    assert "](" not in said
    assert "`" not in said


# -- items -----------------------------------------------------------------------------------


def test_an_item_tells_who_chose_what_and_why() -> None:
    replies = [
        reply("x", "m1-l1-q1", "c", at=ago(days=2)),
        reply("x", "m1-l1-q1", "b", at=ago(days=1), attempt=2),
        reply("y", "m1-l1-q1", "b"),
    ]
    said = text(item_report.item(scene(replies=replies), COHORT, "M1-L1-Q1"))
    assert "**m1-l1-q1**, Quiz: A good cup" in said
    assert "- b) Let the water cool a little: chosen by 1. This is the right answer." in said
    assert "chosen by 1. It fits the idea: “The hotter the water, the better every tea.”" in said
    assert "Learners: 2. Right at the first try: 50%; at the last try: 100%." in said
    assert "Half of them took 20 seconds or less." in said
    assert "Fewer than 5 people" in said
    assert "until 20 have answered" in said


def answered(pairs: list[tuple[str, str]]) -> list[Reply]:
    """For each learner an answer to the first item, and one to the third."""
    found = []
    for learner, (first, third) in zip(LEARNERS, pairs, strict=False):
        found += [reply(learner, "m1-l1-q1", first), reply(learner, "m1-l1-q3", third)]
    return found


def test_an_item_that_the_strong_get_wrong_is_one_whose_key_to_look_at() -> None:
    said = text(
        item_report.item(
            scene(replies=answered([("c", "a")] * 10 + [("b", "b")] * 10)), COHORT, "m1-l1-q1"
        )
    )
    assert "-1.00" in said
    assert "look at the key" in said
    assert "until 20" not in said
    assert "Nobody chose a:" in said


def test_a_right_answer_that_nobody_chose_makes_one_doubt_the_key() -> None:
    said = text(item_report.item(scene(replies=answered([("c", "a")] * 5)), COHORT, "m1-l1-q1"))
    assert "Nobody chose the right answer: is the key right?" in said
    assert "Nobody chose a:" in said


def test_an_item_that_tells_little_says_so() -> None:
    pairs = [("b", "a"), ("b", "b"), ("c", "a"), ("c", "b")] * 5
    said = text(item_report.item(scene(replies=answered(pairs)), COHORT, "m1-l1-q1"))
    assert "It says little about who understood the rest" in said


def test_an_item_that_all_answer_alike_has_no_discrimination() -> None:
    said = text(item_report.item(scene(replies=answered([("b", "a")] * 9)), COHORT, "m1-l1-q1"))
    assert "cannot be said" in said


def test_answers_to_an_older_wording_are_told_apart() -> None:
    old = [reply(who, "m1-l1-q1", "c", wording="old", at=ago(days=9)) for who in LEARNERS[:3]]
    said = text(
        item_report.item(scene(replies=[*old, reply("x", "m1-l1-q1", "b")]), COHORT, "m1-l1-q1")
    )
    assert "3 answers to other wordings" in said
    assert "Learners: 1." in said


def test_an_item_that_only_older_answers_are_to_is_shown_as_it_was() -> None:
    old = reply("x", "m1-l1-q1", "c", wording="old")
    assert item_report.item(scene(replies=[old]), COHORT, "m1-l1-q1") == Worded(("old",))
    item = next(each for each in TEA.items if each.id == "m1-l1-q1")
    was = item.model_copy(update={"stem": "Bitter, is it not?"}).model_dump_json()
    known = (Worded(("old",)), (Kept("wordings", was),))
    said = text(item_report.item(scene([], [], [old], known), COHORT, "m1-l1-q1"))
    assert "Bitter, is it not?" in said
    assert "older wording" in said


def test_the_hardest_items_come_first() -> None:
    replies = [
        *[reply(who, "m1-l1-q1", "b") for who in LEARNERS[:6]],
        *[reply(who, "m1-l1-q2", "a" if n else "d") for n, who in enumerate(LEARNERS[:6])],
        reply("x", "m1-l1-q3", "b"),
    ]
    said = text(item_report.item(scene(replies=replies), COHORT, ""))
    places = [said.index(item) for item in ("m1-l1-q2:", "m1-l1-q1:", "m1-l1-q3:")]
    assert places == sorted(places)
    assert "m1-l1-q2: 1 of 6 right at the first try" in said


def test_a_misspelt_item_has_near_ones_and_nonsense_has_none() -> None:
    said = text(item_report.item(scene(), COHORT, "m1-l1-q9"))
    assert "Did you mean" in said
    assert "m1-l1-q1" in said
    assert "/cohort item lists" in text(item_report.item(scene(), COHORT, "@everyone ~~~~"))


def test_items_without_answers_say_so() -> None:
    assert "Nobody has answered a question" in text(item_report.item(scene(), COHORT, ""))
    assert "Nobody has answered m1-l1-q1" in text(item_report.item(scene(), COHORT, "m1-l1-q1"))


# -- stuck -----------------------------------------------------------------------------------


def test_stuck_says_who_where_and_why_with_a_button_each() -> None:
    people = [
        member("a" * 16, "Ada", seen=ago(days=6)),
        member("b" * 16, "Bo"),
        member("d" * 16, "Di", place=None),
    ]
    stands = [
        *[Stand(each.learner, "m1-intro", 1, done=True, at=ago(days=9)) for each in people],
        Stand("a" * 16, "m1-l1", 1),
    ]
    replies = wrong([people[2]])[::3]
    done = turn(nudges.stuck(scene(people, stands, replies), OVERDUE)).messages[0]
    assert "- **Ada**: stopped in “L1 · A good cup” 6 days ago; has not begun “Toast”" in done.text
    assert "- **Bo**: has not begun “Toast”, which was due" in done.text
    assert "“Toast”, which was due; wrong 3 times at m1-l1-q1" in done.text
    assert [each.label for each in done.choices] == ["Say hello to Ada", "Say hello to Bo"]
    assert done.choices[0].key == f"nudge-c1-{'a' * 16}.0.0.tiny"


def test_nobody_stuck_is_good_news() -> None:
    assert "Nobody seems stuck" in text(nudges.stuck(scene([member("x", "Ada")]), COHORT))


def test_a_key_of_a_nudge_fits_with_the_longest_ids() -> None:
    key = Key(f"nudge-{'x' * 12}-{'a' * 16}", "y" * 20, 0, 99999)
    assert len(str(key)) <= KEY_BYTES
    assert Key.parse(str(key)) == key


# -- a friendly hello ------------------------------------------------------------------------

AWAY = member("x", "Ada", seen=ago(days=8))
BEGUN = [Stand("x", "m1-intro", 1, done=True, at=ago(days=8)), Stand("x", "m1-l1", 1)]


def to_x(who: Member, *, at: datetime = NOW) -> Turn:
    return turn(nudges.pressed(scene([who], BEGUN, at=at), COHORT, "x"))


def hellos(done: Turn) -> list[Message]:
    return [each for each in done.messages if each.to is not None]


def test_a_nudge_sends_a_hello_to_where_they_are_and_is_kept() -> None:
    done = turn(nudges.nudge(scene([AWAY], BEGUN), COHORT, "ada"))
    assert done.messages[0].text == "A friendly hello is on its way to Ada."
    (hello,) = hellos(done)
    assert hello.to == HOME
    assert "Spring Tea" in hello.text
    assert "L1 · A good cup" in hello.text
    assert [each.key for each in hello.choices] == ["m1-l1.0.0.tiny"]
    assert done.records == (Nudged("c1", "x", CHIEF),)


def test_who_has_not_begun_is_told_how_to_begin() -> None:
    (hello,) = hellos(turn(nudges.nudge(scene([AWAY]), COHORT, "Ada")))
    assert "Your first part, **Intro · Put the kettle on**" in hello.text
    assert hello.choices[0].label.startswith("Begin:")


def test_a_button_does_what_the_command_does() -> None:
    assert hellos(to_x(AWAY)) == hellos(turn(nudges.nudge(scene([AWAY], BEGUN), COHORT, "Ada")))


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (replace(AWAY, place=None), "cannot be reached"),
        (replace(AWAY, nudged=ago(hours=23)), "less than a day ago"),
        (replace(AWAY, reminding=Reminding(snoozed=NOW + timedelta(days=2))), "without messages"),
        (replace(AWAY, zone="Pacific/Auckland"), "it is night there"),
        (replace(AWAY, reminding=Reminding(quiet_from=11 * 60, quiet_to=13 * 60)), "quiet"),
    ],
)
def test_nothing_is_sent_where_it_would_disturb(who: Member, why: str) -> None:
    done = to_x(who)
    assert why in done.messages[0].text
    assert "Ada" in done.messages[0].text
    assert hellos(done) == []
    assert done.records == ()


def test_a_day_after_the_last_hello_another_may_be_sent() -> None:
    assert len(hellos(to_x(replace(AWAY, nudged=ago(hours=24))))) == 1


def test_who_has_done_everything_is_left_alone() -> None:
    stands = [Stand("x", unit, 1, done=True, at=ago(days=9)) for unit in TEA.units]
    done = turn(nudges.pressed(scene([AWAY], stands), COHORT, "x"))
    assert "nothing is left to do" in done.messages[0].text
    assert hellos(done) == []


def test_who_left_the_group_gets_nothing() -> None:
    done = turn(nudges.pressed(scene([AWAY], BEGUN), COHORT, "y"))
    assert "not in **Spring Tea** any more" in done.messages[0].text
    assert done.records == ()


def test_after_a_press_the_others_who_are_stuck_are_offered_again() -> None:
    other = member("b" * 16, "Bo", seen=ago(days=8))
    told = member("d" * 16, "Di", seen=ago(days=8), nudged=ago(hours=1))
    stands = [*BEGUN, *[Stand(each.learner, "m1-intro", 1) for each in (other, told)]]
    done = turn(nudges.pressed(scene([AWAY, other, told], stands), COHORT, "x"))
    assert [each.label for each in done.messages[0].choices] == ["Say hello to Bo"]
    assert len(hellos(done)) == 1


def test_all_are_those_who_are_stuck_or_quiet() -> None:
    people = [
        AWAY,
        member("y", "Bo", seen=ago(days=1)),
        member("z", "Di", seen=ago(days=7), place=Place("discord", "9")),
    ]
    done = turn(nudges.nudge(scene(people, BEGUN), COHORT, "ALL"))
    assert [each.to for each in hellos(done)] == [HOME, Place("discord", "9")]
    assert done.messages[0].text == "A friendly hello is on its way to Ada, Di."
    nobody = turn(nudges.nudge(scene(people[1:2]), COHORT, "all"))
    assert "Nothing was sent" in nobody.messages[0].text


def test_a_nudge_asks_whom_when_that_is_not_clear() -> None:
    people = [member("x", "Ann"), member("y", "Anna B"), member("z", "Anna C")]
    done = turn(nudges.nudge(scene(people), COHORT, "anna"))
    assert [each.label for each in done.messages[0].choices] == [
        "Say hello to Anna B",
        "Say hello to Anna C",
    ]
    assert "/cohort nudge Ada" in text(nudges.nudge(scene(people), COHORT, " "))
    assert "called “Zoe”" in text(nudges.nudge(scene(people), COHORT, "Zoe@"))


@given(st.integers(0, 1440), st.integers(0, 1440), st.integers(0, 1439), st.sampled_from(["UTC"]))
def test_quiet_hours_hold_exactly_from_their_begin_to_their_end(
    begin: int, end: int, now: int, zone: str
) -> None:
    who = member("x", "A", zone=zone, reminding=Reminding(quiet_from=begin, quiet_to=end))
    minutes = {(begin + n) % 1440 for n in range((end - begin) % 1440)}
    at = datetime(2026, 3, 20, tzinfo=UTC) + timedelta(minutes=now)
    assert is_quiet_at(who.reminding, who.zone, at) == (now in minutes)


ARCHIVED = replace(COHORT, state="archived")


def test_an_archived_cohort_sends_no_hello_and_says_why() -> None:
    there = scene([AWAY], BEGUN)
    for asked in ("Ada", "all", ""):
        done = turn(nudges.nudge(there, ARCHIVED, asked))
        assert "**Spring Tea** is archived" in done.messages[0].text
        assert "reopen" in done.messages[0].text
        assert hellos(done) == []
        assert done.records == ()


def test_an_older_button_of_an_archived_cohort_sends_nothing_either() -> None:
    done = turn(nudges.pressed(scene([AWAY], BEGUN), ARCHIVED, "x"))
    assert "is archived" in done.messages[0].text
    assert len(done.messages) == 1
    assert done.records == ()


def test_who_is_stuck_in_an_archived_cohort_is_told_without_buttons() -> None:
    (told,) = turn(nudges.stuck(scene([AWAY], BEGUN), ARCHIVED)).messages
    assert "**Ada**: stopped in" in told.text
    assert "A button sends" not in told.text
    assert told.choices == ()


# -- the week --------------------------------------------------------------------------------


def test_the_digest_has_numbers_and_no_names() -> None:
    people = [member("x", "Ada", seen=ago(days=1)), member("y", "Bo", seen=ago(days=30))]
    stands = [Stand("x", "m1-intro", 1, done=True, at=ago(days=1))]
    replies = [reply("x", "m1-l1-q1", "c", at=ago(days=1))]
    cohort = replace(COHORT, dates=(Dated("m1", due="2026-03-25T09:00"),))
    told = digest.for_group(scene(people, stands, replies), cohort)
    assert isinstance(told, tuple)
    (said,) = told
    assert "People who learned: 1" in said
    assert "Parts finished: 1" in said
    assert "Questions answered: 1" in said
    assert "**Tea** is due" in said
    assert "Ada" not in said
    assert "Bo" not in said
    assert "quiet" not in said
    assert ": 0" not in said


def test_a_week_in_which_nothing_happened_is_a_calm_one() -> None:
    told = digest.for_group(scene([member("x", "Ada", seen=ago(days=30))]), COHORT)
    assert isinstance(told, tuple)
    assert "It was a calm week." in told[0]
    assert "Well done" not in told[0]


def test_the_digest_for_staff_has_names() -> None:
    people = [AWAY, member("y", "Bo"), *[member(who, f"N{who[-2:]}") for who in LEARNERS[:6]]]
    replies = [reply(who, "m1-l1-q1", "c", at=ago(days=1)) for who in LEARNERS[:6]]
    old = [reply(who, "m1-l1-q3", "b", at=ago(days=20)) for who in LEARNERS[:6]]
    said = text(digest.for_staff(scene(people, BEGUN, [*old, *replies]), COHORT))
    assert "**Ada**: stopped in" in said
    assert "m1-l1-q1: 0 of 6 right" in said
    assert "m1-l1-q3" not in said


# -- exports ---------------------------------------------------------------------------------


def test_an_export_is_two_tables_and_one_json_file() -> None:
    people = [member(LEARNERS[0], "=Ada"), member(LEARNERS[1], "")]
    replies = [reply(LEARNERS[0], "m1-l1-q1", "c")]
    done = turn(cohort_export.export(scene(people, BEGUN, replies), COHORT)).messages[0]
    progress, answers, whole = done.files
    assert [each.name for each in done.files] == [
        "progress-c1-2026-03-20.csv",
        "answers-c1-2026-03-20.csv",
        "cohort-c1-2026-03-20.json",
    ]
    for each in (progress, answers):
        assert each.data.startswith(b"\xef\xbb\xbf")
        first = next(csv.DictReader(StringIO(each.data.decode("utf-8-sig"))))
        assert first["learner"] == "'=Ada"
    assert json.loads(whole.data)["learners"][0]["name"] == "=Ada"
    assert all(LEARNERS[0].encode() not in each.data for each in done.files)


def many() -> Scene:
    """A hundred answers of each of two hundred learners, which is too much for one message."""
    people = [member(who, "") for who in LEARNERS]
    replies = [
        reply(who, "m1-l1-q1", "abc"[n % 3], at=ago(minutes=n), attempt=n)
        for who in LEARNERS
        for n in range(100)
    ]
    return scene(people, [], replies)


def test_a_large_export_is_packed_into_one_zip_file() -> None:
    there = many()
    done = turn(cohort_export.export(there, COHORT)).messages[0]
    (file,) = done.files
    assert file.name == "c1-2026-03-20.zip"
    assert not file.is_picture
    assert "packed into one ZIP file" in done.text
    assert len(file.data) < cohort_export.LARGE
    with ZipFile(BytesIO(file.data)) as whole:
        assert whole.testzip() is None
        assert whole.namelist() == [
            "progress-c1-2026-03-20.csv",
            "answers-c1-2026-03-20.csv",
            "cohort-c1-2026-03-20.json",
        ]
        assert sum(each.file_size for each in whole.infolist()) > cohort_export.LARGE
        given = [
            each["answers"] for each in json.loads(whole.read(whole.namelist()[2]))["learners"]
        ]
        rows = list(csv.DictReader(StringIO(whole.read(whole.namelist()[1]).decode("utf-8-sig"))))
    assert [len(each) for each in given] == [100] * 200
    assert len(rows) == 20_000


@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,9}\.csv", fullmatch=True), st.binary(max_size=300)),
    st.integers(-(10**9), 10**9),
)
def test_what_is_packed_comes_out_again_and_is_the_same_each_time(
    data: dict[str, bytes], seconds: int
) -> None:
    at = NOW + timedelta(seconds=seconds)
    files = [File(name, "", data=each) for name, each in data.items()]
    made = cohort_export.packed(files, at)
    assert made == cohort_export.packed(files, at.astimezone(ZoneInfo("Asia/Tokyo")))
    with ZipFile(BytesIO(made)) as whole:
        assert {each: whole.read(each) for each in whole.namelist()} == data
        dates = {each.date_time for each in whole.infolist()}
    assert all(
        timedelta(0) <= at - datetime(*each, tzinfo=UTC) < timedelta(seconds=2) for each in dates
    )


# -- limits ----------------------------------------------------------------------------------


def wide() -> Library:
    """The same course with titles as long as they may be, and twenty modules more."""
    title = "Everything there is to know of teas, kettles, pots and cups!"
    modules = list(TEA.modules)
    for n in range(20):
        units = tuple(
            each.model_copy(update={"id": f"{each.id}-{n}", "title": title})
            for each in TEA.modules[0].units
            if isinstance(each, Lesson)
        )
        modules.append(Module(f"w{n}", title, "", units))
    first = replace(
        modules[0],
        title=title,
        units=tuple(each.model_copy(update={"title": title}) for each in modules[0].units),
    )
    return Library({"tiny": replace(TEA, modules=(first, *modules[1:]))})


def test_the_longest_item_fits_one_message() -> None:
    options = tuple(
        Option(
            id=letter,
            text="A long answer " * 40,
            correct=letter == "a",
            misconception=None if letter == "a" else "mc-leaf",
            feedback="f",
        )
        for letter in "abcdef"
    )
    (unit,) = [each for each in TEA.units.values() if each.id == "m1-l1-quiz"]
    assert isinstance(unit, Quiz)
    item = unit.items[0].model_copy(update={"stem": "A long question " * 90, "options": options})
    quiz = unit.model_copy(update={"items": (item, *unit.items[1:])})
    belief = Misconception(id="mc-leaf", belief="A long belief " * 60)
    module = replace(TEA.modules[0], units=(*TEA.modules[0].units[:2], quiz))
    course = replace(TEA, modules=(module,), misconceptions={"mc-leaf": belief})
    replies = [reply(who, "m1-l1-q1", "b") for who in LEARNERS[:9]]
    known = (Worded((replies[0].wording,)), (Kept("wordings", item.model_dump_json()),))
    there = scene([], [], replies, known, library=Library({"tiny": course}))
    said = text(item_report.item(there, COHORT, "m1-l1-q1"))
    assert "A long question" in said
    assert units(said) < LIMIT


@pytest.mark.parametrize(
    "alias", ["Bartholomew Archibald the Great", "\U00020000" * 26], ids=["latin", "two units each"]
)
@pytest.mark.parametrize("library", [TINY, wide()], ids=["tiny", "wide"])
def test_every_text_of_a_cohort_of_two_hundred_fits_one_message(
    alias: str, library: Library
) -> None:
    people = crowd(alias)
    there = scene(people, stood(people), wrong(people), library=library)
    later = replace(there, at=NOW + timedelta(days=30))
    told = digest.for_group(there, OVERDUE)
    assert isinstance(told, tuple)
    outcomes = [
        progress_map.progress(there, OVERDUE),
        item_report.item(there, OVERDUE, ""),
        item_report.item(there, OVERDUE, "m1-l1-q2"),
        nudges.stuck(there, OVERDUE),
        nudges.stuck(later, OVERDUE),
        nudges.nudge(there, OVERDUE, "all"),
        nudges.nudge(there, OVERDUE, alias[:5]),
        digest.for_staff(there, OVERDUE),
        digest.for_staff(later, OVERDUE),
        cohort_export.export(there, OVERDUE),
        *[
            progress_map.progress(replace(there, known=scene(people[:n]).known), OVERDUE)
            for n in (5, 12)
        ],
    ]
    for each in outcomes:
        assert units(text(each)) < LIMIT
        assert len(turn(each).messages[0].choices) <= 10
    assert all(units(each) < LIMIT for each in told)


@given(
    st.lists(st.sampled_from(["x", "y", "z"]), max_size=3, unique=True),
    st.lists(
        st.builds(
            Stand,
            st.sampled_from(["x", "y", "gone"]),
            st.sampled_from([*TEA.units, "no-such-unit"]),
            st.integers(0, 4),
            st.booleans(),
            at=st.none() | st.just(NOW),
        ),
        max_size=8,
    ),
    st.lists(
        st.builds(
            reply,
            st.sampled_from(["x", "y", "gone"]),
            st.sampled_from(["m1-l1-q1", "m1-l1-q2"]),
            st.sampled_from("abc"),
            wording=st.sampled_from(["", "old"]),
        ),
        max_size=8,
    ),
)
def test_whatever_the_rows_each_command_has_an_answer(
    ids: list[str], stands: list[Stand], replies: list[Reply]
) -> None:
    there = scene([member(each, "") for each in ids], stands, replies)
    for outcome in (
        progress_map.progress(there, OVERDUE),
        item_report.item(there, OVERDUE, ""),
        nudges.stuck(there, OVERDUE),
        nudges.nudge(there, OVERDUE, "all"),
        nudges.pressed(there, OVERDUE, "x"),
        digest.for_staff(there, OVERDUE),
        cohort_export.export(there, OVERDUE),
    ):
        assert text(outcome)
    assert isinstance(digest.for_group(there, OVERDUE), tuple)
    assert isinstance(item_report.item(there, OVERDUE, "m1-l1-q1"), Turn | Worded)
