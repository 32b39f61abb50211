"""Looks at what is passed on: invitations, links between accounts, certificates and their seal."""

import hashlib
import hmac
from typing import Final

import aiosqlite

from bot.conversation import (
    Certificate,
    Certificates,
    Code,
    Count,
    Guesses,
    Invitation,
    Kept,
    Link,
    Links,
    Look,
    Named,
    Rows,
    Seal,
)
from bot.store.boards import Ask
from bot.store.derived import same_as
from bot.store.members import ACCOUNTS_IN
from bot.store.rows import alike, to_text, to_time

_CODE: Final = "SELECT code, what, cohort || learner, until FROM codes WHERE code = ?"
_GUESSES: Final = """
SELECT COUNT(*) FROM log WHERE subject = ? AND kind = 'guessed' AND at >= ?"""
_NAMED: Final = """
SELECT COUNT(*) FROM learners WHERE folded = ? AND folded <> '' AND learner <> ?
AND NOT EXISTS (SELECT 1 FROM links WHERE links.learner = learners.learner)"""
_LINKS: Final = "SELECT learner, target, at FROM links WHERE learner = ?1 OR target = ?1 ORDER BY 1"
_CERTIFICATES: Final = """
SELECT code, learner, course, unit, name, title, score, out_of, at, withdrawn FROM certificates
WHERE {} ORDER BY at, code"""
_SEAL: Final = "SELECT value FROM keys WHERE name = 'certificates'"


async def answer(ask: Ask, look: Look) -> Rows | None:
    """The rows that answer such a Look; None for another one. `ask` runs a query."""
    match look:
        case Invitation(code):
            return tuple(
                Code(code, what, of, to_time(until) if until else None)
                for code, what, of, until in await ask(_CODE, code)
            )
        case Guesses(learner, since):
            return tuple(Count(n) for (n,) in await ask(_GUESSES, learner, to_text(since)))
        case Named(alias, learner):
            return tuple(Count(n) for (n,) in await ask(_NAMED, alike(alias), learner))
        case Links(learner):
            return tuple(
                Link(who, into, to_time(at)) for who, into, at in await ask(_LINKS, learner)
            )
        case Certificates():
            where, key = _whose(look)
            rows = await ask(_CERTIFICATES.format(where), key)
            return tuple(_certificate(row) for row in rows)
        case Seal(text):
            (key,) = [str(row[0]) for row in await ask(_SEAL)]
            seal = hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()[:32]
            return (Kept("seal", seal),)
        case _:
            return None


def _whose(look: Certificates) -> tuple[str, str]:
    """The condition of a look for certificates, and its value."""
    if look.code:
        return "code = ?1", look.code
    if look.cohort:
        return f"learner IN ({ACCOUNTS_IN})", look.cohort
    return f"learner IN ({same_as('?1')})", look.learner


def _certificate(row: aiosqlite.Row) -> Certificate:
    code, learner, course, unit, name, title, score, out_of, at, withdrawn = row
    return Certificate(
        code, learner, course, unit, name, title, score, out_of, to_time(at), withdrawn
    )
