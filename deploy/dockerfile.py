"""Reads the few kinds of Dockerfile instructions that ours has; for rehearse.py and the tests."""

import json
import re
import shlex
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its word in capitals, and what follows on one line, comments taken out."""

    word: str
    rest: str

    @property
    def exec_form(self) -> list[str]:
        """The words of a JSON list such as `ENTRYPOINT ["a", "b"]`. Raises ValueError for prose."""
        found = json.loads(self.rest[self.rest.index("[") :])
        if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
            raise ValueError(f"{self.word} is not a list of words: {self.rest}")
        return [str(word) for word in found]

    @property
    def pairs(self) -> dict[str, str]:
        """NAME=value pairs, as in ENV and LABEL."""
        return dict(part.split("=", 1) for part in shlex.split(self.rest))


@dataclass(slots=True)
class Stage:
    """What one FROM begins: the image it is made from, its name if any, and what is done in it."""

    base: str
    name: str
    steps: list[Instruction] = field(default_factory=list)

    def last(self, word: str) -> Instruction:
        """The instruction with this word that counts. Raises StopIteration when there is none."""
        return next(step for step in reversed(self.steps) if step.word == word)


def instructions(text: str) -> list[Instruction]:
    """Every instruction, in order."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    split = (line.strip().partition(" ") for line in joined.splitlines() if line.strip())
    return [Instruction(word.upper(), " ".join(rest.split())) for word, _, rest in split]


def stages(text: str) -> list[Stage]:
    """What is built, one stage after another; the last is the image. ARGs have their default."""
    found: list[Stage] = []
    arguments: dict[str, str] = {}
    for each in instructions(text):
        if each.word == "ARG":
            arguments.update(each.pairs)
        elif each.word == "FROM":
            base, *named = re.split(r"\s+as\s+", each.rest, flags=re.IGNORECASE)
            base = re.sub(r"\$\{(\w+)\}", lambda name: arguments[name[1]], base)
            found.append(Stage(base, named[0] if named else ""))
        else:
            found[-1].steps.append(each)
    return found
