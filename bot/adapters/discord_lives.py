"""The interactions that can be answered: which of them a message goes out by."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from bot.adapters.discord_live import Live
from bot.conversation import Place

FEW: Final = 3
"""Interactions that are kept of one person, beside those that wait for an answer; and of all, how
many are looked at whenever one is added, to let the oldest go."""

MANY: Final = 5_000
"""Interactions that are kept."""

KNOWN: Final = 5_000
"""Ids of interactions that are remembered, since a resumed connection may tell of them again."""


class Lives:
    """The interactions that can be answered, by event and by person; older ones are let go."""

    def __init__(self) -> None:
        self._of_event: dict[str, Live] = {}
        self._of_person: dict[str, list[Live]] = {}
        self._known: dict[int, None] = {}

    def add(self, live: Live) -> bool:
        """Keep an interaction; False when it was here before, since Discord told of it twice."""
        if live.interaction.id in self._known:
            return False
        self._known[live.interaction.id] = None
        if len(self._known) > KNOWN:
            del self._known[next(iter(self._known))]
        self._tidy()
        if self._of_event.setdefault(live.event, live) is live:
            mine = self._of_person.setdefault(_person(live.place), [])
            mine.append(live)
            over = [each for each in mine if each.dead or (each.answered and not each.busy)]
            over.sort(key=lambda each: each.alive)
            for each in over[:-FEW]:
                self._let_go(each)
        return True

    def of(self, event: str) -> Live | None:
        """The interaction that is this event, while it can be answered."""
        live = self._of_event.get(event)
        return live if live and live.alive else None

    def at(self, place: Place) -> Iterator[Live]:
        """The interactions that can show something at `place` that answers none of them: first
        those where an answer is thought of, then the newest, and last those that wait for an
        answer of their own. What only one person sees may be shown to them in another channel too.
        """
        found = [live for live in self._of_person.get(_person(place), ()) if live.private]
        able = [live for live in found if live.alive]
        able.sort(key=lambda live: (live.answered, live.place == place, live.interaction.id))
        able.sort(key=lambda live: live.busy)
        yield from reversed(able)

    def thinking(self) -> list[Live]:
        """Those where an answer is thought of."""
        return [live for live in self._of_event.values() if live.busy]

    def _tidy(self) -> None:
        for live in list(islice(self._of_event.values(), FEW)):
            if live.alive and len(self._of_event) < MANY:
                return
            self._let_go(live)

    def _let_go(self, live: Live) -> None:
        del self._of_event[live.event]
        mine = self._of_person[_person(live.place)]
        mine.remove(live)
        if not mine:
            del self._of_person[_person(live.place)]


def _person(place: Place) -> str:
    return place.topic or place.chat
