"""Which of a learner's sessions an event is for, and in which course; and what they may mean with
what they are typing.
"""

from collections.abc import Mapping

from bot.conversation import (
    Commanded,
    Failed,
    Key,
    Pressed,
    Profile,
    Replied,
    Said,
    Session,
    Talking,
    What,
    Woke,
    pick,
)
from bot.course.model import Library
from bot.flows.suggest import suggest
from bot.permissions import COMMANDS, TOGETHER


def aim(
    library: Library,
    learner: str,
    profile: Profile,
    sessions: Mapping[str, Session],
    what: What,
) -> tuple[Session, What]:
    """Which of a learner's sessions an event is for, and what it means there.

    A typed number, letter or word that stands for a choice is the press of that choice, which
    may lead to another course. A model's answer is for the session that awaits it.
    """

    def session_for(what: What) -> Session:
        if isinstance(what, Replied | Failed):
            for each in sessions.values():
                if each.waiting and each.waiting.id == what.ask:
                    return each
        course = course_for(library, profile, what)
        return sessions.get(course) or start(learner, course)

    session = session_for(what)
    # A talk is made of words, so there a letter stands only for the button that bears it.
    places = not isinstance(session.state, Talking)
    meant = pick(session.offered, what.text, places=places) if isinstance(what, Said) else None
    if meant is None:
        return session, what
    pressed = Pressed(meant.key)
    return session_for(pressed), pressed


def heeds(what: What) -> bool:
    """Whether something that is done where others read along can be meant for us at all."""
    return not isinstance(what, Commanded) or what.name in COMMANDS


def is_together(what: What) -> bool:
    """Whether this is a command about a group, which may be given in its midst."""
    return isinstance(what, Commanded) and what.name in TOGETHER


def start(subject: str, course: str) -> Session:
    """A place in `course` ("" for the choice among courses) where nothing is open yet."""
    return Session(subject, course)


def course_for(library: Library, profile: Profile, what: What) -> str:
    """The course that an event is about: a button's own, one named with /start, or the current.

    "" where several courses are on offer and none is chosen.
    """
    match what:
        case Pressed(text):
            key = Key.parse(text)
            named = key.course if key else ""
        case Commanded("start" | "join", args):
            named = args.strip().casefold()
        case Woke(job):
            named = job.course
        case _:
            named = ""
    for candidate in (named, profile.course):
        if candidate in library.courses:
            return candidate
    return next(iter(library.courses)) if len(library.courses) == 1 else ""


def complete(
    library: Library, profile: Profile, command: str, text: str
) -> tuple[tuple[str, str], ...]:
    """What may be meant by `text`, typed so far after `command`: pairs of a label and a value."""
    course = library.courses.get(course_for(library, profile, Said(text)))
    return suggest(library, course, command, text, profile.language)
