"""The port to a model: what it is asked, what it answers, what it costs, and how it fails."""

from dataclasses import dataclass, field
from typing import Protocol

from bot.conversation import Brief, Reason, Tokens

PER_MILLION = 1_000_000_000 // 1_000_000
"""Billionths of a dollar for a token, where a million cost a dollar."""

OURS = 2
"""Bytes of our own English for a token at the worst; three to four are usual."""

PER_PART = 8
"""Tokens that stand round each part of a talk, at the most."""


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for a million tokens of each kind."""

    fresh: float
    answer: float
    cached: float
    written: float
    kept: float

    def of(self, tokens: Tokens) -> int:
        """What `tokens` cost, in billionths of a dollar, rounded up."""
        dollars = (
            tokens.fresh * self.fresh
            + tokens.written * self.written
            + tokens.kept * self.kept
            + tokens.cached * self.cached
            + tokens.answer * self.answer
        )
        return -int(-dollars * PER_MILLION // 1)


@dataclass(slots=True)
class Meter:
    """What a call has taken so far, as far as the service has told; `told` once it has."""

    tokens: Tokens = field(default_factory=Tokens)
    told: bool = False


class Silent(Exception):
    """A model gave no reply that can be used.

    `reason` is what the learner is told; `cure` what may help: "other", another model, where this
    one does not want to; "again" where chance was against us; "later", after `wait` seconds;
    "mended" after a draft that was unfit; "" where nothing will. `free`: it was turned away before
    anything was read, so it costs nothing.
    """

    def __init__(
        self,
        reason: Reason,
        cure: str = "",
        detail: str = "",
        *,
        free: bool = False,
        wait: float = 0.0,
    ) -> None:
        super().__init__(detail or reason)
        self.reason: Reason = reason
        self.cure = cure
        self.free = free
        self.wait = wait


class Persona(Protocol):
    """A model that words replies. `models` are its names, the first choice first."""

    @property
    def models(self) -> tuple[str, ...]: ...

    def price(self, model: str) -> Price: ...

    def worst(self, model: str, brief: Brief) -> Tokens:
        """The most that one call can take."""
        ...

    async def word(self, model: str, brief: Brief, meter: Meter) -> str:
        """The reply, which is never empty. Raises Silent. `meter` is kept while it goes on."""
        ...

    async def close(self) -> None:
        """Let go of the network."""
        ...


def worst_input(brief: Brief) -> int:
    """Tokens that a brief can amount to at the most: each byte of a learner's may be one."""
    ours = len(brief.rules.encode()) + len(brief.lab.encode())
    theirs = 0
    for speech in brief.talk:
        size = len(speech.text.encode())
        if speech.by == "learner":
            theirs += size
        else:
            ours += size
    return ours // OURS + theirs + PER_PART * (len(brief.talk) + 2)
