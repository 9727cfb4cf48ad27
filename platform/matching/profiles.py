"""What tells one team from the others: a direction for each, learnt from works and sharpened by texts nobody owns.

Ridge regression of "whose work is this?" on the places of the works. A text's score with a team is near 1 when it
looks like that team's work and like nobody else's. Several works that point one way add up; a single lucky word is
shared by many teams and tells nothing.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

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
class Evidence:
    """What profiles are learnt from, kept so that one team can be exchanged without reading the others' works again."""

    sums: np.ndarray  # teams × directions: what the places of a team's works, as they weigh, add up to
    counts: np.ndarray  # how many works each team has
    places: np.ndarray  # of works, or of a sample of them
    owners: np.ndarray  # the number of the team of each of these
    background: np.ndarray  # places of texts nobody owns

    def exchanged(self, came: "Evidence", numbers: np.ndarray, new: int) -> "Evidence":
        """With `came` in place of the teams of these numbers, of which the last `new` were not there yet."""
        sums, counts = grown(self.sums, new), np.r_[self.counts, np.zeros(new, self.counts.dtype)]
        sums[numbers], counts[numbers] = came.sums, came.counts
        sampled = len(self.owners) / max(self.counts.sum(), 1) if len(self.owners) else 1.0
        taken = np.random.default_rng(0).random(len(came.owners)) < sampled
        stay = ~np.isin(self.owners, numbers)
        return Evidence(
            sums,
            counts,
            np.concatenate([self.places[stay], came.places[taken]]),
            np.r_[self.owners[stay], numbers[came.owners[taken]]],
            self.background,
        )

    def only(self, kept: np.ndarray) -> "Evidence":
        """Only the teams of these numbers, which rise."""
        stay = np.isin(self.owners, kept)
        owners = np.searchsorted(kept, self.owners[stay])
        return Evidence(self.sums[kept], self.counts[kept], self.places[stay], owners, self.background)

    @property
    def covariance(self) -> np.ndarray:
        weights = np.minimum(1, COUNTED / self.counts[self.owners]).astype(np.float32)
        weights *= self.counts.sum() / max(len(self.owners), 1)
        return np.asarray(self.places.T @ (self.places * weights[:, None]))


@dataclass(frozen=True)
class Profiles:
    sums: np.ndarray  # teams × directions: the works of each team, and what of the background was attributed to it
    lent: np.ndarray | None  # of these sums, what came from the background
    centre: np.ndarray  # directions: the mean of all teams, with the whole background shared out evenly
    inverse: np.ndarray  # directions × directions: how far each place of the space was known already

    def scores(self, places: np.ndarray) -> np.ndarray:
        """texts × teams; about 1 for a text that could only be this team's, about 0 for one that says nothing."""
        turned = places @ self.inverse
        if len(places) == 1:  # memory is what it waits for, and threads, on a busy machine, for each other
            with _libraries().limit(limits=1):
                return np.asarray(turned @ self.sums.T - turned @ self.centre)
        return np.asarray(turned @ self.sums.T - (turned @ self.centre)[:, None])

    def held_out(self, works: np.ndarray, owners: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """The scores of these works, each as if it had not been learnt from (works × teams; in closed form).

        `weights`: how much each weighed when it was learnt from (`weigh`).
        """
        teams = len(self.sums)
        told = np.full((len(works), teams), -1 / teams, np.float32)
        told[np.arange(len(works)), owners] += 1
        own = (np.einsum("ij,jk,ik->i", works, self.inverse, works, optimize=True) * weights)[:, None]
        return np.asarray((self.scores(works) - own * told) / np.maximum(1 - own, 0.05))


def learn(evidence: Evidence, lent: np.ndarray | None = None) -> Profiles:
    """`lent`: what each team was attributed of the background when it was last learnt from; None: learn it now."""
    sums, background = evidence.sums, evidence.background
    teams = max(len(sums), 1)
    covariance = evidence.covariance + RIDGE * np.eye(sums.shape[1], dtype=np.float32)
    centre = sums.sum(axis=0) / teams  # one against the others
    inverse = np.linalg.inv(covariance)
    if not len(background) or not len(sums):
        return Profiles(sums, None, centre, _single(inverse))
    first = Profiles(sums, None, centre, inverse)
    covariance = covariance + BACKGROUND * background.T @ background
    known = Profiles(
        sums, lent, centre + BACKGROUND * background.sum(axis=0) / teams, _single(np.linalg.inv(covariance))
    )
    if lent is not None:
        return replace(known, sums=sums + lent)
    scores = first.scores(background)
    expected = expect(scores)
    for _round in range(ROUNDS):
        lent = BACKGROUND * attribute(scores, expected).T @ background
        known = replace(known, sums=sums + lent, lent=lent)
        scores = known.scores(background)
    return known


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


def grown(rows: np.ndarray, more: int) -> np.ndarray:
    """A copy in memory with so many empty rows at its end."""
    return np.concatenate([rows, np.zeros((more, *rows.shape[1:]), rows.dtype)])


def _single(table: np.ndarray) -> np.ndarray:
    return np.asarray(table, np.float32)


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
