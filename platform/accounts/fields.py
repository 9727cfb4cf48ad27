"""One line of text: cleaned, and refused with a sentence that says what to do."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.text import clean_line, clean_text


class LineField(forms.CharField):
    """`most` characters at most. No `maxlength` on the control: a browser would cut what was pasted, silently."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)

    def tidy(self, value: str) -> str:
        return clean_line(value)

    def to_python(self, value: Any) -> str:
        return self.tidy(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        if self.required and not value:
            raise ValidationError(_("请填写%(label)s。") % {"label": self.label}, code="required")
        if len(value) > self.most:
            raise ValidationError(
                _("%(label)s最多 %(most)s 个字，现在有 %(count)s 个，请缩短。")
                % {"label": self.label, "most": self.most, "count": len(value)},
                code="max_length",
            )


class TextField(LineField):
    """Several lines."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)

    def tidy(self, value: str) -> str:
        return clean_text(value).strip()
