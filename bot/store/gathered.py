"""Looks at cohorts: who is in them, how far they are, what they answered, what leads there."""

import json
from datetime import datetime
from typing import Final

import aiosqlite

from bot.conversation import (
    AtPlace,
    Cohort,
    Cohorts,
    EveryCohort,
    Look,
    Map,
    Member,
    Override,
    Place,
    Replies,
    Roster,
    Rounds,
    Rows,
    Staff,
    Stand,
    Vote,
    Votes,
    direct,
)
from bot.conversation import Board as BoardLook
from bot.store import codes, replies
from bot.store.boards import Ask, page
from bot.store.derived import same_as
from bot.store.members import IN, LEAD
from bot.store.rows import (
    COHORT,
    OVERRIDE,
    PLACE,
    REMINDING,
    ROUND,
    to_json,
    to_time,
)

_COHORTS: Final = """
SELECT body FROM cohorts WHERE cohort IN (SELECT value FROM json_each(?)) ORDER BY title, cohort"""
_AT: Final = "SELECT body FROM cohorts WHERE platform = ? AND chat = ? ORDER BY title, cohort"
_EVERY: Final = "SELECT body FROM cohorts ORDER BY state = 'archived', title, cohort"
_ROUNDS: Final = "SELECT body FROM rounds WHERE cohort = ? ORDER BY opened DESC, round DESC"
_ROUND: Final = "SELECT body FROM rounds WHERE round = ?"
_PEOPLE: Final = f"""
SELECT found.learner, learners.alias, CASE found.at WHEN '' THEN learners.at ELSE found.at END,
    learners.zone, learners.language, learners.hidden, learners.reminding,
    (SELECT MAX(log.at) FROM log WHERE log.subject IN ({same_as("found.learner")})
        AND log.course = (SELECT course FROM cohorts WHERE cohort = ?1)
        AND log.kind NOT IN ('left', 'appointed', 'allowed', 'linked', 'won', 'regraded',
            'withdrawn', 'nudged')),
    (SELECT json_group_array(account) FROM (SELECT account FROM accounts
        WHERE accounts.learner IN ({same_as("found.learner")}) ORDER BY rowid DESC)),
    (SELECT json_group_array(json(body)) FROM (SELECT body FROM overrides
        WHERE overrides.cohort = ?1 AND overrides.learner IN ({same_as("found.learner")})
        ORDER BY number, learner)),
    (SELECT MAX(log.at) FROM log WHERE log.subject = found.learner AND log.kind = 'nudged')
FROM ({{}}) AS found JOIN learners ON learners.learner = found.learner
ORDER BY learners.alias, found.learner"""  # noqa: S608

_MAP: Final = f"""
SELECT found.learner, progress.unit, MAX(attempts), MAX(done), COALESCE(MAX(first), 0), MAX(best),
    MAX(out_of), MAX(points),
    (SELECT MIN(log.at) FROM log WHERE log.subject IN ({same_as("found.learner")})
        AND log.kind = 'completed' AND log.course = progress.course
        AND log.body ->> 'unit' = progress.unit AND log.body ->> 'passed')
FROM ({IN.replace("?", "?1")}) AS found
JOIN progress ON progress.learner IN ({same_as("found.learner")})
    AND progress.course = (SELECT course FROM cohorts WHERE cohort = ?1)
GROUP BY 1, 2 ORDER BY 1, 2"""  # noqa: S608

# Of a person with several accounts that answered, the account that all point to counts.
_VOTES: Final = f"""
SELECT given.who, learners.alias, learners.hidden, given.number, given.option, given.is_right, (
    SELECT COUNT(*) FROM log WHERE log.subject IN ({same_as("given.who")})
    AND log.kind = 'won' AND log.body ->> 'points' > 0 AND log.body ->> 'round' <> given.round
    AND log.body ->> 'item' = (SELECT body ->> ('$.items[' || given.number || '][0]')
        FROM rounds WHERE rounds.round = given.round))
FROM (
    SELECT votes.*, COALESCE(links.target, votes.learner) AS who, ROW_NUMBER() OVER (
        PARTITION BY COALESCE(links.target, votes.learner), votes.number
        ORDER BY links.target IS NOT NULL, votes.learner) AS place
    FROM votes LEFT JOIN links ON links.learner = votes.learner WHERE votes.round = ?) AS given
JOIN learners ON learners.learner = given.who
WHERE given.place = 1 AND EXISTS (SELECT 1 FROM members
    WHERE members.cohort = (SELECT cohort FROM rounds WHERE rounds.round = given.round)
    AND members.learner IN ({same_as("given.who")}))
ORDER BY given.who, given.number"""  # noqa: S608


async def answer(ask: Ask, look: Look) -> Rows | None:
    """The rows that answer a Look at cohorts; None for another one. `ask` runs a query."""
    match look:
        case Cohorts(ids):
            return await _cohorts(ask, _COHORTS, json.dumps(ids))
        case AtPlace(place):
            found = await _cohorts(ask, _AT, place.platform, place.chat)
            at_home = tuple(each for each in found if _is_at(each, place))
            # A topic that is somebody's own is not its whole chat's.
            return tuple(each for each in at_home if each.place == place) or at_home
        case EveryCohort():
            return await _cohorts(ask, _EVERY)
        case Roster(cohort):
            return await _people(ask, IN, cohort)
        case Staff(cohort):
            return await _people(ask, LEAD, cohort)
        case Map(cohort):
            return tuple(_stand(row) for row in await ask(_MAP, cohort))
        case Replies(cohort, item):
            return await replies.answer(ask, cohort, item)
        case BoardLook():
            return await page(ask, look)
        case Rounds(cohort, round_id):
            sql, key = (_ROUND, round_id) if round_id else (_ROUNDS, cohort)
            return tuple(ROUND.validate_json(body) for (body,) in await ask(sql, key))
        case Votes(round_id):
            return tuple(
                Vote(who, alias, bool(hidden), number, option, bool(right), bool(before))
                for who, alias, hidden, number, option, right, before in await ask(_VOTES, round_id)
            )
        case _:
            return await codes.answer(ask, look)


async def _cohorts(ask: Ask, sql: str, *params: str) -> tuple[Cohort, ...]:
    return tuple(COHORT.validate_json(body) for (body,) in await ask(sql, *params))


def _is_at(cohort: Cohort, place: Place) -> bool:
    """A cohort at home in a whole chat is so in each of its topics."""
    home = cohort.place
    return home is not None and (not home.topic or home.topic == place.topic)


async def _people(ask: Ask, who: str, cohort: str) -> tuple[Member, ...]:
    gone = {str(row[0]) for row in await ask("SELECT place FROM gone WHERE learner <> ''")}
    rows = await ask(_PEOPLE.format(who.replace("?", "?1")), cohort)
    return tuple(_member(row, gone) for row in rows)


def _member(row: aiosqlite.Row, gone: set[str]) -> Member:
    learner, alias, at, zone, language, hidden, reminding, seen, accounts, overrides, nudged = row
    places = [direct(account) for account in json.loads(accounts)]
    return Member(
        learner,
        alias,
        to_time(at),
        zone,
        language,
        bool(hidden),
        REMINDING.validate_json(reminding),
        next((place for place in places if to_json(PLACE, place) not in gone), None),
        _time(seen),
        tuple(_override(each) for each in json.loads(overrides)),
        _time(nudged),
    )


def _override(body: object) -> Override:
    return OVERRIDE.validate_python(body, strict=False)


def _time(text: str | None) -> datetime | None:
    return to_time(text) if text else None


def _stand(row: aiosqlite.Row) -> Stand:
    learner, unit, attempts, done, first, best, out_of, points, at = row
    return Stand(learner, unit, attempts, bool(done), first, best, out_of, points, _time(at))
