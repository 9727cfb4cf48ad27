"""Reads about people that cross tables."""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Membership, Organisation, User


def office(*roles: str) -> QuerySet[User]:
    """The people who hold one of these zone roles now; without arguments, all zone staff."""
    held = User.objects.filter(is_active=True, appointments__until=None, appointments__isnull=False)
    return (held.filter(appointments__role__in=roles) if roles else held).distinct()


def members(organisation: Organisation, role: str | None = None) -> QuerySet[User]:
    """The people of an organisation today."""
    now = Membership.objects.filter(organisation=organisation, left_at=None)
    return User.objects.filter(is_active=True, memberships__in=now.filter(role=role) if role else now)


def managers(organisation: Organisation) -> Iterable[User]:
    return members(organisation, Membership.Role.MANAGER)
