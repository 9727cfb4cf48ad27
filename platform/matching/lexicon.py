"""Texts as sparse vectors: how often a term stands in a text, and how rare it is among all of them (TF-IDF)."""

from array import array
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import scipy.sparse as sparse

from core.search import COMMONPLACE
from matching.text import terms

Matrix: TypeAlias = Any  # scipy.sparse.csr_matrix, which comes without types
RARE = 1 + np.log(6)


class Lexicon:
    """The terms of a corpus with their weights. A term in one text only says nothing about two; it is left out."""

    def __init__(self, vocabulary: dict[str, int], weights: np.ndarray) -> None:
        self.vocabulary, self.weights = vocabulary, weights

    @classmethod
    def of(cls, texts: Iterable[str]) -> tuple["Lexicon", Matrix]:
        """The lexicon of these texts, and their vectors (texts × terms, each row of length 1 or empty)."""
        everything: dict[str, int] = {}
        counts = _counted(texts, everything, grow=True)
        df = np.bincount(counts.indices, minlength=counts.shape[1])
        kept = np.flatnonzero(df > 1)
        names = list(everything)
        weights = (np.log((counts.shape[0] + 1) / (df[kept] + 1)) + 1).astype(np.float32)
        lexicon = cls({names[old]: new for new, old in enumerate(kept)}, weights)
        return lexicon, lexicon._weighed(counts[:, kept])

    @cached_property
    def names(self) -> list[str]:
        return list(self.vocabulary)

    @cached_property
    def rare(self) -> sparse.dia_matrix:
        """Multiplied with it, vectors keep the terms of at most one text in six, without the commonplace."""
        kept = self.weights >= RARE
        kept &= np.array([name not in COMMONPLACE for name in self.names], dtype=bool)
        return sparse.diags(kept.astype(np.float32))

    def vectors(self, texts: Iterable[str]) -> Matrix:
        return self._weighed(_counted(texts, self.vocabulary, grow=False))

    def _weighed(self, counts: Matrix) -> Matrix:
        counts.data = (1 + np.log(counts.data)).astype(np.float32)
        weighed = sparse.csr_matrix(counts.multiply(self.weights[None, :]))
        length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1))).ravel()
        return sparse.csr_matrix(sparse.diags(1 / np.maximum(length, 1e-9)).astype(np.float32) @ weighed)


def _counted(texts: Iterable[str], vocabulary: dict[str, int], *, grow: bool) -> Matrix:
    starts, columns, numbers = array("l", [0]), array("l"), array("f")
    for text in texts:
        for term, n in Counter(terms(text)).items():
            column = vocabulary.setdefault(term, len(vocabulary)) if grow else vocabulary.get(term, -1)
            if column >= 0:
                columns.append(column)
                numbers.append(n)
        starts.append(len(columns))
    shape = (len(starts) - 1, len(vocabulary))
    return sparse.csr_matrix((np.array(numbers, dtype=np.float32), np.array(columns), np.array(starts)), shape=shape)
