"""统一社会信用代码: eighteen characters, the last of them a check digit."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength


def clean_uscc(value: str) -> str:
    """The code as it is registered; full-width digits, small letters, spaces and hyphens are forgiven."""
    code = uscc.compact(unicodedata.normalize("NFKC", value))
    try:
        return uscc.validate(code)
    except InvalidLength as why:
        raise ValidationError(
            _("统一社会信用代码应为 18 位，现在是 %(count)s 位。请对照营业执照补全。") % {"count": len(code)},
            code="length",
        ) from why
    except InvalidFormat as why:
        raise ValidationError(
            _("统一社会信用代码前 8 位是数字，后面只用数字和大写字母，不含 I、O、S、V、Z。请对照营业执照修改。"),
            code="characters",
        ) from why
    except InvalidChecksum as why:
        raise ValidationError(
            _("统一社会信用代码的校验位不对，多半是抄错了一位。请对照营业执照逐位核对。"), code="check_digit"
        ) from why


class UsccField(forms.CharField):
    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("label", gettext_lazy("统一社会信用代码"))
        kwargs.setdefault("help_text", gettext_lazy("营业执照上的 18 位代码，例如 91110000600037341L。"))
        kwargs.setdefault("error_messages", {"required": gettext_lazy("请填写营业执照上的 18 位统一社会信用代码。")})
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.widget.attrs.update(autocomplete="off", autocapitalize="characters", spellcheck="false", maxlength=40)

    def clean(self, value: object) -> str:
        text = super().clean(value)
        return clean_uscc(text) if text else ""
