"""技术指标 as rows: what is measured, how it must compare, which value, which unit. A cell takes what Excel gives."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from needs.codes import MOST_INDICATORS, Operator
from needs.extraction import MOST_TEXT, Proposed, propose
from needs.models import Indicator, plain
from web.drafts import Lenient, Line, Prose

NUMBER = r"[-+]?\d+(?:\.\d+)?"
RANGE = re.compile(rf"({NUMBER})\s*(?:~|–|—|-|至|到)\s*({NUMBER})")
SIGNS = {"≥": Operator.AT_LEAST, ">=": Operator.AT_LEAST, "≤": Operator.AT_MOST, "<=": Operator.AT_MOST, "=": "eq"}
NARROW = {0xFF01 + n: 0x21 + n for n in range(94)}  # ２５ as 25; NFKC would also make m2 of m²
PLACES, DIGITS = 6, 14
HARD, SOFT = "hard", "soft"


class Impossible(Exception):
    """Why a cell is not a value; `str()` is the sentence."""


class IndicatorForm(Lenient):
    name = Line(label=_("指标名称"), max_length=60)
    operator = forms.ChoiceField(label=_("要求"), choices=Operator, initial=Operator.AT_LEAST)
    value = Line(label=_("数值或定性要求"), max_length=200)
    unit = Line(label=pgettext_lazy("measure", "单位"), max_length=20)
    test_method = Line(label=_("测试方法"), max_length=120, required=False)
    weight = forms.ChoiceField(
        label=_("性质"), choices=((HARD, _("硬指标")), (SOFT, _("软指标"))), initial=HARD, required=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (self.prefix or "").endswith("-0"):  # in every row they looked like rows already filled in
            for name, shown in (("name", _("拉伸强度")), ("value", "25"), ("unit", "MPa"), ("test_method", "GB/T 528")):
                self.fields[name].widget.attrs["placeholder"] = shown

    @property
    def is_blank(self) -> bool:
        """Nobody wrote anything in it: it is no row."""
        typed = (self.data.get(self.add_prefix(name), "") for name in ("name", "value", "unit", "test_method"))
        return not any(text.strip() for text in typed)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.is_blank:
            return data
        name = data.get("name", "")
        if not name and "name" not in self.errors:
            self.add_error("name", _("这一行没有指标名称。请填写，例如“拉伸强度”。"))
        if "value" in self.errors or "operator" in self.errors:
            return data
        try:
            data |= self._measure(name or str(_("这一行")), data)
        except Impossible as why:
            self.add_error("value", str(why))
            return data
        if data["operator"] != Operator.QUALITATIVE and not data.get("unit") and "unit" not in self.errors:
            self.add_error(
                "unit",
                _("%(name)s缺少单位。请填写单位，例如 MPa。没有单位的填“无量纲”。") % {"name": name or _("这一行")},
            )
        return data

    def _measure(self, name: str, data: dict[str, Any]) -> dict[str, Any]:
        """The cell as operator, number or numbers, unit: "≥25 MPa" says all three."""
        text, operator = data.get("value", ""), data.get("operator") or Operator.AT_LEAST
        if operator == Operator.QUALITATIVE:
            if not text:
                raise Impossible(_("%(name)s没有写要求。请写明怎样算达到，例如“无气泡、无裂纹”。") % {"name": name})
            return {"operator": operator, "low": None, "high": None, "unit": "", "text": text}
        text = text.translate(NARROW).replace("−", "-").replace(",", "").strip()
        for sign, meant in SIGNS.items():
            if text.startswith(sign):
                text, operator = text.removeprefix(sign).strip(), meant
        text, unit = _split_unit(text, data.get("unit", ""))
        low, high = _numbers(name, operator, text)
        return {"operator": str(operator), "low": low, "high": high, "unit": unit, "text": ""}

    def indicator(self) -> Indicator:
        data = self.cleaned_data
        return Indicator(
            name=data["name"],
            operator=data["operator"],
            value=data["low"],
            value_max=data["high"],
            unit=data["unit"],
            text=data["text"],
            test_method=data["test_method"],
            is_hard=data["weight"] != SOFT,
        )


def _split_unit(text: str, unit: str) -> tuple[str, str]:
    """The unit typed behind the number counts, unless it has a cell of its own."""
    found = re.fullmatch(rf"({RANGE.pattern}|{NUMBER})\s*([^\d\s.~–—至到-][^\d]*)", text)
    if not found or (unit and unit != found.groups()[-1]):
        return text, unit
    return found[1], found.groups()[-1][:20]


def _numbers(name: str, operator: str, text: str) -> tuple[Decimal, Decimal | None]:
    if not text:
        raise Impossible(_("%(name)s没有数值。请填写，例如 25；不能量化的，把“要求”改为“定性”。") % {"name": name})
    pair = RANGE.fullmatch(text)
    if operator == Operator.RANGE:
        if not pair:
            raise Impossible(_("%(name)s是区间，请写下限和上限，例如 20–30。") % {"name": name})
        low, high = _number(pair[1]), _number(pair[2])
        if high <= low:
            raise Impossible(_("%(name)s的上限要大于下限，例如 20–30。") % {"name": name})
        return low, high
    if pair:
        raise Impossible(_("“%(text)s”是区间。请把“要求”改为“区间”，或只写一个数值。") % {"text": text[:20]})
    if not re.fullmatch(NUMBER, text, re.ASCII):
        raise Impossible(
            _("“%(text)s”不是数值。请填写数字，例如 25；不能量化的，把“要求”改为“定性”。") % {"text": text[:20]}
        )
    return _number(text), None


def _number(text: str) -> Decimal:
    whole, _point, places = text.lstrip("+-").partition(".")
    if len(places.rstrip("0")) > PLACES or len(whole.lstrip("0")) > DIGITS:
        raise Impossible(_("“%(text)s”位数太多：整数最多 14 位，小数最多 6 位。可以换一个单位。") % {"text": text[:20]})
    return Decimal(text)


def cells(indicator: Indicator | Proposed) -> dict[str, Any]:
    """An indicator as its row would be typed."""
    if indicator.operator == Operator.QUALITATIVE:
        value = indicator.text
    elif indicator.operator == Operator.RANGE:
        value = f"{plain(indicator.value)}–{plain(indicator.value_max)}"
    else:
        value = plain(indicator.value)
    return {
        "name": indicator.name,
        "operator": indicator.operator,
        "value": value,
        "unit": indicator.unit,
        "test_method": indicator.test_method,
        "weight": HARD if indicator.is_hard else SOFT,
    }


class PastedForm(forms.Form):
    """What somebody else has written already, to be taken apart into rows."""

    pasted = Prose(
        label=_("粘贴技术要求"),
        max_length=MOST_TEXT,
        required=False,
        help_text=_(
            "Word、微信或旧申报书里的原文都可以，例如：拉伸强度不低于 25 MPa（GB/T 528），耐盐雾 1000 h，成本降低 15%。"
        ),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not propose(data.get("pasted", "")):
            self.add_error(
                "pasted",
                _("没有从这段文字里认出指标。请写成“名称、不低于或不高于、数值、单位”的样子，或直接在下表填写。"),
            )
        return data


class Rows(forms.BaseFormSet):
    default_error_messages = {"too_many_forms": _("最多 %(num)d 项指标。请合并或删去次要的。")}


IndicatorRows = forms.formset_factory(
    IndicatorForm, formset=Rows, extra=0, can_delete=True, can_order=True, max_num=MOST_INDICATORS, validate_max=True
)
