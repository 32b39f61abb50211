"""What records about cohorts make of the tables, as the rows of each statement."""

from collections.abc import Iterable
from typing import Final

from bot.conversation import (
    Allowed,
    Appointed,
    Arranged,
    Asked,
    Certified,
    Cohort,
    Invited,
    Joined,
    Left,
    Linked,
    Override,
    Record,
    Regraded,
    Uninvited,
    Voted,
    Withdrawn,
)
from bot.store.columns import Name, Row, Rows, merged
from bot.store.rows import COHORT, OVERRIDE, ROUND, to_json, to_text

UNDOES: Final[dict[Name, tuple[Name, ...]]] = {
    "left": ("joined", "allowed"),
    "disallowed": ("allowed",),
    "unlinked": ("linked",),
    "revoke": ("grant",),
    "uninvited": ("invited",),
}
"""What takes away what was given: rows of a name begin with the whole row of what undoes them."""


def together(learner: str, course: str, at: str, records: Iterable[Record]) -> Rows:
    """The rows of a turn's records, of which the last about a thing has the last word."""
    rows: Rows = {}
    for record in records:
        more = of_record(learner, course, at, record)
        for name, undoing in more.items():
            for given in rows.keys() & UNDOES.get(name, ()):
                rows[given] = [row for row in rows[given] if not _undone(row, undoing)]
        rows = merged([rows, more])
    return rows


def _undone(row: Row, by: Iterable[Row]) -> bool:
    return any(row[: len(each)] == each for each in by)


def used(records: Iterable[Record]) -> Rows:
    """Codes that a turn uses up: it is nothing where somebody else was quicker."""
    codes: list[Row] = [(each.code,) for each in records if isinstance(each, Uninvited)]
    gave = any(isinstance(r, Appointed | Linked) and not r.ended for r in records)
    return {"used": codes} if codes and gave else {}


def of_record(learner: str, course: str, at: str, record: Record) -> Rows:
    """The rows of one record; none for a record that is about no cohort."""
    match record:
        case Arranged(cohort):
            return {"arranged": [_cohort(cohort)]}
        case Invited(code, what, of, until):
            whose = ("", of) if what == "link" else (of, "")
            return {"invited": [(code, what, *whose, to_text(until) if until else None)]}
        case Uninvited(code):
            return {"uninvited": [(code,)]}
        case Joined(cohort_id):
            return {"joined": [(cohort_id, learner, at)], "recount": [(learner,)]}
        case Left(cohort_id, who):
            return {"left": [(cohort_id, who)], "recount": [(who,)]}
        case Appointed(cohort_id, who, ended):
            role = (who, "instructor", cohort_id)
            return {"revoke": [role]} if ended else {"grant": [role]}
        case Allowed(cohort_id, who, override, undone):
            return _allowed(cohort_id, who, override, undone=undone)
        case Linked(who, into, ended):
            recount: list[Row] = [(who,), (into,)]
            if ended:
                return {"unlinked": [(who,)], "recount": recount}
            return {"linked": [(who, into, at)], "recount": recount}
        case Asked(round_):
            opened = to_text(round_.opened)
            body = to_json(ROUND, round_)
            return {"asked": [(round_.id, round_.cohort, round_.course, opened, body)]}
        case Voted(round_id, number, option, right):
            return {"voted": [(round_id, number, learner, option, int(right))]}
        case _:
            return _marked(learner, course, at, record)


def _marked(learner: str, course: str, at: str, record: Record) -> Rows:
    match record:
        case Regraded():
            return {"regraded": [regraded(record.learner, course, record)]}
        case Certified(code, unit, name, title, score, out_of):
            return {
                "certified": [(code, learner, course, unit, name, title, score, out_of, at, "")]
            }
        case Withdrawn(_, code, why):
            return {"withdrawn": [(code, why)]}
        case _:
            return {}


def regraded(learner: str, course: str, record: Regraded) -> Row:
    """What a row of `progress` becomes by marks that were put right."""
    told = (record.first, record.best, int(record.passed), record.points)
    return (learner, course, record.unit, *told)


def _cohort(cohort: Cohort) -> Row:
    """The columns of `cohorts` in their order."""
    platform, chat = (cohort.place.platform, cohort.place.chat) if cohort.place else ("", "")
    named = (cohort.id, cohort.course, cohort.title, cohort.zone, cohort.state)
    return (*named, platform, chat, cohort.version, to_json(COHORT, cohort))


def _allowed(cohort: str, learner: str, override: Override, *, undone: bool) -> Rows:
    if undone:
        return {"disallowed": [(cohort, learner, override.number)]}
    return {"allowed": [(cohort, learner, override.number, to_json(OVERRIDE, override))]}
