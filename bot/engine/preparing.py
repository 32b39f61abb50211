"""What takes a while is made when courses are read, not while a first learner waits for it."""

from bot.course.model import Library
from bot.flows import talk


def prepare(library: Library) -> None:
    """Make what the labs of all courses are answered with; what is made already is kept."""
    for course in library.courses.values():
        talk.prepare(course)
