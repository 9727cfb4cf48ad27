"""The form of a bid. It may be saved as empty as one likes; what is missing is asked for when it is submitted."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.money import WanField
from needs.codes import Ownership
from proposals.codes import BudgetItem
from proposals.content import TEXTS, Asked
from web.drafts import Lenient, Line, Prose
from web.owners.need_fields import level, one_of

MEETS = (("", _("请选择")), ("met", _("满足")), ("partly", _("部分满足")), ("unmet", _("不满足")))
FULL_ONLY = ("trl_now", "trl_target", "pledged")


def _text(name: str, help_text: str | Promise, *, rows: int = 4, required: str | Promise = "") -> Prose:
    """One of `TEXTS`; `required`: the sentence where it is empty, for a form that needs it."""
    label, most = TEXTS[name]
    errors: dict[str, Any] = {"required": required} if required else {}
    return Prose(
        label=label, max_length=most, rows=rows, required=bool(required), help_text=help_text, error_messages=errors
    )


class BidForm(Lenient):
    summary = _text(
        "summary",
        _("三五句话：用什么办法、达到什么指标、凭什么做得到。发榜方先看这一段。"),
        required=_("请写方案概述，三五句话即可。"),
    )
    background = _text("background", _("同类技术做到哪里、卡在哪里、与本方案的差别，注明来源。"))
    approach = _text("approach", _("关键技术、实施步骤和验证办法。"), rows=8, required=_("请写技术路线。"))
    innovation = _text("innovation", _("与现有做法相比新在哪里，两三条即可。"), rows=3)
    trl_now = level(label=_("现有技术成熟度"), help_text=_("按 GB/T 22900，本团队已经做到的一级。"))
    trl_target = level(label=_("目标技术成熟度"), help_text=_("本项目完成时做到的一级。"))
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
    basis = _text("basis", _("已有的论文、专利、样品、项目和设备，写清与本需求的关系。"))
    risk = _text("risk", _("最可能做不成的是哪一步，做不成怎么办。"))
    guarantee = _text("guarantee", _("由谁协调、例会和进度怎样管、经费怎样专款专用。"), rows=3)
    benefit = _text("benefit", _("对发榜方和本地产业的经济社会效益，写得出数的写数。"), rows=3)
    ownership = one_of(
        lambda: Ownership.choices,
        label=_("知识产权归属"),
        required=False,
        help_text=_("建议的归属。与榜单载明的不一致时，请在下面写明理由。"),
    )
    rights = _text("rights", _("对榜单载明的知识产权归属有补充或不同意见，写在这里。"), rows=3)
    pledged = forms.BooleanField(
        label=_("承诺所填内容真实；与发榜方不存在控股、同一法定代表人等关联关系；对榜单和合作中知悉的秘密保密。"),
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period_months"].unit = _("个月")  # type: ignore[attr-defined]
        for name in {*TEXTS, *FULL_ONLY} - set(asked.texts) - set(FULL_ONLY if asked.full else ()):
            del self.fields[name]
        for name in asked.required if asked.full else ():
            self.fields[name].required = True
        if asked.full:
            for name in ("trl_now", "trl_target", "ownership", "pledged"):
                self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        now, target = data.get("trl_now"), data.get("trl_target")
        if now and target and target < now:
            self.add_error("trl_target", _("目标成熟度不能低于现有成熟度。"))
        return data


class AnswerForm(Lenient):
    """What is promised on one indicator, on what grounds, by what way, and what may go wrong."""

    value = Line(label=_("响应值"), max_length=100)
    meets = forms.ChoiceField(label=_("自评"), choices=MEETS, required=False)
    evidence = Prose(
        label=_("依据"), max_length=500, rows=2, required=False, help_text=_("检测报告、论文、样品或同类项目。")
    )
    method = Prose(label=_("实现方法"), max_length=500, rows=2, required=False)
    risk = Prose(label=_("风险"), max_length=300, rows=2, required=False)

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asked.full:
            del self.fields["method"], self.fields["risk"]
        else:
            self.fields["evidence"].required = self.fields["method"].required = True


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


class BudgetForm(Lenient):
    """One line of the budget: what the enterprise is asked for, and what the bidder bears."""

    item = one_of(lambda: BudgetItem.choices, label=_("科目"))
    asked = WanField(label=_("申请（万元）"), required=False)
    own = WanField(label=_("自筹（万元）"), required=False)
    note = Line(label=_("测算依据"), max_length=200, required=False)


class MemberForm(Lenient):
    name = Line(label=_("姓名"), max_length=100)
    title = Line(label=_("职称或职务"), max_length=60, required=False)
    role = Line(label=_("分工"), max_length=100, required=False)
    months = forms.DecimalField(
        label=_("投入人月"),
        required=False,
        min_value=0,
        max_value=60,
        max_digits=4,
        decimal_places=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={
            "invalid": _("请填写数字，例如 6。"),
            "min_value": _("不能小于 0。"),
            "max_value": _("最多 60。"),
            "max_decimal_places": _("最多一位小数，例如 4.5。"),
            "max_digits": _("请填写数字，例如 6。"),
            "max_whole_digits": _("最多 60。"),
        },
    )

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].required = asked.full
        self.fields["months"].required = asked.full
        if not asked.full:
            del self.fields["months"]


MilestoneRows = forms.formset_factory(MilestoneForm, extra=0, can_delete=True, can_order=True, max_num=30)
BudgetRows = forms.formset_factory(BudgetForm, extra=0, can_delete=True, can_order=True, max_num=40)
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
