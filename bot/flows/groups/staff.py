"""The people of a cohort: its instructors and its members, who comes and who goes.

It refuses to leave a cohort without an instructor, and to guess who is meant.
"""

from datetime import timedelta
from typing import Final

from bot.conversation import (
    Appointed,
    Cohort,
    Invited,
    Left,
    Look,
    Member,
    Message,
    Roster,
    Staff,
    Turn,
)
from bot.flows.groups.arranging import doors
from bot.flows.groups.codes import drawn, grouped
from bot.flows.groups.people import called, folded, tidy
from bot.flows.reference import plain
from bot.flows.scene import Scene

VALID: Final = timedelta(days=7)
"""So long a co-instructor may follow their invitation."""

SHOWN: Final = 60
"""Names in one message; more are counted."""

FEWEST: Final = 1


# -- instructors -----------------------------------------------------------------------------


def invite(scene: Scene, cohort: Cohort, args: str) -> Turn:  # noqa: ARG001
    """A code that makes whoever uses it first a co-instructor."""
    code = drawn(scene.by.luck)
    until = scene.at + VALID
    text = scene.say("staff.invited", code=grouped(code), until=scene.local(until))
    parts = [text, "\n".join(doors(scene, grouped(code)))]
    record = Invited(code, "instructor", cohort.id, until)
    return scene.turn(Message("\n\n".join(filter(None, parts))), records=(record,))


def staff(scene: Scene, cohort: Cohort, args: str) -> Turn | Look:  # noqa: ARG001
    """List the cohort's instructors."""
    rows = scene.rows(look := Staff(cohort.id), Member)
    if rows is None:
        return look
    lines = [f"- {shown_name(scene, each)}" for each in rows]
    text = scene.say("staff.list", title=cohort.title)
    return scene.turn(Message("\n\n".join([text, "\n".join(lines)])))


def dismiss(scene: Scene, cohort: Cohort, args: str) -> Turn | Look:
    """End a co-instructor's role, or one's own; somebody must stay."""
    rows = scene.rows(look := Staff(cohort.id), Member)
    if rows is None:
        return look
    mine = folded(args) in ("me", "myself")
    found = [r for r in rows if r.learner == scene.by.learner] if mine else called(rows, args)
    gone = only(scene, found, args)
    if not isinstance(gone, Member):
        return gone
    if len(rows) <= FEWEST:
        return scene.turn(Message(scene.say("staff.last")))
    told = scene.say("staff.dismissed-you", title=cohort.title)
    news = told_to(gone, told) if gone.learner != scene.by.learner else ()
    text = scene.say("staff.dismissed", alias=shown_name(scene, gone))
    record = Appointed(cohort.id, gone.learner, ended=True)
    return scene.turn(Message(text), *news, records=(record,))


# -- members ---------------------------------------------------------------------------------


def members(scene: Scene, cohort: Cohort, args: str) -> Turn | Look:  # noqa: ARG001
    """List the cohort's members, the first so many by name."""
    rows = scene.rows(look := Roster(cohort.id), Member)
    if rows is None:
        return look
    if not rows:
        return scene.turn(Message(scene.say("staff.no-members")))
    lines = [f"- {shown_name(scene, each)}" for each in rows[:SHOWN]]
    if len(rows) > SHOWN:
        lines.append(scene.say("staff.more", count=len(rows) - SHOWN))
    text = scene.say("staff.members", title=cohort.title, count=len(rows))
    return scene.turn(Message("\n\n".join([text, "\n".join(lines)])))


def remove(scene: Scene, cohort: Cohort, args: str) -> Turn | Look:
    """Take somebody out of the cohort; what they learned stays theirs."""
    rows = scene.rows(look := Roster(cohort.id), Member)
    if rows is None:
        return look
    gone = only(scene, called(rows, args), args)
    if not isinstance(gone, Member):
        return gone
    news = told_to(gone, scene.say("staff.removed-you", title=cohort.title))
    text = scene.say("staff.removed", alias=shown_name(scene, gone))
    record = Left(cohort.id, gone.learner, scene.by.learner)
    return scene.turn(Message(text), *news, records=(record,))


# -- one of them -----------------------------------------------------------------------------


def only(scene: Scene, found: list[Member], asked: str) -> Member | Turn:
    """The one whom a name fits; a sentence where it fits nobody, or several."""
    return found[0] if len(found) == 1 else scene.turn(Message(_not_one(scene, found, asked)))


def shown_name(scene: Scene, member: Member) -> str:
    """What an instructor reads for somebody: their name on boards, safe to show."""
    return plain(member.alias) if member.alias else scene.say("staff.nameless")


def told_to(member: Member, text: str) -> tuple[Message, ...]:
    """What somebody hears of it, where they can be reached."""
    return (Message(text, to=member.place),) if member.place else ()


def _not_one(scene: Scene, found: list[Member], asked: str) -> str:
    """Why it is not clear who is meant."""
    if not tidy(asked):
        return scene.say("staff.who")
    if not found:
        return scene.say("staff.nobody", asked=plain(asked))
    names = ", ".join(shown_name(scene, each) for each in found[:5])
    return scene.say("staff.several", asked=plain(asked), names=names)
