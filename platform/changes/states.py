"""What may be changed of a published listing, and the states of an application to change it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    AMEND = "amend", pgettext_lazy("change", "更正")
    EXTEND = "extend", _("延期")
    TAKE_DOWN = "take_down", _("撤榜")


class ChangeStatus(models.TextChoices):
    PROPOSED = "proposed", _("待审批")
    APPROVED = "approved", pgettext_lazy("change", "已批准")
    REFUSED = "refused", pgettext_lazy("change", "未批准")
    WITHDRAWN = "withdrawn", pgettext_lazy("change", "已撤回申请")
    LAPSED = "lapsed", pgettext_lazy("change", "已失效")


C = ChangeStatus
