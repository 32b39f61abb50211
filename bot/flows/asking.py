"""An item as it is put to somebody (options in an order of their own, lettered, with buttons), and
as it is explained afterwards.
"""

import hashlib
from collections.abc import Iterable

from bot.conversation import Choice, Cohort, Kept, Message, Worded
from bot.course.items import Item, Option
from bot.flows.scene import Scene

LETTERS = "ABCDEF"


def shuffled(item: Item, learner: str, attempt: int) -> tuple[Option, ...]:
    """The options in an order of the learner's and the attempt's own, the same at every call."""
    return tuple(sorted(item.options, key=lambda o: seeded(learner, item.id, attempt, o.id)))


def lettered(item: Item, learner: str, attempt: int) -> list[tuple[str, Option]]:
    """The options in that order, each with the letter under which it is shown."""
    return list(zip(LETTERS, shuffled(item, learner, attempt), strict=False))


def seeded(*seed: str | int) -> bytes:
    """A rank that looks like chance and is the same for the same seed."""
    return hashlib.blake2b("/".join(map(str, seed)).encode(), digest_size=8).digest()


def by_wording(
    scene: Scene, items: Iterable[Item], wanted: Iterable[str]
) -> dict[str, Item] | Worded:
    """Items by the hash of their wording: those of today, and of the rest what was kept when they
    were asked; one that nobody knows any more is left out.
    """
    known = {item.wording: item for item in items}
    missing = tuple(each for each in wanted if each not in known)
    if missing:
        rows = scene.rows(look := Worded(missing), Kept)
        if rows is None:
            return look
        kept = [Item.model_validate_json(row.body) for row in rows]
        known |= {item.wording: item for item in kept}
    return known


def question(scene: Scene, item: Item, place: str, attempt: int) -> Message:
    """`item` with its options in the text, and a short button for each; who has instructors can
    tell them that something is wrong with it.
    """
    options = lettered(item, scene.session.subject, attempt)
    lines = [scene.say("quiz.option", letter=letter, text=o.text) for letter, o in options]
    buttons = tuple(_button(scene, item, option, letter, attempt) for letter, option in options)
    if group(scene):
        buttons = (*buttons, scene.choice("report", scene.say("report.button")))
    return Message("\n\n".join([place, item.stem, "  \n".join(lines)]), buttons)


def explained(scene: Scene, item: Item) -> str:
    """`item` with its right answer and the reason for it: only where that gives nothing away."""
    right, stem = item.right, quoted(item.stem)
    return scene.say("quiz.missed-item", stem=stem, option=right.text, feedback=right.feedback)


def quoted(stem: str) -> str:
    """A question as a quotation; the phrases that show one begin its first line."""
    return stem.replace("\n", "\n> ")


def group(scene: Scene) -> Cohort | None:
    """The cohort whose instructors hear from this learner: their first one in this course."""
    mine = (each.cohort for each in scene.by.cohorts if each.cohort.state != "archived")
    return next((cohort for cohort in mine if cohort.course == scene.course.id), None)


def _button(scene: Scene, item: Item, option: Option, letter: str, attempt: int) -> Choice:
    return scene.choice(f"{item.id}-{option.id}", letter, attempt)
