"""What somebody can have a certificate for, and what is missing for that of the whole course.

It refuses to certify what is only excused: of an exam, a pass is needed.
"""

from dataclasses import dataclass

from bot.conversation import Done, Visit
from bot.course.items import Exam
from bot.course.model import Unit
from bot.flows.scene import Scene, is_done


@dataclass(frozen=True, slots=True)
class Earned:
    """What somebody can have a certificate for: an exam, or the whole course where `unit` is ""."""

    unit: str
    title: str
    score: int = 0
    out_of: int = 0


def earned(scene: Scene, visits: dict[str, Visit]) -> list[Earned]:
    """The whole course first, then the exams that were passed, the last one first."""
    course = scene.course
    whole = [] if missing(scene, visits) else [Earned("", course.title)]
    exams = [unit for unit in course.units.values() if isinstance(unit, Exam)]
    passed = [unit for unit in exams if _is_passed(scene, unit)]
    return whole + [_exam(scene, unit, visits[unit.id]) for unit in reversed(passed)]


def missing(scene: Scene, visits: dict[str, Visit]) -> list[Unit]:
    """The required units that are not done, in the order of the course."""
    needed = [unit for module in scene.course.modules for unit in module.required]
    return [unit for unit in needed if not is_done(unit, visits)]


def _is_passed(scene: Scene, exam: Exam) -> bool:
    """Whether the learner did it: `scene.visits` counts the excused as done as well."""
    rows = scene.rows(Done(scene.by.learner, scene.course.id), Visit) or []
    return any(row.done and row.unit in scene.names(exam.id) for row in rows)


def _exam(scene: Scene, exam: Exam, visit: Visit) -> Earned:
    title = scene.say("certificate.exam-title", course=scene.course.title, exam=exam.title)
    return Earned(exam.id, title, visit.best, visit.out_of)
