"""One space for every text: each is placed by how near it is to some of the corpus's own texts, the landmarks.

Nearness is the cosine of the terms plus `meaning` times the cosine of the encodings. The main directions among the
landmarks are kept, the small ones are noise of single texts (Nyström's method; with all texts as landmarks it is
kernel principal components). Nothing here knows which team wrote what.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import scipy.linalg
import scipy.sparse as sparse

from matching.encoders import Encoder
from matching.lexicon import Lexicon, Matrix
from matching.text import language, readable

if TYPE_CHECKING:
    from matching.abroad import Bridge


class Features:
    """The vectors of some texts: of their terms, and where there is an encoder of what they mean, in which language."""

    def __init__(self, words: Matrix, meanings: np.ndarray | None, languages: np.ndarray | None = None) -> None:
        self.words, self.meanings, self.languages = words, meanings, languages

    def __len__(self) -> int:
        return int(self.words.shape[0])

    @property
    def encoded(self) -> tuple[np.ndarray, np.ndarray]:
        """What they mean and their languages, of texts that were read with an encoder."""
        if self.meanings is None or self.languages is None:
            raise ValueError("these texts were read without an encoder")
        return self.meanings, self.languages

    def __getitem__(self, rows: np.ndarray) -> "Features":
        meanings, spoken = (None if part is None else part[rows] for part in (self.meanings, self.languages))
        return Features(self.words[rows], meanings, spoken)

    @classmethod
    def joined(cls, parts: Sequence["Features"]) -> "Features":
        words = sparse.vstack([part.words for part in parts], format="csr")
        meanings = [part.meanings for part in parts if part.meanings is not None]
        spoken = [part.languages for part in parts if part.languages is not None]
        return cls(words, np.concatenate(meanings) if meanings else None, np.concatenate(spoken) if spoken else None)

    def tied(self, ties: Matrix) -> "Features":
        """Sums of these rows, as `ties` (sums × rows) says."""
        return Features(ties @ self.words, None if self.meanings is None else np.asarray(ties @ self.meanings))

    def near(self, other: "Features", meaning: float) -> np.ndarray:
        """How near each text is to each of the other (texts × others, −1 to 1 + meaning)."""
        found = (self.words @ other.words.T).toarray()
        if meaning and self.meanings is not None and other.meanings is not None:
            found += meaning * (self.meanings @ other.meanings.T)
        return found


class Reader:
    """Reads texts into features: the terms of one corpus, and encodings seen from the middle of that corpus."""

    def __init__(
        self,
        lexicon: Lexicon,
        encoder: Encoder | None,
        middle: np.ndarray | None,
        encoder_name: str = "",
        bridge: "Bridge | None" = None,
    ) -> None:
        """`encoder_name`: of the encoder by which the corpus was read, where that encoder is not here.

        `bridge`: between the two languages of the corpus, if it has two.
        """
        self.lexicon, self._encoder, self.middle, self.bridge = lexicon, encoder, middle, bridge
        self.encoder_name = encoder.name if encoder else encoder_name

    @property
    def lacks(self) -> str:
        return "" if self._encoder else self.encoder_name

    @property
    def speaks(self) -> str:
        """The name of the encoder by which it compares two languages; empty: it does not."""
        return self.encoder_name if self._encoder and self.bridge else ""

    def without_encoder(self) -> "Reader":
        return Reader(self.lexicon, None, None)

    def bridged(self, bridge: "Bridge | None") -> "Reader":
        return Reader(self.lexicon, self._encoder, self.middle, self.encoder_name, bridge)

    def telling(self, texts: Sequence[str]) -> Matrix:
        """The rarer terms of readable texts alone: what two share of these says why they belong together."""
        return self.lexicon.vectors(texts) @ self.lexicon.rare

    def read(self, texts: Sequence[str]) -> Features:
        texts = [readable(text) for text in texts]
        meanings = self.meanings(texts)
        return Features(self.lexicon.vectors(texts), meanings, None if meanings is None else languages(texts))

    def meanings(self, texts: Sequence[str]) -> np.ndarray | None:
        """What readable texts mean, rows of length 1 seen from the middle of the corpus; None without an encoder."""
        if self._encoder is None or self.middle is None:
            return None
        encoded = self._encoder.encode(texts).reshape(len(texts), -1) if texts else np.zeros((0, len(self.middle)))
        return unit(encoded - self.middle)

    def across(self, texts: Sequence[str]) -> np.ndarray | None:
        """Readable texts of two languages as places that can be compared; None where nothing says how."""
        read = None if self.bridge is None else self.meanings(texts)
        return None if read is None or self.bridge is None else self.bridge.places(read, languages(texts))


class Space:
    """`words` and `meanings` turn a text's features into its place: terms × directions, encoding × directions.

    `rows`: of each term of the lexicon its row in `words`; −1 where no landmark has it.
    """

    def __init__(self, rows: np.ndarray, words: np.ndarray, meanings: np.ndarray | None) -> None:
        self.rows, self.words, self.meanings = rows, words, meanings

    @classmethod
    def of(cls, features: Features, meaning: float, wanted: int) -> "Space":
        """The main directions of these texts, so many of them where they have as many."""
        near = features.near(features, meaning)
        most = min(len(near), wanted)
        values, vectors = scipy.linalg.eigh(near, subset_by_index=[len(near) - most, len(near) - 1], overwrite_a=True)
        sound = values > 1e-4
        directions = (vectors[:, sound] / np.sqrt(values[sound])).astype(np.float32)
        known = np.unique(features.words.indices)
        rows = np.full(features.words.shape[1], -1, np.int32)
        rows[known] = np.arange(len(known))
        meanings = None if not meaning or features.meanings is None else meaning * features.meanings.T @ directions
        return cls(rows, features.words[:, known].T.tocsr() @ directions, meanings)

    @property
    def size(self) -> int:
        return int(self.words.shape[1])

    def place(self, features: Features) -> np.ndarray:
        """The texts as points (texts × directions)."""
        words = features.words
        rows = self.rows[words.indices]
        known = rows >= 0
        starts = np.concatenate([[0], np.cumsum(known)])[words.indptr]
        found = (
            sparse.csr_matrix((words.data[known], rows[known], starts), (len(features), len(self.words))) @ self.words
        )
        if self.meanings is not None and features.meanings is not None:
            found += features.meanings @ self.meanings
        return np.asarray(found, np.float32)


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def languages(texts: Sequence[str]) -> np.ndarray:
    """Of readable texts (`text.language`)."""
    return np.fromiter((language(text) for text in texts), np.int8, len(texts))
