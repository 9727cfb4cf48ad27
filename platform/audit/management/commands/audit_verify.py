"""Export the log and run tools/audit_verify.py on it, against the published file and this platform's own key.

It proves little to an outsider, who should run the tool on a machine of theirs, with a checkpoint file and a key
they kept (docs/audit.md); it tells the operator every night.
"""

import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.export import lines
from core.sealing import public_signing_key


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stream", default="", help="one case; without: everything")
        parser.add_argument("--checkpoints", default=str(settings.AUDIT_CHECKPOINT_FILE), help="the published file")

    def handle(self, *args: Any, stream: str, checkpoints: str, **options: Any) -> None:
        keys = [public_signing_key(), *settings.RETIRED_SIGNING_KEYS]
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".jsonl") as export:
            export.writelines(f"{line}\n" for line in lines(stream))
            export.flush()
            tool = [sys.executable, str(settings.ROOT / "tools" / "audit_verify.py"), export.name, checkpoints]
            done = subprocess.run(
                [*tool, f"--stream={stream}", *(f"--key={key}" for key in keys)], capture_output=True, text=True
            )
        self.stdout.write(done.stdout + done.stderr)
        if done.returncode:
            raise CommandError("the audit log does not verify")
