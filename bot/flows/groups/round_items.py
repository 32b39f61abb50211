"""The questions of a round as the whole group reads them: in the same words, under the same letters
and by the same clock, whenever somebody looks.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.conversation import Cohort, Round, Worded
from bot.course.items import Item, Option
from bot.flows import asking
from bot.flows.scene import Scene


def day(at: datetime, cohort: Cohort) -> str:
    """A time as the cohort's clock has it: all who read a post read the same."""
    return f"{at.astimezone(ZoneInfo(cohort.zone)):%A %d %B, %H:%M %Z}"


def lettered(round_: Round, number: int, item: Item) -> list[tuple[str, Option]]:
    """The options as the round's post shows them to everybody, each with its letter."""
    return asking.lettered(item, round_.id, number)


def worded(scene: Scene, round_: Round, asked: tuple[tuple[str, str], ...]) -> list[Item] | Worded:
    """Items of a round as they were worded when it was posted, whatever became of them since; one
    that nobody knows any more is left out.
    """
    course = scene.library.courses.get(round_.course)
    items = course.items if course else ()
    known = asking.by_wording(scene, items, (wording for _, wording in asked))
    if isinstance(known, Worded):
        return known
    # Under the ids of then, which the order of the options hangs on.
    return [known[w].model_copy(update={"id": item}) for item, w in asked if w in known]
