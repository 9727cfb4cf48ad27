"""Form fields and forms for what is written over days: lenient about what is missing, clear about what is wrong."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from core.money import WanField
from core.prose import LineField, ProseField

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise
else:
    from django.utils.functional import Promise as StrPromise

Sentences = dict[str, str | StrPromise]
TOO_LONG: Sentences = {
    "max_length": _("最多 %(limit_value)d 字，现在 %(show_value)d 字。请删减后再保存，您写的内容还在。")
}


class Line(LineField):
    default_error_messages = TOO_LONG


class Prose(ProseField):
    default_error_messages = TOO_LONG


class Whole(forms.IntegerField):
    """A whole number, typed; the control is not a spinner that changes when one scrolls over it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}), **kwargs)


class Amount(WanField):
    """Money that has to be more than nothing."""

    default_error_messages = {"zero": _("金额要大于 0，例如 48.50。")}

    def to_python(self, value: Any) -> Any:
        amount = super().to_python(value)
        if amount is not None and amount == 0:
            raise forms.ValidationError(self.error_messages["zero"], code="zero")
        return amount


class Day(forms.DateField):
    default_error_messages = {
        "required": _("请选择日期。"),
        "invalid": _("“%(value)s”不是日期。请写成 2026-12-01 的样子。"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            raise forms.ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": str(value)[:20]}
            ) from error


class Lenient(forms.Form):
    """A draft: an empty field is no error, a wrong one is. Labels still tell what will be needed in the end."""

    use_required_attribute = False

    def add_error(self, field: str | None, error: Any) -> None:
        if field is not None and getattr(error, "code", None) == "required":
            self.cleaned_data[field] = self.fields[field].to_python("")  # type: ignore[attr-defined]
            return
        super().add_error(field, error)


RECEIVED = "received"


def note_received(request: Any, pk: Any) -> None:
    """A form was sent by hand and is kept here: the browser may forget the copy it made when it was sent."""
    request.session[RECEIVED] = [str(pk), request.POST.get("version", "")[:40]]


def received(request: Any, pk: Any) -> str:
    """The version that the form last received was drawn from, told once to the page of the same draft."""
    of, version = request.session.get(RECEIVED, ("", ""))
    if of != str(pk):
        return ""
    del request.session[RECEIVED]
    return str(version)


NO_REVISION = -1  # of no row: what comes without the number it was drawn from never overwrites anything


def version_of(data: Any) -> int:
    """The revision a form was drawn from. A form that lost it (cut short on its way, made by hand) is a stale one."""
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else NO_REVISION


def identity(text: str | None) -> UUID | None:
    """What a form sent as the identity of a row; None where it is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


NOTHING_CAME = _("没有收到您填写的内容，什么都没有改动。下面是已保存的内容，请填好后再保存。")


def carries_a_form(data: Any) -> bool:
    """Whether anything was typed into what was sent: a bare click, or a body nobody can read, once emptied a draft."""
    return bool(data.keys() - {"csrfmiddlewaretoken", "then", "version", "step"})
