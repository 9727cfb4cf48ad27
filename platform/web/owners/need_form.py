"""The form of a need (domain.md 2.3). A draft may be as empty as one likes; what is wrong is said next to the field."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import verbose_name
from core.money import WanField
from core.text import clean_line
from needs.codes import LONGEST_KEYWORD, MOST_KEYWORDS, TRL, Cooperation, Field, Kind, Ownership
from needs.models import Need
from web.drafts import Lenient, Line, Prose, Whole


@dataclass(frozen=True)
class Example:
    """One way to write it that helps, one that does not."""

    good: str | Promise
    bad: str | Promise


class Keywords(forms.CharField):
    """Up to five words, however they are kept apart."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        words = [clean_line(word) for word in re.split(r"[,，、;；\s]+", str(value or ""))]
        return list(dict.fromkeys(word for word in words if word))

    def validate(self, words: Any) -> None:
        if long := [word for word in words if len(word) > LONGEST_KEYWORD]:
            raise forms.ValidationError(
                _("关键词“%(word)s…”太长，每个最多 20 字。请用顿号分开。"), params={"word": long[0][:10]}
            )
        if len(words) > MOST_KEYWORDS:
            raise forms.ValidationError(
                _("最多 5 个关键词，现在 %(count)s 个。请留下最能说明难题的。"), params={"count": len(words)}
            )

    def run_validators(self, value: Any) -> None:
        """A list was validated above; the validators of a text do not apply."""

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value


class Budget(WanField):
    """An amount, or nothing: then the listing says 面议."""

    default_error_messages = {"zero": _("金额要大于 0。还没定就留空，公布为“面议”。")}

    def to_python(self, value: Any) -> Any:
        if clean_line(str(value or "")) in ("面议", "待定", "协商"):
            return None
        amount = super().to_python(value)
        if amount is not None and amount == 0:
            raise forms.ValidationError(self.error_messages["zero"], code="zero")
        return amount


class Phone(Line):
    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not re.fullmatch(r"[0-9+()（）\-—转 ]{5,20}", value):
            raise forms.ValidationError(
                _("“%(value)s”不像电话号码。请填写手机或带区号的座机，例如 0532-88888888。"),
                params={"value": value[:20]},
            )


def level(**kwargs: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        choices=[("", _("请选择")), *TRL], coerce=int, empty_value=None, required=False, **kwargs
    )


def named(name: str) -> str:
    return verbose_name(Need, name)


class NeedForm(Lenient):
    title = Line(
        label=_("需求名称"),
        max_length=100,
        help_text=_("一句话写清对象和要解决的问题。"),
        error_messages={"required": _("请填写需求名称。")},
    )
    kind = forms.ChoiceField(label=_("需求类型"), choices=Kind)
    field = forms.ChoiceField(
        label=_("技术领域"),
        choices=[("", _("请选择")), *Field.choices],
        help_text=_("按国家重点支持的高新技术领域。"),
        error_messages={"required": _("请选择技术领域。")},
    )
    keywords = Keywords(
        label=_("关键词"), required=False, help_text=_("最多 5 个，用顿号分开，例如：聚脲、抗爆、弹性体。")
    )
    region = Line(label=_("所在地区"), max_length=60, required=False)
    problem = Prose(
        label=_("要解决的技术难题"),
        max_length=1000,
        rows=6,
        help_text=_("现在怎么做、卡在哪里、已经试过什么。"),
        error_messages={"required": _("请写要解决的技术难题。")},
    )
    present = Prose(
        label=_("现有基础与现状"), max_length=1000, required=False, help_text=_("已有的设备、样品、数据和人手。")
    )
    goal = Prose(
        label=_("预期目标与验收办法"),
        max_length=1000,
        help_text=_("做到什么算完成，由谁、怎么验收。"),
        error_messages={"required": _("请写预期目标与验收办法。")},
    )
    budget = Budget(
        label=_("拟投入资金（榜额）"), required=False, help_text=_("例如 48.50。还没定就留空，公布为“面议”。")
    )
    period_months = Whole(
        label=_("期望周期"),
        min_value=1,
        max_value=60,
        help_text=_("从合同生效到交付，例如 12。"),
        error_messages={
            "required": _("请填写期望周期，以月为单位，例如 12。"),
            "invalid": _("期望周期请填写整数月，例如 12。"),
            "min_value": _("期望周期至少 1 个月。"),
            "max_value": _("期望周期最长 60 个月。更久的请拆成几期。"),
        },
    )
    cooperation = forms.MultipleChoiceField(
        label=_("合作方式"),
        choices=Cooperation,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一种合作方式。")},
    )
    ownership = forms.ChoiceField(
        label=_("知识产权归属"),
        choices=Ownership,
        widget=forms.RadioSelect,
        help_text=_("揭榜前就要说定，写进合同。"),
        error_messages={"required": _("请选择知识产权归属。")},
    )
    conditions = Prose(
        label=_("对揭榜方的要求"),
        max_length=500,
        rows=3,
        required=False,
        help_text=_("只写解决难题必需的条件，不设注册地、年限、职称等门槛。"),
    )
    trl_now = level(label=_("现有技术成熟度"))
    trl_target = level(label=_("目标技术成熟度"))
    contact_name = Line(label=_("联系人"), max_length=40, error_messages={"required": _("请填写联系人。")})
    contact_phone = Phone(label=_("联系电话"), max_length=20, error_messages={"required": _("请填写联系电话。")})
    confidential = Prose(
        label=_("非公开说明"),
        max_length=2000,
        required=False,
        help_text=_("配方、图纸编号、客户名称等不宜公开的内容写在这里，只有本单位和管委会能看。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    EXAMPLES = {
        "title": Example(_("高强度抗爆聚脲弹性体的国产化制备"), _("材料技术攻关")),
        "problem": Example(
            _("现用聚脲涂层 −20 ℃ 冲击后开裂，三家供应商样品断裂伸长率均不到 200%，换过两种固化剂无改善。"),
            _("现有产品性能不够好，希望得到提升。"),
        ),
        "goal": Example(
            _("样品送第三方检测达到下列指标；中试线连续 72 小时稳定运行，由我方和检测机构共同验收。"),
            _("达到国内领先水平。"),
        ),
        "conditions": Example(_("具备弹性体小试条件，做过冲击或爆炸防护相关项目。"), _("须为本市注册满 5 年的单位。")),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period_months"].unit = _("个月")  # type: ignore[attr-defined]
        for name, example in self.EXAMPLES.items():
            self.fields[name].example = example  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        now, target = data.get("trl_now"), data.get("trl_target")
        if now and target and target < now:
            self.add_error("trl_target", _("目标成熟度不能低于现有成熟度。"))
        return data


class StartForm(forms.Form):
    """The first two things: by which rules, and what about. The draft exists from here on."""

    batch: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("参加哪个批次"),
        queryset=None,
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("请选择一个批次。"),
            "invalid_choice": _("这个批次已经不在征集期，请另选一个。"),
        },
    )
    title = Line(
        label=_("需求名称"),
        max_length=100,
        help_text=_("一句话写清对象和要解决的问题，例如：高强度抗爆聚脲弹性体的国产化制备。之后还可以改。"),
        error_messages={"required": _("请给需求起个名称，之后还可以改。")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)  # one form, one draft, however often it is sent

    use_required_attribute = False

    def __init__(self, *args: Any, batches: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["batch"].queryset = batches  # type: ignore[attr-defined]
