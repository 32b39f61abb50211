"""Reading and playing .chat files: every mark means something, and a difference is found."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.course.model import Library
from bot.replay.engine_driver import EngineDriver
from bot.replay.script import Act, Edit, Expect, Model, Restart, ScriptError, Wait, read
from bot.replay.stage import Difference, play

from .conftest import TINY


def script(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "a.chat"
    path.write_text(text)
    return path


def played(tmp_path: Path, library: Library, text: str) -> None:
    found = read(script(tmp_path, f"course: {TINY}\n* it\n{text}"))

    def no_edit(path: Path) -> Library:
        raise AssertionError(path)

    asyncio.run(play(found, found.conversations[0], library, EngineDriver(library), no_edit))


def test_every_kind_of_line_is_read(tmp_path: Path) -> None:
    text = """course: here
only: engine
# a remark
* first
> /start
@bo > hi
@bo in group #hall > /leaderboard
in group #hall > x
+ 8 days
+ 1 hour
restart
edit m1/quiz.yaml with new.yaml
edit m1 gone
< yes
<! timeout
Words
!Not these
{record} answered
!{record} completed
{silence}
\\> quoted
* second
> y
"""
    found = read(script(tmp_path, text))
    assert found.course == tmp_path / "here"
    assert found.only == "engine"
    first, second = found.conversations
    assert first.steps == [
        Act(5, "ann", "", "/start"),
        Act(6, "bo", "", "hi"),
        Act(7, "bo", "#hall", "/leaderboard"),
        Act(8, "ann", "#hall", "x"),
        Wait(9, timedelta(days=8)),
        Wait(10, timedelta(hours=1)),
        Restart(11),
        Edit(12, "m1/quiz.yaml", tmp_path / "new.yaml"),
        Edit(13, "m1", None),
        Model(14, "yes", fails=False),
        Model(15, "timeout", fails=True),
        Expect(16, "reply", "Words", absent=False),
        Expect(17, "reply", "Not these", absent=True),
        Expect(18, "record", "answered", absent=False),
        Expect(19, "record", "completed", absent=True),
        Expect(20, "silence", "", absent=False),
        Expect(21, "reply", "> quoted", absent=False),
    ]
    assert (second.name, second.steps) == ("second", [Act(23, "ann", "", "y")])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("> hi\n", "a.chat:1: before the first"),
        ("* a\n+ 3 fortnights\n", "a.chat:2: cannot read"),
        ("* a\nedit x\n", "a.chat:2: cannot read"),
        ("", "no conversation"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ScriptError, match=words):
        read(script(tmp_path, text))


def test_a_file_that_is_missing_or_no_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="cannot be read"):
        read(tmp_path / "none.chat")
    (tmp_path / "a.chat").write_bytes(b"\xff\xfe")
    with pytest.raises(ScriptError, match="cannot be read"):
        read(tmp_path / "a.chat")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("> /start\nno such words", 4, "is missing"),
        ("> /start\n!{silence}\n!done", 5, "should not be there"),
        ("> /start\n{record} completed", 4, "is missing"),
        ("> /start\n!{record} changed", 4, "should not be there"),
        ("> /start\n{silence}", 4, "is missing"),
        ("> [m1-intro]", 3, "no choice"),
        ("> /start\n> [m9-]", 4, "newest: .*m1-intro"),
        ("> /start\n< a model's words", 4, "no model was asked"),
        ("> /start\n<! a failure", 4, "no model was asked"),
        ("> /start\n{post} x", 4, "is missing"),
        ("> /start\n{ask} x", 4, "is missing"),
        ("> /start\n{file} x", 4, "is missing"),
    ],
)
def test_a_difference_is_shown_with_its_line(
    tmp_path: Path, tiny: Library, text: str, line: int, words: str
) -> None:
    with pytest.raises(Difference, match=rf"a.chat:{line}: .*{words}"):
        played(tmp_path, tiny, text)


def test_marks_of_emphasis_and_line_breaks_do_not_count(tmp_path: Path, tiny: Library) -> None:
    played(tmp_path, tiny, "> /start\n**You read** short cards,   answer a few")


def test_each_conversation_begins_with_nothing_known(tmp_path: Path, tiny: Library) -> None:
    played(tmp_path, tiny, "> /start\n> [m1-intro]\n@bo > /start\n!Welcome back")
