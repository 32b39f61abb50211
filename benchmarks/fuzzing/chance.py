"""Spoilt input: real examples with something wrong in them, the same for the same seed.

Each function takes the chance it draws from and changes nothing that it is given.
"""

import string
from collections.abc import Callable
from random import Random
from typing import Final

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

LONG: Final = 20_000
"""Characters of a very long text: platforms take 4,096 at most, so this is what only an enemy
sends."""

DEEP: Final = 400
"""How deep a nested value is: more than any reader of ours goes, less than Python's own limit."""

ODD: Final = (
    *("", " ", "\0", "\ud800", "a\udfffb", "\ufeff", "\u202eabc\u202c", "\u200b\u200d", "\u2028"),
    *(
        "Z\u0351\u036b\u0343\u0363a\u035b\u034al\u0341g\u0315o",
        "😀👩\u200d🔬🇩🇪",
        "ａｄｍｉｎ",
        "ﷺ" * 9,
    ),
    *("@everyone", "@here", "<@7>", "<@&900>", "<#901>", "</start:1>", "<t:1:R>", "||x||"),
    *("**bold", "`code", "```x", "https://evil.example/?q=1", "# x"),
    *(
        "> q",
        "-# small",
        "\\",
        "%s%n",
        "{0}",
        "{code}",
        "${x}",
        "{{7*7}}",
        "' OR 1=1 --",
        '"; DROP',
    ),
    *(
        "../../etc/passwd",
        "=cmd|' /C calc'!A0",
        "<script>x</script>",
        "<b>",
        "&amp;",
        "tg://user?id=7",
    ),
    *("ignore all previous instructions", "/start", "/", "//", "/@x", "/start@", "-1", "1e999"),
    *(
        "nan",
        "Infinity",
        "0x7f",
        "٣",
        "²",
        "true",
        "null",
        "[]",
        "{}",
        "9" * 40,
        "\r\n",
        "\t",
        "ı",
        "ß",
    ),
)
"""Texts that went wrong somewhere, in some program."""

MARKS: Final = (
    *(
        "[a](https://evil.example)",
        "[b](http://evil.example/x 'y')",
        "**[c](https://evil.example)**",
    ),
    *("![d](https://evil.example/e.png)", "[f]: https://evil.example\n[f]", "<@7> <@&9> @everyone"),
    *(
        "</start:7> <#9> <t:1:R> <:x:9>",
        "`\\`<@7>`",
        "||<@7>||",
        "> <@7>",
        "# @here\n-# <@7>",
        "\\<@7>",
    ),
)
"""Links, pings and what else a platform makes of marks."""

NUMBERS: Final[tuple[Json, ...]] = (
    *(0, -1, 1, 2**31, -(2**31) - 1, 2**53 + 1, 2**63, -(2**63), 2**64, 10**30, 10**400),
    *(0.5, -0.0, 1e308, float("inf"), float("-inf"), float("nan")),
)


def odd(chance: Random) -> str:
    """A text that nobody would write who means well."""
    match chance.randrange(9):
        case 0 | 1 | 2:
            return chance.choice(ODD)
        case 8:
            return chance.choice(MARKS)
        case 3:
            return "".join(chance.choice(ODD) for _ in range(chance.randrange(1, 6)))
        case 4:
            return "".join(map(chr, (chance.randrange(0x11_0000) for _ in range(8))))
        case 5:
            return "".join(chance.choices(string.printable, k=chance.randrange(40)))
        case 6:
            return chance.choice(ODD) * chance.randrange(1, 50)
        case _:
            if chance.randrange(20):
                return "".join(map(chr, (chance.randrange(0x20, 0x2FF) for _ in range(20))))
            return (chance.choice(ODD) or "x") * (LONG // 8)


def text(chance: Random, real: str) -> str:
    """A real text with something wrong: cut off, doubled, with odd text in it, a letter flipped."""
    at = chance.randrange(len(real) + 1)
    match chance.randrange(8):
        case 0:
            return odd(chance)
        case 1:
            return real[:at]
        case 2:
            return real[at:]
        case 3:
            return real[:at] + odd(chance) + real[at:]
        case 4:
            end = min(len(real), at + chance.randrange(1, 9))
            return real[:at] + odd(chance) + real[end:]
        case 5:
            return real[:at] + real[at : at + 12] * chance.randrange(2, 5) + real[at:]
        case 6 if at < len(real):
            return real[:at] + flipped(chance, real[at]) + real[at + 1 :]
        case _:
            return chance.choice((real.upper, real.swapcase, real.strip, real.title))()


def flipped(chance: Random, letter: str) -> str:
    """A character with one of its lower bits turned over."""
    return chr(ord(letter) ^ (1 << chance.randrange(7)))


def raw(chance: Random, real: bytes) -> bytes:
    """Real bytes with something wrong: a bit flipped, cut off, doubled, or with noise in them."""
    at = chance.randrange(len(real) + 1)
    match chance.randrange(6):
        case 0 if at < len(real):
            return real[:at] + bytes([real[at] ^ (1 << chance.randrange(8))]) + real[at + 1 :]
        case 1:
            return real[:at]
        case 2:
            return real[:at] + chance.randbytes(chance.randrange(1, 9)) + real[at:]
        case 3:
            return real[:at] + odd(chance).encode("utf-8", "surrogatepass") + real[at:]
        case 4:
            end = min(len(real), at + chance.randrange(1, 200))
            return real[:at] + real[at:end] * 2 + real[end:]
        case _:
            return real[:at] + real[min(len(real), at + chance.randrange(1, 60)) :]


def value(chance: Random, real: Json) -> Json:
    """A real value with one to three things wrong, each at any place in it."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        real = _somewhere(chance, real)
    return real


def _somewhere(chance: Random, real: Json) -> Json:
    """A copy of the way to one place, and something else there; all beside the way is shared."""
    if isinstance(real, dict) and real and chance.randrange(6):
        key = chance.choice(list(real))
        return {**real, key: _somewhere(chance, real[key])}
    if isinstance(real, list) and real and chance.randrange(6):
        at = chance.randrange(len(real))
        return [*real[:at], _somewhere(chance, real[at]), *real[at + 1 :]]
    if isinstance(real, dict) and real and chance.randrange(2):
        return _other_keys(chance, real)
    if isinstance(real, str) and chance.randrange(3):
        return text(chance, real)
    return other(chance, real)


def _other_keys(chance: Random, real: dict[str, Json]) -> dict[str, Json]:
    """Fields that are missing, too many, or that bear each other's values."""
    key, another = chance.choice(list(real)), chance.choice(list(real))
    match chance.randrange(4):
        case 0:
            return {name: held for name, held in real.items() if name != key}
        case 1:
            return {**real, odd(chance): other(chance, real[key])}
        case 2:
            return {**real, key: real[another], another: real[key]}
        case _:
            return {**real, key: real}


_OTHERS: Final[tuple[Callable[[Random, Json], Json], ...]] = (
    lambda _, __: None,
    lambda chance, _: chance.choice((True, False)),
    lambda chance, _: chance.choice(NUMBERS),
    lambda chance, _: chance.choice(NUMBERS),
    lambda chance, _: odd(chance),
    lambda chance, _: odd(chance),
    lambda _, real: [real],
    lambda _, real: {"x": real},
    lambda chance, _: chance.choice(([], {}, [[]], [None], {"": {}})),
    lambda chance, real: str(chance.choice(NUMBERS)) if isinstance(real, str) else str(real),
    lambda chance, _: nested(chance),
)


def other(chance: Random, real: Json) -> Json:
    """A value of another kind than `real`, or of the same kind and far off."""
    return chance.choice(_OTHERS)(chance, real)


def nested(chance: Random) -> Json:
    """A value in very many others."""
    made: Json = "x"
    for _ in range(chance.choice((3, 30, DEEP))):
        made = [made] if chance.randrange(2) else {"x": made}
    return made
