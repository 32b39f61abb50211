"""From a folder of courses to a `Library`, or to the list of everything that is wrong with it."""

from pathlib import Path

from bot.course import files
from bot.course.check import check
from bot.course.folders import KNOWN, is_yaml, named, read_course
from bot.course.model import Course, Library, Module, Unit
from bot.course.problem import NOWHERE, Problem, error, nearest, shown
from bot.course.sheets import CourseFolder, ModuleFolder


class LoadError(Exception):
    """Courses that cannot be used, for callers that cannot go on: every problem, one a line."""


def load(root: Path) -> tuple[Library | None, tuple[Problem, ...]]:
    """The courses in `root`, one folder each, or the one course that `root` itself is.

    Returns all problems, sorted; with an error among them there is no library. Raises nothing:
    whatever stands in the files or is missing is a problem with a place.
    """
    homes, problems = _homes(root)
    courses: list[CourseFolder] = []
    for home in homes:
        course, found = read_course(home)
        courses.append(course)
        problems += found
    problems = sorted({*problems, *check(courses)})
    if any(problem.severity == "error" for problem in problems):
        return None, tuple(problems)
    built = (_course(folder) for folder in courses)
    return Library({course.id: course for course in built if course}), tuple(problems)


def _homes(root: Path) -> tuple[list[Path], list[Problem]]:
    """The folders of the courses below `root`, and what is wrong where there is none."""
    if not files.is_folder(root):
        why = "this is a file" if files.there(root) else "there is no such folder"
        return [], [error(named(root), NOWHERE, f"{why}: name the folder that holds your courses")]
    folders, names = files.entries(root)
    if "course.yaml" in names:
        return [root], []
    homes = [root / name for name in folders if files.there(root / name / "course.yaml")]
    others = [root / name for name in folders if root / name not in homes]
    problems = [_headless(folder) for folder in others if _is_headless(folder)]
    if not homes and not problems:
        problems = [_headless(root, "write one in a folder below it")]
    return homes, problems


def _is_headless(folder: Path) -> bool:
    """Whether this folder looks like a course but for its course.yaml."""
    folders, names = files.entries(folder)
    modules = (folder / name / "module.yaml" for name in folders)
    return any(is_yaml(name) for name in names) or any(files.there(path) for path in modules)


def _headless(folder: Path, otherwise: str = "write one, or move the folder away") -> Problem:
    _, names = files.entries(folder)
    near = nearest("course.yaml", set(names) - KNOWN)
    cure = f"rename {shown(near)}" if near else otherwise
    return error(named(folder), NOWHERE, f"this folder holds no course.yaml: {cure}")


def _course(folder: CourseFolder) -> Course | None:
    """The course that a folder without faults describes."""
    sheet, misconceptions, sources = folder.course.part, folder.misconceptions, folder.sources
    if sheet is None:
        return None
    modules = tuple(module for found in folder.modules if (module := _module(found)))
    beliefs = misconceptions.part.misconceptions if misconceptions and misconceptions.part else ()
    cited = sources.part.sources if sources and sources.part else ()
    return Course(
        id=sheet.id,
        title=sheet.title,
        summary=sheet.summary,
        language=sheet.language,
        order=sheet.order,
        modules=modules,
        points=sheet.points,
        streaks=sheet.streaks,
        renamed=sheet.renamed,
        misconceptions={m.id: m for m in beliefs},
        sources={s.key: s for s in cited},
        pictures=folder.pictures,
        deck=folder.deck.part.cards if folder.deck and folder.deck.part else (),
        accent=sheet.accent,
    )


def _module(folder: ModuleFolder) -> Module | None:
    sheet = folder.module.part
    if sheet is None:
        return None
    units: tuple[Unit, ...] = tuple(unit.part for unit in folder.units if unit.part)
    return Module(sheet.id, sheet.title, sheet.summary, units)
