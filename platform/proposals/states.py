"""The states of a proposal and of an opening."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProposalStatus(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("已提交")
    WITHDRAWN = "withdrawn", _("已撤回")
    EXPIRED = "expired", _("逾期未提交")
    VOID = "void", _("未开启")
    UNREADABLE = "unreadable", _("无法读取")
    OPENED = "opened", _("待答复")
    SELECTED = "selected", _("已选定")
    RESERVE = "reserve", _("备选")
    NOT_SELECTED = "not_selected", _("未选定")
    LAPSED = "lapsed", _("未达成合作")
    CONTRACTED = "contracted", _("已签约")


P = ProposalStatus
# Before the seal is broken nobody but the bidder may know that these exist; some of them never leave that state.
SEALED = (P.DRAFT, P.SUBMITTED, P.WITHDRAWN, P.EXPIRED, P.VOID)
BIDDING = (P.DRAFT, P.SUBMITTED, P.OPENED, P.UNREADABLE)  # opened while the window is open: in a rolling batch
LIVE = (P.DRAFT, P.SUBMITTED, P.UNREADABLE, P.OPENED, P.SELECTED, P.RESERVE, P.CONTRACTED)
REVEALED = (P.UNREADABLE, P.OPENED, P.SELECTED, P.RESERVE, P.NOT_SELECTED, P.LAPSED, P.CONTRACTED)


class ParticipantStatus(models.TextChoices):
    INVITED = "invited", pgettext_lazy("consortium", "待答复")
    WRITING = "writing", _("填写中")
    CONFIRMED = "confirmed", pgettext_lazy("consortium", "已确认")
    DECLINED = "declined", _("不参加")
    LEFT = "left", pgettext_lazy("partner", "已退出")
    REMOVED = "removed", pgettext_lazy("partner", "已取消")


TAKING_PART = (ParticipantStatus.WRITING, ParticipantStatus.CONFIRMED)


class OpeningStatus(models.TextChoices):
    AWAITING = "awaiting", _("待第二人确认")
    OPENED = "opened", _("已开启")
    CANCELLED = "cancelled", _("已取消")


class Outcome(models.TextChoices):
    SELECT = "select", _("选定")
    RESERVE = "reserve", _("备选")
    REFUSE = "refuse", _("不选")


class AnswerReason(models.TextChoices):
    """Why a bidder was or was not chosen: one code, always with a sentence."""

    FIT = "fit", _("指标响应好")
    ORDER = "order", _("按备选顺序递补")
    INDICATORS = "indicators", _("关键指标未满足")
    APPROACH = "approach", _("技术路线不合适")
    PRICE = "price", _("报价超出预算")
    PERIOD = "period", _("周期不合适")
    TEAM = "team", _("团队基础不足")
    RIGHTS = "rights", _("知识产权约定不一致")
    UNCLEAR = "unclear", _("方案内容不完整")
    OTHER = "other", _("其他")
