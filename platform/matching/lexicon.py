"""Texts as sparse vectors: how often a term stands in a text, and how rare it is among all of them (TF-IDF)."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import scipy.sparse as sparse

from core.search import COMMONPLACE
from matching.counting import CHUNK, Counts, count, key
from matching.text import terms

Matrix: TypeAlias = Any  # scipy.sparse.csr_matrix, which comes without types
RARE = 1 + np.log(6)
# That two texts measure in the same unit says nothing of what they measure.
UNITS = frozenset(
    "mm cm dm km nm um μm mg kg ug μg ml kw mw kwh kv mv hz khz mhz ghz pa kpa mpa gpa rpm ppm ppb db min".split()  # noqa: SIM905
)
LOGS = (1 + np.log(np.maximum(np.arange(1 << 16), 1))).astype(np.float32)  # how much so many times count


class Lexicon:
    """The terms of a corpus with their weights. A term in one text only says nothing about two; it is left out."""

    def __init__(self, keys: np.ndarray, weights: np.ndarray) -> None:
        """`keys`: the numbers of the terms, rising."""
        self.keys, self.weights = keys, weights

    @classmethod
    def of(cls, chunks: Sequence[Counts]) -> "Lexicon":
        """The lexicon of these texts."""
        keys = np.concatenate([np.zeros(0, np.int64), *(chunk.keys for chunk in chunks)])
        texts = [np.bincount(chunk.columns, minlength=len(chunk.keys)) for chunk in chunks]
        order = np.argsort(keys, kind="stable")
        keys, df = keys[order], np.concatenate([np.zeros(0, np.int64), *texts])[order]
        first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, np.int64)
        df = np.add.reduceat(df, first) if len(first) else df
        kept = df > 1
        number = sum(map(len, chunks))
        return cls(keys[first][kept], (np.log((number + 1) / (df[kept] + 1)) + 1).astype(np.float32))

    @cached_property
    def rare(self) -> sparse.dia_matrix:
        """Multiplied with it, vectors keep the terms of at most one text in six, without the commonplace and units."""
        kept = self.weights >= RARE
        columns, known = self._find(np.array(sorted(map(key, COMMONPLACE | UNITS)), np.int64))
        kept[columns[known]] = False
        return sparse.diags(kept.astype(np.float32))

    def vectors(self, texts: Sequence[str]) -> Matrix:
        parts = [texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK)]
        none = sparse.csr_matrix((0, len(self.keys)), dtype=np.float32)
        return sparse.vstack([none, *(self.weighed(self.counted(count(part))) for part in parts)], format="csr")

    def counted(self, counts: Counts) -> Matrix:
        """How often the terms of the lexicon stand in these texts (texts × terms)."""
        columns, known = self._find(counts.keys)
        chosen = known[counts.columns]
        starts = np.concatenate([[0], np.cumsum(chosen)])[counts.starts]
        entries = (counts.numbers[chosen], columns[counts.columns[chosen]], starts)
        return sparse.csr_matrix(entries, shape=(len(counts), len(self.keys)))

    def weighed(self, counted: Matrix) -> Matrix:
        """The vectors of texts whose terms were counted (texts × terms, each row of length 1 or empty)."""
        numbers = LOGS[counted.data] * self.weights[counted.indices]
        rows = np.repeat(np.arange(counted.shape[0]), np.diff(counted.indptr))
        length = np.sqrt(np.bincount(rows, numbers * numbers, minlength=counted.shape[0])).astype(np.float32)
        numbers /= np.maximum(length, 1e-9)[rows]
        return sparse.csr_matrix((numbers, counted.indices, counted.indptr), shape=counted.shape)

    def named(self, texts: Iterable[str]) -> dict[int, str]:
        """The terms of readable texts by their columns."""
        names = {key(term): term for text in texts for term in terms(text)}
        wanted = np.array(sorted(names), np.int64)
        columns, known = self._find(wanted)
        return {int(column): names[int(one)] for column, one in zip(columns[known], wanted[known], strict=True)}

    def _find(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """For each of these, which rise, its column, and whether it is known at all."""
        columns = np.searchsorted(self.keys, keys)
        if not len(self.keys):
            return columns, np.zeros(len(keys), bool)
        columns = np.minimum(columns, len(self.keys) - 1)
        return columns.astype(np.int32), self.keys[columns] == keys
