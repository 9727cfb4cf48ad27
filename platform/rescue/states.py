"""The states of an invitation to look at a listing, and why a team says no."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class InviteStatus(models.TextChoices):
    SENT = "sent", pgettext_lazy("invite", "待回复")
    INTERESTED = "interested", pgettext_lazy("invite", "有兴趣")
    DECLINED = "declined", pgettext_lazy("invite", "暂不考虑")
    LAPSED = "lapsed", pgettext_lazy("invite", "截止未回复")


ANSWERED = (InviteStatus.INTERESTED, InviteStatus.DECLINED)  # a no is an answer


class DeclineReason(models.TextChoices):
    FIELD = "field", _("不是我们的专长")
    BUSY = "busy", _("近期没有人手")
    BUDGET = "budget", _("榜额偏低")
    PERIOD = "period", _("周期太紧")
    INDICATORS = "indicators", _("指标难以达到")
    UNCLEAR = "unclear", _("需求写得不够清楚")
    OTHER = "other", _("其他")
