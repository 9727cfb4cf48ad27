"""The zone's virus scanner, where it has one: clamd, or anything that speaks its INSTREAM.

It sees a file after our own checks and never instead of them (two zip bombs of our corpus it calls clean).
"""

import socket
import struct
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings

CONNECT, ANSWER = 3.0, 60.0  # seconds
CHUNK = 256 * 1024


class Unavailable(Exception):
    """The scanner cannot be reached, or could not judge this file: what it was to judge has to wait."""


def is_configured() -> bool:
    return bool(settings.VIRUS_SCANNER)


def scan(file: IO[bytes]) -> str:
    """What was found in the file, by the scanner's own name for it; "" where nothing was. Raises `Unavailable`."""
    file.seek(0)
    answer = _asked(b"zINSTREAM\0", file)
    file.seek(0)
    if answer == "stream: OK":
        return ""
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")[:100]
    raise Unavailable(answer[:200] or "no answer")


def version() -> str:
    """What the scanner calls itself, with the date of its signatures. Raises `Unavailable`."""
    return _asked(b"zVERSION\0")


def _asked(command: bytes, file: IO[bytes] | None = None) -> str:
    try:
        with _connection() as line:
            line.sendall(command)
            if file is not None:
                _stream(line, file)
            return _answer(line)
    except OSError as error:
        raise Unavailable(str(error)) from error


def _connection() -> socket.socket:
    address = urlsplit(settings.VIRUS_SCANNER)
    if address.scheme == "unix":
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(CONNECT)
        line.connect(address.path)
    else:
        line = socket.create_connection((address.hostname or "", address.port or 3310), CONNECT)
    line.settimeout(ANSWER)
    return line


def _stream(line: socket.socket, file: IO[bytes]) -> None:
    try:
        while piece := file.read(CHUNK):
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):
        return  # past its own limit clamd says so and hangs up; what it said is still to be read


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < 4096 and (piece := line.recv(4096)):
        said += piece
    return said.rstrip(b"\0\n").decode("utf-8", "replace").strip()
