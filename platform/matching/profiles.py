"""What tells one team from the others: a direction for each, learnt from works and sharpened by texts nobody owns.

Ridge regression of "whose work is this?" on the places of the works. A text's score with a team is near 1 when it
looks like that team's work and like nobody else's. Several works that point one way add up; a single lucky word is
shared by many teams and tells nothing.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

RIDGE = 0.5  # how much a direction must be supported before it counts
COUNTED = 8  # a team's works weigh in full up to here, all together no more than that beyond it
# Texts that no team wrote (published needs, calls) show which terms go together. They are attributed softly to the
# teams they look like and learnt from, over and over. Measured in docs/matching.md.
BACKGROUND = 0.6  # what such a text weighs beside a work
SHARPNESS = 0.05  # softmax temperature of an attribution
ROUNDS = 6
EVEN = 0.5  # how strongly attributions are held to the shares that are expected, 0 to 1
TRUST = 0.75  # in the shares that teams have at first sight, before anything was learnt from these texts
DOUBT = 4.0  # texts that every team is presumed to have besides those attributed to it


@dataclass(frozen=True)
class Profiles:
    directions: np.ndarray  # directions of the space × teams
    inverse: np.ndarray  # directions × directions: how far each place of the space was known already

    def scores(self, places: np.ndarray) -> np.ndarray:
        """texts × teams; about 1 for a text that could only be this team's, about 0 for one that says nothing."""
        return places @ self.directions

    def held_out(self, works: np.ndarray, owners: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """The scores of these works, each as if it had not been learnt from (works × teams; in closed form).

        `weights`: how much each weighed when it was learnt from (`weigh`).
        """
        teams = self.directions.shape[1]
        told = np.full((len(works), teams), -1 / teams, np.float32)
        told[np.arange(len(works)), owners] += 1
        own = (np.einsum("ij,jk,ik->i", works, self.inverse, works, optimize=True) * weights)[:, None]
        return (self.scores(works) - own * told) / np.maximum(1 - own, 0.05)


def learn(works: np.ndarray, owners: np.ndarray, teams: int, background: np.ndarray) -> Profiles:
    """`works`: places, `owners`: the number of each work's team, `background`: places of texts nobody owns."""
    weights = weigh(owners, teams)
    ties = sparse.csr_matrix((weights, (np.arange(len(owners)), owners)), shape=(len(owners), teams))
    known = works.T @ ties - (works.T @ weights)[:, None] / max(teams, 1)  # one against the others
    covariance = works.T @ (works * weights[:, None]) + RIDGE * np.eye(works.shape[1], dtype=np.float32)
    inverse = np.linalg.inv(covariance)
    directions = inverse @ known
    if len(background):
        inverse = np.linalg.inv(covariance + BACKGROUND * background.T @ background)
        expected = expect(background @ directions)
        for _round in range(ROUNDS):
            likely = attribute(background @ directions, expected)
            directions = inverse @ (known + BACKGROUND * background.T @ (likely - 1 / teams))
    return Profiles(np.asarray(directions, np.float32), np.asarray(inverse, np.float32))


def attribute(scores: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Whose each text could be (rows sum to 1), no team taking far more than the share `expected` of it."""
    tilt = np.zeros(scores.shape[1], np.float32)
    for _round in range(12):
        share = _softmax(scores / SHARPNESS + tilt).sum(axis=0)
        tilt -= 0.5 * EVEN * np.log((share + DOUBT) / (expected + DOUBT))
    return _softmax(scores / SHARPNESS + tilt)


def expect(scores: np.ndarray) -> np.ndarray:
    """How many of the texts each team may come to have: between what it has at first sight, and equal shares."""
    share = _softmax(scores / SHARPNESS).sum(axis=0) + 1e-6
    mixed = share**TRUST * share.mean() ** (1 - TRUST)
    return np.asarray(mixed * share.sum() / mixed.sum())


def held_out(near: np.ndarray, owners: np.ndarray, teams: int) -> float:
    """How well each work finds its own team among all, by the others' works and its team's other works (mean 1/rank).

    In closed form: nothing is learnt anew for each. `near`: nearness of works to works.
    """
    counted = np.bincount(owners, minlength=teams)[owners] > 1
    if not counted.any():
        return 0.0
    own = np.zeros((len(owners), teams), np.float32)
    own[np.arange(len(owners)), owners] = 1
    inverse = np.linalg.inv(near + np.diag(RIDGE / weigh(owners, teams)))
    scores = own - (inverse @ (own - 1 / teams)) / np.diag(inverse)[:, None]
    mine = scores[np.arange(len(owners)), owners]
    return float((1 / (1 + (scores > mine[:, None]).sum(axis=1)))[counted].mean())


def weigh(owners: np.ndarray, teams: int) -> np.ndarray:
    return np.minimum(1, COUNTED / np.bincount(owners, minlength=teams)[owners]).astype(np.float32)


def _softmax(scores: np.ndarray) -> np.ndarray:
    grown = np.exp(scores - scores.max(axis=1, keepdims=True))
    return grown / grown.sum(axis=1, keepdims=True)
