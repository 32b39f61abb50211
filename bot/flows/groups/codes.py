"""Codes that people pass on: drawn from chance, and forgiving about how they are typed."""

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U (https://www.crockford.com/base32.html)."""

LENGTH: Final = 10
"""Characters of a code: 50 bits, so that a million guesses find one of a thousand codes once in a
million times.
"""


def drawn(luck: str, length: int = LENGTH) -> str:
    """A code from hex digits, of which it needs five bits a character."""
    number = int(luck, 16)
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(length))


def normal(text: str) -> str:
    """A code as it is kept: without dashes and spaces, O read as 0, I and L as 1."""
    letters = "".join(char for char in text.upper() if char.isascii() and char.isalnum())
    return letters.translate(str.maketrans("OIL", "011"))


def grouped(code: str, size: int = 5) -> str:
    """A code as it is shown: ABCDE-FGHJK."""
    return "-".join(code[place : place + size] for place in range(0, len(code), size))
