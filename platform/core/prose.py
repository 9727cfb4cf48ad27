"""Several lines that a person writes: characters nobody can see or store are left out, nothing else."""

from typing import Any

from django import forms

from core.text import clean_text


class ProseField(forms.CharField):
    """`rows` is the height of the control."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "").strip()
