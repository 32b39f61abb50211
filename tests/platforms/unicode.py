"""How the platforms count characters, and which they do not take."""

import re

SURROGATE = re.compile("[\ud800-\udfff]")


def utf16(text: str) -> int:
    """The stricter measure of a text: characters beyond U+FFFF count twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def has_surrogate(value: object) -> bool:
    """Whether half of a pair stands alone somewhere in it, at any depth: it has no UTF-8 form."""
    match value:
        case str():
            return not value.isascii() and bool(SURROGATE.search(value))
        case list():
            return any(map(has_surrogate, value))
        case dict():
            return any(has_surrogate(key) or has_surrogate(item) for key, item in value.items())
        case _:
            return False
