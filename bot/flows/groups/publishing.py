"""What a post of a cohort says, and when its time comes.

After a long stop it comes at most once, and not at all where it would be too late to make sense.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.conversation import (
    Cancelled,
    Cohort,
    Cohorts,
    Job,
    Look,
    Message,
    Post,
    Staff,
    Told,
    Turn,
)
from bot.conversation.cohorts import Kind
from bot.flows.groups import boards, cohort, digest, rounds
from bot.flows.groups.instructors import reached
from bot.flows.reference import literally
from bot.flows.scene import Scene

LATE: Final[dict[Kind, timedelta]] = {
    "leaderboard": timedelta(hours=24),
    "digest": timedelta(hours=48),
    "announcement": timedelta(days=7),
    "question": timedelta(hours=24),
    "report": timedelta(hours=48),
}
"""So late a post still makes sense."""


def composed(scene: Scene, found: Cohort, post: Post) -> Turn | Look:
    """What a post says now."""
    match post.kind:
        case "leaderboard":
            return boards.post(scene, found, post.place)
        case "announcement":
            return scene.turn(Message(literally(post.words), to=post.place))
        case "question":
            return rounds.question(scene, found, post.place, post.words)
        case "report":
            return _reported(scene, found)
        case "digest":
            texts = digest.for_group(scene, found)
            if not isinstance(texts, tuple):
                return texts
            return scene.turn(*(Message(text, to=post.place) for text in texts))


def _reported(scene: Scene, found: Cohort) -> Turn | Look:
    """What happened in the week, with names: to each instructor alone."""
    staff = reached(scene, found)
    if isinstance(staff, Staff):
        return staff
    made = digest.for_staff(scene, found)
    if not isinstance(made, Turn):
        return made
    return scene.turn(*(replace(each, to=who.place) for who in staff for each in made.messages))


# -- by the clock ----------------------------------------------------------------------------


def woke(scene: Scene, job: Job) -> Turn | Look:
    """A post's time came."""
    found = owner(scene, job.subject)
    if not isinstance(found, Cohort):
        return found if found is not None else scene.turn()
    number = job.id.rpartition(":")[2]
    post = numbered(found, number)
    if post is None or found.state == "archived":
        return scene.turn(records=(Cancelled(job.id),))
    if scene.at - job.due > LATE[post.kind]:
        return scene.turn()
    made = composed(cohort.there(scene, found), found, post)
    if not isinstance(made, Turn):
        return made
    return replace(made, records=(*made.records, Told(found.id, f"{post.kind} {number}")))


def numbered(found: Cohort, number: str) -> Post | None:
    """The post of a cohort with this number."""
    return next((each for each in found.posts if str(each.number) == number), None)


def owner(scene: Scene, subject: str) -> Cohort | Look | None:
    """The cohort whose job woke; None where it, or its course, is gone."""
    found = scene.rows(look := Cohorts((subject,)), Cohort)
    if found is None:
        return look
    here = [each for each in found if each.course in scene.library.courses]
    return here[0] if here else None
