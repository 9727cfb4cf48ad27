"""The states of a question, and why an officer may hide one."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class QuestionStatus(models.TextChoices):
    ASKED = "asked", pgettext_lazy("question", "待答复")
    ANSWERED = "answered", pgettext_lazy("question", "已答复")
    DECLINED = "declined", pgettext_lazy("question", "不便答复")
    UNANSWERED = "unanswered", pgettext_lazy("question", "截止前未答复")
    HIDDEN = "hidden", pgettext_lazy("question", "已隐藏")


Q = QuestionStatus
PUBLIC = (Q.ANSWERED, Q.DECLINED, Q.UNANSWERED)


class HideReason(models.TextChoices):
    ABUSE = "abuse", _("辱骂或人身攻击")
    ADVERTISING = "advertising", _("广告或与榜单无关")
    SECRET = "secret", _("泄露他人秘密或个人信息")
    SEAL = "seal", _("透露自己或他人的揭榜方案")
