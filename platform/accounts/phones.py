"""A mobile number as people write it, kept in one form: +8613800138000."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

E164 = re.compile(r"\+[1-9][0-9]{5,14}")
CHINESE = re.compile(r"1[3-9][0-9]{9}")


def normalise(value: str) -> str:
    """E.164, Chinese unless it says otherwise; an empty string where it is no phone number."""
    digits = re.sub(r"[\s()\-\u00b7.]", "", unicodedata.normalize("NFKC", value))
    digits = re.sub(r"^00", "+", digits)
    if re.fullmatch(r"(\+?86)?" + CHINESE.pattern, digits):
        return "+86" + digits[-11:]
    return digits if E164.fullmatch(digits) and not digits.startswith("+86") else ""


def show(phone: str | None) -> str:
    """138 0013 8000 for a Chinese number, the international form for any other."""
    if phone and phone.startswith("+86"):
        number = phone[3:]
        return f"{number[:3]} {number[3:7]} {number[7:]}"
    return phone or ""


class PhoneField(forms.CharField):
    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("label", gettext_lazy("手机号"))
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.widget.input_type = "tel"
        self.widget.attrs.update(autocomplete="tel", maxlength=30)

    def clean(self, value: object) -> str:
        text = super().clean(value)
        if not text:
            return ""
        if phone := normalise(text):
            return phone
        raise ValidationError(
            _("这不是有效的手机号。请填写 11 位手机号，例如 138 0013 8000；境外号码请以 + 和国家代码开头。"),
            code="phone",
        )
