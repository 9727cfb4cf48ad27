"""Read the bids again that could not be read at their opening: after a file or a row came back from a backup."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from proposals.models import Proposal
from proposals.sealing import Unreadable
from proposals.states import P
from proposals.tasks import retry


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Proposal.objects.filter(status=P.UNREADABLE).select_related("need", "team")
        failed = sum(not self._read(row) for row in rows)
        if failed:
            raise CommandError(f"{failed} of {len(rows)} still cannot be read; the lines above say why.")
        self.stdout.write(f"{len(rows)} read." if rows else "No bid is unreadable.")

    def _read(self, row: Proposal) -> bool:
        try:
            retry(row.pk)
        except Unreadable as why:
            self.stderr.write(f"{row.need.number} {row.team}: {why}")
            return False
        self.stdout.write(f"{row.need.number} {row.team}: read.")
        return True
