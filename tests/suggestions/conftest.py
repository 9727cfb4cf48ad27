"""A folder of its own for what is learnt; words alone, for speed; teams of four fields."""

from collections.abc import Iterator
from typing import Any

import pytest

import corpus
from people import Cast
from suggestions import keeping, learning


@pytest.fixture(autouse=True)
def apart(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(learning, "QUICK", 600)  # however long a busy machine learns
    settings.MATCHING_DIR, settings.MATCHING_ENCODER, settings.MEDIA_ROOT = tmp_path / "matching", "none", tmp_path
    keeping._held.clear()
    learning._encoded.clear()
    yield
    keeping._held.clear()


@pytest.fixture
def teams(cast: Cast) -> dict[str, Any]:
    return corpus.teams(cast)
