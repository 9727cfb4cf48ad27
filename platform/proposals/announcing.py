"""What became of a listing, still to be told to those who bid for it.

Told by the worker, never in the request that changed the listing: letters to seven teams take longer than letters to
none, and whoever approves a change must not learn from the clock on the wall how many sealed bids there are.
"""

from django.db import models
from django.db.models import Q

from core.models import Record
from needs.models import Need


class Announcement(Record):
    need = models.ForeignKey(Need, models.CASCADE, related_name="announcements")
    kind = models.CharField(max_length=12)  # a key of `telling.KINDS`
    key = models.CharField(max_length=120, unique=True)  # names the event: told twice it reaches each once
    reason = models.CharField(max_length=300)
    deadline = models.DateTimeField(null=True)  # the new one, where it was moved
    told_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], condition=Q(told_at=None), name="proposals_to_announce")]

    def __str__(self) -> str:
        return f"{self.kind} · {self.key}"
