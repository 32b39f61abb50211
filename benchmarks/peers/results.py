"""What was measured, and how it is summed up: medians, ratios, lost turns, the tables."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.peers.worker import Checked, Walked

OURS = "ours"
MAIN = 1000
"""The number of learners of the first table."""


@dataclass(frozen=True)
class Cell:
    """A peer with so many learners, so many of them at once."""

    peer: str
    learners: int
    flight: int


@dataclass(frozen=True)
class Loss:
    """What a SIGKILL cost: turns `acknowledged` before, `lost` of them, and shown `twice`.

    `gone` are those still lost when the platform had delivered again what was not confirmed;
    `unreadable` says that the library refused its own file.
    """

    acknowledged: int
    lost: int
    gone: int
    twice: int
    unreadable: bool = False


@dataclass(frozen=True)
class Killed:
    """Whose loss: a peer; `server`: its store's server was killed in the same moment."""

    peer: str
    server: bool


@dataclass(frozen=True)
class Results:
    """All rounds, in the order in which they were taken."""

    machine: tuple[str, ...]
    titles: dict[str, str]
    walks: dict[Cell, list[Walked]]
    losses: dict[Killed, list[Loss]]

    def as_json(self) -> dict[str, Any]:
        """Plain data, from which `of_json` makes the same again."""
        return {
            "machine": list(self.machine),
            "titles": self.titles,
            "walks": [
                [asdict(cell), [asdict(one) for one in rounds]]
                for cell, rounds in self.walks.items()
            ],
            "losses": [
                [asdict(who), [asdict(one) for one in rounds]]
                for who, rounds in self.losses.items()
            ],
        }

    @classmethod
    def of_json(cls, data: dict[str, Any]) -> "Results":
        return cls(
            tuple(data["machine"]),
            data["titles"],
            {Cell(**cell): [Walked(**one) for one in rounds] for cell, rounds in data["walks"]},
            {Killed(**who): [Loss(**one) for one in rounds] for who, rounds in data["losses"]},
        )


# -- what a kill lost ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Noted:
    """What the platform saw of a life: the newest turn shown to each learner, and the updates
    that were handed in and not confirmed, as (learner, turn, data).
    """

    shown: dict[int, int]
    open: tuple[tuple[int, int, str], ...]


def noted(lines: Sequence[str]) -> Noted:
    """Read the notes of a life; a last line that was cut off counts for nothing."""
    shown: dict[int, int] = {}
    fed: dict[int, tuple[int, int, str]] = {}
    for line in lines:
        what, learner, turn, data = line.split(" ", 3)
        who, number = int(learner), int(turn)
        match what:
            case "fed":
                fed[who] = (who, number, data)
            case "shown":
                shown[who] = number
            case "done":
                fed.pop(who, None)
    return Noted(shown, tuple(fed.values()))


def loss(before: Noted, second: Checked) -> Loss:
    """What the second life did not know of what had been shown, and what it showed again."""
    lost = {who: max(0, turn - second.stands[who]) for who, turn in before.shown.items()}
    gone = {who: max(0, turn - second.after[who]) for who, turn in before.shown.items()}
    twice = [1 for who, turn in second.shown if 0 < turn <= before.shown.get(who, 0)]
    return Loss(
        sum(before.shown.values()),
        sum(lost.values()),
        sum(gone.values()),
        len(twice),
        second.unreadable,
    )


# -- summing up ----------------------------------------------------------------------------------


def middle(values: Sequence[float]) -> float:
    return statistics.median(values)


def spread(values: Sequence[float], digits: int = 0) -> str:
    """The median, with the lowest and the highest where they differ as printed."""
    low, median, high = (f"{v:,.{digits}f}" for v in (min(values), middle(values), max(values)))
    return median if low == high else f"{median} ({low} to {high})"


def ratio(results: Results, cell: Cell) -> float:
    """A peer's turns a second by ours, round by round: the machine's noise hit both of a round."""
    ours = results.walks[Cell(OURS, cell.learners, cell.flight)]
    pairs = zip(results.walks[cell], ours, strict=True)
    return middle([one.rate / beside.rate for one, beside in pairs])


# -- tables --------------------------------------------------------------------------------------


def report(results: Results) -> str:
    """RESULTS.md: where and when, the summary, what was lost, everything."""
    sizes = sorted({cell.learners for cell in results.walks})
    main = MAIN if MAIN in sizes else sizes[-1]
    parts = ["# This engine beside its peers", *(f"- {line}" for line in results.machine)]
    head = "\n".join(parts[1:])
    return "\n\n".join(
        [
            parts[0],
            head,
            f"## {main:,} learners",
            table(*summary(results, main)),
            LEGEND,
            "## All that was measured",
            table(*everything(results)),
            "`*`: the time of a cell ended before everybody had walked, so it is measured over"
            " fewer turns.",
            "",
        ]
    )


LEGEND = """Medians (lowest to highest). "to ours" is the turns a second of a peer by ours of the
same round: above 1.00 it is faster than ours. Lost: turns whose answer the platform had, and that
the program no longer knew when it was started again; "of" how many. Twice: answers that were sent
once more after the start. What each row does and does not do is in README.md beside this file."""


def summary(results: Results, learners: int) -> tuple[list[str], list[list[str]]]:
    """A row a peer: both speeds with their ratios, memory, bytes, and what a kill lost."""
    flights = sorted({cell.flight for cell in results.walks})
    head = ["", *(f"turns/s, {flight} at once" for flight in flights), "p99 ms", "memory MB"]
    head += ["written a turn", "lost by SIGKILL", "twice"]
    return head, [_summed(results, peer, learners, flights) for peer in results.titles]


def _summed(results: Results, peer: str, learners: int, flights: list[int]) -> list[str]:
    cells = [Cell(peer, learners, flight) for flight in flights]
    last = results.walks[cells[-1]]
    return [
        results.titles[peer],
        *(_rate(results, cell) for cell in cells),
        spread([one.p99 for one in last], 1),
        spread([one.memory for one in last], 1),
        _bytes(middle([one.written for one in last])),
        *_lost(results, peer),
    ]


def _rate(results: Results, cell: Cell) -> str:
    rounds = results.walks[cell]
    star = "*" if any(one.capped for one in rounds) else ""
    beside = "" if cell.peer == OURS else f"; {ratio(results, cell):.2f} to ours"
    return f"{spread([one.rate for one in rounds])}{star}{beside}"


def _bytes(number: float) -> str:
    return f"{number / 1024:,.1f} kB" if number else "0"


def _lost(results: Results, peer: str) -> list[str]:
    """What was lost and shown twice; both kinds of kill where there is a server."""
    kinds = [Killed(peer, server) for server in (False, True)]
    known = [kind for kind in kinds if results.losses.get(kind)]
    names = {False: "bot alone: ", True: "with its server: "} if len(known) > 1 else {}
    lost = "; ".join(names.get(kind.server, "") + _of(results.losses[kind]) for kind in known)
    twice = "; ".join(spread([one.twice for one in results.losses[kind]]) for kind in known)
    return [lost or "not tried", twice or "not tried"]


def _of(losses: list[Loss]) -> str:
    broken = sum(one.unreadable for one in losses)
    text = (
        f"{spread([one.lost for one in losses])} of {middle([o.acknowledged for o in losses]):,.0f}"
    )
    return f"{text}, file unreadable {broken} times of {len(losses)}" if broken else text


def everything(results: Results) -> tuple[list[str], list[list[str]]]:
    """A row for each cell, ours first of each size."""
    head = ["learners", "at once", "", "turns/s", "to ours", "p50 ms", "p99 ms", "memory MB"]
    cells = sorted(
        results.walks, key=lambda c: (c.learners, c.flight, list(results.titles).index(c.peer))
    )
    return [*head, "written a turn"], [_row(results, cell) for cell in cells]


def _row(results: Results, cell: Cell) -> list[str]:
    rounds = results.walks[cell]
    star = "*" if any(one.capped for one in rounds) else ""
    return [
        f"{cell.learners:,}",
        str(cell.flight),
        results.titles[cell.peer],
        spread([one.rate for one in rounds]) + star,
        f"{ratio(results, cell):.2f}",
        spread([one.p50 for one in rounds], 2),
        spread([one.p99 for one in rounds], 2),
        spread([one.memory for one in rounds], 1),
        _bytes(middle([one.written for one in rounds])),
    ]


def table(head: list[str], rows: list[list[str]]) -> str:
    """Markdown: the first column is text, all others are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
