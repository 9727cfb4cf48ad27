"""Teams against needs: text → features → places → scores. Pure: no database, the same answer every time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from matching import learning, profiles, storing
from matching.abroad import Abroad
from matching.calibration import Calibration, strength
from matching.corpus import Id, Need, Team
from matching.encoders import Encoder
from matching.learning import Corpus, Texts
from matching.nearest import Nearest
from matching.profiles import Evidence, Profiles
from matching.space import Reader, Space

ABROAD = 1.5  # what the nearest work in another language weighs, as far as it is nearer than is usual
NEAREST = 0.5  # what the nearest works weigh beside all of a team's works
CALIBRATED = 2_000  # works that are held out to learn what a score means
AT_ONCE = 2_000
CELLS = 5_000_000  # numbers in a table of texts × teams that is held in memory: 20 MB
AGAIN = 5_000_000  # numbers in the table of background × teams, up to which a change attributes the background anew


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
    nearest: Nearest
    abroad: Abroad | None  # None: all texts are in one language, or learnt from words alone
    calibration: Calibration
    meaning: float  # what encodings weigh beside words
    learnt: int  # works at the last full learning
    changed: int = 0  # works that came or went since; a team that was edited otherwise counts as one
    note: dict[str, Any] = field(default_factory=dict)  # what whoever keeps it wants to find beside it, kept as JSON

    @classmethod
    def of(
        cls,
        teams: Sequence[Team],
        *,
        background: Sequence[str] = (),
        encoder: Encoder | None = None,
        progress: learning.Progress | None = None,
    ) -> "Engine":
        """Learn from the works of these teams. `background`: texts nobody owns, such as published needs.

        `progress` is told how many texts of how many have been encoded, which is what takes long.
        """
        texts = Texts(teams, background)
        owners, number = texts.owners, len(teams)
        corpus = Corpus(texts, encoder, progress)
        meaning = learning.meaning(corpus, owners, number) if encoder else 0.0
        space = learning.space(corpus, meaning, len(owners), number)
        sums, nearest = learning.gathered(corpus, space, owners, number)
        evidence = learning.evidence(corpus, space, owners, sums)
        far = learning.abroad(corpus, owners)
        reader = corpus.reader if meaning or far else corpus.reader.without_encoder()  # or all wait for nothing
        reader = reader.bridged(far.bridge) if far else reader
        learnt = profiles.learn(evidence)
        tried = learning.sample(len(owners), min(CALIBRATED, CELLS // max(number, 1)))
        works = corpus[tried]
        held = learnt.held_out(space.place(works), owners[tried], profiles.weigh(owners, number)[tried])
        held += NEAREST * nearest.scores(works.words, number, but=tried)
        if far:
            held += ABROAD * far.scores(*works.encoded, number)
        calibration = Calibration.of(held, owners[tried])
        ids = [team.id for team in teams]
        return cls(ids, reader, space, evidence, learnt, nearest, far, calibration, meaning, len(owners))

    def update(self, changed: Sequence[Team], removed: Iterable[Id] = ()) -> "Engine":
        """With these teams as they are now (new ones at the end), and without the removed; a name may be unknown.

        Vocabulary, space and labels stay as they were learnt. `stale` says when it is time to learn anew.
        """
        coming = {team.id: team for team in changed}
        gone = [self._rows[one] for one in set(removed) - set(coming) if one in self._rows]
        new = [one for one in coming if one not in self._rows]
        rows = {**self._rows, **{one: len(self.ids) + n for n, one in enumerate(new)}}
        numbers = np.array([rows[one] for one in coming], dtype=np.int64)
        texts = Texts(list(coming.values()))
        works, owners = self.reader.read(list(texts)), texts.owners
        far = self.abroad.exchanged(works, numbers[owners], numbers) if self.abroad else None
        sums = np.zeros((len(coming), self.space.size), np.float32)
        learning.sums_up(sums, self.space, works, owners, profiles.weigh(owners, len(coming)))
        counts = np.bincount(owners, minlength=len(coming))
        came = Evidence(sums, counts, self.space.place(works), owners, self.evidence.background)
        evidence = self.evidence.exchanged(came, numbers, len(new))
        lent = None if self.profiles.lent is None else profiles.grown(self.profiles.lent, len(new))
        went = self.evidence.counts[gone].sum()
        turned = np.abs(came.counts - np.r_[self.evidence.counts, np.zeros(len(new))][numbers])
        kept = np.setdiff1d(np.arange(len(rows)), gone)
        nearest = self.nearest.exchanged(works.words, numbers[owners], numbers)
        if gone:
            evidence, nearest = evidence.only(kept), nearest.only(kept, len(rows))
            far = far.only(kept, len(rows)) if far else None
            lent = None if lent is None else lent[kept]
        again = len(kept) * len(evidence.background) <= AGAIN
        ids = list(rows)
        return replace(
            self,
            ids=[ids[n] for n in kept],
            evidence=evidence,
            profiles=profiles.learn(evidence, None if again else lent),
            nearest=nearest,
            abroad=far,
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
        read = self.reader.read(texts)
        found = self.profiles.scores(self.space.place(read)) + NEAREST * self.nearest.scores(read.words, len(self.ids))
        if self.abroad and read.meanings is not None:
            found += ABROAD * self.abroad.scores(*read.encoded, len(self.ids))
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
