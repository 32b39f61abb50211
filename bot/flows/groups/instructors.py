"""The instructors of a cohort who can be reached: they hear what a group or a learner has for them.

Nothing is said to who has no place of their own, since it would be read by others.
"""

from bot.conversation import Cohort, Member, Staff
from bot.flows.scene import Scene


def reached(scene: Scene, cohort: Cohort) -> list[Member] | Staff:
    """Each of them with a place, or the Look for them."""
    staff = scene.rows(look := Staff(cohort.id), Member)
    return look if staff is None else [each for each in staff if each.place]
