"""A course as it stands in its folder: every file with its places and, where it fits, its part."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.course.base import Part
from bot.course.items import Exam, Quiz
from bot.course.lab import Lab
from bot.course.model import (
    CourseFile,
    DeckFile,
    Lesson,
    MisconceptionsFile,
    ModuleFile,
    SourcesFile,
    Supplement,
)
from bot.course.nodes import Node
from bot.course.problem import START

P_co = TypeVar("P_co", bound=Part, covariant=True)


UNREAD = Node(START, fault=True)


@dataclass(frozen=True, slots=True)
class Sheet(Generic[P_co]):
    """One file: `top` is empty where YAML could not read it, `part` None where it has a fault."""

    file: str
    top: Node = UNREAD
    part: P_co | None = None
    readable: bool = False


UnitSheet = Sheet[Lesson] | Sheet[Quiz] | Sheet[Lab] | Sheet[Exam] | Sheet[Supplement]


@dataclass(frozen=True, slots=True)
class LessonFolder:
    """The files of a lesson's folder."""

    lesson: Sheet[Lesson]
    quiz: Sheet[Quiz] | None
    lab: Sheet[Lab] | None


@dataclass(frozen=True, slots=True)
class ModuleFolder:
    """The files of a module's folder, and its lessons' folders."""

    module: Sheet[ModuleFile]
    intro: Sheet[Lesson] | None
    lessons: tuple[LessonFolder, ...]
    exam: Sheet[Exam] | None = None
    reading: Sheet[Supplement] | None = None

    @property
    def readings(self) -> tuple[Sheet[Lesson], ...]:
        """Whatever has cards: the introduction, the lessons, the supplementary reading."""
        lessons = (folder.lesson for folder in self.lessons)
        return tuple(sheet for sheet in (self.intro, *lessons, self.reading) if sheet)

    @property
    def quizzes(self) -> tuple[Sheet[Quiz], ...]:
        """Those of its lessons."""
        return tuple(folder.quiz for folder in self.lessons if folder.quiz)

    @property
    def labs(self) -> tuple[Sheet[Lab], ...]:
        """Those of its lessons."""
        return tuple(folder.lab for folder in self.lessons if folder.lab)

    @property
    def units(self) -> tuple[UnitSheet, ...]:
        """Introduction first, then each lesson with its quiz and its lab, the exam last."""
        found: list[UnitSheet | None] = [self.intro]
        for folder in self.lessons:
            found += [folder.lesson, folder.quiz, folder.lab]
        return tuple(sheet for sheet in (*found, self.exam, self.reading) if sheet)


@dataclass(frozen=True, slots=True)
class CourseFolder:
    """`pictures` are the paths of its pictures below the folder, by sha256."""

    course: Sheet[CourseFile]
    misconceptions: Sheet[MisconceptionsFile] | None
    sources: Sheet[SourcesFile] | None
    modules: tuple[ModuleFolder, ...]
    pictures: dict[str, str] = field(default_factory=dict)
    deck: Sheet[DeckFile] | None = None

    @property
    def readings(self) -> tuple[Sheet[Lesson], ...]:
        """Whatever has cards, module by module."""
        return tuple(sheet for module in self.modules for sheet in module.readings)

    @property
    def quizzes(self) -> tuple[Sheet[Quiz], ...]:
        """All quizzes, module by module."""
        return tuple(sheet for module in self.modules for sheet in module.quizzes)

    @property
    def labs(self) -> tuple[Sheet[Lab], ...]:
        """All labs, module by module."""
        return tuple(sheet for module in self.modules for sheet in module.labs)

    @property
    def exams(self) -> tuple[Sheet[Exam], ...]:
        """All exams, module by module."""
        return tuple(module.exam for module in self.modules if module.exam)

    @property
    def banks(self) -> tuple[Sheet[Quiz] | Sheet[Exam] | Sheet[Supplement], ...]:
        """Everything that has items."""
        supplements = (module.reading for module in self.modules if module.reading)
        return (*self.quizzes, *self.exams, *supplements)

    @property
    def sheets(self) -> tuple[Sheet[Part], ...]:
        """Every file of the course."""
        files = (self.course, self.misconceptions, self.sources, self.deck)
        modules = tuple(module.module for module in self.modules)
        units = self.readings + self.quizzes + self.labs + self.exams
        return tuple(s for s in files if s) + modules + units

    @property
    def whole(self) -> bool:
        """Whether every file was read, so that what is not found is really not there."""
        modules = (module.module for module in self.modules)
        units = (*modules, *self.readings, *self.banks, *self.labs)
        return self.course.readable and all(sheet.readable for sheet in units)
