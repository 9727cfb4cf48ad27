"""Write the audit log (or one case, with --stream) as JSON lines for tools/audit_verify.py."""

import sys
from argparse import ArgumentParser, FileType
from typing import Any

from django.core.management.base import BaseCommand

from audit.export import lines


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stream", default="", help='one case, e.g. "need:5b8d1d3e-…"; without: everything')
        parser.add_argument("--output", type=FileType("w", encoding="utf-8"), default=sys.stdout)

    def handle(self, *args: Any, **options: Any) -> None:
        with options["output"] as output:
            output.writelines(f"{line}\n" for line in lines(options["stream"]))
