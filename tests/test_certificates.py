"""Certificates: earned and not excused, one for one thing, and proven by their codes."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from PIL import Image

from bot.__main__ import main
from bot.commands.replay import read
from bot.conversation import (
    Caller,
    Certificate,
    Certificates,
    Certified,
    Cohort,
    Done,
    Kept,
    Look,
    Membership,
    Override,
    Place,
    Rows,
    Seal,
    Session,
    Turn,
    Visit,
    Withdrawn,
)
from bot.course.model import Course, Library, Supplement
from bot.flows.groups import certificates, proof
from bot.flows.groups.certificates import drawn, named
from bot.flows.groups.codes import ALPHABET
from bot.flows.groups.proof import canonical, code_of, grouped, is_genuine, normal
from bot.flows.scene import Scene
from bot.store import Commit, Store
from bot.views.shown import shown

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
ANN = "a" * 16
LEAF = read(Path(__file__).parent / "course-exam")
TEA = LEAF.courses["leaf"]
LESSONS = (Visit("m1-l1", 1, True), Visit("m1-l2", 1, True))
PASSED = Visit("m1-exam", 1, True, 3, 3, 4)
FAILED = Visit("m1-exam", 1, False, 1, 1, 4)

seals = st.text("0123456789abcdef", min_size=32, max_size=32)
codes = seals.map(code_of)
words = st.text(max_size=40)
given_ones = st.builds(
    Certificate,
    code=codes,
    learner=words,
    course=words,
    unit=words,
    name=words,
    title=words,
    score=st.integers(0, 99),
    out_of=st.integers(0, 99),
    at=st.datetimes(timezones=st.just(UTC)),
)


class World:
    """A learner, and a store that remembers what was certified."""

    def __init__(self, *visits: Visit, library: Library = LEAF, excused: tuple[str, ...] = ()):
        self.visits, self.library, self.at = visits, library, NOW
        self.course: Course = next(iter(library.courses.values()))
        self.rows: dict[str, Certificate] = {}
        self.looks = 0
        overrides = tuple(Override(n, "excuse", u, "b" * 16, NOW) for n, u in enumerate(excused))
        member = Membership(Cohort("c1", self.course.id, "Tuesday", "UTC"), overrides)
        self.by = Caller(ANN, Place("telegram", "1"), cohorts=(member,))

    def scene(self, *known: tuple[Look, Rows]) -> Scene:
        session = Session(ANN, self.course.id)
        return Scene(self.library, self.course, session, self.by, self.at, known)

    def answer(self, look: Look) -> Rows:
        match look:
            case Done():
                return self.visits
            case Certificates(code=code) if code:
                return tuple(row for row in self.rows.values() if row.code == code)
            case Certificates():
                return tuple(self.rows.values())
            case Seal(text):
                return (Kept("seal", sha256(b"key" + text.encode()).hexdigest()[:32]),)
            case _:
                raise AssertionError(look)

    def does(self, command: str, args: str = "") -> Turn:
        known: tuple[tuple[Look, Rows], ...] = ()
        flow = proof.verify if command == "verify" else certificates.command
        while not isinstance(outcome := flow(self.scene(*known), args), Turn):
            known = (*known, (outcome, self.answer(outcome)))
        self.looks = max(self.looks, len(known))
        for record in outcome.records:
            match record:
                case Certified(code, unit, name, title, score, out_of):
                    self.rows[code] = Certificate(
                        code, ANN, self.course.id, unit, name, title, score, out_of, self.at
                    )
                case Withdrawn(_, code, why):
                    self.rows[code] = replace(self.rows[code], withdrawn=why)
                case _:
                    raise AssertionError(record)
        return outcome

    def says(self, command: str, args: str = "") -> str:
        return self.does(command, args).messages[0].text

    def valid(self) -> list[Certificate]:
        return [row for row in self.rows.values() if not row.withdrawn]


def everything(course: Course) -> tuple[Visit, ...]:
    """A Visit for each part that is required, done."""
    return tuple(Visit(u.id, 1, True) for m in course.modules for u in m.required)


# -- codes -----------------------------------------------------------------------------------


@st.composite
def sloppy(draw: st.DrawFn) -> tuple[str, str]:
    """A code, and one of the ways in which people type it."""
    code = draw(codes)
    alike = {"0": "0Oo", "1": "1IiLl"}
    typed = [
        draw(st.sampled_from(alike.get(char, char + char.lower())))
        + draw(st.sampled_from(["", "", " ", "-", "–", "\u00a0", "_", " - "]))
        for char in code
    ]
    return code, draw(st.sampled_from(["", " ", "“"])) + "".join(typed)


@given(sloppy())
def test_a_code_survives_any_sloppy_typing_of_it(pair: tuple[str, str]) -> None:
    code, typed = pair
    assert normal(typed) == code


@given(codes)
def test_a_code_is_shown_as_four_groups_of_letters_that_are_not_mixed_up(code: str) -> None:
    assert re.fullmatch("([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", grouped(code))
    assert normal(grouped(code)) == code


@given(st.text())
@example("ABCD-EFGH-JKMN-PQRSX")
@example("UUUU-UUUU-UUUU-UUUU")
def test_what_is_read_as_a_code_is_a_whole_one_or_nothing(text: str) -> None:
    code = normal(text)
    assert code == "" or (len(code) == 16 and set(code) <= set(ALPHABET))


@given(given_ones, given_ones)
def test_two_certificates_are_sealed_alike_only_where_they_say_the_same(
    one: Certificate, other: Certificate
) -> None:
    said = [(replace(c, code="", at=NOW, withdrawn=""), c.at.date()) for c in (one, other)]
    assert (canonical(one) == canonical(other)) == (said[0] == said[1])


@given(given_ones, st.sampled_from(["learner", "course", "unit", "name", "title"]), words, words)
def test_no_words_move_from_one_line_of_a_certificate_to_another(
    one: Certificate, field: str, before: str, after: str
) -> None:
    assume(before != after)
    first = replace(one, **{field: before})  # type: ignore[arg-type]
    second = replace(one, **{field: after})  # type: ignore[arg-type]
    assert canonical(first) != canonical(second)
    moved = replace(one, name=f"{before}|{after}", title="")
    assert canonical(moved) != canonical(replace(one, name=before, title=after))


# -- earning one -----------------------------------------------------------------------------


def test_without_a_name_nothing_is_made_and_it_is_said_what_could_be() -> None:
    world = World(*LESSONS, PASSED)
    text = world.says("certificate")
    assert not world.rows
    assert "the whole course **Tea, examined**" in text
    assert "the exam **Leaf and water (Tea, examined)**, with 3 of 4 right" in text
    assert "“/certificate Ada Lovelace”" in text
    assert "“/certificate m1-exam Ada Lovelace”" in text
    assert "Still to do" not in text


def test_what_is_missing_is_named() -> None:
    world = World(LESSONS[0], FAILED)
    for args in ("", "Ada Lovelace"):
        text = world.says("certificate", args)
        assert "1 of 3 are. Still to do: L2 · Water, Exam: Leaf and water." in text
    assert not world.rows


def test_of_many_missing_parts_a_few_are_named(tiny: Library) -> None:
    text = World(library=tiny).says("certificate")
    course = tiny.courses["tiny"]
    total = sum(len(module.required) for module in course.modules)
    assert f"0 of {total} are." in text
    assert f"and {total - 5} more." in text
    assert "exam" not in text


def test_a_course_is_certified_without_what_is_there_for_those_who_want_more() -> None:
    library = read(Path("content"))
    course = next(iter(library.courses.values()))
    world = World(*everything(course), library=library)
    assert any(isinstance(unit, Supplement) for unit in course.units.values())
    world.does("certificate", "Ada Lovelace")
    assert [(row.unit, row.title) for row in world.valid()] == [("", course.title)]


def test_the_whole_course_comes_before_an_exam_and_each_can_be_picked() -> None:
    world = World(*LESSONS, PASSED)
    world.does("certificate", "Ada Lovelace")
    world.does("certificate", "M1-Exam Ada Lovelace")
    assert [(row.unit, row.score, row.out_of) for row in world.valid()] == [
        ("", 0, 0),
        ("m1-exam", 3, 4),
    ]


def test_an_exam_is_certified_before_the_course_is_done() -> None:
    world = World(PASSED)
    world.does("certificate", "Ada Lovelace")
    assert [row.unit for row in world.valid()] == ["m1-exam"]


def test_an_exam_under_its_old_name_is_the_same_exam() -> None:
    course = replace(TEA, renamed={"m1-test": "m1-exam"})
    world = World(replace(PASSED, unit="m1-test"), library=Library({"leaf": course}))
    old = replace(row_of("m1-test"), learner=ANN)
    world.rows[old.code] = old
    world.does("certificate", "m1-test Ada Lovelace")
    assert world.valid() == [old]
    world.does("certificate", "m1-test Ada King")
    assert [(row.unit, row.name) for row in world.valid()] == [("m1-exam", "Ada King")]


def row_of(unit: str) -> Certificate:
    return Certificate("0" * 16, ANN, "leaf", unit, "Ada Lovelace", "Exam", 3, 4, NOW)


def test_whoever_was_excused_from_an_exam_did_not_pass_it() -> None:
    for visits in (LESSONS, (*LESSONS, FAILED)):
        world = World(*visits, excused=("m1-exam",))
        assert "once you pass that exam" in world.says("certificate", "m1-exam Ada Lovelace")
        assert "with 1 of 4 right" not in world.says("certificate")
        world.does("certificate", "Ada Lovelace")
        assert [row.unit for row in world.valid()] == [""]


def test_a_part_that_is_no_exam_is_not_taken_for_a_name() -> None:
    world = World(*LESSONS, PASSED)
    assert world.says("certificate", "m1-l1 Ada Lovelace") == world.says("certificate")
    assert not world.rows


@given(
    st.sets(st.sampled_from([*LESSONS, PASSED])), st.sampled_from(["", "m1-exam", "m1-l1"]), words
)
def test_whatever_is_asked_there_is_an_answer(visits: set[Visit], first: str, rest: str) -> None:
    assert World(*visits).says("certificate", f"{first} {rest}")
    assert World(*visits).says("verify", f"{first} {rest}")


# -- one thing, one certificate --------------------------------------------------------------


def test_the_same_name_gives_the_same_certificate_for_ever() -> None:
    world = World(*LESSONS, PASSED)
    first = world.does("certificate", "Ada Lovelace")
    world.at += timedelta(days=400)
    again = world.does("certificate", "  Ada   Lovelace ")
    assert again.records == ()
    assert again.messages[0].files == first.messages[0].files
    assert len(world.rows) == 1


def test_another_name_takes_the_place_of_the_first() -> None:
    world = World(*LESSONS, PASSED)
    world.does("certificate", "Ada Lovelcae")
    (old,) = world.valid()
    text = world.says("certificate", "Ada Lovelace")
    assert f"It takes the place of the one for Ada Lovelcae, {grouped(old.code)}" in text
    assert [row.name for row in world.valid()] == ["Ada Lovelace"]
    told = world.says("verify", old.code)
    assert "is not valid any more: a newer one was made." in told
    assert "Ada Lovelcae" in told


@given(st.lists(st.sampled_from(["Ada", "Bea", "m1-exam Ada", "m1-exam Bea"]), max_size=8))
def test_however_often_names_change_one_thing_has_one_valid_certificate(names: list[str]) -> None:
    world = World(*LESSONS, PASSED)
    for name in names:
        world.does("certificate", name)
        units = [row.unit for row in world.valid()]
        assert sorted(units) == sorted(set(units))
        for row in world.valid():
            assert "is valid:" in world.says("verify", row.code)
    assert world.looks <= 4


def test_a_score_that_was_marked_anew_leads_to_a_new_certificate() -> None:
    world = World(PASSED)
    world.does("certificate", "Ada Lovelace")
    world.visits = (replace(PASSED, best=4),)
    world.does("certificate", "Ada Lovelace")
    assert [(row.score, bool(row.withdrawn)) for row in world.rows.values()] == [
        (3, True),
        (4, False),
    ]


# -- names -----------------------------------------------------------------------------------


def test_names_of_the_world_stay_as_they_are_written() -> None:
    for name in ("Ada Lovelace", "Łukasz Żółć", "李 小龙", "محمد علي", "José-María Ñ.", "O'Hara"):
        assert named(name) == name.strip(" .")
    assert named("O’Hara‐Smith") == "O'Hara-Smith"


@given(st.text())
@example("**Ada** <@123> @everyone https://x.y [a](b)")
@example("\u202eadA")
def test_nothing_in_a_name_is_a_mark_or_a_ping(text: str) -> None:
    name = named(text)
    assert len(name) <= 60
    assert not set(name) & set("*_`[]()<>@#|~\\/:\n\u202e")
    assert name == "" or any(char.isalpha() for char in name)
    assert named(name) == name


def test_a_name_without_letters_is_asked_for_again() -> None:
    world = World(*LESSONS, PASSED)
    assert "has no letters" in world.says("certificate", "12 *** 34")
    assert not world.rows


# -- checking one ----------------------------------------------------------------------------


def test_anybody_reads_for_whom_for_what_and_when() -> None:
    world = World(*LESSONS, PASSED)
    world.does("certificate", "Ada Lovelace")
    world.does("certificate", "m1-exam Ada Lovelace")
    world.by = Caller("b" * 16, Place("discord", "9"))
    course, exam = world.valid()
    assert world.says("verify", course.code) == (
        f"The certificate {grouped(course.code)} is valid:\n\n"
        "**Ada Lovelace** has completed the course **Tea, examined**. Made on 20 March 2026."
    )
    assert "with 3 of 4 right. Made on 20 March 2026." in world.says("verify", exam.code)


def test_a_code_that_was_made_up_is_unknown() -> None:
    assert "I know no certificate" in World().says("verify", "abcd efgh jkmn pqrs")
    assert "That is no code" in World().says("verify", "abcd")
    assert "Write the code" in World().says("verify")


@pytest.mark.parametrize(
    "altered",
    [
        {"name": "Bea Lovelace"},
        {"title": "Everything"},
        {"unit": "m2-exam"},
        {"score": 4},
        {"out_of": 3},
        {"course": "other"},
        {"learner": "b" * 16},
        {"at": NOW - timedelta(days=365)},
    ],
)
def test_a_certificate_that_was_altered_is_not_valid(altered: dict[str, object]) -> None:
    world = World(PASSED)
    world.does("certificate", "Ada Lovelace")
    (row,) = world.valid()
    world.rows[row.code] = replace(row, **altered)  # type: ignore[arg-type]
    text = world.says("verify", row.code)
    assert text.endswith("is not valid: what is kept of it is not what it was made for.")


@given(given_ones, seals)
def test_only_its_own_seal_makes_a_certificate_genuine(one: Certificate, seal: str) -> None:
    assert is_genuine(one, seal) == (code_of(seal) == one.code)


# -- the page --------------------------------------------------------------------------------


def test_the_page_is_described_for_who_cannot_see_it() -> None:
    world = World(PASSED)
    (file,) = world.does("certificate", "Ada Lovelace").messages[0].files
    (row,) = world.valid()
    assert file.name == "certificate-leaf-m1-exam.png"
    assert file.alt == (
        "A certificate: Ada Lovelace has passed the exam “Leaf and water (Tea, examined)”, "
        f"with 3 of 4 right, 20 March 2026. Code {grouped(row.code)}."
    )


def test_a_certificate_is_drawn() -> None:
    scene = World().scene()
    page = Image.open(BytesIO(shown(drawn(scene, row_of("m1-exam")))))
    assert page.size[0] > page.size[1] > 0


# -- the command line ------------------------------------------------------------------------


@pytest.fixture
async def serving(tmp_path: Path) -> AsyncIterator[tuple[Path, str]]:
    """A file that is being served, and the code of a certificate in it."""
    path = tmp_path / "s.db"
    store = await Store.open(path)
    row = replace(row_of("m1-exam"), title="Leaf and water")
    (seal,) = await store.answer(Seal(canonical(row)))
    assert isinstance(seal, Kept)
    code = code_of(seal.body)
    record = Certified(code, row.unit, row.name, row.title, row.score, row.out_of)
    await store.commit(
        Commit("e1", NOW, ANN, "leaf", Place("telegram", "1"), "", None, (record,), ())
    )
    yield path, code
    await store.close()


async def in_thread(path: Path, *code: str) -> int:
    """The exit code of `syllabot verify`, which has an event loop of its own."""
    return await asyncio.to_thread(main, ["verify", *code, "--db", str(path)])


async def test_the_command_line_checks_a_certificate_while_the_bot_serves(
    serving: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    path, code = serving
    assert await in_thread(path, *grouped(code).lower().split("-")) == 0
    assert capsys.readouterr().out == (
        f"The certificate {grouped(code)} is valid:\n"
        "Ada Lovelace has passed the exam Leaf and water with 3 of 4 right. "
        "Made on 20 March 2026.\n"
    )
    assert await in_thread(path, "ABCDEFGHJKMNPQRS") == 1
    assert "I know no certificate" in capsys.readouterr().err
    assert await in_thread(path, "nonsense") == 2
    assert await in_thread(path.with_name("none.db"), code) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [("name = 'Bea'", "is not valid: what is kept"), ("withdrawn = 'so'", "any more: so")],
)
async def test_the_command_line_fails_for_what_is_not_valid(
    serving: tuple[Path, str], change: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path, code = serving
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"UPDATE certificates SET {change}")
    assert await in_thread(path, code) == 1
    assert words in capsys.readouterr().err
