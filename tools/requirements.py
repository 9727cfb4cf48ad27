"""requirements*.txt: what uv.lock says, for machines without uv. `--check` tells whether they are in step."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADER = "# Written by tools/requirements.py from uv.lock (`make fix`): for machines that have pip but not uv.\n"
FILES = {"requirements.txt": ("--no-dev",), "requirements-dev.txt": ("--only-dev",)}


def locked() -> dict[str, set[str]]:
    """name==version → its hashes, as uv.lock has them."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    return {
        f"{package['name']}=={package['version']}": {
            file["hash"] for file in [*package.get("wheels", []), package.get("sdist", {})] if "hash" in file
        }
        for package in packages
        if "registry" in package["source"]
    }


def exported() -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    for name in FILES:
        for entry in re.split(r"\n(?=\S)", (ROOT / name).read_text()):
            if not entry.startswith("#"):
                pins.setdefault(entry.split()[0], set()).update(re.findall(r"--hash=(\S+)", entry))
    return pins


def write() -> None:
    for name, flags in FILES.items():
        export = ["uv", "export", "--frozen", "--no-header", "--no-annotate", "--quiet", *flags]
        text = subprocess.run(export, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        (ROOT / name).write_text(HEADER + text)


if __name__ == "__main__":
    if "--check" not in sys.argv:
        write()
    elif exported() != locked():
        ours, theirs = exported(), locked()
        strange = sorted(pin for pin in ours.keys() | theirs.keys() if ours.get(pin) != theirs.get(pin))
        sys.exit(f"requirements*.txt are not what uv.lock says: {', '.join(strange)}. Run: make fix (it needs uv)")
