"""The terminal: lines in, screens out."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.adapters.terminal import Terminal, as_plain, to_inbound, wants_plain
from bot.conversation import Choice, Commanded, File, Message, Outgoing, Place, Said

HERE = Place("terminal", "ann")


def shown(message: Message, tmp_path: Path, *, is_plain: bool) -> str:
    screen = io.StringIO()
    console = Console(file=screen, width=60, force_terminal=not is_plain, no_color=is_plain)
    terminal = Terminal(console, is_plain=is_plain, files=tmp_path / "files")
    import asyncio

    assert asyncio.run(terminal.send(Outgoing(1, "ann", "tiny", HERE, message))) == "1"
    return screen.getvalue()


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("hello", Said("hello")),
        ("  b ", Said("b")),
        ("/start", Commanded("start")),
        ("/Glossary  Model collapse ", Commanded("glossary", "Model collapse")),
        ("/", Said("/")),
        ("", Said("")),
    ],
)
def test_a_line_is_words_or_a_command(line: str, what: Said | Commanded) -> None:
    inbound = to_inbound(line, "ann", "1")
    assert inbound.what == what
    assert inbound.account == "terminal:ann"
    assert inbound.place == HERE


def test_every_line_has_an_id_of_its_own() -> None:
    assert to_inbound("x", "ann", "1").id != to_inbound("x", "ann", "2").id
    assert "ann" not in to_inbound("x", "ann", "1").id


@given(st.text(max_size=50))
def test_no_line_fails(line: str) -> None:
    assert to_inbound(line, "ann", "1").id


def test_choices_are_numbered_and_letters_are_named_once() -> None:
    ways = (Choice("k", "Next"), Choice("l", "Back"))
    assert as_plain(Message("Card", ways)) == "Card\n\n1  Next\n2  Back"
    letters = tuple(Choice(x, x) for x in "ABC")
    assert as_plain(Message("Q", letters)) == "Q\n\nAnswer with A, B or C."
    assert as_plain(Message("Q", letters[:1])) == "Q\n\nAnswer with A."


def test_a_message_with_all_it_can_hold_is_readable() -> None:
    picture = File("figures/loop.png", "Output becomes input", "00")
    message = Message("Look.", write="Say more.", files=(picture,), speaker="Ines")
    assert as_plain(message) == "Ines:\n\nLook.\n\n[picture: Output becomes input]\n\nSay more."


def test_colours_are_shown_only_where_they_are_wanted(tmp_path: Path) -> None:
    message = Message("**Bold** words", (Choice("k", "Next"),))
    assert "\x1b[" in shown(message, tmp_path, is_plain=False)
    assert shown(message, tmp_path, is_plain=True) == "\nBold words\n\n1  Next\n"


def test_square_brackets_of_a_course_are_not_taken_for_markup(tmp_path: Path) -> None:
    for is_plain in (True, False):
        assert "[red]x[/red]" in shown(Message("[red]x[/red]"), tmp_path, is_plain=is_plain)


def test_a_file_made_for_the_learner_is_written_and_its_place_said(tmp_path: Path) -> None:
    file = File("../../export.json", "All of it", "00", b"{}")
    text = shown(Message("Here.", files=(file,)), tmp_path, is_plain=True)
    assert (tmp_path / "files" / "export.json").read_bytes() == b"{}"
    assert "export.json" in text
    assert "[picture" not in text


def test_a_post_says_where_it_goes(tmp_path: Path) -> None:
    post = Message("News", to=Place("terminal", "#hall", private=False))
    assert "Posted to" in shown(post, tmp_path, is_plain=True)


@pytest.mark.parametrize(("asked", "no_color"), [(True, ""), (False, "1")])
def test_plain_text_can_be_asked_for(
    asked: bool, no_color: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert wants_plain(asked)


def test_colours_are_the_rule_on_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert not wants_plain(asked=False)
