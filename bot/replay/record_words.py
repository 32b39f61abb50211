"""Records in a line of words, as a conversation's {record} compares them."""

from bot.conversation import (
    Allowed,
    Answered,
    Appointed,
    Arranged,
    Asked,
    Cancelled,
    Certified,
    Changed,
    Completed,
    Forgotten,
    Joined,
    Left,
    Linked,
    Nudged,
    Opened,
    Parked,
    Record,
    Regraded,
    Reported,
    Scheduled,
    Streaked,
    Talked,
    Told,
    Voted,
    Withdrawn,
    Won,
)


def described(record: Record) -> str:
    """A record in a line of words: what it is, about what, and how it went."""
    match record:
        case Opened(unit, attempt):
            return f"opened {unit} attempt {attempt}"
        case Parked(unit):
            return f"parked {unit}"
        case Answered(unit, item, options, right, attempt, _, misconception, points):
            verdict = "right" if right else "wrong"
            said = f"answered {item} {' '.join(options)} {verdict} attempt {attempt}"
            return f"{said} points {points} {misconception}"
        case Completed(unit, attempt, score, out_of, points, passed):
            said = f"completed {unit} {score} of {out_of} attempt {attempt} points {points}"
            return said if passed else f"{said} not passed"
        case Talked(unit, _, _, _, counted, moves, note, _):
            said = f"talked {unit} {'counted' if counted else 'uncounted'} {' '.join(moves)}"
            return f"{said} by model" if note else said
        case Streaked(day, length, points):
            return f"streaked {day} length {length} points {points}"
        case Changed(profile):
            agreed = " agreed" if profile.consent else ""
            return f"changed course {profile.course} zone {profile.zone}{agreed}"
        case Scheduled(job):
            return f"scheduled {job.id}"
        case Cancelled(job_id):
            return f"cancelled {job_id}"
        case Forgotten():
            return "forgotten"
        case _:
            return _of_groups(record)


def _of_groups(record: Record) -> str:
    match record:
        case Arranged(cohort):
            return f"arranged {cohort.title} version {cohort.version} {cohort.state}"
        case Joined(cohort_id) | Left(cohort_id):
            return f"{record.kind} {cohort_id}"
        case Appointed(_, learner, ended):
            return f"appointed {learner}{' ended' if ended else ''}"
        case Allowed(_, learner, override, undone):
            said = f"allowed {learner} {override.kind} {override.unit}"
            return f"{said} undone" if undone else said
        case Linked(learner, into, ended):
            return f"linked {learner} to {into}{' ended' if ended else ''}"
        case Asked(round_):
            state = "closed" if round_.closed else "open"
            return f"asked {' '.join(item for item, _ in round_.items)} {state}"
        case Voted(_, number, option, right):
            return f"voted {number} {option} {'right' if right else 'wrong'}"
        case Won(learner, _, item, points):
            return f"won {learner} {item} points {points}"
        case Regraded(learner, unit, item, _, first, best, passed, points):
            score = f"first {first} best {best}"
            marked = "passed" if passed else "not passed"
            return f"regraded {learner} {unit} {item} {score} {marked} points {points}"
        case Certified(_, unit, name):
            return f"certified {unit or 'course'} {name}"
        case Withdrawn(learner, _, why):
            return f"withdrawn {learner} {why}"
        case Reported(unit, item, _, why, words):
            return f"reported {unit} {item} {why} {words}".strip()
        case Nudged(_, learner):
            return f"nudged {learner}"
        case Told(_, what):
            return f"told {what}"
        case _:
            return record.kind
