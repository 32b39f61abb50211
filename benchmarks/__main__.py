"""Run every benchmark, or those that are named: python -m benchmarks [start ...]"""

import importlib
import sys

ALL = ("start",)


def main() -> None:
    for name in sys.argv[1:] or ALL:
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
