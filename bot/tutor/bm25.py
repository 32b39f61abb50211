"""BM25 over a few dozen short texts, with typos forgiven.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with
their k1 and b. The libraries for it bring numpy, 15 MB and 80 ms, for what is a page here.
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache, partial

from rapidfuzz import fuzz, process

K1 = 1.2
B = 0.75
TYPO = 82
"""From this similarity (0 to 100) on, an unknown word is taken for a known one."""


class Bank:
    """Texts as lists of stems, to be ranked against a query."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        counts = [Counter(text) for text in texts]
        mean = sum(map(len, texts)) / max(1, len(texts)) or 1.0
        seen = Counter(stem for count in counts for stem in count)
        self._weight = {
            stem: math.log(1 + (len(texts) - n + 0.5) / (n + 0.5)) for stem, n in seen.items()
        }
        self._unknown = math.log(1 + (len(texts) + 0.5) / 0.5)
        # A cache of its own, which goes when the bank does: content is read anew.
        self._near = lru_cache(maxsize=512)(partial(_nearest, sorted(self._weight)))
        self._full = [0.0] * len(texts)
        self._postings: dict[str, list[tuple[int, float]]] = {stem: [] for stem in seen}
        for n, count in enumerate(counts):
            length = K1 * (1 - B + B * count.total() / mean)
            for stem, times in count.items():
                score = self._weight[stem] * times * (K1 + 1) / (times + length)
                self._postings[stem].append((n, score))
                self._full[n] += score

    def corrected(self, query: Sequence[str]) -> list[str]:
        """The query with each unknown word replaced by the known one it was meant to be."""
        return [self._meant(stem) for stem in query]

    def scores(self, query: Sequence[str]) -> list[float]:
        """For each text, from 0 (nothing shared) to 1 (the same words).

        Raw BM25 grows with the length of the query, so it is set against the geometric mean of
        what the query and the text could reach at most.
        """
        stems = dict.fromkeys(query)
        ceiling = sum(self._weight.get(stem, self._unknown) for stem in stems) * (K1 + 1) / 2
        return [
            score / math.sqrt(ceiling * full) if score else 0.0
            for score, full in zip(self.raw(query), self._full, strict=True)
        ]

    def raw(self, query: Sequence[str]) -> list[float]:
        """For each text its plain BM25, which favours none for being short."""
        found = [0.0] * len(self._full)
        for stem in dict.fromkeys(query):
            for n, score in self._postings.get(stem, ()):
                found[n] += score
        return found

    def _meant(self, stem: str) -> str:
        return stem if stem in self._weight or len(stem) < 4 else self._near(stem)


def _nearest(known: Sequence[str], stem: str) -> str:
    found = process.extractOne(stem, known, scorer=fuzz.ratio, score_cutoff=TYPO)
    return found[0] if found else stem
