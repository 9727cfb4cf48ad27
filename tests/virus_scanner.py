"""A clamd in a thread: speaks VERSION and INSTREAM over TCP, and knows one virus."""

import socketserver
import struct
import threading
from dataclasses import dataclass, field

SIGNATURE = (
    b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
)  # what every scanner tests with


@dataclass
class Scanner:
    most: int = 60 * 1024 * 1024  # StreamMaxLength
    seen: list[int] = field(default_factory=list)  # the size of each file it was shown
    address: str = ""


class _Call(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        scanner: Scanner = self.server.scanner  # type: ignore[attr-defined]
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zVERSION\0":
            self.wfile.write(b"ClamAV 1.4.3/27400/Sat Nov 28 2026\0")
            return
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > scanner.most:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        scanner.seen.append(len(content))
        self.wfile.write(b"stream: Eicar-Signature FOUND\0" if SIGNATURE in content else b"stream: OK\0")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


def start() -> tuple[Scanner, _Server]:
    server = _Server(("127.0.0.1", 0), _Call)
    server.scanner = scanner = Scanner(address=f"tcp://127.0.0.1:{server.server_address[1]}")  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return scanner, server
