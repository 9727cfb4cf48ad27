"""Encodings from any service that speaks OpenAI's `/embeddings`. Texts leave the house: docs/operations.md says which.

Nothing is sent unless a zone has configured an address. There is no redirect that would take the key elsewhere, and an
answer that is not exactly one vector a text is refused whole.
"""

import http.client
import json
import re
import ssl
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import numpy as np

LONGEST = 2_000  # characters of a text that are sent
BATCH = 32  # texts a request
TIMEOUT = 60.0  # seconds for one
TRIES, PAUSE, LONGEST_PAUSE = 4, 1.0, 30.0  # a busy or absent service is asked again after 1, 2 and 4 seconds
BIGGEST = 64 << 20  # bytes of an answer
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


class EncodingFailed(Exception):
    """The service did not give what was asked for. One sentence, without the key and without the texts."""


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_whatever: Any, **_more: Any) -> None:
        return None


class EndpointEncoder:
    """`url`: up to and without `/embeddings`. The key is read from its file, so that it stands in no environment."""

    def __init__(self, url: str, model: str, key_file: Path | None = None) -> None:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname or not model:
            raise EncodingFailed(
                f"向量服务的地址应为 http:// 或 https:// 开头的网址，并须指明模型：{url!r}、{model!r}。"
            )
        self._url, self._model, self._key_file = url.rstrip("/") + "/embeddings", model, key_file
        self.name = re.sub(r"[^A-Za-z0-9.]+", "-", f"{model}-{urlsplit(url).netloc.rpartition('@')[2]}")
        self.size = 0  # until the service has answered once

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        rows = sorted((n for n, text in enumerate(texts) if text.strip()), key=lambda n: len(texts[n]))
        parts = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
        vectors = [self._ask([texts[n][:LONGEST] for n in part]) for part in parts]
        if not self.size:  # not a text among them that could be sent: a word of ours
            self._ask(["size"])
        found = np.zeros((len(texts), self.size), np.float32)
        for part, given in zip(parts, vectors, strict=True):
            found[part] = given
        return found

    def _ask(self, texts: list[str]) -> np.ndarray:
        body = json.dumps({"model": self._model, "input": texts, "encoding_format": "float"}).encode()
        for tried in range(1, TRIES + 1):
            try:
                return self._vectors(self._answer(body), len(texts))
            except HTTPError as error:
                failed, pause = f"答复 {error.code}", _asked_pause(error)
                if error.code not in AGAIN:
                    raise EncodingFailed(
                        f"向量服务 {self.name} 拒绝了请求（{failed}），请核对地址、模型和密钥。"
                    ) from None
            except (URLError, TimeoutError, ConnectionError, http.client.HTTPException, ssl.SSLError) as error:
                failed, pause = str(getattr(error, "reason", "") or error) or type(error).__name__, None
            if tried < TRIES:
                time.sleep(min(PAUSE * 2 ** (tried - 1) if pause is None else pause, LONGEST_PAUSE))
        raise EncodingFailed(f"向量服务 {self.name} 试了 {TRIES} 次仍不可用：{failed}。")

    def _answer(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key_file is not None:
            try:
                headers["Authorization"] = f"Bearer {self._key_file.read_text(encoding='utf-8').strip()}"
            except OSError as error:
                raise EncodingFailed(f"向量服务的密钥文件读不了：{error.strerror}。") from None
        request = Request(self._url, body, headers)  # noqa: S310 - its scheme was looked at
        with build_opener(_Stay).open(request, timeout=TIMEOUT) as answer:
            content: bytes = answer.read(BIGGEST + 1)
        if len(content) > BIGGEST:
            raise EncodingFailed(f"向量服务 {self.name} 的答复超过 {BIGGEST >> 20} MB。")
        return content

    def _vectors(self, content: bytes, wanted: int) -> np.ndarray:
        """Rows in the order that was asked: a service may give them in another."""
        try:
            rows = sorted(json.loads(content)["data"], key=lambda row: row["index"])
            found = np.array([row["embedding"] for row in rows], dtype=np.float32)
            numbers = [row["index"] for row in rows]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise EncodingFailed(f"向量服务 {self.name} 的答复不是 OpenAI 格式的向量。") from None
        right = found.ndim == 2 and numbers == list(range(wanted)) and found.shape[1] == (self.size or found.shape[1])
        if not right or not found.shape[1] or not np.isfinite(found).all():
            raise EncodingFailed(f"向量服务 {self.name} 的答复与所问的 {wanted} 段文本对不上。")
        self.size = found.shape[1]
        return found


def _asked_pause(error: HTTPError) -> float | None:
    """The seconds that a busy service asks for, where it says so in seconds."""
    asked = error.headers.get("Retry-After", "")
    return float(asked) if asked.isdecimal() else None
