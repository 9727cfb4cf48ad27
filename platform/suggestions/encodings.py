"""Encodings of texts, each computed once, ever: a file beside the index, by the hash of the text. Derived like it."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from matching.encoders import Encoder, key_of

AT_ONCE = 64
ASKED = 500  # keys in one question


class Kept:
    """An encoder that remembers over restarts. `prepare` does the slow part in slices, so that nobody waits for it."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder, self.name = encoder, encoder.name
        self._path = folder / f"encodings-{encoder.name}.sqlite3"

    @property
    def size(self) -> int:
        return self._encoder.size

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        keys = [key_of(text) for text in texts]
        with self._open() as base:
            known = dict(self._known(base, keys))
            new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            for part in _parts(list(new), AT_ONCE):
                known.update(self._encode(base, part, [new[key] for key in part]))
        rows = [known[key] for key in keys]
        return np.array(rows, np.float32) if rows else np.zeros((0, self.size), np.float32)

    def prepare(self, texts: Sequence[str], *, seconds: float, say: Callable[[str], Any] = lambda _said: None) -> int:
        """Encode what is not known yet for about so long; returns how many texts are left."""
        until = time.monotonic() + seconds
        keys = {key_of(text): text for text in texts}
        with self._open() as base:
            known = {key for key, _row in self._known(base, list(keys))}
            new = [key for key in keys if key not in known]
            for n, part in enumerate(_parts(new, AT_ONCE)):
                if time.monotonic() > until:
                    return len(new) - n * AT_ONCE
                self._encode(base, part, [keys[key] for key in part])
                say(f"{min((n + 1) * AT_ONCE, len(new))} of {len(new)} texts encoded")
        return 0

    def _encode(self, base: sqlite3.Connection, keys: list[bytes], texts: list[str]) -> dict[bytes, np.ndarray]:
        rows = np.asarray(self._encoder.encode(texts), np.float32)
        found = dict(zip(keys, rows, strict=True))
        base.executemany(
            "INSERT OR REPLACE INTO row VALUES (?, ?)", [(key, row.tobytes()) for key, row in found.items()]
        )
        base.commit()
        return found

    def _known(self, base: sqlite3.Connection, keys: Sequence[bytes]) -> Iterator[tuple[bytes, np.ndarray]]:
        for part in _parts(list(dict.fromkeys(keys)), ASKED):
            marks = ",".join("?" * len(part))
            for key, row in base.execute(f"SELECT key, value FROM row WHERE key IN ({marks})", part):  # noqa: S608
                yield key, np.frombuffer(row, np.float32)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A damaged file is thrown away: it only costs time."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        base = sqlite3.connect(self._path, timeout=30)
        try:
            base.execute("CREATE TABLE IF NOT EXISTS row (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
        except sqlite3.DatabaseError:
            base.close()
            self._path.unlink(missing_ok=True)
            base = sqlite3.connect(self._path, timeout=30)
            base.execute("CREATE TABLE row (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
        with closing(base):
            yield base


def _parts(keys: list[bytes], size: int) -> Iterator[list[bytes]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
