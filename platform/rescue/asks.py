"""What declining an invitation asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from rescue.states import DeclineReason
from workflow.asks import coded


class DeclineForm(forms.Form):
    code = coded(DeclineReason, help_text=_("只有管委会看到，用来改进榜单。"))
