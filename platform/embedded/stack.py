"""PostgreSQL and Valkey for one state directory, and the environment that points at them."""

import os
import signal
import subprocess
import sys
from collections.abc import MutableMapping, Sequence

from embedded import environment
from embedded.postgres import Postgres
from embedded.state import State
from embedded.supervisor import Child, Supervisor
from embedded.valkey import Valkey


class Stack:
    """Starts nothing that the environment already names: DATABASE_URL and VALKEY_URL win."""

    def __init__(self, state: State, env: MutableMapping[str, str], *, unsafe: bool = False) -> None:
        self.state = state
        self.env = env
        self.supervisor = Supervisor(state)
        self.unsafe = unsafe
        self.embedded: list[str] = []
        self.postgres: Postgres | None = None

    def start(self) -> None:
        """The caller holds the state's lock."""
        self.env.setdefault("PYTHONPATH", environment.python_path())
        environment.fill(self.env, self.state)
        orphans = self.supervisor.clear_orphans()
        if orphans:
            print(f"The last run was killed; stopped what it left behind: {', '.join(orphans)}.", flush=True)
        if not self.env.get("DATABASE_URL"):
            self.start_postgres()
        if not self.env.get("VALKEY_URL"):
            self.start_valkey()

    def start_postgres(self) -> None:
        postgres = self.postgres = Postgres(self.state, unsafe=self.unsafe)
        postgres.prepare()
        self.supervisor.start(
            Child(
                "postgres",
                postgres.command(),
                popen=postgres.account.popen,
                log=self.state.path / "postgres.log",
                stop=signal.SIGINT,  # the fast shutdown; SIGTERM waits for every client
                is_ready=postgres.is_ready,
                attempts=20,
            )
        )
        postgres.create_database()
        postgres.announce(self.env)
        self.embedded.append("PostgreSQL")

    def start_valkey(self) -> None:
        valkey = Valkey(self.state)
        valkey.prepare()
        log = self.state.path / "valkey.log"
        self.supervisor.start(
            Child(
                "valkey",
                valkey.command(),
                log=log,
                stdin=valkey.configuration(),
                is_ready=valkey.is_ready,
                attempts=20,
            )
        )
        valkey.announce(self.env)
        self.embedded.append("Valkey")

    def stop(self) -> None:
        self.supervisor.stop()
        self.state.unlock()


def addresses(state: State, env: MutableMapping[str, str]) -> None:
    """Point `env` at a stack that somebody else is running on this state directory."""
    environment.fill(env, state)
    env.setdefault("PYTHONPATH", environment.python_path())
    for name in ("postgres", "valkey"):
        engine = Postgres(state) if name == "postgres" else Valkey(state)
        engine.port = int((state.path / f"{name}.port").read_text())
        engine.announce(env)
    env.setdefault("DEMO", "1")
    if (state.path / "address").exists():
        env.setdefault("SITE_URL", (state.path / "address").read_text())


def manage(env: MutableMapping[str, str], *args: str, capture: bool = False) -> subprocess.CompletedProcess[str]:
    root = os.path.dirname(environment.python_path())
    return subprocess.run(
        [sys.executable, os.path.join(root, "manage.py"), *args], env=dict(env), text=True, capture_output=capture
    )


def run_command(env: MutableMapping[str, str], command: Sequence[str]) -> int:
    """The command as the foreground process: Ctrl-C is its business, we wait."""
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = subprocess.Popen(
            list(command), env=dict(env), preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler)
        )
        return process.wait()
    except FileNotFoundError:
        print(f"dev.py exec: no such command: {command[0]}", file=sys.stderr)
        return 127
    finally:
        signal.signal(signal.SIGINT, previous)
