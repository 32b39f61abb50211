"""Boards, maps and certificates as pictures: whatever people typed, they are drawn, and fit."""

import struct
import threading
from dataclasses import replace
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import (
    BoardPicture,
    Cell,
    CertificatePicture,
    MapPicture,
    MapRow,
    Picture,
    Rank,
)
from bot.views import board, certificate, grid, ink
from bot.views.marks import BODY, EDGE, PAPER, WIDTH, Dot, Drawing, Face, Panel, Shapes, Words
from bot.views.shown import drawing, shown

KINDS: tuple[Cell, ...] = get_args(Cell)
NAMES = (
    "Ada",
    "محمد عبد الله",
    "山田太郎",
    "q" + "\u0301" * 30,
    "👩‍👩‍👧 family",
    "W" * 40,
    "\ud800",
)
anything = st.text(max_size=40)


def a_board(*ranks: Rank, gap: int = 0, foot: str = "You are number 4 of 37.") -> BoardPicture:
    return BoardPicture("This week in “Autumn”", "As of Friday", ranks, "points", foot, gap)


def ranked(*points: int, mine: int = -1) -> tuple[Rank, ...]:
    placed = [1 + sum(other > each for other in points) for each in points]
    pairs = enumerate(zip(placed, points, strict=True))
    return tuple(Rank(rank, f"Learner {n}", each, n == mine) for n, (rank, each) in pairs)


def a_map(rows: int, columns: int, modules: int = 1) -> MapPicture:
    per = columns // modules
    cells = [KINDS[: 1 + n % len(KINDS)] * columns for n in range(rows)]
    return MapPicture(
        title="Autumn",
        subtitle="Synthetic Data",
        groups=tuple((f"Module {n + 1} of some length", per) for n in range(modules)),
        columns=tuple(("L1", "Quiz", "Reading")[n % 3] for n in range(columns)),
        rows=tuple(
            MapRow(f"Learner {n}", tuple(each[:columns]), "quiet for 9 days" if n % 5 == 0 else "")
            for n, each in enumerate(cells)
        ),
        key=tuple((kind, f"what {kind} means") for kind in KINDS),
        foot="The first 60 learners of 84, by name.",
    )


CERTIFICATE = CertificatePicture(
    heading="Certificate of completion",
    name="Grace Brewster Hopper",
    statement="has completed the course",
    course="Synthetic Data and Self-Improvement",
    details=("27 November 2026", "8 modules, final exam passed"),
    code="7K3Q-9XWD",
    verify="Send /verify 7K3Q-9XWD to the bot",
    accent="#0F766E",
)
PICTURES: dict[str, Picture] = {
    "nobody": a_board(),
    "one": a_board(*ranked(10, mine=0)),
    "thirteen": a_board(*ranked(*range(130, 0, -10), mine=11), gap=10),
    "names": a_board(*(Rank(n, name, 7 - n) for n, name in enumerate(NAMES, 1))),
    "large": a_board(Rank(123_456, "Ada", 10**12, mine=True), Rank(123_457, "Bo", 0)),
    "endless": a_board(*ranked(*range(300, 0, -1)), foot="word " * 400),
    "map-3x5": a_map(3, 5),
    "map-20x30": a_map(30, 20, 4),
    "map-60x60": a_map(60, 60, 12),
    "map-one-by-one": a_map(8, 12, 12),
    "map-nobody": a_map(0, 5),
    "map-nothing": a_map(5, 0),
    "certificate": CERTIFICATE,
    "certificate-long": replace(CERTIFICATE, name="Maximiliane " * 6, course="A long title " * 20),
    "certificate-wide": replace(CERTIFICATE, name="W" * 40, course="W" * 99, code="W" * 99),
}
each_picture = pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)


def box(words: Words) -> tuple[float, float, float, float]:
    """What a line of text takes: left, top, right, bottom."""
    wide = ink.width(words.text, words.size, bold=words.bold, face=words.face)
    if words.turned:
        return words.x - words.size * 0.8, words.y - wide, words.x + words.size * 0.2, words.y
    left = words.x - wide / 2 if words.middle else words.x
    return left, words.y + 2, left + wide, words.y + words.size * 1.2


def texts(found: Drawing) -> list[str]:
    return [mark.text for mark in found.marks if isinstance(mark, Words)]


@each_picture
def test_a_picture_is_light_wide_and_the_same_every_time(picture: Picture) -> None:
    data = shown(picture)
    wide, tall = struct.unpack(">II", data[16:24])
    assert data.startswith(b"\x89PNG")
    assert len(data) < 200_000
    assert wide == WIDTH and wide + tall <= 10_000  # Telegram takes no taller photo
    assert shown(picture) == data


@each_picture
def test_no_text_leaves_the_paper_or_lies_on_other_text(picture: Picture) -> None:
    found = drawing(picture)
    boxes = [(box(mark), mark.text) for mark in found.marks if isinstance(mark, Words)]
    for (left, top, right, bottom), text in boxes:
        assert left >= 12 and right <= WIDTH - 12, text
        assert top >= 12 and bottom <= found.bottom - 12, text
    boxes.sort(key=lambda each: each[0][1])
    for number, (a, text) in enumerate(boxes):
        for b, other in boxes[number + 1 :]:
            if b[1] >= a[3]:
                break
            assert a[2] <= b[0] + 1 or b[2] <= a[0] + 1 or b[3] <= a[1], (text, other)


def test_a_picture_drawn_in_another_thread_is_the_same() -> None:
    found: list[bytes] = []
    worker = threading.Thread(target=lambda: found.append(shown(PICTURES["thirteen"])))
    worker.start()
    worker.join()
    assert found == [shown(PICTURES["thirteen"])]


# -- what people typed ------------------------------------------------------------------------


@given(anything, st.sampled_from(get_args(Face)), st.booleans())
def test_every_text_can_be_drawn_without_a_warning(text: str, face: Face, bold: bool) -> None:
    line = ink.legible(text, face)
    ink.width(line, 30, bold=bold, face=face)  # a warning is an error in our tests
    assert line == " ".join(line.split())
    assert ink.legible(line, face) == line


@given(anything, st.integers(40, 600), st.integers(1, 3))
def test_shortened_and_folded_text_fits(text: str, room: int, most: int) -> None:
    line = ink.legible(text)
    assert ink.width(ink.short(line, room), BODY) <= room
    lines = ink.folded(line, room, most=most)
    assert len(lines) <= most
    assert all(ink.width(each, BODY) <= room for each in lines)


@settings(max_examples=15)
@given(anything, anything)
def test_any_name_and_title_can_be_shown(name: str, title: str) -> None:
    ranks = (Rank(1, name, 3), Rank(2, title, 1, mine=True))
    assert shown(replace(a_board(*ranks), title=title, foot=name))
    row = MapRow(name, ("done", "open"), title)
    assert shown(replace(a_map(1, 2), groups=((title, 2),), columns=(name, "Quiz"), rows=(row,)))
    assert shown(replace(CERTIFICATE, name=name, course=title, details=(title, name), code=name))


def test_a_letter_that_the_font_lacks_is_a_box() -> None:
    assert ink.legible("Ada 山田") == "Ada □□"


def test_what_fits_is_left_alone_and_what_does_not_ends_in_three_dots() -> None:
    assert ink.short("Ada", 200) == "Ada"
    assert ink.short("Ada Lovelace of London", 200) == "Ada Lovel…"


def test_marks_without_end_do_not_climb_out_of_their_line() -> None:
    assert len(ink.legible("q" + "\u0301" * 30)) == 4


def test_no_sign_turns_the_direction_of_writing() -> None:
    assert ink.legible("Ada\u202e Bo\u2066\u200f") == "Ada Bo"


def test_letters_are_shaped_even_when_they_came_in_parts() -> None:
    assert ink.legible("Zoe\u0308") == "Zoë"


def test_a_cut_leaves_no_letter_without_its_marks() -> None:
    name = "x\u0323\u0301" * 30
    assert ink.short(name, 300).removesuffix("…").endswith("x\u0323\u0301")


# -- boards -----------------------------------------------------------------------------------


def test_who_shares_a_place_shares_its_number_and_its_metal() -> None:
    found = drawing(a_board(*ranked(90, 90, 50)))
    assert [text for text in texts(found) if text in ("1", "2", "3")] == ["1", "1", "3"]
    discs = [mark.colour for mark in found.marks if isinstance(mark, Dot) and mark.radius == 34]
    assert discs == [board.METAL[1], board.METAL[1], board.METAL[3]]


def test_bars_are_shares_of_the_most_points() -> None:
    found = drawing(a_board(*ranked(100, 50, 0)))
    bars = [m for m in found.marks if isinstance(m, Panel) and m.fill in board.TINT.values()]
    first, second = (bar.right - board.LEFT + 4 for bar in bars)
    assert first == pytest.approx(2 * second)


def test_the_own_line_is_framed_and_pointed_at() -> None:
    found = drawing(a_board(*ranked(100, 50, 20, 10, mine=3)))
    framed = [m for m in found.marks if isinstance(m, Panel) and m.edge == EDGE["real"]]
    (pointer,) = (mark for mark in found.marks if isinstance(mark, Shapes))
    (name,) = (m for m in found.marks if isinstance(m, Words) and m.text == "Learner 3")
    assert len(framed) == 1 and framed[0].top < name.y < framed[0].bottom
    assert pointer.fill == EDGE["real"]
    assert name.bold


def test_a_gap_stands_where_lines_are_left_out() -> None:
    ranks = ranked(*range(130, 0, -10))
    found = drawing(a_board(*ranks, gap=10))
    (dots,) = {mark.x for mark in found.marks if isinstance(mark, Dot) and mark.radius == 6}
    assert dots == board.DISC
    assert found.bottom == drawing(a_board(*ranks)).bottom + board.BREAK


def test_an_empty_board_keeps_three_places() -> None:
    assert {"1", "2", "3"} <= set(texts(drawing(a_board())))


# -- maps -------------------------------------------------------------------------------------


def cells_of(picture: MapPicture) -> int:
    """How many cells are drawn of a map of which all are empty: one outline each."""
    shapes = [mark for mark in drawing(picture).marks if isinstance(mark, Shapes)]
    return sum(len(mark.outlines) for mark in shapes)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_cell_has_a_shape_of_its_own(kind: Cell) -> None:
    def outlines(cell: Cell) -> list[tuple[tuple[float, float], ...]]:
        row = replace(a_map(1, 1), rows=(MapRow("Ada", (cell,)),), key=())
        marks = drawing(row).marks
        return [line for mark in marks if isinstance(mark, Shapes) for line in mark.outlines]

    assert all(outlines(kind) != outlines(other) for other in KINDS if other != kind)


@pytest.mark.parametrize(("rows", "columns"), [(3, 5), (30, 20), (60, 60), (5, 60)])
def test_a_map_draws_every_cell_once(rows: int, columns: int) -> None:
    picture = replace(a_map(rows, columns), key=())
    cells: tuple[Cell, ...] = ("open",) * columns
    empty = replace(picture, rows=tuple(MapRow(row.name, cells) for row in picture.rows))
    assert cells_of(empty) == rows * columns


def test_a_wide_map_has_bands_between_modules_and_names_everybody_in_each() -> None:
    picture = a_map(10, 60, 12)
    measures, bands = grid.plan(picture)
    assert len(bands) == 2
    assert measures.step >= grid.LEAST
    assert [span.title for band in bands for span in band] == [name for name, _ in picture.groups]
    assert texts(drawing(picture)).count("Learner 3") == 2


def test_a_module_that_fits_in_no_band_is_cut() -> None:
    _, bands = grid.plan(a_map(10, 60, 1))
    assert len(bands) == 2
    assert sum(span.last - span.first for band in bands for span in band) == 60


def test_only_the_first_rows_and_columns_are_drawn() -> None:
    found = texts(drawing(a_map(70, 70, 1)))
    assert "Learner 59" in found and "Learner 60" not in found
    assert cells_of(replace(a_map(0, 70), rows=(MapRow("Ada", ("open",) * 70),), key=())) == 60


def test_columns_without_a_module_are_drawn_all_the_same() -> None:
    assert texts(drawing(replace(a_map(1, 3), groups=()))).count("Reading") == 1


# -- certificates -----------------------------------------------------------------------------


def test_a_certificate_lies_on_its_side() -> None:
    wide, tall = struct.unpack(">II", shown(CERTIFICATE)[16:24])
    assert wide / tall == pytest.approx(2**0.5, rel=0.01)


def test_a_short_name_is_larger_than_a_long_one_and_none_is_lost() -> None:
    def lines(name: str) -> list[Words]:
        marks = drawing(replace(CERTIFICATE, name=name)).marks
        return [m for m in marks if isinstance(m, Words) and m.text and m.text in name]

    (short,) = lines("Bo")
    long = lines("Maximiliane Alexandrine von Hohenzollern")
    assert short.size > long[0].size
    assert " ".join(line.text for line in long) == "Maximiliane Alexandrine von Hohenzollern"


def test_the_code_is_set_letter_by_letter() -> None:
    letters = [m for m in drawing(CERTIFICATE).marks if isinstance(m, Words) and m.face == "mono"]
    assert "".join(letter.text for letter in letters) == CERTIFICATE.code
    assert len({b.x - a.x for a, b in pairwise(letters)}) == 1


@given(st.integers(0, 0xFFFFFF))
def test_every_accent_can_be_read_on_paper(colour: int) -> None:
    assert certificate.contrast(certificate.readable(f"#{colour:06x}")) >= certificate.CONTRAST


def test_a_dark_accent_is_kept_and_a_wrong_one_replaced() -> None:
    assert certificate.readable("#0F766E") == "#0F766E"
    assert certificate.contrast(certificate.readable("teal")) >= certificate.CONTRAST
    assert certificate.contrast(PAPER) == 1
