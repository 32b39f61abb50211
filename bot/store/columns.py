"""What goes into a batch: rows, by the column that takes them."""

from collections.abc import Iterable
from typing import Literal

Value = str | int | None
Row = tuple[Value, ...]
Name = Literal[
    "forget",
    "prompted",
    "sending",
    "gone",
    "learner",
    "account",
    "profile",
    "grant",
    "revoke",
    "event",
    "save",
    "leave",
    "log",
    "progress",
    "outbox",
    "wording",
    "move",
    "finish",
    "cancel",
    "schedule",
    "arranged",
    "used",
    "uninvited",
    "invited",
    "left",
    "joined",
    "disallowed",
    "allowed",
    "unlinked",
    "linked",
    "asked",
    "voted",
    "certified",
    "withdrawn",
    "regraded",
    "calendar",
    "earned",
    "shown",
    "recount",
]
"""The columns of `batch`."""

Rows = dict[Name, list[Row]]
"""What to write: rows for some of the columns."""


def merged(parts: Iterable[Rows]) -> Rows:
    """The rows of all parts, in their order."""
    rows: Rows = {}
    for part in parts:
        for name, more in part.items():
            rows.setdefault(name, []).extend(more)
    return rows
