"""Pictures that are drawn from what the core knows: data only; `views` draws them."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rank:
    """One line of a board; `mine` is that of whoever looks at it."""

    rank: int
    name: str
    points: int
    mine: bool = False


@dataclass(frozen=True, slots=True)
class BoardPicture:
    """A leaderboard, or the podium at the end of a round. `gap`: lines are left out before the
    line with this index. `points` is the word beside the numbers, `foot` a sentence below.
    """

    title: str
    subtitle: str
    ranks: tuple[Rank, ...]
    points: str
    foot: str = ""
    gap: int = 0
    kind: Literal["board"] = "board"


Cell = Literal["done", "late", "begun", "excused", "open", "closed"]
"""Where a learner stands in a unit: "open" and "closed" ones were not begun."""


@dataclass(frozen=True, slots=True)
class MapRow:
    """A learner's line; `note` stands at its end ("quiet for 9 days")."""

    name: str
    cells: tuple[Cell, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class MapPicture:
    """Learners by units. `groups` are the modules above the columns, with how many columns each
    has; `columns` are short names of units; `key` says what each kind of cell means.
    """

    title: str
    subtitle: str
    groups: tuple[tuple[str, int], ...]
    columns: tuple[str, ...]
    rows: tuple[MapRow, ...]
    key: tuple[tuple[Cell, str], ...]
    foot: str = ""
    kind: Literal["map"] = "map"


@dataclass(frozen=True, slots=True)
class CertificatePicture:
    """A certificate: every line as it is read; `code` proves it."""

    heading: str
    name: str
    statement: str
    course: str
    details: tuple[str, ...]
    code: str
    verify: str
    accent: str
    kind: Literal["certificate"] = "certificate"


Picture = BoardPicture | MapPicture | CertificatePicture
