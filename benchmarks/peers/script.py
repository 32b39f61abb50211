"""The conversation that every peer holds: twelve turns, and what is said in each.

1 the course, 2 a welcome, 3 to 5 the cards of a lesson, 6 the first question, 7 to 10 what speaks
for or against an answer with the next question, 11 the same with the score, 12 goodbye. The words
are those of our engine (a test holds it to them); only the options' order is its own. A learner's
answers follow from their number, so that everybody can say what was to be said.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

TURNS = 12
FIRST_QUESTION = 6
SCORE = 11
LETTERS = "ABCD"
BEGIN = "m1-intro"
NEXT = "next"


@dataclass(frozen=True)
class Option:
    id: str
    text: str
    right: bool
    feedback: str


@dataclass(frozen=True)
class Item:
    id: str
    stem: str
    options: tuple[Option, ...]

    def option(self, name: str) -> Option:
        return next(option for option in self.options if option.id == name)

    @property
    def key(self) -> Option:
        return next(option for option in self.options if option.right)


@dataclass(frozen=True)
class Script:
    """`cards` are the welcome and the lesson's; `opening` stands before the first question."""

    overview: str
    cards: tuple[str, ...]
    opening: str
    items: tuple[Item, ...]
    goodbye: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, data: dict[str, Any]) -> "Script":
        items = tuple(
            Item(each["id"], each["stem"], tuple(Option(**o) for o in each["options"]))
            for each in data["items"]
        )
        return cls(data["overview"], tuple(data["cards"]), data["opening"], items, data["goodbye"])

    # -- what is said ------------------------------------------------------------------------

    def question(self, number: int) -> str:
        """The item of this number, counted from 0, with its options."""
        item = self.items[number]
        options = zip(LETTERS, item.options, strict=True)
        lines = "  \n".join(f"**{letter}.** {option.text}" for letter, option in options)
        return f"**Question {number + 1} of {len(self.items)}**\n\n{item.stem}\n\n{lines}"

    def feedback(self, number: int, name: str) -> str:
        """What is said to the option `name` of an item."""
        option = self.items[number].option(name)
        if option.right:
            return f"**Right.** {option.feedback}"
        return f"**Not quite.** You chose: {option.text}\n\n{option.feedback}"

    def right(self, given: Sequence[str]) -> int:
        """How many of these answers are right."""
        return sum(i.option(name).right for i, name in zip(self.items, given, strict=True))

    def score(self, given: Sequence[str]) -> str:
        """The result, and what to look at again."""
        pairs = zip(self.items, given, strict=True)
        missed = [item for item, name in pairs if not item.option(name).right]
        parts = [f"**{self.right(given)} of {len(self.items)} right.**"]
        parts += ["What to look at again:"] if missed else ["Every answer was right."]
        for item in missed:
            parts += [f"> {item.stem}", f"The answer is: {item.key.text}", item.key.feedback]
        return "\n\n".join(parts)

    def says(self, learner: int, turn: int) -> tuple[str, ...]:
        """All messages of a turn; the last one has the buttons."""
        if turn == 1:
            return (self.overview,)
        if turn < FIRST_QUESTION:
            return (self.cards[turn - 2],)
        if turn == FIRST_QUESTION:
            return (self.opening, self.question(0))
        if turn == TURNS:
            return (self.goodbye,)
        number = turn - FIRST_QUESTION - 1
        said = self.feedback(number, answer(learner, number))
        if turn == SCORE:
            return (said, self.score([answer(learner, n) for n in range(len(self.items))]))
        return (said, self.question(number + 1))

    def buttons(self, turn: int) -> list[tuple[str, str]]:
        """Label and value of each button below the last message of a turn, as peers show them."""
        if turn == 1 or turn == TURNS:
            return [("Begin", BEGIN)]
        if turn < FIRST_QUESTION:
            return [("Next", NEXT)]
        if turn == SCORE:
            return [("Finish", NEXT)]
        item = self.items[turn - FIRST_QUESTION]
        pairs = zip(LETTERS, item.options, strict=True)
        return [(letter, f"{item.id}-{option.id}") for letter, option in pairs]

    def pressed(self, learner: int, turn: int) -> str:
        """What the value of the button begins with that leads to a turn; "" for /start."""
        if turn == 1:
            return ""
        if turn == 2:
            return BEGIN
        if FIRST_QUESTION < turn <= SCORE:
            number = turn - FIRST_QUESTION - 1
            return f"{self.items[number].id}-{answer(learner, number)}"
        return NEXT


def answer(learner: int, number: int) -> str:
    """The option that a learner chooses: spread over all of them."""
    return "abcd"[(learner * 7 + number * (1 + learner // 4)) % 4]


def position(state: str, card: int, given: int) -> int:
    """The turn after which somebody stands there; 0 for somebody who is not known."""
    places = {"": 0, "overview": 1, "reading": 2 + card, "quiz": FIRST_QUESTION + given}
    return {**places, "score": SCORE, "done": TURNS}[state]
