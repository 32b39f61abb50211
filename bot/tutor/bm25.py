"""BM25 over a few dozen short texts, with typos forgiven.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with
their k1 and b. The libraries for it bring numpy, 15 MB and 80 ms, for what is a page here.
"""

import math
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz, process

K1 = 1.2
B = 0.75
TYPO = 82
"""From this similarity (0 to 100) on, an unknown word is taken for a known one."""


class Bank:
    """Texts as lists of stems, to be ranked against a query."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self._counts = [Counter(text) for text in texts]
        self._lengths = [len(text) for text in texts]
        self._mean = sum(self._lengths) / max(1, len(texts)) or 1.0
        seen = Counter(stem for count in self._counts for stem in count)
        self._weight = {
            stem: math.log(1 + (len(texts) - n + 0.5) / (n + 0.5)) for stem, n in seen.items()
        }
        self._unknown = math.log(1 + (len(texts) + 0.5) / 0.5)
        self._known = sorted(self._weight)
        self._full = [self._score(list(count), n) for n, count in enumerate(self._counts)]

    def corrected(self, query: Sequence[str]) -> list[str]:
        """The query with each unknown word replaced by the known one it was meant to be."""
        return [self._meant(stem) for stem in query]

    def scores(self, query: Sequence[str]) -> list[float]:
        """For each text, from 0 (nothing shared) to 1 (the same words).

        Raw BM25 grows with the length of the query, so it is set against the geometric mean of
        what the query and the text could reach at most.
        """
        stems = list(dict.fromkeys(query))
        ceiling = sum(self._weight.get(stem, self._unknown) for stem in stems) * (K1 + 1) / 2
        return [
            self._score(stems, n) / math.sqrt(ceiling * full) if ceiling and full else 0.0
            for n, full in enumerate(self._full)
        ]

    def raw(self, query: Sequence[str]) -> list[float]:
        """For each text its plain BM25, which favours none for being short."""
        stems = list(dict.fromkeys(query))
        return [self._score(stems, n) for n in range(len(self._counts))]

    def _score(self, stems: Sequence[str], n: int) -> float:
        counts = self._counts[n]
        length = K1 * (1 - B + B * self._lengths[n] / self._mean)
        return sum(
            self._weight[stem] * counts[stem] * (K1 + 1) / (counts[stem] + length)
            for stem in stems
            if stem in counts
        )

    def _meant(self, stem: str) -> str:
        if stem in self._weight or len(stem) < 4:
            return stem
        found = process.extractOne(stem, self._known, scorer=fuzz.ratio, score_cutoff=TYPO)
        return found[0] if found else stem
