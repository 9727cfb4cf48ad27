"""What was agreed and what is delivered: contract, milestones, payments. Amounts are exact and always add up."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.roles import OPERATING
from core.money import MoneyField
from meetings.models import Intent
from needs.codes import Ownership
from needs.models import Need
from partners.queries import joined
from proposals.models import Proposal
from teams.models import Team
from workflow.models import Tracked


class ContractStatus(models.TextChoices):
    DRAFTING = "drafting", _("起草中")
    OFFERED = "offered", _("待乙方确认")
    PERFORMING = "performing", _("履约中")
    COMPLETED = "completed", _("已完成")
    REFUSED = "refused", _("未签约")
    TERMINATED = "terminated", _("已终止")


class MilestoneStatus(models.TextChoices):
    PLANNED = "planned", _("未到期")
    REPORTED = "reported", _("待核验")
    RECTIFY = "rectify", _("限期整改")
    VERIFIED = "verified", _("已核验")


class PaymentStatus(models.TextChoices):
    PLANNED = "planned", _("待支付")
    PAID = "paid", _("待确认到账")
    RECEIVED = "received", _("已到账")


SIGNED = (ContractStatus.PERFORMING, ContractStatus.COMPLETED, ContractStatus.TERMINATED)
LIVE = (ContractStatus.DRAFTING, ContractStatus.OFFERED, *SIGNED)
IN_SIGHT = timedelta(days=60)  # before its date a milestone comes onto the list of what is to be done
IN_FORCE = (ContractStatus.PERFORMING, ContractStatus.COMPLETED)  # money may still be due when the work is done


class PartyQuerySet(models.QuerySet):
    """Contracts and their parts: for the two parties and the zone. `_path` leads from the row to its contract."""

    _path = ""

    def _a(self, user: Any) -> Q:
        return Q(**{f"{self._path}party_a__in": list(user.positions)})

    def _b(self, user: Any) -> Q:
        return Q(**{f"{self._path}team__in": Team.objects.of(user)})

    def visible_to(self, user: Any) -> Self:
        if not user.is_authenticated:
            return self.none()
        return self if user.has_role(*OPERATING) else self.filter(self._a(user) | self._b(user))

    def waiting_for(self, party: str, user: Any) -> Self:
        sides = {"owner": self._a, "team": self._b}
        return self.filter(sides[party](user)) if party in sides else self.none()


class ContractQuerySet(PartyQuerySet):
    def waiting_for(self, party: str, user: Any) -> Self:
        """A contract that runs waits for nobody while its milestones do."""
        left = [status for status in MilestoneStatus.values if status != MilestoneStatus.VERIFIED]
        running = self.model._default_manager.filter(status=ContractStatus.PERFORMING, milestones__status__in=left)
        return super().waiting_for(party, user).exclude(pk__in=running.values("pk"))

    def standing_for(self, user: Any) -> Self:
        """For a partner of a joint need: a contract once it is signed, of which it reads where it stands."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(status__in=SIGNED, need__in=joined(user))


class MilestoneQuerySet(PartyQuerySet):
    """Milestones wait for nobody until their contract is in force, and until they are near."""

    _path = "contract__"

    def waiting_for(self, party: str, user: Any) -> Self:
        """What is planned for next year may be reported any day, and is no to-do of today."""
        rows = super().waiting_for(party, user).filter(contract__status=ContractStatus.PERFORMING)
        return rows.exclude(status=MilestoneStatus.PLANNED, due_at__gt=Now() + IN_SIGHT)


class PaymentQuerySet(PartyQuerySet):
    _path = "contract__"

    def waiting_for(self, party: str, user: Any) -> Self:
        return super().waiting_for(party, user).filter(self.due())

    @staticmethod
    def due() -> Q:
        """Of a contract in force, and not before its milestone is verified."""
        reached = Q(milestone__isnull=True) | Q(milestone__status=MilestoneStatus.VERIFIED)
        return Q(contract__status__in=IN_FORCE) & reached


class Contract(Tracked):
    """技术开发合同, the fields of the statutory text the two parties fill in (domain.md 2.6)."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="contracts")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="contracts")
    intent = models.ForeignKey(Intent, models.PROTECT, related_name="contracts")
    party_a = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("甲方（委托方）"))
    party_b = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("乙方（受托方）"))
    team = models.ForeignKey(Team, models.PROTECT, related_name="contracts")
    number = models.CharField(_("合同编号"), max_length=24, unique=True, null=True, editable=False)
    title = models.CharField(_("项目名称"), max_length=100)
    amount = MoneyField(_("合同金额"))
    ownership = models.CharField(_("知识产权归属"), max_length=12, choices=Ownership)
    ownership_terms = models.CharField(_("知识产权补充约定"), max_length=500, blank=True)
    content = models.TextField(_("技术内容与目标"), max_length=3000)
    acceptance = models.TextField(_("验收标准和方法"), max_length=2000, blank=True)
    confidentiality = models.TextField(_("保密约定"), max_length=1000, blank=True)
    starts_on = models.DateField(_("起始日期"), null=True)
    ends_on = models.DateField(_("终止日期"), null=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_a_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    confirmed_a_at = models.DateTimeField(null=True, editable=False)
    confirmed_b_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    signed_at = models.DateTimeField(null=True, editable=False)
    completed_at = models.DateTimeField(null=True, editable=False)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)  # of the text both sides confirmed

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ContractStatus.values), name="contract_status"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="contract_amount_positive"),
            models.CheckConstraint(condition=~Q(party_a=F("party_b")), name="contract_between_two_parties"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="contract_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=SIGNED)
                | Q(
                    confirmed_a_by__isnull=False,
                    confirmed_b_by__isnull=False,
                    signed_at__isnull=False,
                    number__isnull=False,
                    content_hash__gt="",
                ),
                name="contract_signed_by_both",
            ),
            models.UniqueConstraint(fields=["need"], condition=Q(status__in=LIVE), name="one_live_contract_per_need"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("contract", args=[self.pk])

    @property
    def audit_stream(self) -> str:
        return f"need:{self.need_id}"

    @property
    def is_editable(self) -> bool:
        return self.status == ContractStatus.DRAFTING

    @property
    def planned_total(self) -> Decimal:
        return self.payments.aggregate(total=Sum("amount"))["total"] or Decimal(0)

    @property
    def received_total(self) -> Decimal:
        return self.payments.filter(status=PaymentStatus.RECEIVED).aggregate(total=Sum("amount"))["total"] or Decimal(0)

    def may_read_file(self, user: Any, file: Any) -> bool:
        return True  # who may load the contract may read its papers


class Part(Tracked):
    """What milestones and payments share: a place in a contract and a day."""

    contract: "models.ForeignKey[Contract, Contract]"

    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("名称"), max_length=100)
    due_date = models.DateField(_("日期"))

    TOLD_WITH = ("contract",)

    class Meta:
        abstract = True
        ordering = ["position", "due_date"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.contract.get_absolute_url()

    @property
    def audit_stream(self) -> str:
        return self.contract.audit_stream

    @property
    def due_instant(self) -> datetime:
        return datetime.combine(self.due_date, time(23, 59, 59), tzinfo=timezone.get_current_timezone())

    def may_read_file(self, user: Any, file: Any) -> bool:
        return True


class Milestone(Part):
    """里程碑: what is delivered by when, taken over from the bid."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="milestones")
    deliverable = models.CharField(_("交付物"), max_length=300)
    report = models.TextField(_("完成情况"), max_length=2000, blank=True, editable=False)
    reported_at = models.DateTimeField(null=True, editable=False)
    verified_at = models.DateTimeField(null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = MilestoneQuerySet.as_manager()

    class Meta(Part.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(status__in=MilestoneStatus.values), name="milestone_status"),
            models.CheckConstraint(
                condition=~Q(status=MilestoneStatus.VERIFIED) | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="milestone_verified_has_who_and_when",
            ),
        ]


class Payment(Part):
    """付款: one instalment of the payment plan; released by its milestone where it has one."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="payments")
    milestone = models.ForeignKey(
        Milestone, models.SET_NULL, null=True, blank=True, related_name="payments", verbose_name=_("对应里程碑")
    )
    amount = MoneyField(_("金额"))
    paid_on = models.DateField(_("支付日期"), null=True, editable=False)
    received_at = models.DateTimeField(null=True, editable=False)

    objects = PaymentQuerySet.as_manager()

    class Meta(Part.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PaymentStatus.values), name="payment_status"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=~Q(status__in=(PaymentStatus.PAID, PaymentStatus.RECEIVED)) | Q(paid_on__isnull=False),
                name="payment_paid_has_day",
            ),
        ]
