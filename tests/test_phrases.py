"""Every sentence that is asked for exists, in every language, with the same values."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from bot.conversation import Reason
from bot.flows.groups.boards import SPANS
from bot.flows.groups.overrides import Kind
from bot.flows.groups.posts import KINDS
from bot.flows.home import LEADING, LEARNING
from bot.flows.suggest import OPTIONS
from bot.permissions import ACTIONS, PUBLIC
from bot.phrases import FALLBACK, LANGUAGES, say
from bot.tutor.exchange import Why
from bot.tutor.ladder import Kind as MoveKind

BOT = Path(__file__).parent.parent / "bot"


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def built() -> set[str]:
    """Keys that the code puts together from values that it enumerates."""
    moves = [f"lab.{kind}.{n}" for kind in (*MoveKind.__args__, "short") for n in (1, 2, 3)]
    reasons = [f"lab.{where}.{why.value}" for where in ("count", "unclear") for why in Why]
    callouts = [f"callout.{kind}" for kind in ("insight", "caution", "note")]
    commands = [f"command.{name}" for name in {*LEARNING, *LEADING, *PUBLIC}]
    alone = [f"alone.{reason}" for reason in get_args(Reason)]
    periods = ["usage.day", "usage.month"]
    options = [f"option.{name}" for name in OPTIONS]
    return {*moves, *reasons, *callouts, *commands, *options, *alone, *periods, *together()}


def together() -> set[str]:
    """The same, of what is about groups."""
    return {
        *(f"cohort.do-{action}" for action in ACTIONS),
        *(f"cohort.state-{state}" for state in ("open", "closed", "archived")),
        *(f"cohort.board-{shown}" for shown in ("all", "near", "off")),
        *(f"cohort.{date}-set" for date in ("opens", "due")),
        *(f"board.{what}-{span}" for what in ("title", "show") for span in SPANS),
        *(f"staff.{kind}" for kind in get_args(Kind)),
        *(f"staff.{kind}-you" for kind in get_args(Kind)),
        *(f"staff.kind-{kind}" for kind in get_args(Kind)),
        *(f"post.kind-{kind}" for kind in KINDS),
    }


def asked() -> set[str]:
    """Every plain string in bot/ that looks like a key of a phrase."""
    heads = {key.partition(".")[0] for key in LANGUAGES[FALLBACK]}
    return {
        node.value
        for path in BOT.rglob("*.py")
        if "phrases" not in path.parts
        for node in whole(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.partition(".")[0] in heads
        and node.value.count(".") == 1
        and node.value.replace(".", "").replace("-", "").isalpha()
        and node.value not in ("lab.over", "lab.short")  # a frame is chosen behind them
        and not node.value.endswith((".py", ".yaml", ".log", ".db", "."))
    }


def whole(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but the pieces of texts that are put together."""
    pieces = isinstance(tree, ast.JoinedStr)
    for node in ast.iter_child_nodes(tree):
        if not (pieces and isinstance(node, ast.Constant)):
            yield node
            yield from whole(node)


def test_every_phrase_that_is_asked_for_exists() -> None:
    assert asked() - set(LANGUAGES[FALLBACK]) == set()


def test_every_phrase_is_used() -> None:
    assert set(LANGUAGES[FALLBACK]) - asked() - built() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_phrase_with_the_same_values(language: str) -> None:
    assert {key: fields(text) for key, text in LANGUAGES[language].items()} == {
        key: fields(text) for key, text in LANGUAGES[FALLBACK].items()
    }


def test_every_move_of_the_tutor_has_its_three_frames() -> None:
    silent = {"answer", "unclear", "distress"}
    framed = [
        f"lab.{kind}.{n}" for kind in MoveKind.__args__ if kind not in silent for n in (1, 2, 3)
    ]
    assert set(framed) <= set(LANGUAGES[FALLBACK])


def test_an_unknown_language_is_spoken_to_in_english() -> None:
    assert say("xx", "lesson.next") == "Next"


def test_a_phrase_without_its_value_is_our_fault() -> None:
    with pytest.raises(KeyError):
        say("en", "lesson.go")
