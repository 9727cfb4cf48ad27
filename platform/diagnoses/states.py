"""The states of an assignment and of a proposed rewrite."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AssignmentStatus(models.TextChoices):
    OFFERED = "offered", _("待接受")
    ACCEPTED = "accepted", _("诊断中")
    DONE = "done", pgettext_lazy("assignment", "已办结")
    DECLINED = "declined", _("已谢绝")
    RETURNED = "returned", pgettext_lazy("assignment", "已退回")
    WITHDRAWN = "withdrawn", _("已收回")


class RewriteStatus(models.TextChoices):
    OFFERED = "offered", _("待企业答复")
    SETTLED = "settled", _("已答复")
    WITHDRAWN = "withdrawn", pgettext_lazy("rewrite", "已撤回")


A, R = AssignmentStatus, RewriteStatus
LIVE = (A.OFFERED, A.ACCEPTED)
