"""The supervisor that `make run` and `make test` stand on: what a kill -9 leaves behind, and that nothing is lost."""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from embedded import environment, postgres, processes
from embedded.stack import Stack
from embedded.state import Locked, State, can_bind, next_port
from embedded.supervisor import GIVE_UP, Child, Supervisor
from running import until

ROOT = Path(__file__).resolve().parents[1]
SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
# A supervisor in a process of its own: starts everything, says so, and waits to be killed.
VICTIM = """
import os, sys, time
from pathlib import Path
from embedded.stack import Stack
from embedded.state import State
from embedded.supervisor import Child
state = State(Path(sys.argv[1]))
state.lock()
env = {}
stack = Stack(state, env)
stack.start()
web = "import subprocess; subprocess.run(" + sys.argv[2] + ")"
stack.supervisor.start(Child("web", [sys.executable, "-c", web]))
print(env["DATABASE_URL"], env["VALKEY_URL"], flush=True)
time.sleep(600)
"""


@pytest.fixture
def state(tmp_path):
    return State(tmp_path / "state")


@pytest.fixture
def supervisor(state):
    supervisor = Supervisor(state)
    yield supervisor
    supervisor.stop()


@pytest.fixture
def start_stack(state):
    """Start the engines on `state`; whatever was started is stopped at the end."""
    stacks = []

    def start(env: dict[str, str] | None = None, *, unsafe: bool = True) -> Stack:
        state.lock()
        stack = Stack(state, {} if env is None else env, unsafe=unsafe)
        stacks.append(stack)
        stack.start()
        return stack

    yield start
    for stack in stacks:
        stack.stop()


@pytest.fixture
def stranger():
    """A process that has nothing to do with us."""
    process = subprocess.Popen(SLEEP, start_new_session=True)
    yield process
    process.kill()
    process.wait()


def grandchild_of(child: int) -> int:
    others = until(lambda: [pid for pid in processes.session_members(child) if pid != child], "it has started another")
    return others[0]


def is_gone(pid: int, born: str) -> bool:
    """Somebody else may have that pid by now."""
    return processes.identity(pid) != born


# ── nothing is lost ─────────────────────────────────────────────────────────────
def test_after_a_kill_the_next_start_stops_what_was_left_and_finds_every_committed_row(state, start_stack):
    command = [sys.executable, "-c", VICTIM, str(state.path), repr(SLEEP)]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "platform")}
    victim = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True)
    database, broker = victim.stdout.readline().split()
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    redis.Redis.from_url(broker).rpush("celery", *range(100))
    left = {name: int(trace["pid"]) for name, trace in state.remembered().items()}
    assert set(left) == {"postgres", "valkey", "web"}
    born = {pid: processes.identity(pid) for pid in [*left.values(), grandchild_of(left["web"])]}
    victim.kill()
    victim.wait()
    assert all(map(processes.identity, born)), "they live on"

    env = {}
    start_stack(env)
    assert all(is_gone(pid, born[pid]) for pid in left.values()), "the next start waits for them"
    until(lambda: all(map(is_gone, born, born.values())), "what they had started is gone")
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
    assert redis.Redis.from_url(env["VALKEY_URL"]).llen("celery") == 100


def test_a_pid_that_belongs_to_somebody_else_by_now_is_left_alone(state, supervisor, stranger):
    state.remember({"web": {"pid": stranger.pid, "started": "1", "stop": int(signal.SIGTERM)}})
    assert supervisor.clear_orphans() == []
    assert stranger.poll() is None


def test_a_postmaster_pid_that_belongs_to_somebody_else_does_not_block_the_start(state, start_stack, stranger):
    start_stack().stop()
    (postgres.choose(state.path)[2] / "postmaster.pid").write_text(f"{stranger.pid}\n")
    env = {}
    start_stack(env)
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert stranger.poll() is None


# ── what dies is started again ──────────────────────────────────────────────────
def test_a_child_that_dies_is_started_again_with_all_it_had_started(supervisor):
    child = Child("web", [sys.executable, "-c", f"import subprocess; subprocess.run({SLEEP!r})"])
    supervisor.start(child)
    first = child.process.pid
    grandchild = grandchild_of(first)
    born = processes.identity(grandchild)
    os.kill(first, signal.SIGKILL)
    child.process.wait()
    supervisor._revive(child, child.process)
    assert child.alive
    assert child.process.pid != first
    until(lambda: is_gone(grandchild, born), "what it had started is gone")


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_an_engine_that_is_killed_comes_back_where_it_was_with_what_it_held(state, start_stack, name):
    env = {}
    supervisor = start_stack(env, unsafe=False).supervisor
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    redis.Redis.from_url(env["VALKEY_URL"]).set("kept", 1)
    engine = next(child for child in supervisor.children if child.name == name)
    engine.process.kill()
    engine.process.wait()
    supervisor._revive(engine, engine.process)
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)
    assert redis.Redis.from_url(env["VALKEY_URL"]).get("kept") == b"1"


def test_what_dies_again_and_again_ends_the_run_with_its_name(supervisor):
    brief = [sys.executable, "-c", "import time; time.sleep(0.5)"]  # alive when it is looked at after its start
    supervisor.start(Child("worker", brief))
    with pytest.raises(SystemExit, match=f"worker ended {GIVE_UP} times"):
        supervisor.watch()


def test_what_is_killed_from_outside_comes_back_however_often(supervisor):
    worker = Child("worker", SLEEP)
    supervisor.start(worker)
    for _time in range(GIVE_UP + 1):
        end(supervisor, worker, signal.SIGKILL)
    assert worker.alive


def test_deaths_that_an_engine_caused_are_not_counted_against_what_stands_on_it(supervisor, tmp_path):
    engine, worker = Child("valkey", SLEEP, log=tmp_path / "log"), Child("worker", SLEEP)
    for child in (engine, worker):
        supervisor.start(child)
    for victim in [*[worker] * (GIVE_UP - 1), engine, *[worker] * (GIVE_UP - 1)]:
        end(supervisor, victim, signal.SIGTERM)
    assert worker.alive
    with pytest.raises(SystemExit, match="worker ended"):
        end(supervisor, worker, signal.SIGTERM)


def end(supervisor, child, how):
    child.process.send_signal(how)
    child.process.wait()
    supervisor._revive(child, child.process)


def test_what_never_gets_ready_is_said_to_be_so(supervisor):
    with pytest.raises(SystemExit, match="web does not start"):
        supervisor.start(Child("web", [sys.executable, "-c", "pass"], is_ready=lambda: False))


@pytest.mark.parametrize("temper", ["signal.SIG_IGN", "lambda *_: os._exit(0)"], ids=["stubborn", "obedient"])
def test_stopping_leaves_nobody_behind(state, supervisor, temper):
    program = f"import os, signal, subprocess; signal.signal(15, {temper}); subprocess.run({SLEEP!r})"
    child = Child("web", [sys.executable, "-c", program], patience=0.5)
    supervisor.start(child)
    born = {pid: processes.identity(pid) for pid in (child.process.pid, grandchild_of(child.process.pid))}
    supervisor.stop()
    until(lambda: all(map(is_gone, born, born.values())), "nobody is left behind")
    assert state.remembered() == {}


# ── one directory, one run ──────────────────────────────────────────────────────
def test_a_second_run_on_the_same_state_is_refused(state):
    state.lock()
    with pytest.raises(Locked):
        State(state.path).lock()
    state.unlock()
    State(state.path).lock()


def test_two_checkouts_run_side_by_side(tmp_path):
    environments = [{}, {}]
    stacks = [Stack(State(tmp_path / name), env, unsafe=True) for name, env in zip("ab", environments, strict=True)]
    try:
        for stack in stacks:
            stack.start()
        for name in ("DATABASE_URL", "VALKEY_URL", "SECRET_KEY", "KEYS_DIR", "OPENER_RECIPIENT", "MEDIA_ROOT"):
            assert environments[0][name] != environments[1][name]
    finally:
        for stack in stacks:
            stack.stop()


def test_a_port_is_kept_and_another_one_taken_when_it_is_not_free(state):
    first = state.port("postgres")
    assert state.port("postgres") == first
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", first))
        occupant.listen()
        assert not can_bind(first)
        assert state.port("postgres") != first
        assert next_port(first) > first


# ── secrets ─────────────────────────────────────────────────────────────────────
def test_secrets_are_made_once_and_only_their_owner_can_read_them(state):
    def fill() -> tuple[dict[str, str], dict[str, str]]:
        env = {}
        environment.fill(env, state)
        return env, {path.name: path.read_text() for path in state.path.rglob("*") if path.is_file()}

    first = fill()
    assert set(first[1]) == {"secret_key", "opener.key", "signing.key", "draft.key"}
    assert fill() == first
    assert {stat.S_IMODE(path.stat().st_mode) for path in state.path.rglob("*") if path.is_file()} == {0o600}
    assert stat.S_IMODE(state.path.stat().st_mode) == 0o700


def test_what_the_operator_set_wins_and_no_engine_is_started_beside_it(state, start_stack):
    given = {name: f"given-{name}" for name in ("DATABASE_URL", "VALKEY_URL", "SECRET_KEY", "OPENER_RECIPIENT")}
    env = dict(given)
    stack = start_stack(env)
    assert {name: env[name] for name in given} == given
    assert "OPENER_KEY_FILE" not in env
    assert (stack.embedded, stack.supervisor.children) == ([], [])


# ── the cluster ─────────────────────────────────────────────────────────────────
def test_the_cluster_can_read_chinese_and_keeps_its_doors_shut(start_stack):
    env = {}
    stack = start_stack(env)
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        alike = connection.execute("SELECT similarity('人工智能', '人工智能算法')").fetchone()[0]
        setting = connection.execute("SELECT current_setting('listen_addresses')").fetchone()[0]
    assert (alike, setting) == (0.5, "127.0.0.1")
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(env["DATABASE_URL"].replace(stack.postgres.password, "guess"))
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(re.sub(":[^:]+@", ":guess@", env["VALKEY_URL"])).ping()


def test_postgresql_never_runs_as_root_whatever_the_machine_allows(state, monkeypatch):
    """An ordinary user as himself; root in a user namespace, else as an unprivileged account."""
    account, programs, _ = postgres.choose(state.path)
    assert account.can_run(programs / "postgres")
    monkeypatch.setenv("JIEBANG_NO_USERNS", "1")
    account, programs, data = postgres.choose(state.path)
    assert account.can_run(programs / "postgres")
    assert (account.uid or os.geteuid()) != 0
    assert data.parent.stat().st_uid == (account.uid or os.geteuid())
    if state.path not in data.parents:
        shutil.rmtree(data.parent.parent)
