"""What the answers to a request ask for: a coded reason and a sentence."""

from django import forms
from django.utils.translation import gettext_lazy as _

from annexes.states import RefuseReason, RevokeReason
from core.prose import ProseField


class RefuseForm(forms.Form):
    code = forms.ChoiceField(label=_("原因"), choices=RefuseReason, widget=forms.RadioSelect)
    reason = ProseField(
        label=_("具体说明"),
        min_length=10,
        max_length=300,
        rows=3,
        help_text=_("申请的团队会原样看到，例如：请说明准备用哪些数据、用来判断什么，再申请一次。"),
        error_messages={"min_length": _("说明太短，请至少写 10 个字。")},
    )


class RevokeForm(RefuseForm):
    code = forms.ChoiceField(label=_("原因"), choices=RevokeReason, widget=forms.RadioSelect)
    reason = ProseField(
        label=_("具体说明"),
        min_length=10,
        max_length=300,
        rows=3,
        help_text=_("对方团队会原样看到，例如：资料已更换，旧资料请停止使用并删除。"),
        error_messages={"min_length": _("说明太短，请至少写 10 个字。")},
    )
