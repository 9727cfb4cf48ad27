"""What declining an invitation asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from rescue.states import DeclineReason


class DeclineForm(forms.Form):
    code = forms.ChoiceField(
        label=_("原因"),
        choices=DeclineReason,
        widget=forms.RadioSelect,
        help_text=_("只有管委会看到，用来改进榜单。"),
        error_messages={"required": _("请选择原因。")},
    )
