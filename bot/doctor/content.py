"""The courses: whether they load, and how much is in them."""

from collections.abc import Iterator

from bot.course.load import load
from bot.doctor.finding import Case, Finding, failed, many, ok, warning


def check(case: Case) -> Iterator[Finding]:
    """Faults by their number, with the command that names each."""
    library, problems = load(case.content)
    errors = sum(problem.severity == "error" for problem in problems)
    see = f"See each with its line and how to mend it: syllabot check {case.content}"
    if not case.content.is_dir():
        yield failed(
            "courses",
            f"There is no folder {case.content} to read courses from.",
            "Run this where the folder content is, or name one with SYLLABOT_CONTENT or "
            "--content. To begin a course of your own: syllabot new course content/NAME",
        )
    elif errors or library is None:
        said = f"{case.content} has {many(errors, 'error')}, so nothing can be taught."
        yield failed("courses", said, see)
    else:
        courses = library.courses.values()
        units = sum(len(course.units) for course in courses)
        yield ok(
            "courses",
            f"{many(len(courses), 'course')} with {many(units, 'unit')} can be taught.",
        )
        if problems:
            yield warning("courses", f"They have {many(len(problems), 'warning')}.", see)
