"""/post: what is posted into a cohort's place by the clock, and what becomes of it.

Each post is a job of the cohort; what it says is made when its time comes. After a long stop it
comes at most once, and not at all where it would be too late to make sense.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.conversation import (
    AtPlace,
    Cancelled,
    Cohort,
    Cohorts,
    EveryCohort,
    Job,
    Look,
    Member,
    Message,
    Place,
    Post,
    Scheduled,
    Shut,
    Staff,
    Told,
    Turn,
    Unsent,
)
from bot.conversation.cohorts import Kind
from bot.flows.groups import boards, cohort, digest, rounds
from bot.flows.groups.arranging import arranged, post_job
from bot.flows.reference import literally, plain
from bot.flows.scene import Scene
from bot.flows.when import Times, Unclear, split, spoken, utc

KINDS: Final[tuple[Kind, ...]] = (
    "leaderboard",
    "digest",
    "announcement",
    "question",
    "report",
)

VERBS: Final = ("list", "try", "now", "stop")

MOST: Final = 20
"""Posts of one cohort."""

NOWHERE: Final = Place("", "")
"""Where a report stands that is for the instructors alone."""

LONGEST: Final = 1500
"""Characters of an announcement."""

LATE: Final[dict[Kind, timedelta]] = {
    "leaderboard": timedelta(hours=24),
    "digest": timedelta(hours=48),
    "announcement": timedelta(days=7),
    "question": timedelta(hours=24),
    "report": timedelta(hours=48),
}
"""So late a post still makes sense."""


def command(scene: Scene, args: str) -> Turn | Look:
    """Answer /post."""
    meant = cohort.in_use(scene, "post", args, (*KINDS, *VERBS))
    if not isinstance(meant, tuple):
        return meant
    found, args = meant
    there = cohort.there(scene, found)
    word, _, rest = args.strip().partition(" ")
    match word.casefold():
        case "" | "list":  # the first of the verbs
            outcome: Turn | Look = _listed(there, found)
        case verb if verb in VERBS[1:]:
            outcome = _with_number(there, found, verb, rest)
        case name if name in KINDS:
            kind = next(each for each in KINDS if each == name)
            outcome = _set(there, found, kind, rest.strip())
        case _:
            outcome = there.turn(Message(there.say("post.how")))
    return cohort.replaced(outcome, found)


def _listed(scene: Scene, found: Cohort) -> Turn:
    if not found.posts:
        parts = [scene.say("post.none"), scene.say("post.how")]
        return scene.turn(Message("\n\n".join(parts)))
    lines = [
        scene.say(
            "post.line",
            number=each.number,
            kind=scene.say(f"post.kind-{each.kind}"),
            said=each.said,
            words=_short(scene, each),
        )
        for each in found.posts
    ]
    text = scene.say("post.list", title=found.title, zone=found.zone)
    return scene.turn(Message("\n\n".join([text, "\n".join(lines), scene.say("post.manage")])))


def _short(scene: Scene, post: Post) -> str:
    if post.kind != "announcement":
        return ""
    return scene.say("post.words", words=plain(post.words, 60))


# -- setting one -----------------------------------------------------------------------------


def _set(scene: Scene, found: Cohort, kind: Kind, args: str) -> Turn | Look:
    place = found.place or (NOWHERE if kind == "report" else None)
    if place is None:
        return scene.turn(Message(scene.say("post.nowhere")))
    if kind == "announcement" and args.casefold().split()[:1] == ["now"]:
        return _announced(scene, place, args[3:].strip())
    times, words = split(args, found.zone, scene.at)
    if isinstance(times, Unclear):
        return scene.turn(Message(times.said(scene.say) if args else scene.say("post.how")))
    if kind == "announcement" and not words.strip():
        return scene.turn(Message(scene.say("post.no-words")))
    if kind != "announcement" and words.strip():
        return scene.turn(Message(scene.say("post.too-many-words", words=plain(words))))
    if len(words) > LONGEST:
        return scene.turn(Message(scene.say("post.too-long", most=LONGEST)))
    if len(found.posts) >= MOST:
        return scene.turn(Message(scene.say("post.too-many", most=MOST)))
    return _scheduled(scene, found, kind, times, words.strip(), place)


def _scheduled(
    scene: Scene, found: Cohort, kind: Kind, times: Times, words: str, place: Place
) -> Turn:
    number = max((each.number for each in found.posts), default=0) + 1
    post = Post(number, kind, times.first, times.rule, times.said, place, words, scene.by.learner)
    after = replace(found, posts=(*found.posts, post))
    job = Job(
        post_job(found, number),
        found.id,
        found.course,
        place,
        utc(times.first, found.zone),
        times.rule,
        found.zone,
    )
    text = scene.say(
        "post.set",
        number=number,
        kind=scene.say(f"post.kind-{kind}"),
        said=times.said,
        first=spoken(times.first, scene.at, found.zone, scene.say),
        zone=found.zone,
    )
    return arranged(scene, found, after, text, Scheduled(job))


def _announced(scene: Scene, place: Place, words: str) -> Turn:
    if not words.strip():
        return scene.turn(Message(scene.say("post.no-words")))
    if len(words) > LONGEST:
        return scene.turn(Message(scene.say("post.too-long", most=LONGEST)))
    post = Message(literally(words.strip()), to=place)
    return scene.turn(Message(scene.say("post.sent")), post)


# -- one that is set -------------------------------------------------------------------------


def _with_number(scene: Scene, found: Cohort, verb: str, text: str) -> Turn | Look:
    number = text.strip().removeprefix("#")
    post = next((each for each in found.posts if str(each.number) == number), None)
    if post is None:
        return scene.turn(Message(scene.say("post.no-such", number=plain(text, 10))))
    if verb == "stop":
        after = replace(found, posts=tuple(each for each in found.posts if each != post))
        text = scene.say("post.stopped", number=post.number)
        return arranged(scene, found, after, text, Cancelled(post_job(found, post.number)))
    made = composed(scene, found, post)
    if not isinstance(made, Turn):
        return made
    if verb == "now":
        return replace(made, messages=(Message(scene.say("post.sent")), *made.messages))
    # Only shown to who asks: nothing of it is kept, and its buttons lead nowhere.
    shown = dict.fromkeys(replace(each, to=None, choices=()) for each in made.messages)
    return scene.turn(Message(scene.say("post.trying")), *shown)


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
    staff = scene.rows(look := Staff(found.id), Member)
    if staff is None:
        return look
    made = digest.for_staff(scene, found)
    if not isinstance(made, Turn):
        return made
    places = [member.place for member in staff if member.place]
    return scene.turn(*(replace(each, to=to) for to in places for each in made.messages))


# -- by the clock ----------------------------------------------------------------------------


def woke(scene: Scene, job: Job) -> Turn | Look:
    """A post's time came."""
    found = owner(scene, job.subject)
    if not isinstance(found, Cohort):
        return found if found is not None else scene.turn()
    number = job.id.rpartition(":")[2]
    post = next((each for each in found.posts if str(each.number) == number), None)
    if post is None or found.state == "archived":
        return scene.turn(records=(Cancelled(job.id),))
    if scene.at - job.due > LATE[post.kind]:
        return scene.turn()
    made = composed(cohort.there(scene, found), found, post)
    if not isinstance(made, Turn):
        return made
    return replace(made, records=(*made.records, Told(found.id, f"{post.kind} {number}")))


def owner(scene: Scene, subject: str) -> Cohort | Look | None:
    """The cohort whose job woke; None where it, or its course, is gone."""
    found = scene.rows(look := Cohorts((subject,)), Cohort)
    if found is None:
        return look
    here = [each for each in found if each.course in scene.library.courses]
    return here[0] if here else None


def shut(scene: Scene, what: Shut) -> Turn | Look:
    """Where a group was at home nobody can be reached any more: its instructors are told."""
    every = scene.rows(look := EveryCohort(), Cohort)
    if every is None:
        return look
    lost = [each for each in every if each.place and _within(each.place, what.place)]
    return _to_staff(scene, [(each, scene.say("post.shut", title=each.title)) for each in lost])


def _within(place: Place, whole: Place) -> bool:
    """Whether a place is this one, or one of its topics."""
    return place == whole or (not whole.topic and replace(place, topic="") == whole)


def unsent(scene: Scene, what: Unsent) -> Turn | Look:
    """Nobody knows whether a post arrived: it is not repeated, and the instructors are told."""
    found = scene.rows(look := AtPlace(what.place), Cohort)
    if found is None:
        return look
    begun = plain(what.text, 60)
    told = [scene.say("post.unknown", title=each.title, words=begun) for each in found]
    return _to_staff(scene, zip(found, told, strict=True))


def _to_staff(scene: Scene, told: Iterable[tuple[Cohort, str]]) -> Turn | Look:
    """A text for each of these cohorts, to those of its instructors who can be reached."""
    messages: list[Message] = []
    for cohort_, text in told:
        staff = scene.rows(asked := Staff(cohort_.id), Member)
        if staff is None:
            return asked
        messages += [Message(text, to=member.place) for member in staff if member.place]
    return scene.turn(*messages)
