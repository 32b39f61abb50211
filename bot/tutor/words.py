"""Text as words that can be compared: folded, stemmed, without function words, in clauses."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer

from bot.tutor.synonyms import GROUPS

# What carries no idea of its own. Negations are kept apart: they turn an idea round.
FUNCTION = frozenset(
    """a about after again all also am an and another any are as at be because been before being
    between both but by can could did do does doing down each either else even ever every few for
    from get gets getting go goes going got had has have having he her here hers him his how i if
    in into is it its itself just kind let like lot lots made make makes making may maybe me might
    mine more most much must my of off okay on once one only or other our out over own put quite
    rather really same see she should so some something sort still such than that the their them
    then there these they thing things this those though through to too under up us use used using
    very want was way we well were what when where whether which while who whose why will with
    would yeah yes yet you your yours u ur im ive id its thats theres cuz cos gonna wanna kinda
    basically actually simply say says said mean means think guess
    know""".split()
)
GRAMMAR = frozenset(
    """a about am an and are as at be been being but by can could did do does for from had has have
    he her him his i if in into is it its just me my no not of on or our out she so some such than
    that the their them then there these they this those to too up us very was we were what which
    who will with would yeah yes you your u ur im""".split()
)
NEGATIONS = frozenset("no not none never nothing nobody nowhere without cannot hardly nor".split())

# How people write in a chat; each stands for one word.
SHORT_FORMS = {
    "txt": "text",
    "txts": "texts",
    "msg": "message",
    "msgs": "messages",
    "ppl": "people",
    "pic": "picture",
    "pics": "pictures",
    "foto": "photo",
    "fotos": "photos",
    "vid": "video",
    "sim": "simulator",
    "sims": "simulators",
    "algo": "algorithm",
    "info": "information",
    "q": "question",
    "qs": "questions",
    "ans": "answer",
    "prob": "problem",
    "diff": "different",
    "w": "with",
    "bc": "because",
    "coz": "because",
    "cuz": "because",
    "thx": "thanks",
    "pls": "please",
    "plz": "please",
    "btw": "also",
    "r": "are",
    "y": "why",
    "n": "and",
}

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_CLAUSE = re.compile(
    r"[.!?;:,()\n]+|\s[–—-]+\s"
    r"|\b(?:because|but|since|although|though|whereas|which means|so that)\b"
)
_stemmer = snowballstemmer.stemmer("english")


def words(text: str) -> list[str]:
    """The words of `text`, folded to plain small letters; "don't" stays one word."""
    folded = text.casefold().replace("’", "'")
    if not folded.isascii():
        parts = unicodedata.normalize("NFKD", folded)
        folded = "".join(c for c in parts if not unicodedata.combining(c))
    return [SHORT_FORMS.get(word, word) for word in _WORD.findall(folded)]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of an English word: "generated" and "generator" meet in "generat"."""
    return str(_stemmer.stemWord(word.removesuffix("'s")))


def is_negation(word: str) -> bool:
    """Whether a word turns round what is said, also where its apostrophe is missing."""
    return word in NEGATIONS or word.endswith("n't") or word in ("dont", "cant", "wont", "isnt")


def _heads() -> dict[str, str]:
    heads: dict[str, str] = {}
    for group in GROUPS.split("\n"):
        for word in group.split():
            heads.setdefault(stem(word), stem(group.split()[0]))
    return heads


_HEADS = _heads()


def content(text: str) -> list[str]:
    """The stems that carry what is said, in order, with repeats; synonyms count as one."""
    return [_HEADS.get(each, each) for each in plain_content(text)]


def plain_content(text: str) -> list[str]:
    """As `content`, with synonyms kept apart: to look a thing up by its own name."""
    return [stem(word) for word in words(text) if word not in FUNCTION and not is_negation(word)]


def said(text: str) -> list[str]:
    """The stems of all words but grammar's: what a line has to say, whatever it is about."""
    return [stem(word) for word in words(text) if word not in GRAMMAR]


def negated(text: str) -> bool:
    """Whether an odd number of negations stands in `text`."""
    return sum(map(is_negation, words(text))) % 2 == 1


def clauses(text: str) -> list[str]:
    """`text` itself and each part of it that says something by itself."""
    parts = [part.strip() for part in _CLAUSE.split(text)]
    return unique([text, *(part for part in parts if len(content(part)) >= 2)])


def unique(texts: Iterable[str]) -> list[str]:
    """Texts in their order, without repeats."""
    return list(dict.fromkeys(texts))
