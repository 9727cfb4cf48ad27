"""形式审查清单 as a form: eight questions, three answers, and a word where something is not met."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from diagnoses.checklist import Sheet
from diagnoses.codes import Item, Verdict
from needs.models import Need
from web.drafts import Line


class ChecklistForm(forms.Form):
    use_required_attribute = False

    def __init__(self, data: Any = None, *, sheet: Sheet, need: Need) -> None:
        super().__init__(data, auto_id="check-%s")
        self.hints = hints(need)
        for item, check in sheet.rows:
            self.fields[item.value] = forms.ChoiceField(
                label=item.label, choices=Verdict.choices, widget=forms.RadioSelect, required=False,
                initial=check.verdict if check else None,
            )  # fmt: skip
            self.fields[f"{item.value}-note"] = Line(
                label=_("%(item)s的说明") % {"item": item.label},
                max_length=200,
                required=False,
                initial=check.note if check else "",
            )
            self.fields[f"{item.value}-note"].widget.attrs["placeholder"] = _("说明，不符合的必填")

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        for item in Item:
            yield {
                "item": item,
                "verdict": self[item.value],
                "note": self[f"{item.value}-note"],
                "hint": self.hints.get(item, ""),
            }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for item in Item:
            verdict, note = data.get(item.value), data.get(f"{item.value}-note")
            if verdict == Verdict.UNMET and not note and f"{item.value}-note" not in self.errors:
                self.add_error(f"{item.value}-note", _("请写明哪里不符合、怎么改，退回时企业会看到。"))
            if note and not verdict and item.value not in self.errors:
                self.add_error(item.value, _("写了说明，请再选符合、不符合或不适用。"))
        return data

    @property
    def answers(self) -> dict[str, tuple[str, str]]:
        data = self.cleaned_data
        return {item: (data[item.value], data[f"{item.value}-note"]) for item in Item if data.get(item.value)}


def hints(need: Need) -> dict[Item, str]:
    """What the platform itself can see of an item."""
    rows = list(need.indicators.all())
    measured = [row for row in rows if row.is_quantified]
    tested = sum(bool(row.test_method) for row in measured)
    months = need.period_months or 0
    period = ngettext("%(n)d 个月", "%(n)d 个月", months) % {"n": months} if months else "—"
    return {
        Item.UNIT: f"{need.organisation.name} · {need.organisation.get_status_display()}",
        Item.INDICATORS: _("量化指标 %(n)s 项，写明测试方法的 %(tested)s 项") % {"n": len(measured), "tested": tested},
        Item.EFFORT: f"{need.budget_text} · {period}",
    }
