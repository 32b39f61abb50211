"""`syllabot stats [DIR]`: what the courses of a folder hold, in numbers an editor wants to see."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

from bot.commands.common import add_folder, printable

if TYPE_CHECKING:
    from bot.course.items import Exam, Item, Quiz
    from bot.course.lab import Lab
    from bot.course.model import Card, Course, Lesson, Module

WORDS_A_MINUTE = 200
LETTERS = "abcdef"
LEVELS = (1, 2, 3)
Row = tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_folder(parser)


def run(args: argparse.Namespace) -> int:
    """Prints the tables of each course. Returns 1 where the courses have an error, said first."""
    from bot.course.load import load

    library, problems = load(Path(str(args.dir)))
    if library is None:
        faults = (problem for problem in problems if problem.severity == "error")
        print(*map(printable, map(str, faults)), sep="\n", file=sys.stderr)
        return 1
    for number, course in enumerate(library.courses.values()):
        print("\n" * (number > 0) + printable(f"{course.title} ({course.id})"))
        for title, rows in _tables(course):
            if len(rows) > 1:
                print(printable(f"\n{title}\n\n" + "\n".join(aligned(rows))))
    return 0


def aligned(rows: Sequence[Row]) -> Iterator[str]:
    """The rows as lines of columns: the first to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield "  ".join(("  " + first.ljust(widths[0]), *cells))


def _tables(course: "Course") -> Iterator[tuple[str, list[Row]]]:
    """The tables of a course, each with its headings as the first row."""
    yield "Items by objective and difficulty", _items(course)
    yield f"Minutes to read, as stated and at {WORDS_A_MINUTE} words a minute", _minutes(course)
    yield "Options: their lengths in characters, and where the right one stands", _options(course)
    yield "Cards: their lengths in characters", _cards(course)
    yield "Labs: ideas, and ways of saying them", _labs(course)


# -- items and options ------------------------------------------------------------------------


def _items(course: "Course") -> list[Row]:
    found = Counter((item.objective, item.difficulty) for item in course.items)
    rows: list[Row] = [("objective", "easy", "middle", "hard", "all")]
    for lesson in course.lessons():
        for objective in lesson.objectives:
            numbers = [found[objective.id, level] for level in LEVELS]
            rows.append((objective.id, *map(str, numbers), str(sum(numbers))))
    totals = [sum(n for (_, at), n in found.items() if at == level) for level in LEVELS]
    return [*rows, ("all", *map(str, totals), str(sum(totals)))] if found else rows[:1]


def _options(course: "Course") -> list[Row]:
    from bot.course.items import Exam, Quiz

    head = ("bank", "items", "mean length", "longest : shortest", "right is longest", *LETTERS)
    banks = [unit for unit in course.units.values() if isinstance(unit, Quiz | Exam)]
    return [head, *map(_bank, banks)]


def _bank(bank: "Quiz | Exam") -> Row:
    lengths = [len(option.text) for item in bank.items for option in item.options]
    spread = max(map(_spread, bank.items))
    longest = sum(map(_right_is_longest, bank.items))
    places = Counter(o.id for item in bank.items for o in item.options if o.correct)
    numbers = (f"{mean(lengths):.0f}", f"{spread:.2f}", str(longest))
    return (bank.id, str(len(bank.items)), *numbers, *(str(places[each]) for each in LETTERS))


def _spread(item: "Item") -> float:
    lengths = [len(option.text) for option in item.options]
    return max(lengths) / min(lengths)


def _right_is_longest(item: "Item") -> bool:
    wrong = max((len(option.text) for option in item.options if not option.correct), default=0)
    return any(len(option.text) > wrong for option in item.options if option.correct)


# -- lessons ----------------------------------------------------------------------------------


def _minutes(course: "Course") -> list[Row]:
    rows: list[Row] = [("lesson", "stated", f"at {WORDS_A_MINUTE}", "words")]
    for module in course.modules:
        lessons = _lessons(module)
        rows += [_reading(f"  {each.id}", [each]) for each in lessons]
        rows.append(_reading(f"module {module.id}", lessons))
    return rows


def _lessons(module: "Module") -> "list[Lesson]":
    from bot.course.model import Lesson

    return [unit for unit in module.units if isinstance(unit, Lesson)]


def _reading(name: str, lessons: "list[Lesson]") -> Row:
    stated = sum(lesson.minutes for lesson in lessons)
    words = sum(len(_text(card).split()) for lesson in lessons for card in lesson.cards)
    return name, str(stated), f"{words / WORDS_A_MINUTE:.1f}", f"{words:,}"


def _text(card: "Card") -> str:
    """All that is read on a card, as `check` counts its length too."""
    callout = [card.callout.title, card.callout.text] if card.callout else []
    return "\n\n".join(part for part in (card.title, card.text, *callout) if part)


def _cards(course: "Course") -> list[Row]:
    from bot.course.text import length

    rows: list[Row] = [("lesson", "cards", "shortest", "mean", "longest")]
    for lesson in course.lessons():
        lengths = [length(_text(card)) for card in lesson.cards]
        numbers = (min(lengths), round(mean(lengths)), max(lengths))
        rows.append((lesson.id, str(len(lengths)), *map(str, numbers)))
    return rows


# -- labs -------------------------------------------------------------------------------------


def _labs(course: "Course") -> list[Row]:
    from bot.course.lab import Lab

    rows: list[Row] = [("lab", "ideas", "plain", "colloquial", "fewest for an idea")]
    return rows + [_lab(unit) for unit in course.units.values() if isinstance(unit, Lab)]


def _lab(lab: "Lab") -> Row:
    plain = [len(each.paraphrases) for each in lab.expectations]
    colloquial = [len(each.colloquial) for each in lab.expectations]
    fewest = min(map(sum, zip(plain, colloquial, strict=True)))
    return lab.id, str(len(plain)), str(sum(plain)), str(sum(colloquial)), str(fewest)
