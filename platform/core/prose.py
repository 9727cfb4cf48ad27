"""What a person writes or pastes: one line, or several."""

from typing import Any

from django import forms

from core.pasting import tidied, tidied_line


class LineField(forms.CharField):
    """One line as it was meant, whatever it was copied from: without control characters, single spaces."""

    def to_python(self, value: Any) -> str:
        return tidied_line(super().to_python(value) or "")


class ProseField(forms.CharField):
    """`rows` is the height of the control."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> str:
        return tidied(super().to_python(value) or "")
