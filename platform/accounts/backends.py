"""Who is behind this session, and what may they do today? One query a page, whatever the page asks later."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from accounts.models import Appointment, Membership, User


class Backend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        """The person with today's roles and positions already read: rights are never older than the request."""
        held = Appointment.objects.filter(user=OuterRef("pk"), until=None).order_by().values("role")
        places = Membership.objects.filter(user=OuterRef("pk"), left_at=None).order_by()
        pairs = places.values(pair=JSONObject(organisation="organisation_id", role="role"))
        try:
            user = User.objects.annotate(roles_now=ArraySubquery(held), places_now=ArraySubquery(pairs)).get(pk=user_id)
        except (User.DoesNotExist, ValidationError):
            return None
        user.roles = frozenset(user.roles_now)  # type: ignore[attr-defined]
        user.positions = {UUID(p["organisation"]): p["role"] for p in user.places_now}  # type: ignore[attr-defined]
        return user if self.user_can_authenticate(user) else None
