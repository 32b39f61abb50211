"""Keeps the memory of a process that runs for months as small as what it holds."""

import ctypes
import gc
import platform
from typing import Final

COLLECTED: Final = (10_000, 5, 2)
"""When Python's collector looks for rings. At so many new objects, since each turn makes a few
hundred and hardly any rings, so Python's 700 would have it look at every other turn. But often at
all that is not frozen, which takes some 10 ms: discord.py's interactions are rings that grow old
before they are let go, and at Python's 10 and 10 an hour of them waited, in 20 MB."""

_BLOCK: Final = 128 * 1024
"""glibc begins with this many bytes for both of the limits below, and would raise them by itself
when larger blocks are freed: then the heap is full of holes that it does not give back."""

_MALLOPT: Final = {-8: 1, -3: _BLOCK, -1: _BLOCK}
"""M_ARENA_MAX, since only one thread at a time runs Python; M_MMAP_THRESHOLD; M_TRIM_THRESHOLD.
The numbers are those of glibc's malloc.h; see mallopt(3)."""


def tidy() -> None:
    """Have the C library give memory back. To be called before threads begin; elsewhere than with
    glibc nothing happens.
    """
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        for number, value in _MALLOPT.items():
            libc.mallopt(number, value)


def settle() -> None:
    """What is loaded now stays: the collector never looks at it again, which halves its pauses."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED)
