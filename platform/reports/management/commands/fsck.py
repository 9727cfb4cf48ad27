"""Ask every invariant of the platform about its rows; read-only. Exit status 1 when one does not hold.

Run it after a restore, after a crash, and every night. docs/operations.md says what to do about a finding.
"""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.fsck import RECOMPUTED, findings
from reports.invariants import invariants


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--list", action="store_true", help="only say what would be asked")
        parser.add_argument("--no-files", action="store_true", help="do not read every uploaded file from the disk")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = invariants()
        if options["list"]:
            for invariant in asked:
                self.stdout.write(f"{invariant.name:<22} {invariant.sentence}")
            return
        began = time.monotonic()
        found = list(findings(bytes_too=not options["no_files"]))
        for finding in found:
            self.stdout.write(str(finding))
        seconds = time.monotonic() - began
        said = f"{len(asked) + len(RECOMPUTED)} invariants, {len(found)} findings, {seconds:.1f} s"
        if found:
            raise CommandError(said)
        self.stdout.write(said)
