"""One space for every text: each is placed by how near it is to some of the corpus's own texts, the landmarks.

Nearness is the cosine of the terms plus `meaning` times the cosine of the encodings. The main directions among the
landmarks are kept, the small ones are noise of single texts (Nyström's method; with all texts as landmarks it is
kernel principal components). Nothing here knows which team wrote what.
"""

from collections.abc import Sequence

import numpy as np
import scipy.linalg

from matching.encoders import Encoder
from matching.lexicon import Lexicon, Matrix
from matching.text import readable

DIRECTIONS = 512  # at most
LANDMARKS = 3_000


class Features:
    """The vectors of some texts: of their terms, and of what they mean where there is an encoder."""

    def __init__(self, words: Matrix, meanings: np.ndarray | None) -> None:
        self.words, self.meanings = words, meanings

    def __len__(self) -> int:
        return int(self.words.shape[0])

    def __getitem__(self, rows: np.ndarray) -> "Features":
        return Features(self.words[rows], None if self.meanings is None else self.meanings[rows])

    def near(self, other: "Features", meaning: float) -> np.ndarray:
        """How near each text is to each of the other (texts × others, −1 to 1 + meaning)."""
        found = (self.words @ other.words.T).toarray()
        if meaning and self.meanings is not None and other.meanings is not None:
            found += meaning * (self.meanings @ other.meanings.T)
        return found


class Reader:
    """Reads texts into features: the terms of one corpus, and encodings seen from the middle of that corpus."""

    def __init__(
        self, lexicon: Lexicon, encoder: Encoder | None, middle: np.ndarray | None, encoder_name: str = ""
    ) -> None:
        """`encoder_name`: of the encoder by which the corpus was read, where that encoder is not here."""
        self.lexicon, self._encoder, self.middle = lexicon, encoder, middle
        self.encoder_name = encoder.name if encoder else encoder_name

    @property
    def lacks(self) -> str:
        return "" if self._encoder else self.encoder_name

    @classmethod
    def of(cls, texts: Sequence[str], encoder: Encoder | None) -> tuple["Reader", Features]:
        texts = [readable(text) for text in texts]
        lexicon, words = Lexicon.of(texts)
        if encoder is None or not texts:
            return cls(lexicon, None, None), Features(words, None)
        encoded = encoder.encode(texts)
        middle = encoded.mean(axis=0)
        return cls(lexicon, encoder, middle), Features(words, _unit(encoded - middle))

    def without_encoder(self) -> "Reader":
        return Reader(self.lexicon, None, None)

    def telling(self, texts: Sequence[str]) -> Matrix:
        """The rarer terms of readable texts alone: what two share of these says why they belong together."""
        return self.lexicon.vectors(texts) @ self.lexicon.rare

    def term(self, column: int) -> str:
        return self.lexicon.names[column]

    def read(self, texts: Sequence[str]) -> Features:
        texts = [readable(text) for text in texts]
        words = self.lexicon.vectors(texts)
        if self._encoder is None:
            return Features(words, None)
        return Features(words, _unit(self._encoder.encode(texts) - self.middle))


class Space:
    """`words` and `meanings` turn a text's features into its place: terms × directions, encoding × directions."""

    def __init__(self, known: np.ndarray, words: np.ndarray, meanings: np.ndarray | None) -> None:
        self.known, self.words, self.meanings = known, words, meanings

    @classmethod
    def of(cls, features: Features, meaning: float, works: int) -> "Space":
        """The main directions of these texts, of which `works` are works. Of a large corpus a sample is enough.

        With a direction for every text each would be learnt by heart; how many do best is in docs/matching.md.
        """
        wanted = max(works // 2, len(features) // 5, 32)
        if len(features) > LANDMARKS:
            rows = np.random.default_rng(0).choice(len(features), LANDMARKS, replace=False)
            features = features[np.sort(rows)]
        near = features.near(features, meaning)
        most = min(DIRECTIONS, len(near), wanted)
        values, vectors = scipy.linalg.eigh(near, subset_by_index=[len(near) - most, len(near) - 1], overwrite_a=True)
        sound = values > 1e-4
        directions = (vectors[:, sound] / np.sqrt(values[sound])).astype(np.float32)
        known = np.flatnonzero(np.bincount(features.words.indices, minlength=features.words.shape[1]))
        meanings = None if not meaning or features.meanings is None else meaning * features.meanings.T @ directions
        return cls(known, features.words[:, known].T @ directions, meanings)

    def place(self, features: Features) -> np.ndarray:
        """The texts as points (texts × directions)."""
        found = features.words[:, self.known] @ self.words
        if self.meanings is not None and features.meanings is not None:
            found += features.meanings @ self.meanings
        return np.asarray(found, np.float32)


def _unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)
