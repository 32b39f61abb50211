"""Run the benchmarks, or those that are named: python -m benchmarks [start ...]

`crash` takes a quarter of an hour and is run by name alone, and so is `fuzz`, which takes options
of its own (python -m benchmarks fuzz --cases 10000). So is `peers`, which makes environments for
other libraries first; see peers/README.md.
"""

import importlib
import sys
from itertools import takewhile

ALL = ("start", "tutor", "labs", "turns", "leaderboard", "year", "telegram", "discord")


def main() -> None:
    names = takewhile(lambda word: not word.startswith("-"), sys.argv[1:])
    for name in tuple(names) or ALL:
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
