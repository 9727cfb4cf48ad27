"""How templates look at forms: what kind a field is, its unit, and every error with the place to jump to."""

from collections.abc import Iterable
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.forms.forms import BaseForm

from core.files import LARGEST

register = template.Library()


@register.filter
def is_lone_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_long_text(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.Textarea)


@register.filter
def is_file(field: BoundField) -> bool:
    return isinstance(field.field, forms.FileField)


@register.filter
def most_of(field: BoundField) -> int:
    """How many MB one file may have: the form field's `most`, else what any upload may have."""
    return getattr(field.field, "most", LARGEST // 1024**2)


@register.filter
def kinds_of(field: BoundField) -> str:
    """The endings the form field takes (`.xlsx,.csv`), where it names them."""
    return getattr(field.field, "kinds", "")


@register.filter
def required_message(field: BoundField) -> str:
    return str(field.field.error_messages.get("required", ""))


@register.filter
def unit_of(field: BoundField, given: str = "") -> str:
    """The unit that stands inside the control: given by the page, or by the form field's `unit`."""
    return given or str(getattr(field.field, "unit", ""))


@register.filter
def asks_password(form: Any) -> bool:
    """Whether a browser gives something back empty: nothing else is lost when a form comes back with errors."""
    fields = form.fields.values() if isinstance(form, BaseForm) else ()
    return any(isinstance(field.widget, forms.PasswordInput) for field in fields)


@register.filter
def error_list(form: Any, more: Any = None) -> list[dict[str, Any]]:
    """Every error of a form, a formset or an iterable of them: text, label, the id of the control to jump to.

    With the number of its row, or what the form is about (`form.of`), where the same sentence may be true of several.
    """
    found: list[dict[str, Any]] = []
    for row, one in [*_flat(form), *_flat(more)]:
        for text in one.non_field_errors():
            found.append({"text": text, "label": "", "id": ""})
        for name in one.errors:
            if name in one.fields:
                field = one[name]
                target = _first_control(field)
                said = {"label": str(field.label), "row": row, "of": getattr(one, "of", ""), "id": target}
                found += [{"text": text, **said} for text in field.errors]
    return found


def _flat(forms_: Any) -> Iterable[tuple[int, Any]]:
    """Every bound form, and which row of its formset it is: the same sentence may be true of several. 0: no row."""
    if not forms_:
        return ()
    if isinstance(forms_, BaseForm):
        return ((0, forms_),) if forms_.is_bound else ()
    if hasattr(forms_, "management_form"):
        return (*_whole(forms_), *_rows(forms_))
    return [pair for one in forms_ for pair in _flat(one)]


def _rows(formset: Any) -> Iterable[tuple[int, Any]]:
    return ((number, form) for number, form in enumerate(formset.forms, start=1) if form.is_bound)


class _Whole:
    """The errors of a formset as a whole, in the shape of a form."""

    fields: dict[str, Any] = {}
    errors: dict[str, Any] = {}

    def __init__(self, formset: Any) -> None:
        self.formset = formset

    def non_field_errors(self) -> list[str]:
        return list(self.formset.non_form_errors())


def _whole(formset: Any) -> tuple[tuple[int, _Whole], ...]:
    return ((0, _Whole(formset)),) if formset.is_bound else ()


def _first_control(field: BoundField) -> str:
    """A group of choices has no control of its own id: jump to its first."""
    return f"{field.auto_id}_0" if field.use_fieldset and field.subwidgets else str(field.id_for_label)


@register.filter
def row_fields(form: BaseForm) -> list[BoundField]:
    """The columns of an editable row: everything one sees, but not how to delete or order it."""
    return [field for field in form.visible_fields() if field.name not in ("DELETE", "ORDER")]
