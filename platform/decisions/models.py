"""决定: which bid an enterprise chooses, which are kept in reserve, or that none will do. Recorded, then published."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import OPERATING
from decisions.states import OPEN, DecisionStatus, Kind, RejectReason
from needs.models import Need
from workflow.models import Tracked


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: Any) -> "DecisionQuerySet":
        """The enterprise; the zone, which sees that there is one and until when, and what it says once it is told."""
        if not user.is_authenticated:
            return self.none()
        return self if user.has_role(*OPERATING) else self.filter(need__organisation__in=user.positions)

    def waiting_for(self, party: str, user: Any) -> "DecisionQuerySet":
        """A decision that a second person has to approve never waits for the first."""
        if party != "owner":
            return self.none()
        rows = self.filter(need__organisation__in=user.positions)
        return rows.exclude(status=DecisionStatus.PROPOSED, decided_by=user)


class Decision(Tracked):
    """What each bidder will be told is in the answers of the bids; none of them may change while this is open."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.CHOICE, editable=False)
    code = models.CharField(_("原因"), max_length=12, choices=RejectReason, blank=True)  # where none is chosen
    reason = models.CharField(_("公开说明"), max_length=300, blank=True)
    decided_by = models.ForeignKey(  # nobody, where a reserve takes over in the order that was published
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)

    objects = DecisionQuerySet.as_manager()

    TOLD_WITH = ("need",)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=DecisionStatus.values), name="decision_status"),
            models.UniqueConstraint(fields=["need"], condition=Q(status__in=OPEN), name="one_open_decision_per_need"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("decided_by")), name="decision_by_two_people"
            ),
            models.CheckConstraint(
                condition=Q(code="", reason="") | ~Q(code="") & ~Q(reason="") & Q(kind=Kind.CHOICE),
                name="decision_rejects_all_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=False) | Q(kind=Kind.TAKEOVER), name="decision_of_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(status=DecisionStatus.PUBLISHED)
                | Q(decided_at__isnull=False, published_at__isnull=False, published_at__gte=F("decided_at")),
                name="decision_recorded_then_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.need.title}"

    def get_absolute_url(self) -> str:
        return reverse("decision", args=[self.pk])

    @property
    def title(self) -> str:
        return self.need.title

    @property
    def audit_stream(self) -> str:
        return f"need:{self.need_id}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN
