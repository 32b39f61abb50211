"""What a model is asked, and what that takes."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Speech:
    """One part of a talk: a learner's words, a note of the tutor's on them, a persona's reply."""

    by: Literal["learner", "note", "persona"]
    text: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one question to a model took: `fresh` words read anew, `written` to its cache for five
    minutes, `kept` there for an hour, `cached` ones read from it, and the `answer`.
    """

    fresh: int = 0
    written: int = 0
    kept: int = 0
    cached: int = 0
    answer: int = 0

    @property
    def total(self) -> int:
        """All of them together, whatever each kind costs."""
        return self.fresh + self.written + self.kept + self.cached + self.answer


@dataclass(frozen=True, slots=True)
class Brief:
    """What a model is told, in the order in which it can be kept in a cache.

    `rules` are the same in every lab, `lab` for every learner; `talk` only grows at its end.
    """

    rules: str
    lab: str
    talk: tuple[Speech, ...]
