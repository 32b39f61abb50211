"""Whether the parts of a course fit together: ids, references, renamings and answers.

Pure, and on the nodes rather than on the parts: a file that pydantic refuses is checked all the
same, so that an author sees everything that is wrong with it at once. What cannot be known because
a file is unreadable is not held against the others.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.course.base import Part
from bot.course.check_labs import check_lab
from bot.course.check_options import check_options
from bot.course.nodes import Node
from bot.course.problem import Mark, Problem, error, is_slug, meant, shown
from bot.course.sheets import CourseFolder, Sheet
from bot.course.teaching import check_teaching
from bot.course.text import check_texts

RESERVED = frozenset(
    {"next", "back", "retake", "go", "continue", "menu", "home", "start", "quit"}
) | {"course", "courses", "forget-yes", "forget-no", "show-me", "finish", "starter"}
"""The words that a button's key may hold beside an id."""


class _Named(NamedTuple):
    """Something with an id, and where it has it."""

    what: str
    id: str
    file: str
    mark: Mark

    def at(self, file: str) -> str:
        """Where this stands, for a reader who is in `file`."""
        line = self.mark.line
        return f"on line {line}" if file == self.file else f"in {self.file}:{line}"


def check(courses: Iterable[CourseFolder]) -> Iterator[Problem]:
    """Everything that does not fit together in these courses."""
    found = tuple(courses)
    ids = (_named("course", course.course, course.course.top, "id") for course in found)
    yield from _twice([n for n in ids if n])
    for course in found:
        yield from check_course(course)


def check_course(course: CourseFolder) -> Iterator[Problem]:
    """Everything that does not fit together in one course."""
    yield from _ids(course)
    yield from _references(course)
    yield from _renamed(course)
    yield from _empty_modules(course)
    for bank in course.banks:
        for item in bank.top.each("items"):
            yield from check_options(bank, item)
    for lab in course.labs:
        yield from check_lab(lab)
    yield from check_texts(course)
    yield from check_teaching(course)


# -- ids --------------------------------------------------------------------------------------


def _named(what: str, sheet: Sheet[Part], node: Node, key: str) -> _Named | None:
    place, word = node.get(key), node.word(key)
    return _Named(what, word, sheet.file, place.mark) if place and word else None


def _list(what: str, sheet: Sheet[Part] | None, key: str, name: str = "id") -> list[_Named]:
    entries = sheet.top.each(key) if sheet else ()
    return [n for entry in entries if sheet and (n := _named(what, sheet, entry, name))]


def _modules(course: CourseFolder) -> list[_Named]:
    found = (_named("module", m.module, m.module.top, "id") for m in course.modules)
    return [n for n in found if n]


def _units(course: CourseFolder) -> list[_Named]:
    lessons = (_named("lesson", sheet, sheet.top, "id") for sheet in course.readings)
    quizzes = (_named("quiz", sheet, sheet.top, "id") for sheet in course.quizzes)
    labs = (_named("lab", sheet, sheet.top, "id") for sheet in course.labs)
    exams = (_named("exam", sheet, sheet.top, "id") for sheet in course.exams)
    return [n for n in (*lessons, *quizzes, *labs, *exams) if n]


def _items(course: CourseFolder) -> list[_Named]:
    return [n for sheet in course.banks for n in _list("item", sheet, "items")]


def _objectives(course: CourseFolder) -> list[_Named]:
    return [n for sheet in course.readings for n in _list("objective", sheet, "objectives")]


def _ids(course: CourseFolder) -> Iterator[Problem]:
    keyed = _modules(course) + _units(course) + _items(course)
    yield from _twice(keyed + _objectives(course))
    yield from _clashes(keyed, {item.id for item in _items(course)})
    yield from _twice(_list("card", course.deck, "cards"))
    yield from _twice(_list("misconception", course.misconceptions, "misconceptions"))
    yield from _twice(_list("source", course.sources, "sources", "key"), "key")
    terms = [t for sheet in course.readings for t in _list("glossary", sheet, "terms", "term")]
    folded = [term._replace(id=" ".join(term.id.casefold().split())) for term in terms]
    yield from _twice(folded, "term", "define it once, where it is first needed")


def _twice(
    names: Iterable[_Named], kind: str = "id", cure: str = "give one of the two another one"
) -> Iterator[Problem]:
    first: dict[str, _Named] = {}
    for name in names:
        before = first.setdefault(name.id, name)
        if before is not name:
            owner = f"the {before.what} {before.at(name.file)}"
            text = f"the {kind} {shown(name.id)} is taken by {owner}: {cure}"
            yield error(name.file, name.mark, text)


def _clashes(names: Iterable[_Named], items: set[str]) -> Iterator[Problem]:
    """Ids that a button could not tell from something else."""
    for name in names:
        stem, _, letter = name.id.rpartition("-")
        if name.id in RESERVED:
            text = f"{shown(name.id)} is a word that buttons use: give this {name.what} another id"
            yield error(name.file, name.mark, text)
        elif stem in items and re.fullmatch("[a-f]", letter):
            what = f"{shown(name.id)} is also option {letter} of the item {shown(stem)}"
            yield error(name.file, name.mark, f"{what}: give this {name.what} another id")


# -- references -------------------------------------------------------------------------------


class _Known(NamedTuple):
    """What may be referred to; `sure` is False where a fault may hide more of it."""

    what: str
    ids: frozenset[str]
    sure: bool
    otherwise: str

    def check(self, sheet: Sheet[Part], node: Node | None) -> Iterator[Problem]:
        """A problem where a node names what is not known."""
        word = node.word() if node else ""
        if not node or node.fault or not self.sure or word in self.ids:
            return
        if is_slug(word):
            cure = meant(word, sorted(self.ids), self.otherwise)
            yield error(sheet.file, node.mark, f"there is no {self.what} {shown(word)}: {cure}")


def _known(what: str, names: list[_Named], is_read: bool, otherwise: str) -> _Known:
    sure = is_read and all(is_slug(name.id) for name in names)
    return _Known(what, frozenset(name.id for name in names), sure, otherwise)


def _references(course: CourseFolder) -> Iterator[Problem]:
    cure = "add it to the objectives of its lesson"
    sure = course.whole and all(sheet.top.each("objectives") for sheet in course.readings)
    objectives = _known("objective", _objectives(course), sure, cure)
    misconceptions = _in_file("misconception", course.misconceptions, "id")
    sources = _in_file("source", course.sources, "key")
    for reading in course.readings:
        for node in reading.top.each("sources"):
            yield from sources.check(reading, node)
    for bank in course.banks:
        for item in bank.top.each("items"):
            yield from objectives.check(bank, item.get("objective"))
            yield from sources.check(bank, item.get("source"))
            for option in item.each("options"):
                yield from misconceptions.check(bank, option.get("misconception"))
    if deck := course.deck:
        for card in deck.top.each("cards"):
            yield from sources.check(deck, card.get("source"))
    yield from _blueprints(course, objectives)
    for lab in course.labs:
        for node in lab.top.each("objectives"):
            yield from objectives.check(lab, node)
        for held in lab.top.each("misconceptions"):
            yield from misconceptions.check(lab, held.get("id"))


def _blueprints(course: CourseFolder, objectives: _Known) -> Iterator[Problem]:
    """Each share of an exam is about a lesson or an objective of its own module."""
    for module in course.modules:
        if module.exam is None:
            continue
        names = [_named("lesson", sheet, sheet.top, "id") for sheet in module.readings]
        whole = all(sheet.readable for sheet in module.readings)
        cure = "write the id of a lesson of this module"
        lessons = _known("lesson", [name for name in names if name], whole, cure)
        for share in module.exam.top.each("blueprint"):
            yield from lessons.check(module.exam, share.get("lesson"))
            yield from objectives.check(module.exam, share.get("objective"))
            if bool(share.get("lesson")) == bool(share.get("objective")):
                text = "a share names a lesson or an objective: write one of the two"
                yield error(module.exam.file, share.mark, text)


def _in_file(what: str, sheet: Sheet[Part] | None, key: str) -> _Known:
    """What misconceptions.yaml or sources.yaml defines."""
    where = f"{what}s.yaml beside course.yaml"
    if sheet is None:
        return _Known(what, frozenset(), True, f"write it in a file {where}")
    names = _list(what, sheet, f"{what}s", key)
    return _known(what, names, sheet.readable, f"add it to {where}")


def _renamed(course: CourseFolder) -> Iterator[Problem]:
    """A place is carried along once, from an id that is gone to one that is there."""
    sheet = course.course
    renamed = sheet.top.pairs("renamed")
    cure = "write an id that is there now"
    known = _known("unit", _units(course), course.whole, cure)
    for old, new in renamed.items():
        if old in known.ids:
            text = f"{shown(old)} is still there: take this line out, or rename the unit"
            yield error(sheet.file, new.key, text)
        if new.word() in renamed:
            yield error(sheet.file, new.mark, _chain(old, renamed))
        else:
            yield from known.check(sheet, new)


def _chain(old: str, renamed: dict[str, Node]) -> str:
    seen, word = [old], renamed[old].word()
    while word in renamed and word not in seen:
        seen.append(word)
        word = renamed[word].word()
    if word in seen:
        way = " to ".join(map(shown, [*seen, word]))
        return f"this leads in a circle, {way}: write the id that is there now"
    return f"{shown(seen[1])} was renamed too: write the last id, {shown(word)}, here"


# -- modules ----------------------------------------------------------------------------------


def _empty_modules(course: CourseFolder) -> Iterator[Problem]:
    for module in course.modules:
        place = module.module.top.get("lessons")
        if place and place.value == () and not module.intro:
            text = "this module has nothing to open: name a lesson's folder, or write intro.yaml"
            yield error(module.module.file, place.mark, text)
