"""What contract moves ask for."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.prose import ProseField
from meetings.asks import AbandonForm
from workflow.asks import PaperField

__all__ = ["AbandonForm", "ChangeForm", "PaidForm", "ReportForm"]


class ChangeForm(forms.Form):
    reason = ProseField(
        label=_("修改意见"),
        min_length=10,
        max_length=1000,
        rows=4,
        help_text=_("逐条写明要改的条款和理由，甲方会原样看到。"),
        error_messages={"min_length": _("意见太短，请至少写 10 个字。")},
    )


class ReportForm(forms.Form):
    report = ProseField(
        label=_("完成情况"),
        min_length=10,
        max_length=2000,
        rows=6,
        help_text=_("对照交付物说明做到了什么，例如：样品 3 件已送检，拉伸强度 27 MPa，报告见附件。"),
        error_messages={"min_length": _("说明太短，请至少写 10 个字。")},
    )
    evidence = PaperField(
        label=_("证明材料"),
        help_text=_("检测报告、照片、交接单等，PDF、Word、Excel 或图片，不超过 50 MB。"),
    )


class PaidForm(forms.Form):
    paid_on = forms.DateField(
        label=_("支付日期"),
        initial=clock.today,
        error_messages={"required": _("请填写支付日期。")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_paid_on(self) -> date:
        day: date = self.cleaned_data["paid_on"]
        if day > clock.today():
            raise forms.ValidationError(_("支付日期不能晚于今天。"))
        return day
