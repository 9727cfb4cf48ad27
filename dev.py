#!/usr/bin/env python3
"""Only the standard library: makes .venv from the lock, then runs the project in it. The Makefile calls this.

dev.py run             the platform with its embedded servers
dev.py exec COMMAND…   a command with the servers and the whole environment
dev.py env             shell exports of the stack that is running
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
OLDEST = (3, 11)


def refuse(sentence: str) -> None:
    sys.exit("dev.py: " + sentence)


def wanted() -> str:
    """What .venv is made of: another lock or another Python makes it anew."""
    return hashlib.sha256((ROOT / "uv.lock").read_bytes() + sys.version.encode()).hexdigest()


def is_ready() -> bool:
    mark = VENV / ".ready"
    return VENV.is_symlink() or (mark.exists() and mark.read_text() == wanted() and PYTHON.exists())


def install() -> None:
    """Everything in the lock. Says what it does, so that nobody stares at an empty terminal."""
    if sys.version_info < OLDEST:
        refuse("Python 3.11 or newer is needed; this is " + sys.version.split()[0])
    if is_ready():
        return
    began = time.monotonic()
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv and subprocess.run([uv, "--version"], capture_output=True).returncode:
        uv = None  # a shim of a version manager that points nowhere
    print(f"Installing the packages into .venv with {'uv' if uv else 'pip'} (once)…", flush=True)
    (with_uv if uv else with_pip)(uv or "")
    (VENV / ".ready").write_text(wanted())
    print(f"Packages installed in {time.monotonic() - began:.0f} s.", flush=True)


def with_uv(uv: str) -> None:
    env = dict(os.environ, UV_PYTHON_DOWNLOADS="never", UV_PROJECT_ENVIRONMENT=str(VENV))
    step([uv, "sync", "--frozen", "--python", sys.executable], env)


def with_pip(_: str) -> None:
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True)
    if made.returncode:
        hint = "apt-get install -y python3-venv" if shutil.which("apt-get") else "https://docs.astral.sh/uv/"
        refuse("no virtual environment can be made here. Install uv, or: " + hint)
    env = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1")
    step([str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps", "-r", "requirements.txt"], env)


def step(command: list, env: dict) -> None:
    if subprocess.run(command, cwd=ROOT, env=env).returncode:
        refuse("the packages could not be installed; the lines above say why.")


if __name__ == "__main__":
    install()
    arguments = sys.argv[1:] or ["run"]
    if arguments != ["install"]:
        os.environ["PYTHONPATH"] = str(ROOT / "platform")
        os.execv(PYTHON, [str(PYTHON), "-m", "embedded", *arguments])
