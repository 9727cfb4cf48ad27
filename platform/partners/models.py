"""联合发榜单位: an enterprise that posts a need together with the one that leads, and bears a share of its cost."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation
from accounts.roles import OPERATING
from core.money import MoneyField
from needs.models import Need, plain
from partners.states import LIVE, SHARING, P
from workflow.models import Tracked

CENT = Decimal("0.01")
WHOLE = Decimal(100)


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    def visible_to(self, user: Any) -> "PartnershipQuerySet":
        """An enterprise sees what it is asked, the lead what may be told, the zone what was ever submitted."""
        if not user.is_authenticated:
            return self.none()
        seen = Q(organisation__in=user.positions) | Q(need__organisation__in=user.positions, is_disclosed=True)
        if user.has_role(*OPERATING):
            seen |= Q(need__application_number__isnull=False)
        return self.filter(seen)

    def waiting_for(self, party: str, user: Any) -> "PartnershipQuerySet":
        if party == "partner":
            return self.filter(organisation__in=_managed(user))
        if party == "owner":
            return self.filter(need__organisation__in=user.positions, is_disclosed=True)
        return self.none()

    def live(self) -> "PartnershipQuerySet":
        return self.filter(status__in=LIVE)

    def sharing(self) -> "PartnershipQuerySet":
        return self.filter(status__in=SHARING)

    def reading(self, user: Any) -> "PartnershipQuerySet":
        """Through which this person reads the need: a manager who is to decide, and everybody once it is decided."""
        decided = Q(status=P.CONSENTED, organisation__in=user.positions)
        return self.filter(decided | Q(status=P.INVITED, organisation__in=_managed(user)))


def _managed(user: Any) -> list[Any]:
    return [pk for pk, role in user.positions.items() if role == Membership.Role.MANAGER]


class Partnership(Tracked):
    need = models.ForeignKey(Need, models.PROTECT, related_name="partnerships")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="partnerships", verbose_name=_("联合发榜单位")
    )
    # What its to-dos and letters call it: until the enterprise is invited, they say nothing of the need.
    headline = models.CharField(max_length=100)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    share = models.DecimalField(_("分摊比例"), max_digits=5, decimal_places=2, null=True)  # of 100
    amount = MoneyField(_("分摊金额"), null=True)  # as consented to; empty while the budget is negotiable
    is_disclosed = models.BooleanField(default=False, editable=False)  # to the enterprise that leads
    suggested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    consented_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    consented_at = models.DateTimeField(_("同意时间"), null=True)
    terms = models.CharField(max_length=64, blank=True)  # `partners.terms.terms_hash` of what was consented to
    agreed = models.JSONField(null=True, editable=False)  # those words; empty where consent is older than this column

    objects = PartnershipQuerySet.as_manager()

    TOLD_WITH = ("need", "organisation")

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=P.values), name="partnership_status"),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gt=0, share__lte=100), name="partnership_share_of_a_hundred"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=SHARING) | Q(share__isnull=False, invited_by__isnull=False, is_disclosed=True),
                name="partnership_invited_has_share",
            ),
            models.CheckConstraint(
                condition=~Q(status=P.CONSENTED)
                | Q(consented_by__isnull=False, consented_at__isnull=False, terms__gt=""),
                name="partnership_consent_is_somebodys",
            ),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="partnership_amount"),
            models.UniqueConstraint(
                fields=["need", "organisation"], condition=Q(status__in=LIVE), name="partnership_once_alive"
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        return reverse("partnership", args=[self.pk])

    @property
    def audit_stream(self) -> str:
        return f"partnership:{self.pk}"

    @property
    def title(self) -> str:
        return self.headline

    @property
    def share_text(self) -> str:
        return f"{plain(self.share)} %" if self.share is not None else "—"

    @property
    def is_told(self) -> bool:
        """Whether the partner knows which need it is about."""
        return self.invited_by_id is not None

    @property
    def present_amount(self) -> Decimal | None:
        """Of the budget as it stands now."""
        return part_of(self.need.budget, self.share)


def part_of(budget: Decimal | None, share: Decimal | None) -> Decimal | None:
    if budget is None or share is None:
        return None
    return (budget * share / WHOLE).quantize(CENT, ROUND_HALF_UP)
