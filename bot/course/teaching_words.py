"""Text as words and sentences, as far as a linter of teaching needs it. English, and roughly so."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

# Words of at least five letters that carry no idea of their own.
FUNCTION = frozenset(
    """about above after again against along already although always among another around because
    become becomes been before being below between both could doing during either every everything
    first further having itself least might never nothing often other others ought really several
    shall should since someone something still than their theirs them then there these they thing
    things those though through together toward towards under unless until using usually very were
    whatever when where whether which while whole whose within without would yours""".split()
)

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+")
_QUOTE = re.compile(r"\s*(?:>\s?)+")
_OPENING, _CLOSING = "\"'“‘([*_`", "\"'”’)]*_`"
_NEVER_LAST = frozenset(
    "e.g. i.e. cf. vs. dr. mr. mrs. ms. prof. st. fig. figs. eq. sec. ch. vol. ed. eds. pp. "
    "approx. ca. resp. esp. incl.".split()
)
_BEFORE_NUMBER = frozenset(("no.", "nos.", "p.", "art."))
_INITIAL = re.compile(r"[^\W\d_]\.")
_DOTTED = re.compile(r"(?:[^\W\d_]\.){2,}|(?:etc|al|inc|ltd|co)\.")


class Sentence(NamedTuple):
    """A sentence of a text: the line where it begins, counted from 0, and its words."""

    line: int
    words: tuple[str, ...]


def without_code(text: str) -> str:
    """`text` with its code blanked out; lines stay where they are."""
    return _CODE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def stems(text: str) -> frozenset[str]:
    """The stems of the words in `text`: "records" and "Record" meet."""
    return frozenset(stem(word) for word in re.findall(r"[^\W_]+", folded(text)))


def long_stems(text: str) -> dict[str, str]:
    """The words of `text` with at least five letters that carry an idea, by their stems."""
    words = _LONG_WORD.findall(folded(text))
    return {stem(word): word for word in words if word not in FUNCTION}


def folded(text: str) -> str:
    """`text` in small letters without accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of an English word: "records" and "record" meet."""
    return _stemmer()(word)


@cache
def _stemmer() -> Callable[[str], str]:
    import snowballstemmer

    stemmer: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return stemmer


# -- sentences --------------------------------------------------------------------------------


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a Markdown text; an entry of a list begins one of its own."""
    block: list[tuple[int, str]] = []
    for number, line in enumerate(without_code(text).split("\n")):
        rest = _QUOTE.sub("", line, count=1) if line.lstrip().startswith(">") else line
        entry = _ITEM.match(rest)
        if entry or not rest.strip():
            yield from _split(block)
            block = []
        block += [(number, word) for word in rest[entry.end() if entry else 0 :].split()]
    yield from _split(block)


def _split(block: list[tuple[int, str]]) -> Iterator[Sentence]:
    begun = 0
    for at, (_, word) in enumerate(block):
        after = block[at + 1][1] if at + 1 < len(block) else ""
        if not after or _ends(word, after):
            said = (w for _, w in block[begun : at + 1] if any(map(str.isalnum, w)))
            yield Sentence(block[begun][0], tuple(said))
            begun = at + 1


def _ends(word: str, after: str) -> bool:
    """Whether a sentence ends with `word`. A small letter may begin one: "phi-1 won." """
    bare = word.rstrip(_CLOSING).lstrip(_OPENING).casefold()
    following = after.lstrip(_OPENING)[:1]
    if bare.endswith(("...", "…")):
        return not following.islower()
    if not bare.endswith((".", "!", "?")) or bare in _NEVER_LAST or _INITIAL.fullmatch(bare):
        return False
    if bare in _BEFORE_NUMBER:
        return not following.isdigit()
    return following.isupper() or not _DOTTED.fullmatch(bare)
