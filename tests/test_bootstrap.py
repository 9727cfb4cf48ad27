"""`dev.py`: what a newcomer's first command does before anything of ours is installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# A uv that writes down what it was asked and makes the least that dev.py looks for.
UV = """#!/bin/sh
[ "$1" = --version ] && exit {works}
echo "$*" >> uv.log
mkdir -p .venv/bin && ln -sf {python} .venv/bin/python
"""


@pytest.fixture
def checkout(tmp_path):
    shutil.copy(ROOT / "dev.py", tmp_path)
    (tmp_path / "uv.lock").write_text("version = 1\n")
    (tmp_path / "programs").mkdir()
    return tmp_path


def give_uv(checkout: Path, works: int = 0) -> None:
    uv = checkout / "programs/uv"
    uv.write_text(UV.format(works=works, python=sys.executable))
    uv.chmod(0o755)


def dev(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": f"{checkout / 'programs'}:/usr/bin:/bin", "HOME": str(checkout)}
    command = [sys.executable, "dev.py", *arguments]
    return subprocess.run(command, cwd=checkout, env=env, capture_output=True, text=True)


def asked(checkout: Path) -> list[str]:
    log = checkout / "uv.log"
    return log.read_text().splitlines() if log.exists() else []


def test_uv_installs_exactly_the_lock_and_only_once(checkout):
    give_uv(checkout)
    first = dev(checkout, "install")
    assert "Installing the packages into .venv with uv" in first.stdout
    assert asked(checkout) == [f"sync --frozen --python {sys.executable} --no-dev"]
    second = dev(checkout, "install")
    assert (second.returncode, second.stdout, len(asked(checkout))) == (0, "", 1)


def test_the_development_tools_come_when_they_are_needed_and_stay(checkout):
    give_uv(checkout)
    dev(checkout, "install")
    dev(checkout, "tool", "true")
    assert asked(checkout)[1:] == [f"sync --frozen --python {sys.executable}"]
    dev(checkout, "install")
    assert len(asked(checkout)) == 2


def test_another_lock_is_installed_again(checkout):
    give_uv(checkout)
    dev(checkout, "install")
    (checkout / "uv.lock").write_text("version = 2\n")
    dev(checkout, "install")
    assert len(asked(checkout)) == 2


def test_without_uv_and_without_venv_one_sentence_says_what_to_install(checkout):
    (checkout / ".venv").write_text("a file where the environment should be")
    give_uv(checkout, works=1)  # a version manager's shim, with nothing behind it
    refused = dev(checkout, "install")
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "Install uv, or: " in refused.stderr
    assert asked(checkout) == []


@pytest.mark.parametrize("outcome", [0, 1], ids=["installed", "refused"])
def test_without_uv_pip_installs_with_hashes_and_says_all_when_it_fails(checkout, outcome):
    (checkout / "requirements.txt").write_text("celery==5.7.0 \\\n    --hash=sha256:00\n")
    python = checkout / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    (checkout / ".venv/.ready").write_text("of another lock")
    python.write_text(f'#!/bin/sh\necho "$*" >> pip.log\necho Collecting celery==5.7.0\necho why\nexit {outcome}\n')
    python.chmod(0o755)
    done = dev(checkout, "install")
    (asked,) = (checkout / "pip.log").read_text().splitlines()
    assert asked.startswith("-m pip install --require-hashes --no-deps ")
    assert asked.endswith("-r requirements.txt")
    assert "1 of 1  celery==5.7.0" in done.stdout
    assert (done.returncode, "why" in done.stderr) == (outcome, bool(outcome))
    assert ((checkout / ".venv/.ready").read_text() == "of another lock") == bool(outcome)


def test_an_unknown_word_shows_what_there_is(checkout):
    assert "dev.py run" in dev(checkout, "rnu").stderr


def test_the_commands_of_the_makefile_are_listed_by_make_help():
    listed = subprocess.run(["make", "help"], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True).stdout
    assert {"run", "test", "check", "fix", "bench", "help"} <= {line.split()[1] for line in listed.splitlines()}
