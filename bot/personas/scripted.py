"""A model that says what it was told to: the double of a real one, for tests and benchmarks."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.conversation import Brief, Tokens
from bot.personas.base import Meter, Price, Silent, worst_input

ANSWER = 700


@dataclass(slots=True)
class Scripted:
    """See `base.Persona`. `script` is used up first, then `answer` is asked."""

    models: tuple[str, ...] = ("scripted",)
    script: deque[str | Silent] = field(default_factory=deque)
    answer: Callable[[Brief], str | Silent] = lambda _: "What makes you say so?"
    briefs: list[tuple[str, Brief]] = field(default_factory=list)

    def price(self, model: str) -> Price:  # noqa: ARG002
        """Some price, the same for every model."""
        return Price(fresh=1, answer=5, cached=0.1, written=1.25, kept=2)

    def worst(self, model: str, brief: Brief) -> Tokens:  # noqa: ARG002
        """The most that one call can take, by the size of the brief."""
        return Tokens(kept=worst_input(brief), answer=ANSWER)

    async def word(self, model: str, brief: Brief, meter: Meter) -> str:
        """The next reply of the script. Raises Silent where that says so."""
        self.briefs.append((model, brief))
        said = self.script.popleft() if self.script else self.answer(brief)
        size = sum(len(speech.text) for speech in brief.talk) + len(brief.rules) + len(brief.lab)
        if isinstance(said, Silent):
            raise said
        meter.tokens = Tokens(fresh=size // 4, answer=len(said) // 4)
        meter.told = True
        return said

    async def close(self) -> None:
        """It holds nothing."""
