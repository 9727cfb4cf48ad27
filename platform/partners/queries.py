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


def joined(user: Any) -> QuerySet[Partnership]:
    """The needs that this person's enterprises post together with others, consented to: their ids, for `__in`."""
    rows = Partnership.objects.filter(status=P.CONSENTED, organisation__in=user.positions)
    return rows.order_by().values("need")  # type: ignore[return-value]


def _consented(need: Any) -> QuerySet[Partnership]:
    """Of this need, or of the one an outer query stands at; by sound."""
    return Partnership.objects.filter(need=need, status=P.CONSENTED).order_by("organisation__name_sort")


def names(need: Need) -> list[str]:
    """Of the partners that have consented, by sound."""
    return list(_consented(need).values_list("organisation__name", flat=True))


def with_partners(rows: QuerySet[Need]) -> QuerySet[Need]:
    """The same names as `partner_names`, read together with the needs: a page asks for both at once."""
    return rows.annotate(partner_names=ArraySubquery(_consented(OuterRef("pk")).values("organisation__name")))


def people(need: Need) -> Iterable[User]:
    homes = _consented(need).order_by().values("organisation")
    now = Membership.objects.filter(organisation__in=homes, left_at=None)
    return User.objects.filter(is_active=True, memberships__in=now).distinct()
