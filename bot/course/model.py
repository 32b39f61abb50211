"""A course as its author wrote it: typed, frozen, strict.

Each class with "File" in its docstring is the shape of one YAML file; `load` reads them and puts
them together as a `Library`. Nothing here reads a disk. Text is a Markdown subset: bold, italic,
code, code block, list, link, quote.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from bot.course.base import Colour, CourseSlug, Line, Part, Slug, Text, Title
from bot.course.items import Exam, Item, Quiz
from bot.course.lab import Lab

ACCENT = "#4F6BED"
"""The colour of a course that names none."""


class Objective(Part):
    id: Slug
    text: Line


class Term(Part):
    term: Line
    definition: Text


class Callout(Part):
    """A boxed remark: `kind` says why it stands apart."""

    kind: Literal["insight", "caution", "note"]
    title: Title
    text: Text


class Figure(Part):
    """`file` is relative to the course's folder; `alt` says what a viewer would learn."""

    file: Line
    alt: Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]


class Card(Part):
    """One page of a lesson, at most 900 characters."""

    title: Title | None = None
    text: Text
    callout: Callout | None = None
    figure: Figure | None = None


class Lesson(Part):
    """File lesson.yaml, and intro.yaml of a module: cards to read one by one."""

    id: Slug
    title: Title
    question: Line
    minutes: Annotated[int, Field(ge=1, le=120)]
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1)]
    cards: Annotated[tuple[Card, ...], Field(min_length=1)]
    terms: tuple[Term, ...] = ()
    sources: tuple[Slug, ...] = ()


class Supplement(Lesson):
    """File reading.yaml of a module: cards that nobody must read, with a check at their end."""

    check_title: Title
    items: Annotated[tuple[Item, ...], Field(min_length=1)]

    @cached_property
    def check(self) -> Quiz:
        """The questions at its end, as a quiz that counts for the reading itself."""
        return Quiz(id=self.id, title=self.check_title, items=self.items)


class Flashcard(Part):
    """A card of the study deck: a question, its answer, what it is about, where it is from."""

    id: Slug
    front: Annotated[Text, StringConstraints(max_length=300)]
    back: Annotated[Text, StringConstraints(max_length=600)]
    tag: Slug
    source: Slug | None = None


class DeckFile(Part):
    """File deck.yaml, beside course.yaml."""

    cards: Annotated[tuple[Flashcard, ...], Field(min_length=1)]


Unit = Lesson | Quiz | Lab | Exam | Supplement
"""What a learner opens, finishes and is counted for."""


class ModuleFile(Part):
    """File module.yaml; `lessons` are the names of its folders, in the order of the course."""

    id: Slug
    title: Title
    summary: Text
    lessons: tuple[Slug, ...]


class Points(Part):
    """What is earned: for a lesson read, a quiz or a lab finished, an item right at first,
    an exam passed, a day on which something was learned.
    """

    lesson: Annotated[int, Field(ge=0, le=1000)] = 10
    quiz: Annotated[int, Field(ge=0, le=1000)] = 10
    right: Annotated[int, Field(ge=0, le=1000)] = 5
    lab: Annotated[int, Field(ge=0, le=1000)] = 15
    exam: Annotated[int, Field(ge=0, le=1000)] = 50
    day: Annotated[int, Field(ge=0, le=1000)] = 2


class Streaks(Part):
    """A streak counts days with something learned; `freezes` days a week may be missed."""

    freezes: Annotated[int, Field(ge=0, le=6)] = 1


class CourseFile(Part):
    """File course.yaml; `renamed` carries a learner's place from an old unit id to a new one.

    `accent` is the colour in which platforms that show colours set the course apart.
    """

    id: CourseSlug
    title: Title
    summary: Text
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] = "en"
    order: Literal["in-order", "free"] = "in-order"
    modules: Annotated[tuple[Slug, ...], Field(min_length=1)]
    renamed: dict[Slug, Slug] = Field(default_factory=dict)
    points: Points = Points()
    streaks: Streaks = Streaks()
    accent: Colour = ACCENT


class Misconception(Part):
    """`belief` is the mistaken idea in plain words, as a sentence of the learner's."""

    id: Slug
    belief: Line


class MisconceptionsFile(Part):
    """File misconceptions.yaml, beside course.yaml."""

    misconceptions: tuple[Misconception, ...]


class Source(Part):
    """`identifier` is a DOI, an arXiv number or an address."""

    key: Slug
    authors: Line
    title: Line
    year: Annotated[int, Field(ge=1400, le=2100)]
    venue: Line | None = None
    identifier: Line | None = None


class SourcesFile(Part):
    """File sources.yaml, beside course.yaml: the bibliography, cited by key."""

    sources: tuple[Source, ...]


# -- the course as it is walked --------------------------------------------------------------


@dataclass(frozen=True)
class Module:
    """A module with its units in the order in which they open."""

    id: str
    title: str
    summary: str
    units: tuple[Unit, ...]

    @cached_property
    def required(self) -> tuple[Unit, ...]:
        """The units that make up the module: all but what is there for those who want more."""
        return tuple(unit for unit in self.units if not isinstance(unit, Supplement))

    @cached_property
    def labs(self) -> tuple[tuple[Lab, tuple[Lesson, ...]], ...]:
        """Each lab, with the lessons that come before it: answers are taken from those."""
        return tuple(
            (lab, tuple(unit for unit in self.units[:place] if isinstance(unit, Lesson)))
            for place, lab in enumerate(self.units)
            if isinstance(lab, Lab)
        )


@dataclass(frozen=True)
class Course:
    """A whole course. `pictures` are paths below the course's folder, by sha256."""

    id: str
    title: str
    summary: str
    language: str
    order: Literal["in-order", "free"]
    modules: tuple[Module, ...]
    points: Points
    streaks: Streaks = field(default_factory=Streaks)
    renamed: dict[str, str] = field(default_factory=dict)
    misconceptions: dict[str, Misconception] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    deck: tuple[Flashcard, ...] = ()
    accent: str = ACCENT

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Every unit by its id, in the order of the course."""
        return {unit.id: unit for module in self.modules for unit in module.units}

    @cached_property
    def module_of(self) -> dict[str, Module]:
        """The module of each unit, by the unit's id."""
        return {unit.id: module for module in self.modules for unit in module.units}

    @cached_property
    def lesson_of(self) -> dict[str, Lesson]:
        """For each unit of a module the lesson that it is or that stands before it."""
        found: dict[str, Lesson] = {}
        for module in self.modules:
            lesson: Lesson | None = None
            for unit in module.units:
                lesson = unit if isinstance(unit, Lesson) else lesson
                if lesson is not None:
                    found[unit.id] = lesson
        return found

    @cached_property
    def hash_of(self) -> dict[str, str]:
        """The sha256 of each picture by its path below the course's folder."""
        return {path: sha for sha, path in self.pictures.items()}

    @cached_property
    def objectives(self) -> dict[str, tuple[Objective, Lesson]]:
        """Each objective with the lesson that has it."""
        return {o.id: (o, lesson) for lesson in self.lessons() for o in lesson.objectives}

    @property
    def items(self) -> Iterator[Item]:
        """The items of all quizzes, exams and readings."""
        kinds = Quiz | Exam | Supplement
        banks = (unit for unit in self.units.values() if isinstance(unit, kinds))
        return (item for bank in banks for item in bank.items)

    def lessons(self) -> Iterator[Lesson]:
        """All lessons and readings, in the order of the course."""
        return (unit for unit in self.units.values() if isinstance(unit, Lesson))


@dataclass(frozen=True)
class Library:
    """The courses on offer by id, in the order of their folders' names."""

    courses: dict[str, Course]

    @cached_property
    def wordings(self) -> dict[str, str]:
        """Every item as JSON by the hash of its wording, to be kept for those who saw it."""
        items = (item for course in self.courses.values() for item in course.items)
        return {item.wording: item.model_dump_json() for item in items}
