"""Groups in plain memory, for conversations that are played with the engine alone.

It shares no code with the real store, so that each checks the other: everything is counted anew
from the records at every question.
"""

import hmac
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from unicodedata import normalize
from zoneinfo import ZoneInfo

from bot.conversation import (
    Allowed,
    Answered,
    Appointed,
    Arranged,
    Asked,
    AtPlace,
    Board,
    Certificate,
    Certificates,
    Certified,
    Changed,
    Code,
    Cohort,
    Cohorts,
    Completed,
    Count,
    EveryCohort,
    Guessed,
    Guesses,
    Invitation,
    Invited,
    Joined,
    Kept,
    Left,
    Link,
    Linked,
    Links,
    Look,
    Map,
    Member,
    Membership,
    Named,
    Nudged,
    Opened,
    Override,
    Parked,
    Place,
    Profile,
    Record,
    Regraded,
    Replies,
    Reply,
    Role,
    Roster,
    Round,
    Rounds,
    Rows,
    Seal,
    Staff,
    Stand,
    Standing,
    Streaked,
    Uninvited,
    Vote,
    Voted,
    Votes,
    Withdrawn,
    Won,
    subject,
)

TOP, NEAR = 10, 2
FAR = timedelta(hours=1)


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
class CohortMemory:
    """Answers Looks at groups. `place` is where somebody can be reached."""

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
                self._keep_more(learner, course, at, record)

    def _keep_more(self, learner: str, course: str, at: datetime, record: Record) -> None:
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
        return self.links[learner].into if learner in self.links else learner

    def subjects(self, learner: str) -> frozenset[str]:
        """A learner and all who point to them."""
        pointing = {each.learner for each in self.links.values() if each.into == learner}
        return frozenset({learner, *pointing})

    def roles(self, learner: str) -> frozenset[Role]:
        mine = self.subjects(learner)
        return frozenset(Role("instructor", cohort) for cohort, who in self.leading if who in mine)

    def memberships(self, learner: str) -> tuple[Membership, ...]:
        mine = self.subjects(learner)
        found = {cohort for cohort, who in self.joined if who in mine}
        known = [self.cohorts[each] for each in found if each in self.cohorts]
        return tuple(
            Membership(each, self._overrides(each.id, learner)) for each in _by_title(known)
        )

    def _overrides(self, cohort: str, learner: str) -> tuple[Override, ...]:
        mine = self.subjects(learner)
        found = sorted(
            (number, who)
            for where, who, number in self.overrides
            if where == cohort and who in mine
        )
        return tuple(self.overrides[cohort, who, number] for number, who in found)

    def _members(self, cohort: str) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        for (where, who), at in self.joined.items():
            if where == cohort:
                person = self.canonical(who)
                found[person] = min(at, found.get(person, at))
        return found

    def _people(self, cohort: str, who: Iterable[tuple[str, datetime]]) -> tuple[Member, ...]:
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

    # -- answering ---------------------------------------------------------------------------

    def answer(self, look: Look, now: datetime) -> Rows | None:  # noqa: ARG002
        """What is known of groups; None for a Look at something else."""
        match look:
            case Cohorts(ids):
                return _by_title(self.cohorts[each] for each in ids if each in self.cohorts)
            case AtPlace(place):
                at_home = [each for each in self.cohorts.values() if _is_at(each, place)]
                exact = [each for each in at_home if each.place == place]
                return _by_title(exact or at_home)
            case EveryCohort():
                ordered = _by_title(self.cohorts.values())
                return tuple(sorted(ordered, key=lambda each: each.state == "archived"))
            case Roster(cohort):
                return self._people(cohort, self._members(cohort).items())
            case Staff(cohort):
                led = {self.canonical(who) for where, who in self.leading if where == cohort}
                return self._people(
                    cohort, [(who, self.since[who]) for who in led if who in self.since]
                )
            case Map(cohort):
                return tuple(self._map(cohort))
            case Replies(cohort, item):
                return self._replies(cohort, item)
            case Board():
                return self._board(look)
            case _:
                return self._answer_more(look)

    def _answer_more(self, look: Look) -> Rows | None:
        match look:
            case Invitation(code):
                return tuple(each for each in self.codes.values() if each.code == code)
            case Guesses(learner, since):
                guesses = [e for e in self.log if isinstance(e.record, Guessed)]
                return (Count(sum(e.who == learner and e.at >= since for e in guesses)),)
            case Named(alias, learner):
                named = [
                    p.alias
                    for who, p in self.profiles.items()
                    if who != learner and p.alias and who not in self.links
                ]
                return (Count([_folded(name) for name in named].count(_folded(alias))),)
            case Links(learner):
                found = [e for e in self.links.values() if learner in (e.learner, e.into)]
                return tuple(sorted(found, key=lambda each: each.learner))
            case Rounds(cohort, round_id):
                rounds = [
                    r
                    for r in self.rounds.values()
                    if r.id == round_id or (not round_id and r.cohort == cohort)
                ]
                return tuple(sorted(rounds, key=lambda r: (r.opened, r.id), reverse=True))
            case Votes(round_id):
                return tuple(self._votes(round_id))
            case Certificates(learner, code, cohort):
                whose = self.subjects(learner) if learner else frozenset[str]()
                for person in self._members(cohort) if cohort else ():
                    whose |= self.subjects(person)
                given = [
                    c
                    for c in self.certificates.values()
                    if (c.code == code if code else c.learner in whose)
                ]
                return tuple(sorted(given, key=lambda c: (c.at, c.code)))
            case Seal(text):
                return (
                    Kept("seal", hmac.new(b"engine", text.encode(), "sha256").hexdigest()[:32]),
                )
            case _:
                return None

    def _votes(self, round_id: str) -> Iterator[Vote]:
        items = self.rounds[round_id].items if round_id in self.rounds else ()
        here = self._members(self.rounds[round_id].cohort) if round_id in self.rounds else {}
        given = [
            (self.canonical(who), number, who in self.links, who)
            for where, number, who in self.votes
            if where == round_id and self.canonical(who) in here
        ]
        found: dict[tuple[str, int], Voted] = {}
        for who, number, _, by in sorted(given):
            found.setdefault((who, number), self.votes[round_id, number, by])
        for (who, number), vote in found.items():
            item = items[number][0] if number < len(items) else ""
            paid = any(
                isinstance(e.record, Won)
                and e.record.points > 0
                and e.who in self.subjects(who)
                and e.record.item == item
                and e.record.round != round_id
                for e in self.log
            )
            profile = self.profiles.get(who, Profile())
            yield Vote(who, profile.alias, profile.hidden, number, vote.option, vote.right, paid)

    # -- what was done -----------------------------------------------------------------------

    def _map(self, cohort: str) -> Iterator[Stand]:
        if cohort not in self.cohorts:
            return
        course = self.cohorts[cohort].course
        for learner in sorted(self._members(cohort)):
            stands: dict[str, list[Stand]] = defaultdict(list)
            for who in sorted(self.subjects(learner)):
                for unit, stand in self._stands(who, course).items():
                    stands[unit].append(stand)
            for unit in sorted(stands):
                yield _best(learner, unit, stands[unit])

    def _stands(self, who: str, course: str) -> dict[str, Stand]:
        """One account's own, unit by unit."""
        found: dict[str, Stand] = {}
        begun: set[str] = set()
        for entry in self.log:
            record = entry.record
            unit = _unit(record)
            people = entry.people if isinstance(record, Regraded) else {entry.who}
            if who not in people or entry.course != course or not unit:
                continue
            if isinstance(record, Regraded) and unit not in found:
                continue
            stand = found.get(unit, Stand(who, unit))
            found[unit] = _folded_stand(stand, record, entry.at, first=unit not in begun)
            match record:
                case Completed(attempt=1):
                    begun.add(unit)
                case Regraded(first=first):
                    (begun.discard if first is None else begun.add)(unit)
                case _:
                    pass
        return found

    def _replies(self, cohort: str, item: str) -> tuple[Reply, ...]:
        if cohort not in self.cohorts:
            return ()
        course, members = self.cohorts[cohort].course, self._members(cohort)
        found: list[Reply] = []
        before: dict[tuple[str, str], datetime] = {}
        for entry in self.log:
            who = self.canonical(entry.who)
            if who not in members or entry.course != course:
                continue
            match entry.record:
                case Opened(unit):
                    before[who, unit] = entry.at
                case Answered():
                    found.append(_reply(who, entry, before.get((who, entry.record.unit))))
                    before[who, entry.record.unit] = entry.at
                case Regraded(_, unit, of, answers):
                    marks = dict(answers)
                    found = [
                        _marked(r, right=marks[r.attempt])
                        if (r.learner, r.unit, r.item) == (who, unit, of) and r.attempt in marks
                        else r
                        for r in found
                    ]
                case _:
                    pass
        return tuple(sorted((r for r in found if item in ("", r.item)), key=lambda each: each.at))

    # -- boards ------------------------------------------------------------------------------

    def _board(self, look: Board) -> tuple[Standing, ...]:
        kind, _, name = look.board.partition(":")
        cohort = self.cohorts.get(name) if kind == "cohort" else None
        if kind == "cohort" and cohort is None:
            return (Standing(1, look.learner, self._alias(look.learner), 0, 0),)
        course = cohort.course if cohort else name
        since, until = _period(look.span, look.at, cohort.zone if cohort else "UTC")
        members = set(self._members(cohort.id)) if cohort else None
        points: dict[str, int] = defaultdict(int)
        for entry in self._paid(course):
            who = self.canonical(entry.who)
            if (members is None or who in members) and since <= entry.at < until:
                points[who] += _points(entry.record)
        return self._page(points, look.learner)

    def _page(self, points: dict[str, int], me: str) -> tuple[Standing, ...]:
        shown = [who for who in points if points[who] > 0 and self._is_shown(who)]
        ordered = sorted(shown, key=lambda who: (-points[who], who))
        mine = points.get(me, 0)
        above = [
            w for w in ordered if w != me and (points[w] > mine or (points[w] == mine and w < me))
        ]
        below = [w for w in ordered if w != me and w not in above]
        if mine <= 0:
            above, below = ordered, []
        listed = dict.fromkeys([*ordered[:TOP], *above[-NEAR:], me, *below[:NEAR]])
        rows = [
            Standing(
                1 + sum(points[other] > points.get(who, 0) for other in shown),
                who,
                self._alias(who),
                points.get(who, 0),
                len(shown),
            )
            for who in listed
        ]
        return tuple(sorted(rows, key=lambda row: (-row.points, row.learner)))

    def _alias(self, who: str) -> str:
        return self.profiles.get(who, Profile()).alias

    def _is_shown(self, who: str) -> bool:
        profile = self.profiles.get(who, Profile())
        return bool(profile.alias) and not profile.hidden

    def _paid(self, course: str) -> Iterator[Entry]:
        """What earned points in a course: of linked accounts, nothing that counts already."""
        for entry in self.log:
            if entry.course != course or not _points(entry.record):
                continue
            if not self._counts_already(entry):
                yield entry

    def _counts_already(self, entry: Entry) -> bool:
        into = self.links[entry.who].into if entry.who in self.links else ""
        if not into:
            return False
        first = {
            into,
            *(e.learner for e in self.links.values() if e.into == into and e.learner < entry.who),
        }
        return any(
            other.who in first
            and other.course == entry.course
            and _points(other.record)
            and _thing(other.record) == _thing(entry.record)
            for other in self.log
        )


def _by_title(cohorts: Iterable[Cohort]) -> tuple[Cohort, ...]:
    return tuple(sorted(cohorts, key=lambda each: (each.title, each.id)))


def _is_at(cohort: Cohort, place: Place) -> bool:
    home = cohort.place
    if home is None or (home.platform, home.chat) != (place.platform, place.chat):
        return False
    return home.topic in ("", place.topic)


def _folded(name: str) -> str:
    return " ".join(normalize("NFKC", name).split()).casefold()


def _points(record: Record) -> int:
    paying = Answered | Completed | Streaked | Won | Regraded
    return record.points if isinstance(record, paying) else 0


def _thing(record: Record) -> tuple[str, str, str]:
    """What a record paid for."""
    unit = getattr(record, "unit", "")
    return record.kind, unit, getattr(record, "item", getattr(record, "day", ""))


def _period(span: str, at: datetime, zone: str) -> tuple[datetime, datetime]:
    """The first moment of a span and the first one after it."""
    today = at.astimezone(ZoneInfo(zone)).date()
    match span:
        case "all":
            return datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        case "week":
            first = today - timedelta(days=today.weekday())
            return _midnight(first, zone), _midnight(first + timedelta(days=7), zone)
        case _:
            first = today.replace(day=1)
            after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
            return _midnight(first, zone), _midnight(after, zone)


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _unit(record: Record) -> str:
    """The unit whose standing a record changes, "" for none."""
    changing = Opened | Parked | Answered | Completed | Regraded
    return record.unit if isinstance(record, changing) else ""


def _folded_stand(stand: Stand, record: Record, at: datetime, *, first: bool) -> Stand:
    """`first`: no first result is kept yet."""
    match record:
        case Opened(_, attempt):
            return replace(stand, attempts=max(stand.attempts, attempt))
        case Answered():
            return replace(stand, points=stand.points + record.points)
        case Completed(_, attempt, score, out_of, points, passed):
            return replace(
                stand,
                done=stand.done or passed,
                first=score if attempt == 1 and first else stand.first,
                best=max(stand.best, score),
                out_of=out_of if passed or out_of else stand.out_of,
                points=stand.points + points,
                at=min(stand.at or at, at) if passed else stand.at,
            )
        case Regraded(_, _, _, _, now, best, passed, points):
            return replace(
                stand, first=now or 0, best=best, done=passed, points=stand.points + points
            )
        case _:
            return stand


def _best(learner: str, unit: str, stands: list[Stand]) -> Stand:
    times = [each.at for each in stands if each.at]
    return Stand(
        learner,
        unit,
        max(each.attempts for each in stands),
        any(each.done for each in stands),
        max(each.first for each in stands),
        max(each.best for each in stands),
        max(each.out_of for each in stands),
        max(each.points for each in stands),
        min(times, default=None),
    )


def _reply(who: str, entry: Entry, since: datetime | None) -> Reply:
    record = entry.record
    if not isinstance(record, Answered):
        raise TypeError("not an answer")
    spent = entry.at - since if since else None
    return Reply(
        who,
        record.unit,
        record.item,
        record.options,
        record.right,
        record.attempt,
        record.wording,
        record.misconception,
        record.points,
        entry.at,
        spent.total_seconds() if spent is not None and spent <= FAR else None,
    )


def _marked(reply: Reply, *, right: bool) -> Reply:
    return replace(reply, right=right, misconception="" if right else reply.misconception)
