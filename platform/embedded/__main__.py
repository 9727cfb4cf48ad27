"""`python -m embedded run | exec COMMAND… | env`: what dev.py calls once the packages are there."""

import os
import shlex
import sys
from pathlib import Path

from embedded.environment import python_path
from embedded.stack import Stack, addresses, run_command
from embedded.state import Locked, State

SHOWN = """DATABASE_URL VALKEY_URL JIEBANG_STATE SECRET_KEY KEYS_DIR OPENER_RECIPIENT OPENER_KEY_FILE MEDIA_ROOT
DEMO SITE_URL PYTHONPATH PATH"""


def state_of(env: os._Environ[str]) -> State:
    return State(Path(env.get("JIEBANG_STATE") or Path(python_path()).parent / ".state"))


def main(arguments: list[str]) -> int:
    verb, *rest = arguments or ["run"]
    state = state_of(os.environ)
    if verb == "run":
        from embedded.run import run

        return run(state)
    if verb == "exec" and rest:
        return execute(state, rest)
    if verb == "env" and not rest:
        return show(state)
    print("usage: dev.py run | exec COMMAND… | env", file=sys.stderr)
    return 2


def execute(state: State, command: list[str]) -> int:
    """With the running stack if there is one, else with one of its own for as long as the command takes."""
    env = dict(os.environ)
    env["PATH"] = os.path.dirname(sys.executable) + os.pathsep + env.get("PATH", "")
    try:
        state.lock()
    except Locked:
        addresses(state, env)
        return run_command(env, command)
    env.setdefault("DEMO", "1")
    stack = Stack(state, env)
    try:
        stack.start()
        return run_command(env, command)
    finally:
        stack.stop()


def show(state: State) -> int:
    env = dict(os.environ)
    try:
        state.lock()
    except Locked:
        addresses(state, env)
        print("\n".join(f"export {name}={shlex.quote(env[name])}" for name in SHOWN.split() if name in env))
        return 0
    print("Nothing is running here: start it with `make run`.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
