"""Works in another language than the need, the nearest in meaning: the two share no words, however well they fit.

A Chinese need and an English paper of the same subject meet in no term, and in the space of the corpus's own words
hardly at all. So of every work what it means is kept in a few numbers, the two languages apart, and a need is
compared with the works of the other one. Being a little alike means nothing: what counts is how far a work is nearer
than nine of ten works are to a work of somebody else in the other language. Measured in docs/matching.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.space import unit
from matching.text import is_chinese

AXES = 128  # of the 512 or more that an encoder gives: the rest says nothing more, and is read for every need
USUAL = 0.9  # of works are less near to a work of somebody else's in the other language
LEAST = 0.25  # where there are hardly any in the other language, that says nothing
ASKED, FEWEST = 300, 20  # works by which that is learnt
AT_ONCE = 20  # texts compared with all works at a time: a million need 80 MB


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

    def __len__(self) -> int:
        return len(self.owners) + len(self.newer)

    def scores(self, places: np.ndarray, teams: int, bar: float) -> np.ndarray:
        """Texts × teams: how near the nearest work of each is; 0 up to the bar."""
        found = np.zeros((len(places), teams), np.float32)
        for table, owners in ((self.places, self.owners), (self.later, self.newer)):
            for start in range(0, len(places) if len(owners) else 0, AT_ONCE):
                near = places[start : start + AT_ONCE] @ table.T
                texts, works = np.nonzero((near > bar) & (owners >= 0))
                np.maximum.at(found, (start + texts, owners[works]), near[texts, works])
        return found

    def nearest(self, places: np.ndarray, *, but: np.ndarray) -> np.ndarray:
        """For each text how near the nearest work is that is not of the team `but`; as all was learnt."""
        found = np.zeros(len(places), np.float32)
        for start in range(0, len(places), AT_ONCE):
            others = but[start : start + AT_ONCE, None] != self.owners
            near = np.where(others, places[start : start + AT_ONCE] @ self.places.T, 0)
            found[start : start + AT_ONCE] = near.max(axis=1)
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
    axes: np.ndarray  # numbers of an encoding × axes
    bar: float
    chinese: Block
    latin: Block  # and everything else that is not Chinese

    @classmethod
    def of(cls, parts: Iterable[tuple[np.ndarray, np.ndarray]], axes: np.ndarray, owners: np.ndarray) -> "Abroad":
        """`parts`: of all works, some at a time, what they mean and which are Chinese; `owners`: whose each is."""
        kept: list[list[np.ndarray]] = [[], []]
        languages = []
        for meanings, chinese in parts:
            places = unit(meanings @ axes)
            languages.append(chinese)
            kept[0].append(places[~chinese])
            kept[1].append(places[chinese])
        are = np.concatenate(languages) if languages else np.zeros(0, bool)
        none = np.zeros((0, axes.shape[1]), np.float32)
        latin = Block.of(np.concatenate([none, *kept[0]]), owners[~are])
        chinese_ones = Block.of(np.concatenate([none, *kept[1]]), owners[are])
        return cls(axes, _bar(latin, chinese_ones), chinese_ones, latin)

    def scores(self, meanings: np.ndarray, chinese: np.ndarray, teams: int) -> np.ndarray:
        """Texts × teams, 0 to 1; texts that say nothing score nothing."""
        found = np.zeros((len(meanings), teams), np.float32)
        places = unit(meanings @ self.axes)
        for home, block in ((True, self.latin), (False, self.chinese)):
            rows = np.flatnonzero(chinese == home)
            if len(rows) and len(block):
                near = block.scores(places[rows], teams, self.bar)
                found[rows] = np.maximum(near - self.bar, 0) / (1 - self.bar)
        return found

    def exchanged(self, meanings: np.ndarray, chinese: np.ndarray, owners: np.ndarray, numbers: np.ndarray) -> "Abroad":
        """With these works in place of all that the teams of these numbers had."""
        places = unit(meanings @ self.axes)
        return replace(
            self,
            chinese=self.chinese.exchanged(Block.of(places[chinese], owners[chinese]), numbers),
            latin=self.latin.exchanged(Block.of(places[~chinese], owners[~chinese]), numbers),
        )

    def only(self, kept: np.ndarray, teams: int) -> "Abroad":
        """Only the teams of these numbers, which rise, of so many."""
        now = np.full(teams + 1, -1)
        now[kept] = np.arange(len(kept))
        return replace(self, chinese=self.chinese.only(now), latin=self.latin.only(now))


def languages(texts: Sequence[str]) -> np.ndarray:
    """Of readable texts, which are Chinese."""
    return np.fromiter((is_chinese(text) for text in texts), bool, len(texts))


def axes_of(meanings: np.ndarray) -> np.ndarray:
    """The main axes of what a sample of texts means."""
    return np.ascontiguousarray(np.linalg.svd(meanings, full_matrices=False)[2][:AXES].T, dtype=np.float32)


def _bar(latin: Block, chinese: Block) -> float:
    """How near nine of ten works are at most to a work in the other language that is somebody else's."""
    nearest = []
    for one, other in ((latin, chinese), (chinese, latin)):
        if len(one) and len(other):
            asked = np.unique(np.linspace(0, len(one) - 1, ASKED).astype(np.int64))
            nearest.append(other.nearest(one.places[asked], but=one.owners[asked]))
    found = np.concatenate(nearest) if nearest else np.zeros(0)
    return max(float(np.quantile(found, USUAL)), LEAST) if len(found) >= FEWEST else LEAST
