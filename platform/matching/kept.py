"""Encodings on disk, by the hash of the text: each text is encoded once, also by a worker that was stopped half way."""

import fcntl
import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from matching.encoders import Encoder

HEAD = b"jiebang vectors1"  # 16 bytes, then records of one length
AT_ONCE = 256  # texts that are encoded before they are written down: what a stop may cost


class Kept:
    """One file for each encoder: keys of 16 bytes with vectors of half precision. A torn record at its end is dropped.

    `progress` is told how many of the new texts are encoded, and how many there are.
    """

    def __init__(self, encoder: Encoder, folder: Path, progress: Callable[[int, int], None] | None = None) -> None:
        self._encoder, self._folder, self._progress = encoder, folder, progress
        self.name = encoder.name
        self._known: dict[bytes, int] = {}
        self._rows: np.ndarray | None = None

    @property
    def size(self) -> int:
        return self._encoder.size

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        keys = [hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest() for text in texts]
        self._read()
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        waiting = list(new.items())
        for start in range(0, len(waiting), AT_ONCE):
            part = waiting[start : start + AT_ONCE]
            self._write([key for key, _text in part], self._encoder.encode([text for _key, text in part]))
            if self._progress:
                self._progress(start + len(part), len(waiting))
        if waiting:
            self._read()
        if self._rows is None or not keys:
            return np.zeros((len(keys), self.size), np.float32)
        return np.asarray(self._rows["vector"][[self._known[key] for key in keys]], np.float32)

    @property
    def _record(self) -> np.dtype:
        return np.dtype([("key", "V16"), ("vector", "<f2", (self.size,))])

    @property
    def _path(self) -> Path:
        return self._folder / f"{re.sub(r'[^A-Za-z0-9.-]+', '-', self.name)}-{self.size}.vectors"

    def _read(self) -> None:
        """What others have written since, too."""
        record = self._record
        try:
            with self._path.open("rb") as file:
                sound = file.read(len(HEAD)) == HEAD
                number = (self._path.stat().st_size - len(HEAD)) // record.itemsize if sound else 0
        except FileNotFoundError:
            number = 0
        start = 0 if self._rows is None else len(self._rows)
        if number > start:
            self._rows = np.memmap(self._path, record, "r", len(HEAD), (number,))
            for n, key in enumerate(self._rows["key"][start:], start=start):
                self._known[key.tobytes()] = n

    def _write(self, keys: list[bytes], vectors: np.ndarray) -> None:
        rows = np.zeros(len(keys), self._record)
        rows["key"] = np.frombuffer(b"".join(keys), "V16")
        rows["vector"] = vectors
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            size = file.seek(0, 2)
            with self._path.open("rb") as seen:
                sound = seen.read(len(HEAD)) == HEAD
            if not sound:  # new, or something else: what is kept here can be made again
                file.truncate(0)
                file.write(HEAD)
            elif torn := (size - len(HEAD)) % rows.dtype.itemsize:
                file.truncate(size - torn)
            file.write(rows.tobytes())
