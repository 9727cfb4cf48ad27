"""The form of a bid. It may be saved as empty as one likes; what is missing is asked for when it is submitted."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.money import WanField
from proposals.content import TEXTS
from web.drafts import Lenient, Line, Prose

MEETS = (("", _("请选择")), ("met", _("满足")), ("partly", _("部分满足")), ("unmet", _("不满足")))


class BidForm(Lenient):
    summary = Prose(
        label=TEXTS["summary"][0],
        max_length=TEXTS["summary"][1],
        help_text=_("三五句话：用什么办法、达到什么指标、凭什么做得到。发榜方先看这一段。"),
        error_messages={"required": _("请写方案概述，三五句话即可。")},
    )
    approach = Prose(
        label=TEXTS["approach"][0],
        max_length=TEXTS["approach"][1],
        rows=8,
        help_text=_("关键技术、实施步骤和验证办法。"),
        error_messages={"required": _("请写技术路线。")},
    )
    price = WanField(label=_("报价"), help_text=_("含税总价，例如 48.50。"))
    period_months = forms.IntegerField(
        label=_("周期"),
        min_value=1,
        max_value=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("从合同生效到交付，例如 10。"),
        error_messages={
            "required": _("请填写周期，以月为单位，例如 10。"),
            "invalid": _("周期请填写整数月，例如 10。"),
            "min_value": _("周期至少 1 个月。"),
            "max_value": _("周期最长 60 个月。"),
        },
    )
    basis = Prose(
        label=TEXTS["basis"][0],
        max_length=TEXTS["basis"][1],
        required=False,
        help_text=_("已有的论文、专利、样品、项目和设备，写清与本需求的关系。"),
    )
    risk = Prose(
        label=TEXTS["risk"][0],
        max_length=TEXTS["risk"][1],
        required=False,
        help_text=_("最可能做不成的是哪一步，做不成怎么办。"),
    )
    rights = Prose(
        label=TEXTS["rights"][0],
        max_length=TEXTS["rights"][1],
        rows=3,
        required=False,
        help_text=_("对榜单载明的知识产权归属有补充或不同意见，写在这里。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period_months"].unit = _("个月")  # type: ignore[attr-defined]


class AnswerForm(Lenient):
    """What is promised on one indicator."""

    value = Line(label=_("响应值"), max_length=100)
    meets = forms.ChoiceField(label=_("自评"), choices=MEETS, required=False)
    note = Line(label=_("说明"), max_length=300, required=False)


class MilestoneForm(Lenient):
    title = Line(label=_("里程碑"), max_length=100)
    month = forms.IntegerField(
        label=_("第几个月"),
        min_value=1,
        max_value=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": _("请填写整数，例如 3。"),
            "min_value": _("从第 1 个月起。"),
            "max_value": _("最晚第 60 个月。"),
        },
    )
    amount = WanField(label=_("金额（万元）"))
    deliverable = Line(label=_("交付物"), max_length=300, required=False)


class MemberForm(Lenient):
    name = Line(label=_("姓名"), max_length=100)
    title = Line(label=_("职称或职务"), max_length=60, required=False)
    role = Line(label=_("分工"), max_length=100, required=False)


MilestoneRows = forms.formset_factory(MilestoneForm, extra=0, can_delete=True, can_order=True, max_num=30)
MemberRows = forms.formset_factory(MemberForm, extra=0, can_delete=True, can_order=True, max_num=60)


class Files(forms.FileInput):
    allow_multiple_selected = True


class UploadForm(forms.Form):
    """One control, sent by itself: with htmx as soon as files are chosen, else by the button beside it."""

    upload = forms.FileField(
        label=_("附件"),
        required=False,
        help_text=_("检测报告、图纸、资质等。到达平台时即用本需求的公钥加密，开启前任何人都不能打开，请自行保留原件。"),
    )

    def __init__(self, *, url: str, errors: Sequence[str] = ()) -> None:
        super().__init__({} if errors else None)
        sends = {"hx-post": url, "hx-trigger": "change", "hx-encoding": "multipart/form-data", "hx-params": "upload"}
        where = {"hx-target": "#bid-files", "hx-swap": "outerHTML"}
        self.fields["upload"].widget = Files(attrs={"multiple": True, "form": "upload", **sends, **where})
        for error in errors:
            self.add_error("upload", error)


class TeamChoice(forms.Form):
    """Which of my teams bids."""

    team: Any = forms.ModelChoiceField(
        label=_("以哪个团队揭榜"),
        queryset=None,
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("请选择一个团队。")},
    )

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["team"]
        field.queryset = teams  # type: ignore[attr-defined]
        field.label_from_instance = lambda team: f"{team.name} · {team.organisation.name}"  # type: ignore[attr-defined]
