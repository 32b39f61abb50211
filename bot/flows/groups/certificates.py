"""/certificate and /verify: a page that says what somebody has done, and a code that proves it.

The code is a seal of what the certificate says, made with a key that only this bot's store has; so
a code cannot be made up, and a row that was altered is found out. One thing has one valid
certificate.
"""

from dataclasses import replace
from typing import Final

from bot.conversation import (
    Certificate,
    CertificatePicture,
    Certificates,
    Certified,
    Choice,
    Done,
    File,
    Kept,
    Look,
    Message,
    Seal,
    Turn,
    Visit,
    Withdrawn,
)
from bot.course.items import Exam
from bot.course.model import Unit
from bot.flows.groups import earning
from bot.flows.groups.earning import Earned
from bot.flows.groups.people import tidy
from bot.flows.groups.proof import canonical, code_of, day, grouped
from bot.flows.home import ways_out
from bot.flows.scene import Scene

LONGEST: Final = 60
"""Characters of a full name."""

NAMED: Final = 5
"""How many missing parts are called by their names."""

STRAIGHT: Final = str.maketrans("’‘ʼ‐‑–—", "'''----")
"""The apostrophes and hyphens that keyboards set for those of a name."""


# -- getting one -----------------------------------------------------------------------------


def command(scene: Scene, args: str) -> Turn | Look:
    """/certificate [EXAM] [FULL NAME]: the certificate in that name; without one, what there is
    or what is missing.
    """
    visits = scene.visits()
    if isinstance(visits, Done):
        return visits
    rows = scene.rows(look := Certificates(scene.by.learner), Certificate)
    if rows is None:
        return look
    given = [row for row in rows if row.course == scene.course.id and not row.withdrawn]
    exam, words = _picked(scene, args)
    earned = [
        each for each in earning.earned(scene, visits) if exam is None or each.unit == exam.id
    ]
    if not earned and exam is not None:
        text = scene.say("certificate.exam-first", title=scene.name(exam))
        return scene.turn(Message(text, _ways(scene)))
    if not earned or not words:
        return _overview(scene, visits, earned, given)
    name = named(words)
    if not name:
        return scene.turn(Message(scene.say("certificate.nameless"), _ways(scene)))
    return _certified(scene, earned[0], name, given)


def named(text: str) -> str:
    """A full name as it is put on a certificate; "" where it has no letters."""
    name = tidy(text.translate(STRAIGHT), LONGEST)
    return name if any(char.isalpha() for char in name) else ""


def _picked(scene: Scene, args: str) -> tuple[Exam | None, str]:
    """The exam that the first word names, by its id of today or of before, and the other words;
    none of them where it names another part, since that is nobody's name.
    """
    first, _, rest = args.strip().partition(" ")
    word = first.casefold()
    unit = scene.course.units.get(scene.course.renamed.get(word, word))
    if unit is None:
        return None, args.strip()
    return (unit, rest.strip()) if isinstance(unit, Exam) else (None, "")


def _of(scene: Scene, earned: Earned, given: list[Certificate]) -> list[Certificate]:
    """The valid certificates for the same thing, under any name that it had."""
    names = scene.names(earned.unit) if earned.unit else ("",)
    return [each for each in given if each.unit in names]


def _certified(scene: Scene, earned: Earned, name: str, given: list[Certificate]) -> Turn | Look:
    """The certificate in this name: the one that there is, or a new one in place of any other."""
    before = _of(scene, earned, given)
    wanted = (name, earned.score, earned.out_of)
    same = [each for each in before if (each.name, each.score, each.out_of) == wanted]
    if same:
        return scene.turn(_page(scene, same[-1], "certificate.again"))
    unsealed = Certificate(
        "", scene.by.learner, scene.course.id, earned.unit, name, earned.title, earned.score,
        earned.out_of, scene.at,
    )  # fmt: skip
    seals = scene.rows(look := Seal(canonical(unsealed)), Kept)
    if seals is None:
        return look
    return _made(scene, replace(unsealed, code=code_of(seals[0].body)), before)


def _made(scene: Scene, made: Certificate, before: list[Certificate]) -> Turn:
    why = scene.say("certificate.newer")
    gone = (Withdrawn(each.learner, each.code, why) for each in before)
    record = Certified(made.code, made.unit, made.name, made.title, made.score, made.out_of)
    instead = (
        scene.say("certificate.instead", name=each.name, code=grouped(each.code)) for each in before
    )
    message = _page(scene, made, "certificate.made", *instead)
    return scene.turn(message, records=(*gone, record))


# -- what is shown of one --------------------------------------------------------------------


def _page(scene: Scene, certificate: Certificate, head: str, *instead: str) -> Message:
    """The certificate itself, with what its code is for."""
    opening = scene.say(head, name=certificate.name, what=_what(scene, certificate))
    code = scene.say("certificate.code", code=grouped(certificate.code))
    text = "\n\n".join([" ".join([opening, *instead]), code])
    return Message(text, _ways(scene), files=(_file(scene, certificate),))


def _file(scene: Scene, certificate: Certificate) -> File:
    picture = drawn(scene, certificate)
    alt = scene.say(
        "certificate.alt",
        name=picture.name,
        statement=picture.statement,
        title=picture.course,
        details=", ".join(picture.details),
        code=picture.code,
    )
    of = "-".join(part for part in (certificate.course, certificate.unit) if part)
    return File(f"certificate-{of}.png", alt, picture=picture)


def drawn(scene: Scene, certificate: Certificate) -> CertificatePicture:
    """A certificate as it is drawn: only from what is sealed, so that it never changes."""
    code = grouped(certificate.code)
    values = {"score": certificate.score, "out_of": certificate.out_of}
    score = [scene.say("certificate.score", **values)] if certificate.unit else []
    return CertificatePicture(
        heading=scene.say("certificate.heading"),
        name=certificate.name,
        statement=scene.say("certificate.passed" if certificate.unit else "certificate.completed"),
        course=certificate.title,
        details=(*score, day(certificate.at)),
        code=code,
        verify=scene.say("certificate.verify"),
        accent=scene.course.accent,
    )


def _what(scene: Scene, of: Earned | Certificate) -> str:
    if not of.unit:
        return scene.say("certificate.what-course", title=of.title)
    values = {"score": of.score, "out_of": of.out_of}
    return scene.say("certificate.what-exam", title=of.title, **values)


def _overview(
    scene: Scene, visits: dict[str, Visit], earned: list[Earned], given: list[Certificate]
) -> Turn:
    """What there is a certificate for, and how to get it; else what is missing."""
    parts: list[str] = []
    if earned:
        lines = "\n".join(f"- {_line(scene, each, given)}" for each in earned)
        parts += [scene.say("certificate.ready"), lines]
    if earned and (len(earned) > 1 or not earned[0].unit):
        parts.append(scene.say("certificate.how"))
    if earned and earned[-1].unit:
        parts.append(scene.say("certificate.how-exam", unit=earned[-1].unit))
    if missing := earning.missing(scene, visits):
        parts.append(_still(scene, missing))
    return scene.turn(Message("\n\n".join(parts), _ways(scene)))


def _line(scene: Scene, earned: Earned, given: list[Certificate]) -> str:
    what = _what(scene, earned)
    had = _of(scene, earned, given)
    if not had:
        return what
    code = grouped(had[-1].code)
    return scene.say("certificate.have", what=what, name=had[-1].name, code=code)


def _still(scene: Scene, missing: list[Unit]) -> str:
    """What the whole course still asks for."""
    total = sum(len(module.required) for module in scene.course.modules)
    names = ", ".join(scene.name(unit) for unit in missing[:NAMED])
    if len(missing) > NAMED:
        names = scene.say("certificate.more", units=names, count=len(missing) - NAMED)
    title, done = scene.course.title, total - len(missing)
    text = scene.say("certificate.missing", title=title, done=done, total=total, units=names)
    if any(isinstance(unit, Exam) for unit in scene.course.units.values()):
        text = f"{text} {scene.say('certificate.exams')}"
    return text


def _ways(scene: Scene) -> tuple[Choice, ...]:
    return ways_out(scene, menu=True)
