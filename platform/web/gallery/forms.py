"""A form with every kind of field, for the gallery."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.money import WanField

FIELDS = [("", _("请选择")), ("m", _("新材料")), ("e", _("高端装备"))]
KINDS = [("hard", _("硬指标：必须达到")), ("soft", _("软指标：尽量达到"))]


class Everything(forms.Form):
    title = forms.CharField(
        label=_("需求名称"),
        max_length=60,
        help_text=_("写清对象和要解决的问题，例如：高强度抗爆弹性体材料的国产化制备。"),
        error_messages={"required": _("请填写需求名称。")},
    )
    detail = forms.CharField(
        label=_("现状与难点"), max_length=800, widget=forms.Textarea, help_text=_("现在怎么做、卡在哪里、试过什么。")
    )
    amount = WanField(label=_("拟投入资金"), help_text=_("例如 48.50。"))
    field = forms.ChoiceField(label=_("技术领域"), choices=FIELDS)
    hard = forms.ChoiceField(
        label=_("指标性质"),
        choices=KINDS,
        widget=forms.RadioSelect,
    )
    ways = forms.MultipleChoiceField(
        label=_("合作方式"),
        required=False,
        choices=[("dev", _("委托开发")), ("co", _("合作开发")), ("buy", _("技术转让"))],
        widget=forms.CheckboxSelectMultiple,
    )
    until = forms.DateField(label=_("期望完成日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    strength = forms.CharField(label=_("拉伸强度"), required=False)
    paper = forms.FileField(label=_("附件"), required=False)
    agree = forms.BooleanField(
        label=_("我确认公开部分不含技术秘密"), error_messages={"required": _("请确认公开部分不含技术秘密。")}
    )
