"""What every bench stands on: engines of its own, a database filled once, and the web server of `make run`."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded.catalogues import compile_catalogues
from embedded.environment import without_opener
from embedded.run import answers, web_command
from embedded.stack import Stack
from embedded.state import Locked, State, next_port
from embedded.supervisor import Child

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def bench(name: str, fill: Callable[[], None], *, keep: bool) -> Iterator[Stack]:
    """PostgreSQL and Valkey in `.state-NAME`, with a migrated, filled database: the last one if `keep`."""
    state = State(ROOT / f".state-{name}")
    try:
        state.lock()
    except Locked:
        raise SystemExit(f"Another bench holds {state.path}.") from None
    for variable in ("DATABASE_URL", "VALKEY_URL", "CACHE_URL", "DEBUG"):
        os.environ.pop(variable, None)  # never somebody else's database
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", DEMO="1", JIEBANG_STATE=str(state.path))
    made = Stack(state, os.environ)
    try:
        made.start()
        _database(state, fill, keep=keep)
        yield made
    finally:
        made.stop()


def _database(state: State, fill: Callable[[], None], *, keep: bool) -> None:
    import psycopg

    filled = state.path / "filled"
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    os.environ["DATABASE_URL"] = f"{server}/bench"
    if not (keep and filled.exists()):
        for left in (filled, state.path / "checkpoints.jsonl"):
            left.unlink(missing_ok=True)
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS bench WITH (FORCE)")
            connection.execute("CREATE DATABASE bench")
    (state.path / "static").mkdir(exist_ok=True)
    compile_catalogues()
    import django
    from django.core.management import call_command

    django.setup()
    if not filled.exists():
        began, here = time.monotonic(), time.process_time()
        call_command("migrate", verbosity=0)
        fill()
        filled.touch()
        took, spent = time.monotonic() - began, time.process_time() - here
        print(f"Filled in {took:.0f} s ({spent:.0f} s of this process).", flush=True)


def serve(engines: Stack) -> int:
    """The web server as `make run` starts it; its port."""
    port = next_port(8900)
    command = web_command(f"127.0.0.1:{port}")
    engines.supervisor.start(Child("web", command, env=without_opener(os.environ), is_ready=lambda: answers(port)))
    return port


def load() -> str:
    """How busy the machine is already: one, five, fifteen minutes."""
    return " ".join(f"{n:.1f}" for n in os.getloadavg())
