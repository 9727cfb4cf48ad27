"""Do a need and a team speak of the same things at all? A score says who is the likeliest; this, whether anybody is.

A score is shared out among the teams there are: of a need that nobody can solve it still names one. So a label needs
more: team and need must share telling words, and more of them than a work usually shares with the nearest team that
did not write it. How much that is, the works themselves say. Need and work in two languages share no words: there it is
asked how much nearer they are in meaning than by chance. Measured in docs/matching.md.
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
ALIKE = (0.25, 0.6)  # of works in another language, nearer than by chance: worth as much as those bars
LEAST = (0.1, 0.2)  # where teams have nothing in common at all, next to nothing would be enough
LABELS = ("weak", "medium", "strong")


@dataclass(frozen=True)
class Support:
    """The nearness of need and team from which a label may be medium, and strong."""

    medium: float
    strong: float

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
        return cls(*(float(bar) for bar in np.maximum(np.quantile(_others(rows, owners), (MEDIUM, STRONG)), LEAST)))

    def near(self, why: Explanation) -> float:
        """How near need and team are, in words. Only what can be named counts: two texts share a syllable by chance."""
        shared = nearness([one.near for one in why.reasons if one.terms])
        alike = nearness([one.near for one in why.reasons if one.by_meaning])
        return max(shared, float(np.interp(alike, (0, *ALIKE), (0, self.medium, self.strong))))

    def label(self, strength: str, near: float) -> str:
        """The label a score would have, no better than what the two have in common allows."""
        allowed = "strong" if near >= self.strong else "medium" if near >= self.medium else "weak"
        return min(strength, allowed, key=LABELS.index)


def nearness(near: Sequence[float]) -> float:
    """Of a need and a team, from how near the need is to those of the team's works that share a word with it."""
    return float(sum(sorted(near, reverse=True)[:NEAREST]))


def _others(rows: sparse.csr_matrix, owners: np.ndarray) -> np.ndarray:
    """For each work, how near it is to the nearest team that did not write it."""
    starts = np.flatnonzero(np.r_[True, np.diff(owners) > 0])
    table = np.asarray((rows @ rows.T).todense())
    table[owners[:, None] == owners[None, :]] = 0
    first = np.maximum.reduceat(table, starts, axis=1)
    at_first = np.repeat(first, np.diff(np.r_[starts, len(owners)]), axis=1) == table
    rest = np.where(at_first, 0, table)
    found: np.ndarray = (first + np.maximum.reduceat(rest, starts, axis=1)).max(axis=1)
    return found
