"""`make check` and `make fix`: every check, its seconds, and the output of those that fail."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PRODUCTION = {
    "SITE_URL": "https://jiebang.example.org",
    "ALLOWED_HOSTS": "jiebang.example.org",
    "SECRET_KEY": "no-secret-but-as-long-and-as-mixed-as-one-0123456789-ABCDEFGHIJ",
    "DATABASE_URL": "postgresql://jiebang:for-a-check-only@127.0.0.1/jiebang",
    "VALKEY_URL": "redis://:for-a-check-only@127.0.0.1/0",
    "DEMO": "0",
}
# What needs settings but no server: no connection is made.
OFFLINE = {**PRODUCTION, "SITE_URL": "http://127.0.0.1:8000", "DEMO": "1"}
LONGEST = 40  # lines of one failing check; CI shows all
CHECKS: dict[str, tuple[str, dict[str, str]]] = {
    "ruff": ("ruff check .", {}),
    "format": ("ruff format --check .", {}),
    "templates": ("djlint platform --lint --quiet", {}),
    "template format": ("djlint platform --check --quiet", {}),
    "types": ("mypy platform", OFFLINE),
    "layers": ("lint-imports", OFFLINE),
    "django": ("python manage.py check", OFFLINE),
    "deployment": ("python manage.py check --deploy --fail-level WARNING", PRODUCTION),
    "migrations": ("python manage.py makemigrations --check --dry-run", OFFLINE),
    "lifecycle documents": ("python manage.py lifecycle_docs --check", OFFLINE),
    "translations": ("python tools/messages.py --check", {}),
    "requirements": ("python tools/requirements.py --check", {}),
}
FIXES = {
    "ruff": ("ruff check --fix .", {}),
    "format": ("ruff format .", {}),
    "template format": ("djlint platform --reformat --quiet", {}),
    "lifecycle documents": ("python manage.py lifecycle_docs", OFFLINE),
    "catalogue": ("python tools/messages.py", {}),
    "requirements": ("python tools/requirements.py", {}),
}


def run(name: str, command: str, env: dict[str, str]) -> bool:
    began = time.monotonic()
    done = subprocess.run(
        command.split(), cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    print(f"{'ok' if done.returncode == 0 else 'FAILED':<7}{name:<22}{time.monotonic() - began:5.1f} s", flush=True)
    if done.returncode:
        lines = (done.stdout + done.stderr).splitlines()
        shown = lines if "CI" in os.environ else lines[-LONGEST:]
        print(f"  $ {command}   ({len(lines)} lines)", *shown, sep="\n  ", flush=True)
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    jobs = FIXES if "--fix" in arguments else CHECKS
    chosen = [name for name in jobs if not (set(arguments) & set(jobs)) or name in arguments]
    failed = [name for name in chosen if not run(name, *jobs[name])]
    if failed:
        print(f"\n{len(failed)} of {len(chosen)} failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
