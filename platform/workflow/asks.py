"""What a move asks for before it happens: a code, to be counted, and a sentence, to be understood (domain.md 1.7)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import files
from core.personal import no_personal_numbers
from core.prose import ProseField
from core.refusals import FileRefused

EXPLAIN = _("具体说明")
SHORT = _("说明太短，请至少写 %(limit_value)d 个字。")
MISSING = _("请写一句说明。")


class PaperField(forms.FileField):
    """A file that may come along, let in or refused by what is in it."""

    def __init__(self, *, label: Any, help_text: Any) -> None:
        super().__init__(label=label, help_text=help_text, required=False)

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload:
            try:
                files.check(upload)
            except FileRefused as refused:
                raise forms.ValidationError(str(refused)) from refused
        return upload


def coded(choices: Any, *, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("原因"),
        choices=choices,
        widget=forms.RadioSelect,
        help_text=help_text,
        error_messages={"required": _("请选择原因。")},
    )


def sentence(
    help_text: Any,
    *,
    label: Any = EXPLAIN,
    least: int = 10,
    most: int = 300,
    rows: int = 3,
    short: Any = SHORT,
    missing: Any = MISSING,
    public: bool = False,
) -> ProseField:
    """`least`, `most`: characters. `short`, `missing`: what is said of less. `public`: everybody will read it."""
    return ProseField(
        label=label,
        min_length=least,
        max_length=most,
        rows=rows,
        help_text=help_text,
        error_messages={"required": missing, "min_length": short},
        validators=[no_personal_numbers] if public else [],
    )
