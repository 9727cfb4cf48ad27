"""What sending a decision back asks for, and what turning down every bid does."""

from django import forms
from django.utils.translation import gettext_lazy as _

from decisions.states import RejectReason
from workflow.asks import sentence


class BackForm(forms.Form):
    reason = sentence(
        _("只有本单位的人看到。例如：备选方案的检测报告还没有核对，核对后再定。"), label=_("退回的理由"), least=5
    )


class RejectForm(forms.Form):
    """The listing ends without a choice: a code to be counted, and a sentence for everybody."""

    code = forms.ChoiceField(
        label=_("未选定的原因"),
        choices=RejectReason,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择未选定的原因。")},
    )
    reason = sentence(
        _("榜单以“未选定”结束，这段说明随结果公开，不写方案内容。例如：各方案低温指标均未达到，拟完善后再发榜。"),
        label=_("公开说明"),
        missing=_("请写公开说明。"),
        public=True,
    )

    use_required_attribute = False


class InquiryForm(forms.Form):
    text = sentence(
        _("每份方案只能追问一次，请写清楚想知道什么。例如：低温指标是以哪份检测报告为准判定的？"),
        label=_("追问"),
        most=500,
        rows=4,
        short=_("太短，请至少写 10 个字。"),
        missing=_("请写下要问的问题。"),
    )

    use_required_attribute = False


class ReplyForm(forms.Form):
    reply = sentence(
        _("只有这个团队和管委会看到，不写其他方案的内容。"),
        label=_("回复"),
        least=5,
        most=1000,
        rows=5,
        short=_("回复太短，请至少写 5 个字。"),
        missing=_("请写回复。"),
    )
