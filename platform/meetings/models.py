"""对接: a bidder asked to talk, and the minutes of it. 意向: what the enterprise agrees on with the chosen team."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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


class MeetingStatus(models.TextChoices):
    INVITED = "invited", pgettext_lazy("meeting", "待对方确认")
    AGREED = "agreed", pgettext_lazy("meeting", "已约定")
    HELD = "held", pgettext_lazy("meeting", "待写纪要")
    MINUTED = "minuted", pgettext_lazy("meeting", "纪要待确认")
    OBJECTED = "objected", pgettext_lazy("meeting", "纪要有异议")
    CONFIRMED = "confirmed", pgettext_lazy("meeting", "纪要已确认")
    UNANSWERED = "unanswered", pgettext_lazy("meeting", "纪要未获回应")
    DISPUTED = "disputed", pgettext_lazy("meeting", "异议存记")
    UNWRITTEN = "unwritten", pgettext_lazy("meeting", "未留纪要")
    DECLINED = "declined", pgettext_lazy("meeting", "已谢绝")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "已取消")
    LAPSED = "lapsed", pgettext_lazy("meeting", "未约成")


AHEAD = (MeetingStatus.INVITED, MeetingStatus.AGREED)
MINUTED = (
    MeetingStatus.MINUTED,
    MeetingStatus.OBJECTED,
    MeetingStatus.CONFIRMED,
    MeetingStatus.UNANSWERED,
    MeetingStatus.DISPUTED,
)
MET = (MeetingStatus.HELD, *MINUTED)  # its time came; of one without minutes nobody knows


class MeetingMode(models.TextChoices):
    """domain.md 1.7: how a pair meets."""

    ONLINE = "online", _("线上")
    ONSITE = "onsite", _("线下")
    VISIT = "visit", _("走访")
    VIDEO = "video", _("视频")


class MeetingResult(models.TextChoices):
    """domain.md 1.7: what came of it."""

    FOLLOWUP = "followup", _("继续跟进")
    INTENT = "intent", _("有合作意向")
    NONE = "none", _("暂不合作")
    NOT_HELD = "not_held", _("没有开成（有一方未到）")


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: Any) -> "MeetingQuerySet":
        if not user.is_authenticated:
            return self.none()
        return self if user.has_role(*OPERATING) else self.of(user)

    def of(self, user: Any) -> "MeetingQuerySet":
        """Those this person takes part in, on either side."""
        own = Q(proposal__team__in=Team.objects.of(user))
        return self.filter(own | Q(proposal__need__organisation__in=user.positions))

    def ahead(self) -> "MeetingQuerySet":
        return self.filter(status__in=AHEAD, starts_at__gt=Now()).order_by("starts_at", "pk")

    def waiting_for(self, party: str, user: Any) -> "MeetingQuerySet":
        if party == "owner":
            return self.filter(proposal__need__organisation__in=user.positions)
        return self.filter(proposal__team__in=Team.objects.of(user)) if party == "team" else self.none()


LENGTHS = (
    (30, _("半小时")),
    (60, _("一小时")),
    (90, _("一个半小时")),
    (120, _("两小时")),
    (180, _("半天（三小时）")),
)


class Meeting(Tracked):
    """对接: the enterprise asks one bidder to talk before it chooses. Other bidders learn nothing of it."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="meetings")
    mode = models.CharField(_("方式"), max_length=8, choices=MeetingMode)
    starts_at = models.DateTimeField(_("时间"))
    lasts = models.PositiveSmallIntegerField(_("时长"), choices=LENGTHS, default=60)  # minutes
    moved = models.PositiveSmallIntegerField(default=0, editable=False)  # how often it was put to another time
    place = models.CharField(_("地点或会议号"), max_length=200)
    agenda = models.CharField(_("要谈什么"), max_length=500)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    # 纪要: written by the inviting side, answered by the other; both and the zone read it
    result = models.CharField(_("结果"), max_length=8, choices=MeetingResult, blank=True, editable=False)
    came = models.CharField(_("参加人"), max_length=300, blank=True, editable=False)
    said = models.CharField(_("谈了什么"), max_length=2000, blank=True, editable=False)
    next_step = models.CharField(_("下一步"), max_length=200, blank=True, editable=False)
    next_date = models.DateField(_("约定日期"), null=True, editable=False)
    minuted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    objection = models.CharField(_("异议"), max_length=500, blank=True, editable=False)

    objects = MeetingQuerySet.as_manager()

    TOLD_WITH = ("proposal__need",)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=MeetingStatus.values), name="meeting_status"),
            models.CheckConstraint(
                condition=~Q(status__in=MINUTED)
                | Q(minuted_by__isnull=False) & ~Q(result="") & ~Q(came="") & ~Q(said=""),
                name="meeting_minuted_says_what",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(MeetingStatus.OBJECTED, MeetingStatus.DISPUTED)) | ~Q(objection=""),
                name="meeting_objected_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal.need.title} · {self.proposal.team.name}"

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=[self.pk])

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.lasts)

    @property
    def is_ahead(self) -> bool:
        return self.status in AHEAD

    @property
    def is_called_off(self) -> bool:
        return self.status in (MeetingStatus.CANCELLED, MeetingStatus.DECLINED)

    @property
    def is_minuted(self) -> bool:
        return self.status in MINUTED

    @property
    def title(self) -> str:
        return self.proposal.need.title

    @property
    def audit_stream(self) -> str:
        return f"bid:{self.proposal_id}"
