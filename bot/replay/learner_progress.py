"""How far one learner is, counted anew from what they did: visits, items seen, items missed.

It is what the progress table is to the real store, with which it shares no code.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from bot.conversation import (
    Answered,
    Completed,
    MissedItem,
    Opened,
    Parked,
    Record,
    Regraded,
    SeenItem,
    Visit,
)


def missed(records: Iterable[Record]) -> tuple[MissedItem, ...]:
    """The items that were answered wrongly, by misconception, the most frequent first."""
    answers = [r for r in records if isinstance(r, Answered)]
    found = Counter((r.item, r.misconception) for r in answers if not r.right)
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(MissedItem(item, held) for (item, held), _ in ordered)


def seen(records: Iterable[Record], units: tuple[str, ...]) -> tuple[SeenItem, ...]:
    """The items of these units that were answered, and whether rightly at last."""
    answers = [each for each in records if isinstance(each, Answered) and each.unit in units]
    return tuple(SeenItem(*last) for last in {r.item: r.right for r in answers}.items())


def visits(mine: Iterable[Record], theirs: Iterable[Iterable[Record]]) -> tuple[Visit, ...]:
    """Where somebody stands in each unit by the records about them; of linked accounts (`theirs`)
    the best of all counts, but a place that was left is this learner's own.
    """
    found = _own(mine)
    for records in theirs:
        for unit, visit in _own(records).items():
            found[unit] = _best(found.get(unit, Visit(unit)), visit)
    return tuple(found.values())


def _own(records: Iterable[Record]) -> dict[str, Visit]:
    found: dict[str, Visit] = {}
    for record in records:
        if isinstance(record, Opened | Parked | Answered | Completed | Regraded):
            found[record.unit] = _fold(found.get(record.unit, Visit(record.unit)), record)
    return found


def _best(mine: Visit, other: Visit) -> Visit:
    """The best of two visits to a unit; the place where it was left is the first one's."""
    return Visit(
        mine.unit,
        max(mine.attempts, other.attempts),
        mine.done or other.done,
        max(mine.first, other.first),
        max(mine.best, other.best),
        max(mine.out_of, other.out_of),
        max(mine.points, other.points),
        mine.parked,
    )


def _fold(visit: Visit, record: Opened | Parked | Answered | Completed | Regraded) -> Visit:
    """What a record makes of a visit: the plain meaning of the store's progress table."""
    match record:
        case Opened(_, attempt):
            return replace(visit, attempts=max(visit.attempts, attempt), parked=None)
        case Parked(_, state):
            return replace(visit, parked=state)
        case Answered():
            return replace(visit, points=visit.points + record.points, parked=None)
        case Completed(_, attempt, score, out_of, points, passed):
            return replace(
                visit,
                done=visit.done or passed,
                first=score if attempt == 1 and not visit.done else visit.first,
                best=max(visit.best, score),
                out_of=out_of,
                points=visit.points + points,
                parked=None,
            )
        case Regraded(_, _, _, _, first, now_best, passed, points):
            return replace(
                visit, first=first or 0, best=now_best, done=passed, points=visit.points + points
            )
