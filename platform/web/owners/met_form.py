"""“谁介绍您来的”: one question of the first page, which the enterprise may leave unanswered."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from diagnoses.actions import give_credit, may_credit
from diagnoses.rules import agencies
from needs.models import Need


class MetForm(forms.Form):
    met: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("谁介绍您来的"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("没有人介绍，自己来的"),
        help_text=gettext_lazy("由服务机构走访或推荐来的，请选择该机构，功劳记给它；不影响需求的办理。"),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["met"].queryset = agencies()  # type: ignore[attr-defined]

    @property
    def has_choice(self) -> bool:
        return agencies().exists()

    def thank(self, need: Need, *, by: Any) -> None:
        """What cannot be read is left out: it is no reason to hold a need up."""
        if self.is_valid() and self.cleaned_data["met"] and may_credit(by, need):
            give_credit(need, agency=self.cleaned_data["met"], reason=_("企业填报"), by=by)
