"""Reads about people that cross tables."""

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import QuerySet

from accounts.models import Appointment, Membership, Organisation, User


def office(*roles: str) -> QuerySet[User]:
    """The people who hold one of these zone roles now; without arguments, all zone staff."""
    now = Appointment.objects.filter(until=None)
    return User.objects.filter(is_active=True, appointments__in=now.filter(role__in=roles) if roles else now).distinct()


def members(organisation: Organisation, role: str | None = None) -> QuerySet[User]:
    """The people of an organisation today."""
    now = Membership.objects.filter(organisation=organisation, left_at=None)
    return User.objects.filter(is_active=True, memberships__in=now.filter(role=role) if role else now)


def managers(organisation: Organisation) -> Iterable[User]:
    return members(organisation, Membership.Role.MANAGER)


def everything_about(user: User) -> dict[str, Any]:
    """What the platform keeps about one person, for that person: plain JSON, nobody else's data in it."""
    return {
        "person": _row(user, "id", "name", "email", "phone", "phone_verified", "language", "date_joined", "last_login"),
        "memberships": _rows(user.memberships.all(), "organisation__name", "role", "joined_at", "left_at"),
        "appointments": _rows(user.appointments.all(), "role", "since", "until"),
        "join_requests": _rows(user.join_requests.all(), "organisation__name", "message", "created_at", "approved"),
        "sessions": _rows(UserSession.objects.filter(user=user), "created_at", "ip", "user_agent", "last_seen_at"),
        "second_factors": _rows(Authenticator.objects.filter(user=user), "type", "created_at", "last_used_at"),
        "notices": _rows(user.notices.all(), "kind", "created_at", "read_at"),
    }


def _rows(rows: Any, *fields: str) -> list[dict[str, Any]]:
    return [dict(row) for row in rows.values(*fields)]


def _row(obj: Any, *fields: str) -> dict[str, Any]:
    return {field: getattr(obj, field) for field in fields}
