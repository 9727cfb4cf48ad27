"""The states of a batch and of a need. Labels are what people read everywhere."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BatchStatus(models.TextChoices):
    DRAFT = "draft", _("筹备中")
    OPEN = "open", _("征集中")
    COLLECTED = "collected", _("征集截止")
    CLOSED = "closed", _("已结束")
    ARCHIVED = "archived", _("已归档")


class NeedStatus(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待形式审查")
    RETURNED = "returned", pgettext_lazy("state", "退回修改")
    REJECTED = "rejected", pgettext_lazy("state", "不予受理")
    SCREENED = "screened", _("待批准")
    APPROVED = "approved", _("待发榜")
    SCHEDULED = "scheduled", _("定时发榜")
    PUBLISHED = "published", _("揭榜中")
    CLOSED = "closed", _("揭榜截止")
    VETTING = "vetting", _("方案形式审查")
    OPENED = "opened", _("比选中")
    NO_BID = "no_bid", _("流榜")
    SELECTED = "selected", _("已选定")
    INTENDED = "intended", _("已达成意向")
    CONTRACTED = "contracted", _("已签约")
    COMPLETED = "completed", _("已完成")
    FAILED = "failed", _("未选定")
    WITHDRAWN = "withdrawn", _("已撤回")
    TERMINATED = "terminated", _("已终止")


N = NeedStatus
EDITABLE = (N.DRAFT, N.RETURNED)
LISTED = (
    N.PUBLISHED,
    N.CLOSED,
    N.VETTING,
    N.OPENED,
    N.NO_BID,
    N.SELECTED,
    N.INTENDED,
    N.CONTRACTED,
    N.COMPLETED,
    N.FAILED,
    N.TERMINATED,
)
FINAL = (N.REJECTED, N.WITHDRAWN, N.FAILED, N.COMPLETED, N.TERMINATED)
# What stays readable in public once it has been published; a withdrawn listing keeps its page with the reason.
BEFORE_OPENING = (N.PUBLISHED, N.CLOSED)
JUST_OPENED = (N.VETTING, N.OPENED)  # where an opening leads: with a formal check, and without
AFTER_OPENING = (N.VETTING, N.OPENED, N.SELECTED, N.INTENDED, N.CONTRACTED, N.COMPLETED, N.FAILED, N.TERMINATED)


class VersionEvent(models.TextChoices):
    """What a version of a need was kept for."""

    SUBMIT = "submit", _("提交")
    PUBLISH = "publish", pgettext_lazy("stage", "发榜")
    AMEND = "amend", _("更正")


PUBLIC_VERSIONS = (VersionEvent.PUBLISH, VersionEvent.AMEND)
