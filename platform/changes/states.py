"""What may be changed of a published listing, and the states of an application to change it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    AMEND = "amend", pgettext_lazy("change", "更正")
    EXTEND = "extend", _("延期")
    TAKE_DOWN = "take_down", _("撤榜")


class ChangeStatus(models.TextChoices):
    CONSULTING = "consulting", _("征求联合单位")
    PROPOSED = "proposed", _("待审批")
    APPROVED = "approved", pgettext_lazy("change", "已批准")
    REFUSED = "refused", pgettext_lazy("change", "未批准")
    OBJECTED = "objected", _("联合单位不同意")
    WITHDRAWN = "withdrawn", pgettext_lazy("change", "已撤回申请")
    LAPSED = "lapsed", pgettext_lazy("change", "已失效")


class ConsultationStatus(models.TextChoices):
    ASKED = "asked", pgettext_lazy("consultation", "待答复")
    AGREED = "agreed", _("同意更正")
    OBJECTED = "objected", _("不同意更正")
    LAPSED = "lapsed", pgettext_lazy("consultation", "不再征求")


C = ChangeStatus
S = ConsultationStatus
OPEN = (C.CONSULTING, C.PROPOSED)  # of a change that may still take effect
