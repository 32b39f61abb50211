"""Nouns to text and back: JSON by pydantic, times as UTC text that sorts.

The adapters are built once, when this module is imported: building one takes milliseconds.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Final, TypeVar
from unicodedata import normalize

from pydantic import Field, TypeAdapter

from bot.conversation import (
    Cohort,
    Job,
    Message,
    Override,
    Place,
    Record,
    Reminding,
    Round,
    Session,
    State,
)
from bot.store.values import Loaded

T = TypeVar("T")

LOADED: Final[TypeAdapter[Loaded]] = TypeAdapter(Loaded)
SESSION: Final[TypeAdapter[Session]] = TypeAdapter(Session)
STATE: Final[TypeAdapter[State]] = TypeAdapter(Annotated[State, Field(discriminator="kind")])
RECORD: Final[TypeAdapter[Record]] = TypeAdapter(Annotated[Record, Field(discriminator="kind")])
MESSAGE: Final[TypeAdapter[Message]] = TypeAdapter(Message)
PLACE: Final[TypeAdapter[Place]] = TypeAdapter(Place)
REMINDING: Final[TypeAdapter[Reminding]] = TypeAdapter(Reminding)
COHORT: Final[TypeAdapter[Cohort]] = TypeAdapter(Cohort)
OVERRIDE: Final[TypeAdapter[Override]] = TypeAdapter(Override)
ROUND: Final[TypeAdapter[Round]] = TypeAdapter(Round)


def to_json(adapter: TypeAdapter[T], value: T) -> str:
    """Raises ValueError for what no JSON can hold, such as half of a surrogate pair."""
    return adapter.dump_json(value).decode()


def alike(name: str) -> str:
    """A name as it is compared: two that read alike are one."""
    return " ".join(normalize("NFKC", name).split()).casefold()


def to_text(at: datetime) -> str:
    """`at` in UTC, in a fixed width. Raises ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone: {at!r}")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def to_time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def of_job(job: Job) -> tuple[str, ...]:
    """The columns of `jobs` in their order."""
    place = to_json(PLACE, job.place)
    return (job.id, job.subject, job.course, place, job.rule, job.zone, to_text(job.due))


def to_job(row: Iterable[str]) -> Job:
    id_, subject, course, place, rule, zone, due = row
    return Job(id_, subject, course, PLACE.validate_json(place), to_time(due), rule, zone)
