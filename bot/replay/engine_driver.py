"""The engine alone, with everything in plain memory.

Each session and record is taken through JSON between every two turns. It shares no code with the
real store, so that each checks the other.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter

from bot import engine
from bot.adapters.terminal import as_plain
from bot.conversation import (
    Answered,
    Caller,
    Cancelled,
    Changed,
    Commanded,
    Completed,
    Done,
    Event,
    Everything,
    Failed,
    Forgotten,
    Job,
    Kept,
    Known,
    Look,
    Message,
    Missed,
    MissedItem,
    Opened,
    Parked,
    Place,
    Pressed,
    Profile,
    Record,
    Reload,
    Replied,
    Rows,
    Said,
    Scheduled,
    Seen,
    SeenItem,
    Session,
    Spending,
    Spent,
    Talk,
    Talked,
    Terms,
    Turn,
    Visit,
    Visited,
    What,
    Woke,
    Worded,
)
from bot.course.model import Library
from bot.replay.stage import Heard
from bot.schedule import next_due, slot

BEGUN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""When every conversation begins: a Monday."""

_SESSION = TypeAdapter(Session)
_RECORD = TypeAdapter(Record)


def place_of(platform: str, speaker: str, group: str) -> Place:
    return Place(platform, group, private=False) if group else Place(platform, speaker)


@dataclass(slots=True)
class EngineDriver:
    """The engine with a store of lists and dicts."""

    library: Library
    now: datetime = BEGUN
    profiles: dict[str, Profile] = field(default_factory=dict)
    sessions: dict[tuple[str, str], bytes] = field(default_factory=dict)
    log: list[tuple[str, str, Record]] = field(default_factory=list)
    jobs: dict[str, Job] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    wordings: dict[str, str] = field(default_factory=dict)
    faults: tuple[Kept, ...] = ()
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        self.wordings |= self.library.wordings

    async def act(self, speaker: str, group: str, what: Said | Pressed | Commanded) -> Heard:
        return self._step(speaker, place_of("engine", speaker, group), what)

    async def model(self, speaker: str, what: str, *, fails: bool) -> Heard:
        ask = self.asked(speaker)
        event = Failed(ask, what) if fails else Replied(ask, what)
        return self._step(speaker, Place("engine", speaker), event)

    async def wait(self, time: timedelta) -> Heard:
        until, heard = self.now + time, Heard()
        while due := [job for job in self.jobs.values() if job.due <= until]:
            job = min(due, key=lambda each: (each.due, each.id))
            self.now = max(self.now, job.due)
            heard = _both(heard, self._wake(job))
        self.now = until
        return heard

    async def restart(self) -> Heard:
        """Whoever awaited a model hears of the stop."""
        heard = Heard()
        for (speaker, _), kept in list(self.sessions.items()):
            if waiting := _SESSION.validate_json(kept).waiting:
                stopped = Failed(waiting.id, "stopped")
                heard = _both(heard, self._step(speaker, waiting.place, stopped))
        return heard

    async def edit(self, library: Library) -> Heard:
        self.library = library
        self.wordings |= library.wordings
        return Heard()

    def asked(self, speaker: str) -> str:
        profile = self.profiles.get(speaker, Profile())
        kept = self.sessions.get((speaker, profile.course))
        waiting = _SESSION.validate_json(kept).waiting if kept else None
        return waiting.id if waiting else ""

    async def close(self) -> None:
        pass

    def _wake(self, job: Job) -> Heard:
        following = next_due(job, self.now)
        if following:
            self.jobs[job.id] = replace(job, due=following)
        else:
            del self.jobs[job.id]
        if slot(job) in self.taken:
            return Heard()
        self.taken.add(slot(job))
        return self._step(job.subject, job.place, Woke(job))

    def _step(self, learner: str, place: Place, what: What) -> Heard:
        profile = self.profiles.get(learner, Profile())
        sessions = {
            course: _SESSION.validate_json(kept)
            for (who, course), kept in self.sessions.items()
            if who == learner and place.private
        }
        if not place.private:
            profile = replace(profile, course="")
        session, meant = engine.aim(self.library, learner, profile, sessions, what)
        caller = Caller(learner, place, profile=profile, terms=self.terms)
        event: Event | Known = Event(self.now, caller, meant)
        for _ in range(5):
            outcome = engine.step(self.library, session, event)
            if isinstance(outcome, Turn):
                if place.private:
                    self._keep(learner, session.course, outcome)
                return Heard(outcome.messages, outcome.records, _text(outcome.messages))
            event = Known(outcome, self._answer(outcome), event)
        raise RuntimeError("more than four looks for one event")

    def _keep(self, learner: str, course: str, turn: Turn) -> None:
        if turn.session:
            self.sessions[learner, course] = _SESSION.dump_json(turn.session)
        for record in turn.records:
            copy = _RECORD.validate_json(_RECORD.dump_json(record))
            if copy != record:
                raise AssertionError(f"a record does not survive JSON: {record!r}")
            self.log.append((learner, course, record))
            match record:
                case Changed(profile):
                    self.profiles[learner] = profile
                case Scheduled(job):
                    self.jobs[job.id] = job
                case Cancelled(job_id):
                    self.jobs.pop(job_id, None)
                case Forgotten():
                    self._forget(learner)
                case _:
                    pass

    def _forget(self, learner: str) -> None:
        self.profiles.pop(learner, None)
        self.sessions = {key: kept for key, kept in self.sessions.items() if key[0] != learner}
        self.log = [entry for entry in self.log if entry[0] != learner]
        self.jobs = {key: job for key, job in self.jobs.items() if job.subject != learner}

    def _answer(self, look: Look) -> Rows:
        match look:
            case Visited(learner, course, units):
                return tuple(v for v in self._visits(learner, course) if v.unit in units)
            case Done(learner, course):
                return self._visits(learner, course)
            case Everything(learner):
                rows = [_RECORD.dump_json(r).decode() for who, _, r in self.log if who == learner]
                return tuple(Kept("log", row) for row in rows)
            case Seen(learner, course, units):
                return self._seen(learner, course, units)
            case Worded(hashes):
                return tuple(Kept("wordings", self.wordings[each]) for each in hashes)
            case Reload():
                return self.faults
            case Missed(learner, course):
                return self._missed(learner, course)
            case Talk(learner, course, units, attempt):
                lines = [r for who, where, r in self.log if (who, where) == (learner, course)]
                talked = [r for r in lines if isinstance(r, Talked) and r.unit in units]
                return tuple(r for r in talked if r.attempt == attempt)
            case Spending(_, budgets):
                return tuple(Spent() for _ in budgets)

    def _missed(self, learner: str, course: str) -> tuple[MissedItem, ...]:
        found = Counter(
            (record.item, record.misconception)
            for who, where, record in self.log
            if (who, where) == (learner, course)
            and isinstance(record, Answered)
            and not record.right
        )
        ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(MissedItem(item, held, times) for (item, held), times in ordered)

    def _seen(self, learner: str, course: str, units: tuple[str, ...]) -> tuple[SeenItem, ...]:
        seen: dict[str, SeenItem] = {}
        for who, where, record in self.log:
            mine = (who, where) == (learner, course)
            if mine and isinstance(record, Answered) and record.unit in units:
                times = seen[record.item].times if record.item in seen else 0
                seen[record.item] = SeenItem(record.item, times + 1, record.right)
        return tuple(seen.values())

    def _visits(self, learner: str, course: str) -> tuple[Visit, ...]:
        visits: dict[str, Visit] = {}
        for who, where, record in self.log:
            if (who, where) == (learner, course) and isinstance(
                record, Opened | Parked | Answered | Completed
            ):
                visit = visits.get(record.unit, Visit(record.unit))
                visits[record.unit] = fold(visit, record)
        return tuple(visits.values())


def fold(visit: Visit, record: Opened | Parked | Answered | Completed) -> Visit:
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


def _text(messages: tuple[Message, ...]) -> str:
    return "\n\n".join(as_plain(message) for message in messages)


def _both(first: Heard, second: Heard) -> Heard:
    return Heard(
        first.messages + second.messages,
        first.records + second.records,
        f"{first.text}\n{second.text}".strip(),
    )
