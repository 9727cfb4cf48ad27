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
    VETTING = "vetting", _("形式审查中")
    REJECTED = "rejected", _("形式审查未通过")
    OPENED = "opened", _("待答复")
    SELECTED = "selected", _("已选定")
    RESERVE = "reserve", _("备选")
    NOT_SELECTED = "not_selected", _("未选定")
    LAPSED = "lapsed", _("未达成合作")
    CONTRACTED = "contracted", _("已签约")


P = ProposalStatus
# Before the seal is broken nobody but the bidder may know that these exist; some of them never leave that state.
SEALED = (P.DRAFT, P.SUBMITTED, P.WITHDRAWN, P.EXPIRED, P.VOID)
BIDDING = (
    P.DRAFT,
    P.SUBMITTED,
    P.VETTING,
    P.OPENED,
    P.UNREADABLE,
)  # opened while the window is open: in a rolling batch
LIVE = (P.DRAFT, P.SUBMITTED, P.UNREADABLE, P.VETTING, P.OPENED, P.SELECTED, P.RESERVE, P.CONTRACTED)
ADMITTED = (P.UNREADABLE, P.OPENED, P.SELECTED, P.RESERVE, P.NOT_SELECTED, P.LAPSED, P.CONTRACTED)
REVEALED = (*ADMITTED, P.VETTING, P.REJECTED)  # in the open; who posts the need reads those that are admitted


class ParticipantStatus(models.TextChoices):
    INVITED = "invited", pgettext_lazy("consortium", "待答复")
    WRITING = "writing", _("填写中")
    CONFIRMED = "confirmed", pgettext_lazy("consortium", "已确认")
    DECLINED = "declined", _("不参加")
    LEFT = "left", pgettext_lazy("partner", "已退出")
    REMOVED = "removed", pgettext_lazy("partner", "已取消")


TAKING_PART = (ParticipantStatus.WRITING, ParticipantStatus.CONFIRMED)


class VettingStatus(models.TextChoices):
    CHECKING = "checking", pgettext_lazy("vetting", "待审查")
    CORRECTING = "correcting", pgettext_lazy("vetting", "待补正")
    REFUSED = "refused", pgettext_lazy("vetting", "不通过，可提异议")
    OBJECTED = "objected", pgettext_lazy("vetting", "异议待复核")
    PASSED = "passed", pgettext_lazy("vetting", "通过")
    FAILED = "failed", pgettext_lazy("vetting", "不通过")
    VOID = "void", pgettext_lazy("vetting", "无需审查")


V = VettingStatus
UNDER_WAY = (V.CHECKING, V.CORRECTING, V.REFUSED, V.OBJECTED)


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
