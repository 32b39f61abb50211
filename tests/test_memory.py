"""A process that runs for months gives back what it no longer needs."""

import subprocess
import sys

RING = """
import gc, weakref
from bot import memory

memory.tidy()
memory.settle()

class Ring:
    def __init__(self):
        self.itself = self

grown = Ring()
gone = weakref.ref(grown)
for _ in range(2):
    gc.collect(1)  # it grows old: only a full collection finds it now
del grown
kept = [[number] for number in range(400_000)]
print("gone" if gone() is None else "still there")
"""

FROZEN = """
import gc
from bot import memory
from bot.course import model

memory.settle()
print(gc.get_freeze_count() > 10_000, len(gc.get_objects()) < 1_000)
"""


def run(program: str) -> str:
    words = [sys.executable, "-c", program]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def test_a_ring_that_grew_old_goes_soon() -> None:
    assert run(RING) == "gone"


def test_what_is_loaded_at_the_start_is_not_looked_at_again() -> None:
    assert run(FROZEN) == "True True"
