"""Questions: an item with its options, a quiz of a lesson, the exam of a module."""

import hashlib
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from bot.course.base import Line, Part, Slug, Text, Title


class Option(Part):
    """An answer to choose; a wrong one names the misconception it reveals."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-f]$")]
    text: Line
    correct: bool = False
    misconception: Slug | None = None
    feedback: Text


class Item(Part):
    """A question. `choose: several` is part of the format; it is not asked yet."""

    id: Slug
    objective: Slug
    difficulty: Annotated[int, Field(ge=1, le=3)]
    source: Slug | None = None
    choose: Literal["one", "several"] = "one"
    stem: Text
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=6)]

    @cached_property
    def wording(self) -> str:
        """The hash of what a learner is asked and how it is scored; feedback does not count."""
        asked = self.model_dump_json(include={"stem": True, "choose": True, "options": _ASKED})
        return hashlib.sha256(asked.encode()).hexdigest()[:32]

    @property
    def right(self) -> Option:
        """The option that is right. Raises StopIteration where none is, which no course has."""
        return next(option for option in self.options if option.correct)

    def option(self, option_id: str) -> Option | None:
        """The option with this id, None for none."""
        return next((o for o in self.options if o.id == option_id), None)


_ASKED = {"__all__": {"id": True, "text": True, "correct": True}}


class Quiz(Part):
    """File quiz.yaml: the items of a lesson, asked in the written order."""

    id: Slug
    title: Title
    items: Annotated[tuple[Item, ...], Field(min_length=1)]


class Share(Part):
    """How many questions of an exam are about a lesson, or about one objective."""

    lesson: Slug | None = None
    objective: Slug | None = None
    questions: Annotated[int, Field(ge=1, le=100)]


class Exam(Part):
    """File exam.yaml of a module: a bank of items, of which each attempt asks some.

    `pass_mark` is in percent; `cooldown_hours` pass between a failed attempt and the next. What
    the blueprint leaves open is filled from the whole bank.
    """

    id: Slug
    title: Title
    pass_mark: Annotated[int, Field(ge=1, le=100)] = 80
    questions: Annotated[int, Field(ge=1, le=100)] = 15
    cooldown_hours: Annotated[int, Field(ge=0, le=24 * 90)] = 24
    blueprint: tuple[Share, ...] = ()
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
