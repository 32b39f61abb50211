"""/post: what is to be posted into a cohort's place by the clock.

Each post is a job of the cohort; what it says is made in `publishing`, when its time comes. It
refuses words where none are posted, and a time that nobody can read.
"""

from dataclasses import replace
from typing import Final

from bot.conversation import (
    Cancelled,
    Cohort,
    Job,
    Look,
    Message,
    Place,
    Post,
    Scheduled,
    Turn,
)
from bot.conversation.cohorts import Kind
from bot.flows.groups import cohort
from bot.flows.groups.arranging import arranged, post_job
from bot.flows.groups.publishing import composed, numbered
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
    post = numbered(found, text.strip().removeprefix("#"))
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
