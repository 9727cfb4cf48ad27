"""`pytest` alone: start the servers once, in the controller, before pytest-django reads the settings.

`DATABASE_URL` set means somebody else provides them. The state lives in JIEBANG_TEST_STATE, default `.state-test`.
A template database, migrated once per set of migrations, makes every later run start from a copy.
"""

import hashlib
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from embedded import environment
from embedded.catalogues import compile_catalogues
from embedded.stack import Stack, manage
from embedded.state import Locked, State

ROOT = Path(environment.python_path()).parent
_stack: Stack | None = None


def _begin() -> None:
    global _stack
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:  # a cache of its own: one worker's `cache.clear()` is not another's
        os.environ["CACHE_URL"] = os.environ["VALKEY_URL"].rpartition("/")[0] + f"/{2 + int(worker[2:])}"
        return
    state = State(Path(os.environ.get("JIEBANG_TEST_STATE", ROOT / ".state-test")))
    os.environ["JIEBANG_STATE"] = str(state.path)
    try:
        state.lock()
    except Locked:
        print(f"Another run holds {state.path}: waiting for it. (JIEBANG_TEST_STATE gives you your own.)", flush=True)
        state.lock(wait=True)
    compile_catalogues()
    _stack = Stack(state, os.environ, unsafe=True)
    try:
        _stack.start()
        _prepare_template()
    except BaseException:
        _stack.stop()
        raise


def _fingerprint() -> str:
    """What a migrated database depends on."""
    files = sorted((ROOT / "platform").glob("*/migrations/*.py"))
    digest = hashlib.sha256((ROOT / "uv.lock").read_bytes())
    for file in files:
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _prepare_template() -> None:
    """Migrating from nothing takes seconds, copying a database a tenth of one."""
    import psycopg

    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    name = "template_" + _fingerprint()
    with psycopg.connect(server + "/postgres", autocommit=True) as connection:
        old = [row[0] for row in connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^template_.'")]
        if name not in old:
            for stale in old:
                connection.execute(f'DROP DATABASE "{stale}" WITH (FORCE)')
            connection.execute("DROP DATABASE IF EXISTS template_new WITH (FORCE)")
            connection.execute("CREATE DATABASE template_new")
            made = manage({**os.environ, "DATABASE_URL": server + "/template_new"}, "migrate", "-v0", capture=True)
            if made.returncode:  # tests without a database still run; the others say what is wrong
                print(f"The migrations do not run:\n{made.stderr[-2000:]}", file=sys.stderr, flush=True)
                return
            connection.execute(f'ALTER DATABASE template_new RENAME TO "{name}"')
    os.environ["TEST_TEMPLATE"] = name


if "PYTEST_XDIST_WORKER" in os.environ or not urlsplit(os.environ.get("DATABASE_URL", "")).scheme:
    _begin()
else:
    environment.fill(os.environ, State(Path(os.environ.get("JIEBANG_TEST_STATE", ROOT / ".state-test"))))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if _stack is not None:
        _stack.stop()
