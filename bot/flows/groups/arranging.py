"""How a cohort is made and arranged: its name, its code, its home, its state.

Every change makes a new version of it. Where another instructor changed something a moment ago,
that is told with it.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.conversation import (
    Appointed,
    Arranged,
    AtPlace,
    Cancelled,
    Cohort,
    Invited,
    Look,
    Message,
    Record,
    Turn,
    Uninvited,
)
from bot.flows import find
from bot.flows.groups import notices
from bot.flows.groups.codes import drawn, grouped
from bot.flows.groups.people import tidy
from bot.flows.scene import Scene
from bot.permissions import may

TITLE: Final = 60
"""Characters of a cohort's name at most."""

FEWEST: Final = 2

LATELY: Final = timedelta(minutes=10)
"""So long another instructor's change is news."""


# -- making one ------------------------------------------------------------------------------


def new(scene: Scene, asked: str) -> Turn | Look:
    """Make a cohort in the current course; its maker leads it."""
    if not may(scene.by, "cohort new"):
        return scene.turn(Message("\n\n".join(_no_maker(scene))))
    if not scene.course.modules:
        return scene.turn(Message(scene.say("cohort.no-course")))
    title, fault = titled(asked)
    if fault:
        return scene.turn(Message(scene.say(fault, most=TITLE)))
    cohort = _begun(scene, title)
    records: tuple[Record, ...] = (
        Arranged(cohort, scene.by.learner),
        Appointed(cohort.id, scene.by.learner),
        Invited(cohort.code, "learner", cohort.id),
    )
    parts = [
        scene.say("cohort.made", title=cohort.title, course=scene.course.title, id=cohort.id),
        invitation(scene, cohort),
        scene.say("cohort.zone", zone=cohort.zone),
        scene.say("cohort.may-see"),
        scene.say("cohort.next-steps"),
    ]
    return scene.turn(Message("\n\n".join(parts)), records=records)


def _no_maker(scene: Scene) -> list[str]:
    """Also who they are, as SYLLABOT_OPERATORS names people: nothing else tells them."""
    parts, own = [scene.say("cohort.not-maker")], scene.by.direct
    if own and scene.by.place.private:
        parts.append(scene.say("cohort.account", account=f"{own.platform}:{own.chat}"))
    return parts


def _begun(scene: Scene, title: str) -> Cohort:
    """The first version of a cohort; its id begins with its name, so that people know it again."""
    luck = scene.by.luck
    start = "".join(char for char in find.fold(title) if char.isascii() and char.isalpha())[:8]
    return Cohort(
        id=f"{start or 'cohort'}{drawn(luck[:8], 4).casefold()}",
        course=scene.course.id,
        title=title,
        zone=scene.by.profile.zone,
        code=drawn(luck),
        changed_by=scene.by.learner,
        changed_at=scene.at,
    )


def titled(asked: str) -> tuple[str, str]:
    """The name that somebody typed, fit to be shown; or "" and the phrase for what is wrong."""
    if not asked.strip():
        return "", "cohort.title-missing"
    if len(asked.strip()) > TITLE:
        return "", "cohort.title-long"
    text = tidy(asked, TITLE)
    return (text, "") if len(text) >= FEWEST else ("", "cohort.title-unfit")


def invitation(scene: Scene, cohort: Cohort) -> str:
    """The code of a cohort, and the links that carry it."""
    code = grouped(cohort.code)
    return "\n".join([scene.say("cohort.code", code=code), *doors(scene, code)])


def doors(scene: Scene, code: str) -> list[str]:
    """The ways in that carry a code, a line for each platform."""
    links = [(name.capitalize(), door.format(code=code)) for name, door in scene.by.doors if door]
    return [f"- {scene.say('cohort.door', platform=name, link=link)}" for name, link in links]


# -- arranging it ----------------------------------------------------------------------------


def arranged(
    scene: Scene,
    old: Cohort,
    cohort: Cohort,
    text: str,
    *records: Record,
    others: tuple[Message, ...] = (),
) -> Turn:
    """A cohort with a change, which `text` tells; what another instructor changed a moment ago is
    told with it, so that nobody undoes it unawares.
    """
    made = replace(
        cohort,
        version=old.version + 1,
        changed=text,
        changed_by=scene.by.learner,
        changed_at=scene.at,
    )
    told = [text]
    news = old.changed_at is not None and scene.at - old.changed_at < LATELY
    if news and old.changed and old.changed_by != scene.by.learner:
        told.append(scene.say("cohort.also-changed", change=old.changed))
    all_records = (Arranged(made, scene.by.learner), *records)
    return scene.turn(Message("\n\n".join(told)), *others, records=all_records)


def code(scene: Scene, cohort: Cohort, args: str) -> Turn:
    """Show the code; "new" makes another, and the old one leads nowhere."""
    if args.casefold() != "new":
        return scene.turn(Message(invitation(scene, cohort)))
    made = replace(cohort, code=drawn(scene.by.luck))
    gone, come = Uninvited(cohort.code), Invited(made.code, "learner", cohort.id)
    told = Message(invitation(scene, made))
    return arranged(scene, cohort, made, scene.say("cohort.code-new"), gone, come, others=(told,))


def name(scene: Scene, cohort: Cohort, args: str) -> Turn:
    """Give the cohort another name."""
    title, fault = titled(args)
    if fault:
        return scene.turn(Message(scene.say(fault, most=TITLE)))
    text = scene.say("cohort.renamed", old=cohort.title, new=title)
    return arranged(scene, cohort, replace(cohort, title=title), text)


def here(scene: Scene, cohort: Cohort, args: str) -> Turn | Look:  # noqa: ARG001
    """Make the place where this is said the cohort's home."""
    place = scene.by.among
    if place is None:
        return scene.turn(Message(scene.say("cohort.here-where")))
    others = scene.rows(look := AtPlace(place), Cohort)
    if others is None:
        return look
    taken = next((o for o in others if o.id != cohort.id and o.place == place), None)
    if taken is not None:
        return scene.turn(Message(scene.say("cohort.here-taken")))
    hello = Message(scene.say("cohort.here-post", title=cohort.title), to=place)
    text = scene.say("cohort.here", title=cohort.title)
    # What was to be posted at its old home is posted at the new one.
    posts = tuple(p if p.place.private else replace(p, place=place) for p in cohort.posts)
    made = replace(cohort, place=place, posts=posts)
    return arranged(scene, cohort, made, text, others=(hello,))


def away(scene: Scene, cohort: Cohort, args: str) -> Turn:  # noqa: ARG001
    """No home any more: nothing is posted there."""
    jobs = [Cancelled(post_job(cohort, post.number)) for post in cohort.posts]
    made = replace(cohort, place=None, posts=())
    return arranged(scene, cohort, made, scene.say("cohort.away"), *jobs)


def post_job(cohort: Cohort, number: int) -> str:
    """The id of the job of a post."""
    return f"post:{cohort.id}:{number}"


def board(scene: Scene, cohort: Cohort, args: str) -> Turn:
    """Whether there is a leaderboard, and whether it shows all or one's neighbours alone."""
    match args.casefold():
        case "all" | "near" | "off" as wanted:
            text = scene.say(f"cohort.board-{wanted}")
            return arranged(scene, cohort, replace(cohort, board=wanted), text)
        case _:
            return scene.turn(Message(scene.say("cohort.board-how")))


def close(scene: Scene, cohort: Cohort, args: str) -> Turn:  # noqa: ARG001
    """Take nobody in any more; all else goes on."""
    return arranged(scene, cohort, replace(cohort, state="closed"), scene.say("cohort.now-closed"))


def reopen(scene: Scene, cohort: Cohort, args: str) -> Turn:  # noqa: ARG001
    """Take people in again."""
    return arranged(scene, cohort, replace(cohort, state="open"), scene.say("cohort.now-open"))


def archive(scene: Scene, cohort: Cohort, args: str) -> Turn:  # noqa: ARG001
    """Nothing is posted or due any more; what was learned stays."""
    made = replace(cohort, state="archived", place=None, posts=(), dates=())
    posts = (Cancelled(post_job(cohort, post.number)) for post in cohort.posts)
    jobs = (*posts, *notices.deadline_jobs(cohort, made, scene.at))
    return arranged(scene, cohort, made, scene.say("cohort.now-archived"), *jobs)
