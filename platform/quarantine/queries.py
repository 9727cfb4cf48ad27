"""Which files wait, and since when?"""

from datetime import timedelta

from django.db.models import QuerySet

from core import clock
from core.models import StoredFile


def waiting() -> QuerySet[StoredFile]:
    """Oldest first."""
    return StoredFile.objects.filter(state=StoredFile.State.QUARANTINE).order_by("created_at", "pk")


def oldest_waiting_age() -> timedelta:
    """How long the oldest file has waited; nothing where none waits."""
    oldest = waiting().values_list("created_at", flat=True).first()
    return clock.now() - oldest if oldest else timedelta(0)
