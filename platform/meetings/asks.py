from django import forms
from django.utils.translation import gettext_lazy as _

from core.prose import ProseField
from meetings.models import AbandonReason


class AbandonForm(forms.Form):
    """A coded reason and one sentence: the other side and the zone both read it."""

    code = forms.ChoiceField(label=_("原因"), choices=AbandonReason, widget=forms.RadioSelect)
    reason = ProseField(
        label=_("具体说明"),
        min_length=10,
        max_length=500,
        rows=3,
        help_text=_("对方和管委会都会看到，例如：报价 60 万元，我方预算 45 万元，双方未能谈拢。"),
        error_messages={"min_length": _("说明太短，请至少写 10 个字。")},
    )
