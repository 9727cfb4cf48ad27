"""Teams against needs: text → features → places → scores. Pure: no database, no files, the same answer every time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matching import profiles
from matching.calibration import Calibration, strength
from matching.corpus import Id, Need, Team
from matching.encoders import Encoder
from matching.space import Features, Reader, Space

MEANINGS = (0.0, 0.25, 0.5, 1.0)  # how much the encodings may weigh beside the terms: the works themselves choose
TRIED = 1_500  # works that are held out for that choice
AT_ONCE = 2_000
CELLS = 20_000_000  # numbers in a table of texts × teams that is held in memory: 80 MB


@dataclass(frozen=True)
class Ranked:
    """One team for one need, and how sure its works are of it (about 0 to 1; more is better)."""

    team: Id
    score: float
    chance: float  # of held-out works with this score with a team, how many were that team's
    strength: str  # strong, medium or weak


class Engine:
    def __init__(
        self,
        teams: Sequence[Team],
        reader: Reader,
        space: Space,
        learnt: profiles.Profiles,
        calibration: Calibration,
        meaning: float,
    ) -> None:
        self._ids = [team.id for team in teams]
        self._space, self._profiles, self._calibration = space, learnt, calibration
        self.reader, self.meaning = reader, meaning

    @classmethod
    def of(cls, teams: Sequence[Team], *, background: Sequence[str] = (), encoder: Encoder | None = None) -> "Engine":
        """Learn from the works of these teams. `background`: texts nobody owns, such as published needs."""
        texts, owners = _works(teams)
        weights = profiles.weigh(owners, len(teams))
        reader, everything = Reader.of([*texts, *background], encoder)
        works = everything[np.arange(len(texts))]
        meaning = _meaning(works, owners, len(teams)) if encoder else 0.0
        space = Space.of(everything, meaning, len(texts))
        places = space.place(everything)
        learnt = profiles.learn(places[: len(texts)], owners, len(teams), _some(places[len(texts) :], len(teams)))
        tried = _some(np.arange(len(texts)), len(teams))
        calibration = Calibration.of(learnt.held_out(places[tried], owners[tried], weights[tried]), owners[tried])
        return cls(teams, reader, space, learnt, calibration, meaning)

    def rank(self, needs: Sequence[Need], top: int = 0) -> Iterable[list[Ranked]]:
        """For each need its teams, best first; `top` of them, or all with 0."""
        at_once = min(AT_ONCE, CELLS // max(len(self._ids), 1) + 1)
        for start in range(0, len(needs), at_once):
            places = self._space.place(self.reader.read([need.whole for need in needs[start : start + at_once]]))
            for scores in self._profiles.scores(places):
                order = np.argsort(-scores, kind="stable")[: top or None]
                yield [self._ranked(int(n), float(scores[n])) for n in order]

    def _ranked(self, number: int, score: float) -> Ranked:
        chance = self._calibration.chance(score)
        return Ranked(self._ids[number], round(score, 6), chance, strength(chance))


def _some(rows: np.ndarray, teams: int) -> np.ndarray:
    """As many of them as make a table with all teams that can be held; a sample, the same one each time."""
    most = CELLS // max(teams, 1)
    return rows if len(rows) <= most else rows[np.random.default_rng(0).permutation(len(rows))[:most]]


def _works(teams: Sequence[Team]) -> tuple[list[str], np.ndarray]:
    """Every work's text and the number of its team; a team's name is one more, where it says anything."""
    texts: list[str] = []
    owners: list[int] = []
    for number, team in enumerate(teams):
        own = [work.text for work in team.works if work.text.strip()]
        if team.name.strip():
            own.append(team.name)
        texts += own
        owners += [number] * len(own)
    return texts, np.array(owners, dtype=np.int64)


def _meaning(works: Features, owners: np.ndarray, teams: int) -> float:
    """The weight of encodings with which held-out works find their own teams best; the smallest of equals."""
    if len(works) > TRIED:
        rows = np.sort(np.random.default_rng(0).choice(teams, max(2, TRIED * teams // len(works)), replace=False))
        chosen = np.flatnonzero(np.isin(owners, rows))[:TRIED]
        owners, works = np.searchsorted(rows, owners[chosen]), works[chosen]
        teams = len(rows)
    found = [profiles.held_out(works.near(works, meaning), owners, teams) for meaning in MEANINGS]
    return MEANINGS[int(np.argmax(np.round(found, 4)))]
