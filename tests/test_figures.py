"""The course's figures: each is there, can be shown anywhere, and is drawn alike every time."""

import shutil
import struct
from argparse import Namespace
from itertools import combinations
from pathlib import Path

import pytest

from bot.commands import figures
from bot.views import ink
from bot.views.figures import Figure
from bot.views.marks import WIDTH, Drawing, Words
from bot.views.page import page
from bot.views.read import read, sheets

from .conftest import SHIPPED

SHEETS = list(sheets(SHIPPED))
each_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.stem)


def figure(sheet: Path) -> Figure:
    found, problems = read(sheet)
    assert found, problems
    return found


def words(drawing: Drawing) -> list[tuple[float, float, float, float, str]]:
    """The places that text takes: left, top, right, bottom."""
    return [
        (w.x, w.y + 2, w.x + ink.width(w.text, w.size, bold=w.bold), w.y + w.size * 1.2, w.text)
        for w in drawing.marks
        if isinstance(w, Words)
    ]


def test_there_are_figures_and_no_picture_without_data() -> None:
    assert len(SHEETS) >= 10
    pictures = {path for sheet in SHEETS for path in sheet.parent.glob("*.png")}
    assert pictures == {sheet.with_suffix(".png") for sheet in SHEETS}


@each_sheet
def test_a_picture_is_light_wide_and_described(sheet: Path) -> None:
    picture = sheet.with_suffix(".png").read_bytes()
    wide, tall = struct.unpack(">II", picture[16:24])
    assert len(picture) < 200_000
    assert 900 <= wide <= 1200
    assert tall <= 1500
    assert len(figure(sheet).alt) >= 60


@each_sheet
def test_no_text_leaves_the_picture_or_lies_on_other_text(sheet: Path) -> None:
    drawing = page(figure(sheet))
    found = words(drawing)
    for left, top, right, bottom, text in found:
        assert left >= 12 and right <= WIDTH - 12, text
        assert top >= 12 and bottom <= drawing.bottom - 12, text
    for a, b in combinations(found, 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (a[4], b[4])


@pytest.mark.parametrize("name", ["cc100-languages", "training-loop"])
def test_the_command_draws_the_same_bytes(name: str, tmp_path: Path) -> None:
    sheet = next(path for path in SHEETS if path.stem == name)
    for course in ("one", "two"):
        folder = tmp_path / course / "figures"
        folder.mkdir(parents=True)
        shutil.copy(sheet, folder)
    assert figures.run(Namespace(dir=tmp_path)) == 0
    drawn = [path.read_bytes() for path in tmp_path.rglob("*.png")]
    assert drawn == [sheet.with_suffix(".png").read_bytes()] * 2


BAD = {
    "a figure's kind is": "kind: pie\n",
    "wider than": "kind: table\ntitle: T\nschematic: s\nalt: " + "word " * 20 + "\nheads: [a]\n"
    "widths: [1]\nrows:\n  - cells: [" + "w" * 90 + "]\n",
    "figures/bad.yaml:1:": "kind: table\ntitle: T\nalt: " + "word " * 20 + "\nheads: [a]\n"
    "widths: [1]\nrows:\n  - cells: [b]\n",
}


@pytest.mark.parametrize("told", BAD)
def test_what_cannot_be_drawn_is_told(
    told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "bad.yaml").write_text(BAD[told], encoding="utf-8")
    assert figures.run(Namespace(dir=tmp_path)) == 1
    assert told in capsys.readouterr().err
    assert not list(tmp_path.rglob("*.png"))


def test_a_folder_without_figures_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert figures.run(Namespace(dir=tmp_path)) == 1
    assert "nothing to draw" in capsys.readouterr().err
