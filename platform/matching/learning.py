"""Everything that is learnt from a corpus, read once and held in chunks: no table of works × directions, or × teams."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np
import scipy.sparse as sparse

from matching import counting, profiles
from matching.abroad import Abroad, Bridge
from matching.corpus import Team
from matching.encoders import Encoder
from matching.lexicon import Lexicon
from matching.nearest import Nearest, shortened
from matching.profiles import Evidence
from matching.space import Features, Reader, Space, languages, unit
from matching.text import readable

MEANINGS = (0.0, 0.25, 0.5, 1.0)  # how much the encodings may weigh beside the terms: the works themselves choose
TRIED = 1_500  # works that are held out for that choice
DIRECTIONS, FEWEST_DIRECTIONS = 512, 128  # of the space, at most
SUMS = 25_600_000  # numbers in the table of teams × directions (100 MB) that one need goes through as a whole
LANDMARKS = 3_000  # texts from whose nearness the space is made
SAMPLE = 20_000  # works from which is learnt how common each direction is
BACKGROUND = 4_000_000  # numbers in the table of background × teams, which is gone through 72 times
TOLD = 500  # texts after which is said how many have been encoded
FEWEST = 200  # texts of the background; fewer teach nothing

Progress = Callable[[int, int], None]


class Texts:
    """The texts of all works, team by team, and then those that nobody owns; a team's name is a work of its own."""

    def __init__(self, teams: Sequence[Team], background: Sequence[str] = ()) -> None:
        self._teams, self._background = teams, background
        numbers = [sum(1 for _text in _own(team)) for team in teams]
        self.owners = np.repeat(np.arange(len(teams), dtype=np.int64), numbers)

    def __len__(self) -> int:
        return len(self.owners) + len(self._background)

    def __iter__(self) -> Iterator[str]:
        for team in self._teams:
            yield from _own(team)
        yield from self._background


class Corpus:
    def __init__(self, texts: Texts, encoder: Encoder | None, progress: Progress | None = None) -> None:
        counts = list(counting.chunks(texts, len(texts)))
        lexicon = Lexicon.of(counts)
        self._starts = np.cumsum([0, *map(len, counts)])
        counts.reverse()
        self._counted = [lexicon.counted(counts.pop()) for _n in range(len(counts))]
        self._encoded: list[tuple[np.ndarray, np.ndarray]] | None = None
        middle = None
        if encoder is not None and len(texts):
            self._encoded = list(_encoded(texts, encoder, progress))
            middle = np.concatenate([part.sum(axis=0)[None] for part, _languages in self._encoded]).sum(axis=0) / len(
                texts
            )
        self.reader = Reader(lexicon, encoder if middle is not None else None, middle)

    def __len__(self) -> int:
        return int(self._starts[-1])

    @property
    def is_encoded(self) -> bool:
        return self._encoded is not None

    def __getitem__(self, rows: np.ndarray) -> Features:
        """The features of these texts, whose numbers rise."""
        found = []
        for number, start in enumerate(self._starts[:-1]):
            here = rows[(rows >= start) & (rows < self._starts[number + 1])] - start
            if len(here):
                found.append(self._features(number, here))
        return Features.joined(found) if found else self.reader.read([])

    def parts(self, number: int) -> Iterator[tuple[slice, Features]]:
        """The first so many texts, some at a time."""
        for n, start in enumerate(self._starts[:-1]):
            end = min(int(self._starts[n + 1]), number)
            if start < end:
                yield slice(int(start), end), self._features(n, np.arange(end - start))

    def _features(self, number: int, rows: np.ndarray) -> Features:
        counted = self._counted[number]
        words = self.reader.lexicon.weighed(counted if len(rows) == counted.shape[0] else counted[rows])
        if self._encoded is None:
            return Features(words, None)
        meanings, spoken = self._encoded[number]
        return Features(words, unit(meanings[rows] - self.reader.middle), spoken[rows])


def meaning(corpus: Corpus, owners: np.ndarray, teams: int) -> float:
    """The weight of encodings with which held-out works find their own teams best; the smallest of equals."""
    rows = np.arange(len(owners))
    if len(owners) > TRIED:
        chosen = np.sort(np.random.default_rng(0).choice(teams, max(2, TRIED * teams // len(owners)), replace=False))
        rows = np.flatnonzero(np.isin(owners, chosen))[:TRIED]
        owners, teams = np.searchsorted(chosen, owners[rows]), len(chosen)
    works = corpus[rows]
    found = [profiles.held_out(works.near(works, weight), owners, teams) for weight in MEANINGS]
    return MEANINGS[int(np.argmax(np.round(found, 4)))]


def space(corpus: Corpus, meaning: float, works: int, teams: int) -> Space:
    """With a direction for every text each would be learnt by heart; how many do best is in docs/matching.md."""
    most = min(DIRECTIONS, max(SUMS // max(teams, 1), FEWEST_DIRECTIONS))
    wanted = min(most, max(works // 2, len(corpus) // 5, 32))
    return Space.of(corpus[sample(len(corpus), LANDMARKS)], meaning, wanted)


def gathered(corpus: Corpus, space: Space, owners: np.ndarray, teams: int) -> tuple[np.ndarray, Nearest]:
    """The places of the works of each team added up, as they weigh; and what is kept of each work."""
    weights = profiles.weigh(owners, teams)
    sums = np.zeros((teams, space.size), np.float32)
    kept = []
    for part, works in corpus.parts(len(owners)):
        sums_up(sums, space, works, owners[part], weights[part])
        kept.append(shortened(works.words))
    return sums, Nearest.of(kept, owners, len(corpus.reader.lexicon.keys))


def abroad(corpus: Corpus, owners: np.ndarray) -> Abroad | None:
    """None where all texts are in one language, or nothing says what they mean."""
    if not corpus.is_encoded or not len(owners):
        return None
    bridge = Bridge.of(*corpus[sample(len(corpus), LANDMARKS)].encoded)
    parts = (works.encoded for _part, works in corpus.parts(len(owners)))
    return Abroad.of(parts, bridge, owners) if bridge else None


def evidence(corpus: Corpus, space: Space, owners: np.ndarray, sums: np.ndarray) -> Evidence:
    teams = len(sums)
    tried = sample(len(owners), SAMPLE)
    most = BACKGROUND // max(teams, 1)
    nobodys = len(owners) + sample(len(corpus) - len(owners), most) if most >= FEWEST else np.zeros(0, np.int64)
    return Evidence(
        sums,
        np.bincount(owners, minlength=teams),
        space.place(corpus[tried]),
        owners[tried],
        space.place(corpus[nobodys]),
    )


def sums_up(sums: np.ndarray, space: Space, works: Features, owners: np.ndarray, weights: np.ndarray) -> None:
    """Add the places of these works, as they weigh, to the rows of their teams."""
    if not len(owners):
        return
    teams, rows = np.unique(owners, return_inverse=True)
    ties = sparse.csr_matrix((weights, (rows, np.arange(len(owners)))), (len(teams), len(owners)))
    sums[teams] += space.place(works.tied(ties))


def sample(number: int, most: int) -> np.ndarray:
    """So many of the numbers below `number`, rising; the same ones each time."""
    if number <= most:
        return np.arange(number)
    return np.sort(np.random.default_rng(0).choice(number, most, replace=False))


def _own(team: Team) -> Iterator[str]:
    for work in team.works:
        if text := work.text.strip():
            yield text
    if team.name.strip():
        yield team.name


def _encoded(texts: Texts, encoder: Encoder, progress: Progress | None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """What the texts mean, and their languages, some at a time."""
    rest, done = iter(texts), 0
    while part := list(islice(rest, counting.CHUNK)):
        rows, spoken = [], []
        for start in range(0, len(part), TOLD):
            some = [readable(text) for text in part[start : start + TOLD]]
            rows.append(encoder.encode(some))
            spoken.append(languages(some))
            done += len(some)
            if progress:
                progress(done, len(texts))
        yield np.concatenate(rows), np.concatenate(spoken)
