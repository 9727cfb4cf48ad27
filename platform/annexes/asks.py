"""What the answers to a request ask for: a coded reason and a sentence."""

from django import forms
from django.utils.translation import gettext_lazy as _

from annexes.states import RefuseReason, RevokeReason
from workflow.asks import coded, sentence


class RefuseForm(forms.Form):
    code = coded(RefuseReason)
    reason = sentence(_("申请的团队会原样看到，例如：请说明准备用哪些数据、用来判断什么，再申请一次。"))


class RevokeForm(forms.Form):
    code = coded(RevokeReason)
    reason = sentence(_("对方团队会原样看到，例如：资料已更换，旧资料请停止使用并删除。"))
