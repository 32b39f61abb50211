"""What somebody may mean while they still type what a command is about.

Whatever is offered is taken by its command: the values are ids and names, not what was typed.
"""

from collections.abc import Iterable

from bot.course.model import Course, Library
from bot.flows import account, reference
from bot.flows.find import fitting, fold
from bot.flows.groups.boards import SPANS
from bot.flows.scene import name, shortened
from bot.permissions import ACTIONS
from bot.phrases import FALLBACK

MOST = 25
LONGEST = 100
"""Discord's limits for completions: how many, and the characters of a label and of a value."""

NEAR = 60
"""From this similarity (0 to 100) on; lower than for answers, since a list only offers."""

OPTIONS = {
    "start": "course",
    "join": "code",
    "open": "part",
    "glossary": "term",
    "zone": "city",
    "leaderboard": "which",
    "alias": "name",
    "remind": "when",
    "report": "words",
    "share": "lab",
    "certificate": "name",
    "verify": "code",
    "leave": "group",
    "link": "code",
    "cohort": "action",
    "post": "what",
    "round": "questions",
}
"""What may follow a command, by the name under which platforms ask for it."""

COMPLETED = ("start", "join", "open", "glossary", "zone", "cohort", "leaderboard")
"""Those of which something can be suggested: elsewhere a list that stays empty only confuses."""

Pair = tuple[str, str]


def suggest(
    library: Library, course: Course | None, command: str, text: str, language: str = FALLBACK
) -> tuple[Pair, ...]:
    """Pairs of a label and a value for what was typed so far after `command`, the best first."""
    offers = _offers(library, course, command, language)
    wanted = fold(text[:LONGEST])
    if not wanted:
        return _within_limits(offers)
    spoken = [((fold(label), fold(value)), (label, value)) for label, value in offers]
    return _within_limits(fitting(wanted, spoken, NEAR))


def _offers(library: Library, course: Course | None, command: str, language: str) -> list[Pair]:
    """All that the command takes, in its natural order."""
    match command:
        case "start" | "join":
            return [(each.title, each.id) for each in library.courses.values()]
        case "open" if course is not None:
            return [(name(language, unit), unit.id) for unit in course.units.values()]
        case "glossary" if course is not None:
            return [(term, term) for term in reference.names(course)]
        case "zone":
            return [(zone, zone) for zone in account.zones()]
        case "cohort":
            return [(action, action) for action in ACTIONS]
        case "leaderboard":
            return [(span, span) for span in (*SPANS, "course")]
        case _:
            return []


def _within_limits(offers: Iterable[Pair]) -> tuple[Pair, ...]:
    """The first ones that a platform takes; no value and no label comes twice."""
    labels: dict[str, str] = {}
    for label, value in offers:
        if len(labels) == MOST:
            break
        if value and len(value) <= LONGEST and value not in labels:
            labels[value] = _label(label, value, labels.values())
    return tuple((label, value) for value, label in labels.items())


def _label(label: str, value: str, taken: Iterable[str]) -> str:
    """The label, short enough; with its value where another one reads the same."""
    cut = shortened(label, LONGEST)
    if cut not in taken:
        return cut
    mark = f" ({value})"
    return f"{shortened(label, LONGEST - len(mark))}{mark}" if len(mark) < LONGEST else value
