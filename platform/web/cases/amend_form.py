"""The public part of a published need as a form: what it is to say from now on, and why."""

from dataclasses import dataclass
from typing import Any

from django import forms

from changes.asks import public_reason
from needs.amending import AMENDABLE
from needs.models import Indicator, Need
from web.owners.additions import AnswersForm
from web.owners.indicator_form import IndicatorRows, cells
from web.owners.need_form import NeedForm

PREFIX = "indicators"


class AmendForm(NeedForm):
    """As the draft was written, without what is not public; and nothing in it may be missing any more."""

    base = forms.CharField(widget=forms.HiddenInput, required=False)  # the wording it was drawn from
    reason = public_reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - {*AMENDABLE, "base", "reason"}:
            del self.fields[name]

    def add_error(self, field: str | None, error: Any) -> None:
        forms.Form.add_error(self, field, error)


class AmendAnswersForm(AnswersForm):
    """The answers that are published; what is asked for may not be missing any more."""

    def add_error(self, field: str | None, error: Any) -> None:
        forms.Form.add_error(self, field, error)


@dataclass(frozen=True)
class Sheet:
    need: Need
    form: AmendForm
    rows: Any
    answers: AmendAnswersForm

    def is_valid(self) -> bool:
        each = [
            part.is_valid() for part in (self.form, self.rows, self.answers)
        ]  # all are asked: all show their errors
        return all(each)

    @property
    def is_stale(self) -> bool:
        return str(self.form.data.get("base", "")) != self.need.published_hash

    def reads(self) -> Need:
        """The need as it is to read; not saved, and not to be."""
        for name in AMENDABLE:
            if name in self.form.cleaned_data:
                setattr(self.need, name, self.form.cleaned_data[name])
        self.need.answers = self.answers.answers(self.need.answers)
        return self.need

    def indicators(self) -> list[Indicator]:
        kept = []
        for place, row in enumerate(self.rows.forms):
            clean = getattr(row, "cleaned_data", {})
            if not row.is_blank and not clean.get("DELETE"):
                kept.append((clean.get("ORDER") or len(self.rows.forms), place, row))
        return [row.indicator() for _order, _place, row in sorted(kept, key=lambda one: one[:2])]


def shown(need: Need) -> Sheet:
    initial = {name: getattr(need, name) for name in AMENDABLE}
    rows: list[dict[str, Any]] = [cells(indicator) for indicator in need.indicators.all()]
    return Sheet(
        need,
        AmendForm(initial={**initial, "base": need.published_hash}),
        IndicatorRows(prefix=PREFIX, initial=rows),
        AmendAnswersForm(need, public_only=True),
    )


def filled(need: Need, data: Any, *, base: str = "") -> Sheet:
    """What was typed. With `base`, the next time it is meant for that wording."""
    data = data.copy()
    if base:
        data["base"] = base
    if f"{PREFIX}-TOTAL_FORMS" not in data:
        data[f"{PREFIX}-TOTAL_FORMS"] = data[f"{PREFIX}-INITIAL_FORMS"] = "0"
    answers = AmendAnswersForm(need, data, public_only=True)
    return Sheet(need, AmendForm(data), IndicatorRows(data, prefix=PREFIX), answers)
