"""Works in another language than the need, the nearest in meaning: the two share no words, however well they fit.

A Chinese need and an English paper of the same subject meet in no term, and in the space of the corpus's own words
hardly at all. So of every work what it means is kept in a few numbers, the two languages apart, and a need is
compared with the works of the other one. Being a little alike means nothing: what counts is how far two texts are
nearer than texts of two languages are by chance, which the corpus says itself. Measured in docs/matching.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from matching.nearest import renumbered
from matching.space import Features, unit
from matching.text import CHINESE, LATIN, NO_LANGUAGE

AXES = 128  # of the 512 or more that an encoder gives: the rest says nothing more, and is read for every need
DOUBT = 20  # texts by which the middle of a language that has few is drawn to the middle of all
PAIRED = 500  # texts of each language whose nearness to those of the other says what chance is
CHANCE = 3.5  # spreads above the middle of these; both robust, for some of the pairs do belong together
USUAL, LEAST, MOST = 0.3, 0.2, 0.5  # where there are too few to tell; and what it never goes below and above
FEWEST = 200  # pairs
AT_ONCE = 20  # texts compared with all works at a time: a million need 80 MB


@dataclass(frozen=True)
class Bridge:
    """What makes texts of two languages comparable."""

    axes: np.ndarray  # numbers of an encoding × axes
    middles: np.ndarray  # of Latin letters and of Chinese, numbers of an encoding: a language is itself no meaning
    bar: float  # nearness that two texts of two languages hardly have by chance

    @classmethod
    def of(cls, meanings: np.ndarray, languages: np.ndarray) -> "Bridge | None":
        """From a sample of all texts; None where they are in one language."""
        of_each = [meanings[languages == one] for one in (LATIN, CHINESE)]
        if not all(map(len, of_each)):
            return None
        middles = np.array([some.sum(axis=0) / (len(some) + DOUBT) for some in of_each], np.float32)
        moved = np.concatenate([some - middle for some, middle in zip(of_each, middles, strict=True)])
        axes = np.ascontiguousarray(np.linalg.svd(moved, full_matrices=False)[2][:AXES].T, dtype=np.float32)
        latin, chinese = (unit((some[:PAIRED] - mid) @ axes) for some, mid in zip(of_each, middles, strict=True))
        return cls(axes, middles, _by_chance(latin @ chinese.T))

    def places(self, meanings: np.ndarray, languages: np.ndarray) -> np.ndarray:
        """Rows of length 1; of texts without a letter, rows of nothing."""
        found = unit((meanings - self.middles[np.maximum(languages, 0)]) @ self.axes)
        found[languages == NO_LANGUAGE] = 0
        return found

    def above(self, near: np.ndarray) -> np.ndarray:
        """How much nearer than by chance: 0 up to the bar, 1 for the same."""
        return np.asarray(np.maximum(near - self.bar, 0) / (1 - self.bar))


@dataclass(frozen=True)
class Block:
    """Works of one language. `later`: of teams that came or changed since all was learnt."""

    places: np.ndarray  # works × axes, rows of length 1
    owners: np.ndarray  # of each the number of its team; −1: gone, or changed since
    later: np.ndarray
    newer: np.ndarray  # of each of those the number of its team

    @classmethod
    def of(cls, places: np.ndarray, owners: np.ndarray) -> "Block":
        return cls(places, owners.astype(np.int32), places[:0].copy(), np.zeros(0, np.int32))

    def scores(self, places: np.ndarray, teams: int, bar: float) -> np.ndarray:
        """Texts × teams: how near the nearest work of each is; 0 up to the bar."""
        found = np.zeros((len(places), teams), np.float32)
        for table, owners in ((self.places, self.owners), (self.later, self.newer)):
            for start in range(0, len(places) if len(owners) else 0, AT_ONCE):
                near = places[start : start + AT_ONCE] @ table.T
                texts, works = np.nonzero((near > bar) & (owners >= 0))
                np.maximum.at(found, (start + texts, owners[works]), near[texts, works])
        return found

    def exchanged(self, came: "Block", numbers: np.ndarray) -> "Block":
        stay = ~np.isin(self.newer, numbers)
        return Block(
            self.places,
            np.where(np.isin(self.owners, numbers), -1, self.owners).astype(np.int32),
            np.concatenate([self.later[stay], came.places]),
            np.r_[self.newer[stay], came.owners],
        )

    def only(self, now: np.ndarray) -> "Block":
        """`now`: of each team its number now, −1 for one that is gone; and −1 at its end."""
        stay = now[self.newer] >= 0
        return replace(
            self, owners=now[self.owners].astype(np.int32), later=self.later[stay], newer=now[self.newer[stay]]
        )


@dataclass(frozen=True)
class Abroad:
    bridge: Bridge
    latin: Block
    chinese: Block

    @classmethod
    def of(cls, parts: Iterable[tuple[np.ndarray, np.ndarray]], bridge: Bridge, owners: np.ndarray) -> "Abroad":
        """`parts`: of all works, some at a time, what they mean and their languages; `owners`: whose each is."""
        kept = {one: [np.zeros((0, bridge.axes.shape[1]), np.float32)] for one in (LATIN, CHINESE)}
        told = [np.zeros(0, np.int8)]
        for meanings, languages in parts:
            places = bridge.places(meanings, languages)
            told.append(languages)
            for one in kept:
                kept[one].append(places[languages == one])
        spoken = np.concatenate(told)
        return cls(bridge, *(Block.of(np.concatenate(kept[one]), owners[spoken == one]) for one in (LATIN, CHINESE)))

    def scores(self, meanings: np.ndarray, languages: np.ndarray, teams: int) -> np.ndarray:
        """Texts × teams, 0 to 1: the nearest work in the other language, as far as it is nearer than by chance."""
        found = np.zeros((len(meanings), teams), np.float32)
        places = self.bridge.places(meanings, languages)
        for home, block in ((CHINESE, self.latin), (LATIN, self.chinese)):
            rows = np.flatnonzero(languages == home)
            found[rows] = self.bridge.above(block.scores(places[rows], teams, self.bridge.bar))
        return found

    def exchanged(self, works: Features, owners: np.ndarray, numbers: np.ndarray) -> "Abroad":
        """With these works in place of all that the teams of these numbers had; without an encoder, with none."""
        if works.meanings is None:
            works, owners = (
                Features(works.words, np.zeros((0, len(self.bridge.axes))), np.zeros(0, np.int8)),
                owners[:0],
            )
        meanings, languages = works.encoded
        places = self.bridge.places(meanings, languages)
        latin, chinese = (Block.of(places[languages == one], owners[languages == one]) for one in (LATIN, CHINESE))
        return replace(
            self, latin=self.latin.exchanged(latin, numbers), chinese=self.chinese.exchanged(chinese, numbers)
        )

    def only(self, kept: np.ndarray, teams: int) -> "Abroad":
        """Only the teams of these numbers, which rise, of so many."""
        now = renumbered(kept, teams)
        return replace(self, latin=self.latin.only(now), chinese=self.chinese.only(now))


def _by_chance(near: np.ndarray) -> float:
    if near.size < FEWEST:
        return USUAL
    middle = float(np.median(near))
    spread = 1.4826 * float(np.median(np.abs(near - middle)))
    return float(np.clip(middle + CHANCE * spread, LEAST, MOST))
