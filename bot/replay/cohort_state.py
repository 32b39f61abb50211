"""What is kept of groups in plain memory: the log of records, and who is who in them.

It is what the tables are to the real store, with which it shares no code.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.conversation import (
    Allowed,
    Appointed,
    Arranged,
    Asked,
    Certificate,
    Certified,
    Changed,
    Code,
    Cohort,
    Invited,
    Joined,
    Left,
    Link,
    Linked,
    Member,
    Membership,
    Nudged,
    Override,
    Place,
    Profile,
    Record,
    Regraded,
    Role,
    Round,
    Uninvited,
    Voted,
    Withdrawn,
    Won,
    subject,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it was kept: when, about whom, in which course; `people` are all accounts of
    theirs at that time.
    """

    at: datetime
    who: str
    course: str
    record: Record
    people: frozenset[str]


def _here(learner: str) -> Place | None:
    return Place("engine", learner)


@dataclass(slots=True)
class CohortState:
    """What is kept of groups; `place` is where somebody can be reached."""

    place: Callable[[str], Place | None] = _here
    log: list[Entry] = field(default_factory=list)
    cohorts: dict[str, Cohort] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    joined: dict[tuple[str, str], datetime] = field(default_factory=dict)
    leading: set[tuple[str, str]] = field(default_factory=set)
    overrides: dict[tuple[str, str, int], Override] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    votes: dict[tuple[str, int, str], Voted] = field(default_factory=dict)
    certificates: dict[str, Certificate] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    since: dict[str, datetime] = field(default_factory=dict)

    # -- keeping -----------------------------------------------------------------------------

    def keep(self, learner: str, course: str, at: datetime, record: Record) -> None:
        """Take a record of a turn that `learner` caused."""
        self.since.setdefault(learner, at)
        who = subject(record, learner)
        self.log.append(Entry(at, who, course, record, self.subjects(who)))
        match record:
            case Changed(profile):
                self.profiles[learner] = profile
            case Arranged(cohort):
                before = self.cohorts[cohort.id].version if cohort.id in self.cohorts else 0
                if cohort.version != before + 1:
                    raise AssertionError(f"version {cohort.version} after {before}")
                self.cohorts[cohort.id] = cohort
            case Invited(code, what, of, until):
                self.codes.setdefault(code, Code(code, what, of, until))
            case Uninvited(code):
                self.codes.pop(code, None)
            case Joined(cohort_id):
                self.joined.setdefault((cohort_id, learner), at)
            case Left(cohort_id, who):
                self._leave(cohort_id, who)
            case Appointed(cohort_id, who, ended):
                if ended:
                    self.leading -= {(cohort_id, each) for each in self.subjects(who)}
                    self._uninvite({cohort_id})
                else:
                    self.leading.add((cohort_id, who))
            case Allowed(cohort_id, who, override, undone):
                if undone:
                    for each in self.subjects(who):
                        self.overrides.pop((cohort_id, each, override.number), None)
                else:
                    self.overrides[cohort_id, who, override.number] = override
            case Linked(who, into, ended):
                self.links[who] = Link(who, into, at)
                if ended:
                    del self.links[who]
            case _:
                self._keep_round_or_certificate(learner, course, at, record)

    def _keep_round_or_certificate(
        self, learner: str, course: str, at: datetime, record: Record
    ) -> None:
        match record:
            case Asked(round_):
                self.rounds[round_.id] = round_
            case Voted(round_id, number):
                self.votes[round_id, number, learner] = record
            case Certified(code, unit, name, title, score, out_of):
                given = Certificate(code, learner, course, unit, name, title, score, out_of, at)
                self.certificates[code] = replace(self.certificates.get(code, given), withdrawn="")
            case Withdrawn(_, code, why):
                if code in self.certificates:
                    self.certificates[code] = replace(self.certificates[code], withdrawn=why)
            case _:
                pass

    def _uninvite(self, cohorts: set[str]) -> None:
        """The invitations for co-instructors that wait are void."""
        void = [c.code for c in self.codes.values() if c.what == "instructor" and c.of in cohorts]
        for code in void:
            del self.codes[code]

    def _leave(self, cohort: str, who: str) -> None:
        for each in self.subjects(who):
            self.joined.pop((cohort, each), None)
            for key in [key for key in self.overrides if key[:2] == (cohort, each)]:
                del self.overrides[key]

    def forget(self, learner: str) -> None:
        """Everything about a learner goes, with all of their accounts."""
        gone = {learner, *self.subjects(self.canonical(learner))}
        self._uninvite({cohort for cohort, who in self.leading if who in gone})
        self.log = [entry for entry in self.log if entry.who not in gone]
        self.joined = {key: at for key, at in self.joined.items() if key[1] not in gone}
        self.leading = {key for key in self.leading if key[1] not in gone}
        self.overrides = {key: o for key, o in self.overrides.items() if key[1] not in gone}
        self.codes = {key: code for key, code in self.codes.items() if code.of not in gone}
        self.votes = {key: vote for key, vote in self.votes.items() if key[2] not in gone}
        kept = self.certificates.items()
        self.certificates = {key: each for key, each in kept if each.learner not in gone}
        self.links = {key: link for key, link in self.links.items() if key not in gone}
        for each in gone:
            self.profiles.pop(each, None)
            self.since.pop(each, None)

    # -- people ------------------------------------------------------------------------------

    def canonical(self, learner: str) -> str:
        """Whom a learner points to, since their accounts were linked; else themselves."""
        return self.links[learner].into if learner in self.links else learner

    def subjects(self, learner: str) -> frozenset[str]:
        """A learner and all who point to them."""
        pointing = {each.learner for each in self.links.values() if each.into == learner}
        return frozenset({learner, *pointing})

    def roles(self, learner: str) -> frozenset[Role]:
        """The cohorts that they lead, under any of their accounts."""
        mine = self.subjects(learner)
        return frozenset(Role("instructor", cohort) for cohort, who in self.leading if who in mine)

    def memberships(self, learner: str) -> tuple[Membership, ...]:
        """The cohorts that they are in, by title, with what was allowed to them there."""
        mine = self.subjects(learner)
        found = {cohort for cohort, who in self.joined if who in mine}
        known = [self.cohorts[each] for each in found if each in self.cohorts]
        return tuple(
            Membership(each, self._overrides(each.id, learner)) for each in by_title(known)
        )

    def _overrides(self, cohort: str, learner: str) -> tuple[Override, ...]:
        mine = self.subjects(learner)
        found = sorted(
            (number, who)
            for where, who, number in self.overrides
            if where == cohort and who in mine
        )
        return tuple(self.overrides[cohort, who, number] for number, who in found)

    def members(self, cohort: str) -> dict[str, datetime]:
        """Who is in a cohort, each with when the first of their accounts joined."""
        found: dict[str, datetime] = {}
        for (where, who), at in self.joined.items():
            if where == cohort:
                person = self.canonical(who)
                found[person] = min(at, found.get(person, at))
        return found

    def people(self, cohort: str, who: Iterable[tuple[str, datetime]]) -> tuple[Member, ...]:
        """These learners, each since a time, as a cohort's instructors see them; by alias."""
        found = [self._member(cohort, learner, at) for learner, at in who if learner in self.since]
        return tuple(sorted(found, key=lambda each: (each.alias, each.learner)))

    def _member(self, cohort: str, learner: str, at: datetime) -> Member:
        profile = self.profiles.get(learner, Profile())
        course = self.cohorts[cohort].course if cohort in self.cohorts else ""
        mine = self.subjects(learner)
        others = Left | Appointed | Allowed | Linked | Won | Regraded | Withdrawn | Nudged
        own = (e for e in self.log if not isinstance(e.record, others))
        seen = [e.at for e in own if e.who in mine and e.course == course]
        nudged = [e.at for e in self.log if isinstance(e.record, Nudged) and e.who == learner]
        return Member(
            learner,
            profile.alias,
            at,
            profile.zone,
            profile.language,
            profile.hidden,
            profile.reminding,
            self.place(learner),
            max(seen, default=None),
            self._overrides(cohort, learner),
            max(nudged, default=None),
        )


def by_title(cohorts: Iterable[Cohort]) -> tuple[Cohort, ...]:
    """Cohorts in the order of their titles."""
    return tuple(sorted(cohorts, key=lambda each: (each.title, each.id)))
