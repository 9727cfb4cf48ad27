#!/usr/bin/env python3
"""Only the standard library: makes .venv from the lock, then runs the project in it. The Makefile calls this.

dev.py run             the platform with its embedded servers
dev.py exec COMMAND…   a command with the servers and the whole environment
dev.py env             shell exports of the stack that is running
dev.py manage COMMAND… manage.py with what stands in the environment, without servers
dev.py tool COMMAND…   a command of the development tools, without servers
dev.py install         only the packages
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MARK = VENV / ".ready"
OLDEST = (3, 11)


def refuse(sentence: str) -> None:
    sys.exit("dev.py: " + sentence)


def wanted() -> str:
    """What .venv is made of: another lock or another Python makes it anew."""
    return hashlib.sha256((ROOT / "uv.lock").read_bytes() + sys.version.encode()).hexdigest()


def is_ready(tools: bool) -> bool:
    if VENV.is_symlink():  # shared between worktrees, kept by hand
        return True
    have = MARK.read_text().split() if MARK.exists() and PYTHON.exists() else []
    return have[:1] == [wanted()] and (not tools or "tools" in have)


def install(tools: bool) -> None:
    """Everything in the lock. Says what it does, so that nobody stares at an empty terminal."""
    if sys.version_info < OLDEST:
        refuse(f"Python 3.11 or newer is needed, {sys.executable} is {sys.version.split()[0]}. `make PYTHON=… run`")
    if is_ready(tools):
        return
    began = time.monotonic()
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv and subprocess.run([uv, "--version"], capture_output=True).returncode:
        uv = None  # the shim of a version manager, with nothing behind it
    what = "packages and the development tools" if tools else "packages"
    print(f"Installing the {what} into .venv with {'uv' if uv else 'pip'} (once)…", flush=True)
    with_uv(uv, tools) if uv else with_pip(tools)
    MARK.write_text(f"{wanted()} {'tools' if tools else ''}")
    print(f"Installed in {time.monotonic() - began:.0f} s.", flush=True)


def with_uv(uv: str, tools: bool) -> None:
    env = dict(os.environ, UV_PYTHON_DOWNLOADS="never", UV_PROJECT_ENVIRONMENT=str(VENV))
    step([uv, "sync", "--frozen", "--python", sys.executable, *([] if tools else ["--no-dev"])], env)


def with_pip(tools: bool) -> None:
    if not PYTHON.exists() or not MARK.exists():
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True)
        if made.returncode:
            hint = "apt-get install -y python3-venv" if shutil.which("apt-get") else "see https://docs.astral.sh/uv/"
            refuse("no virtual environment can be made here. Install uv, or: " + hint)
    files = ["requirements.txt", *(["requirements-dev.txt"] if tools else [])]
    env = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1")
    pip = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps", "--progress-bar", "off"]
    total = sum(line[:1].isalnum() for file in files for line in (ROOT / file).read_text().splitlines())
    count([*pip, *(part for file in files for part in ("-r", file))], env, total)


def step(command: list, env: dict) -> None:
    if subprocess.run(command, cwd=ROOT, env=env).returncode:
        refuse("the packages could not be installed; the lines above say why.")


def count(command: list, env: dict, total: int) -> None:
    """pip says three lines for every package: count them on one line, and show them all where it fails."""
    pip = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    before, after = ("\r", "") if sys.stdout.isatty() else ("", "\n")
    said, seen = [], 0
    for line in pip.stdout or []:
        said.append(line)
        if line.startswith("Collecting "):
            seen += 1
            print(f"{before}  {seen} of {total}  {line.split()[1]:<50}", end=after, flush=True)
        elif line.startswith("Installing "):
            print(f"{before}  unpacking…{'':<50}", end=after, flush=True)
    print(before, end="")
    if pip.wait():
        refuse("the packages could not be installed:\n" + "".join(said))


def main(arguments: list) -> None:
    verb = arguments[0]
    if verb not in {"run", "exec", "env", "manage", "tool", "install"}:
        sys.exit(__doc__)
    install(tools=verb == "tool")
    os.environ["PYTHONPATH"] = str(ROOT / "platform")
    os.environ["PATH"] = str(PYTHON.parent) + os.pathsep + os.environ.get("PATH", "")
    if verb == "tool":
        os.execvp(arguments[1], arguments[1:])
    if verb == "manage":
        os.execv(PYTHON, [str(PYTHON), str(ROOT / "manage.py"), *arguments[1:]])
    if verb != "install":
        os.execv(PYTHON, [str(PYTHON), "-m", "embedded", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:] or ["run"])
