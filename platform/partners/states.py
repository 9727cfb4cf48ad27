from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PartnershipStatus(models.TextChoices):
    SUGGESTED = "suggested", _("建议联合")
    WILLING = "willing", _("愿意联合")
    INVITED = "invited", _("待同意")
    CONSENTED = "consented", _("已同意联合")
    DECLINED = "declined", _("不参加")
    LEFT = "left", pgettext_lazy("partner", "已退出")
    REMOVED = "removed", pgettext_lazy("partner", "已取消")


P = PartnershipStatus
LIVE = (P.SUGGESTED, P.WILLING, P.INVITED, P.CONSENTED)
SHARING = (P.INVITED, P.CONSENTED)  # they read the need, and count in its costs
