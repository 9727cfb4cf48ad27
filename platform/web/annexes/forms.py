"""What the enterprise decides about an annex, and what a team says when it asks for one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annexes.models import Agreement, Terms
from core.personal import no_personal_numbers
from teams.models import Team
from web.drafts import Line, Prose

ZONE, OWN = "zone", "own"


class TermsForm(forms.Form):
    offered = forms.BooleanField(
        label=gettext_lazy("允许团队申请查阅"),
        required=False,
        help_text=gettext_lazy("公开榜单页会写明有保密附件、接受保密约定后可以申请。不勾选，团队看不到也不能申请。"),
    )
    agreement = forms.ChoiceField(
        label=gettext_lazy("保密约定"),
        choices=[(ZONE, gettext_lazy("用管委会的约定文本")), (OWN, gettext_lazy("用本单位自己的文本"))],
        widget=forms.RadioSelect,
    )
    own_text = Prose(
        label=gettext_lazy("本单位的约定文本"),
        max_length=10_000,
        rows=10,
        required=False,
        validators=[no_personal_numbers],
        help_text=gettext_lazy("对方接受的就是这段文字。改动后是新的版本，已同意查阅的团队要重新接受。"),
    )
    auto_grant = forms.BooleanField(
        label=gettext_lazy("接受约定后自动同意"),
        required=False,
        help_text=gettext_lazy("不勾选，由您在 3 个工作日内逐个答复。"),
    )

    use_required_attribute = False

    @classmethod
    def of(cls, terms: Terms, data: Any = None) -> "TermsForm":
        initial = {
            "offered": terms.offered,
            "agreement": OWN if terms.own else ZONE,
            "own_text": terms.own.text if terms.own else "",
            "auto_grant": terms.auto_grant,
        }
        return cls(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("agreement") == OWN and len(data.get("own_text", "")) < 50 and "own_text" not in self.errors:
            self.add_error("own_text", _("请写出约定全文，至少 50 字；或者改用管委会的约定文本。"))
        return data

    @property
    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "offered": data["offered"],
            "auto_grant": data["auto_grant"],
            "own_text": data["own_text"] if data["agreement"] == OWN else "",
        }


class AcceptForm(forms.Form):
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    accepted = forms.BooleanField(
        label=gettext_lazy("我已阅读全文，代表本单位接受这份保密约定"),
        error_messages={"required": gettext_lazy("接受保密约定后才能申请。请阅读全文后勾选。")},
    )

    use_required_attribute = False

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sha256"].initial = agreement.sha256


class AskForm(AcceptForm):
    team = forms.ModelChoiceField(
        label=gettext_lazy("申请的团队"),
        queryset=Team.objects.none(),
        empty_label=None,
        error_messages={
            "required": gettext_lazy("请选择申请的团队。"),
            "invalid_choice": gettext_lazy("请从列表里选择团队。"),
        },
    )
    purpose = Line(
        label=gettext_lazy("用途"),
        min_length=10,
        max_length=300,
        help_text=gettext_lazy("一句话：看了做什么用，例如：核对现有配方体系和产线参数，判断工艺路线能否达到指标。"),
        error_messages={
            "required": gettext_lazy("请写一句用途，发榜方据此答复。"),
            "min_length": gettext_lazy("用途太短，请至少写 10 个字。"),
        },
    )
    field_order = ("team", "purpose", "accepted", "sha256")

    def __init__(self, *args: Any, teams: Sequence[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["team"]
        field.queryset = Team.objects.filter(pk__in=[team.pk for team in teams])
        if len(teams) == 1:
            field.initial = teams[0].pk
            field.widget = forms.HiddenInput()
