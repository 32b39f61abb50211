"""Spoilt input at every border, and the rules that hold all the same; see `fuzzing.oracle`.

By hand: python -m benchmarks fuzz [--cases N] [--seed S] [--only TARGET] [--first EPISODE]
The suite runs 2,000 cases with one seed (tests/test_fuzz.py). Everything is drawn from the seed, so
each fault is printed with what makes it happen again, and with the least input that does.
"""

import argparse
import logging
import platform
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from os import cpu_count
from typing import Final

from benchmarks.fuzzing.case import Fault, Target, resident, tried
from benchmarks.fuzzing.loop import close

CASES: Final = 1_000_000
SLICES: Final = 100
"""All targets take turns so often, so that memory is measured over all of them alike."""

WARM: Final = 0.2
"""The part of a run after which memory is measured first: by then what is kept of texts, patterns
and types is full."""

LEAK: Final = 300_000
"""Bytes for 10,000 cases by which memory may grow at most: 30 MB in a million. A leak of one update
a case would be ten times as much."""

SHOWN: Final = 20
"""Faults of a target that are printed in full at most; all are counted."""


@dataclass(slots=True)
class Tally:
    """What became of a target's cases."""

    target: Target
    wanted: int
    cases: int = 0
    episodes: int = 0
    seconds: float = 0.0
    faults: list[Fault] = field(default_factory=list)

    @property
    def row(self) -> str:
        rate = self.cases / self.seconds if self.seconds else 0.0
        wrong = len(self.faults)
        return (
            f"  {self.target.name:11}{self.cases:10,} cases {self.episodes:9,} episodes"
            f" {rate:9,.0f} a second {wrong:4} faults"
        )


@dataclass(slots=True)
class Report:
    """A whole run. `warm` and `end` are bytes of memory; `after` the cases between the two."""

    tallies: list[Tally]
    warm: int = 0
    end: int = 0
    after: int = 0

    @property
    def faults(self) -> list[Fault]:
        return [fault for tally in self.tallies for fault in tally.faults]

    @property
    def growth(self) -> float:
        """Bytes of memory for 10,000 cases, once warm."""
        return (self.end - self.warm) * 10_000 / max(self.after, 1)


def main() -> None:
    """Run as the command line says; exit with 1 where a rule does not hold."""
    args = _arguments(sys.argv[1:])
    known = targets()
    chosen = [each for each in known if not args.only or each.name == args.only]
    if not chosen:
        sys.exit(f"There is no target {args.only}: {', '.join(each.name for each in known)}.")
    print(
        f"fuzz: {args.cases:,} cases, seed {args.seed}; {datetime.now(UTC):%Y-%m-%d}, "
        f"{cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    )
    report = fuzz(
        chosen, args.cases, args.seed, args.first, say=lambda line: print(line, flush=True)
    )
    close()
    sys.exit(_told(report, args.cases))


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks fuzz", description=__doc__)
    parser.add_argument("name", nargs="?", help=argparse.SUPPRESS)  # "fuzz", from `benchmarks`
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", metavar="TARGET", help="one border alone")
    parser.add_argument("--first", type=int, default=0, metavar="EPISODE", help="begin with it")
    return parser.parse_args(given)


def targets() -> tuple[Target, ...]:
    """Every border of the program; read only here, since the libraries take seconds."""
    warnings.simplefilter("ignore")  # both libraries warn of what is passed to them on purpose
    from benchmarks.fuzzing import answers, courses, discord, people, shell, telegram, texts

    parts = (telegram, discord, texts, answers, courses, people, shell)
    return tuple(target for part in parts for target in part.targets())


def fuzz(
    chosen: Sequence[Target],
    cases: int,
    seed: int,
    first: int = 0,
    say: Callable[[str], object] = lambda _: None,
) -> Report:
    """Let `cases` come in, shared out among the targets; each begins with the episode `first`."""
    every = sum(target.share for target in chosen)
    tallies = [Tally(each, max(1, cases * each.share // every)) for each in chosen]
    report, since = Report(tallies), time.monotonic()
    logging.disable(logging.CRITICAL)  # what is logged of bad input is read by nobody here
    try:
        for number in range(1, SLICES + 1):
            for tally in tallies:
                for fault in _slice(tally, tally.wanted * number // SLICES, seed, first):
                    say(str(fault))
            done = sum(tally.cases for tally in tallies)
            if not report.warm and number >= SLICES * WARM:
                report.warm, report.after = resident(), done
            if number % 10 == 0:
                wrong, spent = len(report.faults), time.monotonic() - since
                say(f"  {number:3} % {done:10,} cases {spent:6,.0f} s {wrong:4} faults")
    finally:
        logging.disable(logging.NOTSET)
    report.end, report.after = resident(), done - report.after
    return report


def _slice(tally: Tally, until: int, seed: int, first: int) -> list[Fault]:
    """Go on with a target until it has had so many cases; what was found of it, to be shown."""
    begun, found = time.monotonic(), list[Fault]()
    while tally.cases < until:
        size, fault = tried(tally.target, seed, first + tally.episodes)
        tally.cases += size
        tally.episodes += 1
        if fault:
            tally.faults.append(fault)
            found += [fault] if len(tally.faults) <= SHOWN else []
    tally.seconds += time.monotonic() - begun
    return found


def _told(report: Report, cases: int) -> int:
    """Print what came of it; the exit code."""
    for tally in report.tallies:
        print(tally.row)
    done = sum(tally.cases for tally in report.tallies)
    total = len(report.faults)
    print(f"{done:,} cases, {total} faults")
    # Over few cases the measure is coarser than what it measures.
    judged = cases >= CASES // 10
    print(
        f"memory: {report.warm / 1e6:.1f} MB once warm, {report.end / 1e6:.1f} MB at the end: "
        f"{report.growth / 1e3:+.1f} kB for 10,000 cases "
        + (f"(at most {LEAK / 1e3:.0f})" if judged else "(too few to judge by)")
    )
    return 1 if total or (judged and report.growth > LEAK) else 0


if __name__ == "__main__":
    main()
