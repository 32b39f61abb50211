"""A value in a YAML file that knows where it stands.

Nodes forgive: what is asked of the wrong kind answers empty, so that one fault does not hide the
next.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.course.problem import START, Mark
from bot.course.traps import Scalar

Data = Scalar | tuple["Data", ...] | dict[str, "Data"]
"""YAML as plain values; a sequence is a tuple, as pydantic's strict mode wants it."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its place. `key` is the place of its key (its own where it has none).

    `raw` is a scalar as it was written; `body` the column where the text of a | block begins, 0
    for any other; `fault` says that a problem was already told here.
    """

    mark: Mark
    value: Scalar | tuple["Node", ...] | dict[str, "Node"] = None
    key: Mark = START
    raw: str = ""
    body: int = 0
    fault: bool = False

    def get(self, key: str) -> "Node | None":
        """The value at a key; None where there is no such key."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def at(self, step: str | int) -> "Node | None":
        """The value at a key or at a place in a list, as pydantic names them."""
        if isinstance(step, str):
            return self.get(step)
        is_there = isinstance(self.value, tuple) and step < len(self.value)
        return self.value[step] if isinstance(self.value, tuple) and is_there else None

    def each(self, key: str) -> "tuple[Node, ...]":
        """The entries of the list at `key`; none where there is no list."""
        found = self.get(key)
        return found.value if found and isinstance(found.value, tuple) else ()

    def pairs(self, key: str) -> "dict[str, Node]":
        """The group of keys at `key`; empty where there is none."""
        found = self.get(key)
        return found.value if found and isinstance(found.value, dict) else {}

    def word(self, key: str = "") -> str:
        """The text here, or at `key`, without space around it; "" where there is no text."""
        node = self.get(key) if key else self
        return node.value.strip() if node and isinstance(node.value, str) else ""

    def under(self, key: str = "") -> "Iterator[tuple[str, Node]]":
        """Every scalar in this node with the name of its key."""
        if isinstance(self.value, dict):
            for name, node in self.value.items():
                yield from node.under(name)
        elif isinstance(self.value, tuple):
            for node in self.value:
                yield from node.under(key)
        else:
            yield key, self

    def data(self) -> Data:
        """The value without its places, for pydantic."""
        if isinstance(self.value, dict):
            return {key: node.data() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return tuple(node.data() for node in self.value)
        return self.value

    def line(self, number: int) -> Mark:
        """The place of a line of this text, counted from 0; the text's own unless it is a |."""
        return Mark(self.mark.line + 1 + number, self.body) if self.body else self.mark
