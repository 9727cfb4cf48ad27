"""Finding a word in everything a platform keeps, whatever it is wrapped in.

A canary begins with a mark nobody could write by accident; each search is for the mark in every form that somebody who
holds the bytes could read without a key: other alphabets of the same text, hex, base64, and what is compressed.
"""

import base64
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import redis

DEPTH = 3
LARGEST = 64 * 1024 * 1024
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{32,}={0,2}")
HEX = re.compile(rb"(?:[0-9a-f]{2}){24,}")
STREAMS = ((b"\x1f\x8b\x08", 31), (b"\x78\x01", 15), (b"\x78\x5e", 15), (b"\x78\x9c", 15), (b"\x78\xda", 15))


def forms(word: str) -> set[bytes]:
    """Every spelling of `word` that a search must know; base64 in its three positions."""
    plain = {word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")}
    if not word.isascii():
        plain |= {word.encode("gb18030"), quote(word).encode(), quote(word).lower().encode()}
        plain |= {quote(word).replace("%", "=").encode()}  # quoted-printable
        plain |= {ascii(word)[1:-1].encode(), ascii(word)[1:-1].replace("\\", "\\\\").encode()}
        plain |= {"".join(f"&#{ord(c)};" for c in word).encode(), "".join(f"&#x{ord(c):x};" for c in word).encode()}
    found = set(plain)
    for data in {word.encode(), word.encode("utf-16-le")}:
        found |= {data.hex().encode(), data.hex().upper().encode()}
        for shift in range(3):
            inner = base64.b64encode(b"\0" * shift + data)[(0, 2, 3)[shift] : (len(data) + shift) // 3 * 4]
            found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return found


class Words:
    """The words that must not be found, by what they are."""

    def __init__(self, words: dict[str, str]) -> None:
        self.forms = {name: sorted(forms(word)) for name, word in words.items()}

    def within(self, data: bytes) -> set[str]:
        """The names of the words in these bytes as they are."""
        return {name for name, spellings in self.forms.items() if any(spelling in data for spelling in spellings)}

    def inside(self, data: bytes, depth: int = DEPTH) -> set[str]:
        """The same for what the bytes hold: compressed, in base64, in hex, one in another."""
        found = self.within(data)
        for piece in unwrapped(data) if depth else ():
            found |= self.inside(piece, depth - 1)
        return found


def unwrapped(data: bytes) -> Iterator[bytes]:
    for start, bits in STREAMS:
        for place in _places(data, start):
            yield from _inflated(data[place:], bits)
    for place in _places(data, b"PK\x03\x04"):  # a member of a zip, also of a docx or xlsx
        lengths = data[place + 26 : place + 30]
        skip = 30 + int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
        yield from _inflated(data[place + skip :], -15)
    for run in set(BASE64.findall(data)):
        text = run.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        if len(text) % 4 != 1:
            yield base64.b64decode(text + b"=" * (-len(text) % 4))
    for run in set(HEX.findall(data)):
        yield bytes.fromhex(run.decode())


def _places(data: bytes, start: bytes) -> Iterator[int]:
    place = data.find(start)
    while place >= 0:
        yield place
        place = data.find(start, place + 1)


def _inflated(data: bytes, bits: int) -> Iterator[bytes]:
    try:
        yield zlib.decompressobj(bits).decompress(data, LARGEST)
    except zlib.error:
        return


# ── where a platform keeps things ───────────────────────────────────────────────
def columns(connection: Any) -> Iterator[tuple[str, bytes]]:
    """Every column of every table, with all it holds."""
    query = """
        SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables
        USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
    """
    for table, column in connection.execute(query).fetchall():
        held = connection.execute(f'SELECT "{column}"::text FROM "{table}"').fetchall()
        yield f"{table}.{column}", "\n".join(value for (value,) in held if value).encode()


def keys(url: str) -> Iterator[tuple[str, bytes]]:
    """Every key of every database of Valkey."""
    server, _slash, _number = url.rpartition("/")
    for number in range(64):
        with redis.Redis.from_url(f"{server}/{number}") as client:
            for key in client.scan_iter(count=1000):
                yield f"valkey {number} {key.decode(errors='replace')}", key + b"\n" + _held(client, key)


def _held(client: Any, key: bytes) -> bytes:
    match client.type(key):
        case b"string":
            return client.get(key) or b""
        case b"hash":
            return b"\n".join(b"\n".join(pair) for pair in client.hgetall(key).items())
        case b"list":
            return b"\n".join(client.lrange(key, 0, -1))
        case b"set":
            return b"\n".join(client.smembers(key))
        case b"zset":
            return b"\n".join(client.zrange(key, 0, -1))
        case _:
            return client.dump(key) or b""


def files(folder: Path, but: tuple[str, ...] = ()) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_file() and not name.startswith(but):
            yield name, path.read_bytes()
