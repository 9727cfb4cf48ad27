"""How strong a suggestion is, who says that it is wrong, and why."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Strength(models.TextChoices):
    """As `matching.calibration` says it: how often a work with such a score was that team's."""

    STRONG = "strong", pgettext_lazy("match", "强")
    MEDIUM = "medium", pgettext_lazy("match", "中")
    WEAK = "weak", pgettext_lazy("match", "弱")


GOOD = (Strength.STRONG, Strength.MEDIUM)


class Side(models.TextChoices):
    NEED = "need", _("需求方")  # its enterprise, the agency that diagnosed it, the zone
    TEAM = "team", _("团队")  # contests the match (PIPL art. 24)


class NeedCode(models.TextChoices):
    """Why a team does not suit a need. Said of the match, never of people."""

    FIELD = "field", _("技术方向不符")
    DEPTH = "depth", _("成果与要求的成熟度差得远")
    SCALE = "scale", _("任务规模与团队条件不相称")
    PLACE = "place", _("距离远，不便配合")
    KNOWN = "known", _("已经接触过，不用再推荐")
    OTHER = "other", pgettext_lazy("match", "其他原因")


class TeamCode(models.TextChoices):
    """Why a team contests that it was matched."""

    FIELD = "field", _("不是我们的方向")
    WORK = "work", _("所列成果不是我们的")
    READING = "reading", _("对我们成果的理解有误")
    BUSY = "busy", _("近期没有力量承担")
    OTHER = "other", pgettext_lazy("match", "其他原因")


CODES: dict[str, type[models.TextChoices]] = {Side.NEED: NeedCode, Side.TEAM: TeamCode}
