"""The states of a decision, and why every bid may be turned down at once."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ASK_WITHIN = timedelta(days=30)  # from the answer: the bidder's one question back


class DecisionStatus(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("decision", "待同事确认")
    DECIDED = "decided", pgettext_lazy("decision", "已决定，待公布")
    PUBLISHED = "published", pgettext_lazy("decision", "已公布")
    WITHDRAWN = "withdrawn", pgettext_lazy("decision", "已撤回")


D = DecisionStatus
OPEN = (D.PROPOSED, D.DECIDED)  # while one of these is there, no answer may change


class InquiryStatus(models.TextChoices):
    ASKED = "asked", pgettext_lazy("inquiry", "待回复")
    REPLIED = "replied", pgettext_lazy("inquiry", "已回复")


class Verdict(models.TextChoices):
    MET = "met", _("满足")
    UNMET = "unmet", _("不满足")
    UNCLEAR = "unclear", _("待判断")


class Kind(models.TextChoices):
    CHOICE = "choice", pgettext_lazy("decision", "选定结果")
    TAKEOVER = "takeover", pgettext_lazy("decision", "备选递补")


class RejectReason(models.TextChoices):
    """Why none of the bids is chosen: counted, and public with a sentence."""

    INDICATORS = "indicators", _("方案均未达到关键指标")
    PRICE = "price", _("报价均超出预算")
    APPROACH = "approach", _("技术路线均不合适")
    FUNDS = "funds", _("资金未落实")
    PLAN = "plan", _("企业经营计划调整")
    OTHER = "other", _("其他")
