"""From a score to how often such a score was right, learnt from held-out works; and its word: 强, 中 or 弱."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

PAIRS = 300_000
STRONG, MEDIUM = 0.5, 0.2  # of the held-out works with such a score with a team, so many were that team's


@dataclass(frozen=True)
class Calibration:
    """`scores` rising, `chances` never falling. What it says holds where somebody can solve the need at all."""

    scores: np.ndarray
    chances: np.ndarray

    @classmethod
    def of(cls, scores: np.ndarray, owners: np.ndarray) -> "Calibration":
        """`scores`: held-out works × teams; `owners`: whose each work is."""
        if not scores.size:
            return cls(np.array([0.0, 1.0]), np.array([0.0, 0.0]))
        right = np.zeros(scores.shape, bool)
        right[np.arange(len(owners)), owners] = True
        flat, hits = scores.ravel(), right.ravel()
        if len(flat) > PAIRS:  # all the right ones and the best of the wrong ones decide; a sample would lose them
            kept = np.argpartition(-flat, PAIRS)[:PAIRS]
            kept = np.union1d(kept, np.flatnonzero(hits))
            flat, hits = flat[kept], hits[kept]
        order = np.argsort(flat, kind="stable")
        fitted = isotonic_regression(hits[order].astype(float)).x
        steps = np.flatnonzero(np.r_[True, np.diff(fitted) > 0])
        return cls(flat[order][steps], fitted[steps])

    def chance(self, score: float) -> float:
        """0 to 1: of the held-out works that scored like this with a team, how many were that team's."""
        at = int(np.searchsorted(self.scores, score, side="right")) - 1
        return float(self.chances[max(at, 0)])


def strength(chance: float) -> str:
    return "strong" if chance >= STRONG else "medium" if chance >= MEDIUM else "weak"
