"""The code of a certificate: what it says, sealed, and how somebody checks it.

Nobody makes a code without this bot's key, and a row that was changed by hand matches none.
"""

import json
from datetime import UTC, datetime
from typing import Final

from bot.conversation import Certificate, Certificates, Kept, Look, Message, Seal, Turn
from bot.flows.groups import codes
from bot.flows.scene import Scene
from bot.phrases import say

LENGTH: Final = 16
"""Characters of a code: 80 bits, which nobody guesses."""

GROUP: Final = 4


def canonical(certificate: Certificate) -> str:
    """All that a certificate says, as the one text that is sealed. No two say the same by it."""
    return json.dumps(
        [
            "certificate",
            certificate.learner,
            certificate.course,
            certificate.unit,
            certificate.name,
            certificate.title,
            certificate.score,
            certificate.out_of,
            certificate.at.astimezone(UTC).date().isoformat(),
        ]
    )


def code_of(seal: str) -> str:
    """The code that a seal (32 hex digits) gives, as it is kept: 16 characters without dashes."""
    return codes.drawn(seal, LENGTH)


def normal(text: str) -> str:
    """A code however it was typed, as it is kept; "" for what cannot be one."""
    code = codes.normal(text)
    whole = len(code) == LENGTH and all(char in codes.ALPHABET for char in code)
    return code if whole else ""


def grouped(code: str) -> str:
    """A code as it is shown: ABCD-EFGH-JKMN-PQRS."""
    return codes.grouped(code, GROUP)


def day(at: datetime) -> str:
    """The day (UTC) that a certificate bears, the same for whoever reads it."""
    return f"{at.astimezone(UTC).day} {at.astimezone(UTC):%B %Y}"


def verify(scene: Scene, args: str) -> Turn | Look:
    """/verify CODE: what a certificate says, to anybody who has its code."""
    if not args.strip():
        return scene.turn(Message(scene.say("verify.how")))
    code = normal(args)
    if not code:
        return scene.turn(Message(scene.say("verify.unlike")))
    rows = scene.rows(look := Certificates(code=code), Certificate)
    if rows is None:
        return look
    language = scene.by.profile.language
    if not rows:
        return scene.turn(Message(told(language, code, None, "")))
    seals = scene.rows(seal := Seal(canonical(rows[0])), Kept)
    if seals is None:
        return seal
    return scene.turn(Message(told(language, code, rows[0], seals[0].body)))


def told(language: str, code: str, found: Certificate | None, seal: str) -> str:
    """What is known of a code: of none, of an altered one, or what the certificate says."""
    shown = grouped(code)
    if found is None:
        return say(language, "verify.unknown", code=shown)
    if not is_genuine(found, seal):
        return say(language, "verify.altered", code=shown)
    head = say(language, "verify.valid", code=shown)
    if found.withdrawn:
        head = say(language, "verify.withdrawn", code=shown, why=found.withdrawn)
    name, title, date = found.name, found.title, day(found.at)
    if not found.unit:
        body = say(language, "verify.course", name=name, title=title, date=date)
    else:
        score, of = found.score, found.out_of
        body = say(
            language, "verify.exam", name=name, title=title, date=date, score=score, out_of=of
        )
    return f"{head}\n\n{body}"


def is_genuine(certificate: Certificate, seal: str) -> bool:
    """Whether its code is what the seal of its own text gives: nothing in it was altered."""
    return code_of(seal) == certificate.code
