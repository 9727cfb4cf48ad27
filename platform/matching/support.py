"""Do a need and a team speak of the same things at all? A score says who is the likeliest; this, whether anybody is.

A score is shared out among the teams there are: of a need that nobody can solve it still names one. So a label needs
more: team and need must share telling words, and more of them than a work usually shares with the nearest team that
did not write it. How much that is, the works themselves say. Need and work in two languages share no words: there the
same is asked of what they mean. Measured in docs/matching.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

from matching.corpus import Team
from matching.explaining import Explanation
from matching.space import Reader
from matching.text import readable

MEDIUM, STRONG = 0.5, 0.9  # of all works lie below: as near as that to the nearest team that did not write them
NEAREST = 2  # works of a team that are counted: two beat one lucky hit
TEAMS, WORKS = 300, 8  # a sample is enough
FEWEST = 3  # teams; fewer say nothing about others, and get what small corpora had
USUAL = (0.15, 0.4)
LEAST = (0.1, 0.2)  # where teams have nothing in common at all, next to nothing would be enough
LABELS = ("weak", "medium", "strong")


@dataclass(frozen=True)
class Support:
    """The nearness of need and team from which a label may be medium, and strong: in words, and the same in meaning."""

    medium: float
    strong: float
    medium_alike: float | None = None  # None: learnt from words alone
    strong_alike: float | None = None

    @classmethod
    def of(cls, reader: Reader, teams: Sequence[Team]) -> "Support":
        rng = np.random.default_rng(0)
        telling = [team for team in teams if any(work.text.strip() for work in team.works)]
        if len(telling) < FEWEST:
            return cls(*USUAL)
        chosen = [telling[n] for n in np.sort(rng.permutation(len(telling))[:TEAMS])]
        texts = [[readable(work.text) for work in team.works if work.text.strip()][:WORKS] for team in chosen]
        owners = np.repeat(np.arange(len(texts)), [len(some) for some in texts])
        rows = sparse.vstack([reader.telling(some) for some in texts]).tocsr()
        bars = np.maximum(_bars(np.asarray((rows @ rows.T).todense()), owners), LEAST)
        meanings = reader.meanings([text for some in texts for text in some])
        alike = () if meanings is None else tuple(_bars(meanings @ meanings.T, owners))
        return cls(*map(float, (*bars, *alike)))

    def near(self, why: Explanation) -> float:
        """How near need and team are, in words. Only what can be named counts: two texts share a syllable by chance."""
        shared = nearness([one.near for one in why.reasons if one.terms])
        alike = nearness([one.near for one in why.reasons if one.by_meaning])
        return max(shared, self._in_words(alike))

    def _in_words(self, alike: float) -> float:
        """What a nearness in meaning is worth: it stands to its bars as the answer does to those of words."""
        if self.medium_alike is None or self.strong_alike is None:
            return 0.0
        return float(np.interp(alike, [0, self.medium_alike, self.strong_alike], [0, self.medium, self.strong]))

    def label(self, strength: str, near: float) -> str:
        """The label a score would have, no better than what the two have in common allows."""
        allowed = "strong" if near >= self.strong else "medium" if near >= self.medium else "weak"
        return min(strength, allowed, key=LABELS.index)


def nearness(near: Sequence[float]) -> float:
    """Of a need and a team, from how near the need is to those of the team's works that share a word with it."""
    return float(sum(sorted(near, reverse=True)[:NEAREST]))


def _bars(table: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """Of works by how near they are to works: what half, and nine of ten, are less near to another team than."""
    return np.asarray(np.quantile(_others(table, owners), (MEDIUM, STRONG)))


def _others(table: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """For each work, how near it is to the nearest team that did not write it."""
    starts = np.flatnonzero(np.r_[True, np.diff(owners) > 0])
    table = np.where(owners[:, None] == owners[None, :], 0, table)
    first = np.maximum.reduceat(table, starts, axis=1)
    at_first = np.repeat(first, np.diff(np.r_[starts, len(owners)]), axis=1) == table
    rest = np.where(at_first, 0, table)
    found: np.ndarray = (first + np.maximum.reduceat(rest, starts, axis=1)).max(axis=1)
    return found
