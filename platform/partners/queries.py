"""Reads about partners that the apps below ask for."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

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


def with_partners(rows: QuerySet[Need]) -> QuerySet[Need]:
    """The same names as `partner_names`, read together with the needs: a page asks for both at once."""
    found = Partnership.objects.filter(need=OuterRef("pk"), status=P.CONSENTED).order_by("organisation__name_sort")
    return rows.annotate(partner_names=ArraySubquery(found.values("organisation__name")))


def people(need: Need) -> Iterable[User]:
    homes = Partnership.objects.filter(need=need, status=P.CONSENTED).values("organisation")
    now = Membership.objects.filter(organisation__in=homes, left_at=None)
    return User.objects.filter(is_active=True, memberships__in=now).distinct()
