"""The coded lists a bid is written with."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BudgetItem(models.TextChoices):
    """经费科目, as the budgets of science projects are drawn up: direct costs first, then what is shared and taxes."""

    EQUIPMENT = "equipment", _("设备费")
    MATERIALS = "materials", _("材料费")
    TESTING = "testing", _("测试化验加工费")
    ENERGY = "energy", _("燃料动力费")
    TRAVEL = "travel", _("差旅、会议与合作交流费")
    RIGHTS = "rights", _("知识产权与文献费")
    LABOUR = "labour", _("劳务费")
    ADVICE = "advice", _("专家咨询费")
    OVERHEAD = "overhead", _("间接费用")
    TAX = "tax", _("税费")
    OTHER = "other", _("其他")
