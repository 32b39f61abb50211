"""The door to everything about groups: their commands, their buttons, their jobs.

The engine asks here first for what is not about the open unit. Each answer is None for what is
none of its business.
"""

from dataclasses import replace

from bot.conversation import (
    Arranged,
    Cohort,
    Commanded,
    Job,
    Link,
    Links,
    Look,
    Message,
    Turn,
)
from bot.flows.groups import (
    alias,
    answering,
    boards,
    certificates,
    cohort,
    joining,
    linking,
    notices,
    nudges,
    posts,
    proof,
    publishing,
    regrade,
    reminders,
    report,
    rounds,
    sharing,
    tally,
    waking,
)
from bot.flows.scene import Scene
from bot.permissions import may


def command(scene: Scene, deed: Commanded) -> Turn | Look | None:
    """Answer a command about groups, or about oneself among others."""
    match deed.name:
        case "cohort":
            return cohort.command(scene, deed.args)
        case "post":
            return posts.command(scene, deed.args)
        case "round":
            return _round(scene, deed.args)
        case "leave":
            return joining.leave(scene, deed.args)
        case "leaderboard":
            return boards.leaderboard(scene, deed.args)
        case "alias":
            return alias.command(scene, deed.args)
        case "remind":
            return reminders.command(scene, deed.args)
        case "link":
            return linking.link(scene, deed.args)
        case "report":
            return report.command(scene, deed.args)
        case "share":
            return sharing.share(scene, deed.args)
        case "certificate":
            return certificates.command(scene, deed.args)
        case "verify":
            return proof.verify(scene, deed.args)
        case _:
            return None


def _round(scene: Scene, args: str) -> Turn | Look:
    meant = cohort.in_use(scene, "round", args, ())
    if not isinstance(meant, tuple):
        return meant
    found, args = meant
    there = cohort.there(scene, found)
    begun = rounds.begin(there, found, found.place, args)
    if isinstance(begun, Turn) and begun.records:
        # A new version, so that of two who begin one at the same moment one begins none.
        newer = Arranged(replace(found, version=found.version + 1), scene.by.learner)
        begun = replace(begun, records=(newer, *begun.records))
    return cohort.replaced(begun, found)


def pressed(scene: Scene, what: str) -> Turn | Look | None:
    """Answer a button about groups, whenever it was shown."""
    match what.partition("-")[0]:
        case "r":
            return answering.pressed(scene, what)
        case "rem":
            return reminders.pressed(scene, what)
        case "board":
            return boards.pressed(scene, what)
        case "alias":
            return alias.pressed(scene, what)
        case "leave":
            return joining.leave_pressed(scene, what)
        case "link":
            return linking.pressed(scene, what)
        case "report":
            return report.pressed(scene, what)
        case "share":
            return sharing.pressed(scene, what)
        case "nudge" | "regrade":
            return _by_instructor(scene, what)
        case _:
            return None


def _by_instructor(scene: Scene, what: str) -> Turn | Look:
    """A button of an instructor's: "nudge-COHORT-LEARNER", "regrade-keep-COHORT-ITEM"."""
    verb, _, rest = what.partition("-")
    mode = ""
    if verb == "regrade":
        mode, _, rest = rest.partition("-")
    if mode == "no":
        return scene.turn(Message(scene.say("regrade.kept")))
    cohort_id, _, of = rest.partition("-")
    if not may(scene.by, f"cohort {verb}", cohort_id):
        return scene.turn(Message(scene.say("cohort.not-yours")))
    found = publishing.owner(scene, cohort_id)
    if found is None:
        return scene.turn(Message(scene.say("cohort.gone")))
    if not isinstance(found, Cohort):
        return found
    there = cohort.there(scene, found)
    if verb == "nudge":
        return cohort.replaced(nudges.pressed(there, found, of), found)
    return cohort.replaced(regrade.apply(there, found, of, take_away=mode == "all"), found)


def woke(scene: Scene, job: Job) -> Turn | Look:
    """A job's time came."""
    kind, _, rest = job.id.partition(":")
    match kind:
        case "rem":
            return _reminder(scene, job)
        case "post":
            return publishing.woke(scene, job)
        case "close" | "due" | "open":
            return _of_cohort(scene, job, kind, rest)
        case _:
            return scene.turn()


def _reminder(scene: Scene, job: Job) -> Turn | Look:
    """An account that is linked to another one is reminded there, if at all."""
    links = scene.rows(look := Links(job.subject), Link)
    if links is None:
        return look
    if any(each.learner == job.subject for each in links):
        return scene.turn()
    return waking.woke(scene, job)


def _of_cohort(scene: Scene, job: Job, kind: str, rest: str) -> Turn | Look:
    found = publishing.owner(scene, job.subject)
    if found is None:
        return scene.turn()
    if not isinstance(found, Cohort):
        return found
    there = cohort.there(scene, found)
    _, _, more = rest.partition(":")
    module, _, learner = more.partition(":")
    match kind:
        case "close":
            outcome = tally.close(there, found, rest)
        case "open":
            outcome = notices.opened(there, found, module)
        case _ if learner:
            outcome = notices.due_for(there, found, module, learner)
        case _:
            outcome = notices.due(there, found, module)
    return cohort.replaced(outcome, found)
