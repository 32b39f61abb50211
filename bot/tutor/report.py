"""How well the tutor hears, measured on lines by somebody who has not seen its sentences.

Lines are never tuned to: when a number falls short, the matcher or the paraphrases are improved in
general, and new lines are written to test that.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field

from bot.course.base import Line, Part, Slug
from bot.course.lab import Lab
from bot.course.model import Lesson
from bot.tutor.answers import shelf
from bot.tutor.moves import Reply, begun, reply_to
from bot.tutor.recognise import recogniser


class Said(Part):
    """A learner's line: what it is, which ideas it is about, which card answers it."""

    say: Line
    kind: Literal["right", "contradiction", "off-topic", "question"]
    style: Literal["plain", "terse", "slang", "typos", "second-language"] = "plain"
    ideas: tuple[Slug, ...] = ()
    card: str = ""
    counts: bool


class LinesFile(Part):
    """File tests/tutor/<lab>.yaml."""

    lab: Slug
    lines: Annotated[tuple[Said, ...], Field(min_length=24)]
    junk: Annotated[tuple[str, ...], Field(min_length=16)]


@dataclass(frozen=True, slots=True)
class Measure:
    """`hits` of `total` lines went well; `least` (a share) must; `misses` are those that did not.

    A measure without `least` is told, and nothing hangs on it.
    """

    name: str
    hits: int
    total: int
    least: float | None
    misses: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether enough of the lines went well."""
        return self.least is None or self.hits >= self.least * self.total


def measured(lab: Lab, lessons: tuple[Lesson, ...], lines: LinesFile) -> tuple[Measure, ...]:
    """All measures of one lab."""
    right = [line for line in lines.lines if line.kind == "right"]
    against = [line for line in lines.lines if line.kind == "contradiction"]
    asked = [line for line in lines.lines if line.kind == "question"]
    genuine = [line.say for line in lines.lines if line.counts]
    idle = [line.say for line in lines.lines if not line.counts]

    def counts(say: str) -> bool:
        return reply_to(lab, lessons, begun(lab, 1), say).counted

    def heard(line: Said, among: int) -> bool:
        ideas = [idea for idea, _ in recogniser(lab).recognised(line.say).ideas[:among]]
        return line.ideas[0] in ideas

    def card(line: Said) -> bool:
        found = shelf(lab, lessons)
        return [found.title(n) for n, _ in found.cards(line.say)[:1]] == [line.card]

    return (
        _measure("right idea among the first two", 0.75, right, lambda x: heard(x, 2)),
        _measure("right idea first", None, right, lambda x: heard(x, 1)),
        _measure("contradiction not credited", 1.0, against, lambda x: not _credited(lab, x)),
        _measure("contradiction not reflected", None, against, lambda x: not _reflected(lab, x)),
        _measure("contradiction corrected or asked about", None, against, lambda x: _met(lab, x)),
        _measure("right line not corrected", None, right, lambda x: not _corrected(lab, x)),
        _texts("genuine line counts", 0.95, genuine, counts),
        _texts("idle line does not count", None, idle, lambda say: not counts(say)),
        _texts("junk does not count", 1.0, list(lines.junk), lambda say: not counts(say)),
        _measure("right card first", 0.7, asked, card),
    )


def _reply(lab: Lab, line: Said) -> Reply:
    """What the tutor makes of a line where the idea that it is about was asked for."""
    memory = begun(lab, 1)
    idea = line.ideas[0] if line.ideas else memory.focus
    return reply_to(lab, (), replace(memory, turn=1, focus=idea), line.say)


def _credited(lab: Lab, line: Said) -> bool:
    """Whether the idea counts as shown after the line alone, without a closed question."""
    return bool(_reply(lab, line).memory.shown)


def _met(lab: Lab, line: Said) -> bool:
    return _first_move(lab, line) in ("correct", "confirm")


def _reflected(lab: Lab, line: Said) -> bool:
    """Whether the tutor takes the line for the idea, and says so."""
    return _first_move(lab, line) == "reflect"


def _corrected(lab: Lab, line: Said) -> bool:
    return _first_move(lab, line) == "correct"


def _first_move(lab: Lab, line: Said) -> str:
    return _reply(lab, line).moves[0].kind


def _measure(
    name: str, least: float | None, lines: list[Said], good: Callable[[Said], bool]
) -> Measure:
    misses = tuple(line.say for line in lines if not good(line))
    return Measure(name, len(lines) - len(misses), len(lines), least, misses)


def _texts(
    name: str, least: float | None, texts: list[str], good: Callable[[str], bool]
) -> Measure:
    misses = tuple(text for text in texts if not good(text))
    return Measure(name, len(texts) - len(misses), len(texts), least, misses)
