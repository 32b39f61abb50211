"""Kill the program a thousand times and look for anything lost or doubled.

    python -m benchmarks crash            1,000 kills
    KILLS=50 python -m benchmarks crash   fewer

Each kill is SIGKILL at a random moment of a walk through the tests' tiny course; after each, every
acknowledged answer must be in the log exactly once, and `rebuild` must find no difference.
"""

import os
import random
import tempfile
from pathlib import Path

from tests.crash import Walk

KILLS = int(os.environ.get("KILLS", "1000"))
LIVES = 10
"""Kills per walk: after that many, the walk is finished and another begins."""


def main() -> None:
    kills = acknowledged = 0
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(-(-KILLS // LIVES)):
            walk = Walk(Path(folder) / f"{number}.db", random.Random(number))
            for _ in range(min(LIVES, KILLS - kills)):
                walk.run_and_kill()
                faults += walk.faults()
                kills += 1
            walk.finish()
            faults += [*walk.faults(), *(f"{unit} was not done" for unit in walk.undone())]
            acknowledged += walk.acknowledged
    print(f"crash: {kills} kills, {acknowledged} acknowledged answers, {len(faults)} faults")
    print(*faults[:20], sep="\n")


if __name__ == "__main__":
    main()
