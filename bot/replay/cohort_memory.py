"""Groups in plain memory, for conversations that are played with the engine alone.

It shares no code with the real store, so that each checks the other: everything is counted anew
from the records at every question. `cohort_state` keeps them, `cohort_progress` and `cohort_boards`
count; here is the answer to each Look.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

from bot.conversation import (
    AtPlace,
    Board,
    Certificate,
    Certificates,
    Cohort,
    Cohorts,
    Count,
    EveryCohort,
    Guessed,
    Guesses,
    Invitation,
    Kept,
    Links,
    Look,
    Map,
    Named,
    Place,
    Profile,
    Replies,
    Roster,
    Round,
    Rounds,
    Rows,
    Seal,
    Staff,
    Vote,
    Voted,
    Votes,
    Won,
)
from bot.replay import cohort_boards, cohort_progress
from bot.replay.cohort_state import CohortState, by_title


@dataclass(slots=True)
class CohortMemory(CohortState):
    """Answers Looks at groups."""

    def answer(self, look: Look) -> Rows | None:
        """What is known of groups; None for a Look at something else."""
        match look:
            case Cohorts(ids):
                return by_title(self.cohorts[each] for each in ids if each in self.cohorts)
            case AtPlace(place):
                at_home = [each for each in self.cohorts.values() if _is_at(each, place)]
                exact = [each for each in at_home if each.place == place]
                return by_title(exact or at_home)
            case EveryCohort():
                ordered = by_title(self.cohorts.values())
                return tuple(sorted(ordered, key=lambda each: each.state == "archived"))
            case Map(cohort):
                return tuple(cohort_progress.stands(self, cohort))
            case Replies(cohort, item):
                return cohort_progress.replies(self, cohort, item)
            case Board():
                return cohort_boards.board(self, look)
            case Rounds(cohort, round_id):
                return self._rounds(cohort, round_id)
            case Votes(round_id):
                return tuple(self._votes(round_id))
            case _:
                return self._of_people(look)

    def _of_people(self, look: Look) -> Rows | None:
        match look:
            case Roster(cohort):
                return self.people(cohort, self.members(cohort).items())
            case Staff(cohort):
                led = {self.canonical(who) for where, who in self.leading if where == cohort}
                known = [(who, self.since[who]) for who in led if who in self.since]
                return self.people(cohort, known)
            case Invitation(code):
                return tuple(each for each in self.codes.values() if each.code == code)
            case Guesses(learner, since):
                guesses = [e for e in self.log if isinstance(e.record, Guessed)]
                return (Count(sum(e.who == learner and e.at >= since for e in guesses)),)
            case Named(alias, learner):
                return (Count(self._named(alias, learner)),)
            case Links(learner):
                found = [e for e in self.links.values() if learner in (e.learner, e.into)]
                return tuple(sorted(found, key=lambda each: each.learner))
            case Certificates():
                return self._certificates(look)
            case Seal(text):
                seal = hmac.new(b"engine", text.encode(), "sha256").hexdigest()[:32]
                return (Kept("seal", seal),)
            case _:
                return None

    def _named(self, alias: str, learner: str) -> int:
        """How many others are called so."""
        others = [p.alias for who, p in self.profiles.items() if who not in {learner, *self.links}]
        return [_folded(name) for name in others if name].count(_folded(alias))

    def _certificates(self, look: Certificates) -> tuple[Certificate, ...]:
        whose = self.subjects(look.learner) if look.learner else frozenset[str]()
        for person in self.members(look.cohort) if look.cohort else ():
            whose |= self.subjects(person)
        every = self.certificates.values()
        found = [c for c in every if (c.code == look.code if look.code else c.learner in whose)]
        return tuple(sorted(found, key=lambda c: (c.at, c.code)))

    def _rounds(self, cohort: str, round_id: str) -> tuple[Round, ...]:
        """The round with this id; or all of a cohort, where none is named."""
        every = self.rounds.values()
        found = [r for r in every if r.id == round_id or (not round_id and r.cohort == cohort)]
        return tuple(sorted(found, key=lambda r: (r.opened, r.id), reverse=True))

    def _votes(self, round_id: str) -> Iterator[Vote]:
        items = self.rounds[round_id].items if round_id in self.rounds else ()
        here = self.members(self.rounds[round_id].cohort) if round_id in self.rounds else {}
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


def _is_at(cohort: Cohort, place: Place) -> bool:
    home = cohort.place
    if home is None or (home.platform, home.chat) != (place.platform, place.chat):
        return False
    return home.topic in ("", place.topic)


def _folded(name: str) -> str:
    return " ".join(normalize("NFKC", name).split()).casefold()
