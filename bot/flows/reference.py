"""What stands behind a lesson: its terms and its sources."""

import re
from unicodedata import category, combining

from rapidfuzz import fuzz, process

from bot.conversation import Commanded, Message, Turn
from bot.course.model import Course, Lesson, Source, Term
from bot.flows.scene import Scene

NEAR = 75
"""From this similarity (0 to 100) on, a term is offered for a misspelt one; below, it confuses."""


def command(scene: Scene, deed: Commanded) -> Turn | None:
    """Answer /glossary or /sources; None for any other command."""
    match deed.name:
        case "glossary":
            return glossary(scene, deed.args)
        case "sources":
            return sources(scene)
        case _:
            return None


def glossary(scene: Scene, asked: str) -> Turn:
    """A term in plain words; near ones for a misspelt term; all terms when none is named."""
    terms = _terms(scene.course)
    if not terms:
        return scene.turn(Message(scene.say("glossary.none")))
    if not asked.strip():
        return scene.turn(Message(_all(scene)))
    wanted = _folded(asked)
    if wanted in terms:
        return scene.turn(Message(_entry(scene, *terms[wanted])))
    near = process.extract(wanted, list(terms), scorer=fuzz.WRatio, limit=3, score_cutoff=NEAR)
    found = [terms[name] for name, *_ in near]
    return scene.turn(Message(_nearest(scene, plain(asked), found)))


def sources(scene: Scene) -> Turn:
    """The sources of the open unit's lesson; at home, of the whole course."""
    course = scene.course
    lesson = course.lesson_of.get(scene.session.unit)
    if lesson is not None:
        title = scene.say("sources.title", unit=lesson.title)
        cited = [course.sources[key] for key in lesson.sources]
    else:
        title, cited = scene.say("sources.course"), list(course.sources.values())
    if not cited:
        return scene.turn(Message(scene.say("sources.none")))
    return scene.turn(
        Message("\n\n".join([title, "\n".join(f"- {citation(source)}" for source in cited)]))
    )


def names(course: Course) -> list[str]:
    """All terms of a course, in the order of the alphabet."""
    return sorted((term.term for term, _ in _terms(course).values()), key=str.casefold)


def _terms(course: Course) -> dict[str, tuple[Term, Lesson]]:
    """Each term as it is looked up, with the lesson that it is from."""
    return {_folded(t.term): (t, lesson) for lesson in course.lessons() for t in lesson.terms}


def _folded(term: str) -> str:
    return " ".join(term.split()).casefold()


def _all(scene: Scene) -> str:
    listed = "\n".join(f"- {name}" for name in names(scene.course))
    return "\n\n".join([scene.say("glossary.all"), listed])


def _entry(scene: Scene, term: Term, lesson: Lesson) -> str:
    entry = scene.say("glossary.entry", term=term.term, definition=term.definition)
    return f"{entry}\n\n{scene.say('glossary.from', unit=lesson.title)}"


def _nearest(scene: Scene, asked: str, near: list[tuple[Term, Lesson]]) -> str:
    match near:
        case []:
            return scene.say("glossary.unknown", asked=asked)
        case [(term, lesson)]:
            return f"{scene.say('glossary.nearest', asked=asked)}\n\n{_entry(scene, term, lesson)}"
        case _:
            terms = scene.say("glossary.or").join(f"**{term.term}**" for term, _ in near)
            return scene.say("glossary.close", asked=asked, terms=terms)


def plain(text: str, limit: int = 40) -> str:
    """A learner's own words, safe to show: one line, nothing that pings or breaks the layout."""
    kept = "".join(c if c.isalnum() or combining(c) or c in " '-,." else " " for c in text)
    line = " ".join(kept.split()) or "…"
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def literally(text: str, limit: int = 2000) -> str:
    """Words of somebody's as they wrote them, line by line: nothing in them is a mark of Markdown,
    and nothing turns the direction of writing.
    """
    lines = [
        "".join(c for c in line if category(c) not in ("Cc", "Cf", "Cs", "Co")).strip()
        for line in text[:limit].splitlines()
    ]
    return "  \n".join(re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~&])", r"\\\1", line) for line in lines)


def citation(source: Source) -> str:
    """A source in one line."""
    parts = [f"{source.authors} ({source.year}).", f"*{source.title}*."]
    parts += [f"{part}." for part in (source.venue, source.identifier) if part]
    return " ".join(parts)
