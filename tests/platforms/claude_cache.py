"""The prompt cache: which prefix of a request was kept, and what it costs to keep more of it.

As the service does it: a prefix is kept only where a mark stands, under a hash of everything up
to there, per model. A request looks from each of its marks back through twenty positions for a
prefix that an earlier request kept. What was found is paid as read, the rest up to the last mark
as written, and what follows as input. Below the model's floor nothing is kept, and nobody is told.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from tests.platforms.claude_models import model
from tests.platforms.claude_prompt import Block, Json, marks

LOOKBACK = 20  # positions, the mark's own being the first
SECONDS = {"5m": 300.0, "1h": 3_600.0}
# However many tools are used at once, they are one position.
TOGETHER = frozenset({"tool_use", "tool_result"})


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as a request is billed."""

    input_tokens: int
    ephemeral_5m_input_tokens: int = 0
    ephemeral_1h_input_tokens: int = 0
    cache_read_input_tokens: int = 0
    output_tokens: int = 0

    @property
    def cache_creation_input_tokens(self) -> int:
        return self.ephemeral_5m_input_tokens + self.ephemeral_1h_input_tokens

    @property
    def prompt(self) -> int:
        """All of it, read, written or neither."""
        written = self.cache_creation_input_tokens
        return self.input_tokens + written + self.cache_read_input_tokens

    def with_output(self, tokens: int) -> "Usage":
        return replace(self, output_tokens=tokens)

    def json(self) -> Json:
        return {
            "input_tokens": self.input_tokens,
            "cache_creation_input_tokens": self.cache_creation_input_tokens,
            "cache_read_input_tokens": self.cache_read_input_tokens,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.ephemeral_5m_input_tokens,
                "ephemeral_1h_input_tokens": self.ephemeral_1h_input_tokens,
            },
            "output_tokens": self.output_tokens,
        }


@dataclass(slots=True)
class Entry:
    ttl: str
    until: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What a request finds, and what it will keep once it is answered."""

    usage: Usage
    found: tuple[bytes, ...] = ()
    kept: tuple[tuple[bytes, str], ...] = ()


@dataclass(slots=True)
class Cache:
    clock: Callable[[], float]
    entries: dict[bytes, Entry] = field(default_factory=dict)

    def plan(self, body: Json, row: list[Block]) -> Plan:
        keys, sizes = _prefixes(body, row)
        marked = marks(body, row)
        hit = self._hit(row, keys, [index for index, _ in marked])
        floor = model(body["model"]).floor
        new = [(at, ttl) for at, ttl in marked if at > hit and sizes[at] >= floor]
        read = sizes[hit] if hit >= 0 else 0
        long = max([read, *(sizes[at] for at, ttl in new if ttl == "1h")])
        last = max([long, *(sizes[at] for at, _ in new)])
        usage = Usage(sizes[-1] - last, last - long, long - read, read)
        found = [keys[at] for at in {hit, *(at for at, _ in marked if at < hit)} if at >= 0]
        return Plan(usage, tuple(found), tuple((keys[at], ttl) for at, ttl in new))

    def keep(self, plan: Plan) -> None:
        """What was used lives on for its whole time; from now on others find what was written."""
        now = self.clock()
        for key in plan.found:
            entry = self.entries.get(key)
            if entry and entry.until > now:
                entry.until = now + SECONDS[entry.ttl]
        for key, ttl in plan.kept:
            self.entries[key] = Entry(ttl, now + SECONDS[ttl])

    def _hit(self, row: list[Block], keys: list[bytes], marked: list[int]) -> int:
        """The last block of the longest prefix that is kept; -1 where there is none."""
        now = self.clock()
        for mark in reversed(marked):
            position, at = 0, mark
            while at >= 0 and position < LOOKBACK:
                entry = self.entries.get(keys[at])
                if entry and entry.until > now:
                    return at
                position += not _one_with_the_next(row, at - 1)
                at -= 1
        return -1


def _one_with_the_next(row: list[Block], at: int) -> bool:
    kind = row[at].data.get("type") if at >= 0 else None
    return kind in TOGETHER and row[at + 1].data.get("type") == kind


def _prefixes(body: Json, row: list[Block]) -> tuple[list[bytes], list[int]]:
    """For every block the hash of everything up to its end, and how many tokens that is."""
    running, size = blake2b(body["model"].encode(), digest_size=16), 0
    keys, sizes = [], []
    talking = False
    for one in row:
        if not talking and one.part.startswith("messages"):
            talking = True
            running.update(_settings(body))
        text = one.text.encode()
        running.update(f"{one.part} {one.data.get('type')} {one.opens} {len(text)} ".encode())
        running.update(text)
        size += one.tokens
        keys.append(running.digest())
        sizes.append(size)
    return keys, sizes


def _settings(body: Json) -> bytes:
    """What changes how messages are read, so that none kept under other settings is found."""
    names = ("thinking", "tool_choice", "output_config", "speed")
    return json.dumps([body.get(name) for name in names]).encode()
