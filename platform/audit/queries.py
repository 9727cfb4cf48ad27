"""Read what happened."""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from audit.models import Event


def history(stream: str) -> QuerySet[Event]:
    """Everything that happened to one case, first to last, with its notes."""
    return Event.objects.filter(stream=stream).select_related("note").order_by("seq")


def timeline(stream: str) -> list[Event]:
    """`history` with the people attached: two queries however long it is."""
    events = list(history(stream))
    people = get_user_model()._default_manager.in_bulk({UUID(event.actor) for event in events if event.actor})
    for event in events:
        event.actor_user = people.get(UUID(event.actor)) if event.actor else None
    return events
