"""Money is a Decimal of 元 with two places; people write and read 万元. No float comes near it."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

FEN = Decimal("0.01")
DIGITS = 14  # 元 with two places: up to 99,999,999.999999 万元
LARGEST = Decimal(10) ** (DIGITS - 2) - FEN
WAN_DIGITS = 4


def wan(amount: Decimal | None) -> str:
    """48.50 万元, or CNY 485,000.00 for readers of English. Two places, more where the amount has them: exact."""
    if amount is None:
        return "—"
    if (get_language() or "zh").startswith("zh"):
        return f"{in_wan(amount)} 万元"
    return f"CNY {amount:,.2f}"


def wan_sum(amount: Decimal | None) -> str:
    """A figure over many records, as a report says it: 332.30 万元 for 332.304. What somebody signs is `wan`, exact."""
    if amount is None or not (get_language() or "zh").startswith("zh"):
        return wan(amount)
    return wan((amount + Decimal(0)).quantize(Decimal("1E+2"), ROUND_HALF_UP))


def in_wan(amount: Decimal) -> str:
    """The bare number of 万元, as it stands in a form or a table whose heading names the unit."""
    if not isinstance(amount, Decimal | int):
        raise TypeError(f"Money is Decimal, not {type(amount).__name__}")
    whole, _point, places = f"{Decimal(amount).scaleb(-WAN_DIGITS):f}".partition(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}"


class MoneyField(models.DecimalField):
    """元, exact to the 分. A float, or a third decimal place, is a programming error and raises at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", DIGITS)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, float):
            raise TypeError(f"{self.name}: money is Decimal, not float")
        value = super().get_prep_value(value)
        if isinstance(value, Decimal) and value != value.quantize(FEN):
            raise ValueError(f"{self.name}: {value} is not a whole number of 分")
        return value

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        kwargs.setdefault("form_class", WanField)
        # DecimalField.formfield would hand over digits and places of 元; WanField knows its own.
        return models.Field.formfield(self, **kwargs)


class WanField(forms.Field):
    """Takes 48.5, 48.50万, ４８.５ 万元, 1,200; gives a Decimal of 元."""

    widget = forms.TextInput
    unit = _("万元")  # drawn inside the control
    default_error_messages = {
        "required": _("请填写金额，以万元为单位，例如 48.50。"),
        "invalid": _("“%(value)s”不是金额。请填写以万元为单位的数字，例如 48.50。"),
        "yuan": _("这里以万元为单位。请把元换算成万元，例如 485000 元写作 48.50。"),
        "negative": _("金额不能为负数。请填写 0 或更大的数字，例如 48.50。"),
        "below_fen": _("金额最小到分，所以万元后面最多 6 位小数，例如 48.123456。"),
        "too_large": _("金额太大。请核对单位是否为万元：最多填写 %(most)s 万元。"),
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        return {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        shown = str(value).strip()[:30]
        written = re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(value))).lstrip("¥").replace("−", "-")
        number = re.sub(r"万元?$", "", written)
        if re.fullmatch(r"[-+]?[\d.,]+元", number):
            raise ValidationError(self.error_messages["yuan"], code="yuan")
        if not re.fullmatch(r"[-+]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?", number, re.ASCII) or not re.search(r"\d", number):
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": shown})
        return self._in_yuan(number.replace(",", ""))

    def _in_yuan(self, number: str) -> Decimal:
        whole, _point, places = number.partition(".")
        if number.startswith("-") and re.search(r"[1-9]", number):
            raise ValidationError(self.error_messages["negative"], code="negative")
        places = places.rstrip("0")
        if len(places) > WAN_DIGITS + 2:
            raise ValidationError(self.error_messages["below_fen"], code="below_fen")
        whole = whole.lstrip("+-0")
        if len(whole) > DIGITS - 2 - WAN_DIGITS:
            most = in_wan(LARGEST)
            raise ValidationError(self.error_messages["too_large"], code="too_large", params={"most": most})
        return Decimal(f"{whole or '0'}{places.ljust(6, '0')}").scaleb(-2)

    def prepare_value(self, value: Any) -> Any:
        return in_wan(value) if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True
