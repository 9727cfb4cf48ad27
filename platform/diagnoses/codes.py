"""What is checked before a need passes, what one person hands to another, and how a case was looked into."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from needs.codes import ReturnReason


class Item(models.TextChoices):
    """形式审查清单: each names the reason a need is sent back with when it is not met."""

    UNIT = "unit", _("单位资格符合")
    TECHNICAL = "technical", _("属于技术需求")
    PROBLEM = "problem", _("难题清楚")
    INDICATORS = "indicators", _("指标可检测")
    SECRET = "secret", _("公开部分无敏感信息")
    EFFORT = "effort", _("投入与周期合理")
    ACCEPTANCE = "acceptance", _("有验收办法")
    DUPLICATE = "duplicate", _("与已有需求不重复")

    @property
    def question(self) -> str:
        return str(QUESTIONS[self])


QUESTIONS = {
    Item.UNIT: _("单位已核验，属于本批次的征集范围。"),
    Item.TECHNICAL: _("要的是技术上的解决办法，不是资金、销售、用地或软科学研究。"),
    Item.PROBLEM: _("外行的同行读得懂：对象、现状、卡在哪里。"),
    Item.INDICATORS: _("至少一项有数值、单位，能说出怎么测。"),
    Item.SECRET: _("名称、难题、目标和公开附件里没有配方、客户、图号和涉密内容。"),
    Item.EFFORT: _("资金、周期与难度相称，没有明显写错的数。"),
    Item.ACCEPTANCE: _("写明做到什么算完成，由谁、怎么验收。"),
    Item.DUPLICATE: _("同一单位没有报过，与在榜的需求不是同一件事。"),
}
REASON_OF = {
    Item.UNIT: ReturnReason.MATERIAL,
    Item.TECHNICAL: ReturnReason.SCOPE,
    Item.PROBLEM: ReturnReason.PROBLEM,
    Item.INDICATORS: ReturnReason.INDICATORS,
    Item.SECRET: ReturnReason.SECRET,
    Item.EFFORT: ReturnReason.BUDGET,
    Item.ACCEPTANCE: ReturnReason.ACCEPTANCE,
    Item.DUPLICATE: ReturnReason.DUPLICATE,
}


class Verdict(models.TextChoices):
    MET = "met", _("符合")
    UNMET = "unmet", _("不符合")
    NOT_APPLICABLE = "na", _("不适用")


class Duty(models.TextChoices):
    """What is handed to somebody."""

    HANDOVER = "handover", _("交接经办")
    DIAGNOSIS = "diagnosis", _("需求诊断")


class How(models.TextChoices):
    VISIT = "visit", _("走访")
    CALL = "call", pgettext_lazy("contact", "电话")
    MEETING = "meeting", _("会议")
    DOCUMENT = "document", _("文件")


class DeclineReason(models.TextChoices):
    BUSY = "busy", _("人手排不开")
    FIELD = "field", _("不熟悉这个领域")
    INTEREST = "interest", _("与发榜方或可能的揭榜方有利害关系")
    UNREACHABLE = "unreachable", _("联系不上企业，或企业不配合")
    OTHER = "other", _("其他")


class Decision(models.TextChoices):
    OPEN = "", _("未答复")
    ACCEPTED = "accepted", _("采纳")
    REFUSED = "refused", _("不采纳")
