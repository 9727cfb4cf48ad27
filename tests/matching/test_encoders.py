"""Encodings come from a service of the zone's choice only where it chose one, and are made once for each text."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from matching import encoders, endpoint, learning
from matching.corpus import Team, Work
from matching.encoders import Remembering
from matching.endpoint import EncodingFailed, EndpointEncoder
from matching.engine import Engine
from suggestions.checks import the_encoder_is_there

Answer = Callable[[dict[str, Any]], tuple[int, Any]]


def vectors(asked: dict[str, Any]) -> tuple[int, Any]:
    """As a service answers that finishes the last text first."""
    rows = [{"index": n, "embedding": [len(text), text.count("膜"), 1]} for n, text in enumerate(asked["input"])]
    return 200, {"data": rows[::-1]}


class Service:
    """A real service on this machine: what it was sent, and what it answers, one after the other, the last for ever."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[Answer] = [vectors]
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.asked.append({"path": self.path, **asked})
                service.headers.append(dict(self.headers))
                answer = service.answers.pop(0) if len(service.answers) > 1 else service.answers[0]
                code, body = answer(asked)
                content = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(code)
                if code == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_whatever: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def service(monkeypatch) -> Iterator[Service]:
    monkeypatch.setattr(endpoint, "PAUSE", 0.0)
    made = Service()
    yield made
    made.stop()


# ── a service of the zone's choice ──────────────────────────────────────────────
def test_texts_are_sent_in_batches_and_vectors_come_back_in_the_order_of_the_texts(service, tmp_path, monkeypatch):
    monkeypatch.setattr(endpoint, "BATCH", 2)
    (tmp_path / "key").write_text("secret-of-the-zone\n")
    encoder = EndpointEncoder(service.url, "bge-m3", tmp_path / "key")
    found = encoder.encode(["反渗透膜", "", "电", "长" * 5_000, "  "])
    assert found.tolist() == [[4, 1, 1], [0, 0, 0], [1, 0, 1], [endpoint.LONGEST, 0, 1], [0, 0, 0]]
    assert {asked["path"] for asked in service.asked} == {"/v1/embeddings"}
    assert [asked["input"][0][:3] for asked in service.asked] == ["电", "长长长"]  # short ones together; no empty text
    assert {asked["model"] for asked in service.asked} == {"bge-m3"}
    assert {headers["Authorization"] for headers in service.headers} == {"Bearer secret-of-the-zone"}


def test_the_name_tells_model_and_service_apart_and_holds_no_password(service):
    address = service.url.replace("http://", "http://zone:word@")
    assert EndpointEncoder(address, "BAAI/bge-m3").name.startswith("BAAI-bge-m3-127.0.0.1-")


def test_texts_without_a_letter_have_vectors_as_long_as_the_others_and_are_not_sent(service):
    assert EndpointEncoder(service.url, "m").encode(["", " "]).tolist() == [[0, 0, 0]] * 2
    assert [asked["input"] for asked in service.asked] == [["size"]]


def test_a_busy_service_is_asked_again_and_then_given_up(service):
    busy: Answer = lambda asked: (503, {})  # noqa: E731
    service.answers = [busy, busy, vectors]
    assert EndpointEncoder(service.url, "m").encode(["膜"]).tolist() == [[1, 1, 1]]
    service.answers, service.asked = [busy], []
    with pytest.raises(EncodingFailed, match=f"试了 {endpoint.TRIES} 次仍不可用：答复 503"):
        EndpointEncoder(service.url, "m").encode(["膜"])
    assert len(service.asked) == endpoint.TRIES


@pytest.mark.parametrize("code", [400, 401, 404, 302])
def test_a_refusal_is_final_and_a_redirect_takes_the_key_nowhere(service, tmp_path, code):
    service.answers = [lambda asked: (code, {})]
    with pytest.raises(EncodingFailed, match=f"答复 {code}.*核对地址、模型和密钥"):
        EndpointEncoder(service.url, "m").encode(["膜"])
    assert [asked["path"] for asked in service.asked] == ["/v1/embeddings"]


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        {"data": []},
        {"data": [{"index": 1, "embedding": [1, 2]}]},
        {"data": [{"index": 0, "embedding": []}]},
        {"data": [{"index": 0, "embedding": ["a"]}]},
        {"data": [{"index": 0, "embedding": [float("nan")]}]},
        {"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1, 2]}]},
        [],
    ],
)
def test_an_answer_that_is_not_a_vector_for_each_text_is_refused_whole(service, body):
    service.answers = [lambda asked: (200, body)]
    with pytest.raises(EncodingFailed):
        EndpointEncoder(service.url, "m").encode(["膜"])
    assert len(service.asked) == 1


def test_vectors_of_another_length_than_before_are_refused(service):
    encoder = EndpointEncoder(service.url, "m")
    encoder.encode(["膜"])
    service.answers = [lambda asked: (200, {"data": [{"index": 0, "embedding": [1, 2]}]})]
    with pytest.raises(EncodingFailed, match="对不上"):
        encoder.encode(["电"])


def test_a_service_that_is_not_there_and_a_key_that_is_not_there_are_said_so(service, tmp_path):
    service.stop()
    with pytest.raises(EncodingFailed, match="仍不可用"):
        EndpointEncoder(service.url, "m").encode(["膜"])
    with pytest.raises(EncodingFailed, match="密钥文件读不了"):
        EndpointEncoder(service.url, "m", tmp_path / "nowhere").encode(["膜"])


@pytest.mark.parametrize(
    ("url", "model"), [("file:///etc/passwd", "m"), ("ftp://a", "m"), ("http://", "m"), ("http://a", "")]
)
def test_an_address_that_is_none_is_refused_before_anything_is_sent(url, model):
    with pytest.raises(EncodingFailed, match="网址"):
        EndpointEncoder(url, model)


def test_a_service_is_used_where_the_zone_has_named_one(service):
    chosen = encoders.chosen(lexical=False, url=service.url, model="m")
    assert chosen is not None
    assert chosen.encode(["膜"]).tolist() == [[1, 1, 1]]
    assert encoders.chosen(lexical=True, url=service.url, model="m") is None


def test_where_nothing_is_configured_nothing_is_sent(service):
    assert encoders.chosen(lexical=True) is None
    local = encoders.chosen(lexical=False)
    assert local is not None
    assert local.name == "use-multilingual-3"
    assert service.asked == []


def test_a_zone_may_have_the_better_and_slower_encoder_in_place_of_the_usual_one():
    better = encoders.chosen("e5", lexical=False)
    assert better is not None
    found = better.encode(["抗肿瘤抗体药物", "Monoclonal antibodies for cancer therapy", "海上风电场智能运维", "", " "])
    assert (better.name, found.shape) == ("e5-small-q4", (5, 384))
    near = found @ found.T
    assert near[0, 1] > near[0, 2]
    assert not found[3:].any()


def test_one_that_is_not_installed_is_asked_for_before_anything_starts(settings, monkeypatch):
    settings.MATCHING_ENCODER = "e5"
    assert the_encoder_is_there(None) == []
    monkeypatch.setitem(encoders.BUILT_IN, "e5", ("nowhere", encoders.E5Encoder))
    assert [error.id for error in the_encoder_is_there(None)] == ["suggestions.E001"]
    assert encoders.chosen("e5", lexical=False) is None
    settings.MATCHING_ENDPOINT = {"url": "https://vectors.example/v1", "model": "m", "key_file": None}
    assert the_encoder_is_there(None) == []


def test_teams_are_ranked_with_the_service_and_without_it(service, tmp_path, monkeypatch):
    monkeypatch.setattr("matching.learning.MEANINGS", (0.5,))
    teams = [Team("海水", works=(Work(title="反渗透膜污染"),) * 3), Team("电池", works=(Work(title="固态电池"),) * 3)]
    Engine.of(teams, encoder=EndpointEncoder(service.url, "m")).save(tmp_path)
    with_it = Engine.load(tmp_path, EndpointEncoder(service.url, "m"))
    without = Engine.load(tmp_path)
    assert (with_it.lacks, without.lacks) == ("", with_it.reader.encoder_name)
    assert {next(engine.rank(["膜污染"]))[0].team for engine in (with_it, without)} == {"海水"}


# ── once for each text ──────────────────────────────────────────────────────────
class Counting:
    name, size = "counting", 3

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts):
        self.texts += texts
        return np.array([[len(text), 1, 0.5] for text in texts], np.float32)


def test_whoever_waits_for_the_encoding_of_many_works_is_told_how_far_it_is(monkeypatch):
    monkeypatch.setattr(learning, "TOLD", 4)
    told: list[tuple[int, int]] = []
    teams = [Team("密封", works=tuple(Work(title=f"密封{n}") for n in range(6)))]
    Engine.of(teams, encoder=Counting(), progress=lambda *so_far: told.append(so_far))
    assert told == [(4, 6), (6, 6)]


def test_a_process_does_not_remember_for_ever(monkeypatch):
    monkeypatch.setattr(encoders, "MOST_KNOWN", 3)
    counting = Counting()
    remembering = Remembering(counting)
    for text in "甲乙丙丁":
        remembering.encode([text])
    assert remembering.encode(["丁", "戊", "己", "庚", "辛"]).shape == (5, 3)
    assert counting.texts == list("甲乙丙丁戊己庚辛")
