"""What a cohort answered, with the marks that its answers have now."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import aiosqlite

from bot.conversation import Reply
from bot.store.boards import Ask
from bot.store.derived import same_as
from bot.store.members import IN
from bot.store.rows import to_time

_REPLIES: Final = f"""
SELECT found.learner, log.at, log.kind, log.body ->> 'unit', log.body ->> 'item',
    log.body ->> 'options', log.body ->> 'right', log.body ->> 'attempt', log.body ->> 'wording',
    log.body ->> 'misconception', log.body ->> 'points', log.body ->> 'answers'
FROM ({IN.replace("?", "?1")}) AS found
JOIN log ON log.subject IN ({same_as("found.learner")})
    AND log.course = (SELECT course FROM cohorts WHERE cohort = ?1)
WHERE log.kind IN ('opened', 'answered', 'regraded') ORDER BY log.seq"""  # noqa: S608

FAR: Final = timedelta(hours=1)
"""After so long, the time since the step before is no time spent on a question."""


async def answer(ask: Ask, cohort: str, item: str) -> tuple[Reply, ...]:
    """All answers of a cohort, or those to one item, by their time. `ask` runs a query."""
    return _replies(await ask(_REPLIES, cohort), item)


def _replies(rows: Iterable[aiosqlite.Row], item: str) -> tuple[Reply, ...]:
    """Answers with the marks that they have now, and the time since the step before each."""
    found: list[Reply] = []
    where: dict[tuple[str, str, str, int], list[int]] = {}
    before: dict[tuple[str, str], datetime] = {}
    for who, at, kind, unit, of, options, right, attempt, wording, held, points, answers in rows:
        when = to_time(at)
        match str(kind):
            case "answered":
                since = before.get((who, unit))
                spent = when - since if since else FAR + FAR
                reply = Reply(
                    who, unit, of, tuple(json.loads(options)), bool(right), attempt, wording, held,
                    points, when, spent.total_seconds() if spent <= FAR else None,
                )  # fmt: skip
                where.setdefault((who, unit, of, attempt), []).append(len(found))
                found.append(reply)
            case "regraded":
                for again, mark in json.loads(answers):
                    for number in where.get((who, unit, of, again), []):
                        found[number] = _marked(found[number], right=mark)
                continue  # nobody spent time on that
            case _:
                pass
        before[who, unit] = when
    return tuple(sorted((r for r in found if item in ("", r.item)), key=lambda each: each.at))


def _marked(reply: Reply, *, right: bool) -> Reply:
    return replace(reply, right=right, misconception="" if right else reply.misconception)
