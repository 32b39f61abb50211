"""Run the benchmarks, or those that are named: python -m benchmarks [start ...]

`crash` takes a quarter of an hour and is run by name alone.
"""

import importlib
import sys

ALL = ("start", "tutor", "labs", "turns", "leaderboard", "year", "telegram", "discord")


def main() -> None:
    for name in sys.argv[1:] or ALL:
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
