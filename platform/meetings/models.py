"""意向: what an enterprise and the chosen team agree on before the contract; most are lost between the two."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import OPERATING
from core.money import MoneyField
from needs.models import Need
from proposals.models import Proposal
from teams.models import Team
from workflow.models import Tracked


class IntentStatus(models.TextChoices):
    PROPOSED = "proposed", _("待揭榜方确认")
    AGREED = "agreed", _("意向达成")
    CONVERTED = "converted", _("已转合同")
    ABANDONED = "abandoned", _("已放弃")
    EXPIRED = "expired", _("已过期")


class AbandonReason(models.TextChoices):
    """Why an intent or a contract did not come about: counted, because this is where contracts are lost."""

    PRICE = "price", _("价款未谈拢")
    RIGHTS = "rights", _("知识产权归属有分歧")
    SCOPE = "scope", _("技术内容或指标有分歧")
    PERIOD = "period", _("周期无法满足")
    FUNDS = "funds", _("资金未落实")
    PLAN = "plan", _("经营或研究计划调整")
    SILENT = "silent", _("对方长期未回应")
    OTHER = "other", _("其他")


LIVE = (IntentStatus.PROPOSED, IntentStatus.AGREED, IntentStatus.CONVERTED)


class IntentQuerySet(models.QuerySet["Intent"]):
    def visible_to(self, user: Any) -> "IntentQuerySet":
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*OPERATING):
            return self
        return self.filter(Q(need__organisation__in=user.positions) | Q(proposal__team__in=Team.objects.of(user)))

    def waiting_for(self, party: str, user: Any) -> "IntentQuerySet":
        if party == "owner":
            return self.filter(need__organisation__in=user.positions)
        return self.filter(proposal__team__in=Team.objects.of(user)) if party == "team" else self.none()


class Intent(Tracked):
    need = models.ForeignKey(Need, models.PROTECT, related_name="intents")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="intents")
    amount = MoneyField(_("意向金额"))
    next_step = models.CharField(_("下一步"), max_length=200)
    next_date = models.DateField(_("约定日期"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, editable=False)

    objects = IntentQuerySet.as_manager()

    TOLD_WITH = ("need",)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=IntentStatus.values), name="intent_status"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="intent_amount_positive"),
            models.CheckConstraint(
                condition=~Q(status__in=(IntentStatus.AGREED, IntentStatus.CONVERTED)) | Q(agreed_at__isnull=False),
                name="intent_agreed_has_time",
            ),
            models.UniqueConstraint(fields=["need"], condition=Q(status__in=LIVE), name="one_live_intent_per_need"),
        ]

    def __str__(self) -> str:
        return f"{self.need.title} · {self.proposal.team.name}"

    def get_absolute_url(self) -> str:
        return reverse("intent", args=[self.pk])

    @property
    def audit_stream(self) -> str:
        return f"need:{self.need_id}"

    @property
    def title(self) -> str:
        return self.need.title
