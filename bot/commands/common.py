"""What several commands share: the folder they work on, and printing on any terminal."""

import argparse
import sys


def add_folder(parser: argparse.ArgumentParser) -> None:
    """The argument DIR: where the courses are."""
    parser.add_argument(
        "dir",
        nargs="?",
        default="content",
        metavar="DIR",
        help="the folder that holds the courses, or one course (default: ./content)",
    )


def printable(text: str) -> str:
    """`text` for any terminal: what its encoding cannot show is escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
