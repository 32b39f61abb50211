"""How far the members of a group are, counted anew from the log: stands by unit, and answers."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation import (
    Answered,
    Completed,
    Opened,
    Parked,
    Record,
    Regraded,
    Reply,
    Stand,
)
from bot.replay.cohort_state import CohortState, Entry

FAR = timedelta(hours=1)
"""Longer than this nobody thinks about an answer, so the time is not told."""


def stands(groups: CohortState, cohort: str) -> Iterator[Stand]:
    """Where each member stands in each unit: the best of all their accounts."""
    if cohort not in groups.cohorts:
        return
    course = groups.cohorts[cohort].course
    for learner in sorted(groups.members(cohort)):
        found: dict[str, list[Stand]] = defaultdict(list)
        for who in sorted(groups.subjects(learner)):
            for unit, stand in _own_stands(groups, who, course).items():
                found[unit].append(stand)
        for unit in sorted(found):
            yield _best(learner, unit, found[unit])


def _own_stands(groups: CohortState, who: str, course: str) -> dict[str, Stand]:
    """One account's own, unit by unit."""
    found: dict[str, Stand] = {}
    begun: set[str] = set()
    for entry in groups.log:
        record = entry.record
        unit = _unit(record)
        people = entry.people if isinstance(record, Regraded) else {entry.who}
        if who not in people or entry.course != course or not unit:
            continue
        if isinstance(record, Regraded) and unit not in found:
            continue
        stand = found.get(unit, Stand(who, unit))
        found[unit] = _folded_stand(stand, record, entry.at, first=unit not in begun)
        match record:
            case Completed(attempt=1):
                begun.add(unit)
            case Regraded(first=first):
                (begun.discard if first is None else begun.add)(unit)
            case _:
                pass
    return found


def replies(groups: CohortState, cohort: str, item: str) -> tuple[Reply, ...]:
    """All answers of the members in their course, or those to one item, in the order of time."""
    if cohort not in groups.cohorts:
        return ()
    course, members = groups.cohorts[cohort].course, groups.members(cohort)
    found: list[Reply] = []
    before: dict[tuple[str, str], datetime] = {}
    for entry in groups.log:
        who = groups.canonical(entry.who)
        if who not in members or entry.course != course:
            continue
        match entry.record:
            case Opened(unit):
                before[who, unit] = entry.at
            case Answered():
                found.append(_reply(who, entry, before.get((who, entry.record.unit))))
                before[who, entry.record.unit] = entry.at
            case Regraded(_, unit, of, answers):
                marks = dict(answers)
                found = [
                    _marked(r, right=marks[r.attempt])
                    if (r.learner, r.unit, r.item) == (who, unit, of) and r.attempt in marks
                    else r
                    for r in found
                ]
            case _:
                pass
    return tuple(sorted((r for r in found if item in ("", r.item)), key=lambda each: each.at))


def _unit(record: Record) -> str:
    """The unit whose standing a record changes, "" for none."""
    changing = Opened | Parked | Answered | Completed | Regraded
    return record.unit if isinstance(record, changing) else ""


def _folded_stand(stand: Stand, record: Record, at: datetime, *, first: bool) -> Stand:
    """`first`: no first result is kept yet."""
    match record:
        case Opened(_, attempt):
            return replace(stand, attempts=max(stand.attempts, attempt))
        case Answered():
            return replace(stand, points=stand.points + record.points)
        case Completed(_, attempt, score, out_of, points, passed):
            return replace(
                stand,
                done=stand.done or passed,
                first=score if attempt == 1 and first else stand.first,
                best=max(stand.best, score),
                out_of=out_of if passed or out_of else stand.out_of,
                points=stand.points + points,
                at=min(stand.at or at, at) if passed else stand.at,
            )
        case Regraded(_, _, _, _, now, best, passed, points):
            return replace(
                stand, first=now or 0, best=best, done=passed, points=stand.points + points
            )
        case _:
            return stand


def _best(learner: str, unit: str, stands: list[Stand]) -> Stand:
    times = [each.at for each in stands if each.at]
    return Stand(
        learner,
        unit,
        max(each.attempts for each in stands),
        any(each.done for each in stands),
        max(each.first for each in stands),
        max(each.best for each in stands),
        max(each.out_of for each in stands),
        max(each.points for each in stands),
        min(times, default=None),
    )


def _reply(who: str, entry: Entry, since: datetime | None) -> Reply:
    record = entry.record
    if not isinstance(record, Answered):
        raise TypeError("not an answer")
    spent = entry.at - since if since else None
    return Reply(
        who,
        record.unit,
        record.item,
        record.options,
        record.right,
        record.attempt,
        record.wording,
        record.misconception,
        record.points,
        entry.at,
        spent.total_seconds() if spent is not None and spent <= FAR else None,
    )


def _marked(reply: Reply, *, right: bool) -> Reply:
    return replace(reply, right=right, misconception="" if right else reply.misconception)
