"""Forms with every kind of field, for the gallery."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.money import WanField

FIELDS = [("", _("请选择")), ("m", _("新材料")), ("e", _("高端装备"))]
KINDS = [("hard", _("硬指标：必须达到")), ("soft", _("软指标：尽量达到"))]
WAYS = [("dev", _("委托开发")), ("co", _("合作开发")), ("buy", _("技术转让"))]


class Everything(forms.Form):
    title = forms.CharField(
        label=_("需求名称"),
        max_length=60,
        help_text=_("写清对象和要解决的问题，例如：高强度抗爆弹性体材料的国产化制备。"),
        error_messages={"required": _("请填写需求名称。")},
    )
    detail = forms.CharField(
        label=_("现状与难点"),
        max_length=800,
        widget=forms.Textarea,
        help_text=_("现在怎么做、卡在哪里、试过什么。"),
        error_messages={"required": _("请写一写现状与难点，两三句即可。")},
    )
    amount = WanField(label=_("拟投入资金"), help_text=_("例如 48.50。"))
    amount.width = "s"  # type: ignore[attr-defined]
    field = forms.ChoiceField(
        label=_("技术领域"), choices=FIELDS, error_messages={"required": _("请选择最接近的技术领域。")}
    )
    hard = forms.ChoiceField(label=_("指标性质"), choices=KINDS, widget=forms.RadioSelect)
    ways = forms.MultipleChoiceField(
        label=_("合作方式"), required=False, choices=WAYS, widget=forms.CheckboxSelectMultiple
    )
    until = forms.DateField(label=_("期望完成日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until.width = "s"  # type: ignore[attr-defined]
    strength = forms.CharField(label=_("拉伸强度"), required=False)
    strength.unit, strength.width = "MPa", "s"  # type: ignore[attr-defined]
    agree = forms.BooleanField(
        label=_("我确认公开部分不含技术秘密"), error_messages={"required": _("请确认公开部分不含技术秘密。")}
    )


class Upload(forms.Form):
    paper = forms.FileField(label=_("技术方案"))


class Filter(forms.Form):
    field = forms.ChoiceField(label=_("技术领域"), choices=[("", _("全部")), *FIELDS[1:]], required=False)
    state = forms.ChoiceField(label=_("状态"), choices=[("", _("全部")), ("open", _("揭榜中"))], required=False)


class Row(forms.Form):
    name = forms.CharField(label=_("指标名称"), error_messages={"required": _("请填写指标名称，例如 拉伸强度。")})
    operator = forms.ChoiceField(label=_("要求"), choices=[("≥", "≥"), ("≤", "≤"), ("=", "=")])
    value = forms.DecimalField(label=_("数值"), error_messages={"required": _("请填写数值，例如 25。")})
    unit = forms.CharField(
        label=pgettext_lazy("measure", "单位"), error_messages={"required": _("请填写单位，例如 MPa。")}
    )
    method = forms.CharField(label=_("测试方法"), required=False)


Rows = forms.formset_factory(Row, extra=1, can_delete=True, can_order=True, max_num=30)
FILLED = [
    {"name": "拉伸强度", "operator": "≥", "value": "25", "unit": "MPa", "method": "GB/T 528"},
    {"name": "断裂伸长率", "operator": "≥", "value": "300", "unit": "%", "method": "GB/T 528"},
]
WRONG_ROWS = {
    "wrong-TOTAL_FORMS": "1",
    "wrong-INITIAL_FORMS": "0",
    "wrong-0-name": "拉伸强度",
    "wrong-0-operator": "≥",
    "wrong-0-value": "25",
    "wrong-0-ORDER": "1",
}
WRONG = {"title": "超高温陶瓷复合材料" * 8, "amount": "abc", "hard": "soft"}
