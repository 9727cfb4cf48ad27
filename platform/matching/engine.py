"""Teams against needs: text → features → places → scores. Pure: no database, the same answer every time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from matching import profiles, storing
from matching.calibration import Calibration, strength
from matching.corpus import Id, Need, Team
from matching.encoders import Encoder
from matching.profiles import Evidence, Profiles
from matching.space import Features, Reader, Space

MEANINGS = (0.0, 0.25, 0.5, 1.0)  # how much the encodings may weigh beside the terms: the works themselves choose
TRIED = 1_500  # works that are held out for that choice
AT_ONCE = 2_000
CELLS = 20_000_000  # numbers in a table of texts × teams that is held in memory: 80 MB
AGAIN = (
    5_000_000  # numbers in the table of background × teams, up to which the background is attributed anew on a change
)


@dataclass(frozen=True)
class Ranked:
    """One team for one need, and how sure its works are of it (about 0 to 1; more is better)."""

    team: Id
    score: float
    chance: float  # of held-out works with this score with a team, how many were that team's
    strength: str  # strong, medium or weak


@dataclass(frozen=True)
class Engine:
    """What was learnt from teams. It never changes: `update` gives another one, so many can read while one writes."""

    ids: Sequence[Id]
    reader: Reader
    space: Space
    evidence: Evidence
    profiles: Profiles
    calibration: Calibration
    meaning: float  # what encodings weigh beside words
    learnt: int  # works at the last full learning
    changed: int = 0  # works that came or went since; a team that was edited otherwise counts as one
    note: dict[str, Any] = field(default_factory=dict)  # what whoever keeps it wants to find beside it, kept as JSON

    @classmethod
    def of(cls, teams: Sequence[Team], *, background: Sequence[str] = (), encoder: Encoder | None = None) -> "Engine":
        """Learn from the works of these teams. `background`: texts nobody owns, such as published needs."""
        texts, owners = _works(teams)
        weights = profiles.weigh(owners, len(teams))
        reader, everything = Reader.of([*texts, *background], encoder)
        works = everything[np.arange(len(texts))]
        meaning = _meaning(works, owners, len(teams)) if encoder else 0.0
        if not meaning:  # nobody need wait for an encoder that weighs nothing
            reader = reader.without_encoder()
        space = Space.of(everything, meaning, len(texts))
        places = space.place(everything)
        evidence = Evidence.of(places[: len(texts)], owners, len(teams), _some(places[len(texts) :], len(teams)))
        learnt = profiles.learn(evidence)
        tried = _some(np.arange(len(texts)), len(teams))
        calibration = Calibration.of(learnt.held_out(places[tried], owners[tried], weights[tried]), owners[tried])
        ids = [team.id for team in teams]
        return cls(ids, reader, space, evidence, learnt, calibration, meaning, len(texts))

    def update(self, changed: Sequence[Team], removed: Iterable[Id] = ()) -> "Engine":
        """With these teams as they are now (new ones at the end), and without the removed; a name may be unknown.

        Vocabulary, space and labels stay as they were learnt. `stale` says when it is time to learn anew.
        """
        coming = {team.id: team for team in changed}
        gone = [self._rows[one] for one in set(removed) - set(coming) if one in self._rows]
        new = [one for one in coming if one not in self._rows]
        rows = {**self._rows, **{one: len(self.ids) + n for n, one in enumerate(new)}}
        numbers = np.array([rows[one] for one in coming], dtype=np.int64)
        texts, owners = _works(list(coming.values()))
        places = self.space.place(self.reader.read(texts))
        came = Evidence.of(places, owners, len(coming), self.evidence.background)
        evidence = self.evidence.exchanged(came, numbers, len(new))
        lent = None if self.profiles.lent is None else profiles.grown(self.profiles.lent, len(new))
        went = self.evidence.counts[gone].sum()
        turned = np.abs(came.counts - np.r_[self.evidence.counts, np.zeros(len(new))][numbers])
        kept = np.setdiff1d(np.arange(len(rows)), gone)
        if gone:
            evidence, lent = evidence.only(kept), None if lent is None else lent[kept]
        again = len(kept) * len(evidence.background) <= AGAIN
        ids = list(rows)
        return replace(
            self,
            ids=[ids[n] for n in kept],
            evidence=evidence,
            profiles=profiles.learn(evidence, None if again else lent),
            changed=self.changed + int(went + np.maximum(turned, 1).sum()),
        )

    @property
    def stale(self) -> float:
        """What share of the works came or went since the last full learning; 0 right after it."""
        return self.changed / max(self.learnt, 1)

    @property
    def lacks(self) -> str:
        """The name of the encoder that this was learnt with and that is not here: then words alone are compared."""
        return self.reader.lacks

    def rank(self, needs: Sequence[Need | str], top: int = 0) -> Iterator[list[Ranked]]:
        """For each need, or bare text, its teams, best first; `top` of them, or all with 0."""
        texts = [need if isinstance(need, str) else need.whole for need in needs]
        at_once = min(AT_ONCE, CELLS // max(len(self.ids), 1) + 1)
        for start in range(0, len(texts), at_once):
            for scores in self.scores(texts[start : start + at_once]):
                yield [self._ranked(n, float(scores[n])) for n in _best(scores, top)]

    def scores(self, texts: Sequence[str]) -> np.ndarray:
        """The scores alone: texts × teams, in the order of `ids`. Equal works have equal scores."""
        found = self.profiles.scores(self.space.place(self.reader.read(texts)))
        return np.round(found, 6)  # or the order of equal teams would hang on how a product was cut into blocks

    @cached_property
    def _rows(self) -> dict[Id, int]:
        return {one: number for number, one in enumerate(self.ids)}

    def _ranked(self, number: int, score: float) -> Ranked:
        chance = self.calibration.chance(score)
        return Ranked(self.ids[number], round(score, 6), chance, strength(chance))

    def save(self, folder: Path, note: dict[str, Any] | None = None) -> "Engine":
        """Write it where others read it: they see the old one until all of the new one is there. See `storing`."""
        engine = self if note is None else replace(self, note=note)
        storing.save(engine, folder)
        return engine

    @classmethod
    def load(cls, folder: Path, encoder: Encoder | None = None) -> "Engine":
        """What was saved last. Large tables stay on the disk and are mapped. Unusable (`storing.Unusable`) says why.

        Without the encoder that it was learnt with, it compares words alone and `lacks` names that encoder.
        """
        return storing.load(cls, folder, encoder)


def _best(scores: np.ndarray, top: int) -> list[int]:
    """The numbers of the best, best first, equals in their order; all with 0."""
    rows = np.arange(len(scores))
    if 0 < top < len(scores):
        least = np.partition(scores, len(scores) - top)[len(scores) - top]
        above = np.flatnonzero(scores > least)
        rows = np.sort(np.r_[above, np.flatnonzero(scores == least)[: top - len(above)]])
    return [int(n) for n in rows[np.argsort(-scores[rows], kind="stable")]]


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
