"""密钥保管人: one of three people, any two of whom must come before the bids of a listing can be read.

The platform holds each share encrypted to its custodian's own key, whose private half only the custodian has. What is
brought to an opening is encrypted to the worker. In no column is there ever a share that anybody could read.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Appointment
from accounts.roles import OPERATING, Role
from custody.states import HOLDING, REPORTING, SITTING, Absence, C, CustodianStatus, Seat, Way
from needs.models import Need
from workflow.models import Tracked


def _may_attest(user: Any) -> Q:
    """As `rules.why_not_attest` has it, in SQL."""
    if not user.has_role(*REPORTING):
        return Q(pk__in=())

    def one_of_two(role: str) -> Q:
        holders = Appointment.objects.filter(until=None, role=role).values("user")
        return Q() if user.has_role(role) else Q(reported_by__in=holders)

    inspectors_own = Q(seat=Seat.INSPECTOR)
    fit = (inspectors_own & one_of_two(Role.LEADER)) | (~inspectors_own & one_of_two(Role.INSPECTOR))
    return fit & ~Q(reported_by=user) & ~Q(person=user)


class CustodianQuerySet(models.QuerySet["Custodian"]):
    def visible_to(self, user: Any) -> "CustodianQuerySet":
        """Oneself, and the zone."""
        if not user.is_authenticated:
            return self.none()
        return self if user.has_role(*OPERATING) else self.filter(person=user)

    def waiting_for(self, party: str, user: Any) -> "CustodianQuerySet":
        if party == "second":  # a report: for who may attest it, and for whom it is about while an opening waits
            return self.filter(_may_attest(user) | Q(person=user, ticket__gt=""))
        return self.filter(person=user) if party == "custodian" else self.none()

    def of(self, need: Need) -> "CustodianQuerySet":
        """Those of the present round, by their seats."""
        return self.filter(need=need, round=need.relists).exclude(status=C.REPLACED).order_by("seat")

    def sitting(self) -> "CustodianQuerySet":
        return self.filter(status__in=SITTING)


class Custodian(Tracked):
    need = models.ForeignKey(Need, models.PROTECT, related_name="custodians")
    round = models.PositiveSmallIntegerField(default=0)  # need.relists at the time
    seat = models.PositiveSmallIntegerField(choices=Seat)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="custodies")
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    way = models.CharField(max_length=8, choices=Way, blank=True)
    recipient = models.CharField(max_length=80, blank=True)  # age, the public half of the custodian's key
    question = models.BinaryField(null=True)  # a nonce, encrypted to that key
    answer = models.CharField(max_length=64, blank=True)  # sha-256 of the nonce: what proves possession
    proved_at = models.DateTimeField(null=True)  # the last time
    sealed_share = models.BinaryField(null=True)  # encrypted to that key, since the listing was published
    proof_key = models.CharField(max_length=64, blank=True)  # Ed25519, derived from the share (`core.shares`)
    ticket = models.CharField(max_length=64, blank=True)  # of the opening it is called to: nothing can be played again
    accepted_at = models.DateTimeField(null=True)  # when the share it brought was found right; stays on record
    absence = models.CharField(_("原因"), max_length=8, choices=Absence, blank=True, editable=False)
    absence_reason = models.CharField(_("说明"), max_length=300, blank=True, editable=False)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    brought = models.BinaryField(null=True)  # the share, encrypted to the worker, until the opening is over

    objects = CustodianQuerySet.as_manager()

    TOLD_WITH = ("need",)

    class Meta:
        ordering = ["need", "round", "seat"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=CustodianStatus.values), name="custodian_status"),
            models.CheckConstraint(condition=Q(seat__in=Seat.values), name="custodian_seat"),
            models.UniqueConstraint(
                fields=["need", "round", "seat"], condition=~Q(status=C.REPLACED), name="custodian_one_a_seat"
            ),
            models.UniqueConstraint(
                fields=["need", "round", "person"], condition=~Q(status=C.REPLACED), name="custodian_sits_once"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=HOLDING) | Q(recipient__gt="", way__gt="", proved_at__isnull=False),
                name="custodian_proved_a_key",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(C.REPORTED, C.ABSENT))
                | Q(reported_by__isnull=False, sealed_share__isnull=False) & ~Q(absence="") & ~Q(absence_reason=""),
                name="custodian_reported_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(reported_by=F("person")), name="custodian_reported_by_another"),
            models.CheckConstraint(
                condition=~Q(status__in=(C.BROUGHT, C.ACCEPTED)) | Q(brought__isnull=False, ticket__gt=""),
                name="custodian_brought_something",
            ),
            models.CheckConstraint(
                condition=Q(status__in=(C.BROUGHT, C.ACCEPTED)) | Q(brought__isnull=True),
                name="custodian_share_only_at_the_opening",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need.title} · {self.get_seat_display()}"

    def get_absolute_url(self) -> str:
        return reverse("custodian", args=[self.pk])

    @property
    def title(self) -> str:
        return self.need.title

    @property
    def audit_stream(self) -> str:
        return f"need:{self.need_id}"

    @property
    def is_called(self) -> bool:
        """Whether an opening waits for his share; one person's report changes nothing of that."""
        return self.status == C.CALLED or (self.status == C.REPORTED and bool(self.ticket))

    @property
    def is_dealt(self) -> bool:
        """Whether there is a share to lose: before the listing is published there is only a key."""
        return self.sealed_share is not None


class Rescue(models.Model):
    """应急开启: two people brought the key from the safe, since fewer than two shares could be had. Never undone."""

    id = models.BigAutoField(primary_key=True)
    need = models.ForeignKey(Need, models.PROTECT, related_name="rescues")
    round = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    witness = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["need", "round"], name="rescue_once"),
            models.CheckConstraint(condition=~Q(by=models.F("witness")), name="rescue_by_two_people"),
            models.CheckConstraint(condition=~Q(reason=""), name="rescue_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.at:%Y-%m-%d}"
