"""Deletes stored bytes that no row owns: left by a transaction that rolled back, or by a removed file."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.files import orphans


class Command(BaseCommand):
    help = "Delete files below MEDIA_ROOT that no row owns. Run it daily."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--older-than-hours", type=float, default=24, help="leave younger ones alone (default 24)")
        parser.add_argument("--dry-run", action="store_true", help="only say which")

    def handle(self, *, older_than_hours: float, dry_run: bool, **options: Any) -> None:
        count = 0
        for path in orphans(time.time() - older_than_hours * 3600):
            self.stdout.write(str(path))
            if not dry_run:
                path.unlink()
            count += 1
        self.stdout.write(f"{count} orphan files {'found' if dry_run else 'deleted'}")
