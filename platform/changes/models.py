"""变更申请: what is to become of a published listing, proposed by one person and decided by another."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.roles import OPERATING, Role
from changes.states import OPEN, ChangeStatus, ConsultationStatus, Kind
from needs.amending import deadline_after
from needs.codes import WithdrawReason
from needs.models import Need
from needs.versions import Change as Difference
from needs.versions import changes, hard_indicators_differ
from partners.models import Partnership
from partners.queries import joined
from partners.terms import Words, amount_in, differences, terms_in
from workflow.models import Tracked


class ChangeQuerySet(models.QuerySet["Change"]):
    def visible_to(self, user: Any) -> "ChangeQuerySet":
        """Whoever posts it, and the zone. What was approved everybody reads, on the page of the listing."""
        if not user.is_authenticated:
            return self.none()
        ours = Q(need__organisation__in=user.positions) | Q(need__in=joined(user))
        return self if user.has_role(*OPERATING) else self.filter(ours)

    def public(self) -> "ChangeQuerySet":
        """What has changed the listing, oldest first."""
        done = self.filter(status=ChangeStatus.APPROVED, kind__in=(Kind.AMEND, Kind.EXTEND))
        return done.order_by("approved_at")

    def waiting_for(self, party: str, user: Any) -> "ChangeQuerySet":
        """Never for whoever proposed it; an extension and the end of a listing are for the director alone."""
        if party != "office":
            return self.none()
        rows = self.exclude(proposed_by=user)
        return rows if user.has_role(Role.LEADER) else rows.filter(kind=Kind.AMEND)


class Change(Tracked):
    """One amendment, extension or take-down. The database lets a listing take on exactly what is written here."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="changes")
    kind = models.CharField(_("事项"), max_length=12, choices=Kind, editable=False)
    reason = models.CharField(_("公开说明"), max_length=300)
    code = models.CharField(_("原因"), max_length=12, choices=WithdrawReason, blank=True)  # of a take-down
    said = models.JSONField(null=True, editable=False)  # of an amendment: `needs.amending.said`
    before = models.JSONField(null=True, editable=False)  # `needs.listing.public_content`, as it was and
    after = models.JSONField(null=True, editable=False)  # as it will be
    old_deadline = models.DateTimeField(_("原截止时间"), editable=False)
    new_deadline = models.DateTimeField(_("新的揭榜截止时间"), null=True, editable=False)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    approved_at = models.DateTimeField(null=True, editable=False)
    approved_in = models.BigIntegerField(null=True, editable=False)  # the transaction; the database writes it

    objects = ChangeQuerySet.as_manager()

    TOLD_WITH = ("need",)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ChangeStatus.values), name="change_status"),
            models.UniqueConstraint(fields=["need"], condition=Q(status__in=OPEN), name="one_open_change_per_need"),
            models.UniqueConstraint(
                fields=["need"],
                condition=Q(status=ChangeStatus.APPROVED, kind=Kind.EXTEND),
                name="one_extension_per_need",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")), name="change_by_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(status=ChangeStatus.APPROVED) | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="change_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.AMEND, said__isnull=False, before__isnull=False, after__isnull=False, code="")
                | Q(kind=Kind.EXTEND, said__isnull=True, new_deadline__gt=F("old_deadline"), code="")
                | Q(kind=Kind.TAKE_DOWN, said__isnull=True, new_deadline__isnull=True, code__gt=""),
                name="change_says_what_its_kind_asks",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="change_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.need.title}"

    def get_absolute_url(self) -> str:
        return reverse("change", args=[self.pk])

    @property
    def title(self) -> str:
        return self.need.title

    @property
    def audit_stream(self) -> str:
        return f"need:{self.need_id}"

    @cached_property
    def differences(self) -> list[Difference]:
        """Field by field, for an amendment."""
        return changes(self.before, self.after) if self.before and self.after else []

    @property
    def restarts(self) -> bool:
        """Whether what a bidder must reach becomes another: then the bid window starts anew."""
        if self.before is None or self.after is None:
            return False
        return hard_indicators_differ(self.before, self.after)

    @property
    def touches_terms(self) -> bool:
        """Whether what partners of a joint listing consented to becomes another."""
        if self.before is None or self.after is None:
            return False
        return terms_in(self.before) != terms_in(self.after)

    def deadline_at_approval(self, now: datetime) -> datetime:
        """The deadline of the listing if this were approved now."""
        if self.before and self.after:
            return deadline_after(self.need, self.before, self.after, now)
        return self.new_deadline or self.old_deadline

    @property
    def moves_deadline(self) -> bool:
        return self.new_deadline is not None and self.new_deadline > self.old_deadline


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def visible_to(self, user: Any) -> "ConsultationQuerySet":
        """Whoever posts the listing, for they are bound together; and the zone."""
        return self.filter(change__in=Change.objects.visible_to(user))

    def waiting_for(self, party: str, user: Any) -> "ConsultationQuerySet":
        """A manager answers, as long as the change asks."""
        managed = [pk for pk, role in user.positions.items() if role == Membership.Role.MANAGER]
        asked = self.filter(change__status=ChangeStatus.CONSULTING, partnership__organisation__in=managed)
        return asked if party == "partner" else self.none()


class Consultation(Tracked):
    """征求联合单位: what one partner says to an amendment of the terms it consented to."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="consultations")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="consultations")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, editable=False)
    reason = models.CharField(_("不同意的理由"), max_length=300, blank=True)

    objects = ConsultationQuerySet.as_manager()

    TOLD_WITH = ("change__need", "partnership__organisation")

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ConsultationStatus.values), name="consultation_status"),
            models.UniqueConstraint(fields=["change", "partnership"], name="consulted_once"),
            models.CheckConstraint(
                condition=Q(status__in=(ConsultationStatus.ASKED, ConsultationStatus.LAPSED))
                | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="consultation_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status=ConsultationStatus.OBJECTED) | Q(reason__gt=""), name="consultation_says_why_not"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership.organisation} · {self.change}"

    def get_absolute_url(self) -> str:
        return reverse("consultation", args=[self.pk])

    @property
    def title(self) -> str:
        return self.change.need.title

    @property
    def audit_stream(self) -> str:
        return f"need:{self.change.need_id}"

    def _words(self, content: dict[str, Any] | None) -> Words:
        return {**terms_in(content or {}), "share": f"{self.partnership.share:.2f}"}

    @property
    def older(self) -> Words:
        """The terms of this partner as the listing states them,"""
        return self._words(self.change.before)

    @property
    def newer(self) -> Words:
        """and as the amendment would."""
        return self._words(self.change.after)

    @property
    def amount_before(self) -> Decimal | None:
        return amount_in(self.older)

    @property
    def amount_after(self) -> Decimal | None:
        return amount_in(self.newer)

    @property
    def moves_amount(self) -> bool:
        return self.amount_before != self.amount_after

    @cached_property
    def differences(self) -> list[Difference]:
        """Of the terms alone, with what this partner bears."""
        return differences(self.older, self.newer)
