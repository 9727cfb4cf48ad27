"""Make, sign and publish a checkpoint now."""

from typing import Any

from django.core.management.base import BaseCommand

from audit.checkpoints import make


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(make().line)
