"""The states of a request to read an annex, and the coded reasons for saying no."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from needs.states import N


class AnnexStatus(models.TextChoices):
    REQUESTED = "requested", _("待发榜方答复")
    GRANTED = "granted", _("可以查阅")
    REFUSED = "refused", _("未同意")
    REVOKED = "revoked", _("已收回")
    LAPSED = "lapsed", _("已失效")


A = AnnexStatus
LIVE = (A.REQUESTED, A.GRANTED)
ENDED = (N.REJECTED, N.WITHDRAWN, N.FAILED, N.COMPLETED, N.TERMINATED)  # a need here has nothing to show any more


INTEREST = _("申请查阅")  # as a signal that somebody out there cares


class RefuseReason(models.TextChoices):
    PURPOSE = "purpose", _("用途说明不充分")
    UNRELATED = "unrelated", _("研究方向与需求不相关")
    RIVAL = "rival", _("与本单位存在竞争关系")
    LATER = "later", _("资料只向选定的团队提供")
    OTHER = "other", _("其他")


class RevokeReason(models.TextChoices):
    MISUSE = "misuse", _("超出约定的用途或范围")
    LEAK = "leak", _("资料可能外泄")
    PLAN = "plan", _("资料有变动，不再提供")
    AGREED = "agreed", _("双方商定")
    OTHER = "other", _("其他")


class What(models.TextChoices):
    """What was read."""

    PAGE = "page", _("查阅页")
    TEXT = "text", _("说明全文 PDF")
    FILE = "file", _("附件")
    CASE = "case", _("需求办理页")


class Standing(models.TextChoices):
    """In what capacity a person bound the organisation."""

    LEADER = "leader", _("团队负责人")
    MANAGER = "manager", _("单位管理员")
