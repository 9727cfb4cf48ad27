"""Encodings are made once, ever, and never all at once; words alone answer until they are there."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import world
from corpus import names, tick
from matching.endpoint import EncodingFailed
from people import Cast
from suggestions import keeping, learning
from suggestions.encodings import AT_ONCE, Kept
from suggestions.health import health
from suggestions.models import Index
from teams.changes import latest
from teams.models import Team

pytestmark = pytest.mark.django_db


class Counting:
    """Numbers from characters; remembers what it was asked."""

    name, size = "counting", 8

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Any) -> np.ndarray:
        self.asked += texts
        return np.array([[text.count(one) + 0.1 for one in "弹涂电膜图水抗爆"] for text in texts], np.float32)


def test_a_text_is_encoded_once_also_by_the_next_process(tmp_path: Path) -> None:
    first, second = Counting(), Counting()
    one = Kept(first, tmp_path).encode(["甲膜", "乙电", "甲膜"])
    two = Kept(second, tmp_path).encode(["乙电", "甲膜"])
    assert first.asked == ["甲膜", "乙电"]
    assert second.asked == []
    assert (one[:2] == two[::-1]).all()
    assert Kept(second, tmp_path).encode([]).shape == (0, 8)


def test_a_damaged_file_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "encodings-counting.sqlite3").write_bytes(b"torn" * 500)
    assert Kept(Counting(), tmp_path).encode(["甲"]).shape == (1, 8)


def test_slices_end_when_their_time_is_over(tmp_path: Path) -> None:
    kept = Kept(Counting(), tmp_path)
    texts = [f"第{n}篇" for n in range(3 * AT_ONCE)]
    assert kept.prepare(texts, seconds=-1) == len(texts)
    assert kept.prepare(texts, seconds=60) == 0


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Counting:
    made = Counting()
    settings.MATCHING_ENCODER = "use"
    monkeypatch.setattr(keeping, "_encoder", lambda: made)
    return made


def test_until_all_is_encoded_words_alone_answer(
    cast: Cast, teams: dict[str, Team], encoder: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = world.listed(cast)
    monkeypatch.setattr(learning, "SLICE", -1.0)
    monkeypatch.setattr(learning.learn, "__kwdefaults__", {**learning.learn.__kwdefaults__, "seconds": -1.0})
    monkeypatch.setattr(learning.encode_on, "__kwdefaults__", {"seconds": -1.0})
    tick()
    assert names(need)[0] == "弹性体课题组"
    assert (Index.objects.get().encoder, encoder.asked) == ("", [])
    assert health().encoding > 40
    monkeypatch.setattr(learning.encode_on, "__kwdefaults__", {"seconds": 60.0})
    monkeypatch.setattr(learning.learn, "__kwdefaults__", {**learning.learn.__kwdefaults__, "seconds": 60.0})
    tick()
    assert Index.objects.get().encoder == "counting"
    assert health().encoding == 0
    assert len(encoder.asked) == len(set(encoder.asked))


def test_a_web_process_never_loads_the_encoder(cast: Cast, teams: dict[str, Team], encoder: Counting) -> None:
    world.listed(cast)
    tick()
    asked = len(encoder.asked)
    engine = keeping.held(words_only=True)
    assert engine is not None
    list(engine.rank(["聚脲弹性体涂层的抗爆性能"]))
    assert len(encoder.asked) == asked


class Silent(Counting):
    """A service that does not answer."""

    name = "silent"

    def encode(self, texts: Any) -> np.ndarray:
        raise EncodingFailed("向量服务不可用。")


def test_a_service_that_is_silent_is_done_without(
    cast: Cast, teams: dict[str, Team], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MATCHING_ENCODER = "use"
    monkeypatch.setattr(keeping, "_encoder", lambda: Silent())
    need = world.listed(cast)
    tick()
    assert names(need)[0] == "弹性体课题组"
    assert Index.objects.get().encoder == ""
    assert health().encoding > 40


def test_while_a_service_is_silent_no_works_are_read_until_it_is_asked_again(
    cast: Cast, teams: dict[str, Team], encoder: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = encoder.encode
    monkeypatch.setattr(encoder, "encode", Silent().encode)
    world.listed(cast)
    tick(2)
    with CaptureQueriesContext(connection) as asked:
        tick(3)
    assert [one["sql"] for one in asked if "works_work" in one["sql"]] == []
    assert health().encoding >= 40
    monkeypatch.setattr(encoder, "encode", answers)
    tick()
    assert Index.objects.get().encoder == ""  # it is not asked before its time
    for far in learning._encoded.values():
        far.again = None
    tick()
    assert (Index.objects.get().encoder, health().encoding) == ("counting", 0)
    assert len(encoder.asked) == len(set(encoder.asked))


def test_what_is_encoded_is_not_read_again_for_the_rest(
    cast: Cast, teams: dict[str, Team], encoder: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Team by team, as they changed; a process that begins anew looks all of them up once."""
    monkeypatch.setattr(learning, "FOLDED", 2)
    monkeypatch.setattr(learning.learn, "__kwdefaults__", {**learning.learn.__kwdefaults__, "seconds": -1.0})
    monkeypatch.setattr(learning.encode_on, "__kwdefaults__", {"seconds": -1.0})
    tick()
    row = Index.objects.get()
    assert not learning.encode_on(row)
    (far,) = learning._encoded.values()
    assert row.encoding >= 40
    while not learning.encode_on(row, seconds=0.02):
        assert row.encoding
    assert far.number == latest()
    with CaptureQueriesContext(connection) as asked:
        assert learning.encode_on(row)
    assert [one["sql"] for one in asked if "works_work" in one["sql"]] == []
    learning._encoded.clear()
    before = len(encoder.asked)
    assert learning.encode_on(row, seconds=60)
    assert len(encoder.asked) == before


def test_one_that_falls_silent_later_leaves_what_it_gave(
    cast: Cast, teams: dict[str, Team], encoder: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.listed(cast)
    tick()
    monkeypatch.setattr(encoder, "encode", Silent().encode)
    later = world.listed(cast, title="抗爆弹性体涂层")
    tick()
    assert names(later)[0] == "弹性体课题组"
    assert health().said == ""


def test_what_is_not_published_is_sent_to_no_service(
    cast: Cast, teams: dict[str, Team], settings: Any, encoder: Counting
) -> None:
    settings.MATCHING_ENDPOINT = {"url": "https://vectors.example/v1", "model": "m", "key_file": None}
    inside = world.need(cast, status="submitted", problem="尚未发布的难题：弹性体涂层在强冲击下开裂。")
    world.listed(cast)
    tick()
    assert names(inside)[0] == "弹性体课题组"
    assert encoder.asked
    assert not [text for text in encoder.asked if "尚未发布" in text]


def test_a_service_that_the_zone_has_named_encodes_in_place_of_what_is_built_in(settings: Any, tmp_path: Path) -> None:
    settings.MATCHING_DIR, settings.MATCHING_ENCODER = tmp_path, "use"
    settings.MATCHING_ENDPOINT = {"url": "http://127.0.0.1:9/v1", "model": "BAAI/bge-m3", "key_file": None}
    keeping._encoder.cache_clear()
    try:
        assert keeping.encoder_name() == "BAAI-bge-m3-127.0.0.1-9"
    finally:
        keeping._encoder.cache_clear()
