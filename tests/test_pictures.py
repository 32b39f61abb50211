"""The README's pictures say what the bot says today: each is drawn anew and compared."""

from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from .pictures import chat, discord, groups, telegram, terminal
from .pictures.chat import Line, Look, Span
from .platforms.telegram_server import Shown

README_WIDTH = 820
each_chat = pytest.mark.parametrize("platform", [telegram, discord], ids=["telegram", "discord"])
LOOK = Look("#ffffff", "#000000", "#000000", "#eeeeee", "#cccccc")


def told(lines: list[Line]) -> list[str]:
    return [line.told() for line in lines]


def shown(text: str, *entities: tuple[str, int, int]) -> Shown:
    kinds = [{"type": kind, "offset": at, "length": length} for kind, at, length in entities]
    return Shown(1, 1, None, True, text, [dict(one) for one in kinds], [])


@each_chat
async def test_the_picture_of_a_lesson_shows_what_the_platform_was_sent(
    platform: ModuleType,
) -> None:
    found = await platform.scenes()
    kept = platform.PICTURE.with_suffix(".txt").read_text(encoding="utf-8")
    again = f"; if that is meant, run python -m tests.pictures.{platform.PICTURE.stem}"
    assert chat.told(found) == kept, "the bot says something else than its picture" + again
    drawn = platform.PICTURE.read_bytes()
    assert platform.drawn(found) == drawn, "it is drawn otherwise than it was" + again


@each_chat
def test_the_picture_of_a_lesson_has_all_parts_of_one(platform: ModuleType) -> None:
    kept = platform.PICTURE.with_suffix(".txt").read_text(encoding="utf-8")
    parts = ("(a picture, ", "[Next]", "[A] [B] [C] [D]", "**Not quite.**", "**Ines Okafor**")
    assert [part for part in parts if part not in kept] == []
    assert "The idea that often leads there: _" in kept


@each_chat
def test_the_picture_of_a_lesson_is_light_and_sharp(platform: ModuleType) -> None:
    assert platform.PICTURE.stat().st_size < 150_000
    with Image.open(platform.PICTURE) as picture:
        assert picture.width == 2 * README_WIDTH


async def test_in_a_server_only_one_person_sees_a_lesson() -> None:
    messages = [one for scene in await discord.scenes() for one in scene.messages]
    assert messages and all(one.alone for one in messages)
    assert {one.accent for one in messages} == {"#0f766e"}


async def test_the_pictures_of_a_group_are_those_of_its_run(tmp_path: Path) -> None:
    drawn = await groups.live(tmp_path / "group.db")
    assert {name: (groups.HERE / name).read_bytes() for name in drawn} == drawn


async def test_the_picture_of_the_terminal_is_that_of_its_run() -> None:
    assert await terminal.drawn() == terminal.PICTURE.read_text(encoding="utf-8")


def test_entities_are_counted_in_utf_16() -> None:
    found = telegram.lines(shown("😀 an idea\nand more", ("bold", 3, 2), ("blockquote", 11, 8)))
    assert told(list(found)) == ["😀 **an** idea", "> and more"]


def test_an_entity_within_another_has_both_styles() -> None:
    found = telegram.lines(shown("one two", ("bold", 0, 7), ("italic", 4, 3)))
    assert told(list(found)) == ["**one ****_two_**"]


def test_discords_marks_become_styles() -> None:
    found = told(list(discord.lines("**a _b_** `c*`\n-# small\n> quoted\n- point\n2 \\* 3 \\_ 4")))
    assert found == ["**a ****_b_** `c*`", "small", "> quoted", "• point", "2 * 3 _ 4"]


def test_a_mark_without_its_end_is_no_style() -> None:
    with pytest.raises(AssertionError, match="a mark without its end"):
        list(discord.lines("**a"))


def test_text_is_folded_and_never_cut() -> None:
    line = Line((Span("one two three four five six seven eight", bold=True),))
    folded = chat.folded(line.spans, 200)
    assert len(folded) > 1
    assert all(chat.wide(pieces) <= 200 for pieces in folded)
    assert " ".join("".join(one.text for one in pieces) for pieces in folded) == line.spans[0].text
    assert chat.text([line], 200, LOOK).width <= 201


def test_a_word_that_cannot_fit_is_told() -> None:
    with pytest.raises(AssertionError, match="too wide for its window"):
        chat.folded([Span("w" * 40)], 200)
    with pytest.raises(AssertionError, match="too wide for its button"):
        chat.button("w" * 40, "#000000", "#ffffff", "#ffffff", 200)
