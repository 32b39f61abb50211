"""Walks a course's folder and reads every file in it, whatever is wrong with the others."""

from dataclasses import replace
from pathlib import Path, PurePath
from typing import TypeVar

from bot.course import files
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
from bot.course.parse import parse
from bot.course.pictures import read_pictures
from bot.course.problem import (
    NOWHERE,
    START,
    Problem,
    error,
    is_slug,
    meant,
    nearest,
    shown,
    warning,
)
from bot.course.shape import shape
from bot.course.sheets import CourseFolder, LessonFolder, ModuleFolder, Sheet

P = TypeVar("P", bound=Part)

_LEVELS = {
    "course": ("course.yaml", "misconceptions.yaml", "sources.yaml", "deck.yaml"),
    "module": ("module.yaml", "intro.yaml", "exam.yaml", "reading.yaml"),
    "lesson": ("lesson.yaml", "quiz.yaml", "lab.yaml"),
}
FIGURES = "figures"
"""The folder beside course.yaml that holds pictures and the data they are drawn from."""

KNOWN = frozenset(name for names in _LEVELS.values() for name in names)
"""The names of all files that are read."""


def read_course(folder: Path) -> tuple[CourseFolder, tuple[Problem, ...]]:
    """All that stands in a course's folder, which holds a course.yaml, and what is wrong there."""
    walk = _Walk(folder)
    found = walk.course()
    return found, tuple(walk.problems)


def named(path: Path) -> str:
    """A path for use in a problem: as it was given, made safe for a terminal."""
    return shown(path, most=1000).strip("`")


def is_yaml(name: str) -> bool:
    """Whether a file's name says that it is YAML."""
    return name.lower().endswith((".yaml", ".yml"))


class _Walk:
    """One walk through one course's folder; `problems` grows on the way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder.resolve()
        self.problems: list[Problem] = []

    def course(self) -> CourseFolder:
        """The whole course, from course.yaml down."""
        subfolders, names = self._list(self.folder)
        sheet = self._sheet(self.folder / "course.yaml", CourseFile)
        beliefs = self._sheet_if(self.folder / "misconceptions.yaml", MisconceptionsFile)
        sources = self._sheet_if(self.folder / "sources.yaml", SourcesFile)
        deck = self._sheet_if(self.folder / "deck.yaml", DeckFile)
        self._strays(self.folder, "course", names)
        chosen = self._chosen(sheet, "modules", self.folder, subfolders)
        modules = tuple(self._module(self.folder / name) for name in chosen)
        found = CourseFolder(sheet, beliefs, sources, modules, deck=deck)
        pictures, problems = read_pictures(self.folder, found)
        self.problems += problems
        return replace(found, pictures=pictures)

    def _module(self, folder: Path) -> ModuleFolder:
        subfolders, names = self._list(folder)
        sheet = self._sheet_if(folder / "module.yaml", ModuleFile)
        intro = self._sheet_if(folder / "intro.yaml", Lesson)
        exam = self._sheet_if(folder / "exam.yaml", Exam)
        reading = self._sheet_if(folder / "reading.yaml", Supplement)
        self._strays(folder, "module", names)
        missing: Sheet[ModuleFile] = Sheet(named(folder / "module.yaml"))
        chosen = self._chosen(sheet or missing, "lessons", folder, subfolders)
        lessons = tuple(self._lesson(folder / name) for name in chosen)
        return ModuleFolder(sheet or missing, intro, lessons, exam, reading)

    def _lesson(self, folder: Path) -> LessonFolder:
        _, names = self._list(folder)
        lesson = self._sheet_if(folder / "lesson.yaml", Lesson)
        quiz = self._sheet_if(folder / "quiz.yaml", Quiz)
        lab = self._sheet_if(folder / "lab.yaml", Lab)
        self._strays(folder, "lesson", names)
        return LessonFolder(lesson or Sheet(named(folder / "lesson.yaml")), quiz, lab)

    # -- files --------------------------------------------------------------------------------

    def _sheet(self, path: Path, kind: type[P]) -> Sheet[P]:
        file = named(path)
        try:
            text = files.text(path, self.home)
        except files.Unreadable as fault:
            self.problems.append(error(file, fault.mark, fault.text))
            return Sheet(file)
        top, problems = parse(file, text)
        self.problems += problems
        if top is None:
            return Sheet(file)
        part, problems = shape(kind, top, file)
        self.problems += problems
        return Sheet(file, top, part, readable=True)

    def _sheet_if(self, path: Path, kind: type[P]) -> Sheet[P] | None:
        return self._sheet(path, kind) if files.there(path) else None

    def _list(self, folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names of folders and of files in `folder`; none, and a problem, if it is outside."""
        try:
            return files.entries(files.reach(folder, self.home))
        except files.Unreadable as fault:
            self.problems.append(error(named(folder), NOWHERE, fault.text))
            return (), ()

    def _strays(self, folder: Path, level: str, names: tuple[str, ...]) -> None:
        """YAML files that nobody would ever read, most likely because of a misspelt name."""
        known = _LEVELS[level]
        for name in names:
            if not is_yaml(name) or name in known:
                continue
            home = next((lvl for lvl, kinds in _LEVELS.items() if name in kinds), "")
            near = nearest(PurePath(name).stem, [PurePath(each).stem for each in known])
            cure = f"rename it to {near}.yaml" if near else "rename it or move it away"
            cure = f"move it into a {home}'s folder" if home else cure
            what = f"this file is not read; a {level}'s folder holds {' and '.join(known)}"
            self.problems.append(error(named(folder / name), START, f"{what}: {cure}"))

    # -- folders ------------------------------------------------------------------------------

    def _chosen(
        self, sheet: Sheet[Part], key: str, folder: Path, subfolders: tuple[str, ...]
    ) -> tuple[str, ...]:
        """The folders to read: those that `sheet` names under `key`, in this order.

        When it cannot be told which those are, because the list has a fault or names a folder that
        is not there, the others are read as well, so that no fault in them stays hidden.
        """
        marker = f"{key.removesuffix('s')}.yaml"
        others = (name for name in subfolders if name != FIGURES)
        content = tuple(name for name in others if self._holds_yaml(folder / name))
        chosen: list[str] = []
        listed = sheet.top.get(key)
        lost = listed is None or not isinstance(listed.value, tuple)
        for node in sheet.top.each(key):
            name = node.word()
            if name in chosen:
                self._tell(sheet, node, f"{shown(name)} is named twice here: remove one")
            elif name in subfolders and not self._barred(folder / name):
                chosen.append(name)
                if not files.there(folder / name / marker):
                    text = f"the folder {shown(name)} holds no {marker}: write one there"
                    self._tell(sheet, node, text)
            else:
                lost = True
                if is_slug(name):
                    self._tell(sheet, node, self._absent(folder, name, marker, content))
        unnamed = tuple(name for name in content if name not in chosen)
        if lost:
            others = (n for n in unnamed if files.there(folder / n / marker))
            return (*chosen, *(n for n in others if not self._barred(folder / n)))
        self._unnamed(sheet, key, unnamed)
        return tuple(chosen)

    def _barred(self, folder: Path) -> str:
        """Why a folder cannot be used, "" where it can."""
        try:
            files.reach(folder, self.home)
        except files.Unreadable as fault:
            return fault.text
        return ""

    def _holds_yaml(self, folder: Path) -> bool:
        subfolders, names = files.entries(folder)
        below = (folder / sub / name for sub in subfolders for name in _LEVELS["lesson"])
        return any(is_yaml(name) for name in names) or any(files.there(path) for path in below)

    def _absent(self, folder: Path, name: str, marker: str, content: tuple[str, ...]) -> str:
        if files.there(folder / name):
            why = self._barred(folder / name) or "this is a file: make a folder of this name"
            return f"the folder {shown(name)} cannot be used: {why}"
        cure = f"write {shown(f'{name}/{marker}')}, or take the name out of the list"
        return f"there is no folder {shown(name)} here: {meant(name, content, cure)}"

    def _unnamed(self, sheet: Sheet[Part], key: str, names: tuple[str, ...]) -> None:
        place = sheet.top.get(key) or sheet.top
        for name in names:
            text = f"the folder {shown(name)} is not named under {shown(key)}, so nobody sees it: "
            cure = "add its name, or move it away"
            self.problems.append(warning(sheet.file, place.key, text + cure))

    def _tell(self, sheet: Sheet[Part], node: Node, text: str) -> None:
        self.problems.append(error(sheet.file, node.mark, text))
