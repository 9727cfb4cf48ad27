"""Who is behind this session, and what may they do today? One query a page, whatever its frame asks later."""

from functools import cache
from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.models import PLACE, Appointment, Membership, Place, User
from notifications.models import Notice


@cache
def people_today() -> "QuerySet[User]":
    """Users with their rights as of the moment of asking. Put together once: it took longer than to be answered."""
    held = Appointment.objects.filter(user=OuterRef("pk"), until=None).order_by().values("role")
    now = Membership.objects.filter(user=OuterRef("pk"), left_at=None)
    now = now.order_by("organisation__name_sort", "organisation")
    places = now.values(place=JSONObject(**{name: name for name in PLACE}))
    unread = Notice.objects.filter(recipient=OuterRef("pk"), read_at=None).order_by().values("recipient")
    return User.objects.annotate(
        roles_now=ArraySubquery(held),
        places_now=ArraySubquery(places),
        unread=Subquery(unread.annotate(n=Count("pk")).values("n")),
    )


class Backend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        """The person with today's roles and places already read: rights are never older than the request."""
        try:
            user = people_today().get(pk=user_id)
        except (User.DoesNotExist, ValidationError):
            return None
        user.roles = frozenset(user.roles_now)  # type: ignore[attr-defined]
        user.places = [Place(UUID(p[PLACE[0]]), *(p[name] for name in PLACE[1:])) for p in user.places_now]  # type: ignore[attr-defined]
        user.unread = user.unread or 0  # type: ignore[attr-defined]
        return user if self.user_can_authenticate(user) else None
