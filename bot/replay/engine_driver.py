"""The engine alone, with everything in plain memory.

Each session and record is taken through JSON between every two turns. It shares no code with the
real store, so that each checks the other.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from pydantic import TypeAdapter

from bot import engine
from bot.adapters.terminal import as_plain
from bot.conversation import (
    Caller,
    Cancelled,
    Changed,
    Commanded,
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
    Place,
    Pressed,
    Profile,
    Record,
    Reload,
    Replied,
    Role,
    Rows,
    Said,
    Scheduled,
    Seen,
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
    subject,
)
from bot.course.model import Library
from bot.replay import learner_progress
from bot.replay.cohort_memory import CohortMemory
from bot.replay.stage import BEGUN, Heard, place_of
from bot.schedule import next_due, slot

_SESSION = TypeAdapter(Session)
_RECORD = TypeAdapter(Record)


@dataclass(slots=True)
class EngineDriver:
    """See `stage.Driver`: the engine with a store of lists and dicts."""

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
    operators: frozenset[str] = frozenset()
    administrators: frozenset[str] = frozenset()
    access: Literal["open", "cohort"] = "open"
    memory: CohortMemory = field(default_factory=CohortMemory)
    events: int = 0
    events_of: Counter[str] = field(default_factory=Counter)

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
        open_to_all = not place.private and not isinstance(what, Woke)
        if open_to_all and learner not in self.profiles and not self.events_of[learner]:
            learner = ""  # nobody that we know
        self.events_of[learner] += place.private
        learner = self.memory.canonical(learner)
        profile = self.profiles.get(learner, Profile())
        sessions = {
            course: _SESSION.validate_json(kept)
            for (who, course), kept in self.sessions.items()
            if who == learner and not open_to_all
        }
        if open_to_all and not engine.is_together(what):
            profile = replace(profile, course="")
        session, meant = engine.aim(self.library, learner, profile, sessions, what)
        event: Event | Known = Event(self.now, self._caller(learner, place, profile), meant)
        for _ in range(9):
            outcome = engine.step(self.library, session, event)
            if isinstance(outcome, Turn):
                own = not isinstance(what, Woke) or what.job.subject in self.profiles
                keep = own and not open_to_all
                self._keep(learner, session.course, outcome, session=keep)
                return Heard(outcome.messages, outcome.records, _text(outcome.messages))
            event = Known(outcome, self._answer(outcome), event)
        raise RuntimeError("more than eight looks for one event")

    def _caller(self, learner: str, place: Place, profile: Profile) -> Caller:
        self.events += 1
        held = {
            Role("operator"): learner in self.operators,
            Role("administrator"): not place.private and learner in self.administrators,
        }
        return Caller(
            learner,
            place,
            self.memory.roles(learner) | {role for role, has in held.items() if has},
            profile,
            self.terms,
            direct=Place("engine", learner),
            among=None if place.private else place,
            cohorts=self.memory.memberships(learner),
            access=self.access,
            luck=hashlib.sha256(str(self.events).encode()).hexdigest(),
            doors=(("engine", "/join {code}"),),
        )

    def _keep(self, learner: str, course: str, turn: Turn, *, session: bool) -> None:
        if turn.session and session:
            self.sessions[learner, course] = _SESSION.dump_json(turn.session)
        course = turn.about or course
        for record in turn.records:
            self.memory.keep(learner, course, self.now, record)
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
        """Whatever is about them goes, whoever caused it, with all of their accounts."""
        gone = self.memory.subjects(self.memory.canonical(learner))
        self.memory.forget(learner)
        for each in gone:
            self.profiles.pop(each, None)
        self.sessions = {key: kept for key, kept in self.sessions.items() if key[0] not in gone}
        self.log = [entry for entry in self.log if subject(entry[2], entry[0]) not in gone]
        self.jobs = {key: job for key, job in self.jobs.items() if job.subject not in gone}

    def _answer(self, look: Look) -> Rows:
        match look:
            case Visited(learner, course, units):
                return tuple(v for v in self._visits(learner, course) if v.unit in units)
            case Done(learner, course):
                return self._visits(learner, course)
            case Everything(learner):
                mine = self.memory.subjects(learner)
                about = [r for who, _, r in self.log if subject(r, who) in mine]
                rows = [_RECORD.dump_json(r).decode() for r in about]
                return tuple(Kept("log", row) for row in rows)
            case Seen(learner, course, units):
                return learner_progress.seen(self._caused(learner, course), units)
            case Worded(hashes):
                return tuple(Kept("wordings", self.wordings[each]) for each in hashes)
            case Reload():
                return self.faults
            case Missed(learner, course):
                return learner_progress.missed(self._caused(learner, course))
            case Talk(learner, course, units, attempt):
                talked = [r for r in self._caused(learner, course) if isinstance(r, Talked)]
                return tuple(r for r in talked if r.unit in units and r.attempt == attempt)
            case Spending(_, budgets):
                return tuple(Spent() for _ in budgets)
            case _:
                found = self.memory.answer(look)
                if found is None:
                    raise LookupError(f"nobody answers {look}")
                return found

    def _visits(self, learner: str, course: str) -> tuple[Visit, ...]:
        others = sorted(self.memory.subjects(learner) - {learner})
        mine, *theirs = (
            [r for who, where, r in self.log if (subject(r, who), where) == (each, course)]
            for each in (learner, *others)
        )
        return learner_progress.visits(mine, theirs)

    def _caused(self, learner: str, course: str) -> list[Record]:
        """What a learner did in a course, under any of their accounts."""
        mine = self.memory.subjects(learner)
        return [r for who, where, r in self.log if who in mine and where == course]


def _text(messages: tuple[Message, ...]) -> str:
    return "\n\n".join(as_plain(message) for message in messages)


def _both(first: Heard, second: Heard) -> Heard:
    return Heard(
        first.messages + second.messages,
        first.records + second.records,
        f"{first.text}\n{second.text}".strip(),
    )
