"""The states of one custodian of a listing's key, and the three seats."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import Role


class CustodianStatus(models.TextChoices):
    NAMED = "named", _("待领取")
    KEYED = "keyed", _("待验证")
    PROVED = "proved", _("已验证")
    CALLED = "called", _("待交出")
    BROUGHT = "brought", _("核对中")
    ACCEPTED = "accepted", _("已核对")
    REPORTED = "reported", _("无法履职待确认")
    ABSENT = "absent", _("无法履职")
    LOST = "lost", _("已报失")
    REPLACED = "replaced", pgettext_lazy("custodian", "已更换")
    RELEASED = "released", _("已解除")


C = CustodianStatus
SITTING = (C.NAMED, C.KEYED, C.PROVED, C.CALLED, C.BROUGHT, C.ACCEPTED, C.REPORTED, C.ABSENT, C.LOST)
HOLDING = (C.PROVED, C.CALLED, C.BROUGHT, C.ACCEPTED, C.REPORTED)  # a report is no more than a report


REPORTING = (Role.OFFICER, Role.REVIEWER, Role.LEADER, Role.INSPECTOR)  # who waits for a custodian at the opening


class Seat(models.IntegerChoices):
    """Three sides, of which no two have the same master; the number is the place of the share."""

    LEADER = 1, _("管委会领导")
    INSPECTOR = 2, _("纪检")
    OUTSIDE = 3, _("外部保管人")


class Absence(models.TextChoices):
    """Why somebody else says that a custodian will not come. His share is as good as ever, should he come after all."""

    LOGIN = "login", _("登录不了")
    POST = "post", _("已调离或离职")
    AWAY = "away", _("生病或外出，赶不回来")
    SILENT = "silent", _("联系不上")
    OTHER = "other", _("其他")


class Way(models.TextChoices):
    """How the private half came about, and so who has ever seen it."""

    ISSUED = "issued", _("平台生成，当场打印")
    OWN = "own", _("本人离线生成")
