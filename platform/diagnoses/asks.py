"""What the moves of an assignment ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

from diagnoses.codes import DeclineReason
from workflow.asks import coded, sentence


class DeclineForm(forms.Form):
    """The zone reads both and asks somebody else."""

    code = coded(DeclineReason)
    reason = sentence(_("管委会会看到，据此另行安排。例如：本月已接三项诊断，人手排到下月初。"))


class TakeBackForm(forms.Form):
    reason = sentence(_("对方会看到。例如：企业希望先自行修改，暂不需要诊断。"), label=_("收回原因"))


class FinishForm(forms.Form):
    conclusion = sentence(
        _("企业和管委会都会看到：真正的难题是什么、指标定在哪里、还缺什么。办结后不能再查看需求的非公开内容。"),
        label=_("诊断结论"),
        most=1000,
        rows=5,
    )
