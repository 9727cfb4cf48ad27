"""The kinds of answer that the form of a need takes, each lenient in what it reads and exact in what it says."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.money import WanField
from core.text import clean_line
from needs.codes import LONGEST_KEYWORD, MOST_KEYWORDS, TRL
from web.drafts import Line


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


class Boxes(forms.CheckboxSelectMultiple):
    """Boxes of which none may be ticked: an empty value goes along, for a form without it leaves the answer alone."""

    def render(self, name: str, *args: Any, **kwargs: Any) -> Any:
        own = self.attrs | (args[1] if len(args) > 1 else kwargs.get("attrs") or {})
        form = flatatt({"form": own["form"]} if "form" in own else {})
        return format_html('<input type="hidden" name="{}" value=""{}>', name, form) + super().render(
            name, *args, **kwargs
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return [value for value in super().value_from_datadict(data, files, name) or [] if value]


class Several(forms.MultipleChoiceField):
    widget = Boxes


def one_of(choices: Callable[[], list[Any]], **kwargs: Any) -> forms.ChoiceField:
    """A list to choose from, or not; drawn up for each form, in the language of its reader."""
    return forms.ChoiceField(choices=lambda: [("", _("请选择")), *choices()], **kwargs)


def level(**kwargs: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        choices=[("", _("请选择")), *TRL], coerce=int, empty_value=None, required=False, **kwargs
    )
