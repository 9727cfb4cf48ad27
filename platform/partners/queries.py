"""Reads about partners that the apps below ask for."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from accounts.models import Membership, User
from needs.models import Need
from partners.models import Partnership
from partners.states import P


def let_in(user: Any) -> Q:
    return Q(pk__in=Partnership.objects.reading(user).order_by().values("need"))


def names(need: Need) -> list[str]:
    """Of the partners that have consented, by sound."""
    found = Partnership.objects.filter(need=need, status=P.CONSENTED).order_by("organisation__name_sort")
    return list(found.values_list("organisation__name", flat=True))


def people(need: Need) -> Iterable[User]:
    homes = Partnership.objects.filter(need=need, status=P.CONSENTED).values("organisation")
    now = Membership.objects.filter(organisation__in=homes, left_at=None)
    return User.objects.filter(is_active=True, memberships__in=now).distinct()
