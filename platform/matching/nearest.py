"""The works of a team that are nearest: so that a rare exact term finds its team among a hundred thousand.

A team's direction in a space of some hundred dimensions says what it works on; among very many teams that is not
enough. So of every work the terms that weigh most are kept, turned round: for each term the works that have it. A
team scores what its nearest work scores (the cosine, as far as the kept terms go), up to half more for several that
are as near. Teams that came or changed since are looked through one by one, until everything is learnt anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import scipy.sparse as sparse

from matching.lexicon import Matrix

TERMS = 64  # of a work that are kept
MOST = 1.5  # times its nearest work, a team may come to by several
ROWS = 1_000


@dataclass(frozen=True)
class Nearest:
    starts: np.ndarray  # terms + 1: where each term's works begin in the next two
    works: np.ndarray  # numbers of works
    weights: np.ndarray  # how much the term weighs in each of them
    number: int  # of works that were learnt
    first: np.ndarray  # of each team that was learnt and has works, the number of its first; works stand by team
    teams: np.ndarray  # of each of these, the number of the team now; −1: gone or changed
    later: Matrix  # works × terms, of teams that came or changed since
    owners: np.ndarray  # of each of those, the number of its team

    @classmethod
    def of(cls, kept: Iterable[Matrix], owners: np.ndarray, terms: int) -> "Nearest":
        """`kept`: of all works, some at a time, what is `shortened`; `owners`: rising."""
        everything = sparse.vstack([sparse.csr_matrix((0, terms), dtype=np.float32), *kept], format="csr").tocsc()
        first = np.flatnonzero(np.diff(owners, prepend=-1))
        return cls(
            everything.indptr.astype(np.int64),
            everything.indices.astype(np.int32),
            everything.data.astype(np.float16),
            len(owners),
            first,
            owners[first],
            sparse.csr_matrix((0, terms), dtype=np.float32),
            np.zeros(0, np.int64),
        )

    def scores(self, texts: Matrix, teams: int, *, but: np.ndarray | None = None) -> np.ndarray:
        """Texts × teams, 0 to 1. `but`: for each text the number of one work that does not count."""
        found = np.zeros((texts.shape[0], teams), np.float32)
        for n, row in enumerate(found):
            near = self._near(texts[n])
            if but is not None:
                near[but[n]] = 0
            works = np.flatnonzero(near)
            near, owners = near[works], self._owners[works]
            first = np.flatnonzero(np.diff(owners, prepend=-1))
            if len(first):
                several, best = np.add.reduceat(near * near * near, first), np.maximum.reduceat(near, first)
                now = self.teams[owners[first]]
                row[now[now >= 0]] = _together(several, best)[now >= 0]
        if len(self.owners):
            for row, near in zip(found, (texts @ self.later.T).toarray(), strict=True):
                several, best = np.bincount(self.owners, near * near * near, teams), np.zeros(teams)
                np.maximum.at(best, self.owners, near)
                row[self.owners] = _together(several, best)[self.owners]
        return found

    def exchanged(self, works: Matrix, owners: np.ndarray, numbers: np.ndarray) -> "Nearest":
        """With these works in place of all that the teams of these numbers had."""
        stay = ~np.isin(self.owners, numbers)
        return replace(
            self,
            teams=np.where(np.isin(self.teams, numbers), -1, self.teams),
            later=sparse.vstack([self.later[stay], _half(shortened(works))], format="csr"),
            owners=np.r_[self.owners[stay], owners],
        )

    def only(self, kept: np.ndarray, teams: int) -> "Nearest":
        """Only the teams of these numbers, which rise, of so many."""
        now = renumbered(kept, teams)
        stay = now[self.owners] >= 0
        return replace(self, teams=now[self.teams], later=self.later[stay], owners=now[self.owners[stay]])

    @cached_property
    def _owners(self) -> np.ndarray:
        """Of each work that was learnt, the place of its team in `first` and `teams`."""
        lengths = np.diff(self.first, append=self.number)
        return np.repeat(np.arange(len(self.first), dtype=np.int32), lengths)

    def _near(self, text: Matrix) -> np.ndarray:
        spans = [(int(self.starts[term]), int(self.starts[term + 1])) for term in text.indices]
        if not spans:
            return np.zeros(self.number)
        works = np.concatenate([self.works[a:b] for a, b in spans])
        weights = np.concatenate([self.weights[a:b] for a, b in spans])
        times = np.repeat(text.data, [b - a for a, b in spans])
        return np.bincount(works, weights * times, minlength=self.number)


def renumbered(kept: np.ndarray, teams: int) -> np.ndarray:
    """Of each of so many teams its number once only those of `kept`, which rise, are left; −1 for the others, and at
    the end for what already had no number."""
    now = np.full(teams + 1, -1)
    now[kept] = np.arange(len(kept))
    return now


def _together(several: np.ndarray, best: np.ndarray) -> np.ndarray:
    """Of cubes added up, and the best of each: works that are half as near count an eighth."""
    return np.asarray(np.minimum(np.cbrt(several), MOST * best))


def _half(works: Matrix) -> Matrix:
    """Rounded as those that were learnt are kept, so that equal works score the same."""
    return sparse.csr_matrix(
        (works.data.astype(np.float16).astype(np.float32), works.indices, works.indptr), works.shape
    )


def shortened(works: Matrix) -> Matrix:
    """Of each work the terms that weigh most; of equals the first."""
    parts = [_shortened(works[start : start + ROWS]) for start in range(0, works.shape[0], ROWS)]
    return sparse.vstack(parts, format="csr") if parts else works


def _shortened(works: Matrix) -> Matrix:
    lengths = np.diff(works.indptr)
    most = int(lengths.max(initial=0))
    if most <= TERMS:
        return works
    rows = np.repeat(np.arange(len(lengths)), lengths)
    table = np.zeros((len(lengths), most), np.float32)
    table[rows, np.arange(len(rows)) - works.indptr[rows]] = works.data
    least = np.partition(table, most - TERMS, axis=1)[:, most - TERMS]
    above, equal = works.data > least[rows], works.data == least[rows]
    room = TERMS - np.bincount(rows, above, minlength=len(lengths)).astype(np.int64)
    before = np.concatenate([[0], np.cumsum(equal)])  # how many equals stand before each, from the start of its row
    kept = above | equal & (before[1:] - before[works.indptr[rows]] <= room[rows])
    starts = np.concatenate([[0], np.cumsum(kept)])[works.indptr]
    return sparse.csr_matrix((works.data[kept], works.indices[kept], starts), shape=works.shape)
