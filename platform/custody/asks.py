"""What is asked of whoever says that a custodian will not come."""

from django import forms
from django.utils.translation import gettext_lazy as _

from custody.states import Absence
from workflow.asks import coded, sentence


class AbsenceForm(forms.Form):
    code = coded(Absence)
    reason = sentence(_("保管人本人、管委会和纪检会看到，例如：11 月 28 日起电话、邮件三次没有回音。"))
