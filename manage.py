#!/usr/bin/env python3
"""Django's command line. `platform/` is a source root, not a package: never give it an `__init__.py`."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ALONE = {"rank_teams", "evaluate_matching"}  # from files to files: they need no database, no keys and no settings

if __name__ == "__main__":
    if find_spec("django") is None:  # a machine where nothing was installed yet
        os.execv(sys.executable, [sys.executable, str(ROOT / "dev.py"), "manage", *sys.argv[1:]])  # noqa: S606
    sys.path.insert(0, str(ROOT / "platform"))
    if ALONE & set(sys.argv[1:2]):
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.alone"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
