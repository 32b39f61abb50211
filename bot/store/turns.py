"""What a turn makes of the tables, as the rows of each statement."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.conversation import (
    Answered,
    Cancelled,
    Changed,
    Completed,
    Forgotten,
    Invited,
    Job,
    Linked,
    Opened,
    Outgoing,
    Parked,
    Profile,
    Record,
    Regraded,
    Role,
    Scheduled,
    Streaked,
    Uninvited,
    Won,
    subject,
)
from bot.store.columns import Row, Rows, merged
from bot.store.groups import together, used
from bot.store.rows import (
    MESSAGE,
    PLACE,
    RECORD,
    REMINDING,
    SESSION,
    STATE,
    alike,
    of_job,
    to_json,
    to_text,
)
from bot.store.values import Commit


def touched(commit: Commit) -> frozenset[str]:
    """What no other turn of the same batch may touch."""
    names = [f"event {commit.event}", f"learner {commit.learner}"]
    if commit.session:
        names.append(f"learner {commit.session.subject}")
    if commit.slot:
        names.append(f"job {commit.slot.id}")
    names.extend(f"learner {subject(record, commit.learner)}" for record in commit.records)
    names.extend(f"learner {r.into}" for r in commit.records if isinstance(r, Linked))
    names.extend(f"code {r.code}" for r in commit.records if isinstance(r, Invited | Uninvited))
    names.extend(f"job {job}" for job in _jobs(commit.records))
    return frozenset(names)


def outgoing(commit: Commit, ids: Iterator[int]) -> tuple[Outgoing, ...]:
    """The messages of a turn with an id each; after Forgotten they belong to no learner.

    The first reply settles the message that was answered, if there is one.
    """
    learner = "" if forgets(commit) else commit.learner
    first = next((message for message in commit.messages if message.to is None), None)
    return tuple(
        Outgoing(
            next(ids),
            learner,
            commit.course,
            message.to or commit.place,
            message,
            commit.reply_to if message is first else "",
            post=message.to is not None,
            event=commit.event,
        )
        for message in commit.messages
    )


def forgets(commit: Commit) -> bool:
    return any(isinstance(record, Forgotten) for record in commit.records)


def leaves_prompt(message: Outgoing) -> bool:
    """Whether its reference is kept: what others can press too is not one learner's to settle."""
    mine = message.learner and message.place.private and not message.post
    return bool(mine and message.message.choices)


def of_turn(commit: Commit, messages: Iterable[Outgoing]) -> Rows:
    """What one turn writes. Raises ValueError for text that no file can hold."""
    at = to_text(commit.at)
    rows: Rows = {"event": [(commit.event, at)]}
    if forgets(commit):
        rows["forget"] = [(commit.learner, at[:10])]
    else:
        rows |= _session(commit) | _records(commit, at) | _job_rows(commit)
    if sent := [_outbox(message) for message in messages]:
        rows["outbox"] = sent
    return rows


def of_profile(learner: str, at: str, profile: Profile) -> Row:
    """The columns of `learners` in their order."""
    told = (profile.alias, profile.zone, profile.language, int(profile.consent))
    reminding = to_json(REMINDING, profile.reminding)
    more = (profile.course, profile.asked, int(profile.hidden), reminding, alike(profile.alias))
    return (learner, at, *told, *more)


def of_role(learner: str, role: Role) -> Row:
    return (learner, role.name, role.cohort)


def progress(learner: str, course: str, record: Record) -> Row | None:
    """The row of `progress` that a record amounts to; None for one that is about no unit."""
    match record:
        case Opened():
            return (learner, course, record.unit, record.attempt, 0, None, 0, 0, 0, None)
        case Parked():
            parked = to_json(STATE, record.state)
            return (learner, course, record.unit, 0, 0, None, 0, 0, 0, parked)
        case Answered():
            return (learner, course, record.unit, 0, 0, None, 0, 0, record.points, None)
        case Completed(unit, attempt, score, out_of, points, passed):
            first = score if attempt == 1 else None
            return (learner, course, unit, 0, int(passed), first, score, out_of, points, None)
        case _:
            return None


def earned(learner: str, course: str, at: str, record: Record) -> Row | None:
    """Who earned points where and when; None for a record that earns nothing."""
    if isinstance(record, Answered | Completed | Streaked | Won | Regraded) and record.points:
        return (subject(record, learner), course, record.points, at)
    return None


def _session(commit: Commit) -> Rows:
    if commit.keep:
        return {}
    if commit.session is None:
        return {"leave": [(commit.learner, commit.course)]}
    session = commit.session
    return {"save": [(session.subject, session.course, to_json(SESSION, session))]}


def _records(commit: Commit, at: str) -> Rows:
    learner, course, records = commit.learner, commit.about or commit.course, commit.records
    rows: Rows = {}
    if records:
        rows["log"] = [
            (at, subject(r, learner), course, commit.event, r.kind, to_json(RECORD, r))
            for r in records
        ]
    if visits := [row for r in records if (row := progress(learner, course, r))]:
        rows["progress"] = visits
    if paid := [row for r in records if (row := earned(learner, course, at, r))]:
        rows["earned"] = paid
    if changes := [r.profile for r in records if isinstance(r, Changed)]:
        rows["profile"] = [of_profile(learner, at, changes[-1])]
        rows["shown"] = [(learner, int(bool(changes[-1].alias) and not changes[-1].hidden))]
    return merged([rows, together(learner, course, at, records), used(records)])


def _jobs(records: Iterable[Record]) -> dict[str, Job | None]:
    """What becomes of each job that a turn names: its last record has the last word."""
    fates: dict[str, Job | None] = {}
    for record in records:
        match record:
            case Scheduled(job):
                fates[job.id] = job
            case Cancelled(name):
                fates[name] = None
            case _:
                pass
    return fates


def moved_on(job: Job, following: datetime | None) -> Rows:
    """What becomes of a job whose time came, unless it was changed meanwhile."""
    due = to_text(job.due)
    if following:
        return {"move": [(to_text(following), job.id, due)]}
    return {"finish": [(job.id, due)]}


def _job_rows(commit: Commit) -> Rows:
    rows: Rows = moved_on(commit.slot, commit.next_due) if commit.slot else {}
    fates = _jobs(commit.records)
    rows["cancel"] = [(name,) for name, job in fates.items() if job is None]
    rows["schedule"] = [of_job(job) for job in fates.values() if job]
    return rows


def _outbox(message: Outgoing) -> Row:
    return (
        message.id,
        message.learner,
        message.course,
        to_json(PLACE, message.place),
        message.reply_to,
        int(message.post),
        0,
        int(leaves_prompt(message)),
        to_json(MESSAGE, message.message),
    )
