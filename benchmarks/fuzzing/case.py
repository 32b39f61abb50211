"""One case: how it is made from a seed, how it is run, and what counts as a fault.

A case is one thing that comes in. Where what it does depends on what came before (a conversation),
several make an episode, which is run from its beginning. An episode is made from the seed, the name
of its target and its number alone, so each fault can be had again.
"""

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import FrameType
from typing import Final

Steps = Sequence[object]

PATIENCE: Final = 60.0
"""Seconds after which an episode counts as hung. The slowest takes a fraction of one; a machine
that does ten other things at once must not look like a fault."""

ROUNDS: Final = 400
"""Times at most that a failing episode is tried with less in it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A border. `make` draws an episode; `run` lets it come in, and raises where a rule breaks.

    `share`: its part of all cases, out of the sum of all shares.
    """

    name: str
    share: int
    make: Callable[[Random], Steps]
    run: Callable[[Steps], object]


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong in an episode, and the least that makes the same go wrong."""

    target: str
    seed: int
    number: int
    what: str
    where: str
    steps: Steps

    def __str__(self) -> str:
        again = f"--only {self.target} --seed {self.seed} --first {self.number} --cases 1"
        shown = "\n".join(f"    {_short(each)}" for each in self.steps)
        return f"{self.target} {self.number}: {self.what}\n  at {self.where}\n{shown}\n  {again}"


class Broken(AssertionError):
    """A rule of the oracle does not hold; the text says which, and for what."""


class Hung(BaseException):
    """An episode takes too long. No `except Exception` on the way may swallow it."""


def chance_of(seed: int, target: str, number: int) -> Random:
    """The chance that an episode is drawn from."""
    return Random(f"{seed}/{target}/{number}")


def tried(target: Target, seed: int, number: int) -> tuple[int, Fault | None]:
    """Make and run an episode: how many cases it has, and what went wrong, made as small as can be
    done in a moment.
    """
    steps = list(target.make(chance_of(seed, target.name, number)))
    problem = _problem(target, steps)
    if problem is None:
        return len(steps), None
    kind = problem[1]
    least = _least(steps, lambda fewer: (found := _problem(target, fewer)) and found[1] == kind)
    what, where = _problem(target, least) or problem
    return len(steps), Fault(target.name, seed, number, what, where, least)


def _problem(target: Target, steps: Steps) -> tuple[str, str] | None:
    """What goes wrong with these steps, and where: a kind of fault and a place in the code."""
    try:
        with _watched(PATIENCE):
            target.run(steps)
    except (Exception, Hung) as problem:
        return f"{type(problem).__name__}: {_short(problem)}", _place(problem)
    return None


def _place(problem: BaseException) -> str:
    """The innermost line of ours on the way to a problem; the oracle's own where none is."""
    found, trace = "?", problem.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.parts[-2:-1] and {"bot", "fuzzing"} & set(path.parts):
            found = f"{path.parent.name}/{path.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


def _short(what: object) -> str:
    """Something as one line that any terminal shows."""
    try:
        said = ascii(what)
    except (RecursionError, ValueError) as problem:
        said = f"<{type(what).__name__} that cannot be written: {type(problem).__name__}>"
    return said if len(said) < 700 else f"{said[:600]} … ({len(said):,} characters) … {said[-60:]}"


# -- the least that fails ----------------------------------------------------------------------


def _least(steps: Steps, fails: Callable[[Steps], object]) -> Steps:
    """Fewer steps, and less in each, as long as the same fault comes of it."""
    left = ROUNDS
    while True:
        for fewer in _smaller(list(steps)):
            left -= 1
            if left < 0:
                return steps
            if fewer and fails(fewer):
                steps = fewer
                break
        else:
            return steps


def _smaller(steps: list[object]) -> Iterator[Steps]:
    """What is left when a stretch of steps goes, the longest first; then with less in one step."""
    size = len(steps) // 2
    while size:
        for at in range(0, len(steps), size):
            yield [*steps[:at], *steps[at + size :]]
        size //= 2
    for at, step in enumerate(steps):
        for less in _less(step):
            yield [*steps[:at], less, *steps[at + 1 :]]


def _less(step: object) -> Iterator[object]:
    """A text, bytes, or what holds them, with a part of it gone."""
    match step:
        case str() | bytes() if step:
            size = (len(step) + 1) // 2
            while size:
                for at in range(0, len(step), size):
                    yield step[:at] + step[at + size :]
                size //= 2
        case tuple():
            for at, held in enumerate(step):
                yield from ((*step[:at], less, *step[at + 1 :]) for less in _less(held))
        case list():
            yield from ([*step[:at], *step[at + 1 :]] for at in range(len(step)) if len(step) < 50)
            for at, held in enumerate(step[:20]):
                yield from ([*step[:at], less, *step[at + 1 :]] for less in _less(held))
        case dict():
            yield from ({k: v for k, v in step.items() if k != key} for key in list(step)[:50])
            for key, held in list(step.items())[:20]:
                yield from ({**step, key: less} for less in _less(held))
        case _:
            return


# -- time and memory ----------------------------------------------------------------------------


@contextmanager
def _watched(seconds: float) -> Iterator[None]:
    """Raise Hung in the middle of whatever takes longer; where signals can be had."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_: int, __: FrameType | None) -> None:
        raise Hung(f"no end after {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def resident() -> int:
    """Bytes of memory that this process has now, once all that is garbage is gone."""
    gc.collect()
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
