"""Several lines that a person writes or pastes."""

from typing import Any

from django import forms

from core.pasting import tidied


class ProseField(forms.CharField):
    """`rows` is the height of the control."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> str:
        return tidied(super().to_python(value) or "")
