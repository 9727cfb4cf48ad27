from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.prose import ProseField
from needs.models import plain
from partners.models import WHOLE, Partnership
from partners.terms import present, split_of, terms_hash
from workflow.asks import sentence


class ShareForm(forms.Form):
    """What the enterprise that leads asks of a partner."""

    share = forms.DecimalField(
        label=_("联合单位分摊比例"),
        max_digits=5,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("占榜额的百分比，最多两位小数，例如 30。其余由牵头单位承担。"),
        error_messages={"invalid": _("请填写数字，例如 30。"), "required": _("请填写分摊比例，例如 30。")},
    )
    note = ProseField(
        label=_("给对方的说明"),
        required=False,
        max_length=500,
        rows=3,
        help_text=_("例如：贵我两家的储罐都有同样的腐蚀问题，联合发榜、成果共用。"),
    )

    taken = Decimal(0)  # by the other partners

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["share"].unit, self.fields["share"].width = "%", "xs"  # type: ignore[attr-defined]

    def for_object(self, partnership: Partnership, by: Any) -> None:
        others = partnership.need.partnerships.sharing().exclude(pk=partnership.pk)  # type: ignore[attr-defined]
        self.taken = split_of(partnership.need, others).given
        self.initial.setdefault("share", partnership.share)
        self.initial.setdefault("note", partnership.note if partnership.invited_by_id else "")

    def clean_share(self) -> Decimal:
        share: Decimal = self.cleaned_data["share"]
        if share <= 0:
            raise forms.ValidationError(_("比例要大于 0。"))
        if self.taken + share >= WHOLE:
            left = WHOLE - self.taken
            raise forms.ValidationError(
                _("其他联合单位已分摊 %(taken)s %%，这里要小于 %(left)s，牵头单位也要承担一部分。")
                % {"taken": plain(self.taken), "left": plain(left)}
            )
        return share


class ConsentForm(forms.Form):
    """Consent to exactly what was on the page."""

    terms = forms.CharField(required=False, widget=forms.HiddenInput)

    partnership: Partnership

    def for_object(self, partnership: Partnership, by: Any) -> None:
        self.partnership = partnership
        self.initial["terms"] = terms_hash(present(partnership))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        seen = data.pop("terms", "")
        if seen and seen != terms_hash(present(self.partnership)):
            self.data = {}  # the next click is meant for what is shown now
            raise forms.ValidationError(_("牵头单位刚刚改过内容。请重新看一遍下面的榜额、指标和分摊，再决定是否同意。"))
        return data


class GoForm(forms.Form):
    """Why an enterprise does not take part, or no more: the other side reads it."""

    reason = sentence(_("对方会看到，例如：本年度预算已安排完，暂不参加。"), label=_("原因"), least=5)
