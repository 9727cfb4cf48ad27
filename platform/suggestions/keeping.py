"""What was learnt, as this process holds it: the folder says which edition counts, and only a new one is loaded."""

import logging
import threading
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from matching import encoders, storing
from matching.encoders import Encoder
from matching.endpoint import EncodingFailed
from matching.engine import Engine
from needs.models import Need
from suggestions.encodings import Kept

log = logging.getLogger(__name__)
_held: dict[str, tuple[str, Engine]] = {}
_lock = threading.Lock()


def folder() -> Path:
    return Path(settings.MATCHING_DIR) / "index"


def edition() -> str:
    """The name of what counts now; empty where there is nothing, or nothing that can be read."""
    try:
        return storing.current(folder())
    except storing.Unusable:
        return ""


def held(*, words_only: bool = False) -> Engine | None:
    """The engine that counts, loaded once an edition; None where there is none. A web process asks for words only."""
    name, place = edition(), str(folder())
    if not name:
        return None
    key = f"{place}:{words_only}"
    known, engine = _held.get(key, ("", None))
    if engine is not None and known == name:
        return engine
    with _lock:
        known, engine = _held.get(key, ("", None))
        if engine is not None and known == name:  # another thread has loaded it meanwhile
            return engine
        engine = Engine.load(folder(), None if words_only else encoder())
        _held[key] = (name, engine)
    return engine


def sound() -> Engine | None:
    """The same, and None where the folder is damaged."""
    try:
        return held()
    except storing.Unusable:
        return None


def keep(engine: Engine) -> str:
    """Write it where all read it; returns its name."""
    engine.save(folder())
    name = edition()
    _held[f"{folder()}:{False}"] = (name, engine)
    return name


def size() -> int:
    """Bytes of the edition that counts."""
    name = edition()
    place = folder() / name
    return sum(path.stat().st_size for path in place.iterdir()) if name and place.is_dir() else 0


def encoder_name() -> str:
    """Of the encoder that is wanted here; empty: words alone."""
    found = encoder()
    return found.name if found else ""


def is_wanted() -> bool:
    return bool(settings.MATCHING_ENCODER != "none")


def sends_texts() -> bool:
    """Whether encoding means that a text leaves the platform, for a service that the zone has named."""
    return bool(is_wanted() and settings.MATCHING_ENDPOINT["url"])


def words_of(engine: Engine) -> Engine:
    """The same, by words alone: nothing is encoded."""
    return replace(engine, reader=engine.reader.without_encoder())


class Voice:
    """The engine in one pass over needs. A service that is silent is not asked again for every need that follows."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._words = engine, words_of(engine)

    def for_need(self, need: Need) -> Engine:
        """By words alone where a text that is not published yet would leave the platform."""
        return self._words if need.number is None and sends_texts() else self._engine

    def is_silent(self, failed: EncodingFailed) -> None:
        log.warning("%s", failed)
        self._engine = self._words


def encoder() -> Kept | None:
    """The sentence encoder, where it is wanted and installed. Loading it takes a second and 200 MB: once a process."""
    made = _encoder() if is_wanted() else None
    return Kept(made, Path(settings.MATCHING_DIR)) if made else None


@cache
def _encoder() -> Encoder | None:
    """Without a memory of its own, which would only grow here: what remembers is `Kept`."""
    named: dict[str, Any] = settings.MATCHING_ENDPOINT
    return encoders.plain(settings.MATCHING_ENCODER, **named)
