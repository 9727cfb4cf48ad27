from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.models import AbandonReason
from workflow.asks import coded, sentence


class AbandonForm(forms.Form):
    """The other side and the zone both read it."""

    code = coded(AbandonReason)
    reason = sentence(_("对方和管委会都会看到，例如：报价 60 万元，我方预算 45 万元，双方未能谈拢。"), most=500)


class CallOffForm(forms.Form):
    """Why a meeting will not take place: the other side reads it."""

    reason = sentence(_("对方会看到，例如：当天有出差，可改到下周三上午。"), label=_("说明"), least=5)
