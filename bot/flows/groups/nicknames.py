"""Names for boards that nobody had to think of: friendly, and nobody's own."""

from typing import Final

KINDS: Final = (
    "Amber Brave Bright Calm Candid Cheerful Clever Copper Cosy Curious Daring Early Eager Emerald "
    "Fair Fleet Gentle Glad Golden Happy Honest Jolly Keen Kind Lively Lucky Merry Mindful Nimble "
    "Noble Patient Playful Plucky Quick Quiet Ready Silver Steady Sunny Swift Tidy Warm Wise Witty"
).split()

ANIMALS: Final = (
    "Badger Beaver Bison Crane Curlew Deer Dolphin Dove Eagle Falcon Finch Fox Gecko Hare Hawk "
    "Heron Ibex Jay Kestrel Koala Lark Lemur Linnet Lynx Magpie Marten Mole Moose Newt Otter "
    "Owl Panda Pelican Puffin Quail Raven Robin Seal Sparrow Squirrel Stork Swan Tern Thrush "
    "Toad Trout Wren"
).split()

NUMBERS: Final = 90
"""With 44 kinds and 47 animals that makes 186,120 names; a taken one is refused, and another is
drawn when asked for.
"""


def generated(luck: str) -> str:
    """A name from hex digits, such as "Curious Otter 42"."""
    number = int(luck, 16)
    number, kind = divmod(number, len(KINDS))
    number, animal = divmod(number, len(ANIMALS))
    return f"{KINDS[kind]} {ANIMALS[animal]} {10 + number % NUMBERS}"
