"""What survives between two starts: the lock, the ports, the secrets, the keys and who was running."""

import base64
import fcntl
import json
import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path


class Locked(Exception):
    """Another supervisor holds this state directory."""


class State:
    """One directory, one supervisor. It is 0700 and everything secret in it is 0600."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock: int | None = None

    def lock(self, *, wait: bool = False) -> None:
        """The kernel drops a flock with its holder, also after kill -9: there is no stale lock to clean up."""
        handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            os.close(handle)
            raise Locked(str(self.path)) from None
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        self._lock = handle

    def unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def secret(self, name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(48)) -> str:
        """The secret of that name, made on first use."""
        return self.secret_file(f"secrets/{name}", make).read_text().strip()

    def secret_file(self, name: str, make: Callable[[], str]) -> Path:
        file = self.path / name
        if not file.exists():
            file.parent.mkdir(mode=0o700, exist_ok=True)
            draft = file.with_name(f"{file.name}.{os.getpid()}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                out.write(make() + "\n")
                out.flush()
                os.fsync(out.fileno())
            draft.rename(file)
        return file

    def port(self, name: str, preferred: int = 0) -> int:
        """The port used last time if it is still free, else another one, remembered."""
        file = self.path / f"{name}.port"
        last = int(file.read_text()) if file.exists() else preferred
        port = free_port(last)
        file.write_text(str(port))
        return port

    def remember(self, running: dict[str, dict[str, object]]) -> None:
        """Who is running, written before anything can go wrong, so that the next start finds orphans."""
        draft = self.path / "processes.json.new"
        draft.write_text(json.dumps(running))
        draft.rename(self.path / "processes.json")

    def remembered(self) -> dict[str, dict[str, object]]:
        try:
            return dict(json.loads((self.path / "processes.json").read_text()))
        except (OSError, ValueError):
            return {}


def can_bind(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(preferred: int = 0) -> int:
    if preferred and can_bind(preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def next_port(wanted: int) -> int:
    """The first free port from `wanted` on: a newcomer with something on 8000 gets 8001."""
    return next((port for port in range(wanted, min(wanted + 100, 65536)) if can_bind(port)), 0) or free_port()


# ── keys: in the shape that core.sealing reads, as `manage.py make_keys` writes them ──
def fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def signing_key() -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def opener_identity() -> str:
    from pyrage import x25519

    return str(x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    from pyrage import x25519

    return str(x25519.Identity.from_str(identity).to_public())
