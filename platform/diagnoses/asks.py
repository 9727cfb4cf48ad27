"""What the moves of an assignment ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.prose import ProseField
from diagnoses.codes import DeclineReason

TOO_SHORT = {"min_length": _("说明太短，请至少写 10 个字。")}


class DeclineForm(forms.Form):
    """A coded reason and a sentence: the zone reads both and asks somebody else."""

    code = forms.ChoiceField(label=_("原因"), choices=DeclineReason, widget=forms.RadioSelect)
    reason = ProseField(
        label=_("具体说明"),
        min_length=10,
        max_length=300,
        rows=3,
        help_text=_("管委会会看到，据此另行安排。例如：本月已接三项诊断，人手排到下月初。"),
        error_messages=TOO_SHORT,
    )


class TakeBackForm(forms.Form):
    reason = ProseField(
        label=_("收回原因"),
        min_length=10,
        max_length=300,
        rows=3,
        help_text=_("对方会看到。例如：企业希望先自行修改，暂不需要诊断。"),
        error_messages=TOO_SHORT,
    )


class FinishForm(forms.Form):
    conclusion = ProseField(
        label=_("诊断结论"),
        min_length=10,
        max_length=1000,
        rows=5,
        help_text=_(
            "企业和管委会都会看到：真正的难题是什么、指标定在哪里、还缺什么。办结后不能再查看需求的非公开内容。"
        ),
        error_messages=TOO_SHORT,
    )
